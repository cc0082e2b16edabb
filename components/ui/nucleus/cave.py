"""One nucleus looked up in CAVE, in the tables that are not at hand; none of them is fetched whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import streamlit as st

from components.ui.session.background import watched_here
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release, table_title
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.lookup import Answers, can_look_up, lookup_nucleus
from data.number_words import plural
from data.tables.raw import Progress

LOOK_UPS = "looked-up"
"""Key of what this session looked up."""
MOST_KEPT = 50
"""Nuclei; one looked up beyond that takes the oldest one's place."""


@dataclass(frozen=True)
class LookUp:
    """What CAVE answered for one nucleus of one release.

    Attributes
    ----------
    answers : dict of str to LabelTable or None
        By table, its rows of the nucleus; None where it has none.
    unlisted : tuple of str
        Tables that the server does not hold in the release.
    errors : dict of str to DataError
        By table, why it could not be asked the last time.
    moment : datetime or None
        When it answered, UTC; None before it was asked.
    """

    answers: dict[str, LabelTable | None] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()
    errors: dict[str, DataError] = field(default_factory=dict)
    moment: datetime | None = None


def look_up_of(nucleus_id: int) -> LookUp:
    """What this session looked up of a nucleus in the open release; nothing is asked."""
    return _look_ups().get(_key(nucleus_id), LookUp())


def offer_look_up(n: int) -> bool:
    """A button that asks CAVE for one nucleus, none where the source is another; whether it was pressed.

    Parameters
    ----------
    n : int
        Tables that are neither at hand nor looked up.
    """
    if not n or not can_look_up(current_release()):
        return False
    tables = f"a query for each of the {n} tables that are" if n > 1 else "a query for the table that is"
    return st.button(
        "Ask CAVE for this nucleus", key="look-up", icon=":material/person_search:",
        help=f"Of this nucleus alone: {tables} not at hand. The answers stay for this visit and are not "
        "written into the cache.",
    )  # fmt: skip


def look_up(nucleus_id: int, names: Sequence[str]) -> None:
    """Ask CAVE for a nucleus in the tables named, and keep what it answers for this session."""
    answered = _query(current_release(), nucleus_id, names, look_up_of(nucleus_id))
    look_ups = _look_ups()
    look_ups.pop(_key(nucleus_id), None)
    look_ups[_key(nucleus_id)] = answered
    for oldest in list(look_ups)[:-MOST_KEPT]:
        del look_ups[oldest]


def show_look_up(nucleus_id: int, unasked: Sequence[str]) -> None:
    """Say what was looked up and when, what the release lacks, and why tables are still unasked."""
    found = look_up_of(nucleus_id)
    if found.moment:
        release = current_release().release
        with_rows = [name for name, rows in found.answers.items() if rows is not None]
        without = [name for name, rows in found.answers.items() if rows is None]
        parts = {"rows of it in ": with_rows, "none in ": without, "not in the release: ": found.unlisted}
        answers = "; ".join(
            words + plain(", ".join(map(table_title, names))) for words, names in parts.items() if names
        )
        st.caption(
            f"**Looked up** in CAVE's v{release.number}, frozen {release.moment}, at {found.moment:%H:%M} "
            f"UTC: {answers}. Kept for this visit alone."
        )
    errors = {str(error): error for name, error in found.errors.items() if name in unasked}
    for error in errors.values():
        show_problem(error)


def _query(opened: OpenRelease, nucleus_id: int, names: Sequence[str], before: LookUp) -> LookUp:
    """What was looked up before and what CAVE answers now; an error is part of the answer."""
    try:
        outcomes = _watched(opened, nucleus_id, names)
    except DataError as error:
        return replace(before, errors=dict.fromkeys(names, error))
    answers = {name: rows for name, rows in outcomes.items() if not isinstance(rows, DataError)}
    return LookUp(
        answers=before.answers | answers,
        unlisted=(*before.unlisted, *(name for name in names if name not in outcomes)),
        errors={name: error for name, error in outcomes.items() if isinstance(error, DataError)},
        moment=datetime.now(UTC) if answers else before.moment,
    )


def _watched(opened: OpenRelease, nucleus_id: int, names: Sequence[str]) -> Answers:
    """Ask, with the progress on the page; where the page is left, the remaining tables are not asked."""
    lead = f"Asking CAVE for nucleus {nucleus_id}"

    def words(progress: Progress) -> tuple[float, str]:
        tables = f"{progress.done} of {plural(progress.total or 0, 'table')}"
        delay = progress.delay_words(opened.source.patience)
        return progress.done / (progress.total or 1), f"{lead}: {'; '.join(filter(None, [tables, delay]))}"

    return watched_here(
        lead, lambda report: lookup_nucleus(opened, nucleus_id, names, report), len(names), words
    )


def _key(nucleus_id: int) -> tuple[str, int, int]:
    opened = current_release()
    return opened.source.key, opened.release.number, nucleus_id


def _look_ups() -> dict[tuple[str, int, int], LookUp]:
    look_ups: dict[tuple[str, int, int], LookUp] = st.session_state.setdefault(LOOK_UPS, {})
    return look_ups
