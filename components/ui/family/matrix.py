"""The matrix of a page, with its denominators; a click on a matrix cell selects its nuclei."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from components.analysis.comparison import matrix as arrangement
from components.analysis.comparison.agreement import Agreement, Pairs, cell_nuclei, left_out_words
from components.analysis.comparison.axes import teaching_words, without_labels
from components.analysis.comparison.matrix import absent_from
from components.analysis.comparison.metrics import METRICS
from components.analysis.selection.kinds import AgreeOrDiffer, Filtered
from components.analysis.selection.listed import Listed, listed
from components.analysis.selection.marks import Marks, MarkWords
from components.analysis.selection.picks import cell_recipe, compared_recipe, margin_recipe
from components.analysis.selection.selection import Selection
from components.figures.frame import Figure, short_names
from components.figures.matrix import Shares, matrix_figure
from components.ui.cloud.cloud import linked
from components.ui.context.comparison import NONE_COMPARED, RAW, Comparison
from components.ui.context.table_view import TableView
from components.ui.selection.marks import cell_marks, margin_marks
from components.ui.selection.picks import in_words
from components.ui.selection.selection import choose, refuse_pick
from components.ui.session.charts import clicked_points, show_chart
from components.ui.session.links import PAIR_KEYS, show_page_link
from components.ui.session.notices import plain
from components.ui.session.own_files import bring_file
from components.ui.session.own_tables import own_tables
from components.ui.session.release_choice import release_in_link
from data.catalog.entry import Table
from data.number_words import first_of, of_nuclei, plural
from data.own.file import OwnFile
from data.settings import variable_name

SHARES: dict[str, Shares] = {"Row": "row", "Column": "column", "All": "all"}
ORDERS: dict[str, arrangement.Order] = {"Depth": "depth", "Size": "size", "Similarity": "similarity"}
MOST = {"10": 10, "15": 15}
MOST_NAMED = 12
"""Folded labels that a caption names of an axis; the switch that shows them names all."""


@dataclass(frozen=True)
class Look:
    """How the reader wants the matrix; `most` labels are shown (0: all)."""

    shares: Shares
    order: arrangement.Order
    most: int
    margins: bool
    empty: bool


def show_matrix(view: TableView, comparison: Comparison, *, full: bool = False) -> None:
    """The page's labels against its partner's; nothing without both.

    Parameters
    ----------
    view : TableView
    comparison : Comparison
    full : bool
        Offer to pool rare labels and to show what only one table holds. A page that asks for this warns of
        training, and of nothing in common, by itself.
    """
    result, rows, columns = comparison.result, view.label_source, comparison.partner
    if result is None or rows is None or columns is None:
        return
    pairs = result.pairs
    title = f"{pairs.rows.title} against {pairs.columns.title}"
    show_denominators(pairs, training=not full)
    if pairs.frame.empty:
        if unknown := without_labels((rows.as_axis, columns.as_axis), pairs.level):
            _show_unknown(pairs, unknown)
        elif not full:
            st.info(NONE_COMPARED)
        return
    if not full:  # a page that shows all metrics has it among them
        value, metric = result.metrics["ari"], METRICS["ari"]
        text = "undefined" if value is None else metric.text(value)
        st.caption(f"{metric.title} **{text}**", help=f"{metric.meaning}. Of {of_nuclei(len(pairs.frame))}.")
    whole = arrangement.filled_matrix(result)
    empty = empty_words(whole, arrangement.folded_matrix(whole))
    look = _pick_look(view, comparison, empty, full=full)
    key = f"matrix-{pairs.rows.name}-{pairs.columns.name}"

    def build() -> Figure:
        matrix, margin = whole if look.empty else result.matrix, set[str]()
        if look.margins:
            matrix = arrangement.with_margins(result, rows.as_axis, columns.as_axis)
            margin = {matrix.index[-1], matrix.columns[-1]}
            matrix = arrangement.arranged(matrix, look.order, look.most, square=pairs.square)
        else:
            matrix = arrangement.ordered_matrix(matrix, look.order, square=pairs.square)
            matrix = (
                arrangement.pooled_matrix(matrix, look.most, square=pairs.square) if look.most else matrix
            )
        drawn = matrix if look.empty else arrangement.folded_matrix(matrix, margin)
        folded = empty_words(whole, drawn, MOST_NAMED)
        caption = matrix_caption(view, pairs) + (f"<br>folded, as empty: {folded}" if folded else "")
        if look.margins:
            caption += f"<br>and {len(marks().nuclei) - len(pairs.frame):,} that only one of the tables holds"
        return matrix_figure(
            drawn, square=pairs.square, caption=caption, shares=look.shares, clickable=True,
            margins=int(look.margins),
        )  # fmt: skip

    def marks() -> Marks:
        return margin_marks(pairs, rows.as_axis, columns.as_axis) if look.margins else cell_marks(pairs)

    show_chart(
        key, (view, comparison, look), build, alt=title,
        marks=linked(marks, None if look.margins else view, pairs.rows.name, pairs.columns.name),
        on_select=lambda: select_marks(key, result, view, margins=marks if look.margins else None),
    )  # fmt: skip


def _show_unknown(pairs: Pairs, unknown: list[Table]) -> None:
    """Say that no label of the reader's own tables has the level, with the ways to compare them."""
    titles = " and of ".join(table.title for table in unknown)
    st.info(
        plain(
            f"No label of {titles} is known at the level of {pairs.level}, so there is nothing to compare."
        ),
        icon=":material/rule:",
    )
    with st.container(horizontal=True):
        rows, columns, level = PAIR_KEYS
        raw = {rows: pairs.rows.title, columns: pairs.columns.title, level: RAW}
        show_page_link(
            "agreement", "Compare raw labels", raw | release_in_link(), icon=":material/compare_arrows:"
        )
        of_session = [own_tables()[table.name] for table in unknown if table.name in own_tables()]
        if of_session:
            st.button(
                "Say what your labels mean", key="own-meanings", icon=":material/translate:",
                on_click=_ask_meanings, args=(of_session[0].file,),
            )  # fmt: skip
        else:
            st.caption(f"`{variable_name('with_mapping')}` names a file that says what these labels mean.")


