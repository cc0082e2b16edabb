"""The matrix of a page: every denominator beside it, and each square a way to its nuclei."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, Pairs, cell_nuclei
from components.analysis.comparison.matrix import (
    OTHER,
    Order,
    absent_from,
    arranged,
    ordered_matrix,
    pooled_matrix,
    with_margins,
)
from components.analysis.selection.listed import listed
from components.analysis.selection.picks import cell_recipe, margin_recipe
from components.figures.frame import Figure
from components.figures.matrix import Shares, matrix_figure
from components.ui.context.comparison import Comparison
from components.ui.context.table_view import TableView
from components.ui.selection.picks import in_words
from components.ui.selection.selection import choose
from components.ui.session.charts import show_chart

SHARES: dict[str, Shares] = {"Row": "row", "Column": "column", "All": "all"}
ORDERS: dict[str, Order] = {"Depth": "depth", "Size": "size", "Similarity": "similarity"}
MOST = {"10": 10, "15": 15}


@dataclass(frozen=True)
class Look:
    """How the reader wants the matrix: shares, order, labels to keep (0: all), margins, a dark page."""

    shares: Shares
    order: Order
    most: int = 0
    margins: bool = False
    dark: bool = False


def show_matrix(view: TableView, comparison: Comparison, *, full: bool = False) -> None:
    """The matrix of the page's labels against its partner's; a click on a square selects its nuclei.

    Parameters
    ----------
    view : TableView
    comparison : Comparison
    full : bool
        Offer to pool rare labels, and to show what only one of the tables holds. The page that asks for it
        says itself what training does to the numbers, and that nothing is in common.
    """
    result = comparison.result
    if result is None:
        return
    pairs = result.pairs
    st.subheader(f"{pairs.rows.title} against {pairs.columns.title}", anchor=False)
    show_denominators(pairs, training=not full)
    if pairs.frame.empty:
        if not full:
            st.info("No nucleus has a label at this level in both tables, so there is nothing to compare.")
        return
    look = _pick_look(view, comparison, full=full)
    key = f"matrix-{pairs.rows.name}-{pairs.columns.name}"

    def build() -> Figure:
        matrix, margins = _matrix(view, comparison, look)
        return matrix_figure(
            matrix, square=pairs.square, caption=matrix_caption(view, pairs), shares=look.shares,
            clickable=True, margins=margins, dark=look.dark,
        )  # fmt: skip

    of = (view, comparison, look)
    alt = f"{pairs.rows.title} against {pairs.columns.title}"
    show_chart(key, of, build, alt=alt, on_select=_on_click(key, view, result, look))
    st.caption(
        "Click a square to select its nuclei: the cloud lights them, and the link keeps them."
        + empty_words(result)
    )


def empty_words(result: Agreement) -> str:
    """Say which rows and columns of a square matrix are empty, and why they stand in it; "" where none is."""
    pairs, matrix = result.pairs, result.matrix
    if not pairs.square:
        return ""
    sides = ((pairs.rows, matrix.sum(axis="columns")), (pairs.columns, matrix.sum(axis="index")))
    said = [
        f"{', '.join(map(str, counts.index[counts == 0]))} in {table.title}"
        for table, counts in sides
        if (counts == 0).any()
    ]
    if not said:
        return ""
    none = "; no nucleus is ".join(said)
    return f" Of those compared no nucleus is {none}: both sides name the same labels, so these stand empty."


def matrix_caption(view: TableView, pairs: Pairs) -> str:
    """Caption of the matrix: the two tables in place of the page's one."""
    said = view.caption(f"nuclei compared, {pairs.level}", len(pairs.frame))
    return said.replace(view.title, f"{pairs.rows.title} × {pairs.columns.title}", 1)


def show_denominators(pairs: Pairs, *, training: bool = True) -> None:
    """How many nuclei each table has, both have, and why some are not compared; who learned from whom."""
    out = " · ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in pairs.left_out.items() if n)
    st.caption(
        f"{pairs.n_rows_table:,} nuclei in {pairs.rows.title}, {pairs.n_columns_table:,} in "
        f"{pairs.columns.title}, {pairs.n_both:,} in both, {len(pairs.frame):,} compared at the level of "
        f"{pairs.level}; left out: {out or 'none'}. Joined on the nucleus ID. Neither table is the truth."
    )
    for model, teacher in ((pairs.rows, pairs.columns), (pairs.columns, pairs.rows)):
        if training and teacher.name in model.trained_on:
            st.caption(
                f":material/school: {model.title} was trained on {teacher.title}: "
                "this agreement is optimistic."
            )


