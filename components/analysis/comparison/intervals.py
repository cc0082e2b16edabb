"""How far a metric could have come out otherwise: bootstrap intervals from a matrix of counts."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from components.analysis.comparison.metrics import METRICS, SAME_WORDS, STACKABLE, Counts

SHARE = 0.95
"""How many of the redrawn values an interval holds."""
DRAWS = 1_000
SEED = 661
MOST_UNDEFINED = (1 - SHARE) / 2
"""With more of the draws undefined than lie beyond one end, that end cannot be told."""
CELLS_AT_ONCE = 2_000_000

Interval = tuple[float, float]


def bootstrap_intervals(
    matrix: pd.DataFrame, *, square: bool, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Interval | None]:
    """Give the 95 % percentile interval of each metric.

    As many nuclei as were compared are drawn with replacement, again and again; of the matrix that is a
    multinomial draw of its squares. The interval says how much the choice of nuclei moves a metric, not
    whether either table is right. Cramér's V is never negative, and where nuclei are few redrawn values lie
    above the one measured.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei.
    square : bool
        Whether both axes are the same labels.
    draws : int
        How many matrices are drawn.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    dict
        (low, high) by metric. None where the metric is undefined, or is in too many of the draws; and for
        `ami`, whose expectation by chance takes too long to be worked out for every draw.
    """
    wanted = [metric for metric in STACKABLE if square or metric not in SAME_WORDS]
    drawn: dict[str, list[np.ndarray]] = {metric: [] for metric in wanted}
    for counts in _redrawn(matrix.to_numpy(), draws, seed):
        for metric in wanted:
            drawn[metric].append(STACKABLE[metric](counts))
    return {metric: _interval(drawn[metric]) if metric in drawn else None for metric in METRICS}


def _redrawn(counts: Counts, draws: int, seed: int) -> Iterator[Counts]:
    """Stacks of matrices of as many nuclei, small enough to be held at once; none where there are none."""
    squares = np.flatnonzero(counts)
    if not len(squares):
        return
    random = np.random.default_rng(seed)
    share = counts.ravel()[squares] / counts.sum()
    at_once = max(CELLS_AT_ONCE // counts.size, 1)
    for start in range(0, draws, at_once):
        stack = np.zeros((min(at_once, draws - start), counts.size), dtype=np.int64)
        stack[:, squares] = random.multinomial(counts.sum(), share, size=len(stack))
        yield stack.reshape(-1, *counts.shape)


def _interval(drawn: list[np.ndarray]) -> Interval | None:
    values = np.concatenate(drawn) if drawn else np.array([np.nan])
    defined = values[~np.isnan(values)]
    if len(defined) < (1 - MOST_UNDEFINED) * len(values):
        return None
    low, high = np.quantile(defined, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)
