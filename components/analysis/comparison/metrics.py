"""The metrics of a matrix of counts: each one's entry in `METRICS`, its function, its interval.

Counts are integer numbers of nuclei; the last two axes are the row table's labels by the column table's, and
axes before them stack matrices. Undefined metrics are NaN in a stack; `measure_counts` gives None and the
reason.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import entr

from components.analysis.comparison.intervals import (
    Interval,
    Loss,
    Values,
    ac1_loss,
    agreement_loss,
    cramer_loss,
    kappa_loss,
    loss_interval,
    low_end_if_shown,
    rand_loss,
)

Counts = NDArray[np.int64]

NOTHING_SHARED = "There is no nucleus to compare."
OTHER_VOCABULARY = "The two tables use different labels."
ONE_LABEL = "All nuclei have one label in both tables, so chance alone would agree as well."
ONE_SIDED = "One of the tables gives all of these nuclei one label, so kappa is 0 whatever the other says."
ONE_GROUP = "Each table gives all nuclei one label, so neither parts them into groups."
ONE_NUCLEUS = "There is one nucleus, so there is no pair of nuclei to group."
NO_VARIETY = "One of the tables gives all nuclei the same label, so there is nothing to go together."
"""Why a metric is undefined; the command line's JSON holds these texts."""

FEW = 20
"""A number of fewer nuclei than this says little, and is marked."""
NO_METHOD = "no interval: none is known to hold the true value often enough"
NEAR_CHANCE = "no interval: so near chance, it would hold the true value too rarely"
RARE_LABEL = "no interval: a label has fewer than {} nuclei, so it would hold the true value too rarely"
TOO_FEW = "no interval: fewer than {} nuclei are compared"
MANY_LABELS = "no interval: fewer than {} nuclei a pair of labels, so it would hold the true value too rarely"
"""Why a metric has no interval; the bounds are those of `benchmarks/coverage.py`."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number of a matrix: all that tiles, command line, CSV and the grid of all pairs know of it.

    Attributes
    ----------
    title : str
        Heading of its tile.
    meaning : str
        What it says, in plain words, without a full stop.
    measure : callable
        Its value for a matrix or for a stack of matrices.
    undefined : tuple of str
        Reasons that may leave it undefined, beside `NOTHING_SHARED`.
    form : str
        Format of its values.
    short : str
        Its name in the grid of all pairs and in the command line's list; "" keeps it out of both.
    loss : callable or None
        What it loses to perfect agreement, for its interval; None if it has none.
    fewest, fewest_of_label, fewest_of_pair : int
        Nuclei, in all, of each label in each table, and for each pair of labels, below which no interval is
        shown.
    near_chance : float
        No interval is shown of a smaller value.
    """

    title: str
    meaning: str
    measure: Callable[[Counts], Values | float]
    undefined: tuple[str, ...]
    form: str = "{:.3f}"
    short: str = ""
    loss: Callable[[Values], Loss] | None = None
    fewest: int = 0
    fewest_of_label: int = 0
    fewest_of_pair: int = 0
    near_chance: float = -np.inf

    def text(self, value: float) -> str:
        """Write a value, with a true minus sign."""
        return self.form.format(value).replace("-", "−")


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
    """The adjusted Rand index: how far both tables group the same pairs of nuclei, beyond chance.

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
    """Cramér's V, not corrected for bias: how strongly the labels are associated, from 0 to 1.

    Labels that no nucleus has do not count.

    Source: Cramér 1946, Mathematical Methods of Statistics.
    """
    rows, columns, n = counts.sum(-1), counts.sum(-2), counts.sum((-2, -1))
    expected = _ratio(rows[..., :, None] * columns[..., None, :], n[..., None, None])
    squares = np.divide((counts - expected) ** 2, expected, out=np.zeros(counts.shape), where=expected > 0)
    fewer = np.minimum((rows > 0).sum(-1), (columns > 0).sum(-1))
    return np.minimum(np.sqrt(_ratio(squares.sum((-2, -1)), n * (fewer - 1))), 1.0)


def adjusted_mutual_information(counts: Counts) -> float:
    """The adjusted mutual information of one matrix: what one label tells about the other, beyond chance.

    Normalised by the mean of the two tables' entropies, with scikit-learn's expectation.

    Source: Vinh et al. 2010, Journal of Machine Learning Research 11:2837.
    """
    kept = counts[counts.sum(1) > 0][:, counts.sum(0) > 0]
    if min(kept.shape) < 2:
        # One label tells nothing; one label in both tables could not have told anything.
        return 0.0 if max(kept.shape) > 1 else np.nan
    if np.count_nonzero(kept) == kept.shape[0] == kept.shape[1]:
        return 1.0  # the same grouping; where every nucleus is alone, rounding would be all that is left
    # Imported here, since it takes longer than all else that a first page needs, and one panel shows this.
    from sklearn.metrics import mutual_info_score  # noqa: PLC0415
    from sklearn.metrics.cluster import expected_mutual_information  # noqa: PLC0415

    expected = float(expected_mutual_information(kept, int(kept.sum())))
    most = sum(float(entr(kept.sum(axis) / kept.sum()).sum()) for axis in (0, 1)) / 2
    return (float(mutual_info_score(None, None, contingency=kept)) - expected) / (most - expected)


METRICS: dict[str, Metric] = {
    "agreement": Metric(
        title="Agreement", short="agreement", form="{:.1%}",
        meaning="Share of the nuclei that both tables give the same label",
        measure=agreement_share, undefined=(OTHER_VOCABULARY,), loss=agreement_loss,
    ),
    "kappa": Metric(
        title="Cohen's κ", short="κ",
        meaning="Agreement beyond what two tables with these label counts reach by chance: 1 is full "
        "agreement, 0 is chance",
        measure=cohens_kappa, undefined=(OTHER_VOCABULARY, ONE_LABEL), loss=kappa_loss, fewest=40,
    ),
    "ac1": Metric(
        title="Gwet's AC1", short="AC1",
        meaning="Agreement beyond chance too, with an estimate of chance less sensitive than κ's where "
        "one label prevails",
        measure=gwets_ac1, undefined=(OTHER_VOCABULARY, ONE_LABEL), loss=ac1_loss, fewest=40,
    ),
    "ari": Metric(
        title="Adjusted Rand index", short="ARI",
        meaning="How far both tables group the same pairs of nuclei, beyond chance: 1 is the same grouping, "
        "whatever the groups are called, 0 is chance",
        measure=adjusted_rand, undefined=(ONE_NUCLEUS, ONE_GROUP), loss=rand_loss, fewest=100,
        fewest_of_pair=5, near_chance=0.4,
    ),
    "ami": Metric(
        title="Adjusted mutual information",
        meaning="What the label of one table tells about the other's, beyond chance: 1 is all, 0 is chance",
        measure=adjusted_mutual_information, undefined=(ONE_NUCLEUS, ONE_GROUP),
    ),
    "cramers_v": Metric(
        title="Cramér's V",
        meaning="How strongly the labels are associated, from 0 to 1; by chance alone above 0 where nuclei "
        "are few",
        measure=cramers_v, undefined=(NO_VARIETY,), loss=cramer_loss, fewest_of_label=30, near_chance=0.5,
    ),
}  # fmt: skip
"""Every metric by its key in JSON and CSV, in the order of display."""


def measure_counts(
    counts: Counts, *, square: bool, names: Collection[str] = METRICS
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Measure one matrix by every metric, or only by some.

    Parameters
    ----------
    counts : int64 array, shape (rows, columns)
        Nuclei.
    square : bool
        Whether both axes are the same labels.
    names : collection of str
        Metrics by their keys.

    Returns
    -------
    values : dict
        By metric, in the order of `METRICS`; None where undefined.
    undefined : dict
        Why, by metric.
    """
    undefined: dict[str, str] = {}
    for reason in _reasons(counts, square=square):
        for name in names:
            if reason in {NOTHING_SHARED, *METRICS[name].undefined}:
                undefined.setdefault(name, reason)
    values = {name: None if name in undefined else float(METRICS[name].measure(counts)) for name in names}
    return values, undefined


