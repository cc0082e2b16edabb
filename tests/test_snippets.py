"""The code that readers take away: it parses, says whether it runs, and gives the rows of the pages."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import MagicMock, create_autospec

import caveclient
import pandas as pd
import pytest
from caveclient.materializationengine import MaterializationClient

from components.analysis.code_export.tables import (
    archive_snippet,
    live_release,
    query_snippets,
    table_snippets,
)
from components.analysis.code_export.text import Snippet
from data.catalog import TABLES
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.loopback_archive import FINE, FINE_ROWS, HEADER, running_archive, table_files

THIS = VOLUME.releases[661]
GROUPS = "connectivity_groups_v507"
MANUAL_UNITS = "coregistration_manual_v3"


def run(snippet: Snippet, base: str = VOLUME.archive) -> pd.DataFrame:
    names: dict[str, pd.DataFrame] = {}
    exec(compile(snippet.text.replace(VOLUME.archive, base), snippet.title, "exec"), names)
    return names["rows"]


STATUSES = r"Runs for v|May not run for v|Does not run for v|Expired: does not run\."


def first_comment(text: str) -> str:
    return " ".join(re.findall(r"^# (.*)\n", re.match(r"(?:# .*\n)+", text)[0], re.MULTILINE))  # type: ignore[index]


def test_a_snippet_parses_and_says_first_whether_it_runs(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        for release in [343, 661, 943, 1822]:
            with subtests.test(f"{table.name} v{release}"):
                for snippet in table_snippets(table, VOLUME.releases[release]):
                    ast.parse(snippet.text)
                    assert first_comment(snippet.text) == snippet.status
                    assert re.match(STATUSES, snippet.status)
                    assert f"v{release}" in snippet.status or snippet.status.startswith("Expired")
                    assert max(map(len, snippet.text.splitlines())) <= 110


def test_a_snippet_holds_no_token_and_no_path_of_a_machine(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            for snippet in table_snippets(table, THIS):
                assert "token" not in snippet.text.lower()
                assert re.findall(r"[\"'](?:/|~|[A-Z]:)", snippet.text) == []
                assert re.findall(r"https?://[^\"{]+", snippet.text) in ([], [f"{VOLUME.archive}/v661"])


# The archive


def test_what_works_for_the_release_comes_first(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            first, *others = table_snippets(table, THIS)
            assert first == archive_snippet(table, THIS)
            assert first.status == "Runs for v661: public static files, with no account."
            assert not any(other.status.startswith("Runs") for other in others)


def test_the_archive_is_for_releases_that_it_is_stated_to_hold() -> None:
    assert archive_snippet(TABLES[GROUPS], VOLUME.releases[795]).status == (
        f"Does not run for v795: that release does not hold {GROUPS}."
    )
    assert archive_snippet(TABLES[FINE], VOLUME.releases[795]).status.startswith("Runs for v795")
    assert archive_snippet(TABLES[FINE], VOLUME.releases[1300]).status.startswith("Runs for v1300")
    assert archive_snippet(TABLES[FINE], VOLUME.releases[1822]).status.startswith("May not run for v1822")


POSITION = "pt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
LARGE, OTHER = 864691135568539373, 864691135568539375  # both are …374 or …376 as floating-point numbers
ARCHIVED: dict[str, tuple[str, Sequence[tuple[object, ...]]]] = {
    FINE: (HEADER, FINE_ROWS),
    GROUPS: (  # labels that look like numbers; a root that is missing, and one that is CAVE's other zero
        HEADER,
        [
            (1, 4074, "connectivity_group", "1", LARGE, 175760, 126480, 15504),
            (2, 102, "connectivity_group", "10", "", 176000, 190000, 20000),
            (3, 103, "connectivity_group", "2", 1, 176000, 190000, 20000),
        ],
    ),
    MANUAL_UNITS: (
        "id,int64\r\nvalid,object\r\ntarget_id,int64\r\nsession,int64\r\nscan_idx,int64\r\nunit_id,int64\r\n"
        "residual,float64\r\nscore,float64\r\npt_root_id,int64\r\n" + POSITION,
        [
            (7, "t", 101, 4, 7, 12, 3.5, -1.0, LARGE, 175760, 126480, 15504),
            (8, "f", 102, 4, 7, 13, 3.5, 2.0, LARGE, 175760, 126480, 15504),
            (9, "t", 101, 5, 3, 12, 2.5, 6.0, OTHER, 175760, 126480, 15504),
        ],
    ),
    "nucleus_alternative_points": (
        "id,int64\r\ntarget_id,int64\r\npt_root_id,int64\r\n" + POSITION + "pt_root_id_ref,int64\r\n"
        "pt_position_ref_x,int64\r\npt_position_ref_y,int64\r\npt_position_ref_z,int64\r\n",
        [(5, 101, LARGE, 175760, 126480, 15504, 0, 175600, 126480, 15504)],
    ),
    "nucleus_detection_lookup_v1": (
        "id,int64\r\nvolume,float64\r\npt_root_id,int64\r\norig_root_id,int64\r\n" + POSITION,
        [(101, 220.5, LARGE, OTHER, 175760, 126480, 15504), (102, 90.5, 0, 0, 176000, 190000, 20000)],
    ),
}


@pytest.mark.parametrize("name", ARCHIVED)
def test_the_archive_snippet_gives_the_rows_of_the_loader(name: str, tmp_path: Path) -> None:
    header, rows = ARCHIVED[name]
    table = TABLES[name]
    with running_archive() as archive:
        archive.files |= table_files(name, rows, header)
        settings = read_settings({"source": "archive", "archive": archive.url, "cache": tmp_path})
        frame = open_release(settings, sample_when_offline=False).load_labels(name).frame
        got = run(archive_snippet(table, THIS), archive.url)
    here = {table.id_column: "nucleus_id", "pt_root_id": "root_id"}
    here |= {"pt_root_id_ref": "orig_root_id"} if table.kind == "points" else {"orig_root_id": "orig_root_id"}
    for raw, tidy in here.items():
        if raw in got:
            assert got[raw].dtype == "int64"
            assert got[raw].tolist() == frame[tidy].tolist()
    if table.level:
        assert got["cell_type"].tolist() == frame["cell_type"].tolist()
    assert len(got) == len(frame)


def test_the_first_row_and_every_digit_are_there() -> None:
    with running_archive() as archive:
        archive.files |= table_files(FINE, FINE_ROWS)
        got = run(archive_snippet(TABLES[FINE], THIS), archive.url)
    assert got.iloc[0].tolist() == list(FINE_ROWS[0])
    assert got["pt_root_id"].tolist() == [864691135568539372, 864691135568539373, 0]
    assert got["target_id"].tolist() == [101, 102, 103]


# CAVE


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """Give a client that takes only the calls and arguments that caveclient's own would take."""
    made = MagicMock()
    made.materialize = create_autospec(MaterializationClient, instance=True)
    made.materialize.tables, made.materialize.views = MagicMock(), MagicMock()
    opened = MagicMock(return_value=made)
    monkeypatch.setattr(caveclient, "CAVEclient", opened)
    made.opened = opened
    return made


