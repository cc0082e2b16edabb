"""The reader's selection: one for the session and all its pages, restored from the link."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components.analysis.labels.ids import NO_IDS, Ids
from components.analysis.selection.kinds import words_of
from components.analysis.selection.marks import SelectedCounts
from components.analysis.selection.selection import How, Selection
from components.analysis.selection.text import from_text, to_text
from components.ui.session.cached import cached
from components.ui.session.followers import redraw_followers
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_tables import unknown_table
from components.ui.session.release import current_release, load_labels, official_areas
from data.errors import DataError
from data.loader import LabelTable
from data.volume import VOLUME

READ, BEFORE, IN_LINK = "selection-read", "selections-before", "select"
KEPT, SET_A, SET_B = "selection", "set-a", "set-b"
"""Session keys of the selection and of the two selections that are compared."""
PARAMETERS = {KEPT: IN_LINK, SET_A: "set-a", SET_B: "set-b"}
"""Their link parameters."""
LINKED, LONGER = "selection-linked", "selections-longer"
OF_SESSION = "session:"
"""Begins the link text of a selection that is too long for a link."""
UNREAD = "selection-unread"
"""Session key of why the link's selection could not be restored."""
FROM_LINK = "from a link"
TOO_LONG = "The selection was too long for this link: only the session that made it held its nuclei."
MODE = "selection-mode"
MODES: dict[str, How | None] = {"New": None, "Add": "plus", "Take away": "minus", "Only those in both": "and"}
"""What the reader may want a pick to do with what is selected; None replaces it."""
HELD: dict[str, How | None] = {"add": "plus", "subtract": "minus"}
"""What Shift and Alt do, whatever the reader's way of combining."""
NOTE = "selection-note"
"""What the last pick did, where that is not plain: shown once, in the bar."""
MOST_BEFORE = 20
"""Undo depth."""


def current_selection() -> Selection | None:
    """Return the session's selection; on its first run, that of the link."""
    return kept_selection(KEPT)


def kept_selection(key: str) -> Selection | None:
    """Return the selection under a key of `PARAMETERS`; on the session's first run, that of the link."""
    if READ not in st.session_state:
        st.session_state[READ] = True
        st.session_state.update({key: _selection_in_link(key) for key in PARAMETERS})
        st.session_state[LINKED] = st.session_state.get(KEPT)
    return st.session_state.get(key)


def selection_from_link() -> bool:
    """Whether what is selected came with the link that opened the session."""
    selection = current_selection()
    return selection is not None and selection == st.session_state.get(LINKED)


def restore_selection() -> None:
    """Take over the link's selections after Back or Forward: none where it holds none."""
    if READ in st.session_state:
        before = current_selection()
        st.session_state.update({key: _selection_in_link(key) for key in PARAMETERS})
        _remember(before)


def select_again(wanted: Mapping[str, str]) -> None:
    """Take the selections of a link that came before the tables that they are of."""
    kept = {name: wanted[name] for name in PARAMETERS.values() if wanted.get(name)}
    if kept:
        st.query_params.update(kept)
        restore_selection()


def selected_nuclei() -> NDArray[np.int64]:
    """Find the selected nuclei, sorted; none where nothing is selected or the recipe cannot be followed."""
    selection = current_selection()
    if selection is None:
        return NO_IDS
    try:
        return selection_nuclei(selection)
    except DataError as error:
        show_problem(error)
        return NO_IDS


def counted(count: Callable[[Ids], SelectedCounts]) -> Callable[[], SelectedCounts | None]:
    """Have a chart's marks counted among the selected nuclei; None while nothing is selected."""
    return lambda: None if current_selection() is None else count(selected_nuclei())


def selected_rows(wide: pd.DataFrame) -> pd.DataFrame:
    """Those rows of the nucleus table that are selected, in the selection's order."""
    selected = selected_nuclei()
    return wide.reindex(selected[np.isin(selected, wide.index)])


def choose(selection: Selection, held: str = "new") -> None:
    """Make nuclei the session's selection, and end the callback that picked them.

    Parameters
    ----------
    selection : Selection
    held : str
        `add` or `subtract` where Shift or Alt was held; else the reader's way of combining holds.
    """
    join_selection(selection, HELD.get(held, picked_how()))
    redraw_followers()


def note(words: str) -> None:
    """Say in the selection's bar, once, what a pick did or why it did nothing."""
    st.session_state[NOTE] = words


def refuse_pick(words: str) -> None:
    """End a callback whose pick selects nothing, and say why."""
    note(words)
    redraw_followers()


def picked_how() -> How | None:
    """How the reader wants a pick joined to what is selected; None replaces it."""
    return MODES[st.session_state.get(MODE) or "New"]


