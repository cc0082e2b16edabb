"""The archive's files: a gzipped CSV without a header row, and a sidecar that names its columns."""

import csv
import gzip
import io
import re
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from data.catalog.entry import Table
from data.errors import BadTable
from data.schema import COUNTERS, IDS, WORDS, wanted_columns

GZIP_MAGIC = b"\x1f\x8b"
REMEDY = "Fetch the table again; if it stays so, the file at the source is damaged."


def rows_file(table: Table) -> str:
    """Name of the file that holds a table's rows."""
    return f"{table.name}_merged.csv.gz"


def header_file(table: Table) -> str:
    """Name of the file that names their columns."""
    return f"{table.name}_merged_header.csv"


def read_header(path: Path, table: Table) -> list[str]:
    """Read the column names from a sidecar of `name,dtype` lines.

    Raises
    ------
    BadTable
        If the lines are not a name and a type each.
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
        The file. A server may have unpacked it on the way, so the content decides, not the name.
    names : list of str or None
        Its columns, where it has no header row: then its first line is a row like any other.
    table : Table
        Named in errors.

    Returns
    -------
    pyarrow.Table
        The wanted columns only; IDs exact as int64, labels as dictionaries.

    Raises
    ------
    BadTable
        If it is cut short, is a web page, or its rows do not fit the columns.
    """
    text = _unpacked(path.read_bytes(), table)
    if not text.strip():
        raise BadTable(f"{table.name} has no rows.", REMEDY)
    columns = names or _first_line(text)
    try:
        return pacsv.read_csv(
            pa.BufferReader(text),
            read_options=pacsv.ReadOptions(column_names=names),
            convert_options=pacsv.ConvertOptions(
                column_types={name: _type(name) for name in columns if _type(name)},
                include_columns=wanted_columns(columns),
                strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        said = re.sub(r"CSV column #(\d+)", lambda match: f"column {columns[int(match[1])]}", str(error))
        raise BadTable(
            f"The rows of {table.name} do not fit their {len(columns)} columns: {said}.", REMEDY
        ) from error


def _type(name: str) -> pa.DataType | None:
    """The type a column is read as; None leaves it to the values."""
    if name in IDS:
        return pa.int64()
    if name in WORDS:
        return pa.dictionary(pa.int32(), pa.string())
    if name in COUNTERS:
        return pa.float64()  # caveclient writes an optional counter as 3.0; the tidy form is exact again
    return None


def _first_line(text: bytes) -> list[str]:
    head = text[: text.find(b"\n") if b"\n" in text else len(text)]
    return next(csv.reader([head.decode("utf-8-sig", errors="replace").rstrip("\r")]))


def _unpacked(content: bytes, table: Table) -> bytes:
    if content.startswith(GZIP_MAGIC):
        try:
            return gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise BadTable(f"The file of {table.name} is cut short or damaged: {error}.", REMEDY) from error
    if content.lstrip()[:1] == b"<":
        raise BadTable(f"Instead of the rows of {table.name} came a web page.", REMEDY)
    if b"\0" in content[:4096]:
        raise BadTable(f"The file of {table.name} is neither gzip nor CSV text.", REMEDY)
    return content
