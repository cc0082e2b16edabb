"""How two tables agree on the nuclei that both label: the pairs, their matrix, the metrics."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score

from components.analysis.levels import NucleusLabels, nucleus_labels
from data.catalog.entry import Table
from data.cell_types import Level, ordered
from data.errors import DataError

REASONS = ("conflicting_duplicate", "unmapped", "ambiguous", "filtered")
LATER = "This metric is not computed yet."


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """The nuclei that two tables label, with both labels at one level.

    Attributes
    ----------
    rows, columns : Table
        The two tables; neither is the truth.
    level : Level
    frame : DataFrame
        Index `nucleus_id`, columns `row_label`, `column_label` (categorical): the compared nuclei.
    square : bool
        Whether both sides speak the same canonical labels.
    n_rows_table, n_columns_table, n_both : int
        Nuclei each table labels, and both do.
    left_out : dict
        Nuclei in both that are not compared, by reason: `conflicting_duplicate`, `unmapped`,
        `ambiguous`, `filtered`.
    """

    rows: Table
    columns: Table
    level: Level
    frame: pd.DataFrame
    square: bool
    n_rows_table: int
    n_columns_table: int
    n_both: int
    left_out: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A matrix of counts with its metrics.

    Attributes
    ----------
    pairs : Pairs
    matrix : DataFrame
        Counts of nuclei; index the row table's labels, columns the column table's. A confusion
        matrix (the same labels on both axes) where `pairs.square`, else a contingency table.
    agreement, kappa, ari : float or None
        None where undefined.
    undefined : dict
        Why, by metric.
    """

    pairs: Pairs
    matrix: pd.DataFrame
    agreement: float | None
    kappa: float | None
    ari: float | None
    undefined: dict[str, str] = field(default_factory=dict)


def pair_labels(
    rows: tuple[Table, pd.DataFrame],
    columns: tuple[Table, pd.DataFrame],
    level: Level,
    *,
    keep_ambiguous: bool = True,
) -> Pairs:
    """Join two tables on the nucleus ID, never on the root ID.

    Parameters
    ----------
    rows, columns : (Table, DataFrame)
        A catalogue entry with its tidy frame.
    level : Level
        The level both are read at.
    keep_ambiguous : bool
        Whether labels whose mapping to the level is flagged ambiguous are compared.

    Raises
    ------
    DataError
        If one of the tables holds no labels.
    """
    for side in (rows, columns):
        _check_labelled(*side)
    left, right = nucleus_labels(rows[1], level), nucleus_labels(columns[1], level)
    shared, ambiguous = _shared(left, right)
    both = len(np.intersect1d(_all_nuclei(left), _all_nuclei(right), assume_unique=True))
    unmapped = shared.isna().any(axis=1).to_numpy()
    ambiguous &= ~unmapped & (not keep_ambiguous)
    reasons = (both - len(shared), int(unmapped.sum()), int(ambiguous.sum()), 0)
    return Pairs(
        rows=rows[0],
        columns=columns[0],
        level=level,
        frame=shared[~(unmapped | ambiguous)],
        square=level != "type" or rows[0].level == columns[0].level,
        n_rows_table=left.count,
        n_columns_table=right.count,
        n_both=both,
        left_out=dict(zip(REASONS, reasons, strict=True)),
    )


def measure_agreement(pairs: Pairs) -> Agreement:
    """Count the pairs and measure how far they agree.

    Cohen's kappa and the adjusted Rand index are scikit-learn's. In a contingency table the
    vocabularies differ, so agreement and kappa mean nothing there.
    """
    matrix = _matrix(pairs)
    first, second = pairs.frame["row_label"].astype(str), pairs.frame["column_label"].astype(str)
    undefined = dict.fromkeys(("ac1", "ami", "cramers_v"), LATER)
    if pairs.frame.empty:
        undefined |= dict.fromkeys(("agreement", "kappa", "ari"), "No nucleus has a label in both tables.")
        return Agreement(
            pairs=pairs, matrix=matrix, agreement=None, kappa=None, ari=None, undefined=undefined
        )
    agreement = kappa = None
    if pairs.square:
        agreement = float((first.to_numpy() == second.to_numpy()).mean())
        kappa = _kappa(matrix)
        if kappa is None:
            undefined["kappa"] = "All nuclei have one label, so chance alone would agree as well."
    else:
        undefined |= dict.fromkeys(("agreement", "kappa"), "The two tables speak different vocabularies.")
    codes = (pairs.frame["row_label"].cat.codes, pairs.frame["column_label"].cat.codes)
    ari = float(adjusted_rand_score(*codes))
    return Agreement(
        pairs=pairs, matrix=matrix, agreement=agreement, kappa=kappa, ari=ari, undefined=undefined
    )


def _check_labelled(table: Table, frame: pd.DataFrame) -> None:
    if "cell_type" not in frame:
        raise DataError(f"{table.title} holds no cell-type labels.", "Choose a table that labels nuclei.")


def _shared(left: NucleusLabels, right: NucleusLabels) -> tuple[pd.DataFrame, np.ndarray]:
    """Both labels of the nuclei that have one in each table, and whether a mapping is ambiguous."""
    shared = left.labels.index.intersection(right.labels.index)
    at_left, at_right = left.labels.index.get_indexer(shared), right.labels.index.get_indexer(shared)
    labels = {"row_label": left.labels.array[at_left], "column_label": right.labels.array[at_right]}
    return pd.DataFrame(labels, index=shared), left.ambiguous[at_left] | right.ambiguous[at_right]


def _all_nuclei(side: NucleusLabels) -> np.ndarray:
    return np.union1d(side.labels.index.to_numpy(), side.conflicting)


def _matrix(pairs: Pairs) -> pd.DataFrame:
    first, second = pairs.frame["row_label"], pairs.frame["column_label"]
    row_labels, column_labels = (
        list(side.cat.categories[np.unique(side.cat.codes)]) for side in (first, second)
    )
    if pairs.square:
        row_labels = column_labels = ordered(list({*row_labels, *column_labels}))
    rows = pd.Categorical(first, categories=row_labels).codes.astype(np.int64)
    columns = pd.Categorical(second, categories=column_labels).codes
    counts = np.bincount(rows * len(column_labels) + columns, minlength=len(row_labels) * len(column_labels))
    return pd.DataFrame(
        counts.reshape(len(row_labels), len(column_labels)),
        index=pd.Index(row_labels, name=pairs.rows.title),
        columns=pd.Index(column_labels, name=pairs.columns.title),
    )


def _kappa(matrix: pd.DataFrame) -> float | None:
    """Cohen's kappa of a square matrix: its squares weigh as many nuclei as they count."""
    if len(matrix) < 2:
        return None
    counts = matrix.to_numpy()
    rows, columns = np.indices(counts.shape)
    return float(cohen_kappa_score(rows.ravel(), columns.ravel(), sample_weight=counts.ravel()))
