"""Figures and key numbers on a page: figures are built once for all sessions and carry their caption."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from components.analysis.selection.marks import SelectedCounts
from components.figures.frame import Figure, finished
from components.figures.ghosts import filled
from components.ui.session.cached import RESULTS, key_of, own_results
from components.ui.session.exports import plot_config, synthetic_words
from components.ui.session.followers import first_drawn, follow_here
from components.ui.session.own_tables import has_own_tables
from components.ui.session.release import current_release

RENEWED = "charts-renewed"


@dataclass(frozen=True)
class LinkedMarks:
    """The nuclei of a chart's marks.

    Attributes
    ----------
    describe : callable
        Tells them to the browser, which then lights them and counts those selected; None where it cannot.
    selected : callable
        Counts those selected; None where nothing is.
    """

    describe: Callable[[], dict[str, Any] | None]
    selected: Callable[[], SelectedCounts | None]


def renew_charts() -> None:
    """Replace every chart: Streamlit leaves the colours of the previous theme in those that are drawn."""
    st.session_state[RENEWED] = st.session_state.get(RENEWED, 0) + 1


def figure_caption(what: str, of: str, *, gap: str = "<br>") -> str:
    """Caption that a picture carries: synthetic or not, content, release, count, source.

    Parameters
    ----------
    what : str
        Its content, such as the table's title; "" for the whole release.
    of : str
        The count, such as "n = 1,204 nuclei".
    gap : str
        Between the two: a line break, or " · " below a scene.
    """
    opened = current_release()
    head = f"{what} · v{opened.release.number}" if what else f"v{opened.release.number}"
    return f"{synthetic_words()}{head}{gap}{of} · source: {opened.source.name}"


def show_numbers(numbers: Mapping[str, tuple[str, str]]) -> None:
    """Show key numbers side by side: by name, the value and, behind a help icon, what it counts."""
    with st.container(horizontal=True):
        for name, (value, meaning) in numbers.items():
            st.metric(name, value, help=meaning, width="content")


def show_chart(
    key: str,
    of: object,
    build: Callable[[], Figure],
    *,
    alt: str,
    on_select: Callable[[], None] | None = None,
    saved_as: str = "",
    drag: bool = False,
    marks: LinkedMarks | None = None,
) -> None:
    """Show a figure; it is rebuilt only after a change of what it depends on.

    Parameters
    ----------
    key : str
        The chart's; unique on the page.
    of : object
        All that the figure depends on, such as the table view, as `key_of` reads it.
    build : callable
        Makes the figure.
    alt : str
        What it shows: the figure's title, and its name for readers who cannot see it. It holds no count, or
        every change of the count would put a new chart in the place of the old.
    on_select : callable, optional
        Called when the reader picks a point, which `clicked_points` then gives.
    saved_as : str, optional
        Name of the saved picture; by default the key.
    drag : bool
        Whether the reader picks by a drag over a range instead of a click.
    marks : LinkedMarks, optional
        The nuclei of the figure's marks.
    """

    def make() -> Figure:
        figure = build()
        if marks and (told := marks.describe()):
            figure.layout.meta = {**(figure.layout.meta or {}), "marks": told}
        return finished(figure, alt)

    named = repr((alt, key_of(of)))
    results = own_results() if has_own_tables() else RESULTS
    figure = results.find(f"figure {key}", named, make)
    told = figure.layout.meta or {}
    if marks and "ghosts" in told:
        if told.get("marks", {"named": True}).get("named"):  # the browser cannot fill it, so each pick does
            follow_here()
            filling = marks.selected()
        else:  # the browser fills it from now on: a new figure would replace the chart
            filling = first_drawn(f"{key} {alt} {key_of(of)!r}", marks.selected)
        figure = filled(figure, filling) if filling else figure
    config = plot_config(saved_as or key) | {RENEWED: st.session_state.get(RENEWED, 0)}
    if drag:  # after zooming in, the reader needs the button to pick again
        config["modeBarButtonsToRemove"].remove("select2d")
    st.plotly_chart(
        figure, key=key, config=config, alt=alt,
        on_select=on_select or "ignore", selection_mode="box" if drag else "points",
    )  # fmt: skip


def clicked_points(key: str) -> list[dict[str, Any]]:
    """Return the point that was clicked in a chart, in a list.

    It is empty after a double click, which empties the chart's own selection, and where the chart has gone:
    a browser that has not heard of it yet sends its last click once more.
    """
    return picked_in(key, "points")[:1]


def picked_in(key: str, what: Literal["points", "box", "rows"]) -> list[Any]:
    """Return what is picked in a chart or a list of rows; nothing where it has gone."""
    found: list[Any] = (st.session_state.get(key) or {}).get("selection", {}).get(what, [])
    return found
