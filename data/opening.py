"""Opening a release: from the settings to its source, its release and its cache."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

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

FROM_CACHE = "Known from the cache only."
"""Note of a release outside the catalogue whose server does not answer."""


def open_release(settings: Settings, *, sample_when_offline: bool) -> OpenRelease:
    """Open the release that the settings name.

    Parameters
    ----------
    settings : Settings
        The reader's choices.
    sample_when_offline : bool
        Whether `auto` may open the sample if the archive's host cannot be reached. It does so only while
        no archive table is cached: real and synthetic rows never mix.

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
    return OpenRelease(opened.source, opened.release, opened.cache, opened.why, own, load_roots)


def _open(settings: Settings, *, sample_when_offline: bool) -> OpenRelease:
    if settings.source == "cave":
        return _open_cave(settings)
    release = VOLUME.releases.get(settings.release)
    if release is None:
        known = ", ".join(str(number) for number in VOLUME.releases)
        raise SettingsError(f"There is no public release v{settings.release}.", f"The releases are {known}.")
    if settings.source == "auto":
        return _open_auto(settings, release, sample_when_offline)
    return _opened(_source(settings.source, settings), release, settings)


def _open_auto(settings: Settings, release: Release, sample_when_offline: bool) -> OpenRelease:
    archive = _archive(settings)
    opened = _opened(archive, release, settings)
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
    from data.sources.cave import CaveSource  # noqa: PLC0415  # caveclient takes a second to import

    source = CaveSource(settings.cave, settings.token, settings.release)
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


def _cached_release(records: Sequence[Provenance], *, live: bool) -> Release:
    """The release of cached tables, from the catalogue or else from their records."""
    number = records[0].release
    return VOLUME.releases.get(number) or Release(
        number=number,
        timestamp=datetime.fromisoformat(records[0].timestamp),
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
