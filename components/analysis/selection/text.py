"""How names, levels, ranges and lists of IDs stand in the text of a selection; all else is refused."""

import base64
import binascii
import math
import zlib
from collections.abc import Iterable
from itertools import pairwise
from typing import NoReturn
from urllib.parse import quote, unquote

import numpy as np

from components.analysis.labels.ranges import MEASURES, Range
from data.errors import DataError
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level

LONGEST_TEXT = 8_000
"""Characters: what servers and browsers take in an address without trouble.

The IDs of 4,700 nuclei drawn at random from 144,120, spread up to 806,000 as the release's are, fit in.
"""
FEW_IDS = 20
"""Up to so many IDs are written out."""
MOST_IDS = 200_000
"""More than a link can mean: a text that unpacks to more is refused."""
REMEDY = "Copy the whole link once more, or select the nuclei again."
CLEAR = "Clear the selection, or select by another table."


def refuse(why: str) -> NoReturn:
    """Raise the error of a text that cannot be read."""
    raise DataError(f"The selection in this link cannot be read: {why}.", REMEDY)


def joined_names(names: Iterable[str], between: str = ",") -> str:
    """Write names so that nothing in them can be taken for what stands between them."""
    return between.join(quote(name, safe="") for name in names)


def read_names(text: str) -> tuple[str, ...]:
    """Read names with commas between them."""
    return tuple(map(unquote, text.split(",")))


def read_level(text: str) -> Level:
    """Read one of `LEVELS`."""
    if text not in LEVELS:
        refuse(f"“{text[:20]}” is not a level")
    return text


def range_text(limits: Range) -> str:
    """Write a range: `depth_um=100.0..250.0`."""
    return f"{limits.column}={float(limits.low)!r}..{float(limits.high)!r}"


def read_range(column: str, text: str) -> Range:
    """Read the two ends of a range in a column."""
    if column not in MEASURES:
        refuse(f"there is no column “{column[:20]}” to filter by")
    try:
        low, high = map(float, text.split(".."))
    except ValueError:
        refuse(f"“{text[:40]}” is not a range")
    if math.isnan(low) or math.isnan(high):
        refuse(f"“{text[:40]}” is not a range")
    return Range(column, low, high)


def ids_text(ids: tuple[int, ...]) -> str:
    """Write sorted IDs as they are where they are few; else `~` and their differences, compressed."""
    if len(ids) <= FEW_IDS:
        return ",".join(map(str, ids))
    steps = np.diff(np.array(ids, dtype=np.int64), prepend=0).astype("<i8")
    # Byte by byte across all steps: the high bytes are all but always zero and cost nothing.
    planes = steps.view(np.uint8).reshape(-1, 8).T.tobytes()
    return "~" + base64.urlsafe_b64encode(zlib.compress(planes, 9)).decode().rstrip("=")


def read_ids_text(text: str) -> tuple[int, ...]:
    """Read what `ids_text` writes: at most `MOST_IDS`, in order, each once."""
    ids = _unpacked(text[1:]) if text.startswith("~") else _plain(text)
    if any(after <= before for before, after in pairwise(ids)) or (ids and ids[0] < 0):
        refuse("its IDs are not in order")
    return ids


def _plain(text: str) -> tuple[int, ...]:
    if not text:
        return ()
    digits = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) < 20 and int(part) < 2**63 for part in digits):
        refuse("its IDs are not numbers")
    return tuple(map(int, digits))


def _unpacked(text: str) -> tuple[int, ...]:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        planes = unpacker.decompress(packed, 8 * MOST_IDS)
    except (binascii.Error, ValueError, zlib.error):
        refuse("its IDs are damaged")
    if unpacker.unconsumed_tail or (len(planes) == 8 * MOST_IDS and not unpacker.eof):
        refuse(f"it holds more than {MOST_IDS:,} IDs, the most that a link may")
    if len(planes) % 8 or not unpacker.eof or unpacker.unused_data:
        refuse("its IDs are damaged")
    steps = np.frombuffer(planes, dtype=np.uint8).reshape(8, -1).T.copy().view("<i8").ravel()
    with np.errstate(over="ignore"):
        return tuple(np.cumsum(steps).tolist())
