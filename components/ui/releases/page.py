"""The releases page: one table in two releases, the flow of its labels beside a panel a kind of change."""

from components.ui.page.frame import show_frame
from components.ui.releases.changes import (
    compare_labels,
    show_changes_code,
    show_holdings,
    show_label_changes,
    show_nucleus_changes,
    show_root_changes,
)
from components.ui.releases.glance import show_change_numbers, show_flow, show_table_changes
from components.ui.releases.pair import pick_pair_of_releases
from components.ui.releases.rot import show_rot_check
from components.ui.selection.selected import show_selection
from components.ui.session.followers import show_part
from components.ui.session.release import current_release
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
        with bench.chips:
            labels = compare_labels(pair)
        with bench.numbers:
            show_change_numbers(pair, labels)
        with bench.left:
            show_part("flow", lambda: show_flow(pair, labels))

        def show_tables() -> None:
            show_table_changes(pair)
            show_holdings()

        (against,) = {*pair.numbers} - {current_release().release.number}

        with bench.right:
            show_panels(
                [
                    Panel("Labels", lambda: show_label_changes(pair, labels)),
                    Panel("Nuclei", lambda: show_nucleus_changes(pair)),
                    Panel("Root IDs", lambda: show_root_changes(pair)),
                    Panel("Tables", show_tables),
                    Panel("Rot check", lambda: show_rot_check(against)),
                ]
            )
        code = [Panel("Code", lambda: show_changes_code(pair, labels))]
    show_selection(bench, None, last=code)
