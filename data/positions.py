"""Positions in the three forms that exports of CAVE use: split columns, lists, and WKB points."""

import binascii
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.catalog.entry import Table
from data.errors import BadTable

POSITION_STEMS = ("pt_position", "pt_position_ref", "pt_position_lookup")
REMEDY = "Export the table again with split_positions=True."
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
WKB_POINT_Z = {0x80000001, 1001}
"""Point with z: as PostGIS writes it, and as the ISO standard does."""


def read_voxels(raw: pa.Table, stem: str, table: Table) -> np.ndarray:
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

    Returns
    -------
    numpy.ndarray
        Shape (rows, 3), float64, voxels of 4 × 4 × 40 nm.

    Raises
    ------
    BadTable
        If there is no position column, or a row of it is not a position.
    """
    split = [f"{stem}_{axis}" for axis in "xyz"]
    if all(name in raw.column_names for name in split):
        voxels = np.column_stack([_axis(raw, name, table) for name in split])
    elif stem in raw.column_names:
        voxels = _joined(raw[stem].combine_chunks(), stem, table)
    else:
        raise BadTable(f"{table.name} has no positions ({stem}).", REMEDY)
    missing = int(np.count_nonzero(~np.isfinite(voxels).all(axis=1)))
    if missing:
        raise BadTable(f"{table.name}: {missing:,} rows have no position in {stem}.", REMEDY)
    return voxels


def _axis(raw: pa.Table, name: str, table: Table) -> np.ndarray:
    try:
        return raw[name].cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid as error:
        raise BadTable(f"{table.name}: {name} is not a number: {error}.", REMEDY) from error


def _joined(column: pa.Array, stem: str, table: Table) -> np.ndarray:
    kind = column.type
    try:
        if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
            flat = pc.list_flatten(column).cast(pa.float64()).to_numpy(zero_copy_only=False)
            return flat.reshape(len(column), 3)
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            return np.array([_wkb_point(cell) for cell in column.to_pylist()])
        return np.array([_text_point(cell) for cell in column.cast(pa.string()).to_pylist()])
    except (ValueError, TypeError, pa.ArrowInvalid) as error:
        problem = f"{table.name}: a value of {stem} is not a position of three numbers ({error})."
        raise BadTable(problem, REMEDY) from error


def _text_point(text: str) -> tuple[float, float, float]:
    """A point written as three numbers, or as hexadecimal WKB, which begins with 00 or 01."""
    if len(text) > 40 and not text.startswith(("[", "(")):
        return _wkb_point(binascii.unhexlify(text))
    x, y, z = (float(number) for number in NUMBER.findall(text))
    return x, y, z


def _wkb_point(cell: bytes) -> tuple[float, float, float]:
    """A well-known-binary point: byte order, kind (with an optional SRID), three doubles."""
    order = "<" if cell[0] == 1 else ">"
    kind = int(np.frombuffer(cell, f"{order}u4", 1, 1)[0])
    start = 9 if kind & 0x20000000 else 5
    if kind & ~0x20000000 not in WKB_POINT_Z:
        raise ValueError(f"WKB of kind {kind:#x} is not a point with x, y and z")
    x, y, z = np.frombuffer(cell, f"{order}f8", 3, start)
    return float(x), float(y), float(z)
