"""The reader's own files before they are tables: read, guessed, matched and added to this session."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.analysis.output.frozen.file import is_answer
from components.ui.session.links import PAIR_KEYS
from components.ui.session.own_tables import (
    add_own_tables,
    kept_in_session,
    own_release,
    own_tables,
    without_own,
)
from components.ui.session.release import current_release, release_of
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES
from data.errors import DataError
from data.loader import OpenRelease
from data.own.columns import Choices, Columns, guess_columns
from data.own.dropped import read_dropped, read_made
from data.own.file import OwnFile
from data.own.matching import Match
from data.own.table import OwnTable, tables_of_file
from data.volume import VOLUME

FILES, BROUGHT, MAPPING = "own-files", "own-brought", "own-mapping"
"""Keys of the uploader, of files that “Your labels” is to show besides, and of the reader's mapping."""
WANTED = "own-wanted"
"""Key of what the link asked for while tables were missing."""
SHOWN, OPENED_AT = "own-shown", "own-opened-at"
"""Keys of the name of the file, of several, that “Your labels” shows, and of the panel that it opens."""
PASTED = "pasted.txt"
ANSWERS = "own-answers"
"""Key of the frozen answers among the uploads that were taken."""


@dataclass(frozen=True)
class Draft:
    """A file with what its columns mean, before it is added.

    Attributes
    ----------
    file : OwnFile
    columns : Columns
    choices : Choices
        The reader's.
    """

    file: OwnFile
    columns: Columns
    choices: Choices

    @property
    def key(self) -> str:
        """Identifies the file and all choices, in the session."""
        return repr((self.file.sha256, self.file.path.name, self.columns, self.choices))


def own_mapping() -> Mapping[str, str]:
    """What the reader said about labels in this session: the known label, or "" for the label itself."""
    mapping: dict[str, str] = st.session_state.setdefault(MAPPING, {})
    return mapping


def files_at_hand(pasted: str = "") -> dict[str, OwnFile | DataError]:
    """The files of the uploader, a pasted table and files brought from elsewhere, or why they are none."""
    tables = [upload for upload in uploads(FILES) if not is_answer(upload.getvalue())]
    key = repr([(upload.name, upload.file_id) for upload in tables] + [pasted])

    def read() -> dict[str, OwnFile | DataError]:
        contents: dict[str, bytes] = {}
        for upload in tables:
            name, k = upload.name, 1
            while name in contents:  # of another folder
                k += 1
                name = f"{k} {upload.name}"
            contents[name] = upload.getvalue()
        made = {PASTED: read_made(PASTED, pasted)} if pasted.strip() else {}
        return read_dropped(contents) | made

    return {**st.session_state.get(BROUGHT, {}), **kept_in_session("own files", key, read, 1)}


def uploads(key: str) -> list[UploadedFile]:
    """The files of an uploader; a browser whose server was replaced names some that the new one lacks."""
    held = st.session_state.get(key)
    return [file for file in (held if isinstance(held, list) else [held]) if isinstance(file, UploadedFile)]


def dropped_answer() -> bytes | None:
    """The content of a frozen answer in the uploader that was not given before; the last one."""
    seen: set[str] = st.session_state.setdefault(ANSWERS, set())
    new = None
    for upload in uploads(FILES):
        if upload.file_id not in seen and is_answer(upload.getvalue()):
            seen.add(upload.file_id)
            new = upload.getvalue()
    return new


def bring_file(file: OwnFile, panel: str = "") -> None:
    """Have “Your labels” show a file as if it were dropped there, with a panel open."""
    st.session_state[OPENED_AT] = panel
    st.session_state[BROUGHT] = {**st.session_state.get(BROUGHT, {}), file.path.name: file}
    st.session_state[SHOWN] = file.path.name


def forget_brought() -> None:
    """Forget the files that “Your labels” was to show."""
    st.session_state.pop(BROUGHT, None)


def added_draft(file: OwnFile) -> Draft | None:
    """What the columns of a file mean in the tables that it has become already; None if it is none yet."""
    of_file = [own for own in own_tables().values() if own.file.sha256 == file.sha256]
    return Draft(of_file[0].file, of_file[0].columns, of_file[0].choices) if of_file else None


def guessed_columns(file: OwnFile, choices: Choices) -> Columns | DataError:
    """What the columns mean after the reader's choices, or why that cannot be told."""

    def guess() -> Columns | DataError:
        try:
            return guess_columns(file, choices)
        except DataError as error:
            return error

    return kept_in_session("own columns", repr((file.sha256, choices)), guess)


