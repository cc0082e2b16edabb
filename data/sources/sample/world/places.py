"""Where nuclei lie: on the grid of the segmentation, outside or inside the V1 column, and apart."""

import numpy as np
from scipy.spatial import KDTree

from data.sources.sample.published import figures
from data.sources.sample.world.drawing import Flags, Ints, Stream, interpolate
from data.sources.sample.world.hidden import draw_depths
from data.volume.minnie65 import MINNIE65
from data.volume.space import Floats, Texts, voxels

QUARTILES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
MARGIN_UM = 0.2
"""Margin between the column's walls and its nuclei: places are put on the voxel grid afterwards."""
REACH_UM = 10.0
"""How far, along x and z, a nucleus that lies too near another is moved at most."""


def on_grid(places: Floats) -> Ints:
    """Put places on the grid of nucleus centres, inside the EM box; voxels."""
    step = np.array([figures.GRID_VOXELS.value, figures.GRID_VOXELS.value, 1])
    low, high = np.array(MINNIE65.em_box_voxels).T
    near = np.floor(places / step + 0.5).astype(np.int64)
    return np.clip(near, -(-low // step), (high - 1) // step) * step


def draw_places(types: Texts, stream: Stream) -> Floats:
    """Places outside the column: depth by type, x and z evenly, the cortex slightly wavy."""
    depth = draw_depths(types, stream)
    um = np.column_stack([np.zeros(types.size), depth, np.zeros(types.size)])
    todo = np.arange(types.size)
    while todo.size:
        um[todo, 0] = interpolate(stream.uniform(todo.size), QUARTILES, np.array(figures.X_UM.value))
        um[todo, 2] = interpolate(stream.uniform(todo.size), QUARTILES, np.array(figures.Z_UM.value))
        um[todo, 1] = depth[todo] + _wave(um[todo], depth[todo])
        todo = todo[inside_prism(um[todo])]
    return um


def _wave(um: Floats, depth: Floats) -> Floats:
    """How far the cortex lies deeper than its mean, less so near the pia; polynomials only."""
    (left, _, _, _, right), (front, _, _, _, back) = figures.X_UM.value, figures.Z_UM.value
    u = (2 * um[:, 0] - left - right) / (right - left)
    v = (2 * um[:, 2] - front - back) / (back - front)
    bowl, twist, tilt = figures.FLAT_PIA_UM.value
    return (bowl * (u * u - 1 / 3) + twist * u * v + tilt * v) * depth / (depth + 60.0)


def inside_prism(um: Floats) -> Flags:
    """Whether places lie in the V1 column."""
    knots = np.array([section.depth_um for section in MINNIE65.column])
    inside = np.ones(um.shape[0], dtype=bool)
    for axis, side in ((0, "x_um"), (2, "z_um")):
        for end, sign in ((0, 1), (1, -1)):
            bound = interpolate(um[:, 1], knots, np.array([getattr(s, side)[end] for s in MINNIE65.column]))
            inside &= sign * (um[:, axis] - bound) >= 0
    return inside


def keep_apart(um: Floats, n_column: int, stream: Stream) -> Floats:
    """Move the later of each two nuclei that lie too near each other, at the same depth, until none do.

    Parameters
    ----------
    um : (n, 3) floats
        Oriented µm, the column's nuclei first, which stay inside its walls as the others stay outside.
    n_column : int
        How many nuclei are the column's.
    stream : Stream
    """
    apart, nm = um.copy(), _grid_nm(um)
    # Distances of whole nm are exact, so they are alike on every machine.
    least = round(1000 * figures.APART_UM.value)
    crowded = np.unique(KDTree(nm).query_pairs(least - 1e-4, output_type="ndarray").max(axis=1))
    others = KDTree(np.delete(nm, crowded, axis=0))
    todo = np.arange(crowded.size)
    while todo.size:
        moved = crowded[todo]
        for axis in (0, 2):
            apart[moved, axis] = um[moved, axis] + REACH_UM * (2 * stream.uniform(moved.size) - 1)
        places = _grid_nm(apart[crowded])
        near = KDTree(places).query(places, k=2)[0][:, 1] < least
        near |= others.query(places)[0] < least
        near[todo] |= np.where(moved < n_column, ~_well_inside(apart[moved]), _astray(apart[moved]))
        todo = np.flatnonzero(near)
    return apart


def _grid_nm(um: Floats) -> Ints:
    return on_grid(voxels(um, volume=MINNIE65)) * np.array(MINNIE65.voxel_nm)


def _well_inside(um: Floats) -> Flags:
    """Whether places lie in the V1 column, at a margin from its walls."""
    margin = np.array([MARGIN_UM, 0.0, MARGIN_UM])
    return inside_prism(um - margin) & inside_prism(um + margin)


def _astray(um: Floats) -> Flags:
    """Whether places lie in the V1 column, or beyond the known extent of nuclei."""
    (left, *_, right), (front, *_, back) = figures.X_UM.value, figures.Z_UM.value
    x, z = um[:, 0], um[:, 2]
    return inside_prism(um) | (x < left) | (x > right) | (z < front) | (z > back)
