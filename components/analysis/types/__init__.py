"""One cell type over all tables: how many nuclei have it, what other tables call them, and examples."""
