"""Nuclei of a type on which all lineages agree, and those on which lineages differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import NO_IDS, Ids, each_once
from components.analysis.labels.levels import nucleus_labels
from components.analysis.raters.ratings import by_votes, lineage_ratings, most_divided
from components.analysis.types.counts import TypeName
from data.loader import LabelTable


@dataclass(frozen=True, eq=False)
class Examples:
    """Nuclei in the order of their rank, with the votes of the lineages.

    Attributes
    ----------
    nucleus_ids : int64 array, shape (n,)
        All of them, the first rank first.
    votes : tuple of str
        Of the first ones, such as "2 BC, 1 MC": how many lineages give each label, the most frequent first.
    """

    nucleus_ids: Ids
    votes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TypeExamples:
    """Typical and contested nuclei of a type.

    Attributes
    ----------
    label : str
        What the lineages were asked about; "" where no label of theirs corresponds to the type.
    n : int
        Nuclei that any table gives the type.
    typical, contested : Examples
    median_um : float
        Median depth of the typical nuclei, µm; NaN without any.
    """

    label: str
    n: int
    typical: Examples
    contested: Examples
    median_um: float


NONE = Examples(NO_IDS, ())


def type_examples(
    named: TypeName, tables: Mapping[str, LabelTable], depths: "pd.Series[float]", most: int
) -> TypeExamples:
    """Rank the nuclei that any table gives a type.

    Typical are those on which every lineage that votes, two at least, agrees; most lineages first, then the
    nearest to their median depth. Contested are those on which lineages differ; the most divided first, then
    more votes. Lineages vote at the level at which their vocabularies meet: on an M-type by its subclass.

    Parameters
    ----------
    named : TypeName
    tables : mapping of str to LabelTable
        The tables at hand, by name.
    depths : Series of float
        Depth in µm, index `nucleus_id`.
    most : int
        Nuclei of each kind whose votes are written out.
    """
    called = [
        found.index[(found == named.label).to_numpy()].to_numpy()
        for loaded in tables.values()
        if loaded.table.kind == "labels" and "cell_type" in loaded.frame
        for found in [nucleus_labels(loaded.frame, named.level).labels]
    ]
    members = each_once(np.concatenate([NO_IDS, *called]))
    asked = named.counts_as
    if asked is None:
        return TypeExamples("", len(members), NONE, NONE, float("nan"))
    ratings = lineage_ratings(tables, asked[1])
    rows, labels = np.isin(ratings.nuclei, members), ratings.labels
    nuclei, votes = ratings.nuclei[rows], ratings.votes[rows]
    n = votes.sum(axis=1)
    same = votes[:, labels.index(asked[0])] if asked[0] in labels else np.zeros(len(nuclei), dtype=np.int64)
    agree, differ = (same == n) & (n > 1), np.count_nonzero(votes, axis=1) > 1
    depth = depths.reindex(nuclei).to_numpy(dtype=np.float64)
    middle = float(np.nanmedian(depth[agree])) if np.isfinite(depth[agree]).any() else float("nan")
    off = np.nan_to_num(np.abs(depth - middle), nan=np.inf)
    by_depth = np.lexsort((nuclei, off, -n))
    divided = most_divided(nuclei, votes)
    typical, contested = (
        Examples(nuclei[ranked], tuple(_votes(labels, votes[row]) for row in ranked[:most]))
        for ranked in (by_depth[agree[by_depth]], divided[differ[divided]])
    )
    return TypeExamples(asked[0], len(members), typical, contested, middle)


def _votes(labels: list[str], counts: NDArray[np.int64]) -> str:
    return ", ".join(f"{n} {label}" for label, n in by_votes(labels, counts))
