"""The panels of the agreement page."""
