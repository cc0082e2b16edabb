"""The archive: the release as public static files over HTTPS, no account needed."""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from data.catalog.entry import Table
from data.errors import BadTable, DataError, HostUnreachable, TableAbsent
from data.settings import ARCHIVE
from data.sources.connection import never_connected
from data.sources.layout import header_file, read_header, read_rows, rows_file
from data.tables.raw import Raw, ReportProgress

CONNECT_SECONDS = 5
READ_SECONDS = 60
CHUNK_BYTES = 1 << 18
LONGEST_WAIT_SECONDS = 10
"""So long a busy archive is waited for, once, where it says how long."""
BUSY = {429, 503}
NOT_THERE = {403, 404}
"""Google's storage answers 403 for a missing object to a visitor who may not list the folder."""


class ArchiveSource:
    """One release in the archive.

    Parameters
    ----------
    base : str
        Address under which the releases lie, without a slash at its end.
    release : int
        The materialization version.
    scratch : Path
        Folder for downloads under way; nothing in it outlives a fetch, or the next one.
    """

    name = "archive"
    synthetic = False
    local = False

    def __init__(self, base: str, release: int, scratch: Path) -> None:
        self.base = base
        self.release = release
        self.scratch = scratch
        self.place = f"{base}/v{release}"
        # Another address may serve other rows: it has a cache of its own.
        self.key = (
            "archive" if base == ARCHIVE else f"archive-{hashlib.sha256(base.encode()).hexdigest()[:12]}"
        )

    def stamp(self, table: Table) -> str:
        """A release in the archive does not change."""
        return ""

    def is_reachable(self) -> bool:
        """Whether the host answers at all, well or badly."""
        try:
            requests.head(self.base, timeout=(CONNECT_SECONDS, CONNECT_SECONDS))
        except requests.RequestException as error:
            return not never_connected(error)
        return True

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Download a table's two files and read them."""
        with self._clean_folder(table) as folder:
            header = self._download(header_file(table), table, folder, None)
            rows = self._download(rows_file(table), table, folder, report)
            return Raw(
                rows=read_rows(rows, read_header(header, table), table),
                origin=f"{self.place}/{rows_file(table)}",
                sha256=pooch.file_hash(str(rows)),
            )

    @contextmanager
    def _clean_folder(self, table: Table) -> Iterator[Path]:
        """Give a folder for the download, without what a killed fetch may have left there."""
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

    def _download(self, name: str, table: Table, folder: Path, report: ReportProgress | None) -> Path:
        """Download a file; where the archive is busy and names a short wait, after that wait."""
        url = f"{self.place}/{name}"
        try:
            try:
                return self._retrieve(url, folder, report)
            except requests.HTTPError as error:
                wait = _wait_seconds(error)
                if wait is None or wait > LONGEST_WAIT_SECONDS:
                    raise
            time.sleep(wait)
            return self._retrieve(url, folder, report)
        except requests.RequestException as error:
            raise self._explained(error, table, url) from error
        except OSError as error:  # only requests' own are not of the disk
            raise self._unwritable(error) from error

    @staticmethod
    def _retrieve(url: str, folder: Path, report: ReportProgress | None) -> Path:
        downloader = pooch.HTTPDownloader(
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            chunk_size=CHUNK_BYTES,
            progressbar=_Progress(report) if report else False,
        )
        pooch.get_logger().setLevel("WARNING")  # it would advise the reader on hashes
        try:
            name = url.rsplit("/", 1)[1]
            return Path(pooch.retrieve(url, known_hash=None, fname=name, path=folder, downloader=downloader))
        except requests.RequestException as error:
            if error.response is not None:
                error.response.close()  # a refused download leaves its connection open
            raise

    def _explained(self, error: requests.RequestException, table: Table, url: str) -> DataError:
        host = urlsplit(url).netloc
        status = error.response.status_code if error.response is not None else None
        what = f"{table.name} of release v{self.release}"
        if never_connected(error):
            return HostUnreachable(
                f"The archive at {host} cannot be reached, so {what} is not here.",
                "Check the network and try again, or choose the source “folder” or “sample”.",
            )
        if status in NOT_THERE:
            return TableAbsent(
                f"The archive at {host} does not hold {what} (HTTP {status}).",
                f"Look at {url}, or check the archive's address.",
            )
        said = f"HTTP {status}" if status else type(error).__name__
        wait = _wait_seconds(error)
        when = f"in {wait:,.0f} seconds, as the archive asks" if wait else "in a moment"
        return BadTable(
            f"The archive at {host} did not deliver {what} ({said}).",
            f"Try again {when}; nothing of it was kept.",
        )


class _Progress:
    """What pooch tells of a download, passed on in bytes (it counts in chunks and starts over at the end)."""

    def __init__(self, report: ReportProgress) -> None:
        self.total = 0
        self._report = report
        self._done = 0

    def update(self, size: int) -> None:
        self._done = min(self._done + size, self.total) if self.total else self._done + size
        self._report(self._done, self.total or None)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is held open."""


def _wait_seconds(error: requests.RequestException) -> float | None:
    """Seconds that a busy archive asks to wait (`Retry-After`: seconds or a date); None where it does not."""
    if error.response is None or error.response.status_code not in BUSY:
        return None
    said = error.response.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 8:
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    # A date without a zone is in UTC; one that is past, by this clock, asks for no wait.
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
