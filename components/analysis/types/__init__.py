"""One cell type over all tables: how many call nuclei so, what others call them, and examples."""
