"""What is known of each lineage at a level and place: coverage, agreement, published accuracy, and gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.analysis.comparison.circular import learnt_from_other
from components.analysis.comparison.intervals import Interval, wilson_interval
from components.analysis.labels.ids import NO_IDS, Ids, each_once, in_both
from components.analysis.labels.levels import nucleus_labels
from components.analysis.raters.ratings import LabelCodes, Ratings
from data.catalog.entry import Table
from data.catalog.facts import Accuracy
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei

ByHand = Literal["free", "trained", "unknown", "circular"]
"""Of the agreement with manual labels: of cells that a lineage did not learn from, of cells that it learned
from, of cells that it may have learned from, or by a crosswalk that was learnt from them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LineagePair:
    """Two lineages on the nuclei of a place that both label.

    Attributes
    ----------
    lineages : tuple of (str, str)
    standing : ByHand or None
        None where neither, or each, is of manual labels.
    n, agree : int
    differing : int64 array
        The nuclei that they label differently, sorted.
    never : tuple of (dict, dict)
        For each of the two, the other's labels that it gives to no nucleus anywhere, with the nuclei: on
        these the two cannot agree.
    n_possible : int
        The nuclei with labels that both lineages give.
    """

    lineages: tuple[str, str]
    standing: ByHand | None
    n: int
    agree: int
    differing: Ids
    never: tuple[dict[str, int], dict[str, int]]
    n_possible: int

    @property
    def share(self) -> float:
        """Share of the n with the same label, 0–1; NaN where the two cannot agree on any."""
        return self.agree / self.n if self.n_possible else nan

    @property
    def interval(self) -> Interval:
        """Wilson's, 95 %; NaN likewise."""
        if not self.n_possible:
            return nan, nan
        low, high = wilson_interval(np.array(self.agree), np.array(self.n))
        return float(low), float(high)


@dataclass(frozen=True, kw_only=True)
class LineageRecord:
    """What is known about a lineage at a place.

    Attributes
    ----------
    lineage : str
    tables : tuple of Table
        Those at hand.
    by_hand : bool
        Whether experts gave its labels.
    labelled, nuclei : int
        Nuclei of the place that it labels at the level, of all that were detected there.
    published : tuple of Accuracy
        At the level, of its tables.
    unknown : tuple of str
        What is not known, a sentence each.
    """

    lineage: str
    tables: tuple[Table, ...]
    by_hand: bool
    labelled: int
    nuclei: int
    published: tuple[Accuracy, ...]
    unknown: tuple[str, ...]


def compare_lineages(
    ratings: Ratings, loaded: Mapping[str, LabelTable], within: Ids | None = None
) -> list[LineagePair]:
    """Compare every two lineages at a place; with manual labels once for each standing.

    Parameters
    ----------
    ratings : Ratings
    loaded : mapping of str to LabelTable
        The tables at hand, by name: those that a model learned from are looked up.
    within : int64 array, optional
        The nuclei of the place; None: everywhere.

    Returns
    -------
    list of LineagePair
        Those with a nucleus in common; the manual lineage of two comes second.
    """
    place = np.full(len(ratings.nuclei), True) if within is None else np.isin(ratings.nuclei, within)
    gives = [np.isin(np.arange(len(ratings.labels)), rated) for rated in ratings.codes.T]
    found = []
    for pair in combinations(range(len(ratings.lineages)), 2):
        first, second = sorted(pair, key=lambda which: is_by_hand(ratings.tables[which]))
        both = place & (ratings.codes[:, [first, second]] >= 0).all(axis=1)
        model, manual = ratings.tables[first], ratings.tables[second]
        for standing, rows in _by_standing(ratings, model, manual, loaded).items():
            kept = both & rows
            ones, others = ratings.codes[kept, first], ratings.codes[kept, second]
            same = ones == others
            if len(same):
                foreign = ~gives[first][others], ~gives[second][ones]
                found.append(
                    LineagePair(
                        lineages=(ratings.lineages[first], ratings.lineages[second]),
                        standing=standing,
                        n=len(same),
                        agree=int(same.sum()),
                        differing=ratings.nuclei[kept][~same],
                        never=(
                            _counted(others[foreign[0]], ratings.labels),
                            _counted(ones[foreign[1]], ratings.labels),
                        ),
                        n_possible=int((~foreign[0] & ~foreign[1]).sum()),
                    )
                )
    return found


