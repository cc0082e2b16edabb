"""The tidy frame: whatever form the export has, the same nuclei land in the same place."""

import struct

import numpy as np
import pyarrow as pa
import pytest

from data.catalog import TABLES
from data.errors import BadTable
from data.tables.schema import tidy

FINE = TABLES["baylor_gnn_cell_type_fine_model_v2"]
MANUAL_COREG = TABLES["coregistration_manual_v3"]
DETECTION = TABLES["nucleus_detection_v0"]
ALTERNATIVE = TABLES["nucleus_alternative_points"]
LOOKUP = TABLES["nucleus_detection_lookup_v1"]
VOXELS = [(175760, 126480, 15504), (183013, 83535, 21480)]
"""The second is the point of the pia that the oriented axes start from."""


def rows(**columns: object) -> pa.Table:
    base: dict[str, object] = {
        "id": [1, 2],
        "target_id": [11, 12],
        "cell_type": ["23P", "BC"],
        "pt_root_id": [864691135568539372, 864691135568539373],
        "pt_position": [list(point) for point in VOXELS],
    }
    return pa.table({name: value for name, value in (base | columns).items() if value is not None})


def split(stem: str = "pt_position") -> dict[str, object]:
    return {f"{stem}_{axis}": [point[k] for point in VOXELS] for k, axis in enumerate("xyz")}


def ewkb(point: tuple[int, int, int], srid: bool) -> bytes:
    kind = 0x80000001 | (0x20000000 if srid else 0)
    return (
        struct.pack("<BI", 1, kind) + (struct.pack("<I", 4326) if srid else b"") + struct.pack("<3d", *point)
    )


