"""Sanity checks of a loaded release."""
