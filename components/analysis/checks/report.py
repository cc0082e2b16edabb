"""Sanity checks of a loaded release: what they find, and what they could not look at.

The checks themselves stand in `checks_list`; here they are run.
"""

from dataclasses import dataclass

from components.analysis.checks.entry import (
    EVERY_CHECK,
    SEVERITIES,
    Check,
    Finding,
    Got,
    Inspected,
    NotRun,
    Severity,
)
from components.analysis.checks.registry import CHECKS
from data.catalog.tables import ReleaseTables
from data.errors import BadTable, DataError, TableAbsent
from data.loader import LabelTable
from data.tables.raw import Source


@dataclass(frozen=True)
class CheckReport:
    """What the checks say of a release.

    Attributes
    ----------
    findings : tuple of Finding
        The worst first; within a severity in the order of `CHECKS`, then of the tables.
    not_run : tuple of NotRun
        What could not be checked; a table that is not there stands once, for every check.
    tables : tuple of str
        The tables looked at.
    """

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    tables: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(one.severity == severity for one in self.findings)

    @property
    def clean(self) -> tuple[Check, ...]:
        """The checks that could look everywhere and found nothing."""
        spoken = {one.id for one in self.findings} | {one.check for one in self.not_run}
        return tuple(check for check in CHECKS if check.id not in spoken)


def run_checks(got: Got, tables: ReleaseTables, source: Source) -> CheckReport:
    """Run every check.

    Parameters
    ----------
    got : mapping
        By table name: the table, the error that stands for it, or None where it was not fetched.
    tables : ReleaseTables
        The release's.
    source : Source
        Rows missing are an error from the archive and a warning from a folder.
    """
    inspected = Inspected(got, tables, source)
    outcomes = [outcome for check in CHECKS for outcome in check.find(inspected)]
    found = [one for one in outcomes if isinstance(one, Finding)]
    missed = [one for one in outcomes if isinstance(one, NotRun)]
    missed += [
        NotRun(check=check.id, table="", reason="No table that it asks is at hand.")
        for check in CHECKS
        if not any(check.asks(one.table) for one in inspected.loaded.values())
    ]
    away = [
        NotRun(check=EVERY_CHECK, table=name, reason=_why_away(one))
        for name, one in got.items()
        if not isinstance(one, LabelTable)
    ]
    return CheckReport(
        findings=tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity))),
        not_run=(*away, *missed),
        tables=tuple(inspected.loaded),
    )


def _why_away(one: DataError | None) -> str:
    if one is None:
        return "It has not been fetched."
    if isinstance(one, TableAbsent):
        return "The source does not hold it."
    return "It cannot be read." if isinstance(one, BadTable) else one.problem
