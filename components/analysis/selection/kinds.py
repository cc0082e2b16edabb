"""The kinds of selection about tables, each with its nuclei, its words and its text."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import ClassVar, NamedTuple, Self
from urllib.parse import unquote

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.agreement import Pairs, pair_labels
from components.analysis.comparison.axes import axis_labels
from components.analysis.comparison.differences import same_labels
from components.analysis.labels.areas import APPROXIMATE, OFFICIAL, area_words
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ids import Ids, each_once, in_both
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, known_reading
from components.analysis.labels.ranges import MEASURES, Range, range_words
from components.analysis.selection.selection import (
    CLEAR,
    Frames,
    Selection,
    SelectionKind,
    check_held,
    check_text,
    joined_names,
    loaded_frame,
    loaded_table,
    refuse,
)
from data.catalog import known_title
from data.errors import DataError
from data.labels.crosswalk import LEVELS, at_level
from data.labels.entry import Level
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import area_of, in_column, off_column

RESULTS = ("agree", "differ")
"""What two tables may do about a nucleus that both label."""
NAMELESS = frozenset({UNMAPPED, NO_LABEL})
"""Words that stand for having no label at a level."""


class Trait(NamedTuple):
    """A property of a row: in words, the columns and the test that show it, and the test as code."""

    words: str
    columns: tuple[str, ...]
    holds: Callable[..., NDArray[np.bool_]]
    code: str


def _in_area(area: str) -> Trait:
    code = f'area_of(rows) == "{area}"'
    return Trait(f"area {area} ({APPROXIMATE})", ("x_um", "z_um"), lambda x, z: area_of(x, z) == area, code)


ROOT = ("root_id",)
TRAITS: dict[str, Trait] = {
    **{area: _in_area(area) for area in VOLUME.areas},
    "column": Trait(f"inside the {VOLUME.column_name}", POSITION, in_column, "in_column(rows)"),
    "off-column": Trait(f"outside the {VOLUME.column_name}", POSITION, off_column, "~in_column(rows)"),
    "root": Trait("with a segment", ROOT, lambda root: root != 0, 'rows["root_id"] != 0'),
    "rootless": Trait("no segment (root 0)", ROOT, lambda root: root == 0, 'rows["root_id"] == 0'),
}
"""Traits by the word that stands for each in a link."""


@dataclass(frozen=True)
class Filtered(SelectionKind):
    """The nuclei of one table with these labels (none named: any), and a row that passes everything else.

    A row passes inside all ranges, with one trait of each group. Labels are meant at `level`; a nucleus to
    which the table gives conflicting labels has none. The words `NAMELESS` stand for nuclei without a label
    at the level, `CONFLICTING` for those with several.
    """

    word: ClassVar[str] = "filter"
    table: str
    labels: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    level: Level = "type"
    traits: tuple[tuple[str, ...], ...] = ()

    def tables(self) -> frozenset[str]:
        """Name its table."""
        return frozenset({self.table})

    @property
    def of_areas(self) -> bool:
        """Whether a trait is an area."""
        return not {*VOLUME.areas}.isdisjoint(chain(*self.traits))

    @property
    def spelled(self) -> tuple[str, ...]:
        """Its labels as the table's are compared: a link may say 5P-PT, as the table does, or 5P-ET."""
        if self.level != "type":
            return self.labels
        return tuple(at_level(label, "type") or label for label in self.labels)

    def nuclei(self, frames: Frames) -> Ids:
        """Find those with such a row, and the label among its own.

        Areas are those of the release's table where `frames` hold it, else those of the fitted planes.
        """
        frame = loaded_frame(frames, self.table)

        def column(name: str) -> pd.Series:
            check_held(frames, self.table, name)
            return frame[name]

        areas = official_words(frames) if self.of_areas else None

        def holds(name: str) -> NDArray[np.bool_]:
            if areas is not None and name in VOLUME.areas:
                return areas.reindex(column("nucleus_id")).to_numpy() == name
            return TRAITS[name].holds(*map(column, TRAITS[name].columns))

        inside = np.ones(len(frame), dtype=bool)
        for limits in self.ranges:
            inside &= column(limits.column).between(limits.low, limits.high).to_numpy()
        for group in self.traits:
            inside &= np.any([*map(holds, group)], axis=0)
        ids = each_once(frame["nucleus_id"].to_numpy()[inside])
        if not self.labels:
            return ids
        if "cell_type" not in frame:
            raise DataError(f"The table “{self.table}” holds no labels to select by.", CLEAR)
        found, several = known_reading(frame).at(self.level), CONFLICTING in self.labels
        named = found.labels.isin(self.spelled)
        if NAMELESS & {*self.labels}:
            named |= found.labels.isna()
        called = found.labels.index[named].to_numpy()
        return in_both(ids, np.append(called, found.conflicting) if several else called)

    def words(self) -> str:
        """Describe it: "23P, depth 100–250 µm in Baylor fine"."""
        traits = (" or ".join(TRAITS[name].words for name in group) for group in self.traits)
        rows = [*map(range_words, self.ranges), *traits]
        labels = self.labels or (() if rows else ("all labels",))
        return f"{', '.join([*labels, *rows])} in {_titles([self.table])}"

    def text(self) -> str:
        """Write table, level, labels, ranges and traits."""
        parts = [joined_names([self.table, *([] if self.level == "type" else [self.level])], ":")]
        parts += [f"labels={joined_names(self.labels)}"] if self.labels else []
        parts += (f"{limits.column}={float(limits.low)!r}..{float(limits.high)!r}" for limits in self.ranges)
        parts += (f"where={joined_names(group)}" for group in self.traits)
        return ":".join([self.word, *parts])

    @classmethod
    def read(cls, rest: str) -> Self:
        """Read table, level, labels, ranges and traits."""
        parts = rest.split(":")
        names = [unquote(part) for part in parts if "=" not in part] or [""]
        plain = names[0] and parts[: len(names)] == joined_names(names, ":").split(":")
        check_text(plain and len(names) <= 2, "a filter names one table, its level and what it keeps")
        table, level = (*names, "type")[:2]
        clauses = [part.partition("=") for part in parts[len(names) :]]
        labels = [_read_names(value) for name, _, value in clauses if name == "labels"]
        traits = [_read_names(value) for name, _, value in clauses if name == "where"]
        ranges = [_read_range(name, value) for name, _, value in clauses if name not in {"labels", "where"}]
        check_text(TRAITS.keys() >= {*chain(*traits)}, f"what can be true of a row is {', '.join(TRAITS)}")
        return cls(table, labels[-1] if labels else (), tuple(ranges), _read_level(level), tuple(traits))


