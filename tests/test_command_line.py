"""The command line as a contract: exit codes, JSON keys, results on stdout and the rest on stderr."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from unittest.mock import Mock

import pytest

from components.analysis.comparison.metrics import METRICS
from data.__main__ import main
from data.catalog import TABLES
from data.errors import SettingsError
from data.settings import OWN, Settings, read_settings, variable_name
from tests.loopback_archive import (
    COARSE,
    FINE,
    FINE_ROWS,
    Answer,
    LoopbackArchive,
    running_archive,
    table_files,
)

AGREEMENT_KEYS = [
    "rows", "columns", "release", "source", "synthetic", "level", "n_rows_table", "n_columns_table", "n_both",
    "n_compared", "left_out", "square", "row_labels", "column_labels", "matrix",
    "agreement", "kappa", "ac1", "ari", "ami", "cramers_v", "undefined",
]  # fmt: skip
COARSE_ROWS = [
    (101, 101, "baylor_log_reg_cell_type_coarse", "excitatory", 1, 175760, 126480, 15504),
    (102, 102, "baylor_log_reg_cell_type_coarse", "inhibitory", 1, 176000, 190000, 20000),
    (103, 103, "baylor_log_reg_cell_type_coarse", "inhibitory", 1, 177000, 200000, 21000),
]
UNITS, DETECTIONS = "coregistration_manual_v3", "nucleus_detection_v0"
POINT = "pt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
UNIT_HEADER = f"id,int64\r\ntarget_id,int64\r\nsession,int64\r\nscan_idx,int64\r\nunit_id,int64\r\n{POINT}"
UNIT_ROWS = [  # a nucleus with two units, and one that has no label
    (1, 103, 4, 7, 11, 177000, 200000, 21000),
    (2, 103, 5, 6, 12, 177000, 200000, 21000),
    (3, 150, 5, 6, 13, 178000, 200000, 21000),
]
DETECTION_HEADER = f"id,int64\r\n{POINT}"
DETECTION_ROWS = [
    (nucleus, 177000, 200000, 21000) for nucleus in (101, 102, 103, 104, 105, 106, 107, 108, 150)
]


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        running.files |= table_files(FINE, FINE_ROWS) | table_files(COARSE, COARSE_ROWS)
        yield running


def test_agreement_as_json(archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "Baylor coarse", FINE, "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert list(said) == AGREEMENT_KEYS
    assert said["matrix"] == [[1, 0], [1, 1]]
    assert said["row_labels"] == said["column_labels"] == ["excitatory", "inhibitory"]
    assert said["left_out"] == {"conflicting_duplicate": 0, "unmapped": 0, "ambiguous": 0, "filtered": 0}
    assert said["agreement"] == pytest.approx(2 / 3)
    assert said["kappa"] == pytest.approx(2 / 5)
    assert said["ac1"] == pytest.approx((2 / 3 - 1 / 2) / (1 - 1 / 2))
    assert said["ari"] == pytest.approx(-0.5)
    assert said["cramers_v"] == pytest.approx(0.5)
    assert said["undefined"] == {}


def test_the_finest_level_is_the_one_that_both_speak(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agreement", FINE, FINE, "--level", "finest", "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["level"] == "subclass"
    assert said["row_labels"] == ["23P", "5P-ET", "BC"]
    assert said["agreement"] == said["kappa"] == said["ami"] == 1


def test_coregistered_or_not_stands_on_an_axis(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.files |= table_files(UNITS, UNIT_ROWS, UNIT_HEADER)
    assert main(["agreement", UNITS, FINE, "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["n_rows_table"], said["n_both"], said["square"]) == (2, 3, False)
    assert said["denominator"] == {"name": "nuclei in the loaded tables together", "nuclei": 4}
    assert said["row_labels"] == ["coregistered", "not coregistered"]
    assert said["matrix"] == [[0, 1], [2, 0]]
    assert said["agreement"] is said["kappa"] is said["ac1"] is None
    # Where all detected nuclei are at hand, it is asked of them.
    archive.files |= table_files(DETECTIONS, DETECTION_ROWS, DETECTION_HEADER)
    assert main(["fetch", DETECTIONS, "--archive", archive.url]) == 0
    capsys.readouterr()
    assert main(["agreement", UNITS, FINE, "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["n_rows_table"], said["n_both"]) == (2, 3)  # the table's count, whatever else is loaded
    assert said["denominator"] == {"name": "detected nuclei", "nuclei": 9}


def test_every_two_tables_as_json(archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]) -> None:
    archive.files |= table_files(UNITS, UNIT_ROWS, UNIT_HEADER)
    assert main(["agreement", "--all", "--level", "finest", "--archive", archive.url, "--json"]) == 0
    captured = capsys.readouterr()
    said = json.loads(captured.out)
    assert [(one["rows"], one["columns"], one["level"]) for one in said] == [
        (COARSE, FINE, "class"),
        (COARSE, UNITS, "class"),
        (FINE, UNITS, "subclass"),
    ]
    without = [key for key in AGREEMENT_KEYS if key != "matrix"]
    assert [[key for key in one if key != "denominator"] for one in said] == [without] * 3
    assert ["denominator" in one for one in said] == [False, True, True]
    assert said[0]["kappa"] == pytest.approx(2 / 5)
    assert "does not hold nucleus_ref_neuron_svm" in captured.err


def test_all_raters_as_json_and_in_words(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agreement", "--raters", "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [*said][-6:] == ["level", "n_labels", "alpha", "pairs", "consensus", "not_identifiable"]
    assert said["n_labels"] == {"Baylor coarse": 3, "Baylor fine": 3}
    assert (said["alpha"]["n_nuclei"], said["consensus"]) == (3, None)
    (pair,) = said["pairs"]
    assert [*pair.values()] == ["Baylor coarse × Baylor fine", 2, 0, 1]
    assert main(["agreement", "--raters", "--archive", archive.url]) == 0
    assert "Not identifiable: two lineages (Baylor coarse 3, Baylor fine 3;" in capsys.readouterr().out
    assert main(["agreement", "--raters", "--archive", archive.url, "--csv", "nowhere.csv"]) == 2


def test_every_two_tables_in_words_and_as_csv(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pairs.csv"
    assert main(["agreement", "--all", "--archive", archive.url, "--csv", str(path)]) == 0
    assert "Baylor fine" in capsys.readouterr().out.splitlines()[-1]
    heads, row = path.read_text().splitlines()
    assert heads.split(",") == ["rows", "columns", "level", "square", "n_both", "n_compared", *METRICS]
    assert row.startswith(f"{COARSE},{FINE},class,True,3,3,0.66")


def test_a_table_that_fails_is_said_and_the_others_are_compared(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.files |= table_files(UNITS, UNIT_ROWS, UNIT_HEADER.replace("target_id", "nucleus"))
    assert main(["agreement", "--all", "--archive", archive.url, "--json"]) == 2
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)) == 1
    assert f"{UNITS} has no column target_id" in captured.err


def test_agreement_in_words_and_as_csv(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "matrix.csv"
    assert main(["agreement", COARSE, FINE, "--archive", archive.url, "--csv", str(path)]) == 0
    assert "compared 3" in capsys.readouterr().out
    assert path.read_text().splitlines()[1:] == ["excitatory,1,0", "inhibitory,1,1"]


def test_a_table_without_labels_is_not_compared(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.files |= table_files(DETECTIONS, DETECTION_ROWS, DETECTION_HEADER)
    assert main(["agreement", DETECTIONS, FINE, "--archive", archive.url]) == 2
    assert "holds no cell-type labels" in capsys.readouterr().err


def test_where_there_is_one_table_nothing_is_compared(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.files = table_files(FINE, FINE_ROWS)
    assert main(["agreement", "--all", "--archive", archive.url]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no two tables to compare" in captured.err


def test_a_matrix_that_cannot_be_written(archive: LoopbackArchive, tmp_path: Path) -> None:
    assert main(["agreement", COARSE, FINE, "--archive", archive.url, "--csv", str(tmp_path)]) == 2


def test_fetch_brings_what_is_named(archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", FINE, "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(table["name"], table["rows"], table["state"]) for table in said["tables"]] == [
        (FINE, 3, "loaded")
    ]


def test_fetch_says_that_it_waits_for_a_busy_archive(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = Answer(status=503, headers={"Retry-After": "7"})
    archive.faults[f"/v661/{FINE}_merged.csv.gz"] = [busy]
    assert main(["fetch", FINE, "--archive", archive.url]) == 0
    assert f"{FINE}: the server is busy and asked again in 7 s" in capsys.readouterr().err.splitlines()


def test_fetch_of_the_whole_release_brings_what_it_can_and_says_what_not(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "--archive", archive.url, "--json"]) == 2
    captured = capsys.readouterr()
    states = {table["name"]: table["state"] for table in json.loads(captured.out)["tables"]}
    assert [name for name, state in states.items() if state == "loaded"] == [COARSE, FINE]
    assert set(states) == set(TABLES)
    assert "does not hold nucleus_detection_v0" in captured.err


def test_status_names_every_entry_and_downloads_nothing(
    archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fetch", COARSE, "--archive", archive.url])
    capsys.readouterr()
    asked = list(archive.asked)
    assert main(["status", "--archive", archive.url, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert archive.asked == asked
    assert [table["name"] for table in said["tables"]] == list(TABLES)
    assert said["universe"] == {"name": "nuclei in the loaded tables together", "nuclei": 3}
    coarse = next(table for table in said["tables"] if table["name"] == COARSE)
    assert (coarse["rows"], coarse["nuclei"], coarse["coverage"], coarse["state"]) == (3, 3, 1.0, "loaded")
    assert coarse["expected_rows"] == [55063, 55063]
    assert {table["state"] for table in said["tables"]} == {"loaded", "not fetched"}


def test_status_in_words(archive: LoopbackArchive, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--archive", archive.url]) == 0
    assert "not fetched" in capsys.readouterr().out


NO_DISTANCES = ("-1", "0", "nan", "inf", "1e9", "ten")
NO_RELEASES = [
    (option, word) for option in ("--release", "--with-release") for word in ("-1", "nan", "6.5", "9" * 5_000)
]


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "--release", "662"],
        ["status", "--release", "latest"],
        ["status", "--source", "folder"],
        ["status", "--source", "folder", "--folder", "/nowhere/at/all"],
        ["status", "--archive", "ftp://somewhere"],
        ["agreement", "Baylor course", "Baylor fine", "--source", "sample"],
        ["agreement", "Baylor fine", "--source", "sample"],
        ["agreement", "--source", "sample"],
        ["agreement", "--all", "Baylor coarse", "Baylor fine", "--source", "sample"],
        ["agreement", "--raters", "Baylor coarse", "--source", "sample"],
        ["agreement", "--raters", "--level", "type", "--source", "sample"],
        ["agreement", "--all", "--raters", "--source", "sample"],
        ["agreement", "--all", "--save", "answer.json", "--source", "sample"],
        ["status", "--write-matches", "matches.csv", "--source", "sample"],
        ["status", "--archive", "http://127.0.0.1:9"],
        *(["status", "--source", "sample", f"--with-within={word}"] for word in NO_DISTANCES),
        *(["status", "--source", "sample", f"{option}={word}"] for option, word in NO_RELEASES),
        ["graft", "Baylor fine", "--source", "sample", "--labels-of=-1"],
        ["rot", __file__, "--source", "sample", "--roots-of=nan"],
    ],
)
def test_bad_use_exits_2_with_a_remedy(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    problem, remedy = captured.err.strip().splitlines()[-2:]
    assert problem
    assert remedy


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_cannot_be_written_is_no_failed_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    for output, code in ((writer, 0), (Path("/dev/full"), 2), (None, 0)):
        with nullcontext() if output is None else open(output, "w", encoding="utf-8") as stream:  # noqa: PTH123
            monkeypatch.setattr("sys.stdout", stream)
            assert main(["releases"]) == code
    assert "cannot be written: [Errno 28]" in capsys.readouterr().err


@pytest.mark.parametrize("fault", [PermissionError(13, "denied", "rows.parquet"), ConnectionError("refused")])
def test_a_fault_of_the_program_is_not_blamed_on_the_output(
    fault: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.__main__.read_settings", Mock(side_effect=fault))
    with pytest.raises(type(fault)):
        main(["releases"])


def test_the_output_is_utf_8_in_any_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(output, "ascii"))
    assert main(["releases"]) == 0
    assert "–" in output.getvalue().decode()


def test_argparse_itself_exits_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["agreement", COARSE, FINE, "--level", "species"])
    assert caught.value.code == 2


def test_an_option_about_own_files_without_a_file_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    silent = []
    for how in (field for field in fields(Settings) if OWN in field.metadata and field.name != "with_"):
        option = f"--{how.name.replace('_', '-')}"
        code = main(["status", "--source", "sample", option, *([] if how.type is bool else ["50"])])
        said = f"{option}: no file of your own is given to apply this to.\nName it by --with FILE.\n"
        silent += [option] if (code, capsys.readouterr().err) != (2, said) else []
    assert not silent


@pytest.mark.parametrize("name", [f.name for f in fields(Settings) if f.type is bool])
def test_a_switch_of_the_environment_is_yes_or_no(name: str) -> None:
    variable = variable_name(name)
    for text, is_on in {"1": True, "yes": True, "On": True, "TRUE ": True, "0": False, "no": False}.items():
        assert getattr(read_settings({}, {variable: text}, ()), name) is is_on
    with pytest.raises(SettingsError, match=f"{variable} is “maybe”. Set it to yes or no."):
        read_settings({}, {variable: "maybe"}, ())


def test_synthetic_rows_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "connectivity_groups_v507", "--source", "sample"]) == 0
    assert capsys.readouterr().out.startswith("SYNTHETIC ROWS")


def test_the_real_numbers(realdata: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--source", "folder", "--folder", str(realdata), "--json"]
    assert main(["agreement", COARSE, FINE, *folder]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["n_compared"] == 49_050
    assert [round(said[key], 6) for key in ("agreement", "kappa", "ari")] == [0.989623, 0.930691, 0.919332]
    assert main(["status", *folder]) == 0
    rows = {table["name"]: table["rows"] for table in json.loads(capsys.readouterr().out)["tables"]}
    assert [rows[name] for name in (COARSE, FINE, "coregistration_manual_v3")] == [54_899, 49_050, 13_922]
    assert sum(count is None for count in rows.values()) == 11


def test_a_cache_that_cannot_be_written_exits_2_with_a_remedy(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    assert main(["fetch", FINE, "--archive", archive.url, "--cache", str(blocked)]) == 2
    assert "CELL_TYPES_CACHE" in capsys.readouterr().err


def test_status_in_words_says_what_failed(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{FINE}.parquet").write_text("nothing of the kind")
    assert main(["status", "--source", "folder", "--folder", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "failed" in captured.out
    assert f"{FINE}.parquet is not a Parquet file" in captured.err
