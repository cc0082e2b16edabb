"""Every way an archive may fail: what the reader is told, and that what was cached before is as it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.errors import BadTable, DataError, HostUnreachable, TableAbsent
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.sources import archive as archive_module
from data.sources.archive import ArchiveSource
from tests.loopback_archive import (
    FINE,
    FINE_ROWS,
    Answer,
    LoopbackArchive,
    packed,
    running_archive,
    table_files,
)

ROWS_PATH = f"/v661/{FINE}_merged.csv.gz"
HEADER_PATH = f"/v661/{FINE}_merged_header.csv"
OLD_ROWS = FINE_ROWS[:2]
WHOLE = packed(FINE_ROWS)


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a date that a server names lie at a known distance."""
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(time=NOW.timestamp))


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        running.files |= table_files(FINE, OLD_ROWS)
        yield running


class Renewed(ArchiveSource):
    """The archive, if its rows changed: older ones in the cache are stale."""

    def stamp(self, table: object) -> str:
        return "new"


def opened(archive: LoopbackArchive, cache: Path, *, renewed: bool = False) -> OpenRelease:
    settings = read_settings({"source": "archive", "archive": archive.url, "cache": cache})
    release = open_release(settings, sample_when_offline=False)
    if renewed:
        release.source = Renewed(settings.archive, settings.release, settings.cache / "partial")
    return release


def files(cache: Path) -> dict[str, bytes]:
    """What a cache holds: files by path, locks apart."""
    found = (path for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(cache)): path.read_bytes() for path in found}


@dataclass(frozen=True)
class Fault:
    answer: Answer
    kind: type[DataError]
    problem: str
    remedy: str = "Try again"
    path: str = ROWS_PATH
    asked: int = 1


NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
IN_AN_HOUR = format_datetime(NOW + timedelta(hours=1), usegmt=True)
FAULTS = {
    "cut short, as its length tells": Fault(
        Answer(body=WHOLE[:40], length=len(WHOLE)), BadTable, "did not deliver .*ChunkedEncodingError"
    ),
    "cut short, no length said": Fault(Answer(body=WHOLE[:40]), BadTable, "cut short or damaged", "Fetch"),
    "cut short between two lines of plain text": Fault(
        Answer(body=b"7,101,s,23P,1,5"), BadTable, "do not fit", "Fetch"
    ),
    "a length that is too small": Fault(
        Answer(body=WHOLE, length=len(WHOLE) - 5), BadTable, "cut short or damaged", "Fetch"
    ),
    "a header cut short": Fault(
        Answer(body=b"id,int64\r\ntarget_id", length=200), BadTable, "did not deliver", path=HEADER_PATH
    ),
    "nothing at all": Fault(Answer(body=b"", length=0), BadTable, "has no rows", "Fetch"),
    "dropped before the first byte": Fault(Answer(body=b"", length=500), BadTable, "did not deliver"),
    "a page to sign in": Fault(Answer(), BadTable, "came a web page", "Fetch"),
    "another file": Fault(Answer(body=packed([(1, 2)])), BadTable, "do not fit their 8 columns", "Fetch"),
    "sent to a page to sign in": Fault(
        Answer(status=302, headers={"Location": "/signin"}, length=0), TableAbsent, "HTTP 404", "Look at"
    ),
    "sent round in a ring": Fault(
        Answer(status=302, headers={"Location": ROWS_PATH}, length=0),
        BadTable,
        "did not deliver .*HTTP 302",
        asked=31,
    ),
    "sent to a file of this machine": Fault(
        Answer(status=302, headers={"Location": "file:///etc/hostname"}, length=0),
        BadTable,
        "did not deliver .*InvalidSchema",
    ),
    "forbidden": Fault(Answer(status=403), TableAbsent, "does not hold .*HTTP 403", "Look at"),
    "not found": Fault(Answer(status=404), TableAbsent, "does not hold .*HTTP 404", "Look at"),
    "too many requests": Fault(Answer(status=429), BadTable, "HTTP 429", "in a moment", asked=4),
    "overloaded": Fault(Answer(status=503), BadTable, "HTTP 503", "in a moment", asked=4),
    "broken": Fault(Answer(status=500), BadTable, "HTTP 500", "in a moment"),
    "too many requests, wait long": Fault(
        Answer(status=429, headers={"Retry-After": "600"}), BadTable, "HTTP 429", "in 600 seconds"
    ),
    "overloaded, wait until": Fault(
        Answer(status=503, headers={"Retry-After": IN_AN_HOUR}), BadTable, "HTTP 503", "in 3,600 seconds"
    ),
    "overloaded, wait a moment, and again": Fault(
        Answer(status=503, headers={"Retry-After": "0"}), BadTable, "HTTP 503", "in a moment", asked=4
    ),
    "overloaded, wait for nobody knows what": Fault(
        Answer(status=503, headers={"Retry-After": "tomorrow; ²"}), BadTable, "HTTP 503", "a moment", asked=4
    ),
    "overloaded, wait for ever": Fault(
        Answer(status=503, headers={"Retry-After": "9" * 400}), BadTable, "HTTP 503", "in 21,600 seconds"
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_a_remedy_and_leaves_nothing(
    name: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    fault = FAULTS[name]
    archive.lasting[fault.path] = fault.answer
    with pytest.raises(fault.kind, match=fault.problem) as caught:
        opened(archive, tmp_path).load_labels(FINE)
    assert FINE in caught.value.problem
    assert re.search(fault.remedy, caught.value.remedy)
    assert files(tmp_path) == {}
    assert archive.asked.count(fault.path) == fault.asked


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.kind is not TableAbsent])
def test_older_rows_stay_as_they_were_and_are_said_to_be_stale(
    name: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    fault = FAULTS[name]
    opened(archive, tmp_path).load_labels(FINE)
    before = files(tmp_path)
    archive.lasting[fault.path] = fault.answer
    used = opened(archive, tmp_path, renewed=True).load_labels(FINE)
    assert used.frame["nucleus_id"].tolist() == [101, 102]
    assert used.provenance.notes[-1].startswith("Stale: these are the rows read on ")
    assert "Newer ones could not be fetched" in used.provenance.notes[-1]
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["forbidden", "not found"])
def test_rows_that_the_source_no_longer_holds_are_absent_not_stale(
    name: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    opened(archive, tmp_path).load_labels(FINE)
    before = files(tmp_path)
    archive.lasting[ROWS_PATH] = FAULTS[name].answer
    with pytest.raises(TableAbsent):
        opened(archive, tmp_path, renewed=True).load_labels(FINE)
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", FAULTS)
def test_a_table_that_is_cached_needs_no_archive(name: str, archive: LoopbackArchive, tmp_path: Path) -> None:
    opened(archive, tmp_path).load_labels(FINE)
    asked = list(archive.asked)
    archive.lasting[FAULTS[name].path] = FAULTS[name].answer
    loaded = opened(archive, tmp_path).load_labels(FINE)
    assert loaded.frame["nucleus_id"].tolist() == [101, 102]
    assert not any(note.startswith("Stale") for note in loaded.provenance.notes)
    assert archive.asked == asked


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_is_over_at_the_next_try(
    name: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    fault = FAULTS[name]
    archive.faults[fault.path] = [fault.answer] * fault.asked
    release = opened(archive, tmp_path)
    with pytest.raises(DataError):
        release.load_labels(FINE)
    assert len(release.load_labels(FINE).frame) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["0", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_busy_archive_is_asked_again_after_the_wait_that_it_names(
    status: int, wait: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    archive.faults[ROWS_PATH] = [Answer(status=status, headers={"Retry-After": wait})]
    assert len(opened(archive, tmp_path).load_labels(FINE).frame) == 2
    assert archive.asked.count(ROWS_PATH) == 2


def test_the_wait_is_as_long_as_the_archive_says(
    archive: LoopbackArchive, tmp_path: Path, waits: list[float]
) -> None:
    archive.faults[ROWS_PATH] = [Answer(status=503, headers={"Retry-After": "7"})]
    opened(archive, tmp_path).load_labels(FINE)
    assert waits == [7.0]


def test_a_redirect_to_the_files_is_followed(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.files["/elsewhere"] = WHOLE
    archive.lasting[ROWS_PATH] = Answer(status=302, headers={"Location": "/elsewhere"}, length=0)
    loaded = opened(archive, tmp_path).load_labels(FINE)
    assert len(loaded.frame) == 3
    assert loaded.provenance.origin == archive.url + ROWS_PATH


def test_a_stalled_download_ends_when_its_time_is_over(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.stalled.add(ROWS_PATH)
    with monkeypatch.context() as patch:
        patch.setattr(archive_module, "READ_SECONDS", 0.2)
        with pytest.raises(BadTable, match="did not deliver") as caught:
            opened(archive, tmp_path).load_labels(FINE)
    assert "Try again" in caught.value.remedy
    assert files(tmp_path) == {}
    archive.stalled.clear()
    assert len(opened(archive, tmp_path).load_labels(FINE).frame) == 2


def test_a_host_that_went_away_leaves_what_is_cached(archive: LoopbackArchive, tmp_path: Path) -> None:
    opened(archive, tmp_path).load_labels(FINE)
    before = files(tmp_path)
    release = opened(archive, tmp_path, renewed=True)
    release.source.location = "http://127.0.0.1:9/v661"  # the discard port: nobody listens
    assert "cannot be reached" in release.load_labels(FINE).provenance.notes[-1]
    assert files(tmp_path) == before


def test_with_nothing_cached_a_host_that_is_not_there_is_an_error(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    release = opened(archive, tmp_path)
    release.source.location = "http://127.0.0.1:9/v661"
    with pytest.raises(HostUnreachable, match="cannot be reached"):
        release.load_labels(FINE)
    assert files(tmp_path) == {}


def test_stale_rows_are_asked_for_again_when_their_time_is_over(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(archive, tmp_path).load_labels(FINE)
    archive.lasting[ROWS_PATH] = Answer(status=500)
    release = opened(archive, tmp_path, renewed=True)
    release.load_labels(FINE)
    asked = len(archive.asked)
    release.load_labels(FINE)
    assert len(archive.asked) == asked, "for a while nobody asks the source again"
    archive.lasting.clear()
    archive.files[ROWS_PATH] = WHOLE
    monkeypatch.setattr("data.loader.time.monotonic", lambda: 1e12)
    mended = release.load_labels(FINE)
    assert len(mended.frame) == 3
    assert not any(note.startswith("Stale") for note in mended.provenance.notes)
