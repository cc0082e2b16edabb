"""Rows in the forms in which they leave the app: a file that says where they are from, a list to look at."""

import io
import json
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from data.cache import METADATA_KEY

Rows: TypeAlias = pa.Table
"""Rows to look at; the pages' panels name them without knowing Arrow."""


def id_columns(frame: pd.DataFrame) -> list[str]:
    """Name the columns that hold IDs of nuclei and roots, which a browser's numbers are too short for."""
    return [str(name) for name in frame.columns if str(name).endswith("_id") and name != "unit_id"]


def text_rows(frame: pd.DataFrame, mark: str = "") -> Rows:
    """Write many rows as a page sends them: IDs as text, no index.

    A tenth of the time that text in pandas takes, and of its memory. Labels are plain text too: what is
    sent as categories cannot be sorted by the server.

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


def parquet_bytes(frame: pd.DataFrame, record: dict[str, Any]) -> bytes:
    """Write a frame as Parquet.

    Parameters
    ----------
    frame : DataFrame
        Without its index; IDs as integers.
    record : dict
        Where the rows are from: kept as JSON in the file's metadata under `microns_cell_types`.
    """
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    told = {**(rows.schema.metadata or {}), METADATA_KEY: json.dumps(record, ensure_ascii=False).encode()}
    file = io.BytesIO()
    parquet.write_table(rows.replace_schema_metadata(told), file, compression="zstd")
    return file.getvalue()
