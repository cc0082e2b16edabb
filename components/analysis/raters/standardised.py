"""Agreement standardised to another mix of types and depths, and which types a table covers.

Post-stratification: a stratum is a label of one table in `BAND_UM` of depth; the agreement of its compared
nuclei counts as often as the mix has nuclei there.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.differences import same_labels
from components.analysis.comparison.intervals import Interval, Values, wilson_interval
from components.analysis.labels.levels import nucleus_labels
from data.labels.entry import Level

BAND_UM = 100.0
SMOOTHING = 1.0
"""Nuclei of the mean agreement added to each stratum before its variance is taken: few agree by chance."""
FEWEST = 40
"""Compared nuclei below which no interval is shown: see `benchmarks/coverage.py`."""


@dataclass(frozen=True, kw_only=True)
class Standardised:
    """Agreement as it would be in another mix of types and depths.

    Attributes
    ----------
    share : float or None
        0–1; None where no compared nucleus lies in a stratum of the mix.
    interval : (low, high) or None
        95 %; None of fewer than `FEWEST` nuclei.
    n : int
        Compared nuclei that lie in a stratum of the mix: those without such a label or a depth do not.
    mix, mix_left_out : int
        Nuclei of the mix in strata with a compared nucleus, and the others, which count for nothing.
    """

    share: float | None
    interval: Interval | None
    n: int
    mix: int
    mix_left_out: int


def mix_of(frame: pd.DataFrame, level: Level, depth_um: pd.Series) -> pd.DataFrame:
    """The strata of a table's nuclei.

    Parameters
    ----------
    frame : DataFrame
        Tidy, with labels.
    level : Level
        Of the labels.
    depth_um : Series
        Depth by `nucleus_id`.

    Returns
    -------
    DataFrame
        Index `nucleus_id` (unique); `label` and `band`, the number of its `BAND_UM` of depth, without nuclei
        that lack a label or a depth.
    """
    labels = nucleus_labels(frame, level).labels.dropna()
    depths = depth_um.reindex(labels.index).to_numpy(dtype=np.float64)
    known = np.isfinite(depths)
    bands = np.floor(depths[known] / BAND_UM).astype(np.int64)
    return pd.DataFrame({"label": labels[known].astype(str), "band": bands}, index=labels.index[known])


def standardised_agreement(
    pairs_frame: pd.DataFrame, mix: pd.DataFrame, labels: Collection[str], *, alike: bool = False
) -> Standardised:
    """Reweight the agreement of compared nuclei to a mix.

    Parameters
    ----------
    pairs_frame : DataFrame
        As `Pairs.frame` of a square pair.
    mix : DataFrame
        From `mix_of`.
    labels : collection of str
        Those of the mix that count: on others the tables could not agree, since one of them never gives them.
    alike : bool
        Give each label of the mix the same weight, as a test set of as many cells of each type does, and heed
        no depths.
    """
    by = ["label"] if alike else ["label", "band"]
    counting = mix[mix["label"].isin(labels)]
    strata = counting.groupby(by).size().rename("mix").to_frame()
    compared = (
        counting.reindex(pairs_frame.index).assign(agree=same_labels(pairs_frame)).dropna(subset="label")
    )
    found = compared.groupby(by)["agree"].agg(["size", "sum"])
    strata = strata.join(found).fillna(0).astype(np.int64)
    there = strata[strata["size"] > 0]
    n, in_mix = int(there["size"].sum()), int(there["mix"].sum())
    share, interval = None, None
    if n:
        weights = np.ones(len(there)) if alike else there["mix"].to_numpy()
        value, low, high = weighted_share(there["sum"].to_numpy(), there["size"].to_numpy(), weights)
        share, interval = float(value), (float(low), float(high)) if n >= FEWEST else None
    return Standardised(
        share=share,
        interval=interval,
        n=n,
        mix=in_mix,
        mix_left_out=len(mix) - in_mix,
    )


def weighted_share(
    hits: NDArray[np.int64], n: NDArray[np.int64], weights: NDArray
) -> tuple[Values, Values, Values]:
    """A weighted mean of the shares of strata, and its 95 % interval.

    The interval is Wilson's, with as many nuclei as would give one share the variance of the weighted mean;
    the strata's variances are those of shares drawn towards the mean by `SMOOTHING`.

    Parameters
    ----------
    hits, n : int array, shape (…, strata)
        Of each stratum, the last axis; a stratum of none counts for nothing.
    weights : array, shape (strata,)
    """
    weight = np.where(n > 0, weights, 0).astype(np.float64)
    weight /= weight.sum(-1, keepdims=True)
    share = (weight * hits / np.maximum(n, 1)).sum(-1)
    mean = ((hits.sum(-1) + SMOOTHING / 2) / (n.sum(-1) + SMOOTHING))[..., None]
    usual = (hits + SMOOTHING * mean) / (n + SMOOTHING)
    variance = (weight**2 * usual * (1 - usual) / np.maximum(n, 1)).sum(-1)
    smooth = (weight * usual).sum(-1)
    as_of = smooth * (1 - smooth) / variance
    low, high = wilson_interval(share * as_of, as_of)
    return share, low, high
