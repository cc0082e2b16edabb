"""The same nuclei through several tables: the flow from each label of one to each label of the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from components.analysis.comparison.axes import AxisTable, axis_labels
from components.analysis.comparison.matrix import OTHER
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ids import Ids, each_once, in_both
from components.analysis.labels.levels import CONFLICTING, NOT_IN_TABLE, NucleusLabels, finest_common_level
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
    nuclei : int64 array
        Those counted.
    words : tuple of Categorical
        By table, the word of each of them.
    """

    tables: tuple[Table, ...]
    level: Level
    n_tables: tuple[int, ...]
    n_all: int
    n_shown: int
    nodes: pd.DataFrame
    flows: pd.DataFrame
    pooled: tuple[int, ...]
    nuclei: Ids
    words: tuple[pd.Categorical, ...]


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
        only say for each detected nucleus whether it is coregistered.

    Raises
    ------
    DataError
        If one of the tables holds no labels.
    """
    tables = tuple(table for table, _ in axes)
    labels = [axis_labels(table, frame, level) for table, frame in axes]
    table_ids = [each_once(np.append(found.labels.index, found.conflicting)) for found in labels]
    in_all = nuclei = reduce(in_both, table_ids)
    if keep_absent:
        label_ids = [ids for ids, table in zip(table_ids, tables, strict=True) if table.kind != "units"]
        nuclei = each_once(np.concatenate(label_ids or table_ids))
    words, pooled = zip(*(_words(found, nuclei, least) for found in labels), strict=True)
    return Alluvial(
        tables=tables,
        level=level,
        n_tables=tuple(map(len, table_ids)),
        n_all=len(in_all),
        n_shown=len(nuclei),
        nodes=_nodes(words),
        flows=_flows(words),
        pooled=pooled,
        nuclei=nuclei,
        words=tuple(words),
    )


def _words(found: NucleusLabels, nuclei: Ids, least: float) -> tuple[pd.Categorical, int]:
    """Each nucleus's word in one table, non-labels last and rare labels pooled; how many were pooled."""
    labels = found.labels.cat.add_categories([*NO_LABELS]).fillna(UNMAPPED)
    words = labels.reindex(nuclei, fill_value=NOT_IN_TABLE).astype(object)
    words[np.isin(nuclei, found.conflicting)] = CONFLICTING
    counts = words.value_counts().drop([*NO_LABELS], errors="ignore")
    rare = counts.index[counts.to_numpy() < least * len(nuclei)]
    n_pooled = len(rare) if len(rare) > 1 else 0
    if n_pooled:
        words = words.mask(words.isin(rare), OTHER)
    occurring = {*words.unique()}
    return pd.Categorical(words, [word for word in labels.cat.categories if word in occurring]), n_pooled


def _nodes(words: Sequence[pd.Categorical]) -> pd.DataFrame:
    counts = {place: table_words.value_counts() for place, table_words in enumerate(words)}
    nodes = pd.concat(counts, names=["table", "label"]).reset_index(name="nuclei")
    return nodes.astype({"label": object})


def _flows(words: Sequence[pd.Categorical]) -> pd.DataFrame:
    starts = np.cumsum([0, *(len(table_words.categories) for table_words in words)])
    nodes = [start + table_words.codes for start, table_words in zip(starts, words, strict=False)]
    parts = [pd.DataFrame({"source": source, "target": target}) for source, target in pairwise(nodes)]
    return pd.concat(parts).groupby(["source", "target"]).size().reset_index(name="nuclei")
