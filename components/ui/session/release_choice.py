"""The reader's release: the settings', the link's or the one chosen on a page; and which are offered."""

import re
import time
from collections.abc import Collection
from contextlib import suppress
from operator import attrgetter
from threading import Lock

import cachetools
import streamlit as st

from components.ui.session.background import Background
from components.ui.session.carried import IN_LINK as CARRIED_IN_LINK
from data.catalog.tables import release_tables
from data.errors import DataError
from data.loader import OpenRelease
from data.number_words import first_of, plural
from data.opening import FROM_CACHE, FROM_FILES, cache_of, holds_unknown
from data.settings import Settings, read_settings
from data.tables.raw import Source
from data.volume import VOLUME
from data.volume.volume import Release

IN_LINK = "release"
MOST_NAMED = 12
CHOICE, KEPT, READ, REFUSED = "release-choice", "release-kept", "release-read", "release-odd"
LACKING = "releases-lacking"
"""Where the session keeps, as (source, number), the releases that a source turned out to lack."""
LISTED_SECONDS = 600
"""How long a server's list of releases is kept, an empty one after a failure too."""
LIST_PATIENCE_SECONDS = 2.0
"""How long the first page waits for that list; later pages show it once it has come."""
OTHER_SOURCES = (
    "Only releases in this folder are listed; the source “archive” has the expired ones and some live ones, "
    "“cave” the live ones."
)


def chosen_release(settings: Settings) -> int:
    """Number of the session's release; on the session's first run, the link's where it can be opened.

    A number in the link that is not offered is kept for `odd_release`. A CAVE server may know releases that
    the catalogue does not, so its answer decides.
    """
    if READ not in st.session_state:
        st.session_state[READ] = True
        text = st.query_params.get(IN_LINK)
        number = _number(text or "")
        unknown = number is not None and number not in VOLUME.releases
        if number in offered_releases(settings) or (
            number and (settings.asks_server or (unknown and holds_unknown(settings, number)))
        ):
            st.session_state[KEPT] = number
        elif text:
            st.session_state[REFUSED] = text
    kept: int | None = st.session_state.get(KEPT)
    return settings.release if kept is None else kept


def restore_release() -> None:
    """Take the release from the link where Back or Forward led; the settings' one where it names none."""
    for key in (READ, KEPT, REFUSED):
        st.session_state.pop(key, None)
    with suppress(DataError):  # the settings' own problem, which the page says
        st.session_state[CHOICE] = chosen_release(read_settings({}))


def offered_releases(settings: Settings, further: Collection[int] = ()) -> list[int]:
    """Releases to choose from: those that a local source holds, else all public ones.

    Parameters
    ----------
    settings : Settings
    further : collection of int
        Releases that only the source's server lists.
    """
    releases = settings.held_releases
    return sorted({*VOLUME.releases, *further}) if releases is None else releases


def odd_release(settings: Settings) -> str:
    """Say that a release cannot be shown, which the link or the settings name; "" where all is well."""
    offered, now = offered_releases(settings), chosen_release(settings)
    lacking = now in VOLUME.releases and now not in offered and not settings.asks_server
    text = st.session_state.get(REFUSED, f"v{now}" if lacking else "")
    if not text:
        return ""
    number = _number(text)
    if number not in VOLUME.releases:
        return f"The link names a release that is not public, so this page shows v{now}."
    folder = settings.folder_in_use
    if folder is None:
        return (
            f"The sample is drawn for release v{VOLUME.release} alone, so this page does not show v{number}."
        )
    shown = f"this page shows v{now}" if now in offered else "choose one of its releases in the bar above"
    return (
        f"The folder {folder} does not hold release v{number}, so {shown}. Put the files of "
        f"v{number} into {folder / f'v{number}'}, or choose the source “archive” or “cave”."
    )


def live_hint(number: int, settings: Settings) -> str:
    """Say that nothing states that a release is in the archive; "" where that does not matter."""
    known = VOLUME.releases.get(number)
    if known is None or known.archived == "whole" or not settings.expired_releases:
        return ""
    return (
        f"Nothing states that the archive holds the tables of v{number}. CAVE does, with a token: choose the "
        "source “cave”, or set CELL_TYPES_FROM_CAVE to 1 beside “auto”."
    )


def pick_release(further: Collection[int] = (), release: Release | None = None) -> None:
    """Let the reader choose the release, which the session and the link of every page then keep.

    Parameters
    ----------
    further : collection of int
        Releases that only the source's server lists.
    release : Release, optional
        The open one.

    Raises
    ------
    data.errors.SettingsError
        If a setting is not valid.
    """
    settings = read_settings({})
    now = chosen_release(settings)
    offered = offered_releases(settings, (*further, release.number) if release else further)
    st.selectbox(
        "Release", offered, index=offered.index(now) if now in offered else None,
        key=CHOICE, format_func=lambda number: _words(number, release), on_change=_keep,
        help="A release is the state of all tables at one moment. Archived ones are static files for "
        "everybody; CAVE answers for live ones, with an account.",
    )  # fmt: skip
    if settings.folder_in_use:
        st.caption(OTHER_SOURCES)
    if now != VOLUME.release and now in VOLUME.releases:
        st.caption(_about_other(now, settings))
    elif release and release.number not in VOLUME.releases:
        st.caption(_about_unknown(release))
    if now == settings.release:
        st.query_params.pop(IN_LINK, None)
    elif st.query_params.get(IN_LINK) != str(now):  # a way to another page empties the link
        st.query_params[IN_LINK] = str(now)


