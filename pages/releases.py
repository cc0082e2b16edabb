"""Releases: one table in two of them — nuclei, labels and root IDs that changed."""

from components.ui.page.frame import show_frame
from components.ui.releases.changes import (
    show_changes_code,
    show_holdings,
    show_label_changes,
    show_nucleus_changes,
    show_root_changes,
)
from components.ui.releases.pair import pick_pair_of_releases

show_frame("releases")

pair = pick_pair_of_releases()
if pair is not None:
    show_nucleus_changes(pair)
    labels = show_label_changes(pair)
    show_root_changes(pair)
    show_changes_code(pair, labels)

show_holdings()
