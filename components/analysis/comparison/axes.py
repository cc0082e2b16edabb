"""What may stand on an axis of a matrix: a table of labels, or whether a nucleus is coregistered."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from components.analysis.labels.counts import find_denominator
from components.analysis.labels.levels import NucleusLabels, Reading, read_once
from components.analysis.labels.nucleus_table import COREGISTERED
from data.catalog.entry import Table
from data.errors import DataError
from data.labels.entry import Level
from data.loader import LabelTable

NOT_COREGISTERED = "not coregistered"
"""Stands for a nucleus of which a table of functional units holds none."""

AxisTable = tuple[Table, pd.DataFrame]
"""A catalogue entry with its tidy frame; for functional units the frame of `coregistered_labels`."""


def axis_tables(loaded: Mapping[str, LabelTable]) -> dict[str, AxisTable]:
    """Make a side of each table that can be one, by name: those of labels and those of functional units.

    Coregistered or not is said of every nucleus of the denominator that `find_denominator` finds in the
    tables given.
    """
    frames = {name: one.frame for name, one in loaded.items()}
    units = {name for name, one in loaded.items() if one.table.kind == "units"}
    denominator = find_denominator(frames).nuclei if units else np.array([], dtype=np.int64)
    return {
        name: (one.table, coregistered_labels(one.frame, denominator) if name in units else one.frame)
        for name, one in loaded.items()
        if name in units or "cell_type" in one.frame
    }


def coregistered_labels(frame: pd.DataFrame, denominator_ids: ArrayLike) -> pd.DataFrame:
    """Say of each nucleus of a denominator whether a table of functional units holds it.

    Parameters
    ----------
    frame : DataFrame
        The tidy frame of the units; a nucleus with several units is one.
    denominator_ids : array of int64
        The nuclei asked about.

    Returns
    -------
    DataFrame
        `nucleus_id` (sorted, unique) and `cell_type`: "coregistered" or "not coregistered". With the
        table's entry it is a side for `pair_labels`.
    """
    nuclei = np.sort(np.asarray(denominator_ids, dtype=np.int64))
    # Not np.unique: it hashes whole numbers, which takes a hundred times as long where they are in order.
    nuclei = nuclei[np.diff(nuclei, prepend=-1) != 0]
    held = np.isin(nuclei, frame["nucleus_id"].to_numpy())
    words = pd.Index([COREGISTERED, NOT_COREGISTERED])
    labels = pd.Categorical.from_codes(np.where(held, 0, 1), words)  # type: ignore[arg-type]  # as in levels.py
    return pd.DataFrame({"nucleus_id": nuclei, "cell_type": labels})


def read_axis_table(table: Table, frame: pd.DataFrame) -> Reading:
    """Read a table, to be paired at any level.

    Raises
    ------
    DataError
        If the table holds no labels.
    """
    if "cell_type" not in frame:
        raise DataError(f"{table.title} holds no cell-type labels.", "Choose a table that labels nuclei.")
    return read_once(frame)


def labels_of_axis(table: Table, reading: Reading, level: Level) -> NucleusLabels:
    """The labels of a side at a level; whether a nucleus is coregistered is the same at every level."""
    return reading.at("type" if table.kind == "units" else level)


def share_labels(rows: Table, columns: Table, level: Level) -> bool:
    """Whether both sides speak the same labels at a level, so that their matrix is square."""
    if "units" in (rows.kind, columns.kind):
        return rows.kind == columns.kind
    return level != "type" or rows.level == columns.level
