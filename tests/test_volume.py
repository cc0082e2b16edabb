"""A second volume is a second file: the code that reads a volume asks it, and holds no fact of the first."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import standard_transform
from standard_transform import v1dd_ds

from data.volume import VOLUME
from data.volume.minnie65 import MINNIE65
from data.volume.space import (
    area_of,
    column_section,
    distance_to_edge_um,
    em_box_um,
    in_column,
    layer_bounds,
    layer_of,
    oriented_um,
    outside_em_box,
    voxels,
)
from data.volume.volume import Volume
from tests.program import PROGRAM
from tests.second_volume.facts import ELSEWHERE as SECOND

ROOT = Path(__file__).parents[1]
LOW, HIGH = np.array(SECOND.em_box_voxels, dtype=float).T
POINTS = np.random.default_rng(5).uniform(LOW, HIGH, (200, 3))


# What the facts of every volume must fit together for


@pytest.mark.parametrize("volume", [MINNIE65, SECOND], ids=lambda volume: volume.name)
def test_the_facts_of_a_volume_fit_together(volume: Volume):
    assert all(low < high for low, high in volume.em_box_voxels)
    assert all(len(preset.boundaries) == len(preset.layers) - 1 for preset in volume.layer_presets)
    assert all(preset.drawn[-1] < volume.deepest_um for preset in volume.layer_presets)
    assert {*volume.areas} == {*volume.area_borders}
    depths = [section.depth_um for section in volume.column]
    assert depths == sorted(depths)
    assert volume.manifest.release == volume.release
    assert volume.release in volume.releases
    assert all(number == release.number for number, release in volume.releases.items())
    assert all(nucleus < volume.nucleus_ids_below for nucleus in volume.example_nuclei)
    assert not outside_em_box([volume.example_place], volume=volume).any()


@pytest.mark.parametrize("volume", [MINNIE65, SECOND], ids=lambda volume: volume.name)
def test_exported_code_turns_voxels_as_the_program_does(volume: Volume):
    dataset = getattr(standard_transform, volume.orientation)
    low, high = np.array(volume.em_box_voxels, dtype=float).T
    points = np.random.default_rng(5).uniform(low, high, (200, 3))
    np.testing.assert_allclose(oriented_um(points, volume=volume), dataset.transform("vx").apply(points))


# The functions of space, given another volume


def test_positions_are_turned_by_its_own_orientation():
    turned = oriented_um(POINTS, volume=SECOND)
    np.testing.assert_allclose(turned, v1dd_ds.transform("vx").apply(POINTS), atol=1e-9)
    np.testing.assert_allclose(voxels(turned, volume=SECOND), POINTS, atol=1e-6)
    assert not np.allclose(turned, oriented_um(POINTS))


def test_its_voxels_are_its_own_size():
    turned = oriented_um(POINTS, volume=SECOND)
    lengths = np.linalg.norm(np.diff(POINTS * SECOND.voxel_nm, axis=0), axis=1) / 1000
    np.testing.assert_allclose(np.linalg.norm(np.diff(turned, axis=0), axis=1), lengths)
    assert SECOND.voxel_words == "9 × 9 × 45 nm"
    corners = em_box_um(volume=SECOND)
    assert np.linalg.norm(corners[7] - corners[0]) == pytest.approx(SECOND.diagonal_um)


def test_its_box_is_its_own():
    assert SECOND.box_words == "x 10,000–110,000, y 20,000–90,000, z 1,000–12,000"
    points = [(10_000, 20_000, 1_000), (9_999, 20_000, 1_000), (110_002, 90_000, 12_000)]
    assert outside_em_box(points, volume=SECOND).tolist() == [False, True, True]
    assert outside_em_box(points, slack=1, volume=SECOND).tolist() == [False, False, True]
    within = oriented_um([(10_000 + 2_000, 50_000, 5_000)], volume=SECOND)[0]
    assert distance_to_edge_um(*within[:, None], volume=SECOND) == pytest.approx([18.0])  # 2,000 × 9 nm


def test_its_layers_are_its_own():
    (preset,) = SECOND.layer_presets
    assert layer_of([-5, 100, 299, 5_000, np.nan], preset).tolist() == [
        "upper",
        "middle",
        "middle",
        "deep",
        "",
    ]
    ends = [("upper", 0.0, 100.0), ("middle", 100.0, 300.0), ("deep", 300.0, 900.0)]
    assert layer_bounds(preset, volume=SECOND) == ends


def test_its_areas_are_its_own():
    x, z = [0, 0, -50, 100, np.nan], [199, 200, 0, 249, 0]
    assert area_of(x, z, volume=SECOND).tolist() == ["south", "north", "north", "south", ""]


def test_its_column_is_its_own():
    assert column_section(50.0, volume=SECOND).x_um == (50, 60)
    assert in_column([50, 61, 5], [50, 50, 0], [10, 10, 21], volume=SECOND).tolist() == [True, False, False]


# The whole program, with the second volume in use

TELL = "import sys; from tests.second_volume.answers import answers; print(answers(sys.argv[1]))"
FILES = {"facts": "data/volume", "labels": "data/labels", "tables": "data/catalog"}
"""The files of a volume, as CONTRIBUTING names them, and their folders."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program, with the second volume's three files and the line that names it."""
    copy = tmp_path_factory.mktemp("house")
    for name in ("data", "components", "pages", "tests/second_volume"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file, folder in FILES.items():
        shutil.copy(copy / f"tests/second_volume/{file}.py", copy / folder / f"{SECOND.name}.py")
    naming = copy / "data/volume/__init__.py"
    text = naming.read_text("utf-8")
    naming.write_text(text.replace("minnie65", SECOND.name).replace("MINNIE65", SECOND.name.upper()), "utf-8")
    return copy


@pytest.fixture(scope="module")
def said(house: Path) -> dict[str, Any]:
    """What the program says with the second volume in use."""
    cache = str(house / "cache")
    command = [sys.executable, "-c", TELL, cache]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=True, timeout=300)
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers | {"root": cache}


