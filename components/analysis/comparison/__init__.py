"""Two tables or more on the same nuclei: where they agree and where they differ."""
