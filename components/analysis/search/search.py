"""Find anything: from a few typed words to what they may mean and where that is shown.

| typed | found |
|---|---|
| 1 to 7 digits | a nucleus ID |
| 17 to 19 digits | a root ID |
| several of either | the nuclei they mean, as a selection |
| three numbers | a place, in voxels or in µm |
| BC, 5P-PT, basket | types, one line for each table that holds them |
| a table's name in CAVE, its title, a part of either | tables |
| a page's title, a word of what it is about | pages |
"""

import re
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.analysis.labels.typed import (
    TypedPlace,
    is_nucleus_id,
    is_root_id,
    numbers_in,
    read_place,
    stray_in,
    ungrouped,
    why_no_id,
)
from components.analysis.search.names import AtHand, Found, near_names, search_names
from components.analysis.selection.id_lists import find_ids, written_ids
from components.analysis.selection.kinds import to_text
from components.analysis.selection.listed import listed
from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import outside_em_box

LONGEST = 200
"""Characters; more is nobody's name."""
LONGEST_LIST = 4_000
"""Characters; more IDs than that are pasted where a selection is made by ID."""
MOST = 8
"""So many are listed at once."""
FEW = 3

_LEAD = re.compile(
    r"^(?P<word>nucle(?:us|i)|roots?|segments?|cells?|at)?\s*(?P<id>ids?)?\s*[:#=]?\s*(?=[\d([{'\"+-])",
    re.IGNORECASE,
)
_NO_ID = "“{}” is no ID: a list of IDs holds whole numbers alone."


@dataclass(frozen=True)
class SearchResult:
    """What was found.

    Attributes
    ----------
    found : tuple of Found
        The likeliest first, at most `MOST`.
    said : str
        Why there is nothing, or what to know of the list; may be "".
    """

    found: tuple[Found, ...] = ()
    said: str = ""

    @property
    def only_sure(self) -> Found | None:
        """The one thing that is called exactly so; None where there are none or several."""
        sure = [one for one in self.found if one.sure]
        return sure[0] if len(sure) == 1 else None


def find(text: str, here: AtHand) -> SearchResult:
    """Say what the reader may mean; never raises, whatever the text.

    Parameters
    ----------
    text : str
        As typed.
    here : AtHand
        What is known of the open release.
    """
    text = " ".join(text.split())
    if not text:
        return SearchResult()
    lead = _LEAD.match(text)
    bare = text[lead.end() :] if lead else text
    numbers = numbers_in(bare[:LONGEST_LIST])
    if len(text) > (LONGEST_LIST if numbers else LONGEST):
        return _too_long(text, numbers)
    if ungrouped(bare):  # one number with commas, or else several
        one = _with_names(_number(ungrouped(bare), here), text, here)
        return one if one.found else _several(numbers, here)
    if len(numbers) == 1:
        return _with_names(_number(numbers[0], here), text, here)
    word = (lead["word"] or lead["id"] or "").casefold() if lead else ""
    if word in ("", "at"):
        with suppress(DataError):  # then it is no place
            return _with_ids(_place(read_place(bare)), [] if word else numbers, here)
    return _several(numbers, here) if numbers else _name(text, here)


def _with_ids(place: SearchResult, numbers: list[str], here: AtHand) -> SearchResult:
    """A place, and the nuclei whose IDs its three numbers are: all of them, for many a number is some ID."""
    ids = _several(numbers, here) if numbers else SearchResult()
    if not place.found and ids.found:
        return ids
    return SearchResult((*place.found, *ids.found), place.said) if ids.only_sure else place


def _too_long(text: str, numbers: list[str]) -> SearchResult:
    stray = stray_in(text)
    if numbers:
        said = f"More than {LONGEST_LIST:,} characters of IDs: paste them where a selection is made by ID."
    elif stray:
        said = _NO_ID.format(stray[:40])
    else:
        said = f"Nothing has a name of {len(text):,} characters; {LONGEST} are the most."
    return SearchResult(said=said)


def _with_names(number: SearchResult, text: str, here: AtHand) -> SearchResult:
    """A number, and what else is called so, such as a connectivity group."""
    also = tuple(one for one in search_names(text, here) if one.sure)
    return SearchResult((*number.found, *also)[:MOST], number.said)


def _number(digits: str, here: AtHand) -> SearchResult:
    why = why_no_id(digits)
    if not why and is_nucleus_id(int(digits)):
        return _nucleus(int(digits), here)
    if not why and is_root_id(int(digits)):
        return _root(int(digits), here)
    if not digits.strip("0"):
        return SearchResult(said=f"{why}.")
    return SearchResult(
        said=f"{digits[:24]} is neither a nucleus ID (below {VOLUME.nucleus_ids_below:,}) nor a root ID "
        f"({VOLUME.root_digits})."
    )


