"""Checks: what is odd in the release that is loaded, what is expected of it, and whose nuclei these are."""

from components.ui.checks.page import show_checks

show_checks()
