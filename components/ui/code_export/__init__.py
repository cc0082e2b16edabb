"""The code of a view, on its page."""
