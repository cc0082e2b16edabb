"""The world of the sample: where its nuclei lie, how large they are, which roots they have."""

from dataclasses import dataclass

import numpy as np

from data.sources.sample.published import depths, figures
from data.sources.sample.world.column import DrawnColumn, draw_column
from data.sources.sample.world.drawing import LEVELS, NORMAL, Flags, Ints, Stream, interpolate
from data.sources.sample.world.hidden import TYPES, hidden_type_counts
from data.sources.sample.world.places import draw_places, keep_apart, on_grid
from data.volume.minnie65 import MINNIE65
from data.volume.space import Floats, Texts, voxels


@dataclass(frozen=True)
class World:
    """All nuclei, the column's first; every table is a reading of this.

    Attributes
    ----------
    seed : int
    column : DrawnColumn
    types : (n,) texts
        Hidden types.
    um : (n, 3) floats
        x, depth, z in oriented µm as drawn, which decide on IDs, roots and who is in which table.
    voxels : (n, 3) ints
        The same on the grid of the nucleus segmentation, those too near another moved apart.
    nucleus_id : (n,) ints
    volume : (n,) floats, µm³
    root_id, supervoxel_id : (n,) ints
        At the centre of the nucleus; 0 where there is none.
    shared : (n,) flags
        Whether other nuclei have the same root.
    """

    seed: int
    column: DrawnColumn
    types: Texts
    um: Floats
    voxels: Ints
    nucleus_id: Ints
    volume: Floats
    root_id: Ints
    supervoxel_id: Ints
    shared: Flags

    @property
    def n_manual(self) -> int:
        """How many nuclei are manual neurons; they come first."""
        return self.column.manual.size

    @property
    def whole(self) -> Flags:
        """Nuclei with a root of their own outside the manual neurons: what a classifier sees."""
        outside = np.arange(self.types.size) >= self.n_manual
        return outside & (self.root_id != 0) & ~self.shared


def make_world(seed: int) -> World:
    """Draw all nuclei."""
    column = draw_column(seed)
    counted = hidden_type_counts() - np.array([np.count_nonzero(column.types == label) for label in TYPES])
    outside = np.repeat(np.array(TYPES), counted)
    types = np.concatenate([column.types, outside])
    n_column = column.types.size
    um = np.concatenate([column.um, draw_places(outside, Stream(seed, "places"))])
    root_id, shared = _roots(um, n_column, Stream(seed, "roots"))
    return World(
        seed=seed,
        column=column,
        types=types,
        um=um,
        voxels=on_grid(voxels(keep_apart(um, n_column, Stream(seed, "apart")), volume=MINNIE65)),
        nucleus_id=_nucleus_ids(on_grid(voxels(um, volume=MINNIE65)), Stream(seed, "nucleus IDs")),
        volume=_volumes(types, Stream(seed, "volumes")),
        root_id=root_id,
        supervoxel_id=supervoxels(root_id, Stream(seed, "supervoxels")),
        shared=shared,
    )


def _nucleus_ids(centres: Ints, stream: Stream) -> Ints:
    """Nucleus IDs that rise along x, as the segmentation's chunks do."""
    ids = np.empty(centres.shape[0], dtype=np.int64)
    steps = 1 + stream.integers(ids.size, figures.NUCLEUS_ID_STEP.value)
    ids[np.lexsort((centres[:, 2], centres[:, 1], centres[:, 0]))] = np.cumsum(steps)
    return ids + figures.NUCLEUS_IDS.value - 1


def _volumes(types: Texts, stream: Stream) -> Floats:
    """Nucleus volumes in whole voxels: a skewed bell curve around the mean of the type."""
    mean = np.array([depths.VOLUME_UM3.value[label] for label in TYPES])
    code = np.searchsorted(np.array(TYPES), types, sorter=np.argsort(TYPES))
    code = np.argsort(TYPES)[code]
    usual, of_errors = depths.VOLUME_SPREAD.value
    spread = np.where(types == "error", of_errors, usual)
    z = spread * interpolate(stream.uniform(types.size), LEVELS, NORMAL)
    volume = mean[code] * (1 + z + z * z / 2)
    voxel = figures.VOLUME_VOXEL_UM3.value
    smallest = np.floor(figures.SMALLEST_UM3.value / voxel) + 1 + stream.integers(types.size, 20_000)
    return np.where(volume > figures.SMALLEST_UM3.value, np.floor(volume / voxel), smallest) * voxel


def new_roots(rank: Ints, stream: Stream) -> Ints:
    """Root IDs for different ranks: all different, outside the range of real ones."""
    step = figures.ROOT_ID_STEP.value
    return figures.ROOT_IDS.value + rank * step + stream.integers(rank.size, step)


def supervoxels(root_id: Ints, stream: Stream) -> Ints:
    """Supervoxel IDs, 0 where there is no root."""
    drawn = figures.SUPERVOXEL_IDS.value + stream.integers(root_id.size, 10**15)
    return np.where(root_id == 0, 0, drawn)


def _roots(um: Floats, n_column: int, stream: Stream) -> tuple[Ints, Flags]:
    """Root IDs: missing near the faces, shared between neighbours; the column has its own."""
    root_id = new_roots(stream.order(um.shape[0]), stream)
    outside = np.arange(n_column, um.shape[0])
    missing = round(figures.NUCLEI.value * figures.ROOT_ZERO_SHARE.value)
    root_id[stream.choose(outside, missing, missing_root_weight(um[outside]))] = 0
    shared = np.zeros(um.shape[0], dtype=bool)
    rooted = outside[root_id[outside] != 0]
    cells = np.floor(um[rooted] / 25.0)
    neighbours = rooted[np.lexsort((um[rooted, 1], cells[:, 2], cells[:, 0]))]
    for group in _runs(neighbours, stream):
        root_id[group] = root_id[group[0]]
        shared[group] = True
    return root_id, shared


def missing_root_weight(um: Floats) -> Floats:
    """How likely the centre of a nucleus lies outside the segmentation, up to a factor."""
    (left, *_, right), (front, *_, back) = figures.X_UM.value, figures.Z_UM.value
    gaps = [um[:, 0] - left, right - um[:, 0], um[:, 2] - front, back - um[:, 2]]
    near = np.minimum.reduce(gaps) / figures.ROOT_ZERO_REACH_UM.value
    border = np.where((um[:, 1] < 25) | (um[:, 1] > 765), 0.05, 0.001)
    return 1 / (1 + near * near * near * near) + border


def _runs(neighbours: Ints, stream: Stream) -> list[Ints]:
    """Cut runs of neighbours that share a root out of the list of all, never overlapping."""
    sharing = figures.SHARED_ROOTS.value
    sizes = np.repeat(np.array(list(sharing)), list(sharing.values()))
    sizes = sizes[stream.order(sizes.size)]
    share = stream.uniform(sizes.size) + 0.05
    room = (neighbours.size - sizes.sum()) * share / (share.sum() + 1.0)
    starts = np.cumsum(np.floor(room).astype(np.int64)) + np.cumsum(sizes) - sizes
    return [neighbours[start : start + size] for start, size in zip(starts, sizes, strict=True)]
