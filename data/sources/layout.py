"""The archive's file layout: gzipped CSV without a header row, and a sidecar that names the columns."""

import csv
import hashlib
import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
from isal import igzip, isal_zlib

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.schema import COUNTERS, IDS, WORDS, wanted_columns

GZIP_MAGIC = b"\x1f\x8b"
REMEDY = "Fetch the table again, or put a whole file into the folder; nothing of this one was kept."


def rows_file(table: Table) -> str:
    """Name of the file with a table's rows."""
    return f"{table.name}_merged.csv.gz"


def header_file(table: Table) -> str:
    """Name of the sidecar with their column names."""
    return f"{table.name}_merged_header.csv"


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_header(path: Path, table: Table) -> list[str]:
    """Read the column names from a sidecar of `name,dtype` lines.

    Raises
    ------
    BadTable
        If a line is not a name and a type.
    """
    try:
        lines = [line for line in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadTable(f"The header of {table.name} is not text: {error}.", REMEDY) from error
    if not lines or any(len(line) != 2 or not line[0].isidentifier() for line in lines):
        raise BadTable(f"The header of {table.name} is not a list of column names and types.", REMEDY)
    return [name for name, _ in lines]


def read_rows(path: Path, names: list[str] | None, table: Table) -> pa.Table:
    """Read a CSV file, gzipped or plain, as a raw frame.

    Parameters
    ----------
    path : Path
        The file. Its content decides whether it is gzipped: a server may have unpacked it on the way.
    names : list of str or None
        Its columns, if it has no header row.
    table : Table
        Named in errors.

    Returns
    -------
    pyarrow.Table
        The wanted columns only; IDs exact as int64, labels as dictionaries.

    Raises
    ------
    BadTable
        If the file is cut short or a web page, or its rows do not fit the columns.
    """
    text = _text(path, table)
    columns = names or _first_line(text, table)
    try:
        return pacsv.read_csv(
            pa.py_buffer(text),
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False),
            convert_options=pacsv.ConvertOptions(
                column_types={name: _type(name) for name in columns if _type(name)},
                include_columns=wanted_columns(columns, table),
                strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if "Empty CSV" in str(error):
            raise BadTable(f"{table.name} has no rows.", REMEDY) from error
        reason = re.sub(r"CSV column #(\d+)", lambda match: f"column {columns[int(match[1])]}", str(error))
        reason = re.sub(
            r"Row #(\d+)", lambda match: f"row {int(match[1]) - (names is None)}", reason, count=1
        )
        problem = f"The rows of {table.name} do not fit their {len(columns)} columns: {reason}."
        raise BadTable(problem, REMEDY) from error


def _type(name: str) -> pa.DataType | None:
    """The type to read a column as; None to infer it from the values."""
    if name in IDS:
        return pa.int64()
    if name in WORDS:
        return pa.dictionary(pa.int32(), pa.string())
    if name in COUNTERS:
        return pa.float64()  # caveclient writes optional counters as 3.0; the tidy frame has integers
    return None


def _text(path: Path, table: Table) -> bytes:
    """The file's bytes, unpacked if gzipped; raises on anything but gzip and text."""
    with path.open("rb") as plain:
        head = plain.read(4096)
    if head.startswith(GZIP_MAGIC):
        try:
            # In one piece, which takes half the time of reading an open file.
            return igzip.decompress(path.read_bytes())  # type: ignore[no-untyped-call]  # no stub for it
        except (OSError, EOFError, isal_zlib.IsalError) as error:  # type: ignore[misc]  # likewise
            raise _damaged(table, error) from error
    if head.lstrip()[:1] == b"<":
        raise BadTable(f"Instead of the rows of {table.name} came a web page.", REMEDY)
    if b"\0" in head:
        raise BadTable(f"The file of {table.name} is neither gzip nor CSV text.", REMEDY)
    return path.read_bytes()


def _first_line(text: bytes, table: Table) -> list[str]:
    try:
        return next(csv.reader([re.split(rb"[\r\n]", text, maxsplit=1)[0].decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise _damaged(table, error) from error


def _damaged(table: Table, error: Exception) -> BadTable:
    return BadTable(f"The file of {table.name} is cut short or damaged: {error}.", REMEDY)
