"""The page of one nucleus over CAVE: tables that are not at hand are asked for that nucleus alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.ui.session.release import current_release, load_labels
from data.loader import LabelTable
from tests.loopback_cave import TOKEN, Asked, LoopbackCave, failed, said
from tests.loopback_cave_tables import COARSE, FINE, LOOKUP, NUCLEI, POINTS, ROOT
from tests.page_reader import opened, pages_over_cave, words

UNLISTED = (
    "not in the release: Manual neurons, Manual non-neurons, Martinotti cells (Gamlin), "
    "L5-ET targets (Bodor), Manual coregistration v4, Column M-types v2, Predicted M-types v2, "
    "Metamodel, features of 661, AIBS cell info, Neuron / not-neuron (SVM), "
)
ASKED = 5
"""Queries for one nucleus: four tables that the server has, and a view, which it does not list."""
LOOK_UP = "look-up"


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    """A server, with the detections of its v1300 at hand and nothing else."""
    with pages_over_cave(tmp_path / "home", monkeypatch) as running:
        assert isinstance(load_labels(NUCLEI), LabelTable)
        running.asked.clear()
        yield running


def asked_for(nucleus: int) -> AppTest:
    """Open a nucleus's page and press the button."""
    app = opened("nucleus.py", nucleus=str(nucleus))
    return again(app)


def again(app: AppTest) -> AppTest:
    app.button(key=LOOK_UP).click().run()
    assert not app.exception
    return app


def page_text(app: AppTest) -> str:
    return words(app).replace("\\", "")


def told(app: AppTest) -> pd.DataFrame:
    """Who says what, by table."""
    shown = next(frame.value for frame in app.dataframe if "Says" in frame.value and "Table" in frame.value)
    return shown.set_index("Name in CAVE")


def says(app: AppTest, name: str, column: str = "Says") -> list[object]:
    """The labels in a table's line."""
    (cell,) = told(app)[column][[name]]
    return list(cell)


def offered(app: AppTest) -> bool:
    return any(button.key == LOOK_UP for button in app.button)


def narrowed(query: Asked) -> list[object]:
    """What a query asks its column to be: the nucleus's ID, and nothing where it asks for all rows."""
    return [value for one in query.body.get("filter_equal_dict", {}).values() for value in one.values()]


def test_a_retired_nucleus_is_looked_for_in_an_earlier_release(cave: LoopbackCave) -> None:
    detected = cave.tables[NUCLEI]
    valid = detected.rows["id"] != 103
    cave.tables[NUCLEI] = replace(detected, rows=detected.rows.assign(valid=valid.astype("boolean")))
    current_release().cache.path(NUCLEI).unlink()
    said_there = page_text(opened("nucleus.py", nucleus="103"))
    assert "There is no nucleus 103 among the 4 detected nuclei." in said_there
    assert "one that was retired (its row taken back) is in no later release" in said_there


def test_before_it_is_asked_for_no_other_table_is_fetched(cave: LoopbackCave) -> None:
    app = opened("nucleus.py", nucleus="103")
    assert cave.queries() == []
    assert set(told(app)["Here"][[FINE, COARSE, POINTS, LOOKUP]]) == {"table not at hand"}
    assert "Looked up" not in page_text(app)


def test_the_words_stand_beside_the_others_and_say_that_they_were_looked_up(cave: LoopbackCave) -> None:
    app = asked_for(103)
    lines = told(app)
    assert says(app, FINE) == ["BC"]
    assert lines.loc[FINE, "classification_system"] == "baylor_gnn"
    assert says(app, COARSE, "Class") == ["inhibitory"]
    assert set(lines["Here"][[FINE, COARSE, POINTS, LOOKUP]]) == {"looked up: 1 row"}
    text = page_text(app)
    assert "**Looked up** in CAVE's v1300, frozen 22 January 2024, 08:10 UTC, at " in text
    assert "rows of it in Baylor coarse, Baylor fine, Alternative points, Nucleus lookup" in text
    assert "Class** — inhibitory: 2 of 2 lineages" in text  # they vote
    assert "Named by 2 of 2 label tables at hand or looked up" in text
    assert f"root `{ROOT + 2}`" in text  # at its alternative point


def test_each_table_is_asked_once_and_for_that_nucleus_alone(cave: LoopbackCave) -> None:
    app = asked_for(103)
    assert [narrowed(one) for one in cave.queries()] == [[103]] * ASKED
    assert not any(one.query.get("count") for one in cave.queries())
    app.run()
    assert len(cave.queries()) == ASKED  # kept for the visit
    record = current_release()
    assert {path.stem for path in record.cache.folder.glob("*.parquet")} == {NUCLEI}


