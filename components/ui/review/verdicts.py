"""All verdicts: listed, saved as files, read again, and put beside the release as the reader's own table."""

import pandas as pd
import streamlit as st

from components.analysis.review.files import full_rows, read_verdicts, reference_rows
from components.ui.context.denominator import wide_table
from components.ui.review.journal_file import ENDING, is_loopback_server
from components.ui.review.session_journal import (
    PROBLEM,
    add_verdicts,
    journal_name,
    name_file,
    named_file,
    verdicts,
)
from components.ui.session.exports import marked, show_csv_download
from components.ui.session.links import show_page_link
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_files import own_mapping
from components.ui.session.own_tables import add_own_tables, own_tables
from components.ui.session.release import current_release
from data.errors import DataError
from data.number_words import plural
from data.own.columns import Choices, guess_columns
from data.own.dropped import read_made
from data.own.file import OwnFile
from data.own.table import tables_of_file

SYSTEM, IMPORTED, READ, NOT_ADDED = "review-system", "review-imported", "review-read", "review-not-added"
FILE_NAME = "review-file-name"
FILE = "verdicts.csv"
CHOICES = Choices(id="target_id", labels=("cell_type",))
PRIVATE = (
    "Verdicts stay in this browser, on this computer, until you clear its memory: another browser, and every "
    "other reader, has its own. What you want to keep for good, save as a file."
)


def show_verdicts() -> None:
    """List the verdicts, with the ways to take them along and to bring them back."""
    given, (_, wide) = verdicts(), wide_table()
    st.caption(f"{plural(len(given), 'verdict')} in this browser.", help=PRIVATE)
    if given:
        system = (st.session_state.get(SYSTEM) or "review").strip()
        rows = full_rows(given.values(), system, wide)
        shown = rows[["target_id", "cell_type", "certainty", "note", "judged_at"]]
        shown = shown.sort_values("judged_at", ascending=False).astype({"target_id": str})
        titles = ["Nucleus", "Label", "Certainty", "Note", "Judged at"]
        st.dataframe(
            marked(shown.set_axis(titles, axis=1)),
            hide_index=True,
            height=min(220, 35 * len(shown) + 40),
            key="verdicts",
        )
        st.text_input(
            "classification_system", value="review", key=SYSTEM, width=220,
            help="What the files say in this column, as CAVE's `cell_type_reference` has it.",
        )  # fmt: skip
        with st.container(horizontal=True):
            reference = reference_rows(given.values(), system)
            show_csv_download("For CAVE", reference, "verdicts-reference", bare=True)
            show_csv_download("With certainty, note, position", rows, "verdicts")
            st.button(
                "Add as a table", key="verdicts-as-table", icon=":material/playlist_add:",
                on_click=_add_table, args=(rows,),
                help="Puts your verdicts beside the release, as a table of this session.",
            )  # fmt: skip
    for own in own_tables().values():
        if own.file.path.name == FILE:
            title = {"rows": own.table.title}
            show_page_link("agreement", "Compare with other tables", title, icon=":material/compare_arrows:")
    if problem := st.session_state.pop(NOT_ADDED, None):
        show_problem(problem)
    _import_verdicts()
    if is_loopback_server():
        _pick_file()
    if problem := st.session_state.get(PROBLEM):
        show_problem(problem)
    if words := st.session_state.pop(READ, None):
        st.caption(words)


def _import_verdicts() -> None:
    file = st.file_uploader(
        "Read verdicts from a file", type=["csv"], key="verdicts-file", max_upload_size=10
    )
    if file is None or st.session_state.get(IMPORTED) == file.file_id:
        return
    st.session_state[IMPORTED] = file.file_id
    try:
        read = read_verdicts(file.getvalue(), file.name, synthetic=current_release().source.synthetic)
    except DataError as error:
        show_problem(error)
        return
    new = add_verdicts(read)
    st.session_state[READ] = plain(f"{file.name}: {plural(len(read), 'verdict')}, {new:,} new.")
    st.rerun()


def _pick_file() -> None:
    file, key = named_file(), f"{FILE_NAME} {journal_name()}"
    typed = st.text_input(
        "Keep them also in a file", str(file.path) if file else "", key=key,
        placeholder=f"~/verdicts{ENDING}", on_change=_name_file, args=(key,),
        help="On this computer. It is written line by line, and read when you name it again.",
    )  # fmt: skip
    if typed and file is None and PROBLEM not in st.session_state:  # the server has begun anew, not the page
        _name_file(key)
    if file and file.cut:
        st.warning(
            f"{plural(file.cut, 'line was', 'lines were')} cut short in {plain(file.path.name)}: not read. "
            "What this browser still keeps of them is written again.",
            icon=":material/content_cut:",
        )


def _name_file(key: str) -> None:
    if key not in st.session_state:
        return
    try:
        name_file(st.session_state.get(key) or "")
    except DataError as error:
        st.session_state[PROBLEM] = error
    st.rerun()  # the whole page: what was in the file is judged


def _add_table(rows: pd.DataFrame) -> None:
    """Put the verdicts beside the release, as the file of them would be."""
    opened = current_release()
    file = read_made(FILE, rows.to_csv(index=False))
    try:
        if not isinstance(file, OwnFile):
            raise file
        columns = guess_columns(file, CHOICES)
        add_own_tables(tables_of_file(file, columns, CHOICES, own_mapping(), opened.release), opened)
    except DataError as error:
        st.session_state[NOT_ADDED] = error
    st.rerun()  # the whole page: its tables are others
