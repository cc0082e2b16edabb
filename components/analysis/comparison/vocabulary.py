"""Which list of names a table's labels come from, which names no list has, and which map only roughly."""

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
"""M-types that only the first vocabulary names: the preprint's (January 2023), as the manual lists them."""
SECOND_ONLY = frozenset({"L2c", "L6short-a", "L6short-b", "L6tall-a", "L6tall-b", "L6tall-c"})
"""M-types that only the second one names: the paper's (2025), seen in the rows of later tables."""

MANUALS_LIST = (
    *("23P", "4P", "5P-IT", "5P-ET", "5P-NP", "6P-IT", "6P-CT", "BC", "BPC", "MC", "Unsure"),
    *("OPC", "astrocyte", "microglia", "pericyte", "oligo"),
)
"""What the manual lists for the two tables labelled by hand (MICrONS tutorial, annotation tables, 2026)."""

_M_TYPES = frozenset(entry.label for entry in M_TYPES)
_NO_NAME = {NO_LABEL, CONFLICTING}


def standing_of(label: str) -> Standing:
    """Say which of the two M-type vocabularies has a name; synonyms count, case and white space do not."""
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
    """Say which vocabulary the rows speak, from `vocabulary_counts`.

    Returns
    -------
    Vocabulary
        `first` or `second` where names of only one of them occur, `mixed` where of each; `either` where
        all M-types that occur are in both; `none` where no label is an M-type.
    """
    found = set(counts["vocabulary"])
    if {"first only", "second only"} <= found:
        return "mixed"
    if "first only" in found:
        return "first"
    if "second only" in found:
        return "second"
    return "either" if "both" in found else "none"


def labels_beyond(frame: pd.DataFrame, listed: Iterable[str]) -> pd.Series:
    """Nuclei per label that a list does not name.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame that labels nuclei.
    listed : iterable of str
        Names; case and white space do not count. A synonym is another name, so it is not listed.

    Returns
    -------
    Series of int
        Index `label` as the table spells it, in the order of display. Nuclei without a label, or with
        two, have no name that could be listed and are left out.
    """
    known = {_folded(name) for name in listed}
    counts = type_counts(frame["nucleus_id"], raw_labels(frame))["nuclei"]
    beyond = [label not in _NO_NAME and _folded(str(label)) not in known for label in counts.index]
    return counts[beyond]


def ambiguous_counts(pairs: Pairs, sides: Sequence[tuple[Table, pd.DataFrame]]) -> pd.DataFrame:
    """Count the compared nuclei whose label maps to the level only as the likeliest of several.

    Parameters
    ----------
    pairs : Pairs
        Compared with `keep_ambiguous=True`.
    sides : sequence of (Table, DataFrame)
        The tables compared, with their tidy frames.

    Returns
    -------
    DataFrame
        One row per table and label: `table` (its title), `label` (after synonyms), `reads_as` (what it
        counts as at the level), `nuclei`, `source` (what is known of the mapping). A nucleus may stand
        under one label of each table.
    """
    lines = []
    for table, frame in sides:
        types = nucleus_labels(frame, "type").labels.reindex(pairs.frame.index)
        counts = types.value_counts(sort=False)
        lines += [
            (table.title, str(label), at_level(str(label), pairs.level), int(n), _source(str(label)))
            for label, n in counts.items()
            if n and is_ambiguous(str(label), pairs.level)
        ]
    return pd.DataFrame(lines, columns=["table", "label", "reads_as", "nuclei", "source"])


def rows_of_class(pairs: Pairs, cell_class: CellClass) -> Pairs:
    """Keep the pairs whose row label is of a class; the others count as left out, `filtered`."""
    kept = pairs.frame[[at_level(str(label), "class") == cell_class for label in pairs.frame["row_label"]]]
    filtered = pairs.left_out.get("filtered", 0) + len(pairs.frame) - len(kept)
    frame = kept.assign(**{name: kept[name].cat.remove_unused_categories() for name in kept.columns})
    return replace(pairs, frame=frame, left_out={**pairs.left_out, "filtered": filtered})


def _source(label: str) -> str:
    entry = find_label(label)
    return entry.source if entry else ""


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
