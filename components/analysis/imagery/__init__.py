"""Sections through nuclei as pictures."""
