"""Whatever happens to the cache: a table in it is whole and the reader's, or it is fetched anew."""

import io
import itertools
import json
import multiprocessing
import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from data.cache import METADATA_KEY, Cache
from data.catalog import TABLES
from data.errors import BadTable, DataError, HostUnreachable, TableAbsent
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.sources.archive import ArchiveSource
from tests.filling import Turned, fetch_until, fill, opened
from tests.loopback_archive import (
    COARSE,
    FINE,
    FINE_ROWS,
    LoopbackArchive,
    running_archive,
    table_files,
    write_table,
)

ROWS_PATH = f"/v661/{FINE}_merged.csv.gz"
NOWHERE = "http://127.0.0.1:9/v661"  # the discard port: nobody listens
NOBODY = 65534
MANY = [
    (n, 1000 + n, "baylor_gnn_cell_type_fine", "23P", 864691135568539372 + n, 175760 + n, 126480, 15504)
    for n in range(20_000)
]


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        running.files |= table_files(FINE, FINE_ROWS)
        yield running


def nuclei_of(release: OpenRelease, name: str = FINE) -> list[int]:
    return release.load_labels(name).frame["nucleus_id"].tolist()


def offline(archive: LoopbackArchive, cache: Path) -> OpenRelease:
    release = opened(archive.url, cache)
    release.source.location = NOWHERE
    return release


def files(cache: Path) -> dict[str, bytes]:
    """What a cache holds: files by path, locks apart."""
    found = (path for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(cache)): path.read_bytes() for path in found}


# A file that is not what it was


def cut(share: float) -> Callable[[bytes], bytes]:
    return lambda whole: whole[: int(share * len(whole))]


def flipped(content: bytes) -> bytes:
    """One byte of the first column is another: the record at the file's end stays readable."""
    column = parquet.ParquetFile(io.BytesIO(content)).metadata.row_group(0).column(0)
    at = column.data_page_offset + column.total_compressed_size - 1
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]


DAMAGES = {
    "empty": cut(0),
    "half written": cut(0.5),
    "all but its end": cut(0.99),
    "another file": lambda _: b"PAR1 is how it begins",
    "a flipped byte": flipped,
}


