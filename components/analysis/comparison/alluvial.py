"""The same nuclei through several tables: how many go from each label of one to each label of the next."""

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
"""Words that are no label; they come last."""


@dataclass(frozen=True, kw_only=True)
class Alluvial:
    """Nuclei through tables.

    Attributes
    ----------
    tables : tuple of Table
        In the order in which they are passed through.
    level : Level
        The level at which all are read.
    n_tables : tuple of int
        Nuclei that each table holds.
    n_all : int
        Nuclei that all of them hold.
    n_shown : int
        Nuclei that are counted: `n_all`, or those that at least one table holds.
    nodes : DataFrame
        A row per table and word: `table` (its place), `label`, `nuclei`. The counts of each table add up
        to `n_shown`.
    flows : DataFrame
        A row per pair of words in neighbouring tables that nuclei share: `source`, `target` (rows of
        `nodes`), `nuclei`. What flows through a node adds up to its count.
    pooled : tuple of int
        How many labels of each table stand under `OTHER`.
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
    """The level asked for, or a coarser one where two of the tables share no finer; raw labels stay raw."""
    if level == "type":
        return level
    spoken = [finest_common_level(*pair) for pair in combinations(tables, 2)]
    return min([level, *spoken], key=LEVELS.index)


def nuclei_through(
    sides: Sequence[AxisTable], level: Level, *, least: float = 0.0, keep_absent: bool = False
) -> Alluvial:
    """Follow nuclei through tables.

    Parameters
    ----------
    sides : sequence of axis table
        Two tables or more, as `axis_tables` gives them.
    level : Level
        The level at which all are read. What has no counterpart there is *unmapped*.
    least : float
        Labels that a smaller share of the nuclei has in a table (0–1) are pooled there as `OTHER`, unless
        it would be one label alone.
    keep_absent : bool
        Also count nuclei that some of the tables do not hold, as `NOT_IN_TABLE` there. Functional units
        add none: of what all other tables lack, they only say that it is not coregistered.

    Raises
    ------
    DataError
        If one of the tables holds no labels.
    """
    tables = tuple(table for table, _ in sides)
    read = [labels_of_axis(table, read_axis_table(table, frame), level) for table, frame in sides]
    held = [_held(one) for one in read]
    everywhere = reduce(_in_both, held)
    nuclei = everywhere
    if keep_absent:
        spans = [ids for ids, table in zip(held, tables, strict=True) if table.kind != "units"] or held
        nuclei = _together(spans)
    words = [_pooled(*_words(one, nuclei), least) for one in read]
    return Alluvial(
        tables=tables,
        level=level,
        n_tables=tuple(len(ids) for ids in held),
        n_all=len(everywhere),
        n_shown=len(nuclei),
        nodes=_nodes(words),
        flows=_flows(words),
        pooled=tuple(one.pooled for one in words),
    )


@dataclass(frozen=True)
class _Words:
    """Which of the words each nucleus has in one table; every word occurs."""

    codes: np.ndarray
    words: list[str]
    pooled: int


def _held(one: NucleusLabels) -> np.ndarray:
    return _together([one.labels.index.to_numpy(), one.conflicting])


def _together(ids: Sequence[np.ndarray]) -> np.ndarray:
    """All IDs, sorted, each once; np.unique hashes whole numbers, which is slower where runs are in order."""
    sorted_ids = np.sort(np.concatenate(ids))
    return sorted_ids[np.diff(sorted_ids, prepend=-1) != 0]


def _in_both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.intersect1d(one, other, assume_unique=True)


def _words(one: NucleusLabels, nuclei: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Which word each nucleus has, and the words: labels in the order of display, then what is no label."""
    labels = one.labels.array
    words = [*(str(word) for word in labels.categories), CONFLICTING, UNMAPPED, NOT_IN_TABLE]
    conflicting, unmapped, absent = (words.index(word) for word in words[-3:])
    codes = np.full(len(nuclei), absent, dtype=np.int64)
    for ids, said in (
        (one.labels.index.to_numpy(), np.where(labels.codes < 0, unmapped, labels.codes)),
        (one.conflicting, np.full(len(one.conflicting), conflicting)),
    ):
        at = np.searchsorted(nuclei, ids)
        here = at < len(nuclei)
        here[here] = nuclei[at[here]] == ids[here]
        codes[at[here]] = said[here]
    return codes, words


def _pooled(codes: np.ndarray, words: list[str], least: float) -> _Words:
    """Number anew the words that occur, the rare labels among them as one."""
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
                "label": pd.Series(one.words, dtype=object),
                "nuclei": np.bincount(one.codes, minlength=len(one.words)),
            }
        )
        for place, one in enumerate(words)
    ]
    return pd.concat(parts, ignore_index=True)


def _flows(words: Sequence[_Words]) -> pd.DataFrame:
    parts, start = [], 0
    for one, after in pairwise(words):
        width = len(after.words)
        counts = np.bincount(one.codes * width + after.codes, minlength=len(one.words) * width)
        at = np.flatnonzero(counts)
        source, target = np.divmod(at, max(width, 1))
        next_start = start + len(one.words)
        parts.append(
            pd.DataFrame({"source": start + source, "target": next_start + target, "nuclei": counts[at]})
        )
        start = next_start
    return pd.concat(parts, ignore_index=True)
