"""Parts of a page that follow the selection: what a pick draws again, and what it leaves alone."""

import pytest
import streamlit as st

from components.ui.session.followers import begin_page, follows_selection, redraw_followers


def test_a_part_that_would_show_the_same_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    selection, redrawn = [1], list[list[str]]()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "rerun", redrawn.append)
    monkeypatch.setattr(st, "fragment", lambda show, key: show)

    @follows_selection("ways", of=lambda: [*selection])
    def show_ways() -> None: ...

    @follows_selection("bar")
    def show_bar() -> None: ...

    begin_page()
    show_ways()
    show_bar()
    redraw_followers()
    selection.append(2)
    redraw_followers()
    redraw_followers("ways")
    show_ways()
    redraw_followers()
    assert redrawn == [["bar"], ["ways", "bar"], ["ways"], ["bar"]]


def test_a_part_that_an_act_ended_in_the_middle_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    redrawn, acts = list[list[str]](), [RuntimeError("as Streamlit ends a run for the next act")]
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "rerun", redrawn.append)
    monkeypatch.setattr(st, "fragment", lambda show, key: show)

    @follows_selection("ways", of=lambda: [1])
    def show_ways() -> None:
        while acts:
            raise acts.pop()

    begin_page()
    with pytest.raises(RuntimeError):
        show_ways()
    redraw_followers()
    show_ways()
    redraw_followers()
    assert redrawn == [["ways"]]
