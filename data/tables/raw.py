"""The raw frame: what every source gives, and what every source is."""

import math
import time
from dataclasses import dataclass
from typing import Literal, Protocol

import pyarrow as pa

from data.catalog.entry import Table
from data.volume.volume import Release


class ReportProgress(Protocol):
    """Told of progress: bytes (or rows, or tables) so far, and of how many where that is known.

    `wait` are the seconds that the source waits before it asks a busy server again; 0 once it has asked.
    """

    def __call__(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        """Take the news; what this raises ends the fetch."""
        ...


def silent(done: int, total: int | None, wait: float = 0.0) -> None:
    """Report to nobody."""


SILENCE_SECONDS = 5.0
"""After so long without news the reader is told that there are none, and how long that may last."""


class Progress:
    """What a source reported last, and since when it has reported nothing.

    Attributes
    ----------
    done, total : int, int or None
        So much, and of how much where that is known.
    wait : float
        Seconds that the source waits before it asks a busy server again; 0 where it does not.
    heard : float
        When it reported, in seconds of the monotonic clock.
    """

    def __init__(self, total: int | None = None) -> None:
        self(0, total)

    def __call__(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        """Take a report."""
        self.done, self.total, self.wait, self.heard = done, total, wait, time.monotonic()

    def delay_words(self, patience: float) -> str:
        """Say why nothing comes, and for how long yet; "" while all is well.

        Parameters
        ----------
        patience : float
            `Source.patience`.
        """
        quiet = time.monotonic() - self.heard
        if self.wait:
            left = max(0, math.ceil(self.wait - quiet))
            return f"the server is busy and asked again in {left:,} s"
        if not patience or quiet < SILENCE_SECONDS:
            return ""
        return f"nothing new for {quiet:.0f} s; a server is given up after {patience:g} s of silence"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A number that made-up rows stand on.

    Attributes
    ----------
    kind : str
        `figure` (somebody published or measured it) or `assumption` (nobody did).
    what, value : str
        What it is, and the number or numbers in words.
    why : str
        The figure's source, or the assumption's reason.
    """

    kind: Literal["figure", "assumption"]
    what: str
    value: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Raw:
    """The rows of one table as its source gives them, columns as CAVE spells them.

    Attributes
    ----------
    rows : pyarrow.Table
        The raw frame: positions in voxels of the volume, IDs as int64.
    origin : str
        The address or path it came from, or how it was made.
    sha256 : str
        Checksum of the bytes it came from ("" where there are none).
    made_from : tuple of Ground
        What made-up rows were drawn from; empty where rows were measured.
    notices : tuple of str
        What the table's owner says of it.
    """

    rows: pa.Table
    origin: str
    sha256: str = ""
    made_from: tuple[Ground, ...] = ()
    notices: tuple[str, ...] = ()


class Source(Protocol):
    """What every source is and does; the defaults are those of a server that holds frozen releases whole.

    Attributes
    ----------
    name : str
        `archive`, `cave`, `folder` or `sample`.
    title : str
        What readers call it, within a sentence.
    key : str
        Names its place in the cache: two sources with other rows have other keys.
    place : str
        Where it is, for the reader: an address, a path, or what makes the rows.
    base : str
        The address or folder of all its releases, as the setting of its name gives it; "" without a setting.
    synthetic : bool
        Whether the rows are made up.
    local : bool
        Whether its tables are at hand, so that loading all of them costs no download.
    partial : bool
        Whether it may hold a part of a release, so that missing rows are no error.
    lists_releases : bool
        Whether `list_releases` asks a server.
    """

    name: str
    title: str
    key: str
    place: str
    base: str = ""
    synthetic: bool = False
    local: bool = False
    partial: bool = False
    lists_releases: bool = False

    @property
    def patience(self) -> float:
        """The longest silence of its server, in seconds, before a fetch is given up; 0 where it has none."""
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
        """Text that changes whenever the rows at the origin do ("" where they are frozen)."""
        return ""

    def may_hold(self, release: Release) -> bool:
        """Whether a release can be had here, as far as is known without asking."""
        return not release.live

    def list_releases(self) -> dict[int, bool]:
        """List the releases that its server knows, oldest first, each with whether it answers queries."""
        return {}
