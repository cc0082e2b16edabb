"""A square of a matrix as a selection: in words where there are any that mean the same nuclei."""

import numpy as np

from components.analysis.comparison.agreement import Pairs
from components.analysis.labels.nucleus_table import COREGISTERED
from components.analysis.selection.kinds import Covered, Filtered, MatrixCell, Selection, subtract


def cell_nuclei(pairs: Pairs, row: str, column: str) -> np.ndarray:
    """Nuclei of one square among the compared: int64, sorted."""
    here = (pairs.frame["row_label"] == row) & (pairs.frame["column_label"] == column)
    return np.sort(pairs.frame.index[here.to_numpy()].to_numpy(dtype=np.int64))


def cell_recipe(pairs: Pairs, row: str, column: str) -> Selection | None:
    """Say a square by its tables and labels; None where no recipe can.

    A table of units has no labels of its own: a square of it is what the other table calls so, less what
    is not (or is) coregistered. Filters are not said: compare the nuclei with `cell_nuclei`.
    """
    if "units" not in (pairs.rows.kind, pairs.columns.kind):
        return MatrixCell(pairs.rows.name, pairs.columns.name, pairs.level, row, column)
    if pairs.rows.kind == pairs.columns.kind:
        return None
    units, other = (pairs.rows, pairs.columns) if pairs.rows.kind == "units" else (pairs.columns, pairs.rows)
    held, label = (row, column) if units is pairs.rows else (column, row)
    called = Filtered(other.name, (label,), level=pairs.level)
    if held == COREGISTERED:
        return subtract(called, Covered(inside=(other.name,), outside=(units.name,)))
    return subtract(called, Filtered(units.name))


def margin_in_words(pairs: Pairs, label: str, *, of_rows: bool) -> Selection | None:
    """Say what one table calls `label` and the other does not hold; None for a table of units."""
    here, there = (pairs.rows, pairs.columns) if of_rows else (pairs.columns, pairs.rows)
    if "units" in (here.kind, there.kind):
        return None
    return subtract(Filtered(here.name, (label,), level=pairs.level), Filtered(there.name))
