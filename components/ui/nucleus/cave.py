"""One nucleus asked of CAVE: what the tables that are not at hand say of it, none of them fetched whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import streamlit as st

from components.ui.session.background import Background
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release, table_title
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.lookup import Answers, can_look_up, lookup_nucleus
from data.tables.raw import Progress

KEPT = "looked-up"
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
    return _kept().get(_place(nucleus_id), LookUp())


def offer_look_up(n: int) -> bool:
    """A button that asks CAVE for one nucleus, none where the source is another; whether it was pressed.

    Parameters
    ----------
    n : int
        Tables that are neither at hand nor looked up.
    """
    if not n or not can_look_up(current_release()):
        return False
    tables = "a query for each of the {n} tables that are" if n > 1 else "a query for the table that is"
    return st.button(
        "Ask CAVE for this nucleus", key="look-up", icon=":material/person_search:",
        help=f"Of this nucleus alone: {tables.format(n=n)} not at hand. The answers stay for this visit and "
        "are not written into the cache.",
    )  # fmt: skip


def look_up(nucleus_id: int, names: Sequence[str]) -> None:
    """Ask CAVE for a nucleus in the tables named, and keep what it answers for this session."""
    before = look_up_of(nucleus_id)
    _keep(nucleus_id, _asked(current_release(), nucleus_id, names, before))


def show_look_up(nucleus_id: int, unasked: Sequence[str]) -> None:
    """Say what was looked up and when, what the release lacks, and why tables are still unasked."""
    found = look_up_of(nucleus_id)
    if found.moment:
        release = current_release().release
        frozen = f"{release.timestamp.day} {release.timestamp:%B %Y, %H:%M} UTC"
        hold = [name for name, one in found.answers.items() if one is not None]
        lack = [name for name, one in found.answers.items() if one is None]
        parts = [("rows of it in ", hold), ("none in ", lack), ("not in the release: ", found.unlisted)]
        said = "; ".join(f"{words}{_titles(names)}" for words, names in parts if names)
        st.caption(
            f"**Looked up** in CAVE's v{release.number}, frozen {frozen}, at {found.moment:%H:%M} UTC: "
            f"{said}. Kept for this visit alone."
        )
    errors = {str(error): error for name, error in found.errors.items() if name in unasked}
    for error in errors.values():
        show_problem(error)


def _titles(names: Sequence[str]) -> str:
    return plain(", ".join(table_title(name) for name in names))


def _asked(opened: OpenRelease, nucleus_id: int, names: Sequence[str], before: LookUp) -> LookUp:
    """Ask, and put what comes to what came before; an error is part of the answer."""
    try:
        got = _watched(opened, nucleus_id, names)
    except DataError as error:
        return replace(before, errors=dict.fromkeys(names, error))
    answers = {name: one for name, one in got.items() if not isinstance(one, DataError)}
    return LookUp(
        answers=before.answers | answers,
        unlisted=(*before.unlisted, *(name for name in names if name not in got)),
        errors={name: one for name, one in got.items() if isinstance(one, DataError)},
        moment=datetime.now(UTC) if answers else before.moment,
    )


def _watched(opened: OpenRelease, nucleus_id: int, names: Sequence[str]) -> Answers:
    """Ask, with the progress on the page; where it is left, the tables that are left are not asked."""
    lead = f"Asking CAVE for nucleus {nucleus_id}"

    def words(progress: Progress) -> tuple[float, str]:
        tables = f"{progress.done} of {progress.total} tables"
        said = "; ".join(filter(None, [tables, progress.delay_words(opened.source.patience)]))
        return progress.done / (progress.total or 1), f"{lead}: {said}"

    asking = Background(
        lambda report: lookup_nucleus(opened, nucleus_id, names, report), lead, total=len(names)
    )
    try:
        return asking.watch(lead, words)
    finally:
        asking.patience = -1.0


def _place(nucleus_id: int) -> tuple[str, int, int]:
    opened = current_release()
    return opened.source.key, opened.release.number, nucleus_id


def _kept() -> dict[tuple[str, int, int], LookUp]:
    kept: dict[tuple[str, int, int], LookUp] = st.session_state.setdefault(KEPT, {})
    return kept


def _keep(nucleus_id: int, found: LookUp) -> None:
    kept = _kept()
    kept.pop(_place(nucleus_id), None)
    kept[_place(nucleus_id)] = found
    for oldest in list(kept)[:-MOST_KEPT]:
        del kept[oldest]
