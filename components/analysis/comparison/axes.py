"""The two tables of a matrix: their labels or coregistration, and how one was made from the other."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from components.analysis.labels.counts import find_denominator
from components.analysis.labels.ids import NO_IDS, each_once
from components.analysis.labels.levels import NucleusLabels, Reading, known_reading
from components.analysis.labels.nucleus_table import COREGISTERED
from data.catalog import CATALOG, known_table
from data.catalog.entry import Table
from data.errors import DataError
from data.labels.entry import Level
from data.loader import LabelTable
from data.volume import VOLUME

NOT_COREGISTERED = "not coregistered"
"""The label of a nucleus without a unit in a table of functional units."""

AxisTable = tuple[Table, pd.DataFrame]
"""A catalogue entry with its tidy frame; for functional units the frame of `coregistered_labels`."""


def axis_tables(loaded: Mapping[str, LabelTable]) -> dict[str, AxisTable]:
    """All tables that can be axis tables, by name: those of labels and those of functional units.

    Tables of units say whether each nucleus of the denominator (see `find_denominator`) is coregistered.
    """
    frames = {name: label_table.frame for name, label_table in loaded.items()}
    units = {name for name, label_table in loaded.items() if label_table.table.kind == "units"}
    denominator = find_denominator(frames).nuclei if units else NO_IDS
    return {
        name: (loaded[name].table, coregistered_labels(frame, denominator) if name in units else frame)
        for name, frame in frames.items()
        if name in units or "cell_type" in frame
    }


def coregistered_labels(frame: pd.DataFrame, denominator_ids: ArrayLike) -> pd.DataFrame:
    """Label each nucleus of a denominator by whether a table of functional units holds it.

    Parameters
    ----------
    frame : DataFrame
        The tidy frame of the units; a nucleus with several units counts once.
    denominator_ids : array of int64
        The nuclei to label.

    Returns
    -------
    DataFrame
        `nucleus_id` (sorted, unique) and `cell_type`: "coregistered" or "not coregistered". With the
        table's entry it is an axis table for `pair_labels`.
    """
    nuclei = each_once(denominator_ids)
    coregistered = np.isin(nuclei, frame["nucleus_id"].to_numpy())
    words = pd.Index([COREGISTERED, NOT_COREGISTERED])
    labels = pd.Categorical.from_codes(np.where(coregistered, 0, 1), words)  # type: ignore[arg-type]  # as in levels.py
    return pd.DataFrame({"nucleus_id": nuclei, "cell_type": labels})


def read_axis_table(table: Table, frame: pd.DataFrame) -> Reading:
    """Read a table's labels, to be paired at any level.

    Raises
    ------
    DataError
        If the table holds no labels.
    """
    if "cell_type" not in frame:
        raise DataError(f"{table.title} holds no cell-type labels.", "Choose a table that labels nuclei.")
    return known_reading(frame)


def labels_of_axis(table: Table, reading: Reading, level: Level) -> NucleusLabels:
    """The labels of an axis table at a level; coregistration is the same at every level."""
    return reading.at("type" if table.kind == "units" else level)


def axis_labels(table: Table, frame: pd.DataFrame, level: Level) -> NucleusLabels:
    """Read the labels of an axis table at a level; errors as `read_axis_table`."""
    return labels_of_axis(table, read_axis_table(table, frame), level)


def without_labels(axes: Iterable[AxisTable], level: Level) -> list[Table]:
    """The reader's own among tables none of whose labels has a counterpart at a level."""
    return [
        table
        for table, frame in axes
        if table.own and len(frame) and axis_labels(table, frame, level).labels.isna().all()
    ]


def share_labels(rows: Table, columns: Table, level: Level) -> bool:
    """Whether both tables have the same labels at a level, so that their matrix is square."""
    if "units" in (rows.kind, columns.kind):
        return rows.kind == columns.kind
    return level != "type" or rows.level == columns.level


def is_correction(table: Table) -> bool:
    """Whether a manual table holds only labels of a model that were found wrong: it shares its lineage."""
    if table.method != "manual":
        return False
    lineage = next((one.tables for one in CATALOG.lineages if table.name in one.tables), ())
    others = (known_table(name) for name in lineage)
    return any(other is not None and other.method == "classifier" for other in others)


def made_by_hand(rows: Table, columns: Table) -> Table | None:
    """The only table of the two labelled by hand; else None.

    Manual coregistration does not count: the nuclei that it lacks were never judged.
    """
    manual = [table for table in (rows, columns) if table.method == "manual" and table.kind == "labels"]
    return manual[0] if len(manual) == 1 else None


def teaching_words(rows: Table, columns: Table) -> str:
    """That one table's model was, or may have been, trained on the other's labels; "" otherwise."""
    for model, teacher in ((rows, columns), (columns, rows)):
        training = model.trained_on
        if training is None or teacher.catalog_name not in training.tables:
            continue
        if training.standing == "unknown":
            return f"Whether {model.title} was trained on the labels of {teacher.title} is unknown."
        inferred = " (inferred)" if training.standing == "inferred" else ""
        return (
            f"{model.title} was trained on the labels of {teacher.title}{inferred}: their agreement is "
            "optimistic."
        )
    return ""


def training_words(rows: Table, columns: Table, tables: Mapping[str, Table]) -> str:
    """Why the agreement of two tables is, or may be, optimistic; "" where training gives no reason.

    The reason is that one was trained on the other's labels, or both on the same manual labels; `tables`
    names those.
    """
    if words := teaching_words(rows, columns):
        return words
    if rows.trained_on is None or columns.trained_on is None:
        return ""
    shared = [tables[name] for name in rows.trained_on.tables if name in columns.trained_on.tables]
    teachers = " and ".join(table.title for table in shared if table.method == "manual")
    if not teachers:
        return ""
    where = f"the labels of {teachers}, made in the {VOLUME.column_name}"
    for unknown, other in ((rows, columns), (columns, rows)):
        if unknown.trained_on and unknown.trained_on.standing == "unknown":
            return f"{other.title} was trained on {where}; whether {unknown.title} was too is unknown."
    return (
        f"{rows.title} and {columns.title} were both trained on {where}: there their agreement is optimistic."
    )
