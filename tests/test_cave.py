"""The CAVE origin: the real caveclient asks a stand-in, and what breaks has words and the cache stays whole.

The contract at the end is asked of a real server too, where `CELL_TYPES_TEST_CAVE` names its address and
`CELL_TYPES_TEST_TOKEN` holds a token (`CELL_TYPES_TEST_RELEASE` a release other than 1300): it shows that the
stand-in is like it.
"""

import logging
import os
import re
import traceback
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from data import __main__ as command_line
from data.__main__ import main
from data.catalog import TABLES
from data.errors import BadTable, DataError, HostUnreachable, SettingsError, TableAbsent
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import Settings, checked_token, read_settings
from data.sources.cave import CaveSource
from data.sources.materialization import session as cave_session
from data.sources.materialization.errors import (
    NoAnswer,
    ReleaseAbsent,
    ReleaseExpired,
    TooManyRequests,
)
from data.tables.raw import silent
from data.tables.schema import Tidy
from data.volume import VOLUME
from tests.loopback_cave import (
    SQL_FAILED,
    TOKEN,
    Answer,
    Change,
    LoopbackCave,
    failed,
    running_cave,
    said,
    schema_message,
    without,
)
from tests.loopback_cave_tables import (
    COARSE,
    FINE,
    LOOKUP,
    NUCLEI,
    POINTS,
    ROOT,
    UNITS,
    StandTable,
    label_rows,
)

RELEASE = 943
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
DATASTACK = "/datastack/minnie65_public"
FINE_QUERY = f"/version/{RELEASE}/query"
TERMS = "https://global.example.org/sticky_auth/api/v1/tos/2/accept"


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # where caveclient keeps tokens and addresses
    monkeypatch.chdir(tmp_path)
    with running_cave() as running:
        yield running


def settings_for(cave: LoopbackCave | str, **others: object) -> Settings:
    address = cave if isinstance(cave, str) else cave.url
    return read_settings({"source": "cave", "cave": address, "token": TOKEN, "release": RELEASE} | others)


def opened(cave: LoopbackCave | str, **others: object) -> OpenRelease:
    return open_release(settings_for(cave, **others), sample_when_offline=False)


def cached(release: OpenRelease) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in release.cache.folder.glob("*.[pj]*")}


# --- What comes, when all is well ---------------------------------------------------------------------------


def test_rows_come_with_exact_ids_and_the_nucleus_is_the_target(cave: LoopbackCave) -> None:
    frame = opened(cave).load_labels(FINE).frame
    assert frame["nucleus_id"].tolist() == [101, 102, 103, 104, 105]
    assert frame["cell_type"].tolist() == ["23P", "5P-PT", "BC", "4P", "MC"]
    # 0 and what the segmentation does not know (1 on the wire) both mean that there is no segment.
    assert frame["root_id"].tolist() == [ROOT, ROOT + 1, 0, 0, ROOT + 4]


def test_a_table_reads_the_same_from_cave_and_from_an_export_of_it(
    cave: LoopbackCave, tmp_path: Path
) -> None:
    raw = opened(cave).source.fetch_table(TABLES[UNITS], silent).rows.to_pandas()
    (tmp_path / "exports").mkdir()
    raw.to_csv(tmp_path / "exports" / f"{UNITS}.csv", index=False)
    folder = read_settings({"source": "folder", "folder": tmp_path / "exports", "release": RELEASE})
    exported = open_release(folder, sample_when_offline=False).load_labels(UNITS).frame
    pd.testing.assert_frame_equal(opened(cave).load_labels(UNITS).frame, exported)


def test_of_an_alternative_point_the_plain_name_is_the_point_and_the_suffix_the_centre(
    cave: LoopbackCave,
) -> None:
    row = opened(cave).load_labels(POINTS).frame.iloc[0]
    assert (row["nucleus_id"], row["root_id"], row["orig_root_id"]) == (103, ROOT + 2, 0)
    assert row["z_um"] == pytest.approx(21000 * 0.04)
    assert row["z_alt_um"] == pytest.approx(21010 * 0.04)


def test_a_view_is_asked_as_a_view(cave: LoopbackCave) -> None:
    assert opened(cave).load_labels(LOOKUP).frame["nucleus_id"].tolist() == [101, 102, 103, 104, 105]
    assert cave.queries()[-1].path.endswith(f"/views/{LOOKUP}/query")


def test_the_release_is_what_the_server_says_of_it(cave: LoopbackCave) -> None:
    release = opened(cave)
    assert release.release.iso == "2024-01-22T08:10:01.497934+00:00"
    assert release.release.live
    record = release.load_labels(FINE).provenance
    assert (record.source, record.release, record.timestamp) == (
        "cave",
        RELEASE,
        release.release.iso,
    )
    assert record.origin == f"{cave.url}/minnie65_public/v943/{FINE}"
    assert len(record.sha256) == 64


