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

_reconnect = st.components.v2.component(
    "reconnect", js=texts_beside(__file__)("reconnect.js"), isolate_styles=False
)


def show_lost_session() -> bool:
    """Run the page again after a lost connection, and say so where its session is gone; for every page.

    Returns
    -------
    bool
        Whether this run says so.
    """
    session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    told = _reconnect(data=session, key="reconnect", on_lost_change=lambda: None)
    lost = bool(told.lost) and told.lost != session
    if lost:
        st.warning(LOST, icon=":material/link_off:")
    return lost
