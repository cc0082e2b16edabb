"""A folder on disk with the archive's files or exports of caveclient's frames."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet

from data.catalog.entry import Table
from data.errors import BadTable, HostUnreachable, SettingsError, TableAbsent
from data.sources.layout import file_digest, header_file, read_header, read_rows, rows_file
from data.tables.raw import Raw, ReportProgress, Source
from data.tables.schema import wanted_columns
from data.volume.volume import Release

Reader = Callable[[Path, Table], pa.Table]


class FolderSource(Source):
    """One release in a folder: files are looked for in `{folder}/v{release}/`, then in `{folder}/`.

    Parameters
    ----------
    folder : Path
        The folder.
    release : int
        The materialization version.

    Raises
    ------
    SettingsError
        If there is no such folder.
    """

    name = "folder"
    title = "a folder"
    local = True
    partial = True

    def __init__(self, folder: Path, release: int) -> None:
        if not folder.is_dir():
            raise SettingsError(f"There is no folder {folder}.", "Name the folder that holds the tables.")
        self.folder = folder.resolve()
        self.release = release
        self.place = self.base = str(self.folder)
        self.key = f"folder-{hashlib.sha256(self.place.encode()).hexdigest()[:12]}"

    def stamp(self, table: Table) -> str:
        """Name, size and time of the table's file, so that a replaced export is read again."""
        try:
            match = self._find(table)
            if match is None:
                return ""
            path, _ = match
            status = path.stat()
        except OSError:
            return ""
        return f"{path.name} {status.st_size} {status.st_mtime_ns}"

    def may_hold(self, release: Release) -> bool:
        """Whether the release has a folder of its own."""
        return (self.folder / f"v{release.number}").is_dir()

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Read a table's file."""
        try:
            return self._read(table, report)
        except OSError as error:  # such as an unplugged drive
            problem = f"The folder {self.place} cannot be read: {error.strerror or error}."
            raise HostUnreachable(problem, f"See that it is there, with {table.name} in it.") from error

    def _read(self, table: Table, report: ReportProgress) -> Raw:
        match = self._find(table)
        if match is None:
            self.folder.stat()  # raises if the folder is gone
            raise TableAbsent(
                f"The folder {self.place} does not hold {table.name} of release v{self.release}.",
                f"Put {rows_file(table)} with its header, or {table.name}.csv, .csv.gz, .parquet or "
                f".feather, into {self.folder / f'v{self.release}'}.",
            )
        path, read = match
        if not path.resolve().is_relative_to(self.folder):
            raise BadTable(
                f"{path.name} in {self.place} leads out of the folder.",
                "Name the folder that it leads to, or put a copy in its place.",
            )
        size = path.stat().st_size
        report(0, size)
        raw = Raw(rows=read(path, table), origin=str(path), sha256=file_digest(path))
        report(size, size)
        return raw

    def _find(self, table: Table) -> tuple[Path, Reader] | None:
        for folder in (self.folder / f"v{self.release}", self.folder):
            for name, read in _readers(table).items():
                if (folder / name).is_file():
                    return folder / name, read
        return None


def _readers(table: Table) -> dict[str, Reader]:
    """The possible names of a table's file in order of preference, each with its reader."""
    return {
        rows_file(table): _archive_rows,
        f"{table.name}.parquet": _parquet_rows,
        f"{table.name}.feather": _feather_rows,
        f"{table.name}.csv.gz": _csv_rows,
        f"{table.name}.csv": _csv_rows,
    }


def _archive_rows(path: Path, table: Table) -> pa.Table:
    sidecar = path.with_name(header_file(table))
    if not sidecar.is_file():
        raise BadTable(
            f"{path.name} has no header file beside it.", f"Put {sidecar.name} into the same folder."
        )
    return read_rows(path, read_header(sidecar, table), table)


def _csv_rows(path: Path, table: Table) -> pa.Table:
    return read_rows(path, None, table)


def _parquet_rows(path: Path, table: Table) -> pa.Table:
    try:
        columns = wanted_columns(parquet.read_schema(path).names, table)
        return parquet.read_table(path, columns=columns)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadTable(f"{path.name} is not a Parquet file: {error}.", "Export the table again.") from error


def _feather_rows(path: Path, table: Table) -> pa.Table:
    try:
        rows = feather.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadTable(f"{path.name} is not a Feather file: {error}.", "Export the table again.") from error
    return rows.select(wanted_columns(rows.column_names, table))
