"""A selection is a recipe, not a list: which nuclei it means, in words, and as the text that a link holds.

Every simple selection is of a kind (see `kinds`). Selections join as Python's sets do: `a | b` adds, `a - b`
takes away, `a & b` keeps what is in both, and each side may be a join itself. Joins are taken from left to
right; what that order cannot express is in brackets: `a - (b | c)` needs none, `a - (b - c)` does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from typing import ClassVar, Literal, NoReturn, Self
from urllib.parse import quote, unquote

import pandas as pd

from components.analysis.comparison.axes import AxisTable
from components.analysis.labels.ids import Ids, in_both, in_either, only_in_first
from data.catalog import known_table
from data.errors import DataError

LONGEST_TEXT = 8_000
"""Characters: what servers and browsers take in an address without trouble.

The IDs of 4,700 nuclei drawn at random from 144,120, spread up to 806,000 as the release's are, fit in.
"""
REMEDY = "Copy the whole link once more, or select the nuclei again."
CLEAR = "Clear the selection, or select by another table."
Frames = Mapping[str, pd.DataFrame]
"""Tidy frames by the names of their tables."""
How = Literal["plus", "minus", "and"]
JOINS: dict[How, Callable[[Ids, Ids], Ids]] = {
    "plus": in_either,
    "minus": only_in_first,
    "and": in_both,
}
"""What each step does to the nuclei before it, all sorted."""
STEP_WORDS: dict[How, str] = {"plus": " plus ", "minus": " minus ", "and": "; of these only "}
DEEPEST = 20
"""Brackets inside brackets that a selection may hold."""


class Selection(ABC):
    """Nuclei by a recipe: one kind, or several joined."""

    @abstractmethod
    def tables(self) -> frozenset[str]:
        """Name the tables whose frames `nuclei` needs."""

    @abstractmethod
    def nuclei(self, frames: Frames) -> Ids:
        """Find the nuclei meant: sorted, each once. IDs that a recipe lists are taken as they are.

        Raises
        ------
        DataError
            If a table that it names is not loaded, or lacks a column.
        """

    @abstractmethod
    def words(self) -> str:
        """Describe it in words."""

    @abstractmethod
    def text(self) -> str:
        """Write it for a link or a file, however long; `kinds.from_text` reads it."""

    @property
    def most_listed(self) -> int:
        """How many IDs its longest list names; 0 where it lists none."""
        return 0

    @property
    def of_areas(self) -> bool:
        """Whether it asks for the area of nuclei, which the release's own table of areas may give."""
        return False

    @property
    def depth(self) -> int:
        """How deep its brackets are nested."""
        return 0

    def then(self, *steps: tuple[How, Selection]) -> Combined:
        """Take further steps after its own, as they are."""
        first, taken = (self.first, self.steps) if isinstance(self, Combined) else (self, ())
        return Combined(first, (*taken, *steps))

    def join(self, how: How, other: Selection) -> Combined:
        """Join another to it, without brackets where steps from left to right mean the same."""
        if isinstance(other, Combined):
            inside = {step for step, _ in other.steps}
            if how == "and" and "plus" not in inside:
                return self.then((how, other.first), *other.steps)
            if how != "and" and inside == {"plus"}:
                return self.then((how, other.first), *((how, part) for _, part in other.steps))
            if how != "minus" and not isinstance(self, Combined):  # the order of the two does not matter
                return other.then((how, self))
        return self.then((how, other))

    def __or__(self, other: Selection) -> Combined:
        """Add the nuclei of another."""
        return self.join("plus", other)

    def __sub__(self, other: Selection) -> Combined:
        """Take the nuclei of another away."""
        return self.join("minus", other)

    def __and__(self, other: Selection) -> Combined:
        """Keep the nuclei that another means too."""
        return self.join("and", other)


@dataclass(frozen=True)
class SelectionKind(Selection):
    """A simple selection. Its text begins with the kind's word; its fields follow, names by default."""

    word: ClassVar[str]

    def text(self) -> str:
        """Write its fields."""
        return f"{self.word}:{joined_names(astuple(self), ':')}"

    @classmethod
    def read(cls, rest: str) -> Self:
        """Read what follows the word and its colon; raises `DataError` where it is not of this kind."""
        names, parts = [field.name for field in fields(cls)], rest.split(":")
        check_text(len(parts) == len(names), f"a {cls.word} names {', '.join(names)}")
        return cls(*map(unquote, parts))


@dataclass(frozen=True)
class Combined(Selection):
    """A kind, and selections added to it, taken from it or met with it, one after the other.

    Raises `DataError` where brackets are nested deeper than `DEEPEST`.
    """

    first: Selection
    steps: tuple[tuple[How, Selection], ...]

    def __post_init__(self) -> None:
        if self.depth > DEEPEST:
            raise DataError(f"Its brackets would be nested more than {DEEPEST} deep.", CLEAR)

    def tables(self) -> frozenset[str]:
        """Name the tables of all its parts."""
        return self.first.tables().union(*(part.tables() for _, part in self.steps))

    def nuclei(self, frames: Frames) -> Ids:
        """Take the steps one after the other."""
        ids = self.first.nuclei(frames)
        for how, part in self.steps:
            ids = JOINS[how](ids, part.nuclei(frames))
        return ids

    def words(self) -> str:
        """Describe its parts in their order, a join among them in brackets."""
        return self.first.words() + "".join(
            STEP_WORDS[how] + _bracketed(part, part.words()) for how, part in self.steps
        )

    def text(self) -> str:
        """Write its parts in their order, a join among them in brackets."""
        steps = (f" {how} {_bracketed(part, part.text())}" for how, part in self.steps)
        return self.first.text() + "".join(steps)

    @property
    def most_listed(self) -> int:
        """How many IDs the longest list among its parts names."""
        return max(self.first.most_listed, *(part.most_listed for _, part in self.steps))

    @property
    def of_areas(self) -> bool:
        """Whether one of its parts asks for areas."""
        return self.first.of_areas or any(part.of_areas for _, part in self.steps)

    @property
    def depth(self) -> int:
        """How deep its brackets are nested; 0 where it needs none."""
        return max(part.depth + isinstance(part, Combined) for _, part in self.steps)


def refuse(why: str) -> NoReturn:
    """Raise the error of a text that cannot be read."""
    raise DataError(f"The selection in this link cannot be read: {why}.", REMEDY)


def check_text(good: object, why: str) -> None:
    """Refuse a text that is not good."""
    if not good:
        refuse(why)


def joined_names(names: Iterable[str], between: str = ",") -> str:
    """Write names so that nothing in them can be taken for a separator."""
    return between.join(quote(name, safe="") for name in names)


def check_held(frames: Frames, table: str, *names: str) -> None:
    """Raise `DataError` where a loaded table lacks a column."""
    if lacking := sorted({*names} - {*loaded_frame(frames, table)}):
        raise DataError(f"The table “{table}” has no column {lacking[0]}.", CLEAR)


def loaded_frame(frames: Frames, table: str) -> pd.DataFrame:
    """Give the frame of a table; raises `DataError` where it is not loaded."""
    return loaded_table(frames, table)[1]


def loaded_table(frames: Frames, name: str) -> AxisTable:
    """Give a table's entry and frame; raises `DataError` where it is not loaded."""
    table = known_table(name)
    if table is None or name not in frames:
        raise DataError(f"The selection names the table “{name}”, which is not loaded.", REMEDY)
    return table, frames[name]


def _bracketed(part: Selection, words: str) -> str:
    return f"({words})" if isinstance(part, Combined) else words
