"""The app's hold on the loader: the open release, its tables, and what could not be loaded."""

import streamlit as st

from data.catalog import TABLES
from data.errors import DataError
from data.loader import LabelTable, OpenRelease, open_release
from data.settings import Settings, read_settings

Failures = dict[tuple[str, int, str], DataError]


def current_release() -> OpenRelease:
    """Open the release that the environment names, once for all sessions.

    Raises
    ------
    DataError
        If the settings name none that can be opened.
    """
    return _open(read_settings({}))


def reopen_release() -> None:
    """Forget how the release was opened and what failed, so that the next run tries again."""
    _open.clear()
    _failures().clear()


def load_labels(name: str) -> LabelTable | DataError:
    """Load a table for a page: from memory, else from the cache, else from the source with progress.

    Returns
    -------
    LabelTable or DataError
        The error is remembered, so that a page that runs again does not ask the source again; the
        reader does that by the notice's button.
    """
    opened = current_release()
    place = (opened.source.key, opened.release.number, name)
    if place in _failures():
        return _failures()[place]
    try:
        if opened.provenance(name) is None:
            _fetch(opened, name)
        record = opened.provenance(name)
        return _read(place, record.fetched_at if record else "", opened)
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
        for name in TABLES
        if name in needed or name == "nucleus_detection_v0" or opened.source.local or opened.provenance(name)
    ]
    got = {name: load_labels(name) for name in wanted}
    return {name: one for name, one in got.items() if isinstance(one, LabelTable)}


def table_key(one: LabelTable) -> str:
    """What tells a loaded table from every other, a later fetch of the same one included."""
    record = one.provenance
    return f"{record.place} {record.release} {record.table} {record.fetched_at} {record.stamp}"


def retry(name: str) -> None:
    """Forget that a table failed."""
    opened = current_release()
    _failures().pop((opened.source.key, opened.release.number, name), None)


@st.cache_resource(show_spinner="Looking for the release …", max_entries=4)
def _open(settings: Settings) -> OpenRelease:
    return open_release(settings, sample_when_offline=True)


@st.cache_resource(show_spinner=False)
def _failures() -> Failures:
    return {}


@st.cache_resource(show_spinner=False, max_entries=64)
def _read(place: tuple[str, int, str], fetched_at: str, _opened: OpenRelease) -> LabelTable:
    """Read a cached table; `fetched_at` makes a table that was fetched anew another one."""
    return _opened.load_labels(place[2])


def _fetch(opened: OpenRelease, name: str) -> None:
    title = TABLES[name].title
    verb = "Drawing" if opened.source.synthetic else "Fetching"
    shown = st.empty()

    def report(done: int, total: int | None) -> None:
        size = f"{done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB" if total else "")
        shown.progress(done / total if total else 0.0, text=f"{verb} {title}: {size}")

    shown.progress(0.0, text=f"{verb} {title} …")
    try:
        opened.fetch_labels(name, report)
    finally:
        shown.empty()
