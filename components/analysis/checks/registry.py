"""Every check: one entry each, which the command line, the page and the tests walk."""

from components.analysis.checks import duplicates as checks_duplicates
from components.analysis.checks import labels as checks_labels
from components.analysis.checks import places as checks_places
from components.analysis.checks import roots as checks_roots
from components.analysis.checks import rows as checks_rows
from components.analysis.checks import units as checks_units
from components.analysis.checks.entry import Check
from data.catalog.entry import Table


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
    Check(
        id="unreadable-table",
        title="Unreadable tables",
        question="Can every table be read?",
        find=checks_rows.unreadable_table,
    ),
    Check(
        id="unread-file",
        title="Unread files",
        question="Does every file belong to a table of the release?",
        find=checks_rows.unread_file,
    ),
    Check(
        id="assumed-reading",
        title="Files read by assumption",
        question="Does every file say all that reading it needs?",
        find=checks_rows.assumed_reading,
    ),
    Check(
        id="row-count",
        title="Row counts",
        question="Are there as many rows as published?",
        find=checks_rows.row_count,
    ),
    Check(
        id="unknown-nucleus",
        title="Unknown nuclei",
        question="Is every nucleus one that was detected?",
        find=checks_rows.unknown_nucleus,
    ),
    Check(
        id="nucleus-left-out",
        title="Nuclei left out",
        question="Does a table of every nucleus hold every nucleus?",
        find=checks_rows.nucleus_left_out,
    ),
    Check(
        id="no-label",
        title="Rows without a label",
        question="Does every row of a label table hold a label?",
        find=checks_labels.no_label,
        asks=_labels,
    ),
    Check(
        id="unknown-label",
        title="Unknown labels",
        question="Does the crosswalk know every label?",
        find=checks_labels.unknown_label,
        asks=_labels,
    ),
    Check(
        id="outside-vocabulary",
        title="Labels of another table",
        question="Is every label one of this table's own?",
        find=checks_labels.outside_vocabulary,
        asks=_labels,
    ),
    Check(
        id="odd-system",
        title="Classification systems",
        question="Does classification_system say what it says in this table?",
        find=checks_labels.odd_system,
        asks=_labels,
    ),
    Check(
        id="system-contradicts-label",
        title="System against label",
        question="Do the system and the label of a row state the same class?",
        find=checks_labels.system_contradicts_label,
        asks=_labels,
    ),
    Check(
        id="duplicate-same",
        title="Nuclei twice, alike",
        question="Does a nucleus stand in a table once?",
        find=checks_duplicates.duplicate_same,
    ),
    Check(
        id="duplicate-conflicting",
        title="Nuclei twice, conflicting",
        question="Where it stands twice, do the rows say the same?",
        find=checks_duplicates.duplicate_conflicting,
    ),
    Check(
        id="root-zero",
        title="Root 0",
        question="Does every nucleus lie in a segment?",
        find=checks_roots.root_zero,
    ),
    Check(
        id="shared-root",
        title="Shared roots",
        question="Does a root carry one nucleus?",
        find=checks_roots.shared_root,
    ),
    Check(
        id="rounded-roots",
        title="Rounded root IDs",
        question="Do root IDs have all their digits?",
        find=checks_places.rounded_roots,
    ),
    Check(
        id="root-disagrees",
        title="Roots that differ",
        question="Do all tables put a nucleus on the same root?",
        find=checks_roots.root_disagrees,
    ),
    Check(
        id="position-disagrees",
        title="Positions that differ",
        question="Do all tables put a nucleus at the same place?",
        find=checks_roots.position_disagrees,
    ),
    Check(
        id="position-unit",
        title="Unit of positions",
        question="Are positions in the unit that they are read in?",
        find=checks_places.position_unit,
    ),
    Check(
        id="above-pia",
        title="Above the pia",
        question="Do nearly all nuclei lie below the pia?",
        find=checks_places.above_pia,
    ),
    Check(
        id="outside-volume",
        title="Outside the volume",
        question="Does every nucleus lie inside what was imaged?",
        find=checks_places.outside_volume,
    ),
    Check(
        id="column-membership",
        title="Outside the column",
        question="Do nuclei of the V1 column's tables lie in it?",
        find=checks_places.outside_column,
        asks=_column,
    ),
    Check(
        id="column-unlabelled",
        title="Unlabelled in the column",
        question="Is every nucleus in the V1 column labelled by hand?",
        find=checks_places.column_unlabelled,
    ),
    Check(
        id="alternative-point-far",
        title="Far alternative points",
        question="Do alternative points lie as near as documented?",
        find=checks_places.alternative_point_far,
        asks=_points,
    ),
    Check(
        id="volume-too-small",
        title="Small nuclei",
        question="Is every nucleus as large as those that were kept?",
        find=checks_places.volume_too_small,
    ),
    Check(
        id="fine-without-coarse",
        title="Fine without coarse",
        question="Has every nucleus of Baylor fine a coarse label?",
        find=checks_rows.fine_without_coarse,
        asks=_within,
    ),
    Check(
        id="class-contradicted",
        title="Fine against coarse",
        question="Are Baylor's fine and coarse labels of one class?",
        find=checks_units.class_contradicted,
        asks=_within,
    ),
    Check(
        id="inhibitory-coregistered",
        title="Inhibitory, coregistered",
        question="Are coregistered nuclei excitatory?",
        find=checks_units.inhibitory_coregistered,
        asks=_units,
    ),
    Check(
        id="missing-unit",
        title="Missing units",
        question="Does every match name its unit?",
        find=checks_units.missing_unit,
        asks=_units,
    ),
    Check(
        id="residual-out-of-range",
        title="Residuals",
        question="Do unit and nucleus lie close to each other?",
        find=checks_units.residual_out_of_range,
        asks=_units,
    ),
    Check(
        id="score-out-of-range",
        title="Scores",
        question="Is the next neuron farther away than the match?",
        find=checks_units.score_out_of_range,
        asks=_units,
    ),
    Check(
        id="impossible-distance",
        title="Impossible distances",
        question="Can every residual and score be a distance?",
        find=checks_units.impossible_distance,
        asks=_units,
    ),
    Check(
        id="absent-table",
        title="Absent tables",
        question="Is every table of the release there?",
        find=checks_rows.absent_table,
    ),
    Check(
        id="missing-column",
        title="Missing columns",
        question="Do the rows hold every column of their kind?",
        find=checks_rows.missing_column,
    ),
)
"""Every check, in the order in which they are run and listed."""
