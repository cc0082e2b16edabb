"""What each table says about one nucleus: its labels as spelt, and what they count as at each level."""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType
from typing import Literal

import pandas as pd

from components.analysis.comparison.crosswalk import Mapping as HowMapped
from components.analysis.comparison.crosswalk import read_as
from components.analysis.nucleus.index import ReleaseIndex
from data.catalog.entry import Method, Table
from data.labels.crosswalk import LEVELS, at_level
from data.labels.entry import Level
from data.loader import LabelTable

State = Literal["labelled", "conflicting", "held", "not in this table", "table not at hand"]
"""Labelled: one label, however often. Held: a table without labels has rows of it."""
METHODS: tuple[Method, ...] = ("manual", "clustering", "classifier", "measurement", "own")
"""The order of the tables."""
KINDS = ("labels", "units", "points", "nuclei")


@dataclass(frozen=True)
class Label:
    """One label that a table gives a nucleus.

    Attributes
    ----------
    classification_system, cell_type : str or None
        As the row spells them; None where missing.
    readings : dict
        At each level, the label it counts as (None: unmapped) and how it is mapped.
    rows : int
        Number of rows with it.
    """

    classification_system: str | None
    cell_type: str | None
    readings: Mapping[Level, tuple[str | None, HowMapped]]
    rows: int


@dataclass(frozen=True)
class TableAnswer:
    """What one table says about one nucleus.

    Attributes
    ----------
    table : Table
    state : State
    labels : tuple of Label
        Each pair of system and label once, in the order of the rows.
    rows : int
        Number of rows of the nucleus.
    looked_up : bool
        Whether the source was asked for this nucleus alone, the table not being at hand; with the state
        "table not at hand", the source does not hold the table.
    """

    table: Table
    state: State
    labels: tuple[Label, ...] = ()
    rows: int = 0
    looked_up: bool = False

    def at(self, level: Level) -> tuple[str, HowMapped] | None:
        """The table's label at a level; None without one, or with conflicting ones."""
        if self.state != "labelled":
            return None
        label, mapping = self.labels[0].readings[level]
        return None if label is None else (label, mapping)


def table_answers(
    index: ReleaseIndex,
    nucleus_id: int,
    tables: Mapping[str, Table],
    looked_up: Mapping[str, LabelTable | None] = MappingProxyType({}),
    unlisted: Container[str] = (),
) -> tuple[TableAnswer, ...]:
    """What every table says about a nucleus.

    Parameters
    ----------
    index : ReleaseIndex
        With the rows looked up.
    nucleus_id : int
    tables : mapping of str to Table
        All tables; those missing from the index are not at hand.
    looked_up : mapping of str to LabelTable or None
        What the source answered for this nucleus alone: rows by table, None without any.
    unlisted : container of str
        Tables that the source was found to lack.

    Returns
    -------
    tuple of TableAnswer
        One per table: manual tables, then clusterings, classifiers and measurements.
    """

    def answer(table: Table) -> TableAnswer:
        asked = table.name in looked_up
        if table.name not in index.loaded and not asked:
            return TableAnswer(table, "table not at hand", looked_up=table.name in unlisted)
        rows = index.rows(table.name, nucleus_id) if table.name in index.loaded else pd.DataFrame()
        if rows.empty:
            return TableAnswer(table, "not in this table", looked_up=asked)
        if table.kind != "labels" or "cell_type" not in rows:
            return TableAnswer(table, "held", rows=len(rows), looked_up=asked)
        labels = _labels(table, rows)
        # As everywhere, labels conflict if they differ after synonyms, or if one is missing.
        kinds = {label.cell_type and at_level(label.cell_type, "type") for label in labels}
        return TableAnswer(table, "conflicting" if len(kinds) > 1 else "labelled", labels, len(rows), asked)

    order = sorted(tables.values(), key=lambda table: (METHODS.index(table.method), KINDS.index(table.kind)))
    return tuple(map(answer, order))


def _labels(table: Table, rows: pd.DataFrame) -> tuple[Label, ...]:
    systems = _texts(rows["classification_system"]) if "classification_system" in rows else repeat(None)
    pairs = Counter(zip(systems, _texts(rows["cell_type"]), strict=False))
    return tuple(
        Label(system, word, {level: read_as(table, word, system, level)[1:3] for level in LEVELS}, n)
        for (system, word), n in pairs.items()
    )


def _texts(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in column]
