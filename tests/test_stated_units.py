"""What a file states of itself decides how it is read, and what its positions tell is named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from components.analysis.checks.doubts import table_doubts
from components.analysis.checks.registry import run_checks
from components.analysis.labels.counts import Denominator
from components.analysis.labels.nucleus_table import nucleus_table
from data.errors import BadTable
from data.sources.statement import read_statement, state_attributes
from data.tables.schema import tidy
from data.volume.space import oriented_um
from tests.made_exports import (
    COARSE,
    COARSE_VOXELS,
    DEEP,
    DETECTED,
    FINE,
    FOLDER,
    NM,
    OPENED,
    UM,
    WIDE,
    export,
    in_unit,
    named,
    of_places,
    opened_folder,
    stated,
    told,
    within,
    write,
)

RESOLUTIONS = [(4, 4, 40), COARSE_VOXELS, NM, UM, (9.5, 3, 45)]


@pytest.mark.parametrize("ending", ["parquet", "feather"])
@pytest.mark.parametrize("nm", RESOLUTIONS)
def test_positions_are_converted_by_the_unit_that_the_file_states(
    nm: tuple[float, ...], ending: str, tmp_path: Path
) -> None:
    write(stated(in_unit(export(), nm), dataframe_resolution=list(nm)), tmp_path / "rows", ending)
    loaded = opened_folder(tmp_path / "rows").load_labels(COARSE.name)
    right = tidy(pa.Table.from_pandas(export()), COARSE).rows
    for name in ("x_um", "depth_um", "z_um"):
        assert loaded.frame[name].to_numpy() == pytest.approx(right[name].to_numpy(), abs=1e-4)
    assert loaded.provenance.position_nm == nm
    assert any("the file states" in note for note in loaded.provenance.notes) == (nm != (4, 4, 40))
    assert table_doubts({COARSE.name: loaded}) == {}


UNIT_SPELLINGS: list[object] = [
    {"x": 8, "y": 8, "z": 40}, {"z": 40, "x": 8.0, "y": "8"}, ["8", "8", "40"],
    "8 x 8 x 40 nm", "8x8x40", "8 × 8 × 40 nm", "8nm, 8nm, 40nm", "[8, 8, 40]", "(8.0, 8.0, 40.0)",
    "[ 8.  8. 40.]",
    "array([8., 8., 40.])", "[np.int64(8), np.int64(8), np.int64(40)]", "{'x': 8, 'y': 8, 'z': 40}",
]  # fmt: skip


@pytest.mark.parametrize("stated_unit", UNIT_SPELLINGS, ids=str)
def test_a_unit_is_read_in_any_spelling(stated_unit: object, tmp_path: Path) -> None:
    path = write(stated(export(), dataframe_resolution=stated_unit), tmp_path)
    assert read_statement(path).position_nm == (8, 8, 40)


ANY_JSON = hs.recursive(
    hs.none()
    | hs.booleans()
    | hs.integers()
    | hs.floats()
    | hs.text()
    | hs.just("9" * 5000)
    | hs.just(10**400),
    lambda inner: hs.lists(inner, max_size=4) | hs.dictionaries(hs.sampled_from("xyz"), inner),
)
ATTRIBUTES = (
    "table_name", "tables", "datastack_name", "materialization_version", "dataframe_resolution",
    "table_voxel_resolution", "live_query", "timestamp",
)  # fmt: skip


@given(attributes=hs.dictionaries(hs.sampled_from(ATTRIBUTES), ANY_JSON))
def test_whatever_json_a_file_states_it_is_read_or_contradicts(attributes: dict[str, object]) -> None:
    error = state_attributes(attributes).contradiction(COARSE, 661)
    assert error is None or (COARSE.name in error.problem and error.remedy)


@given(hs.tuples(*[hs.floats(1e-2, 1e5)] * 3))
def test_any_unit_gives_the_same_frame(nm: tuple[float, float, float]) -> None:
    raw = pa.Table.from_pandas(in_unit(export(), nm), preserve_index=False)
    assert tidy(raw, COARSE, nm).rows.equals(tidy(pa.Table.from_pandas(export()), COARSE).rows)


def test_whole_micrometres_are_said_to_be_exact_to_a_micrometre(tmp_path: Path) -> None:
    rounded = in_unit(export(), UM).round({f"pt_position_{axis}": 0 for axis in "xyz"})
    write(stated(rounded, dataframe_resolution=[1000, 1000, 1000]), tmp_path / "rows")
    (note,) = opened_folder(tmp_path / "rows").load_labels(COARSE.name).provenance.notes[:1]
    assert "exact to 1 µm" in note


RELEASE_661 = "2023-04-06T20:17:09.199182+00:00"
STATEMENTS: list[tuple[str, dict[str, object], str, str]] = [
    # what is stated, its attributes, what the error says ("" where the rows are read), its remedy
    ("nothing", {"table_name": None, "datastack_name": None}, "", ""),
    ("this table and release", {"materialization_version": 661}, "", ""),
    ("another release", {"materialization_version": 1300}, "of release 1300, not 661", "--release 1300"),
    ("an unknown release", {"materialization_version": 4000}, "release 4000", "does not know that release"),
    ("another table", {"table_name": "nucleus_ref_neuron_svm"}, "are of nucleus_ref_neuron_svm", "Name it"),
    ("a join with this table", {"tables": {COARSE.name: {}, "nucleus_detection_v0": {}}}, "", ""),
    ("a join of others", {"tables": {"a": {}, "b": {}}}, "are of a and b", "Name it"),
    ("another datastack", {"datastack_name": "v1dd_public"}, "datastack v1dd_public", "minnie65_public"),
    ("an old datastack", {"datastack_name": "minnie65_public_v661"}, "", ""),
    ("another old datastack", {"datastack_name": "minnie65_public_v343"}, "release 343", "--release 343"),
    ("its time", {"live_query": True, "timestamp": RELEASE_661, "materialization_version": 1300}, "", ""),
    ("another's time", {"live_query": True, "timestamp": "2025-01-13T10:10:01.286229"}, "1300", "1300"),
    ("no release's time", {"live_query": True, "timestamp": "2024-02-01"}, "2024-02-01 00:00", "661"),
    ("several units", {"dataframe_resolution": "mixed_resolutions"}, "several units", "desired_resolution"),
    ("no unit", {"dataframe_resolution": None}, "", ""),
    ("an empty table name", {"table_name": ""}, "", ""),
    ("a unit of truths", {"dataframe_resolution": [True, True, True]}, "is [True, True, True]", "nanometres"),
    ("an empty unit", {"dataframe_resolution": []}, "", ""),
    ("a unit that is none", {"dataframe_resolution": [4, 0, 40]}, "is [4, 0, 40]", "lengths in nanometres"),
    ("a unit in other words", {"dataframe_resolution": "8 x 8 x 40 µm"}, "is 8 x 8 x 40 µm", "desired_"),
    ("a unit of its table", {"table_voxel_resolution": 8}, "is 8", "desired_resolution=[4"),
    ("a release that is none", {"materialization_version": float("nan")}, "", ""),
    ("an endless release", {"materialization_version": float("inf")}, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "problem", "remedy"),
    named(STATEMENTS),
)
@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_what_a_file_states_of_itself_decides(
    attributes: dict[str, object], problem: str, remedy: str, ending: str, tmp_path: Path
) -> None:
    write(stated(export(), **attributes), tmp_path / "rows", ending)
    if not problem:
        assert len(opened_folder(tmp_path / "rows").load_labels(COARSE.name).frame) == 3
        return
    with pytest.raises(BadTable) as caught:
        opened_folder(tmp_path / "rows").load_labels(COARSE.name)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def scaled(voxels: np.ndarray, nm: tuple[float, ...]) -> np.ndarray:
    return voxels * (np.array([4, 4, 40]) / np.array(nm))


UNSTATED: list[tuple[str, np.ndarray, tuple[float, ...], str]] = [
    ("voxels", WIDE, (4, 4, 40), ""),
    ("nanometres", WIDE, NM, "1 × 1 × 1 nm (nanometres): divided by 4, 4, 40, all would lie inside"),
    ("micrometres", WIDE, UM, "(micrometres): multiplied by 250, 250, 25, all"),
    ("8 nm voxels", WIDE, COARSE_VOXELS, "8 × 8 × 40 nm: multiplied by 2, 2, 1, all"),
    ("nanometres of deep nuclei", DEEP, NM, "1 × 1 × 1 nm (nanometres)"),
]


@pytest.mark.parametrize(("voxels", "nm", "words"), named(UNSTATED))
def test_where_another_unit_puts_nuclei_inside_it_is_named(
    voxels: np.ndarray, nm: tuple[float, ...], words: str
) -> None:
    said = told(of_places(COARSE.name, scaled(voxels, nm)))
    assert list(said) == ([COARSE.name] if words else [])
    assert words in said.get(COARSE.name, "")


def test_one_nucleus_outside_is_no_doubt_about_the_unit() -> None:
    assert told(of_places(COARSE.name, np.vstack([WIDE, [[500_000, 100_000, 20_000]]]))) == {}


FACTORS: list[tuple[str, tuple[float, ...], str]] = [
    ("8 nm voxels", COARSE_VOXELS, "They look like 8 × 8 × 40 nm: multiplied by 2, 2, 1, they would agree"),
    ("no known unit", (5, 4, 40), "Multiplied by 1.25, 1, 1, they would agree"),
    ("the same unit", (4, 4, 40), ""),
]  # fmt: skip


@pytest.mark.parametrize("right", [DETECTED, FINE.name])
@pytest.mark.parametrize(("nm", "words"), named(FACTORS))
def test_a_constant_factor_between_two_tables_is_told_of_the_wrong_one(
    nm: tuple[float, ...], words: str, right: str
) -> None:
    upper = within((180_000, 140_000, 20_000), (210_000, 200_000, 26_000))
    places = np.vstack([DEEP, upper])
    wrong = of_places(COARSE.name, scaled(places, nm))
    said = told(
        wrong, of_places(right, places[:50] if right == FINE.name else places, position_nm=(4, 4, 40))
    )
    assert list(said) == ([COARSE.name] if words else [])
    assert words in said.get(COARSE.name, "")
    report = run_checks({COARSE.name: wrong, right: of_places(right, places)}, OPENED, FOLDER)
    assert "position-disagrees" not in {one.id for one in report.findings}


VOXELS, TWICE = (4, 4, 40), COARSE_VOXELS
Units = dict[str, tuple[int, tuple[float, ...], tuple[float, ...]]]
TABLES_IN_UNITS: list[tuple[str, Units, dict[str, str]]] = [
    # what it is, by table: rows, unit, unit stated; what is said of which table
    ("more rows in the wrong unit",
     {COARSE.name: (200, TWICE, ()), FINE.name: (40, VOXELS, ())}, {COARSE.name: "8 × 8 × 40 nm"}),
    ("one nucleus in both",
     {COARSE.name: (200, TWICE, ()), FINE.name: (1, VOXELS, ())}, {COARSE.name: "8 × 8 × 40 nm"}),
    ("wrong detections",
     {DETECTED: (200, TWICE, ()), COARSE.name: (90, VOXELS, ()), FINE.name: (40, VOXELS, ())},
     {DETECTED: "8 × 8 × 40 nm"}),
    ("two wrong tables",
     {DETECTED: (200, TWICE, ()), COARSE.name: (90, TWICE, ()), FINE.name: (40, VOXELS, ())},
     {DETECTED: "8 × 8 × 40 nm", COARSE.name: "8 × 8 × 40 nm"}),
    ("the majority, in no known unit",
     {DETECTED: (200, (5, 4, 40), ()), COARSE.name: (90, VOXELS, ()), FINE.name: (40, VOXELS, ())},
     {DETECTED: "Multiplied by 1.25, 1, 1"}),
    ("attributes kept after converting",
     {COARSE.name: (200, VOXELS, TWICE), FINE.name: (40, VOXELS, ())},
     {COARSE.name: "4 × 4 × 40 nm: as they stand in the file"}),
    ("and that file alone", {COARSE.name: (200, VOXELS, TWICE)},
     {COARSE.name: "4 × 4 × 40 nm: as they stand in the file"}),
    ("stated rightly, and unsaid",
     {COARSE.name: (40, TWICE, TWICE), FINE.name: (200, TWICE, ())},
     {FINE.name: "8 × 8 × 40 nm"}),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "words"), named(TABLES_IN_UNITS))
def test_of_tables_in_several_units_the_wrong_one_is_named(tables: Units, words: dict[str, str]) -> None:
    # Written at 8 nm these stay inside the volume and below the pia; read at 8 nm some leave it.
    loaded = []
    for name, (rows, unit, stated_unit) in tables.items():
        read = scaled(DEEP[::-1][:rows], unit) * (np.array(stated_unit or (4, 4, 40)) / (4, 4, 40))
        loaded.append(of_places(name, read, position_nm=stated_unit))
    said = told(*loaded)
    assert said.keys() == words.keys()
    assert all(words[name] in said[name] for name in words)


def test_positions_that_differ_by_no_constant_factor_disagree() -> None:
    moved = of_places(COARSE.name, DEEP + np.array([1000, 0, 0]))
    assert told(moved, of_places(DETECTED, DEEP)) == {}
    report = run_checks({COARSE.name: moved, DETECTED: of_places(DETECTED, DEEP)}, OPENED, FOLDER)
    assert ("position-disagrees", COARSE.name) in {(one.id, one.table) for one in report.findings}


def test_doubted_tables_place_only_the_nuclei_that_no_other_holds() -> None:
    halved = DEEP[:4] // (2, 2, 1)
    loaded = {COARSE.name: of_places(COARSE.name, halved), FINE.name: of_places(FINE.name, DEEP[:3])}
    wide = nucleus_table(loaded, table_doubts(loaded))
    depths = [oriented_um(places)[:, 1] for places in (DEEP[:3], halved[3:])]
    assert wide["depth_um"].to_numpy() == pytest.approx(np.concatenate(depths), abs=0.1)


def test_coverage_counts_no_nucleus_outside_its_denominator() -> None:
    detected = Denominator(np.array([1, 2]), "detected nuclei")
    assert detected.coverage(pd.Series([1, 3, 3, 4])) == 0.5


def test_depths_alone_raise_a_warning() -> None:
    # At 8 nm all of these stay inside the volume, but above the pia.
    shallow = within((180_000, 130_000, 20_000), (210_000, 200_000, 26_000))
    said = told(of_places(COARSE.name, scaled(shallow, COARSE_VOXELS)))
    assert said[COARSE.name].startswith("above-pia: ")
    assert told(of_places(COARSE.name, shallow)) == {}
    report = run_checks({COARSE.name: of_places(COARSE.name, scaled(shallow, COARSE_VOXELS))}, OPENED, FOLDER)
    assert ("warning", "above-pia") in {(one.severity, one.id) for one in report.findings}
