"""How the reader finds a nucleus: by its ID, its root ID or a place; the choice is part of the link.

A link that names several counts in this order: nucleus ID, root ID, place. The page says which choices do
not lead to the nucleus shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.analysis.nucleus.examples import Example, examples
from components.analysis.nucleus.index import AT_POINT, ReleaseIndex
from components.ui.selection.selection import selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.links import NUCLEUS
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release
from data.errors import DataError
from data.number_words import of_nuclei, plural
from data.tables.typed import read_coordinates, read_nucleus_id, read_root_id
from data.volume import VOLUME
from data.volume.space import distance_to_edge_um

ROOT, PLACE = "root", "at"
"""Keys of the other boxes, as links name them."""
READERS: dict[str, Callable[[str], object]] = {
    NUCLEUS: read_nucleus_id,
    ROOT: read_root_id,
    PLACE: read_coordinates,
}
WANTED, WHICH = "nucleus-wanted", "nucleus-which"
NEAREST = 5
PLACE_HELP = (
    f"x, y, z in voxels of {VOLUME.voxel_words}, as CAVE and Neuroglancer show them; or x, depth, z in "
    "oriented µm, with the unit: 700, 310, 870 µm."
)


@dataclass(frozen=True)
class Candidates:
    """The nuclei that a root ID or a place leads to.

    Attributes
    ----------
    details : dict of int to str
        By nucleus ID, how it lies there.
    words : str
        What they are.
    warning : str
        What is odd about the place; "" where nothing is.
    """

    details: dict[int, str]
    words: str
    warning: str = ""


WIDTHS = (220, 310, 310)
"""Width of the boxes, in pixels."""


def pick_texts() -> list[str]:
    """Nucleus ID, root ID and place as typed; a box that is written in empties the others.

    Draw the boxes before the tables are loaded: a search during the load would else lose to the link, from
    which Streamlit fills a box on its first run.
    """
    wanted = st.session_state.pop(WANTED, None)
    if wanted is not None:
        go_to(wanted)
    nucleus_help = f"{VOLUME.nucleus_digits.capitalize()}, the same in every release."
    root_help = f"{VOLUME.root_digits.capitalize()}, valid at this release. A root may carry several nuclei."
    boxes = (
        (NUCLEUS, "Nucleus ID", nucleus_help, VOLUME.example_nuclei[0]),
        (ROOT, "Root ID", root_help, VOLUME.example_root),
        (PLACE, "Place", PLACE_HELP, VOLUME.example_place_words),
    )
    texts = [
        st.text_input(
            title, key=key, bind="query-params", help=help_text, placeholder=f"such as {example}",
            on_change=_empty_others, args=(key,), width=width,
        )
        for (key, title, help_text, example), width in zip(boxes, WIDTHS, strict=True)
    ]  # fmt: skip
    return [(text or "").strip() for text in texts]


def pick_nucleus(index: ReleaseIndex, texts: Sequence[str], otherwise: Callable[[], None]) -> int:
    """The nucleus that the reader has found; while none is chosen the page ends here, with ways to find one.

    Parameters
    ----------
    index : ReleaseIndex
    texts : sequence of str
        As `pick_texts` gives them.
    otherwise : callable
        Shows what the page can show without a nucleus.
    """
    nucleus_text, root_text, place_text = texts
    candidates = None
    try:
        if root_text:
            candidates = _of_root(index, read_root_id(root_text))
        elif place_text:
            candidates = _near(index, read_coordinates(place_text).um)
        nucleus = _known(index, read_nucleus_id(nucleus_text)) if nucleus_text else None
    except DataError as error:
        show_problem(error)
        _end_with_ways(index, otherwise)
    if root_text and place_text:
        st.caption("The link also names a place, which is not used: a root ID counts before a place.")
    if candidates:
        return _pick_candidate(candidates, nucleus)
    if nucleus is None:
        _end_with_ways(index, otherwise)
    return nucleus


def go_to(nucleus_id: int) -> None:
    """Open another nucleus: for the callbacks of buttons and lists."""
    st.session_state[NUCLEUS] = str(nucleus_id)
    st.session_state[ROOT] = st.session_state[PLACE] = ""


def step(among: NDArray[np.int64], by: int) -> None:
    """Open the nucleus before or after the one that is open when the click arrives.

    Parameters
    ----------
    among : int64 array
        Sorted.
    by : int
        1 or -1.
    """
    open_id = st.session_state.get(NUCLEUS, "")
    if open_id.isdigit():
        first, after = (int(np.searchsorted(among, int(open_id), side=side)) for side in ("left", "right"))
        position = after if by > 0 else first - 1
        if 0 <= position < len(among):
            go_to(int(among[position]))
            st.rerun()  # the whole page, not the buttons alone


def go_to_on_next_run(nucleus_id: int) -> None:
    """Open another nucleus on the next run: for what is picked while the page is drawn."""
    st.session_state[WANTED] = nucleus_id


def _empty_others(key: str) -> None:
    try:
        READERS[key]((st.session_state.get(key) or "").strip())
    except DataError:  # shown beside the box; the others keep their text
        return
    for other in READERS.keys() - {key}:
        st.session_state[other] = ""


def _known(index: ReleaseIndex, nucleus_id: int) -> int:
    if nucleus_id in index:
        return nucleus_id
    raise DataError(
        f"There is no nucleus {nucleus_id} among the {len(index.wide):,} {index.denominator}.",
        "Check the digits, or look in an earlier release: a nucleus keeps its ID, but one that was retired "
        "(its row taken back) is in no later release.",
    )


def _of_root(index: ReleaseIndex, root_id: int) -> Candidates:
    on_root = index.nuclei_of_root(root_id)
    if on_root.empty:
        raise DataError(
            f"None of the {len(index.wide):,} {index.denominator} lies on root {root_id}.",
            "Root IDs change with proofreading: this one may be of another release.",
        )
    details = dict(zip(on_root["nucleus_id"].tolist(), on_root["found"].astype(str), strict=True))
    if len(details) > 1:
        merged = "cells that are merged in the segmentation, as a rule"
        return Candidates(details, f"Root {root_id} carries {of_nuclei(len(details))}: {merged}.")
    where = ", found at its lookup point" if AT_POINT in details.values() else ""
    return Candidates(details, f"Root {root_id} carries one nucleus{where}.")


def _near(index: ReleaseIndex, um: NDArray[np.float64]) -> Candidates:
    near = index.nearest(um, NEAREST)
    distances = dict(zip(near["nucleus_id"].tolist(), near["distance_um"], strict=True))
    x, depth, z = um
    place = f"x {x:.0f}, depth {depth:.0f}, z {z:.0f} µm"
    words = f"The {of_nuclei(len(near))} nearest to {place}, by their centres."
    warning = ""
    if distance_to_edge_um(*um[:, None])[0] < 0:
        nearest_um = min(distances.values())
        warning = (
            f"This place lies outside the imaged volume: the nearest nucleus is {nearest_um:,.0f} µm away."
        )
    return Candidates({nucleus: f"{far:,.1f} µm away" for nucleus, far in distances.items()}, words, warning)


def _pick_candidate(candidates: Candidates, nucleus: int | None) -> int:
    """The reader's choice of several, at first the first; a nucleus that the link names goes before."""
    if candidates.warning:
        st.warning(plain(candidates.warning), icon=":material/wrong_location:")
    st.markdown(plain(candidates.words))
    if nucleus is not None and nucleus not in candidates.details:
        st.caption(f"The link also names nucleus {nucleus}, which is shown though it is not among them.")
        return nucleus
    first, *others = candidates.details
    if not others:
        return first
    st.session_state[WHICH] = first if nucleus is None else nucleus
    return st.selectbox(
        "Which of them", list(candidates.details), key=WHICH, on_change=_keep_which,
        format_func=lambda nucleus_id: f"{nucleus_id} — {candidates.details[nucleus_id]}",
    )  # fmt: skip


