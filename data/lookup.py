"""Look-up of one nucleus at the source, table by table, without fetching whole tables."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from data.catalog.entry import Table
from data.errors import DataError, SettingsError
from data.loader import LabelTable, OpenRelease
from data.tables.raw import Raw, ReportProgress
from data.tables.records import make_record
from data.tables.schema import Tidy

Answers = dict[str, LabelTable | DataError | None]
"""The nucleus's rows by table; None where a table has none, the error where its query failed."""


@runtime_checkable
class Asked(Protocol):
    """A source that can look up one nucleus: only a server can."""

    def lookup_nucleus(
        self, nucleus_id: int, tables: Sequence[Table], report: ReportProgress
    ) -> dict[str, Tidy | DataError | None]:
        """Look up one nucleus in several tables, one query each."""
        ...


def can_look_up(opened: OpenRelease) -> bool:
    """Whether the source can look up one nucleus."""
    return isinstance(opened.source, Asked)


def lookup_nucleus(
    opened: OpenRelease, nucleus_id: int, names: Sequence[str], report: ReportProgress
) -> Answers:
    """Look up one nucleus at the source, one query per table; nothing is cached.

    Parameters
    ----------
    opened : OpenRelease
        A release that `can_look_up`.
    nucleus_id : int
    names : sequence of str
        The tables; those that the source does not list are left out of the answers.
    report : callable
        Called with the number of tables queried and their total; what it raises ends the look-up.

    Raises
    ------
    DataError
        If the source cannot be asked at all.
    """
    if not isinstance(opened.source, Asked):
        raise SettingsError(
            f"The source “{opened.source.name}” cannot be asked for one nucleus.", "Choose the source “cave”."
        )
    # The rows of a table of points name no nucleus.
    tables = [table for name in names if not (table := opened.tables[name]).by_point]
    answers = opened.source.lookup_nucleus(nucleus_id, tables, report)
    return {
        name: _loaded(opened, opened.tables[name], answer) if isinstance(answer, Tidy) else answer
        for name, answer in answers.items()
    }


def _loaded(opened: OpenRelease, table: Table, tidied: Tidy) -> LabelTable:
    source = opened.source
    raw = Raw(rows=tidied.rows, origin=f"{source.location}/{table.name}")
    # Without the notes that compare the row count with the catalogue: these are a few of the table's rows.
    record = replace(make_record(table, source, opened.release, raw, tidied, ""), notes=tidied.notes)
    return LabelTable(table, tidied.rows.to_pandas(), record)
