"""The panels of the family pages."""