def test_a_release_that_only_the_server_knows_can_be_opened(cave: LoopbackCave) -> None:
    cave.versions[4711] = True
    assert 4711 not in VOLUME.releases
    assert len(opened(cave, release=4711).load_labels(FINE).frame) == 5


def test_a_release_that_only_the_server_knows_holds_what_the_server_lists(cave: LoopbackCave) -> None:
    cave.versions[4711] = True
    cave.tables["nobodys_table"] = cave.tables[FINE]
    release = opened(cave, release=4711)
    assert set(release.release.tables) == {*cave.tables, *cave.views}
    assert set(release.tables.held) == {*cave.tables, LOOKUP} - {"nobodys_table"}
    known = opened(cave).tables
    assert known.held == known.in_release(RELEASE)  # of the others the catalogue knows best


def test_a_release_that_only_the_server_knows_may_have_no_views(cave: LoopbackCave) -> None:
    cave.versions[4711] = True
    cave.break_("/version/4711/views", lambda _: said({}, 404))
    assert set(opened(cave, release=4711).release.tables) == set(cave.tables)


def test_the_servers_releases_are_listed_with_whether_they_live(cave: LoopbackCave) -> None:
    assert cave_source(cave).list_releases() == {661: False, 943: True, 1300: True}


def test_what_is_cached_is_not_asked_for_again(cave: LoopbackCave) -> None:
    opened(cave).load_labels(FINE)
    asked = len(cave.queries())
    opened(cave).load_labels(FINE)
    assert len(cave.queries()) == asked == 2


def test_what_goes_over_the_wire(cave: LoopbackCave) -> None:
    opened(cave).load_labels(FINE)
    said_once = list(dict.fromkeys((one.method, one.path) for one in cave.asked))
    v3 = f"/materialize/api/v3{DATASTACK}"
    assert said_once == [
        ("GET", "/info/version"),
        ("GET", f"/info/api/v2{DATASTACK.replace('stack', 'stack/full')}"),
        ("GET", "/materialize/api/versions"),
        ("GET", "/materialize/version"),
        ("GET", f"{v3}/versions"),
        ("GET", f"{v3}/version/943"),
        ("POST", f"{v3}/version/943/table/{FINE}/query"),
        ("POST", f"{v3}/version/943/query"),
    ]
    count, rows = cave.queries()
    assert (count.query["count"], count.body) == ("True", {})
    assert rows.query["split_positions"] == "True"
    assert rows.body == {
        "tables": [[FINE, "target_id"], [NUCLEI, "id"]],
        "suffix_map": {FINE: "", NUCLEI: "_ref"},
    }
    assert not any(
        "desired_resolution" in one.body for one in cave.asked
    )  # the server would cut decimals off


def test_nothing_of_the_readers_own_client_is_changed(cave: LoopbackCave, tmp_path: Path) -> None:
    opened(cave).load_labels(FINE)
    assert not (tmp_path / "home").exists()


# --- Positions and limits -----------------------------------------------------------------------------------


def test_positions_in_nanometres_land_where_voxels_do(cave: LoopbackCave) -> None:
    voxels = opened(cave).source.fetch_table(TABLES[NUCLEI], silent).rows.to_pandas()
    rows = cave.tables[NUCLEI].rows.copy()
    for axis, size in (("x", 4), ("y", 4), ("z", 40)):
        rows[f"pt_position_{axis}"] *= size
    cave.tables[NUCLEI] = replace(cave.tables[NUCLEI], rows=rows, resolution=(1.0, 1.0, 1.0))
    nanometres = opened(cave).source.fetch_table(TABLES[NUCLEI], silent).rows.to_pandas()
    for axis in "xyz":
        assert nanometres[f"pt_position_{axis}"].tolist() == voxels[f"pt_position_{axis}"].tolist()


def test_where_an_answer_does_not_say_its_unit_the_table_does(cave: LoopbackCave) -> None:
    cave.break_("query", lambda answer: replace(answer, headers=()))
    assert opened(cave).load_labels(NUCLEI).frame["z_um"].tolist()[0] == pytest.approx(15504 * 0.04)


