"""Colours by name, and the levels: what pickers offer, links hold and captions say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.analysis.comparison.units import QUALITY_TITLES
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.label_source import NOT_IN_TABLE
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from data.catalog.entry import Table
from data.labels.crosswalk import colour_of
from data.labels.entry import Level

NUMBERS = {"Depth": "depth_um", "Nucleus volume": "volume_um3"}
"""Stable titles, as they stand in links, of the numbers to colour by."""


LEVEL_TITLES: dict[str, Level] = {
    "Type": "type",
    "Subclass": "subclass",
    "Class": "class",
    "Neuron": "neuron",
}


@dataclass(frozen=True)
class Colouring:
    """The reader's choice: a table by name or a number by column, and the level of the labels."""

    name: str
    level: Level = "type"

    def title(self, tables: Mapping[str, Table]) -> str:
        """Say what colours, for captions."""
        if self.name not in tables:
            return number_title(self.name, tables)
        level = "" if self.level == "type" else f" at the level of {self.level}"
        return f"{tables[self.name].title}{level}"


def number_title(column: str, tables: Mapping[str, Table]) -> str:
    """A number in words: one of `NUMBERS`, or a table's residual or score."""
    table, _, measure = column.rpartition(".")
    if table:
        return f"{QUALITY_TITLES[measure]}, {tables[table].title}"
    return next(title for title, name in NUMBERS.items() if name == column)


ODD = {CONFLICTING, UNMAPPED, NO_LABEL, NOT_IN_TABLE}
"""What stands where a label would, and is none: grey."""


def colours_of(labels: Iterable[str]) -> dict[str, str]:
    """Give each label its colour; what is no label is left out, and drawn grey."""
    return {str(label): colour_of(str(label)) for label in labels if label not in ODD}
