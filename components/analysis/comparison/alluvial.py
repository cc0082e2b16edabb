"""The same nuclei through several tables: the flow from each label of one to each label of the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from components.analysis.comparison.axes import AxisTable, labels_of_axis, read_axis_table
from components.analysis.comparison.matrix import OTHER
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.label_source import NOT_IN_TABLE
from components.analysis.labels.levels import CONFLICTING, NucleusLabels, finest_common_level
from data.catalog.entry import Table
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level

NO_LABELS = (OTHER, CONFLICTING, UNMAPPED, NOT_IN_TABLE)
"""Words in place of a label; listed last."""


@dataclass(frozen=True, kw_only=True)
class Alluvial:
    """Nuclei through tables.

    Attributes
    ----------
    tables : tuple of Table
        From left to right.
    level : Level
        The level of all labels.
    n_tables : tuple of int
        Nuclei in each table.
    n_all : int
        Nuclei in all tables.
    n_shown : int
        Nuclei counted: those in all tables, or those in at least one.
    nodes : DataFrame
        A row per table and word: `table` (its position), `label`, `nuclei`. Each table's counts add up to
        `n_shown`.
    flows : DataFrame
        A row per pair of words in neighbouring tables that share nuclei: `source`, `target` (rows of
        `nodes`), `nuclei`. The flows through a node add up to its count.
    pooled : tuple of int
        Number of labels of each table that are pooled as `OTHER`.
    """

    tables: tuple[Table, ...]
    level: Level
    n_tables: tuple[int, ...]
    n_all: int
    n_shown: int
    nodes: pd.DataFrame
    flows: pd.DataFrame
    pooled: tuple[int, ...]


def common_level(tables: Sequence[Table], level: Level) -> Level:
    """The level asked for, or the finest that all tables share if that is coarser; raw labels stay raw."""
    if level == "type":
        return level
    levels = [finest_common_level(*pair) for pair in combinations(tables, 2)]
    return min([level, *levels], key=LEVELS.index)


def nuclei_through(
    axes: Sequence[AxisTable], level: Level, *, least: float = 0.0, keep_absent: bool = False
) -> Alluvial:
    """Follow nuclei through tables.

    Parameters
    ----------
    axes : sequence of axis table
        Two tables or more, from `axis_tables`.
    level : Level
        The level of all labels; those without a counterpart there are *unmapped*.
    least : float
        Labels with a smaller share of the nuclei in a table (0–1) are pooled as `OTHER`, unless that would
        pool a single label.
    keep_absent : bool
        Also count nuclei that some tables lack, as `NOT_IN_TABLE` there. Functional units add none: they
        only say of each detected nucleus whether it is coregistered.

    Raises
    ------
    DataError
        If one of the tables holds no labels.
    """
    tables = tuple(table for table, _ in axes)
    labels = [labels_of_axis(table, read_axis_table(table, frame), level) for table, frame in axes]
    table_ids = [_all_ids(table_labels) for table_labels in labels]
    everywhere = reduce(_in_both, table_ids)
    nuclei = everywhere
    if keep_absent:
        label_ids = [ids for ids, table in zip(table_ids, tables, strict=True) if table.kind != "units"]
        nuclei = _together(label_ids or table_ids)
    words = [_pooled(*_words(table_labels, nuclei), least) for table_labels in labels]
    return Alluvial(
        tables=tables,
        level=level,
        n_tables=tuple(len(ids) for ids in table_ids),
        n_all=len(everywhere),
        n_shown=len(nuclei),
        nodes=_nodes(words),
        flows=_flows(words),
        pooled=tuple(table_words.pooled for table_words in words),
    )


@dataclass(frozen=True)
class _Words:
    """Each nucleus's word in one table, as a code; every word occurs."""

    codes: np.ndarray
    words: list[str]
    pooled: int


def _all_ids(labels: NucleusLabels) -> np.ndarray:
    return _together([labels.labels.index.to_numpy(), labels.conflicting])


def _together(ids: Sequence[np.ndarray]) -> np.ndarray:
    """All IDs, sorted and unique; faster than np.unique on sorted runs, which it hashes."""
    sorted_ids = np.sort(np.concatenate(ids))
    return sorted_ids[np.diff(sorted_ids, prepend=-1) != 0]


def _in_both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.intersect1d(first, second, assume_unique=True)


def _words(table_labels: NucleusLabels, nuclei: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Each nucleus's word as a code, and the words: labels in the order of display, then the non-labels."""
    labels = table_labels.labels.array
    words = [*(str(word) for word in labels.categories), CONFLICTING, UNMAPPED, NOT_IN_TABLE]
    conflicting, unmapped, absent = (words.index(word) for word in words[-3:])
    codes = np.full(len(nuclei), absent, dtype=np.int64)
    for ids, new_codes in (
        (table_labels.labels.index.to_numpy(), np.where(labels.codes < 0, unmapped, labels.codes)),
        (table_labels.conflicting, np.full(len(table_labels.conflicting), conflicting)),
    ):
        at = np.searchsorted(nuclei, ids)
        counted = at < len(nuclei)
        counted[counted] = nuclei[at[counted]] == ids[counted]
        codes[at[counted]] = new_codes[counted]
    return codes, words


def _pooled(codes: np.ndarray, words: list[str], least: float) -> _Words:
    """Renumber the words that occur, with rare labels pooled as one."""
    counts = np.bincount(codes, minlength=len(words))
    named = np.array([word not in NO_LABELS for word in words])
    rare = named & (counts > 0) & (counts < least * len(codes))
    if np.count_nonzero(rare) < 2:
        rare[:] = False
    kept = (counts > 0) & ~rare
    shown = [word for word, is_kept in zip(words, kept, strict=True) if is_kept]
    first_odd = sum(word not in NO_LABELS for word in shown)
    if rare.any():
        shown.insert(first_odd, OTHER)
    place = {word: k for k, word in enumerate(shown)}
    new = np.array([place.get(word, first_odd) for word in words])
    return _Words(new[codes], shown, int(np.count_nonzero(rare)))


def _nodes(words: Sequence[_Words]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "table": place,
                "label": pd.Series(table_words.words, dtype=object),
                "nuclei": np.bincount(table_words.codes, minlength=len(table_words.words)),
            }
        )
        for place, table_words in enumerate(words)
    ]
    return pd.concat(parts, ignore_index=True)


def _flows(words: Sequence[_Words]) -> pd.DataFrame:
    parts, start = [], 0
    for before, after in pairwise(words):
        width = len(after.words)
        counts = np.bincount(before.codes * width + after.codes, minlength=len(before.words) * width)
        at = np.flatnonzero(counts)
        source, target = np.divmod(at, max(width, 1))
        next_start = start + len(before.words)
        parts.append(
            pd.DataFrame({"source": start + source, "target": next_start + target, "nuclei": counts[at]})
        )
        start = next_start
    return pd.concat(parts, ignore_index=True)
