"""The releases page: one table in two releases, a panel a kind of change."""

from components.ui.page.frame import show_frame
from components.ui.releases.changes import (
    show_changes_code,
    show_holdings,
    show_label_changes,
    show_nucleus_changes,
    show_root_changes,
)
from components.ui.releases.pair import pick_pair_of_releases
from components.ui.selection.selected import show_selection
from components.ui.workbench.panels import Panel, show_panels


def show_releases() -> None:
    """Show the page."""
    bench = show_frame("releases")
    pair = pick_pair_of_releases(bench)
    code: list[Panel] = []
    if pair is None:
        with bench.left:
            show_holdings()
    else:
        with bench.left:
            labels = show_label_changes(pair)
        with bench.right:
            show_panels(
                [
                    Panel("Nuclei", lambda: show_nucleus_changes(pair)),
                    Panel("Root IDs", lambda: show_root_changes(pair)),
                    Panel("Tables", show_holdings),
                ]
            )
        code = [Panel("Code", lambda: show_changes_code(pair, labels))]
    show_selection(bench, None, last=code)
