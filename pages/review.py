"""Review: nuclei worth a look, judged one after another by keys."""

from components.ui.review.page import show_review

show_review()