def join_selection(now: Selection, how: How | None) -> bool:
    """Join nuclei to what is selected (None: replace it) and say whether that changed it.

    Where it cannot be joined, a message says why and the selection stays.
    """
    before = current_selection()
    if how is None or (before is None and how == "plus"):
        set_selection(now)
        return True
    if before is None:
        note("Nothing is selected yet to combine this with: pick with “New” or “Add” first.")
        return False
    try:
        joined = before.join(how, now)
        nuclei, nuclei_before = selection_nuclei(joined), selection_nuclei(before)
    except DataError as error:
        note(f"{plain(error.problem)} The selection stays as it was.")
        return False
    if np.array_equal(nuclei, nuclei_before):
        note("The selection stays as it was: that changes none of its nuclei.")
        return False
    if not len(nuclei):
        note("No nucleus is left selected. Undo brings the selection back.")
    set_selection(joined if len(nuclei) else None)
    return len(nuclei) > 0


def set_selection(selection: Selection | None) -> None:
    """Replace the selection, in the session and in the link where it is short enough for one."""
    before = current_selection()
    keep_selection(KEPT, selection)
    _remember(before)


def undo_selection() -> None:
    """Bring back the selection before this one."""
    before = st.session_state.get(BEFORE)
    if before:
        keep_selection(KEPT, before.pop())


def _remember(before: Selection | None) -> None:
    """Let Undo bring back the previous selection, if it has changed."""
    if before != current_selection():
        st.session_state[BEFORE] = [*st.session_state.get(BEFORE, []), before][-MOST_BEFORE:]


def keep_selection(key: str, selection: Selection | None) -> None:
    """Keep a selection under a key of `PARAMETERS`, and in the link."""
    st.session_state[key] = selection
    st.session_state[READ] = True
    keep_in_link()


def keep_in_link(*, lost: bool = False) -> None:
    """Write the session's selections into the link, which Streamlit empties on the way to another page.

    Parameters
    ----------
    lost : bool
        Whether the page says that its session was lost. The run that read the link may have been broken off
        by this one: then the page says again what the link could not hold, until something is selected.
    """
    if lost and (unread := st.session_state.get(UNREAD)) and not any(map(kept_selection, PARAMETERS)):
        show_problem(unread)
    for key, parameter in PARAMETERS.items():
        selection = kept_selection(key)
        text = None if selection is None else link_text(selection) or _session_text(selection)
        if text is None:
            st.query_params.pop(parameter, None)
        elif st.query_params.get(parameter) != text:
            st.query_params[parameter] = text


def _session_text(selection: Selection) -> str:
    """Name a selection that is too long for a link, for Back and Forward: the session alone can follow it."""
    longer: dict[int, Selection] = st.session_state.setdefault(LONGER, {})
    number = next((number for number, other in longer.items() if other == selection), None)
    if number is None:
        number = max(longer, default=0) + 1
        longer[number] = selection
        longer.pop(number - MOST_BEFORE, None)
    return f"{OF_SESSION}{number}"


def _selection_in_link(key: str) -> Selection | None:
    """Read one of the link's selections; None, and the reason on the page, where that cannot be."""
    text = st.query_params.get(PARAMETERS[key], "")
    try:
        if not text.startswith(OF_SESSION):
            return _known(from_text(text)) if text else None
        number = text.removeprefix(OF_SESSION)
        for known, selection in st.session_state.get(LONGER, {}).items():
            if str(known) == number:
                return selection
        raise DataError(TOO_LONG, "Select it again, or give its IDs as a file under By ID.")
    except DataError as error:
        st.session_state[UNREAD] = error
        show_problem(error)
        return None


@cached()
def link_text(selection: Selection) -> str | None:
    """Write a selection for a link; None where it is too long for one."""
    try:
        return to_text(selection)
    except DataError:
        return None


def selection_words(selection: Selection) -> str:
    """Describe a selection; of areas, also whether they are official ones."""
    return words_of(selection, official=selection.of_areas and official_areas() is not None)


def selection_nuclei(selection: Selection) -> NDArray[np.int64]:
    """Find the nuclei that a selection means, loading the tables it names, and that of areas if it asks."""
    loaded = {name: _loaded(name) for name in sorted(selection.tables())}
    if selection.of_areas and (official := official_areas()):
        loaded[VOLUME.area_table] = official.table
    if not loaded:  # it lists the nuclei itself
        return selection.nuclei({})
    return _found(selection, loaded)


@cached()
def _found(selection: Selection, loaded: dict[str, LabelTable]) -> NDArray[np.int64]:
    """Search the tables once: a page asks for its selection several times in a run, and in every run."""
    found = selection.nuclei({name: table.frame for name, table in loaded.items()})
    found.setflags(write=False)
    return found


def _known(selection: Selection) -> Selection:
    """Refuse a link's selection that no table here can follow: it is not kept."""
    for name in selection.tables():
        if name not in current_release().tables:
            raise unknown_table(name)
    return selection


def _loaded(name: str) -> LabelTable:
    table = load_labels(name)
    if isinstance(table, LabelTable):
        return table
    raise table
