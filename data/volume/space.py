"""Where things are: voxels and oriented micrometres, layers, areas, the volume and the V1 column.

*Voxels* are those of every `pt_position` in minnie65: 4 x 4 x 40 nm, y growing with depth.
*Oriented micrometres* (x, depth, z) are voxels turned by 5° so that depth is measured straight down
from the pia; z runs across the sections.

Layers and areas are approximations drawn as flat planes; see `LAYER_PRESETS` and `area_of`.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]
Codes = NDArray[np.intp]

VOXEL_NM: tuple[int, int, int] = (4, 4, 40)
"""Edge lengths of a voxel, in nanometres."""

EM_BOX_VOXELS: tuple[tuple[int, int], ...] = ((52_770, 437_618), (60_616, 322_718), (14_850, 27_858))
"""Lowest and highest x, y, z of the EM box in voxels (as the image states them); not all of it is filled."""


class _Transform(Protocol):
    def apply(self, points: Floats, /) -> Floats: ...

    def invert(self, points: Floats, /) -> Floats: ...


@cache
def _voxels_to_um() -> _Transform:
    # Imported here and not above: the package reads its stream lines on import, which costs 1.3 s
    # that a page drawn from the cache never needs.
    from standard_transform import minnie_ds  # noqa: PLC0415

    transform: _Transform = minnie_ds.transform("vx")
    return transform


@cache
def _affine() -> tuple[Floats, Floats]:
    """The transform as numbers: µm along each axis for a voxel's x, y and z, and of voxel 0."""
    # The transform's own matrix product wakes BLAS's threads, whose waiting took half of the loader's time.
    far = 1e6  # so far out that the difference keeps its digits
    origin, *ends = _voxels_to_um().apply(np.vstack([np.zeros(3), far * np.eye(3)]))
    return (np.array(ends) - origin).T / far, origin


def oriented_um(voxels: ArrayLike) -> Floats:
    """Turn voxel positions into oriented micrometres.

    Parameters
    ----------
    voxels : array-like, shape (n, 3)
        x, y, z in voxels of 4 x 4 x 40 nm.

    Returns
    -------
    ndarray, shape (n, 3), float64
        x, depth below the pia, z, in µm, each column in one piece. A row with NaN stays NaN.
    """
    x, y, z = np.asarray(voxels, dtype=np.float64).reshape(-1, 3).T
    steps, origin = _affine()
    return np.array([a * x + b * y + c * z + start for (a, b, c), start in zip(steps, origin, strict=True)]).T


def voxels(um: ArrayLike) -> Floats:
    """Turn oriented micrometres back into voxels: the inverse of `oriented_um`.

    Parameters
    ----------
    um : array-like, shape (n, 3)
        x, depth, z in µm.

    Returns
    -------
    ndarray, shape (n, 3), float64
        x, y, z in voxels, not rounded.
    """
    return _voxels_to_um().invert(np.asarray(um, dtype=np.float64).reshape(-1, 3))


@dataclass(frozen=True, kw_only=True)
class LayerPreset:
    """One author's layer boundaries, as depths in µm.

    Attributes
    ----------
    name : str
        Stable and unique: it appears in links.
    boundaries : tuple of (float or None)
        L1|L2/3, L2/3|L4, L4|L5, L5|L6, L6|WM. The first or the last is None where the source draws no
        such line: L1 then counts as L2/3, the white matter as L6.
    source : str
        Who drew them.
    note : str
        What to keep in mind.
    """

    name: str
    boundaries: tuple[float | None, ...]
    source: str
    note: str


LAYERS: tuple[str, ...] = ("L1", "L2/3", "L4", "L5", "L6", "WM")
"""From the pia down; WM is the white matter."""

_FLAT = "Approximate: flat planes for the whole volume, while the layers' thickness varies across areas."

