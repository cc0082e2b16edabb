"""What is selected: in words, by type, as rows, as a file."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.number_words import of_nuclei
from components.analysis.selection.selection import LONGEST_TEXT
from components.ui.code_export.code import show_selection_code
from components.ui.selection.id_lists import show_id_list
from components.ui.selection.named_sets import show_named_sets
from components.ui.selection.picks import show_pickable_rows
from components.ui.selection.selection import (
    MODE,
    MODES,
    can_undo,
    current_selection,
    link_text,
    set_selection,
    undo_selection,
)
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.colours import Colouring, number_title
from components.ui.session.exports import marked_rows, show_csv_download
from components.ui.session.links import show_nucleus_link
from components.ui.session.notices import plain
from components.ui.session.release import current_release, table_title
from data.volume import VOLUME

MOST_TYPES = 6
HOW_TO = (
    "To select, click a nucleus, or draw a lasso or a box; click a bar, a square of a matrix, or “select” "
    "beside an entry of the legend; drag over a range of depths; pick rows of a list. Shift adds, Alt takes "
    "away. The selection goes with you to the other pages."
)
TOO_LONG = (
    f"The selection is too long for the link, which holds {LONGEST_TEXT:,} characters: about 4,700 nuclei "
    "listed by ID, or any number that a recipe means. It still goes with you to the other pages; to keep it "
    "for later, save it under Named sets and export them as a file."
)

WIDGET = "next-pick"
MODE_HELP = (
    "What a click or a drag in the cloud, a square, a bar, rows or IDs do with what is selected. In the "
    "cloud Shift always adds and Alt always takes away. Steps are taken one after the other, the first first."
)


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
    with st.container(border=True, key="selected"):
        here = wide.reindex(selected[np.isin(selected, wide.index)])
        if selection is None:
            st.caption(HOW_TO)
        else:
            said = plain(selection.words() + _types(here, colouring))
            said = said.replace("//", "/\u200b/")  # no address is linked
            st.markdown(f"**{of_nuclei(len(here))} selected** — {said}")
            if len(here) < len(selected):
                st.caption(_elsewhere(len(selected) - len(here), len(here)))
            if link_text(selection) is None:
                st.caption(TOO_LONG)
        _show_tools()
        if selection is not None and len(here):
            _show_rows(here)
            show_nucleus_link(here.index.to_numpy())
            show_viewer_link(selected, key="selected", colouring=colouring)
            show_selection_code(selection)
        show_id_list(wide)
        show_named_sets()


def _show_tools() -> None:
    """The reader's way of combining, Undo and Clear, in one row."""
    st.session_state[WIDGET] = st.session_state.get(MODE) or next(iter(MODES))
    with st.container(horizontal=True, vertical_alignment="bottom", key="selection-tools"):
        st.segmented_control(
            "The next pick", list(MODES), key=WIDGET, required=True, on_change=_keep_mode, help=MODE_HELP
        )
        st.button(
            "Undo", key="undo-selection", on_click=undo_selection, disabled=not can_undo(),
            icon=":material/undo:", help="Back to the selection before this one.",
        )  # fmt: skip
        if current_selection() is not None:
            st.button(
                "Clear", key="clear-selection", on_click=set_selection, args=(None,), icon=":material/close:"
            )


def _keep_mode() -> None:
    """Keep the choice under a name of its own: Streamlit forgets a widget that a page does not draw."""
    st.session_state[MODE] = st.session_state[WIDGET]


def _elsewhere(n: int, here: int) -> str:
    """Say that nuclei are selected which no table holds."""
    more = "more " if here else ""
    return f"{of_nuclei(n)} {more}{'is' if n == 1 else 'are'} selected that no table at hand holds."


def _show_rows(here: pd.DataFrame) -> None:
    tables = current_release().tables
    titles = {name: table.title for name, table in tables.on_pages.items()}
    titles |= {str(name): number_title(str(name), tables) for name in here if "." in str(name)}
    titled = here.rename(columns=titles).reset_index()
    shown = marked_rows(titled)
    show_pickable_rows(shown, here.index.to_numpy(), key="selected-rows", height=220)
    label = "Download the selected nuclei as CSV"
    show_csv_download(label, titled, "selection", layers=VOLUME.layer_presets[0])


def _types(here: pd.DataFrame, colouring: Colouring) -> str:
    """The commonest labels among the selected, in the table that colours."""
    if colouring.name not in here or colouring.name not in current_release().tables:
        return ""
    counts = here[colouring.name].value_counts()
    counts = counts[counts > 0]
    said = [f"{n:,} {label}" for label, n in counts.head(MOST_TYPES).items()]
    more = int(counts.iloc[MOST_TYPES:].sum())
    absent = int(here[colouring.name].isna().sum())
    said += [f"{more:,} {'other' if more == 1 else 'others'}"] if more else []
    said += [f"{absent:,} not in {table_title(colouring.name)}"] if absent else []
    return f" ({', '.join(said)})" if said else ""
