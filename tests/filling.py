"""What other processes do to a cache in the tests: fill it, or fetch one table and be killed on the way."""

import io
import itertools
import os
import signal
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from data.catalog.entry import Table
from data.errors import DataError
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.sources.archive import ArchiveSource
from tests.loopback_archive import FINE

TOUCHES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
"""Audit events of Python's."""
NO_FOLDER = -1


def opened(url: str, cache: Path) -> OpenRelease:
    settings = read_settings({"source": "archive", "archive": url, "cache": cache})
    return open_release(settings, sample_when_offline=False)


class Turned(ArchiveSource):
    """The archive, if its rows had changed since another process read them."""

    def stamp(self, table: Table) -> str:
        return str(os.getpid())


def fetch_until(step: int, url: str, cache: Path) -> None:
    """Fetch a table that has changed, and be killed before the fetch touches the disk for the `step`th time.

    It touches the disk where Python opens, makes, renames or removes a file; and where Arrow, which Python
    does not see, has written half of the table.
    """
    release = opened(url, cache)
    release.source = Turned(url, release.release.number, cache / "partial")
    steps = itertools.count()

    def touch() -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        in_open_folder = event in {"os.remove", "os.rmdir"} and arguments[1] != NO_FOLDER
        if in_open_folder or (event in TOUCHES and str(cache) in str(arguments)):
            touch()

    def write_by_halves(rows: pa.Table, file: Path, **form: Any) -> None:
        whole = io.BytesIO()
        write_table(rows, whole, **form)
        with file.open("wb", buffering=0) as halves:
            halves.write(whole.getvalue()[: whole.tell() // 2])
            touch()
            halves.write(whole.getvalue()[whole.tell() // 2 :])

    write_table = parquet.write_table
    parquet.write_table = write_by_halves
    sys.addaudithook(hear)
    release.fetch_labels(FINE)


def fill(url: str, cache: Path, names: list[str], together: Barrier) -> None:
    """Load some tables at the same moment as the others; fail where one cannot be had."""
    release = opened(url, cache)
    together.wait()
    errors = [one for one in release.load_release(names).values() if isinstance(one, DataError)]
    if errors:
        raise errors[0]
