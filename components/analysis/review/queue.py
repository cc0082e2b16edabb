"""Nuclei worth a look, in the order of their review, each with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import NO_IDS, Ids, each_once
from components.analysis.labels.levels import nucleus_labels
from components.analysis.nucleus.consensus import may_differ
from data.catalog import CATALOG
from data.labels.crosswalk import ordered
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import plural


@dataclass(frozen=True, eq=False)
class Queue:
    """Nuclei in the order of their review.

    Attributes
    ----------
    nucleus_ids : int64 array, shape (n,)
        Each once.
    reasons : tuple of str, length n
        Why each is worth a look; "" where the reader chose it.
    """

    nucleus_ids: Ids
    reasons: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.nucleus_ids)

    def __contains__(self, nucleus_id: object) -> bool:
        return bool((self.nucleus_ids == nucleus_id).any())

    def place(self, nucleus_id: int) -> int:
        """Its place, from 0; it must be in the queue."""
        return int(np.flatnonzero(self.nucleus_ids == nucleus_id)[0])

    def step(self, nucleus_id: int, by: int) -> int:
        """The nucleus so many places on; at either end the last one there."""
        place = min(max(self.place(nucleus_id) + by, 0), len(self) - 1)
        return int(self.nucleus_ids[place])

    def first_but(self, judged: Mapping[int, object]) -> int | None:
        """The first nucleus without a verdict, or the first of all; None of an empty queue."""
        if not len(self):
            return None
        left = ~np.isin(self.nucleus_ids, list(judged))
        return int(self.nucleus_ids[left.argmax() if left.any() else 0])


def selected_queue(nucleus_ids: Ids) -> Queue:
    """Nuclei that the reader chose, by ID."""
    return Queue(nucleus_ids, ("",) * len(nucleus_ids))


def contested_queue(loaded: Mapping[str, LabelTable], level: Level) -> Queue:
    """Nuclei to which lineages give different labels at a level.

    Those come first whose most frequent label has the smallest share of the votes, then those with more
    votes. As `nucleus.consensus.RULE` has it, each lineage votes once, views and a reader's own tables never.

    Parameters
    ----------
    loaded : mapping of str to LabelTable
        The tables at hand, by name.
    level : Level
    """
    nuclei, labels, votes = lineage_votes(loaded, level)
    contested = np.count_nonzero(votes, axis=1) > 1
    nuclei, votes = nuclei[contested], votes[contested]
    n = votes.sum(axis=1)
    order = np.lexsort((nuclei, -n, votes.max(axis=1, initial=0) / np.maximum(n, 1)))
    kinds, kind = np.unique(votes[order], axis=0, return_inverse=True)
    words = [_vote_words(labels, counts) for counts in kinds]
    return Queue(nuclei[order], tuple(words[k] for k in kind.ravel()))


def lineage_votes(loaded: Mapping[str, LabelTable], level: Level) -> tuple[Ids, list[str], NDArray[np.int64]]:
    """How many lineages give each nucleus each label at a level.

    Returns
    -------
    nuclei : int64 array, shape (n,)
        Sorted: those with a vote.
    labels : list of str, length m
        In the order of display.
    votes : int64 array, shape (n, m)
    """
    lineages: dict[str, list[pd.Series]] = {}
    for one in sorted(loaded.values(), key=_rank):
        if one.table.kind == "labels" and one.table.has_voice and may_differ(one.table, level):
            named = nucleus_labels(one.frame, level).labels.dropna()
            lineages.setdefault(CATALOG.lineage(one.table).title, []).append(named)
    every = [named for tables in lineages.values() for named in tables]
    labels = ordered({str(label) for named in every for label in named.cat.categories})
    nuclei = each_once(np.concatenate([NO_IDS, *(named.index.to_numpy() for named in every)]))
    votes = np.zeros((len(nuclei), len(labels)), dtype=np.int64)
    for tables in lineages.values():
        voice = np.full(len(nuclei), -1)
        for named in reversed(tables):  # the first that labels a nucleus speaks for its lineage
            codes = np.array([labels.index(str(label)) for label in named.cat.categories], dtype=np.int64)
            voice[np.searchsorted(nuclei, named.index)] = codes[named.cat.codes]
        speaking = np.flatnonzero(voice >= 0)
        votes[speaking, voice[speaking]] += 1
    return nuclei, labels, votes


def _rank(loaded: LabelTable) -> int:
    return CATALOG.lineage(loaded.table).tables.index(loaded.table.name)


def _vote_words(labels: list[str], counts: NDArray[np.int64]) -> str:
    most_first = sorted(np.flatnonzero(counts), key=lambda k: -counts[k])
    return ", ".join(
        f"{plural(int(counts[k]), 'lineage says', 'lineages say')} {labels[k]}" for k in most_first
    )


def near_queue(values: pd.Series, threshold: float, most: int, what: str) -> Queue:
    """The nuclei whose value lies nearest to a threshold, the nearest first.

    Parameters
    ----------
    values : Series of float
        Index `nucleus_id`; not finite where a nucleus has no value.
    threshold : float
    most : int
        Nuclei at most.
    what : str
        The value in words, such as "confidence".
    """
    known = values[np.isfinite(values.to_numpy(dtype=np.float64))]
    ids, numbers = known.index.to_numpy(dtype=np.int64), known.to_numpy(dtype=np.float64)
    nearest = np.lexsort((ids, np.abs(numbers - threshold)))[:most]
    return Queue(ids[nearest], tuple(f"{what} {number:.3g}" for number in numbers[nearest]))
