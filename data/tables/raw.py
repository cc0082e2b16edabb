"""The raw frame, the source protocol and progress reports."""

import math
import time
from dataclasses import dataclass
from typing import Literal, Protocol

import pyarrow as pa

from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import TableAbsent
from data.tables.positions import Nanometres
from data.volume.volume import Release


class ReportProgress(Protocol):
    """Takes progress reports: bytes (or rows, or tables) done, and the total where known.

    `wait` is the time in seconds before the source asks a busy server again; 0 once it has asked.
    """

    def __call__(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        """Take a report; what this raises ends the fetch."""
        ...


def silent(done: int, total: int | None, wait: float = 0.0) -> None:
    """Ignore the report."""


SILENCE_SECONDS = 5.0
"""Silence after which the reader is told of it, and how long it may last."""


class Progress:
    """The last report of a source, and its time.

    Attributes
    ----------
    done, total : int, int or None
        As reported; `total` is None where unknown.
    wait : float
        Seconds before the source asks a busy server again; 0 where it is not waiting.
    heard : float
        Time of the report, in seconds of the monotonic clock.
    """

    def __init__(self, total: int | None = None) -> None:
        self(0, total)

    def __call__(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        """Take a report."""
        self.done, self.total, self.wait, self.heard = done, total, wait, time.monotonic()

    def delay_words(self, patience: float) -> str:
        """Say why there is no progress, and for how long; "" while all is well.

        Parameters
        ----------
        patience : float
            `Source.patience`.
        """
        silence = time.monotonic() - self.heard
        if self.wait:
            left = max(0, math.ceil(self.wait - silence))
            return f"the server is busy and asked again in {left:,} s"
        if not patience or silence < SILENCE_SECONDS:
            return ""
        return f"nothing new for {silence:.0f} s; a server is given up after {patience:g} s of silence"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A number from which synthetic rows are drawn.

    Attributes
    ----------
    kind : str
        `figure` (published or measured) or `assumption`.
    what, value : str
        What the number measures, and its value in words.
    why : str
        The figure's source, or the assumption's reason.
    """

    kind: Literal["figure", "assumption"]
    what: str
    value: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Raw:
    """The rows of one table as its source gives them, with CAVE's column names.

    Attributes
    ----------
    rows : pyarrow.Table
        The raw frame.
    origin : str
        The address or path of the rows, or how they were made.
    sha256 : str
        Checksum of the source's bytes ("" where there are none).
    made_from : tuple of Ground
        The grounds of synthetic rows; empty for measured rows.
    notices : tuple of str
        Notices of the table's owner.
    position_nm : tuple of float or None
        The unit that the source states of the positions; None for voxels of the volume.
    notes : tuple of str
        Which other files of the table were not read, and why.
    assumptions : tuple of str
        What was assumed of a file that does not say how it is to be read.
    """

    rows: pa.Table
    origin: str
    sha256: str = ""
    made_from: tuple[Ground, ...] = ()
    notices: tuple[str, ...] = ()
    position_nm: Nanometres | None = None
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnreadFile:
    """A file of the source that no table takes: its name, why, and what to do."""

    file: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file} is not read. {self.reason} {self.remedy}"


class Source(Protocol):
    """A source of rows; the defaults suit a server that holds whole frozen releases.

    Attributes
    ----------
    name : str
        `archive`, `cave`, `folder` or `sample`.
    title : str
        Its name within a sentence.
    key : str
        Its folder in the cache; sources with different rows have different keys.
    location : str
        Where its rows are, in words for the reader: an address, a path, or what makes the rows.
    base : str
        The address or folder of all its releases, from the setting of its name; "" without a setting.
    synthetic : bool
        Whether the rows are synthetic.
    local : bool
        Whether its tables are on this machine, so that loading them costs no download.
    partial : bool
        Whether it may hold only part of a release, so that missing rows are not an error.
    lists_releases : bool
        Whether `list_releases` asks a server.
    queried : bool
        Whether a server computes rows for each fetch, so that only tables that a reader asks for are fetched.
    """

    name: str
    title: str
    key: str
    location: str
    base: str = ""
    synthetic: bool = False
    local: bool = False
    partial: bool = False
    lists_releases: bool = False
    queried: bool = False

    @property
    def patience(self) -> float:
        """Seconds of silence after which a fetch from its server is given up; 0 without a server."""
        return 0.0

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Fetch one table's rows.

        Raises
        ------
        data.errors.DataError
            `HostUnreachable`, `TableAbsent` or `BadTable`, with table, release and remedy.
        """
        ...

    def stamp(self, table: Table) -> str:
        """Text that changes whenever the source's rows do ("" where they are frozen)."""
        return ""

    def absence(self, table: Table) -> TableAbsent | None:
        """Why the source cannot hold a table, where a glance tells; None where only a fetch does."""
        return None

    def unread_files(self, tables: ReleaseTables) -> tuple[UnreadFile, ...]:
        """The source's files that no table of the opened release takes."""
        return ()

    def may_hold(self, release: Release) -> bool:
        """Whether the source may hold a release, as far as is known without a request."""
        return not release.live

    def is_stated(self, table: Table, release: int) -> bool:
        """Whether nothing leaves open that the source holds a table of a release that it may hold."""
        return True

    def holds_release(self) -> bool:
        """Whether the source holds its release at all, asked of it; for releases outside the catalogue."""
        return False

    def list_releases(self) -> dict[int, bool]:
        """The server's releases, oldest first, each with whether it is live."""
        return {}