def test_sources_and_cache_are_of_the_volume_in_use(said: dict[str, Any]):
    assert said["release"] == 5
    assert said["place"] == "https://archive.example.org/elsewhere/v5"
    assert said["cave"] == "https://cave.example.org/elsewhere_public/v5"
    assert said["key"] == "archive"
    assert Path(said["cache"]).relative_to(said["root"]).parts[0] == "elsewhere"
    assert said["sample"] == "There is no synthetic elsewhere: the sample is drawn from figures of minnie65."


def test_rows_are_read_in_its_space(said: dict[str, Any]):
    assert said["reference"] == "soma_detection_v1"
    points = np.array([(50_000, 50_000, 5_000), (150_000, 50_000, 5_000)], dtype=float)
    np.testing.assert_allclose(said["um"], v1dd_ds.transform("vx").apply(points), rtol=1e-6)
    assert said["outside"] == [12]
    assert SECOND.box_words in said["expected"]


def test_code_fetches_and_places_its_rows(said: dict[str, Any]):
    assert 'BASE = "https://archive.example.org/elsewhere/v5"' in said["archive code"]
    assert 'CAVEclient("elsewhere_public", version=5)' in said["cave code"]
    code = said["place code"]
    assert "from standard_transform import v1dd_ds" in code
    assert 'v1dd_ds.transform("vx")' in code
    assert "sides = [(z < 0.5 * x + 200) & (x > -50)]" in code
    assert 'np.select(sides, ["south"], "north")' in code
    assert "minnie" not in code


def test_search_and_viewer_know_its_box_and_addresses(said: dict[str, Any]):
    assert f"the imaged box, which is {SECOND.box_words} in voxels of 9 × 9 × 45 nm" in said["far"]
    assert said["nucleus"] == ["nucleus"]
    assert "below 1,000" in said["too large"]
    for source in (SECOND.imagery, SECOND.nuclei, SECOND.segmentation):
        assert re.search(re.escape(source.split("://", 1)[1]), said["link"])
    assert "minnie" not in said["link"]


# The first volume's facts stand in its file alone


def test_minnie65_is_in_use():
    assert VOLUME is MINNIE65


def texts(tree: ast.Module) -> list[str]:
    """The texts of a module that are no docstrings."""
    notes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in notes]
    return [node.value for node in constants if isinstance(node.value, str)]


def test_no_other_file_of_the_program_holds_a_name_or_an_address_of_minnie65():
    names = "|".join((MINNIE65.detections, MINNIE65.datastack, MINNIE65.orientation))
    hosts = "storage.googleapis.com|bossdb-open-data|microns-daf|global.daf-apis.com"
    facts = re.compile(rf"\b(?:{names})\b|{hosts}|{MINNIE65.voxel_words}")
    holding = [path for path, tree in PROGRAM.items() if any(facts.search(text) for text in texts(tree))]
    assert holding == ["data/volume/minnie65.py"]


def test_only_the_sample_is_drawn_for_one_volume():
    importing = {
        tuple(path.split("/")[:3])
        for path in PROGRAM
        if "data.volume.minnie65" in (ROOT / path).read_text("utf-8")
    }
    assert importing == {("data", "volume", "__init__.py"), ("data", "sources", "sample")}
