"""Rows that make a table unreadable, named so that they can be found in the file."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

ROW = "row_of_source"
"""Column with each row's number in the source, from 1, once rows have been dropped."""
COUNTED = "Rows count from 1, without a header."
FEW = 3


def with_row_numbers(raw: pa.Table, keep: pa.ChunkedArray) -> pa.Table:
    """Drop rows; the others keep their row number in the source."""
    if ROW in raw.column_names:
        return raw.filter(keep)
    numbered = raw.append_column(ROW, pa.array(np.arange(1, raw.num_rows + 1)))
    return numbered.filter(keep)


def name_rows(raw: pa.Table, odd: NDArray[np.bool_], column: str, word: str) -> str:
    """Name the first few of the odd rows.

    Parameters
    ----------
    raw : pyarrow.Table
        Raw rows.
    odd : bool array
        Which rows are odd, at least one.
    column, word : str
        The column whose value follows a row's number, and its name for the reader; a missing value is left
        out.

    Returns
    -------
    str
        Such as ``row 5 (nucleus 12), row 9 (nucleus 31) and 4 more``.
    """
    places = np.flatnonzero(odd)
    few = pa.array(places[:FEW])
    rows = raw[ROW].take(few).to_pylist() if ROW in raw.column_names else (places[:FEW] + 1).tolist()
    values = raw[column].take(few).to_pylist() if column in raw.column_names else [None] * len(rows)
    named = [
        f"row {row}" + ("" if value is None else f" ({word} {value})")
        for row, value in zip(rows, values, strict=True)
    ]
    more = len(places) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def is_missing(column: pa.Array) -> NDArray[np.bool_]:
    """Which values are missing."""
    return np.asarray(pc.is_null(column).to_numpy(zero_copy_only=False), dtype=bool)