def release_in_link() -> dict[str, str]:
    """Parameters with which a link opens the same release, and the labels of others that it carries."""
    return {name: st.query_params[name] for name in (IN_LINK, CARRIED_IN_LINK) if st.query_params.get(name)}


def listed_releases(opened: OpenRelease) -> dict[int, bool]:
    """Releases that the source's server lists, each with whether it is live; empty until it answers."""
    if not opened.source.lists_releases:
        return {}
    listing = _listing(opened.source)
    known = listing.ends_within(listing.began + LIST_PATIENCE_SECONDS - time.monotonic())
    return listing.ended.result() if known else {}


def other_releases(opened: OpenRelease) -> list[int]:
    """The releases to choose from beside the opened one."""
    offered = offered_releases(read_settings({}), server_releases(opened))
    return [number for number in offered if number != opened.release.number]


def note_lacking(number: int, opened: OpenRelease) -> bool:
    """Note for this session that a source lacks a release that it is stated to hold; whether that is news.

    What a source lists itself is not doubted.
    """
    lacking: set[tuple[str, int]] = st.session_state.setdefault(LACKING, set())
    news = not opened.source.lists_releases and (opened.source.key, number) not in lacking
    if news:
        lacking.add((opened.source.key, number))
    return news


def can_be_had(number: int, opened: OpenRelease) -> bool:
    """Whether the source of the open release gives another one, or the cache holds rows of it."""
    if (opened.source.key, number) in st.session_state.get(LACKING, ()):
        return False
    listed = listed_releases(opened)
    known = VOLUME.releases.get(number)
    holds = listed.get(number, False) if listed else known is not None and opened.source.may_hold(known)
    return holds or bool(cache_of(read_settings({}), number).records())


def server_releases(opened: OpenRelease) -> tuple[int, ...]:
    """Live releases that only the source's server knows."""
    return tuple(n for n, live in listed_releases(opened).items() if live and n not in VOLUME.releases)


def forget_listings() -> None:
    """Have the next page ask the server again."""
    _listing.cache_clear()


@cachetools.cached(cachetools.TTLCache(4, LISTED_SECONDS), key=attrgetter("key"), lock=Lock())
def _listing(source: Source) -> Background[dict[int, bool]]:
    return Background(lambda _: _list_releases(source), "list releases")


def _list_releases(source: Source) -> dict[int, bool]:
    try:
        return source.list_releases()
    except DataError:  # the page goes on with the catalogue's releases
        return {}


def _words(number: int, opened: Release | None) -> str:
    """Name and state of a release; the open one, `opened`, may be unknown to the catalogue."""
    known = VOLUME.releases.get(number)
    if known is None:
        if opened and opened.number == number and opened.note == FROM_FILES:
            return f"v{number:d} · static files, not in the catalogue"
        live = opened is None or opened.number != number or opened.live
        return f"v{number:d} · {'live in' if live else 'expired from'} CAVE, not in the catalogue"
    if known.live and known.archived == "whole":
        return f"v{number} · archived, live in CAVE"
    return f"v{number} · {'live in CAVE' if known.live else 'archived'}"


def _about_other(number: int, settings: Settings) -> str:
    tables = release_tables(VOLUME.releases[number])
    shown = tables.on_pages.keys() & tables.held
    words = (
        f"v{number} is known to hold {plural(len(tables.held), 'table')} of the catalogue: "
        f"{len(shown)} are on the pages of their families, the others on the overview."
    )
    return f"{words} {live_hint(number, settings)}".strip()


def _about_unknown(release: Release) -> str:
    if release.note == FROM_FILES:
        return f"No page or list names the tables of v{release.number}: shown is what its files hold."
    if release.note == FROM_CACHE:
        return f"Only its CAVE server knows v{release.number}: shown is what was fetched before."
    tables = release_tables(release)
    others = [name for name in release.tables if name not in {*tables, *VOLUME.out_of_scope}]
    named = first_of((f"`{re.sub(r'[^0-9A-Za-z_]', '?', name)[:80]}`" for name in others), MOST_NAMED)
    unknown = f" Not in the catalogue, so not shown: {named}." if others else ""
    return (
        f"Only the CAVE server knows v{release.number}. Of the {plural(len(release.tables), 'table')} and "
        f"views that it lists, {len(tables.held)} are in the catalogue and can be shown.{unknown}"
    )


def _keep() -> None:
    chosen = st.session_state.get(CHOICE)
    if chosen is not None:
        st.session_state[KEPT] = chosen
        st.session_state.pop(REFUSED, None)


def _number(text: str) -> int | None:
    digits = text.strip().removeprefix("v")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None
