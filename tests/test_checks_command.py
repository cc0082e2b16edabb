"""`python -m data check` as a contract: on the stand-in, the sample, and real rows with faults planted."""

import contextlib
import csv
import gzip
import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from components.analysis.checks.registry import CHECKS
from data.__main__ import main
from data.catalog import TABLES
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, LoopbackArchive, running_archive, table_files
from tests.sample_report import sample_report

UNITS = "coregistration_manual_v3"
SYSTEM = "baylor_log_reg_cell_type_coarse"
KEYS = ["release", "timestamp", "source", "place", "synthetic", "checks", "tables", "findings", "not_run"]
FINDING_KEYS = ["id", "severity", "table", "n", "of", "message", "expected", "nucleus_ids"]
COARSE_ROWS = [
    (nucleus, nucleus, SYSTEM, label, *rest)
    for (_, nucleus, _, _, *rest), label in zip(
        FINE_ROWS, ("excitatory", "excitatory", "inhibitory"), strict=True
    )
]

Said = dict[str, Any]
Spots = set[tuple[str, str, tuple[int, ...]]]
"""Findings as check, table and nuclei."""


def spots(said: Said) -> Spots:
    return {(one["id"], one["table"], tuple(one["nucleus_ids"])) for one in said["findings"]}


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        running.files |= table_files(FINE, FINE_ROWS) | table_files(COARSE, COARSE_ROWS)
        yield running


def test_the_contract_as_json(archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]) -> None:
    # A table that the archive lacks, and rows that it lacks, are errors.
    assert main(["check", "--archive", archive.url, "--json"]) == 1
    captured = capsys.readouterr()
    said = json.loads(captured.out)
    assert list(said) == KEYS
    assert (said["release"], said["source"], said["synthetic"]) == (661, "archive", False)
    assert said["checks"] == [check.id for check in CHECKS]
    assert said["tables"] == [COARSE, FINE]
    assert all(list(one) == FINDING_KEYS for one in said["findings"])
    errors = {(one["id"], one["table"]) for one in said["findings"] if one["severity"] == "error"}
    absent = {("absent-table", name) for name in TABLES if name not in (COARSE, FINE)}
    assert errors == absent | {("row-count", COARSE), ("row-count", FINE)}
    assert ("root-zero", FINE, (103,)) in spots(said)
    assert {one["table"] for one in said["not_run"]} >= set(TABLES) - {COARSE, FINE}
    assert not captured.err.strip() or "MB" in captured.err


def test_a_file_of_differences_needs_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--source", "sample", "--csv", str(tmp_path / "differs.csv")]) == 2
    assert "Name it by --expect FILE" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


