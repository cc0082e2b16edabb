"""Run the checks of `registry` on a release and report their findings."""

from collections.abc import Sequence
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
from data.tables.raw import Source, UnreadFile


@dataclass(frozen=True)
class CheckReport:
    """The findings of all checks of a release.

    Attributes
    ----------
    findings : tuple of Finding
        Worst first, then in the order of `CHECKS`, then of the tables.
    not_run : tuple of NotRun
        What could not be checked; a missing table is listed once, for every check.
    tables : tuple of str
        The tables checked.
    """

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    tables: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        """Number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def clean(self) -> tuple[Check, ...]:
        """The checks that ran on every table and found nothing."""
        reported = {finding.id for finding in self.findings} | {skipped.check for skipped in self.not_run}
        return tuple(check for check in CHECKS if check.id not in reported)


def run_checks(
    got: Got, tables: ReleaseTables, source: Source, unread: Sequence[UnreadFile] = ()
) -> CheckReport:
    """Run every check.

    Parameters
    ----------
    got : mapping
        By table name: the table, the error that stands for it, or None where it was not fetched.
    tables : ReleaseTables
        The release's.
    source : Source
        Missing rows are an error from the archive and a warning from a folder.
    unread : sequence of UnreadFile
        Files of the source that no table takes.
    """
    inspected = Inspected(got, tables, source, tuple(unread))
    outcomes = [outcome for check in CHECKS for outcome in check.find(inspected)]
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    missed = [outcome for outcome in outcomes if isinstance(outcome, NotRun)]
    missed += [
        NotRun(check=check.id, table="", reason="No table that it asks is at hand.")
        for check in CHECKS
        if not any(check.asks(loaded.table) for loaded in inspected.loaded.values())
    ]
    away = [
        NotRun(check=EVERY_CHECK, table=name, reason=_why_away(outcome))
        for name, outcome in got.items()
        if not isinstance(outcome, LabelTable)
    ]
    return CheckReport(
        findings=tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))),
        not_run=(*away, *missed),
        tables=tuple(inspected.loaded),
    )


def _why_away(error: DataError | None) -> str:
    if error is None:
        return "It has not been fetched."
    if isinstance(error, TableAbsent):
        return "The source does not hold it."
    return "It cannot be read." if isinstance(error, BadTable) else error.problem
