"""A release indexed by nucleus, and what it holds of one: position, root, lookup points, recorded units."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree

from components.analysis.comparison.units import UNIT, best_units
from components.analysis.labels.counts import DETECTED, LOADED
from components.analysis.labels.ids import Ids
from components.analysis.labels.nuclei import CENTRE, POINT, displacements
from data.loader import LabelTable
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import area_of, distance_to_edge_um, in_column, layer_of, voxels

UNIT_COLUMNS = [*UNIT, "field", "residual_um", "score_um"]
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
        return LOADED
    detected = loaded[VOLUME.detections].frame["nucleus_id"].nunique()
    return DETECTED if detected == len(wide) else "nuclei, detected or in another loaded table"


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
        if label_table.table.gives_points and "root_id" in label_table.frame
    ]
    roots = pd.concat(parts, ignore_index=True).astype({"found": pd.CategoricalDtype([AT_CENTRE, AT_POINT])})
    roots = roots[roots["root_id"] != 0].drop_duplicates(["root_id", "nucleus_id"])
    return roots.sort_values("root_id", kind="stable", ignore_index=True)


@dataclass(frozen=True, kw_only=True)
class NucleusPosition:
    """Where a nucleus lies.

    Attributes
    ----------
    voxels : tuple of int
        x, y, z in voxels, as CAVE and Neuroglancer show them.
    um : tuple of float
        x, depth, z in oriented µm.
    layers : dict of str to str
        Its layer by the name of each preset; the default first.
    area : str
        Approximate: see `Volume.area_note`.
    in_column : bool
        Whether it lies in the V1 column.
    edge_um : float
        Distance to the nearest face of the EM box, µm; negative outside.
    volume_um3 : float or None
        Of the nucleus; None where no table at hand gives it.
    """

    voxels: tuple[int, int, int]
    um: tuple[float, float, float]
    layers: dict[str, str]
    area: str
    in_column: bool
    edge_um: float
    volume_um3: float | None


@dataclass(frozen=True, kw_only=True)
class Root:
    """The root of a nucleus.

    Attributes
    ----------
    root_id : int or None
        At the nucleus's centre; 0: no segment; None: no table at hand gives it.
    source : str
        The table that gives it.
    others : dict of int to tuple of str
        Other roots at the centre, by the tables that give them; a release should hold none.
    shared : DataFrame
        The other nuclei on that root: `nucleus_id` and `found` (at its centre or its lookup point).
    """

    root_id: int | None
    source: str
    others: dict[int, tuple[str, ...]]
    shared: pd.DataFrame


def nucleus_position(index: ReleaseIndex, nucleus_id: int) -> NucleusPosition:
    """Where a nucleus lies."""
    um = index.position(nucleus_id)
    x, y, z = np.rint(voxels([um])[0]).astype(int).tolist()
    volume = index.wide["volume_um3"].get(nucleus_id) if "volume_um3" in index.wide else None
    return NucleusPosition(
        voxels=(x, y, z),
        um=(float(um[0]), float(um[1]), float(um[2])),
        layers={preset.name: str(layer_of([um[1]], preset)[0]) for preset in VOLUME.layer_presets},
        area=str(area_of([um[0]], [um[2]])[0]),
        in_column=bool(in_column(*um[:, None])[0]),
        edge_um=float(distance_to_edge_um(*um[:, None])[0]),
        volume_um3=None if volume is None or pd.isna(volume) else float(volume),
    )


def root_of(index: ReleaseIndex, nucleus_id: int) -> Root:
    """The root at a nucleus's centre, by the detections if they hold it, and the nuclei that share it."""
    stated: dict[int, list[str]] = {}
    for name in sorted(index.loaded, key=lambda name: name != VOLUME.detections):
        rows = index.rows(name, nucleus_id)
        column = "orig_root_id" if index.loaded[name].table.gives_points else "root_id"
        for root in pd.unique(rows[column]) if column in rows else ():
            stated.setdefault(int(root), []).append(name)
    if not stated:
        return Root(root_id=None, source="", others={}, shared=index.roots.iloc[:0, 1:])
    root, *others = stated
    shared = index.nuclei_of_root(root) if root else index.roots.iloc[:0, 1:]
    return Root(
        root_id=root,
        source=stated[root][0],
        others={other: tuple(stated[other]) for other in others},
        shared=shared[shared["nucleus_id"] != nucleus_id].reset_index(drop=True),
    )


def other_points(index: ReleaseIndex, nucleus_id: int) -> pd.DataFrame:
    """Other points where the release looks up a nucleus's segment.

    Returns
    -------
    DataFrame
        A row per table of such points that holds the nucleus: `table`, then the columns of
        `nuclei.displacements`, and the point in voxels: `x`, `y`, `z`.
    """
    detections = index.rows(VOLUME.detections, nucleus_id) if VOLUME.detections in index.loaded else None
    parts = [
        displacements(index.rows(name, nucleus_id), detections).assign(table=name)
        for name, label_table in index.loaded.items()
        if label_table.table.gives_points and {*CENTRE, *POINT} <= {*label_table.frame}
    ]
    parts = [moved for moved in parts if len(moved)]
    if not parts:
        return pd.DataFrame()
    points = pd.concat(parts, ignore_index=True)
    places = np.rint(voxels(points[POINT])).astype(np.int64)
    return points.assign(x=places[:, 0], y=places[:, 1], z=places[:, 2])


def units_of(index: ReleaseIndex, nucleus_id: int) -> pd.DataFrame:
    """The functional units matched to a nucleus.

    Returns
    -------
    DataFrame
        A row per match, each table's by falling score: `table`, `session`, `scan_idx`, `unit_id`, and
        `field`, `residual_um`, `score_um` where a table holds them; `best` marks each table's match of
        highest score.
    """
    parts = []
    for name, label_table in index.loaded.items():
        if label_table.table.kind == "units":
            rows = index.rows(name, nucleus_id)
            scores = rows.get("score_um", pd.Series(np.nan, index=rows.index))
            best = scores.notna() & rows.index.isin(best_units(rows).index)
            by_score = scores.sort_values(ascending=False, kind="stable").index
            parts.append(rows.filter(UNIT_COLUMNS).assign(table=name, best=best).loc[by_score])
    parts = [matches for matches in parts if len(matches)]
    units = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["table", *UNIT, "best"])
    return units[["table", *(column for column in UNIT_COLUMNS if column in units), "best"]]


def neighbours(index: ReleaseIndex, nucleus_id: int, k: int) -> pd.DataFrame:
    """The nuclei nearest to a nucleus, itself left out: `nucleus_id`, `distance_um`, the nearest first."""
    near = index.nearest(index.position(nucleus_id), k + 1)
    return near[near["nucleus_id"] != nucleus_id].head(k).reset_index(drop=True)


def nuclei_around(index: ReleaseIndex, nucleus_id: int, radius_um: float) -> np.ndarray:
    """The other nuclei within a radius, by ID (int64)."""
    places = index.tree.query_ball_point(index.position(nucleus_id), radius_um)
    near = np.sort(index.wide.index.to_numpy()[places])
    return near[near != nucleus_id]
