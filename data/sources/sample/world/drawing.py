"""Random draws whose bytes are the same on every machine, and exact dealing of labels.

Only raw bits of PCG64 (a stream that numpy promises to keep) and plain arithmetic are used: no
logarithm, exponential or sine, whose last digit may differ between machines.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from data.volume.space import Floats

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVELS: Floats = np.array([0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0])
"""The levels of the published quantiles, with both ends."""
NORMAL: Floats = np.array([-3.0, -2.3263, -1.6449, -0.6745, 0.0, 0.6745, 1.6449, 2.3263, 3.0])
"""A standard normal distribution at `LEVELS`, cut at three standard deviations."""


class Stream:
    """A named stream of random numbers: a change to one drawing leaves the others as they were."""

    def __init__(self, seed: int, name: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))

    def uniform(self, n: int) -> Floats:
        """Draw `n` numbers of [0, 1)."""
        raw = np.asarray(self._bits.random_raw(n), dtype=np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def integers(self, n: int, below: int) -> Ints:
        """Draw `n` whole numbers of [0, below), `below` being under 2**53."""
        return np.minimum((self.uniform(n) * below).astype(np.int64), below - 1)

    def order(self, n: int) -> Ints:
        """Draw an order of 0 … n - 1."""
        return np.argsort(self.uniform(n), kind="stable")

    def choose(self, among: Ints, how_many: int, weights: Floats | None = None) -> Ints:
        """Draw `how_many` of `among` without replacement, likelier where `weights` are higher."""
        keys = self.uniform(among.size)
        if weights is not None:
            keys = keys / np.maximum(weights, 1e-12)
        return among[np.argsort(keys, kind="stable")[:how_many]]


def interpolate(at: Floats, knots: Floats, values: Floats) -> Floats:
    """Read the broken line through (knots, values) at `at`, held level outside the knots."""
    left = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, knots.size - 2)
    width = knots[left + 1] - knots[left]
    part = np.clip((at - knots[left]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
    return values[left] + part * (values[left + 1] - values[left])


def split(total: int, weights: Floats) -> Ints:
    """Split `total` into whole parts in proportion to `weights` (largest remainders)."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact + 1e-9).astype(np.int64)
    # rounded, so that a last digit cannot decide between equal remainders
    remainders = np.round(exact - parts, 6)
    parts[np.argsort(-remainders, kind="stable")[: total - int(parts.sum())]] += 1
    return parts


def fit(kernel: Floats, rows: Floats, columns: Floats, rounds: int = 120) -> Floats:
    """Scale a kernel until its row and column sums are the given ones.

    Iterative proportional fitting, over the last two axes; `rows` and `columns` have the same
    total along each leading axis.
    """
    table = np.array(kernel, dtype=np.float64)
    for _ in range(rounds):
        sums = table.sum(axis=-1)
        table = table * (rows / np.where(sums > 0, sums, 1.0))[..., :, None]
        sums = table.sum(axis=-2)
        table = table * (columns / np.where(sums > 0, sums, 1.0))[..., None, :]
    return table


def whole(expected: Floats, rows: Ints, columns: Ints) -> Ints:
    """Round a table to whole counts with exactly the given row and column sums."""
    if rows.sum() != columns.sum():
        raise ValueError(f"rows hold {rows.sum()}, columns {columns.sum()}")
    counts = np.minimum(np.floor(expected + 1e-9), 2.0**53).astype(np.int64)
    for row in range(rows.size):  # never more than a row or a column may hold
        while counts[row].sum() > rows[row]:
            counts[row, np.argmax(counts[row])] -= 1
    for column in range(columns.size):
        while counts[:, column].sum() > columns[column]:
            counts[np.argmax(counts[:, column]), column] -= 1
    lacking = np.argsort(-np.round(expected - counts, 6), axis=None, kind="stable")
    for single in (True, False):
        for row, column in zip(*np.unravel_index(lacking, counts.shape), strict=True):
            room = min(rows[row] - counts[row].sum(), columns[column] - counts[:, column].sum())
            counts[row, column] += min(room, 1) if single else room
    return counts


def deal(quotas: Ints, weights: Floats, stream: Stream) -> Ints:
    """Deal labels to nuclei: exactly `quotas[k]` get label k, likelier where its weight is high.

    Parameters
    ----------
    quotas : (labels,) ints
        They sum to the number of nuclei.
    weights : (nuclei, labels) floats
    stream : Stream

    Returns
    -------
    (nuclei,) ints
        The label of each nucleus.
    """
    by_quota = np.argsort(quotas, kind="stable")
    dealt = np.full(weights.shape[0], by_quota[-1], dtype=np.int64)
    free = np.arange(weights.shape[0])
    for label in by_quota[:-1]:
        chosen = stream.choose(np.arange(free.size), int(quotas[label]), weights[free, label])
        dealt[free[chosen]] = label
        free = np.delete(free, chosen)
    return dealt
