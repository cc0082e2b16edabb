"""What each table says of one nucleus: its labels as spelt, and what they count as at each level."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
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
METHODS: tuple[Method, ...] = ("manual", "clustering", "classifier", "measurement")
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
class TableWord:
    """What one table says of one nucleus.

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
    labels: tuple[Label, ...]
    rows: int
    looked_up: bool = False

    def at(self, level: Level) -> tuple[str, HowMapped] | None:
        """The table's label at a level; None without one, or with conflicting ones."""
        if self.state != "labelled":
            return None
        label, mapping = self.labels[0].readings[level]
        return None if label is None else (label, mapping)


def words_with(
    index: ReleaseIndex,
    nucleus_id: int,
    tables: Mapping[str, Table],
    looked_up: Mapping[str, LabelTable | None],
    unlisted: Container[str] = (),
) -> tuple[TableWord, ...]:
    """Like `table_words`, with the source's answers for this nucleus alone.

    Parameters
    ----------
    index, nucleus_id, tables
        As in `table_words`; the index holds the rows looked up.
    looked_up : mapping of str to LabelTable or None
        Rows of the nucleus by table; None without any.
    unlisted : container of str
        Tables that the source lacks.
    """
    words = []
    for word in table_words(index, nucleus_id, tables):
        name, absent = word.table.name, word.state == "table not at hand"
        if name in looked_up and absent:
            words.append(TableWord(word.table, "not in this table", (), 0, looked_up=True))
        else:
            words.append(replace(word, looked_up=name in looked_up or (absent and name in unlisted)))
    return tuple(words)


def table_words(index: ReleaseIndex, nucleus_id: int, tables: Mapping[str, Table]) -> tuple[TableWord, ...]:
    """What every table says of a nucleus.

    Parameters
    ----------
    index : ReleaseIndex
    nucleus_id : int
    tables : mapping of str to Table
        All tables; those missing from the index are not at hand.

    Returns
    -------
    tuple of TableWord
        One per table: manual tables, then clusterings, classifiers and measurements.
    """
    order = sorted(tables.values(), key=lambda table: (METHODS.index(table.method), KINDS.index(table.kind)))
    return tuple(_table_word(index, nucleus_id, table) for table in order)


def _table_word(index: ReleaseIndex, nucleus_id: int, table: Table) -> TableWord:
    if table.name not in index.loaded:
        return TableWord(table, "table not at hand", (), 0)
    rows = index.rows(table.name, nucleus_id)
    if rows.empty:
        return TableWord(table, "not in this table", (), 0)
    if table.kind != "labels" or "cell_type" not in rows:
        return TableWord(table, "held", (), len(rows))
    labels = _labels(table, rows)
    # As everywhere, labels conflict that differ after synonyms, or stand beside a missing one.
    kinds = {label.cell_type and at_level(label.cell_type, "type") for label in labels}
    return TableWord(table, "conflicting" if len(kinds) > 1 else "labelled", labels, len(rows))


def _labels(table: Table, rows: pd.DataFrame) -> tuple[Label, ...]:
    missing = [None] * len(rows)
    systems = _texts(rows["classification_system"]) if "classification_system" in rows else missing
    row_counts: dict[tuple[str | None, str | None], int] = {}
    for pair in zip(systems, _texts(rows["cell_type"]), strict=True):
        row_counts[pair] = row_counts.get(pair, 0) + 1
    return tuple(_label(table, system, word, n) for (system, word), n in row_counts.items())


def _label(table: Table, system: str | None, word: str | None, n: int) -> Label:
    readings = {level: read_as(table, word, system, level)[1:3] for level in LEVELS}
    return Label(system, word, readings, n)


def _texts(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in column]
