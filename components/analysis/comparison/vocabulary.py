"""Which vocabulary a table's labels come from, which labels are in none, and which map ambiguously."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import pandas as pd

from components.analysis.comparison.agreement import Pairs
from components.analysis.labels.counts import type_counts
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, nucleus_labels, raw_labels
from data.catalog.entry import Table
from data.labels.crosswalk import at_level, find_label, is_ambiguous
from data.labels.entry import CellClass
from data.labels.m_types import M_TYPES

Standing = Literal["both", "first only", "second only", "neither"]
Vocabulary = Literal["first", "second", "mixed", "either", "none"]

FIRST_ONLY = frozenset({"L3c", "L6a", "L6b", "L6c", "L6CT"})
"""M-types only in the first vocabulary: the preprint's (January 2023), as listed by the manual."""
SECOND_ONLY = frozenset({"L2c", "L6short-a", "L6short-b", "L6tall-a", "L6tall-b", "L6tall-c"})
"""M-types only in the second vocabulary: the paper's (2025), as found in later tables."""

MANUALS_LIST = (
    *("23P", "4P", "5P-IT", "5P-ET", "5P-NP", "6P-IT", "6P-CT", "BC", "BPC", "MC", "Unsure"),
    *("OPC", "astrocyte", "microglia", "pericyte", "oligo"),
)
"""The manual's list for the two tables labelled by hand (MICrONS tutorial, annotation tables, 2026)."""

_M_TYPES = frozenset(entry.label for entry in M_TYPES)
_NO_NAME = {NO_LABEL, CONFLICTING}


def standing_of(label: str) -> Standing:
    """Which of the two M-type vocabularies has a name; synonyms count, case and white space do not."""
    entry = find_label(label)
    if entry is None or entry.label not in _M_TYPES:
        return "neither"
    if entry.label in FIRST_ONLY:
        return "first only"
    return "second only" if entry.label in SECOND_ONLY else "both"


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


def spoken_vocabulary(counts: pd.DataFrame) -> Vocabulary:
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
    if "first only" in standings:
        return "first"
    if "second only" in standings:
        return "second"
    return "either" if "both" in standings else "none"


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
    known = {_folded(name) for name in listed}
    counts = type_counts(frame["nucleus_id"], raw_labels(frame))["nuclei"]
    beyond = [label not in _NO_NAME and _folded(str(label)) not in known for label in counts.index]
    return counts[beyond]


def ambiguous_counts(pairs: Pairs, axes: Sequence[tuple[Table, pd.DataFrame]]) -> pd.DataFrame:
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
        A row per table and label: `table` (its title), `label` (after synonyms), `reads_as` (the label at the
        level), `nuclei`, `source` (of the mapping). A nucleus may count under one label of each table.
    """
    lines = []
    for table, frame in axes:
        types = nucleus_labels(frame, "type").labels.reindex(pairs.frame.index)
        counts = types.value_counts(sort=False)
        lines += [
            (table.title, str(label), at_level(str(label), pairs.level), int(n), _source(str(label)))
            for label, n in counts.items()
            if n and is_ambiguous(str(label), pairs.level)
        ]
    return pd.DataFrame(lines, columns=["table", "label", "reads_as", "nuclei", "source"])


def rows_of_class(pairs: Pairs, cell_class: CellClass) -> Pairs:
    """Keep the pairs whose row label is of a class; the others count as `filtered`."""
    kept = pairs.frame[[at_level(str(label), "class") == cell_class for label in pairs.frame["row_label"]]]
    filtered = pairs.left_out.get("filtered", 0) + len(pairs.frame) - len(kept)
    frame = kept.assign(**{name: kept[name].cat.remove_unused_categories() for name in kept.columns})
    return replace(pairs, frame=frame, left_out={**pairs.left_out, "filtered": filtered})


def _source(label: str) -> str:
    entry = find_label(label)
    return entry.source if entry else ""


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