EXPIRED = {
    "aibs_soma_nuc_metamodel_preds_v117": "aibs_metamodel_celltypes_v661",
    "aibs_soma_nuc_exc_mtype_preds_v117": "aibs_metamodel_mtypes_v661_v2",
    "allen_column_mtypes_v1": "allen_column_mtypes_v2",
    GROUPS: None,
    "apl_functional_coreg_forward_v5": "apl_functional_coreg_vess_fwd",
}


def test_a_query_asks_a_live_release_that_holds_the_table(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            asked = live_release(table, THIS)
            assert (asked is None) == (table.name in EXPIRED)
            if asked:
                assert asked.live
                assert asked.number in table.releases


@pytest.mark.parametrize(
    ("name", "release", "asked"),
    [
        (FINE, 661, 1822),
        (FINE, 1300, 1300),  # live, and holds it: no other is needed
        (FINE, 943, 1822),  # live, but does not hold it
        (MANUAL_UNITS, 661, 943),  # the last that holds it
        (GROUPS, 661, None),
    ],
)
def test_which_release_is_asked(name: str, release: int, asked: int | None) -> None:
    found = live_release(TABLES[name], VOLUME.releases[release])
    assert (found.number if found else None) == asked


def test_what_has_expired_everywhere_says_so_and_names_its_successor(subtests: pytest.Subtests) -> None:
    for name, successor in EXPIRED.items():
        with subtests.test(name):
            table = TABLES[name]
            for snippet in query_snippets(table, THIS):
                assert snippet.status.startswith("Expired: does not run. ")
                assert (successor or "No public table took its place.") in snippet.status
                assert "version=661)" in snippet.text


def test_a_query_of_a_live_release_says_that_it_runs() -> None:
    said = query_snippets(TABLES[FINE], VOLUME.releases[1300])[0].status
    assert said == "Runs for v1300. Needs a free CAVE account."
    said = query_snippets(TABLES[FINE], THIS)[0].status
    assert said.startswith("Does not run for v661, which has expired from CAVE. Runs for v1822: ")
    said = query_snippets(TABLES[FINE], VOLUME.releases[943])[0].status
    assert said.startswith("Does not run for v943, which does not hold the table. Runs for v1822: ")


def test_the_standard_query_asks_for_nuclei(client: MagicMock, subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            client.reset_mock()
            run(query_snippets(table, THIS)[0])
            asked = live_release(table, THIS)
            client.opened.assert_called_once_with("minnie65_public", version=asked.number if asked else 661)
            function = client.materialize.query_view if table.view else client.materialize.query_table
            asked_for = {table.id_column: list(VOLUME.example_nuclei)}
            function.assert_called_once_with(table.name, filter_in_dict=asked_for, split_positions=True)


def test_the_content_aware_query_asks_for_nuclei(client: MagicMock, subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            client.reset_mock()
            run(query_snippets(table, THIS)[1])
            manager = client.materialize.views if table.view else client.materialize.tables
            columns = getattr(manager, table.name)
            columns.assert_called_once_with(**{table.id_column: list(VOLUME.example_nuclei)})
            columns.return_value.query.assert_called_once_with(split_positions=True)