def _keep_which() -> None:
    if (which := st.session_state.get(WHICH)) is not None:
        st.session_state[NUCLEUS] = str(which)


def _end_with_ways(index: ReleaseIndex, otherwise: Callable[[], None]) -> NoReturn:
    """Say how to find a nucleus, offer some, and end the page."""
    selected = selected_nuclei()
    selected = selected[np.isin(selected, index.wide.index)]
    st.markdown(
        f"Write an ID or a place above, click a nucleus in any cloud, or begin with one of these out of the "
        f"{len(index.wide):,} {index.denominator}."
    )
    if len(selected):
        label = f"{selected[0]} — the first of the {len(selected):,} selected"
        st.button(
            label, key="first-selected", on_click=go_to, args=(int(selected[0]),),
            icon=":material/fingerprint:", type="primary",
        )  # fmt: skip
    show_absent_tables(index)
    with st.container():
        for position, example in enumerate(_examples(index)):
            label = f"{example.nucleus_id} — {example.why}"
            st.button(label, key=f"example-{position}", on_click=go_to, args=(example.nucleus_id,))
    otherwise()
    st.stop()


def show_absent_tables(index: ReleaseIndex) -> None:
    """Name the tables that are not at hand and so say nothing of a nucleus."""
    tables = current_release().tables.on_pages
    absent = [table.title for name, table in tables.items() if name not in index.loaded]
    if absent:
        words = f"{len(absent)} of {plural(len(tables), 'table')} are not at hand: {', '.join(absent)}."
        st.info(words, icon=":material/inventory_2:")


@cached()
def _examples(index: ReleaseIndex) -> tuple[Example, ...]:
    return examples(index)
