"""The 3D view on a page."""
