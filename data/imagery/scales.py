"""The scales of a precomputed volume, and the voxels of a scale that a section is sampled from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from data.errors import DataError
from data.imagery.section import AXES, PixelMask, SectionWanted

Triple = tuple[int, int, int]
VolumeKind = Literal["image", "segmentation"]
_COMPARE = "Compare the address with CELL_TYPES_IMAGERY; it must hold “em” and “nuclei”."
_TYPES = {"image": ("uint8",), "segmentation": ("uint8", "uint16", "uint32", "uint64")}
"""Types of voxels that are read."""


@dataclass(frozen=True)
class Scale:
    """One scale of a volume, as its `info` gives it.

    Attributes
    ----------
    metadata : dict
        The scale for TensorStore.
    voxel_nm : (float, float, float)
        Edges of a voxel. Voxel i covers i to i + 1 times these.
    offset, size, chunk : (int, int, int)
        First voxel, number of voxels, and those of a chunk.
    """

    metadata: dict[str, Any]
    voxel_nm: tuple[float, float, float]
    offset: Triple
    size: Triple
    chunk: Triple


@dataclass(frozen=True)
class Info:
    """A volume's `info`: what holds for all scales, and the scales, the finest first."""

    multiscale: dict[str, Any]
    scales: tuple[Scale, ...]


def read_info(content: bytes, address: str, kind: VolumeKind) -> Info:
    """Read the text of an `info`.

    Raises
    ------
    DataError
        If it is none, or not of a volume of this kind.
    """
    try:
        info = json.loads(content)
        multiscale = {name: info[name] for name in ("data_type", "num_channels", "type")}
        scales = [_scale(scale) for scale in info["scales"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
        problem = f"{address}/info is not the description of a precomputed volume ({reason})."
        raise DataError(problem, _COMPARE) from error
    if multiscale["type"] != kind or multiscale["data_type"] not in _TYPES[kind] or not scales:
        found = f"{multiscale['type']} of {multiscale['data_type']} with {len(scales)} scales"
        raise DataError(f"{address} holds no {kind}: its info says {found}.", _COMPARE)
    if multiscale["num_channels"] != 1:
        raise DataError(f"{address} has {multiscale['num_channels']} channels instead of one.", _COMPARE)
    return Info(multiscale, tuple(sorted(scales, key=lambda scale: scale.voxel_nm)))


def _scale(given: dict[str, Any]) -> Scale:
    chunk = given["chunk_sizes"][0]
    offset = given.get("voxel_offset", [0, 0, 0])
    metadata = {name: value for name, value in given.items() if name in _READ_BY_TENSORSTORE}
    x, y, z = (float(edge) for edge in given["resolution"])
    if min(x, y, z, *chunk) <= 0:
        raise ValueError("an edge is not positive")
    return Scale(
        metadata | {"chunk_size": chunk, "voxel_offset": offset},
        (x, y, z), _triple(offset), _triple(given["size"]), _triple(chunk),
    )  # fmt: skip


_READ_BY_TENSORSTORE = {
    "key", "size", "resolution", "encoding", "sharding", "jpeg_quality", "compressed_segmentation_block_size",
}  # fmt: skip


def _triple(numbers: Sequence[int]) -> Triple:
    x, y, z = (int(number) for number in numbers)
    return x, y, z


def fitting_scale(scales: Sequence[Scale], wanted: SectionWanted) -> Scale:
    """The coarsest scale that is as fine as the pixels of a section, along both of its axes.

    Along an axis on which no scale is that fine, as z mostly, the finest must do.
    """
    axes = AXES[wanted.plane][:2]
    limits = {axis: max(wanted.pixel_nm, min(scale.voxel_nm[axis] for scale in scales)) for axis in axes}
    fine = [scale for scale in scales if all(scale.voxel_nm[axis] <= limits[axis] for axis in axes)]
    return max(fine or scales[:1], key=lambda scale: scale.voxel_nm)


@dataclass(frozen=True, eq=False)
class Sampling:
    """Which voxels of a scale a section's pixels show: each the voxel that its middle lies in.

    Attributes
    ----------
    axes : (int, int, int)
        Of the columns, of the rows, and across.
    columns, rows : ndarray of int
        Voxel of each column and row.
    across : int
        Voxel along the axis across.
    known : ndarray of bool
        Pixels inside the volume.
    """

    scale: Scale
    axes: Triple
    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    across: int
    known: PixelMask

    @property
    def box(self) -> tuple[range, range]:
        """Voxels of the columns and of the rows that lie inside the volume, from the first to the last."""
        inside_columns, inside_rows = self.columns[self.known.any(axis=0)], self.rows[self.known.any(axis=1)]
        return (
            range(int(inside_columns[0]), int(inside_columns[-1]) + 1),
            range(int(inside_rows[0]), int(inside_rows[-1]) + 1),
        )

    def tiles(self) -> Iterator[tuple[range, range]]:
        """The box cut at the borders of chunks: voxels of columns and rows of each piece."""
        columns, rows = self.box
        for row_piece in self._pieces(rows, self.axes[1]):
            for column_piece in self._pieces(columns, self.axes[0]):
                yield column_piece, row_piece

    def _pieces(self, voxels: range, axis: int) -> Iterator[range]:
        offset, edge = self.scale.offset[axis], self.scale.chunk[axis]
        start = voxels.start
        while start < voxels.stop:
            stop = min(voxels.stop, start + edge - (start - offset) % edge)
            yield range(start, stop)
            start = stop


def sampling(scale: Scale, wanted: SectionWanted) -> Sampling:
    """Find the voxels of a scale that a section shows; none is `known` if the plane misses the volume."""
    axes = AXES[wanted.plane]
    steps = (np.arange(wanted.pixels) - wanted.pixels // 2) * wanted.pixel_nm

    def indices(axis: int, nm: NDArray[np.floating]) -> tuple[NDArray[np.int64], PixelMask]:
        found = np.floor(nm / scale.voxel_nm[axis]).astype(np.int64)
        first = scale.offset[axis]
        return found, (found >= first) & (found < first + scale.size[axis])

    columns, columns_inside = indices(axes[0], wanted.centre_nm[axes[0]] + steps)
    rows, rows_inside = indices(axes[1], wanted.centre_nm[axes[1]] + steps)
    across, across_inside = indices(axes[2], np.array([wanted.centre_nm[axes[2]]], dtype=np.float64))
    known = np.outer(rows_inside, columns_inside) & across_inside[0]
    return Sampling(scale, axes, columns, rows, int(across[0]), known)