@pytest.mark.parametrize("cap", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("name", [FINE, NUCLEI, LOOKUP])
def test_whatever_the_servers_limit_all_rows_come_once(name: str, cap: int, cave: LoopbackCave) -> None:
    cave.cap = cap
    frame = opened(cave).load_labels(name).frame
    assert sorted(frame["nucleus_id"]) == [101, 102, 103, 104, 105]


def test_as_many_rows_as_the_limit_are_not_taken_for_a_part(cave: LoopbackCave) -> None:
    cave.cap = 5
    opened(cave).load_labels(FINE)
    assert len(cave.queries()) == 2


def test_ranges_are_asked_for_by_the_nucleus(cave: LoopbackCave) -> None:
    cave.cap = 3
    opened(cave).load_labels(FINE)
    ranges = [one.body.get("filter_greater_equal_dict", {}) for one in cave.queries()[2:]]
    assert {FINE: {"target_id": 102}} in ranges


def test_rows_that_point_at_a_nucleus_no_longer_valid_are_not_missed(cave: LoopbackCave) -> None:
    labels = label_rows([(1, 101, "23P"), (2, 102, "23P"), (3, 999, "23P")], "system")
    cave.tables[FINE] = StandTable("cell_type_reference", labels, NUCLEI)
    assert opened(cave).load_labels(FINE).frame["nucleus_id"].tolist() == [101, 102]


def test_more_rows_of_one_nucleus_than_come_at_once_are_an_error(cave: LoopbackCave) -> None:
    cave.cap = 1
    with pytest.raises(BadTable, match="of the 3 rows"):
        opened(cave).load_labels(UNITS)


# --- Views that are not there, and what owners say of their tables ------------------------------------------


def take_out(cave: LoopbackCave) -> None:
    del cave.views[LOOKUP]


def lose(cave: LoopbackCave) -> None:
    cave.lost.add(LOOKUP)


@pytest.mark.parametrize("strike", [take_out, lose])
def test_a_view_that_is_not_there_is_absent(
    strike: Callable[[LoopbackCave], None], cave: LoopbackCave
) -> None:
    strike(cave)
    with pytest.raises(TableAbsent, match=f"does not hold {LOOKUP}"):
        opened(cave).load_labels(LOOKUP)
    found = cave_source(cave).lookup_nucleus(103, [TABLES[FINE], TABLES[LOOKUP], TABLES[COARSE]], silent)
    assert list(found) == [FINE, COARSE]
    assert all(isinstance(one, Tidy) for one in found.values())


def test_a_table_without_metadata_is_absent(cave: LoopbackCave) -> None:
    cave.break_("query", lambda answer: replace(answer, headers=()))  # so that its unit is asked for
    release = opened(cave)
    cave.break_("/metadata", lambda _: said("No metadata found for table", 404))
    with pytest.raises(TableAbsent, match=f"does not hold {NUCLEI}"):
        release.load_labels(NUCLEI)


ADVICE = "Superseded, see the wiki: use another table,\nor ask."


@pytest.mark.parametrize("cap", [2, 200_000])
def test_what_the_owner_says_of_a_table_stands_in_its_record(cap: int, cave: LoopbackCave) -> None:
    cave.cap = cap
    cave.tables[FINE] = replace(cave.tables[FINE], notice=ADVICE)
    cave.tables[NUCLEI] = replace(cave.tables[NUCLEI], notice="Frozen")
    cave.views[LOOKUP] = replace(cave.views[LOOKUP], notice="")
    release = opened(cave)
    said_of = "Notice of its owner: “Superseded, see the wiki: use another table, or ask.”"
    assert release.load_labels(FINE).provenance.notices == (
        said_of,
        "Notice of the owner of nucleus_detection_v0: “Frozen”",
    )
    assert release.load_labels(NUCLEI).provenance.notices == ("Notice of its owner: “Frozen”",)
    assert release.load_labels(LOOKUP).provenance.notices == ()
    assert opened(cave).load_labels(FINE).provenance.notices[0] == said_of, "also from the cache"


@pytest.mark.parametrize("name", [FINE, NUCLEI, LOOKUP])
def test_the_servers_warnings_are_printed_nowhere(
    name: str, cave: LoopbackCave, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    cave.cap = 2
    cave.tables[NUCLEI] = replace(cave.tables[NUCLEI], notice=ADVICE)
    opened(cave).load_labels(name)
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith("caveclient")] == []


# --- Look-ups of one nucleus --------------------------------------------------------------------------------


def test_one_nucleus_is_looked_up_in_tables_and_views(cave: LoopbackCave) -> None:
    asked = [TABLES[name] for name in (FINE, UNITS, POINTS, LOOKUP, NUCLEI, "connectivity_groups_v507")]
    found = cave_source(cave).lookup_nucleus(103, asked, silent)
    assert list(found) == [FINE, UNITS, POINTS, LOOKUP, NUCLEI]  # the release does not hold the last one
    assert found[UNITS] is None  # no row for it
    rows = {name: one.rows.to_pylist() for name, one in found.items() if isinstance(one, Tidy)}
    assert [row["cell_type"] for row in rows[FINE]] == ["BC"]
    assert [row["root_id"] for row in rows[POINTS]] == [ROOT + 2]  # as fetched whole, though named otherwise
    assert all([row["nucleus_id"] for row in one] == [103] for one in rows.values())


def test_a_look_up_asks_for_the_target(cave: LoopbackCave) -> None:
    cave_source(cave).lookup_nucleus(103, [TABLES[FINE]], silent)
    assert cave.queries()[-1].body["filter_equal_dict"] == {FINE: {"target_id": 103}}


def test_a_look_up_on_another_server_does_not_hear_the_first_ones_tables(cave: LoopbackCave) -> None:
    assert FINE in cave_source(cave).lookup_nucleus(103, [TABLES[FINE]], silent)
    with running_cave() as other:
        del other.tables[FINE]
        assert cave_source(other).lookup_nucleus(103, [TABLES[FINE]], silent) == {}


def test_a_look_up_goes_on_behind_a_table_that_fails(cave: LoopbackCave) -> None:
    cave.break_(FINE_QUERY, lambda _: failed("'nope'"), 1)
    found = cave_source(cave).lookup_nucleus(103, [TABLES[FINE], TABLES[COARSE]], silent)
    assert isinstance(found[FINE], BadTable)
    assert isinstance(found[COARSE], Tidy)


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (failed("429 Too Many Requests: 30 per 1 minute"), TooManyRequests),
        (said({"error": "invalid_token", "message": "no"}, 401), SettingsError),
        (failed("404 Not Found: version 943 not found because there is no valid parent"), ReleaseExpired),
    ],
)
def test_a_look_up_asks_no_further_table_where_the_server_refuses(
    refusal: Answer, kind: type[DataError], cave: LoopbackCave
) -> None:
    cave.break_(FINE_QUERY, lambda _: refusal)
    found = cave_source(cave).lookup_nucleus(103, [TABLES[FINE], TABLES[COARSE], TABLES[LOOKUP]], silent)
    assert list(found) == [FINE, COARSE, LOOKUP]
    assert {type(one) for one in found.values()} == {kind}
    assert len({one.path for one in cave.queries()}) == 1


