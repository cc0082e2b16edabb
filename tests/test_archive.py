"""The archive origin: public files over HTTP become tidy frames, whole or not at all."""

import gzip
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from data.catalog import TABLES
from data.errors import BadTable, DataError, HostUnreachable, TableAbsent
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.sources.archive import ArchiveSource
from tests.loopback_archive import (
    COARSE,
    FINE,
    FINE_ROWS,
    HEADER,
    LoopbackArchive,
    packed,
    running_archive,
    table_files,
)

ROWS_PATH = f"/v661/{FINE}_merged.csv.gz"
HEADER_PATH = f"/v661/{FINE}_merged_header.csv"
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        running.files |= table_files(FINE, FINE_ROWS)
        yield running


def opened(archive: LoopbackArchive | str, cache: Path, source: str = "archive") -> OpenRelease:
    address = archive if isinstance(archive, str) else archive.url
    settings = read_settings({"source": source, "archive": address, "cache": cache})
    return open_release(settings, sample_when_offline=source == "auto")


def cached_files(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock")


def test_the_first_row_is_kept_and_ids_are_exact(archive: LoopbackArchive, tmp_path: Path) -> None:
    frame = opened(archive, tmp_path).load_labels(FINE).frame
    assert frame["nucleus_id"].tolist() == [101, 102, 103]
    assert frame["root_id"].tolist() == [864691135568539372, 864691135568539373, 0]
    assert frame["cell_type"].tolist() == ["23P", "5P-PT", "BC"]


def test_the_nucleus_id_is_the_target_never_the_annotation(archive: LoopbackArchive, tmp_path: Path) -> None:
    frame = opened(archive, tmp_path).load_labels(FINE).frame
    assert not set(frame["nucleus_id"]) & {row[0] for row in FINE_ROWS}


def test_what_is_cached_is_not_asked_for_again(archive: LoopbackArchive, tmp_path: Path) -> None:
    opened(archive, tmp_path).load_labels(FINE)
    asked = list(archive.asked)
    opened(archive, tmp_path).load_labels(FINE)
    assert archive.asked == asked == [HEADER_PATH, ROWS_PATH]


def test_sessions_that_ask_at_once_share_one_download(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.stalled.add(ROWS_PATH)
    frames: list[int] = []

    def meet_the_fault() -> None:
        with pytest.raises(DataError):
            opened(archive, tmp_path).load_labels(FINE)

    first = threading.Thread(target=meet_the_fault)
    first.start()
    assert archive.halfway.wait(30)
    others = [
        threading.Thread(target=lambda: frames.append(len(opened(archive, tmp_path).load_labels(FINE).frame)))
        for _ in range(3)
    ]
    for other in others:
        other.start()
    archive.stalled.clear()
    archive.release.set()  # the first download breaks off; of the waiting ones, one fetches and two find it
    for thread in (first, *others):
        thread.join()
    assert frames == [3, 3, 3]
    assert archive.asked.count(ROWS_PATH) == 2


def test_provenance_stands_in_the_parquet_and_beside_it(archive: LoopbackArchive, tmp_path: Path) -> None:
    release = opened(archive, tmp_path)
    record = release.load_labels(FINE).provenance
    assert record.origin == archive.url + ROWS_PATH
    assert (record.rows, record.nuclei, record.release, record.synthetic) == (3, 3, 661, False)
    assert record.sha256 == sha256(archive.files[ROWS_PATH]).hexdigest()
    assert record.sha256 in release.cache.path(FINE).with_suffix(".json").read_text()


def test_a_body_that_a_server_unpacked_on_the_way_is_read_too(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    archive.files[ROWS_PATH] = gzip.decompress(archive.files[ROWS_PATH])
    assert len(opened(archive, tmp_path).load_labels(FINE).frame) == 3


whole = packed(FINE_ROWS)
text_in_id = packed([(1, "abc", "s", "23P", 5, 1, 2, 3)])
not_gzip = b"<html><body>Sign in</body></html>"
BAD_ROWS = {
    "cut short": (whole[: len(whole) // 2], "cut short or damaged"),
    "cut in its checksum": (whole[:-3], "cut short or damaged"),
    "a flipped byte": (whole[:30] + bytes([whole[30] ^ 255]) + whole[31:], "cut short or damaged"),
    "a web page": (not_gzip, "web page"),
    "a web page, gzipped": (gzip.compress(not_gzip), "web page"),
    "something binary": (bytes(range(256)), "neither gzip nor CSV"),
    "text in an ID column": (text_in_id, "target_id"),
    "nothing": (gzip.compress(b""), "no rows"),
    "too few columns": (packed([(1, 2, "s")]), "do not fit"),
}


@pytest.mark.parametrize("fault", BAD_ROWS)
def test_a_damaged_file_is_named_and_nothing_of_it_is_kept(
    fault: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    archive.files[ROWS_PATH], words = BAD_ROWS[fault]
    with pytest.raises(BadTable, match=words) as caught:
        opened(archive, tmp_path).load_labels(FINE)
    assert FINE in caught.value.problem
    assert caught.value.remedy
    assert cached_files(tmp_path) == []


BAD_HEADERS = {
    "one name short": (HEADER.replace("pt_root_id,int64\r\n", ""), "do not fit"),
    "one name too many": (HEADER + "extra,int64\r\n", "do not fit"),
    "a web page": ("<html>Sign in</html>", "came a web page"),
    "no target": (HEADER.replace("target_id", "other"), "no column target_id"),
    "no label": (HEADER.replace("cell_type", "label"), "no column cell_type"),
    "no position": (HEADER.replace("pt_position", "place"), "no positions"),
}


@pytest.mark.parametrize("fault", BAD_HEADERS)
def test_a_wrong_header_is_named_and_nothing_is_kept(
    fault: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    header, words = BAD_HEADERS[fault]
    archive.files[HEADER_PATH] = header.encode()
    with pytest.raises(BadTable, match=words):
        opened(archive, tmp_path).load_labels(FINE)
    assert cached_files(tmp_path) == []


def test_one_bad_table_does_not_harm_the_others(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.files |= table_files(COARSE, FINE_ROWS)
    archive.files[ROWS_PATH] = whole[:20]
    loaded = opened(archive, tmp_path).load_release()
    assert set(loaded) == set(TABLES)
    assert isinstance(loaded[FINE], BadTable)
    assert not isinstance(loaded[COARSE], DataError)
    assert isinstance(loaded["nucleus_detection_v0"], TableAbsent)


def test_a_mended_table_loads_on_the_next_try(archive: LoopbackArchive, tmp_path: Path) -> None:
    release = opened(archive, tmp_path)
    archive.files[ROWS_PATH] = whole[:20]
    with pytest.raises(BadTable):
        release.load_labels(FINE)
    archive.files[ROWS_PATH] = whole
    assert len(release.load_labels(FINE).frame) == 3


@pytest.mark.parametrize("status", [403, 404])
def test_a_table_that_is_not_there_is_absent(status: int, archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.statuses[HEADER_PATH] = status
    with pytest.raises(TableAbsent, match=rf"does not hold {FINE}.*HTTP {status}"):
        opened(archive, tmp_path).load_labels(FINE)


def test_an_archive_that_answers_badly_is_an_error(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.statuses[ROWS_PATH] = 503
    with pytest.raises(BadTable, match="HTTP 503"):
        opened(archive, tmp_path).load_labels(FINE)
    assert cached_files(tmp_path) == []


def test_an_unknown_label_is_kept_and_said(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.files[ROWS_PATH] = packed([*FINE_ROWS, (10, 104, "s", "Martinotti?", 5, 1, 2, 3)])
    loaded = opened(archive, tmp_path).load_labels(FINE)
    assert loaded.frame["cell_type"].tolist()[-1] == "Martinotti?"
    assert any("Martinotti?" in note for note in loaded.provenance.notes)
    assert any("4 rows" in note for note in loaded.provenance.notes)  # 49,051 are published


def test_what_the_files_do_not_hold_is_absent_not_invented(archive: LoopbackArchive, tmp_path: Path) -> None:
    header = HEADER.replace("classification_system", "unused")
    archive.files[HEADER_PATH] = header.encode()
    loaded = opened(archive, tmp_path).load_labels(FINE)
    assert {"classification_system", "volume_um3"} <= set(loaded.provenance.absent)
    assert not {"classification_system", "volume_um3"} & set(loaded.frame.columns)


@pytest.mark.slow
def test_killed_in_the_middle_the_next_start_is_clean(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.stalled.add(ROWS_PATH)
    command = [sys.executable, "-m", "data", "fetch", FINE, "--source", "archive", "--archive", archive.url]
    process = subprocess.Popen([*command, "--cache", str(tmp_path)], cwd=Path(__file__).parents[1])
    assert archive.halfway.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    archive.stalled.clear()
    release = opened(archive, tmp_path)
    assert release.provenance(FINE) is None
    assert len(release.load_labels(FINE).frame) == 3
    assert cached_files(tmp_path) == [f"{FINE}.json", f"{FINE}.parquet"]


def test_auto_takes_the_archive_where_it_answers(archive: LoopbackArchive, tmp_path: Path) -> None:
    assert opened(archive, tmp_path, "auto").source.name == "archive"


def test_auto_opens_the_sample_only_where_the_host_cannot_be_reached(tmp_path: Path) -> None:
    offline = opened(NOWHERE, tmp_path, "auto")
    assert offline.source.synthetic
    assert NOWHERE in offline.why


def test_auto_stays_with_cached_real_rows_when_offline(archive: LoopbackArchive, tmp_path: Path) -> None:
    online = opened(archive, tmp_path, "auto")
    online.load_labels(FINE)
    archive.release.set()
    online.source.base = NOWHERE  # the same cache, the host gone
    online.source.location = f"{NOWHERE}/v661"
    assert len(online.load_labels(FINE).frame) == 3
    with pytest.raises(HostUnreachable, match=COARSE):
        online.load_labels(COARSE)


def test_auto_opens_cached_real_rows_when_offline(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(archive, tmp_path, "auto").load_labels(FINE)
    monkeypatch.setattr(ArchiveSource, "is_reachable", lambda _: False)
    offline = opened(archive, tmp_path, "auto")
    assert (offline.source.name, offline.source.synthetic) == ("archive", False)
    assert len(offline.load_labels(FINE).frame) == 3


@pytest.mark.slow
def test_auto_never_takes_a_cached_sample_for_real(archive: LoopbackArchive, tmp_path: Path) -> None:
    offline = opened(NOWHERE, tmp_path, "auto")
    offline.fetch_labels("connectivity_groups_v507")
    found = opened(archive, tmp_path, "auto")
    assert found.source.name == "archive"
    assert found.provenance("connectivity_groups_v507") is None


def test_the_command_line_never_opens_the_sample_by_itself(tmp_path: Path) -> None:
    settings = read_settings({"archive": NOWHERE, "cache": tmp_path})
    with pytest.raises(HostUnreachable, match="--source sample"):
        open_release(settings, sample_when_offline=False)


def test_frames_are_shared_and_cannot_be_written_to(archive: LoopbackArchive, tmp_path: Path) -> None:
    frame = opened(archive, tmp_path).load_labels(FINE).frame
    with pytest.raises(ValueError, match="read-only"):
        frame.loc[0, "depth_um"] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        frame["cell_type"].array[0] = "BC"


def test_real_files_over_http(archive: LoopbackArchive, realdata: Path, tmp_path: Path) -> None:
    archive.serve_folder(realdata)
    release = opened(archive, tmp_path)
    sizes = {
        name: len(release.load_labels(name).frame) for name in (COARSE, FINE, "coregistration_manual_v3")
    }
    assert sizes == {COARSE: 54_899, FINE: 49_050, "coregistration_manual_v3": 13_922}
    first = gzip.decompress(archive.files[ROWS_PATH]).split(b"\n", 1)[0].decode().split(",")
    row = release.load_labels(FINE).frame.iloc[0]
    assert [row["nucleus_id"], row["cell_type"], row["root_id"]] == [int(first[1]), first[3], int(first[4])]
