"""The code of what a release holds, and of what became of a table in a later one, run against stand-ins."""

import gzip
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import caveclient
import pandas as pd
import pytest

from components.analysis.code_export.comparisons import changes_snippet
from components.analysis.code_export.script import Origin, origins
from components.analysis.code_export.tables import coverage_snippet
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.comparison.axes import AxisTable
from components.analysis.output.status import release_status
from components.analysis.releases.changes import (
    change_counts,
    nucleus_changes,
    root_changes,
)
from data.catalog import TABLES
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.loopback_archive import LoopbackArchive, running_archive
from tests.loopback_cave import TOKEN, running_cave
from tests.made_release import COARSE, DETECTIONS, FINE, LOOKUP, MANUAL, NEURONS, archive_files, run

LATER = 795


def in_a_later_release(content: bytes, path: str) -> bytes:
    """Other rows: some gone, some with another root, some with another label."""
    if not path.endswith(".gz"):
        return content
    lines = gzip.decompress(content).decode().splitlines()
    kept = [line for count, line in enumerate(lines) if count % 7]
    moved = [line.replace("86469113556853", "86469113556863").replace("23P", "4P") for line in kept[:60]]
    return gzip.compress(("\n".join([*moved, *kept[60:]]) + "\n").encode())


@pytest.fixture(scope="module")
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as served:
        files = archive_files()
        served.files |= files
        served.files |= {
            path.replace("/v661/", f"/v{LATER}/"): in_a_later_release(content, path)
            for path, content in files.items()
        }
        yield served


def opened(archive: LoopbackArchive, number: int, cache: Path) -> OpenRelease:
    given = {"source": "archive", "archive": archive.url, "cache": cache, "release": number}
    return open_release(read_settings(given), sample_when_offline=False)


def origin_to(archive: LoopbackArchive, number: int) -> Origin:
    return origins(VOLUME.releases[number], archive=archive.url)[-1]


@pytest.mark.parametrize("names", [(FINE, COARSE, DETECTIONS, LOOKUP), (FINE, COARSE, MANUAL)])
def test_the_coverage_of_tables(archive: LoopbackArchive, tmp_path: Path, names: tuple[str, ...]) -> None:
    release = opened(archive, 661, tmp_path)
    loaded = {name: release.load_labels(name) for name in names}
    statuses, denominator = release_status(loaded, TABLES)
    wanted = {one.table.name: (one.nuclei, one.coverage) for one in statuses if one.state == "loaded"}
    coverage = run(coverage_snippet(origin_to(archive, 661), [TABLES[name] for name in names]))["coverage"]
    assert (
        dict(zip(coverage.index, zip(coverage["nuclei"], coverage["share"], strict=True), strict=True))
        == wanted
    )
    assert all(0 < share <= 1 for share in coverage["share"])
    assert (len(denominator.nuclei) == 300) == (DETECTIONS in names)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("names", [(FINE, FINE), (NEURONS, FINE)])
def test_what_became_of_a_table(
    archive: LoopbackArchive, tmp_path: Path, names: tuple[str, str], level: Level
) -> None:
    sides: list[AxisTable] = [
        (TABLES[name], opened(archive, number, tmp_path).load_labels(name).frame)
        for name, number in zip(names, (661, LATER), strict=True)
    ]
    result = measure_agreement(pair_labels(sides[0], sides[1], level))
    both = origin_to(archive, 661), origin_to(archive, LATER)
    snippet = changes_snippet(
        both, (TABLES[names[0]], TABLES[names[1]]), (result.pairs, (sides[0], sides[1]))
    )
    got = run(snippet)
    assert (snippet.text.count("def read_table"), snippet.text.count("BASE = ")) == (1, 2)

    nuclei = nucleus_changes(sides[0][1], sides[1][1])
    for which in ("kept", "added", "gone"):
        assert got[which].tolist() == getattr(nuclei, which).tolist()
    assert len(nuclei.gone) > 5
    changes = root_changes(sides[0][1], sides[1][1])
    moved = changes[~changes["change"].isin(["same root ID", "no root in either", "not known"])]
    assert len(moved) == change_counts(changes)["n"].reindex(moved["change"].unique()).sum() > 3
    roots = moved[["earlier_root_id", "later_root_id"]].astype("int64")
    assert got["moved"].index.tolist() == roots.index.tolist()
    assert got["moved"].to_numpy().tolist() == roots.to_numpy().tolist()
    assert got["matrix"].to_numpy().tolist() == result.matrix.to_numpy().tolist()
    assert [*got["matrix"].index] == [*result.matrix.index]


def test_tables_without_labels_or_roots_are_compared_by_their_nuclei(archive: LoopbackArchive) -> None:
    both = origin_to(archive, 661), origin_to(archive, LATER)
    got = run(changes_snippet(both, (TABLES[MANUAL], TABLES[MANUAL]), None, has_roots=False))
    assert {"kept", "added", "gone"} <= set(got)
    assert {"moved", "matrix"} & set(got) == set()


def test_an_expired_release_is_of_the_archive_and_a_live_one_of_cave(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    asking = partial(caveclient.CAVEclient, auth_token=TOKEN, write_server_cache=False)
    monkeypatch.setattr(caveclient, "CAVEclient", asking)
    with running_cave() as cave:
        live = origins(VOLUME.releases[1300], cave=cave.url)[0]
        snippet = changes_snippet((origin_to(archive, 661), live), (TABLES[FINE], TABLES[FINE]), None)
        got = run(snippet)
        later = changes_snippet(
            (live, origins(VOLUME.releases[943], cave=cave.url)[0]), (TABLES[FINE], TABLES[FINE]), None
        )
        assert run(later)["kept"].tolist() == [101, 102, 103, 104, 105]
    assert sorted(got["added"].tolist()) == [101, 102, 103, 104, 105]
    assert snippet.status.startswith("Runs for v661: public static files, with no account. Runs for v1300.")
    assert later.text.count("def read_table") == 1
    assert isinstance(got["later"], pd.DataFrame)
