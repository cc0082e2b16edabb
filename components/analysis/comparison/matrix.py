"""Reorder a matrix, pool its rare labels, or add margins."""

from typing import Literal

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist

from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.axes import AxisTable
from components.analysis.labels.levels import NucleusLabels, nucleus_labels
from data.catalog.entry import Table
from data.labels.crosswalk import ordered

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
    if order == "similarity":
        rows, columns = _similar(matrix), _similar(matrix.T)
    elif order == "size":
        rows, columns = _by_size(matrix.sum(axis=1)), _by_size(matrix.sum(axis=0))
    else:
        rows, columns = ordered([*matrix.index]), ordered([*matrix.columns])
    if square:
        both = matrix + matrix.T
        rows = columns = (
            _similar(both) if order == "similarity" else _by_size(both.sum()) if order == "size" else rows
        )
    return matrix.loc[rows, columns]


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
    pooled = _pooled(_pooled(matrix, kept[0]).T, kept[1]).T
    pooled.index.name, pooled.columns.name = matrix.index.name, matrix.columns.name
    return pooled


def arranged(whole: pd.DataFrame, order: Order, most: int, *, square: bool) -> pd.DataFrame:
    """Reorder and pool a matrix whose last row and column are margins, which stay last.

    Parameters
    ----------
    whole : DataFrame
        As `analysis.comparison.matrix.with_margins` gives it.
    order : Order
    most : int
        Labels to keep on each axis; 0 for all.
    square : bool
    """
    inner = ordered_matrix(whole.iloc[:-1, :-1], order, square=square)
    below, beside = whole.index[-1], whole.columns[-1]
    whole = whole.loc[[*inner.index, below], [*inner.columns, beside]]
    if not most:
        return whole
    kept = pooled_matrix(inner, most, square=square)
    rows, columns = ([str(name) for name in labels if name != OTHER] for labels in (kept.index, kept.columns))
    pooled = _rest_added(_rest_added(whole, rows, str(below)).T, columns, str(beside)).T
    pooled.index.name, pooled.columns.name = whole.index.name, whole.columns.name
    return pooled


def _rest_added(matrix: pd.DataFrame, kept: list[str], last: str) -> pd.DataFrame:
    rest = matrix.drop(index=[*kept, last])
    parts = [matrix.loc[kept], rest.sum(axis=0).to_frame(OTHER).T] if len(rest) else [matrix.loc[kept]]
    return pd.concat([*parts, matrix.loc[[last]]])


def _pooled(matrix: pd.DataFrame, kept: list[str]) -> pd.DataFrame:
    rest = matrix.drop(index=kept)
    if rest.empty:
        return matrix
    return pd.concat([matrix.loc[kept], rest.sum(axis=0).to_frame(OTHER).T])


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
    level = result.pairs.level
    left, right = (
        nucleus_labels(frame, "type" if table.kind == "units" else level) for table, frame in (rows, columns)
    )
    only_rows, only_columns = _only(left, right), _only(right, left)
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


def _only(own: NucleusLabels, other: NucleusLabels) -> "pd.Series[int]":
    """Count by label the nuclei that the other table lacks, conflicting ones left out."""
    absent = ~own.labels.index.isin(other.labels.index) & ~own.labels.index.isin(other.conflicting)
    counts = own.labels[absent].value_counts()
    return counts[counts > 0].rename(index=str)
