"""What only one of two tables labels, as a margin of their matrix."""

import numpy as np
import pandas as pd

from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.axes import Side
from components.analysis.labels.levels import NucleusLabels, nucleus_labels
from data.catalog.entry import Table


def with_margins(result: Agreement, rows: Side, columns: Side) -> pd.DataFrame:
    """Add to a matrix the nuclei that only one of its tables holds, by their label there.

    Parameters
    ----------
    result : Agreement
        Of the two tables, whole.
    rows, columns : Side
        The same tables.

    Returns
    -------
    DataFrame
        The matrix with one more row, `not in …` the row table, and one more column, `not in …` the column
        table; labels that occur only there are added. Nuclei without a label at the level stand in neither.
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
    """The margin's words."""
    return f"not in {table.title}"


def _only(here: NucleusLabels, there: NucleusLabels) -> "pd.Series[int]":
    """Count by label the nuclei that the other table does not hold, under conflicting labels neither."""
    absent = ~here.labels.index.isin(there.labels.index) & ~here.labels.index.isin(there.conflicting)
    counts = here.labels[absent].value_counts()
    return counts[counts > 0].rename(index=str)
