"""What other processes do to a cache in the tests: fill it, or refetch one table until they are killed."""

import itertools
import os
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

from data.catalog.entry import Table
from data.errors import DataError
from data.loader import OpenRelease, open_release
from data.settings import read_settings
from data.sources.archive import ArchiveSource
from tests.loopback_archive import FINE


def opened(url: str, cache: Path) -> OpenRelease:
    settings = read_settings({"source": "archive", "archive": url, "cache": cache})
    return open_release(settings, sample_when_offline=False)


class Turning(ArchiveSource):
    """The archive, if its rows changed at every turn."""

    turn = 0

    def stamp(self, table: Table) -> str:
        return f"{os.getpid()} {self.turn}"


def refetch_for_ever(url: str, cache: Path, at_work: Event) -> None:
    """Fetch one table over and over, and say when the first is here; whoever started this kills it."""
    release = opened(url, cache)
    source = Turning(url, release.release.number, cache / "partial")
    release.source = source
    for source.turn in itertools.count():
        release.fetch_labels(FINE)
        at_work.set()


def fill(url: str, cache: Path, names: list[str], together: Barrier) -> None:
    """Load some tables at the same moment as the others; fail where one cannot be had."""
    release = opened(url, cache)
    together.wait()
    errors = [one for one in release.load_release(names).values() if isinstance(one, DataError)]
    if errors:
        raise errors[0]
