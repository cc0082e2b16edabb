"""The verdicts that this session knows of: what its browser has told, and what the browser is yet to keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.analysis.review.journal import (
    JournalLine,
    TakenBack,
    Verdict,
    line_record,
    read_line,
    standing_verdicts,
)
from components.ui.review.journal_file import append_to_file, read_journal_file
from components.ui.session.release import current_release
from data.errors import DataError
from data.volume import VOLUME

LINES, ADDED = "review-lines", "review-added"
NAMED_FILES, PROBLEM = "review-files", "review-file-problem"
"""The files that the reader has named, by journal, and why the last does not hold all."""
LONGEST_ID = 60


@dataclass
class NamedFile:
    """A file that the reader has named for a journal.

    Attributes
    ----------
    path : Path
    written : set of str
        The IDs of the lines in it.
    cut : int
        Lines in it that were cut short.
    """

    path: Path
    written: set[str]
    cut: int


def journal_name() -> str:
    """Name of the journal: verdicts on synthetic nuclei have one of their own."""
    return f"{VOLUME.name} {'synthetic' if current_release().source.synthetic else 'measured'}"


def journal_lines() -> dict[str, JournalLine | None]:
    """The journal's lines by ID, as far as the session knows; None for what is not a line."""
    journals: dict[str, dict[str, JournalLine | None]] = st.session_state.setdefault(LINES, {})
    return journals.setdefault(journal_name(), {})


def verdicts() -> dict[int, Verdict]:
    """The last verdict on each nucleus that was not taken back, by nucleus ID, in the order of judging."""
    return standing_verdicts(line for line in journal_lines().values() if line)


def keep_records(records: Iterable[object]) -> None:
    """Take over what the browser tells: everything that it keeps, again and again."""
    lines = journal_lines()
    for record in records:
        if isinstance(record, Mapping):
            lines[str(record.get("id", ""))[:LONGEST_ID]] = read_line(record)
    records_to_keep().clear()
    _write()


def add_verdicts(added: Sequence[Verdict]) -> int:
    """Add verdicts from a file, for the browser to keep; give how many the journal lacked."""
    n = _add(added)
    _write()
    return n


def name_file(text: str) -> None:
    """Keep the journal also in a file from now on, and take over what is in it; "" for no file.

    Raises
    ------
    DataError
        If it holds anything else, or cannot be written.
    """
    files = _named_files()
    files.pop(journal_name(), None)
    st.session_state.pop(PROBLEM, None)
    if text.strip():
        path = Path(text.strip()).expanduser()
        kept, cut = read_journal_file(path, journal_name())
        files[journal_name()] = NamedFile(path, {line.line_id for line in kept}, cut)
        _add(kept)
        _write()


def named_file() -> NamedFile | None:
    """The file that keeps the journal beside the browser, where the reader has named one."""
    return _named_files().get(journal_name())


def _named_files() -> dict[str, NamedFile]:
    files: dict[str, NamedFile] = st.session_state.setdefault(NAMED_FILES, {})
    return files


def _add(added: Sequence[JournalLine]) -> int:
    lines = journal_lines()
    new = [line for line in added if line.line_id not in lines]
    lines.update({line.line_id: line for line in new})
    records_to_keep().extend(map(line_record, new))
    return len(new)


def _write() -> None:
    """Write into the reader's file what it lacks; where that fails, the page says so until it succeeds."""
    file = named_file()
    if file is None:
        return
    new = [line for line in journal_lines().values() if line and line.line_id not in file.written]
    if not new:
        return
    st.session_state.pop(PROBLEM, None)
    try:
        append_to_file(file.path, journal_name(), new)
    except DataError as error:
        st.session_state[PROBLEM] = error
    else:
        file.written.update(line.line_id for line in new)


def records_to_keep() -> list[dict[str, str | int]]:
    """The lines of the journal that the browser is yet to keep."""
    added: dict[str, list[dict[str, str | int]]] = st.session_state.setdefault(ADDED, {})
    return added.setdefault(journal_name(), [])


def nucleus_taken_back(records: Iterable[object]) -> int | None:
    """The nucleus whose verdict a line among these takes back."""
    found = [read_line(record) for record in records]
    undone = [journal_lines().get(line.undoes) for line in found if isinstance(line, TakenBack)]
    return next((line.nucleus_id for line in undone if isinstance(line, Verdict)), None)
