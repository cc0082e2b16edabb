"""The rows of a table as checksums, and as a sketch by which rows that differ later can be named.

The same rows give the same checksums in whatever order, from whichever source and on every machine: lengths
count to a thousandth of a µm, other numbers to a millionth.
"""

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids
from data.loader import LabelTable

Words64 = NDArray[np.uint64]

PARTS, PART_CELLS = 3, 512
"""Every row is added to one cell in each part of a sketch: some 550 changed rows can be named."""
MISSING = 0x7FF8000000000000
"""Stands for a missing value."""
LABEL, SHIFT = 0xFFFFFFFF, np.uint64(32)
"""A row's marks: in the lower half the number of its label, in the upper a check of its hash."""
_SKETCH_BYTES = PARTS * PART_CELLS * 4 * 8


class SketchedRow(NamedTuple):
    """A row as a sketch gives it back: its nucleus, and a number that stands for its label."""

    nucleus_id: int
    label: int


@dataclass(frozen=True, eq=False)
class Sketch:
    """Sums over the rows in each cell, modulo 2^64: how many, their nuclei, marks and hashes.

    The sums of rows that two sketches share cancel out, so that the difference holds the others alone (an
    invertible Bloom lookup table: Goodrich and Mitzenmacher 2011, arXiv:1101.2245).
    """

    sums: Words64

    def text(self) -> str:
        """Write it for a file."""
        return base64.b64encode(zlib.compress(self.sums.astype("<u8").tobytes(), 9)).decode("ascii")

    @classmethod
    def read(cls, text: object) -> "Sketch | None":
        """Read what `text` writes; None where it is anything else."""
        try:
            packed = zlib.decompressobj().decompress(
                base64.b64decode(str(text), validate=True), _SKETCH_BYTES + 1
            )
        except (binascii.Error, ValueError, zlib.error):
            return None
        if len(packed) != _SKETCH_BYTES:
            return None
        return cls(np.frombuffer(packed, "<u8").astype(np.uint64).reshape(4, PARTS * PART_CELLS))


def table_checksums(loaded: LabelTable) -> dict[str, Any]:
    """The rows of a table in a frozen answer.

    Returns
    -------
    dict
        `rows`, `nuclei`; `sha256` of the tidy rows; `columns`: a checksum of each; `labels`: rows by label;
        `sketch`.
    """
    frame = loaded.frame
    columns = {str(name): _numbers(frame[name]) for name in frame}
    hashes = _row_hashes(columns)
    nuclei = columns["nucleus_id"]
    labels = frame["cell_type"].value_counts() if "cell_type" in frame else pd.Series(dtype=int)
    return {
        "rows": len(frame),
        "nuclei": int(frame["nucleus_id"].nunique()),
        "sha256": hashlib.sha256(np.sort(hashes).astype("<u8").tobytes()).hexdigest(),
        "columns": {
            name: f"{int(_mixed(numbers ^ _mixed(nuclei)).sum(dtype=np.uint64)):016x}"
            for name, numbers in sorted(columns.items())
        },
        "labels": {str(label): int(labels[label]) for label in sorted(labels.index) if labels[label]},
        "sketch": _sketch(nuclei, columns.get("cell_type", np.zeros_like(nuclei)), hashes).text(),
    }


def ids_sha256(nucleus_ids: Ids) -> str:
    """Checksum of nucleus IDs, sorted and each once: of their digits, one ID a line."""
    return hashlib.sha256("\n".join(map(str, nucleus_ids.tolist())).encode()).hexdigest()


def differing_rows(before: Sketch, after: Sketch) -> tuple[list[SketchedRow], list[SketchedRow]] | None:
    """Rows that only the first and only the second sketch holds; None where they are too many to be told."""
    left = after.sums - before.sums
    gone, new = list[SketchedRow](), list[SketchedRow]()
    while left.any():
        found = {**_single_rows(left, new=True), **_single_rows(left, new=False)}
        if not found:
            return None
        for row, (added, nucleus, marks) in found.items():
            (new if added else gone).append(SketchedRow(nucleus, marks & LABEL))
            change = np.array([1, nucleus, marks, row], np.uint64)
            for cell in _cells(np.array([row], np.uint64))[:, 0]:
                left[:, cell] = left[:, cell] - change if added else left[:, cell] + change
    return sorted(gone), sorted(new)


def label_number(label: str | None) -> int:
    """The number that stands for a label in a sketch; 0 for none."""
    return 0 if label is None else _text_number(label) & LABEL


def _single_rows(left: Words64, *, new: bool) -> dict[int, tuple[bool, int, int]]:
    """By its hash each row that lies alone in a cell: whether it is new, its nucleus, its marks."""
    sums = left if new else np.uint64(0) - left
    alone = np.flatnonzero(sums[0] == 1)
    _, nuclei, marks, hashes = sums[:, alone]
    fits = (_cells(hashes) == alone).any(axis=0) & (marks >> SHIFT == _mixed(~hashes) >> SHIFT)
    rows = zip(hashes[fits].tolist(), nuclei[fits].tolist(), marks[fits].tolist(), strict=True)
    return {row: (new, nucleus, mark) for row, nucleus, mark in rows}


def _sketch(nuclei: Words64, labels: Words64, hashes: Words64) -> Sketch:
    marks = (labels & np.uint64(LABEL)) | (_mixed(~hashes) >> SHIFT << SHIFT)
    sums = np.zeros((4, PARTS * PART_CELLS), np.uint64)
    for cells in _cells(hashes):
        for kind, values in enumerate((np.ones_like(nuclei), nuclei, marks, hashes)):
            np.add.at(sums[kind], cells, values)
    return Sketch(sums)


def _cells(hashes: Words64) -> NDArray[np.int64]:
    """The cell of each row in every part."""
    places = [_mixed(hashes + np.uint64(part)) % np.uint64(PART_CELLS) for part in range(PARTS)]
    return np.array(places).astype(np.int64) + np.arange(PARTS)[:, None] * PART_CELLS


def _row_hashes(columns: dict[str, Words64]) -> Words64:
    """A hash of each row; of rows that are alike the first, second … have their own."""
    hashes = np.zeros(len(columns["nucleus_id"]), np.uint64)
    for name, numbers in sorted(columns.items()):
        hashes = _mixed(hashes ^ _mixed(numbers ^ np.uint64(_text_number(name))))
    order = np.argsort(hashes, kind="stable")
    begins = np.append(True, hashes[order][1:] != hashes[order][:-1])[: len(hashes)]
    places = np.arange(len(hashes))
    repeats = places - np.maximum.accumulate(np.where(begins, places, 0))
    hashes[order] = _mixed(hashes[order] + repeats.astype(np.uint64))
    return hashes


def _numbers(column: pd.Series) -> Words64:
    """A column as numbers that are the same everywhere."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = [_text_number(str(word)) for word in column.cat.categories]
        return np.array([*words, MISSING], np.uint64)[column.cat.codes.to_numpy()]
    values = column.to_numpy()
    if values.dtype.kind != "f":
        return values.astype(np.int64).view(np.uint64)
    steps = 1e3 if str(column.name).endswith(("_um", "_um3")) else 1e6
    finite = np.isfinite(values)
    whole = np.rint(np.where(finite, values, 0).astype(np.float64) * steps)
    return np.where(finite, whole.astype(np.int64).view(np.uint64), np.uint64(MISSING))


def _text_number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


def _mixed(numbers: Words64) -> Words64:
    """Spread numbers over all 64 bits: splitmix64 (Steele et al. 2014, doi:10.1145/2660193.2660195)."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
