"""The files of a table in a folder, by name: how each is read."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet

from data.catalog.entry import Table
from data.errors import BadTable
from data.sources.delimited import FileRows, read_delimited
from data.sources.layout import header_beside, header_file, read_header, rows_file
from data.sources.text import GZIP_MAGIC, OTHER_KINDS
from data.tables.columns import cave_names, other_spellings, wanted_columns

Reader = Callable[[Path, Table], FileRows]


def file_readers(table: Table) -> dict[str, Reader]:
    """The possible names of a table's file in order of preference, each with its reader."""
    return {
        rows_file(table): _text_rows,
        f"{table.name}.parquet": _parquet_rows,
        f"{table.name}.feather": _feather_rows,
        f"{table.name}.csv.gz": _text_rows,
        f"{table.name}.csv": _text_rows,
    }


def header_files(table: Table) -> list[str]:
    """The names of the files that may hold a table's column names."""
    return [header_file(table), f"{table.name}_header.csv"]


def _text_rows(path: Path, table: Table) -> FileRows:
    sidecar = header_beside(path)
    return read_delimited(path, read_header(sidecar, table) if sidecar.is_file() else None, table)


def _parquet_rows(path: Path, table: Table) -> FileRows:
    try:
        names = parquet.read_schema(path).names
        wanted = [names[place] for place in _wanted_places(names, table)]
        # Without partitioning, or a folder such as valid=t would add a column.
        rows = parquet.read_table(path, columns=wanted, partitioning=None)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise unlike(path, "Parquet", error, table) from error
    return _file_rows(rows, names, table)


def _feather_rows(path: Path, table: Table) -> FileRows:
    try:
        rows = feather.read_table(path)
        names = rows.column_names
        wanted = rows.select(_wanted_places(names, table))
        wanted.validate(full=True)  # no checksum guards these files, and a wrong offset ends the process
    except (pa.ArrowException, OSError, ValueError) as error:
        raise unlike(path, "Feather", error, table) from error
    return _file_rows(wanted, names, table)


def unlike(path: Path, kind: str, error: Exception, table: Table) -> BadTable:
    """The error for a file that is not what its name says, with what it is where that is known."""
    with path.open("rb") as file:
        head = file.read(4096)
    kinds = OTHER_KINDS | {GZIP_MAGIC: "gzip"}
    found = next((name for magic, name in kinds.items() if head.startswith(magic)), "")
    if not found and head and b"\0" not in head:
        found = "CSV"
    if found in ("", kind):
        return BadTable(f"{path.name} is not a {kind} file: {error}.", "Export the table again.")
    is_packed = found in ("gzip", "zip")
    return BadTable(
        f"{path.name} is not a {kind} file: it looks like a {found} file.",
        "Unpack it." if is_packed else f"Rename it to {table.name}.{found.lower()}.",
    )


def _wanted_places(names: list[str], table: Table) -> list[int]:
    spelled = cave_names(names, table)
    wanted = set(wanted_columns(spelled, table))
    return [place for place, name in enumerate(spelled) if name in wanted]


def _file_rows(rows: pa.Table, names: list[str], table: Table) -> FileRows:
    """Rows of the wanted columns, from a file with these names."""
    spelled = dict(zip(names, cave_names(names, table), strict=True))
    return FileRows(
        rows=rows.rename_columns([spelled[name] for name in rows.column_names]),
        names=tuple(spelled.values()),
        assumptions=other_spellings(names, table),
    )
