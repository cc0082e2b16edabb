"""Look-up at the source, without fetching whole tables: one nucleus, or root IDs without a nucleus."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
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


@runtime_checkable
class Followed(Protocol):
    """A source that can follow root IDs, whether or not they carry a nucleus."""

    def latest_roots(
        self, roots: Sequence[int], moment: datetime, report: ReportProgress
    ) -> dict[int, tuple[int, ...]]:
        """Follow root IDs to a moment."""
        ...


def follow_roots(
    opened: OpenRelease, roots: Sequence[int], report: ReportProgress
) -> dict[int, tuple[int, ...]]:
    """Ask CAVE which root IDs objects have in a release, whether or not they carry a nucleus.

    Parameters
    ----------
    opened : OpenRelease
        Its source, or that of what the source lacks, is CAVE.
    roots : sequence of int
        Root IDs of another release.
    report : callable
        Called with the number of root IDs asked about and their total.

    Returns
    -------
    dict
        Root IDs by those given; none where CAVE knows none.

    Raises
    ------
    DataError
        If there is no token, or CAVE does not answer.
    """
    source, moment = opened.server, opened.release.timestamp
    if not isinstance(source, Followed):
        raise SettingsError(
            f"The source “{opened.source.name}” cannot be asked for root IDs without a nucleus.",
            "Set CELL_TYPES_TOKEN to the token of a free CAVE account, with the source “auto” or “cave”.",
        )
    if moment is None:
        problem = f"When v{opened.release.number} was frozen is not known, so CAVE cannot be asked about it."
        raise SettingsError(problem, "Open another release.")
    return source.latest_roots(roots, moment, report)


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
