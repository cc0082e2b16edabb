"""The open release and its tables, in memory once for all sessions, and the tables that failed to load."""

import dataclasses

import streamlit as st

from components.analysis.labels.areas import OfficialAreas, read_areas
from components.ui.session.background import FetchKey, show_fetch
from components.ui.session.cached import cached
from components.ui.session.own_tables import OwnRelease, beside_own_tables, unknown_table, without_own
from components.ui.session.release_choice import chosen_release, forget_listings
from data.errors import DataError
from data.loader import LabelTable, OpenRelease, loaded_tables
from data.opening import open_release
from data.settings import Settings, read_settings
from data.tables.records import Provenance
from data.volume import VOLUME

RELEASES_HELD = 4
"""Releases whose tables stay in memory; beyond that a table takes the oldest one's place."""


def current_release() -> OpenRelease:
    """The release that the reader chose, else the settings' one; opened once for all sessions.

    Beside it are the tables that the reader added to this session.

    Raises
    ------
    DataError
        If it cannot be opened.
    """
    settings = read_settings({})
    return beside_own_tables(_release(settings, chosen_release(settings)), release_of)


def release_of(number: int) -> OpenRelease:
    """Another release by its number, with the settings' source.

    Raises
    ------
    DataError
        If it cannot be opened.
    """
    return _release(read_settings({}), number)


def table_title(name: str) -> str:
    """A table's title; the name itself where the catalogue does not know it."""
    table = current_release().tables.get(name)
    return table.title if table else name


def reopen_release() -> None:
    """Forget how the release was opened and what failed, so that the next run tries again."""
    _open.clear()
    forget_listings()
    _opened().clear()
    _failures().clear()


def load_labels(name: str, opened: OpenRelease | None = None) -> LabelTable | DataError:
    """Load a table for a page: from memory, else from the cache, else from the source with progress.

    Parameters
    ----------
    name : str
        The table's CAVE name.
    opened : OpenRelease, optional
        Its release, by default the current one.

    Returns
    -------
    LabelTable or DataError
        A server's error is remembered, so that later runs do not ask again; the notice's button does.
    """
    opened = opened or current_release()
    if name not in opened.tables:
        return unknown_table(name)
    if isinstance(opened, OwnRelease):
        if name in opened.carried:
            return _carried(name, opened)
        if name in opened.private:
            return _matched(name, opened)
        opened = opened.shared
    key = (*opened.key, name)
    failure = _failures().get(key)
    if failure is not None:
        return failure
    try:
        if opened.provenance(name) is None:
            if absent := opened.source.absence(opened.tables[name]):
                raise absent
            show_fetch(opened, name)
        return _from_memory(key, opened)
    except DataError as error:
        _drop_frames(error)
        if not opened.source.local:  # local sources are free to query, and the file may be there by then
            _failures()[key] = error
        return error


def no_nuclei() -> str:
    """Say why there are no nuclei where no table is at hand."""
    number = current_release().release.number
    return f"This source does not hold a table of v{number}, so there are no nuclei."


def failure_of(name: str) -> DataError | None:
    """Why a table could not be fetched when last asked for; None if it was fetched, or never asked for."""
    opened = current_release()
    opened = opened.shared if isinstance(opened, OwnRelease) else opened
    return _failures().get((*opened.key, name)) or opened.absence(name)


def _drop_frames(error: BaseException | None) -> None:
    """Drop the stack frames of an error that sessions share: they hold one session's tables."""
    while error:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _matched(name: str, opened: OwnRelease) -> LabelTable | DataError:
    """One of the session's own tables, matched to the nuclei; no memory shared by sessions holds it."""
    load_labels(VOLUME.detections, opened)  # shows progress on the page if it must be fetched
    try:
        return opened.load_labels(name)
    except DataError as error:
        return error


