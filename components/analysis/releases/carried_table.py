"""A table of one release on the nuclei and root IDs of another: its entry, its rows and their provenance."""

import re
from dataclasses import dataclass, replace

import pandas as pd

from components.analysis.releases.carried import MISSING, graft, graft_counts
from data.catalog import known_table
from data.catalog.entry import Table
from data.catalog.facts import Carried
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.number_words import of_nuclei
from data.tables.columns import rows_lack
from data.tables.raw import ReportProgress, silent
from data.volume import VOLUME

_NAME = re.compile(r"(?P<table>\w+)~v(?P<release>[0-9]{1,5})")


@dataclass(frozen=True, eq=False)
class Grafted:
    """Labels of one release on another.

    Attributes
    ----------
    labels : LabelTable
        The rows on nuclei that the other release has, with its root IDs.
    fates : DataFrame
        As `graft` returns it: what became of each labelled nucleus, those included that it lacks.
    """

    labels: LabelTable
    fates: pd.DataFrame


def read_carried(name: str) -> Carried | None:
    """Which labels the name of a table says it carries; None if it is not such a name."""
    found = _NAME.fullmatch(name)
    table = known_table(found["table"]) if found else None
    return Carried(table.name, int(found["release"])) if found and table and can_be_carried(table) else None


def can_be_carried(table: Table) -> bool:
    """Whether a table has labels that another release can take."""
    return table.kind == "labels" and table.level is not None and not table.added


def carried_entry(table: Table, carried: Carried, release: int) -> Table:
    """The entry of a table's labels that are carried to a release: its own, with what then differs."""
    from_to = f"v{carried.release} on v{release}"
    return replace(
        table,
        name=carried.name,
        title=f"{from_to}: {table.title}",
        carried=carried,
        releases=(release,),
        archived=(),
        expected_rows=None,
        view=False,
        deprecated_by=None,
        withdrawn=False,
        as_successor="",
        of_every_nucleus=False,
        within=None,
        by_point=False,
        labels_what=f"{table.labels_what}: labels of {from_to}",
        about=f"Labels of {from_to}, by nucleus ID, with the root IDs of v{release}. {table.about}",
    )


def carry(
    labels: LabelTable,
    entry: Table,
    earlier: OpenRelease,
    later: OpenRelease,
    report: ReportProgress = silent,
) -> Grafted:
    """Put labels of one release on the nuclei of another.

    Raises
    ------
    DataError
        If the nuclei of either cannot be loaded, hold no root IDs, or only one release is measured.
    """
    numbers = earlier.release.number, later.release.number
    if earlier.source.synthetic != later.source.synthetic:
        raise DataError(
            f"Of v{numbers[0]} and v{numbers[1]} one is synthetic: its labels are not put on the other.",
            "Fetch both releases from the archive, or open a folder that holds them.",
        )
    fates = graft(labels.frame, rooted_nuclei(earlier, report), rooted_nuclei(later, report))
    found = fates["outcome"].ne(MISSING)
    frame = fates[found].drop(columns=["outcome", "earlier_root_id"]).reset_index(drop=True)
    counts = graft_counts(fates)
    record, on = labels.provenance, later.provenance(VOLUME.detections)
    note = (
        f"Labels of v{numbers[0]} on the nuclei of v{numbers[1]}: of {of_nuclei(int(counts.sum()))} "
        + ", ".join(f"{n:,} {outcome}" for outcome, n in counts.items() if n)
        + "."
    )
    provenance = replace(
        record,
        table=entry.name,
        release=numbers[1],
        timestamp=later.release.iso,
        rows=len(frame),
        nuclei=frame["nucleus_id"].nunique(),
        notes=(note, *record.notes),
        stamp=f"{record.stamp} on v{numbers[1]} {on.sha256 if on else ''}",
    )
    return Grafted(LabelTable(entry, frame, provenance), fates)


def rooted_nuclei(opened: OpenRelease, report: ReportProgress = silent) -> pd.DataFrame:
    """The nuclei of a release with their root IDs.

    Raises
    ------
    DataError
        If they cannot be loaded, or hold no root IDs.
    """
    known = opened.known_nuclei(report).frame
    if "root_id" not in known:
        problem = rows_lack("root IDs", f"v{opened.release.number}")
        raise DataError(problem, f"Fetch {VOLUME.detections} of that release.")
    return known
