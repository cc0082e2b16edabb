"""Nuclei listed by ID, or by a lasso: their text holds each of them, compressed where they are many."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from components.analysis.labels.ids import NO_IDS, Ids, each_once
from components.analysis.selection.selection import Frames, SelectionKind, check_text, refuse
from data.number_words import of_nuclei
from data.tables.typed import why_no_id

FEW_IDS = 20
"""Most IDs that are written out."""
MOST_IDS = 200_000
"""Most IDs that a link may hold: a text that unpacks to more is refused."""


@dataclass(frozen=True)
class Listed(SelectionKind):
    """These nuclei, by ID. Make it with `listed`.

    Attributes
    ----------
    packed : bytes
        Their IDs as int64, sorted, each once. A session keeps twenty selections for Undo, and Python's own
        numbers take five times the room.
    """

    word: ClassVar[str] = "ids"
    named: ClassVar[str] = "a list"
    packed: bytes

    @property
    def nucleus_ids(self) -> Ids:
        """Their IDs, sorted."""
        return np.frombuffer(self.packed, dtype=np.int64)

    def tables(self) -> frozenset[str]:
        """Name no table."""
        return frozenset()

    def nuclei(self, frames: Frames) -> Ids:  # every kind is given them
        """Give its IDs."""
        return self.nucleus_ids

    def words(self) -> str:
        """Describe it: "nucleus 260620" or "a list of 12 nuclei"."""
        ids = self.nucleus_ids
        return f"nucleus {ids[0]}" if len(ids) == 1 else f"{self.named} of {of_nuclei(len(ids))}"

    def text(self) -> str:
        """Write its IDs."""
        return f"{self.word}:{_ids_text(self.nucleus_ids)}"

    @classmethod
    def read(cls, rest: str) -> Self:
        """Read its IDs."""
        return cls(_read_ids_text(rest).tobytes())

    @property
    def most_listed(self) -> int:
        """How many IDs it names."""
        return len(self.nucleus_ids)


@dataclass(frozen=True)
class Lasso(Listed):
    """The nuclei inside a lasso or box: their IDs, sorted. Make it with `lasso`."""

    word: ClassVar[str] = "lasso"
    named: ClassVar[str] = "a lasso"


def lasso(nucleus_ids: ArrayLike) -> Lasso:
    """Make the recipe of a lasso from the nuclei inside it."""
    return Lasso(each_once(nucleus_ids).tobytes())


def listed(nucleus_ids: ArrayLike) -> Listed:
    """Make the recipe of nuclei that are named by ID."""
    return Listed(each_once(nucleus_ids).tobytes())


def _ids_text(ids: Ids) -> str:
    """Write sorted IDs as they are where they are few; else `~` and their differences, compressed."""
    if len(ids) <= FEW_IDS:
        return ",".join(map(str, ids.tolist()))
    steps = np.diff(ids, prepend=0).astype("<i8")
    # Byte by byte across all steps: the high bytes are all but always zero and cost nothing.
    planes = steps.view(np.uint8).reshape(-1, 8).T.tobytes()
    return "~" + base64.urlsafe_b64encode(zlib.compress(planes, 9)).decode().rstrip("=")


def _read_ids_text(text: str) -> Ids:
    """Read what `_ids_text` writes: at most `MOST_IDS`, in order, each once."""
    ids = _unpacked(text[1:]) if text.startswith("~") else _plain(text)
    check_text(bool((ids[:1] >= 0).all() and (ids[:-1] < ids[1:]).all()), "its IDs are not in order")
    return ids


def _plain(text: str) -> Ids:
    if not text:
        return NO_IDS
    words = text.split(",")
    check_text(all(word == "0" or not why_no_id(word) for word in words), "its IDs are not numbers")
    return np.array([*map(int, words)], dtype=np.int64)


def _unpacked(text: str) -> Ids:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        planes = unpacker.decompress(packed, 8 * MOST_IDS)
    except (binascii.Error, ValueError, zlib.error):
        refuse("its IDs are damaged")
    more = unpacker.unconsumed_tail or (len(planes) == 8 * MOST_IDS and not unpacker.eof)
    check_text(not more, f"it holds more than the {MOST_IDS:,} IDs that a link may hold")
    whole = unpacker.eof and not unpacker.unused_data and len(planes) % 8 == 0
    check_text(whole, "its IDs are damaged")
    steps = np.frombuffer(planes, dtype=np.uint8).reshape(8, -1).T.copy().view("<i8").ravel()
    with np.errstate(over="ignore"):
        return np.cumsum(steps, dtype=np.int64)