def select_cell(result: Agreement, row: str, column: str, view: TableView | None = None) -> None:
    """Select a square: by its words where these mean the same nuclei, else by their IDs.

    The words are those of the square alone or, of a table view with filters, of the square and its filters.
    """
    pairs = result.pairs
    ids = cell_nuclei(pairs, row, column)
    if not len(ids):
        st.toast(f"No nucleus is {row} in {pairs.rows.title} and {column} in {pairs.columns.title}.")
        return
    choose(in_words(listed(ids), cell_recipe(pairs, row, column), view), f"{row} × {column}")


def select_margin(result: Agreement, label: str, *, of_rows: bool) -> None:
    """Select what one table calls `label` and the other does not hold."""
    choose(margin_recipe(result.pairs, label, of_rows=of_rows), f"{label}, in one of the tables only")


def _on_click(key: str, view: TableView, result: Agreement, look: Look) -> Callable[[], None]:
    def select() -> None:
        points = st.session_state[key]["selection"]["points"]
        if not points:  # a double click empties the chart's own selection; the page's stays
            return
        row, column = str(points[0]["y"]), str(points[0]["x"])
        margins = (row == absent_from(result.pairs.rows), column == absent_from(result.pairs.columns))
        if look.margins and any(margins):
            select_margin(result, column if margins[0] else row, of_rows=margins[1])
        elif OTHER in (row, column):
            st.toast("These are several labels: show more of them to select one square.")
        else:
            select_cell(result, row, column, view)

    return select


def _matrix(view: TableView, comparison: Comparison, look: Look) -> tuple[pd.DataFrame, int]:
    """The matrix as the reader wants it, and how many lines at its end are margins."""
    result, partner = comparison.result, comparison.partner
    if result is None or partner is None or view.label_source is None:
        return pd.DataFrame(), 0
    square = result.pairs.square
    if look.margins:
        sides = [one.as_axis for one in (view.label_source, partner)]
        whole = with_margins(result, sides[0], sides[1])
        return arranged(whole, look.order, look.most, square=square), 1
    matrix = ordered_matrix(result.matrix, look.order, square=square)
    return (pooled_matrix(matrix, look.most, square=square) if look.most else matrix), 0


def _pick_look(view: TableView, comparison: Comparison, *, full: bool) -> Look:
    """Let the reader choose shares and order; on the whole page also how many labels, and the margins."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shares = st.segmented_control(
            "Shares of", list(SHARES), default="Row", required=True, key="shares", bind="query-params"
        )
        order = st.segmented_control(
            "Order by", list(ORDERS), default="Depth", required=True, key="order", bind="query-params",
            help="Depth: the order of display. Size: most nuclei first. Similarity: alike labels side by "
            "side. No order changes a count.",
        )  # fmt: skip
        most, margins = _pick_extent(view, comparison) if full else (0, False)
    dark = st.context.theme.type == "dark"
    return Look(SHARES[shares], ORDERS[order], most, margins, dark)


def _pick_extent(view: TableView, comparison: Comparison) -> tuple[int, bool]:
    result = comparison.result
    most = "All"
    if result is not None and max(result.matrix.shape) > min(MOST.values()):
        most = st.segmented_control(
            "Labels", ["All", *MOST], default="All", required=True, key="labels", bind="query-params",
            help="The commonest; the rest is added up as “other labels”.",
        )  # fmt: skip
    kinds = {view.one.table.kind, comparison.partner.table.kind if comparison.partner else ""}
    whole = view.is_whole and view.label_source is view.one and "units" not in kinds
    margins = whole and st.toggle(
        "What only one table holds", key="margins", bind="query-params",
        help="One more row and column: nuclei that the other table does not hold. Not while filters are on.",
    )  # fmt: skip
    return MOST.get(most, 0), bool(margins)
