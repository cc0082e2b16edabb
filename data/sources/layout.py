"""The archive's file layout: gzipped CSV without a header row, and a sidecar that names the columns."""

import csv
import hashlib
from pathlib import Path

from data.catalog.entry import Table
from data.errors import BadTable
from data.sources.text import REMEDY, SEPARATORS, read_text
from data.tables.columns import cave_names, known_columns

NAMINGS = ("_merged", "")
"""Ends of a table's name in its files: tables joined to the segmentation, and tables as they are."""


def rows_file(table: Table, naming: str = NAMINGS[0]) -> str:
    """Name of the file with a table's rows."""
    return f"{table.name}{naming}.csv.gz"


def header_file(table: Table, naming: str = NAMINGS[0]) -> str:
    """Name of the sidecar with their column names."""
    return f"{table.name}{naming}_header.csv"


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def header_beside(path: Path) -> Path:
    """The file that may hold the column names of a text file."""
    return path.with_name(f"{path.name.removesuffix('.gz').removesuffix('.csv')}_header.csv")


def read_header(path: Path, table: Table) -> list[str]:
    """Read the column names from a sidecar: lines of name and type, lines of names, or one line of names.

    Raises
    ------
    BadTable
        If it holds anything else.
    """
    text = read_text(path, table).decode("utf-8", "replace")
    separator = max(SEPARATORS, key=text.count)
    try:
        lines = [line for line in csv.reader(text.splitlines(), delimiter=separator) if any(line)]
    except csv.Error as error:
        raise BadTable(f"The header of {table.name} is not text: {error}.", REMEDY) from error
    if lines[:1] == [["", "0"]]:  # pandas' name for the column of types
        lines = lines[1:]
    widths = {len(line) for line in lines}
    one_line = len(lines) == 1 and widths != {2}
    names = [name.strip() for name in (lines[0] if one_line else [line[0] for line in lines])]
    is_list = known_columns(cave_names(names, table), table) if one_line else widths in ({1}, {2})
    if not is_list or not (one_line or all(name.isidentifier() for name in names)):
        found = f": {path.name} begins with “{','.join(lines[0])[:60]}”" if lines else ""
        raise BadTable(f"The header of {table.name} is not a list of column names and types{found}.", REMEDY)
    return names
