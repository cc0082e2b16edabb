"""Parts of a page, of which some follow the selection: a pick draws these again, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

P = ParamSpec("P")
R = TypeVar("R")
FOLLOWING, SHOWING, DRAWN = "follows-selection", "followers-showing", "as-first-drawn"
DRAWING = "part-being-drawn"


def begin_page() -> None:
    """Forget the parts of the page before."""
    st.session_state[FOLLOWING], st.session_state[SHOWING], st.session_state[DRAWN] = [], {}, {}


def begin_place(place: str, title: str) -> None:
    """Forget what the parts of a place showed first, where it showed something else before."""
    drawn = st.session_state.setdefault(DRAWN, {})
    if drawn.get((place, "")) != title:
        others = {key: found for key, found in drawn.items() if _place(key[0]) != place}
        st.session_state[DRAWN] = others | {(place, ""): title}


def first_drawn(name: str, make: Callable[[], R]) -> R:
    """Return what the part that is being drawn showed when it was first drawn."""
    drawn, key = st.session_state.setdefault(DRAWN, {}), (part_here(), name)
    if key not in drawn:
        drawn[key] = make()
    found: R = drawn[key]
    return found


def follow(key: str, *, follows: bool = True) -> None:
    """Have a keyed fragment follow the selection from now on, or no longer."""
    following: list[str] = st.session_state.setdefault(FOLLOWING, [])
    if key in following and not follows:
        following.remove(key)
    elif follows and key not in following:
        following.append(key)


def follow_here() -> None:
    """Have the part that is being drawn follow the selection."""
    if key := part_here():
        follow(key)


def part_here() -> str:
    """The key of the part that is being drawn; "" outside of all."""
    return str(st.session_state.get(DRAWING, ""))


def show_part(
    key: str, show: Callable[[], None], *, follows: bool = False, of: Callable[[], object] | None = None
) -> None:
    """Draw a part of a page as a fragment of its own; it may follow the selection.

    Parameters
    ----------
    key : str
        Unique on a page; "place:title" of those that `redraw_followers` and `forget_parts` take together.
    show : callable
        Draws it.
    follows : bool
        Whether it always does; else if `follow_here` is called while it is drawn.
    of : callable, optional
        Gives all that it shows of the selection: while that stays as it was, it is not drawn again.
    """

    def draw() -> None:
        around, showing = part_here(), st.session_state.setdefault(SHOWING, {})
        follow(key, follows=follows)
        showing.pop(key, None)  # an act in the middle ends it half drawn
        now = of() if of else None
        st.session_state[DRAWING] = key
        try:
            show()
        finally:
            st.session_state[DRAWING] = around
        if of:
            showing[key] = of, now

    st.fragment(draw, key=key)()


def forget_parts(place: str) -> None:
    """Have no part of a place follow the selection any longer, as before it shows others."""
    following = st.session_state.get(FOLLOWING, [])
    st.session_state[FOLLOWING] = [key for key in following if _place(key) != place]


def _place(key: str) -> str:
    return key.partition(":")[0]


def follows_selection(
    key: str, of: Callable[[], object] | None = None
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a part of a page a fragment that follows the selection.

    Parameters
    ----------
    key, of
        As for `show_part`.
    """

    def decorate(show: Callable[P, None]) -> Callable[P, None]:
        @wraps(show)
        def shown(*args: P.args, **kwargs: P.kwargs) -> None:
            show_part(key, lambda: show(*args, **kwargs), follows=True, of=of)

        return shown

    return decorate


def redraw_followers(*only: str) -> None:
    """End a callback that changed the selection: draw again what shows it, or only these keys and places."""
    showing = st.session_state.get(SHOWING, {})

    def is_to_draw(key: str) -> bool:
        of, shown = showing.get(key, (None, None))
        return (not only or _place(key) in only) and not (of and of() == shown)

    following = [*filter(is_to_draw, st.session_state.get(FOLLOWING, []))]
    if following:
        try:
            st.rerun(following)
        except StreamlitAPIException:  # not in a callback, or a page without these parts: the whole page runs
            return
