"""Coordinates in a volume: voxels and oriented micrometres, layers, areas, the EM box and the column.

*Voxels* are those of every `pt_position`: `Volume.voxel_nm` large, y growing with depth.
*Oriented micrometres* (x, depth, z) are rotated (in minnie65 by 5°) so that depth runs straight down from the
pia; z runs across the sections.

Layers and areas are approximated by flat planes; see `Volume.layer_presets` and `area_of`.
"""

from functools import cache
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from data.volume import VOLUME
from data.volume.volume import Border, ColumnSection, LayerPreset, Volume

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]
Codes = NDArray[np.intp]


class _Transform(Protocol):
    def apply(self, points: Floats, /) -> Floats: ...

    def invert(self, points: Floats, /) -> Floats: ...


@cache
def _voxels_to_um(volume: Volume) -> _Transform:
    # Imported on first use: the import reads stream lines for 1.3 s, which a page with cached tables saves.
    import standard_transform  # noqa: PLC0415

    transform: _Transform = getattr(standard_transform, volume.orientation).transform(volume.voxel_nm)
    return transform


@cache
def _affine(volume: Volume) -> tuple[Floats, Floats]:
    """The transform as a matrix of µm per voxel and the position of voxel 0 in µm."""
    # The transform's own matrix product wakes BLAS's threads, whose waiting took half of the loader's time.
    far = 1e6  # far enough out that the difference keeps its digits
    origin, *ends = _voxels_to_um(volume).apply(np.vstack([np.zeros(3), far * np.eye(3)]))
    return (np.array(ends) - origin).T / far, origin


def oriented_um(voxels: ArrayLike, *, volume: Volume = VOLUME) -> Floats:
    """Turn voxel positions into oriented micrometres.

    Parameters
    ----------
    voxels : array-like, shape (n, 3)
        x, y, z in voxels of the volume.
    volume : Volume
        Whose space it is.

    Returns
    -------
    ndarray, shape (n, 3), float64
        x, depth below the pia, z, in µm, each column contiguous. A row with NaN stays NaN.
    """
    x, y, z = np.asarray(voxels, dtype=np.float64).reshape(-1, 3).T
    steps, origin = _affine(volume)
    return np.array([a * x + b * y + c * z + start for (a, b, c), start in zip(steps, origin, strict=True)]).T


def voxels(um: ArrayLike, *, volume: Volume = VOLUME) -> Floats:
    """Turn oriented micrometres back into voxels: the inverse of `oriented_um`.

    Parameters
    ----------
    um : array-like, shape (n, 3)
        x, depth, z in µm.
    volume : Volume
        Whose space it is.

    Returns
    -------
    ndarray, shape (n, 3), float64
        x, y, z in voxels, not rounded.
    """
    return _voxels_to_um(volume).invert(np.asarray(um, dtype=np.float64).reshape(-1, 3))


def layer_of(depth_um: ArrayLike, preset: LayerPreset = VOLUME.layer_presets[0]) -> Texts:
    """Name the layer at each depth.

    Parameters
    ----------
    depth_um : array-like
        Depths below the pia, in µm.
    preset : LayerPreset
        Whose boundaries. A depth on a boundary belongs to the deeper layer.

    Returns
    -------
    ndarray of str
        One of `layers_of(preset)` each, "" where the depth is NaN. What lies above the pia counts as L1.
    """
    return np.array([*layers_of(preset), ""])[layer_codes(depth_um, preset)]


def layer_codes(depth_um: ArrayLike, preset: LayerPreset = VOLUME.layer_presets[0]) -> Codes:
    """Like `layer_of`, as codes, which are counted ten times as fast as names.

    Returns
    -------
    ndarray of int
        Index of each layer in `layers_of(preset)`, -1 where the depth is NaN.
    """
    depths = np.asarray(depth_um, dtype=np.float64)
    return np.where(np.isnan(depths), -1, np.searchsorted(preset.drawn, depths, side="right"))


def layers_of(preset: LayerPreset) -> tuple[str, ...]:
    """The layers of `preset`, from the pia down."""
    if not preset.boundaries:
        return preset.layers
    first, last = preset.boundaries[0], preset.boundaries[-1]
    return preset.layers[first is None : len(preset.layers) - (last is None)]


def layer_bounds(preset: LayerPreset, *, volume: Volume = VOLUME) -> list[tuple[str, float, float]]:
    """Each layer of a preset with its upper and lower bound in µm, from the pia (0 µm) down."""
    return list(zip(layers_of(preset), [0.0, *preset.drawn], [*preset.drawn, volume.deepest_um], strict=True))


def area_of(x_um: ArrayLike, z_um: ArrayLike, *, volume: Volume = VOLUME) -> Texts:
    """Name the approximate visual area of each place; see `Volume.area_note`.

    Parameters
    ----------
    x_um, z_um : array-like
        Oriented micrometres; depth plays no part.
    volume : Volume
        Whose areas.

    Returns
    -------
    ndarray of str
        One of `Volume.areas` each, "" where a coordinate is NaN.
    """
    return np.array([*volume.areas, ""])[area_codes(x_um, z_um, volume=volume)]


