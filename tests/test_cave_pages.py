"""A page over CAVE: rows of a live release, and what the reader is told where CAVE gives none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Node

from components.ui.release import reopen_release
from data.sources import cave_rows, cave_session
from tests.loopback_cave import TOKEN, LoopbackCave, running_cave, said
from tests.loopback_cave_tables import FINE

PAGE = Path(__file__).parents[1] / "pages" / "baylor.py"
TERMS = "https://global.example.org/sticky_auth/api/v1/tos/2/accept"


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    monkeypatch.setattr(cave_session, "LONGEST_WAIT_SECONDS", 0)
    monkeypatch.setattr(cave_rows, "WAITS", (0.0,))
    with running_cave() as running:
        settings = {"SOURCE": "cave", "CAVE": running.url, "TOKEN": TOKEN, "RELEASE": "1300"}
        for name, value in settings.items():
            monkeypatch.setenv(f"CELL_TYPES_{name}", value)
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        reopen_release()
        yield running
        reopen_release()


def run() -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=120).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """All that a page says, without the strokes that keep Markdown from acting on it."""
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def messages(node: Node) -> Iterator[str]:
    """All that was sent for a page, of whatever kind."""
    yield str(getattr(node, "proto", ""))
    for child in getattr(node, "children", {}).values():
        yield from messages(child)


def test_a_page_shows_the_rows_of_a_live_release_and_never_the_token(cave: LoopbackCave) -> None:
    app = run()
    said_there = words(app)
    assert "v1300" in said_there
    assert "22 January 2024, 08:10 UTC" in said_there  # the server's moment, not the catalogue's
    everything = "\n".join(messages(app._tree))
    assert "excitatory" in everything
    assert TOKEN not in everything


def test_a_page_names_the_terms_that_nobody_accepted_and_mends_when_they_are(cave: LoopbackCave) -> None:
    refusal = {"error": "missing_tos", "message": "Need to accept", "data": {"tos_form_url": TERMS}}
    cave.break_("/", lambda _: said(refusal, 403))
    app = run()
    assert "only to those who accepted its terms of service" in words(app)
    assert TERMS in words(app)
    cave.faults.clear()
    again = next(button for button in app.button if button.label == "Try again")
    again.click().run()
    assert not app.exception
    assert "22 January 2024, 08:10 UTC" in words(app)


def test_one_table_that_cave_does_not_hold_is_named_and_the_page_goes_on(cave: LoopbackCave) -> None:
    del cave.tables[FINE]
    app = run()
    assert f"does not hold {FINE} in release v1300" in words(app)
