"""Selections as recipes: which nuclei, in words, as the text of a link, and by filters."""
