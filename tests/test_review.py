"""Review: which nuclei stand in a queue, in which order, and what becomes of verdicts."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.nucleus.consensus import JUDGED, consensus
from components.analysis.nucleus.table_labels import table_answers
from components.analysis.output.files import without_formulas
from components.analysis.raters.ratings import lineage_ratings
from components.analysis.review.files import REFERENCE, full_rows, read_verdicts, reference_rows
from components.analysis.review.journal import (
    JournalLine,
    TakenBack,
    Verdict,
    line_record,
    read_line,
    standing_verdicts,
)
from components.analysis.review.queue import Queue, contested_queue, near_queue
from components.point_cloud.view import Picked
from components.ui.review import session_journal
from components.ui.review.journal_file import append_to_file, is_loopback_server, read_journal_file
from components.ui.review.session_journal import LINES
from components.ui.session.own_tables import OWN
from components.ui.session.release import reopen_release
from data.catalog import EVERY_TABLE
from data.errors import DataError
from data.loader import LabelTable
from data.tables.schema import POSITION
from data.volume.space import oriented_um
from tests.made_own import NUCLEI, VOXELS, make_release
from tests.made_release import COARSE, METAMODEL, NEURONS, archive_files
from tests.page_reader import opened
from tests.test_all_pairs import loaded
from tests.test_nucleus_profile import of_files

AT = "2026-11-29T07:00:{:02d}.000Z"
HOSTILE = '=1+1, "<img src=x onerror=alert(1)>"\n[x](javascript:y)'


def verdict(nucleus: int, label: str, second: int = 0, *, certainty: int = 3, note: str = "") -> Verdict:
    return Verdict(nucleus, label, certainty, note, 661, AT.format(second))


# The queue


def table(name: str, labels: dict[int, str]) -> LabelTable:
    words = pd.Categorical(list(labels.values()))
    return loaded(
        name, pd.DataFrame({"nucleus_id": np.array(list(labels), dtype=np.int64), "cell_type": words})
    )


def test_contested_nuclei_come_most_contested_first() -> None:
    tables = {
        COARSE: table(COARSE, {1: "excitatory", 2: "excitatory", 3: "inhibitory", 4: "excitatory"}),
        METAMODEL: table(METAMODEL, {1: "23P", 2: "BC", 3: "23P", 5: "BC"}),
        NEURONS: table(NEURONS, {1: "4P", 2: "4P", 9: "BC"}),
    }
    queue = contested_queue(tables, "class")
    assert queue.nucleus_ids.tolist() == [3, 2]
    assert queue.reasons == (
        "1 lineage says excitatory, 1 lineage says inhibitory",
        "2 lineages say excitatory, 1 lineage says inhibitory",
    )
    assert len(contested_queue({}, "class")) == 0


def test_a_view_that_repeats_other_tables_has_no_vote() -> None:
    coarse, other = table(COARSE, {1: "excitatory"}), table(METAMODEL, {1: "BC"})
    assert len(contested_queue({COARSE: coarse, METAMODEL: other}, "class")) == 1
    view = replace(other, table=EVERY_TABLE["aibs_cell_info"])
    assert len(contested_queue({COARSE: coarse, view.table.name: view}, "class")) == 0


def test_contested_is_what_the_consensus_finds(tmp_path: Path) -> None:
    index = of_files(archive_files(), tmp_path)
    named = {name: one.table for name, one in index.loaded.items()}
    asked = {nucleus: table_answers(index, nucleus, named) for nucleus in index.wide.index.tolist()}
    for level in JUDGED:
        votes = {nucleus: consensus(answers, level).by_label for nucleus, answers in asked.items()}
        counted = {
            nucleus: {label: len(tables) for label, tables in ratings.items()}
            for nucleus, ratings in votes.items()
            if ratings
        }
        ratings = lineage_ratings(index.loaded, level)
        found = {
            int(nucleus): {label: int(n) for label, n in zip(ratings.labels, row, strict=True) if n}
            for nucleus, row in zip(ratings.nuclei, ratings.votes, strict=True)
        }
        assert found == counted
        contested = {nucleus for nucleus, ratings in counted.items() if len(ratings) > 1}
        assert {*contested_queue(index.loaded, level).nucleus_ids.tolist()} == contested
        assert contested


def test_the_nearest_to_a_threshold_come_first() -> None:
    values = pd.Series([0.9, 0.5, np.nan, 0.625, 0.375], index=[1, 2, 3, 4, 5])
    queue = near_queue(values, 0.5, 3, "confidence")
    assert queue.nucleus_ids.tolist() == [2, 4, 5]
    assert queue.reasons == ("confidence 0.5", "confidence 0.625", "confidence 0.375")


def test_a_queue_ends_at_both_ends_and_begins_at_the_first_without_a_verdict() -> None:
    queue = Queue(np.array([8, 3, 5]), ("", "", ""))
    assert [queue.step(3, 1), queue.step(5, 1), queue.step(8, -1)] == [5, 5, 8]
    assert [queue.first_but(judged) for judged in ({}, {8: 1}, {8: 1, 3: 1, 5: 1})] == [8, 3, 8]
    assert Queue(np.array([], dtype=np.int64), ()).first_but({}) is None


# Verdicts


def test_the_last_verdict_that_was_not_taken_back_stands() -> None:
    first, second, third = verdict(7, "23P", 1), verdict(7, "4P", 2), verdict(9, "BC", 3)
    undo = TakenBack(f"{AT.format(4)} undo", second.line_id)
    assert standing_verdicts([undo, third, second, first]) == {7: first, 9: third}
    assert standing_verdicts([first, second]) == {7: second}
    lines: list[JournalLine] = [first, undo]
    assert [read_line(line_record(line)) for line in lines] == lines


@pytest.mark.parametrize(
    "change",
    [
        {"id": "yesterday 7"},
        {"id": AT.format(1)},
        {"id": f"{AT.format(1)} 8"},
        {"label": " "},
        {"label": "x" * 81},
        {"certainty": 6},
        {"certainty": 0},
        {"certainty": "3"},
        {"certainty": True},
        {"release": None},
        {"note": "x" * 1001},
        {"undoes": "everything"},
    ],
    ids=str,
)
def test_what_is_no_line_is_not_read(change: dict[str, object]) -> None:
    record = {**line_record(verdict(7, "23P", 1)), **change}
    assert read_line(record) is None


WIDE = pd.DataFrame(oriented_um(VOXELS[:2]), index=[101, 102], columns=[*POSITION])


def test_both_files_say_what_was_judged_and_where() -> None:
    given = [verdict(102, "4P", 1, certainty=5), verdict(101, HOSTILE, 2, note="a, b"), verdict(77, "BC", 3)]
    reference = reference_rows(given, "review")
    assert tuple(reference.columns) == REFERENCE
    assert reference.to_numpy().tolist() == [
        [77, "review", "BC"], [101, "review", HOSTILE], [102, "review", "4P"]
    ]  # fmt: skip
    rows = full_rows(given, "review", WIDE)
    places = rows[["pt_position_x", "pt_position_y", "pt_position_z"]]
    assert places.iloc[1:].to_numpy().tolist() == VOXELS[:2].tolist()
    assert places.iloc[0].isna().all()
    saved = without_formulas(rows.assign(release=661, source="x", synthetic=False))
    content = saved.to_csv(index=False).encode()
    assert saved["cell_type"][1].startswith("'=")
    assert {*read_verdicts(content, "mine.csv", synthetic=False)} == {*given}


@pytest.mark.parametrize(
    ("spoiled", "synthetic", "words"),
    [
        ({}, True, "holds verdicts on measured nuclei"),
        ({"certainty": 9}, False, "mine.csv, row 1 is not a verdict"),
        ({"target_id": "x"}, False, "mine.csv, row 1 is not a verdict"),
        ({"judged_at": "today"}, False, "mine.csv, row 1 is not a verdict"),
    ],
)
def test_a_file_that_is_none_is_refused(spoiled: dict[str, Any], synthetic: bool, words: str) -> None:
    rows = full_rows([verdict(101, "4P")], "review", WIDE).astype(object).assign(**spoiled)
    content = rows.assign(synthetic=False).to_csv(index=False).encode()
    with pytest.raises(DataError, match=words):
        read_verdicts(content, "mine.csv", synthetic=synthetic)
    with pytest.raises(DataError, match="no columns"):
        read_verdicts(b"target_id,cell_type\n1,BC\n", "mine.csv", synthetic=False)
    for unread in (b"\xff\xfe\x00", content + b'"' + b"x" * 200_000):  # another encoding, an endless cell
        with pytest.raises(DataError, match="cannot be read"):
            read_verdicts(unread, "mine.csv", synthetic=False)


NAME = "minnie65 measured"
FIRST, SECOND = verdict(7, HOSTILE, 1, note="a } in it"), verdict(9, "BC", 2)
CUTS: dict[str, tuple[str, int]] = {
    # what stands after the header and the first line, and how many lines of it were cut
    "in the middle": ('\n{"id": "2026-11-29T07:00:0', 1),
    "after a brace in a text": (f"\n{json.dumps(line_record(FIRST)).partition(' in it')[0]}", 1),
    "after its brace": (f"\n{json.dumps(line_record(FIRST))}", 0),
    "blocks that were never written": ("\n\0\0\0\0", 1),
    "empty lines": ("\n\n \r\n\n", 0),
    "what is JSON, but no line": ("\n[1]\n{}\n3", 3),
    "another session's header": (f"\n{json.dumps(NAME)}\n", 0),
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_journal_stays_readable_where_lines_were_cut(cut: str, tmp_path: Path) -> None:
    path, (text, n) = tmp_path / "mine.jsonl", CUTS[cut]
    append_to_file(path, NAME, [FIRST])
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text)
    append_to_file(path, NAME, [SECOND])
    lines, n_cut = read_journal_file(path, NAME)
    assert ({*lines}, n_cut) == ({FIRST, SECOND}, n)


@pytest.mark.parametrize("length", range(len(json.dumps(NAME)) + 2))
def test_a_journal_whose_header_was_cut_begins_anew(length: int, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{json.dumps(NAME)}\n"[:length])
    assert read_journal_file(path, NAME) == ([], 0)
    append_to_file(path, NAME, [FIRST])
    append_to_file(path, NAME, [SECOND])
    assert read_journal_file(path, NAME) == ([FIRST, SECOND], 0)


def test_two_sessions_write_into_one_file(tmp_path: Path) -> None:
    path, given = tmp_path / "mine.jsonl", [verdict(n, "BC", note="x" * 1000) for n in range(1, 201)]

    def write(lines: list[Verdict]) -> None:
        for line in lines:
            append_to_file(path, NAME, [line])

    with ThreadPoolExecutor(2) as sessions:
        [*sessions.map(write, (given[:100], given[100:]))]
    lines, n_cut = read_journal_file(path, NAME)
    assert ({*lines}, n_cut) == ({*given}, 0)


def test_a_file_that_holds_no_such_journal_is_refused(tmp_path: Path) -> None:
    path, other, folder = (tmp_path / f"{name}.jsonl" for name in ("mine", "other", "folder"))
    folder.mkdir()
    assert read_journal_file(path, NAME) == ([], 0)
    append_to_file(path, NAME, [FIRST])
    other.write_text("a,b\n1,2\n")
    for refused, name in (
        (path, "minnie65 synthetic"),
        (other, NAME),
        (tmp_path / "mine.csv", NAME),
        (Path("mine.jsonl"), NAME),
        (tmp_path, NAME),
        (folder, NAME),
    ):
        with pytest.raises(DataError):
            read_journal_file(refused, name)
    with pytest.raises(DataError, match="cannot be written"):
        append_to_file(tmp_path / "nowhere" / "mine.jsonl", NAME, [FIRST])


HERE = {"Origin": "http://localhost:8501"}


@pytest.mark.parametrize(
    ("address", "headers", "alone"),
    [
        ("localhost", HERE, True),
        ("127.0.0.1", {"origin": "http://127.0.0.1:8501"}, True),
        ("::1", {"Origin": "http://[::1]:8501"}, True),
        ("", HERE, False),
        ("0.0.0.0", HERE, False),
        ("lab", HERE, False),
        ("localhost", {}, False),
        ("localhost", {"Origin": "https://types.lab.example"}, False),
        ("localhost", {**HERE, "X-Forwarded-For": "10.0.0.7"}, False),
        ("localhost", {**HERE, "Forwarded": "for=10.0.0.7"}, False),
        ("localhost", {**HERE, "X-Real-IP": "10.0.0.7"}, False),
    ],
)
def test_a_file_is_offered_on_this_computer_alone(
    address: str, headers: dict[str, str], alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.config.get_option", lambda _: address)
    monkeypatch.setattr("streamlit.context", SimpleNamespace(headers=headers))
    assert is_loopback_server() == alone


def test_a_file_and_a_browser_keep_the_verdicts_of_their_journal_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, path = ["minnie65 synthetic"], tmp_path / "verdicts.jsonl"
    monkeypatch.setattr("streamlit.session_state", {})
    monkeypatch.setattr(session_journal, "journal_name", lambda: names[-1])
    session_journal.name_file(str(path))
    session_journal.add_verdicts([verdict(1, "BC", 1)])
    names.append("minnie65 measured")  # the archive can be reached again
    session_journal.add_verdicts([verdict(2, "MC", 2)])
    assert read_journal_file(path, names[0]) == ([verdict(1, "BC", 1)], 0)
    assert [record["nucleus_id"] for record in session_journal.records_to_keep()] == ["2"]


# The page


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(make_release(tmp_path / "release")))
    reopen_release()
    yield
    reopen_release()


def message(app: AppTest) -> dict[str, Any]:
    """Read what the panel was told."""
    (panel,) = [
        one.proto for one in app.get("bidi_component") if one.proto.component_name.endswith("verdict_panel")
    ]
    told: dict[str, Any] = json.loads(panel.json)
    return told


def judged(*given: Verdict, **link: Any) -> AppTest:
    """Open the page in a session whose browser has told these verdicts."""
    app = opened("review.py", **link)
    app.session_state[LINES] = {"minnie65 measured": {one.line_id: one for one in given}}
    app.run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("release")
def test_a_selection_is_reviewed_from_the_first_without_a_verdict() -> None:
    ids = [int(nucleus) for nucleus in NUCLEI[:3]]
    link = {"select": f"ids:{','.join(map(str, ids))}"}
    app = judged(verdict(ids[0], HOSTILE, 1), **link)
    told = message(app)
    assert app.selectbox(key="queue").value == "Selection"
    assert (told["nucleus"], told["place"]) == (str(ids[1]), "2 of 3, 1 judged")
    assert [(offer["label"], offer["tables"]) for offer in told["offers"]] == [
        ("excitatory", "Baylor coarse")
    ]
    assert told["known"] == 1
    assert "<img" not in " ".join(part.value for part in [*app.markdown, *app.caption])
    kept = opened("review.py", **link, **{"in-review": str(ids[2])})
    assert message(kept)["place"] == "3 of 3, 0 judged"


@pytest.mark.usefixtures("release")
def test_an_empty_queue_says_so_and_keeps_the_verdicts_at_hand() -> None:
    app = judged(verdict(7, "BC"), queue="Contested")
    assert message(app)["nucleus"] == ""
    assert "no two lineages at hand differ" in message(app)["why"]
    assert app.button(key="verdicts-as-table").label == "Add as a table"


@pytest.mark.usefixtures("release")
def test_verdicts_become_a_table_of_ones_own() -> None:
    ids = [int(nucleus) for nucleus in NUCLEI[:5]]
    app = judged(*(verdict(nucleus, "23P", place, certainty=4) for place, nucleus in enumerate(ids)))
    app.button(key="verdicts-as-table").click().run()
    assert not app.exception
    (own,) = app.session_state[OWN].values()
    assert (own.table.title, own.labels, own.columns.confidence) == (
        "yours: verdicts.csv",
        ("23P",),
        "certainty",
    )


@pytest.mark.usefixtures("release")
def test_verdicts_are_read_from_a_file_or_refused_in_words() -> None:
    app = judged(queue="Contested")
    head = "target_id,cell_type,certainty,note,judged_in_release,judged_at"
    good = f"{head}\n200101,23P,4,,661,{AT.format(1)}\n".encode()
    for content, said in (
        (good, "1 verdict, 1 new"),
        (good, "1 verdict, 0 new"),
        (b"a,b\n1,2\n", "no columns"),
    ):
        app.file_uploader(key="verdicts-file").set_value([("read.csv", content, "text/csv")]).run()
        assert not app.exception
        assert said in " ".join(part.value for part in [*app.caption, *app.error])


@pytest.mark.usefixtures("release")
def test_a_click_in_the_cloud_comes_to_a_nucleus_of_the_queue_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, outside = [int(nucleus) for nucleus in NUCLEI[:3]], int(NUCLEI[9])
    picks: list[int] = []

    def click(*_: object, on_pick: Callable[[Picked], None], **__: object) -> None:
        if picks:
            on_pick(Picked("click", "new", np.array([picks.pop()])))

    monkeypatch.setattr("components.ui.review.page.show_cloud", click)
    app = opened("review.py", select=f"ids:{','.join(map(str, queue))}")
    said = ""
    for clicked in (queue[2], outside):
        picks.append(clicked)
        for _ in range(2):  # what a click changes is drawn by the run that follows it
            app.run()
            said += " ".join(part.value for part in [*app.markdown, *app.warning])
        assert not app.exception
        assert message(app)["nucleus"] == str(queue[2])
    assert f"Nucleus {outside} is not in this queue." in said
