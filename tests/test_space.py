"""Space: one affine between voxels and oriented micrometres, and the approximate planes drawn in it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.volume import VOLUME
from data.volume.space import (
    BOX_EDGES,
    area_of,
    column_section,
    em_box_um,
    layer_of,
    layers_of,
    oriented_um,
    voxels,
)
from data.volume.volume import CORTICAL_LAYERS, LayerPreset

ROOT = Path(__file__).parents[1]

PIA_VOXEL = (183_013, 83_535, 21_480)
"""The point of the pia that the orientation starts from."""

in_volume = st.tuples(*(st.floats(low, high) for low, high in VOLUME.em_box_voxels))


def affine(points: np.ndarray) -> np.ndarray:
    """Say the transform as plain numbers: 5° about z, the pia point at depth 0, µm."""
    x, y, z = np.asarray(points, dtype=float).T
    return np.column_stack(
        [
            0.00398477879 * x - 0.00034862297 * y,
            0.00034862297 * x + 0.00398477879 * y - 396.67103221,
            0.04 * z,
        ]
    )


def test_the_pia_is_at_depth_zero():
    assert oriented_um([PIA_VOXEL])[0, 1] == pytest.approx(0, abs=1e-6)


def test_depth_grows_with_voxel_y_and_a_micrometre_is_250_voxels():
    here, deeper = oriented_um(np.add(PIA_VOXEL, [(0, 0, 0), (0, 250, 0)]))
    assert deeper[1] > here[1]
    assert np.linalg.norm(deeper - here) == pytest.approx(1)


@given(in_volume)
def test_it_is_the_published_affine(point):
    np.testing.assert_allclose(oriented_um([point]), affine(np.array([point])), atol=1e-3)


@given(in_volume)
def test_there_and_back_again(point):
    np.testing.assert_allclose(voxels(oriented_um([point])), [point], atol=1e-6)


@given(in_volume, in_volume)
def test_distances_are_kept(one, other):
    turned = oriented_um([one, other])
    nanometres = np.subtract(one, other) * VOLUME.voxel_nm
    assert np.linalg.norm(turned[0] - turned[1]) == pytest.approx(np.linalg.norm(nanometres) / 1000, abs=1e-6)


def test_voxels_and_nanometres_land_in_the_same_place():
    from standard_transform import minnie_ds  # noqa: PLC0415

    nanometres = np.array([PIA_VOXEL], dtype=float) * VOLUME.voxel_nm
    np.testing.assert_allclose(oriented_um([PIA_VOXEL]), minnie_ds.transform("nm").apply(nanometres))


def test_many_points_land_where_the_library_turns_them_to_the_last_digits():
    from standard_transform import minnie_ds  # noqa: PLC0415

    low, high = np.array(VOLUME.em_box_voxels, dtype=float).T
    points = np.random.default_rng(661).uniform(low, high, (20_000, 3))
    np.testing.assert_allclose(oriented_um(points), minnie_ds.transform("vx").apply(points), atol=1e-9)


def test_any_number_of_points_in_any_number_type():
    assert oriented_um(np.empty((0, 3), np.int64)).shape == (0, 3)
    assert voxels(np.empty((0, 3))).shape == (0, 3)
    for dtype in (np.int32, np.int64, np.float32):
        found = oriented_um(np.array([PIA_VOXEL] * 3, dtype=dtype))
        assert found.shape == (3, 3)
        assert found.dtype == np.float64


def test_a_missing_place_stays_missing_and_spoils_no_other():
    turned = oriented_um([(np.nan,) * 3, PIA_VOXEL])
    assert np.isnan(turned[0]).all()
    assert np.isfinite(turned[1]).all()


def test_the_transform_is_loaded_only_when_a_position_is_asked_for():
    # It costs a second that a page drawn from the cache must not pay.
    seen = "print('standard_transform' in sys.modules)"
    look = f"import sys, data.volume.space; {seen}; data.volume.space.oriented_um([[1, 2, 3]]); {seen}"
    found = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert found.stdout.split() == ["False", "True"]


# Layers


def test_the_data_viewers_layers_are_the_default():
    assert VOLUME.layer_presets[0].name == "CAVE data viewer"
    assert np.round([bound or 0 for bound in VOLUME.layer_presets[0].boundaries], 1).tolist() == [
        *(91.8, 261.2, 391.9, 537.0, 753.6),
    ]
    depths = [0, 50, 200, 300, 450, 600, 800]
    assert layer_of(depths).tolist() == ["L1", "L1", "L2/3", "L4", "L5", "L6", "WM"]
    assert layer_of(depths).tolist() == layer_of(depths, VOLUME.layer_presets[0]).tolist()


def test_a_depth_on_a_line_is_below_it_and_above_the_pia_is_layer_1():
    ding = next(preset for preset in VOLUME.layer_presets if preset.name == "Ding 2025")
    assert layer_of([-10, 97.99, 98, 713], ding).tolist() == ["L1", "L1", "L2/3", "WM"]


def test_a_missing_depth_is_in_no_layer():
    assert layer_of([np.nan, 10]).tolist() == ["", "L1"]


def test_where_a_source_draws_no_line_two_layers_are_one():
    no_white_matter = next(preset for preset in VOLUME.layer_presets if preset.boundaries[-1] is None)
    no_first = next(preset for preset in VOLUME.layer_presets if preset.boundaries[0] is None)
    assert layer_of([10, 900], no_white_matter).tolist() == ["L1", "L6"]
    assert layer_of([10, 900], no_first).tolist() == ["L2/3", "WM"]


@pytest.mark.parametrize("preset", VOLUME.layer_presets, ids=lambda preset: preset.name)
def test_a_preset_is_five_ordered_lines_with_a_source(preset: LayerPreset):
    drawn = [bound for bound in preset.boundaries if bound is not None]
    assert len(preset.boundaries) == len(CORTICAL_LAYERS) - 1
    assert drawn == sorted(drawn)
    assert 50 < drawn[0] < drawn[-1] < 800
    assert preset.boundaries[1:-1].count(None) == 0
    assert preset.source
    assert "pproximate" in preset.note
    between = [drawn[0] - 1, *np.add(drawn, 1)]
    assert layer_of(between, preset).tolist() == list(layers_of(preset))


def test_codas_layers_stand_last_so_that_no_link_changes():
    *before, coda = VOLUME.layer_presets
    assert [preset.name for preset in before] == [
        *("CAVE data viewer", "CAVE dash viewer", "Ding 2025", "Majority type", "Manual labels"),
    ]
    assert (coda.name, coda.boundaries) == ("Coda", (57.6, 226.4, 361.3, 501.6, 716.6))
    assert coda.source.startswith("navis-org/coda")
    depths = [57.5, 57.6, 226.4, 400, 600, 716.6]
    assert layer_of(depths, coda).tolist() == ["L1", "L2/3", "L4", "L5", "L6", "WM"]


def test_preset_names_are_unique():
    assert len({preset.name for preset in VOLUME.layer_presets}) == len(VOLUME.layer_presets) == 6


# Areas


@pytest.mark.parametrize(
    ("x", "z", "area"),
    [
        (668, 855, "V1"),  # the middle of the V1 column
        (1132, 613, "LM"),  # the medians of the matched LM units
        (1324, 749, "AL"),
        (1200, 1000, "RL"),
        (np.nan, 700, ""),
        (700, np.nan, ""),
    ],
)
def test_areas_by_place(x, z, area):
    assert area_of([x], [z]).tolist() == [area]


@pytest.mark.parametrize("z", [650, 800, 1000])
def test_v1_ends_at_its_plane(z):
    edge = 1243 - 0.264 * z
    assert area_of([edge - 0.1, edge + 0.1], [z, z]).tolist() == ["V1", "RL"]


@pytest.mark.parametrize("x", [1200, 1300, 1400])
def test_rl_ends_at_its_plane(x):
    edge = 1.364 * x - 937
    assert area_of([x, x], [edge - 0.1, edge + 0.1]).tolist() == ["AL", "RL"]


def test_areas_follow_the_shape_of_what_is_asked():
    assert area_of(np.full((2, 3), 668.0), 855.0).shape == (2, 3)
    assert area_of([], []).tolist() == []
    assert set(VOLUME.areas) == {"V1", "RL", "AL", "LM"}


def test_matched_units_fall_to_the_areas_as_published(realdata):
    # Published: V1 9,236, RL 3,622, AL 1,032, LM 32 unit rows of the manual coregistration.
    path = realdata / "v661/coregistration_manual_v3_merged.csv.gz"
    rows = np.loadtxt(path, delimiter=",", usecols=(6, 7, 8), dtype=float)
    um = oriented_um(rows)
    areas, counts = np.unique(area_of(um[:, 0], um[:, 2]), return_counts=True)
    found = dict(zip(areas.tolist(), counts.tolist(), strict=True))
    assert found["V1"] == pytest.approx(9236, rel=0.01)
    assert found["RL"] == pytest.approx(3622, rel=0.01)
    assert found["AL"] == pytest.approx(1032, rel=0.02)
    assert found["LM"] == pytest.approx(32, abs=5)


# The volume and the column


def test_the_em_box_has_its_published_size():
    spans = [
        (high - low) * nm / 1000
        for (low, high), nm in zip(VOLUME.em_box_voxels, VOLUME.voxel_nm, strict=True)
    ]
    assert np.round(spans).tolist() == [1539, 1048, 520]


def test_the_em_box_is_tilted_in_x_and_depth_only():
    corners = em_box_um()
    assert corners.shape == (8, 3)
    lengths = sorted(float(np.linalg.norm(corners[one] - corners[other])) for one, other in BOX_EDGES)
    expected = sorted(4 * [1539.392, 1048.408, 520.32])
    np.testing.assert_allclose(lengths, expected)
    assert len({round(z, 6) for z in corners[:, 2]}) == 2
    assert len({round(x, 6) for x in corners[:, 0]}) == 4
    assert len({round(depth, 6) for depth in corners[:, 1]}) == 4


def test_the_column_is_a_prism_that_slants_below_500_um():
    depths = [section.depth_um for section in VOLUME.column]
    assert depths == sorted(depths)
    assert depths[0] == 0
    assert VOLUME.column[0].z_um == VOLUME.column[1].z_um
    lows = [section.z_um[0] for section in VOLUME.column]
    assert lows == sorted(lows)
    assert lows[-1] > lows[0]
    for section in VOLUME.column:
        assert all(depth == section.depth_um for _, depth, _ in section.corners)
        assert {x for x, _, _ in section.corners} == set(section.x_um)
        assert {z for _, _, z in section.corners} == set(section.z_um)


def test_the_corners_of_a_section_go_round():
    corners = np.array(VOLUME.column[0].corners)
    steps = np.roll(corners, -1, axis=0) - corners
    assert np.count_nonzero(steps, axis=1).tolist() == [1, 1, 1, 1]


def test_the_column_lies_in_v1_and_in_the_volume():
    corners = np.array([corner for section in VOLUME.column for corner in section.corners])
    assert set(area_of(corners[:, 0], corners[:, 2])) == {"V1"}
    inside = voxels(corners[4:])  # the pia itself is above the imaged box in places
    for axis, (low, high) in enumerate(VOLUME.em_box_voxels):
        assert (inside[:, axis] > low).all()
        assert (inside[:, axis] < high).all()


def test_a_section_of_the_column_lies_between_its_neighbours():
    assert column_section(500.0).corners == VOLUME.column[1].corners
    between = column_section(575.0)
    assert (*between.x_um, *between.z_um) == (602, 735, (806 + 874) / 2, (905 + 1016) / 2)
