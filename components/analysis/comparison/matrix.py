"""Reorder a matrix, pool its rare labels, fold its empty ones, or add margins."""

from collections.abc import Callable, Collection
from typing import Literal

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist

from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.axes import AxisTable, axis_labels
from components.analysis.labels.levels import NucleusLabels
from data.catalog.entry import Table
from data.labels.crosswalk import ordered
from data.labels.entry import Level

Order = Literal["depth", "size", "similarity"]
OTHER = "other labels"
"""Stands for the labels that are pooled."""


def ordered_matrix(matrix: pd.DataFrame, order: Order, *, square: bool) -> pd.DataFrame:
    """Reorder the rows and columns of a matrix.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei.
    order : Order
        `depth`: the labels' order of display; `size`: most nuclei first; `similarity`: similar labels side
        by side (average linkage of the shares, scipy's optimal leaf ordering).
    square : bool
        Whether both axes have the same labels, and so get the same order.
    """
    rows, columns = (matrix + matrix.T,) * 2 if square else (matrix, matrix.T)
    return matrix.loc[ROW_ORDERS[order](rows), ROW_ORDERS[order](columns)]


def pooled_matrix(matrix: pd.DataFrame, most: int, *, square: bool) -> pd.DataFrame:
    """Keep the labels with most nuclei on each axis and pool the rest as `OTHER`, last.

    Parameters
    ----------
    matrix : DataFrame
    most : int
        Labels to keep on each axis.
    square : bool
        Keep the same labels on both.
    """
    rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
    if square:
        rows = columns = rows + columns
    kept = [[label for label in axis.index if label in {*_by_size(axis)[:most]}] for axis in (rows, columns)]
    return _pooled(_pooled(matrix, kept[0]).T, kept[1]).T


def arranged(whole: pd.DataFrame, order: Order, most: int, *, square: bool) -> pd.DataFrame:
    """Reorder and pool a matrix whose last row and column are margins, which stay last.

    Parameters
    ----------
    whole : DataFrame
        As `with_margins` gives it.
    order : Order
    most : int
        Labels to keep on each axis; 0 for all.
    square : bool
    """
    below, beside = whole.index[-1], whole.columns[-1]
    inner = ordered_matrix(whole.iloc[:-1, :-1], order, square=square)
    whole = whole.loc[[*inner.index, below], [*inner.columns, beside]]
    if not most:
        return whole
    kept = pooled_matrix(inner, most, square=square).drop(index=OTHER, columns=OTHER, errors="ignore")
    return _pooled(_pooled(whole, [*kept.index], below).T, [*kept.columns], beside).T


def filled_matrix(result: Agreement) -> pd.DataFrame:
    """Add the labels of both tables that none of the nuclei compared has, as empty rows and columns."""
    pairs, matrix = result.pairs, result.matrix
    rows, columns = (
        [*dict.fromkeys([*axis, *map(str, pairs.frame[name].cat.categories)])]
        for axis, name in ((matrix.index, "row_label"), (matrix.columns, "column_label"))
    )
    if pairs.square:
        rows = columns = [*dict.fromkeys([*rows, *columns])]
    filled = matrix.reindex(index=rows, columns=columns, fill_value=0)
    return filled.rename_axis(index=str(matrix.index.name), columns=str(matrix.columns.name))


def folded_matrix(matrix: pd.DataFrame, margins: Collection[str] = ()) -> pd.DataFrame:
    """Drop the rows and the columns without a nucleus, but no margin; each axis loses its own."""
    rows, columns = (
        counted | axis.isin([*margins])
        for counted, axis in ((matrix.any(axis=1), matrix.index), (matrix.any(axis=0), matrix.columns))
    )
    return matrix.loc[rows, columns]


def _pooled(matrix: pd.DataFrame, kept: list[str], *margin: str) -> pd.DataFrame:
    """Sum the rows that are neither kept nor a margin as `OTHER`, behind those kept."""
    shown = matrix.index.where(matrix.index.isin([*kept, *margin]), OTHER)
    order = [label for label in (*kept, OTHER, *margin) if label in shown]
    return matrix.groupby(shown.rename(matrix.index.name)).sum().loc[order]


def _by_size(totals: "pd.Series[int]") -> list[str]:
    return [str(label) for label in totals.sort_values(ascending=False, kind="stable").index]


def _similar(matrix: pd.DataFrame) -> list[str]:
    """Order rows so that neighbours have similar shares."""
    labels = [str(label) for label in matrix.index]
    if len(labels) < 3:
        return labels
    counts = matrix.to_numpy(dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    distances = pdist(shares)
    leaves = optimal_leaf_ordering(linkage(distances, "average"), distances)
    return [labels[k] for k in leaves_list(leaves)]


ROW_ORDERS: dict[Order, Callable[[pd.DataFrame], list[str]]] = {
    "depth": lambda matrix: ordered([*matrix.index]),
    "size": lambda matrix: _by_size(matrix.sum(axis=1)),
    "similarity": _similar,
}
"""The labels of a matrix's rows in each order."""


def with_margins(result: Agreement, rows: AxisTable, columns: AxisTable) -> pd.DataFrame:
    """Add to a matrix the nuclei that only one table holds, by their label there.

    Parameters
    ----------
    result : Agreement
        Of the two tables, unfiltered.
    rows, columns : axis table
        The same tables.

    Returns
    -------
    DataFrame
        The matrix with one more row, `not in …` the row table, and one more column, `not in …` the column
        table, with labels that occur only there. Nuclei unmapped at the level are in neither.
    """
    only_rows, only_columns = (
        labels.value_counts().loc[lambda counts: counts > 0].rename(index=str)
        for labels in margin_labels(rows, columns, result.pairs.level)
    )
    matrix = result.matrix
    row_labels = [*dict.fromkeys([*matrix.index, *only_rows.index])]
    column_labels = [*dict.fromkeys([*matrix.columns, *only_columns.index])]
    if result.pairs.square:
        row_labels = column_labels = [*dict.fromkeys([*row_labels, *column_labels])]
    whole = matrix.reindex(index=row_labels, columns=column_labels, fill_value=0)
    whole[absent_from(columns[0])] = only_rows.reindex(row_labels, fill_value=0)
    whole.loc[absent_from(rows[0])] = [*only_columns.reindex(column_labels, fill_value=0), 0]
    whole.index.name, whole.columns.name = matrix.index.name, matrix.columns.name
    return whole.astype(np.int64)


def absent_from(table: Table) -> str:
    """The name of the margin for nuclei that a table lacks."""
    return f"not in {table.title}"


def margin_labels(rows: AxisTable, columns: AxisTable, level: Level) -> tuple[pd.Series, pd.Series]:
    """Give the labels of the nuclei that only the first table holds, and only the second, by nucleus.

    Conflicting nuclei are left out; a label without a counterpart at the level is missing.
    """
    left, right = (axis_labels(table, frame, level) for table, frame in (rows, columns))
    return _only(left, right), _only(right, left)


def _only(own: NucleusLabels, other: NucleusLabels) -> pd.Series:
    absent = ~own.labels.index.isin(other.labels.index) & ~own.labels.index.isin(other.conflicting)
    return own.labels[absent]
