"""The panels of microscopy: the sample has no tissue, and says so; a volume's pictures come one by one."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.selection.listed import listed
from components.ui.imagery.pictures import failed_picture
from data.errors import DataError, HostUnreachable
from data.imagery.section import no_tissue
from tests.conftest import UseFolder
from tests.loopback_archive import FINE, write_table
from tests.made_imagery import NUCLEUS_SCALES, SMALL_SCALES, Ball, labels_of, position_values, write_volume
from tests.page_reader import ROOT, TIMEOUT, run_with

MIDDLE, OUTSIDE = (900, 700, 80), (200_000, 150_000, 20_000)
"""Voxels of 4×4×40 nm: in the small volume, and far from it."""
NO_TISSUE = "Synthetic: no tissue"


def tiles_message(app: AppTest) -> dict[str, Any]:
    """What the browser is told of the sheets."""
    (drawn,) = [
        one.proto for one in app.get("bidi_component") if one.proto.component_name.endswith("nuclei_tiles")
    ]
    told: dict[str, Any] = json.loads(drawn.json)
    return told


def page(script: str, **link: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / script), default_timeout=TIMEOUT)
    return run_with(app, {"panel": "Sections", **link})


@pytest.mark.parametrize(
    ("script", "titles"),
    [
        ("baylor.py", ["Baylor fine"]),
        ("overview.py", ["Soma-nucleus metamodel"]),
        ("type.py", ["23P, all lineages agree", "23P, lineages differ"]),
        ("review.py", [""]),
    ],
)
def test_the_sample_has_no_tissue_and_says_so(sample: Path, script: str, titles: list[str]) -> None:
    app = page(script, name="23P")
    told = tiles_message(app)
    assert [sheet["title"] for sheet in told["sheets"]] == titles
    for sheet in told["sheets"]:
        assert len(sheet["tiles"]) == 12
        assert {(tile["state"], tile["address"], tile["pending"]) for tile in sheet["tiles"]} == {
            (NO_TISSUE, "", False)
        }
        assert all(tile["chips"] for tile in sheet["tiles"])
    assert told["pending"] == 0


def test_a_disagreement_stands_beside_what_both_tables_call_so(sample: Path) -> None:
    app = page("agreement.py", **{"sections-beside": "Both as rows", "sections-most": "24"})
    question, same = tiles_message(app)["sheets"]
    row, column = question["title"].split(", ")
    label, rows = row.split(" in ")
    assert same["title"] == f"{label} in {rows} and {column.split(' in ')[1]}"
    assert column.split(" in ")[0] != label


@pytest.fixture(scope="module")
def imagery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small volume with one nucleus."""
    folder = tmp_path_factory.mktemp("imagery")
    x, y, z = MIDDLE
    ball = Ball(101, (x * 4.0, y * 4.0, z * 40.0), 700)
    write_volume(folder / "em", SMALL_SCALES, position_values)
    write_volume(folder / "nuclei", NUCLEUS_SCALES, labels_of([ball]), kind="segmentation")
    return folder


@pytest.fixture
def volume(imagery: Path, tmp_path: Path, use_folder: UseFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two nuclei, one of which lies in a small volume."""
    rows = [
        (7, 101, "baylor_gnn", "23P", 1, *MIDDLE),
        (8, 102, "baylor_gnn", "BC", 2, *OUTSIDE),
    ]
    write_table(tmp_path / "rows", FINE, rows)
    use_folder(tmp_path / "rows")
    monkeypatch.setenv("CELL_TYPES_IMAGERY", str(imagery))


def shown(app: AppTest) -> dict[str, dict[str, Any]]:
    """The tiles by nucleus, once no picture is awaited; the page asks as the browser would have it do."""
    while tiles_message(app)["pending"]:
        app.run()
        assert not app.exception
    return {tile["nucleus"]: tile for sheet in tiles_message(app)["sheets"] for tile in sheet["tiles"]}


def test_pictures_come_and_a_nucleus_outside_is_told_in_its_tile(volume: None) -> None:
    app = page("baylor.py", **{"sections-pixel": "16 nm"})
    found = shown(app)
    assert found["101"]["address"].endswith(".webp")
    assert found["102"]["address"] == ""
    assert found["102"]["state"] == "Outside the volume"
    assert found["102"]["title"].startswith("Nucleus 102 at x 800.0")
    (sheet,) = tiles_message(app)["sheets"]
    assert sheet["words"] == "All 2 nuclei · XY, 4.1 µm across, 16 nm/pixel"


def test_a_tile_without_an_outline_says_so(
    volume: None, imagery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(imagery / "em", tmp_path / "copy" / "em")
    monkeypatch.setenv("CELL_TYPES_IMAGERY", str(tmp_path / "copy"))
    found = shown(page("baylor.py", **{"sections-pixel": "16 nm"}))
    assert found["101"]["address"].endswith(".webp")
    assert found["101"]["place"].endswith(" µm deep · no outline")
    assert found["102"]["place"].endswith(" µm deep")


def test_the_selection_comes_first(volume: None) -> None:
    app = page("baylor.py")
    app.session_state["selection"] = listed([101])
    app.run()
    assert [*shown(app)] == ["101"]
    assert tiles_message(app)["sheets"][0]["words"].startswith("1 nucleus · XY, 12.3 µm across")


def test_selected_nuclei_that_no_table_holds_are_counted(volume: None) -> None:
    app = page("baylor.py")
    app.session_state["selection"] = listed([101, 9999, 10_000])
    app.run()
    assert tiles_message(app)["sheets"][0]["words"].startswith("1 nucleus; 2 more in no table at hand · XY")


def test_a_nucleus_is_shown_near_with_its_picture_to_keep(volume: None) -> None:
    app = page("nucleus.py", nucleus="101", panel="Section")
    assert shown(app)["101"]["address"].endswith(".webp")
    (button,) = [one.proto for one in app.get("download_button") if "caption" in one.proto.label]
    assert button.label == "Picture with caption"


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (no_tissue(), NO_TISSUE),
        (HostUnreachable("The host cannot be reached.", "Check the network."), "Host not reached"),
        (DataError("A chunk cannot be read.", "Try again."), "Cannot be read"),
    ],
)
def test_a_tile_says_shortly_what_failed_and_its_tooltip_all(error: DataError, short: str) -> None:
    picture = failed_picture(error)
    assert (picture.short, picture.pending, picture.address) == (short, False, "")
    assert picture.account == f"{error.problem} {error.remedy}"
