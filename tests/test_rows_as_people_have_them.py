"""Files as people have them: each kind is read rightly, or refused in words that name the cause.

A section for each letter of the kinds: B statements and units, C IDs that lost digits, D spellings of truth,
E rivals and unread files, F types of Arrow, G forms of text.
"""

import csv
import gzip
import io
import itertools
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as hs
from numpy.typing import ArrayLike

from components.analysis.checks.doubts import table_doubts
from components.analysis.checks.registry import run_checks
from components.analysis.labels.counts import Denominator
from components.analysis.labels.id_digits import rounding
from components.analysis.labels.nucleus_table import nucleus_table
from data.__main__ import main
from data.catalog import TABLES
from data.catalog.entry import Table
from data.catalog.tables import release_tables
from data.errors import BadTable, HostUnreachable
from data.loader import LabelTable, OpenRelease, open_release
from data.settings import read_settings
from data.sources.folder import FolderSource
from data.sources.statement import read_statement, state_attributes
from data.tables.columns import wanted_columns
from data.tables.raw import silent
from data.tables.records import Provenance
from data.tables.schema import POSITION, Tidy, tidy
from data.volume import VOLUME
from data.volume.space import oriented_um

COARSE = TABLES["baylor_log_reg_cell_type_coarse_v1"]
FINE = TABLES["baylor_gnn_cell_type_fine_model_v2"]
UNITS = TABLES["coregistration_manual_v3"]
DETECTIONS = TABLES["nucleus_detection_v0"]
OPENED = release_tables(VOLUME.releases[661])
FOLDER = FolderSource(Path(__file__).parent, 661)
ROOTS = [864691130000000011, 864691130000000022, 864691130000000033]
PLACES = [(180000, 120000, 20000), (180016, 150000, 21000), (180032, 200000, 22000)]
VOLUMES = (310.5, 280.25, 299.0)
SYSTEM = "baylor_log_reg_cell_type_coarse"


def right_rows(table: Table = COARSE) -> dict[str, list[object]]:
    """Three rows as a source gives them, by column."""
    columns: dict[str, list[object]] = {
        "id": [200101, 200102, 200103],
        "valid": [True, True, True],
        "target_id": [200101, 200102, 200103],
        "classification_system": [SYSTEM] * 3,
        "cell_type": ["excitatory", "inhibitory", "excitatory"],
        "pt_root_id": list(ROOTS),
        "volume": list(VOLUMES),
        **{f"pt_position_{axis}": [place[k] for place in PLACES] for k, axis in enumerate("xyz")},
    }
    if table.kind == "units":
        columns |= {"session": [7, 7, 9], "scan_idx": [5, 4, 4], "unit_id": [1, 2, 3], "field": [1, 2, 3]}
        columns |= {"residual": [1.5, 2.5, 3.5], "score": [-1.0, 9.5, 4.0]}
    return columns


def named(cases: Sequence[tuple[object, ...]]) -> list[object]:
    """Cases with their first part as their name."""
    return [pytest.param(*case[1:], id=str(case[0])) for case in cases]


# B. What a file states of itself, and what its positions tell


def export(**columns: object) -> pd.DataFrame:
    """Rows as caveclient returns them: three nuclei at different depths."""
    return pd.DataFrame(right_rows() | columns)


def in_unit(frame: pd.DataFrame, nm: tuple[float, ...]) -> pd.DataFrame:
    """The same rows with positions in another unit."""
    factors = {
        f"pt_position_{axis}": voxel / own for axis, voxel, own in zip("xyz", (4, 4, 40), nm, strict=True)
    }
    return frame.assign(**{name: frame[name] * factor for name, factor in factors.items()})


def opened_folder(folder: Path, release: int = 661) -> OpenRelease:
    given = {"source": "folder", "folder": folder, "cache": folder.parent / "cache", "release": release}
    return open_release(read_settings(given), sample_when_offline=False)


def write(frame: pd.DataFrame, folder: Path, ending: str = "parquet", name: str = COARSE.name) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{ending}"
    if ending.startswith("csv"):
        frame.to_csv(path, index=False)
    else:
        getattr(frame, f"to_{ending}")(path)
    return path


def stated(frame: pd.DataFrame, **attributes: object) -> pd.DataFrame:
    frame.attrs.update(datastack_name="minnie65_public", table_name=COARSE.name)
    frame.attrs.update(attributes)
    return frame


NM, UM, COARSE_VOXELS = (1, 1, 1), (1000, 1000, 1000), (8, 8, 40)
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


def of_places(
    name: str, voxels: np.ndarray, position_nm: tuple[float, ...] = (), roots: ArrayLike = 0
) -> LabelTable:
    """A loaded table with nuclei 1, 2, … at places."""
    um = oriented_um(voxels).astype(np.float32)
    ids = np.arange(1, len(um) + 1)
    frame = pd.DataFrame(
        {"nucleus_id": ids, "root_id": roots, "cell_type": pd.Categorical([None] * len(ids))}
    )
    frame = frame.assign(**dict(zip(("x_um", "depth_um", "z_um"), um.T, strict=True)))
    provenance = Provenance(
        table=name, source="folder", place="", origin="", release=661, timestamp="", synthetic=False,
        rows=len(frame), nuclei=len(frame), sha256="", fetched_at="", absent=(), notes=(), stamp="",
        position_nm=position_nm,
    )  # fmt: skip
    return LabelTable(TABLES[name], frame, provenance)


def within(low: tuple[int, ...], high: tuple[int, ...], n: int = 200) -> np.ndarray:
    return np.linspace(low, high, n).round()


WIDE = within((60_096, 100_000, 14_850), (415_072, 298_576, 27_857))
DEEP = within((180_000, 200_000, 20_000), (210_000, 290_000, 26_000))
"""Deep enough that even at half the height every nucleus lies below the pia, inside the volume."""
Doubted = dict[str, str]


def told(*loaded: LabelTable) -> Doubted:
    """The doubts about tables: name of the doubt, and its words."""
    doubts = table_doubts({one.table.name: one for one in loaded})
    return {
        name: " ".join(f"{doubt.name}: {doubt.problem}" for doubt in found) for name, found in doubts.items()
    }


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


DETECTED = DETECTIONS.name
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


# C. IDs that went through floating-point numbers

