"""Figures on a page: built once for all sessions, shown with the house's settings."""

from collections.abc import Callable

import streamlit as st

from components.figures.frame import Figure, finished
from components.ui.session.cached import key_of
from components.ui.session.exports import plot_config


def show_chart(
    key: str,
    of: object,
    build: Callable[[], Figure],
    *,
    alt: str,
    on_select: Callable[[], None] | None = None,
    saved_as: str = "",
    drag: bool = False,
) -> None:
    """Show a figure, built only where none of what it shows has changed since.

    Parameters
    ----------
    key : str
        Of the chart; unique on the page.
    of : object
        All that the figure depends on, such as the table view: what `key_of` reads.
    build : callable
        Makes the figure.
    alt : str
        What it shows, for those who do not see it.
    on_select : callable, optional
        Called when the reader picks a point; `st.session_state[key]` holds it then.
    saved_as : str, optional
        Name of the picture it saves; without one, the key.
    drag : bool
        The reader picks by dragging over a range instead of by a click.
    """
    figure = _built(key, repr(key_of(of)), build)
    config = plot_config(saved_as or key)
    if drag:  # who zooms in needs a button to pick again
        config["modeBarButtonsToRemove"] = [
            one for one in config["modeBarButtonsToRemove"] if one != "select2d"
        ]
    st.plotly_chart(
        figure, key=key, config=config, alt=alt,
        on_select=on_select or "ignore", selection_mode="box" if drag else "points",
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=256)
def _built(key: str, of: str, _build: Callable[[], Figure]) -> Figure:
    return finished(_build())
