"""A frozen answer holds wherever its rows are the same, and names whatever is not."""

import base64
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.labels.ranges import Range
from components.analysis.output.frozen.answer import (
    CHECKSUMS,
    VERSION,
    Loaded,
    frozen_answer,
    section_sha256,
)
from components.analysis.output.frozen.file import asked_in, read_answer
from components.analysis.output.frozen.link import LONGEST_ANSWER, packed_answer, unpacked_answer
from components.analysis.output.frozen.question import Question, read_question
from components.analysis.output.frozen.report import (
    MOST_LINES,
    verdict_headline,
    verdict_lines,
    verdict_record,
)
from components.analysis.output.frozen.rows import Sketch, differing_rows, table_checksums
from components.analysis.output.frozen.verdict import AnswerVerdict, verify_answer
from components.analysis.selection.filters import Filters
from components.analysis.selection.text import from_text
from data.__main__ import main
from data.errors import DataError
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from tests.loopback_archive import COARSE, FINE, running_archive, table_files, write_table

FINE_WORDS = ["23P", "4P", "5P-IT", "5P-PT", "BC", "MC"]
COARSE_WORDS = ["excitatory", "inhibitory"]
ROOT = 864691135568539372
Rows = list[tuple[object, ...]]


def made_rows(words: list[str], n: int, step: int) -> Rows:
    """Rows of n nuclei, from 101 on, whose labels follow the nucleus ID."""
    return [
        (
            *(row, 100 + row, "made", words[(row * step + row // 7) % len(words)], ROOT + row % 50),
            *(170_000 + 40 * row, 90_000 + 900 * row, 15_000 + 20 * row),
        )
        for row in range(1, n + 1)
    ]


FINE_ROWS, COARSE_ROWS = made_rows(FINE_WORDS, 120, 5), made_rows(COARSE_WORDS, 100, 3)


def written(folder: Path, fine: Rows = FINE_ROWS, coarse: Rows = COARSE_ROWS) -> Path:
    write_table(folder, FINE, fine)
    write_table(folder, COARSE, coarse)
    return folder


def opened(folder: Path, cache: Path) -> OpenRelease:
    chosen = {"source": "folder", "folder": folder, "cache": cache}
    return open_release(read_settings(chosen, {}), sample_when_offline=False)


def asked() -> Question:
    """A question with everything in it that a page can ask."""
    return Question(
        table=FINE,
        label_source=FINE,
        level="subclass",
        filters=Filters({"label": ("23P", "BC", "4P", "MC"), "depth": Range("depth_um", 5.0, 250.0)}),
        partner=COARSE,
        compared_at="class",
        selection=from_text(f"filter:{FINE}:labels=23P,BC:depth_um=20.0..180.0 minus ids:108"),
    )


def loaded_for(question: Question, release: OpenRelease) -> Loaded:
    return Loaded(release, {name: release.load_labels(name) for name in question.tables})


def verdict_on(text: str, release: OpenRelease) -> AnswerVerdict:
    record = read_answer(text.encode())
    question, known_as = asked_in(record, release)
    return verify_answer(record, question, known_as, loaded_for(question, release))


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("saved")
    release = opened(written(folder / "rows"), folder / "cache")
    parameters = {"baylor": ["Baylor fine"]}
    return frozen_answer(asked(), loaded_for(asked(), release), page="baylor", parameters=parameters)


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> OpenRelease:
    """The same rows in another folder, in another order."""
    folder = tmp_path_factory.mktemp("elsewhere")
    return opened(written(folder / "rows", FINE_ROWS[::-1], COARSE_ROWS[::-1]), folder / "cache")


def test_it_is_the_same_in_another_folder_with_a_fresh_cache(answer: str, same: OpenRelease) -> None:
    verdict = verdict_on(answer, same)
    assert verdict_lines(verdict) == []
    assert verdict.same
    assert verdict.verified["rows"] == 220
    assert verdict_headline(verdict).startswith("The same: 2 tables of 220 rows and ")


def test_it_holds_all_that_a_reader_needs(answer: str) -> None:
    record = json.loads(answer)
    assert [table["name"] for table in record["tables"]] == [FINE, COARSE]
    assert record["rows"]["nuclei"] == sum(record["rows"]["nuclei_by_label"].values())
    compared = record["comparison"]
    assert sum(map(sum, compared["matrix"])) == compared["n_compared"] > 0
    assert compared["intervals"].keys() >= {"agreement", "kappa"}
    assert record["selection"]["nuclei"] > 0
    assert any("10.1" in line for line in record["citation"])
    assert all("read_table" in one["text"] for one in record["script"])


# --- What has changed in the rows --------------------------------------------------------------------------


def relabelled(rows: Rows, nucleus: int, label: str) -> Rows:
    return [(*row[:3], label, *row[4:]) if row[1] == nucleus else row for row in rows]


def moved(rows: Rows, nucleus: int) -> Rows:
    return [(*row[:5], row[5] + 4, *row[6:]) if row[1] == nucleus else row for row in rows]  # type: ignore[operator]


NEW = (500, 900, "made", "BC", ROOT, 190_000, 120_000, 20_000)
PLANTED = {
    "a changed label": (relabelled(FINE_ROWS, 141, "Martian"), ["nucleus 141: ", " → Martian"], (1, 0, 0)),
    "a changed root": (
        [(*row[:4], ROOT + 77, *row[5:]) if row[1] == 141 else row for row in FINE_ROWS],
        ["nucleus 141: still ", "Columns that differ: root_id."],
        (1, 0, 0),
    ),
    "a moved nucleus": (moved(FINE_ROWS, 141), ["nucleus 141: still ", "x_um"], (1, 0, 0)),
    "a lost row": ([row for row in FINE_ROWS if row[1] != 141], ["nucleus 141: gone"], (0, 1, 0)),
    "a new row": ([*FINE_ROWS, NEW], ["nucleus 900: new"], (0, 0, 1)),
    "a row that stands twice": ([*FINE_ROWS, FINE_ROWS[40]], ["nucleus 141: new"], (0, 0, 1)),
    "two labels of one nucleus": (
        [*FINE_ROWS, (501, *FINE_ROWS[40][1:3], "Martian", *FINE_ROWS[40][4:])],
        ["nucleus 141: new"],
        (0, 0, 1),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_change_of_one_row_is_named(answer: str, tmp_path: Path, planted: str) -> None:
    rows, words, counts = PLANTED[planted]
    verdict = verdict_on(answer, opened(written(tmp_path / "rows", rows), tmp_path / "cache"))
    (table,) = verdict.tables
    assert table.name == FINE
    assert (len(table.changed), len(table.gone), len(table.new)) == counts
    lines = "\n".join(verdict_lines(verdict))
    assert all(word in lines for word in words), lines
    assert not verdict.same


def test_what_follows_from_a_changed_row_is_named_too(answer: str, tmp_path: Path) -> None:
    record = json.loads(answer)
    frame = pd.DataFrame(FINE_ROWS)
    nucleus = int(frame[frame[3] == "23P"][1].iloc[1])
    rows = relabelled(FINE_ROWS, nucleus, "BC")
    verdict = verdict_on(answer, opened(written(tmp_path / "rows", rows), tmp_path / "cache"))
    paths = {number.path for number in verdict.numbers}
    by_label = record["rows"]["nuclei_by_label"]
    assert ("rows", "nuclei_by_label", "23P") in paths
    assert ("comparison", "agreement") in paths
    assert any(path[:2] == ("comparison", "matrix") for path in paths)
    (change,) = [one for one in verdict.numbers if one.path == ("rows", "nuclei_by_label", "23P")]
    assert (change.in_file, change.now) == (by_label["23P"], by_label["23P"] - 1)
    assert json.dumps(verdict_record(verdict))  # it is JSON


@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.sampled_from("abc")), max_size=60, unique=True), st.data()
)
@settings(max_examples=30)
def test_rows_that_differ_are_named_whatever_they_are(
    pairs: list[tuple[int, str]], drawn: st.DataObject
) -> None:
    places = st.integers(0, max(len(pairs) - 1, 0))
    gone = drawn.draw(st.sets(places, max_size=len(pairs))) if pairs else set()
    later = [pair for place, pair in enumerate(pairs) if place not in gone] + [(20_000, "a")]
    found = differing_rows(*(sketch_of([*one, (30_000, "b")]) for one in (pairs, later)))
    assert found is not None
    assert [row.nucleus_id for row in found[0]] == sorted(pairs[place][0] for place in gone)
    assert [row.nucleus_id for row in found[1]] == [20_000]


def sketch_of(pairs: list[tuple[int, str]]) -> Sketch:
    ids, labels = zip(*pairs, strict=True)
    frame = pd.DataFrame({"nucleus_id": np.array(ids, np.int64), "cell_type": pd.Categorical(labels)})

    class Table:
        pass

    table = Table()
    table.frame = frame  # type: ignore[attr-defined]
    sketch = Sketch.read(table_checksums(table)["sketch"])  # type: ignore[arg-type]
    assert sketch is not None
    return sketch


def test_more_changes_than_can_be_named_are_said_to_be_so() -> None:
    every = [(nucleus, "a") for nucleus in range(1, 3_000)]
    assert differing_rows(sketch_of(every), sketch_of(every[:2])) is None
    many = differing_rows(sketch_of(every), sketch_of(every[500:]))
    assert many is not None
    assert len(many[0]) == 500


def test_nuclei_that_are_not_listed_are_counted(answer: str, tmp_path: Path) -> None:
    later = opened(written(tmp_path / "rows", FINE_ROWS[:90]), tmp_path / "cache")
    lines = verdict_lines(verdict_on(answer, later))
    start = next(place for place, line in enumerate(lines) if "30 gone" in line)
    assert ": 0 rows changed, 30 gone, 0 new." in lines[start]
    assert lines[start + 1 : start + MOST_LINES + 1] == [
        f"  nucleus {191 + k}: gone" for k in range(MOST_LINES)
    ]
    assert lines[start + MOST_LINES + 1] == "  … and 10 more nuclei (--json lists all)"


# --- What was changed in the file ---------------------------------------------------------------------------


def leaves(content: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], float]]:
    """Every number of a JSON text with the way to it."""
    if isinstance(content, dict | list):
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            yield from leaves(value, (*path, key))
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield path, content


