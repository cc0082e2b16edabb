"""Nuclei worth a look, in the order of their review, each with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.depth_ranges import (
    manual_depth_ranges,
    may_be_misplaced,
    names_types_of_column,
    placed_labels,
)
from components.analysis.labels.ids import NO_IDS, Ids
from components.analysis.raters.ratings import by_votes, lineage_ratings, most_divided
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
        """The nucleus `by` places further on; beyond either end, the one at that end."""
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
    ratings = lineage_ratings(loaded, level)
    nuclei, labels, votes = ratings.nuclei, ratings.labels, ratings.votes
    contested = np.count_nonzero(votes, axis=1) > 1
    nuclei, votes = nuclei[contested], votes[contested]
    order = most_divided(nuclei, votes)
    kinds, kind = np.unique(votes[order], axis=0, return_inverse=True)
    words = [_vote_words(labels, counts) for counts in kinds]
    return Queue(nuclei[order], tuple(words[k] for k in kind.ravel()))


def _vote_words(labels: list[str], counts: NDArray[np.int64]) -> str:
    votes = by_votes(labels, counts)
    return ", ".join(f"{plural(n, 'lineage says', 'lineages say')} {label}" for label, n in votes)


def misplaced_queue(loaded: Mapping[str, LabelTable]) -> Queue | None:
    """Nuclei with a label outside its type's depth range, the farthest beyond the type's depths first.

    Several tables' labels of a nucleus count as the one that lies farthest. None without manual tables.
    """
    manual = [one.frame for one in loaded.values() if names_types_of_column(one.table)]
    if not manual:
        return None
    ranges = manual_depth_ranges(manual)
    placed = [
        placed_labels(one.frame, ranges).assign(table=one.table.title)
        for one in loaded.values()
        if may_be_misplaced(one.table)
    ]
    if not placed:
        return selected_queue(NO_IDS)
    every = pd.concat(placed)
    far = every[every["beyond_um"] != 0].reset_index(names="nucleus_id")
    far = far.assign(distance=far["beyond_um"].abs())
    far = far.sort_values(["distance", "nucleus_id"], ascending=[False, True], kind="stable")
    far = far.drop_duplicates("nucleus_id")
    where = {str(label): f"{low:,.0f} to {high:,.0f} µm" for label, _, low, high in ranges.itertuples()}
    reasons = [
        f"{label} in {table} at {depth:,.0f} µm; plausible by the manual labels: {where[label]}"
        for label, table, depth in far[["label", "table", "depth_um"]].itertuples(index=False)
    ]
    return Queue(far["nucleus_id"].to_numpy(dtype=np.int64), tuple(reasons))


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
