"""Opening a release: from the settings to its source, its release and its cache."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.cache import Cache
from data.errors import DataError, HostUnreachable, SettingsError
from data.loader import OpenRelease
from data.own.columns import Choices
from data.own.matching import KnownNuclei
from data.own.table import read_own_tables
from data.settings import SOURCES, Settings
from data.sources.archive import ArchiveSource
from data.sources.folder import FolderSource
from data.sources.materialization.errors import ReleaseExpired
from data.sources.sample import SampleSource
from data.tables.raw import Source
from data.tables.records import Provenance
from data.volume import VOLUME
from data.volume.volume import Release

if TYPE_CHECKING:
    from data.sources.cave import CaveSource

FROM_FILES = "Known from its files only."
"""Note of a release outside the catalogue that the archive or a folder holds."""
FROM_CACHE = "Known from the cache only."
"""Note of a release outside the catalogue whose server does not answer."""


def open_release(
    settings: Settings, *, sample_when_offline: bool, for_everybody: bool = False
) -> OpenRelease:
    """Open the release that the settings name.

    Parameters
    ----------
    settings : Settings
        The reader's choices.
    sample_when_offline : bool
        Whether `auto` may open the sample if the archive's host cannot be reached. It does so only while
        no archive table is cached: real and synthetic rows never mix.
    for_everybody : bool
        Whether the settings' own tables are shown to all visitors of a server.

    Raises
    ------
    DataError
        If the release is unknown, the folder does not exist, or no source can be reached.
    """
    opened = _open(settings, sample_when_offline=sample_when_offline)
    if not settings.with_:
        return opened
    choices = Choices(
        id=settings.with_id,
        labels=settings.with_labels,
        unit=settings.with_unit,
        release=settings.with_release,
        within_um=settings.with_within,
        shared_roots=settings.with_shared_roots,
        mapping=settings.with_mapping,
    )

    def load_roots(number: int) -> KnownNuclei:
        other = replace(settings, release=number, with_=())
        return _open(other, sample_when_offline=sample_when_offline).known_nuclei()

    own = read_own_tables(settings.with_, choices, opened.tables)
    return opened.beside(
        {name: one.for_everybody if for_everybody else one for name, one in own.items()}, load_roots
    )


def holds_unknown(settings: Settings, number: int) -> bool:
    """Whether a release outside the catalogue can be opened: its rows are cached, or the source has it."""
    wanted = replace(settings, release=number)
    if settings.source == "auto":
        wanted = replace(wanted, source="archive")
    try:
        _unknown_release(_source(wanted.source, wanted), wanted)
    except DataError:
        return False
    return True


def cache_of(settings: Settings, number: int) -> Cache:
    """The cache of a release of the settings' source, without asking anyone."""
    source: Source
    if settings.source == "cave":
        source = _cave_source(settings)
    elif settings.source == "auto":
        source = _archive(settings)
    else:
        source = _source(settings.source, replace(settings, release=VOLUME.release))
    return Cache(_cache_root(settings), source.key, number)


def _open(settings: Settings, *, sample_when_offline: bool) -> OpenRelease:
    if settings.source == "cave":
        return _open_cave(settings)
    source = _archive(settings) if settings.source == "auto" else _source(settings.source, settings)
    release = VOLUME.releases.get(settings.release) or _unknown_release(source, settings)
    if settings.source == "auto":
        return _open_auto(settings, release, sample_when_offline)
    return _opened(source, release, settings)


def _unknown_release(source: Source, settings: Settings) -> Release:
    """A release that the catalogue does not know, where rows of it are cached or the source holds it.

    Raises
    ------
    DataError
        If neither is so, or the source cannot be asked.
    """
    records = Cache(_cache_root(settings), source.key, settings.release).records()
    if not records and not source.holds_release():
        known = ", ".join(str(number) for number in VOLUME.releases)
        raise SettingsError(
            f"There is no public release v{settings.release}, and {source.title} holds nothing of it.",
            f"The releases are {known}.",
        )
    return Release(
        number=settings.release, timestamp=None, live=False, archived="part", note=FROM_FILES, listed=False
    )


def _open_auto(settings: Settings, release: Release, sample_when_offline: bool) -> OpenRelease:
    archive = _archive(settings)
    tables = Cache(_cache_root(settings), archive.key, release.number)
    second = cache(lambda: _cave_source(settings)) if settings.from_cave or settings.token else None
    opened = OpenRelease(
        archive, release, tables, second=second, always=settings.from_cave, accepted=("cave",)
    )
    if opened.cache.records() or archive.is_reachable():
        return opened
    drawn = SampleSource.is_drawn_for(release.number)
    if sample_when_offline and drawn:
        sample = _opened(_source("sample", settings), release, settings)
        sample.why = f"The archive at {archive.base} cannot be reached."
        return sample
    raise HostUnreachable(
        f"The archive at {archive.base} cannot be reached, and no table of v{release.number} is cached.",
        f"Check the network{', or ask for synthetic rows with --source sample' if drawn else ''}.",
    )


def _open_cave(settings: Settings) -> OpenRelease:
    """Open a release as its server describes it; if the server fails, with the cached tables."""
    source = _cave_source(settings)
    try:
        return _opened(source, source.read_release(), settings)
    except DataError as error:
        records = Cache(_cache_root(settings), source.key, settings.release).records()
        if not records:
            raise
        cached = _cached_release(records, live=not isinstance(error, ReleaseExpired))
        opened = _opened(source, cached, settings)
        opened.why = f"{error.problem} Tables fetched before are shown."
        return opened


def _cave_source(settings: Settings) -> "CaveSource":
    from data.sources.cave import CaveSource  # noqa: PLC0415  # caveclient takes a second to import

    return CaveSource(settings.cave, settings.token, settings.release)


def _cached_release(records: Sequence[Provenance], *, live: bool) -> Release:
    """The release of cached tables, from the catalogue or else from their records."""
    number = records[0].release
    return VOLUME.releases.get(number) or Release(
        number=number,
        timestamp=datetime.fromisoformat(records[0].timestamp) if records[0].timestamp else None,
        live=live,
        note=FROM_CACHE,
        tables=tuple(record.table for record in records),
    )


def _source(name: str, settings: Settings) -> Source:
    if name == "folder" and settings.folder is not None:
        return FolderSource(settings.folder, settings.release)
    if name == "sample":
        return SampleSource(settings.release)
    if name == "archive":
        return _archive(settings)
    raise SettingsError(f"There is no source “{name}”.", f"Choose one of {', '.join(SOURCES)}.")


def _opened(source: Source, release: Release, settings: Settings) -> OpenRelease:
    return OpenRelease(source, release, Cache(_cache_root(settings), source.key, release.number))


def _archive(settings: Settings) -> ArchiveSource:
    return ArchiveSource(settings.archive, settings.release, _cache_root(settings) / "partial")


def _cache_root(settings: Settings) -> Path:
    return settings.cache / VOLUME.cache_folder
