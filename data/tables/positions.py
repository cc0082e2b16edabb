"""Positions in the forms of CAVE exports: split columns, lists, text and WKB points."""

import binascii
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import plural
from data.tables.odd_rows import name_rows
from data.tables.values import (
    FAULTS,
    LEAVE_OUT,
    decoded,
    first_fault,
    is_list,
    is_number,
    is_text,
    read_numbers,
    refusal,
    shown_value,
)
from data.volume import VOLUME

REMEDY = "Export the table again with split_positions=True."
NO_POSITION = "holds no positions"
WRAPPERS = re.compile(r"(?:np|numpy)\.\w+\(|array\(|,?\s*dtype=[\w.]+|POINT\s*Z?|[\[\](){}\"]", re.IGNORECASE)
"""What surrounds the numbers of a position in text, such as ``np.int64(`` of numpy 2."""
# A comma stands between two numbers, not within one.
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
THREE_NUMBERS = re.compile(rf"\s*({NUMBER})[\s,;]+({NUMBER})[\s,;]+({NUMBER})\s*")
FARTHEST_VOXELS = 1e12
"""Positions beyond this, which is kilometres away, are none: in float32 they may become infinite."""
Point = tuple[float, float, float]
Nanometres = tuple[float, float, float]
"""Edge lengths of a unit of position along x, y and z."""
SAME_DIGITS = 6
"""Decimals of a voxel that are kept of positions in another unit, so that whole voxels stay whole."""
NO_POINT: Point = (np.nan, np.nan, np.nan)
WKB_POINT_Z = {0x80000001, 1001}
"""Codes of a point with z: PostGIS's and the ISO standard's."""


def unit_words(nm: Iterable[float]) -> str:
    """Write a unit of position: ``8 × 8 × 40 nm``."""
    return f"{' × '.join(f'{length:,.12g}' for length in nm)} nm"


def read_positions(raw: pa.Table, stem: str, table: Table) -> np.ndarray:
    """Read positions as they are written.

    Parameters
    ----------
    raw : pyarrow.Table
        Rows with `{stem}_x`, `_y`, `_z`, or one column `{stem}` of lists, of structs or maps with x, y and z,
        of text such as ``[1 2 3]``, or of well-known binary (bytes or hexadecimal text).
    stem : str
        One of `columns.POSITION_STEMS`.
    table : Table
        Named in errors.

    Returns
    -------
    numpy.ndarray
        Shape (rows, 3), float64, in the unit of the source.

    Raises
    ------
    BadTable
        If a row has no valid position: the first such rows are named.
    """
    split = [f"{stem}_{axis}" for axis in "xyz"]
    if all(name in raw.column_names for name in split):
        positions = np.array([_axis(raw, name, table) for name in split]).T
    else:
        positions = _joined(raw, stem, table)
    missing = ~(np.isfinite(positions) & (np.abs(positions) < FARTHEST_VOXELS)).all(axis=1)
    if missing.any():
        problem = f"{plural(int(missing.sum()), 'row has', 'rows have')} no position in {stem}"
        row_names = name_rows(raw, missing, table.id_column, "nucleus")
        value = raw[stem][int(missing.argmax())] if stem in raw.column_names else pa.scalar(None)
        if isinstance(value.as_py(), str) and value.as_py().strip():
            row_names += f". The first of them holds {shown_value(value)}"
        raise BadTable(f"{table.name}: {problem}: {row_names}.", LEAVE_OUT)
    return positions


def in_voxels(positions: np.ndarray, position_nm: Nanometres) -> np.ndarray:
    """Convert positions in a unit to voxels of the volume."""
    if position_nm != VOLUME.voxel_nm:
        positions = np.round(positions * (np.array(position_nm) / VOLUME.voxel_nm), SAME_DIGITS)
    return positions


