"""What colours a cloud and the levels of labels, by the titles in pickers, links and captions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from components.analysis.comparison.units import QUALITY_TITLES
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, NOT_IN_TABLE
from components.analysis.labels.palette import NO_LABEL_COLOUR
from data.catalog.entry import Table
from data.labels.crosswalk import colour_of
from data.labels.entry import Level

NUMBERS = {"Depth": "depth_um", "Nucleus volume": "volume_um3"}
"""Columns of numbers to colour by; their titles are part of links and never change."""
RATED = {"Consensus": "consensus", "Posterior": "posterior"}
"""Columns of the consensus with probabilities to colour by; likewise."""
NEARBY, DIFFER_NEARBY = "nearby", "Differ nearby"
"""The column of how many neighbours of a nucleus two tables label differently; its title is part of links."""
COLUMN_TITLES = {
    "consensus": "Consensus of all lineages",
    "posterior": "Posterior of the consensus",
    NEARBY: "Neighbours that differ",
}
"""Titles of the columns that are made for the cloud."""
LEVEL_TITLES: dict[str, Level] = {
    "Type": "type",
    "Subclass": "subclass",
    "Class": "class",
    "Neuron": "neuron",
}
"""They are part of links, too."""
ODD = {CONFLICTING, UNMAPPED, NO_LABEL, NOT_IN_TABLE}
"""Shown in place of a label, drawn grey."""


@dataclass(frozen=True)
class Colouring:
    """What colours the cloud, by name: labels of a table or of `COLUMN_TITLES` at a level, or a number."""

    name: str
    level: Level = "type"

    def title(self, tables: Mapping[str, Table]) -> str:
        """Name it in captions."""
        if self.name not in tables and self.name not in COLUMN_TITLES:
            return number_title(self.name, tables)
        level = "" if self.level == "type" else f" at the level of {self.level}"
        return f"{tables[self.name].title if self.name in tables else COLUMN_TITLES[self.name]}{level}"


def number_title(column: str, tables: Mapping[str, Table]) -> str:
    """Title of a column of numbers: one of `NUMBERS`, or a table's residual or score."""
    table, _, measure = column.rpartition(".")
    if table:
        return f"{QUALITY_TITLES[measure]}, {tables[table].title}"
    return next(title for title, name in NUMBERS.items() if name == column)


def quality_measures(wide: pd.DataFrame, tables: Mapping[str, Table]) -> dict[str, str]:
    """Columns of confidence, score and residual that hold numbers, by their titles."""
    return {
        number_title(str(name), tables): str(name)
        for name in wide
        if str(name).rpartition(".")[2] in QUALITY_TITLES and wide[name].notna().any()
    }


def chip(label: str | None) -> str:
    """A square in a label's colour, or grey, which Streamlit's Markdown can draw as a formula."""
    colour = colour_of(label) if label else NO_LABEL_COLOUR
    return rf"$\color{{{colour}}}\rule{{0.85em}}{{0.85em}}$"


def colours_of(labels: Iterable[str]) -> dict[str, str]:
    """Colour of each label; those of `ODD` have none."""
    return {str(label): colour_of(str(label)) for label in labels if label not in ODD}