def test_in_words_each_finding_says_what_is_expected(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--archive", archive.url]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("v661, 2023-04-06")
    assert lines[1].startswith("14 errors · ")
    assert sum(line.strip().startswith("Expected: ") for line in lines) == sum(
        line.startswith(("error ", "warning ", "info ")) for line in lines
    )
    assert max(map(len, lines)) <= 110
    assert "could not be checked:" in lines


@pytest.mark.usefixtures("sample")
@pytest.mark.slow
def test_synthetic_rows_hold_no_error_and_are_marked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.commands.checks.run_checks", sample_report)
    # In words, where their mark comes first: test_marks.py.
    assert main(["check", "--source", "sample", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["synthetic"] is True
    rootless = next(
        one for one in said["findings"] if one["id"] == "root-zero" and "detection" in one["table"]
    )
    assert rootless["n"] > 1_000 == len(rootless["nucleus_ids"])


def test_where_there_are_no_rows_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--source", "folder", "--folder", str(tmp_path), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no table to check" in captured.err


def test_a_damaged_table_is_an_error_that_is_said_on_both_sides(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, content in archive.files.items():
        target = tmp_path / path.lstrip("/")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content[:40] if path == f"/v661/{FINE}_merged.csv.gz" else content)
    assert main(["check", "--source", "folder", "--folder", str(tmp_path), "--json"]) == 1
    captured = capsys.readouterr()
    assert [one["id"] for one in json.loads(captured.out)["findings"] if one["severity"] == "error"] == [
        "unreadable-table"
    ]
    assert "cut short or damaged" in captured.err


# Real rows


def checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, Said]:
    code = main(["check", "--source", "folder", "--folder", str(folder), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_real_rows_hold_what_is_known_of_them(realdata: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = checked(realdata, capsys)
    assert code == 0
    counts = {(one["id"], one["table"]): (one["severity"], one["n"], one["of"]) for one in said["findings"]}
    absent = {("absent-table", n): ("warning", 1, "tables") for n in TABLES if n not in (COARSE, FINE, UNITS)}
    assert counts == absent | {
        ("row-count", COARSE): ("warning", 164, "rows"),
        ("row-count", FINE): ("warning", 1, "rows"),
        ("row-count", UNITS): ("warning", 3, "rows"),
        ("missing-column", COARSE): ("info", 1, "columns"),
        ("missing-column", FINE): ("info", 1, "columns"),
        ("missing-column", UNITS): ("info", 4, "columns"),
        ("shared-root", COARSE): ("info", 30, "nuclei"),
        ("inhibitory-coregistered", UNITS): ("warning", 80, "nuclei"),
        ("class-contradicted", FINE): ("info", 509, "nuclei"),
    }
    assert all(one["n"] == len(one["nucleus_ids"]) for one in said["findings"] if one["of"] == "nuclei")


Row = list[str]
ID, LABEL, ROOT, X = 1, 3, 4, 5
UNIT, UNIT_ROOT, UNIT_X, RESIDUAL, SCORE = slice(2, 5), 5, 6, 9, 10


@dataclass
class Copy:
    """A copy of the real files, read to be changed; `written` are the rows that the files hold."""

    folder: Path
    rows: dict[str, list[Row]]
    written: dict[str, list[Row]] = field(default_factory=dict)

    def write(self) -> None:
        for name, rows in self.rows.items():
            if rows == self.written.get(name):
                continue
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            path = self.folder / "v661" / f"{name}_merged.csv.gz"
            path.write_bytes(gzip.compress(text.getvalue().encode(), 1))

    def of(self, name: str, nucleus: int) -> Row:
        return next(row for row in self.rows[name] if row[ID] == str(nucleus))


@pytest.fixture(scope="module")
def sound_copy(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The real rows, with residuals and scores beside the units: they hold none of their own."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "v661").mkdir()
    rows = {}
    for name in (COARSE, FINE, UNITS):
        shutil.copyfile(
            realdata / "v661" / f"{name}_merged_header.csv", folder / "v661" / f"{name}_merged_header.csv"
        )
        with gzip.open(realdata / "v661" / f"{name}_merged.csv.gz", "rt") as file:
            rows[name] = list(csv.reader(file))
    with (folder / "v661" / f"{UNITS}_merged_header.csv").open("a") as file:
        file.write("\nresidual,float64\nscore,float64\n")
    rows[UNITS] = [[*row, "3.5", "4.5"] for row in rows[UNITS]]
    made = Copy(folder, rows)
    made.write()
    return made


@pytest.fixture(scope="module")
def before(sound_copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> Spots:
    """What the checks find in the copy before anything is changed: no error."""
    given = ["--folder", str(sound_copy.folder), "--cache", str(tmp_path_factory.mktemp("cache"))]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["check", "--source", "folder", *given, "--json"]) == 0
    return spots(json.loads(said.getvalue()))


@pytest.fixture
def copy(sound_copy: Copy, tmp_path: Path) -> Copy:
    """A copy to be changed, and then to be written."""
    folder = tmp_path / "copy"
    (folder / "v661").mkdir(parents=True)
    for file in (sound_copy.folder / "v661").iterdir():
        shutil.copy(file, folder / "v661")
    rows = {name: [[*row] for row in rows] for name, rows in sound_copy.rows.items()}
    return Copy(folder, rows, sound_copy.rows)


def free_nuclei(copy: Copy, before: Spots) -> tuple[list[int], list[int], list[int]]:
    """Nuclei that no finding names: in the coarse table alone, in both Baylor tables alone, in all three."""
    named = {nucleus for _, _, nuclei in before for nucleus in nuclei}
    coarse, fine, units = (
        {int(row[ID]) for row in copy.rows[name]} - named for name in (COARSE, FINE, UNITS)
    )
    both = {int(row[ID]) for row in copy.rows[FINE]} - named
    alone = sorted(coarse - {int(row[ID]) for row in copy.rows[FINE]} - units)
    excitatory = {int(row[ID]) for row in copy.rows[FINE] if row[LABEL] == "23P"}
    return alone, sorted((both & coarse & excitatory) - units), sorted(fine & coarse & units & excitatory)


def plant(copy: Copy, before: Spots) -> Spots:
    """Change raw rows, each nucleus for one reason; give what is to be found besides."""
    alone, pairs, all_three = (iter(nuclei) for nuclei in free_nuclei(copy, before))
    found: Spots = set()

    def once(check: str, name: str, nuclei: Iterator[int], change: Callable[[Row, list[Row]], None]) -> None:
        nucleus = next(nuclei)
        change(copy.of(name, nucleus), copy.rows[name])
        found.add((check, name, (nucleus,)))

    def put(place: int, value: str) -> Callable[[Row, list[Row]], None]:
        return lambda row, rows: row.__setitem__(place, value)

    once("unknown-label", FINE, pairs, put(LABEL, "23Q"))
    once("outside-vocabulary", FINE, pairs, put(LABEL, "L2a"))
    once("no-label", FINE, pairs, put(LABEL, ""))
    once("odd-system", COARSE, alone, put(LABEL - 1, "aibs_neuronal"))
    once("duplicate-same", COARSE, alone, lambda row, rows: rows.append([*row]))
    other = {"excitatory": "inhibitory", "inhibitory": "excitatory"}
    once(
        "duplicate-conflicting", COARSE, alone,
        lambda row, rows: rows.append([*row[:LABEL], other[row[LABEL]], *row[ROOT:]]),
    )  # fmt: skip
    once("outside-volume", COARSE, alone, put(X, "9"))
    once("root-disagrees", FINE, pairs, put(ROOT, "864691130000000001"))
    once("position-disagrees", FINE, pairs, lambda row, rows: row.__setitem__(X, str(int(row[X]) + 16)))
    once("duplicate-same", UNITS, all_three, lambda row, rows: rows.append([*row]))
    once("residual-out-of-range", UNITS, all_three, put(RESIDUAL, "20.5"))
    once("score-out-of-range", UNITS, all_three, put(SCORE, "-10.5"))
    once("impossible-distance", UNITS, all_three, put(RESIDUAL, "-0.5"))
    once("missing-unit", UNITS, all_three, put(UNIT.start, ""))
    rootless = [next(alone), next(alone)]
    for nucleus, root in zip(rootless, "01", strict=True):
        copy.of(COARSE, nucleus)[ROOT] = root
    found.add(("root-zero", COARSE, tuple(rootless)))
    widowed = next(pairs)
    copy.rows[COARSE].remove(copy.of(COARSE, widowed))
    found.add(("fine-without-coarse", FINE, (widowed,)))
    first, second = sorted([next(all_three), next(all_three)])
    copy.of(UNITS, first)[UNIT] = copy.of(UNITS, second)[UNIT]
    found.add(("duplicate-conflicting", UNITS, (first, second)))
    return found


@pytest.mark.slow
def test_planted_faults_are_found_and_nothing_else(
    copy: Copy, before: Spots, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = plant(copy, before)
    del copy.rows[UNITS][5000:5007]
    copy.write()
    code, said = checked(copy.folder, capsys)
    assert code == 1
    assert spots(said) - before == planted
    assert before - spots(said) == set()
    rows = {one["table"]: one["n"] for one in said["findings"] if one["id"] == "row-count"}
    # Two more and one less; none more or less; one more and seven less than in the copy as it was.
    assert rows == {COARSE: 163, FINE: 1, UNITS: 9}
    errors = {one["id"] for one in said["findings"] if one["severity"] == "error"}
    assert errors == {
        "unknown-label", "no-label", "outside-volume", "root-disagrees", "position-disagrees",
        "fine-without-coarse", "impossible-distance", "missing-unit", "odd-system", "duplicate-conflicting",
    }  # fmt: skip


def repeated(row: Row, rows: list[Row]) -> None:
    """Have a row stand twice, with the other class."""
    other = {"excitatory": "inhibitory", "inhibitory": "excitatory"}[row[LABEL]]
    rows.append([*row[:LABEL], other, *row[ROOT:]])


ALONE: dict[str, tuple[str, Callable[[Row, list[Row]], None]]] = {
    "duplicate-conflicting": (COARSE, repeated),
    "odd-system": (COARSE, lambda row, rows: row.__setitem__(LABEL - 1, "aibs_neuronal")),
    "impossible-distance": (UNITS, lambda row, rows: row.__setitem__(SCORE, "-99999")),
}


@pytest.mark.parametrize("fault", ALONE)
@pytest.mark.slow
def test_one_fault_alone_fails_and_is_counted_once(
    fault: str, copy: Copy, before: Spots, capsys: pytest.CaptureFixture[str]
) -> None:
    name, change = ALONE[fault]
    alone, _, all_three = free_nuclei(copy, before)
    nucleus = all_three[0] if name == UNITS else alone[0]
    change(copy.of(name, nucleus), copy.rows[name])
    copy.write()
    code, said = checked(copy.folder, capsys)
    assert code == 1
    assert spots(said) - before == {(fault, name, (nucleus,))}
    assert [one["id"] for one in said["findings"] if one["severity"] == "error"] == [fault]


@pytest.mark.parametrize(
    ("place", "value", "words"), [(X, "", "no position"), (ID, "0", "not a nucleus's ID")]
)
@pytest.mark.slow
def test_a_row_that_cannot_be_read_is_named(
    place: int, value: str, words: str, copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    nucleus, copy.rows[COARSE][6][place] = copy.rows[COARSE][6][ID], value
    copy.write()
    code, said = checked(copy.folder, capsys)
    (finding,) = [one for one in said["findings"] if one["severity"] == "error"]
    assert (code, finding["id"], finding["table"]) == (1, "unreadable-table", COARSE)
    assert words in finding["message"]
    which = f"(nucleus {nucleus})" if place == X else "(target_id 0)"
    assert finding["message"].endswith(f"row 7 {which}.")
