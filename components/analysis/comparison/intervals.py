"""95 % intervals: of shares, of their differences, and of the metrics of a matrix.

A metric's interval is Wilson's, of the share that the metric loses to perfect agreement, with as many nuclei
as would give a share the variance that the delta method gives the metric. `benchmarks/coverage.py` shows how
often such intervals hold the true value.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

Values = NDArray[np.float64]
Interval = tuple[float, float]

Z = float(ndtri(0.975))
HALVINGS = 40
PRIOR = 1.2
"""Nuclei spread evenly over a matrix before its variance is taken, so that empty matrix cells count."""


@dataclass(frozen=True)
class Loss:
    """What a metric loses to perfect agreement, for a stack of matrices of shares.

    Attributes
    ----------
    share : array
        A share that is 0 in perfect agreement.
    factor : array
        One minus the metric, per unit of `share`.
    influence : array
        The metric's change per unit of each matrix cell (its influence function, up to a constant).
    """

    share: Values
    factor: Values
    influence: Values


def wilson_interval(hits: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Wilson 95 % interval of shares `hits / n`; 0 to 1 where n is 0.

    Source: Wilson, E. B. (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    share, total = hits / np.maximum(n, 1), n + Z**2
    middle = (n * share + Z**2 / 2) / total
    half = Z / total * np.sqrt(n * share * (1 - share) + Z**2 / 4)
    # Rounding must not leave the share itself outside.
    return np.clip(middle - half, 0, share), np.clip(middle + half, np.where(n > 0, share, 1), 1)


def newcombe_interval(
    hits: tuple[np.ndarray, np.ndarray], n: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The Newcombe 95 % interval of the difference of two independent shares, first minus second.

    Parameters
    ----------
    hits, n : tuple of two arrays, of one shape
        Of the first share and of the second; NaN out of nothing.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10 (from both Wilson intervals).
    """
    first, second = (part / np.where(whole > 0, whole, np.nan) for part, whole in zip(hits, n, strict=True))
    (low, high), (other_low, other_high) = map(wilson_interval, hits, n)
    below, above = np.hypot(first - low, other_high - second), np.hypot(high - first, second - other_low)
    return first - second - below, first - second + above


def with_shares(bins: pd.DataFrame, hits: str) -> pd.DataFrame:
    """Add the share of the column `hits` in `n`, 0–1, with its Wilson interval, and drop bins of nothing."""
    low, high = wilson_interval(bins[hits].to_numpy(), bins["n"].to_numpy())
    shares = bins.assign(share=bins[hits] / bins["n"].clip(lower=1), share_low=low, share_high=high)
    return shares[bins["n"] > 0]


