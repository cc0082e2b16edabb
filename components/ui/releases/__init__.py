"""The panels of the releases page."""