def test_a_look_up_asks_no_further_table_of_a_silent_server(
    cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cave_session, "READ_SECONDS", 0.5)
    cave.break_(FINE_QUERY, lambda answer: replace(answer, silent=True))
    found = cave_source(cave).lookup_nucleus(103, [TABLES[FINE], TABLES[COARSE]], silent)
    assert [type(one) for one in found.values()] == [NoAnswer, NoAnswer]
    assert len(cave.queries()) == 1


def test_a_look_up_that_nobody_waits_for_ends_between_two_tables(cave: LoopbackCave) -> None:
    def leave(done: int, total: int | None, wait: float = 0.0, /) -> None:
        assert total == 2
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cave_source(cave).lookup_nucleus(103, [TABLES[FINE], TABLES[COARSE]], leave)
    assert len(cave.queries()) == 1


def cave_source(cave: LoopbackCave) -> CaveSource:
    return CaveSource(cave.url, TOKEN, RELEASE)


# --- Faults that mend themselves ----------------------------------------------------------------------------


def busy(answer: Answer) -> Answer:
    return replace(answer, status=503, body=b"<html>busy</html>", kind="text/html")


def busy_for(seconds: int) -> Change:
    return lambda answer: replace(busy(answer), headers=(("Retry-After", str(seconds)),))


def too_often(answer: Answer) -> Answer:
    return failed("429 Too Many Requests: 30 per 1 minute")


def without_end(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[:-8])


def other_order(cave: LoopbackCave) -> None:
    def turn(answer: Answer) -> Answer:
        cave.seed += 1
        return answer

    cave.break_("query", turn)


def change_rows(name: str, **columns: str | pd.Series) -> Callable[[LoopbackCave], None]:
    def change(cave: LoopbackCave) -> None:
        cave.tables[name] = replace(cave.tables[name], rows=cave.tables[name].rows.assign(**columns))

    return change


MENDED: dict[str, Callable[[LoopbackCave], None]] = {
    "busy once": lambda cave: cave.break_("query", busy, 1),
    "busy three times": lambda cave: cave.break_("query", busy, 3),
    "busy, with a wait": lambda cave: cave.break_("query", busy_for(30), 1),
    "busy when asked who it is": lambda cave: cave.break_("/info/", busy, 2),
    "asked too often, once": lambda cave: cave.break_(FINE_QUERY, too_often, 1),
    "list of interfaces lost once": lambda cave: cave.break_("/api/versions", busy, 1),
    "no end mark": lambda cave: cave.break_(FINE_QUERY, without_end),
    "another order of columns each time": other_order,
    "a column more": change_rows(FINE, status="new"),
    "moments without fractions": lambda cave: setattr(cave, "moment", "2024-01-22T08:10:01"),
    "validity spelled in words": change_rows(FINE, valid="t"),
    "another type of number": lambda cave: change_rows(
        NUCLEI, volume=cave.tables[NUCLEI].rows["volume"].astype("Float64")
    )(cave),
    "no word on the table it points at": lambda cave: cave.tables.update(
        {FINE: replace(cave.tables[FINE], reference=None)}
    ),
}


@pytest.mark.parametrize("fault", MENDED)
def test_a_fault_that_mends_itself_is_not_noticed(fault: str, cave: LoopbackCave, tmp_path: Path) -> None:
    whole = opened(cave, cache=tmp_path / "before").load_labels(FINE).frame
    MENDED[fault](cave)
    pd.testing.assert_frame_equal(opened(cave).load_labels(FINE).frame, whole)


