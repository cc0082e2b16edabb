"""Files of the reader's own that their browser keeps: a reload ends the session, and with it their tables."""

from functools import partial

import streamlit as st

from components.ui.assets import texts_beside
from components.ui.selection.selection import select_again
from components.ui.session.notices import show_problem
from components.ui.session.own_files import WANTED, add_again, choose_own_table, kept_meaning, uploads
from components.ui.session.own_tables import REMOVED, own_tables
from components.ui.session.release import current_release
from data.errors import DataError
from data.own.dropped import read_dropped

AGAIN, KEPT, PROBLEM = "own-again", "own-kept-files", "own-again-problem"
"""Keys of the hidden uploader that takes a file again, of what sends it, and of why it could not be added."""


_text = texts_beside(__file__)
_kept_files = st.components.v2.component("kept_files", js=_text("kept_files.js"), css=_text("kept_files.css"))


def show_kept_files(page: str) -> None:
    """Have the browser keep the files of the session's tables, and offer those that the session has lost.

    The files never come from another browser than the one that sent them. Call it once on a page, where
    files are dropped or missing.
    """
    if problem := st.session_state.pop(PROBLEM, None):
        show_problem(problem)
    added = {own.file.sha256: own for own in own_tables().values()}
    told = [
        {"sha256": sha256, "name": own.file.path.name, "text": own.file.text, "meaning": kept_meaning(own)}
        for sha256, own in added.items()
    ]
    removed = sorted(set(st.session_state.get(REMOVED, ())) - added.keys())
    again = (st.session_state.get(KEPT) or {}).get("again")
    known = f"{again['sha256']} {again['at']}" if again else ""
    _kept_files(
        data={"added": told, "removed": removed, "known": known}, key=KEPT, on_again_change=_wait_for_file
    )
    st.file_uploader(
        "Add again", key=AGAIN, on_change=partial(_take, page), accept_multiple_files=True,
        label_visibility="collapsed",
    )  # fmt: skip


def _wait_for_file() -> None:
    """What the file's columns mean has come; the file itself follows."""


def _take(page: str) -> None:
    """Add the tables of a file that the browser has kept, as they were."""
    told = (st.session_state.get(KEPT) or {}).get("again")
    if not told:
        return
    for file in read_dropped({upload.name: upload.getvalue() for upload in uploads(AGAIN)}).values():
        try:
            if isinstance(file, DataError):
                raise file
            if file.sha256 == told["sha256"]:
                wanted = st.session_state.get(WANTED, {})
                choose_own_table(page, add_again(file, told["meaning"], current_release()))
                select_again(wanted)
        except DataError as error:
            st.session_state[PROBLEM] = error
    st.rerun()  # the whole page, whichever fragment this is in
