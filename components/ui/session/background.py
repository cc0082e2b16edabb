"""Calls in the background: a thread for each, which pages watch and may leave at any moment.

Streamlit ends a script only where it draws, which a page that itself read from a stalled server would not do
before the server's time is over.
"""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

import streamlit as st

from data.tables.raw import Progress, ReportProgress

LOOK_EVERY_SECONDS = 0.1
T = TypeVar("T")


class Background(Generic[T]):
    """A call under way.

    Parameters
    ----------
    call : callable
        What to call, with a function that takes its progress.
    name : str
        Of its thread.
    total : int, optional
        Of how much the progress is, where that is known before.
    patience : float
        So many seconds the call goes on that nobody watches; below 0 it is to end.

    Attributes
    ----------
    progress : Progress
    ended : concurrent.futures.Future
        Holds what the call gave, or the error that ended it.
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
        except BaseException as error:  # noqa: BLE001  # whatever it is, the pages that watch raise it
            self.ended.set_exception(error)

    def _report(self, done: int, total: int | None, wait: float = 0.0, /) -> None:
        if time.monotonic() - self.watched > self.patience:
            raise NobodyWatches
        self.progress(done, total, wait)

    def ends_within(self, seconds: float) -> bool:
        """Wait for its end, at most so long, and say whether it has come."""
        return bool(wait([self.ended], max(0.0, seconds)).done)

    def watch(self, lead: str, words: Callable[[Progress], tuple[float, str]]) -> T:
        """Wait for it with its progress on the page; give what it gave, or raise what ended it.

        Parameters
        ----------
        lead : str
            What is under way.
        words : callable
            Gives the part that is done, 0–1, and its words.
        """
        shown = st.empty()
        shown.progress(0.0, text=f"{lead} …")
        try:
            while not self.ends_within(LOOK_EVERY_SECONDS):
                self.watched = time.monotonic()
                shown.progress(*words(self.progress))
            return self.ended.result()
        finally:
            shown.empty()


class NobodyWatches(Exception):
    """No page watched any more: the call was broken off and nothing of it kept."""