@pytest.mark.slow
def test_an_answer_that_drips_is_waited_for(cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cave_session, "READ_SECONDS", 2)  # the longest silence, not the longest answer
    cave.break_(FINE_QUERY, lambda answer: replace(answer, drip=0.6))
    assert len(opened(cave).load_labels(FINE).frame) == 5


def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command line say soon that nothing comes."""
    for module in ("data.tables.raw", "data.commands.terminal"):
        monkeypatch.setattr(f"{module}.SILENCE_SECONDS", 0.1)


@pytest.mark.slow
def test_fetch_says_that_a_query_is_not_answered_and_asks_once(
    cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told_at_once(monkeypatch)
    monkeypatch.setattr(cave_session, "READ_SECONDS", 1.0)
    cave.break_("query", lambda answer: replace(answer, silent=True))
    given = ["--source", "cave", "--cave", cave.url, "--release", f"{RELEASE}"]
    monkeypatch.setenv("CELL_TYPES_TOKEN", TOKEN)
    assert main(["fetch", FINE, *given]) == 2
    told = capsys.readouterr().err
    assert re.search(rf"{FINE}: nothing new for \d s; a server is given up after 1 s of silence\n", told)
    assert "silent for 1 second" in told
    assert "the query may still be running" in told
    assert len(cave.queries()) == 1


@pytest.mark.slow
def test_the_command_line_says_that_a_release_does_not_open(
    cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told_at_once(monkeypatch)
    for module in (cave_session, command_line):
        monkeypatch.setattr(module, "LIST_SECONDS", 1.0)
    cave.break_("/info", lambda answer: replace(answer, silent=True))
    monkeypatch.setenv("CELL_TYPES_TOKEN", TOKEN)
    assert main(["status", "--source", "cave", "--cave", cave.url, "--release", f"{RELEASE}"]) == 2
    told = capsys.readouterr().err
    assert re.search(r"v943: nothing new for \d s; a server is given up after 1 s of silence\n", told)
    assert "silent for 1 second" in told
    assert len(cave.asked) == 1


# --- Faults that last: what the reader sees, and that nothing is lost ---------------------------------------


@dataclass(frozen=True)
class Lasting:
    """A fault, and what the reader is told of it."""

    strike: Callable[[LoopbackCave], None]
    kind: type[DataError]
    problem: str
    remedy: str


def everywhere(answer: Answer) -> Callable[[LoopbackCave], None]:
    return lambda cave: cave.break_("/", lambda _: answer)


def rows_are(change: Callable[[Answer], Answer]) -> Callable[[LoopbackCave], None]:
    return lambda cave: cave.break_(FINE_QUERY, change)


def cap_without_a_word(cave: LoopbackCave) -> None:
    cave.cap = 2
    cave.break_("query", lambda answer: replace(answer, headers=answer.headers[:3]))


def no_local_server(cave: LoopbackCave) -> None:
    cave.break_("/info/api/v2", lambda _: said({"aligned_volume": {"name": "minnie65_phase3", "id": 1}}))


def forbidden(**detail: object) -> Answer:
    return said({"error": "missing", "message": "no", "data": detail}, 403)


def terms_not_accepted(cave: LoopbackCave) -> None:
    body = {
        "error": "missing_tos",
        "message": "Need to accept Terms of Service",
        "data": {"tos_form_url": TERMS},
    }
    cave.break_("/", lambda _: said(body, 403))


def to_sign_in(cave: LoopbackCave) -> None:
    to_login = Answer(302, headers=(("Location", f"{cave.url}/login"),))
    cave.break_("/info/", lambda _: to_login)


def cut_at(share: float, *, declared: bool) -> Callable[[LoopbackCave], None]:
    """Send a share of the body, under its whole length or under the share's own."""

    def cut(answer: Answer) -> Answer:
        part = answer.body[: int(len(answer.body) * share)]
        return replace(answer, body=part, declared=len(answer.body) if declared else None)

    return rows_are(cut)


