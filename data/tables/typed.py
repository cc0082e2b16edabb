"""Typed or pasted input: nucleus IDs, root IDs and places, each read exactly or refused; names of ID columns.

Root IDs have 18 digits, more than a float holds: they are read as integers, and what a spreadsheet has turned
into a decimal (`8.64e17`, `864691135396522409.0`) is refused, not repaired.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import oriented_um, voxels

LARGEST_ID = 2**63 - 1
ID_REMEDIES = {
    "nucleus ID": f"Nucleus IDs have {VOLUME.nucleus_digits}, such as {VOLUME.example_nuclei[0]}.",
    "root ID": f"Root IDs have {VOLUME.root_digits}, such as {VOLUME.example_root}; root ID 0 means that "
    "there is no segment.",
}
PLACE_REMEDY = (
    f"Write x, y, z in voxels of {VOLUME.voxel_words}, such as {VOLUME.example_place_words}, or x, depth, "
    "z in oriented µm with their unit, such as 700, 310, 870 µm."
)
FARTHEST = 10_000_000.0
"""The largest coordinate, in voxels or µm."""
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)  # nobody types a place with an exponent
_MICROMETRES = re.compile("(?:um|\u00b5m|\u03bcm)$", re.IGNORECASE)  # the micro sign, and the Greek letter

_DIGITS = re.compile(r"[0-9]+")
_MOST_DIGITS = 25
"""Allows for leading zeros."""
_DECIMAL = re.compile(r"[+-]?\d+[.]0*")
_SHORT = re.compile(r"[+-]?\d+([.,]\d*)?[eE][+-]?\d+")
_BETWEEN = re.compile(r"[\s,;|'\"()\[\]{}\ufeff\u00a0\u200b-\u200f\u2060]+")
_BETWEEN_GROUPED = re.compile(r"[\s;|\"()\[\]{}]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,\u2009\u202f'’_][0-9]{3})+")  # thin spaces, apostrophes
_LONG_ENOUGH = 3
"""Digits: shorter numbers are more often part of a name than an ID."""
EXACT_NAMES = {
    "nucleusid": 0, "targetid": 1, "rootid": 2, "ptrootid": 2, "segid": 3, "segmentid": 3, "id": 4,
    "idref": 4,
}  # fmt: skip
PARTS_OF_NAMES = {"nucleusid": 1, "rootid": 2}
NO_ID_WORD = re.compile("n|num|number|counts?|n?unique|total|sum|mean|min|max|is|has|ok|valid|flag")
"""In a name such as `nucleus_id_count` or `has_root_id`, such a word means counts or flags."""
BARE_ID = 4
"""Rank of `id` and `id_ref`, which are nuclei in one kind of table and rows or annotations in another."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def why_no_id(word: str) -> str:
    """Why a word is neither a nucleus ID nor a root ID; "" where it may be one."""
    if _DIGITS.fullmatch(word):
        if len(word) > _MOST_DIGITS or int(word) > LARGEST_ID:
            return "too large for an ID"
        return "" if int(word) else "0 stands for “no segment”, and no nucleus has it"
    if _SHORT.fullmatch(word):
        return "written short: its last digits are lost"
    if _DECIMAL.fullmatch(word):
        return "a decimal: a spreadsheet may have changed its last digits"
    if re.fullmatch(r"-\d+", word):
        return "below zero"
    return "not a whole number in digits 0–9"


def is_nucleus_id(number: int) -> bool:
    """Whether a positive number is small enough for a nucleus ID of the volume."""
    return number < VOLUME.nucleus_ids_below


def is_root_id(number: int) -> bool:
    """Whether a positive number is large enough for a root ID of the volume."""
    return number >= VOLUME.root_ids_from


def _read_id(kind: str, fits: Callable[[int], bool], misfit: str, other: str, text: str) -> int:
    """Read an ID; raises `DataError` where the text is none, or its length is that of the other kind."""
    word = text.strip()
    if why := why_no_id(word):
        raise DataError(f"“{shortened(word)}” is not a {kind}: {why}.", ID_REMEDIES[kind])
    number = int(word)
    if not fits(number):
        problem = f"{number} is {misfit} for a {kind}."
        raise DataError(problem, f"It may be a {other}: put it into the box of {other}s.")
    return number


read_nucleus_id = partial(_read_id, "nucleus ID", is_nucleus_id, "too long", "root ID")
read_root_id = partial(_read_id, "root ID", is_root_id, "too short", "nucleus ID")


