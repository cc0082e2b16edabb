"""The app's hold on the loader: the open release, its tables, and what could not be loaded."""

import dataclasses

import streamlit as st

from components.ui.session.fetching import FetchKey, show_fetch
from components.ui.session.release_choice import chosen_release
from components.ui.session.release_listing import forget_listings
from data.errors import DataError
from data.loader import LabelTable, OpenRelease, open_release
from data.settings import Settings, read_settings
from data.tables.records import Provenance
from data.volume import VOLUME

RELEASES_HELD = 4
"""Releases whose tables stay in memory at most; a table read beyond that takes the oldest one's place."""
Failures = dict[FetchKey, DataError]


def current_release() -> OpenRelease:
    """Open the release that the reader chose, else the one that the environment names, once for all sessions.

    Raises
    ------
    DataError
        If there is none that can be opened.
    """
    settings = read_settings({})
    return _release(settings, chosen_release(settings))


def release_of(number: int) -> OpenRelease:
    """Open a release by its number, with the source and all else as the settings say.

    Raises
    ------
    DataError
        If it cannot be opened.
    """
    return _release(read_settings({}), number)


def table_title(name: str) -> str:
    """Name a table as the open release's readers know it."""
    return current_release().tables[name].title


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
        Of the table, as CAVE spells it.
    opened : OpenRelease, optional
        Whose table, if not the current release's.

    Returns
    -------
    LabelTable or DataError
        The error is remembered, so that a page that runs again does not ask the source again; the
        reader does that by the notice's button.
    """
    opened = opened or current_release()
    place = (opened.source.key, opened.release.number, name)
    if place in _failures():
        return _failures()[place]
    try:
        if opened.provenance(name) is None:
            show_fetch(opened, name)
        return _held(place, opened)
    except DataError as error:
        if opened.source.local:  # asking again costs nothing, and the file may be there by then
            return error
        _failures()[place] = error
        return error


def load_at_hand(*needed: str) -> dict[str, LabelTable]:
    """Load the tables a page needs and those that cost no download, so that all pages share one cloud.

    `nucleus_detection_v0` is always among the needed: it is what coverage is counted out of.
    """
    opened = current_release()
    wanted = [
        name
        for name in opened.tables.shown
        if name in needed or name == VOLUME.detections or opened.source.local or opened.provenance(name)
    ]
    got = {name: load_labels(name, opened) for name in wanted}
    return {name: one for name, one in got.items() if isinstance(one, LabelTable)}


def retry(name: str) -> None:
    """Forget that a table failed, in whichever release."""
    for place in [place for place in _failures() if place[2] == name]:
        _failures().pop(place, None)


def _release(settings: Settings, number: int) -> OpenRelease:
    wanted = settings if settings.release == number else dataclasses.replace(settings, release=number)
    held = _opened()
    if wanted not in held:
        held[wanted] = _open(wanted)
    return held[wanted]


@st.cache_resource(show_spinner="Looking for the release …", max_entries=4)
def _open(settings: Settings) -> OpenRelease:
    return open_release(settings, sample_when_offline=True)


# A page asks for release and tables some hundred times a run, and Streamlit takes longer to tell that two
# settings are the same than a page may take to draw a figure: what is held is looked up by plain keys first.
@st.cache_resource(show_spinner=False)
def _opened() -> dict[Settings, OpenRelease]:
    return {}


@st.cache_resource(show_spinner=False)
def _failures() -> Failures:
    return {}


@st.cache_resource(show_spinner=False)
def _tables() -> dict[FetchKey, tuple[Provenance | None, LabelTable]]:
    return {}


def _held(place: FetchKey, opened: OpenRelease) -> LabelTable:
    """Give a table from memory, the same to all sessions; one that was fetched anew takes its place."""
    record = opened.provenance(place[2])
    tables = _tables()
    held = tables.get(place)
    if held is None or held[0] != record:
        held = tables[place] = (record, opened.load_labels(place[2]))
        for oldest in list(tables)[: -RELEASES_HELD * len(opened.tables.shown)]:
            tables.pop(oldest, None)
    return held[1]
