"""What each label of a table counts as at a level, how surely, and by which source."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.axes import labels_of_axis, read_axis_table
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, Reading
from data.catalog.entry import Table
from data.labels.crosswalk import at_level, find_label, is_ambiguous, ordered
from data.labels.entry import Level

Mapping = Literal["exact", "ambiguous", "unmapped", "conflicting"]
COLUMNS = ["label", "reads_as", "mapping", "nuclei", "source"]

UNITS = "Whether the table holds a functional unit of the nucleus: the same at every level."
UNLABELLED = "The row holds no label."
UNKNOWN = "Not a known label, so its counterpart is not guessed at."
ITSELF = "The label itself."
GROUP = "A connectivity group: inhibitory neurons by its classification_system, and no one subclass."
BY_SYSTEM = "By the row's classification_system."
TWO_LABELS = "The table gives these nuclei two labels or more, so they are in no comparison."


def crosswalk(
    table: Table, frame: pd.DataFrame, level: Level, *, others: NDArray[np.int64] | None = None
) -> pd.DataFrame:
    """List what each label of a table counts as at a level.

    Parameters
    ----------
    table, frame : Table, DataFrame
        A table that labels nuclei, as `pair_labels` takes it.
    level : Level
        Whether a nucleus is coregistered is the same at every level.
    others : int64 array, optional
        Nuclei of another table, in any order.

    Returns
    -------
    DataFrame
        A row per label as the table spells it, in the order of display, then `NO_LABEL` and `CONFLICTING`
        where they occur; a label has two rows where its `classification_system` changes the mapping.
        `reads_as`: the label at the level, missing where there is none. `mapping`: *exact*, *ambiguous* (the
        likeliest of several), *unmapped* or *conflicting*. `nuclei`: the table's, each once. `shared`, only
        with `others`: the nuclei among these. `source`: why the label is mapped so.

    Raises
    ------
    DataError
        If the table holds no labels.
    """
    reading = read_axis_table(table, frame)
    counts = {"nuclei": _counts(reading)}
    if others is not None:
        counts["shared"] = _counts(reading, others)
    words, systems = [*reading.words, None], [*reading.systems, None]
    lines = [read_as(table, word, system, level) for word, system in zip(words, systems, strict=True)]
    lines.append((CONFLICTING, None, "conflicting", TWO_LABELS))
    mappings = pd.DataFrame(lines, columns=["label", "reads_as", "mapping", "source"]).assign(**counts)
    merged = mappings.groupby(["label", "reads_as", "mapping", "source"], dropna=False, sort=False).sum()
    occurring = merged[merged["nuclei"] > 0].reset_index()
    return occurring.iloc[np.argsort(_places(occurring["label"]), kind="stable")][
        [*COLUMNS[:-1], *counts.keys() - {"nuclei"}, "source"]
    ].reset_index(drop=True)


def ambiguous_nuclei(table: Table, frame: pd.DataFrame, level: Level) -> NDArray[np.int64]:
    """The nuclei whose label has an ambiguous mapping to the level.

    Returns
    -------
    int64 array
        Sorted, each once.
    """
    labels = labels_of_axis(table, read_axis_table(table, frame), level)
    return labels.labels.index.to_numpy()[labels.ambiguous & labels.labels.notna().to_numpy()]


def _counts(reading: Reading, others: NDArray[np.int64] | None = None) -> np.ndarray:
    """Nuclei per word, without a word, and with conflicting words; only those among `others`, if given."""
    n = len(reading.words)
    codes, conflicting = reading.codes, reading.conflicting
    if others is not None:
        codes = codes[np.isin(reading.nuclei, others)]
        conflicting = conflicting[np.isin(conflicting, others)]
    return np.append(np.bincount(np.where(codes < 0, n, codes), minlength=n + 1), len(conflicting))


def read_as(
    table: Table, word: str | None, system: str | None, level: Level
) -> tuple[str, str | None, Mapping, str]:
    """What one label of a table, in a row with this system, counts as at a level.

    Returns
    -------
    label, reads_as, mapping, source
        As in a line of `crosswalk`.
    """
    if word is None:
        return NO_LABEL, None, "unmapped", UNLABELLED
    if table.kind == "units":
        return word, word, "exact", UNITS
    reads_as = at_level(word, level, system)
    source = _source(table, word, reads_as, level)
    if reads_as is None:
        return word, None, "unmapped", source
    return word, reads_as, "ambiguous" if is_ambiguous(word, level) else "exact", source


def _source(table: Table, word: str, reads_as: str | None, level: Level) -> str:
    if level == "type":
        return ITSELF if reads_as == word else f"Another spelling of {reads_as}."
    if table.level == "group":
        return GROUP
    entry = find_label(word)
    if entry is None:
        return UNKNOWN
    by_system = level == "class" and reads_as is not None and entry.cell_class is None
    return f"{BY_SYSTEM} {entry.source}" if by_system else entry.source


def _places(labels: pd.Series) -> list[int]:
    """Each label's place in the order of display, non-labels last."""
    last = [NO_LABEL, CONFLICTING]
    order = [*ordered({*labels} - {*last}), *last]
    return [order.index(label) for label in labels]
