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
| trust, which table, accuracy | the panel on whom to trust |
"""

import re
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from components.analysis.labels.ids import each_once
from components.analysis.search.names import HitKind, SearchedRelease, SearchHit, hits_named, near_names
from components.analysis.selection.id_lists import (
    FoundIds,
    IdText,
    WrittenIds,
    find_ids,
    read_ids,
    written_ids,
)
from components.analysis.selection.listed import listed
from components.analysis.selection.text import to_text
from data.errors import DataError
from data.number_words import first_of, of_nuclei, plural
from data.tables.typed import (
    Coordinates,
    is_nucleus_id,
    is_root_id,
    numbers_in,
    read_coordinates,
    stray_in,
    ungrouped,
    why_no_id,
)
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
_NO_ID = "“{}” is not an ID: a list of IDs holds whole numbers alone."


@dataclass(frozen=True)
class SearchResult:
    """The result of a search.

    Attributes
    ----------
    hits : tuple of SearchHit
        The likeliest first, at most `MOST`.
    note : str
        Why there is nothing, or a note on the list; may be "".
    """

    hits: tuple[SearchHit, ...] = ()
    note: str = ""

    @property
    def only_exact(self) -> SearchHit | None:
        """The only exact match; None where there are none or several.

        A type is one match with its page, however many tables hold it.
        """
        exact = [hit for hit in self.hits if hit.exact]
        if {hit.kind for hit in exact} == {"type page", "type"}:
            exact = [hit for hit in exact if hit.kind == "type page"]
        return exact[0] if len(exact) == 1 else None


def search_for(text: str, release: SearchedRelease) -> SearchResult:
    """Search for what the text may mean; never raises, whatever the text.

    Parameters
    ----------
    text : str
        As typed.
    release : SearchedRelease
    """
    text = " ".join(text.split())
    if not text:
        return SearchResult()
    lead = _LEAD.match(text)
    bare = text[lead.end() :] if lead else text
    numbers = numbers_in(bare[:LONGEST_LIST])
    if len(text) > (LONGEST_LIST if numbers else LONGEST):
        return _by_json(text, release) or _too_long(text, numbers)
    if ungrouped(bare):  # one number with commas, or else several
        single = _by_number(ungrouped(bare), text, release)
        return single if single.hits else _by_ids(numbers, release)
    if len(numbers) == 1:
        return _by_number(numbers[0], text, release)
    word = (lead["word"] or lead["id"] or "").casefold() if lead else ""
    if word in ("", "at"):
        with suppress(DataError):  # then it is not a place
            return _by_place(read_coordinates(bare), [] if word else numbers, release)
    by_ids = _by_ids(numbers, release) if numbers else None
    return by_ids or _by_json(text, release) or _by_name(text, release)


def _too_long(text: str, numbers: list[str]) -> SearchResult:
    if numbers:
        note = f"More than {LONGEST_LIST:,} characters of IDs: paste them where a selection is made by ID."
    elif stray := stray_in(text):
        note = _NO_ID.format(stray[:40])
    else:
        note = f"Names have at most {LONGEST} characters; this text has {len(text):,}."
    return SearchResult(note=note)


def _by_number(digits: str, text: str, release: SearchedRelease) -> SearchResult:
    """A nucleus or a root, and whatever has the number for a name, such as a connectivity group."""
    if why := why_no_id(digits):
        result = SearchResult(note=f"{why}." if not digits.strip("0") else _not_an_id(digits))
    elif is_nucleus_id(int(digits)):
        result = _nucleus(int(digits), release)
    elif is_root_id(int(digits)):
        result = _root(int(digits), release)
    else:
        result = SearchResult(note=_not_an_id(digits))
    called_so = [hit for hit in hits_named(text, release) if hit.exact]
    return SearchResult((*result.hits, *called_so)[:MOST], result.note)


def _not_an_id(digits: str) -> str:
    return (
        f"{digits[:24]} is neither a nucleus ID (below {VOLUME.nucleus_ids_below:,}) nor a root ID "
        f"({VOLUME.root_digits})."
    )


def _nucleus(nucleus_id: int, release: SearchedRelease) -> SearchResult:
    if VOLUME.detections not in release.frames:
        description = "Not checked: the nucleus detections are not at hand."
    else:
        known = release.frames[VOLUME.detections]["nucleus_id"].to_numpy()
        detections = f"of the {len(known):,} nucleus detections of {release.name} at hand"
        if nucleus_id not in known:
            return SearchResult(note=f"{nucleus_id} could be a nucleus ID, but is not one {detections}.")
        description = f"One {detections}"
    return _on_nucleus_page("nucleus", f"Nucleus {nucleus_id}", description, "nucleus", str(nucleus_id))


def _root(root_id: int, release: SearchedRelease) -> SearchResult:
    frames = [frame for frame in release.frames.values() if "root_id" in frame]
    if not frames:
        description = "Not checked: no table with root IDs is at hand."
    else:
        nuclei = each_once(
            np.concatenate([frame["nucleus_id"][frame["root_id"] == root_id] for frame in frames])
        )
        if not len(nuclei):
            return SearchResult(
                note=f"{root_id} could be a root ID, but no nucleus of {release.name} at hand has it. "
                "Root IDs change with every edit of the segment: it may be of another release."
            )
        carried = f"Nucleus {nuclei[0]}" if len(nuclei) == 1 else f"{of_nuclei(len(nuclei))} share it"
        description = f"{carried} in {release.name}"
    return _on_nucleus_page("root", f"Root {root_id}", description, "root", str(root_id))


def _by_place(place: Coordinates, numbers: list[str], release: SearchedRelease) -> SearchResult:
    """A place, and the nuclei of its three numbers read as IDs, if all are known."""
    if outside_em_box([place.voxels])[0]:
        note = f"{place.words} lies outside the imaged box, which is {VOLUME.box_words} in voxels of "
        result = SearchResult(note=f"{note}{VOLUME.voxel_words}.")
    else:
        unit = "oriented µm" if place.in_um else f"voxels of {VOLUME.voxel_words}"
        description = f"The nuclei nearest to this place, in {unit}"
        at = ",".join(place.numbers) + ("um" if place.in_um else "")
        result = _on_nucleus_page("place", f"At {place.words}", description, "at", at)
    by_ids = _by_ids(numbers, release) if numbers else SearchResult()
    if by_ids.hits and not result.hits:
        return by_ids
    return SearchResult((*result.hits, *by_ids.hits), result.note) if by_ids.only_exact else result


def _on_nucleus_page(kind: HitKind, title: str, description: str, parameter: str, value: str) -> SearchResult:
    return SearchResult((SearchHit(kind, title, description, "nucleus", ((parameter, value),)),))


def _by_ids(numbers: list[str], release: SearchedRelease) -> SearchResult:
    if not release.frames:
        note = "Not looked for: no table is at hand yet. Open the page of a family: it fetches its tables."
        return SearchResult(note=note)
    written = written_ids((1, number) for number in numbers)
    return _of_ids(written, find_ids(written, *release.ids), release)


def _of_ids(written: WrittenIds, ids: FoundIds, release: SearchedRelease) -> SearchResult:
    """The nuclei of several IDs, with the number of known IDs and the unknown ones.

    The hit is not exact where an ID is unknown, so that the reader sees which are left out.
    """
    refused = sorted({refusal.word for refusal in written.refused})
    unknown = [*map(str, ids.unknown), *refused]
    n_ids = ids.distinct + len(refused)
    note = f"{n_ids - len(unknown):,} of {plural(n_ids, 'different ID')} are known in {release.name} at hand."
    if unknown:
        note += f" Unknown: {first_of(unknown, FEW)}."
    nuclei = ids.nucleus_ids
    if not len(nuclei):
        return SearchResult(note=note)
    try:
        link = (("nucleus", str(nuclei[0])), ("select", to_text(listed(nuclei))))
    except DataError as error:
        return SearchResult(note=f"{note} {error}")
    title = f"{of_nuclei(len(nuclei))} by ID"
    return SearchResult((SearchHit("nuclei", title, note, "nucleus", link, exact=not unknown),), note)


def _by_json(text: str, release: SearchedRelease) -> SearchResult | None:
    """The nuclei of the only column of IDs in JSON; None where the text is not a table."""
    ids = IdText(())
    if release.frames and text[0] in "[{":
        with suppress(DataError):
            ids = read_ids(text, *release.ids)
    if ids.read and ids.read.written.column:
        return _of_ids(ids.read.written, ids.read.found, release)
    if any(column.written.column for column in ids.columns):
        note = "The column of IDs cannot be recognised by its name: paste the table under “Select by ID”."
        return SearchResult(note=note)
    return None


def _by_name(text: str, release: SearchedRelease) -> SearchResult:
    if hits := hits_named(text, release):
        more = len(hits) - MOST
        note = f"{more:,} more have similar names: type more of the name." if more > 0 else ""
        return SearchResult(tuple(hits[:MOST]), note)
    if stray := stray_in(text):
        return SearchResult(note=_NO_ID.format(stray[:40]))
    near = near_names(text, release)
    near_hits = {(hit.page, hit.link): hit for name in near for hit in hits_named(name, release)}
    similar = [replace(hit, exact=False) for hit in near_hits.values()]
    tries = " or ".join(f"“{name}”" for name in near) or "a nucleus ID, a root ID, a type, a table or a page"
    return SearchResult(tuple(similar[:MOST]), f"Nothing is named “{text[:60]}”; try {tries}.")
