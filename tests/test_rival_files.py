"""Two files of one table, and files that no table takes: each is read, or named with its reason."""

import json
import os
from pathlib import Path

import pytest

from data.__main__ import main
from data.errors import BadTable, HostUnreachable
from data.sources.folder import FolderSource
from tests.made_exports import (
    COARSE,
    DETECTIONS,
    FINE,
    NM,
    export,
    in_unit,
    named,
    opened_folder,
    stated,
    write,
)

NOW = 1_700_000_000
FILES: list[tuple[str, dict[str, tuple[int, dict[str, object]]], str, str]] = [
    # of each file the seconds of its age and what it states; what is read, or what the error says
    ("newer by far", {"parquet": (100_000, {}), "csv": (0, {})}, "csv", ""),
    ("newer by a minute", {"parquet": (61, {}), "csv": (0, {})}, "csv", ""),
    ("of one age", {"parquet": (60, {}), "csv": (0, {})}, "", "equally old files"),
    ("one packed, the other the same", {"csv": (0, {}), "csv.gz": (0, {})}, "csv.gz", ""),
    ("three, the newest alone", {"parquet": (100, {}), "csv": (0, {}), "feather": (99, {})}, "csv", ""),
    ("three, two of one age", {"parquet": (10, {}), "csv": (0, {}), "feather": (99, {})}, "", "equally old"),
    ("stating its release", {"parquet": (999, {"materialization_version": 661}), "csv": (0, {})},
     "parquet", ""),
    ("stating another", {"parquet": (0, {"materialization_version": 1300}), "csv": (0, {})}, "csv", ""),
    ("stating another table", {"parquet": (0, {"table_name": "x"}), "csv": (999, {})}, "csv", ""),
    ("both stating it", {
        "parquet": (0, {"materialization_version": 661}), "feather": (99, {"materialization_version": 661}),
    }, "parquet", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "read", "problem"), named(FILES))
def test_of_two_files_what_they_state_decides_and_then_their_age(
    files: dict[str, tuple[int, dict[str, object]]], read: str, problem: str, tmp_path: Path
) -> None:
    for ending, (age, attributes) in files.items():
        path = write(stated(export(), **attributes), tmp_path / "rows", ending)
        os.utime(path, (NOW - age, NOW - age))
    opened = opened_folder(tmp_path / "rows")
    if problem:
        with pytest.raises(BadTable, match=problem) as caught:
            opened.load_labels(COARSE.name)
        assert all(f"{COARSE.name}.{ending}" in caught.value.problem for ending in files)
        return
    record = opened.load_labels(COARSE.name).provenance
    assert record.origin.endswith(f"{COARSE.name}.{read}")
    unread = {f"{COARSE.name}.{ending}" for ending in files if ending != read}
    assert {one.file for one in opened.unread_files} == unread
    assert {note.split(" was not read")[0] for note in record.notes if "was not read" in note} == unread


BAD_REPLACEMENTS: list[tuple[str, str, dict[str, object], str]] = [
    # what takes the place of the table's Parquet or comes beside it: its ending, what it states, the error
    ("another release", "parquet", {"materialization_version": 1300}, "of release 1300"),
    ("another file of the same age", "csv", {}, "equally old files"),
    ("no rows", "parquet", {}, "has no rows"),
]


