"""A second volume is a second file: the code that reads a volume asks it, and holds no fact of the first."""

import ast
import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import standard_transform
from standard_transform import v1dd_ds

from components.analysis.checks.registry import CHECKS
from data.catalog import CATALOG
from data.catalog.entry import Catalog, Kind
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
from tests.second_volume.tables import CATALOG as SECOND_CATALOG

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
    assert volume.manifest is None or volume.manifest.release == volume.release
    assert volume.release in volume.releases
    assert all(number == release.number for number, release in volume.releases.items())
    least, above = volume.nucleus_ids_from, volume.nucleus_ids_below
    assert all(least <= nucleus < above for nucleus in volume.example_nuclei)
    assert not outside_em_box([volume.example_place], volume=volume).any()


@pytest.mark.parametrize(
    ("volume", "catalog"), [(MINNIE65, CATALOG), (SECOND, SECOND_CATALOG)], ids=["minnie65", "elsewhere"]
)
def test_what_its_catalogue_names_is_there(volume: Volume, catalog: Catalog):
    families, tables = {page.name for page in catalog.families}, {table.name for table in catalog.tables}
    named = {*catalog.compared, *catalog.label_sources, *catalog.class_sources}
    named |= {table for page in catalog.families for table in (*page.partners, *filter(None, [page.first]))}
    assert named <= tables
    assert len(catalog.compared) > 1
    assert {table.family for table in catalog.tables} == families
    assert [name for name in families if not (ROOT / f"pages/{name}.py").is_file()] == []
    assert {key for table in catalog.tables for key in table.citations} <= {*catalog.citations}
    assert {number for table in catalog.tables for number in table.releases} <= {*volume.releases}
    assert {*catalog.expected} <= {check.id for check in CHECKS} | {
        f"{check.id} of {kind}" for check in CHECKS for kind in get_args(Kind)
    }


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
    assert importing == {("data", "sources", "sample")}
