"""Calls in the background, such as fetches: pages watch them and may leave at any moment.

Streamlit ends a script only where it draws: a page that read from a stalled server by itself would run until
the server's time is up.
"""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

import streamlit as st

from data.loader import OpenRelease
from data.tables.raw import Progress, ReportProgress
from data.tables.records import Provenance

LOOK_EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
"""How long a fetch goes on unwatched; a page that comes in time takes it over."""
T = TypeVar("T")
FetchKey = tuple[str, int, str]
"""A table's: the source's key, the release, the table's name."""


class Background(Generic[T]):
    """A call under way in a thread of its own.

    Parameters
    ----------
    call : callable
        Takes a function to which it reports its progress.
    name : str
        Of the thread.
    total : int, optional
        The progress at the end, where it is known beforehand.
    patience : float
        Seconds that the call goes on unwatched; a negative number breaks it off at its next report.

    Attributes
    ----------
    progress : Progress
    ended : concurrent.futures.Future
        Holds the call's result or error.
    began, watched : float
        When it began, and when a page last looked, in seconds of the monotonic clock.
    """

    def __init__(
        self,
        call: Callable[[ReportProgress], T],
        name: str,
        *,
        total: int | None = None,
        patience: float = math.inf,
    ) -> None:
        self.progress = Progress(total)
        self.ended: Future[T] = Future()
        self.began = self.watched = time.monotonic()
        self.patience = patience
        # A daemon: a server that stops does not wait for it, and a table is written whole or not at all.
        threading.Thread(target=self._run, args=(call,), name=name, daemon=True).start()

    def _run(self, call: Callable[[ReportProgress], T]) -> None:
        try:
            self.ended.set_result(call(self._report))
        except BaseException as error:  # noqa: BLE001  # the pages that watch raise it
            self.ended.set_exception(error)

    def _report(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        if time.monotonic() - self.watched > self.patience:
            raise NobodyWatches
        self.progress(done, total, wait)

    def ends_within(self, seconds: float) -> bool:
        """Wait at most `seconds` for the end, and say whether it has come."""
        return bool(wait([self.ended], max(0.0, seconds)).done)

    def watch(self, lead: str, words: Callable[[Progress], tuple[float, str]]) -> T:
        """Show the progress of a call that takes a moment; return its result or raise its error.

        Parameters
        ----------
        lead : str
            What is under way.
        words : callable
            Returns the part that is done, 0–1, and its words.
        """
        if self.ends_within(LOOK_EVERY_SECONDS):
            return self.ended.result()
        bar = st.empty()
        bar.progress(0.0, text=f"{lead} …")
        try:
            while not self.ends_within(LOOK_EVERY_SECONDS):
                self.watched = time.monotonic()
                bar.progress(*words(self.progress))
            return self.ended.result()
        finally:
            bar.empty()


def watched_here(
    lead: str,
    call: Callable[[ReportProgress], T],
    total: int,
    words: Callable[[Progress], tuple[float, str]],
) -> T:
    """Watch a call that is broken off when its page is left; parameters as for `Background`."""
    asking = Background(call, lead, total=total)
    try:
        return asking.watch(lead, words)
    finally:
        asking.patience = -1.0


class NobodyWatches(Exception):
    """The call was broken off, and its result lost, because no page watched it."""


def show_fetch(opened: OpenRelease, name: str) -> None:
    """Fetch a table into the cache, with its progress on the page; visitors share a fetch under way.

    Raises
    ------
    DataError
        If the source cannot give it.
    """
    lead = f"{'Drawing' if opened.source.synthetic else 'Fetching'} {opened.tables[name].title}"
    lock, fetches = _fetches()
    key = (*opened.key, name)
    with lock:
        for other in [other for other, fetch in fetches.items() if fetch.ended.done()]:
            del fetches[other]
        if key not in fetches:
            fetches[key] = begin_fetch(opened, name)
        fetches[key].watched = time.monotonic()
        fetch = fetches[key]
    fetch.watch(lead, lambda progress: fetch_words(progress, lead, opened.source.patience))


def begin_fetch(opened: OpenRelease, name: str) -> Background[Provenance]:
    """Start to fetch a table into the cache."""
    return Background(
        lambda report: opened.fetch_labels(name, report), f"fetch {name}", patience=PATIENCE_SECONDS
    )


def fetch_words(progress: Progress, lead: str, patience: float) -> tuple[float, str]:
    """Return the part of a fetch that is done, 0–1, and its words; `patience` is the source's."""
    done, total = progress.done, progress.total
    size = f"{done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB" if total else "")
    words = "; ".join(filter(None, [size if done else "", progress.delay_words(patience)]))
    return min(done / total, 1.0) if total else 0.0, f"{lead}: {words}" if words else f"{lead} …"


@st.cache_resource(show_spinner=False)
def _fetches() -> tuple[threading.Lock, dict[FetchKey, Background[Provenance]]]:
    return threading.Lock(), {}
