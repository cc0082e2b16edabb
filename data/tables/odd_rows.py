"""Rows that a table cannot be read for, named so that whoever has the file finds them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

ROW = "row_of_source"
"""Column that keeps each row's number, from 1, where rows before it have been left out."""
COUNTED = "Rows count from 1, without a header."
FEW = 3


def with_row_numbers(raw: pa.Table, keep: pa.ChunkedArray) -> pa.Table:
    """Leave rows out; those that stay keep the number that they had in the source."""
    numbered = raw.append_column(ROW, pa.array(np.arange(1, raw.num_rows + 1)))
    return numbered.filter(keep)


def name_rows(raw: pa.Table, odd: NDArray[np.bool_], column: str, word: str) -> str:
    """Name the first rows of some.

    Parameters
    ----------
    raw : pyarrow.Table
        Raw rows.
    odd : bool array
        Which of them are meant, one at least.
    column, word : str
        Whose value stands beside a row's number, and what it is called; left out where it is missing.

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


def of_rows(n: int, one: str, many: str) -> str:
    """Say how many rows do something: ``1 row has``, ``2 rows have``."""
    return f"{n:,} row {one}" if n == 1 else f"{n:,} rows {many}"


def is_missing(column: pa.Array) -> NDArray[np.bool_]:
    """Which values are missing."""
    return np.asarray(pc.is_null(column).to_numpy(zero_copy_only=False), dtype=bool)
