"""One panel of a page at a time, and the drawer: what is closed is not computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.ui.session.followers import begin_panel, follow

PANEL, DRAWER = "panel", "drawer"
"""Link parameters, and keys of the choices."""
EVERY = "All"
"""The last tab: all panels, one below the other."""


@dataclass(frozen=True)
class Panel:
    """What stands in a panel or in the drawer.

    Attributes
    ----------
    title : str
        On its tab, and in links.
    show : callable
        Draws it.
    follows : bool
        Whether it shows the selection, so that a pick draws it again.
    """

    title: str
    show: Callable[[], None]
    follows: bool = False


@st.fragment(key="panels")
def show_panels(panels: Sequence[Panel]) -> None:
    """Show the panel that the reader has opened, or all below each other; the link holds the choice."""
    titles = [*(panel.title for panel in panels), *([EVERY] if len(panels) > 1 else [])]
    tabs = st.tabs(titles, key=PANEL, on_change="rerun", bind="query-params")
    for title, tab in zip(titles, tabs, strict=True):
        if tab.open:
            begin_panel(title)
            shown = [panel for panel in panels if title in {panel.title, EVERY}]
            follow("panels", follows=any(panel.follows for panel in shown))
            with tab:
                for panel in shown:
                    _show_titled(panel)


@st.fragment(key="drawer")
def show_drawer(panels: Sequence[Panel]) -> None:
    """Offer what lies in the drawer, and show what the reader has opened; the link holds the choice."""
    offered = {panel.title: panel for panel in panels}
    chosen = st.pills(
        "Drawer", list(offered), selection_mode="multi", key=DRAWER, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    follow("drawer", follows=any(offered[title].follows for title in chosen))
    if chosen:
        with st.container(key="bench-drawer-content"):
            for title in chosen:
                _show_titled(offered[title])


def _show_titled(panel: Panel) -> None:
    """Show a panel under its title: its tab or pill shows it, a screen reader finds it among the headings."""
    st.header(panel.title, anchor=False)
    panel.show()