def _counted(codes: LabelCodes, labels: list[str]) -> dict[str, int]:
    """Nuclei of each label that occurs."""
    return {labels[code]: int(n) for code, n in zip(*np.unique(codes, return_counts=True), strict=True)}


def is_by_hand(tables: tuple[Table, ...]) -> bool:
    """Whether the labels of a lineage were given by hand."""
    return all(table.method == "manual" for table in tables)


def _by_standing(
    ratings: Ratings, model: tuple[Table, ...], manual: tuple[Table, ...], loaded: Mapping[str, LabelTable]
) -> dict[ByHand | None, NDArray[np.bool_]]:
    """The nuclei of each standing of the agreement of two lineages, by the table that labels each."""
    left = np.full(len(ratings.nuclei), True)
    if is_by_hand(model) or not is_by_hand(manual):
        return {None: left}
    kinds: list[tuple[ByHand, NDArray[np.bool_]]] = []
    for table in model:
        named = nucleus_labels(loaded[table.name].frame, ratings.level).labels.dropna()
        labelled = left & np.isin(ratings.nuclei, named.index.to_numpy())
        left = left & ~labelled
        if any(learnt_from_other(table, other, ratings.level) for other in manual):
            kinds.append(("circular", labelled))
            continue
        learned = np.full(len(labelled), False)
        if table.trained_on:
            frames = [loaded[name].frame for name in table.trained_on.tables if name in loaded]
            cells = each_once(np.concatenate([NO_IDS, *(frame["nucleus_id"] for frame in frames)]))
            learned = labelled & np.isin(ratings.nuclei, cells)
            kinds.append(("unknown" if table.trained_on.standing == "unknown" else "trained", learned))
        kinds.append(("free", labelled & ~learned))
    nowhere = np.full(len(left), False)
    return {
        which: np.logical_or.reduce([nowhere, *(rows for kind, rows in kinds if kind == which)])
        for which in dict.fromkeys(kind for kind, _ in kinds)
    }


def lineage_standings(
    ratings: Ratings, compared: list[LineagePair], detected: Ids, within: Ids | None = None
) -> list[LineageRecord]:
    """Say what is known about each lineage at a place, in the order of the lineages.

    Parameters
    ----------
    ratings : Ratings
    compared : list of LineagePair
        From `compare_lineages`, at the same place.
    detected : int64 array
        All detected nuclei.
    within : int64 array, optional
        The nuclei of the place; None: everywhere.
    """
    nuclei = detected if within is None else in_both(detected, within)
    return [
        _standings(ratings, which, compared, nuclei, ratings.level) for which in range(len(ratings.lineages))
    ]


def _standings(
    ratings: Ratings, which: int, compared: list[LineagePair], nuclei: Ids, level: Level
) -> LineageRecord:
    lineage, tables = ratings.lineages[which], ratings.tables[which]
    by_hand = is_by_hand(tables)
    labelled = int(np.isin(ratings.nuclei[ratings.codes[:, which] >= 0], nuclei).sum())
    published = tuple(figure for table in tables for figure in table.accuracies if figure.level == level)
    mine = [pair for pair in compared if lineage in pair.lineages]
    unknown = []
    if not labelled:
        unknown.append("It labels no nucleus here.")
    elif not mine:
        unknown.append("No other lineage labels the same nuclei here.")
    if not by_hand:
        unknown += _unknown_by_hand([pair for pair in mine if pair.standing == "free"])
        if not published:
            unknown.append(f"The catalogue knows no published accuracy at the level of {level}.")
        unknown += [
            f"Whether {table.title} was trained on the manual labels is not known."
            for table in tables
            if table.trained_on and table.trained_on.standing == "unknown"
        ]
    return LineageRecord(
        lineage=lineage,
        tables=tables,
        by_hand=by_hand,
        labelled=labelled,
        nuclei=len(nuclei),
        published=published,
        unknown=tuple(unknown),
    )


def _unknown_by_hand(free: list[LineagePair]) -> list[str]:
    """Why the agreement with manual labels of cells that a lineage did not learn from is unknown."""
    if not free:
        return ["No manual label here is of a cell that it surely did not learn from."]
    if any(sum(pair.never[0].values()) < pair.n for pair in free):
        return []
    n, labels = sum(pair.n for pair in free), dict.fromkeys(label for pair in free for label in pair.never[0])
    words = f"It never gives {' or '.join(labels)}, the labels by hand of the {of_nuclei(n)}"
    return [f"{words} that it did not learn from."]
