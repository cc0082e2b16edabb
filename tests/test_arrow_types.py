"""Whatever type of Arrow a column has, it is read rightly, or refused by its column and row."""

import itertools
import json
import math
from collections.abc import Callable, Iterator
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
from hypothesis import given, settings
from hypothesis import strategies as hs

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.columns import wanted_columns
from data.tables.schema import Tidy, tidy
from data.volume.space import oriented_um
from tests.made_exports import (
    COARSE,
    DETECTIONS,
    PLACES,
    ROOTS,
    UNITS,
    named,
    opened_folder,
    right_rows,
)

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
    ("lists as labels", {"cell_type": [["x"]] * 3}, "the column cell_type is not text"),
    ("bytes that are no text", {"cell_type": [b"x", b"\xff", b"y"]},
     "cell_type is not text: row 2 holds b'\\xff'"),
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
    with pytest.raises(BadTable, match=f"{COARSE.name}: the column target_id occurs twice in the file"):
        opened_folder(tmp_path).load_labels(COARSE.name)