def _nucleus(number: int, here: AtHand) -> SearchResult:
    link = (("nucleus", str(number)),)
    if VOLUME.detections not in here.frames:
        words = "Not checked: the nucleus detections are not at hand."
        return SearchResult((Found("nucleus", f"Nucleus {number}", words, "nucleus", link),))
    known = here.frames[VOLUME.detections]["nucleus_id"].to_numpy()
    if number not in known:
        return SearchResult(
            said=f"{number} would be a nucleus ID, but is none of the {len(known):,} nucleus detections of "
            f"v{here.release} at hand."
        )
    words = f"One of the {len(known):,} nucleus detections of v{here.release} at hand"
    return SearchResult((Found("nucleus", f"Nucleus {number}", words, "nucleus", link),))


def _root(number: int, here: AtHand) -> SearchResult:
    link = (("root", str(number)),)
    nuclei = _nuclei_of(number, here)
    if nuclei is None:
        words = "Not checked: no table with root IDs is at hand."
        return SearchResult((Found("root", f"Root {number}", words, "nucleus", link),))
    if not len(nuclei):
        return SearchResult(
            said=f"{number} would be a root ID, but no nucleus of v{here.release} at hand has it. Root IDs "
            "change with every edit of the segment: it may be of another release."
        )
    words = f"Nucleus {nuclei[0]}" if len(nuclei) == 1 else f"{len(nuclei):,} nuclei share it"
    return SearchResult((Found("root", f"Root {number}", f"{words} in v{here.release}", "nucleus", link),))


def _nuclei_of(root: int, here: AtHand) -> NDArray[np.int64] | None:
    """The nuclei with a root ID, in any table at hand; None where none holds root IDs."""
    frames = [frame for frame in here.frames.values() if "root_id" in frame]
    found = [frame["nucleus_id"].to_numpy()[frame["root_id"].to_numpy() == root] for frame in frames]
    return np.unique(np.concatenate(found)) if found else None


def _place(place: TypedPlace) -> SearchResult:
    if outside_em_box([place.voxels])[0]:
        return SearchResult(
            said=f"{place.words} lies outside the imaged box, which is {VOLUME.box_words} in voxels "
            f"of {VOLUME.voxel_words}."
        )
    unit = "oriented µm" if place.in_um else f"voxels of {VOLUME.voxel_words}"
    link = ",".join(place.numbers) + ("um" if place.in_um else "")
    words = f"The nuclei nearest to this place, in {unit}"
    return SearchResult((Found("place", f"At {place.words}", words, "nucleus", (("at", link),)),))


def _several(numbers: list[str], here: AtHand) -> SearchResult:
    """Find the nuclei that several IDs mean, and say of how many IDs they are and which IDs are none's.

    They are not called sure where an ID is unknown: which ones would be left behind unread.
    """
    if not here.frames:
        return SearchResult(
            said="Not looked for: no table is at hand yet. Open the page of a family: it fetches its tables."
        )
    written = written_ids((1, number) for number in numbers)
    ids = find_ids(written, *_ids_at_hand(here))
    refused = sorted({one.word for one in written.refused})
    unknown = [*map(str, ids.unknown), *refused]
    n_ids = ids.distinct + len(refused)
    said = f"{n_ids - len(unknown):,} of {n_ids:,} different IDs are known in v{here.release} at hand."
    if unknown:
        more = f" and {len(unknown) - FEW:,} more" if len(unknown) > FEW else ""
        said += f" Unknown: {', '.join(unknown[:FEW])}{more}."
    found = ids.nucleus_ids
    if not len(found):
        return SearchResult(said=said)
    try:
        link = (("nucleus", str(found[0])), ("select", to_text(listed(found))))
    except DataError as error:
        return SearchResult(said=f"{said} {error}")
    title = "1 nucleus by ID" if len(found) == 1 else f"{len(found):,} nuclei by ID"
    return SearchResult((Found("nuclei", title, said, "nucleus", link, sure=not unknown),), said)


def _ids_at_hand(here: AtHand) -> tuple[np.ndarray, np.ndarray]:
    """Nucleus ID and root ID (0 = none) of every row at hand."""
    frames = here.frames.values()
    nuclei = np.concatenate([frame["nucleus_id"].to_numpy() for frame in frames])
    roots = [
        frame["root_id"].to_numpy() if "root_id" in frame else np.zeros(len(frame), np.int64)
        for frame in frames
    ]
    return nuclei, np.concatenate(roots)


def _name(text: str, here: AtHand) -> SearchResult:
    found = search_names(text, here)
    if found:
        more = len(found) - MOST
        said = f"{more:,} more are called something like it: type more of the name." if more > 0 else ""
        return SearchResult(tuple(found[:MOST]), said)
    stray = stray_in(text)
    if stray:
        return SearchResult(said=_NO_ID.format(stray[:40]))
    near = near_names(text, here)
    beside = {(one.page, one.link): one for name in near for one in search_names(name, here)}
    like = tuple(
        Found(one.kind, one.title, one.words, one.page, one.link, sure=False) for one in beside.values()
    )
    tries = " or ".join(f"“{name}”" for name in near) or "a nucleus ID, a root ID, a type, a table or a page"
    return SearchResult(like[:MOST], f"Nothing is named “{text[:60]}”; try {tries}.")
