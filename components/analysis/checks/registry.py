"""Every check, a row each, which the command line, the page and the tests walk; and their report."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.analysis.checks import labels, places, roots, rows, units
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
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import BadTable, DataError, TableAbsent
from data.loader import LabelTable
from data.tables.raw import Source, UnreadFile


def _labels(table: Table) -> bool:
    return table.kind == "labels"


def _units(table: Table) -> bool:
    return table.kind == "units"


def _points(table: Table) -> bool:
    return table.kind == "points" or table.view


def _column(table: Table) -> bool:
    return table.of_column


def _within(table: Table) -> bool:
    return table.within is not None


CHECKS: tuple[Check, ...] = (
    Check("Unreadable tables", "Can every table be read?", rows.unreadable_table),
    Check("Unread files", "Does every file belong to a table of the release?", rows.unread_file),
    Check("Files read by assumption", "Does every file say all that reading it needs?", rows.assumed_reading),
    Check("Row counts", "Are there as many rows as published?", rows.row_count),
    Check("Impossible nucleus IDs", "Can every nucleus ID be one?", places.impossible_nucleus),
    Check("Unknown nuclei", "Is every nucleus one that was detected?", rows.unknown_nucleus),
    Check("Nuclei left out", "Does a table of every nucleus hold every nucleus?", rows.nucleus_left_out),
    Check("Rows without a label", "Does every row of a label table hold a label?", labels.no_label, _labels),
    Check("Unknown labels", "Does the crosswalk know every label?", labels.unknown_label, _labels),
    Check(
        "Labels of another table",
        "Is every label one of this table's own?",
        labels.outside_vocabulary,
        _labels,
    ),
    Check(
        "Classification systems",
        "Does classification_system say what it says in this table?",
        labels.odd_system,
        _labels,
    ),
    Check(
        "System against label",
        "Do the system and the label of a row state the same class?",
        labels.system_contradicts_label,
        _labels,
    ),
    Check("Nuclei twice, alike", "Does a nucleus stand in a table once?", rows.duplicate_same),
    Check(
        "Nuclei twice, conflicting",
        "Where it stands twice, do the rows say the same?",
        rows.duplicate_conflicting,
    ),
    Check("Root 0", "Does every nucleus lie in a segment?", roots.root_zero),
    Check("Shared roots", "Does a root carry one nucleus?", roots.shared_root),
    Check("Impossible root IDs", "Can every root ID be one?", places.impossible_root),
    Check("Rounded root IDs", "Do root IDs have all their digits?", places.rounded_roots),
    Check("Roots that differ", "Do all tables put a nucleus on the same root?", roots.root_disagrees),
    Check(
        "Positions that differ", "Do all tables put a nucleus at the same place?", roots.position_disagrees
    ),
    Check("Unit of positions", "Are positions in the unit that they are read in?", places.position_unit),
    Check("Above the pia", "Do nearly all nuclei lie below the pia?", places.above_pia),
    Check("Outside the volume", "Does every nucleus lie inside what was imaged?", places.outside_volume),
    Check(
        "Outside the column",
        "Do nuclei of the V1 column's tables lie in it?",
        places.column_membership,
        _column,
    ),
    Check(
        "Unlabelled in the column",
        "Is every nucleus in the V1 column labelled by hand?",
        places.column_unlabelled,
    ),
    Check(
        "Far alternative points",
        "Do alternative points lie as near as documented?",
        places.alternative_point_far,
        _points,
    ),
    Check("Small nuclei", "Is every nucleus as large as those that were kept?", places.volume_too_small),
    Check(
        "Fine without coarse",
        "Has every nucleus of Baylor fine a coarse label?",
        rows.fine_without_coarse,
        _within,
    ),
    Check(
        "Fine against coarse",
        "Are Baylor's fine and coarse labels of one class?",
        units.class_contradicted,
        _within,
    ),
    Check(
        "Inhibitory, coregistered",
        "Are coregistered nuclei excitatory?",
        units.inhibitory_coregistered,
        _units,
    ),
    Check("Missing units", "Does every match name its unit?", units.missing_unit, _units),
    Check("Residuals", "Do unit and nucleus lie close to each other?", units.residual_out_of_range, _units),
    Check("Scores", "Is the next neuron farther away than the match?", units.score_out_of_range, _units),
    Check(
        "Impossible distances",
        "Can every residual and score be a distance?",
        units.impossible_distance,
        _units,
    ),
    Check("Absent tables", "Is every table of the release there?", rows.absent_table),
    Check("Missing columns", "Do the rows hold every column of their kind?", rows.missing_column),
)
"""Every check, in the order in which they are run and listed."""


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
    outcomes = [outcome for check in CHECKS for outcome in check.outcomes(inspected)]
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
