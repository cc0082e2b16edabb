"""Fetches under way: a thread for each table, watched by every visitor who needs it, waited for by none.

A page that watches can be left at any moment: Streamlit ends a script only where it draws, which a page that
itself read from a stalled server would not do before the server's time is over.
"""

import threading
import time
from concurrent.futures import Future, wait

import streamlit as st

from data.catalog import EVERY_TABLE
from data.loader import OpenRelease
from data.tables.raw import Progress

LOOK_EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
"""So long a fetch goes on that nobody watches; whoever comes in time takes it over."""

FetchKey = tuple[str, int, str]
"""A table's: the source's key, the release, its name."""


class Fetch:
    """One table on its way into the cache.

    Parameters
    ----------
    opened : OpenRelease
        The release that the table is of.
    name : str
        The table.

    Attributes
    ----------
    progress : Progress
        Bytes so far.
    ended : concurrent.futures.Future
        Holds the error that ended the fetch, if one did.
    watched : float
        When a page last looked, in seconds of the monotonic clock.
    """

    def __init__(self, opened: OpenRelease, name: str) -> None:
        self.progress = Progress()
        self.ended: Future[None] = Future()
        self.watched = time.monotonic()
        # A daemon: a server that stops does not wait for it, and a table is written whole or not at all.
        threading.Thread(target=self._run, args=(opened, name), name=f"fetch {name}", daemon=True).start()

    def _run(self, opened: OpenRelease, name: str) -> None:
        try:
            opened.fetch_labels(name, self._report)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the pages that watch raise it
            self.ended.set_exception(error)
        else:
            self.ended.set_result(None)

    def _report(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        if time.monotonic() - self.watched > PATIENCE_SECONDS:
            raise FetchGivenUp
        self.progress(done, total, wait)


class FetchGivenUp(Exception):
    """Nobody watched any more: the download was broken off and nothing of it kept."""


def show_fetch(opened: OpenRelease, name: str) -> None:
    """Bring a table into the cache, with its progress on the page.

    Raises
    ------
    DataError
        If the source cannot give it.
    """
    title = EVERY_TABLE[name].title
    verb = "Drawing" if opened.source.synthetic else "Fetching"
    fetch = _joined(opened, name)
    shown = st.empty()
    shown.progress(0.0, text=f"{verb} {title} …")
    try:
        while not wait([fetch.ended], LOOK_EVERY_SECONDS).done:
            fetch.watched = time.monotonic()
            shown.progress(*_progress(fetch.progress, f"{verb} {title}", opened.source.patience))
        fetch.ended.result()
    finally:
        shown.empty()


def _progress(progress: Progress, lead: str, patience: float) -> tuple[float, str]:
    done, total, delay = progress.done, progress.total, progress.delay_words(patience)
    share = min(done / total, 1.0) if total else 0.0
    size = f"{done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB" if total else "")
    said = "; ".join(filter(None, [size if done else "", delay]))
    return share, f"{lead}: {said}" if said else f"{lead} …"


def _joined(opened: OpenRelease, name: str) -> Fetch:
    """Give the table's fetch that is under way, or begin one."""
    place = (opened.source.key, opened.release.number, name)
    with _starting():
        running = _running()
        for other in [key for key, fetch in running.items() if fetch.ended.done()]:
            del running[other]
        if place not in running:
            running[place] = Fetch(opened, name)
        running[place].watched = time.monotonic()
        return running[place]


@st.cache_resource(show_spinner=False)
def _running() -> dict[FetchKey, Fetch]:
    return {}


@st.cache_resource(show_spinner=False)
def _starting() -> threading.Lock:
    return threading.Lock()
