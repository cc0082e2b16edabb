"""Named sets: selections that the reader keeps for the session, and takes along as a file."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.selection import named_sets as saved
from components.analysis.selection.named_sets import NamedSet
from components.ui.selection.selection import MODES, current_selection, join_selection, selection_nuclei
from components.ui.session.exports import marked, show_json_download
from components.ui.session.followers import redraw_followers
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release
from data.errors import DataError
from data.loader import OpenRelease
from data.number_words import of_nuclei, plural

SETS, NAME, CHOSEN, NEW_NAME = "named-sets", "set-name", "set-chosen", "set-new-name"
NOTICE = "sets-said"
"""What the last change did, or why it failed: shown once, in the next run."""
ICONS = (":material/ads_click:", ":material/add:", ":material/remove:", ":material/join_inner:")


def named_sets() -> list[NamedSet]:
    """Give the session's sets, the oldest first."""
    sets: list[NamedSet] = st.session_state.get(SETS, [])
    return sets


@contextmanager
def _errors_noted() -> Iterator[None]:
    try:
        yield
    except DataError as error:
        st.session_state[NOTICE] = error


def show_named_sets() -> None:
    """Let the reader save the selection under a name, use what is saved, and export and import it."""
    sets = named_sets()
    notice = st.session_state.pop(NOTICE, None)
    if isinstance(notice, DataError):
        show_problem(notice)
    elif notice:
        st.caption(notice)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name for what is selected", key=NAME, max_chars=saved.LONGEST_NAME, width=320)
        st.button(
            "Save the selection", key="save-set", on_click=_save, icon=":material/bookmark_add:",
            disabled=current_selection() is None,
        )  # fmt: skip
    if sets:
        _show_sets(sets)
    _show_file(sets)


def _save() -> None:
    selection = current_selection()
    if selection is None:
        return
    with _errors_noted():
        ids = tuple(selection_nuclei(selection).tolist())
        sets = saved.with_set(named_sets(), NamedSet(st.session_state.get(NAME, ""), selection, ids))
        st.session_state[SETS], st.session_state[NAME] = sets, ""
        words = f"Saved “{plain(sets[-1].name)}”, {of_nuclei(len(ids))}. It is kept until the session ends."
        st.session_state[NOTICE] = words


def _show_sets(sets: list[NamedSet]) -> None:
    rows = [(one.name, one.n, one.selection.words()) for one in sets]
    listed = pd.DataFrame(rows, columns=["Set", "Nuclei", "What it is"])
    st.dataframe(
        marked(listed), hide_index=True, height="content" if len(sets) < 8 else 300, key="sets-listed"
    )
    names = [one.name for one in sets]
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = names[-1]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Set", names, key=CHOSEN, width=240)
        for mode, icon in zip(MODES, ICONS, strict=True):
            words = "Select" if mode == "New" else mode
            st.button(words, key=f"set-{mode}", on_click=_use, args=(mode,), icon=icon)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Another name for it", key=NEW_NAME, max_chars=saved.LONGEST_NAME, width=240)
        st.button("Rename", key="rename-set", on_click=_rename, icon=":material/edit:")
        st.button("Delete", key="delete-set", on_click=_delete, icon=":material/delete:")


def _use(mode: str) -> None:
    for one in named_sets():
        if one.name == st.session_state.get(CHOSEN):
            join_selection(one.selection, MODES[mode])
    redraw_followers()


def _rename() -> None:
    old, new = st.session_state.get(CHOSEN, ""), st.session_state.get(NEW_NAME, "")
    with _errors_noted():
        st.session_state[SETS] = saved.renamed(named_sets(), old, new)
        st.session_state[CHOSEN], st.session_state[NEW_NAME] = new.strip(), ""


def _delete() -> None:
    name = st.session_state.get(CHOSEN, "")
    st.session_state[SETS] = [one for one in named_sets() if one.name != name]
    st.session_state[NOTICE] = f"Deleted “{plain(name)}”."


def _show_file(sets: list[NamedSet]) -> None:
    opened = current_release()

    def content() -> str:
        source = opened.source
        return saved.sets_text(
            saved.SetsFile(opened.release.number, source.name, source.synthetic, tuple(sets))
        )

    with st.container(horizontal=True, vertical_alignment="bottom"):
        largest = saved.LARGEST_FILE // 10**6
        file = st.file_uploader(
            "Import a file of sets", type=["json"], key="sets-file", max_upload_size=largest, width=420
        )
        if file:
            st.button(
                "Import these sets", key="import-sets", on_click=import_sets, args=(file.getvalue(),),
                icon=":material/upload:",
            )  # fmt: skip
        if sets:
            label = f"Export all {len(sets)} sets" if len(sets) > 1 else "Export the set"
            show_json_download(label, content, "sets")


def import_sets(content: bytes) -> None:
    """Add the sets of a file to the session's, and note what differs here; a bad file changes nothing."""
    with _errors_noted():
        file = saved.read_sets(content, current_release().tables)
        st.session_state[SETS], changes = saved.merged(named_sets(), file.sets)
        notes = [*_other_origin(file, current_release()), *changes, *_other_nuclei(file.sets)]
        words = f"Imported {plural(len(file.sets), 'set', 'sets')}."
        st.session_state[NOTICE] = f"{words} {plain('. '.join(notes))}{'.' if notes else ''}"


def _other_origin(file: saved.SetsFile, opened: OpenRelease) -> list[str]:
    """Note where the file's release, source or kind of rows is not the opened one."""
    notes = []
    number, source = opened.release.number, opened.source
    if file.release != number:
        notes.append(f"The file is of release v{file.release}, and v{number} is open")
    if file.synthetic != source.synthetic:
        kinds = {True: "synthetic rows", False: "real rows"}
        notes.append(f"The file is of {kinds[file.synthetic]}, and {kinds[source.synthetic]} are open")
    elif file.source != source.name:
        notes.append(f"The file's rows came from the source “{file.source}”, those here from “{source.name}”")
    return notes


def _other_nuclei(sets: tuple[NamedSet, ...]) -> list[str]:
    """Note the recipes that mean other nuclei here than where they were saved."""
    notes = []
    for one in sets:
        try:
            found = selection_nuclei(one.selection)
        except DataError as error:
            notes.append(f"“{one.name}” cannot be followed here: {error.problem}")
            continue
        if not np.array_equal(found, np.array(one.nucleus_ids, dtype=np.int64)):
            change = f"selected {of_nuclei(one.n)} there and {len(found):,} here, not the same ones"
            notes.append(f"“{one.name}” {change}")
    return notes
