"""Named sets: selections that the reader keeps for the session, and takes along as a file."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.selection.named_sets import (
    LARGEST_FILE,
    LONGEST_NAME,
    NamedSet,
    SetsFile,
    merged,
    read_sets,
    renamed,
    sets_text,
    with_set,
)
from components.ui.selection.selection import (
    MODES,
    current_selection,
    join_selection,
    selection_nuclei,
)
from components.ui.session.exports import marked, show_json_download
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release
from data.errors import DataError
from data.loader import OpenRelease

SETS, NAME, CHOSEN, NEW_NAME, FILE, SAID = (
    "named-sets",
    "set-name",
    "set-chosen",
    "set-new-name",
    "sets-file",
    "sets-said",
)
ICONS = (":material/ads_click:", ":material/add:", ":material/remove:", ":material/join_inner:")


def named_sets() -> list[NamedSet]:
    """Give the session's sets, the oldest first."""
    sets: list[NamedSet] = st.session_state.get(SETS, [])
    return sets


def show_named_sets() -> None:
    """Let the reader save the selection under a name, use what is saved, and export and import it."""
    sets = named_sets()
    title = f"Named sets ({len(sets)})" if sets else "Named sets"
    with st.expander(title, icon=":material/bookmarks:", key="named-sets-box"):
        said = st.session_state.pop(SAID, None)
        if isinstance(said, DataError):
            show_problem(said)
        elif said:
            st.caption(said)
        _show_saving()
        if sets:
            _show_sets(sets)
        _show_file(sets)


def _show_saving() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name for what is selected", key=NAME, max_chars=LONGEST_NAME, width=320)
        st.button(
            "Save the selection", key="save-set", on_click=_save, icon=":material/bookmark_add:",
            disabled=current_selection() is None,
        )  # fmt: skip


def _save() -> None:
    selection = current_selection()
    if selection is None:
        return
    try:
        ids = tuple(selection_nuclei(selection).tolist())
        kept = with_set(named_sets(), NamedSet(st.session_state.get(NAME, ""), selection, ids))
    except DataError as error:
        st.session_state[SAID] = error
        return
    st.session_state[SETS], st.session_state[NAME] = kept, ""
    st.session_state[SAID] = (
        f"Saved “{plain(kept[-1].name)}”, {len(ids):,} nuclei. It is kept until the session ends."
    )


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
        st.text_input("Another name for it", key=NEW_NAME, max_chars=LONGEST_NAME, width=240)
        st.button("Rename", key="rename-set", on_click=_rename, icon=":material/edit:")
        st.button("Delete", key="delete-set", on_click=_delete, icon=":material/delete:")


def _use(mode: str) -> None:
    for one in named_sets():
        if one.name == st.session_state[CHOSEN]:
            join_selection(one.selection, MODES[mode])


def _rename() -> None:
    old, new = st.session_state[CHOSEN], st.session_state.get(NEW_NAME, "")
    try:
        st.session_state[SETS] = renamed(named_sets(), old, new)
    except DataError as error:
        st.session_state[SAID] = error
        return
    st.session_state[CHOSEN], st.session_state[NEW_NAME] = new.strip(), ""


def _delete() -> None:
    gone = st.session_state[CHOSEN]
    st.session_state[SETS] = [one for one in named_sets() if one.name != gone]
    st.session_state[SAID] = f"Deleted “{plain(gone)}”."


def _show_file(sets: list[NamedSet]) -> None:
    opened = current_release()

    def content() -> str:
        source = opened.source
        return sets_text(SetsFile(opened.release.number, source.name, source.synthetic, tuple(sets)))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader(
            "Import a file of sets", type=["json"], key=FILE, max_upload_size=LARGEST_FILE // 10**6, width=420
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
    """Add the sets of a file to the session's, and say what differs from here; a bad file changes nothing."""
    try:
        file = read_sets(content)
        together, said = merged(named_sets(), file.sets)
    except DataError as error:
        st.session_state[SAID] = error
        return
    st.session_state[SETS] = together
    said = [*_other_place(file, current_release()), *said, *_other_nuclei(file.sets)]
    words = f"Imported {len(file.sets)} {'set' if len(file.sets) == 1 else 'sets'}."
    st.session_state[SAID] = f"{words} {plain('. '.join(said))}{'.' if said else ''}"


def _other_place(file: SetsFile, opened: OpenRelease) -> list[str]:
    """Say where the file's release, source or kind of rows is not the one that is open."""
    said = []
    if file.release != opened.release.number:
        said.append(f"The file is of release v{file.release}, and v{opened.release.number} is open")
    if file.synthetic != opened.source.synthetic:
        kinds = {True: "synthetic rows", False: "real rows"}
        said.append(f"The file is of {kinds[file.synthetic]}, and {kinds[opened.source.synthetic]} are open")
    elif file.source != opened.source.name:
        said.append(
            f"The file's rows came from the source “{file.source}”, those here from “{opened.source.name}”"
        )
    return said


def _other_nuclei(sets: tuple[NamedSet, ...]) -> list[str]:
    """Say which recipes mean other nuclei here than they did where they were saved."""
    said = []
    for one in sets:
        try:
            found = selection_nuclei(one.selection)
        except DataError as error:
            said.append(f"“{one.name}” cannot be followed here: {error.problem}")
            continue
        if not np.array_equal(found, np.array(one.nucleus_ids, dtype=np.int64)):
            said.append(
                f"“{one.name}” meant {one.n:,} nuclei there and means {len(found):,} here, not the same ones"
            )
    return said
