"""Root IDs without a nucleus, which CAVE alone can follow to another release."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import DataError, SettingsError
from data.loader import OpenRelease
from data.lookup import follow_roots
from data.opening import open_release
from data.settings import read_settings
from data.tables.raw import silent
from tests.loopback_cave import GRAPH, TOKEN, LoopbackCave, failed, running_cave

WHOLE, MOVED, PARTED, UNKNOWN, LATER = (864691135568539372 + step for step in range(5))


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with running_cave() as running:
        running.successors = {MOVED: [LATER], PARTED: [LATER, LATER + 1], UNKNOWN: []}
        yield running


def opened(cave: LoopbackCave, folder: Path, source: str = "cave", token: str = TOKEN) -> OpenRelease:
    given = {"source": source, "cave": cave.url, "cache": folder, "release": 1300, "token": token}
    return open_release(read_settings(given, environ={}, secrets=()), sample_when_offline=False)


def test_cave_follows_root_ids_whether_or_not_they_carry_a_nucleus(
    cave: LoopbackCave, tmp_path: Path
) -> None:
    release = opened(cave, tmp_path)
    assert follow_roots(release, [WHOLE, MOVED, PARTED, UNKNOWN], silent) == {
        WHOLE: (WHOLE,),
        MOVED: (LATER,),
        PARTED: (LATER, LATER + 1),
        UNKNOWN: (),
    }
    asked = next(one for one in cave.asked if one.path.endswith("is_latest_roots"))
    moment = release.release.timestamp
    assert moment is not None
    assert float(asked.query["timestamp"]) == pytest.approx(moment.timestamp())


def test_a_server_that_does_not_answer_is_an_error(cave: LoopbackCave, tmp_path: Path) -> None:
    release = opened(cave, tmp_path)
    cave.break_(f"{GRAPH}is_latest_roots", lambda _: failed("down"))
    with pytest.raises(DataError):
        follow_roots(release, [WHOLE], silent)


def test_without_a_token_the_remedy_names_it(tmp_path: Path) -> None:
    sample = open_release(read_settings({"source": "sample", "cache": tmp_path}), sample_when_offline=False)
    with pytest.raises(SettingsError, match="without a nucleus") as error:
        follow_roots(sample, [WHOLE], silent)
    assert "CELL_TYPES_TOKEN" in error.value.remedy