def area_codes(x_um: ArrayLike, z_um: ArrayLike, *, volume: Volume = VOLUME) -> Codes:
    """Like `area_of`, as codes.

    Returns
    -------
    ndarray of int
        Index of each area in `Volume.areas`, -1 where a coordinate is NaN.
    """
    x, z = np.broadcast_arrays(np.asarray(x_um, dtype=np.float64), np.asarray(z_um, dtype=np.float64))
    codes = np.full(x.shape, -1)
    free = ~(np.isnan(x) | np.isnan(z))
    for area, borders in volume.area_borders.items():
        inside = free.copy()
        for border in borders:
            inside &= _on_side(border, x, z)
        codes[inside] = volume.areas.index(area)
        free &= ~inside
    return codes


def _on_side(border: Border, x: Floats, z: Floats) -> NDArray[np.bool_]:
    own, other = (x, z) if border.axis == "x" else (z, x)
    limit = border.at_um + border.slope * other
    return own < limit if border.side == "<" else own > limit


def em_box_um(*, volume: Volume = VOLUME) -> Floats:
    """The corners of the EM box in oriented µm; minnie65's box is tilted by 5° in x and depth.

    Returns
    -------
    ndarray, shape (8, 3)
        Corner i takes the high x, y, z where bits 4, 2, 1 of i are set; `BOX_EDGES` joins them.
    """
    return oriented_um(list(product(*volume.em_box_voxels)), volume=volume)


BOX_EDGES: tuple[tuple[int, int], ...] = tuple(
    (low, low | bit) for bit in (4, 2, 1) for low in range(8) if not low & bit
)
"""The 12 edges of a box, as pairs of corners of `em_box_um`."""


def outside_em_box(places: ArrayLike, *, slack: float = 0, volume: Volume = VOLUME) -> NDArray[np.bool_]:
    """Whether places (n, 3) lie more than `slack` voxels outside the EM box; False for NaN."""
    low, high = np.array(volume.em_box_voxels, dtype=np.float64).T
    at = np.asarray(places, dtype=np.float64)
    outside: NDArray[np.bool_] = ((at < low - slack) | (at > high + slack)).any(axis=1)
    return outside


def distance_to_edge_um(
    x_um: ArrayLike, depth_um: ArrayLike, z_um: ArrayLike, *, volume: Volume = VOLUME
) -> Floats:
    """Distance to the nearest face of the EM box, which the tissue does not fill.

    Parameters
    ----------
    x_um, depth_um, z_um : array-like, length n
        Oriented micrometres. The box is tilted in them, so distances are measured along the voxel axes.
    volume : Volume
        Whose box.

    Returns
    -------
    ndarray of float64, length n
        µm; outside the box, minus the largest distance to the plane of a face that was passed. NaN where a
        coordinate is NaN.
    """
    um = np.column_stack([np.asarray(axis, dtype=np.float64) for axis in (x_um, depth_um, z_um)])
    lows, highs = np.array(volume.em_box_voxels, dtype=np.float64).T
    at = voxels(um, volume=volume)
    nearest: Floats = (np.minimum(at - lows, highs - at) * np.array(volume.voxel_nm) / 1000).min(axis=1)
    # To the nanometre: positions of 32 bits would put a nucleus on a border of bins just below it.
    return nearest.round(3)


def column_section(depth_um: float, *, volume: Volume = VOLUME) -> ColumnSection:
    """The section of the column at a depth, by linear interpolation."""
    depths = [section.depth_um for section in volume.column]

    def between(ends: list[tuple[float, float]]) -> tuple[float, float]:
        low, high = (float(np.interp(depth_um, depths, side)) for side in zip(*ends, strict=True))
        return low, high

    return ColumnSection(
        depth_um=depth_um,
        x_um=between([section.x_um for section in volume.column]),
        z_um=between([section.z_um for section in volume.column]),
    )


def in_column(
    x_um: ArrayLike, depth_um: ArrayLike, z_um: ArrayLike, *, volume: Volume = VOLUME
) -> NDArray[np.bool_]:
    """Whether places lie inside the hand-labelled column.

    Parameters
    ----------
    x_um, depth_um, z_um : array-like, length n
        Oriented micrometres.
    volume : Volume
        Whose column.

    Returns
    -------
    ndarray of bool, length n
        Faces count as inside. The end sections extend above and below the column, where nuclei belong to the
        same column of tissue. False where a coordinate is NaN.
    """
    x, depth, z = (np.asarray(axis, dtype=np.float64) for axis in (x_um, depth_um, z_um))
    if not volume.column:
        return np.zeros(depth.shape, dtype=bool)
    depths = [section.depth_um for section in volume.column]
    inside = ~np.isnan(depth)
    for places, sides in (
        (x, [section.x_um for section in volume.column]),
        (z, [section.z_um for section in volume.column]),
    ):
        lows, highs = zip(*sides, strict=True)
        inside &= (places >= min(lows)) & (places <= max(highs))
        near = np.flatnonzero(inside)  # only these few need the exact walls
        low, high = (np.interp(depth[near], depths, ends) for ends in (lows, highs))
        inside[near] = (places[near] >= low) & (places[near] <= high)
    return inside


def off_column(x_um: ArrayLike, depth_um: ArrayLike, z_um: ArrayLike) -> NDArray[np.bool_]:
    """Whether known places lie outside the column; False where a coordinate is NaN."""
    known = ~np.isnan(np.array([x_um, depth_um, z_um], dtype=np.float64)).any(axis=0)
    return known & ~in_column(x_um, depth_um, z_um)