@dataclass(frozen=True)
class OfPairs(SelectionKind):
    """Some of the nuclei that two tables label, both read at a level."""

    rows: str
    columns: str
    level: Level

    def __post_init__(self) -> None:
        _read_level(self.level)

    def tables(self) -> frozenset[str]:
        """Name both tables."""
        return frozenset({self.rows, self.columns})

    def pairs(self, frames: Frames) -> Pairs:
        """Compare the tables."""
        rows, columns = (loaded_table(frames, name) for name in (self.rows, self.columns))
        return pair_labels(rows, columns, self.level)


@dataclass(frozen=True)
class MatrixCell(OfPairs):
    """The nuclei that one table calls `row` and another calls `column`, at a level."""

    word: ClassVar[str] = "square"
    row: str
    column: str

    def nuclei(self, frames: Frames) -> Ids:
        """Find those that have both labels: as in the cell of `pairs`, of which this needs no other."""
        axes = ((self.rows, self.row), (self.columns, self.column))
        return in_both(*(self._called(frames, name, label) for name, label in axes))

    def _called(self, frames: Frames, name: str, label: str) -> Ids:
        found = axis_labels(*loaded_table(frames, name), self.level).labels
        return found.index[found.array == label].to_numpy()

    def words(self) -> str:
        """Describe it: "23P in Manual neurons and 4P in Baylor fine"."""
        return f"{self.row} in {_titles([self.rows])} and {self.column} in {_titles([self.columns])}"


