"""A folder on disk with the archive's files or exports of caveclient's frames."""

import hashlib
from dataclasses import replace
from pathlib import Path

from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import BadTable, HostUnreachable, SettingsError, TableAbsent
from data.sources.exports import file_readers, header_files
from data.sources.layout import file_digest, header_beside, rows_file
from data.sources.merged_nuclei import DETECTIONS, with_nuclei
from data.sources.statement import read_statement
from data.sources.text import unpacked
from data.sources.unread_files import explain_unread
from data.tables.raw import Raw, ReportProgress, Source, UnreadFile, silent
from data.volume import VOLUME
from data.volume.volume import Release

READING = 5
"""Version of how files are read: rows read by another version are read again."""
SAME_AGE_SECONDS = 60
"""Two files of a table that differ less in time are of one age."""


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
        self.location = self.base = str(self.folder)
        self.key = f"folder-{hashlib.sha256(self.location.encode()).hexdigest()[:12]}"

    def stamp(self, table: Table) -> str:
        """Names, sizes and times of the table's files, so that a replaced export is read again."""
        try:
            files = self._files(table)
            if files and table.reference == VOLUME.detections:  # they may be merged in
                files = [*files, *self._files(DETECTIONS)]
            headers = [header for path in files if (header := header_beside(path)).is_file()]
            statuses = [(path.name, path.stat()) for path in [*files, *headers]]
        except OSError:
            return ""
        parts = [f"{name} {status.st_size} {status.st_mtime_ns}" for name, status in statuses]
        return " ".join([*parts, f"reading {READING}"]) if parts else ""

    def holds_release(self) -> bool:
        """Whether the release has a folder of its own."""
        return (self.folder / f"v{self.release}").is_dir()

    def may_hold(self, release: Release) -> bool:
        """Whether the release has a folder of its own."""
        return (self.folder / f"v{release.number}").is_dir()

    def absence(self, table: Table) -> TableAbsent | None:
        """What a fetch would say of a table without a file; None too where the folder is not to be read."""
        try:
            return None if self._files(table) or not self.folder.is_dir() else self._absent(table)
        except OSError:
            return None

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Read a table's file."""
        try:
            return self._read(table, report)
        except OSError as error:  # such as an unplugged drive
            problem = f"The folder {self.location} cannot be read: {error.strerror or error}."
            raise HostUnreachable(problem, f"Check that it exists, with {table.name} in it.") from error

    def unread_files(self, tables: ReleaseTables) -> tuple[UnreadFile, ...]:
        """Files that no table takes, in the release's folder and in the one above."""
        readable = {name: table for table in tables.values() for name in _file_names(table)}
        unread = []
        for folder in self._folders:
            try:
                paths = sorted(folder.iterdir())
            except OSError:
                continue
            for path in paths:
                table = readable.get(path.name)
                if table and table.name in tables.held and path.is_file():
                    found = self._unread_of(table, path)
                else:
                    found = explain_unread(path, tables, readable)
                if found:
                    within = "" if folder == self.folder else f"{folder.name}/"
                    unread.append(replace(found, file=f"{within}{found.file}"))
        return tuple(unread)

    def _unread_of(self, table: Table, path: Path) -> UnreadFile | None:
        """Why a file with a table's right name is not read; None if it is."""
        files = self._files(table)
        if path in files:
            try:
                chosen, notes = self._choose(table, files)
            except BadTable:  # the table's own error names its files
                return None
            reason = notes.get(path)
            remedy = f"Delete or move {path.name}, or {chosen.name} if that is the one to leave out."
            return UnreadFile(path.name, reason, remedy) if reason else None
        if path.name.endswith("_header.csv"):
            stem = path.name.removesuffix("_header.csv")
            rows = path.with_name(f"{stem}.csv.gz")
            if rows.is_file() or path.with_name(f"{stem}.csv").is_file():
                return None
            return UnreadFile(
                path.name, "The rows of this header are missing.", f"Put {rows.name} beside it."
            )
        return UnreadFile(
            path.name,
            f"The folder {files[0].parent.name} holds a file of the table, which comes first.",
            "Delete or move the one that is not wanted.",
        )

    @property
    def _folders(self) -> list[Path]:
        return [folder for folder in (self.folder / f"v{self.release}", self.folder) if folder.is_dir()]

    def _read(self, table: Table, report: ReportProgress) -> Raw:
        files = self._files(table)
        if not files:
            self.folder.stat()  # raises if the folder is gone
            raise self._absent(table)
        path, unread = self._choose(table, files)
        if not path.resolve().is_relative_to(self.folder):
            raise BadTable(
                f"{path.name} in {self.location} leads out of the folder.",
                "Name the folder that it leads to, or put a copy in its place.",
            )
        size = path.stat().st_size
        report(0, size)
        statement = read_statement(path)
        if error := statement.contradiction(table, self.release):
            raise error
        read = file_readers(table)[path.name](path, table)
        raw = Raw(
            rows=read.rows,
            origin=str(path),
            sha256=file_digest(path),
            position_nm=statement.position_nm,
            notes=tuple(f"{other.name} was not read: {reason}" for other, reason in unread.items()),
            assumptions=read.assumptions,
        )
        report(size, size)
        return with_nuclei(raw, read.names, table, self._detections)

    def _absent(self, table: Table) -> TableAbsent:
        return TableAbsent(
            f"The folder {self.location} does not hold {table.name} of release v{self.release}.",
            f"Put {rows_file(table)} with its header, or {table.name}.csv, .csv.gz, .parquet or "
            f".feather, into {self.folder / f'v{self.release}'}.",
        )

    def _detections(self) -> Raw | None:
        return self._read(DETECTIONS, silent) if self._files(DETECTIONS) else None

    def _files(self, table: Table) -> list[Path]:
        """The table's files in the first folder that holds any."""
        for folder in self._folders:
            if files := [folder / name for name in file_readers(table) if (folder / name).is_file()]:
                return files
        return []

    def _choose(self, table: Table, files: list[Path]) -> tuple[Path, dict[Path, str]]:
        """The file to read, and of each other one of the table why it is not.

        The release that a file states of itself decides, else the time of its last change.

        Raises
        ------
        BadTable
            If neither tells two files apart.
        """
        if len(files) == 1:
            return files[0], {}
        statements = {path: read_statement(path) for path in files}
        unread = {}
        for path, statement in statements.items():
            if error := statement.contradiction(table, self.release):
                unread[path] = error.problem
        fitting = [path for path in files if path not in unread] or files
        stating = [path for path in fitting if statements[path].is_of(self.release)] or fitting
        changed = {path: path.stat().st_mtime for path in stating}
        newest, *older = sorted(stating, key=lambda path: -changed[path])
        of_one_age = [path for path in older if changed[newest] - changed[path] <= SAME_AGE_SECONDS]
        if of_one_age and len({unpacked(path, table) for path in (newest, *of_one_age)}) == 1:
            unread |= dict.fromkeys(of_one_age, f"{newest.name} holds the same.")
        elif of_one_age:
            names = " and ".join(path.name for path in stating)
            raise BadTable(
                f"{table.name} has equally old files, {names}: none is read.",
                "Delete or move those that are not wanted.",
            )
        unread |= {path: f"{newest.name} is newer." for path in older if path not in of_one_age}
        silent = [path for path in files if path not in unread and path != newest]
        unread |= dict.fromkeys(silent, f"{newest.name} states its release, and this file none.")
        return newest, {path: reason for path, reason in unread.items() if path != newest}


def _file_names(table: Table) -> list[str]:
    """The names of a table's files, headers included."""
    return [*file_readers(table), *header_files(table)]
