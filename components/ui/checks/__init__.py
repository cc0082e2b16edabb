"""The panels of the checks page."""