ROUNDINGS: list[tuple[str, Callable[[int], int], str | None]] = [
    ("none", lambda root: root, None),
    ("pandas, R", lambda root: int(float(root)), "float64"),
    ("32 bits", lambda root: int(np.float32(root)), "float32"),
    ("Excel", lambda root: root // 1000 * 1000, "decimal"),
    ("JavaScript", lambda root: int(Decimal(repr(float(root)))), "decimal"),
]
MANY_ROOTS = [864_691_130_000_000_000 + 7_919_000_013 * number for number in range(1, 40)]


@pytest.mark.parametrize(("rounded", "kind"), named(ROUNDINGS))
def test_rounded_root_ids_are_known_for_what_rounded_them(
    rounded: Callable[[int], int], kind: str | None
) -> None:
    roots = np.unique([rounded(root) for root in MANY_ROOTS])
    found, places = rounding(roots)
    assert (found, len(places)) == (kind or "", len(roots) if kind else 0)


@pytest.mark.parametrize(("rounded", "kind"), named(ROUNDINGS))
@pytest.mark.parametrize("with_exact_table", [False, True])
def test_of_exact_and_rounded_rows_in_one_file_the_rounded_are_counted(
    rounded: Callable[[int], int], kind: str | None, with_exact_table: bool
) -> None:
    exact = np.array(MANY_ROOTS) + 1
    mixed = np.array([*map(rounded, exact[:36].tolist()), *exact[36:].tolist()])
    got = {COARSE.name: of_places(COARSE.name, DEEP[: len(mixed)], roots=mixed)}
    if with_exact_table:
        got[FINE.name] = of_places(FINE.name, DEEP[: len(exact) - 1], roots=exact[:-1])
    report = run_checks(got, OPENED, FOLDER)
    found = {(one.id, one.table, one.n) for one in report.findings if "root" in one.id}
    assert found == ({("rounded-roots", COARSE.name, 36)} if kind else set())


@pytest.mark.parametrize("rounded", [1, 2])
def test_a_single_rounded_root_is_found_by_the_exact_table_beside_it(rounded: int) -> None:
    exact = np.array(MANY_ROOTS) + 1
    mixed = np.where(np.arange(len(exact)) < rounded, exact.astype(np.float64).astype(np.int64), exact)
    coarse = of_places(COARSE.name, DEEP[: len(exact)], roots=mixed)
    fine = of_places(FINE.name, DEEP[: len(exact) - 1], roots=exact[:-1])
    assert told(coarse) == {}
    report = run_checks({COARSE.name: coarse, FINE.name: fine}, OPENED, FOLDER)
    found = {(one.id, one.table, one.n) for one in report.findings if "root" in one.id}
    assert found == {("rounded-roots", COARSE.name, rounded)}
    assert told(of_places(COARSE.name, DEEP[:3], roots=exact[:3].astype(np.float64).astype(np.int64))) != {}


def test_roots_that_follow_one_another_are_not_taken_for_rounded() -> None:
    roots = MANY_ROOTS[0] + np.arange(len(DEEP))
    got = {
        COARSE.name: of_places(COARSE.name, DEEP, roots=roots),
        FINE.name: of_places(FINE.name, DEEP, roots=roots + 3),
    }
    assert [one.table for one in run_checks(got, OPENED, FOLDER).findings if one.id == "rounded-roots"] == []


@given(hs.lists(hs.integers(10**17, 10**18 - 1), min_size=5, max_size=30))
def test_any_roots_that_went_through_a_float_are_caught(roots: list[int]) -> None:
    rounded = np.unique(np.array(roots).astype(np.float64).astype(np.int64))
    assume(len(rounded) >= 5)
    assert rounding(rounded)[0]


@given(hs.lists(hs.integers(10**15, 10**16 - 1).map(lambda half: half * 128 + 1), min_size=1, unique=True))
def test_exact_roots_raise_no_doubt(roots: list[int]) -> None:
    assert rounding(np.unique(roots))[0] == ""


def test_rounded_roots_are_an_error_that_blames_no_other_table() -> None:
    exact = np.array(MANY_ROOTS)
    places = DEEP[: len(exact)]
    got = {
        COARSE.name: of_places(COARSE.name, places, roots=exact.astype(np.float64).astype(np.int64)),
        FINE.name: of_places(FINE.name, places[:20], roots=exact[:20]),
    }
    report = run_checks(got, OPENED, FOLDER)
    found = {(one.severity, one.id, one.table) for one in report.findings if "root" in one.id}
    assert found == {("error", "rounded-roots", COARSE.name)}
    missed = {(one.check, one.table) for one in report.not_run}
    assert {("root-disagrees", COARSE.name), ("shared-root", COARSE.name)} <= missed


SUPERVOXELS = [90_071_992_547_409_923 + 7 * number for number in range(3)]
WRONG_IDS: list[tuple[str, dict[str, object], tuple[str, str] | None]] = [
    # what it is, the columns of coarse, what check says of them
    ("right", {}, None),
    ("CAVE's words for no root", {"pt_root_id": [0, 1, ROOTS[2]]}, None),
    ("root IDs as nuclei", {"target_id": ROOTS},
     ("impossible-nucleus", "3 rows .* target_id .* look like root IDs")),
    ("numbers too large for nuclei", {"target_id": [100_200_101, 200102, 200103]},
     ("impossible-nucleus", "1 of 3 rows has an ID in target_id that no nucleus .*, such as 100200101.")),
    ("supervoxels", {"pt_root_id": SUPERVOXELS}, ("impossible-root", "3 rows .* look like supervoxel IDs")),
    ("nuclei as roots", {"pt_root_id": [200101, 200102, ROOTS[2]]},
     ("impossible-root", "2 of 3 rows .* nucleus IDs")),
    ("a digit lost", {"pt_root_id": [root // 10 for root in ROOTS]},
     ("impossible-root", "root IDs that have lost their last digits")),
    ("no known kind", {"pt_root_id": [123_456_789_012] * 3}, ("impossible-root", "such as 123456789012[.]")),
    ("minus one for none", {"pt_root_id": [-1, ROOTS[1], ROOTS[2]]},
     ("assumed-reading", "1 row has a negative pt_root_id, which was read as no segment: row 1 .root -1")),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "said"), named(WRONG_IDS))
def test_ids_of_the_wrong_kind_are_named_and_blame_no_other_table(
    columns: dict[str, object], said: tuple[str, str] | None, tmp_path: Path
) -> None:
    write(export(**columns), tmp_path)
    write(export().tail(1), tmp_path, name=FINE.name)
    got = opened_folder(tmp_path).load_release()
    about = ("impossible", "rounded", "assumed", "root-disagrees", "fine-without-coarse")
    found = [one for one in run_checks(got, OPENED, FOLDER).findings if one.id.startswith(about)]
    assert [(one.id, one.table) for one in found] == ([(said[0], COARSE.name)] if said else [])
    assert said is None or re.search(said[1], found[0].message)


def test_a_table_whose_roots_are_missing_blames_none_that_has_them(tmp_path: Path) -> None:
    write(export(pt_root_id=[-root for root in ROOTS]), tmp_path)
    write(export().tail(1), tmp_path, name=FINE.name)
    findings = run_checks(opened_folder(tmp_path).load_release(), OPENED, FOLDER).findings
    told_of = [(one.table, one.message) for one in findings if one.id == "root-disagrees"]
    assert told_of == [
        (
            COARSE.name,
            (
                "1 nucleus has another root ID at the centre of the nucleus here than in another table "
                "(of 3 here)."
            ),
        )
    ]


@pytest.mark.parametrize("wrong", ["id", "pt_root_id"])
def test_wrong_ids_of_the_detections_blame_no_label_table(wrong: str) -> None:
    places = DEEP[:3]
    detections, coarse = of_places(DETECTED, places, roots=ROOTS), of_places(COARSE.name, places, roots=ROOTS)
    column = {"id": "nucleus_id"}.get(wrong, "root_id")
    detections.frame[column] = ROOTS if wrong == "id" else SUPERVOXELS
    report = run_checks({COARSE.name: coarse, DETECTED: detections}, OPENED, FOLDER)
    about = ("impossible", "unknown-nucleus", "root-disagrees")
    assert {one.table for one in report.findings if one.id.startswith(about)} == {DETECTED}


def test_what_could_compare_nothing_has_found_nothing_out() -> None:
    units = of_places(UNITS.name, DEEP[:3], roots=ROOTS)
    coarse = of_places(COARSE.name, DEEP[:3], roots=ROOTS)
    coarse.frame["nucleus_id"] = ROOTS
    fine = of_places(FINE.name, DEEP[:3], roots=ROOTS)
    got = {
        COARSE.name: coarse,
        FINE.name: fine,
        UNITS.name: replace(units, frame=units.frame.assign(session=4, scan_idx=7, unit_id=[1, 2, 3])),
    }
    report = run_checks(got, OPENED, FOLDER)
    asked = {"fine-without-coarse", "class-contradicted", "inhibitory-coregistered"}
    assert {one.check for one in report.not_run} >= asked
    assert not asked & {check.id for check in report.clean}


@pytest.mark.parametrize("missing", ["n/a", "#N/A", "NULL", "None", "<NA>", "NaN", r"\N"])
def test_what_spells_a_missing_value_is_missing_in_text_and_in_parquet(missing: str, tmp_path: Path) -> None:
    rows = export().astype({"pt_root_id": str})
    rows.loc[0, ["pt_root_id", "cell_type"]] = missing
    for ending in ("csv", "parquet"):
        write(rows, tmp_path / ending / "rows", ending)
        frame = opened_folder(tmp_path / ending / "rows").load_labels(COARSE.name).frame
        assert (frame["root_id"].iloc[0], frame["cell_type"].isna().tolist()) == (0, [True, False, False])


# D. Spellings of truth

TRUTHS: list[tuple[str, pa.Array, list[int], str]] = [
    # what it is, the column valid, nuclei that are kept, what is said of the others
    ("CAVE's letters", pa.array(["t", "f", "t"]), [1, 3], "1 row marked as no longer valid was left out"),
    ("capital letters", pa.array(["T", "F", "TRUE"]), [1, 3], "1 row marked"),
    ("words of any case", pa.array(["True", "FALSE", "true"]), [1, 3], "1 row marked"),
    ("yes and no", pa.array(["yes", "No", "Y"]), [1, 3], "1 row marked"),
    ("y and n", pa.array(["y", "n", "N"]), [1], "2 rows marked"),
    ("decimal commas", pa.array(["1,0", "0,0", "1,0"]), [1, 3], "1 row marked"),
    ("decimals in text", pa.array(["1.0", "0.0", "1.0"]), [1, 3], "1 row marked"),
    ("white space", pa.array([" t", "f ", "t"]), [1, 3], "1 row marked"),
    ("floats", pa.array([1.0, 0.0, 1.0]), [1, 3], "1 row marked"),
    ("whole numbers", pa.array([1, 0, 1], pa.int8()), [1, 3], "1 row marked"),
    ("decimals", pa.array([Decimal("1.0"), Decimal("0.0"), None]), [1, 3], "1 row marked"),
    ("true or missing", pa.array([True, None, False]), [1, 2], "1 row marked"),
    ("categories", pa.array(["yes", "no", "yes"]).dictionary_encode(), [1, 3], "1 row marked"),
    ("bytes", pa.array([b"t", b"f", b"t"]), [1, 3], "1 row marked"),
    ("nothing", pa.nulls(3), [1, 2, 3], ""),
    (
        "an unknown word",
        pa.array(["t", "maybe", "f"]),
        [1],
        "1 row was left out, because valid is neither true nor false: row 2 (valid maybe)",
    ),
    (
        "an unknown number",
        pa.array([1.0, 2.0, 1.0]),
        [1, 3],
        "neither true nor false: row 2 (valid 2.0)",
    ),
]


@pytest.mark.parametrize(("valid", "kept", "note"), named(TRUTHS))
def test_truth_is_read_by_value_and_an_unknown_spelling_is_named(
    valid: pa.Array, kept: list[int], note: str
) -> None:
    made = tidy(pa.table(right_rows() | {"valid": valid}), COARSE)
    assert made.rows["nucleus_id"].to_pylist() == [200100 + number for number in kept]
    said = (*made.notes, *made.assumptions)
    assert note in " ".join(said)
    assert bool(said) == bool(note)


@pytest.mark.parametrize(
    "column", ["Valid", "VALID", "is_valid", "valid_ref", "valid_y", "va\u200blid", "valid?"]
)
@pytest.mark.parametrize("ending", ["csv", "parquet", "feather"])
def test_a_column_of_truth_is_known_in_any_spelling(column: str, ending: str, tmp_path: Path) -> None:
    rows = export().drop(columns="valid").assign(**{column: ["t", "f", "t"]})
    write(rows, tmp_path / "rows", ending)
    loaded = opened_folder(tmp_path / "rows").load_labels(COARSE.name)
    assert loaded.frame["nucleus_id"].tolist() == [200101, 200103]
    assert "1 row marked as no longer valid was left out." in loaded.provenance.notes


def test_a_row_is_left_out_where_it_or_its_nucleus_is_not_valid() -> None:
    truths = {"valid": ["t", "t", "f"], "valid_ref": ["t", "f", "t"]}
    assert tidy(pa.table(right_rows() | truths), COARSE).rows["nucleus_id"].to_pylist() == [200101]


def test_where_no_row_is_valid_the_spelling_is_named() -> None:
    with pytest.raises(BadTable, match=r"None of the rows .* row 1 \(valid si\), row 2 \(valid si\)"):
        tidy(pa.table(right_rows() | {"valid": ["si"] * 3}), COARSE)


# E. Two files of one table, and files that no table takes

NOW = 1_700_000_000
FILES: list[tuple[str, dict[str, tuple[int, dict[str, object]]], str, str]] = [
    # of each file the seconds of its age and what it states; what is read, or what the error says
    ("newer by far", {"parquet": (100_000, {}), "csv": (0, {})}, "csv", ""),
    ("newer by a minute", {"parquet": (61, {}), "csv": (0, {})}, "csv", ""),
    ("of one age", {"parquet": (60, {}), "csv": (0, {})}, "", "equally old files"),
    ("one packed, the other the same", {"csv": (0, {}), "csv.gz": (0, {})}, "csv.gz", ""),
    ("three, the newest alone", {"parquet": (100, {}), "csv": (0, {}), "feather": (99, {})}, "csv", ""),
    ("three, two of one age", {"parquet": (10, {}), "csv": (0, {}), "feather": (99, {})}, "", "equally old"),
    ("stating its release", {"parquet": (999, {"materialization_version": 661}), "csv": (0, {})},
     "parquet", ""),
    ("stating another", {"parquet": (0, {"materialization_version": 1300}), "csv": (0, {})}, "csv", ""),
    ("stating another table", {"parquet": (0, {"table_name": "x"}), "csv": (999, {})}, "csv", ""),
    ("both stating it", {
        "parquet": (0, {"materialization_version": 661}), "feather": (99, {"materialization_version": 661}),
    }, "parquet", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "read", "problem"), named(FILES))
def test_of_two_files_what_they_state_decides_and_then_their_age(
    files: dict[str, tuple[int, dict[str, object]]], read: str, problem: str, tmp_path: Path
) -> None:
    for ending, (age, attributes) in files.items():
        path = write(stated(export(), **attributes), tmp_path / "rows", ending)
        os.utime(path, (NOW - age, NOW - age))
    opened = opened_folder(tmp_path / "rows")
    if problem:
        with pytest.raises(BadTable, match=problem) as caught:
            opened.load_labels(COARSE.name)
        assert all(f"{COARSE.name}.{ending}" in caught.value.problem for ending in files)
        return
    record = opened.load_labels(COARSE.name).provenance
    assert record.origin.endswith(f"{COARSE.name}.{read}")
    unread = {f"{COARSE.name}.{ending}" for ending in files if ending != read}
    assert {one.file for one in opened.unread_files} == unread
    assert {note.split(" was not read")[0] for note in record.notes if "was not read" in note} == unread


BAD_REPLACEMENTS: list[tuple[str, str, dict[str, object], str]] = [
    # what takes the place of the table's Parquet or comes beside it: its ending, what it states, the error
    ("another release", "parquet", {"materialization_version": 1300}, "of release 1300"),
    ("another file of the same age", "csv", {}, "equally old files"),
    ("no rows", "parquet", {}, "has no rows"),
]


@pytest.mark.parametrize(("ending", "attributes", "problem"), named(BAD_REPLACEMENTS))
def test_a_bad_file_in_the_place_of_a_good_one_leaves_no_older_rows(
    ending: str, attributes: dict[str, object], problem: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    write(export(), tmp_path / "rows")
    write(export(), tmp_path / "rows", name=FINE.name)
    opened_folder(tmp_path / "rows").load_labels(COARSE.name)
    rows = export().head(0) if problem == "has no rows" else export()
    write(stated(rows, **attributes), tmp_path / "rows", ending)
    given = ["--source", "folder", "--folder", str(tmp_path / "rows"), "--cache", str(tmp_path / "cache")]
    for command, code in ((["status"], 0), (["check"], 1), (["agreement", COARSE.name, FINE.name], 2)):
        assert main([*command, *given]) == code
        assert problem in capsys.readouterr().err
    with pytest.raises(BadTable, match=problem):
        opened_folder(tmp_path / "rows").load_labels(COARSE.name)


def test_rows_that_stand_in_for_newer_ones_are_said_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in (COARSE, FINE):
        write(export(), tmp_path / "rows", name=table.name)
        opened_folder(tmp_path / "rows").load_labels(table.name)
        write(export(volume=[1.5, 2.5, 3.5]), tmp_path / "rows", name=table.name)

    def unreachable(*_: object) -> None:
        raise HostUnreachable("The drive is unplugged.", "Plug it in.")

    monkeypatch.setattr(FolderSource, "fetch_table", unreachable)
    given = ["--source", "folder", "--folder", str(tmp_path / "rows"), "--cache", str(tmp_path / "cache")]
    pair = [COARSE.name, FINE.name]
    for command in (["status"], ["check"], ["agreement", *pair], ["agreement", "--all"], ["fetch", *pair]):
        main([*command, *given])
        told = capsys.readouterr().err
        assert f"{COARSE.name}: Stale: these are the rows read on" in told
        assert "The drive is unplugged." in told


NAMES: list[tuple[str, str, str]] = [
    # a file's name, the reason that it is not read ("" where it is, or is no table's), the remedy
    (f"{COARSE.name}.csv", "", ""),
    ("README.md", "", ""),
    (".DS_Store", "", ""),
    (f"{COARSE.name}.CSV", "told apart by capitals", f"Rename it to {COARSE.name}.csv"),
    (f"{COARSE.name.upper()}.csv", "told apart by capitals", f"Rename it to {COARSE.name}.csv"),
    (f"{COARSE.name}.pkl", "runs the code in it", ".parquet"),
    (f"{COARSE.name}.xlsx", "end in .xlsx", ".parquet"),
    (f"{COARSE.name}_v661.csv", "Its name is not", f"{COARSE.name}.csv"),
    (f"{COARSE.name}_merged.csv", "unpacked", f"{COARSE.name}_merged.csv.gz"),
    (f"{COARSE.name}_merged_header.csv", "rows of this header are missing", "_merged.csv.gz"),
    ("aibs_metamodel_celltypes_v661.csv", "Release 661 does not hold", "--release 795"),
    ("aibs_metamodel_celltypes_v661.pkl", "Release 661 does not hold", "--release 795"),
    ("baylor_log_reg_cell_type_coarse.csv", "No table that the app knows", COARSE.name),
    ("my_cells.parquet", "No table that the app knows", "the name of its table"),
    ("synapses_pni_2.csv.gz", "out of scope", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reason", "remedy"), NAMES)
@pytest.mark.parametrize("folder", ["", "v661/"])
def test_a_file_that_no_table_takes_is_named_with_reason_and_remedy(
    folder: str, name: str, reason: str, remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "v661").mkdir()
    (tmp_path / folder / name).write_text("a,b\n")
    found = opened_folder(tmp_path).unread_files
    assert [one.file for one in found] == ([f"{folder}{name}"] if reason else [])
    assert all(reason in one.reason and remedy in one.remedy for one in found)


def test_a_folder_of_parquet_files_and_a_second_folder_are_named(tmp_path: Path) -> None:
    write(export(), tmp_path / f"{COARSE.name}.parquet", name="part-0")
    write(export(), tmp_path / "v661", name=FINE.name)
    write(export(), tmp_path, name=FINE.name)
    found = {one.file: one.reason for one in opened_folder(tmp_path).unread_files}
    assert set(found) == {f"{COARSE.name}.parquet/", f"{FINE.name}.parquet"}
    assert "one file" in found[f"{COARSE.name}.parquet/"]
    assert "v661 holds a file" in found[f"{FINE.name}.parquet"]


FOLDERS: list[tuple[str, str, str]] = [
    # a folder with a table in it, the name under which it is told of ("" for another release), the remedy
    ("661", "661/", "Rename it to v661"),
    ("V661", "V661/", "Rename it to v661"),
    ("minnie65_v661", "minnie65_v661/", "open it with --folder"),
    ("v661/sub", "v661/sub/", "move its files into v661/"),
    ("minnie65/v661", "minnie65/", "open it with --folder"),
    ("v1300", "", ""),
]


@pytest.mark.parametrize(("folder", "told_name", "remedy"), FOLDERS)
def test_a_folder_of_tables_that_is_not_read_is_named(
    folder: str, told_name: str, remedy: str, tmp_path: Path
) -> None:
    write(export(), tmp_path / folder)
    found = opened_folder(tmp_path).unread_files
    assert [one.file for one in found] == ([told_name] if told_name else [])
    assert all(f"holds {COARSE.name}.parquet" in one.reason and remedy in one.remedy for one in found)


def test_links_that_lead_nowhere_and_pipes_are_named(tmp_path: Path) -> None:
    names = {f"{COARSE.name}.csv": "to gone.csv: No such file", f"{FINE.name}.csv": "Too many levels"}
    (tmp_path / f"{COARSE.name}.csv").symlink_to("gone.csv")
    (tmp_path / f"{FINE.name}.csv").symlink_to(f"{FINE.name}.csv")
    os.mkfifo(tmp_path / f"{DETECTIONS.name}.csv")
    found = {one.file: one.reason for one in opened_folder(tmp_path).unread_files}
    assert found.keys() == {*names, f"{DETECTIONS.name}.csv"}
    assert all(reason in found[name] for name, reason in names.items())
    assert "pipe" in found[f"{DETECTIONS.name}.csv"]


def test_status_and_check_say_what_is_doubtful_and_what_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(in_unit(export(), NM), tmp_path / "rows", "csv")
    (tmp_path / "rows" / f"{COARSE.name}.pkl").write_bytes(b"")
    given = ["--source", "folder", "--folder", str(tmp_path / "rows"), "--cache", str(tmp_path / "cache")]
    assert main(["status", *given]) == 0
    words = capsys.readouterr().out
    assert "divided by 4, 4, 40" in words
    assert f"{COARSE.name}.pkl is not read" in words
    assert main(["status", *given, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in record["unread_files"]] == [f"{COARSE.name}.pkl"]
    assert {
        one["state"] for one in record["tables"] if one["problem"] and "nanometres" in one["problem"]
    } == {"loaded"}
    assert main(["check", *given, "--json"]) == 1
    findings = {one["id"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["position-unit"]["severity"] == "error"
    assert findings["unread-file"]["table"] == f"{COARSE.name}.pkl"


# F. Types of Arrow

TEXTS = [
    "200101", "200101.0", "8.64e17", "864691130000000011", "12,5", "-3", "t", "no", "maybe", "23P", "", "nan",
    "[180000 120000 20000]", "[np.int64(180000), np.int64(120000), np.int64(20000)]", "[1, 2]", "99" * 12,
]  # fmt: skip
WHOLE = [0, 1, 7, 200101, 180000, 2**53 + 1, 864691130000000011, 2**63 - 1]


def numbered(kind: pa.DataType, numbers: list[int]) -> pa.Array:
    """Numbers in a type, as they come: too large ones wrap around."""
    return pa.array(numbers, pa.int64()).cast(kind, safe=False)


FLAT: dict[str, Callable[[list[int]], pa.Array]] = {
    **{
        str(kind): lambda numbers, kind=kind: numbered(kind, numbers)  # type: ignore[misc]  # bound now
        for kind in (
            pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
            pa.float16(), pa.float32(), pa.float64(), pa.bool_(), pa.time64("ns"),
            pa.timestamp("ns"), pa.timestamp("s", "Europe/Berlin"), pa.duration("ms"),
            pa.decimal128(38, 2), pa.decimal256(50, 0),
        )
    },
    "half a float": lambda numbers: pa.array([number + 0.5 for number in numbers]),
    "not a number": lambda numbers: pa.array([math.nan for _ in numbers]),
    "endless": lambda numbers: pa.array([math.inf for _ in numbers]),
    "beyond int64": lambda numbers: pa.array([2**63 + number % 9 for number in numbers], pa.uint64()),
    "date32": lambda numbers: pa.array([number % 99 for number in numbers], pa.int32()).cast(pa.date32()),
    "date64": lambda numbers: pa.array([number % 99 * 86_400_000 for number in numbers]).cast(pa.date64()),
    "time32": lambda numbers: pa.array([number % 99 for number in numbers], pa.int32()).cast(pa.time32("s")),
    "interval": lambda numbers: pa.array([pa.MonthDayNano([1, 2, number % 9]) for number in numbers]),
    "null": lambda numbers: pa.nulls(len(numbers)),
    "text": lambda numbers: pa.array([TEXTS[number % len(TEXTS)] for number in numbers]),
    "digits": lambda numbers: pa.array([str(number) for number in numbers], pa.large_string()),
    "text view": lambda numbers: pa.array([str(number) for number in numbers]).cast(pa.string_view()),
    "bytes": lambda numbers: pa.array([TEXTS[number % len(TEXTS)].encode() for number in numbers]),
    "no text": lambda numbers: pa.array([b"\xff\xfe"] * len(numbers), pa.large_binary()),
    "four bytes": lambda numbers: pa.array([b"2001"] * len(numbers), pa.binary(4)),
    "bytes view": lambda numbers: pa.array([b"23P"] * len(numbers)).cast(pa.binary_view()),
    "UUID": lambda numbers: pa.ExtensionArray.from_storage(
        pa.uuid(), pa.array([number.to_bytes(16, signed=True) for number in numbers], pa.binary(16))
    ),
    "JSON": lambda numbers: pa.ExtensionArray.from_storage(pa.json_(), pa.array(["1"] * len(numbers))),
}  # fmt: skip


def offsets(n: int, length: int = 3) -> pa.Array:
    return pa.array(range(0, length * n + 1, length), pa.int32())


def as_struct(inner: pa.Array, n: int, names: tuple[str, ...] = ("x", "y", "z")) -> pa.Array:
    return pa.StructArray.from_arrays([inner.slice(k * n, n) for k in range(len(names))], names=names)


def as_union(inner: pa.Array, n: int) -> pa.Array:
    return pa.UnionArray.from_sparse(pa.array([0, 1] * n, pa.int8())[:n], [inner.slice(0, n), pa.nulls(n)])


NESTED: dict[str, Callable[[pa.Array, int], pa.Array]] = {
    # each makes a column of n rows of 3 n values
    "itself": lambda inner, n: inner.slice(0, n),
    "lists": lambda inner, n: pa.ListArray.from_arrays(offsets(n), inner),
    "large lists": lambda inner, n: pa.LargeListArray.from_arrays(offsets(n).cast(pa.int64()), inner),
    "lists of three": lambda inner, n: pa.FixedSizeListArray.from_arrays(inner, 3),
    "pairs": lambda inner, n: pa.ListArray.from_arrays(offsets(n, 2), inner),
    "list views": lambda inner, n: pa.ListViewArray.from_arrays(
        offsets(n)[:n], pa.array([3] * n, pa.int32()), inner
    ),
    "lists of lists": lambda inner, n: pa.ListArray.from_arrays(
        offsets(n, 1), pa.FixedSizeListArray.from_arrays(inner, 3)
    ),
    "structs": as_struct,
    "structs of others": lambda inner, n: as_struct(inner, n, ("a", "b")),
    "maps": lambda inner, n: pa.MapArray.from_arrays(offsets(n), pa.array(["x", "y", "z"] * n), inner),
    "maps of numbers": lambda inner, n: pa.MapArray.from_arrays(offsets(n), pa.array([1, 2, 3] * n), inner),
    "dictionary": lambda inner, n: pa.DictionaryArray.from_arrays(pa.array([*range(n)][::-1]), inner),
    "runs": lambda inner, n: pa.RunEndEncodedArray.from_arrays(
        pa.array(range(1, n + 1), pa.int32()), inner.slice(0, n)
    ),
    "union": as_union,
}  # fmt: skip


def chosen(values: pa.Array) -> list[object]:
    return list(values.to_pylist())


def is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value in ("", "nan")


def number_of(value: object) -> Decimal | None:
    """What a value says as a number, by Python; None for a missing one."""
    text = value.decode() if isinstance(value, bytes) else value
    return None if is_missing(text) else Decimal(str(text))


def axes_of(value: Any) -> list[float]:
    """What a value says as a position, by Python."""
    if isinstance(value, bytes | str):
        text = value.decode() if isinstance(value, bytes) else value
        value = text.replace("np.int64(", "").strip("[]").replace(")", "").replace(",", " ").split()
    elif not isinstance(value, list) or isinstance(value[0], tuple):
        axes = dict(value)
        value = [axes["x"], axes["y"], axes["z"]]
    return [float(number_of(axis) or 0) for axis in value]


def says_true(value: object) -> bool:
    """Whether a value of `valid` keeps its row, by Python."""
    text = value.decode() if isinstance(value, bytes) else value
    if is_missing(text) or text in ("t", True, 1):
        return True
    return isinstance(text, str) and text.replace(".", "").isdigit() and float(text) == 1


def check_column(made: Tidy, name: str, values: list[object], table: Table) -> None:
    """Assert that the tidy column says what the raw values say to Python."""
    if name == "valid":
        kept = [200101 + row for row, value in enumerate(values) if says_true(value)]
        assert made.rows["nucleus_id"].to_pylist() == kept
    elif name == table.id_column:
        assert made.rows["nucleus_id"].to_pylist() == [number_of(value) for value in values]
    elif name == "pt_root_id":
        roots = [number_of(value) or Decimal(0) for value in values]
        assert made.rows["root_id"].to_pylist() == [0 if root <= 1 else root for root in roots]
    elif name in ("cell_type", "classification_system"):
        words = [value.decode() if isinstance(value, bytes) else value for value in values]
        assert made.rows[name].to_pylist() == [None if word in (None, "") else str(word) for word in words]
    elif name.startswith("pt_position"):
        places = np.array(PLACES, dtype=np.float64)
        if name == "pt_position":
            places[:] = [axes_of(value) for value in values]
        else:
            places[:, "xyz".index(name[-1])] = [float(number_of(value) or 0) for value in values]
        points = np.array([made.rows[axis].to_numpy() for axis in ("x_um", "depth_um", "z_um")]).T
        np.testing.assert_allclose(points, oriented_um(places).astype(np.float32), rtol=1e-5)
    else:
        tidy_name = {"volume": "volume_um3", "residual": "residual_um", "score": "score_um"}.get(name, name)
        numbers = [number_of(value) for value in values]
        expected = [math.nan if number is None else float(number) for number in numbers]
        got = [math.nan if number is None else number for number in made.rows[tidy_name].to_pylist()]
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def outcome(raw: pa.Table, table: Table) -> tuple[Tidy | None, str]:
    """The tidy rows, or the problem."""
    try:
        return tidy(raw, table), ""
    except BadTable as error:
        return None, error.problem


def check_outcome(table: Table, name: str, column: pa.Array) -> bool:
    """Assert that a column is read rightly or refused by name; return whether it is read."""
    rows = {key: pa.array(value) for key, value in right_rows(table).items()}
    if name == "pt_position":
        rows = {key: value for key, value in rows.items() if not key.startswith("pt_position")}
    raw = pa.Table.from_arrays([*(rows | {name: column}).values()], names=[*(rows | {name: column})])
    made, refused = outcome(raw, table)
    if made is None:
        stem = name[:-2] if name[-2:] in ("_x", "_y", "_z") else name
        assert table.name in refused
        assert stem in refused
        return False
    check_column(made, name, chosen(column), table)
    return True


def columns_of_tables() -> Iterator[tuple[Table, str]]:
    for table in (COARSE, UNITS, DETECTIONS):
        names = wanted_columns([*right_rows(table), "pt_position"], table)
        if table is COARSE:
            yield from ((table, name) for name in names)
        else:  # only what the table before lacks
            yield from ((table, name) for name in names if name in ("id", "session", "field", "score"))


COLUMNS = list(columns_of_tables())


def test_every_column_takes_or_refuses_every_type() -> None:
    numbers = [200101, 7, 180000, 1, 0, 2, 44, 9, 3]
    read = set()
    for (table, name), flat, nested in itertools.product(COLUMNS, FLAT, NESTED):
        is_tried = nested == "itself" or flat in ("int64", "double", "text", "bytes", "bool", "null")
        if is_tried and check_outcome(table, name, NESTED[nested](FLAT[flat](numbers), 3)):
            read.add((name, flat, nested))
    assert {
        ("pt_position", "int64", nested) for nested in ("lists", "lists of three", "structs", "maps")
    } <= read
    assert {("target_id", kind, "itself") for kind in ("int32", "double", "digits", "text view")} <= read
    assert ("pt_root_id", "double", "itself") not in read


def drawn_column(numbers: list[int], flat: str, nested: str, gaps: list[bool]) -> pa.Array:
    inner = FLAT[flat](numbers)
    if "view" not in flat:  # no kernel takes from a view
        inner = inner.take(pa.array([None if gap else place for place, gap in enumerate(gaps)], pa.int64()))
    return NESTED[nested](inner, 3)


drawn_columns = hs.builds(
    drawn_column,
    hs.lists(hs.sampled_from(WHOLE) | hs.integers(-(2**63), 2**63 - 1), min_size=9, max_size=9),
    hs.sampled_from(sorted(FLAT)),
    hs.sampled_from(sorted(NESTED)),
    hs.lists(hs.booleans(), min_size=9, max_size=9),
)


@given(hs.sampled_from(COLUMNS), drawn_columns)
@settings(max_examples=2 * settings().max_examples)
def test_whatever_a_column_holds_it_is_read_rightly_or_refused(
    place: tuple[Table, str], column: pa.Array
) -> None:
    check_outcome(*place, column)


DAY = date(2024, 5, 1)
POSITION_MAPS = [
    [(axis, float(number)) for axis, number in zip("xyz", place, strict=True)] for place in PLACES
]
TYPES: list[tuple[str, dict[str, object], str]] = [
    # what it is, the columns of a Parquet file, what is said ("" where the rows are read)
    ("a map as position", {"pt_position": pa.array(POSITION_MAPS, pa.map_(pa.string(), pa.float64()))}, ""),
    ("a struct as position", {"pt_position": [dict(pairs) for pairs in POSITION_MAPS]}, ""),
    ("a struct with capitals", {
        "pt_position": [dict(zip("XYZ", place, strict=True)) for place in PLACES],
    }, ""),
    ("JSON as position", {"pt_position": [json.dumps(dict(pairs)) for pairs in POSITION_MAPS]}, ""),
    ("other JSON as position", {"pt_position": ['{"a": 1, "b": 2, "c": 3}'] * 3},
     '3 (nucleus 200103). The first of them holds {"a": 1, "b": 2, "c": 3}'),
    ("decimals as position", {"pt_position": [[*map(Decimal, place)] for place in PLACES]}, ""),
    ("words as position", {"pt_position": [["a", "b", "c"]] * 3},
     "the column pt_position holds no positions: row 1 holds ['a', 'b', 'c']"),
    ("a word in the second row", {"pt_position": [["1", "2", "3"], ["1", "b", "3"], ["1", "2", "3"]]},
     "the column pt_position holds no positions: row 2 holds"),
    ("days as position", {"pt_position": [[DAY] * 3] * 3}, "the column pt_position holds no positions"),
    ("a day as coordinate", {"pt_position_y": [DAY] * 3},
     "the column pt_position_y is not a number (its type is date32[day]): row 1 holds 2024-05-01"),
    ("a struct as volume", {"volume": [{"v": 1}] * 3},
     "the column volume is not a number (its type is struct<v: int64>): row 1 holds {'v': 1}"),
    ("lists as IDs", {"target_id": [[200101], [200102], [200103]]},
     "the column target_id holds no IDs (its type is list<element: int64>): row 1 holds [200101]"),
    ("days as IDs", {"pt_root_id": [DAY] * 3}, "the column pt_root_id holds no IDs"),
    ("a list as valid", {"valid": [[True], None, []]}, "the column valid does not say true or false"),
    ("lists as labels", {"cell_type": [["x"]] * 3}, "the column cell_type is no text"),
    ("bytes that are no text", {"cell_type": [b"x", b"\xff", b"y"]},
     "cell_type is no text: row 2 holds b'\\xff'"),
    ("an ID beyond int64", {"pt_root_id": pa.array([0, 2**63 + 5, 1], pa.uint64())},
     "the column pt_root_id has an ID that is too large (IDs are below 2^63): row 2 holds 9223372036854775"),
    ("IDs as decimals", {"pt_root_id": [*map(Decimal, ROOTS)]}, ""),
    ("IDs as text", {"pt_root_id": [*map(str, ROOTS)], "target_id": ["200101", "200102.0", " 200103"]}, ""),
    ("a merged nucleus", {"target_id": [200101.0, 200102.0, 200103.0]}, ""),
    ("root IDs as floats", {"pt_root_id": [*map(float, ROOTS)]}, "which cannot keep an ID's digits: row 1"),
    ("odd columns that nothing needs", {"created": [{"day": [1]}] * 3, "session": ["x"] * 3}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "words"), named(TYPES))
def test_types_that_nobody_expected_are_read_or_refused_by_column_and_row(
    columns: dict[str, object], words: str, tmp_path: Path
) -> None:
    rows = right_rows() | columns
    if "pt_position" in columns:
        rows = {name: value for name, value in rows.items() if name[-2:] not in ("_x", "_y", "_z")}
    pq.write_table(pa.table(rows), tmp_path / f"{COARSE.name}.parquet")
    expected = tidy(pa.table(right_rows()), COARSE).rows.to_pandas()
    try:
        got = opened_folder(tmp_path).load_labels(COARSE.name).frame
    except BadTable as error:
        problem = error.problem
    else:
        problem = ""
        pd.testing.assert_frame_equal(got, expected, check_categorical=False)
    assert words in problem
    assert bool(problem) == bool(words)


@pytest.mark.parametrize("writing", [pq.write_table, feather.write_feather])
def test_a_column_that_stands_twice_is_named(writing: Callable[..., None], tmp_path: Path) -> None:
    rows = pa.table(right_rows())
    ending = writing.__name__.removeprefix("write_").replace("table", "parquet")
    writing(rows.append_column("target_id", rows["target_id"]), tmp_path / f"{COARSE.name}.{ending}")
    with pytest.raises(BadTable, match=f"{COARSE.name}: the column target_id stands twice in the file"):
        opened_folder(tmp_path).load_labels(COARSE.name)


# G. Forms of text

NAMED = (
    "id",
    "valid",
    "pt_supervoxel_id",
    "pt_root_id",
    *(f"pt_position_{axis}" for axis in "xyz"),
    "volume",
)
DUMP = "\n".join(
    f"{200101 + row},t,{90000000000000001 + row},{root},{','.join(map(str, place))},{volume}"
    for row, (root, place, volume) in enumerate(zip((ROOTS[0], 0, ROOTS[2]), PLACES, VOLUMES, strict=True))
)
SPLIT = [f"pt_position_{axis}" for axis in "xyz"]
COARSE_CSV, FINE_CSV, DETECTED_CSV = (f"{table.name}.csv" for table in (COARSE, FINE, DETECTIONS))


def text_of(frame: pd.DataFrame, **options: Any) -> bytes:
    encoding = options.pop("encoding", "utf-8")
    return frame.to_csv(index=options.pop("index", False), **options).encode(encoding)


def parquet_of(frame: pd.DataFrame) -> bytes:
    return frame.to_parquet()


def feather_of(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_feather(file)
    return file.getvalue()


def in_words(name: str) -> str:
    """A column's name as people write it: ``Target Id``."""
    return name.replace("_", " ").title()


def joined(form: str) -> pd.DataFrame:
    """The rows with positions in one column of text."""
    return export(pt_position=[form.format(*place) for place in PLACES]).drop(columns=SPLIT)


ROWS = export()
UNCOMMON = ROWS.assign(note='two\nlines, and "quotes"')
KINDS = ROWS.dtypes.astype(str).to_frame()
LONG = ROWS.assign(note=["z\n" * 600_000, "x", "x"], **{70_000 * "n": 1})


def unclosed(*rows: int) -> bytes:
    """Ten rows whose last cell begins, in these rows, with a quote that nobody closes."""
    lines = text_of(pd.concat([ROWS] * 4).head(10).assign(note="x")).splitlines()
    return b"\n".join(line[:-1] + b'"oops' if row in rows else line for row, line in enumerate(lines)) + b"\n"


NUMPY_2 = "[np.int64({}), np.int64({}), np.int64({})]"
READ: list[tuple[str, dict[str, bytes]]] = [
    # what it is, the files of the folder: each gives the three rows
    ("commas", {COARSE_CSV: text_of(ROWS)}),
    ("semicolons", {COARSE_CSV: text_of(ROWS, sep=";")}),
    ("semicolons and a byte-order mark", {COARSE_CSV: text_of(ROWS, sep=";", encoding="utf-8-sig")}),
    ("a first line for Excel", {COARSE_CSV: b"sep=;\r\n" + text_of(ROWS, sep=";")}),
    ("a first line for Excel, in capitals", {COARSE_CSV: b"SEP=;\n" + text_of(ROWS, sep=";")}),
    ("a blank first line", {COARSE_CSV: b"\r\n" + text_of(ROWS, lineterminator="\r\n")}),
    ("first rows of blanks and commas", {COARSE_CSV: b"  \n,,,,\n" + text_of(ROWS)}),
    ("comments on top", {COARSE_CSV: b"# by me, 2024\n#\n" + text_of(ROWS)}),
    ("a header as comment", {COARSE_CSV: b"# " + text_of(ROWS)}),
    ("a long header and a long cell", {COARSE_CSV: text_of(LONG, sep=";")}),
    ("a quote within a cell", {COARSE_CSV: text_of(ROWS.assign(note="5Q pipe")).replace(b"Q", b'"')}),
    ("tabs", {COARSE_CSV: text_of(ROWS, sep="\t")}),
    ("upright lines", {COARSE_CSV: text_of(ROWS, sep="|")}),
    ("UTF-16 with a mark", {COARSE_CSV: text_of(ROWS, encoding="utf-16")}),
    ("UTF-16 of Excel", {COARSE_CSV: text_of(ROWS, sep="\t", encoding="utf-16")}),
    ("UTF-16 without a mark", {COARSE_CSV: text_of(ROWS, encoding="utf-16-le")}),
    ("UTF-16, the other way round", {COARSE_CSV: text_of(ROWS, encoding="utf-16-be")}),
    ("UTF-32", {COARSE_CSV: text_of(ROWS, encoding="utf-32")}),
    ("gzip of another separator", {f"{COARSE_CSV}.gz": gzip.compress(text_of(ROWS, sep=";"))}),
    ("gzip by another name", {COARSE_CSV: gzip.compress(text_of(ROWS))}),
    ("a line break in a cell", {COARSE_CSV: text_of(UNCOMMON)}),
    ("a line break in the header", {COARSE_CSV: text_of(ROWS.rename(columns={"id": "a\nnote"}))}),
    ("lines that end as on Windows", {COARSE_CSV: text_of(UNCOMMON, lineterminator="\r\n")}),
    ("an index", {COARSE_CSV: text_of(ROWS, index=True)}),
    ("an index read and written", {COARSE_CSV: text_of(ROWS.rename_axis("Unnamed: 0").reset_index())}),
    ("the nucleus as index", {COARSE_CSV: text_of(ROWS.set_index("target_id"), index=True)}),
    ("R's row names", {COARSE_CSV: text_of(ROWS, index=True).removeprefix(b",")}),
    ("white space around names", {COARSE_CSV: text_of(ROWS.rename(columns=" {} ".format))}),
    ("a byte-order mark read as Latin-1", {
        COARSE_CSV: text_of(ROWS.set_index("target_id").rename_axis("ï»¿target_id"), index=True),
    }),
    ("a byte-order mark in a Parquet file", {
        f"{COARSE.name}.parquet": parquet_of(ROWS.rename(columns={"target_id": "\ufefftarget_id "})),
    }),
    ("everything quoted", {COARSE_CSV: text_of(ROWS, quoting=csv.QUOTE_ALL)}),
    ("decimal commas", {COARSE_CSV: text_of(ROWS.astype(dict.fromkeys(SPLIT, float)), sep=";", decimal=",")}),
    ("nucleus IDs after a merge", {COARSE_CSV: text_of(ROWS.astype({"target_id": float}))}),
    ("the same, with decimal commas", {
        COARSE_CSV: text_of(ROWS.astype({"target_id": float}), sep=";", decimal=","),
    }),
    *[(f"roots kept from Excel as {form}", {
        COARSE_CSV: text_of(ROWS.assign(pt_root_id=[form.format(root) for root in ROOTS])),
    }) for form in ('="{}"', "'{}")],
    ("missing values of PostgreSQL", {COARSE_CSV: text_of(ROWS.assign(valid=["t", r"\N", "t"]))}),
    ("text of a dictionary", {COARSE_CSV: text_of(joined("{{'x': {}, 'y': {}, 'z': {}}}"))}),
    ("text of numpy 1", {COARSE_CSV: text_of(joined("[{} {}  {}]"))}),
    ("text of numpy 2", {COARSE_CSV: text_of(joined(NUMPY_2))}),
    ("text of an array", {COARSE_CSV: text_of(joined("array([{}, {}, {}], dtype=int64)"))}),
    ("text of a tuple", {COARSE_CSV: text_of(joined("({}, {}, {})"), sep=";")}),
    ("text of a point", {COARSE_CSV: text_of(joined("POINT Z ({} {} {})"))}),
    ("another alphabet in a note", {COARSE_CSV: text_of(ROWS.assign(note="µm"), encoding="latin-1")}),
    ("lines of names and types beside it", {
        f"{COARSE_CSV}.gz": gzip.compress(text_of(ROWS, header=False)),
        f"{COARSE.name}_header.csv": text_of(ROWS.dtypes.astype(str).to_frame(), index=True, header=False),
    }),
    *[(f"{what} beside it", {COARSE_CSV: text_of(ROWS, header=False), f"{COARSE.name}_header.csv": header})
      for what, header in [
          ("names and types with semicolons", text_of(KINDS, index=True, header=False, sep=";")),
          ("names and types below pandas' own header", text_of(KINDS, index=True)),
          ("names with tabs", text_of(ROWS.head(0), sep="\t")),
          ("names in UTF-16", "\n".join(ROWS.columns).encode("utf-16")),
      ]],
    ("a line of names beside it", {
        COARSE_CSV: text_of(ROWS, header=False), f"{COARSE.name}_header.csv": text_of(ROWS.head(0)),
    }),
    ("a name a line beside it", {
        f"{COARSE.name}_merged.csv.gz": text_of(ROWS, header=False),
        f"{COARSE.name}_merged_header.csv": "\n".join(ROWS.columns).encode(),
    }),
    *[(f"line breaks in cells, {mark!r} and names beside it", {
        COARSE_CSV: text_of(UNCOMMON, header=False, sep=mark),
        f"{COARSE.name}_header.csv": "\n".join(UNCOMMON.columns).encode(),
    }) for mark in ",;\t|"],
    ("the same names beside it and on top", {
        COARSE_CSV: text_of(ROWS), f"{COARSE.name}_header.csv": text_of(ROWS.head(0)),
    }),
    ("R's quoted row names", {
        COARSE_CSV: text_of(
            ROWS.set_axis([*"abc"]), index=True, quoting=csv.QUOTE_NONNUMERIC
        ).removeprefix(b'"",'),
    }),
    ("names in capitals", {COARSE_CSV: text_of(ROWS.rename(columns=str.upper))}),
    ("names in words", {COARSE_CSV: text_of(ROWS.rename(columns=in_words))}),
    ("names of R", {COARSE_CSV: text_of(ROWS.rename(columns=lambda name: name.replace("_", ".")))}),
    ("names of JavaScript", {
        COARSE_CSV: text_of(ROWS.rename(columns=lambda name: in_words(name).replace(" ", ""))),
    }),
    ("a zero-width space in a name", {
        f"{COARSE.name}.parquet": parquet_of(ROWS.rename(columns={"target_id": "target\u200b_id"})),
    }),
]  # fmt: skip


@pytest.mark.parametrize("files", named(READ))
def test_text_of_every_form_gives_the_same_frame(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    loaded = opened_folder(tmp_path).load_labels(COARSE.name)
    expected = tidy(pa.table(right_rows()), COARSE).rows.to_pandas()
    pd.testing.assert_frame_equal(loaded.frame, expected, check_categorical=False)
    assert loaded.provenance.assumptions == ()
    assert opened_folder(tmp_path).unread_files == ()


def test_a_line_break_in_a_cell_is_read_in_large_files_too(tmp_path: Path) -> None:
    ids = np.arange(1, 20_001)
    rows = pd.DataFrame({"target_id": ids, "cell_type": "excitatory", "note": "two\nlines" + 80 * "."})
    rows = rows.assign(**dict(zip(SPLIT, PLACES[0], strict=True)))
    (tmp_path / f"{COARSE.name}.csv.gz").write_bytes(gzip.compress(text_of(rows), 1))
    assert opened_folder(tmp_path).load_labels(COARSE.name).frame["nucleus_id"].tolist() == ids.tolist()


ASSUMED: list[tuple[str, str, dict[str, bytes], list[int], str]] = [
    # what it is, the table, the files; the nuclei that are read and what is said
    ("the dump of v117", DETECTIONS.name, {DETECTED_CSV: DUMP.encode()}, [1, 2, 3],
     "has no header: its columns"),
    ("the same with tabs", DETECTIONS.name, {DETECTED_CSV: DUMP.replace(",", "\t").encode()}, [1, 2, 3],
     "id (column 1), valid (column 2), pt_root_id (column 4)"),
    ("a dump with line breaks in cells", COARSE.name, {COARSE_CSV: text_of(UNCOMMON, header=False, sep=";")},
     [1, 2, 3], "target_id (column 1)"),
    ("a title above the header", COARSE.name, {COARSE_CSV: b"Table 1, of two\n\n" + text_of(ROWS, sep=";")},
     [1, 2, 3], "was skipped: “Table 1, of two”"),
    ("a dump whose row numbers are the nuclei", COARSE.name, {COARSE_CSV: text_of(ROWS, header=False)},
     [1, 2, 3], "target_id (column 1)"),
    ("rows without their nuclei, which stand beside them", COARSE.name, {
        COARSE_CSV: text_of(ROWS.drop(columns=[*SPLIT, "pt_root_id"])), DETECTED_CSV: DUMP.encode(),
    }, [1, 2, 3], "pt_position_z are taken from nucleus_detection_v0"),
    ("one nucleus not among them", COARSE.name, {
        COARSE_CSV: text_of(ROWS.drop(columns=SPLIT)),
        DETECTED_CSV: "\n".join([",".join(NAMED), *DUMP.splitlines()[:2]]).encode(),
    }, [1, 2], "1 row was left out, because the nucleus is not in nucleus_detection_v0"),
    ("one of them no longer valid", COARSE.name, {
        COARSE_CSV: text_of(ROWS.drop(columns=SPLIT)),
        DETECTED_CSV: f"{','.join(NAMED)}\n{DUMP.replace('200103,t', '200103,f')}".encode(),
    }, [1, 2], "1 row was left out, because the nucleus is not in"),
    ("other names beside it", COARSE.name, {
        COARSE_CSV: text_of(ROWS), f"{COARSE.name}_header.csv": text_of(ROWS.head(0)[ROWS.columns[::-1]]),
    }, [1, 2, 3], "its own header row was read"),
    ("two columns that may be valid", COARSE.name, {COARSE_CSV: text_of(ROWS.assign(Valid="f"))}, [1, 2, 3],
     "The column Valid is not read: valid is."),
    ("two axes, and the third beside it", COARSE.name, {
        f"{COARSE.name}.parquet": parquet_of(stated(ROWS.drop(columns=SPLIT[2]), dataframe_resolution=NM)),
        DETECTED_CSV: DUMP.encode(),
    }, [1, 2, 3], "pt_position_x, pt_position_y of the file are not read"),
    ("a dump with 1 and 0", DETECTIONS.name, {
        DETECTED_CSV: DUMP.replace(",t,", ",1,").replace("2,1,", "2,0,").encode(),
    }, [1, 3], "valid (column 2)"),
    ("a dump with 1.0 and 0.0", DETECTIONS.name, {
        DETECTED_CSV: DUMP.replace(",t,", ",1.0,").replace("2,1.0,", "2,0.0,").encode(),
    }, [1, 3], "valid (column 2)"),
    ("a dump with a word that nobody knows", DETECTIONS.name, {
        DETECTED_CSV: DUMP.replace("1,t,", "1,maybe,").replace("2,t,", "2,f,").encode(),
    }, [3], "row 1 (valid maybe)"),
    ("valid in an unknown spelling", COARSE.name, {
        COARSE_CSV: text_of(ROWS.assign(valid=["t", "si", "t"])),
    }, [1, 3], "row 2 (valid si)"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "files", "kept", "words"), named(ASSUMED))
def test_what_is_assumed_of_a_file_is_said_on_pages_in_status_and_in_check(
    table: str, files: dict[str, bytes], kept: list[int], words: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    loaded = opened_folder(tmp_path).load_labels(table)
    expected = tidy(pa.table(right_rows()), COARSE).rows.to_pandas().iloc[[number - 1 for number in kept]]
    assert loaded.frame["nucleus_id"].tolist() == [200100 + number for number in kept]
    for column in ("x_um", "depth_um", "z_um", "volume_um3"):
        np.testing.assert_array_equal(loaded.frame[column], expected[column])
    assert words in " ".join(loaded.provenance.assumptions)
    assert set(loaded.provenance.assumptions) <= set(loaded.provenance.notes)
    given = ["--source", "folder", "--folder", str(tmp_path), "--cache", str(tmp_path.parent / "cache")]
    assert main(["status", *given]) == 0
    assert words in capsys.readouterr().out
    main(["check", *given, "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert (
        words in {one["table"]: one["message"] for one in findings if one["id"] == "assumed-reading"}[table]
    )


def test_rows_are_read_again_when_the_detections_or_the_header_beside_them_change(tmp_path: Path) -> None:
    moved_dump = DUMP.replace("180000,120000", "190000,120000")
    named_dump = f"{','.join(NAMED)}\n{DUMP}"
    (tmp_path / COARSE_CSV).write_bytes(text_of(ROWS.drop(columns=SPLIT)))
    (tmp_path / DETECTED_CSV).write_text(named_dump)
    opened = opened_folder(tmp_path)
    before = opened.load_labels(COARSE.name).frame["x_um"]
    (tmp_path / DETECTED_CSV).write_text(moved_dump)
    assert (opened.load_labels(COARSE.name).frame["x_um"] != before).tolist() == [True, False, False]
    header = ",".join(NAMED).replace("volume", "other")
    (tmp_path / f"{DETECTIONS.name}_header.csv").write_text(header)
    assert "volume_um3" not in opened.load_labels(DETECTIONS.name).frame
    (tmp_path / f"{DETECTIONS.name}_header.csv").write_text(header.replace("other", "volume"))
    assert "volume_um3" in opened.load_labels(DETECTIONS.name).frame


TRAILING = text_of(ROWS).replace(b"\n", b",\n").replace(b",\n", b"\n", 1)
HEADED = pd.read_csv(io.BytesIO(text_of(ROWS, header=False)))
WIDE_ROWS = ROWS.rename(columns={"target_id": "nuc"}).assign(broad_type="excitatory", mtype="L2a")
REFUSED: list[tuple[str, dict[str, bytes], str, str]] = [
    # what it is, the files; words of the problem (its columns and its cause), and of the remedy
    ("an unknown separator", {COARSE_CSV: text_of(ROWS, sep="~")}, "id~valid~target_id", "commas"),
    ("a first row as header", {f"{COARSE.name}.parquet": parquet_of(HEADED)},
     "200101, True, 200101.1.* first row seems to have been taken for a header", "header=None"),
    ("places as names", {f"{COARSE.name}.parquet": parquet_of(HEADED.set_axis([*"0123456789"], axis=1))},
     "Its columns are 0, 1, 2.* first row seems", "header=None"),
    ("numbers as names", {COARSE_CSV: text_of(ROWS.set_axis(range(ROWS.shape[1]), axis=1))},
     "no header row and no header file", "_header.csv"),
    ("no nuclei merged in", {COARSE_CSV: text_of(ROWS.drop(columns=SPLIT))}, "merge_reference=False",
     "merge_reference=True, or put nucleus_detection_v0"),
    ("and those beside it damaged", {COARSE_CSV: text_of(ROWS.drop(columns=SPLIT)), DETECTED_CSV: b"id\n1\n"},
     "nucleus_detection_v0 beside it cannot be read", ""),
    ("a wide table", {COARSE_CSV: text_of(WIDE_ROWS)},
     "no column target_id.* wide table such as aibs_cell_info", "query_table"),
    ("other names", {COARSE_CSV: text_of(ROWS.rename(columns={"target_id": "nuc"}))},
     "no column target_id. Its columns are id, valid, nuc,", "rename"),
    ("an ID too large", {COARSE_CSV: text_of(ROWS.assign(pt_root_id=2**63 + 5))},
     "pt_root_id has an ID that is too large.* row 1 holds 9223372036854775813", ""),
    ("root IDs as floats", {COARSE_CSV: text_of(ROWS.astype({"pt_root_id": float}))},
     "pt_root_id holds floating-point numbers", "integers"),
    ("half a nucleus", {COARSE_CSV: text_of(ROWS.assign(target_id=[200101, 200102.5, 200103]))},
     "target_id holds floating-point numbers.* row 2 holds 200102.5", ""),
    ("marks for thousands", {
        COARSE_CSV: text_of(ROWS.assign(**dict.fromkeys(SPLIT, "180,000")), sep=";"),
     },
     "comma in numbers such as 180,000 of the column pt_position_x", "thousands"),
    ("a column twice", {COARSE_CSV: text_of(pd.concat([ROWS, ROWS[["target_id"]]], axis=1))},
     "target_id stands twice", ""),
    ("marks for thousands between commas", {COARSE_CSV: text_of(ROWS.assign(pt_position_x="180,000"))},
     "pt_position_x holds separators of thousands: row 1 holds 180,000", "without separators"),
    ("apostrophes in IDs", {COARSE_CSV: text_of(ROWS.assign(target_id="200'101"))},
     "target_id holds separators of thousands", "without separators"),
    ("the header in the middle", {COARSE_CSV: 2 * text_of(ROWS.drop(columns="valid"))},
     "holds its own name, as if the header stood there again: row 4 holds", "Delete that row"),
    ("apostrophes for quotes", {
        COARSE_CSV: text_of(ROWS, quotechar="'", quoting=csv.QUOTE_NONNUMERIC),
    }, "stands between apostrophes", "double quotes"),
    ("a header and no more", {COARSE_CSV: text_of(ROWS.head(0)).rstrip()}, "has no rows", ""),
    ("labels in Latin-1", {COARSE_CSV: text_of(ROWS.assign(cell_type="é"), encoding="latin-1")},
     "column cell_type is not UTF-8; it may be Latin-1", "as UTF-8"),
    ("text named Parquet", {f"{COARSE.name}.parquet": text_of(ROWS)}, "looks like a CSV file", COARSE_CSV),
    ("gzip named Parquet", {f"{COARSE.name}.parquet": gzip.compress(b"x")},
     "looks like a gzip file", "Unpack"),
    ("Feather named Parquet", {f"{COARSE.name}.parquet": feather_of(ROWS)},
     "looks like a Feather file", ".feather"),
    ("a zip named as text", {COARSE_CSV: b"PK\3\4" + bytes(30)}, "is a zip file", "Unpack it"),
    ("rows of units", {
        COARSE_CSV: text_of(pd.DataFrame(right_rows(UNITS)).drop(columns="cell_type")),
     },
     "no column cell_type.* those of functional units", "own table"),
    ("positions by other names", {COARSE_CSV: text_of(ROWS.rename(columns={n: f"ctr_{n}" for n in SPLIT}))},
     "may be in ctr_pt_position_x, ctr_pt_position_y, ctr_pt_position_z", "Name the columns pt_position_x"),
    ("z alone missing", {COARSE_CSV: text_of(ROWS.drop(columns="pt_position_z"))},
     "it lacks pt_position_z", ""),
    ("nuclei not among those beside it", {
        COARSE_CSV: text_of(ROWS.drop(columns=SPLIT).assign(target_id=[1, 2, 3])),
        DETECTED_CSV: DUMP.encode(),
    }, "none of its 3 nuclei is in nucleus_detection_v0 beside it", "same release"),
    ("those beside it with roots as floats", {
        COARSE_CSV: text_of(ROWS.drop(columns=[*SPLIT, "pt_root_id"])),
        DETECTED_CSV: text_of(ROWS.astype({"pt_root_id": float})),
    }, "cannot be read: nucleus_detection_v0: the column pt_root_id holds floating-point num", "integers"),
    ("a row too short", {COARSE_CSV: text_of(ROWS) + b"1,2\n"}, "do not fit their 10 columns: .*row 4", ""),
    ("a dump whose nuclei may be its rows", {COARSE_CSV: text_of(ROWS.assign(id=[5, 6, 7]), header=False)},
     "no header row and no header file .* columns 1, 3 may be the IDs of the nuclei", "_header.csv"),
    ("a dump in nanometres", {COARSE_CSV: text_of(in_unit(ROWS, NM), header=False)},
     "no column holds positions", ""),
    ("a field more in each row", {COARSE_CSV: TRAILING.replace(b",\n", b",1\n")},
     "do not fit their 10 columns", ""),
    ("valid in two spellings", {COARSE_CSV: text_of(ROWS.drop(columns="valid").assign(Valid="t", VALID="f"))},
     "the column valid stands twice in the file, or in two spellings", "Leave one"),
    ("a dump with two columns of truth", {
        COARSE_CSV: text_of(ROWS, header=False).replace(b",True,", b",t,f,"),
    },
     "columns 2, 3 may be valid", "_header.csv"),
    ("a comma after each row", {COARSE_CSV: TRAILING}, "do not fit their 10 columns", ""),
    *[(f"a quote that nobody closes in rows {rows}", {COARSE_CSV: unclosed(*rows)},
       f"a quote opened in row {rows[0]} is never closed", "Delete that quote")
      for rows in [(2,), (2, 3), (2, 8), (2, 5, 8), (10,)]],
    ("Parquet named as text", {COARSE_CSV: parquet_of(ROWS)}, "is a Parquet file", f"{COARSE.name}.parquet"),
    ("half of UTF-16", {COARSE_CSV: text_of(ROWS, encoding="utf-16")[:-1]}, "not UTF-16", ""),
    ("another header beside it", {
        COARSE_CSV: text_of(ROWS, header=False), f"{COARSE.name}_header.csv": b"not,a,header",
    }, "not a list of column names", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "words", "remedy"), named(REFUSED))
def test_a_file_that_cannot_be_read_is_refused_with_the_cause_and_leaves_the_others_alone(
    files: dict[str, bytes], words: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / FINE_CSV).write_bytes(text_of(ROWS.assign(cell_type=["23P", "BC", "4P"])))
    outcomes = opened_folder(tmp_path).load_release()
    error = outcomes[COARSE.name]
    assert isinstance(error, BadTable)
    assert COARSE.name in error.problem
    assert re.search(words, error.problem), error.problem
    assert remedy in error.remedy
    assert isinstance(outcomes[FINE.name], LabelTable)
    given = ["--source", "folder", "--folder", str(tmp_path), "--cache", str(tmp_path.parent / "cache")]
    assert main(["status", *given]) == 0
    assert f"{FINE.name}            3" in capsys.readouterr().out


def test_one_unreadable_table_leaves_status_check_and_agreement_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pq.write_table(pa.table(right_rows() | {"volume": [{"v": 1}] * 3}), tmp_path / f"{COARSE.name}.parquet")
    others = (FINE.name, "aibs_soma_nuc_metamodel_preds_v117")
    for name in others:
        (tmp_path / f"{name}.csv").write_bytes(text_of(ROWS.assign(cell_type=["23P", "BC", "4P"])))
    given = [
        "--source",
        "folder",
        "--folder",
        str(tmp_path),
        "--cache",
        str(tmp_path.parent / "cache"),
        "--json",
    ]
    assert main(["status", *given]) == 0
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["tables"]}
    assert [states[name] for name in (COARSE.name, *others)] == ["failed", "loaded", "loaded"]
    assert main(["check", *given]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [one["table"] for one in findings if one["id"] == "unreadable-table"] == [COARSE.name]
    assert main(["agreement", "--all", *given]) == 2
    answer = capsys.readouterr()
    assert [{one["rows"], one["columns"]} for one in json.loads(answer.out)] == [set(others)]
    assert f"{COARSE.name}: the column volume is not a number" in answer.err


WHOLE_FILES: dict[str, tuple[Table, str, bytes]] = {
    # what it is: the table, the ending, the content
    "Parquet": (COARSE, "parquet", parquet_of(ROWS)),
    "Feather": (COARSE, "feather", feather_of(ROWS)),
    "commas": (COARSE, "csv", text_of(UNCOMMON)),
    "gzip": (COARSE, "csv.gz", gzip.compress(text_of(joined(NUMPY_2)))),
    "UTF-16": (COARSE, "csv", text_of(ROWS, sep=";", encoding="utf-16")),
    "dump": (DETECTIONS, "csv", DUMP.encode()),
}
PIECES = [b"", b"\0", b",", b";", b'"', b"\n", b"\r", b"-", b"1e999", b"9" * 30, b"nan", b"\xff\xfe", b"\xc9"]


@given(
    form=hs.sampled_from(sorted(WHOLE_FILES)),
    damages=hs.lists(
        hs.tuples(hs.floats(0, 1), hs.integers(0, 40), hs.sampled_from(PIECES)), min_size=1, max_size=4
    ),
)
def test_a_damaged_file_is_read_or_refused_by_name(
    form: str, damages: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    table, ending, content = WHOLE_FILES[form]
    for place, cut, piece in damages:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + cut :]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / f"{table.name}.{ending}").write_bytes(content)
    source = FolderSource(folder, 661)
    refused = ""
    try:
        raw = source.fetch_table(table, silent)
        assert tidy(raw.rows, table).rows.num_rows > 0
    except BadTable as error:
        refused = error.problem
    assert not refused or table.name in refused


# All of it together: every way in which pandas can write a table


def made_up_rows() -> pd.DataFrame:
    places = np.vstack([WIDE, DEEP]).astype(np.int64)
    ids = 200_000 + np.arange(len(places))
    return pd.DataFrame(
        {
            "id": ids,
            "valid": True,
            "target_id": ids,
            "classification_system": SYSTEM,
            "cell_type": np.where(ids % 3, "excitatory", "inhibitory"),
            "pt_root_id": MANY_ROOTS[0] + 7_919_000_013 * np.arange(len(places)),
            **dict(zip(SPLIT, places.T, strict=True)),
        }
    )


@pytest.fixture(scope="module")
def many_rows() -> pd.DataFrame:
    """Real rows of Baylor coarse where there are any, else made-up ones of their kind."""
    folder = os.environ.get("CELL_TYPES_TEST_REALDATA")
    if not folder:
        return made_up_rows()
    stem = Path(folder) / "v661" / COARSE.name
    names = pd.read_csv(f"{stem}_merged_header.csv", header=None)[0].tolist()
    return pd.read_csv(f"{stem}_merged.csv.gz", names=names).iloc[::55].reset_index(drop=True)


IN_TEXT: dict[str, dict[str, Any]] = {
    "comma": {},
    "semicolon": {"sep": ";"},
    "tab": {"sep": "\t"},
    "UTF-16": {"encoding": "utf-16"},
    "gzip with a header file": {"header": False, "compression": "gzip"},
    "headerless": {"header": False},
}
STATING = ("parquet", "feather")
POSITIONS: dict[str, Callable[[pd.DataFrame], list[Any] | None]] = {
    "split": lambda _: None,
    "text": lambda axes: [f"[{x} {y} {z}]" for x, y, z in axes.to_numpy()],
    "text with commas": lambda axes: [f"[{x}, {y}, {z}]" for x, y, z in axes.to_numpy()],
    "list": lambda axes: [*map(list, axes.to_numpy())],
}
WAYS = [
    *itertools.product([(4, 4, 40), COARSE_VOXELS, NM, UM], [False], IN_TEXT, POSITIONS),
    *itertools.product([(4, 4, 40), COARSE_VOXELS, NM, UM], [False, True], STATING, POSITIONS),
]


def write_in_a_way(rows: pd.DataFrame, folder: Path, way: tuple[tuple[int, ...], bool, str, str]) -> None:
    nm, states, form, position = way
    frame = in_unit(rows, nm) if nm != (4, 4, 40) else rows.copy()
    cells = POSITIONS[position](frame[SPLIT])
    if cells is not None:
        frame = frame.drop(columns=SPLIT).assign(pt_position=pd.Series(cells))
    if states:
        frame = stated(frame, dataframe_resolution=list(nm), materialization_version=661)
    if form in STATING:
        write(frame, folder, form)
        return
    packed = form.startswith("gzip")
    frame.to_csv(folder / f"{COARSE.name}.csv{'.gz' if packed else ''}", index=False, **IN_TEXT[form])
    if packed:
        frame.dtypes.to_csv(folder / f"{COARSE.name}_header.csv", header=False)


def outcome_of(folder: Path, expected: LabelTable) -> str:
    """What became of a file: `right`, or the error or doubt that names the cause; `wrong` in silence."""
    try:
        loaded = opened_folder(folder).load_labels(COARSE.name)
    except BadTable as error:
        return error.problem
    doubts = told(
        loaded, LabelTable(FINE, expected.frame, replace(expected.provenance, position_nm=(4, 4, 40)))
    )
    if doubts:
        return doubts.get(COARSE.name, "wrong: the other table is doubted")
    same_places = np.allclose(loaded.frame[[*POSITION]], expected.frame[[*POSITION]], atol=1e-3, rtol=0)
    others = ["nucleus_id", "root_id", "classification_system", "cell_type"]
    same_words = loaded.frame[others].astype(str).equals(expected.frame[others].astype(str))
    return "right" if same_places and same_words else "wrong"


def test_every_way_of_writing_a_table_gives_the_same_frame_or_an_error_that_names_the_cause(
    many_rows: pd.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "right").mkdir()
    write_in_a_way(many_rows, tmp_path / "right", ((4, 4, 40), False, "comma", "split"))
    expected = opened_folder(tmp_path / "right").load_labels(COARSE.name)
    outcomes = {}
    for number, way in enumerate(WAYS):
        (tmp_path / str(number)).mkdir()
        write_in_a_way(many_rows, tmp_path / str(number), way)
        outcomes[way] = outcome_of(tmp_path / str(number), expected)
    unexpected = {}
    for (nm, states, form, position), outcome in outcomes.items():
        cause = "right"
        if form == "headerless" and (nm != (4, 4, 40) or position != "split"):
            cause = "no column holds positions"
        elif nm != (4, 4, 40) and not states:
            cause = "position-unit: "
        is_expected = outcome == cause if cause == "right" else cause in outcome
        if not is_expected:
            unexpected[nm, states, form, position] = outcome
    assert unexpected == {}
