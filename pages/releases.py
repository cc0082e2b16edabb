"""Releases: one table in two of them — nuclei, labels and root IDs that changed."""

from components.ui.releases.page import show_releases

show_releases()
