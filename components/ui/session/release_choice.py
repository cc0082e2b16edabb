"""Which release the reader is in: the setting's, the link's, or the one chosen in the sidebar."""

import re
from collections.abc import Collection

import streamlit as st

from data.catalog.tables import release_tables
from data.loader import FROM_CACHE
from data.settings import Settings, read_settings
from data.volume import VOLUME
from data.volume.volume import Release

IN_LINK = "release"
MOST_NAMED = 12
CHOICE, KEPT, READ, ODD = "release-choice", "release-kept", "release-read", "release-odd"


def chosen_release(settings: Settings) -> int:
    """Give the number of the session's release; on its first run that of the link, where it names one.

    What the link names and nobody offers is remembered, for `odd_release` to say so; the setting's release
    takes its place. A CAVE server may know more releases than the catalogue: it says itself which not.
    """
    if READ not in st.session_state:
        st.session_state[READ] = True
        text = st.query_params.get(IN_LINK)
        number = _number(text or "")
        if number in offered_releases(settings) or (number and settings.asks_server):
            st.session_state[KEPT] = number
        elif text:
            st.session_state[ODD] = text
    kept: int | None = st.session_state.get(KEPT)
    return settings.release if kept is None else kept


def offered_releases(settings: Settings, further: Collection[int] = ()) -> list[int]:
    """List the releases that may be chosen: all public ones, or the one that the sample is drawn for.

    Parameters
    ----------
    settings : Settings
    further : collection of int
        Releases that only the source's server lists.
    """
    return [VOLUME.release] if settings.one_release else sorted({*VOLUME.releases, *further})


def odd_release(settings: Settings) -> str:
    """Say that the link names a release that cannot be chosen; "" where it does not."""
    text = st.session_state.get(ODD)
    if text is None:
        return ""
    now = chosen_release(settings)
    number = _number(text)
    if number in VOLUME.releases:
        return (
            f"The sample is drawn for release v{VOLUME.release} alone, so this page does not show v{number}."
        )
    return f"The link names a release that is not public, so this page shows v{now}."


def release_words(number: int, opened: Release | None = None) -> str:
    """Name a release in a list, with its state; of one that the catalogue does not know, as it was opened."""
    known = VOLUME.releases.get(number)
    if known is None:
        live = opened is None or opened.number != number or opened.live
        return f"v{number:d} · {'live in' if live else 'expired from'} CAVE, not in the catalogue"
    return f"v{number} · {'live in CAVE' if known.live else 'archived'}"


def live_hint(number: int, settings: Settings) -> str:
    """Say that a release that is live is not in the archive; "" where that does not matter."""
    known = VOLUME.releases.get(number)
    if known is None or not known.live or not settings.expired_releases:
        return ""
    return (
        f"The archive is for releases that have expired; v{number} is live: choose the source “cave” for it."
    )


def pick_release(further: Collection[int] = (), release: Release | None = None) -> None:
    """Let the reader choose the release; the choice is kept in the session and in the link of every page.

    Parameters
    ----------
    further : collection of int
        Releases that only the source's server lists.
    release : Release, optional
        The open one.

    Raises
    ------
    data.errors.SettingsError
        If a setting cannot be used.
    """
    settings = read_settings({})
    now = chosen_release(settings)
    offered = offered_releases(settings, (*further, release.number) if release else further)
    st.selectbox(
        "Release", offered, index=offered.index(now) if now in offered else None,
        key=CHOICE, format_func=lambda number: release_words(number, release), on_change=_keep,
        help="A release is the state of all tables at one moment. Archived ones are static files; live ones "
        "are asked of CAVE, with an account.",
    )  # fmt: skip
    if now != VOLUME.release and now in VOLUME.releases:
        st.caption(_about_other(now, settings))
    elif release and release.number not in VOLUME.releases:
        st.caption(_about_unknown(release))
    _keep_in_link(now, settings)


def release_in_link() -> dict[str, str]:
    """What a link to another page must hold so that it opens the same release; nothing for the setting's."""
    number = st.query_params.get(IN_LINK)
    return {IN_LINK: number} if number else {}


def _about_other(number: int, settings: Settings) -> str:
    tables = release_tables(VOLUME.releases[number])
    n_shown, n_here = len(tables.shown), len(tables.shown.keys() & tables.held)
    said = (
        f"The pages are made for the tables of v{VOLUME.release}: v{number} is known to hold {n_here} of "
        f"these {n_shown}, and {len(tables.held) - n_here} that came later, which the page “Releases” "
        "compares."
    )
    hint = live_hint(number, settings)
    return f"{said} {hint}" if hint else said


def _about_unknown(release: Release) -> str:
    if release.note == FROM_CACHE:
        return f"Only its CAVE server knows v{release.number}: shown is what was fetched before."
    tables = release_tables(release)
    others = [name for name in release.tables if name not in {*tables, *VOLUME.out_of_scope}]
    named = ", ".join(f"`{re.sub(r'[^0-9A-Za-z_]', '?', name)[:80]}`" for name in others[:MOST_NAMED])
    more = f" and {len(others) - MOST_NAMED:,} more" if len(others) > MOST_NAMED else ""
    unknown = f" Not in the catalogue, so not shown: {named}{more}." if others else ""
    return (
        f"Only the CAVE server knows v{release.number}. Of the {len(release.tables):,} tables and views that "
        f"it lists, {len(tables.held)} stand in the catalogue and can be shown.{unknown}"
    )


def _keep() -> None:
    chosen = st.session_state[CHOICE]
    if chosen is not None:
        st.session_state[KEPT] = chosen
        st.session_state.pop(ODD, None)


def _keep_in_link(number: int, settings: Settings) -> None:
    """Write a release that is not the setting's into the link, which a way to another page empties."""
    if number == settings.release:
        st.query_params.pop(IN_LINK, None)
    elif st.query_params.get(IN_LINK) != str(number):
        st.query_params[IN_LINK] = str(number)


def _number(text: str) -> int | None:
    digits = text.strip().removeprefix("v")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None
