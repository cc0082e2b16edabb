"""Sets of nuclei in few bytes: bitsets, or what a column of the cloud already says and the rows that differ.

A bitset has one bit per row: the form in which sets travel to the browser and back. Rows are shuffled, so it
does not compress. But labels ("all 23P"), a range of depth or both, which the browser has, describe most
sets; then only the difference needs to travel.
"""

import zlib
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.point_cloud.cloud import Cloud
from data.number_words import plural

Hint = dict[str, Any] | None


def pack_bits(rows: NDArray[np.bool_]) -> bytes:
    """Turn a mask into a bitset, the first row in the lowest bit of the first byte.

    Parameters
    ----------
    rows : bool array, shape (n,)

    Returns
    -------
    bytes
        `ceil(n / 8)` bytes; the unused bits of the last are zero.
    """
    return np.packbits(rows, bitorder="little").tobytes()


def unpack_bits(bits: bytes, n: int) -> NDArray[np.bool_]:
    """Turn a bitset back into a mask of `n` rows.

    Raises
    ------
    ValueError
        If the bitset was not made of `n` rows.
    """
    if len(bits) != (n + 7) // 8:
        raise ValueError(f"A bitset of {len(bits)} bytes cannot hold {plural(n, 'row')}.")
    return np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=n, bitorder="little").astype(bool)


def checksum(bits: bytes) -> str:
    """Name a bitset by its CRC-32, as eight hexadecimal digits; the browser computes the same."""
    return f"{zlib.crc32(bits):08x}"


def filter_name(nucleus_ids: ArrayLike | None) -> str | None:
    """Name what a filter keeps, over whichever cloud; None: there is no filter."""
    return None if nucleus_ids is None else checksum(np.asarray(nucleus_ids, dtype=np.int64).tobytes())


def short_form(cloud: Cloud, rows: NDArray[np.bool_]) -> tuple[list[object], bytes]:
    """Write a set of rows in few bytes.

    Parameters
    ----------
    cloud : Cloud
    rows : bool array, shape (n,)
        In packed order.

    Returns
    -------
    how : list
        The kind of the bytes (`bits`: a bitset; `rows`: the gaps between rows, as variable-length
        integers), and the hint whose set they change, or None.
    content : bytes
    """
    hint, rest = _best_hint(cloud, rows)
    different = np.flatnonzero(rest)
    if len(different) * 8 < len(rows):
        gaps = varints(np.diff(different, prepend=-1) - 1)
        if len(gaps) * 8 < len(rows):
            return ["rows", hint], gaps
    return ["bits", None], pack_bits(rows)


def _best_hint(cloud: Cloud, rows: NDArray[np.bool_]) -> tuple[Hint, NDArray[np.bool_]]:
    """The hint that is wrong about fewest rows, and these: a tight range on an axis, or labels within it."""
    among = np.flatnonzero(rows)
    if not len(among):
        return None, rows
    spans = []
    # Each axis in one piece is searched five times as fast.
    for axis, steps in enumerate(np.ascontiguousarray(cloud.columns["positions"].reshape(-1, 3).T)):
        low, high = int(steps[among].min()), int(steps[among].max())
        spans.append(({"axis": axis, "low": low, "high": high}, (steps >= low) & (steps <= high)))
    span, inside = min(spans, key=lambda one: np.count_nonzero(one[1]))
    # Counts of codes tell how many rows a hint is wrong about; only the best one's are looked up.
    outside = np.flatnonzero(~inside)
    n, n_more = len(among), len(rows) - len(outside) - len(among)
    best: Hint = None
    fewest, right = n, np.zeros_like(rows)
    if n_more < n:
        best, fewest, right = span, n_more, inside
    for name in cloud.labels:
        codes = cloud.columns[f"label:{name}"]
        in_set, beyond = (np.bincount(codes[places], minlength=256) for places in (among, outside))
        all_of = cloud.label_counts[name] - beyond
        kept = 2 * in_set > all_of
        wrong = int(np.sum(np.where(kept, all_of - in_set, in_set)))
        if wrong < fewest:
            best, fewest = {"column": name, "codes": np.flatnonzero(kept).tolist()} | span, wrong
            right = kept[codes] & inside
    return best, rows ^ right


def varints(numbers: NDArray[np.int64]) -> bytes:
    """Write numbers seven bits to a byte, the lowest first; the eighth bit says that more follow."""
    lengths = np.ones(len(numbers), dtype=np.int64)
    for length in range(1, 5):
        lengths += numbers >= 1 << (7 * length)
    ends = np.cumsum(lengths)
    written = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for place in range(5):
        reaching = lengths > place
        byte = (numbers[reaching] >> (7 * place)) & 127
        byte |= np.where(lengths[reaching] > place + 1, 128, 0)
        written[ends[reaching] - lengths[reaching] + place] = byte
    return written.tobytes()
