"""The text of a selection: words that a link can hold and a reader can read.

`filter:TABLE:labels=23P,4P:depth_um=100.0..250.0`, `square:TABLE:TABLE:subclass:23P:4P`,
`covered:inside=TABLE,TABLE:outside=TABLE`, `ids:260620,582276`, `lasso:…`, joined by ` plus `, ` minus `
and ` and `, taken from left to right. Names are percent-encoded, long lists of IDs compressed. A text is only
ever parsed, never evaluated.
"""

import base64
import binascii
import math
import zlib
from itertools import pairwise
from typing import NoReturn, cast
from urllib.parse import quote, unquote

import numpy as np

from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import (
    RANGED,
    Combined,
    Covered,
    Filtered,
    How,
    Lasso,
    Listed,
    MatrixCell,
    Recipe,
    Selection,
)
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


def to_text(selection: Selection, *, longest: int | None = LONGEST_TEXT) -> str:
    """Write a selection for a link, or for a file, which may be as long as it likes (None).

    Raises
    ------
    DataError
        If it is longer than `longest`: for a link a lasso of more than 4,700 nuclei or so.
    """
    if isinstance(selection, Combined):
        words = [_written(selection.first)]
        words += [f"{how} {_written(recipe)}" for how, recipe in selection.steps]
        text = " ".join(words)
    else:
        text = _written(selection)
    if longest is not None and len(text) > longest:
        raise DataError(
            f"The selection needs {len(text):,} characters; a link holds {longest:,}.",
            "Select by filters or by a matrix square, export it as a named set, or download the IDs.",
        )
    return text


def _written(recipe: Recipe) -> str:
    if isinstance(recipe, Filtered):
        parts = [recipe.table] if recipe.level == "type" else [recipe.table, recipe.level]
        written = ["filter", *map(_quoted, parts)]
        if recipe.labels:
            written.append("labels=" + ",".join(map(_quoted, recipe.labels)))
        return ":".join(
            [*written, *(f"{r.column}={float(r.low)!r}..{float(r.high)!r}" for r in recipe.ranges)]
        )
    if isinstance(recipe, MatrixCell):
        parts = [recipe.rows, recipe.columns, recipe.level, recipe.row, recipe.column]
        return ":".join(["square", *map(_quoted, parts)])
    if isinstance(recipe, Covered):
        sides = {"inside": recipe.inside, "outside": recipe.outside}
        written = [f"{side}={','.join(map(_quoted, names))}" for side, names in sides.items() if names]
        return ":".join(["covered", *written])
    word = "lasso" if isinstance(recipe, Lasso) else "ids"
    return f"{word}:{_ids_text(recipe.nucleus_ids)}"


def from_text(text: str, *, longest: int = LONGEST_TEXT) -> Selection:
    """Read a selection from a link, or from a file.

    Raises
    ------
    DataError
        If the text is not what `to_text` writes.
    """
    if len(text) > longest:
        _refuse(f"it is {len(text):,} characters long, and {longest:,} are the most")
    words = text.split(" ")
    first, hows, recipes = _read(words[0]), words[1::2], words[2::2]
    if len(hows) != len(recipes) or not {*hows} <= {"plus", "minus", "and"}:
        _refuse("its parts are not joined by “plus”, “minus” or “and”")
    if not recipes:
        return first
    steps = zip(cast("list[How]", hows), map(_read, recipes), strict=True)
    return Combined(first, tuple(steps))


def _refuse(why: str) -> NoReturn:
    raise DataError(f"The selection in this link cannot be read: {why}.", REMEDY)


def _read(text: str) -> Recipe:
    word, _, rest = text.partition(":")
    parts = rest.split(":")
    if word == "filter":
        return _read_filter(parts)
    if word == "square":
        return _read_cell(parts)
    if word == "covered":
        return _read_covered(parts)
    if word in ("lasso", "ids"):
        return (Lasso if word == "lasso" else Listed)(_read_ids(rest))
    _refuse(f"it begins with “{word[:20]}”, not with filter, square, covered, lasso or ids")


