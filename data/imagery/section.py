"""What a section through a nucleus is, and what is asked for."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.errors import DataError

Plane = Literal["xy", "xz", "yz"]
AXES: dict[Plane, tuple[int, int, int]] = {"xy": (0, 1, 2), "xz": (0, 2, 1), "yz": (2, 1, 0)}
"""Axes of a plane's columns, of its rows, and across it. Depth grows with y: XY and YZ have the pia above."""
LARGEST_PIXELS = 2048
PixelMask = NDArray[np.bool_]


@dataclass(frozen=True)
class SectionWanted:
    """A square section around a point.

    Attributes
    ----------
    nucleus_id : int
        Whose outline is wanted.
    centre_nm : (float, float, float)
        x, y, z of the middle: the position in voxels of 4×4×40 nm, times that.
    plane : {"xy", "xz", "yz"}
    width_nm : float
        Edge of the square. One of 192 pixels takes 16 chunks of 64 voxels, one of 256 takes 25.
    pixel_nm : float
        Edge of a pixel.
    """

    nucleus_id: int
    centre_nm: tuple[float, float, float]
    plane: Plane = "xy"
    width_nm: float = 8192
    pixel_nm: float = 32

    @property
    def pixels(self) -> int:
        """Pixels along an edge; `centre_nm` is the middle of pixel `pixels // 2` of either axis.

        Raises
        ------
        DataError
            If they are more than `LARGEST_PIXELS`.
        """
        number = max(1, round(self.width_nm / self.pixel_nm))
        if number > LARGEST_PIXELS:
            raise DataError(
                f"A section of {self.width_nm / 1000:,.1f} µm has {number:,} pixels of {self.pixel_nm:g} nm "
                f"along an edge; at most {LARGEST_PIXELS:,} are allowed.",
                "Choose larger pixels or a narrower section.",
            )
        return number


@dataclass(frozen=True, eq=False)
class Section:
    """A square section as arrays of the same shape, row 0 above, column 0 at the left.

    Attributes
    ----------
    grey : ndarray of uint8
        The microscopy; 0 where nothing is known.
    known : ndarray of bool
        Where the volume holds microscopy. The rest lies outside or is missing, and shows no tissue.
    nucleus : ndarray of bool or None
        Where the segmentation of nuclei holds the nucleus; None where it could not be read.
    nm_per_pixel : (float, float)
        Height and width of a pixel.
    voxel_nm : (float, float, float)
        Edges of the voxels that were read: x, y, z.
    thickness_nm : float
        Tissue that a pixel averages across the plane; more than one section where it is above 40 in XY.
    notes : tuple of str
        What the reader must know: a part outside the volume, a missing outline, an average of sections.
    lasting : bool
        Whether another reading would give the same: nothing failed or was missing, the nucleus too.
    """

    grey: NDArray[np.uint8]
    known: PixelMask
    nucleus: PixelMask | None
    nm_per_pixel: tuple[float, float]
    voxel_nm: tuple[float, float, float]
    thickness_nm: float
    notes: tuple[str, ...] = ()
    lasting: bool = True

    @cached_property
    def key(self) -> str:
        """What tells it from sections with other pixels, the same place read again included."""
        parts = [self.grey, self.known, *([] if self.nucleus is None else [self.nucleus])]
        hashed = sha256(f"{self.grey.shape} {self.nm_per_pixel}".encode())
        for part in parts:
            hashed.update(part.tobytes())
        return hashed.hexdigest()

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        return self.grey.nbytes + self.known.nbytes + (0 if self.nucleus is None else self.nucleus.nbytes)


class SectionError(DataError):
    """A section that cannot be shown.

    Parameters
    ----------
    short : str
        A word or three, for a tile.
    problem, remedy : str
        As of every such error.
    """

    def __init__(self, short: str, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.short = short


def no_tissue() -> SectionError:
    """The error of a synthetic nucleus, for which no section is ever read."""
    return SectionError(
        "Synthetic: no tissue",
        "The sample is synthetic: its nuclei have no tissue.",
        "Open a real release, from the archive, a folder or CAVE, to see the microscopy.",
    )
