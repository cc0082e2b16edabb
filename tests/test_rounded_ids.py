"""IDs that a float has rounded, or that are of the wrong kind, are named and blame no other table."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as hs

from components.analysis.checks.registry import run_checks
from data.tables.id_digits import rounding
from tests.made_exports import (
    COARSE,
    DEEP,
    DETECTED,
    FINE,
    FOLDER,
    MANY_ROOTS,
    OPENED,
    ROOTS,
    UNITS,
    export,
    named,
    of_places,
    opened_folder,
    told,
    write,
)

ROUNDINGS: list[tuple[str, Callable[[int], int], str | None]] = [
    ("none", lambda root: root, None),
    ("pandas, R", lambda root: int(float(root)), "float64"),
    ("32 bits", lambda root: int(np.float32(root)), "float32"),
    ("Excel", lambda root: root // 1000 * 1000, "decimal"),
    ("JavaScript", lambda root: int(Decimal(repr(float(root)))), "decimal"),
]


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
