"""Rows as a file that says where they are from."""

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

METADATA_KEY = b"microns_cell_types"


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
