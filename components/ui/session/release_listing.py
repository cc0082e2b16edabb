"""Which releases a CAVE server lists: asked beside the page, which never waits long for the answer."""

import threading
import time
from concurrent.futures import Future, wait

import streamlit as st

from data.errors import DataError
from data.loader import OpenRelease
from data.volume import VOLUME

LISTED_SECONDS = 600
"""So long a server's list is believed, and so long one that gave none is not asked again."""
PATIENCE_SECONDS = 2.0
"""So long the first page waits for it; later ones show it once it is there."""


class Listing:
    """A question to a server for its releases, in a thread of its own.

    Attributes
    ----------
    answer : concurrent.futures.Future
        Holds the releases that the server lists, each with whether it answers for it; none where it could
        not be asked.
    until : float
        When pages stop waiting for it, in seconds of the monotonic clock.
    """

    def __init__(self, opened: OpenRelease) -> None:
        self.answer: Future[dict[int, bool]] = Future()
        self.until = time.monotonic() + PATIENCE_SECONDS
        threading.Thread(target=self._ask, args=(opened,), name="list releases", daemon=True).start()

    def _ask(self, opened: OpenRelease) -> None:
        try:
            listed = opened.source.list_releases()
        except DataError:  # the page goes on with the releases that the catalogue knows
            self.answer.set_result({})
        except BaseException as error:  # noqa: BLE001  # whatever it is, the page raises it
            self.answer.set_exception(error)
        else:
            self.answer.set_result(listed)


def listed_releases(opened: OpenRelease) -> dict[int, bool]:
    """List the releases of the source's server, each with whether it answers for it; none while not known."""
    if not opened.source.lists_releases:
        return {}
    listing = _listing(opened.source.key, opened)
    wait([listing.answer], max(0.0, listing.until - time.monotonic()))
    return listing.answer.result() if listing.answer.done() else {}


def server_releases(opened: OpenRelease) -> tuple[int, ...]:
    """List the releases that only the source's server knows and answers for."""
    return tuple(n for n, live in listed_releases(opened).items() if live and n not in VOLUME.releases)


def forget_listings() -> None:
    """Ask anew at the next page."""
    _listing.clear()


@st.cache_resource(show_spinner=False, ttl=LISTED_SECONDS, max_entries=4)
def _listing(key: str, _opened: OpenRelease) -> Listing:
    return Listing(_opened)