def matched_rows(draft: Draft, opened: OpenRelease) -> Match:
    """Match the rows of a file once for its choices; raises `DataError` where no nuclei can be loaded."""
    beside = own_release(without_own(opened), {}, release_of)
    return beside.match_file(draft.file, draft.columns, draft.choices)


def draft_tables(draft: Draft, opened: OpenRelease) -> dict[str, OwnTable]:
    """The tables that a file would become, by name; raises `DataError` where it states otherwise."""
    mapping = dict(own_mapping())
    key = f"{opened.release.number} {draft.key} {sorted(mapping.items())}"
    return kept_in_session(
        "own tables",
        key,
        lambda: tables_of_file(draft.file, draft.columns, draft.choices, mapping, opened.release),
        1,
    )


def add_if_certain(file: OwnFile, opened: OpenRelease) -> dict[str, OwnTable]:
    """Add the tables of a file to the session where nothing has to be decided; give them, else none."""
    columns = guessed_columns(file, Choices())
    fetched = opened.is_at_hand(VOLUME.detections)
    if isinstance(columns, DataError) or columns.doubts or not fetched:
        return {}
    draft = Draft(file, replace(columns, doubts=()), Choices(labels=columns.labels))
    try:
        tables = draft_tables(draft, opened)
        match = matched_rows(draft, opened)
        if match.doubt or not match.n_matched:
            return {}
        add_own_tables(tables, opened)
    except DataError:  # “Your labels” says why
        return {}
    return tables


def kept_meaning(own: OwnTable) -> dict[str, Any]:
    """All that the reader has decided of a table's file, as JSON that `add_again` takes."""
    columns, choices = own.columns, own.choices
    chosen = {"id": ",".join(columns.names), "labels": columns.labels, "unit": columns.unit}
    how = {"release": choices.release, "within_um": choices.within_um, "shared_roots": choices.shared_roots}
    optional = {"system": columns.system, "confidence": columns.confidence}
    return {"choices": chosen | how, "optional": optional, "mapping": dict(own.yours)}


def add_again(file: OwnFile, meaning: Mapping[str, Any], opened: OpenRelease) -> dict[str, OwnTable]:
    """Add the tables of a file as `kept_meaning` told them.

    Raises
    ------
    DataError
        If the file no longer has such columns, cannot be added, or was kept by another version of the app.
    """
    try:
        mapping = {**meaning["mapping"]}
        choices = Choices(**{**meaning["choices"], "labels": tuple(meaning["choices"]["labels"])})
        guess = guess_columns(file, choices)
        columns = replace(guess, labels=choices.labels, doubts=(), **meaning["optional"])
    except (KeyError, TypeError) as error:
        raise DataError(
            f"What the columns of {file.path.name} mean was kept by another version of this app.",
            "Forget the file here, and drop it again.",
        ) from error
    st.session_state[MAPPING] = {**own_mapping(), **mapping}
    tables = draft_tables(Draft(file, columns, choices), opened)
    add_own_tables(tables, opened)
    return tables


def choose_own_table(page: str, tables: Mapping[str, OwnTable]) -> None:
    """Have a page show the first of new tables, where it has a choice of another table: for callbacks.

    Where the link asked for tables while they were missing, its choices count.
    """
    keys = choose_table(page, next(iter(tables.values())).table) if tables else []
    if keys:
        titles = {table.title for table in current_release().tables.values()}
        wanted = st.session_state.pop(WANTED, {})
        for key in keys:
            if wanted.get(key) in titles:
                st.session_state[key] = wanted[key]


def choose_table(page: str, table: Table) -> list[str]:
    """Have a page show a new table, in its first choice that can; give the keys of such choices."""
    rows, columns, _ = PAIR_KEYS
    added = {other.title for other in current_release().tables.values() if other.added}
    keys = [f"{page}-with"] if page in FAMILIES else ["colour"] if page == "overview" else []
    if page == table.family:
        keys = [page]
    elif page == "agreement":
        keys = [columns, rows] if st.session_state.get(rows) in added else [rows, columns]
    if keys:
        st.session_state[keys[0]] = table.title
    return keys


def keep_wanted() -> None:
    """Keep what the link asks for while the session lacks files: a page drops choices of missing tables."""
    st.session_state.setdefault(WANTED, st.query_params.to_dict())
