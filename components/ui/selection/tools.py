"""Beside the selection: what the next pick does with it, and the ways back."""

import streamlit as st

from components.ui.selection.selection import (
    MODE,
    MODES,
    can_undo,
    current_selection,
    set_selection,
    undo_selection,
)

WIDGET = "next-pick"
MODE_HELP = (
    "What a click or a drag in the cloud, a square, a bar, rows or IDs do with what is selected. In the "
    "cloud Shift always adds and Alt always takes away. Steps are taken one after the other, the first first."
)


def show_selection_tools() -> None:
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