@dataclass(frozen=True)
class Coordinates:
    """A place, as three numbers as written.

    Attributes
    ----------
    numbers : tuple of str
        x, y, z in voxels, or x, depth, z in oriented µm.
    in_um : bool
        Whether they are µm.
    """

    numbers: tuple[str, ...]
    in_um: bool

    @property
    def um(self) -> NDArray[np.float64]:
        """x, depth, z in oriented µm."""
        return self._coordinates if self.in_um else oriented_um([self._coordinates])[0]

    @property
    def voxels(self) -> NDArray[np.float64]:
        """x, y, z in voxels."""
        return voxels([self._coordinates])[0] if self.in_um else self._coordinates

    @property
    def words(self) -> str:
        """The numbers, with their unit where that is µm."""
        return ", ".join(self.numbers) + (" µm" if self.in_um else "")

    @property
    def _coordinates(self) -> NDArray[np.float64]:
        return np.array([float(number) for number in self.numbers])


def read_coordinates(text: str) -> Coordinates:
    """Read a place.

    Parameters
    ----------
    text : str
        Three numbers separated by commas or white space, in brackets or not: voxels as CAVE and
        Neuroglancer show them, or oriented µm where the text ends in um or µm.

    Raises
    ------
    DataError
        If the text is anything else.
    """
    body = text.strip()
    bare = _MICROMETRES.sub("", body)
    numbers = tuple(part for part in re.split(r"[,;\s]+", bare.strip().strip("()[]")) if part)
    if len(numbers) != 3 or not all(map(_NUMBER.fullmatch, numbers)):
        raise DataError(f"“{shortened(body)}” is not a place of three numbers.", PLACE_REMEDY)
    if not all(abs(float(number)) <= FARTHEST for number in numbers):
        raise DataError(f"“{shortened(body)}” lies far outside the volume.", PLACE_REMEDY)
    return Coordinates(numbers, in_um=bare != body)


def words_in(text: str) -> list[str]:
    """The words of a text, split at white space, commas, quotes and brackets."""
    return [word for word in _BETWEEN.split(text) if word]


def numbers_in(text: str) -> list[str]:
    """The whole numbers of a text of numbers alone, without thousands separators; [] for any other text.

    Among several words, ``260,620`` is one number: ``260,620, 582,276`` are two, and so are
    ``12,260620``, whose comma cannot separate thousands.
    """
    grouped = [word for part in _BETWEEN_GROUPED.split(text) if (word := part.strip(","))]
    if len(grouped) > 1 and all(ungrouped(word) or _DIGITS.fullmatch(word) for word in grouped):
        return [ungrouped(word) or word for word in grouped]
    words = words_in(text)
    return words if all(map(_DIGITS.fullmatch, words)) else []


def ungrouped(text: str) -> str:
    """The digits of one number with thousands separators, such as ``260,620``; "" for any other text."""
    return re.sub(r"[^0-9]", "", text) if _GROUPED.fullmatch(text) else ""


def stray_in(text: str) -> str:
    """The first word that is no ID in a text that is mostly IDs; "" for any other text."""
    words = words_in(text)
    strays = [word for word in words if not _DIGITS.fullmatch(word)]
    ids = [word for word in words if len(word) >= _LONG_ENOUGH and _DIGITS.fullmatch(word)]
    return strays[0] if strays and len(ids) > 1 and len(ids) > len(strays) else ""


def shortened(text: str, most: int = 40) -> str:
    """The text, cut to `most` characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def bare_name(name: str) -> str:
    """The letters and digits of a column's name, in small letters and in the singular."""
    return re.sub(r"[\W_]+", "", name).casefold().removesuffix("s")


def is_counted(name: str) -> bool:
    """Whether a column's name is that of counts or flags."""
    return any(map(NO_ID_WORD.fullmatch, re.findall(r"[^\W\d_]+", _CAMEL.sub(" ", name).casefold())))


@lru_cache(maxsize=4096)
def id_rank(name: str) -> int | None:
    """Rank the name of a column of IDs, the surest 0; None where the name is not one of these.

    Case, spaces, underscores and quotes do not matter. Names of counts and flags are none.
    """
    if is_counted(name):
        return None
    bare = bare_name(name)
    ranks = (rank for part, rank in PARTS_OF_NAMES.items() if part in bare)
    return EXACT_NAMES.get(bare, next(ranks, None))


def has_id_name(names: Iterable[str]) -> bool:
    """Whether one of some names is that of a column of IDs."""
    return any(id_rank(name) is not None for name in names)
