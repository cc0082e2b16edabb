"""An index of a release by nucleus: its rows, the nuclei of a root, the nearest nuclei."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree

from components.analysis.labels.ids import Ids
from data.loader import LabelTable
from data.tables.schema import POSITION
from data.volume import VOLUME

AT_CENTRE, AT_POINT = "at its centre", "at its lookup point"
"""Where a nucleus's root was read: at its centre, or for some nuclei at another point too."""


@dataclass(frozen=True, eq=False)
class ReleaseIndex:
    """The tables at hand, indexed by nucleus; made by `index_release`.

    Attributes
    ----------
    loaded : mapping of str to LabelTable
        The tables at hand, by name.
    wide : DataFrame
        From `nucleus_table`: a row per nucleus, by ID.
    denominator : str
        What the nuclei of `wide` are, in words.
    rows_by_id : dict
        By table, the sorted nucleus IDs of its rows, and the position of each row.
    roots : DataFrame
        Columns `root_id` (sorted, never 0), `nucleus_id` and `found` (`AT_CENTRE` or `AT_POINT`).
    tree : KDTree
        The positions of `wide`, in its order.
    """

    loaded: Mapping[str, LabelTable]
    wide: pd.DataFrame
    denominator: str
    rows_by_id: dict[str, tuple[Ids, Ids]]
    roots: pd.DataFrame
    tree: KDTree

    @property
    def key(self) -> tuple[str, ...]:
        """Identifies the index among those of other tables, or of the same tables read again."""
        return tuple(label_table.key for label_table in self.loaded.values())

    def __contains__(self, nucleus_id: object) -> bool:
        return nucleus_id in self.wide.index

    def rows(self, name: str, nucleus_id: int) -> pd.DataFrame:
        """A table's rows of one nucleus, in their order."""
        ids, places = self.rows_by_id[name]
        first, last = np.searchsorted(ids, [nucleus_id, nucleus_id + 1])
        return self.loaded[name].frame.iloc[places[first:last]]

    def with_rows(self, further: Mapping[str, LabelTable]) -> "ReleaseIndex":
        """The index with rows of further tables for single nuclei; its set of nuclei does not change."""
        by_id = {name: _by_id(label_table.frame) for name, label_table in further.items()}
        return replace(self, loaded={**self.loaded, **further}, rows_by_id=self.rows_by_id | by_id)

    def position(self, nucleus_id: int) -> NDArray[np.float64]:
        """Position of a nucleus: x, depth, z in oriented µm."""
        return self.wide.loc[[nucleus_id], [*POSITION]].to_numpy(dtype=np.float64)[0]

    def nuclei_of_root(self, root_id: int) -> pd.DataFrame:
        """The nuclei of a root, by ID, each once: columns `nucleus_id` and `found`."""
        root_ids = self.roots["root_id"].to_numpy()
        first, last = np.searchsorted(root_ids, [root_id, root_id + 1])
        found = self.roots.iloc[first:last].drop(columns="root_id")
        return found.drop_duplicates("nucleus_id").sort_values("nucleus_id", ignore_index=True)

    def nearest(self, um: ArrayLike, k: int) -> pd.DataFrame:
        """The nuclei nearest to a place.

        Parameters
        ----------
        um : array-like, length 3
            x, depth, z in oriented µm.
        k : int
            The most nuclei returned.

        Returns
        -------
        DataFrame
            Columns `nucleus_id` and `distance_um`, the nearest first.
        """
        k = min(k, len(self.wide))
        distances, places = self.tree.query(np.asarray(um, dtype=np.float64), k=np.arange(1, k + 1))
        ids = self.wide.index.to_numpy()[places]
        return pd.DataFrame({"nucleus_id": ids, "distance_um": distances})

    def within(self, um: ArrayLike, radius_um: float) -> Ids:
        """The nuclei within a radius of a place, by ID."""
        places = self.tree.query_ball_point(np.asarray(um, dtype=np.float64), radius_um)
        return np.sort(self.wide.index.to_numpy()[places])


def index_release(loaded: Mapping[str, LabelTable], wide: pd.DataFrame) -> ReleaseIndex:
    """Index a release.

    Parameters
    ----------
    loaded : mapping of str to LabelTable
        The tables at hand; one at least.
    wide : DataFrame
        Their nuclei side by side, as `nucleus_table` gives them.
    """
    return ReleaseIndex(
        loaded=loaded,
        wide=wide,
        denominator=_denominator(loaded, wide),
        rows_by_id={name: _by_id(label_table.frame) for name, label_table in loaded.items()},
        roots=_roots(loaded, wide),
        tree=KDTree(wide[[*POSITION]].to_numpy(dtype=np.float64)),
    )


def _denominator(loaded: Mapping[str, LabelTable], wide: pd.DataFrame) -> str:
    if VOLUME.detections not in loaded:
        return "nuclei in the loaded tables together"
    detected = loaded[VOLUME.detections].frame["nucleus_id"].nunique()
    return "detected nuclei" if detected == len(wide) else "nuclei, detected or in another loaded table"


def _by_id(frame: pd.DataFrame) -> tuple[Ids, Ids]:
    ids = frame["nucleus_id"].to_numpy()
    places = np.argsort(ids, kind="stable")
    return ids[places], places


def _roots(loaded: Mapping[str, LabelTable], wide: pd.DataFrame) -> pd.DataFrame:
    """The roots of nuclei: those at centres before those at lookup points."""
    parts = [pd.DataFrame({"root_id": wide["root_id"], "nucleus_id": wide.index, "found": AT_CENTRE})]
    parts += [
        label_table.frame[["root_id", "nucleus_id"]].assign(found=AT_POINT)
        for label_table in loaded.values()
        if (label_table.table.kind == "points" or label_table.table.view) and "root_id" in label_table.frame
    ]
    roots = pd.concat(parts, ignore_index=True).astype({"found": pd.CategoricalDtype([AT_CENTRE, AT_POINT])})
    roots = roots[roots["root_id"] != 0].drop_duplicates(["root_id", "nucleus_id"])
    return roots.sort_values("root_id", kind="stable", ignore_index=True)