LAYER_PRESETS: tuple[LayerPreset, ...] = (
    LayerPreset(
        name="CAVE data viewer",
        boundaries=(91.80615154, 261.21908419, 391.8631847, 537.04973966, 753.58049474),
        source="CAVEconnectome/cave-data-viewer, configuration of minnie65_phase3 (2026)",
        note=_FLAT,
    ),
    LayerPreset(
        name="CAVE dash viewer",
        boundaries=(106.0, 276.0, 411.0, 535.0, 768.0),
        source="CAVEconnectome/dash-connectivity-viewer, example script",
        note=f"{_FLAT} An older tool; probably measured from an older position of the pia.",
    ),
    LayerPreset(
        name="Ding 2025",
        boundaries=(98.0, 283.0, 371.0, 574.0, 713.0),
        source="Ding et al. 2025, as coded in NeuroBLab/con-con-models",
        note=_FLAT,
    ),
    LayerPreset(
        name="Majority type",
        boundaries=(70.98, 250.36, 359.97, 509.45, None),
        source="MICrONS-Milano-CoLab/MICrONS-datacleaner, output of its tutorial",
        note=f"{_FLAT} Where the metamodel's commonest label changes; no line for the white matter.",
    ),
    LayerPreset(
        name="Manual labels",
        boundaries=(None, 248.0, 366.0, 503.0, 722.0),
        source="Measured on the manual labels of the V1 column (allen_v1_column_types_slanted_ref)",
        note=f"{_FLAT} 13 to 34 µm above the CAVE data viewer's lines; no line for L1.",
    ),
)
"""Published layer boundaries; sources disagree. The first is the default."""


def layer_of(depth_um: ArrayLike, preset: LayerPreset = LAYER_PRESETS[0]) -> Texts:
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
        One of `LAYERS` each, "" where the depth is NaN. What lies above the pia counts as L1.
    """
    return np.array([*layers_of(preset), ""])[layer_codes(depth_um, preset)]


def layer_codes(depth_um: ArrayLike, preset: LayerPreset = LAYER_PRESETS[0]) -> Codes:
    """Like `layer_of`, in numbers, which are counted ten times as fast as names.

    Returns
    -------
    ndarray of int
        Place of each layer in `layers_of(preset)`, -1 where the depth is NaN.
    """
    depths = np.asarray(depth_um, dtype=np.float64)
    drawn = [bound for bound in preset.boundaries if bound is not None]
    return np.where(np.isnan(depths), -1, np.searchsorted(drawn, depths, side="right"))


def layers_of(preset: LayerPreset) -> tuple[str, ...]:
    """Return the layers that `preset` tells apart, from the pia down."""
    first, last = preset.boundaries[0], preset.boundaries[-1]
    return LAYERS[first is None : len(LAYERS) - (last is None)]


AREAS: tuple[str, ...] = ("V1", "RL", "AL", "LM")
"""Primary visual cortex and the rostrolateral, anterolateral and lateromedial areas."""

AREA_NOTE = (
    "Approximate: planes fitted to the two-photon area labels of hand-matched units, which leave about 1 "
    "unit in 50 on the wrong side; LM is only a small corner. No table of release 661 gives areas (the "
    "first came with release 1078)."
)

_LM_BELOW_X_UM = 1180
_LM_BELOW_Z_UM = 630


def area_of(x_um: ArrayLike, z_um: ArrayLike) -> Texts:
    """Name the visual area around each place, approximately: see `AREA_NOTE`.

    Parameters
    ----------
    x_um, z_um : array-like
        Oriented micrometres; depth plays no part.

    Returns
    -------
    ndarray of str
        One of `AREAS` each, "" where a coordinate is NaN.
    """
    return np.array([*AREAS, ""])[area_codes(x_um, z_um)]


def area_codes(x_um: ArrayLike, z_um: ArrayLike) -> Codes:
    """Like `area_of`, in numbers.

    Returns
    -------
    ndarray of int
        Place of each area in `AREAS`, -1 where a coordinate is NaN.
    """
    x, z = np.broadcast_arrays(np.asarray(x_um, dtype=np.float64), np.asarray(z_um, dtype=np.float64))
    nowhere = np.isnan(x) | np.isnan(z)
    in_v1 = x < 1243 - 0.264 * z
    # No plane parts LM from its neighbours: this corner comes closest to the 32 LM units known, whose
    # medians are x = 1132 and z = 613 µm.
    in_lm = (x < _LM_BELOW_X_UM) & (z < _LM_BELOW_Z_UM)
    in_rl = z > 1.364 * x - 937
    v1, rl, al, lm = range(len(AREAS))
    return np.select([nowhere, in_v1, in_lm, in_rl], [-1, v1, lm, rl], al)


def em_box_um() -> Floats:
    """Return the corners of the EM box in oriented µm: a box tilted by 5° in x and depth.

    Returns
    -------
    ndarray, shape (8, 3)
        Corner i takes the high x, y, z where bits 4, 2, 1 of i are set; `BOX_EDGES` joins them.
    """
    return oriented_um(list(product(*EM_BOX_VOXELS)))


BOX_EDGES: tuple[tuple[int, int], ...] = tuple(
    (low, low | bit) for bit in (4, 2, 1) for low in range(8) if not low & bit
)
"""The 12 edges of a box, as pairs of corners of `em_box_um`."""
