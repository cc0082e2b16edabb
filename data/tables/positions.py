"""Positions in the three forms of CAVE exports: split columns, lists and WKB points."""

import binascii
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.odd_rows import COUNTED, name_rows, of_rows
from data.volume import VOLUME

POSITION_STEMS = ("pt_position", "pt_position_ref", "pt_position_lookup")
REMEDY = "Export the table again with split_positions=True."
LEAVE_OUT = f"Mend these rows of the file or leave them out, or export the table again. {COUNTED}"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
Point = tuple[float, float, float]
Nanometres = tuple[float, float, float]
"""Edge lengths of a unit of position along x, y and z."""
SAME_DIGITS = 6
"""Decimals of a voxel that are kept of positions in another unit, so that whole voxels stay whole."""
NO_POINT: Point = (np.nan, np.nan, np.nan)
WKB_POINT_Z = {0x80000001, 1001}
"""Codes of a point with z: PostGIS's and the ISO standard's."""


def unit_words(nm: Nanometres) -> str:
    """Write a unit of position: ``8 × 8 × 40 nm``."""
    return f"{' × '.join(f'{length:,.12g}' for length in nm)} nm"


def read_voxels(
    raw: pa.Table, stem: str, table: Table, position_nm: Nanometres = VOLUME.voxel_nm
) -> np.ndarray:
    """Read positions.

    Parameters
    ----------
    raw : pyarrow.Table
        Rows with `{stem}_x`, `_y`, `_z`, or one column `{stem}` of lists, of text such as
        ``[1 2 3]``, or of well-known binary (bytes or hexadecimal text).
    stem : str
        One of `POSITION_STEMS`.
    table : Table
        Named in errors.
    position_nm : tuple of float
        The unit of the positions.

    Returns
    -------
    numpy.ndarray
        Shape (rows, 3), float64, voxels of the volume.

    Raises
    ------
    BadTable
        If there is no position column, or a row has no valid position: the first such rows are named.
    """
    split = [f"{stem}_{axis}" for axis in "xyz"]
    if all(name in raw.column_names for name in split):
        voxels = np.array([_axis(raw, name, table) for name in split]).T
    elif stem in raw.column_names:
        voxels = _joined(raw[stem].combine_chunks())
    else:
        raise BadTable(f"{table.name} has no positions ({stem}).", REMEDY)
    if not np.isfinite(voxels).all():
        missing = ~np.isfinite(voxels).all(axis=1)
        problem = f"{of_rows(int(missing.sum()), 'has', 'have')} no position in {stem}"
        row_names = name_rows(raw, missing, table.id_column, "nucleus")
        raise BadTable(f"{table.name}: {problem}: {row_names}.", LEAVE_OUT)
    if position_nm != VOLUME.voxel_nm:
        voxels = np.round(voxels * (np.array(position_nm) / VOLUME.voxel_nm), SAME_DIGITS)
    return voxels


def _axis(raw: pa.Table, name: str, table: Table) -> np.ndarray:
    try:
        return raw[name].cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid as error:
        raise BadTable(f"{table.name}: {name} is not a number: {error}.", REMEDY) from error


def _joined(column: pa.Array) -> np.ndarray:
    """Positions of one column; invalid ones are NaN, so that their rows can be named."""
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _listed(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _each(column, _wkb_point)
    return _each(column.cast(pa.string()), _text_point)


def _listed(column: pa.Array) -> np.ndarray:
    whole = pc.fill_null(pc.equal(pc.list_value_length(column), 3), False)
    voxels = np.full((len(column), 3), np.nan)
    flat = pc.list_flatten(column.filter(whole)).cast(pa.float64())
    voxels[whole.to_numpy(zero_copy_only=False)] = flat.to_numpy(zero_copy_only=False).reshape(-1, 3)
    return voxels


def _each(column: pa.Array, read: Callable[[Any], Point]) -> np.ndarray:
    def read_or_none(cell: object) -> Point:
        try:
            return read(cell)
        except (ValueError, TypeError, IndexError):
            return NO_POINT

    return np.array([read_or_none(cell) for cell in column.to_pylist()], dtype=np.float64)


def _text_point(text: str) -> Point:
    """A point written as three numbers, or as hexadecimal WKB, which begins with 00 or 01."""
    if len(text) > 40 and not text.startswith(("[", "(")):
        return _wkb_point(binascii.unhexlify(text))
    x, y, z = (float(number) for number in NUMBER.findall(text))
    return x, y, z


def _wkb_point(cell: bytes) -> Point:
    """A well-known-binary point: byte order, kind (with an optional SRID), three doubles."""
    order = "<" if cell[0] == 1 else ">"
    kind = int(np.frombuffer(cell, f"{order}u4", 1, 1)[0])
    start = 9 if kind & 0x20000000 else 5
    if kind & ~0x20000000 not in WKB_POINT_Z:
        raise ValueError(f"WKB of kind {kind:#x} is not a point with x, y and z")
    x, y, z = np.frombuffer(cell, f"{order}f8", 3, start)
    return float(x), float(y), float(z)
