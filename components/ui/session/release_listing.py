"""Which releases a CAVE server lists: asked beside the page, which never waits long for the answer."""

import time

import streamlit as st

from components.ui.session.background import Background
from data.errors import DataError
from data.loader import OpenRelease
from data.volume import VOLUME

LISTED_SECONDS = 600
"""So long a server's list is believed, and so long one that gave none is not asked again."""
PATIENCE_SECONDS = 2.0
"""So long the first page waits for it; later ones show it once it is there."""


def listed_releases(opened: OpenRelease) -> dict[int, bool]:
    """List the releases of the source's server, each with whether it answers for it; none while not known."""
    if not opened.source.lists_releases:
        return {}
    listing = _listing(opened.source.key, opened)
    known = listing.ends_within(listing.began + PATIENCE_SECONDS - time.monotonic())
    return listing.ended.result() if known else {}


def server_releases(opened: OpenRelease) -> tuple[int, ...]:
    """List the releases that only the source's server knows and answers for."""
    return tuple(n for n, live in listed_releases(opened).items() if live and n not in VOLUME.releases)


def forget_listings() -> None:
    """Ask anew at the next page."""
    _listing.clear()


@st.cache_resource(show_spinner=False, ttl=LISTED_SECONDS, max_entries=4)
def _listing(key: str, _opened: OpenRelease) -> Background[dict[int, bool]]:
    return Background(lambda _: _list_releases(_opened), "list releases")


def _list_releases(opened: OpenRelease) -> dict[int, bool]:
    try:
        return opened.source.list_releases()
    except DataError:  # the page goes on with the releases that the catalogue knows
        return {}
