"""The panels of the page of one type."""
