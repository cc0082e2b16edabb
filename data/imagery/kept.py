"""Sections that were read before, on disk: contrast and outline are drawn later, and cost no request.

Sections rather than chunks: one is 40 kB where its chunks are megabytes, and a sheet seen twice is one file a
tile. TensorStore's own `kvstack` joins stores and keeps nothing of what it reads.
"""

import json
import os
import threading
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np

from data.imagery.section import Section, SectionWanted

LARGEST_BYTES = 1_000_000_000
_FORM = 2
"""Changes with the form of the files, so that another version's are not read."""


class KeptSections:
    """A folder of sections with a limit: those not seen for longest go first.

    Parameters
    ----------
    folder : Path
    address : str
        Of the imagery; other imagery's sections are other files.
    largest_bytes : int
        Of all files together.
    """

    def __init__(self, folder: Path, address: str, largest_bytes: int = LARGEST_BYTES) -> None:
        self.folder = folder / f"imagery-{_FORM}"
        self._address = address
        self._largest_bytes = largest_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None

    def path(self, wanted: SectionWanted) -> Path:
        """Path of a section's file, which may not exist."""
        name = sha256(f"{self._address} {wanted}".encode()).hexdigest()
        return self.folder / f"{name[:40]}.npz"

    def read(self, wanted: SectionWanted) -> Section | None:
        """Read a section; None where none is kept, or its file is damaged."""
        path = self.path(wanted)
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                facts = json.loads(str(arrays["facts"]))
                shape = arrays["grey"].shape
                masks = {
                    name: _unpacked(arrays[name], shape) for name in ("known", "nucleus") if name in arrays
                }
                section = Section(
                    arrays["grey"], masks["known"], masks.get("nucleus"), tuple(facts["nm_per_pixel"]),
                    tuple(facts["voxel_nm"]), facts["thickness_nm"], tuple(facts["notes"]),
                )  # fmt: skip
            os.utime(path)
            return section
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None

    def write(self, wanted: SectionWanted, section: Section) -> None:
        """Keep a section, and make room for it; a disk that cannot be written keeps none."""
        path = self.path(wanted)
        facts = {
            "nm_per_pixel": section.nm_per_pixel,
            "voxel_nm": section.voxel_nm,
            "thickness_nm": section.thickness_nm,
            "notes": section.notes,
        }
        arrays = {
            "grey": section.grey,
            "known": np.packbits(section.known),
            "facts": np.array(json.dumps(facts)),
        }
        if section.nucleus is not None:
            arrays["nucleus"] = np.packbits(section.nucleus)
        part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # numpy has an option of another type
            part.replace(path)
            self._make_room(path.stat().st_size)
        except OSError:
            part.unlink(missing_ok=True)

    def _make_room(self, added: int) -> None:
        with self._lock:
            if self._bytes is not None:
                self._bytes += added
                if self._bytes <= self._largest_bytes:
                    return
            files = [(path.stat(), path) for path in self.folder.iterdir()]
            self._bytes = sum(status.st_size for status, _ in files)
            for status, path in sorted(files, key=lambda file: file[0].st_mtime_ns):
                if (
                    self._bytes <= 0.9 * self._largest_bytes
                ):  # so that the next files fit without another look
                    return
                path.unlink(missing_ok=True)
                self._bytes -= status.st_size


def _unpacked(bits: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return np.unpackbits(bits, count=shape[0] * shape[1]).astype(bool).reshape(shape)