@given(st.data())
@settings(max_examples=60)
@pytest.mark.slow
def test_every_number_that_is_changed_in_the_file_is_named(
    answer: str, same: OpenRelease, drawn: st.DataObject
) -> None:
    record = json.loads(answer)
    path, value = drawn.draw(st.sampled_from([*leaves(record)]))
    change = drawn.draw(st.sampled_from([1, -1, 1_000]) if isinstance(value, int) else st.just(1e-9))
    place = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value + change
    text = json.dumps(record)
    if path[0] == "version":
        with pytest.raises(DataError):
            verdict_on(text, same)
        return
    verdict = verdict_on(text, same)
    named = {number.path for number in verdict.numbers}
    assert path[0] in verdict.sections
    if path[0] == "question":  # the question is not asked again: its section alone is named
        return
    if path[:2] == ("comparison", "matrix"):
        row, column = (
            record["comparison"]["row_labels"][path[2]],
            record["comparison"]["column_labels"][path[3]],
        )
        assert ("comparison", "matrix", row, column) in named
    else:
        table = (record["tables"][path[1]]["name"],) if path[0] == "tables" else ()
        rest = path[2:] if table else path[1:]
        assert (path[0], *table, *map(str, rest)) in named


def test_an_edited_section_is_named_even_where_its_numbers_hold(answer: str, same: OpenRelease) -> None:
    record = json.loads(answer)
    record["citation"][0] = "Somebody else"
    verdict = verdict_on(json.dumps(record), same)
    assert verdict.sections == ("citation",)
    assert verdict_lines(verdict) == ["The file's section “citation” was edited after it was saved."]