FORMS: dict[str, dict[str, object]] = {
    "lists": {},
    "split columns": {"pt_position": None, **split()},
    "numpy text": {"pt_position": [f"[{x} {y}  {z}]" for x, y, z in VOXELS]},
    "list text": {"pt_position": [f"[{x}, {y}, {z}]" for x, y, z in VOXELS]},
    "WKB bytes": {"pt_position": [ewkb(point, srid=False) for point in VOXELS]},
    "WKB text with an SRID": {"pt_position": [ewkb(point, srid=True).hex() for point in VOXELS]},
    "big-endian WKB": {"pt_position": [struct.pack(">BI3d", 0, 1001, *point) for point in VOXELS]},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_position_lands_in_the_same_place(form: str) -> None:
    made = tidy(rows(**FORMS[form]), FINE).rows
    assert made["depth_um"].to_numpy()[1] == pytest.approx(0.0, abs=1e-3)
    expected = 0.00034862297 * 175760 + 0.00398477879 * 126480 - 396.67103221
    assert made["depth_um"].to_numpy()[0] == pytest.approx(expected, abs=1e-2)
    assert made["z_um"].to_numpy()[0] == pytest.approx(0.04 * 15504, abs=1e-3)


@pytest.mark.parametrize("broken", ["[1 2]", "[1 2 3 4]", "here", "[nan nan nan]", ""])
def test_a_position_that_is_none_is_refused(broken: str) -> None:
    with pytest.raises(BadTable) as caught:
        tidy(rows(pt_position=[broken, "[1 2 3]"]), FINE)
    problem = f"{FINE.name}: 1 row has no position in pt_position: row 1 (nucleus 11)."
    assert caught.value.problem == problem + (f" The first of them holds {broken}." if broken else "")
    assert "leave them out" in caught.value.remedy


X, Y, Z = zip(*VOXELS, strict=True)
GAPS: dict[str, dict[str, object]] = {
    "split columns": {"pt_position": None, **split(), "pt_position_y": [Y[0], None]},
    "lists": {"pt_position": [list(VOXELS[0]), None]},
    "short lists": {"pt_position": [list(VOXELS[0]), [1, 2]]},
    "lists of a fixed size": {"pt_position": pa.array([list(VOXELS[0]), None], pa.list_(pa.int64(), 3))},
    "lists with a gap": {"pt_position": [list(VOXELS[0]), [1, None, 3]]},
    "text": {"pt_position": ["[1 2 3]", None]},
    "WKB bytes": {"pt_position": [ewkb(VOXELS[0], srid=False), None]},
    "empty WKB": {"pt_position": [ewkb(VOXELS[0], srid=False), b""]},
    "WKB of a line": {"pt_position": [ewkb(VOXELS[0], srid=False), struct.pack("<BI3d", 1, 1002, 1, 2, 3)]},
}


@pytest.mark.parametrize("form", GAPS)
def test_a_missing_position_is_named_by_row_and_nucleus_in_every_form(form: str) -> None:
    with pytest.raises(BadTable) as caught:
        tidy(rows(**GAPS[form]), FINE)
    assert caught.value.problem == f"{FINE.name}: 1 row has no position in pt_position: row 2 (nucleus 12)."


def many(**columns: object) -> pa.Table:
    """Six rows, of nuclei 11 to 16."""
    base: dict[str, object] = {
        "id": [1, 2, 3, 4, 5, 6],
        "target_id": [11, 12, 13, 14, 15, 16],
        "cell_type": ["23P"] * 6,
        "pt_position": ["[1 2 3]"] * 6,
    }
    return pa.table(base | columns)


def test_of_many_rows_without_a_position_the_first_three_are_named_and_all_counted() -> None:
    raw = many(pt_position=["[1 2 3]", "", "", "[1 2 3]", "", ""])
    with pytest.raises(BadTable, match="4 rows have no position") as caught:
        tidy(raw, FINE)
    named = "row 2 (nucleus 12), row 3 (nucleus 13), row 5 (nucleus 15) and 1 more."
    assert caught.value.problem.endswith(named)


def test_rows_keep_their_number_where_others_were_left_out_before_them() -> None:
    raw = many(valid=["f", "t", "f", "t", "t", "t"], pt_position=[*["[1 2 3]"] * 3, "", *["[1 2 3]"] * 2])
    with pytest.raises(BadTable, match=r"row 4 \(nucleus 14\)"):
        tidy(raw, FINE)


def test_an_impossible_nucleus_id_is_named_with_its_row() -> None:
    with pytest.raises(BadTable, match=r"1 row has no target_id: row 3\. "):
        tidy(many(target_id=[11, 12, None, 14, 15, 16]), FINE)
    with pytest.raises(
        BadTable, match=r"2 rows have a target_id .*: row 2 \(target_id 0\), row 6 \(target_id -5\)"
    ):
        tidy(many(target_id=[11, 0, 13, 14, 15, -5]), FINE)


def test_the_columns_and_their_types() -> None:
    made = tidy(rows(classification_system=["s", "s"], volume=[250.0, 300.0]), FINE).rows
    word = pa.dictionary(pa.int32(), pa.string())
    assert made.schema == pa.schema(
        [
            ("nucleus_id", pa.int64()),
            ("root_id", pa.int64()),
            ("classification_system", word),
            ("cell_type", word),
            ("x_um", pa.float32()),
            ("depth_um", pa.float32()),
            ("z_um", pa.float32()),
            ("volume_um3", pa.float32()),
        ]
    )


def test_zero_one_and_missing_roots_all_mean_no_segment() -> None:
    assert tidy(rows(pt_root_id=[1, None]), FINE).rows["root_id"].to_pylist() == [0, 0]
    assert tidy(rows(pt_root_id=[0, 2**63 - 1]), FINE).rows["root_id"].to_pylist() == [0, 2**63 - 1]


def test_ids_that_went_through_a_float_are_refused() -> None:
    with pytest.raises(BadTable, match="floating-point"):
        tidy(rows(pt_root_id=[8.64691135568539e17, 1.0]), FINE)


def test_labels_lose_the_white_space_around_them_and_nothing_else() -> None:
    made = tidy(rows(cell_type=[" 23P ", "Unsure  E"]), FINE).rows
    assert made["cell_type"].to_pylist() == ["23P", "Unsure  E"]


@pytest.mark.parametrize(("kept", "dropped"), [("t", "f"), ("True", "False"), (True, False)])
def test_rows_marked_as_no_longer_valid_are_left_out_and_said(kept: object, dropped: object) -> None:
    made = tidy(rows(valid=[kept, dropped]), FINE)
    assert made.rows["nucleus_id"].to_pylist() == [11]
    assert made.notes == ("1 row marked as no longer valid was left out.",)


def test_only_the_nucleus_tables_are_keyed_by_id() -> None:
    assert tidy(rows(), FINE).rows["nucleus_id"].to_pylist() == [11, 12]
    assert tidy(rows(cell_type=None, target_id=None), DETECTION).rows["nucleus_id"].to_pylist() == [1, 2]
    assert {name for name, table in TABLES.items() if table.id_column == "id"} == {
        "nucleus_detection_v0",
        "nucleus_detection_lookup_v1",
    }


def test_a_unit_keeps_its_keys_and_its_distances() -> None:
    made = tidy(
        rows(cell_type=None, session=[7, 7], scan_idx=[5, 5], unit_id=[4909, 1], field=[3.0, None],
             residual=[4.5, 6.0], score=[-1.0, 9.5]),
        MANUAL_COREG,
    ).rows  # fmt: skip
    assert made["unit_id"].to_pylist() == [4909, 1]
    assert made["field"].to_pylist() == [3, None]
    assert made["score_um"].to_pylist() == [-1.0, 9.5]


def test_a_unit_without_its_keys_is_refused() -> None:
    with pytest.raises(BadTable, match="no column session"):
        tidy(rows(cell_type=None), MANUAL_COREG)


def test_an_alternative_point_stands_beside_its_nucleus() -> None:
    moved = [[x + 250, y, z] for x, y, z in VOXELS]
    raw = rows(
        cell_type=None, pt_position=moved, pt_position_ref=[list(p) for p in VOXELS], pt_root_id_ref=[0, 5]
    )
    made = tidy(raw, ALTERNATIVE).rows
    shift = made["x_alt_um"].to_numpy() - made["x_um"].to_numpy()
    np.testing.assert_allclose(shift, 250 * 0.00398477879, atol=1e-3)
    assert made["orig_root_id"].to_pylist() == [0, 5]


def test_the_lookup_view_keeps_both_roots_and_both_points() -> None:
    raw = rows(
        cell_type=None, target_id=None, orig_root_id=[0, 7], pt_position_lookup=[list(p) for p in VOXELS]
    )
    made = tidy(raw, LOOKUP).rows
    assert made["root_id"].to_pylist() == [864691135568539372, 864691135568539373]
    assert made["orig_root_id"].to_pylist() == [0, 7]
    assert made["x_alt_um"].to_pylist() == made["x_um"].to_pylist()


def test_a_row_without_a_label_keeps_its_place_and_has_none() -> None:
    made = tidy(rows(cell_type=[" ", "BC"]), FINE).rows
    assert made["cell_type"].to_pylist() == [None, "BC"]


def test_a_table_whose_rows_are_all_invalid_is_refused() -> None:
    with pytest.raises(BadTable, match="valid any more"):
        tidy(rows(valid=["f", "f"]), FINE)


@pytest.mark.parametrize("nucleus", [0, -5])
def test_what_is_no_nucleus_id_is_refused(nucleus: int) -> None:
    with pytest.raises(BadTable, match=f"1 row has a target_id that is not a nucleus's ID: .* {nucleus}"):
        tidy(rows(target_id=[nucleus, 12]), FINE)
