"""What each label of a table counts as at a level, how surely and by which source; and its vocabulary."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.axes import AxisTable, axis_labels, read_axis_table
from components.analysis.labels.counts import type_counts
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, Reading, raw_labels
from data.catalog.entry import Table
from data.labels.crosswalk import at_level, find_label, folded, is_ambiguous, ordered
from data.labels.entry import CellClass, Level, Standing

Mapping = Literal["exact", "majority", "described", "ambiguous", "unmapped", "conflicting"]
Vocabulary = Literal["first", "second", "mixed", "either", "none"]

MANUALS_LIST = (
    *("23P", "4P", "5P-IT", "5P-ET", "5P-NP", "6P-IT", "6P-CT", "BC", "BPC", "MC", "Unsure"),
    *("OPC", "astrocyte", "microglia", "pericyte", "oligo"),
)
"""The manual's list for the two tables labelled by hand (MICrONS tutorial, annotation tables, 2026)."""


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
        `reads_as`: the label at the level, missing where there is none. `mapping`: *exact* (all its cells, as
        far as counted), *majority* (most of those counted), *described* (no cells were counted), *ambiguous*
        (the likeliest of several), *unmapped* or *conflicting*. `nuclei`: the table's, each once. `shared`,
        only with `others`: the nuclei among these. `same`, `counted`, `purity`: the cells counted for a
        mapping to a subclass, and the share of these with it; missing where no counts are known. `source`:
        why the label is mapped so.

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
    keys = ["label", "reads_as", "mapping", "source"]
    mappings = pd.DataFrame(lines, columns=keys).assign(**counts)
    merged = mappings.groupby(keys, dropna=False, sort=False).sum().reset_index()
    occurring = merged[merged["nuclei"] > 0]
    last = [NO_LABEL, CONFLICTING]
    order = [*ordered({*occurring["label"]} - {*last}), *last]
    by_label = occurring.sort_values("label", key=lambda labels: labels.map(order.index), kind="stable")
    known = [_counted(*line, level) for line in zip(by_label["label"], by_label["reads_as"], strict=True)]
    by_label[["same", "counted"]] = pd.DataFrame(
        [pair or (pd.NA, pd.NA) for pair in known], columns=["same", "counted"], index=by_label.index
    ).astype("Int64")
    by_label["purity"] = by_label["same"] / by_label["counted"]
    shown = ["label", "reads_as", "mapping", *counts, "same", "counted", "purity", "source"]
    return by_label[shown].reset_index(drop=True)


def ambiguous_nuclei(table: Table, frame: pd.DataFrame, level: Level) -> NDArray[np.int64]:
    """The nuclei whose label has an ambiguous mapping to the level.

    Returns
    -------
    int64 array
        Sorted, each once.
    """
    found = axis_labels(table, frame, level)
    return found.labels.index.to_numpy()[found.ambiguous & found.labels.notna().to_numpy()]


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
    if is_ambiguous(word, level):
        return word, reads_as, "ambiguous", source
    entry = find_label(word)
    if level != "subclass" or entry is None or entry.standing == "neither":
        return word, reads_as, "exact", source
    same, counted = entry.counted or (0, 0)
    return word, reads_as, "described" if not counted else "exact" if same == counted else "majority", source


def _counted(label: str, reads_as: str | None, level: Level) -> tuple[int, int] | None:
    entry = find_label(label)
    return entry.counted if entry and reads_as and level == "subclass" else None


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


def standing_of(label: str) -> Standing:
    """Which of the two M-type vocabularies has a name; synonyms count, case and white space do not."""
    entry = find_label(label)
    return entry.standing if entry else "neither"


def vocabulary_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Nuclei per label, and which M-type vocabulary has it.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame that labels nuclei.

    Returns
    -------
    DataFrame
        Index `label` as the table spells it, in the order of display; columns `nuclei` (each nucleus once)
        and `vocabulary` (a `Standing`).
    """
    counts = type_counts(frame["nucleus_id"], raw_labels(frame))[["nuclei"]]
    return counts.assign(vocabulary=[standing_of(str(label)) for label in counts.index])


def table_vocabulary(counts: pd.DataFrame) -> Vocabulary:
    """Which vocabulary a table uses, from `vocabulary_counts`.

    Returns
    -------
    Vocabulary
        `first` or `second` where labels of only that one occur, `mixed` where of each; `either` where all
        M-types that occur are in both; `none` where no label is an M-type.
    """
    standings = set(counts["vocabulary"])
    if {"first only", "second only"} <= standings:
        return "mixed"
    names: dict[Standing, Vocabulary] = {"first only": "first", "second only": "second", "both": "either"}
    return next((name for standing, name in names.items() if standing in standings), "none")


def labels_beyond(frame: pd.DataFrame, listed: Iterable[str]) -> pd.Series:
    """Nuclei per label that a list does not name.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame that labels nuclei.
    listed : iterable of str
        Names; case and white space do not count, and a synonym is another name.

    Returns
    -------
    Series of int
        Index `label` as the table spells it, in the order of display. Nuclei without a label, or with two,
        are left out.
    """
    known = {*map(folded, listed), folded(NO_LABEL), folded(CONFLICTING)}
    counts = type_counts(frame["nucleus_id"], raw_labels(frame))["nuclei"]
    return counts[[folded(str(label)) not in known for label in counts.index]]


def ambiguous_counts(pairs: Pairs, axes: Sequence[AxisTable]) -> pd.DataFrame:
    """Count the compared nuclei whose label has an ambiguous mapping to the level.

    Parameters
    ----------
    pairs : Pairs
        Compared with `keep_ambiguous=True`.
    axes : sequence of (Table, DataFrame)
        The tables compared, with their tidy frames.

    Returns
    -------
    DataFrame
        A row per table and label: `table` (its title), `label` (as the table spells it), `reads_as` (the
        label at the level), `nuclei`, `source` (of the mapping). A nucleus may count under one label of each
        table.
    """
    parts = []
    for table, frame in axes:
        lines = crosswalk(table, frame, pairs.level, others=pairs.frame.index.to_numpy())
        lines = lines[(lines["mapping"] == "ambiguous") & (lines["shared"] > 0)]
        parts.append(lines.assign(table=table.title, nuclei=lines["shared"]))
    return pd.concat(parts, ignore_index=True)[["table", "label", "reads_as", "nuclei", "source"]]


def rows_of_class(pairs: Pairs, cell_class: CellClass) -> Pairs:
    """Keep the pairs whose row label is of a class; the others count as `filtered`."""
    kept = pairs.frame[[at_level(str(label), "class") == cell_class for label in pairs.frame["row_label"]]]
    filtered = pairs.left_out.get("filtered", 0) + len(pairs.frame) - len(kept)
    frame = kept.assign(**{name: kept[name].cat.remove_unused_categories() for name in kept.columns})
    return replace(pairs, frame=frame, left_out={**pairs.left_out, "filtered": filtered})
