"""Krippendorff's α: how far all lineages agree, beyond chance, each nucleus labelled by some of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.analysis.comparison.intervals import PRIOR, Interval, Values, wilson_interval
from components.analysis.comparison.metrics import NOTHING_SHARED, ONE_LABEL, TOO_FEW
from components.analysis.raters.ratings import Ratings, distinct_rows, vote_counts
from data.labels.entry import Level

FEWEST = 40
"""Nuclei below which no interval is shown: see `benchmarks/coverage.py`."""


@dataclass(frozen=True, kw_only=True)
class Alpha:
    """Agreement of all lineages at a level.

    Attributes
    ----------
    level : Level
    lineages : tuple of str
        Titles of those that label one of these nuclei.
    nuclei : int
        Labelled by two lineages or more; others say nothing of agreement.
    ratings : int
        Their labels, one for each lineage that gives one.
    value : float or None
        1 is full agreement, 0 chance; None where undefined.
    interval : (low, high) or str
        95 %, or why there is none, or why the value is undefined.
    """

    level: Level
    lineages: tuple[str, ...]
    nuclei: int
    ratings: int
    value: float | None
    interval: Interval | str


def alpha_at(ratings: Ratings) -> Alpha:
    """Measure the agreement of all lineages at a level."""
    shared = ratings.n_raters > 1
    codes, counts, _ = distinct_rows(ratings.codes[shared])
    votes = vote_counts(codes, len(ratings.labels))
    n, value = int(shared.sum()), None
    interval: Interval | str = ONE_LABEL if n else NOTHING_SHARED
    if n:
        found, low, high = krippendorff_alpha(votes, counts)
        if not np.isnan(found):
            value = float(found)
            interval = (float(low), float(high)) if n >= FEWEST else TOO_FEW.format(FEWEST)
    rating = np.flatnonzero((codes >= 0).any(axis=0))
    return Alpha(
        level=ratings.level,
        lineages=tuple(ratings.lineages[place] for place in rating),
        nuclei=n,
        ratings=int(votes.sum(axis=1) @ counts),
        value=value,
        interval=interval,
    )


def krippendorff_alpha(votes: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[Values, Values, Values]:
    """Krippendorff's α for names, with missing labels, and its 95 % interval.

    The interval is Wilson's, of the share of pairs of labels of one nucleus that differ, with as many nuclei
    as would give a share the variance that the infinitesimal jackknife over nuclei gives α.

    Parameters
    ----------
    votes : int array, shape (p, m)
        Labels of each kind of nucleus: how many lineages give each, two labels or more in all.
    counts : int array, shape (…, p)
        Nuclei of each kind, for a stack of data sets.

    Returns
    -------
    value, low, high : array, shape (…)
        NaN where all labels are the same.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability; interval as in
    `comparison.intervals`.
    """
    value, lost, factor, _ = _losses(votes, counts)
    kinds, spread = _every_pair(votes.shape[1])
    n = counts.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        smooth = np.concatenate([counts, np.broadcast_to(spread, (*counts.shape[:-1], len(spread)))], axis=-1)
        _, usual, usual_factor, variance = _losses(np.concatenate([votes, kinds]), smooth)
        as_of = np.where(variance > 0, usual * (1 - usual) * usual_factor**2 / variance, n)
        least, most = wilson_interval(lost * as_of, as_of)
        low, high = 1 - most * factor, 1 - least * factor
    return value, np.clip(low, -1, value), np.clip(high, value, 1)


def _losses(votes: NDArray[np.int64], counts: NDArray) -> tuple[Values, Values, Values, Values]:
    """α, the share of pairs of labels that differ, what α loses per unit of it, and the variance of α."""
    counts, size = counts.astype(float), votes.sum(axis=1)
    differ = (votes * (size[:, None] - votes)).sum(axis=1) / (size - 1)
    n, differing, of_label = counts @ size, counts @ differ, counts @ votes
    with np.errstate(divide="ignore", invalid="ignore"):
        unequal = n * n - (of_label**2).sum(-1)
        factor = np.where(unequal > 0, n * (n - 1) / unequal, np.nan)
        change = 2 * (n[..., None] * size - of_label @ votes.T)
        lost = differing / n
        per_nucleus = (differing[..., None] * size + (n - 1)[..., None] * differ) / unequal[..., None]
        per_nucleus -= ((n - 1) * differing / unequal**2)[..., None] * change
    return 1 - lost * factor, lost, factor, (counts * per_nucleus**2).sum(-1)


def _every_pair(n_labels: int) -> tuple[NDArray[np.int64], Values]:
    """Nuclei with two labels, one for each pair of labels, that share `PRIOR` evenly."""
    first, second = np.triu_indices(n_labels)
    votes = np.eye(n_labels, dtype=np.int64)[first] + np.eye(n_labels, dtype=np.int64)[second]
    return votes, np.where(first == second, 1, 2) * PRIOR / n_labels**2
