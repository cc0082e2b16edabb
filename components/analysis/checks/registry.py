"""Every check, a row each, which the command line, the page and the tests walk; and their report."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from components.analysis.checks import labels, lineages, places, precedence, roots, rows, units
from components.analysis.checks.entry import (
    EVERY_CHECK,
    SEVERITIES,
    Check,
    DoubtCheck,
    Finding,
    Got,
    Inspected,
    NotRun,
    ReleaseCheck,
    Severity,
    TableCheck,
)
from components.analysis.labels.depth_ranges import may_be_misplaced
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import BadTable, DataError, TableAbsent
from data.loader import LabelTable
from data.tables.raw import Source, UnreadFile
from data.volume import VOLUME


def _labels(table: Table) -> bool:
    return table.kind == "labels"


def _own_labels(table: Table) -> bool:
    return _labels(table) and not table.view


def _once(table: Table) -> bool:
    return table.kind != "attributes"


def _counted(table: Table) -> bool:
    return table.name in CATALOG.label_counts


def _units(table: Table) -> bool:
    return table.kind == "units"


_column, _points, _within, _repeats = map(attrgetter, ("of_column", "gives_points", "within", "repeats"))
CHECKS: tuple[Check, ...] = (
    ReleaseCheck("Unreadable tables", "Can every table be read?", rows.unreadable_table),
    ReleaseCheck("Unread files", "Does every file belong to a table of the release?", rows.unread_file),
    TableCheck(
        "Files read by assumption", "Does every file state how to read it?", rows.assumed_reading),
    TableCheck("Row counts", "Are there as many rows as published?", rows.row_count),
    DoubtCheck("Impossible nucleus IDs", "Is every nucleus ID a possible one?", "impossible-nucleus"),
    ReleaseCheck("Unknown nuclei", "Was every nucleus detected?", rows.unknown_nucleus),
    ReleaseCheck(
        "Nuclei left out", "Does a table of every nucleus hold every nucleus?", rows.nucleus_left_out),
    TableCheck(
        "Rows without a label", "Does every row of a label table hold a label?", labels.no_label,
        _own_labels),
    TableCheck("Unknown labels", "Does the crosswalk know every label?", labels.unknown_label, _labels),
    TableCheck(
        "Labels of another table", "Is every label one of this table's own?", labels.outside_vocabulary,
        _labels),
    TableCheck(
        "Classification systems", "Does classification_system hold what is documented for this table?",
        labels.odd_system, _labels),
    TableCheck(
        "System against label", "Do the system and the label of a row state the same class?",
        labels.system_contradicts_label, _labels),
    TableCheck(
        "Label counts", "Does each label have as many rows as documented?", labels.label_count, _counted),
    ReleaseCheck(
        "Exchanged labels", "Do labels agree best with other lineages as they stand?",
        lineages.exchanged_labels),
    ReleaseCheck(
        "Contradicted classes", "Do tables of other lineages contradict the class as rarely as documented?",
        lineages.contradiction_rate),
    TableCheck(
        "Calls unlike their table", "Is each repeated label in the table that its row names?",
        precedence.call_unlike_its_table, _repeats),
    TableCheck(
        "The makers' precedence", "Which table is preferred to which where several label a nucleus?",
        precedence.makers_precedence, _repeats),
    TableCheck(
        "Nuclei twice, alike", "Does each nucleus occur in a table only once?", rows.duplicate_same, _once),
    TableCheck(
        "Nuclei twice, conflicting", "Where it occurs twice, do the rows agree?",
        rows.duplicate_conflicting, _once),
    TableCheck("Root 0", "Does every nucleus lie in a segment?", roots.root_zero),
    TableCheck("Shared roots", "Does each root carry only one nucleus?", roots.shared_root),
    DoubtCheck("Impossible root IDs", "Is every root ID a possible one?", "impossible-root"),
    DoubtCheck("Rounded root IDs", "Do root IDs have all their digits?", "rounded-roots"),
    ReleaseCheck("Roots that differ", "Do all tables put a nucleus on the same root?", roots.root_disagrees),
    ReleaseCheck(
        "Positions that differ", "Do all tables put a nucleus at the same place?", roots.position_disagrees),
    DoubtCheck("Unit of positions", "Are positions in the unit that they are read in?", "position-unit"),
    DoubtCheck("Above the pia", "Do nearly all nuclei lie below the pia?", "above-pia"),
    TableCheck("Outside the volume", "Does every nucleus lie inside what was imaged?", places.outside_volume),
    TableCheck(
        "Outside the column", f"Do nuclei of the {VOLUME.column_name}'s tables lie in it?",
        places.column_membership, _column),
    ReleaseCheck(
        "Unlabelled in the column", f"Is every nucleus in the {VOLUME.column_name} labelled by hand?",
        places.column_unlabelled),
    TableCheck(
        "Far alternative points", "Do alternative points lie as near as documented?",
        places.alternative_point_far, _points),
    TableCheck("Nuclei at one place", "Does each nucleus have its own position?", places.nuclei_at_one_place),
    TableCheck(
        "Neurons too near", "Do neurons lie as far apart as they must?", places.neurons_too_near,
        places.may_be_of_neurons),
    TableCheck(
        "Implausible in place", "Does every label lie within its type's depth range?",
        places.implausible_place, may_be_misplaced),
    TableCheck("Small nuclei", "Is every nucleus as large as those that were kept?", places.volume_too_small),
    TableCheck(
        "Fine without coarse", "Does every nucleus of Baylor fine have a coarse label?",
        rows.fine_without_coarse, _within),
    TableCheck(
        "Fine against coarse", "Are Baylor's fine and coarse labels of one class?", labels.class_contradicted,
        _within),
    TableCheck(
        "Inhibitory, coregistered", "Are coregistered nuclei excitatory?", units.inhibitory_coregistered,
        _units),
    TableCheck("Missing units", "Does every match name its unit?", units.missing_unit, _units),
    TableCheck(
        "Unknown scans", "Is every unit from a documented session and scan?", units.unknown_scan, _units),
    TableCheck(
        "Residuals", "Do unit and nucleus lie close to each other?", units.residual_out_of_range, _units),
    TableCheck("Scores", "Is the next neuron farther away than the match?", units.score_out_of_range, _units),
    TableCheck(
        "Impossible distances", "Is every residual and score a possible distance?", units.impossible_distance,
        _units),
    ReleaseCheck("Absent tables", "Is every table of the release there?", rows.absent_table),
    TableCheck("Missing columns", "Do the rows hold every column of their kind?", rows.missing_column),
)  # fmt: skip
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
        NotRun(check=check.id, table="", reason="No table that it needs is at hand.")
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
