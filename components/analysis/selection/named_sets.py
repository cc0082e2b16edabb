"""Selections kept under names: in the session, and as a file that says what they are of.

The file is JSON: release, source and whether the rows were made up; then for each set its name, its recipe
as text (`selection_text`, however long), how many nuclei it meant, and all of their IDs, for other programs.
A file is only ever parsed: what is not exactly as it is written here is refused, with the place.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NoReturn

from components.analysis.labels.typed import LARGEST_ID
from components.analysis.selection.kinds import from_text, to_text
from components.analysis.selection.selection import Selection
from data.catalog import TABLES
from data.errors import DataError

FORMAT, VERSION = "microns-cell-types selections", 1
LONGEST_NAME, MOST_SETS, LARGEST_FILE = 80, 200, 50_000_000
LONGEST_RECIPE = 4_000_000
"""Characters: lists of every nucleus in several steps."""
REMEDY = "Nothing was imported. Choose a file that “Export all sets” has saved, unchanged."
_KEYS = {"format", "version", "release", "source", "synthetic", "sets"}
_SET_KEYS = {"name", "recipe", "nuclei", "nucleus_ids"}


@dataclass(frozen=True)
class NamedSet:
    """A selection under a name, and the nuclei that it meant when it was saved."""

    name: str
    selection: Selection
    nucleus_ids: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many nuclei."""
        return len(self.nucleus_ids)


@dataclass(frozen=True)
class SetsFile:
    """Sets, and the release, source and kind of rows (made up or not) that they were saved from."""

    release: int
    source: str
    synthetic: bool
    sets: tuple[NamedSet, ...]


def with_set(sets: Sequence[NamedSet], one: NamedSet) -> list[NamedSet]:
    """Add a set.

    Raises
    ------
    DataError
        If the name is empty, too long or taken, or there are too many sets.
    """
    one = replace(one, name=checked_name(one.name))
    if any(one.name == other.name for other in sets):
        raise DataError(f"There is a set “{one.name}” already.", "Choose another name, or delete that set.")
    if len(sets) >= MOST_SETS:
        raise DataError(f"There are {MOST_SETS} sets, the most that are kept.", "Delete one first.")
    return [*sets, one]


def renamed(sets: Sequence[NamedSet], old: str, new: str) -> list[NamedSet]:
    """Give a set another name, in its place; raises `DataError` as `with_set` does."""
    new = checked_name(new)
    if new != old and any(new == one.name for one in sets):
        raise DataError(f"There is a set “{new}” already.", "Choose another name, or delete that set.")
    return [replace(one, name=new) if one.name == old else one for one in sets]


def merged(sets: Sequence[NamedSet], more: Sequence[NamedSet]) -> tuple[list[NamedSet], list[str]]:
    """Add the sets of a file; one whose name is taken by another gets a number, and what was done is said."""
    together, said = list(sets), []
    for one in more:
        taken = {other.name: other for other in together}
        if taken.get(one.name) == one:
            said.append(f"“{one.name}” is here already")
            continue
        name, number = one.name, 2
        while name in taken:
            tail = f" ({number})"
            name, number = one.name[: LONGEST_NAME - len(tail)] + tail, number + 1
        if name != one.name:
            said.append(f"“{one.name}” is taken and came in as “{name}”")
        together = with_set(together, replace(one, name=name))
    return together, said


def checked_name(name: str) -> str:
    """Give a name without spaces around it; raises `DataError` where it cannot be one."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problem = f"A set's name has 1 to {LONGEST_NAME} characters, all of them printable."
        raise DataError(problem, "Write a name.")
    return name


def sets_text(file: SetsFile) -> str:
    """Write sets as a file, whole."""
    head = {"format": FORMAT, "version": VERSION, "release": file.release, "source": file.source}
    sets = [
        {
            "name": one.name,
            "recipe": to_text(one.selection, longest=None),
            "nuclei": one.n,
            "nucleus_ids": list(one.nucleus_ids),
        }
        for one in file.sets
    ]
    return json.dumps({**head, "synthetic": file.synthetic, "sets": sets}, ensure_ascii=False)


def read_sets(content: bytes) -> SetsFile:
    """Read a file of sets.

    Raises
    ------
    DataError
        Where it is not what `sets_text` writes: it says where, and what is wrong there.
    """
    held = _parsed(content)
    _check_head(held)
    sets: list[NamedSet] = []
    for place, one in enumerate(held["sets"], 1):
        try:
            sets = with_set(sets, _read_set(one, f"set {place}"))
        except DataError as error:
            if error.remedy == REMEDY:
                raise
            _refuse(f"set {place}: {error.problem.replace(' in this link', '')}")
    return SetsFile(held["release"], held["source"], held["synthetic"], tuple(sets))


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_FILE:
        _refuse(f"it is larger than {LARGEST_FILE // 10**6} MB")
    try:
        held = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        _refuse("it is no text in UTF-8")
    except (ValueError, RecursionError) as error:
        _refuse(f"it is no JSON ({str(error)[:100]})")
    if not isinstance(held, dict) or held.get("format") != FORMAT:
        _refuse(f"it does not say “format”: “{FORMAT}”")
    return held


def _check_head(held: dict[str, Any]) -> None:
    if held.get("version") != VERSION or isinstance(held["version"], bool):
        _refuse(f"its version is {str(held.get('version'))[:20]}, and this app reads version {VERSION}")
    _keys(held, _KEYS, "the file")
    if not _whole(held["release"]) or not isinstance(held["source"], str) or len(held["source"]) > 80:
        _refuse("“release” is a whole number and “source” a short text")
    if not isinstance(held["synthetic"], bool):
        _refuse("“synthetic” is true or false")
    if not isinstance(held["sets"], list) or len(held["sets"]) > MOST_SETS:
        _refuse(f"“sets” is a list of at most {MOST_SETS}")


def _read_set(held: Any, where: str) -> NamedSet:  # noqa: ANN401  # whatever the file holds
    if not isinstance(held, dict):
        _refuse(f"{where} is no object")
    _keys(held, _SET_KEYS, where)
    if not isinstance(held["name"], str) or not isinstance(held["recipe"], str):
        _refuse(f"{where}: “name” and “recipe” are texts")
    selection = from_text(held["recipe"], longest=LONGEST_RECIPE)
    unknown = sorted(selection.tables() - TABLES.keys())
    if unknown:
        _refuse(f"{where} speaks of a table “{unknown[0][:80]}”, which is not here")
    ids = held["nucleus_ids"]
    if not isinstance(ids, list) or not all(map(_whole, ids)):
        _refuse(f"{where}: “nucleus_ids” is a list of whole numbers from 0 to 2^63 − 1")
    if any(after <= before for before, after in pairwise(ids)):
        _refuse(f"{where}: “nucleus_ids” are not in order, each once")
    if not _whole(held["nuclei"]) or held["nuclei"] != len(ids):
        _refuse(f"{where}: “nuclei” is not the number of its nucleus IDs, {len(ids):,}")
    return NamedSet(held["name"], selection, tuple(ids))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_ID


def _keys(held: dict[str, Any], keys: set[str], where: str) -> None:
    odd = sorted(keys ^ held.keys())
    if odd:
        _refuse(f"{where} {'lacks' if odd[0] in keys else 'holds an unknown'} “{odd[0][:40]}”")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _refuse(why: str) -> NoReturn:
    raise DataError(f"The file of sets cannot be read: {why}.", REMEDY)
