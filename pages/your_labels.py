"""Your labels: a table of the reader's own, beside the release's in this session."""

from components.ui.own.page import show_your_labels

show_your_labels()
