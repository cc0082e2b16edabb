"""The one loader: a source's rows become tidy Parquet in the cache, and frames from there."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from data.cache import Cache, Provenance
from data.catalog import TABLES
from data.catalog.entry import Table
from data.catalog.releases import RELEASES, Release
from data.cell_types import find_label
from data.errors import DataError, HostUnreachable, SettingsError
from data.schema import Tidy, tidy
from data.settings import Settings
from data.sources import Raw, Report, Source
from data.sources.archive import ArchiveSource
from data.sources.folder import FolderSource
from data.sources.sample import SampleSource

# The system's allocator: with Arrow's a fresh process takes longer here, and half as much memory again.
pa.set_memory_pool(pa.system_memory_pool())


@dataclass(frozen=True)
class LabelTable:
    """A tidy table: its catalogue entry, its frame (read-only), its provenance."""

    table: Table
    frame: pd.DataFrame
    provenance: Provenance


FETCHES_AT_ONCE = 4
ReportOn = Callable[[str], Report]


def silent(done: int, total: int | None) -> None:
    """Report progress to nobody."""


class OpenRelease:
    """One release from one source, with its cache.

    Parameters
    ----------
    source : Source
        Where the rows come from.
    release : Release
        Which release.
    cache : Cache
        Where they are kept.
    why : str
        Why this source was opened where it was not the reader's choice ("" where it was).
    """

    def __init__(self, source: Source, release: Release, cache: Cache, why: str = "") -> None:
        self.source = source
        self.release = release
        self.cache = cache
        self.why = why

    def provenance(self, name: str) -> Provenance | None:
        """Record of a cached table; None where it is not cached, or the origin's file has changed."""
        kept = self.cache.read_provenance(name)
        return kept if kept and kept.stamp == self.source.stamp(TABLES[name]) else None

    def fetch_labels(self, name: str, report: Report = silent) -> Provenance:
        """Bring a table into the cache, unless it is there.

        One fetch per table over all sessions and processes; whoever comes second waits, then finds it.

        Raises
        ------
        DataError
            If the source cannot give it; nothing of it is cached then.
        """
        kept = self.provenance(name)
        if kept:
            return kept
        with self.cache.locked(name):
            kept = self.provenance(name)  # whoever held the table may have brought it
            if kept:
                return kept
            table = TABLES[name]
            stamp = self.source.stamp(table)
            raw = self.source.fetch_table(table, report)
            made = tidy(raw.rows, table)
            record = self._record(table, raw, made, stamp)
            self.cache.write(made.rows, record)
            return record

    def load_labels(self, name: str, report: Report = silent) -> LabelTable:
        """Load a table, fetched first where need be."""
        record = self.fetch_labels(name, report)
        return LabelTable(TABLES[name], self.cache.read_frame(name), record)

    def load_release(
        self, names: Sequence[str] = tuple(TABLES), report_on: ReportOn = lambda name: silent
    ) -> dict[str, LabelTable | DataError]:
        """Load several tables, by default all of the catalogue, a few at a time.

        Parameters
        ----------
        names : sequence of str
            The tables.
        report_on : callable
            Gives the report of a table's progress, by its name; reports come from several threads.

        Returns
        -------
        dict
            By name, in their order; what cannot be had stands as its error.
        """

        def load(name: str) -> LabelTable | DataError:
            try:
                return self.load_labels(name, report_on(name))
            except DataError as error:
                return error

        with ThreadPoolExecutor(FETCHES_AT_ONCE) as pool:
            return dict(zip(names, pool.map(load, names), strict=True))

    def _record(self, table: Table, raw: Raw, made: Tidy, stamp: str) -> Provenance:
        return Provenance(
            table=table.name,
            source=self.source.name,
            place=self.source.place,
            origin=raw.origin,
            release=self.release.number,
            timestamp=self.release.timestamp.isoformat(),
            synthetic=self.source.synthetic,
            rows=made.rows.num_rows,
            nuclei=_distinct(made.rows["nucleus_id"].to_numpy()),
            sha256=raw.sha256,
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            absent=made.absent,
            notes=(*made.notes, *_differences(table, made)),
            stamp=stamp,
            made_from=raw.made_from,
        )


def open_release(settings: Settings, *, sample_when_offline: bool) -> OpenRelease:
    """Open the release that the settings name.

    Parameters
    ----------
    settings : Settings
        The reader's choices.
    sample_when_offline : bool
        Whether `auto` may open the sample where the archive's host cannot be reached at all. It does
        so only while no table of the archive is cached: real and synthetic rows never mix.

    Raises
    ------
    DataError
        If the release is unknown, the folder is not there, or nothing can be reached.
    """
    release = RELEASES.get(settings.release)
    if release is None:
        known = ", ".join(str(number) for number in RELEASES)
        raise SettingsError(f"There is no public release v{settings.release}.", f"The releases are {known}.")
    if settings.source == "auto":
        return _open_auto(settings, release, sample_when_offline)
    return _opened(_source(settings.source, settings), release, settings)


def _open_auto(settings: Settings, release: Release, sample_when_offline: bool) -> OpenRelease:
    archive = ArchiveSource(settings.archive, release.number, settings.cache / "partial")
    opened = _opened(archive, release, settings)
    if not opened.cache.is_empty() or archive.is_reachable():
        return opened
    if sample_when_offline:
        sample = _opened(_source("sample", settings), release, settings)
        sample.why = f"The archive at {archive.base} cannot be reached."
        return sample
    raise HostUnreachable(
        f"The archive at {archive.base} cannot be reached, and no table of v{release.number} is cached.",
        "Check the network, or ask for synthetic rows with --source sample.",
    )


def _source(name: str, settings: Settings) -> Source:
    if name == "folder" and settings.folder is not None:
        return FolderSource(settings.folder, settings.release)
    if name == "sample":
        return SampleSource(settings.release)
    if name == "archive":
        return ArchiveSource(settings.archive, settings.release, settings.cache / "partial")
    raise SettingsError(
        f"The source “{name}” cannot be opened yet.", "Choose “archive”, “folder” or “sample”."
    )


def _opened(source: Source, release: Release, settings: Settings) -> OpenRelease:
    return OpenRelease(source, release, Cache(settings.cache, source.key, release.number))


def _distinct(ids: np.ndarray) -> int:
    """Count different IDs (at 50,000 sorting takes a quarter of what hashing does)."""
    return int(np.count_nonzero(np.diff(np.sort(ids)))) + bool(len(ids))


def _differences(table: Table, made: Tidy) -> list[str]:
    """What differs from the catalogue: kept, said and recorded, not refused."""
    notes = []
    expected = table.expected_rows
    if expected and not expected.holds(made.rows.num_rows):
        notes.append(f"{made.rows.num_rows:,} rows, where {expected} are published.")
    if "cell_type" in made.rows.column_names and table.vocabulary:
        column = made.rows["cell_type"].unify_dictionaries().combine_chunks()
        if column.null_count:
            notes.append(f"{column.null_count:,} rows have no label.")
        unknown = [label for label in column.dictionary.to_pylist() if find_label(label) is None]
        if unknown:
            notes.append(f"Labels that the catalogue does not know, shown as they are: {', '.join(unknown)}.")
    return notes