SIGN_IN = Answer(200, b"<html>Sign in</html>", "text/html")
AGAIN = "Try again"
LASTING = {
    "expired": Lasting(
        lambda cave: cave.versions.update({RELEASE: False}), ReleaseExpired,
        "v943 has expired", "source “archive”.*another|source “archive”.*about a minute a table",
    ),
    "expired since the release was opened": Lasting(
        rows_are(lambda _: failed("404 Not Found: version 943 not found because there is no valid parent")),
        ReleaseExpired, "v943 has expired", "source “archive”",
    ),
    "not listed": Lasting(
        lambda cave: cave.versions.clear(), ReleaseAbsent, "does not know release v943", "lists are none"
    ),
    "token refused": Lasting(
        everywhere(said({"error": "invalid_token", "message": "no"}, 401)), SettingsError,
        "does not accept the token", "/sticky_auth/settings/tokens",
    ),
    "sent to sign in": Lasting(
        to_sign_in, SettingsError, "does not accept the token", "/sticky_auth/settings/tokens",
    ),
    "terms not accepted": Lasting(terms_not_accepted, SettingsError, "accepted its terms", TERMS),
    "no permission": Lasting(
        everywhere(forbidden(required_permission="view")), SettingsError, "may not read", "for permission"
    ),
    "busy": Lasting(rows_are(busy), BadTable, "HTTP 503", AGAIN),
    "busy for an hour": Lasting(rows_are(busy_for(3600)), BadTable, "HTTP 503", "again in 3,600 seconds"),
    "given up by a gateway": Lasting(
        rows_are(lambda answer: replace(busy(answer), status=504)),
        BadTable, "HTTP 504", "may still be running",
    ),
    "asked too often": Lasting(rows_are(too_often), TooManyRequests, "asked too often", "Wait a minute"),
    "SQL that takes too long": Lasting(
        rows_are(lambda _: failed(SQL_FAILED)), BadTable,
        "it says “canceling statement due to statement timeout”", AGAIN,
    ),
    "SQL that is wrong": Lasting(
        rows_are(lambda _: failed(f"(psycopg2.errors.UndefinedColumn) column x is not there\n[SQL: {FINE}]")),
        BadTable, r"it says “\(psycopg2.errors.UndefinedColumn\) column x is not there”", AGAIN,
    ),
    "out of order": Lasting(rows_are(lambda _: failed("'nope'")), BadTable, "it says “'nope'”", AGAIN),
    "out of order, and telling the token": Lasting(
        rows_are(lambda _: failed(f"no row for {TOKEN}")), BadTable, "it says “no row for …”", AGAIN
    ),
    "too large a question": Lasting(
        rows_are(lambda _: Answer(413, b"<html>", "text/html")), BadTable, "failed on .*HTTP 413", AGAIN
    ),
    "hung up": Lasting(
        rows_are(lambda answer: replace(answer, dropped=True)), BadTable, "closed the connection", AGAIN
    ),
    "half a body": Lasting(
        cut_at(0.5, declared=True), BadTable, "lost on the way", AGAIN,
    ),
    "half a body, said to be all": Lasting(
        cut_at(0.7, declared=False), BadTable, "cut short or damaged", AGAIN,
    ),
    "no body": Lasting(rows_are(lambda answer: replace(answer, body=b"")), BadTable, "cut short", AGAIN),
    "a body that ends behind its schema": Lasting(
        rows_are(lambda answer: replace(answer, body=schema_message(answer.body))),
        BadTable, "gave 0 of the 5 rows", AGAIN,
    ),
    "limited, without a word": Lasting(cap_without_a_word, BadTable, "gave [1-4] of the 5 rows", AGAIN),
    "silent": Lasting(
        rows_are(lambda answer: replace(answer, silent=True)),
        BadTable, "silent for 1 second", "may still be running",
    ),
    "no target": Lasting(rows_are(without("target_id")), BadTable, "without its column target_id", "archive"),
    "no label": Lasting(rows_are(without("cell_type")), BadTable, "without its column cell_type", "archive"),
    "no position": Lasting(
        rows_are(without("pt_position_y")), BadTable, "without its column pt_position_y", "archive"
    ),
    "no such table": Lasting(
        lambda cave: cave.tables.clear(), TableAbsent, f"does not hold {FINE}", "another release"
    ),
    "list of interfaces lost": Lasting(
        lambda cave: cave.break_("/api/versions", busy), DataError, "version 3 of its interface", "archive"
    ),
    "an old engine": Lasting(
        lambda cave: setattr(cave, "engine", "5.12.0"), DataError, "too old for this caveclient", "archive"
    ),
    "an engine without a version": Lasting(
        lambda cave: cave.break_("/materialize/version", lambda answer: replace(answer, status=404)),
        DataError, "too old for this caveclient", "archive",
    ),
    "a page to sign in instead of rows": Lasting(rows_are(lambda _: SIGN_IN), BadTable, "sign in", AGAIN),
    "a page to sign in everywhere": Lasting(everywhere(SIGN_IN), BadTable, "sign in", AGAIN),
    "rows of another kind": Lasting(
        rows_are(lambda answer: replace(answer, kind="data.arrow; charset=utf-8")),
        BadTable, "other than", AGAIN,
    ),
    "a list for an error": Lasting(
        rows_are(lambda _: said(["no"], 500)), DataError, "another form", "archive"
    ),
    "an error in no script": Lasting(
        rows_are(lambda _: Answer(500, b"\xff\xfe\x00")), BadTable, "other than", AGAIN
    ),
    "no local server": Lasting(no_local_server, DataError, "where its tables are served", "setting “cave”"),
}  # fmt: skip


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_fault_has_words_loses_nothing_and_is_over_when_it_is_over(
    name: str, cave: LoopbackCave, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browsed: list[str] = []
    monkeypatch.setattr(webbrowser, "open", browsed.append)
    good = opened(cave).load_labels(COARSE).frame
    kept = cached(opened(cave))
    tables, versions = dict(cave.tables), dict(cave.versions)

    monkeypatch.setattr(cave_session, "READ_SECONDS", 1.0 if name == "silent" else 120)
    LASTING[name].strike(cave)
    release = opened(cave)  # with a table at hand the release opens, whatever the server says
    with pytest.raises(LASTING[name].kind, match=LASTING[name].problem) as caught:
        release.load_labels(FINE)
    assert FINE in caught.value.problem or cave.url.removeprefix("http://") in caught.value.problem
    assert re.search(LASTING[name].remedy, caught.value.remedy)
    assert TOKEN not in "".join(traceback.format_exception(caught.value)) + caplog.text
    assert browsed == []

    assert cached(release) == kept
    pd.testing.assert_frame_equal(release.load_labels(COARSE).frame, good)

    monkeypatch.setattr(cave_session, "READ_SECONDS", 120)
    cave.tables, cave.versions, cave.engine, cave.cap = tables, versions, "5.26.4", 200_000
    cave.faults.clear()
    assert len(release.load_labels(FINE).frame) == 5


def test_without_a_table_at_hand_a_release_that_cannot_be_read_does_not_open(cave: LoopbackCave) -> None:
    with pytest.raises(ReleaseExpired, match="v661 has expired"):
        opened(cave, release=661)
    with pytest.raises(ReleaseAbsent, match="v9999"):
        opened(cave, release=9999)
    cave.moment = "22 January 2024"
    with pytest.raises(DataError, match="time stamps in another format"):
        opened(cave)
    with pytest.raises(HostUnreachable, match=r"127\.0\.0\.1:9 cannot be reached"):
        opened(NOWHERE)


def test_with_a_table_at_hand_it_opens_and_says_why_it_is_alone(cave: LoopbackCave) -> None:
    opened(cave).load_labels(FINE)
    assert opened(cave).why == ""
    cave.versions[RELEASE] = False
    alone = opened(cave)
    assert "has expired" in alone.why
    assert len(alone.load_labels(FINE).frame) == 5


UNKNOWN = 4711
"""A release that the catalogue does not know."""


def test_a_release_that_only_the_server_knows_opens_from_the_cache_once_it_has_expired(
    cave: LoopbackCave,
) -> None:
    cave.versions[UNKNOWN] = True
    before = opened(cave, release=UNKNOWN)
    rows = before.load_labels(FINE).frame
    cave.versions[UNKNOWN] = False
    alone = opened(cave, release=UNKNOWN)
    assert "has expired" in alone.why
    assert (alone.release.timestamp, alone.release.live) == (before.release.timestamp, False)
    assert list(alone.tables.held) == [FINE]
    pd.testing.assert_frame_equal(alone.load_labels(FINE).frame, rows)
    with pytest.raises(ReleaseExpired):
        opened(cave, release=UNKNOWN, cache="elsewhere")


def test_a_release_that_only_the_server_knows_opens_from_the_cache_where_the_server_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with running_cave() as gone:
        gone.versions[UNKNOWN] = True
        rows = opened(gone, release=UNKNOWN).load_labels(FINE).frame
    alone = opened(gone, release=UNKNOWN)
    assert "cannot be reached" in alone.why
    assert alone.release.live, "for all that is known"
    pd.testing.assert_frame_equal(alone.load_labels(FINE).frame, rows)


# --- Tokens -------------------------------------------------------------------------------------------------


def test_without_a_token_nobody_is_asked(cave: LoopbackCave) -> None:
    with pytest.raises(SettingsError, match="wants a token") as caught:
        opened(cave, token=None)
    assert "/sticky_auth/settings/tokens" in caught.value.remedy
    assert cave.asked == []


def test_the_token_is_the_settings_then_the_secrets_then_caveclients_own(
    cave: LoopbackCave, tmp_path: Path
) -> None:
    own = tmp_path / "home" / ".cloudvolume" / "secrets" / "cave-secret.json"
    own.parent.mkdir(parents=True)
    own.write_text(f'{{"token": "{TOKEN}"}}')
    assert len(opened(cave, token=None).load_labels(FINE).frame) == 5
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('CELL_TYPES_TOKEN = "of-the-secrets"\n')
    assert settings_for(cave, token=None).token == "of-the-secrets"
    assert settings_for(cave, token="of-the-setting").token == "of-the-setting"
    assert read_settings({"source": "archive"}).token is None


@pytest.mark.parametrize("token", ["abc\ndef", "abc def", "ab\x00c", "abç"])
def test_what_is_no_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        checked_token(token)
    assert token not in str(caught.value)


def test_white_space_around_a_token_is_not_part_of_it() -> None:
    assert checked_token(f" {TOKEN}\n") == TOKEN
    assert checked_token(" \n") is None


def test_files_that_cannot_be_read_are_named_without_their_content(
    cave: LoopbackCave, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f"CELL_TYPES_TOKEN = {TOKEN}\n")  # no quotation marks
    with pytest.raises(SettingsError, match=r"secrets\.toml") as caught:
        read_settings({"source": "cave"}, {}, [secrets])
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    own = tmp_path / "home" / ".cloudvolume" / "secrets" / "cave-secret.json"
    own.parent.mkdir(parents=True)
    own.write_text(TOKEN)
    with pytest.raises(SettingsError, match="caveclient's own file") as caught:
        opened(cave, token=None)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_token_stands_in_no_text_of_the_settings_and_in_no_file_of_the_cache(cave: LoopbackCave) -> None:
    release = opened(cave)
    release.load_labels(FINE)
    assert TOKEN not in repr(settings_for(cave))
    assert not any(TOKEN.encode() in content for content in cached(release).values())


def test_a_server_that_sends_elsewhere_does_not_send_the_token_along(cave: LoopbackCave) -> None:
    with running_cave() as elsewhere:
        away = (("Location", elsewhere.url.replace("127.0.0.1", "localhost")),)
        cave.break_("/info/version", lambda _: Answer(302, headers=away))
        with pytest.raises(DataError):
            opened(cave)
        sent = "".join(str(one.headers) for one in elsewhere.asked)
    assert elsewhere.asked
    assert TOKEN not in sent


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="setting “cave”"):
        settings_for("global.example.org")


