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


def read_journal_file(path: Path, name: str) -> list[JournalLine]:
    """Read a journal from its file; of a file that is empty or not there yet, no lines.

    Parameters
    ----------
    path : Path
    name : str
        The journal's, as the file's first line has it.

    Raises
    ------
    DataError
        If the path is not absolute, or leads to anything but this journal: nothing else is written over.
    """
    if not path.is_absolute() or path.suffix != ENDING:
        raise DataError(
            f"{path} is no whole path of a {ENDING} file.", f"Name one, such as ~/verdicts{ENDING}."
        )
    try:
        text = path.read_text("utf-8") if path.exists() else ""
        first, *records = text.splitlines() or [json.dumps(name)]
        if json.loads(first) != name:
            raise DataError(f"{path} does not hold the journal “{name}”.", "Name another file, or a new one.")
        # The last line may be cut short, where the computer went down while it was written.
        lines = [read_line(json.loads(record)) for record in records if record.endswith("}")]
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a journal: {error}.", "Name another file.") from error
    return [line for line in lines if line]


def append_to_file(path: Path, name: str, lines: Iterable[JournalLine]) -> None:
    """Write lines at the end of a journal's file, and return once they are on the disk.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            if not file.tell():
                file.write(f"{json.dumps(name)}\n")
            file.writelines(f"\n{json.dumps(line_record(line))}" for line in lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}.", "Name another file.") from error
