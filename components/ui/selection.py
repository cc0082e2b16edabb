"""The reader's selection: one for the session and all its pages, restored from the link."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.analysis.selection import (
    Combined,
    Covered,
    Filtered,
    Recipe,
    Selection,
    Square,
    lasso,
    listed,
    nuclei,
    subtract,
    tables_of,
    union,
)
from components.analysis.selection_text import from_text, to_text
from components.point_cloud import Picked
from components.ui.colouring import Colouring
from components.ui.notices import show_problem
from components.ui.release import load_labels, table_key
from data.catalog import TABLES
from data.errors import DataError
from data.loader import LabelTable

KEPT, READ, IN_LINK = "selection", "selection-read", "select"
NONE: NDArray[np.int64] = np.array([], dtype=np.int64)


def current_selection() -> Selection | None:
    """Give the session's selection; on its first run that of the link, where it holds one."""
    if READ not in st.session_state:
        st.session_state[READ] = True
        text = st.query_params.get(IN_LINK)
        if text:
            try:
                st.session_state[KEPT] = _known(from_text(text))
            except DataError as error:
                show_problem(error)
    return st.session_state.get(KEPT)


def selected_nuclei() -> NDArray[np.int64]:
    """Find the selected nuclei, sorted; none where nothing is selected or the recipe cannot be followed."""
    selection = current_selection()
    if selection is None:
        return NONE
    try:
        return find_nuclei(selection)
    except DataError as error:
        show_problem(error)
        return NONE


def keep_pick(picked: Picked, colouring: Colouring) -> None:
    """Make what was picked in the cloud the session's selection, or a part of it."""
    if picked.act == "clear":
        set_selection(None)
        return
    recipe = _recipe(picked, colouring)
    before = None if picked.mode == "new" else current_selection()
    now = subtract(before, recipe) if picked.mode == "subtract" else union(before, recipe)
    if now is not None and not len(find_nuclei(now)):
        st.toast("No nucleus is selected: none was inside, or all were taken away.")
        now = None
    set_selection(now)


def set_selection(selection: Selection | None) -> None:
    """Keep a selection, in the session and in the link where it is short enough for one."""
    st.session_state[KEPT] = selection
    st.session_state[READ] = True
    keep_in_link()


def keep_in_link() -> None:
    """Write the session's selection into the page's link, which a way to another page empties."""
    selection = current_selection()
    text = None if selection is None else link_text(selection)
    if text is None:
        st.query_params.pop(IN_LINK, None)
    elif st.query_params.get(IN_LINK) != text:
        st.query_params[IN_LINK] = text


def link_text(selection: Selection) -> str | None:
    """Write a selection for a link; None where it is too long for one."""
    try:
        return to_text(selection)
    except DataError:
        return None


def described(selection: Selection) -> str:
    """Say a selection in words."""
    if isinstance(selection, Combined):
        rest = "".join(f" {how} {described(recipe)}" for how, recipe in selection.steps)
        return described(selection.first) + rest
    if isinstance(selection, Filtered):
        labels = ", ".join(selection.labels) or "all labels"
        limits = "".join(f", {r.column} {r.low:g} to {r.high:g}" for r in selection.ranges)
        return f"{labels} in {_title(selection.table)}{limits}"
    if isinstance(selection, Square):
        row, column = _title(selection.rows), _title(selection.columns)
        return f"{selection.row} in {row} and {selection.column} in {column}"
    if isinstance(selection, Covered):
        inside, outside = (", ".join(map(_title, names)) for names in (selection.inside, selection.outside))
        return f"nuclei in {inside}" + (f", and in none of {outside}" if outside else "")
    ids = selection.nucleus_ids
    if len(ids) == 1:
        return f"nucleus {ids[0]}"
    return f"{'a lasso' if type(selection).__name__ == 'Lasso' else 'a list'} of {len(ids):,} nuclei"


def _recipe(picked: Picked, colouring: Colouring) -> Recipe:
    """Say what was picked by its words where these mean the same nuclei, else by their IDs.

    They mean others where a slab or the legend hides some, and for what is unmapped or conflicting.
    """
    table = TABLES.get(colouring.name)
    if picked.act == "legend" and picked.title and table and table.kind == "labels":
        named = Filtered(colouring.name, (picked.title,), level=colouring.level)
        if np.array_equal(find_nuclei(named), picked.nucleus_ids):
            return named
    return listed(picked.nucleus_ids) if picked.act == "click" else lasso(picked.nucleus_ids)


def find_nuclei(selection: Selection) -> NDArray[np.int64]:
    """Find the nuclei that a selection means, loading the tables it speaks of."""
    loaded = {name: _loaded(name) for name in sorted(tables_of(selection))}
    if not loaded:  # it lists the nuclei itself
        return nuclei(selection, {})
    return _found(repr(selection), tuple(map(table_key, loaded.values())), selection, loaded)


@st.cache_resource(show_spinner=False, max_entries=32)
def _found(
    words: str, keys: tuple[str, ...], _selection: Selection, _loaded: dict[str, LabelTable]
) -> NDArray[np.int64]:
    """Search the tables once: a page asks for its selection several times in a run, and in every run."""
    found = nuclei(_selection, {name: one.frame for name, one in _loaded.items()})
    found.setflags(write=False)
    return found


def _known(selection: Selection) -> Selection:
    """Refuse a link's selection that no table here can follow: it is not kept."""
    for name in tables_of(selection):
        if name not in TABLES:
            problem = f"The selection in this link speaks of a table “{name[:80]}”, which is not here."
            raise DataError(problem, "Copy the whole link again.")
    return selection


def _title(name: str) -> str:
    return TABLES[name].title if name in TABLES else name


def _loaded(name: str) -> LabelTable:
    one = load_labels(name)
    if isinstance(one, LabelTable):
        return one
    raise one