def test_the_public_server_and_any_other_do_not_share_a_cache() -> None:
    assert CaveSource(VOLUME.cave, TOKEN, RELEASE).key == "cave"
    assert CaveSource("https://cave.example.org", TOKEN, RELEASE).key.startswith("cave-")


# --- The contract: of the stand-in, and of a real server where there is one ---------------------------------


@dataclass(frozen=True)
class Server:
    """A server to be asked, with a release it answers for."""

    address: str
    token: str
    release: int

    def source(self, **others: object) -> CaveSource:
        given = {"base": self.address, "token": self.token, "release": self.release} | others
        return CaveSource(**given)  # type: ignore[arg-type]  # each is what it was

    def frame(self, name: str) -> pd.DataFrame:
        return self.source().fetch_table(TABLES[name], silent).rows.to_pandas()


@pytest.fixture(params=["stand-in", "real"])
def server(request: pytest.FixtureRequest) -> Server:
    if request.param == "stand-in":
        return Server(request.getfixturevalue("cave").url, TOKEN, RELEASE)
    address, token = (os.environ.get(f"CELL_TYPES_TEST_{name}") for name in ("CAVE", "TOKEN"))
    if not (address and token):
        pytest.skip("CELL_TYPES_TEST_CAVE and CELL_TYPES_TEST_TOKEN name no real server")
    return Server(address, token, int(os.environ.get("CELL_TYPES_TEST_RELEASE", "1300")))