def test_a_metric_may_differ_in_its_last_digits_alone(answer: str, same: OpenRelease) -> None:
    record = json.loads(answer)
    record["comparison"]["kappa"] += 5e-13
    record[CHECKSUMS]["comparison"] = section_sha256(record["comparison"])
    assert verdict_on(json.dumps(record), same).same


BAD = {
    "no JSON": ("{", "not JSON"),
    "something else": ("[]", "does not say “format”"),
    "a name twice": ('{"format": 1, "format": 2}', "occurs twice"),
    "no number": ('{"format": NaN}', "not a number"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_answer_is_refused(bad: str) -> None:
    content, words = BAD[bad]
    with pytest.raises(DataError, match=words):
        read_answer(content.encode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": VERSION + 1}, "Update the app"),
        ({"version": "1"}, "never written"),
        ({"volume": "v1dd"}, "volume v1dd"),
        ({"release": True}, "not a release"),
        ({"tables": 3}, "list of objects"),
        ({"synthetic": 0}, "true or false"),
        ({"script": None}, "it lacks “script”"),
    ],
)
def test_an_answer_that_this_app_cannot_read_says_why(
    answer: str, change: dict[str, object], words: str
) -> None:
    record = json.loads(answer) | change
    with pytest.raises(DataError) as caught:
        read_answer(json.dumps({key: value for key, value in record.items() if value is not None}).encode())
    assert words in f"{caught.value.problem} {caught.value.remedy}"


WORDS = st.sampled_from([*asked().record(), "depth", "column", "low"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
)


@given(ANY_JSON)
@settings(max_examples=60)
def test_whatever_stands_for_a_question_is_read_or_refused(part: object) -> None:
    for record in (part, *(asked().record() | {key: part} for key in asked().record())):
        try:
            read_question(record, {})
        except DataError:
            continue


def test_a_question_that_this_app_would_not_write_says_which_part() -> None:
    wrong: dict[str, tuple[dict[str, object], str]] = {
        "areas": ({"areas": "areas_v9"}, "no table of areas “areas_v9”"),
        "layers": ({"layers": "Brodmann"}, "no layers “Brodmann”"),
        "a list": ({"filters": {"depth": ["deep"], "label": [1]}}, "its filter “label”"),
        "a number": ({"filters": {"label": 3}}, "its filter “label”"),
        "an end": ({"filters": {"depth": {"column": "depth_um", "low": "5"}}}, "its filter “depth”"),
        "unknown": ({"filters": {"colour": "red"}}, "its filters are not among "),
        "lacking": ({"level": None}, "its question lacks 'level'"),
    }
    silent = []
    for name, (change, words) in wrong.items():
        record = {key: value for key, value in (asked().record() | change).items() if key != "level" or value}
        try:
            read_question(record, {})
        except DataError as error:
            silent += [] if words in error.problem else [(name, error.problem)]
        else:
            silent.append((name, "was read"))
    assert not silent


def test_every_filter_comes_back_from_the_file() -> None:
    question = asked()
    assert read_question(json.loads(json.dumps(question.record())), {}) == question


# --- In a link ----------------------------------------------------------------------------------------------


def test_an_answer_in_a_link_is_verified_where_it_is_opened(
    answer: str, same: OpenRelease, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = packed_answer(answer)
    assert len(packed) < LONGEST_ANSWER
    record = unpacked_answer(packed)
    question, known_as = asked_in(record, same)
    assert question == asked()
    assert verify_answer(record, question, known_as, loaded_for(question, same)).same
    link = ["verify", f"http://127.0.0.1/baylor?only-label=23P&answer={packed}", "--source", "folder"]
    assert main([*link, "--folder", str(written(tmp_path / "same"))]) == 0
    changed = written(tmp_path / "changed", relabelled(FINE_ROWS, 141, "Martian"))
    capsys.readouterr()
    assert main([*link, "--folder", str(changed)]) == 1
    said = capsys.readouterr().out
    assert "Baylor fine: rows differ. A link does not say which; the saved file does." in said
    assert "selection, nuclei: 19 → 18" in said


@pytest.mark.parametrize("change", ["cut", "misspelled", "a file's", "endless"])
def test_a_link_that_does_not_hold_an_answer_is_refused(answer: str, change: str) -> None:
    packed = packed_answer(answer)
    endless = base64.urlsafe_b64encode(zlib.compress(b" " * 10**7)).decode()
    changed = {"cut": packed[:-40], "misspelled": f"ä{packed}", "a file's": "bm8", "endless": endless}
    with pytest.raises(DataError, match="not a frozen answer that can be read: its link"):
        unpacked_answer(changed[change])


# --- The command line ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_saves_an_answer_and_verifies_it_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "answer.json"
    with running_archive() as archive:
        archive.files |= table_files(FINE, FINE_ROWS) | table_files(COARSE, COARSE_ROWS)
        assert main(["agreement", FINE, COARSE, "--archive", archive.url, "--save", str(saved)]) == 0
    written(tmp_path / "folder")
    capsys.readouterr()
    arguments = ["verify", str(saved), "--source", "folder", "--folder", str(tmp_path / "folder")]
    # A fresh process: another source, cache, time zone, locale and order of hashes.
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    verified = subprocess.run(
        [sys.executable, "-m", "data", *arguments],
        env=os.environ | elsewhere, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr
    assert "The same: 2 tables of 220 rows" in verified.stdout
    written(tmp_path / "folder", relabelled(FINE_ROWS, 141, "BC"))
    assert main([*arguments, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["same"] is False
    assert [row["nucleus_id"] for row in said["tables"][0]["changed"]] == [141]


def test_a_bad_file_and_an_absent_release_end_with_2(
    answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--source", "folder", "--folder", str(written(tmp_path / "rows"))]
    assert main(["verify", str(tmp_path / "none.json"), *folder]) == 2
    assert "cannot be read" in capsys.readouterr().err
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(json.loads(answer) | {"release": 1300}), "utf-8")
    assert main(["verify", str(path), *folder]) == 2
    assert "1300" in capsys.readouterr().err
    path.write_text(answer, "utf-8")
    assert main(["verify", str(path), "--source", "sample"]) == 2
    assert "The answer is of real rows, and synthetic rows are open." in capsys.readouterr().err


def test_an_answer_about_a_readers_own_table_needs_that_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--source", "folder", "--folder", str(written(tmp_path / "rows"))]
    mine, saved = tmp_path / "mine.csv", tmp_path / "answer.json"
    mine.write_text(
        "nucleus_id,cell_type\n" + "".join(f"{100 + k},{'23P' if k % 3 else 'BC'}\n" for k in range(1, 60))
    )
    assert main(["agreement", FINE, "mine", *folder, "--with", str(mine), "--save", str(saved)]) == 0
    capsys.readouterr()
    assert main(["verify", str(saved), *folder]) == 2
    assert "needs the reader's own file mine.csv" in capsys.readouterr().err
    assert main(["verify", str(saved), *folder, "--with", str(mine)]) == 0
    renamed = mine.rename(tmp_path / "other name.csv")
    assert main(["verify", str(saved), *folder, "--with", str(renamed)]) == 0
    mine.write_text(renamed.read_text().replace("103,BC", "103,MC"))
    capsys.readouterr()
    assert main(["verify", str(saved), *folder, "--with", str(mine)]) == 1
    said = capsys.readouterr().out
    assert "nucleus 103: BC → MC" in said
    assert "own, sha256" in said


def test_a_synthetic_answer_says_so(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "answer.json"
    units = ["coregistration_manual_v3", COARSE]
    assert main(["agreement", *units, "--save", str(saved)]) == 0
    assert json.loads(saved.read_text("utf-8"))["synthetic"] is True
    capsys.readouterr()
    assert main(["verify", str(saved)]) == 0
    assert capsys.readouterr().out.startswith("SYNTHETIC ROWS")
