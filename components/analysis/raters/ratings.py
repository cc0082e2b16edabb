"""What each lineage calls each nucleus at a level: one label per lineage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import NO_IDS, Ids, each_once
from components.analysis.labels.levels import known_reading
from components.analysis.nucleus.consensus import may_differ
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.labels.crosswalk import ordered
from data.labels.entry import Level
from data.loader import LabelTable

LabelCodes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ratings:
    """The labels that the lineages, the raters, give at a level.

    Attributes
    ----------
    level : Level
    lineages : tuple of str, length r
        Titles of those that label one of the nuclei.
    tables : tuple of tuple of Table, length r
        The tables of each lineage at hand; the first that labels a nucleus counts.
    labels : list of str, length m
        In the order of display.
    nuclei : int64 array, shape (n,)
        Sorted: those that a lineage labels.
    codes : int64 array, shape (n, r)
        Each label as a place in `labels`; -1: the lineage gives none.
    """

    level: Level
    lineages: tuple[str, ...]
    tables: tuple[tuple[Table, ...], ...]
    labels: list[str]
    nuclei: Ids
    codes: LabelCodes

    @property
    def n_raters(self) -> LabelCodes:
        """Lineages that label each nucleus, shape (n,)."""
        return np.count_nonzero(self.codes >= 0, axis=1)

    @property
    def votes(self) -> LabelCodes:
        """Lineages that give each nucleus each label, shape (n, m)."""
        return vote_counts(self.codes, len(self.labels))

    def of(self, places: list[int], nuclei: NDArray[np.bool_]) -> "Ratings":
        """Some of the lineages, by their places, on some of the nuclei, without labels that none gives."""
        codes = self.codes[nuclei][:, places]
        used = np.unique(codes[codes >= 0])
        return Ratings(
            level=self.level,
            lineages=tuple(self.lineages[place] for place in places),
            tables=tuple(self.tables[place] for place in places),
            labels=[self.labels[place] for place in used],
            nuclei=self.nuclei[nuclei],
            codes=np.where(codes >= 0, np.searchsorted(used, codes), -1),
        )


def lineage_ratings(loaded: Mapping[str, LabelTable], level: Level) -> Ratings:
    """Take one label of each lineage for each nucleus, as `nucleus.consensus.RULE` has it.

    Views and a reader's own tables do not count, nor does a table that can say only one thing at the level.

    Parameters
    ----------
    loaded : mapping of str to LabelTable
        The tables at hand, by name.
    level : Level
    """
    given: dict[str, list[tuple[Table, pd.Series]]] = {}
    for one in sorted(loaded.values(), key=_rank):
        if one.table.kind == "labels" and one.table.has_vote and may_differ(one.table, level):
            named = known_reading(one.frame).at(level).labels.dropna()
            if len(named):
                given.setdefault(CATALOG.lineage(one.table).title, []).append((one.table, named))
    every = [named for tables in given.values() for _, named in tables]
    labels = ordered({str(label) for named in every for label in named.cat.categories})
    nuclei = each_once(np.concatenate([NO_IDS, *(named.index.to_numpy() for named in every)]))
    codes = np.full((len(nuclei), len(given)), -1, dtype=np.int64)
    for rated, tables in zip(codes.T, given.values(), strict=True):
        for _, named in reversed(tables):
            places = np.array([labels.index(str(label)) for label in named.cat.categories], dtype=np.int64)
            rated[np.searchsorted(nuclei, named.index)] = places[named.cat.codes]
    tables_of_each = tuple(tuple(table for table, _ in tables) for tables in given.values())
    return Ratings(level, tuple(given), tables_of_each, labels, nuclei, codes)


def _rank(loaded: LabelTable) -> int:
    return CATALOG.lineage(loaded.table).tables.index(loaded.table.catalog_name)


def vote_counts(codes: LabelCodes, n_labels: int) -> LabelCodes:
    """Count the lineages that give each label.

    Parameters
    ----------
    codes : int64 array, shape (n, r)
        As in `Ratings`.
    n_labels : int

    Returns
    -------
    int64 array, shape (n, n_labels)
    """
    votes = np.zeros((len(codes), n_labels), dtype=np.int64)
    for rated in codes.T:
        labelled = np.flatnonzero(rated >= 0)
        votes[labelled, rated[labelled]] += 1
    return votes


def by_votes(labels: list[str], votes: LabelCodes) -> list[tuple[str, int]]:
    """The labels of a nucleus with their votes, shape (m,), most first."""
    return [(labels[k], int(votes[k])) for k in sorted(np.flatnonzero(votes), key=lambda k: -votes[k])]


def most_divided(nuclei: Ids, votes: LabelCodes) -> NDArray[np.intp]:
    """Order nuclei by the share of votes for their most frequent label, the smallest first, then by votes."""
    n = votes.sum(axis=1)
    return np.lexsort((nuclei, -n, votes.max(axis=1, initial=0) / np.maximum(n, 1)))


def distinct_rows(codes: LabelCodes) -> tuple[LabelCodes, LabelCodes, LabelCodes]:
    """Rows of codes from -1 on, each kind once; how often it occurs; and the kind of each row."""
    kind = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        kind, _ = pd.factorize(kind * (int(column.max(initial=0)) + 2) + column + 1)
    _, first, counts = np.unique(kind, return_index=True, return_counts=True)
    return codes[first], counts, kind


def majority(votes: LabelCodes) -> LabelCodes:
    """The label that more than half of the lineages give, two at least, as its place; -1 where there is none.

    Parameters
    ----------
    votes : int64 array, shape (n, m)
    """
    most, n = votes.max(axis=1, initial=0), votes.sum(axis=1)
    return np.where((2 * most > n) & (most > 1), votes.argmax(axis=1), -1)
