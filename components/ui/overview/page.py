"""The overview: the cloud of the release beside its coverage, its tables and its story."""

import streamlit as st

from components.ui.cloud.cloud import show_coloured_cloud
from components.ui.code_export.code import show_coverage_code
from components.ui.imagery.sheet import view_sheets
from components.ui.overview.overview import (
    show_absent,
    show_combinations,
    show_coverage,
    show_failures,
    show_families,
    show_key_numbers,
    show_tables,
    show_whole_release_button,
    tables_at_hand,
)
from components.ui.overview.story import show_how_to_cite, show_manifest, show_story, show_successors
from components.ui.page.frame import show_frame
from components.ui.selection.breakdown import show_selection_breakdown, whole_view
from components.ui.selection.selected import show_selection
from components.ui.selection.two_selections import show_two_selections
from components.ui.session.notices import show_doubts, show_nothing
from components.ui.workbench.panels import Panel, show_panels


def show_overview() -> None:
    """Show the page."""
    bench = show_frame("overview")
    statuses, denominator, loaded = tables_at_hand()
    with bench.notices:
        show_failures(statuses)
        show_doubts(loaded)
        if not loaded:
            show_nothing("No table of the release is at hand.")
    with bench.chips:
        show_absent(statuses)
        show_whole_release_button(statuses)
    with bench.numbers:
        show_key_numbers(statuses, denominator)
    if not loaded:
        with bench.left:
            show_story()
        show_selection(bench, None)
        st.stop()
    with bench.left:
        colouring = show_coloured_cloud(loaded, key="overview-cloud")
    view = whole_view(colouring)
    selection = []
    if view:
        selection = [
            Panel("Selection", lambda: show_selection_breakdown(view), follows=True),
            Panel("A and B", lambda: show_two_selections(view, None)),
            view_sheets(view),
        ]
    with bench.right:
        show_panels(
            [
                Panel("Pages", show_families),
                Panel("Coverage", lambda: show_coverage(statuses, denominator)),
                Panel("Combinations", lambda: show_combinations(loaded)),
                Panel("Tables", lambda: show_tables(statuses, denominator), follows=True),
                *selection,
            ]
        )
    tables = [one.table for one in loaded.values()]
    show_selection(
        bench,
        colouring,
        last=[Panel("Code", lambda: show_coverage_code(tables)), Panel("About", _show_about)],
    )


def _show_about() -> None:
    show_story()
    show_successors()
    show_manifest()
    show_how_to_cite()
