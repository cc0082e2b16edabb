"""One panel of a page at a time, and the drawer: what is closed is not computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.ui.session.followers import begin_place, forget_parts, show_part

PANEL, DRAWER = "panel", "drawer"
"""Link parameters, and keys of the choices."""
EVERY = "All"
"""The last tab: all panels, one below the other."""


@dataclass(frozen=True)
class Panel:
    """The contents of a panel or of the drawer.

    Attributes
    ----------
    title : str
        On its tab, and in links.
    show : callable
        Draws it.
    follows : bool
        Whether it shows the selection, so that a pick draws it again.
    of : callable, optional
        All that it shows of it, as for `show_part`.
    """

    title: str
    show: Callable[[], None]
    follows: bool = False
    of: Callable[[], object] | None = None


@st.fragment(key="panels")
def show_panels(panels: Sequence[Panel]) -> None:
    """Show the panel that the reader has opened, or all below each other; the link holds the choice."""
    titles = [*(panel.title for panel in panels), *([EVERY] if len(panels) > 1 else [])]
    tabs = st.tabs(titles, key=PANEL, on_change="rerun", bind="query-params")
    for title, tab in zip(titles, tabs, strict=True):
        if tab.open:
            begin_place(PANEL, title)
            with tab:
                _show_titled(PANEL, [panel for panel in panels if title in {panel.title, EVERY}])


@st.fragment(key="drawer")
def show_drawer(panels: Sequence[Panel]) -> None:
    """Offer what lies in the drawer, and show what the reader has opened; the link holds the choice."""
    offered = {panel.title: panel for panel in panels}
    chosen = st.pills(
        "Drawer", list(offered), selection_mode="multi", key=DRAWER, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if not chosen:
        forget_parts(DRAWER)
        return
    with st.container(key="bench-drawer-content"):
        # What was opened last is in sight.
        _show_titled(DRAWER, [offered[title] for title in reversed(chosen)])


def _show_titled(place: str, panels: Sequence[Panel]) -> None:
    """Show panels under titles for screen readers: what is seen are those of tabs and pills."""
    forget_parts(place)
    for panel in panels:
        st.header(panel.title, anchor=False)
        show_part(f"{place}:{panel.title}", panel.show, follows=panel.follows, of=panel.of)
