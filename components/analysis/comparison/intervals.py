"""Bootstrap intervals of the metrics, from a matrix of counts."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from components.analysis.comparison.metrics import METRICS, SAME_WORDS, STACKABLE, Counts

SHARE = 0.95
"""Share of the redrawn values in an interval."""
DRAWS = 1_000
SEED = 661
MOST_UNDEFINED = (1 - SHARE) / 2
"""With more undefined draws than lie beyond one end, that end is not known."""
CELLS_AT_ONCE = 2_000_000

Interval = tuple[float, float]


def bootstrap_intervals(
    matrix: pd.DataFrame, *, square: bool, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Interval | None]:
    """The 95 % percentile interval of each metric.

    As many nuclei as were compared are redrawn with replacement: multinomial draws of the matrix cells. The
    interval says how much the choice of nuclei moves a metric, not whether either table is right. Cramér's V
    is biased upwards where nuclei are few, so redrawn values lie above the measured one.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei.
    square : bool
        Whether both axes are the same labels.
    draws : int
        Number of matrices drawn.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    dict
        (low, high) by metric. None where the metric is undefined in the matrix or in too many draws, and for
        `ami`, whose chance expectation is too slow to compute for every draw.
    """
    wanted = [metric for metric in STACKABLE if square or metric not in SAME_WORDS]
    drawn: dict[str, list[np.ndarray]] = {metric: [] for metric in wanted}
    for counts in _redrawn(matrix.to_numpy(), draws, seed):
        for metric in wanted:
            drawn[metric].append(STACKABLE[metric](counts))
    return {metric: _interval(drawn[metric]) if metric in drawn else None for metric in METRICS}


def _redrawn(counts: Counts, draws: int, seed: int) -> Iterator[Counts]:
    """Stacks of redrawn matrices that fit into memory; none for an empty matrix."""
    cells = np.flatnonzero(counts)
    if not len(cells):
        return
    random = np.random.default_rng(seed)
    share = counts.ravel()[cells] / counts.sum()
    at_once = max(CELLS_AT_ONCE // counts.size, 1)
    for start in range(0, draws, at_once):
        stack = np.zeros((min(at_once, draws - start), counts.size), dtype=np.int64)
        stack[:, cells] = random.multinomial(counts.sum(), share, size=len(stack))
        yield stack.reshape(-1, *counts.shape)


def _interval(drawn: list[np.ndarray]) -> Interval | None:
    values = np.concatenate(drawn) if drawn else np.array([np.nan])
    defined = values[~np.isnan(values)]
    if len(defined) < (1 - MOST_UNDEFINED) * len(values):
        return None
    low, high = np.quantile(defined, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)