def test_contract_a_release_has_a_moment(server: Server) -> None:
    release = server.source().read_release()
    assert (release.number, release.live) == (server.release, True)
    assert release.timestamp is not None
    assert release.timestamp.utcoffset() is not None


def test_contract_labels_come_joined_to_their_nuclei(server: Server) -> None:
    labels = server.frame(COARSE)
    assert {"target_id", "cell_type", "pt_root_id", "pt_position_x", "volume"} <= set(labels.columns)
    assert pd.api.types.is_integer_dtype(labels["pt_root_id"])
    assert set(labels["cell_type"]) <= set(TABLES[COARSE].vocabulary)


def test_contract_alternative_points_have_two_positions(server: Server) -> None:
    points = server.frame(POINTS)
    assert {"pt_position_x", "pt_position_ref_x", "pt_root_id", "pt_root_id_ref"} <= set(points.columns)
    assert (points["pt_position_x"] != points["pt_position_ref_x"]).any()


def test_contract_a_look_up_says_what_the_whole_table_says(server: Server) -> None:
    points = server.frame(POINTS).iloc[0]
    asked = [TABLES[POINTS], TABLES[LOOKUP]]
    found = server.source().lookup_nucleus(int(points["target_id"]), asked, silent)
    row = found[POINTS]
    assert isinstance(row, Tidy)
    assert row.rows["root_id"].to_pylist() == [points["pt_root_id"]]
    assert isinstance(found[LOOKUP], Tidy)


def test_contract_an_expired_release_is_known_as_such(server: Server) -> None:
    with pytest.raises(ReleaseExpired):
        server.source(release=661).read_release()


def test_contract_a_release_that_never_was_is_known_as_such(server: Server) -> None:
    with pytest.raises(ReleaseAbsent):
        server.source(release=99_999).read_release()


def test_contract_a_table_that_never_was_is_absent(server: Server) -> None:
    with pytest.raises(TableAbsent):
        server.source().fetch_table(replace(TABLES[COARSE], name="no_such_table"), silent)


def test_contract_a_view_that_never_was_is_absent(server: Server) -> None:
    with pytest.raises(TableAbsent):
        server.source().fetch_table(replace(TABLES[LOOKUP], name="no_such_view"), silent)


def test_contract_a_wrong_token_is_refused(server: Server) -> None:
    with pytest.raises(SettingsError, match="does not accept the token"):
        server.source(token="0" * 32).read_release()
