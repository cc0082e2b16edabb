"""The page on which a reader judges nuclei one after another."""
