"""The agreement page: the matrix of any two tables at the left, the cloud and one panel at the right."""

import streamlit as st

from components.ui.agreement.clustering import clustered_pairs, show_clustering
from components.ui.agreement.confidence import rated_tables, show_confidence
from components.ui.agreement.differences import show_confusions, show_differences
from components.ui.agreement.disagreement import disagreement_sheets
from components.ui.agreement.many_tables import show_all_pairs, show_alluvial
from components.ui.agreement.metrics import show_labels, show_leak, show_metrics
from components.ui.agreement.misplaced import show_misplaced
from components.ui.agreement.pairs import show_crosswalk, show_pairs
from components.ui.agreement.raters import rated_level, show_all_raters
from components.ui.agreement.standardised import show_covered, show_standardised
from components.ui.agreement.trust import show_trust
from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import Comparison, pick_pair, show_agreement_numbers, show_circular
from components.ui.context.table_view import TableView, pick_table_view
from components.ui.family.matrix import show_matrix
from components.ui.family.page import chart_panels
from components.ui.imagery.sheet import sheets_panel
from components.ui.page.frame import show_frame
from components.ui.selection.answer import show_answer
from components.ui.selection.breakdown import show_selection_breakdown
from components.ui.selection.selected import show_selection
from components.ui.selection.two_selections import show_two_selections
from components.ui.session.followers import show_part
from components.ui.session.release import current_release
from components.ui.workbench.panels import Panel, show_panels
from data.catalog import CATALOG


def show_agreement() -> None:
    """Show the page."""
    bench, on_axes = show_frame("agreement"), current_release().tables.on_axes
    first, *partners = [name for name in CATALOG.compared if name in on_axes] or [*on_axes][:1]

    def show_without_rows() -> None:
        show_all_pairs()
        show_alluvial([first, *partners[:1]], "subclass")
        show_selection(bench, None)

    rows = list(dict.fromkeys([first, *on_axes]))
    view = pick_table_view(bench, rows, key="rows", as_axis=True, otherwise=show_without_rows)
    comparison = pick_pair(bench, view, *partners)
    with bench.chips:
        show_leak(comparison.result)
        show_circular(view, comparison)
    with bench.numbers:
        show_agreement_numbers(comparison.result)
    pair = [view.loaded, *([comparison.partner] if comparison.partner else [])]
    with bench.left:
        # A part, so that a click on it runs no more than what follows the selection.
        show_part("matrix", lambda: show_matrix(view, comparison, full=True))
    with bench.right:
        colouring = show_view_cloud(
            view,
            comparison,
            key="agreement-cloud",
            rated=rated_level(comparison.level),
            nearby=clustered_pairs(comparison),
            as_list=True,
        )
        panels = [
            Panel("Largest", lambda: show_confusions(comparison.result, view)),
            Panel("Metrics", lambda: _show_metrics(view, comparison)),
            Panel("Per label", lambda: show_labels(comparison.result)),
            Panel("Where", lambda: _show_where(view, comparison)),
            Panel("Out of place", lambda: show_misplaced(view, comparison)),
            Panel("Flow", lambda: show_alluvial([one.table.name for one in pair], comparison.level)),
            Panel("All pairs", show_all_pairs),
            Panel("All raters", lambda: show_all_raters(comparison.level)),
            Panel("Trust", lambda: show_trust(view, comparison.level)),
            Panel("Selection", lambda: show_selection_breakdown(view), follows=True),
            Panel("A and B", lambda: show_two_selections(view, comparison.result)),
            sheets_panel(lambda: disagreement_sheets(view, comparison.result)),
        ]
        if view.table.own:  # no family page shows it
            panels += chart_panels(view)
        if rated_tables(view, comparison):
            panels.append(Panel("Confidence", lambda: show_confidence(view, comparison)))
        with st.container(key="panels-below"):  # the cloud, close to which they are set
            show_panels(panels)
    show_selection(
        bench,
        colouring,
        comparison.result,
        first=[Panel("Rows", lambda: show_pairs(view, comparison.result), follows=True)],
        last=[
            Panel("Crosswalk", lambda: show_crosswalk(view, comparison)),
            Panel("Code", lambda: _show_code(view, comparison)),
        ],
    )


def _show_metrics(view: TableView, comparison: Comparison) -> None:
    show_covered(view, comparison)
    show_metrics(comparison.result)
    show_standardised(view, comparison)


def _show_where(view: TableView, comparison: Comparison) -> None:
    show_differences(view, comparison.result)
    show_clustering(view, comparison)


def _show_code(view: TableView, comparison: Comparison) -> None:
    show_answer("agreement", view, comparison)
    show_code(view=view, comparison=comparison)