def _ask_meanings(file: OwnFile) -> None:
    bring_file(file, "Labels")
    st.rerun()  # the whole page, which opens “Your labels”


def empty_words(whole: pd.DataFrame, folded: pd.DataFrame, most: int | None = None) -> str:
    """Count the rows and columns that folding has taken, and name them; "" if there are none.

    With `most`, name as many of each, in short.
    """

    def named(labels: list[str]) -> str:
        return first_of(labels if most is None else short_names(labels), most or len(labels))

    axes = (("row", whole.index, folded.index), ("column", whole.columns, folded.columns))
    gone = {
        axis: [str(label) for label in labels if label not in left and arrangement.OTHER not in left]
        for axis, labels, left in axes
    }
    if gone["row"] and gone["row"] == gone["column"]:
        same = gone["row"]
        return f"{plural(len(same), 'row and column', 'rows and columns')} ({named(same)})"
    return " and ".join(
        f"{plural(len(labels), axis, f'{axis}s')} ({named(labels)})"
        for axis, labels in gone.items()
        if labels
    )


def matrix_caption(view: TableView, pairs: Pairs) -> str:
    """Caption of the matrix: the two tables in place of the page's one, at the level they are compared at."""
    compared = f"{of_nuclei(len(pairs.frame))} compared, {pairs.level}"
    return view.caption(compared, f"{pairs.rows.title} × {pairs.columns.title}")


def show_denominators(pairs: Pairs, *, training: bool = True) -> None:
    """How many nuclei each table and both have, why some are not compared, and who trained whom."""
    st.caption(
        f"{of_nuclei(pairs.n_rows_table)} in {pairs.rows.title}, {pairs.n_columns_table:,} in "
        f"{pairs.columns.title}, {pairs.n_both:,} in both, {len(pairs.frame):,} compared at the level of "
        f"{pairs.level}; left out: {left_out_words(pairs.left_out)}.",
        help="Joined on the nucleus ID. Neither table is the truth. Click a matrix cell to select it, a "
        "label to select its row or column, or with Ctrl or ⌘ only its disagreements."
        + (f" Each of {of_nuclei(pairs.n_asked)} is coregistered or not." if pairs.n_asked else ""),
    )
    if training and (words := teaching_words(pairs.rows, pairs.columns)):
        st.caption(f":material/school: {words}")


def select_cell(
    result: Agreement, row: str, column: str, view: TableView | None = None, held: str = "new"
) -> None:
    """Select a matrix cell: as a recipe, with the view's filters, if that means its nuclei; else by ID."""
    pairs = result.pairs
    ids = cell_nuclei(pairs, row, column)
    if not len(ids):
        refuse_pick(f"No nucleus is {row} in {pairs.rows.title} and {column} in {pairs.columns.title}.")
        return
    choose(in_words(listed(ids), cell_recipe(pairs, row, column), view), held)


