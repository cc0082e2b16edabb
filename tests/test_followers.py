"""Parts of a page that follow the selection: what a pick draws again, and what it leaves alone."""

import pytest
import streamlit as st

from components.ui.session.followers import (
    begin_page,
    begin_place,
    first_drawn,
    follow_here,
    follows_selection,
    forget_parts,
    redraw_followers,
    show_part,
)


@pytest.fixture
def redrawn(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each pick draws again, on a page that has begun."""
    runs = list[list[str]]()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "rerun", runs.append)
    monkeypatch.setattr(st, "fragment", lambda show, key: show)
    begin_page()
    return runs


def test_a_part_that_would_show_the_same_is_not_drawn_again(redrawn: list[list[str]]) -> None:
    selection = [1]

    @follows_selection("ways", of=lambda: [*selection])
    def show_ways() -> None: ...

    @follows_selection("bar")
    def show_bar() -> None: ...

    show_ways()
    show_bar()
    redraw_followers()
    selection.append(2)
    redraw_followers()
    redraw_followers("ways")
    show_ways()
    redraw_followers()
    assert redrawn == [["bar"], ["ways", "bar"], ["ways"], ["bar"]]


def test_a_part_that_an_act_ended_in_the_middle_is_drawn_again(redrawn: list[list[str]]) -> None:
    acts = [RuntimeError("as Streamlit ends a run for the next act")]

    @follows_selection("ways", of=lambda: [1])
    def show_ways() -> None:
        while acts:
            raise acts.pop()

    with pytest.raises(RuntimeError):
        show_ways()
    redraw_followers()
    show_ways()
    redraw_followers()
    assert redrawn == [["ways"]]


def test_what_follows_the_selection_is_the_part_around_it_and_no_other(redrawn: list[list[str]]) -> None:
    def show_outer() -> None:
        show_part("panel:Where, by", lambda: None)
        follow_here()

    def show_inner() -> None:
        show_part("panel:Trust, place", follow_here)

    show_part("panel:Where", show_outer)
    show_part("panel:Trust", show_inner)
    show_part("panel:Types", lambda: None)
    follow_here()  # around no part
    redraw_followers()
    show_part("panel:Where", lambda: None)  # it shows another chart
    redraw_followers()
    assert redrawn == [["panel:Where", "panel:Trust, place"], ["panel:Trust, place"]]


def test_parts_of_a_place_are_named_and_forgotten_together(redrawn: list[list[str]]) -> None:
    for key in ("cloud", "panel:Labels", "panel:Facts", "drawer:Rows"):
        show_part(key, lambda: None, follows=True)
    redraw_followers("cloud", "panel")
    forget_parts("panel")
    redraw_followers()
    assert redrawn == [["cloud", "panel:Labels", "panel:Facts"], ["cloud", "drawer:Rows"]]


def test_what_was_first_drawn_is_kept_until_its_place_shows_something_else(
    redrawn: list[list[str]],
) -> None:
    numbers = iter(range(9))
    drawn = list[int]()
    for title in ("Types", "Types", "Depth", "Types"):
        begin_place("panel", title)
        for key in ("matrix", "panel:Types"):
            show_part(key, lambda: drawn.append(first_drawn("chart", lambda: next(numbers))))
    assert drawn == [0, 1, 0, 1, 0, 2, 0, 3]
    assert redrawn == []
