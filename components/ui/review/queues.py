"""Which nuclei are reviewed: the reader's selection, what lineages contest, what lies near a threshold."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.analysis.comparison.units import QUALITY_TITLES
from components.analysis.labels.depth_ranges import RULE
from components.analysis.labels.ids import NO_IDS
from components.analysis.nucleus.consensus import JUDGED
from components.analysis.nucleus.index import ReleaseIndex
from components.analysis.review.queue import (
    Queue,
    contested_queue,
    misplaced_queue,
    near_queue,
    selected_queue,
)
from components.ui.selection.selection import current_selection, selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.colours import LEVEL_TITLES, quality_measures
from components.ui.session.links import QUEUE, SELECTED, begin_choice
from components.ui.session.release import current_release
from data.labels.entry import Level
from data.loader import LabelTable

EMPTY = {
    SELECTED: "Nothing is selected. Select nuclei on any page, then come back.",
    "Contested": "At this level no two lineages at hand differ about a nucleus.",
    "Implausible in place": "No label lies outside its type's depth range, or no manual table is at hand.",
    "Near a threshold": "No table at hand holds a confidence, a score or a residual.",
}
"""What the page says about an empty queue."""


@dataclass(frozen=True, eq=False)
class PickedQueue:
    """The queue that the reader picked.

    Attributes
    ----------
    find : callable
        Finds its nuclei as they are then.
    if_empty : str
        What the page says where it has none.
    """

    find: Callable[[], Queue]
    if_empty: str


HELP = (
    "Selection: the selected nuclei, by ID. Contested: those to which tables of different lineages give "
    "different labels, the most contested first. Implausible in place: those with a label "
    f"{RULE}, the farthest first. Near a threshold: those whose confidence, score or residual "
    "in a table lies nearest to a number."
)


def pick_queue(index: ReleaseIndex) -> PickedQueue:
    """Let the reader pick a queue; the choice is part of the link."""
    default = SELECTED if current_selection() is not None else "Contested"
    begin_choice(QUEUE, QUEUES, default)
    options = list(QUEUES)
    chosen = st.selectbox(
        "Queue", options, index=options.index(default), key=QUEUE, bind="query-params", help=HELP
    )
    return PickedQueue(QUEUES[chosen](index), EMPTY[chosen])


def _of_selection(index: ReleaseIndex) -> Callable[[], Queue]:
    def find() -> Queue:
        selected = selected_nuclei()
        return selected_queue(selected[np.isin(selected, index.wide.index)])

    return find


def _of_contested(index: ReleaseIndex) -> Callable[[], Queue]:
    titles = {title: level for title, level in LEVEL_TITLES.items() if level in JUDGED}
    title = st.segmented_control(
        "at", list(titles), default="Class", required=True, key="contested-at", bind="query-params",
        help="The level at which lineages differ.",
    )  # fmt: skip
    return lambda: _contested(dict(index.loaded), titles[title])


@cached(show_spinner="Finding contested nuclei …")
def _contested(loaded: dict[str, LabelTable], level: Level) -> Queue:
    return contested_queue(loaded, level)


def _of_misplaced(index: ReleaseIndex) -> Callable[[], Queue]:
    return lambda: _misplaced(dict(index.loaded))


@cached(show_spinner="Finding labels out of place …")
def _misplaced(loaded: dict[str, LabelTable]) -> Queue:
    return misplaced_queue(loaded) or selected_queue(NO_IDS)


def _near_a_threshold(index: ReleaseIndex) -> Callable[[], Queue]:
    wide, measures = index.wide, quality_measures(index.wide, current_release().tables)
    if not measures:
        return lambda: selected_queue(NO_IDS)
    begin_choice("near-of", measures, next(iter(measures)))
    name = measures[st.selectbox("of", list(measures), key="near-of", bind="query-params")]
    middle = round(float(np.nanmedian(wide[name].to_numpy(dtype=np.float64))), 2)
    threshold = st.number_input("Threshold", value=middle, key="near", bind="query-params", width=200)
    most = st.number_input("Nuclei", 1, 10_000, 200, key="nearest", bind="query-params", width=180)
    what = QUALITY_TITLES[name.rpartition(".")[2]].lower()
    return lambda: near_queue(wide[name], threshold, int(most), what)


QUEUES: dict[str, Callable[[ReleaseIndex], Callable[[], Queue]]] = {
    SELECTED: _of_selection,
    "Contested": _of_contested,
    "Implausible in place": _of_misplaced,
    "Near a threshold": _near_a_threshold,
}
"""Every queue by its title, which is part of links."""
