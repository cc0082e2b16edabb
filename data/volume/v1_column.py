"""The column of V1 that was labelled by hand, as a prism in oriented micrometres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True)
class ColumnSection:
    """A horizontal section of the V1 column: a rectangle at one depth, in oriented µm."""

    depth_um: float
    x_um: tuple[float, float]
    z_um: tuple[float, float]

    @property
    def corners(self) -> tuple[tuple[float, float, float], ...]:
        """The 4 corners (x, depth, z), going round."""
        (x0, x1), (z0, z1), depth = self.x_um, self.z_um, self.depth_um
        return ((x0, depth, z0), (x1, depth, z0), (x1, depth, z1), (x0, depth, z1))


V1_COLUMN: tuple[ColumnSection, ...] = (
    ColumnSection(depth_um=0, x_um=(602, 735), z_um=(806, 905)),
    ColumnSection(depth_um=500, x_um=(602, 735), z_um=(806, 905)),
    ColumnSection(depth_um=650, x_um=(602, 735), z_um=(874, 1016)),
    ColumnSection(depth_um=750, x_um=(602, 735), z_um=(930, 1024)),
    ColumnSection(depth_um=800, x_um=(602, 735), z_um=(930, 1024)),
)
"""The column that was labelled by hand, as a prism that slants with the apical dendrites below L5.

The extent of its labelled neurons (measured on 1,103 of them): straight down to 500 µm, then the
extents of 600-700 and 700-800 µm placed at the middle of their bins, straight lines between.
"""


def column_section(depth_um: float) -> ColumnSection:
    """Give the section of the V1 column at a depth, between its given sections by straight lines."""
    depths = [section.depth_um for section in V1_COLUMN]

    def between(ends: list[tuple[float, float]]) -> tuple[float, float]:
        low, high = (float(np.interp(depth_um, depths, side)) for side in zip(*ends, strict=True))
        return low, high

    return ColumnSection(
        depth_um=depth_um,
        x_um=between([section.x_um for section in V1_COLUMN]),
        z_um=between([section.z_um for section in V1_COLUMN]),
    )


def in_column(x_um: ArrayLike, depth_um: ArrayLike, z_um: ArrayLike) -> NDArray[np.bool_]:
    """Whether places lie inside the V1 column.

    Parameters
    ----------
    x_um, depth_um, z_um : array-like, length n
        Oriented micrometres.

    Returns
    -------
    ndarray of bool, length n
        Its faces count as inside. Above and below the column, those of its end sections go on: nuclei there
        belong to the same column of tissue. False where a coordinate is NaN.
    """
    x, depth, z = (np.asarray(axis, dtype=np.float64) for axis in (x_um, depth_um, z_um))
    depths = [section.depth_um for section in V1_COLUMN]
    inside = ~np.isnan(depth)
    for places, sides in (
        (x, [section.x_um for section in V1_COLUMN]),
        (z, [section.z_um for section in V1_COLUMN]),
    ):
        lows, highs = zip(*sides, strict=True)
        inside &= (places >= min(lows)) & (places <= max(highs))
        near = np.flatnonzero(inside)  # few of a whole volume, and only they need the exact walls
        low, high = (np.interp(depth[near], depths, ends) for ends in (lows, highs))
        inside[near] = (places[near] >= low) & (places[near] <= high)
    return inside
