"""A file for the verdicts, which the reader names: only where the server listens to this computer alone."""

import json
import os
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

from components.analysis.review.journal import JournalLine, line_record, read_line
from data.errors import DataError

ENDING = ".jsonl"


def is_loopback_server() -> bool:
    """Whether server and browser are both on this computer, as with `--server.address=localhost`.

    Behind a proxy on this computer the server listens to it alone too, but pages come from elsewhere.
    """
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    forwarded = any(name == "x-real-ip" or "forwarded" in name for name in headers)
    places = (config.get_option("server.address"), urlsplit(headers.get("origin", "")).hostname)
    return not forwarded and all(_is_loopback(str(place or "")) for place in places)


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


def read_journal_file(path: Path, name: str) -> tuple[list[JournalLine], int]:
    """Read a journal from its file; of a file that is empty or not there yet, no lines.

    Parameters
    ----------
    path : Path
    name : str
        The journal's, as the file's first line has it.

    Returns
    -------
    lines : list of JournalLine
    cut : int
        Lines that were cut short, as where the computer went down while they were written.

    Raises
    ------
    DataError
        If the path is not absolute, or leads to anything but this journal: nothing else is written over.
    """
    if not path.is_absolute() or path.suffix != ENDING:
        raise DataError(
            f"{path} is not a full path to a {ENDING} file.", f"Name one, such as ~/verdicts{ENDING}."
        )
    try:
        text = path.read_text("utf-8", errors="replace") if path.exists() else ""
    except OSError as error:
        raise DataError(f"{path} cannot be read as a journal: {error}.", "Name another file.") from error
    header, records = json.dumps(name), [record.strip() for record in text.split("\n") if record.strip()]
    begin = records.index(header) if header in records[:2] else len(records)
    if not header.startswith("".join(records[:begin])):  # the header may be cut short, and written again
        raise DataError(f"{path} does not hold the journal “{name}”.", "Name another file, or a new one.")
    lines = [_read(record) for record in records[begin:] if record != header]
    kept = [line for line in lines if line]
    return kept, len(lines) - len(kept)


def _read(record: str) -> JournalLine | None:
    try:
        return read_line(json.loads(record))
    except ValueError:
        return None


def append_to_file(path: Path, name: str, lines: Iterable[JournalLine]) -> None:
    """Write lines at the end of a journal's file, and return once they are on the disk.

    They begin on a line of their own, whatever was cut before, and go in one write: another session may write
    into the file too.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    header, records = json.dumps(name), [json.dumps(line_record(line)) for line in lines]
    try:
        with path.open("a+b", buffering=0) as file:
            file.seek(0)
            start = file.read(2 * len(header) + 2).decode(errors="replace")
            begun = header in start.split("\n")[:2]
            added = [*([""] if start else []), *([] if begun else [header]), *records, ""]
            file.write("\n".join(added).encode())
            os.fsync(file.fileno())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}.", "Name another file.") from error
