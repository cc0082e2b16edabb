"""The compared nuclei, one by one: both labels, whether they agree, where they lie."""

import pandas as pd
import streamlit as st

from components.analysis.agreement import Agreement
from components.analysis.nucleus_table import PLACE
from components.ui.exports import marked, show_csv_download, with_text_ids
from components.ui.scope import Scope
from components.ui.selection import current_selection, selected_nuclei
from components.ui.universe import wide_table


def show_pairs(scope: Scope, result: Agreement | None) -> None:
    """List the compared nuclei, or those of them that are selected, with both labels; to sort and to save."""
    if result is None or result.pairs.frame.empty:
        return
    pairs = result.pairs
    st.subheader("The nuclei compared", anchor=False)
    rows = _rows(result, scope)
    chosen = ""
    if current_selection() is not None:
        selected = rows[rows["nucleus_id"].isin(selected_nuclei())]
        only = st.toggle(
            f"Only the {len(selected):,} of them that are selected",
            value=bool(len(selected)),
            key="only-selected",
        )
        rows, chosen = (selected, " that are selected") if only else (rows, "")
    st.caption(
        f"{len(rows):,} of the {len(pairs.frame):,} nuclei compared at the level of {pairs.level}{chosen}. "
        f"Columns: the label by {pairs.rows.title} and by {pairs.columns.title}."
    )
    text = with_text_ids(rows)
    st.dataframe(marked(text), hide_index=True, height=320, lazy=True, key="pairs")
    show_csv_download("These nuclei as CSV", text, f"{pairs.rows.name}-{pairs.columns.name}-pairs")


def _rows(result: Agreement, scope: Scope) -> pd.DataFrame:
    pairs = result.pairs
    _, wide = wide_table(pairs.rows.name, pairs.columns.name)
    labels = pairs.frame.rename(columns={"row_label": pairs.rows.title, "column_label": pairs.columns.title})
    places = wide[[name for name in PLACE if name in wide]].reindex(labels.index)
    rows = labels.join(places)
    if pairs.square:
        agree = pairs.frame["row_label"].astype(str) == pairs.frame["column_label"].astype(str)
        rows.insert(2, "agree", agree)
    return rows.reset_index()