def test_a_table_without_the_nucleus_says_so_and_one_that_the_release_lacks_too(cave: LoopbackCave) -> None:
    app = asked_for(102)
    lines = told(app)
    assert lines.loc[COARSE, "Here"] == "looked up: no rows"
    assert says(app, COARSE) == []
    assert says(app, FINE) == ["5P-PT"]
    text = page_text(app)
    assert "none in Baylor coarse, Alternative points" in text
    assert UNLISTED in text
    assert lines.loc["nucleus_ref_neuron_svm", "Here"] == "not in this release"
    assert not offered(app)  # there is nothing left to ask
    assert app.button(key="fetch-missing").label.startswith("Get the 4 tables")


def test_what_was_looked_up_is_of_one_nucleus(cave: LoopbackCave) -> None:
    app = asked_for(103)
    app.text_input(key="nucleus").set_value("101").run()
    assert set(told(app)["Here"][[FINE, COARSE]]) == {"table not at hand"}
    assert offered(app)
    app.text_input(key="nucleus").set_value("103").run()
    assert says(app, FINE) == ["BC"]
    assert len(cave.queries()) == ASKED


def test_a_fault_on_one_table_leaves_the_others_and_is_over_when_it_is_over(cave: LoopbackCave) -> None:
    cave.break_(f"/views/{LOOKUP}/query", lambda _: failed("'nope'"))
    app = asked_for(103)
    assert f"failed on {LOOKUP} of release v1300: it says “'nope'”" in app.error[0].value.replace("\\", "")
    lines = told(app)
    assert says(app, FINE) == ["BC"]
    assert lines.loc[LOOKUP, "Here"] == "table not at hand"
    cave.faults.clear()
    again(app)
    assert not app.error
    assert "Get the 4 tables" in app.button(key="fetch-missing").label  # looked up, they are not at hand
    assert told(app).loc[LOOKUP, "Here"] == "looked up: 1 row"
    assert [narrowed(one) for one in cave.queries()].count([103]) == len(cave.queries())


def test_a_table_that_is_fetched_whole_takes_the_place_of_what_was_looked_up(cave: LoopbackCave) -> None:
    cave.break_(f"/views/{LOOKUP}/query", lambda _: failed("'nope'"), 1)
    app = asked_for(103)
    assert app.error
    app.button(key="fetch-missing").click().run()
    assert set(told(app)["Here"][[FINE, COARSE, POINTS, LOOKUP]]) == {"1 row"}
    assert not app.error
    assert not offered(app)


TERMS = "https://global.example.org/sticky_auth/api/v1/tos/2/accept"
REFUSED = {
    "asked too often": (failed("429 Too Many Requests: 30 per 1 minute"), "was asked too often"),
    "terms": (
        said({"error": "missing_tos", "message": "no", "data": {"tos_form_url": TERMS}}, 403),
        f"Read and accept them at {TERMS}",
    ),
    "token": (said({"error": "invalid_token", "message": "no"}, 401), "does not accept the token"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_said_once_and_the_rest_of_the_page_is_unharmed(what: str, cave: LoopbackCave) -> None:
    answer, problem = REFUSED[what]
    cave.break_("/query", lambda _: answer)
    app = asked_for(103)
    (error,) = app.error
    assert problem in error.value.replace("\\", "")
    assert "Looked up" not in page_text(app)
    assert TOKEN not in page_text(app)
    assert len({one.path for one in cave.queries()}) == 1  # no other table was tried
    assert "The lines meet at the nucleus. Click another to open its page." in words(app)
    assert offered(app)


def test_without_a_token_it_says_where_to_get_one(
    cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CELL_TYPES_TOKEN")
    app = asked_for(103)
    (error,) = app.error
    assert "wants a token, and none is set" in error.value.replace("\\", "")
    assert "/sticky_auth/settings/tokens" in error.value.replace("\\", "")
    assert set(told(app)["Here"][[FINE, COARSE]]) == {"table not at hand"}
    assert cave.asked == []


def test_an_expired_release_is_said_with_the_query_for_its_moment(cave: LoopbackCave) -> None:
    cave.versions[1300] = False
    app = asked_for(103)
    (error,) = app.error
    problem = error.value.replace("\\", "")
    assert "Release v1300 has expired from the CAVE server" in problem
    moment = 'datetime.fromisoformat("2025-01-13T10:10:01.286229+00:00")'
    assert f"client.materialize.query_table(…, timestamp={moment}) takes about a minute a table" in problem


@pytest.mark.usefixtures("sample")
def test_other_sources_are_not_asked_for_one_nucleus() -> None:
    nucleus = current_release().load_labels(NUCLEI).frame["nucleus_id"].iloc[0]
    assert not offered(opened("nucleus.py", nucleus=str(nucleus)))