@pytest.mark.parametrize(("ending", "attributes", "problem"), named(BAD_REPLACEMENTS))
def test_a_bad_file_in_the_place_of_a_good_one_leaves_no_older_rows(
    ending: str, attributes: dict[str, object], problem: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    write(export(), tmp_path / "rows")
    write(export(), tmp_path / "rows", name=FINE.name)
    opened_folder(tmp_path / "rows").load_labels(COARSE.name)
    rows = export().head(0) if problem == "has no rows" else export()
    write(stated(rows, **attributes), tmp_path / "rows", ending)
    given = ["--source", "folder", "--folder", str(tmp_path / "rows"), "--cache", str(tmp_path / "cache")]
    for command, code in ((["status"], 0), (["check"], 1), (["agreement", COARSE.name, FINE.name], 2)):
        assert main([*command, *given]) == code
        assert problem in capsys.readouterr().err
    with pytest.raises(BadTable, match=problem):
        opened_folder(tmp_path / "rows").load_labels(COARSE.name)


def test_rows_that_stand_in_for_newer_ones_are_said_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in (COARSE, FINE):
        write(export(), tmp_path / "rows", name=table.name)
        opened_folder(tmp_path / "rows").load_labels(table.name)
        write(export(volume=[1.5, 2.5, 3.5]), tmp_path / "rows", name=table.name)

    def unreachable(*_: object) -> None:
        raise HostUnreachable("The drive is unplugged.", "Plug it in.")

    monkeypatch.setattr(FolderSource, "fetch_table", unreachable)
    given = ["--source", "folder", "--folder", str(tmp_path / "rows"), "--cache", str(tmp_path / "cache")]
    pair = [COARSE.name, FINE.name]
    for command in (["status"], ["check"], ["agreement", *pair], ["agreement", "--all"], ["fetch", *pair]):
        main([*command, *given])
        told = capsys.readouterr().err
        assert f"{COARSE.name}: Stale: these are the rows read on" in told
        assert "The drive is unplugged." in told


NAMES: list[tuple[str, str, str]] = [
    # a file's name, the reason that it is not read ("" where it is, or is no table's), the remedy
    (f"{COARSE.name}.csv", "", ""),
    ("README.md", "", ""),
    (".DS_Store", "", ""),
    (f"{COARSE.name}.CSV", "told apart by capitals", f"Rename it to {COARSE.name}.csv"),
    (f"{COARSE.name.upper()}.csv", "told apart by capitals", f"Rename it to {COARSE.name}.csv"),
    (f"{COARSE.name}.pkl", "runs the code in it", ".parquet"),
    (f"{COARSE.name}.xlsx", "end in .xlsx", ".parquet"),
    (f"{COARSE.name}_v661.csv", "Its name is not", f"{COARSE.name}.csv"),
    (f"{COARSE.name}_merged.csv", "unpacked", f"{COARSE.name}_merged.csv.gz"),
    (f"{COARSE.name}_merged_header.csv", "rows of this header are missing", "_merged.csv.gz"),
    ("aibs_metamodel_celltypes_v661.csv", "Release 661 does not hold", "--release 795"),
    ("aibs_metamodel_celltypes_v661.pkl", "Release 661 does not hold", "--release 795"),
    ("baylor_log_reg_cell_type_coarse.csv", "No table that the app knows", COARSE.name),
    ("my_cells.parquet", "No table that the app knows", "the name of its table"),
    ("synapses_pni_2.csv.gz", "out of scope", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reason", "remedy"), NAMES)
@pytest.mark.parametrize("folder", ["", "v661/"])
def test_a_file_that_no_table_takes_is_named_with_reason_and_remedy(
    folder: str, name: str, reason: str, remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "v661").mkdir()
    (tmp_path / folder / name).write_text("a,b\n")
    found = opened_folder(tmp_path).unread_files
    assert [one.file for one in found] == ([f"{folder}{name}"] if reason else [])
    assert all(reason in one.reason and remedy in one.remedy for one in found)


def test_a_folder_of_parquet_files_and_a_second_folder_are_named(tmp_path: Path) -> None:
    write(export(), tmp_path / f"{COARSE.name}.parquet", name="part-0")
    write(export(), tmp_path / "v661", name=FINE.name)
    write(export(), tmp_path, name=FINE.name)
    found = {one.file: one.reason for one in opened_folder(tmp_path).unread_files}
    assert set(found) == {f"{COARSE.name}.parquet/", f"{FINE.name}.parquet"}
    assert "one file" in found[f"{COARSE.name}.parquet/"]
    assert "v661 holds a file" in found[f"{FINE.name}.parquet"]


FOLDERS: list[tuple[str, str, str]] = [
    # a folder with a table in it, the name under which it is told of ("" for another release), the remedy
    ("661", "661/", "Rename it to v661"),
    ("V661", "V661/", "Rename it to v661"),
    ("minnie65_v661", "minnie65_v661/", "open it with --folder"),
    ("v661/sub", "v661/sub/", "move its files into v661/"),
    ("minnie65/v661", "minnie65/", "open it with --folder"),
    ("v1300", "", ""),
]


@pytest.mark.parametrize(("folder", "told_name", "remedy"), FOLDERS)
def test_a_folder_of_tables_that_is_not_read_is_named(
    folder: str, told_name: str, remedy: str, tmp_path: Path
) -> None:
    write(export(), tmp_path / folder)
    found = opened_folder(tmp_path).unread_files
    assert [one.file for one in found] == ([told_name] if told_name else [])
    assert all(f"holds {COARSE.name}.parquet" in one.reason and remedy in one.remedy for one in found)


def test_links_that_lead_nowhere_and_pipes_are_named(tmp_path: Path) -> None:
    names = {f"{COARSE.name}.csv": "to gone.csv: No such file", f"{FINE.name}.csv": "Too many levels"}
    (tmp_path / f"{COARSE.name}.csv").symlink_to("gone.csv")
    (tmp_path / f"{FINE.name}.csv").symlink_to(f"{FINE.name}.csv")
    os.mkfifo(tmp_path / f"{DETECTIONS.name}.csv")
    found = {one.file: one.reason for one in opened_folder(tmp_path).unread_files}
    assert found.keys() == {*names, f"{DETECTIONS.name}.csv"}
    assert all(reason in found[name] for name, reason in names.items())
    assert "pipe" in found[f"{DETECTIONS.name}.csv"]


def test_status_and_check_say_what_is_doubtful_and_what_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(in_unit(export(), NM), tmp_path / "rows", "csv")
    (tmp_path / "rows" / f"{COARSE.name}.pkl").write_bytes(b"")
    given = ["--source", "folder", "--folder", str(tmp_path / "rows"), "--cache", str(tmp_path / "cache")]
    assert main(["status", *given]) == 0
    words = capsys.readouterr().out
    assert "divided by 4, 4, 40" in words
    assert f"{COARSE.name}.pkl is not read" in words
    assert main(["status", *given, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in record["unread_files"]] == [f"{COARSE.name}.pkl"]
    assert {
        one["state"] for one in record["tables"] if one["problem"] and "nanometres" in one["problem"]
    } == {"loaded"}
    assert main(["check", *given, "--json"]) == 1
    findings = {one["id"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["position-unit"]["severity"] == "error"
    assert findings["unread-file"]["table"] == f"{COARSE.name}.pkl"
