"""A release other than 661 is open: what the pages, the selection and the search box say then."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.output.status import release_status
from components.analysis.selection.kinds import Covered, Filtered, MatrixCell
from data.__main__ import main
from data.catalog import EVERY_TABLE, TABLES
from data.errors import DataError
from data.opening import open_release
from data.settings import read_settings
from tests.loopback_archive import FINE, FINE_ROWS, write_table
from tests.page_reader import opened, words

IN_795 = [name for name, table in EVERY_TABLE.items() if 795 in table.releases]
SECOND = "aibs_metamodel_celltypes_v661"
AT = (175760, 126480, 15504)
SECOND_ROWS = [(1, 101, "s", "23P", 5, *AT), (2, 102, "s", "MC", 6, *AT), (3, 200, "s", "MC", 7, *AT)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("releases")
    write_table(made, FINE, FINE_ROWS)
    write_table(made, FINE, FINE_ROWS, release=795)
    write_table(made, SECOND, SECOND_ROWS, release=795)
    return made


@pytest.fixture
def other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(folder))
    return folder


def listed(app: AppTest) -> dict[str, dict[str, Any]]:
    (table,) = (one.value for one in app.dataframe if "Name in CAVE" in one.value)
    records = ({str(key): value for key, value in row.items()} for row in table.to_dict("records"))
    return {row["Name in CAVE"]: row for row in records}


@pytest.mark.parametrize("release", [661, 795, 1300])
def test_the_status_walks_the_tables_of_the_open_release(folder: Path, release: int) -> None:
    settings = read_settings({"source": "folder", "folder": folder, "release": release})
    held = open_release(settings, sample_when_offline=False).tables.held
    statuses, _ = release_status({}, held)
    assert [status.table.name for status in statuses] == [
        n for n, t in EVERY_TABLE.items() if release in t.releases
    ]
    assert ({*held} <= {*TABLES}) == (release == 661)


@pytest.mark.usefixtures("other")
def test_the_overview_speaks_of_the_open_release_and_lists_its_tables() -> None:
    app = opened("overview.py", release="795")
    assert "Release v795 labels the same nuclei" in words(app)
    assert "v661 labels" not in words(app)
    rows = listed(app)
    assert list(rows) == IN_795
    assert rows[SECOND]["Here"] == "loaded"
    assert rows[SECOND]["Rows"] == 3
    assert rows[SECOND]["Page"].startswith("soma_nucleus?soma_nucleus=Metamodel")
    (held,) = (metric.value for metric in app.metric if metric.label == "Tables at hand")
    assert held == f"2 of {len(IN_795)}"


@pytest.mark.usefixtures("other")
def test_the_overview_of_661_is_as_it_was() -> None:
    app = opened("overview.py")
    assert "Release v661 labels the same nuclei" in words(app)
    assert list(listed(app)) == list(TABLES)


FRAMES = ((FINE, FINE_ROWS), (SECOND, SECOND_ROWS))


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (Filtered(SECOND, ("MC",)), [102, 200]),
        (MatrixCell(SECOND, FINE, "subclass", "23P", "23P"), [101]),
        (Covered((SECOND,), (FINE,)), [200]),
    ],
)
def test_a_recipe_may_speak_of_a_table_that_came_later(
    folder: Path, recipe: Filtered | MatrixCell | Covered, expected: list[int]
) -> None:
    settings = read_settings({"source": "folder", "folder": folder, "release": 795})
    release = open_release(settings, sample_when_offline=False)
    frames = {name: release.load_labels(name).frame for name, _ in FRAMES}
    assert recipe.nuclei(frames).tolist() == expected
    with pytest.raises(DataError, match="not loaded"):
        recipe.nuclei({FINE: frames[FINE]})


@pytest.mark.usefixtures("other")
def test_a_link_selects_by_a_table_that_came_later_and_names_it_by_its_title() -> None:
    app = opened("baylor.py", release="795", select=f"filter:{SECOND}:labels=MC")
    said = words(app).replace("\\", "")
    assert "**2 nuclei selected**" in said
    assert f"MC in {EVERY_TABLE[SECOND].title}" in said
    here = opened("baylor.py", select=f"filter:{SECOND}:labels=MC")
    assert f"does not hold {SECOND} of release v661" in words(here).replace("\\", "")


@pytest.mark.usefixtures("other")
def test_the_search_box_knows_what_the_open_release_holds() -> None:
    app = opened("baylor.py", release="795")
    app.text_input(key="search-text").set_value("metamodel, features")
    app.button(key="search-go").click().run()
    assert not app.exception
    ways = "\n".join(block.value for block in app.markdown).replace("\\", "")
    assert "[Metamodel, features of 661](soma_nucleus?soma_nucleus=Metamodel" in ways
    assert "release=795" in ways


def test_the_command_line_says_the_status_of_the_release_that_is_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--json", "--source", "folder", "--folder", str(folder), "--release", "795"]) == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    assert [one["name"] for one in tables] == IN_795
    assert {one["name"] for one in tables if one["state"] == "loaded"} == {FINE, SECOND}


# Which releases a folder offers

LINK_SAYS = "does not hold release v{}, so {}. Put the files"


@pytest.mark.parametrize(
    ("paths", "release", "offered"),
    [
        ([], 661, [661]),
        (["v661/", "v795/"], 661, [661, 795]),
        (["v795/"], 661, [795]),
        (["v795/", "v999999/", "notes/", "README.txt"], 661, [795]),
        ([f"{FINE}.parquet"], 661, [661]),
        ([f"{FINE}.csv"], 1300, [1300]),
        ([f"{FINE}_merged.csv.gz", "v795/"], 661, [661, 795]),
        ([f"{FINE}.feather", "v661/", "v795/"], 661, [661, 795]),
    ],
)
def test_a_folder_offers_the_releases_that_it_holds(
    paths: list[str], release: int, offered: list[int], tmp_path: Path
) -> None:
    for path in paths:
        (tmp_path / path).mkdir() if path.endswith("/") else (tmp_path / path).touch()
    settings = read_settings({"source": "folder", "folder": tmp_path, "release": release})
    assert settings.held_releases == offered


@pytest.mark.parametrize(
    ("source", "held"), [("sample", [661]), ("auto", None), ("archive", None), ("cave", None)]
)
def test_only_local_sources_know_their_releases_without_a_request(
    source: str, held: list[int] | None
) -> None:
    assert read_settings({"source": source, "folder": "/nowhere"}).held_releases == held


def picker(app: AppTest) -> tuple[list[str], object]:
    box = app.selectbox(key="release-choice")
    return list(box.options), box.value


@pytest.mark.usefixtures("other")
def test_a_link_to_a_release_that_the_folder_lacks_says_so() -> None:
    app = opened("releases.py", release="1300")
    assert LINK_SAYS.format(1300, "this page shows v661") in words(app)
    assert picker(app) == (["v661 · archived", "v795 · archived"], 661)
    assert "the source “archive” has the expired ones" in words(app)
    (against,) = (box for box in app.selectbox if box.label == "Compare with release")
    assert against.options == ["v795"]


def test_a_folder_without_the_release_of_the_settings_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path, FINE, FINE_ROWS, release=795)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path))
    app = opened("releases.py")
    assert LINK_SAYS.format(661, "choose one of its releases in the bar above") in words(app)
    assert picker(app) == (["v795 · archived"], None)
    app.selectbox(key="release-choice").set_value(795).run()
    assert "does not hold release" not in words(app)
    assert "does not hold a release beside v795" in words(app)


AREAS = "nucleus_functional_area_assignment"
AREA_HEADER = "id,int64\ntarget_id,int64\ntag,str\nvalue,float64\npt_root_id,int64\n" + "".join(
    f"pt_position_{axis},int64\n" for axis in "xyz"
)


@pytest.mark.usefixtures("other")
def test_areas_are_official_where_the_folder_holds_their_table(folder: Path) -> None:
    script = "from components.ui.session.release import official_areas\nimport streamlit as st\n"
    script += "areas = official_areas()\nst.text(areas.of([101])[0] if areas else 'planes')"
    write_table(folder, FINE, FINE_ROWS, release=1300)
    for expected in ("planes", "LM"):
        app = AppTest.from_string(script, default_timeout=60)
        app.query_params["release"] = "1300"
        assert [one.value for one in app.run().text] == [expected]
        write_table(folder, AREAS, [(1, 101, "LM", 3.5, 5, *AT)], AREA_HEADER, release=1300)
