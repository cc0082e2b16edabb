"""Rows as they leave the app: a Parquet file with its provenance, and a table for the page."""

import io
import json
import re
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from data.cache import METADATA_KEY

Rows: TypeAlias = pa.Table
"""Rows for display; panels name the type without importing Arrow."""
_FORMULA = re.compile(r"'*(?:\s*[=+\-@](?!\d*[.,]?\d*$)|[\t\r])")
"""The start of a text that a spreadsheet would run as a formula, or that reads as one guarded; no number."""


def id_columns(frame: pd.DataFrame) -> list[str]:
    """The columns of nucleus and root IDs, which exceed a browser's exact integers."""
    return [str(name) for name in frame.columns if str(name).endswith("_id") and name != "unit_id"]


def text_rows(frame: pd.DataFrame, mark: str = "") -> Rows:
    """Rows as a page sends them: IDs as text, no index.

    Ten times as fast and small as text in pandas. Labels are plain text too, since the server cannot sort
    categories.

    Parameters
    ----------
    frame : DataFrame
    mark : str
        Name of a last column that is true in every row; "" for none.
    """
    rows = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    ids = id_columns(frame)
    for place, column in enumerate(rows.schema):
        if column.name in ids or pa.types.is_dictionary(column.type):
            rows = rows.set_column(place, column.name, rows[place].cast(pa.string()))
    return rows.append_column(mark, pa.array(np.ones(len(frame), dtype=bool))) if mark else rows


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would run as a formula; for CSV files."""

    def safe(word: object) -> object:
        return f"'{word}" if isinstance(word, str) and _FORMULA.match(word) else word

    kept = frame.rename(columns=safe)
    for place, (_, column) in enumerate(frame.items()):
        if isinstance(column.dtype, pd.CategoricalDtype):
            kept.isetitem(place, column.cat.rename_categories(safe).array)
        elif not pd.api.types.is_numeric_dtype(column.dtype):
            unsafe = {word: f"'{word}" for word in column.unique() if safe(word) is not word}
            if unsafe:
                kept.isetitem(place, column.replace(unsafe).array)
    return kept


def with_formula(word: str) -> str:
    """Take the apostrophe away that `without_formulas` put before a text."""
    return word[1:] if word.startswith("'") and _FORMULA.match(word[1:]) else word


def parquet_bytes(frame: pd.DataFrame, record: dict[str, Any]) -> bytes:
    """Write a frame as Parquet.

    Parameters
    ----------
    frame : DataFrame
        Without its index; IDs as integers.
    record : dict
        Provenance, kept as JSON in the file's metadata under `microns_cell_types`.
    """
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    metadata = {**(rows.schema.metadata or {}), METADATA_KEY: json.dumps(record, ensure_ascii=False).encode()}
    file = io.BytesIO()
    parquet.write_table(rows.replace_schema_metadata(metadata), file, compression="zstd")
    return file.getvalue()
