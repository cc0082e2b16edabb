"""The release at a glance: which tables it holds, how many nuclei each labels, where they are."""

from components.ui.overview.page import show_overview

show_overview()
