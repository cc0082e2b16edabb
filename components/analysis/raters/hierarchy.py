"""How much of the disagreement of lineages is between classes, and how much within one."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import each_once
from components.analysis.raters.ratings import Ratings
from data.labels.crosswalk import at_level

SAME, WITHIN, BETWEEN = "same label", "another label of the class", "another class"
"""How two lineages' labels of a nucleus may compare; headings of the matrix and words of its cells."""
OUTCOMES = (SAME, WITHIN, BETWEEN)


@dataclass(frozen=True, eq=False)
class Disagreement:
    """The labels of two lineages for each nucleus that both label, for every two lineages.

    Attributes
    ----------
    counts : DataFrame
        Index the two lineages' titles, joined by " × "; columns `OUTCOMES`: nuclei.
    nuclei : int64 array, shape (n,)
        A nucleus for every two lineages that label it.
    cells : Categorical, length n
        Which two, and what they say: "A × B, another class", a category for each cell of `counts`, by rows.
    by_chance : float
        Share of the differing pairs of labels that would be between classes, were every lineage to give its
        labels to nuclei at random; NaN without two labels.
    """

    counts: pd.DataFrame
    nuclei: NDArray[np.int64]
    cells: pd.Categorical
    by_chance: float

    def total(self, outcome: str) -> int:
        """Pairs of labels with an outcome."""
        return int(self.counts[outcome].sum())

    def nuclei_with(self, outcome: str) -> int:
        """Nuclei on which two lineages or more have an outcome."""
        return len(each_once(self.nuclei[self.cells.codes % len(OUTCOMES) == OUTCOMES.index(outcome)]))


def disagreement(ratings: Ratings) -> Disagreement:
    """Sort every two labels of a nucleus by whether they name one label, one class, or neither."""
    words = [at_level(label, "class") or label for label in ratings.labels]
    cell_class = np.array([words.index(word) for word in words], dtype=np.int64)
    n_labels = len(ratings.labels)
    different = cell_class[:, None] != cell_class
    titles: list[str] = []
    nuclei, cells = [], []
    chance, chance_between = 0.0, 0.0
    for first, second in combinations(range(len(ratings.lineages)), 2):
        both = (ratings.codes[:, first] >= 0) & (ratings.codes[:, second] >= 0)
        if not both.any():
            continue
        one, other = ratings.codes[both, first], ratings.codes[both, second]
        outcomes = np.where(one == other, 0, np.where(cell_class[one] == cell_class[other], 1, 2))
        cells.append(len(titles) * len(OUTCOMES) + outcomes)
        titles.append(f"{ratings.lineages[first]} × {ratings.lineages[second]}")
        nuclei.append(ratings.nuclei[both])
        expected = np.outer(*(np.bincount(side, minlength=n_labels) for side in (one, other))) / len(one)
        chance += expected.sum() - np.trace(expected)
        chance_between += expected[different].sum()
    cell = np.concatenate([np.empty(0, np.int64), *cells]).astype(np.int64)
    words = [f"{title}, {outcome}" for title in titles for outcome in OUTCOMES]
    counts = np.bincount(cell, minlength=len(words)).reshape(-1, len(OUTCOMES))
    return Disagreement(
        counts=pd.DataFrame(counts, index=pd.Index(titles, dtype=object), columns=pd.Index(OUTCOMES)),
        nuclei=np.concatenate([np.empty(0, np.int64), *nuclei]),
        cells=pd.Categorical.from_codes(cell.tolist(), pd.Index(words, dtype=object)),
        by_chance=chance_between / chance if chance else np.nan,
    )
