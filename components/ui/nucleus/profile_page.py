"""The nucleus page: its place in the cloud beside its words."""

from components.ui.code_export.code import show_nucleus_code
from components.ui.nucleus.facts import show_facts
from components.ui.nucleus.neighbours import show_in_cloud, show_neighbours
from components.ui.nucleus.page import open_nucleus, show_headline, show_nucleus_viewer, show_ways
from components.ui.nucleus.section import section_panel
from components.ui.nucleus.table_labels import show_table_contradictions, show_table_labels
from components.ui.page.frame import show_frame
from components.ui.selection.selected import show_selection
from components.ui.workbench.panels import Panel, show_panels


def show_nucleus() -> None:
    """Show the page."""
    bench = show_frame("nucleus")
    profile = open_nucleus(bench)
    with bench.left:
        show_in_cloud(profile)
    with bench.right:
        show_headline(profile)
        show_ways(profile)
        show_nucleus_viewer(profile)
        show_panels(
            [
                Panel("Labels", lambda: show_table_labels(profile)),
                Panel("Contradictions", lambda: show_table_contradictions(profile)),
                Panel("Facts", lambda: show_facts(profile)),
                Panel("Neighbours", lambda: show_neighbours(profile)),
                section_panel(profile),
            ]
        )
    show_selection(bench, None, last=[Panel("Code", lambda: show_nucleus_code(profile.nucleus_id))])