def _read_filter(parts: list[str]) -> Filtered:
    names = [unquote(part) for part in parts if "=" not in part] or [""]
    clauses = [part.split("=", 1) for part in parts if "=" in part]
    if not names[0] or len(names) > 2 or parts[: len(names)] != [quote(name, safe="") for name in names]:
        _refuse("a filter names one table, its level and what it keeps")
    labels: tuple[str, ...] = ()
    ranges = []
    for name, value in clauses:
        if name == "labels":
            labels = tuple(unquote(label) for label in value.split(","))
        else:
            ranges.append(_read_range(name, value))
    return Filtered(names[0], labels, tuple(ranges), _level(names[1]) if len(names) == 2 else "type")


def _read_range(column: str, text: str) -> Range:
    if column not in RANGED:
        _refuse(f"there is no column “{column[:20]}” to filter by")
    try:
        low, high = map(float, text.split(".."))
    except ValueError:
        _refuse(f"“{text[:40]}” is not a range")
    if math.isnan(low) or math.isnan(high):
        _refuse(f"“{text[:40]}” is not a range")
    return Range(column, low, high)


def _read_cell(parts: list[str]) -> MatrixCell:
    if len(parts) != 5:
        _refuse("a square names two tables, a level and two labels")
    rows, columns, level, row, column = map(unquote, parts)
    return MatrixCell(rows, columns, _level(level), row, column)


def _read_covered(parts: list[str]) -> Covered:
    sides = [part.partition("=") for part in parts]
    if [side for side, _, _ in sides] not in (["inside"], ["inside", "outside"]):
        _refuse("a combination of tables names those inside, then those outside")
    named = [tuple(map(unquote, names.split(","))) for _, _, names in sides]
    if not all(name for names in named for name in names):
        _refuse("a combination of tables names a table by nothing")
    return Covered(*named)


def _level(text: str) -> Level:
    if text not in LEVELS:
        _refuse(f"“{text[:20]}” is not a level")
    return text


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _ids_text(ids: tuple[int, ...]) -> str:
    """IDs as they are where they are few; else `~` and their differences, compressed."""
    if len(ids) <= FEW_IDS:
        return ",".join(map(str, ids))
    steps = np.diff(np.array(ids, dtype=np.int64), prepend=0).astype("<i8")
    # Byte by byte across all steps: the high bytes are all but always zero and cost nothing.
    planes = steps.view(np.uint8).reshape(-1, 8).T.tobytes()
    return "~" + base64.urlsafe_b64encode(zlib.compress(planes, 9)).decode().rstrip("=")


def _read_ids(text: str) -> tuple[int, ...]:
    ids = _unpacked(text[1:]) if text.startswith("~") else _plain(text)
    if any(after <= before for before, after in pairwise(ids)) or (ids and ids[0] < 0):
        _refuse("its IDs are not in order")
    return ids


def _plain(text: str) -> tuple[int, ...]:
    if not text:
        return ()
    digits = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) < 20 and int(part) < 2**63 for part in digits):
        _refuse("its IDs are not numbers")
    return tuple(map(int, digits))


def _unpacked(text: str) -> tuple[int, ...]:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        planes = unpacker.decompress(packed, 8 * MOST_IDS)
    except (binascii.Error, ValueError, zlib.error):
        _refuse("its IDs are damaged")
    if unpacker.unconsumed_tail or (len(planes) == 8 * MOST_IDS and not unpacker.eof):
        _refuse(f"it holds more than {MOST_IDS:,} IDs, the most that a link may")
    if len(planes) % 8 or not unpacker.eof or unpacker.unused_data:
        _refuse("its IDs are damaged")
    steps = np.frombuffer(planes, dtype=np.uint8).reshape(8, -1).T.copy().view("<i8").ravel()
    with np.errstate(over="ignore"):
        return tuple(np.cumsum(steps).tolist())
