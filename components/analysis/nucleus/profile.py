"""The profile of one nucleus: its position, root, lookup points and recorded units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.comparison.units import UNIT, best_units
from components.analysis.labels.nuclei import displacements, position_columns
from components.analysis.nucleus.index import ReleaseIndex
from data.volume import VOLUME
from data.volume.space import area_of, distance_to_edge_um, in_column, layer_of, voxels

UNIT_COLUMNS = [*UNIT, "field", "residual_um", "score_um"]


@dataclass(frozen=True, kw_only=True)
class NucleusPlace:
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


def nucleus_place(index: ReleaseIndex, nucleus_id: int) -> NucleusPlace:
    """Where a nucleus lies."""
    um = index.position(nucleus_id)
    x, y, z = np.rint(voxels([um])[0]).astype(int).tolist()
    volume = index.wide["volume_um3"].get(nucleus_id) if "volume_um3" in index.wide else None
    return NucleusPlace(
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
        column = _centre_root(index, name, rows)
        for root in pd.unique(rows[column]) if column else ():
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


def _centre_root(index: ReleaseIndex, name: str, rows: pd.DataFrame) -> str | None:
    """The column of a table with the root at the nucleus's centre."""
    table = index.loaded[name].table
    wanted = "orig_root_id" if table.kind == "points" or table.view else "root_id"
    return wanted if wanted in rows else None


def other_points(index: ReleaseIndex, nucleus_id: int) -> pd.DataFrame:
    """Other points where the release looks up a nucleus's segment.

    Returns
    -------
    DataFrame
        A row per table of such points that holds the nucleus: `table`, then the columns of
        `nuclei.displacements`, and the point in voxels: `x`, `y`, `z`.
    """
    detections = index.rows(VOLUME.detections, nucleus_id) if VOLUME.detections in index.loaded else None
    needed = {name for names in position_columns() for name in names}
    parts = []
    for name, label_table in index.loaded.items():
        if (label_table.table.kind == "points" or label_table.table.view) and needed <= set(
            label_table.frame.columns
        ):
            moved = displacements(index.rows(name, nucleus_id), detections)
            parts.append(moved.assign(table=name))
    if not parts or all(moved.empty for moved in parts):
        return pd.DataFrame()
    points = pd.concat([moved for moved in parts if len(moved)], ignore_index=True)
    places = np.rint(voxels(points[position_columns()[1]])).astype(np.int64)
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
            matches = rows[[column for column in UNIT_COLUMNS if column in rows]]
            scored = (
                rows["score_um"].notna() if "score_um" in rows else pd.Series(data=False, index=rows.index)
            )
            best = scored & rows.index.isin(best_units(rows).index)
            parts.append(matches.assign(table=name, best=best))
    parts = [rows for rows in parts if len(rows)]
    if not parts:
        return pd.DataFrame(columns=["table", *UNIT, "best"])
    units = pd.concat(parts, ignore_index=True)
    if "score_um" in units:
        rank = {name: place for place, name in enumerate(pd.unique(units["table"]))}
        order = np.lexsort((-units["score_um"].to_numpy(dtype=float), units["table"].map(rank)))
        units = units.iloc[order].reset_index(drop=True)
    return units[["table", *(name for name in UNIT_COLUMNS if name in units), "best"]]


def neighbours(index: ReleaseIndex, nucleus_id: int, k: int) -> pd.DataFrame:
    """The nuclei nearest to a nucleus, itself left out: `nucleus_id`, `distance_um`, the nearest first."""
    near = index.nearest(index.position(nucleus_id), k + 1)
    return near[near["nucleus_id"] != nucleus_id].head(k).reset_index(drop=True)


def nuclei_around(index: ReleaseIndex, nucleus_id: int, radius_um: float) -> np.ndarray:
    """The other nuclei within a radius, by ID (int64)."""
    near = index.within(index.position(nucleus_id), radius_um)
    return near[near != nucleus_id]


def words_from(index: ReleaseIndex, name: str, nucleus_ids: np.ndarray) -> pd.Categorical:
    """A table's word for each of some nuclei, as it spells it; missing where it lacks one."""
    return pd.Categorical(index.wide[name].loc[nucleus_ids])