def loss_interval(counts: np.ndarray, value: Values, loss: Callable[[Values], Loss]) -> tuple[Values, Values]:
    """The 95 % interval of a metric of each matrix of a stack; NaN where the metric is.

    Parameters
    ----------
    counts : int array, shape (…, rows, columns)
        Nuclei.
    value : array, shape (…)
        The metric.
    loss : callable
        The metric's loss, such as `kappa_loss`.
    """
    n = counts.sum((-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        cell_share = counts / _wide(n)
        smooth = counts + PRIOR / np.prod(counts.shape[-2:])
        smooth_share = smooth / _wide(n + PRIOR)
        lost, usual = loss(cell_share), loss(smooth_share)
        mean = (smooth_share * usual.influence).sum((-2, -1))
        variance = (smooth_share * usual.influence**2).sum((-2, -1)) - mean**2
        of_share = usual.share * (1 - usual.share) * usual.factor**2
        as_of = n * np.where(variance > 0, of_share / variance, 1)
        least, most = wilson_interval(np.clip(lost.share, 0, 1) * as_of, as_of)
        low, high = 1 - most * lost.factor, 1 - least * lost.factor
    return np.clip(low, -1, value), np.clip(high, value, 1)


def low_end_if_shown(value: Values, low: Values, limit: float) -> Values:
    """Lower the low end of the interval of a value that is shown only from a limit on.

    Chance has lifted many of the values that lie little above the limit. The low end becomes the true value
    whose estimates, normally distributed, are as large as this in 2.5 % of those above the limit; it is not
    lowered below 0.
    """
    error = (value - low) / Z
    lowest, highest = np.minimum(low, 0), low
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(HALVINGS):
            middle = (lowest + highest) / 2
            as_large = log_ndtr((middle - value) / error) - log_ndtr((middle - limit) / error)
            too_low = as_large < log_ndtr(-Z)
            lowest, highest = np.where(too_low, middle, lowest), np.where(too_low, highest, middle)
    return np.where((value >= limit) & (error > 0), highest, low)


def agreement_loss(share: Values) -> Loss:
    """What the share of same labels loses: the share of different ones."""
    lost = 1 - np.trace(share, axis1=-2, axis2=-1)
    return Loss(lost, np.ones_like(lost), np.eye(share.shape[-1]))


def kappa_loss(share: Values) -> Loss:
    """What Cohen's kappa loses: the share of different labels, per share expected by chance."""
    rows, columns, same = share.sum(-1), share.sum(-2), np.trace(share, axis1=-2, axis2=-1)
    chance = (rows * columns).sum(-1)
    per_chance = columns[..., :, None] + rows[..., None, :]
    return _beyond_chance(share, same, chance, per_chance)


def ac1_loss(share: Values) -> Loss:
    """What Gwet's AC1 loses: the share of different labels, per share expected by its chance."""
    labels = share.shape[-1]
    same, mean = np.trace(share, axis1=-2, axis2=-1), (share.sum(-1) + share.sum(-2)) / 2
    chance = (mean * (1 - mean)).sum(-1) / (labels - 1)
    per_chance = (1 - mean[..., :, None] - mean[..., None, :]) / (labels - 1)
    return _beyond_chance(share, same, chance, per_chance)


def rand_loss(share: Values) -> Loss:
    """What the adjusted Rand index loses: of pairs together in one table, those apart in the other."""
    rows, columns = share.sum(-1), share.sum(-2)
    both, in_rows, in_columns = (share**2).sum((-2, -1)), (rows**2).sum(-1), (columns**2).sum(-1)
    mean, chance = (in_rows + in_columns) / 2, in_rows * in_columns
    missed, most = mean - both, mean - chance
    per_mean = rows[..., :, None] + columns[..., None, :]
    per_chance = 2 * (_wide(in_columns) * rows[..., :, None] + _wide(in_rows) * columns[..., None, :])
    change = per_mean - 2 * share - _wide(missed / most) * (per_mean - per_chance)
    return Loss(missed / (2 * mean), 2 * mean / most, -change / _wide(most))


def cramer_loss(share: Values) -> Loss:
    """What Cramér's V loses, per share of nuclei that do not go with their label's counterpart."""
    rows, columns = share.sum(-1), share.sum(-2)
    expected = rows[..., :, None] * columns[..., None, :]
    ratio = np.where(expected > 0, share / expected, 0)
    fewer = np.minimum((rows > 0).sum(-1), (columns > 0).sum(-1)) - 1
    strength = np.sqrt(np.clip(((share * ratio).sum((-2, -1)) - 1) / fewer, 0, 1))
    by_row, by_column = (
        np.where(totals > 0, (share * ratio).sum(axis) / totals, 0)
        for totals, axis in ((rows, -1), (columns, -2))
    )
    change = 2 * ratio - by_row[..., :, None] - by_column[..., None, :]
    factor = 1 / (1 - ((rows**2).sum(-1) + (columns**2).sum(-1)) / 2)
    return Loss((1 - strength) / factor, factor, change / _wide(2 * strength * fewer))


def _beyond_chance(share: Values, same: Values, chance: Values, per_chance: Values) -> Loss:
    """The loss of (same − chance) / (1 − chance); `per_chance` is the influence of chance."""
    factor = 1 / (1 - chance)
    influence = np.eye(share.shape[-1]) - _wide((1 - same) * factor) * per_chance
    return Loss(1 - same, factor, influence * _wide(factor))


def _wide(values: Values) -> Values:
    """One value a matrix, to meet its cells."""
    return np.asarray(values)[..., None, None]
