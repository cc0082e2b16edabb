"""A page over CAVE: rows of a live release, and what the reader is told where CAVE gives none."""

import itertools
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Node

from components.ui.session import release_choice
from components.ui.session.release import current_release, reopen_release
from data.__main__ import main
from data.errors import DataError
from data.volume import VOLUME
from tests.loopback_cave import TOKEN, LoopbackCave, said
from tests.loopback_cave_tables import FINE
from tests.page_reader import opened_wide, pages_over_cave, run_with

PAGES = Path(__file__).parents[1] / "pages"
TERMS = "https://global.example.org/sticky_auth/api/v1/tos/2/accept"


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    with pages_over_cave(tmp_path / "home", monkeypatch) as running:
        yield running


def run(page: str = "baylor.py", **link: str) -> AppTest:
    return run_with(opened_wide(AppTest.from_file(str(PAGES / page), default_timeout=120)), link)


def releases(app: AppTest) -> list[str]:
    (picker,) = (box for box in app.selectbox if box.label == "Release")
    return list(picker.options)


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


def test_the_notice_of_a_tables_owner_is_shown(
    cave: LoopbackCave, capsys: pytest.CaptureFixture[str]
) -> None:
    cave.tables[FINE] = replace(cave.tables[FINE], notice="Use *another* table, or ask.")
    assert main(["fetch", FINE]) == 0
    assert f"{FINE}: Notice of its owner: “Use *another* table, or ask.”" in capsys.readouterr().err
    assert "Notice of its owner: “Use *another* table, or ask.”" in words(run())


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


def test_a_page_of_an_expired_release_names_the_archive_and_the_query_for_its_moment(
    cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELL_TYPES_RELEASE", "661")
    said_there = words(run())
    assert "Release v661 has expired from the CAVE server" in said_there
    assert (
        "Choose the source “archive”, which needs no account and holds expired releases whole" in said_there
    )
    moment = 'datetime.fromisoformat("2023-04-06T20:17:09.199182+00:00")'
    call = f"client.materialize.query_table(…, timestamp={moment}) takes about a minute a table"
    assert f"where the table still exists: {call}" in said_there


def test_one_table_that_cave_does_not_hold_is_named_and_the_page_goes_on(cave: LoopbackCave) -> None:
    del cave.tables[FINE]
    app = run()
    assert f"does not hold {FINE} in release v1300" in words(app)


# What never leaves


@pytest.mark.parametrize("page", ["overview.py", "baylor.py", "agreement.py", "nucleus.py", "releases.py"])
def test_the_token_is_in_no_page_no_link_no_log_and_no_file(
    page: str, cave: LoopbackCave, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        app = run(page, of="Baylor fine", against="v943")
    assert any(one.headers.get("Authorization") == f"Bearer {TOKEN}" for one in cave.asked)
    assert TOKEN not in "\n".join(messages(app._tree))
    assert TOKEN not in str(dict(app.query_params))
    assert "/materialize/" in caplog.text  # so much is logged that it would be seen
    assert TOKEN not in caplog.text
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".json" for path in kept)
    assert not any(TOKEN.encode() in path.read_bytes() for path in kept)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_server_that_repeats_the_token_does_not_bring_it_onto_a_page_or_into_a_log(
    status: int, cave: LoopbackCave, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f"Bearer {TOKEN} is not liked: 500 {TOKEN}"
    cave.break_("/version/1300", lambda _: said({"message": echo, "error": echo, "data": {}}, status))
    with caplog.at_level(logging.DEBUG):
        app = run()
    assert app.error
    assert TOKEN not in "\n".join(messages(app._tree))
    assert TOKEN not in caplog.text
    with pytest.raises(DataError) as caught:
        current_release()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


# Releases that only the server knows


def test_a_release_that_only_the_server_lists_is_offered_while_it_lives(cave: LoopbackCave) -> None:
    cave.versions |= {1900: True, 1901: False}
    offered = releases(run())
    assert "v1900 · live in CAVE, not in the catalogue" in offered
    assert not any("v1901" in one for one in offered)


def test_chosen_it_has_the_servers_moment_and_the_servers_tables(cave: LoopbackCave) -> None:
    cave.versions[1900] = True
    cave.tables["nobodys_<b>table</b>"] = cave.tables[FINE]
    app = run()
    (picker,) = (box for box in app.selectbox if box.label == "Release")
    picker.set_value(1900).run()
    assert not app.exception
    said_there = words(app)
    assert "Release **v1900** · frozen 22 January 2024, 08:10 UTC" in said_there
    n = len(cave.tables) + len(cave.views)
    known = len(cave.tables)  # one table is not, one view is
    assert f"Of the {n} tables and views that it lists, {known} are in the catalogue" in said_there
    assert (
        "Not in the catalogue, so not shown: `nobodys_?b?table??b?`, `connections_with_nuclei`" in said_there
    )
    assert "5 nuclei" in said_there


def test_expired_it_is_shown_from_the_cache(cave: LoopbackCave) -> None:
    cave.versions[1900] = True
    run(release="1900")
    cave.versions[1900] = False
    reopen_release()
    app = run(release="1900")
    assert "Release v1900 has expired" in words(app)
    assert "Only its CAVE server knows v1900: shown is what was fetched before." in words(app)
    assert "5 nuclei" in words(app)
    assert "v1900 · expired from CAVE, not in the catalogue" in releases(app)


def test_its_link_opens_it_and_one_that_nobody_knows_is_a_notice_with_a_way_out(cave: LoopbackCave) -> None:
    cave.versions[1900] = True
    assert "Release **v1900**" in words(run(release="1900"))
    lost = run(release="1999")
    assert "does not know release v1999" in words(lost)
    assert "The releases it lists are 661, 943, 1300, 1900" in words(lost)
    assert "v943 · archived, live in CAVE" in releases(lost)


@pytest.mark.parametrize(
    ("release", "gone", "beside"),
    [(117, 0, 943), (943, 0, 1300), (1300, 0, 1507), (1300, 1507, 1621), (1822, 0, 1926)],
)
def test_releases_opens_beside_one_that_the_server_answers_for(
    release: int, gone: int, beside: int, cave: LoopbackCave
) -> None:
    cave.versions = {number: known.live for number, known in VOLUME.releases.items()} | {gone: False}
    app = run("releases.py", release=str(release))
    (against,) = (box for box in app.selectbox if box.label == "Compare with release")
    assert against.value == f"v{beside}"
    assert "expired" not in words(app)


def test_a_page_does_not_wait_for_a_list_that_stalls(
    cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_choice, "LIST_PATIENCE_SECONDS", 0.05)
    cave.versions[1900] = True
    asked = itertools.count()
    cave.break_("/versions?expired", lambda one: one if next(asked) < 2 else replace(one, silent=True))
    app = run()
    assert "Release **v1300**" in words(app)
    assert releases(app)[-1] == "v1926 · live in CAVE"


def test_a_server_that_does_not_list_its_releases_costs_no_page(cave: LoopbackCave) -> None:
    cave.versions[1900] = True
    asked = itertools.count()  # twice to connect, then for the list
    cave.break_("/versions?expired", lambda one: one if next(asked) < 2 else said({"message": "no"}, 500))
    app = run()
    assert next(asked) > 2
    assert "Release **v1300**" in words(app)
    assert releases(app)[-1] == "v1926 · live in CAVE"
