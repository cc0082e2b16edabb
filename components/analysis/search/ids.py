"""Several IDs in one line: which numbers are written there, and which nuclei they mean."""

import re

import numpy as np

from components.analysis.search.names import AtHand, Found
from components.analysis.selection.id_lists import find_ids, read_ids
from components.analysis.selection.kinds import to_text
from components.analysis.selection.listed import listed
from data.errors import DataError

GROUPED = re.compile(r"[0-9]{1,3}(?:[,\u2009\u202f'’_][0-9]{3})+")  # thin spaces, apostrophes
DIGITS = re.compile(r"[0-9]+")
LONGEST_LIST = 4_000
"""Characters; more IDs than that are pasted where a selection is made by ID."""
FEW = 3
_APART, _LOOSELY_APART = re.compile(r"[\s,;|'\"()\[\]{}]+"), re.compile(r"[\s;|\"()\[\]{}]+")
_LONG_ENOUGH = 3
"""Digits: what has fewer is more often a part of a name than an ID."""


def numbers_in(text: str) -> list[str]:
    """List the whole numbers that a text consists of, without the commas of thousands; [] where it has more.

    Of several words one such as ``260,620`` is one number: ``260,620, 582,276`` are two, and so are
    ``12,260620``, whose comma cannot be one of thousands.
    """
    grouped = [word for one in _LOOSELY_APART.split(text) if (word := one.strip(","))]
    if all(GROUPED.fullmatch(word) or DIGITS.fullmatch(word) for word in grouped) and len(grouped) > 1:
        return [re.sub(r"[^0-9]", "", word) for word in grouped]
    words = _words(text)
    return words if all(map(DIGITS.fullmatch, words)) else []


def stray_in(text: str) -> str:
    """Return the first word that keeps a text from being a list of IDs; "" where it is no such list."""
    words = _words(text)
    strays = [word for word in words if not DIGITS.fullmatch(word)]
    ids = [word for word in words if len(word) >= _LONG_ENOUGH and DIGITS.fullmatch(word)]
    return strays[0] if strays and len(ids) > 1 and len(ids) > len(strays) else ""


def _words(text: str) -> list[str]:
    return [word for word in _APART.split(text) if word]


def search_ids(numbers: list[str], here: AtHand) -> tuple[Found | None, str]:
    """Find the nuclei that several IDs mean, and say of how many IDs they are and which IDs are none's.

    They are not called sure where an ID is unknown: which ones would be left behind unread.
    """
    if not here.frames:
        return (
            None,
            "Not looked for: no table is at hand yet. Open the page of a family: it fetches its tables.",
        )
    nuclei, roots = _ids_at_hand(here)
    written = read_ids(" ".join(numbers))
    ids = find_ids(written, nuclei, roots)
    refused = sorted({one.word for one in written.refused})
    unknown = [*map(str, ids.unknown), *refused]
    n_ids = ids.distinct + len(refused)
    said = f"{n_ids - len(unknown):,} of {n_ids:,} different IDs are known in v{here.release} at hand."
    if unknown:
        more = f" and {len(unknown) - FEW:,} more" if len(unknown) > FEW else ""
        said += f" Unknown: {', '.join(unknown[:FEW])}{more}."
    found = ids.nucleus_ids
    if not len(found):
        return None, said
    try:
        link = (("nucleus", str(found[0])), ("select", to_text(listed(found))))
    except DataError as error:
        return None, f"{said} {error}"
    title = "1 nucleus by ID" if len(found) == 1 else f"{len(found):,} nuclei by ID"
    return Found("nuclei", title, said, "nucleus", link, sure=not unknown), said


def _ids_at_hand(here: AtHand) -> tuple[np.ndarray, np.ndarray]:
    """Nucleus ID and root ID (0 = none) of every row at hand."""
    frames = here.frames.values()
    nuclei = np.concatenate([frame["nucleus_id"].to_numpy() for frame in frames])
    roots = [
        frame["root_id"].to_numpy() if "root_id" in frame else np.zeros(len(frame), np.int64)
        for frame in frames
    ]
    return nuclei, np.concatenate(roots)
