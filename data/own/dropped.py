"""Files that a reader drops on a page: read from their bytes, with names that are text and never paths."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import DataError
from data.own.file import OwnFile, read_own_file
from data.sources.layout import header_beside

LONGEST_NAME = 80
CHECKSUM_DIGITS = 8
"""Digits of a file's SHA-256 that are part of the name of its table, and so of links."""
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]")
_CHECKSUM = re.compile(rf"(?P<stem>.+)~(?P<checksum>[0-9a-f]{{{CHECKSUM_DIGITS}}})(?:\..*)?", re.DOTALL)


def read_dropped(contents: Mapping[str, bytes]) -> dict[str, OwnFile | DataError]:
    """Read files by their names; a file of column names beside another belongs to that one.

    The stem of each ends in a checksum: two visitors' files of one name are two tables.

    Returns
    -------
    dict
        The file, or why it cannot be read, by name.
    """
    with TemporaryDirectory() as folder:
        paths = {_path(Path(folder), name): content for name, content in contents.items()}
        for path, content in paths.items():
            path.write_bytes(content)
        headers = {header_beside(path) for path in paths}
        return {path.name: _read(path) for path in paths if path not in headers}


def read_made(name: str, text: str) -> OwnFile | DataError:
    """Read a table that the reader has pasted, or the app has made, as a file of a name."""
    (file,) = read_dropped({name: text.encode()}).values()
    return replace(file, text=text) if isinstance(file, OwnFile) else file


def sender_file(table: str) -> str:
    """Name the file of a dropped table, with its checksum, by the table's name; "" for any other table."""
    found = _CHECKSUM.fullmatch(table)
    return f"{found['stem']} (SHA-256 {found['checksum']}…)" if found else ""


def _path(folder: Path, name: str) -> Path:
    safe = _UNSAFE.sub("_", name).strip() or "table"
    return folder / (safe if len(safe) <= LONGEST_NAME else safe[-LONGEST_NAME:])


def _read(path: Path) -> OwnFile | DataError:
    try:
        file = read_own_file(path)
    except DataError as error:
        return error
    return replace(file, path=Path(path.name), stem=f"{file.stem}~{file.sha256[:CHECKSUM_DIGITS]}")