def damaged_release(damage: str, archive: LoopbackArchive, cache: Path) -> OpenRelease:
    """A release whose cached file of Baylor fine is damaged."""
    release = opened(archive.url, cache)
    release.load_labels(FINE)
    path = release.cache.path(FINE)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    return release


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_never_shown_and_is_fetched_anew(
    damage: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    release = damaged_release(damage, archive, tmp_path)
    assert nuclei_of(release) == [101, 102, 103]
    assert nuclei_of(offline(archive, tmp_path)) == [101, 102, 103], "what was mended stays"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_without_its_source_is_an_error_not_rows(
    damage: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    damaged_release(damage, archive, tmp_path)
    with pytest.raises(HostUnreachable, match=FINE):
        nuclei_of(offline(archive, tmp_path))


def test_a_page_that_reads_as_other_ids_is_found_by_its_checksum(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    release = opened(archive.url, tmp_path)
    release.load_labels(FINE)
    path = release.cache.path(FINE)
    whole = path.read_bytes()
    column = parquet.ParquetFile(path).metadata.row_group(0).column(0)
    first, end = column.data_page_offset, column.data_page_offset + column.total_compressed_size
    unnoticed = 0
    for at in range(first, end):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            ids = parquet.read_table(path)["nucleus_id"].to_pylist()
        except (OSError, ValueError):
            continue
        if ids != [101, 102, 103]:
            unnoticed += 1
            with pytest.raises(BadTable, match=f"cached file of {FINE} cannot be read"):
                release.cache.read_frame(FINE)
        if unnoticed == 3:
            break
    assert unnoticed == 3, "much of what a flipped bit does is no error without the checksum"


def test_a_damaged_file_names_itself_and_what_to_do(archive: LoopbackArchive, tmp_path: Path) -> None:
    release = opened(archive.url, tmp_path)
    release.load_labels(FINE)
    path = release.cache.path(FINE)
    path.write_bytes(flipped(path.read_bytes()))
    with pytest.raises(BadTable, match=f"cached file of {FINE} cannot be read") as caught:
        release.cache.read_frame(FINE)
    assert str(path) in caught.value.remedy


@pytest.mark.parametrize(
    "record",
    [None, b"not JSON", b"[]", b"{}", b'{"format": 2}', b'{"format": 2, "extra": 1}', b'{"format": 99}'],
)
def test_a_parquet_file_that_another_program_wrote_is_not_taken_for_a_table(
    record: bytes | None, archive: LoopbackArchive, tmp_path: Path
) -> None:
    release = opened(archive.url, tmp_path)
    release.cache.folder.mkdir(parents=True)
    metadata = {METADATA_KEY: record} if record else {b"other": b"x"}
    parquet.write_table(
        pa.table({"nucleus_id": [1]}).replace_schema_metadata(metadata), release.cache.path(FINE)
    )
    assert release.cache.records() == []
    assert nuclei_of(release) == [101, 102, 103]


def test_versions_that_write_other_forms_leave_each_others_tables_alone(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(archive.url, tmp_path).load_labels(FINE)
    before = files(tmp_path)
    monkeypatch.setattr("data.cache.FORMAT", 99)
    newer = opened(archive.url, tmp_path)
    assert newer.cache.records() == []
    with pytest.raises(HostUnreachable):
        offline(archive, tmp_path).load_labels(FINE)
    newer.cache.folder.mkdir(parents=True, exist_ok=True)
    (newer.cache.folder / f"{FINE}.parquet").write_bytes(b"what a newer version writes")
    assert {path: files(tmp_path)[path] for path in before} == before


# A disk that takes no more


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse this process's writes beyond a size, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


STAGES: dict[str, tuple[type, str]] = {
    "download": (ArchiveSource, "fetch_table"),
    "writing": (Cache, "write"),
}


def fill_up(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full while the files are downloaded, or only when the table is written."""
    owner, name = STAGES[stage]
    whole = getattr(owner, name)

    def on_a_full_disk(*given: object) -> object:
        with files_no_larger_than(10_000):
            return whole(*given)

    monkeypatch.setattr(owner, name, on_a_full_disk)


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_is_said_and_nothing_half_stays(
    stage: str, archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.files |= table_files(FINE, MANY)
    release = opened(archive.url, tmp_path)
    with monkeypatch.context() as full:
        fill_up(stage, full)
        with pytest.raises(DataError, match="written") as caught:
            release.load_labels(FINE)
    assert "Make room" in caught.value.remedy
    assert "CELL_TYPES_CACHE" in caught.value.remedy
    assert files(tmp_path) == {}
    assert len(nuclei_of(release)) == len(MANY), "with room again it loads"


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_leaves_older_rows_as_they_were(
    stage: str, archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(archive.url, tmp_path).load_labels(FINE)
    before = files(tmp_path)
    archive.files |= table_files(FINE, MANY)
    release = opened(archive.url, tmp_path)
    release.source = Turned(archive.url, 661, tmp_path / "partial")
    fill_up(stage, monkeypatch)
    used = release.load_labels(FINE)
    assert used.frame["nucleus_id"].tolist() == [101, 102, 103]
    assert "Stale" in used.provenance.notes[-1]
    assert "written" in used.provenance.notes[-1]
    assert files(tmp_path) == before


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take away the leave to write, and for a moment the rights of root, who needs none."""
    inside = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in inside:
        path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in inside:
            path.chmod(0o755)


def test_a_read_only_cache_gives_what_it_holds_and_says_what_it_cannot_take(
    archive: LoopbackArchive, open_folder: Path
) -> None:
    archive.files |= table_files(COARSE, FINE_ROWS)
    opened(archive.url, open_folder).load_labels(FINE)
    before = files(open_folder)
    with read_only(open_folder):
        release = opened(archive.url, open_folder)
        assert nuclei_of(release) == [101, 102, 103]
        with pytest.raises(DataError, match=r"The cache .* cannot be written: Permission denied") as caught:
            release.load_labels(COARSE)
    assert "--cache" in caught.value.remedy
    assert files(open_folder) == before


def test_a_cache_that_cannot_be_made_is_said(archive: LoopbackArchive, open_folder: Path) -> None:
    with read_only(open_folder), pytest.raises(DataError, match="cannot be written"):
        opened(archive.url, open_folder / "cache").load_labels(FINE)


def test_a_link_in_the_place_of_a_part_leads_nowhere(archive: LoopbackArchive, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not the cache's")
    release = opened(archive.url, tmp_path / "cache")
    release.cache.folder.mkdir(parents=True)
    (release.cache.folder / f".{FINE}.parquet.partial").symlink_to(elsewhere)
    assert nuclei_of(release) == [101, 102, 103]
    assert elsewhere.read_text() == "not the cache's"


# The clock


class Before(datetime):
    """A clock that was set back to 2001."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Before":
        return cls(2001, 1, 1, tzinfo=tz)


def test_a_clock_that_was_set_back_changes_nothing_that_is_cached(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = opened(archive.url, tmp_path)
    release.load_labels(FINE)
    os.utime(release.cache.path(FINE), (4e9, 4e9))  # in the year 2096
    asked = list(archive.asked)
    monkeypatch.setattr("data.tables.records.datetime", Before)
    assert nuclei_of(opened(archive.url, tmp_path)) == [101, 102, 103]
    assert archive.asked == asked


def test_rows_fetched_by_a_clock_that_was_set_back_take_the_place_of_older_ones(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(archive.url, tmp_path)
    first.load_labels(FINE)
    monkeypatch.setattr("data.tables.records.datetime", Before)
    archive.files |= table_files(FINE, FINE_ROWS[:1])
    second = opened(archive.url, tmp_path)
    second.source = first.source = Turned(archive.url, 661, tmp_path / "partial")
    os.utime(first.cache.path(FINE), (4e9, 4e9))
    assert nuclei_of(second) == [101]
    assert second.provenance(FINE).fetched == datetime(2001, 1, 1, tzinfo=UTC)  # type: ignore[union-attr]
    assert first.provenance(FINE) == second.provenance(FINE), "who had read the older record sees the newer"


# A folder that goes away


def folder_release(folder: Path, cache: Path) -> OpenRelease:
    settings = read_settings({"source": "folder", "folder": folder, "cache": cache})
    return open_release(settings, sample_when_offline=False)


def test_a_folder_that_went_away_leaves_stale_rows_that_are_said_to_be(tmp_path: Path) -> None:
    folder, cache = tmp_path / "folder", tmp_path / "cache"
    write_table(folder, FINE, FINE_ROWS)
    release = folder_release(folder, cache)
    release.load_labels(FINE)
    before = files(cache)
    folder.rename(tmp_path / "unplugged")
    used = release.load_labels(FINE)
    assert used.frame["nucleus_id"].tolist() == [101, 102, 103]
    assert "Stale" in used.provenance.notes[-1]
    assert "cannot be read" in used.provenance.notes[-1]
    with pytest.raises(HostUnreachable, match="cannot be read"):
        release.load_labels(COARSE)
    assert release.source.absence(TABLES[COARSE]) is None  # nobody knows
    assert files(cache) == before
    (tmp_path / "unplugged").rename(folder)
    assert not release.load_labels(FINE).provenance.notes[-1].startswith("Stale")


def test_a_damaged_export_is_an_error_until_it_is_mended(tmp_path: Path) -> None:
    folder, cache = tmp_path / "folder", tmp_path / "cache"
    write_table(folder, FINE, FINE_ROWS)
    release = folder_release(folder, cache)
    release.load_labels(FINE)
    rows = folder / ROWS_PATH.lstrip("/")
    rows.write_bytes(rows.read_bytes()[:30])
    with pytest.raises(BadTable, match="cut short or damaged"):
        release.load_labels(FINE)
    write_table(folder, FINE, FINE_ROWS[:1])
    assert nuclei_of(release) == [101]


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_no_link_leads_out_of_the_folder(linked: str, tmp_path: Path) -> None:
    folder, secret = tmp_path / "folder", tmp_path / "secret"
    write_table(secret, FINE, FINE_ROWS)
    if linked == "folder":
        folder.mkdir()
        (folder / "v661").symlink_to(secret / "v661")
    else:
        write_table(folder, FINE, FINE_ROWS)
        rows = folder / ROWS_PATH.lstrip("/")
        rows.unlink()
        rows.symlink_to(secret / ROWS_PATH.lstrip("/"))
    with pytest.raises(BadTable, match="leads out of the folder"):
        folder_release(folder, tmp_path / "cache").load_labels(FINE)


# Several processes, and death in the middle

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.filling"])


@pytest.mark.slow
def test_two_processes_that_fill_one_cache_download_each_table_once(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    names = [name for name, table in TABLES.items() if table.kind == "labels"]
    for name in names:
        archive.files |= table_files(name, FINE_ROWS)
    together = PROCESSES.Barrier(2)
    fillers = [
        PROCESSES.Process(target=fill, args=(archive.url, tmp_path, names, together)) for _ in range(2)
    ]
    for filler in fillers:
        filler.start()
    for filler in fillers:
        filler.join()
    assert [filler.exitcode for filler in fillers] == [0, 0]
    assert sorted(archive.asked) == sorted(path for name in names for path in table_files(name, []))
    release = offline(archive, tmp_path)
    assert all(nuclei_of(release, name) == [101, 102, 103] for name in names)


@pytest.mark.slow
def test_a_fetch_killed_before_any_of_its_steps_leaves_a_whole_table(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    rows = MANY[:1_000]
    generations = [table_files(FINE, [(*row[:4], n, *row[5:]) for row in rows]) for n in (1, 2, 3)]
    archive.files |= generations[0]
    opened(archive.url, tmp_path).load_labels(FINE)
    left_behind: set[str] = set()
    for step in itertools.count():
        archive.files |= generations[step % 3]
        process = PROCESSES.Process(target=fetch_until, args=(step, archive.url, tmp_path))
        process.start()
        process.join()
        cache = opened(archive.url, tmp_path).cache
        kept, frame = cache.read_provenance(FINE), cache.read_frame(FINE)
        assert kept, "a table that was here is here"
        assert len(frame) == kept.rows == len(rows)
        assert frame["root_id"].nunique() == 1, "all of one generation"
        assert frame["nucleus_id"].is_monotonic_increasing
        left_behind |= {Path(path).name for path in files(tmp_path)}
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    assert step > 15, "every step was seen"
    assert frame["root_id"].iloc[0] == step % 3 + 1, "the last one came to its end"
    table = {f"{FINE}.json", f"{FINE}.parquet"}
    download = {Path(path).name for path in generations[0]}
    assert left_behind == {*table, *(f".{name}.partial" for name in table), *download}
    assert {Path(path).name for path in files(tmp_path)} == table, "and nothing of the others is left"
    assert kept
    beside = json.loads(cache.path(FINE).with_suffix(".json").read_text("utf-8"))
    assert beside["sha256"] == kept.sha256


def test_a_table_that_is_nowhere_leaves_nothing(archive: LoopbackArchive, tmp_path: Path) -> None:
    with pytest.raises(TableAbsent):
        opened(archive.url, tmp_path).load_labels(COARSE)
    assert files(tmp_path) == {}
