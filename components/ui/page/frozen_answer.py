"""A frozen answer, dropped or in the link: whether it still holds, and the way to its view."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from components.analysis.output.frozen.answer import CHECKSUMS, Loaded, section_sha256
from components.analysis.output.frozen.file import asked_in, load_carried, read_answer, settings_for
from components.analysis.output.frozen.link import ANSWER_PARAMETER, unpacked_answer
from components.analysis.output.frozen.question import Question
from components.analysis.output.frozen.report import verdict_headline, verdict_lines
from components.analysis.output.frozen.verdict import AnswerVerdict, verify_answer
from components.ui.selection.selection import IN_LINK, link_text
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_files import dropped_answer
from components.ui.session.own_tables import beside_own_tables, kept_in_session
from components.ui.session.release import current_release, load_labels, release_of
from data.catalog.pages import PAGES
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.settings import read_settings

ANSWER = "frozen-answer"
"""Key of the record of the dropped file, or of why it cannot be read."""


def take_dropped_answer() -> bool:
    """Take a frozen answer from the uploader, once; whether there was a new one."""
    content = dropped_answer()
    if content is None:
        return False
    try:
        st.session_state[ANSWER] = read_answer(content)
    except DataError as error:
        st.session_state[ANSWER] = error
    return True


def _take_linked_answer() -> None:
    """Take a frozen answer from the link, and out of it: the session keeps it."""
    if packed := st.query_params.get(ANSWER_PARAMETER):
        del st.query_params[ANSWER_PARAMETER]
        try:
            st.session_state[ANSWER] = unpacked_answer(packed)
        except DataError as error:
            st.session_state[ANSWER] = error


def show_answer_verdict() -> None:
    """Say whether a dropped or linked answer still holds, name what has changed, and link to its view."""
    take_dropped_answer()
    _take_linked_answer()
    record = st.session_state.get(ANSWER)
    if record is None:
        return
    with st.container(key="answer-verdict", horizontal=True, vertical_alignment="center"):
        if isinstance(record, DataError):
            show_problem(record)
        else:
            _show_verdict(record)
        st.button("Close", key="forget-answer", icon=":material/close:", type="tertiary", on_click=_forget)


def _show_verdict(record: dict[str, Any]) -> None:
    try:
        settings_for(record, read_settings({}))
        opened = current_release()
        if record["release"] != opened.release.number:
            opened = beside_own_tables(release_of(record["release"]), release_of)
        question, known_as = asked_in(record, opened)
        verdict = _verdict(record, opened, question, known_as)
    except DataError as error:
        show_problem(error)
        return
    mark = "Synthetic rows. " if verdict.synthetic else ""
    headline = f"**Frozen answer of v{verdict.release}.** {mark}{plain(verdict_headline(verdict))}"
    if verdict.same:
        st.success(headline, icon=":material/verified:")
    else:
        st.warning(headline, icon=":material/difference:")
        with st.popover("What has changed", icon=":material/list:"):
            st.markdown("\n".join(f"- {plain(line.strip())}" for line in verdict_lines(verdict)))
    if link := _view_link(record, question):
        st.link_button("Open its view", link, icon=":material/open_in_new:")


def _verdict(
    record: dict[str, Any], opened: OpenRelease, question: Question, known_as: dict[str, str]
) -> AnswerVerdict:
    tables = {name: _loaded(name, opened) for name in question.tables}
    key = repr((record[CHECKSUMS], section_sha256(record), opened.key, [one.key for one in tables.values()]))
    return kept_in_session(
        "frozen answer", key, lambda: verify_answer(record, question, known_as, Loaded(opened, tables)), 1
    )


def _loaded(name: str, opened: OpenRelease) -> LabelTable:
    if name not in opened.tables:
        return load_carried(name, opened, release_of)
    outcome = load_labels(name, opened)
    if isinstance(outcome, DataError):
        raise outcome
    return outcome


def _view_link(record: dict[str, Any], question: Question) -> str:
    """The address of the page and choices that an answer was saved from; "" where it names none."""
    page, parameters = record["saved"].get("page"), record["saved"].get("parameters")
    if page not in PAGES or not isinstance(parameters, dict):
        return ""
    select = link_text(question.selection) if question.selection else None
    return f"{page}?{urlencode({**parameters, **({IN_LINK: select} if select else {})}, doseq=True)}"


def _forget() -> None:
    st.session_state.pop(ANSWER, None)