def _carried(name: str, opened: OwnRelease) -> LabelTable | DataError:
    """Labels of another release on this one; its tables show their progress on the page if fetched."""
    carried = opened.carried[name]
    try:
        earlier = release_of(carried.release)
        labels = load_labels(carried.table, earlier)
        if isinstance(labels, DataError):
            return labels
        for release in (earlier, opened):
            load_labels(VOLUME.detections, release)
        return opened.load_labels(name)
    except DataError as error:
        return error


def load_at_hand(*needed: str) -> dict[str, LabelTable]:
    """Load the tables that a page needs, the detections, and whatever costs no download.

    All pages therefore share one cloud, and coverage is counted out of the detections.
    """
    opened = current_release()
    wanted = [name for name in opened.tables.on_pages if name in needed or _is_free(name, opened)]
    return loaded_tables({name: load_labels(name, opened) for name in wanted})


def load_held() -> dict[str, LabelTable | DataError | None]:
    """Load the detections and what costs no download.

    For any other table of the release: why it could not be fetched, or None if it was never asked for.
    """
    opened = current_release()
    return {
        name: load_labels(name, opened) if _is_free(name, opened) else failure_of(name)
        for name in opened.tables.held
    }


def _is_free(name: str, opened: OpenRelease) -> bool:
    return name == VOLUME.detections or opened.is_at_hand(name)


def official_areas() -> OfficialAreas | None:
    """The areas of the release's own table; None where it has none, or its rows cannot be read.

    Files are read where the source holds the table, or is stated to; a server is not asked for it.
    """
    opened, name = current_release(), VOLUME.area_table
    if name not in opened.tables.held:
        return None
    source, table = opened.source, opened.tables[name]
    stated = not source.queried and source.is_stated(table, opened.release.number)
    if not (source.stamp(table) if source.local else stated or opened.provenance(name)):
        return None
    loaded = load_labels(name)
    return _areas(loaded) if isinstance(loaded, LabelTable) else None


@cached()
def _areas(loaded: LabelTable) -> OfficialAreas:
    return read_areas(loaded)


def can_take_from_cave(name: str) -> bool:
    """Whether CAVE can be asked for a table that the archive lacks: with a token, once the reader says so."""
    return without_own(current_release()).offers_second(name)


def take_from_cave(name: str) -> None:
    """Ask CAVE for a table that the archive lacks, as the reader confirmed, and run the whole page."""
    without_own(current_release()).confirm_second(name)
    retry(name)


def retry(name: str) -> None:
    """Forget that a table failed, in whichever release, and run the whole page: other parts need it too."""
    for opened in _opened().values():
        opened.ask_again(name)
    for key in [key for key in _failures() if key[2] == name]:
        _failures().pop(key, None)
    st.rerun()


def _release(settings: Settings, number: int) -> OpenRelease:
    wanted = settings if settings.release == number else dataclasses.replace(settings, release=number)
    opened = _opened()
    if wanted not in opened:
        opened[wanted] = _open(wanted)
    return opened[wanted]


@st.cache_resource(show_spinner="Looking for the release …", max_entries=4)
def _open(settings: Settings) -> OpenRelease:
    return open_release(settings, sample_when_offline=True, for_everybody=True)


# A page asks for the release and its tables about a hundred times a run. Streamlit compares settings more
# slowly than some pages draw a figure, so these dictionaries are looked up first.
@st.cache_resource(show_spinner=False)
def _opened() -> dict[Settings, OpenRelease]:
    return {}


@st.cache_resource(show_spinner=False)
def _failures() -> dict[FetchKey, DataError]:
    return {}


@st.cache_resource(show_spinner=False)
def _tables() -> dict[FetchKey, tuple[Provenance | None, LabelTable]]:
    return {}


def _from_memory(key: FetchKey, opened: OpenRelease) -> LabelTable:
    """A table, the same object for all sessions; read anew after another fetch or change of its file."""
    record, tables = opened.provenance(key[2]), _tables()
    kept = tables.get(key)
    if kept is None or kept[0] != record:
        kept = tables[key] = (record, opened.load_labels(key[2]))
        for oldest in list(tables)[: -RELEASES_HELD * len(opened.tables.on_pages)]:
            tables.pop(oldest, None)
    return kept[1]
