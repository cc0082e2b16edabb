"""Files as people have them: each kind is read rightly, or refused in words that name the cause.

A section for each letter of the kinds: D the spellings of truth, F the types of Arrow, G the forms of text.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs

from data.catalog import TABLES
from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.schema import Tidy, tidy, wanted_columns
from data.volume.space import oriented_um

COARSE = TABLES["baylor_log_reg_cell_type_coarse_v1"]
UNITS = TABLES["coregistration_manual_v3"]
DETECTIONS = TABLES["nucleus_detection_v0"]
ROOTS = [864691130000000011, 864691130000000022, 864691130000000033]
PLACES = [(180000, 120000, 20000), (180016, 150000, 21000), (180032, 200000, 22000)]
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
        "volume": [310.5, 280.25, 299.0],
        **{f"pt_position_{axis}": [place[k] for place in PLACES] for k, axis in enumerate("xyz")},
    }
    if table.kind == "units":
        columns |= {"session": [7, 7, 9], "scan_idx": [5, 4, 4], "unit_id": [1, 2, 3], "field": [1, 2, 3]}
        columns |= {"residual": [1.5, 2.5, 3.5], "score": [-1.0, 9.5, 4.0]}
    return columns


# D. Spellings of truth

TRUTHS: list[tuple[str, pa.Array, list[int], str]] = [
    # what it is, the column valid, nuclei that are kept, what is said of the others
    ("CAVE's letters", pa.array(["t", "f", "t"]), [1, 3], "1 row marked as no longer valid was left out"),
    ("capital letters", pa.array(["T", "F", "TRUE"]), [1, 3], "1 row marked"),
    ("words of any case", pa.array(["True", "FALSE", "true"]), [1, 3], "1 row marked"),
    ("yes and no", pa.array(["yes", "No", "Y"]), [1, 3], "1 row marked"),
    ("y and n", pa.array(["y", "n", "N"]), [1], "2 rows marked"),
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
        "1 row was left out, because valid is neither true nor false there: row 2 (valid maybe)",
    ),
    (
        "an unknown number",
        pa.array([1.0, 2.0, 1.0]),
        [1, 3],
        "neither true nor false there: row 2 (valid 2.0)",
    ),
]


@pytest.mark.parametrize(
    ("valid", "kept", "note"), [row[1:] for row in TRUTHS], ids=[row[0] for row in TRUTHS]
)
def test_truth_is_read_by_value_and_an_unknown_spelling_is_named(
    valid: pa.Array, kept: list[int], note: str
) -> None:
    made = tidy(pa.table(right_rows() | {"valid": valid}), COARSE)
    assert made.rows["nucleus_id"].to_pylist() == [200100 + number for number in kept]
    assert note in " ".join(made.notes)
    assert bool(made.notes) == bool(note)


def test_where_no_row_is_valid_the_spelling_is_named() -> None:
    with pytest.raises(BadTable, match=r"None of the rows .* row 1 \(valid si\), row 2 \(valid si\)"):
        tidy(pa.table(right_rows() | {"valid": ["si"] * 3}), COARSE)


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
        pa.uuid(), pa.array([number.to_bytes(16) for number in numbers], pa.binary(16))
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
