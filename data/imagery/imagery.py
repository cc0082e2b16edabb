"""The microscopy and the segmentation of nuclei together: a section with the nucleus's outline."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.errors import DataError
from data.imagery.kept import KeptSections
from data.imagery.precomputed import PrecomputedVolume, SectionReading, make_context
from data.imagery.section import AXES, PixelMask, Section, SectionError, SectionWanted
from data.volume import VOLUME

if TYPE_CHECKING:
    import tensorstore

CUT = "The outline may be cut: beside it the segmentation of nuclei is missing or empty."
_STRAIGHT = 0.4
"""Part of a nucleus's diameter along which it ends at a chunk without nuclei: a round one that touches the
chunk's border does so along less."""


def open_imagery(base: str | None, cache_folder: Path) -> "Imagery":
    """Open the imagery; nothing is read before the first section.

    Parameters
    ----------
    base : str or None
        `Settings.imagery`: an https:// or http:// address, or a folder's path, with the microscopy in `em`
        and the segmentation in `nuclei`. None opens the volume's public imagery.
    cache_folder : Path
        `Settings.cache`; sections are kept in a folder of it.
    """
    scheme = "precomputed://"
    em, nuclei = (
        (VOLUME.imagery, VOLUME.nuclei)
        if base is None
        else (f"{base.rstrip('/')}/em", f"{base.rstrip('/')}/nuclei")
    )
    return Imagery(em.removeprefix(scheme), nuclei.removeprefix(scheme), cache_folder)


class Imagery:
    """The microscopy and the segmentation of nuclei, whose segment IDs are nucleus IDs.

    Threads may share it. It is never asked for synthetic nuclei: theirs is the error `section.no_tissue`.

    Parameters
    ----------
    em, nuclei : str
        Addresses or folders of the precomputed volumes.
    cache_folder : Path
    """

    def __init__(self, em: str, nuclei: str, cache_folder: Path) -> None:
        self.em = PrecomputedVolume(em, "image", lambda: self._context)
        self.nuclei = PrecomputedVolume(nuclei, "segmentation", lambda: self._context)
        self.kept = KeptSections(cache_folder, f"{_edition(em)} {_edition(nuclei)}")

    @cached_property
    def _context(self) -> "tensorstore.Context":
        return make_context()

    def read(self, wanted: SectionWanted, still_wanted: Callable[[], bool] = lambda: True) -> Section:
        """Read a section, from disk if it was read before.

        Parameters
        ----------
        wanted : SectionWanted
        still_wanted : callable
            Asked a few times a second; False gives the reading up.

        Raises
        ------
        DataError
            If the host cannot be reached, the volume holds nothing of the section, or a chunk of microscopy
            cannot be read. A fault of the segmentation is a note, and the outline is missing.
        NotWanted
            If the reading was given up.
        """
        kept = self.kept.read(wanted)
        if kept is not None:
            return kept
        section = self._read(wanted, still_wanted)
        if section.lasting:
            self.kept.write(wanted, section)
        return section

    def _read(self, wanted: SectionWanted, still_wanted: Callable[[], bool]) -> Section:
        self.em.ask()
        self.nuclei.ask()  # on its way while the other opens
        tissue = self.em.request(wanted)
        segments, fault = self._request_nuclei(wanted)
        try:
            grey, known = tissue.collect(still_wanted)
            if not known.any():
                raise SectionError(
                    "Missing at the source",
                    f"{self.em.address} holds no microscopy around nucleus {wanted.nucleus_id}: its chunks "
                    "are missing or black.",
                    "Choose another pixel size, or open the nucleus in Neuroglancer.",
                )
        except Exception:
            if segments:
                segments.cancel()
            raise
        nucleus, note = self._nucleus(wanted, segments, fault, still_wanted)
        scale = tissue.found.scale
        notes = [_gaps(wanted, tissue, known), note]
        return Section(
            grey=grey,
            known=known,
            nucleus=nucleus,
            nm_per_pixel=(wanted.pixel_nm, wanted.pixel_nm),
            voxel_nm=scale.voxel_nm,
            thickness_nm=scale.voxel_nm[AXES[wanted.plane][2]],
            notes=tuple(filter(None, notes)),
            lasting=nucleus is not None and not note and bool((known == tissue.found.known).all()),
        )

    def _request_nuclei(self, wanted: SectionWanted) -> tuple[SectionReading | None, str]:
        try:
            return self.nuclei.request(wanted), ""
        except DataError as error:
            return None, error.problem

    def _nucleus(
        self,
        wanted: SectionWanted,
        segments: SectionReading | None,
        fault: str,
        still_wanted: Callable[[], bool],
    ) -> tuple[PixelMask | None, str]:
        """Where the nucleus is, and what the reader must know of that."""
        if segments is None:
            return None, f"No outline: {fault}"
        try:
            labels, held = segments.collect(still_wanted)  # a chunk without nuclei is not written
        except DataError as error:
            return None, f"No outline: {error.problem}"
        mask: PixelMask = labels == np.uint64(wanted.nucleus_id)
        if not mask.any():
            return (
                mask,
                f"No outline: the segmentation does not show nucleus {wanted.nucleus_id} in this section.",
            )
        return mask, CUT if _cut(mask, held) else ""


def _edition(address: str) -> str:
    """The address; of a folder with its time, so that sections of an older volume are not shown."""
    info = Path(address, "info")
    return f"{address} {info.stat().st_mtime_ns}" if info.is_file() else address


def _cut(mask: PixelMask, held: PixelMask) -> bool:
    """Whether a nucleus ends where the segmentation holds nothing, as it does if a chunk of it is missing."""
    beside = np.zeros_like(mask)
    beside[1:] |= mask[:-1]
    beside[:-1] |= mask[1:]
    beside[:, 1:] |= mask[:, :-1]
    beside[:, :-1] |= mask[:, 1:]
    diameter = 2 * np.sqrt(mask.sum() / np.pi)
    return bool((beside & ~held).sum() > _STRAIGHT * diameter)


def _gaps(wanted: SectionWanted, tissue: SectionReading, known: PixelMask) -> str:
    """The words about pixels that show nothing; "" where there are none."""
    outside, missing = 1 - tissue.found.known.mean(), (tissue.found.known & ~known).mean()
    parts = [
        f"{outside:.0%} of the section lies outside the volume" if outside else "",
        f"{missing:.0%} of it is missing or black at the source" if missing else "",
    ]
    told = " and ".join(filter(None, parts))
    return f"{told}; that part is left empty." if told else ""
