"""Panels that follow the selection: a pick in the cloud draws them again, and nothing else of the page."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")
FOLLOWING = "follows-selection"


def begin_page() -> None:
    """Forget the panels of the page before."""
    st.session_state[FOLLOWING] = []


def follows_selection(key: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a panel a fragment that `redraw_followers` draws again.

    Parameters
    ----------
    key : str
        Of the fragment; unique on a page.
    """

    def decorate(show: Callable[P, None]) -> Callable[P, None]:
        fragment = st.fragment(show, key=key)

        @wraps(show)
        def shown(*args: P.args, **kwargs: P.kwargs) -> None:
            following: list[str] = st.session_state.setdefault(FOLLOWING, [])
            if key not in following:
                following.append(key)
            fragment(*args, **kwargs)

        return shown

    return decorate


def redraw_followers() -> None:
    """End a callback that changed the selection: draw again what shows it."""
    st.rerun(list(st.session_state[FOLLOWING]))
