"""How far two tables agree on the nuclei that both label: pairs, matrix, metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.axes import AxisTable, labels_of_axis, read_axis_table, share_labels
from components.analysis.comparison.metrics import measure_counts
from components.analysis.labels.levels import NucleusLabels
from data.catalog.entry import Table
from data.labels.crosswalk import ordered
from data.labels.entry import Level

REASONS = ("conflicting_duplicate", "unmapped", "ambiguous", "filtered")
"""Why a nucleus in both tables is not compared; each counts once, under the first reason that holds."""


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
        Whether both tables have the same canonical labels.
    n_rows_table, n_columns_table, n_both : int
        Nuclei that each table labels, and that both do.
    left_out : dict
        Nuclei in both that are not compared, by the first reason that holds: `conflicting_duplicate` (two
        labels in one table), `unmapped` (a label without a counterpart at the level), `ambiguous` (where
        these are switched off), `filtered` (not asked for). A filter thus changes no other count.
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

    @property
    def key(self) -> tuple[object, ...]:
        """Identifies the pairs among all pairs of the same loaded tables and filters."""
        return self.rows.name, self.columns.name, self.level, *self.left_out.values()


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A matrix of counts with its metrics.

    Attributes
    ----------
    pairs : Pairs
    matrix : DataFrame
        Counts of nuclei; index the row table's labels, columns the column table's. A confusion
        matrix (the same labels on both axes) where `pairs.square`, else a contingency table.
    agreement, kappa, ac1, ari, ami, cramers_v : float or None
        As in `components.analysis.comparison.metrics`; None where undefined.
    undefined : dict
        Why, by metric.
    """

    pairs: Pairs
    matrix: pd.DataFrame
    agreement: float | None
    kappa: float | None
    ac1: float | None
    ari: float | None
    ami: float | None
    cramers_v: float | None
    undefined: dict[str, str] = field(default_factory=dict)


def pair_labels(
    rows: AxisTable,
    columns: AxisTable,
    level: Level,
    *,
    keep_ambiguous: bool = True,
    within: NDArray[np.int64] | None = None,
) -> Pairs:
    """Join two tables on the nucleus ID, never on the root ID.

    Parameters
    ----------
    rows, columns : axis table
        The two tables.
    level : Level
        The level of both; whether a nucleus is coregistered is the same at every level.
    keep_ambiguous : bool
        Whether to compare labels with an ambiguous mapping to the level.
    within : int64 array, optional
        The nuclei asked for, sorted and unique; the others count as `filtered`.

    Raises
    ------
    DataError
        If one of the tables holds no labels.
    """
    left, right = (
        (table, labels_of_axis(table, read_axis_table(table, frame), level))
        for table, frame in (rows, columns)
    )
    return pair_labelled(left, right, level, keep_ambiguous=keep_ambiguous, within=within)


def pair_labelled(
    rows: tuple[Table, NucleusLabels],
    columns: tuple[Table, NucleusLabels],
    level: Level,
    *,
    keep_ambiguous: bool = True,
    within: NDArray[np.int64] | None = None,
) -> Pairs:
    """Join two tables whose labels at `level` are known, as `pair_labels` does."""
    (row_table, left), (column_table, right) = rows, columns
    ids = left.labels.index.to_numpy()
    at_left, at_right = _places_of_shared(ids, right.labels.index.to_numpy())
    first, second = left.labels.array[at_left], right.labels.array[at_right]
    unmapped = (first.codes < 0) | (second.codes < 0)
    ambiguous = (left.ambiguous[at_left] | right.ambiguous[at_right]) & (not keep_ambiguous)
    compared, counts = _first_reasons([unmapped, ambiguous, _outside(ids[at_left], within)])
    conflicting = _count_conflicting(left, right)
    return Pairs(
        rows=row_table,
        columns=column_table,
        level=level,
        frame=pd.DataFrame(
            {"row_label": first[compared], "column_label": second[compared]},
            index=left.labels.index[at_left[compared]],
        ),
        square=share_labels(row_table, column_table, level),
        n_rows_table=left.count,
        n_columns_table=right.count,
        n_both=len(at_left) + conflicting,
        left_out=dict(zip(REASONS, (conflicting, *counts), strict=True)),
    )


def cell_nuclei(pairs: Pairs, row: str, column: str) -> NDArray[np.int64]:
    """Find the compared nuclei of one matrix cell, sorted."""
    inside = (pairs.frame["row_label"] == row) & (pairs.frame["column_label"] == column)
    return np.sort(pairs.frame.index[inside.to_numpy()].to_numpy(dtype=np.int64))


def measure_agreement(pairs: Pairs) -> Agreement:
    """Count the pairs in a matrix and compute its metrics.

    In a contingency table the vocabularies differ, so agreement, kappa and AC1 mean nothing there.
    """
    matrix = _matrix(pairs)
    values, undefined = measure_counts(matrix.to_numpy(), square=pairs.square)
    return Agreement(pairs=pairs, matrix=matrix, **values, undefined=undefined)


def _places_of_shared(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the shared IDs in each array; both are sorted and unique."""
    if len(first) > len(second):
        at_second, at_first = _places_of_shared(second, first)
        return at_first, at_second
    at = np.searchsorted(second, first)
    shared = at < len(second)
    shared[shared] = second[at[shared]] == first[shared]
    return np.flatnonzero(shared), at[shared]


def _count_conflicting(left: NucleusLabels, right: NucleusLabels) -> int:
    """Number of nuclei in both tables with conflicting labels in at least one."""
    left_ids, right_ids = left.labels.index.to_numpy(), right.labels.index.to_numpy()
    parts = (
        (left.conflicting, right_ids),
        (left_ids, right.conflicting),
        (left.conflicting, right.conflicting),
    )
    return sum(len(_places_of_shared(*part)[0]) for part in parts)


def _outside(nuclei: np.ndarray, within: NDArray[np.int64] | None) -> np.ndarray:
    """Which nuclei were not asked for."""
    outside = np.full(len(nuclei), within is not None)
    if within is not None:
        outside[_places_of_shared(nuclei, within)[0]] = False
    return outside


def _first_reasons(reasons: Sequence[np.ndarray]) -> tuple[np.ndarray, list[int]]:
    """Which nuclei no reason leaves out, and the nuclei that each reason is the first to leave out."""
    kept = np.ones(len(reasons[0]), dtype=bool)
    counts = []
    for reason in reasons:
        counts.append(int(np.count_nonzero(reason & kept)))
        kept &= ~reason
    return kept, counts


def _matrix(pairs: Pairs) -> pd.DataFrame:
    first, second = pairs.frame["row_label"].array, pairs.frame["column_label"].array
    shape = (len(first.categories), len(second.categories))
    cells = first.codes.astype(np.int64) * shape[1] + second.codes
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    in_rows, in_columns = counts.any(axis=1), counts.any(axis=0)
    matrix = pd.DataFrame(
        counts[in_rows][:, in_columns],
        index=first.categories[in_rows].rename(pairs.rows.title),
        columns=second.categories[in_columns].rename(pairs.columns.title),
    )
    if not pairs.square:
        return matrix
    labels = ordered({*matrix.index, *matrix.columns})
    return matrix.reindex(index=labels, columns=labels, fill_value=0)
