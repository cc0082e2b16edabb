"""What rows lack of their nuclei, from the detections: positions and root IDs, or the nuclei themselves."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.spatial import KDTree

from data.catalog import CATALOG
from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import of_nuclei, plural
from data.tables.columns import SPLIT, explain_missing, missing_columns
from data.tables.odd_rows import is_missing, with_row_numbers
from data.tables.positions import in_voxels, read_positions
from data.tables.raw import Raw
from data.tables.schema import POSITION, tidy
from data.tables.values import read_id_column, read_truth
from data.volume import VOLUME
from data.volume.space import oriented_um

DETECTIONS = CATALOG.detections
PLACE = ("pt_position", *SPLIT)
MERGED = ("pt_root_id", "volume", *PLACE)
"""Columns of the detections that caveclient merges in, as far as the tidy frame needs them."""


def with_nuclei(
    raw: Raw, names: Sequence[str], table: Table, read_detections: Callable[[], Raw | None]
) -> Raw:
    """Rows with positions: as they are, or with the detections merged in where they were exported without.

    Parameters
    ----------
    raw : Raw
        A table's rows.
    names : sequence of str
        All columns of the file.
    table : Table
        Its catalogue entry.
    read_detections : callable
        Reads the detections of the same release from beside the table; None where there are none.

    Raises
    ------
    BadTable
        If a column is missing that the detections cannot give.
    """
    missing = missing_columns(names, table)
    if not missing:
        return raw
    lacking = explain_missing(missing, names, table)
    if missing != ["pt_position"] or table.reference != VOLUME.detections:
        raise lacking
    try:
        detected = read_detections()
        if detected is None:
            raise lacking
        tidy(detected.rows, DETECTIONS)  # an error in their columns names them
    except BadTable as error:
        if error is lacking:
            raise
        problem = f"{lacking.problem} {VOLUME.detections} beside it cannot be read: {error.problem}"
        raise BadTable(problem, error.remedy) from error
    rows, notes = merge_nuclei(raw.rows, table, detected.rows, DETECTIONS)
    assumptions = (*raw.assumptions, *detected.assumptions, *notes)
    return replace(raw, rows=rows, assumptions=assumptions, position_nm=detected.position_nm)


def name_nuclei(raw: Raw, table: Table, detected: pd.DataFrame) -> Raw:
    """Rows of a table of points, with the nucleus at each in the column `id`.

    Parameters
    ----------
    raw : Raw
        Its rows; `id` is their own number.
    table : Table
        A table whose rows name a point.
    detected : DataFrame
        The tidy detections of the same release.

    Raises
    ------
    BadTable
        If no row lies at a nucleus.
    """
    # Two neurons' centres are at least `neurons_apart_um` apart, so within half of it no other is nearer.
    within = VOLUME.neurons_apart_um / 2
    points = oriented_um(
        in_voxels(read_positions(raw.rows, "pt_position", table), raw.position_nm or VOLUME.voxel_nm)
    )
    distance, nearest = KDTree(detected[[*POSITION]].to_numpy(np.float64)).query(points)
    at_centre = distance <= within
    if not at_centre.any():
        problem = f"None of the {plural(len(points), 'row')} of {table.name} lies at the centre of a nucleus."
        raise BadTable(problem, "Check that its positions are in this volume, in voxels.")
    nuclei = pa.array(detected["nucleus_id"].to_numpy()[nearest])
    rows = raw.rows.drop_columns([name for name in ("id",) if name in raw.rows.column_names])
    rows = rows.append_column("id", nuclei)
    notes = [f"Nuclei are those whose centres lie within {within:.2f} µm of the rows' points."]
    if not at_centre.all():
        left_out = plural(
            int((~at_centre).sum()), "row lies at no nucleus and was", "rows lie at no nucleus and were"
        )
        notes.append(f"{left_out} left out.")
        rows = with_row_numbers(rows, pa.array(at_centre))
    return replace(raw, rows=rows, notes=(*raw.notes, *notes))


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
    partial = [name for name in PLACE if name in rows.column_names]
    rows = rows.drop_columns(partial)  # two axes in one unit and the third in another make no position
    order = np.argsort(nuclei.fill_null(0).to_numpy(), kind="stable")
    ids = wanted.fill_null(0).to_numpy()
    sorted_nuclei = nuclei.fill_null(0).to_numpy()[order]
    places = np.searchsorted(sorted_nuclei, ids)
    found = np.append(sorted_nuclei, 0)[places] == ids
    if not found.any():
        raise BadTable(
            f"{table.name} has no positions, and none of its {of_nuclei(len(np.unique(ids)))} is in "
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
