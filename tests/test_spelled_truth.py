"""Truth is read by value, in any spelling; one that nobody knows is named."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from data.errors import BadTable
from data.tables.schema import tidy
from tests.made_exports import COARSE, export, named, opened_folder, right_rows, write

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
