"""The compared nuclei, one by one: both labels, whether they agree, where they lie."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, Pairs
from components.analysis.labels.nucleus_table import PLACE
from components.analysis.output.files import Rows
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.table_view import TableView
from components.ui.selection.followers import follows_selection
from components.ui.selection.selection import current_selection, selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.exports import marked_rows, show_csv_download
from data.loader import LabelTable


@follows_selection("pairs")
def show_pairs(view: TableView, result: Agreement | None) -> None:
    """List the compared nuclei, or those of them that are selected, with both labels; to sort and to save."""
    if result is None or result.pairs.frame.empty:
        return
    pairs = result.pairs
    st.subheader("The nuclei compared", anchor=False)
    rows, marked = _marked_rows_of(view, result)
    chosen = ""
    if current_selection() is not None:
        selected = rows[rows["nucleus_id"].isin(selected_nuclei())]
        only = st.toggle(
            f"Only the {len(selected):,} of them that are selected",
            value=bool(len(selected)),
            key="only-selected",
        )
        if only:
            rows, marked, chosen = selected, marked_rows(selected), " that are selected"
    st.caption(
        f"{len(rows):,} of the {len(pairs.frame):,} nuclei compared at the level of {pairs.level}{chosen}. "
        f"Columns: the label by {pairs.rows.title} and by {pairs.columns.title}."
    )
    st.dataframe(marked, hide_index=True, height=320, lazy=True, key="pairs")
    show_csv_download("These nuclei as CSV", rows, f"{pairs.rows.name}-{pairs.columns.name}-pairs")


def _marked_rows_of(view: TableView, result: Agreement) -> tuple[pd.DataFrame, Rows]:
    pairs = result.pairs
    loaded, _ = wide_table(pairs.rows.name, pairs.columns.name)
    return _listed(view, pairs, loaded)


@cached(max_entries=8)
def _listed(view: TableView, pairs: Pairs, loaded: dict[str, LabelTable]) -> tuple[pd.DataFrame, Rows]:
    """The compared nuclei with both labels and their places, and the same as they are listed."""
    rows = _rows(pairs, side_by_side(loaded))
    return rows, marked_rows(rows)


def _rows(pairs: Pairs, wide: pd.DataFrame) -> pd.DataFrame:
    labels = pairs.frame.rename(columns={"row_label": pairs.rows.title, "column_label": pairs.columns.title})
    places = wide[[name for name in PLACE if name in wide]].reindex(labels.index)
    rows = labels.join(places)
    if pairs.square:
        agree = pairs.frame["row_label"].astype(str) == pairs.frame["column_label"].astype(str)
        rows.insert(2, "agree", agree)
    return rows.reset_index()
