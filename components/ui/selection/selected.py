"""What is selected, as rows; and the ways to select by ID and to keep sets, for a page's drawer."""

from collections.abc import Sequence

import streamlit as st

from components.analysis.comparison.agreement import Agreement
from components.ui.code_export.code import show_selection_code
from components.ui.context.denominator import wide_table
from components.ui.selection.bar import show_selection_bar, titled
from components.ui.selection.id_lists import show_id_list
from components.ui.selection.named_sets import show_named_sets
from components.ui.selection.rows import show_pickable_rows, spelling_words
from components.ui.selection.selection import current_selection, selected_rows
from components.ui.selection.share import share_panel
from components.ui.session.colours import Colouring
from components.ui.session.exports import marked_rows
from components.ui.session.links import show_nucleus_link
from components.ui.session.release import current_release
from components.ui.workbench.layout import Workbench
from components.ui.workbench.panels import Panel, show_drawer


def show_selection(
    bench: Workbench,
    colouring: Colouring | None,
    result: Agreement | None = None,
    *,
    first: Sequence[Panel] = (),
    last: Sequence[Panel] = (),
) -> None:
    """Show the selection's bar and, below it, the drawer.

    Parameters
    ----------
    bench : Workbench
    colouring : Colouring, optional
        Its table's labels are counted among the selected.
    result : Agreement, optional
        Of the page's two tables.
    first, last : sequence of Panel
        What the page's drawer holds besides: its rows; its code, what is known about its tables.
    """
    own = [
        Panel("Selected", show_selected_rows, follows=True),
        Panel("By ID", lambda: show_id_list(wide_table()[1])),
        Panel("Sets", show_named_sets, follows=True),
    ]
    with bench.selection:
        show_selection_bar(colouring, result)
    with bench.drawer:
        show_drawer([*first, *own, *last, share_panel(colouring, result)])


def show_selected_rows() -> None:
    """List the selected nuclei with the labels of every table at hand, and the code that finds them."""
    selection, rows = current_selection(), selected_rows(wide_table()[1])
    if selection is None or not len(rows):
        st.caption("Nothing is selected.")
        return
    tables = current_release().tables
    if words := spelling_words(rows[[name for name in rows if name in tables.on_pages]]):
        st.caption(words)
    shown = titled(rows, tables)
    show_pickable_rows(marked_rows(shown), rows.index.to_numpy(), key="selected-rows")
    show_nucleus_link(rows.index.to_numpy())
    show_selection_code(selection)
