"""Whether disagreements are clustered: nearest neighbours against permutation within type and layer."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from components.analysis.comparison.differences import same_labels
from components.analysis.labels.ids import Ids
from data.tables.schema import POSITION
from data.volume.space import layer_codes
from data.volume.volume import LayerPreset

NEIGHBOURS, PERMUTATIONS, SEED = 5, 399, 661
FEWEST = 20
"""Disagreements below which nothing is tested."""


@dataclass(frozen=True, eq=False)
class Clustering:
    """How far nuclei on which two tables differ lie beside others on which they differ.

    Attributes
    ----------
    nuclei : int64 array, shape (n,)
        The compared nuclei with a position.
    differ : bool array, shape (n,)
        Whether the tables differ about each.
    near : int array, shape (n,)
        On how many of its `NEIGHBOURS` nearest compared nuclei they differ.
    unplaced : int
        Compared nuclei without a position.
    share : float
        Of the neighbours of disagreements, those that are disagreements too.
    expected, low, high : float
        The same where disagreements are permuted within type and layer: the mean, and the 2.5 % and 97.5 %
        quantiles of `PERMUTATIONS`.
    as_clustered : int
        Permutations with a share as large.
    by_near : DataFrame
        Index 0 to `NEIGHBOURS`: disagreements with as many beside them; `n`, and `expected`, the mean of the
        permutations.
    """

    nuclei: Ids
    differ: NDArray[np.bool_]
    near: NDArray[np.int64]
    unplaced: int
    share: float
    expected: float
    low: float
    high: float
    as_clustered: int
    by_near: pd.DataFrame

    def among(self, least: int) -> Ids:
        """The disagreements with at least as many disagreements among their neighbours, sorted."""
        return np.sort(self.nuclei[self.differ & (self.near >= least)])


def clustering(
    pairs_frame: pd.DataFrame, places: pd.DataFrame, types: pd.Series, preset: LayerPreset
) -> Clustering | str:
    """Test whether disagreements are clustered beyond what types and layers explain.

    Parameters
    ----------
    pairs_frame : DataFrame
        As `Pairs.frame` of a square pair.
    places : DataFrame
        Index `nucleus_id` (unique); `x_um`, `depth_um`, `z_um` in oriented µm.
    types : Series of categories
        Type by `nucleus_id`: those of one table, as fine as it has them.
    preset : LayerPreset
        The layers' boundaries.

    Returns
    -------
    Clustering or str
        Why nothing is tested, where there are fewer than `FEWEST` disagreements or too few nuclei.
    """
    um, placed = _placed(pairs_frame, places)
    differ = ~same_labels(pairs_frame)[placed]
    n, n_differ = len(um), int(differ.sum())
    if n_differ < FEWEST or n <= NEIGHBOURS:
        return (
            f"It takes {FEWEST} nuclei with different labels and a position; there are {n_differ:,} of {n:,}."
        )
    beside = nearest_places(um, NEIGHBOURS)
    codes = types.reindex(pairs_frame.index).cat.codes.to_numpy(dtype=np.int64)[placed]
    strata = codes * len(preset.layers) + layer_codes(um[:, 1], preset)
    permuted = permuted_counts(differ, beside, strata, np.random.default_rng(SEED))
    near = differ[beside].sum(axis=1)
    observed = np.bincount(near[differ], minlength=NEIGHBOURS + 1)
    steps = np.arange(NEIGHBOURS + 1)
    shares = permuted @ steps / (n_differ * NEIGHBOURS)
    share = float(observed @ steps / (n_differ * NEIGHBOURS))
    low, high = np.quantile(shares, [0.025, 0.975])
    return Clustering(
        nuclei=pairs_frame.index.to_numpy(dtype=np.int64)[placed],
        differ=differ,
        near=near,
        unplaced=int((~placed).sum()),
        share=share,
        expected=float(shares.mean()),
        low=float(low),
        high=float(high),
        as_clustered=int((shares >= share).sum()),
        by_near=pd.DataFrame({"n": observed, "expected": permuted.mean(axis=0)}),
    )


def differing_neighbours(pairs_frame: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """Count, for each compared nucleus with a position, the `NEIGHBOURS` nearest others that differ.

    Parameters
    ----------
    pairs_frame, places : DataFrame
        As in `clustering`.

    Returns
    -------
    Series of int
        By `nucleus_id`; none where too few nuclei are compared to have that many neighbours.
    """
    um, placed = _placed(pairs_frame, places)
    if len(um) <= NEIGHBOURS:
        return pd.Series(dtype=np.int64)
    differ = ~same_labels(pairs_frame)[placed]
    return pd.Series(differ[nearest_places(um, NEIGHBOURS)].sum(axis=1), pairs_frame.index[placed])


def _placed(pairs_frame: pd.DataFrame, places: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The positions of the compared nuclei that have one, and which these are."""
    um = places.reindex(index=pairs_frame.index, columns=list(POSITION)).to_numpy(dtype=np.float64)
    placed = np.isfinite(um).all(axis=1)
    return um[placed], placed


def nearest_places(um: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """The k nearest other places of each place, shape (n, k)."""
    _, found = KDTree(um).query(um, k=k + 1)
    own = found == np.arange(len(um))[:, None]
    own[~own.any(axis=1), -1] = True  # of more places at one point than are found
    return np.asarray(found[~own].reshape(len(um), k))


def nearest_compared(nucleus_id: int, pairs_frame: pd.DataFrame, places: pd.DataFrame, k: int) -> Ids:
    """The k compared nuclei nearest to one with a position, the nearest first; fewer if there are fewer."""
    um, placed = _placed(pairs_frame, places)
    nuclei = pairs_frame.index.to_numpy(dtype=np.int64)[placed]
    others = nuclei != nucleus_id
    distances = np.linalg.norm(um[others] - um[~others], axis=1)
    return nuclei[others][np.argsort(distances, kind="stable")[:k]]


def permuted_counts(
    differ: NDArray[np.bool_],
    beside: NDArray[np.intp],
    strata: NDArray[np.int64],
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Disagreements by how many of their neighbours are disagreements too, once for each permutation.

    Each permutation deals the disagreements of a stratum to its nuclei at random. Of n nuclei, `differ` and
    `strata` have the shape (n,), and `beside`, the places of their k neighbours, (n, k); the counts have
    (permutations, k + 1).
    """
    order = np.argsort(strata, kind="stable")
    bounds = np.flatnonzero(np.diff(strata[order], prepend=np.nan, append=np.nan))
    members = [order[start:end] for start, end in pairwise(bounds)]
    dealt = [(nuclei, int(differ[nuclei].sum())) for nuclei in members]
    counts = np.empty((PERMUTATIONS, beside.shape[1] + 1), dtype=np.int64)
    for row in counts:
        flags = np.zeros(len(differ), dtype=bool)
        for nuclei, n in dealt:
            if n:
                flags[random.choice(nuclei, n, replace=False, shuffle=False)] = True
        row[:] = np.bincount(flags[beside[flags]].sum(axis=1), minlength=len(row))
    return counts
