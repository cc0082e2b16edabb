"""How a nucleus is found: by its ID, its root ID or a place; the choice stands in the link.

A link that names several counts in this order: nucleus ID, root ID, place. What does not lead to the nucleus
shown is said.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.analysis.labels.typed import read_nucleus_id, read_place, read_root_id
from components.analysis.nucleus.examples import Example, examples
from components.analysis.nucleus.index import AT_POINT, ReleaseIndex
from components.ui.selection.selection import selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.links import NUCLEUS
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release
from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import distance_to_edge_um

ROOT, PLACE = "root", "at"
"""Keys of the other boxes, as they stand in links."""
READERS: dict[str, Callable[[str], object]] = {
    NUCLEUS: read_nucleus_id,
    ROOT: read_root_id,
    PLACE: read_place,
}
WANTED, WHICH = "nucleus-wanted", "nucleus-which"
NEAREST = 5
PLACE_HELP = (
    f"x, y, z in voxels of {VOLUME.voxel_words}, as CAVE and Neuroglancer show them; or x, depth, z in "
    "oriented µm, with the unit: 700, 310, 870 µm."
)


@dataclass(frozen=True, eq=False)
class Candidates:
    """The nuclei that a root ID or a place leads to.

    Attributes
    ----------
    nuclei : list of int
    said : dict of int to str
        What is said of each beside its ID.
    words : str
        What they are.
    warning : str
        What is odd about the place, "" where nothing is.
    """

    nuclei: list[int]
    said: dict[int, str]
    words: str
    warning: str = ""


def pick_nucleus(index: ReleaseIndex) -> int:
    """Let the reader find a nucleus; while none is chosen the page ends here, with ways to find one."""
    _go_where_wanted()
    typed = _pick_text()
    found = None
    try:
        if typed[ROOT]:
            found = _of_root(index, read_root_id(typed[ROOT]))
        elif typed[PLACE]:
            found = _near(index, read_place(typed[PLACE]).um)
        nucleus = _known(index, read_nucleus_id(typed[NUCLEUS])) if typed[NUCLEUS] else None
    except DataError as error:
        show_problem(error)
        _show_ways(index)
        st.stop()
    if typed[ROOT] and typed[PLACE]:
        st.caption("The link also names a place, which is not used: a root ID counts before a place.")
    if found:
        nucleus = _choose_among(found, nucleus)
    if nucleus is None:
        _show_ways(index)
        st.stop()
    return nucleus


def go_to(nucleus_id: int) -> None:
    """Open another profile: for the callbacks of buttons and lists."""
    st.session_state[NUCLEUS] = str(nucleus_id)
    st.session_state[ROOT] = st.session_state[PLACE] = ""


def step(among: NDArray[np.int64], by: int) -> None:
    """Open the next of some nuclei, or the one before: of the one that stands there when the click arrives.

    Parameters
    ----------
    among : int64 array
        Sorted.
    by : int
        1 or -1.
    """
    now = st.session_state.get(NUCLEUS, "")
    if now.isdigit():
        first, after = (int(np.searchsorted(among, int(now), side=side)) for side in ("left", "right"))
        place = after if by > 0 else first - 1
        if 0 <= place < len(among):
            go_to(int(among[place]))


def want(nucleus_id: int) -> None:
    """Open another profile on the next run: for what is picked while the page is drawn."""
    st.session_state[WANTED] = nucleus_id


def _go_where_wanted() -> None:
    wanted = st.session_state.pop(WANTED, None)
    if wanted is not None:
        go_to(wanted)


def _pick_text() -> dict[str, str]:
    """The three boxes; the one written in last empties the others, where it can be read."""
    titles = {
        NUCLEUS: (
            "Nucleus ID",
            f"{VOLUME.nucleus_digits.capitalize()}, the same in every release.",
            VOLUME.example_nuclei[0],
        ),
        ROOT: (
            "Root ID",
            f"{VOLUME.root_digits.capitalize()}, valid at this release. A root may carry several nuclei.",
            VOLUME.example_root,
        ),
        PLACE: ("Place", PLACE_HELP, VOLUME.example_place_words),
    }
    typed = {}
    for column, (key, (title, note, example)) in zip(st.columns([1, 1, 1]), titles.items(), strict=True):
        typed[key] = column.text_input(
            title, key=key, bind="query-params", help=note, placeholder=f"such as {example}",
            on_change=_empty_others, args=(key,),
        )  # fmt: skip
    return {key: (text or "").strip() for key, text in typed.items()}


def _empty_others(key: str) -> None:
    text = (st.session_state[key] or "").strip()
    try:
        READERS[key](text)
    except DataError:  # said beside the box; what stood in the others is kept
        return
    for other in READERS:
        if other != key:
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
    found = index.nuclei_of_root(root_id)
    if found.empty:
        raise DataError(
            f"None of the {len(index.wide):,} {index.denominator} lies on root {root_id}.",
            "Root IDs change with proofreading: this one may be of another release.",
        )
    ids = [int(nucleus) for nucleus in found["nucleus_id"]]
    said = dict(zip(ids, found["found"].astype(str), strict=True))
    if len(ids) == 1:
        where = ", found at its lookup point" if said[ids[0]] == AT_POINT else ""
        return Candidates(ids, said, f"Root {root_id} carries one nucleus{where}.")
    words = (
        f"Root {root_id} carries {len(ids):,} nuclei: cells that are merged in the segmentation, as a rule."
    )
    return Candidates(ids, said, words)


def _near(index: ReleaseIndex, um: np.ndarray) -> Candidates:
    near = index.nearest(um, NEAREST)
    ids = [int(nucleus) for nucleus in near["nucleus_id"]]
    said = {nucleus: f"{far:,.1f} µm away" for nucleus, far in zip(ids, near["distance_um"], strict=True)}
    x, depth, z = um
    words = f"The {len(ids)} nuclei nearest to x {x:.0f}, depth {depth:.0f}, z {z:.0f} µm, by their centres."
    return Candidates(ids, said, words, _outside(um, float(near["distance_um"].iloc[0])))


def _outside(um: np.ndarray, nearest_um: float) -> str:
    """Say that a place lies outside the box of the images, and how far the nearest nucleus is from it."""
    if distance_to_edge_um(*um[:, None])[0] >= 0:
        return ""
    return f"This place lies outside the imaged volume: the nearest nucleus is {nearest_um:,.0f} µm away."


def _choose_among(found: Candidates, nucleus: int | None) -> int:
    """Choose one of several; the first where the link does not say. A nucleus that it names goes first."""
    if found.warning:
        st.warning(plain(found.warning), icon=":material/wrong_location:")
    st.markdown(plain(found.words))
    if nucleus is not None and nucleus not in found.nuclei:
        st.caption(f"The link also names nucleus {nucleus}, which is shown though it is not among them.")
        return nucleus
    if len(found.nuclei) == 1:
        return found.nuclei[0]
    st.session_state[WHICH] = nucleus if nucleus in found.nuclei else found.nuclei[0]
    return st.selectbox(
        "Which of them", found.nuclei, key=WHICH, on_change=_keep_which,
        format_func=lambda one: f"{one} — {found.said[one]}",
    )  # fmt: skip


def _keep_which() -> None:
    st.session_state[NUCLEUS] = str(st.session_state[WHICH])


def _show_ways(index: ReleaseIndex) -> None:
    """Say how to find a nucleus, and offer some."""
    selected = selected_nuclei()
    here = selected[np.isin(selected, index.wide.index)]
    st.markdown(
        f"Write an ID or a place above, click a nucleus in any cloud, or begin with one of these out of the "
        f"{len(index.wide):,} {index.denominator}."
    )
    if len(here):
        words = f"{here[0]} — the first of the {len(here):,} selected"
        st.button(
            words, key="first-selected", on_click=go_to, args=(int(here[0]),),
            icon=":material/fingerprint:", type="primary",
        )  # fmt: skip
    tables = current_release().tables.on_pages
    absent = [table.title for name, table in tables.items() if name not in index.loaded]
    if absent:
        words = f"{len(absent)} of {len(tables)} tables are not at hand: {', '.join(absent)}."
        st.info(words, icon=":material/inventory_2:")
    with st.container(horizontal=True):
        for place, one in enumerate(_examples(index)):
            st.button(
                f"{one.nucleus_id} — {one.why}",
                key=f"example-{place}",
                on_click=go_to,
                args=(one.nucleus_id,),
            )


@cached(max_entries=4)
def _examples(index: ReleaseIndex) -> tuple[Example, ...]:
    return examples(index)
