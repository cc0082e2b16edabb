"""The metrics of a matrix of counts: each one's entry in `METRICS`, its function, its bootstrap interval.

Counts are integer numbers of nuclei; the last two axes are the row table's labels by the column table's, and
axes before them stack matrices. Undefined metrics are NaN in a stack; `measure_counts` gives None and the
reason.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import entr, ndtri

Counts = NDArray[np.int64]
Values = NDArray[np.float64]
Interval = tuple[float, float]

NOTHING_SHARED = "There is no nucleus to compare."
OTHER_VOCABULARY = "The two tables use different labels."
ONE_LABEL = "All nuclei have one label in both tables, so chance alone would agree as well."
ONE_GROUP = "Each table gives all nuclei one label, so neither parts them into groups."
ONE_NUCLEUS = "There is one nucleus, so there is no pair of nuclei to group."
NO_VARIETY = "One of the tables gives all nuclei the same label, so there is nothing to go together."
"""Why a metric is undefined; the command line's JSON holds these texts."""

FEW = 20
"""A number of fewer nuclei than this says little, and is marked."""
SHARE = 0.95
"""Share of the redrawn values in an interval."""
DRAWS = 1_000
SEED = 661
MOST_UNDEFINED = (1 - SHARE) / 2
"""With more undefined draws than lie beyond one end, that end is not known."""
CELLS_AT_ONCE = 2_000_000


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
    stacks : bool
        Whether `measure` takes stacks, so that the metric has an interval.
    """

    title: str
    meaning: str
    measure: Callable[[Counts], Values | float]
    undefined: tuple[str, ...]
    form: str = "{:.3f}"
    short: str = ""
    stacks: bool = True

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
    # Imported here, since it takes longer than all else that a first page needs, and few pages show this.
    from sklearn.metrics import mutual_info_score  # noqa: PLC0415
    from sklearn.metrics.cluster import expected_mutual_information  # noqa: PLC0415

    expected = float(expected_mutual_information(kept, int(kept.sum())))
    most = sum(float(entr(kept.sum(axis) / kept.sum()).sum()) for axis in (0, 1)) / 2
    return (float(mutual_info_score(None, None, contingency=kept)) - expected) / (most - expected)


METRICS: dict[str, Metric] = {
    "agreement": Metric(
        title="Agreement", short="agreement", form="{:.1%}",
        meaning="Share of the nuclei that both tables give the same label",
        measure=agreement_share, undefined=(OTHER_VOCABULARY,),
    ),
    "kappa": Metric(
        title="Cohen's κ", short="κ",
        meaning="Agreement beyond what two tables with these label counts reach by chance: 1 is full "
        "agreement, 0 is chance",
        measure=cohens_kappa, undefined=(OTHER_VOCABULARY, ONE_LABEL),
    ),
    "ac1": Metric(
        title="Gwet's AC1", short="AC1",
        meaning="Agreement beyond chance too, with a chance that is less moved than κ's where one label "
        "prevails",
        measure=gwets_ac1, undefined=(OTHER_VOCABULARY, ONE_LABEL),
    ),
    "ari": Metric(
        title="Adjusted Rand index", short="ARI",
        meaning="How far pairs of nuclei go together in both tables, beyond chance: 1 is the same grouping, "
        "whatever the groups are called, 0 is chance",
        measure=adjusted_rand, undefined=(ONE_NUCLEUS, ONE_GROUP),
    ),
    "ami": Metric(
        title="Adjusted mutual information", stacks=False,
        meaning="What the label of one table tells of the other's, beyond chance: 1 is all, 0 is chance",
        measure=adjusted_mutual_information, undefined=(ONE_NUCLEUS, ONE_GROUP),
    ),
    "cramers_v": Metric(
        title="Cramér's V",
        meaning="How closely the labels go together, from 0 to 1; by chance alone above 0 where nuclei are "
        "few",
        measure=cramers_v, undefined=(NO_VARIETY,),
    ),
}  # fmt: skip
"""Every metric by its key in JSON and CSV, in the order of display."""


def measure_counts(
    counts: Counts, *, square: bool, names: Collection[str] = METRICS
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Measure one matrix by every metric, or only by some.

    Parameters
    ----------
    counts : int64 array, (rows, columns)
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


def bootstrap_intervals(counts: Counts, *, square: bool, seed: int = SEED) -> dict[str, Interval | None]:
    """The 95 % percentile interval of each metric.

    As many nuclei as were compared are redrawn with replacement: multinomial draws of the matrix cells. The
    interval says how much the choice of nuclei moves a metric, not whether either table is right. Cramér's V
    is biased upwards where nuclei are few, so redrawn values lie above the measured one.

    Parameters
    ----------
    counts : int64 array, (rows, columns)
        Nuclei.
    square : bool
        Whether both axes are the same labels.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    dict
        (low, high) by metric. None where the metric is undefined in the matrix or in too many draws, and for
        `ami`, whose chance expectation is too slow to compute for every draw.
    """
    drawn: dict[str, list[Values]] = {
        name: []
        for name, metric in METRICS.items()
        if metric.stacks and (square or OTHER_VOCABULARY not in metric.undefined)
    }
    for stack in _redrawn(counts, seed):
        for name, values in drawn.items():
            values.append(np.asarray(METRICS[name].measure(stack)))
    return {name: _interval(drawn.get(name, [])) for name in METRICS}


def wilson_interval(hits: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Wilson 95 % interval of shares `hits / n`; 0 to 1 where n is 0.

    Source: Wilson, E. B. (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    z = ndtri(0.975)
    share, total = hits / np.maximum(n, 1), n + z**2
    middle = (n * share + z**2 / 2) / total
    half = z / total * np.sqrt(n * share * (1 - share) + z**2 / 4)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def newcombe_interval(
    hits: tuple[np.ndarray, np.ndarray], n: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The Newcombe 95 % interval of the difference of two independent shares, first minus second.

    Parameters
    ----------
    hits, n : tuple of two arrays
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


def _redrawn(counts: Counts, seed: int) -> Iterator[Counts]:
    """Stacks of redrawn matrices that fit into memory; none for an empty matrix."""
    cells = np.flatnonzero(counts)
    if not len(cells):
        return
    random = np.random.default_rng(seed)
    share = counts.ravel()[cells] / counts.sum()
    at_once = max(CELLS_AT_ONCE // counts.size, 1)
    for start in range(0, DRAWS, at_once):
        stack = np.zeros((min(at_once, DRAWS - start), counts.size), dtype=np.int64)
        stack[:, cells] = random.multinomial(counts.sum(), share, size=len(stack))
        yield stack.reshape(-1, *counts.shape)


def _interval(drawn: list[np.ndarray]) -> Interval | None:
    values = np.concatenate(drawn) if drawn else np.array([np.nan])
    defined = values[~np.isnan(values)]
    if len(defined) < (1 - MOST_UNDEFINED) * len(values):
        return None
    low, high = np.quantile(defined, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)


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
