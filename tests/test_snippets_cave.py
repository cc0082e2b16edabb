"""The code for a live release, run with the real caveclient against a CAVE server's stand-in."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import caveclient
import pandas as pd
import pytest

from components.analysis.code_export.comparisons import changes_snippet, matrix_snippet
from components.analysis.code_export.recipes import ShownRows, rows_snippet, selection_snippet
from components.analysis.code_export.script import Origin, origins
from components.analysis.code_export.tables import coverage_snippet, query_snippets
from components.analysis.code_export.text import Snippet
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.labels.levels import labels_from
from components.analysis.labels.ranges import Range
from components.analysis.selection.filter_rows import LabelledRows
from components.analysis.selection.filters import Filters, filter_masks, kept
from components.analysis.selection.kinds import Covered, Filtered, MatrixCell
from components.analysis.selection.listed import listed
from components.analysis.selection.selection import Combined, Selection
from data.catalog import TABLES
from data.catalog.entry import Table
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.loopback_cave import TOKEN, LoopbackCave, running_cave
from tests.loopback_cave_tables import COARSE, FINE, LOOKUP, NUCLEI, POINTS, UNITS
from tests.made_release import MadeRelease, run

LIVE = VOLUME.releases[1300]


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    """Have code ask the stand-in with a token; it writes nothing on the reader's machine."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(caveclient, "CAVEclient", partial(caveclient.CAVEclient, auth_token=TOKEN))
    with running_cave() as running:
        yield running
    assert not (tmp_path / ".cloudvolume").exists(), "the reader's own list of servers stays as it is"


@pytest.fixture
def made(cave: LoopbackCave, tmp_path: Path) -> MadeRelease:
    """Load a live release from the stand-in."""
    given = {"source": "cave", "cave": cave.url, "token": TOKEN, "release": 1300, "cache": tmp_path / "rows"}
    opened = open_release(read_settings(given), sample_when_offline=False)
    loaded = {name: opened.load_labels(name) for name in (FINE, COARSE, NUCLEI, UNITS, POINTS, LOOKUP)}
    origin, _ = origins(LIVE, cave=cave.url)
    return MadeRelease(origin, tmp_path / "rows", loaded)


def test_a_live_release_is_asked_of_cave_first_and_an_expired_one_of_the_archive_alone() -> None:
    assert [origin.name for origin in origins(LIVE)] == ["cave", "archive"]
    assert [origin.name for origin in origins(VOLUME.releases[661])] == ["archive"]
    assert {origin.base for origin in origins(LIVE)} == {VOLUME.cave, VOLUME.archive}


def test_the_public_server_is_not_named_and_its_status_says_what_it_needs() -> None:
    shown = ShownRows(TABLES[FINE], pd.DataFrame(), Filters(), VOLUME.layer_presets[0], "type", None)
    asked, static = (rows_snippet(origin, shown) for origin in origins(LIVE))
    assert 'client = CAVEclient("minnie65_public", version=1300)\n' in asked.text
    assert asked.status == "Runs for v1300. Needs a free CAVE account."
    assert static.status == "Runs for v1300: public static files, with no account."
    # Behind the fetch the code is the same.
    assert asked.text.partition("def tidied")[2] == static.text.partition("def tidied")[2]


@pytest.mark.parametrize("level", ["class", "type"])
def test_the_matrix_of_a_live_release(made: MadeRelease, level: str) -> None:
    sides = made.side(FINE), made.side(COARSE)
    pairs = pair_labels(*sides, level)  # type: ignore[arg-type]  # both are levels
    wanted = measure_agreement(pairs).matrix
    matrix = run(matrix_snippet(made.origin, pairs, sides))["matrix"]
    assert wanted.to_numpy().sum() == 2
    assert [*matrix.index] == [*wanted.index]
    assert [*matrix.columns] == [*wanted.columns]
    assert matrix.to_numpy().tolist() == wanted.to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        (FINE, Filters({"class": ("excitatory",), "depth": Range("depth_um", 0, 500)})),
        (FINE, Filters({"root": "No segment (root 0)"})),
        (UNITS, Filters({"score": Range("score_um", -10, 7)})),
        (POINTS, Filters()),
        (LOOKUP, Filters({"column": "Outside"})),
    ],
)
def test_the_rows_of_a_live_release(made: MadeRelease, name: str, filters: Filters) -> None:
    table, frame = made.side(name)
    shown = ShownRows(table, frame, filters, VOLUME.layer_presets[0], "type", made.side(FINE))
    got = run(rows_snippet(made.origin, shown))["rows"]
    classes = labels_from(frame["nucleus_id"].to_numpy(), made.frames[FINE], "class")
    wanted = frame[
        kept(filter_masks(LabelledRows(frame, classes, classes, shown.preset), filters), len(frame))
    ]
    both = ["nucleus_id", "root_id"]  # a server gives rows in no order
    assert len(wanted)
    assert sorted(got[both].to_numpy().tolist()) == sorted(wanted[both].to_numpy().tolist())


@pytest.mark.parametrize(
    "selection",
    [
        Filtered(FINE, ("excitatory",), (Range("depth_um", 0, 900),), "class"),
        MatrixCell(FINE, COARSE, "class", "excitatory", "excitatory"),
        Combined(Covered((LOOKUP, NUCLEI), (UNITS,)), (("plus", listed([7])), ("and", Covered((NUCLEI,))))),
    ],
)
def test_a_selection_in_a_live_release(made: MadeRelease, selection: Selection) -> None:
    wanted = selection.nuclei(made.frames)
    snippet = selection_snippet(made.origin, selection, made.frames, file="unused.csv")
    assert len(wanted)
    assert run(snippet)["nucleus_ids"].tolist() == wanted.tolist()


SCRIPTS: dict[str, Callable[[Origin], Snippet]] = {
    "coverage": lambda origin: coverage_snippet(origin, [TABLES[FINE]]),
    "coverage of a view": lambda origin: coverage_snippet(origin, [TABLES[LOOKUP]]),
    "coverage of both": lambda origin: coverage_snippet(origin, [TABLES[COARSE], TABLES[LOOKUP]]),
    "changes": lambda origin: changes_snippet(
        (origin, origins(VOLUME.releases[943], cave=origin.base)[0]), (TABLES[FINE], TABLES[FINE]), None
    ),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_stops_where_the_server_cuts_its_answer(script: str, cave: LoopbackCave) -> None:
    written = SCRIPTS[script](origins(LIVE, cave=cave.url)[0])
    cave.cap = 5  # as many rows as there are
    run(written)
    cave.cap = 4
    with pytest.raises(RuntimeError, match="was cut at 4 rows, the most the server gives"):
        run(written)


@pytest.mark.parametrize("table", [TABLES[FINE], TABLES[LOOKUP]])
def test_the_code_of_a_table_writes_nothing_of_another_server(table: Table, cave: LoopbackCave) -> None:
    for snippet in query_snippets(table, LIVE, cave.url):
        exec(snippet.text, {})
    assert len(cave.queries()) == 2
