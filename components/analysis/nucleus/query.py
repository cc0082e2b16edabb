"""What a reader types to find a nucleus, an ID, a root ID or a place: read exactly, or refused."""

import math
import re

import numpy as np
from numpy.typing import NDArray

from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import oriented_um

LONGEST_ID = 2**63 - 1
LONGEST_NUCLEUS_ID = 10
"""Digits: nucleus IDs of the release have four to six, root IDs eighteen."""
FARTHEST = 10_000_000.0
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
PLACE_REMEDY = (
    f"Write x, y, z in voxels of {VOLUME.voxel_words}, such as {VOLUME.example_place_words}, or x, depth, "
    "z in oriented µm with their unit, such as 700, 310, 870 µm."
)


def read_nucleus_id(text: str) -> int:
    """Read a nucleus ID.

    Raises
    ------
    DataError
        If the text is no positive whole number, or so long that it must be a root ID.
    """
    number = _whole(
        text, "nucleus ID", f"Nucleus IDs have {VOLUME.nucleus_digits}, such as {VOLUME.example_nuclei[0]}."
    )
    if len(str(number)) > LONGEST_NUCLEUS_ID:
        raise DataError(
            f"{number} is too long for a nucleus ID.", "It may be a root ID: put it into the box of root IDs."
        )
    return number


def read_root_id(text: str) -> int:
    """Read a root ID, every digit of it.

    Raises
    ------
    DataError
        If the text is no positive whole number.
    """
    remedy = (
        f"Root IDs have 18 digits, such as {VOLUME.example_root}; root ID 0 means that there is no segment."
    )
    return _whole(text, "root ID", remedy)


def _whole(text: str, what: str, remedy: str) -> int:
    digits = text.strip()
    if not re.fullmatch(r"[0-9]{1,25}", digits):
        raise DataError(f"“{shortened(digits)}” is no {what}: it is not digits alone.", remedy)
    number = int(digits)
    if not 0 < number <= LONGEST_ID:
        raise DataError(f"There is no {what} {number}.", remedy)
    return number


def read_place(text: str) -> NDArray[np.float64]:
    """Read a place.

    Parameters
    ----------
    text : str
        Three numbers, apart by commas or white space, perhaps in brackets: voxels as CAVE
        and Neuroglancer show them; or oriented µm where the text ends in um or µm.

    Returns
    -------
    ndarray, shape (3,)
        x, depth, z in oriented µm.

    Raises
    ------
    DataError
        If the text is anything else.
    """
    body = text.strip().casefold()
    bare = re.sub("(?:um|\u00b5m|\u03bcm)$", "", body).strip()  # the micro sign, and the Greek letter
    parts = [part for part in re.split(r"[,;\s]+", bare.strip("()[]")) if part]
    if len(parts) != 3 or not all(NUMBER.fullmatch(part) for part in parts):
        raise DataError(f"“{shortened(text.strip())}” is not a place of three numbers.", PLACE_REMEDY)
    numbers = [float(part) for part in parts]
    if not all(math.isfinite(number) and abs(number) <= FARTHEST for number in numbers):
        raise DataError(f"“{shortened(text.strip())}” lies far outside the volume.", PLACE_REMEDY)
    return np.array(numbers) if bare != body else oriented_um([numbers])[0]


def shortened(text: str, most: int = 40) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= most else f"{text[:most]}…"
