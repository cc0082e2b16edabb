"""The packed form of a cloud: everything the browser needs to draw and name nuclei, in one run of bytes.

Layout: the four bytes `NUC1`, the header's length as u32, the header as JSON, then the sections that the
header lists, each at a multiple of eight bytes after the header. All numbers are little-endian.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.analysis.labels.ids import each_once
from data.errors import DataError
from data.number_words import plural

MAGIC = b"NUC1"
NOT_IN_TABLE = 255
"""The code of a nucleus without a label in a column."""
STEPS = 65_534
"""A number column has the codes 0 … STEPS; the one above means no value."""
NO_VALUE = 65_535
SEED = 661
PackedArray = tuple[NDArray[Any], dict[str, Any]]
"""An array as it is stored, and what the header says about it besides its place."""


@dataclass(frozen=True, kw_only=True)
class PackedColumns:
    """The columns of a cloud, one value per nucleus, all in the same order.

    Attributes
    ----------
    nucleus_id, root_id : int64 array, shape (n,)
        Exact; no two nuclei share a nucleus ID.
    positions : float array, shape (n, 3)
        x, depth and z in oriented micrometres, pia up. Kept to 1/65,535 of the box.
    labels : mapping of str to uint8 array
        Codes 0 … 254 and `NOT_IN_TABLE`.
    numbers : mapping of str to float array
        NaN where there is no value. Kept to 1/65,534 of the column's range.
    """

    nucleus_id: NDArray[np.int64]
    root_id: NDArray[np.int64]
    positions: NDArray[np.float64]
    labels: Mapping[str, NDArray[np.uint8]]
    numbers: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.nucleus_id)


@dataclass(frozen=True)
class Packed:
    """A packed cloud and what Python needs to read the browser's answers.

    Attributes
    ----------
    content : bytes
    version : str
        A hash of the content: the same nuclei always have the same version.
    order : int array, shape (n,)
        The row of the columns at each place of the packed order.
    """

    content: bytes
    version: str
    order: NDArray[np.int64]


def pack_columns(columns: PackedColumns) -> Packed:
    """Pack the columns of a cloud, rows shuffled so that any prefix is a fair sample.

    The same number of nuclei always has the same order.

    Raises
    ------
    DataError
        If columns differ in length, a position is not finite, or a nucleus ID occurs twice.
    """
    check_columns(columns)
    order = np.random.default_rng(SEED).permutation(len(columns)).astype(np.int64)
    positions, box = _fractions(columns.positions[order])
    arrays: dict[str, PackedArray] = {"positions": (positions, {})}
    arrays |= {name: _ids(getattr(columns, name)[order]) for name in ("nucleus_id", "root_id")}
    arrays |= {f"label:{name}": (codes[order].astype(np.uint8), {}) for name, codes in columns.labels.items()}
    arrays |= {f"number:{name}": _steps(values[order]) for name, values in columns.numbers.items()}
    listed, body = [], bytearray()
    for name, (array, more) in arrays.items():
        raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        place = {"type": array.dtype.str[1:], "start": len(body), "bytes": len(raw)}
        listed.append({"name": name, **place, **more})
        body += raw + bytes(-len(raw) % 8)  # each section starts at a multiple of eight bytes
    described = {"format": 1, "n": len(columns), "box": box, "sections": listed}
    version = hashlib.blake2b(json.dumps(described).encode() + body, digest_size=8).hexdigest()
    header = json.dumps({**described, "version": version}, separators=(",", ":")).encode()
    header += b" " * (-(8 + len(header)) % 8)
    return Packed(MAGIC + len(header).to_bytes(4, "little") + header + bytes(body), version, order)


def check_columns(columns: PackedColumns) -> None:
    """Raise a `DataError` if the columns cannot be packed."""
    n = len(columns)
    others: list[NDArray[Any]] = [columns.root_id, columns.positions]
    others += [*columns.labels.values(), *columns.numbers.values()]
    if {len(column) for column in others} != {n}:
        raise DataError("The columns of the cloud differ in length.", "Give one value per nucleus in each.")
    if not np.isfinite(columns.positions).all():
        raise DataError("A nucleus has no position.", "Leave nuclei without a position out of the cloud.")
    if len(each_once(columns.nucleus_id)) != n:
        raise DataError("A nucleus occurs twice in the cloud.", "Give each nucleus ID once.")


def label_codes(codes: ArrayLike, n_labels: int, name: str) -> NDArray[np.uint8]:
    """Turn category codes (-1 for no label) into the codes of a label column.

    Raises
    ------
    DataError
        If there are more labels than a byte can tell apart.
    """
    if n_labels > NOT_IN_TABLE:
        raise DataError(
            f"The column “{name}” has {plural(n_labels, 'label')}; the cloud can colour at most "
            f"{NOT_IN_TABLE}.",
            "Choose a coarser level of labels.",
        )
    wide = np.asarray(codes, dtype=np.int64)
    return np.where(wide < 0, NOT_IN_TABLE, wide).astype(np.uint8)


def sections(content: bytes) -> dict[str, dict[str, Any]]:
    """Return what the header of a packed cloud says about each section, by its name."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[4:8], "little")])
    return {section["name"]: section for section in header["sections"]}


def stored(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the sections of a packed cloud as they are stored, without copying them."""
    body = memoryview(content)[8 + int.from_bytes(content[4:8], "little") :]
    return {
        name: np.frombuffer(body[start : start + length], dtype=f"<{kind}")
        for name, kind, start, length in map(
            itemgetter("name", "type", "start", "bytes"), sections(content).values()
        )
    }


def _fractions(positions: NDArray[np.float64]) -> tuple[NDArray[np.uint16], dict[str, list[float]]]:
    """Return positions as 16-bit fractions of their box, and the box."""
    if len(positions) == 0:
        return np.zeros((0, 3), np.uint16), {"low": [0.0] * 3, "size": [1.0] * 3}
    low, high = positions.min(axis=0), positions.max(axis=0)
    size = np.where(high > low, high - low, 1.0)
    fractions = np.rint((positions - low) / size * 65_535).astype(np.uint16)
    return fractions, {"low": low.tolist(), "size": size.tolist()}


def _steps(values: NDArray[np.float64]) -> PackedArray:
    """Return numbers as steps between their least and greatest finite value."""
    known = np.isfinite(values)
    low, high = (float(values[known].min()), float(values[known].max())) if known.any() else (0.0, 1.0)
    span = high - low if high > low else 1.0
    steps = np.full(len(values), NO_VALUE, np.uint16)
    steps[known] = np.rint((values[known] - low) / span * STEPS).astype(np.uint16)
    return steps, {"low": low, "high": low + span}


def _ids(ids: NDArray[np.int64]) -> PackedArray:
    """Return IDs as 32-bit steps from a base where their range allows, else as 64 bits."""
    base = int(ids.min()) if len(ids) else 0
    if len(ids) == 0 or (base >= 0 and int(ids.max()) - base < 2**32):
        return (ids - base).astype(np.uint32), {"base": str(base)}
    return ids, {}
