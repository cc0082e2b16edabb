"""One nucleus asked of a source itself, table by table, where whole tables are not at hand."""

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
"""By table: its rows of the nucleus, None where it has none, or why it could not be asked."""


@runtime_checkable
class Asked(Protocol):
    """A source that answers for one nucleus: only a server does."""

    def lookup_nucleus(
        self, nucleus_id: int, tables: Sequence[Table], report: ReportProgress
    ) -> dict[str, Tidy | DataError | None]:
        """Ask tables for one nucleus, a query for each."""
        ...


def can_look_up(opened: OpenRelease) -> bool:
    """Whether the source answers for one nucleus."""
    return isinstance(opened.source, Asked)


def lookup_nucleus(
    opened: OpenRelease, nucleus_id: int, names: Sequence[str], report: ReportProgress
) -> Answers:
    """Ask the source for one nucleus, a query for each table; nothing of it goes into the cache.

    Parameters
    ----------
    opened : OpenRelease
        Of a source that `can_look_up`.
    nucleus_id : int
    names : sequence of str
        The tables; those that the source does not list are left out of what comes back.
    report : callable
        Told of the tables asked so far, and of how many; what it raises ends the asking.

    Raises
    ------
    DataError
        If the source cannot be asked at all.
    """
    if not isinstance(opened.source, Asked):
        raise SettingsError(
            f"The source “{opened.source.name}” cannot be asked for one nucleus.", "Choose the source “cave”."
        )
    found = opened.source.lookup_nucleus(nucleus_id, [opened.tables[name] for name in names], report)
    return {
        name: _loaded(opened, opened.tables[name], one) if isinstance(one, Tidy) else one
        for name, one in found.items()
    }


def _loaded(opened: OpenRelease, table: Table, made: Tidy) -> LabelTable:
    source = opened.source
    raw = Raw(rows=made.rows, origin=f"{source.place}/{table.name}")
    # Of a table's rows these are a few: that they are fewer than were published says nothing.
    record = replace(make_record(table, source, opened.release, raw, made, ""), notes=made.notes)
    return LabelTable(table, made.rows.to_pandas(), record)
