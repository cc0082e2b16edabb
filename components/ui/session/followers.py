"""Parts of a page that follow the selection: a pick draws these again, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

P = ParamSpec("P")
R = TypeVar("R")
FOLLOWING, SHOWING, DRAWN = "follows-selection", "followers-showing", "as-first-drawn"


def begin_page() -> None:
    """Forget the parts of the page before."""
    st.session_state[FOLLOWING], st.session_state[SHOWING] = [], {}
    begin_panel("")


def begin_panel(title: str) -> None:
    """Forget what another panel showed when it was opened."""
    if st.session_state.get(DRAWN, {}).get(None) != title:
        st.session_state[DRAWN] = {None: title}


def first_drawn(name: str, make: Callable[[], R]) -> R:
    """Return what a part of the open panel showed when it was first drawn."""
    drawn = st.session_state.setdefault(DRAWN, {})
    if name not in drawn:
        drawn[name] = make()
    found: R = drawn[name]
    return found


def follow(key: str, *, follows: bool = True) -> None:
    """Have a keyed fragment follow the selection from now on, or no longer."""
    following: list[str] = st.session_state.setdefault(FOLLOWING, [])
    if key in following and not follows:
        following.remove(key)
    elif follows and key not in following:
        following.append(key)


def follows_selection(
    key: str, of: Callable[[], object] | None = None
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a part of a page a fragment that follows the selection.

    Parameters
    ----------
    key : str
        Of the fragment; unique on a page.
    of : callable, optional
        Gives all that the part shows of the selection: while that stays as it was, it is not drawn again.
    """

    def decorate(show: Callable[P, None]) -> Callable[P, None]:
        def draw(*args: P.args, **kwargs: P.kwargs) -> None:
            showing: dict[str, object] = st.session_state.setdefault(SHOWING, {})
            showing.pop(key, None)  # an act in the middle ends it half drawn
            now = of() if of else None
            show(*args, **kwargs)
            if of:
                showing[key] = of, now

        fragment = st.fragment(draw, key=key)

        @wraps(show)
        def shown(*args: P.args, **kwargs: P.kwargs) -> None:
            follow(key)
            fragment(*args, **kwargs)

        return shown

    return decorate


def redraw_followers(*only: str) -> None:
    """End a callback that changed the selection: draw again only what shows it, or only these parts of it."""
    same = {key for key, (of, shown) in st.session_state.get(SHOWING, {}).items() if of() == shown}
    following = [key for key in st.session_state.get(FOLLOWING, []) if key not in same]
    following = [key for key in following if not only or key in only]
    if following:
        try:
            st.rerun(following)
        except StreamlitAPIException:  # not in a callback, or a page without these parts: the whole page runs
            return