def select_marks(
    key: str,
    result: Agreement,
    view: TableView | None = None,
    *,
    margins: Callable[[], Marks] | None = None,
) -> None:
    """Select what was clicked in a matrix: a cell, a margin's cell, a row or column or its disagreements.

    Where the matrix has margins, `margins` makes its marks.
    """
    pairs = result.pairs
    for point in clicked_points(key):
        words: MarkWords = point.get("words") or {axis: str(point[axis]) for axis in ("y", "x")}
        held, row, column = point.get("held", "new"), words.get("y"), words.get("x")
        of_columns, of_rows = row == absent_from(pairs.rows), column == absent_from(pairs.columns)
        if row is None or column is None:
            marks = margins() if margins else cell_marks(pairs)
            _select_line(pairs, marks, words, view, held, differ=point.get("differ", False))
        elif margins and (of_rows or of_columns):
            choose(margin_recipe(pairs, column if of_columns else row, of_rows=of_rows), held)
        elif arrangement.OTHER in (row, column):
            refuse_pick("These are several labels: show more of them to select one matrix cell.")
        else:
            select_cell(result, row, column, view, held)


def _select_line(
    pairs: Pairs, marks: Marks, words: MarkWords, view: TableView | None, held: str, *, differ: bool
) -> None:
    """Select the nuclei of a row or column of a matrix, or those with another label in the other table."""
    ((axis, label),) = words.items()
    table, other = (pairs.rows, pairs.columns) if axis == "y" else (pairs.columns, pairs.rows)
    beside = "x" if axis == "y" else "y"
    ids = marks.nuclei_at(words, differ=differ and label != marks.axes[axis].absent)
    recipe: Selection = Filtered(table.name, (label,), level=pairs.level)
    narrower = recipe & compared_recipe(pairs)  # without those of conflicting labels, too
    if label == marks.axes[axis].absent:
        labels = tuple(
            map(str, marks.axes[beside].words.categories.drop(marks.axes[beside].absent, errors="ignore"))
        )
        recipe = Filtered(other.name, labels, level=pairs.level) - Filtered(table.name)
    elif differ:
        recipe &= AgreeOrDiffer(pairs.rows.name, pairs.columns.name, pairs.level, "differ")
    elif not marks.axes[axis].absent:
        recipe &= Filtered(other.name)
    if not len(ids):
        refuse_pick(f"No nucleus is {label} in {table.title}{' alone' if differ else ''}.")
        return
    found: Selection = listed(ids)
    for wanted in (recipe, narrower):
        if isinstance(found, Listed):
            found = in_words(found, wanted, view)
    choose(found, held)


def _pick_look(view: TableView, comparison: Comparison, empty: str, *, full: bool) -> Look:
    """Let the reader choose shares, order and, where some are `empty`, whether those are shown too.

    If `full`, also the number of labels, and the margins.
    """
    most, margins, with_empty = "All", False, False
    with st.container(key="bench-look", horizontal=True, vertical_alignment="center"):
        shares = st.segmented_control(
            "Shares of", list(SHARES), default="Row", required=True, key="shares", bind="query-params"
        )
        order = st.segmented_control(
            "Order by", list(ORDERS), default="Depth", required=True, key="order", bind="query-params",
            help="Depth: the order of display. Size: most nuclei first. Similarity: alike labels side by "
            "side. No order changes a count.",
        )  # fmt: skip
        many = full and comparison.result and max(comparison.result.matrix.shape) > min(MOST.values())
        kinds = {view.table.kind, comparison.partner.table.kind if comparison.partner else ""}
        whole = full and view.is_whole and view.label_source is view.loaded and "units" not in kinds
        if many or whole or empty:
            with st.popover("More", icon=":material/tune:"):
                if many:
                    most = st.segmented_control(
                        "Labels", ["All", *MOST], default="All", required=True, key="labels",
                        bind="query-params", help="The commonest; the rest is added up as “other labels”.",
                    )  # fmt: skip
                if whole:
                    margins = st.toggle(
                        "What only one table holds", key="margins", bind="query-params",
                        help="One more row and column: nuclei that the other table does not hold. Not with "
                        "filters.",
                    )  # fmt: skip
                if empty:
                    with_empty = st.toggle(
                        "Empty rows and columns", key="empty", bind="query-params",
                        help=f"Folded, because none of the nuclei compared is there: {empty}.",
                    )  # fmt: skip
    return Look(SHARES[shares], ORDERS[order], MOST.get(most, 0), margins, with_empty)
