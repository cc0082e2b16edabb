"""A session that ended with its server: its page is opened again from the link, and the reader is told."""

import secrets

import streamlit as st

from components.ui.assets import texts_beside

SESSION = "session-name"
"""Key of a name that no other session has."""
LOST = (
    "**The connection was lost, and the session with it.** This page was opened again from its link. Named "
    "sets and the steps of Undo are gone."
)
SAID = "lost-session-said"
"""Key of whether the page says so: until the reader closes it, since the next run may follow unasked."""

_reconnect = st.components.v2.component(
    "reconnect", js=texts_beside(__file__)("reconnect.js"), isolate_styles=False
)


def show_lost_session() -> bool:
    """Run the page again after a lost connection, and say so where its session is gone; for every page.

    Returns
    -------
    bool
        Whether the page says so.
    """
    session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    told = _reconnect(data=session, key="reconnect", on_lost_change=lambda: None)
    if told.lost and told.lost != session:
        st.session_state[SAID] = True
    lost = bool(st.session_state.get(SAID))
    if lost:
        with st.container(key="lost-session", horizontal=True, vertical_alignment="center"):
            st.warning(LOST, icon=":material/link_off:")
            st.button("Close", key="forget-lost", icon=":material/close:", type="tertiary", on_click=_forget)
    return lost


def _forget() -> None:
    st.session_state.pop(SAID, None)