@dataclass(frozen=True)
class AgreeOrDiffer(OfPairs):
    """The nuclei that two tables give the same label (`agree`), or two that differ (`differ`), at a level."""

    word: ClassVar[str] = "compared"
    result: str

    def __post_init__(self) -> None:
        super().__post_init__()
        check_text(self.result in RESULTS, f"two tables {' or '.join(RESULTS)}")

    def nuclei(self, frames: Frames) -> Ids:
        """Find those that both tables label, and alike or not."""
        compared = self.pairs(frames).frame
        return each_once(compared.index[same_labels(compared) == (self.result == "agree")])

    def words(self) -> str:
        """Describe it: "nuclei on whose subclass Baylor fine and Manual neurons differ"."""
        rows, columns = _titles([self.rows]), _titles([self.columns])
        return f"nuclei on whose {self.level} {rows} and {columns} {self.result}"


@dataclass(frozen=True)
class Covered(SelectionKind):
    """The nuclei that every table of `inside` (one or more) holds and none of `outside`."""

    word: ClassVar[str] = "covered"
    inside: tuple[str, ...]
    outside: tuple[str, ...] = ()

    def tables(self) -> frozenset[str]:
        """Name all tables, inside and outside."""
        return frozenset({*self.inside, *self.outside})

    def nuclei(self, frames: Frames) -> Ids:
        """Find those in all tables inside and in none outside."""
        nuclei = {name: each_once(loaded_frame(frames, name)["nucleus_id"]) for name in self.tables()}
        ids = reduce(in_both, (nuclei[name] for name in self.inside))
        for name in self.outside:
            ids = ids[~np.isin(ids, nuclei[name], assume_unique=True)]
        return ids

    def words(self) -> str:
        """Describe it: "nuclei in Baylor fine, and in none of Manual neurons"."""
        outside = f", and in none of {_titles(self.outside)}" if self.outside else ""
        return f"nuclei in {_titles(self.inside)}{outside}"

    def text(self) -> str:
        """Write the tables inside, then those outside."""
        outside = f":outside={joined_names(self.outside)}" if self.outside else ""
        return f"{self.word}:inside={joined_names(self.inside)}{outside}"

    @classmethod
    def read(cls, rest: str) -> Self:
        """Read the tables inside, then those outside."""
        parts = [part.partition("=") for part in rest.split(":")]
        in_order = [where for where, _, _ in parts] in (["inside"], ["inside", "outside"])
        check_text(in_order, "a combination of tables names those inside, then those outside")
        named = [_read_names(names) for _, _, names in parts]
        check_text(all(chain(*named)), "a combination of tables holds an empty name of a table")
        return cls(*named)


def official_words(frames: Frames) -> pd.Series | None:
    """The official area of each nucleus; None where the frames lack the table of areas."""
    return area_words(frames[VOLUME.area_table]) if VOLUME.area_table in frames else None


def words_of(selection: Selection, *, official: bool) -> str:
    """Describe a selection in words that say whether its areas are those of the release's own table."""
    words = selection.words()
    for area in VOLUME.areas if official and selection.of_areas else ():
        named = TRAITS[area].words
        words = words.replace(named, named.replace(APPROXIMATE, OFFICIAL))
    return words


def _read_names(text: str) -> tuple[str, ...]:
    """Read names with commas between them."""
    return tuple(map(unquote, text.split(",")))


def _read_level(text: str) -> Level:
    """Read one of `LEVELS`."""
    if text not in LEVELS:
        refuse(f"“{text[:20]}” is not a level")
    return text


def _read_range(column: str, text: str) -> Range:
    """Read the two ends of a range in a column."""
    check_text(column in MEASURES, f"there is no column “{column[:20]}” to filter by")
    try:
        low, high = map(float, text.split(".."))
    except ValueError:
        low = high = math.nan
    check_text(not any(map(math.isnan, (low, high))), f"“{text[:40]}” is not a range")
    return Range(column, low, high)


def _titles(names: Iterable[str]) -> str:
    return ", ".join(map(known_title, names))