def label_scores(matrix: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 of each label in a confusion matrix, with the row table taken as given.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei, the same labels on both axes; transposed, precision and recall change places.

    Returns
    -------
    DataFrame
        Index the labels. `support`: nuclei with the label in the row table; `recall`: the share of these with
        the label in the other table too; `precision`: of the nuclei with the label in the other table, the
        share with it in the row table too; `f1`: the harmonic mean of both. NaN for a share of no nuclei.
    """
    counts = matrix.to_numpy()
    same, support, other = np.diagonal(counts), counts.sum(1), counts.sum(0)
    scores = {
        "precision": _ratio(same, other),
        "recall": _ratio(same, support),
        "f1": _ratio(2 * same, support + other),
        "support": support,
    }
    return pd.DataFrame(scores, index=matrix.index)


def interval_words(name: str, interval: Interval | str) -> str:
    """Write a metric's 95 % interval, or why it has none."""
    if isinstance(interval, str):
        return interval
    metric = METRICS[name]
    return f"{metric.text(interval[0])} to {metric.text(interval[1])}"


def metric_intervals(counts: Counts, *, square: bool) -> dict[str, Interval | str]:
    """The 95 % interval of each metric, or why it has none.

    An interval says how much the choice of nuclei moves a metric, not whether either table is right. None is
    shown where it would hold the true value in less than 90 % of data sets, or in more than 99 %.

    Parameters
    ----------
    counts : int64 array, shape (rows, columns)
        Nuclei.
    square : bool
        Whether both axes are the same labels.

    Returns
    -------
    dict
        (low, high) or a reason, by metric.
    """
    values, undefined = measure_counts(counts, square=square)
    intervals: dict[str, Interval | str] = {}
    for name, value in values.items():
        metric = METRICS[name]
        if value is None:
            intervals[name] = undefined[name]
        elif metric.loss is None:
            intervals[name] = NO_METHOD
        elif reason := next((reason for reason, hidden in _hidden(metric, counts).items() if hidden), ""):
            intervals[name] = reason
        else:
            _, low, high = stacked_intervals(counts, name)
            intervals[name] = float(low), float(high)
    return intervals


def stacked_intervals(counts: Counts, name: str) -> tuple[Values, Values, Values]:
    """A metric of each matrix of a stack, and the ends of its interval; NaN where undefined or not shown."""
    metric = METRICS[name]
    if metric.loss is None:
        raise ValueError(f"{metric.title} has no interval.")
    value = np.asarray(metric.measure(counts))
    hidden = np.any([*_hidden(metric, counts).values()], axis=0)
    low, high = loss_interval(counts, value, metric.loss)
    low = low_end_if_shown(value, low, metric.near_chance)
    return value, np.where(hidden, np.nan, low), np.where(hidden, np.nan, high)


def _hidden(metric: Metric, counts: Counts) -> dict[str, NDArray[np.bool_]]:
    """Why the intervals of some matrices are not shown: of which, by the reason."""
    axes = [counts.sum(-2), counts.sum(-1)]
    totals = np.concatenate(axes, axis=-1)
    labels = np.max([(axis > 0).sum(-1) for axis in axes], axis=0)
    rarest = np.where(totals > 0, totals, np.iinfo(np.int64).max).min(-1)
    return {
        TOO_FEW.format(metric.fewest): counts.sum((-2, -1)) < metric.fewest,
        RARE_LABEL.format(metric.fewest_of_label): rarest < metric.fewest_of_label,
        MANY_LABELS.format(metric.fewest_of_pair): counts.sum((-2, -1)) < metric.fewest_of_pair * labels**2,
        NEAR_CHANCE: np.asarray(metric.measure(counts)) < metric.near_chance,
    }


def _reasons(counts: Counts, *, square: bool) -> list[str]:
    """Which reasons for undefined metrics hold of a matrix, the one to name first at the front."""
    n, rows, columns = counts.sum(), np.flatnonzero(counts.sum(1)), np.flatnonzero(counts.sum(0))
    one_cell = len(rows) == len(columns) == 1
    holds = {
        NOTHING_SHARED: n == 0,
        OTHER_VOCABULARY: not square,
        NO_VARIETY: min(len(rows), len(columns)) == 1,
        ONE_NUCLEUS: one_cell and n == 1,
        ONE_GROUP: one_cell and n > 1,
        ONE_LABEL: one_cell and rows[0] == columns[0],
    }
    return [reason for reason, does_hold in holds.items() if does_hold]


def _same(counts: Counts) -> Counts:
    return np.trace(counts, axis1=-2, axis2=-1)


def _ratio(part: np.ndarray, whole: np.ndarray) -> Values:
    """Divide; NaN where the denominator is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)