def _axis(raw: pa.Table, name: str, table: Table) -> np.ndarray:
    numbers: np.ndarray = read_numbers(raw, name, table, pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def is_position(kind: pa.DataType) -> bool:
    """Whether a type may hold a whole position in one column."""
    types = pa.types
    if types.is_struct(kind):
        coordinates = [field.name.lower() for field in kind if _is_coordinate(field.type)]
        return all(coordinates.count(axis) == 1 for axis in "xyz")
    if types.is_map(kind):
        return is_text(kind.key_type) and _is_coordinate(kind.item_type)
    return is_text(kind) or types.is_null(kind) or (is_list(kind) and _is_coordinate(kind.value_type))


def points_of(column: pa.Array) -> np.ndarray:
    """Positions of a decoded column, of a type that `is_position`; NaN where a value is none."""
    kind = column.type
    if is_list(kind):
        return _each(column, _listed_point)
    if pa.types.is_binary(kind):
        return _each(column, _wkb_point)
    if pa.types.is_struct(kind):
        return _each(column, lambda cell: _mapped_point([*cell.items()]))
    return _each(column, _mapped_point if pa.types.is_map(kind) else _text_point)


def _is_coordinate(kind: pa.DataType) -> bool:
    return is_number(kind) or is_text(kind)


def _joined(raw: pa.Table, stem: str, table: Table) -> np.ndarray:
    """Positions of one column; invalid ones are NaN, so that their rows can be named."""
    column = decoded(raw[stem])
    kind = column.type
    if pa.types.is_struct(kind):
        places = {field.name.lower(): place for place, field in enumerate(kind) if _is_coordinate(field.type)}
        axes = pa.table({f"{stem}_{axis}": pc.struct_field(column, places[axis]) for axis in "xyz"})
        return np.array([_axis(axes, name, table) for name in axes.column_names]).T
    if is_list(kind):
        return _listed(raw, column, stem, table)
    return points_of(column)


def _listed(raw: pa.Table, column: pa.Array, stem: str, table: Table) -> np.ndarray:
    whole = pc.fill_null(pc.equal(pc.list_value_length(column), 3), False)
    voxels = np.full((len(column), 3), np.nan)
    rows = np.flatnonzero(whole.to_numpy(zero_copy_only=False))
    flat = decoded(pc.list_flatten(column.filter(whole)))
    try:
        numbers = flat.cast(pa.float64(), safe=False)
    except FAULTS as error:
        row = int(rows[first_fault(flat, lambda part: part.cast(pa.float64(), safe=False)) // 3])
        raise refusal(raw, stem, row, table, NO_POSITION, REMEDY) from error
    voxels[rows] = numbers.to_numpy(zero_copy_only=False).reshape(-1, 3)
    return voxels


def _each(column: pa.Array, read: Callable[[Any], Point]) -> np.ndarray:
    def read_or_none(cell: object) -> Point:
        try:
            return read(cell)
        except (ValueError, TypeError, LookupError):
            return NO_POINT

    points = [read_or_none(cell) for cell in column.to_pylist()]
    return np.array(points, dtype=np.float64).reshape(-1, 3)


def _text_point(text: str) -> Point:
    """A point written as three numbers, as JSON with x, y and z, or as hexadecimal WKB, from 00 or 01 on."""
    if len(text) > 40 and text.isalnum():
        return _wkb_point(binascii.unhexlify(text))
    if text.lstrip().startswith("{") and ":" in text:
        return _mapped_point(list(json.loads(text.replace("'", '"')).items()))
    numbers = THREE_NUMBERS.fullmatch(WRAPPERS.sub(" ", text))
    if numbers is None:
        return NO_POINT
    return float(numbers[1]), float(numbers[2]), float(numbers[3])


def _listed_point(numbers: list[Any]) -> Point:
    x, y, z = map(float, numbers)
    return x, y, z


def _mapped_point(pairs: list[tuple[str, Any]]) -> Point:
    axes = {name.lower(): number for name, number in pairs}
    return float(axes["x"]), float(axes["y"]), float(axes["z"])


def _wkb_point(cell: bytes) -> Point:
    """A well-known-binary point: byte order, kind (with an optional SRID), three doubles."""
    order = "<" if cell[0] == 1 else ">"
    kind = int(np.frombuffer(cell, f"{order}u4", 1, 1)[0])
    start = 9 if kind & 0x20000000 else 5
    if kind & ~0x20000000 not in WKB_POINT_Z:
        raise ValueError(f"WKB of kind {kind:#x} is not a point with x, y and z")
    x, y, z = np.frombuffer(cell, f"{order}f8", 3, start)
    return float(x), float(y), float(z)
