"""Positions and root IDs from the detections, for a table that was exported without its nuclei."""

import numpy as np
import pyarrow as pa

from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import plural
from data.tables.columns import SPLIT
from data.tables.odd_rows import is_missing, with_row_numbers
from data.tables.values import read_id_column, read_truth
from data.volume import VOLUME

POSITION = ("pt_position", *SPLIT)
MERGED = ("pt_root_id", "volume", *POSITION)
"""Columns of the detections that caveclient merges in, as far as the tidy frame needs them."""


def merge_nuclei(
    rows: pa.Table, table: Table, detections: pa.Table, detection_table: Table
) -> tuple[pa.Table, tuple[str, ...]]:
    """Merge the detections in as caveclient does: rows whose nucleus is not a valid detection are left out.

    Parameters
    ----------
    rows : pyarrow.Table
        Raw rows without positions.
    table : Table
        Their catalogue entry.
    detections : pyarrow.Table
        Raw rows of the detections.
    detection_table : Table
        Their entry.

    Returns
    -------
    pyarrow.Table, tuple of str
        The raw rows, and notes on where the columns come from and which rows were left out.

    Raises
    ------
    BadTable
        If IDs cannot be read, or no nucleus is a detection.
    """
    if "valid" in detections.column_names:
        detections = detections.filter(pa.array(read_truth(detections, "valid")[0]))
    nuclei = read_id_column(detections, detection_table.id_column, detection_table)
    wanted = read_id_column(rows, table.id_column, table)
    partial = [name for name in POSITION if name in rows.column_names]
    rows = rows.drop_columns(partial)  # two axes in one unit and the third in another make no position
    order = np.argsort(nuclei.fill_null(0).to_numpy(), kind="stable")
    ids = wanted.fill_null(0).to_numpy()
    sorted_nuclei = nuclei.fill_null(0).to_numpy()[order]
    places = np.searchsorted(sorted_nuclei, ids)
    found = np.append(sorted_nuclei, 0)[places] == ids
    if not found.any():
        raise BadTable(
            f"{table.name} has no positions, and none of its {len(np.unique(ids)):,} nuclei is in "
            f"{VOLUME.detections} beside it.",
            f"Put {VOLUME.detections} of the same release beside it, or query the table with "
            "merge_reference=True.",
        )
    columns = [name for name in MERGED if name in detections.column_names and name not in rows.column_names]
    taken = pa.array(np.append(order, 0)[places], mask=~found)
    for name in columns:
        rows = rows.append_column(name, detections[name].combine_chunks().take(taken))
    notes = [f"{', '.join(columns)} are taken from {VOLUME.detections} beside it."]
    if partial:
        notes.append(f"{', '.join(partial)} of the file are not read: an axis is missing.")
    left_out = ~found & ~is_missing(wanted)
    if left_out.any():
        what = plural(int(left_out.sum()), "row was", "rows were")
        notes.append(f"{what} left out, because the nucleus is not in {VOLUME.detections}.")
        rows = with_row_numbers(rows, pa.array(~left_out))
    return rows, tuple(notes)
