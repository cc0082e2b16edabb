"""Labels outside their type's depth range, by the depths of the manual labels: a recipe."""

from dataclasses import dataclass
from typing import ClassVar, Self
from urllib.parse import unquote

from components.analysis.labels.depth_ranges import misplaced_labels
from components.analysis.labels.ids import Ids, each_once
from components.analysis.selection.selection import (
    Frames,
    SelectionKind,
    check_held,
    check_text,
    joined_names,
)
from data.catalog import known_title


@dataclass(frozen=True)
class Misplaced(SelectionKind):
    """The nuclei to which a table gives a subclass that lies elsewhere in the manual tables (one or more)."""

    word: ClassVar[str] = "misplaced"
    table: str
    manual: tuple[str, ...]

    def tables(self) -> frozenset[str]:
        """Name its table and the manual ones."""
        return frozenset({self.table, *self.manual})

    def nuclei(self, frames: Frames) -> Ids:
        """Find those whose label lies beyond the depths of its type."""
        for name in (self.table, *self.manual):
            check_held(frames, name, "cell_type", "depth_um")
        found = misplaced_labels(frames[self.table], [frames[name] for name in self.manual])
        return each_once(found.index)

    def words(self) -> str:
        """Describe it: "labels of Baylor fine outside their type's depth range, by Manual neurons"."""
        title, *manual = map(known_title, (self.table, *self.manual))
        return f"labels of {title} outside their type's depth range, by {' and '.join(manual)}"

    def text(self) -> str:
        """Write its table, then the manual ones."""
        return f"{self.word}:{joined_names([self.table])}:{joined_names(self.manual)}"

    @classmethod
    def read(cls, rest: str) -> Self:
        """Read its table, then the manual ones."""
        table, _, manual = rest.partition(":")
        check_text(table and manual and ":" not in manual, "misplaced labels name a table and manual tables")
        names = tuple(map(unquote, manual.split(",")))
        check_text(all(names), "misplaced labels hold an empty name of a manual table")
        return cls(unquote(table), names)
