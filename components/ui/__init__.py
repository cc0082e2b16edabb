"""Streamlit: the loader's cache, the page frame, what the reader picks and what is shown."""
