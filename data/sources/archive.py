"""The archive: releases as public static files over HTTPS, without an account."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import requests

from data.catalog.entry import Table
from data.catalog.whereabouts import in_archive, whereabouts
from data.errors import BadTable, DataError, HostUnreachable, TableAbsent
from data.sources.connection import CONNECT_SECONDS, PatientSession, again, never_connected, waits_told
from data.sources.delimited import read_delimited
from data.sources.layout import NAMINGS, file_digest, header_file, read_header, rows_file
from data.sources.merged_nuclei import DETECTIONS, with_nuclei
from data.tables.raw import Raw, ReportProgress, Source, silent
from data.volume import VOLUME
from data.volume.volume import Release

READ_SECONDS = 60
CHUNK_BYTES = 1 << 18
NOT_THERE = {403, 404}
"""Google's storage answers 403 for a missing object if the visitor may not list the folder."""


class ArchiveSource(Source):
    """One release in the archive.

    Parameters
    ----------
    base : str
        Address of the folder of releases, without a trailing slash.
    release : int
        The materialization version.
    scratch : Path
        Folder for partial downloads, emptied after each fetch and before the next.
    """

    name = "archive"
    title = "the public archive"

    def __init__(self, base: str, release: int, scratch: Path) -> None:
        self.base = base
        self.release = release
        self.scratch = scratch
        self.location = f"{base}/v{release}"
        self._detected: Raw | None = None
        self._detecting = threading.Lock()
        # Another address may serve other rows, so it has its own cache.
        self.key = (
            "archive"
            if base == VOLUME.archive
            else f"archive-{hashlib.sha256(base.encode()).hexdigest()[:12]}"
        )

    @property
    def patience(self) -> float:
        """The longest silence within a download."""
        return READ_SECONDS

    def is_reachable(self) -> bool:
        """Whether the host answers at all, even with an error."""
        try:
            requests.head(self.base, timeout=(CONNECT_SECONDS, CONNECT_SECONDS))
        except requests.RequestException as error:
            return not never_connected(error)
        return True

    def may_hold(self, release: Release) -> bool:
        """Whether the archive is stated to hold anything of a release, live or not."""
        return release.archived != "none"

    def is_stated(self, table: Table, release: int) -> bool:
        """Whether the archive is stated to hold the table."""
        return bool(in_archive(table, release))

    def holds_release(self) -> bool:
        """Whether the archive holds the detected nuclei of the release, asked of it.

        Raises
        ------
        DataError
            If it does not answer, or badly.
        """
        with PatientSession(READ_SECONDS) as session:
            for naming in NAMINGS:
                url = f"{self.location}/{header_file(DETECTIONS, naming)}"
                try:
                    with session.get(url, stream=True) as response:
                        if response.status_code not in NOT_THERE:
                            response.raise_for_status()
                            return True
                except requests.RequestException as error:
                    raise self._explained(error, DETECTIONS, url) from error
        return False

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Download a table's two files, under either name, and read them.

        Raises
        ------
        TableAbsent
            If the archive holds neither.
        """
        waits = waits_told(lambda seconds: report(0, None, seconds))
        try:
            with self._clean_folder(table) as folder, PatientSession(READ_SECONDS) as session, waits:
                return self._fetch(table, session, folder, report)
        except TableAbsent as error:
            raise TableAbsent(error.problem, error.remedy, lasting=self._lacks(table)) from error

    def _lacks(self, table: Table) -> bool:
        """Whether the absence of a table is sure, so that the archive need not be asked again.

        Where the manual says that it is there and nothing of the release is, the address is wrong, or
        something else answers in the archive's place.
        """
        if not in_archive(table, self.release):
            return True
        try:
            return table.name != VOLUME.detections and self.holds_release()
        except DataError:
            return False

    def _fetch(self, table: Table, session: PatientSession, folder: Path, report: ReportProgress) -> Raw:
        header, naming = self._download_header(session, table, folder)
        rows = self._download(session, rows_file(table, naming), table, folder, report)
        read = read_delimited(rows, read_header(header, table), table)
        origin = f"{self.location}/{rows_file(table, naming)}"
        raw = Raw(rows=read.rows, origin=origin, sha256=file_digest(rows))
        if table.name == DETECTIONS.name:
            self._detected = raw
        return with_nuclei(raw, read.names, table, lambda: self._read_detections(session, folder))

    def _read_detections(self, session: PatientSession, folder: Path) -> Raw | None:
        """The detections, downloaded once for all tables that are not joined to them; None without any."""
        with self._detecting:
            if self._detected is None:
                with suppress(TableAbsent):
                    self._fetch(DETECTIONS, session, folder, silent)
            return self._detected

    def _download_header(self, session: PatientSession, table: Table, folder: Path) -> tuple[Path, str]:
        """Download the sidecar of a table, under the first name that is there, and say which that is."""
        first, *others = NAMINGS
        try:
            return self._download(session, header_file(table, first), table, folder, silent), first
        except TableAbsent:
            for naming in others:
                with suppress(TableAbsent):
                    return self._download(session, header_file(table, naming), table, folder, silent), naming
            raise

    @contextmanager
    def _clean_folder(self, table: Table) -> Iterator[Path]:
        """Yield an empty folder for the download; what a killed fetch left there is deleted."""
        folder = self.scratch / f"{self.key}-v{self.release}-{table.name}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _unwritable(self, error: OSError) -> DataError:
        problem = f"Nothing can be written to {self.scratch}: {error.strerror or error}."
        return DataError(problem, "Make room there, or name another cache with --cache or CELL_TYPES_CACHE.")

    def _download(
        self, session: PatientSession, name: str, table: Table, folder: Path, report: ReportProgress
    ) -> Path:
        url = f"{self.location}/{name}"
        try:
            with session.get(url, stream=True) as response, (folder / name).open("wb") as file:
                response.raise_for_status()
                total = response.raw.length_remaining
                for chunk in response.iter_content(CHUNK_BYTES):
                    file.write(chunk)
                    # A compressed body is counted unpacked, so it may exceed the announced length.
                    report(min(file.tell(), total) if total else file.tell(), total)
        except requests.RequestException as error:
            raise self._explained(error, table, url) from error
        except OSError as error:  # the disk's: those of requests are caught above
            raise self._unwritable(error) from error
        return folder / name

    def _explained(self, error: requests.RequestException, table: Table, url: str) -> DataError:
        host = urlsplit(url).netloc
        status = error.response.status_code if error.response is not None else None
        table_words = f"{table.name} of release v{self.release}"
        if never_connected(error):
            return HostUnreachable(
                f"The archive at {host} cannot be reached, so {table_words} is not here.",
                "Check the network and try again, or choose the source “folder” or “sample”.",
            )
        if status in NOT_THERE:
            return TableAbsent(
                f"The archive at {host} does not hold {table_words} (HTTP {status}).",
                f"{whereabouts(table, self.release, missed=True)} Look at {url}, or check the archive's "
                "address.",
            )
        reason = f"HTTP {status}" if status else type(error).__name__
        problem = f"The archive at {host} did not deliver {table_words} ({reason})."
        return BadTable(problem, again(error.response))
