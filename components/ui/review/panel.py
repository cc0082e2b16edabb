"""Where the reader judges: one nucleus of the queue, the keys, and the way from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
import streamlit as st

from components.analysis.nucleus.index import ReleaseIndex
from components.analysis.review.queue import Queue
from components.ui.assets import texts_beside
from components.ui.nucleus.page import Profile, nucleus_profile
from components.ui.review.queues import PickedQueue
from components.ui.review.session_journal import (
    PROBLEM,
    journal_lines,
    journal_name,
    keep_records,
    nucleus_taken_back,
    records_to_keep,
    verdicts,
)
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.followers import follows_selection, redraw_followers
from components.ui.session.history import is_history_step
from components.ui.session.release import current_release
from components.ui.workbench.panels import PANEL
from data.labels.crosswalk import CELL_TYPES, at_level, colour_of, ordered

IN_LINK, KEPT, TURN = "in-review", "nucleus-in-review", "review-turn"
KEY = "verdict-panel"
PARTS = ("review-place", "review-verdict", PANEL)
"""What shows the nucleus in review."""


_text = texts_beside(__file__)
_panel = st.components.v2.component(
    "verdict_panel",
    html=_text("verdict.html"),
    css=_text("verdict.css"),
    js=f"{_text('verdict_journal.js')}\n{_text('verdict.js')}",
)


@dataclass(frozen=True, eq=False)
class Review:
    """A queue under review.

    Attributes
    ----------
    index : ReleaseIndex
    queue : PickedQueue
    empty : bool
        Whether it had no nucleus when the page was laid out.
    """

    index: ReleaseIndex
    queue: PickedQueue
    empty: bool

    def profile(self) -> Profile | None:
        """What the tables say about the nucleus in review; None where the queue is empty."""
        nucleus = nucleus_in_review(self.queue.find())
        return None if nucleus is None else nucleus_profile(self.index, nucleus)


def restore_place() -> None:
    """Take the nucleus in review from the link, where a link or a step of the history brought the reader."""
    text = st.query_params.get(IN_LINK, "")
    if (KEPT not in st.session_state or is_history_step()) and text.isascii() and text.isdigit():
        st.session_state[KEPT] = int(text)
    elif (kept := st.session_state.get(KEPT)) is not None:
        st.query_params[IN_LINK] = str(kept)


def nucleus_in_review(queue: Queue) -> int | None:
    """The nucleus to which the reader has come; at first the first without a verdict."""
    kept = st.session_state.get(KEPT)
    return kept if kept in queue else queue.first_but(verdicts())


def come_to(nucleus_id: int) -> None:
    """Put a nucleus of the queue in review, and end the callback."""
    st.session_state[KEPT] = nucleus_id
    st.query_params[IN_LINK] = str(nucleus_id)
    redraw_followers(*PARTS)


@follows_selection("review-verdict")
def show_verdict_panel(review: Review) -> None:
    """Show the reader's place in the queue, what to press, and the way to the microscopy."""
    profile, queue = review.profile(), review.queue.find()
    if review.empty == bool(len(queue)):  # as another selection is made
        st.rerun()

    def answer() -> None:
        _answer((st.session_state.get(KEY) or {}).get("acts") or {}, review.queue.find())

    message = _message(profile, queue) | ({} if profile else {"why": review.queue.if_empty})
    _panel(data=message, key=KEY, on_acts_change=answer)
    if profile:
        show_viewer_link(np.array([profile.nucleus_id], dtype=np.int64), key="review")


def _message(profile: Profile | None, queue: Queue) -> dict[str, Any]:
    """What the panel shows, and what it needs to keep verdicts."""
    known = verdicts()
    message: dict[str, Any] = {
        "store": journal_name(),
        "known": len(journal_lines()),
        "add": records_to_keep(),
        "turn": st.session_state.setdefault(TURN, uuid4().hex),
        "release": current_release().release.number,
        "labels": [*CELL_TYPES],
        "problem": problem.problem if (problem := st.session_state.get(PROBLEM)) else "",
        "nucleus": "",
        "place": "Nothing to review",
        "why": "",
        "offers": [],
        "first": True,
        "end": True,
    }
    if profile is None:
        return message
    place, n = queue.place(profile.nucleus_id), len(queue)
    judged = int(np.isin(queue.nucleus_ids, list(known)).sum())
    return message | {
        "nucleus": str(profile.nucleus_id),
        "place": f"{place + 1:,} of {n:,}, {judged:,} judged",
        "why": f"nucleus {profile.nucleus_id}{f' · {why}' if (why := queue.reasons[place]) else ''}",
        "offers": _offers(profile),
        "first": place == 0,
        "end": place == n - 1,
    }


def _offers(profile: Profile) -> list[dict[str, str]]:
    """The labels that tables give the nucleus, in the order of display: none is likelier for its place."""
    titles: dict[str, list[str]] = {}
    for answer in profile.answers:
        for label in answer.labels:
            if label.cell_type:
                spelled = at_level(label.cell_type, "type") or label.cell_type
                titles.setdefault(spelled, []).append(answer.table.title)
    return [
        {"label": label, "tables": ", ".join(dict.fromkeys(titles[label])), "colour": colour_of(label)}
        for label in ordered(titles)
    ]


def _answer(acts: Mapping[str, Any], queue: Queue) -> None:
    """Take over the verdicts that the browser has kept, and go where the reader wants to."""
    records = acts.get("lines", [])
    keep_records(records)
    st.session_state[TURN] = uuid4().hex
    go, nucleus = acts.get("go", ""), str(acts.get("nucleus", ""))
    if go in ("previous", "next") and nucleus.isdigit() and int(nucleus) in queue:
        come_to(queue.step(int(nucleus), 1 if go == "next" else -1))
    elif go and (back := nucleus_taken_back(records)) is not None:
        come_to(back)
    redraw_followers(*PARTS)
