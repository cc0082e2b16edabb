"""Back and Forward: one choice is one step, and where they lead the link alone counts.

Streamlit runs a page again on Back and on Forward and sets the choices that are bound to the link. What the
link holds without a widget, the selection and the release, is read anew by the modules that keep it.
"""

from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.ui.assets import texts_beside

_steps = st.components.v2.component(
    "history_steps", js=texts_beside(__file__)("history.js"), isolate_styles=False
)


def record_steps() -> None:
    """Make each choice one step of the browser's history; call it on every page, before its choices."""
    with st.container(key="history", height=1, border=False, autoscroll=False):
        _steps(key="history-steps")


def is_history_step() -> bool:
    """Whether Back or Forward caused this run: then a choice that the link lacks is at its default."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def restore_address() -> None:
    """Take the address as Back and Forward restore it: Streamlit drops choices that the last page had too."""
    context = get_script_run_ctx()
    if context is None:
        return
    for name, values in parse_qs(context.query_string, keep_blank_values=True).items():
        if name not in st.query_params:
            st.query_params[name] = values
    with context.session_state.query_params() as choices:
        choices.set_initial_query_params_from_current()
