"""What is selected: in words, by type, as rows, as a file."""

import numpy as np
import pandas as pd
import streamlit as st

from components.ui.colouring import Colouring, number_title
from components.ui.exports import marked_rows, show_csv_download
from components.ui.notices import plain
from components.ui.selection import current_selection, described, link_text, set_selection
from data.catalog import TABLES

MOST_TYPES = 6


def show_selected(selected: np.ndarray, wide: pd.DataFrame, colouring: Colouring) -> None:
    """Say what is selected and list it; where nothing is, say how to select.

    Parameters
    ----------
    selected : ndarray of int64
        Nucleus IDs, sorted.
    wide : DataFrame
        The nucleus table.
    colouring : Colouring
        The table whose labels are counted.
    """
    selection = current_selection()
    if selection is None:
        st.caption(
            "Click a nucleus, or draw a lasso or a box, to select. Shift adds, Alt takes away. "
            "The selection goes with you to the other pages."
        )
        return
    here = wide.reindex(selected[np.isin(selected, wide.index)])
    with st.container(border=True, key="selected"):
        words, button = st.columns([5, 1], vertical_alignment="center")
        said = plain(described(selection) + _types(here, colouring)).replace(
            "//", "/\u200b/"
        )  # no address is linked
        words.markdown(f"**{len(here):,} nuclei selected** — {said}")
        button.button("Clear", on_click=set_selection, args=(None,), icon=":material/close:", width="stretch")
        if len(here) < len(selected):
            st.caption(f"{len(selected) - len(here):,} more are in no table at hand.")
        if link_text(selection) is None:
            st.caption("The selection is too long for the link; download it to keep it.")
        if len(here):
            _show_rows(here)


def _show_rows(here: pd.DataFrame) -> None:
    titles = {name: table.title for name, table in TABLES.items()}
    titles |= {str(name): number_title(str(name)) for name in here if "." in str(name)}
    titled = here.rename(columns=titles).reset_index()
    shown = marked_rows(titled)
    st.dataframe(shown, hide_index=True, height=220, lazy=True, placeholder="–", key="selected-rows")
    show_csv_download("Download the selected nuclei as CSV", titled, "selection")


def _types(here: pd.DataFrame, colouring: Colouring) -> str:
    """The commonest labels among the selected, in the table that colours."""
    if colouring.name not in here or colouring.name not in TABLES:
        return ""
    counts = here[colouring.name].value_counts()
    counts = counts[counts > 0]
    said = [f"{n:,} {label}" for label, n in counts.head(MOST_TYPES).items()]
    more = int(counts.iloc[MOST_TYPES:].sum())
    absent = int(here[colouring.name].isna().sum())
    said += [f"{more:,} {'other' if more == 1 else 'others'}"] if more else []
    said += [f"{absent:,} not in {TABLES[colouring.name].title}"] if absent else []
    return f" ({', '.join(said)})" if said else ""
