"""The folder origin: the archive's files or exports of caveclient's frames, told apart by their names."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event

import numpy as np
import pandas as pd
import pytest

from data.catalog import TABLES
from data.errors import BadTable, SettingsError, TableAbsent
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, write_table

EXPORT = pd.DataFrame(
    {
        "id": [7, 8, 9],
        "target_id": [101, 102, 103],
        "classification_system": "baylor_gnn_cell_type_fine",
        "cell_type": ["23P", "5P-PT", "BC"],
        "pt_root_id": [864691135568539372, 864691135568539373, 0],
        "pt_position": [list(row[5:]) for row in FINE_ROWS],
        "valid": True,
    }
)


def opened(folder: Path, cache: Path) -> OpenRelease:
    return open_release(
        read_settings({"source": "folder", "folder": folder, "cache": cache}), sample_when_offline=False
    )


def write_archive_layout(folder: Path) -> None:
    write_table(folder, FINE, FINE_ROWS)


def write_csv(folder: Path) -> None:
    EXPORT.assign(pt_position=[str(p) for p in EXPORT["pt_position"]]).to_csv(folder / f"{FINE}.csv")


def write_packed_csv(folder: Path) -> None:
    split = pd.DataFrame(EXPORT["pt_position"].tolist(), columns=[f"pt_position_{axis}" for axis in "xyz"])
    EXPORT.drop(columns="pt_position").join(split).to_csv(folder / f"{FINE}.csv.gz", index=False)


def write_parquet(folder: Path) -> None:
    EXPORT.to_parquet(folder / f"{FINE}.parquet")


def write_feather(folder: Path) -> None:
    EXPORT.assign(pt_position=pd.Series([np.array(p) for p in EXPORT["pt_position"]])).to_feather(
        folder / f"{FINE}.feather"
    )


WRITERS = [write_archive_layout, write_csv, write_packed_csv, write_parquet, write_feather]


@pytest.mark.parametrize("write", WRITERS)
def test_every_export_gives_the_same_frame(write: object, tmp_path: Path) -> None:
    exports, reference = tmp_path / "exports", tmp_path / "reference"
    exports.mkdir()
    reference.mkdir()
    write(exports)  # type: ignore[operator]  # one of WRITERS
    write_archive_layout(reference)
    got = opened(exports, tmp_path / "cache").load_labels(FINE).frame
    expected = opened(reference, tmp_path / "cache").load_labels(FINE).frame
    pd.testing.assert_frame_equal(got, expected)


@pytest.mark.parametrize(
    ("ids", "nuclei"),
    [([101, 102, 103], 3), ([103, 101, 103], 2), ([1, 864691135568539372, 1], 2), ([7, 2**63 - 1, 8], 3)],
)
def test_the_record_counts_different_nuclei_however_far_apart_their_ids(
    ids: list[int], nuclei: int, tmp_path: Path
) -> None:
    EXPORT.assign(target_id=ids).to_parquet(tmp_path / f"{FINE}.parquet")
    record = opened(tmp_path, tmp_path / "cache").load_labels(FINE).provenance
    assert (record.rows, record.nuclei) == (3, nuclei)


def test_a_server_is_asked_for_four_tables_at_once_and_a_folder_for_one_on_one_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert opened(tmp_path, tmp_path / "cache").at_once == 1
    settings = read_settings({"source": "archive", "cache": tmp_path / "cache"})
    assert open_release(settings, sample_when_offline=False).at_once == 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(end: str, tmp_path: Path) -> None:
    write_csv(tmp_path)
    path = tmp_path / f"{FINE}.csv"
    expected = opened(tmp_path, tmp_path / "cache").load_labels(FINE).frame
    path.write_text(path.read_text("utf-8").replace("\n", end), "utf-8", newline="")
    got = opened(tmp_path, tmp_path / "cache").load_labels(FINE).frame
    pd.testing.assert_frame_equal(got, expected)


def test_a_value_that_does_not_fit_is_named_with_its_row_as_everywhere_without_the_header(
    tmp_path: Path,
) -> None:
    EXPORT.assign(target_id=["101", "x", "103"]).to_csv(tmp_path / f"{FINE}.csv", index=False)
    with pytest.raises(BadTable, match=r"the column target_id holds text that is not an ID: row 2 holds x"):
        opened(tmp_path, tmp_path / "cache").load_labels(FINE)


def test_labels_that_are_no_text_are_refused(tmp_path: Path) -> None:
    for labels in ([b"23P", b"\xff\xfe", b"BC"], [["23P"], ["4P"], ["BC"]]):
        EXPORT.assign(cell_type=pd.Series(labels)).to_parquet(tmp_path / f"{FINE}.parquet")
        with pytest.raises(BadTable, match=r"the column cell_type is not text"):
            opened(tmp_path, tmp_path / "cache").load_labels(FINE)


def test_what_breaks_the_loading_of_a_release_leaves_the_tables_that_wait_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def load(_: OpenRelease, name: str, report: object) -> None:
        begun.append(name)
        if len(begun) == 1:
            raise KeyboardInterrupt
        Event().wait(0.5)  # a table's worth of work

    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(OpenRelease, "load_labels", load)
    with pytest.raises(KeyboardInterrupt):
        opened(tmp_path, tmp_path / "cache").load_release()
    assert len(begun) < len(TABLES) / 2


@pytest.mark.slow
def test_every_page_takes_the_allocator_that_was_measured() -> None:
    first = (
        "import components.ui.page.frame, pandas, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    told = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    run = subprocess.run([sys.executable, "-c", first], env=told, check=True, capture_output=True, text=True)
    assert run.stdout.split()[-1] == "system"


def test_the_release_folder_is_looked_in_first(tmp_path: Path) -> None:
    write_parquet(tmp_path)
    (tmp_path / "v661").mkdir()
    EXPORT.head(1).to_parquet(tmp_path / "v661" / f"{FINE}.parquet")
    assert len(opened(tmp_path, tmp_path / "cache").load_labels(FINE).frame) == 1


def test_an_export_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    write_parquet(tmp_path)
    release = opened(tmp_path, tmp_path / "cache")
    assert len(release.load_labels(FINE).frame) == 3
    EXPORT.head(2).to_parquet(tmp_path / f"{FINE}.parquet")
    assert len(release.load_labels(FINE).frame) == 2


def test_a_table_that_was_taken_away_is_absent_though_it_is_cached(tmp_path: Path) -> None:
    write_parquet(tmp_path)
    release = opened(tmp_path, tmp_path / "cache")
    release.load_labels(FINE)
    (tmp_path / f"{FINE}.parquet").unlink()
    with pytest.raises(TableAbsent):
        release.load_labels(FINE)


def test_two_folders_do_not_share_a_cache(tmp_path: Path) -> None:
    for name, rows in (("one", 3), ("two", 2)):
        (tmp_path / name).mkdir()
        EXPORT.head(rows).to_parquet(tmp_path / name / f"{FINE}.parquet")
    sizes = [
        len(opened(tmp_path / name, tmp_path / "cache").load_labels(FINE).frame) for name in ("one", "two")
    ]
    assert sizes == [3, 2]


def test_a_missing_table_says_which_files_would_do(tmp_path: Path) -> None:
    release = opened(tmp_path, tmp_path / "cache")
    with pytest.raises(TableAbsent) as caught:
        release.load_labels(COARSE)
    assert f"{COARSE}_merged.csv.gz" in caught.value.remedy
    assert ".parquet" in caught.value.remedy
    assert str(release.source.absence(TABLES[COARSE])) == str(caught.value)  # at a glance, too
    write_table(tmp_path, COARSE, FINE_ROWS)
    assert release.source.absence(TABLES[COARSE]) is None


def test_a_rows_file_without_its_header_is_refused(tmp_path: Path) -> None:
    write_archive_layout(tmp_path)
    (tmp_path / "v661" / f"{FINE}_merged_header.csv").unlink()
    with pytest.raises(BadTable, match="no header file"):
        opened(tmp_path, tmp_path / "cache").load_labels(FINE)


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_a_file_that_is_not_what_its_name_says(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"{FINE}.{ending}").write_text("nothing of the kind")
    with pytest.raises(BadTable, match=f"{FINE}.{ending} is not"):
        opened(tmp_path, tmp_path / "cache").load_labels(FINE)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder"):
        opened(tmp_path / "nowhere", tmp_path / "cache")


def test_the_real_folder(realdata: Path, tmp_path: Path) -> None:
    loaded = opened(realdata, tmp_path).load_release()
    absent = {name for name, one in loaded.items() if isinstance(one, TableAbsent)}
    assert set(loaded) - absent == {COARSE, FINE, "coregistration_manual_v3"}
    fine = loaded[FINE]
    raw = pd.read_csv(realdata / "v661" / f"{FINE}_merged.csv.gz", header=None)
    assert fine.frame["nucleus_id"].tolist() == raw[1].tolist()  # type: ignore[union-attr]  # it is loaded
    assert not (raw[0] == raw[1]).any(), "in the fine table the annotation's own ID is never the nucleus's"
