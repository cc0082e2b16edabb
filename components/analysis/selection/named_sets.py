"""Selections kept under names: in the session, and as a file that says what they are of.

The file is JSON: release, source and whether the rows were made up; then for each set its name, its recipe
as text (`kinds.to_text`, however long), how many nuclei it meant, and all their IDs, for other programs.
A file is only ever parsed; what `sets_text` would not write is refused, with the place.
"""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NoReturn

from components.analysis.selection.selection import Selection
from components.analysis.selection.text import from_text, to_text
from data.errors import DataError
from data.strict_json import read_record
from data.tables.typed import LARGEST_ID

FORMAT, VERSION = "microns-cell-types selections", 1
LONGEST_NAME, MOST_SETS, LARGEST_FILE = 80, 200, 50_000_000
LONGEST_RECIPE = 4_000_000
"""Characters: lists of every nucleus in several steps."""
REMEDY = "Nothing was imported. Choose a file that “Export all sets” has saved, unchanged."
_KEYS = ("format", "version", "release", "source", "synthetic", "sets")
_SET_KEYS = ("name", "recipe", "nuclei", "nucleus_ids")


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


def with_set(sets: Sequence[NamedSet], new: NamedSet) -> list[NamedSet]:
    """Add a set.

    Raises
    ------
    DataError
        If the name is empty, too long or taken, or there are too many sets.
    """
    new = replace(new, name=checked_name(new.name))
    _check_free(new.name, sets)
    if len(sets) >= MOST_SETS:
        raise DataError(f"There are {MOST_SETS} sets, the most that are kept.", "Delete one first.")
    return [*sets, new]


def renamed(sets: Sequence[NamedSet], old: str, new: str) -> list[NamedSet]:
    """Give a set another name, in its place; raises `DataError` as `with_set` does."""
    new = checked_name(new)
    _check_free(new, [kept for kept in sets if kept.name != old])
    return [replace(kept, name=new) if kept.name == old else kept for kept in sets]


def merged(sets: Sequence[NamedSet], more: Sequence[NamedSet]) -> tuple[list[NamedSet], list[str]]:
    """Add the sets of a file; a set whose name is taken gets a number, and the changes are listed."""
    together, notes = list(sets), []
    for new in more:
        taken = {other.name: other for other in together}
        if taken.get(new.name) == new:
            notes.append(f"“{new.name}” is here already")
            continue
        name, number = new.name, 2
        while name in taken:
            tail = f" ({number})"
            name, number = new.name[: LONGEST_NAME - len(tail)] + tail, number + 1
        if name != new.name:
            notes.append(f"“{new.name}” is taken and came in as “{name}”")
        together = with_set(together, replace(new, name=name))
    return together, notes


def checked_name(name: str) -> str:
    """Strip a name; raises `DataError` where it cannot be the name of a set."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problem = f"A set's name has 1 to {LONGEST_NAME} characters, all of them printable."
        raise DataError(problem, "Write a name.")
    return name


def _check_free(name: str, sets: Iterable[NamedSet]) -> None:
    if name in (kept.name for kept in sets):
        raise DataError(f"There is a set “{name}” already.", "Choose another name, or delete that set.")


def sets_text(file: SetsFile) -> str:
    """Write sets as a file, whole."""
    sets = [
        (kept.name, to_text(kept.selection, longest=None), kept.n, [*kept.nucleus_ids]) for kept in file.sets
    ]
    written = [dict(zip(_SET_KEYS, values, strict=True)) for values in sets]
    head = (FORMAT, VERSION, file.release, file.source, file.synthetic, written)
    return json.dumps(dict(zip(_KEYS, head, strict=True)), ensure_ascii=False)


def read_sets(content: bytes, tables: Container[str]) -> SetsFile:
    """Read a file of sets, whose recipes name tables of the opened release.

    Raises
    ------
    DataError
        Where it is not what `sets_text` writes: it says where, and what is wrong there.
    """
    file = read_record(content, FORMAT, _refuse, largest=LARGEST_FILE)
    version = file.get("version")
    good = version == VERSION and not isinstance(version, bool)
    _check(good, f"its version is {str(version)[:20]}, and this app reads version {VERSION}")
    _check_keys(file, _KEYS, "the file")
    good = _is_whole(file["release"]) and isinstance(file["source"], str) and len(file["source"]) <= 80
    _check(good, "“release” is a whole number and “source” a short text")
    _check(isinstance(file["synthetic"], bool), "“synthetic” is true or false")
    good = isinstance(file["sets"], list) and len(file["sets"]) <= MOST_SETS
    _check(good, f"“sets” is a list of at most {MOST_SETS}")
    sets: list[NamedSet] = []
    for place, record in enumerate(file["sets"], 1):
        try:
            sets = with_set(sets, _read_set(record, f"set {place}", tables))
        except DataError as error:
            if error.remedy == REMEDY:
                raise
            _refuse(f"set {place}: {error.problem.replace(' in this link', '')}")
    return SetsFile(file["release"], file["source"], file["synthetic"], tuple(sets))


def _read_set(record: Any, where: str, tables: Container[str]) -> NamedSet:  # noqa: ANN401  # any JSON
    _check(isinstance(record, dict), f"{where} is not an object")
    _check_keys(record, _SET_KEYS, where)
    name, recipe, n, ids = (record[key] for key in _SET_KEYS)
    good = isinstance(name, str) and isinstance(recipe, str)
    _check(good, f"{where}: “name” and “recipe” are texts")
    selection = from_text(recipe, longest=LONGEST_RECIPE)
    for table in sorted(name for name in selection.tables() if name not in tables):
        _refuse(f"{where} names a table “{table[:80]}”, which is not here")
    good = isinstance(ids, list) and all(map(_is_whole, ids))
    _check(good, f"{where}: “nucleus_ids” is a list of whole numbers from 0 to 2^63 − 1")
    good = all(before < after for before, after in pairwise(ids))
    _check(good, f"{where}: “nucleus_ids” are not in order, each once")
    good = _is_whole(n) and n == len(ids)
    _check(good, f"{where}: “nuclei” is not the number of its nucleus IDs, {len(ids):,}")
    return NamedSet(name, selection, tuple(ids))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_ID


def _check_keys(record: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
    for odd in sorted({*keys} ^ record.keys()):
        _refuse(f"{where} {'lacks' if odd in keys else 'holds an unknown'} “{odd[:40]}”")


def _check(good: object, why: str) -> None:
    if not good:
        _refuse(why)


def _refuse(why: str) -> NoReturn:
    raise DataError(f"The file of sets cannot be read: {why}.", REMEDY)
