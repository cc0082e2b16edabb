"""Search for anything: from typed words to what they may mean and where it is shown.

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
from components.analysis.selection.id_lists import IdText, find_ids, read_ids, written_ids
from components.analysis.selection.kinds import to_text
from components.analysis.selection.listed import listed
from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import outside_em_box

LONGEST = 200
"""The most characters of a name."""
LONGEST_LIST = 4_000
"""The most characters of a list of IDs; longer lists go to the selection by ID."""
MOST = 8
"""The most hits listed."""
FEW = 3

_LEAD = re.compile(
    r"^(?P<word>nucle(?:us|i)|(?:pt_)?roots?|target|segments?|cells?|at)?[\s_]*(?P<id>ids?)?\s*[:#=]?\s*"
    r"(?=[\d([{'\"+-])",
    re.IGNORECASE,
)
_NO_ID = "“{}” is no ID: a list of IDs holds whole numbers alone."


@dataclass(frozen=True)
class SearchResult:
    """The result of a search.

    Attributes
    ----------
    found : tuple of Found
        The likeliest first, at most `MOST`.
    said : str
        Why there is nothing, or a note on the list; may be "".
    """

    found: tuple[Found, ...] = ()
    said: str = ""

    @property
    def only_sure(self) -> Found | None:
        """The only exact match; None where there are none or several."""
        sure = [hit for hit in self.found if hit.sure]
        return sure[0] if len(sure) == 1 else None


def find(text: str, at_hand: AtHand) -> SearchResult:
    """Search for what the text may mean; never raises, whatever the text.

    Parameters
    ----------
    text : str
        As typed.
    at_hand : AtHand
        The open release.
    """
    text = " ".join(text.split())
    if not text:
        return SearchResult()
    lead = _LEAD.match(text)
    bare = text[lead.end() :] if lead else text
    numbers = numbers_in(bare[:LONGEST_LIST])
    if len(text) > (LONGEST_LIST if numbers else LONGEST):
        return _records(text, at_hand) or _too_long(text, numbers)
    if ungrouped(bare):  # one number with commas, or else several
        one = _with_names(_number(ungrouped(bare), at_hand), text, at_hand)
        return one if one.found else _several(numbers, at_hand)
    if len(numbers) == 1:
        return _with_names(_number(numbers[0], at_hand), text, at_hand)
    word = (lead["word"] or lead["id"] or "").casefold() if lead else ""
    if word in ("", "at"):
        with suppress(DataError):  # then it is no place
            return _with_ids(_place(read_place(bare)), [] if word else numbers, at_hand)
    return _several(numbers, at_hand) if numbers else _records(text, at_hand) or _name(text, at_hand)


def _with_ids(place: SearchResult, numbers: list[str], at_hand: AtHand) -> SearchResult:
    """A place, and the nuclei of its three numbers read as IDs, if all are known."""
    ids = _several(numbers, at_hand) if numbers else SearchResult()
    if not place.found and ids.found:
        return ids
    return SearchResult((*place.found, *ids.found), place.said) if ids.only_sure else place


def _too_long(text: str, numbers: list[str]) -> SearchResult:
    stray = stray_in(text)
    if numbers:
        note = f"More than {LONGEST_LIST:,} characters of IDs: paste them where a selection is made by ID."
    elif stray:
        note = _NO_ID.format(stray[:40])
    else:
        note = f"Nothing has a name of {len(text):,} characters; {LONGEST} are the most."
    return SearchResult(said=note)


def _with_names(number: SearchResult, text: str, at_hand: AtHand) -> SearchResult:
    """A number, and whatever has it for a name, such as a connectivity group."""
    also = tuple(hit for hit in search_names(text, at_hand) if hit.sure)
    return SearchResult((*number.found, *also)[:MOST], number.said)


def _number(digits: str, at_hand: AtHand) -> SearchResult:
    why = why_no_id(digits)
    if not why and is_nucleus_id(int(digits)):
        return _nucleus(int(digits), at_hand)
    if not why and is_root_id(int(digits)):
        return _root(int(digits), at_hand)
    if not digits.strip("0"):
        return SearchResult(said=f"{why}.")
    return SearchResult(
        said=f"{digits[:24]} is neither a nucleus ID (below {VOLUME.nucleus_ids_below:,}) nor a root ID "
        f"({VOLUME.root_digits})."
    )


def _nucleus(number: int, at_hand: AtHand) -> SearchResult:
    link = (("nucleus", str(number)),)
    if VOLUME.detections not in at_hand.frames:
        words = "Not checked: the nucleus detections are not at hand."
        return SearchResult((Found("nucleus", f"Nucleus {number}", words, "nucleus", link),))
    known = at_hand.frames[VOLUME.detections]["nucleus_id"].to_numpy()
    if number not in known:
        return SearchResult(
            said=f"{number} would be a nucleus ID, but is none of the {len(known):,} nucleus detections of "
            f"v{at_hand.release} at hand."
        )
    words = f"One of the {len(known):,} nucleus detections of v{at_hand.release} at hand"
    return SearchResult((Found("nucleus", f"Nucleus {number}", words, "nucleus", link),))


def _root(number: int, at_hand: AtHand) -> SearchResult:
    link = (("root", str(number)),)
    nuclei = _nuclei_of(number, at_hand)
    if nuclei is None:
        words = "Not checked: no table with root IDs is at hand."
        return SearchResult((Found("root", f"Root {number}", words, "nucleus", link),))
    if not len(nuclei):
        return SearchResult(
            said=f"{number} would be a root ID, but no nucleus of v{at_hand.release} at hand has it. "
            "Root IDs change with every edit of the segment: it may be of another release."
        )
    words = f"Nucleus {nuclei[0]}" if len(nuclei) == 1 else f"{len(nuclei):,} nuclei share it"
    return SearchResult((Found("root", f"Root {number}", f"{words} in v{at_hand.release}", "nucleus", link),))


def _nuclei_of(root: int, at_hand: AtHand) -> NDArray[np.int64] | None:
    """The nuclei with a root ID, in any table at hand; None where none holds root IDs."""
    frames = [frame for frame in at_hand.frames.values() if "root_id" in frame]
    nuclei = [frame["nucleus_id"].to_numpy()[frame["root_id"].to_numpy() == root] for frame in frames]
    return np.unique(np.concatenate(nuclei)) if nuclei else None


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


def _several(numbers: list[str], at_hand: AtHand) -> SearchResult:
    """The nuclei of several IDs, with the number of known IDs and the unknown ones.

    The hit is not sure where an ID is unknown, so that the reader sees which are left out.
    """
    if not at_hand.frames:
        return SearchResult(
            said="Not looked for: no table is at hand yet. Open the page of a family: it fetches its tables."
        )
    written = written_ids((1, number) for number in numbers)
    ids = find_ids(written, *_ids_at_hand(at_hand))
    refused = sorted({one.word for one in written.refused})
    unknown = [*map(str, ids.unknown), *refused]
    n_ids = ids.distinct + len(refused)
    note = f"{n_ids - len(unknown):,} of {n_ids:,} different IDs are known in v{at_hand.release} at hand."
    if unknown:
        more = f" and {len(unknown) - FEW:,} more" if len(unknown) > FEW else ""
        note += f" Unknown: {', '.join(unknown[:FEW])}{more}."
    found = ids.nucleus_ids
    if not len(found):
        return SearchResult(said=note)
    try:
        link = (("nucleus", str(found[0])), ("select", to_text(listed(found))))
    except DataError as error:
        return SearchResult(said=f"{note} {error}")
    title = "1 nucleus by ID" if len(found) == 1 else f"{len(found):,} nuclei by ID"
    return SearchResult((Found("nuclei", title, note, "nucleus", link, sure=not unknown),), note)


def _records(text: str, at_hand: AtHand) -> SearchResult | None:
    """The nuclei of the one column of IDs in JSON; None where the text is no table."""
    ids = IdText(())
    if at_hand.frames and text[0] in "[{":
        with suppress(DataError):
            ids = read_ids(text, *_ids_at_hand(at_hand))
    if ids.read and ids.read.written.column:
        numbers = [*map(str, ids.read.written.ids), *(refused.word for refused in ids.read.written.refused)]
        return _several(numbers, at_hand)
    if any(column.written.column for column in ids.columns):
        return SearchResult(
            said="The column of IDs cannot be told from its name: paste the table under “Select by ID”."
        )
    return None


def _ids_at_hand(at_hand: AtHand) -> tuple[np.ndarray, np.ndarray]:
    """Nucleus ID and root ID (0 = none) of every row at hand."""
    frames = at_hand.frames.values()
    nuclei = np.concatenate([frame["nucleus_id"].to_numpy() for frame in frames])
    roots = [
        frame["root_id"].to_numpy() if "root_id" in frame else np.zeros(len(frame), np.int64)
        for frame in frames
    ]
    return nuclei, np.concatenate(roots)


def _name(text: str, at_hand: AtHand) -> SearchResult:
    hits = search_names(text, at_hand)
    if hits:
        more = len(hits) - MOST
        note = f"{more:,} more are called something like it: type more of the name." if more > 0 else ""
        return SearchResult(tuple(hits[:MOST]), note)
    stray = stray_in(text)
    if stray:
        return SearchResult(said=_NO_ID.format(stray[:40]))
    near = near_names(text, at_hand)
    near_hits = {(one.page, one.link): one for name in near for one in search_names(name, at_hand)}
    similar = tuple(
        Found(one.kind, one.title, one.words, one.page, one.link, sure=False) for one in near_hits.values()
    )
    tries = " or ".join(f"“{name}”" for name in near) or "a nucleus ID, a root ID, a type, a table or a page"
    return SearchResult(similar[:MOST], f"Nothing is named “{text[:60]}”; try {tries}.")
