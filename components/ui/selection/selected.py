"""What is selected: in words, by type, as rows, as a file."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.selection.selection import LONGEST_TEXT
from components.ui.code_export.code import show_selection_code
from components.ui.selection.copy_link import show_copy_link
from components.ui.selection.id_lists import show_id_list
from components.ui.selection.named_sets import show_named_sets
from components.ui.selection.picks import show_pickable_rows
from components.ui.selection.selection import (
    CAME_WITH_LINK,
    current_selection,
    link_text,
    selection_from_link,
    show_selection_tools,
)
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.colours import Colouring, number_title
from components.ui.session.exports import marked_rows, show_csv_download
from components.ui.session.links import show_nucleus_link
from components.ui.session.notices import plain
from components.ui.session.release import current_release, table_title
from data.number_words import of_nuclei, plural
from data.volume import VOLUME

MOST_TYPES = 6
HOW_TO = (
    "To select, click a nucleus, or draw a lasso or a box; click a bar, a matrix cell, or “select” "
    "beside an entry of the legend; drag over a range of depths; pick rows of a list. Shift adds, Alt takes "
    "away. The selection goes with you to the other pages."
)
TOO_LONG = (
    f"The selection is too long for the link, which holds {LONGEST_TEXT:,} characters: about 4,700 nuclei "
    "listed by ID, or any number that a recipe means. It still goes with you to the other pages; to keep it "
    "for later, save it under Named sets and export them as a file."
)


def show_selected(selected: np.ndarray, wide: pd.DataFrame, colouring: Colouring) -> None:
    """Describe and list what is selected; where nothing is, explain how to select.

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
    with st.container(border=True, key="selected"):
        rows = wide.reindex(selected[np.isin(selected, wide.index)])
        if selection is None:
            st.caption(HOW_TO)
        else:
            words = plain(selection.words() + _types(rows, colouring))
            words = words.replace("//", "/\u200b/")  # no address is linked
            st.markdown(f"**{of_nuclei(len(rows))} selected** — {words}")
            if absent := len(selected) - len(rows):
                more, verb = "more " if len(rows) else "", "is" if absent == 1 else "are"
                st.caption(f"{of_nuclei(absent)} {more}{verb} selected that no table at hand holds.")
            if selection_from_link():
                st.caption(CAME_WITH_LINK)
            if link_text(selection) is None:
                st.caption(TOO_LONG)
        show_selection_tools()
        show_copy_link()
        if selection is not None and len(rows):
            _show_rows(rows)
            show_nucleus_link(rows.index.to_numpy())
            show_viewer_link(selected, key="selected", colouring=colouring)
            show_selection_code(selection)
        show_id_list(wide)
        show_named_sets()


def _show_rows(rows: pd.DataFrame) -> None:
    tables = current_release().tables
    titles = {name: table.title for name, table in tables.on_pages.items()}
    titles |= {str(name): number_title(str(name), tables) for name in rows if "." in str(name)}
    titled = rows.rename(columns=titles).reset_index()
    show_pickable_rows(marked_rows(titled), rows.index.to_numpy(), key="selected-rows", height=220)
    label = "Download the selected nuclei as CSV"
    show_csv_download(label, titled, "selection", layers=VOLUME.layer_presets[0])


def _types(rows: pd.DataFrame, colouring: Colouring) -> str:
    """The commonest labels among the selected, in the table that colours."""
    if colouring.name not in rows or colouring.name not in current_release().tables:
        return ""
    counts = rows[colouring.name].value_counts()
    counts = counts[counts > 0]
    parts = [f"{n:,} {label}" for label, n in counts.head(MOST_TYPES).items()]
    if more := int(counts.iloc[MOST_TYPES:].sum()):
        parts.append(plural(more, "other", "others"))
    if absent := int(rows[colouring.name].isna().sum()):
        parts.append(f"{absent:,} not in {table_title(colouring.name)}")
    return f" ({', '.join(parts)})" if parts else ""
