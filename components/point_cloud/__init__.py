"""The 3D view: every nucleus of a release, drawn in the browser with WebGL2."""
