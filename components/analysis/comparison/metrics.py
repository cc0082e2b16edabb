"""The metrics of a matrix of counts, or of a stack of redrawn matrices.

Counts are integer numbers of nuclei; the last two axes are the row table's labels by the column table's, and
axes before them stack matrices. Undefined metrics are NaN in a stack; `measure_counts` gives None and the
reason.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import entr
from sklearn.metrics import mutual_info_score
from sklearn.metrics.cluster import expected_mutual_information

Counts = NDArray[np.int64]
Values = NDArray[np.float64]

METRICS = ("agreement", "kappa", "ac1", "ari", "ami", "cramers_v")
"""Every metric, in the order of display."""
SAME_WORDS = ("agreement", "kappa", "ac1")
"""The metrics defined only where both tables have the same labels."""
NOTHING_SHARED = "There is no nucleus to compare."
OTHER_WORDS = "The two tables speak different vocabularies."
ONE_LABEL = "All nuclei have one label in both tables, so chance alone would agree as well."
ONE_GROUP = "Each table gives all nuclei one label, so neither parts them into groups."
ONE_NUCLEUS = "There is one nucleus, so there is no pair of nuclei to group."
NO_VARIETY = "One of the tables gives all nuclei the same label, so there is nothing to go together."


def agreement_share(counts: Counts) -> Values:
    """The share of nuclei with the same label in both tables."""
    return _ratio(_same(counts), counts.sum((-2, -1)))


def cohens_kappa(counts: Counts) -> Values:
    """Cohen's kappa: agreement beyond what two tables with these label counts reach by chance.

    Computed in integers up to the last division, so that no precision is lost where nearly all nuclei have
    one label.

    Source: Cohen 1960, doi:10.1177/001316446002000104.
    """
    n = counts.sum((-2, -1))
    chance = (counts.sum(-1) * counts.sum(-2)).sum(-1)
    return _ratio(n * _same(counts) - chance, n * n - chance)


def gwets_ac1(counts: Counts) -> Values:
    """Gwet's AC1: agreement beyond chance, less affected than kappa where one label prevails.

    Every label on the axes counts as one that either table could have given.

    Source: Gwet 2008, doi:10.1348/000711006X126600.
    """
    share = _ratio(counts.sum(-1) + counts.sum(-2), 2 * counts.sum((-2, -1))[..., None])
    chance = _ratio((share * (1 - share)).sum(-1), np.array(counts.shape[-1] - 1))
    return _ratio(agreement_share(counts) - chance, 1 - chance)


def adjusted_rand(counts: Counts) -> Values:
    """The adjusted Rand index: how far pairs of nuclei go together in both tables, beyond chance.

    1 where both tables group the nuclei alike, whatever the groups are called.

    Source: Hubert and Arabie 1985, doi:10.1007/BF01908075.
    """
    cells, rows, columns = (
        (totals.astype(float) ** 2).sum(axis)
        for totals, axis in ((counts, (-2, -1)), (counts.sum(-1), -1), (counts.sum(-2), -1))
    )
    n = counts.sum((-2, -1)).astype(float)
    together, apart = cells - n, n * n - rows - columns + cells
    only_rows, only_columns = rows - cells, columns - cells
    beyond = 2 * (together * apart - only_rows * only_columns)
    most = (together + only_rows) * (only_rows + apart) + (together + only_columns) * (only_columns + apart)
    # Every nucleus alone in both tables is 0 / 0, and yet the same grouping.
    same_grouping = (only_rows == 0) & (only_columns == 0) & (apart > 0)
    return np.where(same_grouping, 1.0, _ratio(beyond, most))


def cramers_v(counts: Counts) -> Values:
    """Cramér's V, not corrected for bias: how closely the labels go together, from 0 to 1.

    Labels that no nucleus has do not count.

    Source: Cramér 1946, Mathematical Methods of Statistics.
    """
    rows, columns, n = counts.sum(-1), counts.sum(-2), counts.sum((-2, -1))
    expected = _ratio(rows[..., :, None] * columns[..., None, :], n[..., None, None])
    squares = np.divide((counts - expected) ** 2, expected, out=np.zeros(counts.shape), where=expected > 0)
    fewer = np.minimum((rows > 0).sum(-1), (columns > 0).sum(-1))
    return np.minimum(np.sqrt(_ratio(squares.sum((-2, -1)), n * (fewer - 1))), 1.0)


def adjusted_mutual_information(counts: Counts) -> float:
    """The adjusted mutual information of one matrix: what one label tells of the other, beyond chance.

    Normalised by the mean of the two tables' entropies, with scikit-learn's expectation.

    Source: Vinh et al. 2010, Journal of Machine Learning Research 11:2837.
    """
    kept = counts[counts.sum(1) > 0][:, counts.sum(0) > 0]
    if min(kept.shape) < 2:
        # One label tells nothing; one label on both sides could not have told anything.
        return 0.0 if max(kept.shape) > 1 else np.nan
    if np.count_nonzero(kept) == kept.shape[0] == kept.shape[1]:
        return 1.0  # the same grouping; where every nucleus is alone, rounding would be all that is left
    expected = float(expected_mutual_information(kept, int(kept.sum())))
    most = sum(float(entr(kept.sum(axis) / kept.sum()).sum()) for axis in (0, 1)) / 2
    return (float(mutual_info_score(None, None, contingency=kept)) - expected) / (most - expected)


STACKABLE: dict[str, Callable[[Counts], Values]] = {
    "agreement": agreement_share,
    "kappa": cohens_kappa,
    "ac1": gwets_ac1,
    "ari": adjusted_rand,
    "cramers_v": cramers_v,
}
"""The metrics that a whole stack of matrices can be measured by at once."""


def measure_counts(counts: Counts, *, square: bool) -> tuple[dict[str, float | None], dict[str, str]]:
    """Measure one matrix by every metric.

    Parameters
    ----------
    counts : int64 array, (rows, columns)
        Nuclei.
    square : bool
        Whether both axes are the same labels.

    Returns
    -------
    values : dict
        By metric, in the order of `METRICS`; None where undefined.
    undefined : dict
        Why, by metric.
    """
    undefined = _undefined(counts, square=square)
    measures: dict[str, Callable[[Counts], Values | float]] = {
        **STACKABLE,
        "ami": adjusted_mutual_information,
    }
    values = {metric: None if metric in undefined else float(measures[metric](counts)) for metric in METRICS}
    return values, undefined


def label_scores(matrix: pd.DataFrame, reference: Literal["rows", "columns"] = "rows") -> pd.DataFrame:
    """Precision, recall and F1 of each label in a confusion matrix, one table read against the other.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei, the same labels on both axes.
    reference : {"rows", "columns"}
        The table taken as given; taking the other swaps precision and recall.

    Returns
    -------
    DataFrame
        Index the labels. `support`: nuclei with the label in the reference; `recall`: the share of these with
        the label in the other table too; `precision`: of the nuclei with the label in the other table, the
        share with it in the reference too; `f1`: the harmonic mean of both. NaN for a share of no nuclei.
    """
    counts = matrix.to_numpy() if reference == "rows" else matrix.to_numpy().T
    same, support, other = np.diagonal(counts), counts.sum(1), counts.sum(0)
    scores = {
        "precision": _ratio(same, other),
        "recall": _ratio(same, support),
        "f1": _ratio(2 * same, support + other),
        "support": support,
    }
    return pd.DataFrame(scores, index=matrix.index)


def _undefined(counts: Counts, *, square: bool) -> dict[str, str]:
    """Reasons why metrics are undefined for a matrix, by metric."""
    n, rows, columns = counts.sum(), np.flatnonzero(counts.sum(1)), np.flatnonzero(counts.sum(0))
    if n == 0:
        return dict.fromkeys(METRICS, NOTHING_SHARED)
    reasons = {} if square else dict.fromkeys(SAME_WORDS, OTHER_WORDS)
    if min(len(rows), len(columns)) == 1:
        reasons["cramers_v"] = NO_VARIETY
    if len(rows) == len(columns) == 1:
        reasons |= dict.fromkeys(("ari", "ami"), ONE_NUCLEUS if n == 1 else ONE_GROUP)
        if square and rows[0] == columns[0]:
            reasons |= dict.fromkeys(("kappa", "ac1"), ONE_LABEL)
    return reasons


def _same(counts: Counts) -> Counts:
    return np.trace(counts, axis1=-2, axis2=-1)


def _ratio(part: np.ndarray, whole: np.ndarray) -> Values:
    """Divide; NaN where the denominator is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)
