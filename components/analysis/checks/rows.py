"""Whether tables are present, complete, about detected nuclei, and about each of them once."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from components.analysis.checks.entry import (
    Finding,
    Inspected,
    NotRun,
    Outcome,
    Severity,
    TableOutcome,
    nuclei_finding,
)
from components.analysis.comparison.units import UNIT
from components.analysis.labels.ids import Ids, each_once, only_in_first
from components.analysis.labels.levels import read_once
from data.catalog.entry import Kind
from data.errors import BadTable, TableAbsent
from data.loader import LabelTable
from data.number_words import plural
from data.tables.columns import rows_lack
from data.tables.schema import OPTIONAL_COLUMNS
from data.volume import VOLUME


def absent_table(release: Inspected) -> Iterator[Outcome]:
    """Tables that the release is known to hold and the source lacks."""
    for name, table in release.tables.held.items():
        if isinstance(release.got.get(name), TableAbsent):
            rows = table.expected_rows
            holds = f"The release holds it{f', with {rows} rows ({rows.source})' if rows else ''}."
            folder = " A folder may hold a part of it: everything else works without."
            yield Finding(
                severity=release.lacking, table=name, message="The source does not hold the table.",
                expected=f"{holds}{folder if release.source.partial else ''}",
            )  # fmt: skip


def unreadable_table(release: Inspected) -> Iterator[Outcome]:
    """Damaged tables of the source; tables that could not be reached do not count."""
    for name, outcome in release.got.items():
        if isinstance(outcome, BadTable):
            expected = f"Rows that can be read, each with a nucleus and a position. {outcome.remedy}"
            yield Finding(severity="error", table=name, message=outcome.problem, expected=expected)


def unread_file(release: Inspected) -> Iterator[Outcome]:
    """Files of the source that no table takes."""
    for unread in release.unread:
        expected = f"A file of each table, with the table's name. {unread.remedy}"
        yield Finding(
            severity="warning", table=unread.file, of="files", message=unread.reason, expected=expected
        )


def assumed_reading(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Files that do not say how they are to be read, with what was assumed."""
    assumptions = loaded.provenance.assumptions
    expected = "A header row or header file, positions, and valid as True or False."
    found = Finding(severity="warning", message=" ".join(assumptions), expected=expected)
    return found if assumptions else None


def row_count(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Tables with more or fewer rows than published."""
    n, rows = len(loaded.frame), loaded.table.expected_rows
    if rows is None:
        return "No source says how many rows it has."
    few = n < rows.low
    off = rows.low - n if few else max(0, n - rows.high)
    lacking = release.lacking if few and release.is_catalogued else "warning"
    return Finding(
        severity="info" if release.source.synthetic else lacking, n=off, of="rows",
        message=f"{plural(n, 'row')}, {off:,} {'fewer' if few else 'more'} than published.",
        expected=f"{rows} rows ({rows.source}). {_part_of(release) if few else ''}".strip(),
    )  # fmt: skip


def missing_column(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Columns of the table's kind that the rows lack."""
    lacking = [OPTIONAL_COLUMNS.get(column, column) for column in loaded.provenance.absent]
    if not lacking:
        return None
    *first, last = lacking
    return Finding(
        severity="info", n=len(lacking), of="columns",
        message=rows_lack(f"{', '.join(first)}{' and ' if first else ''}{last}"),
        expected="A whole export holds them (schemas of CAVE). A copy may have left them out; what "
        "needs them can be neither shown nor checked.",
    )  # fmt: skip


def unknown_nucleus(release: Inspected) -> Iterator[Outcome]:
    """Nuclei of a table that are not among the detections."""
    if reason := release.detections_fault():
        yield NotRun(table=VOLUME.detections, reason=reason)
        return
    for name, nuclei in release.nuclei.items():
        unknown = only_in_first(nuclei, release.nuclei[VOLUME.detections])
        if len(unknown):
            yield nuclei_finding(
                "warning" if release.is_part(VOLUME.detections) else "error", unknown,
                f"{plural(len(unknown), 'nucleus is', 'nuclei are')} not among the detections, "
                f"of {len(nuclei):,}.",
                f"None. Every row of the release points at a nucleus of {VOLUME.detections}.",
                name,
            )  # fmt: skip


def nucleus_left_out(release: Inspected) -> Iterator[Outcome]:
    """Detected nuclei that a table of all nuclei lacks."""
    if reason := release.detections_fault():
        yield NotRun(table=VOLUME.detections, reason=reason)
        return
    detected = release.nuclei[VOLUME.detections]
    for name, loaded in release.loaded.items():
        lacking = only_in_first(detected, release.nuclei[name])
        if loaded.table.of_every_nucleus and len(lacking):
            yield nuclei_finding(
                release.lacking, lacking,
                f"{plural(len(lacking), 'detected nucleus is', 'detected nuclei are')} not there, "
                f"of {len(detected):,}.",
                f"None. It covers every detected nucleus. {_part_of(release)}".strip(),
                name,
            )  # fmt: skip


def fine_without_coarse(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei of a table that are missing from the wider table it was made from."""
    if fault := release.wider_fault(loaded):
        return fault
    wider, nuclei = str(loaded.table.within), release.nuclei[loaded.table.name]
    alone = only_in_first(nuclei, release.nuclei[wider])
    return nuclei_finding(
        "warning" if release.is_part(wider) else "error", alone,
        f"{plural(len(alone), 'nucleus has', 'nuclei have')} no label in {wider}, of {len(nuclei):,}.",
        f"None. It was made from the nuclei of {wider}.",
    )  # fmt: skip


def _part_of(release: Inspected) -> str:
    if release.source.partial:
        return "A folder may hold a part of it, or a copy without root 0 and repeated nuclei."
    return "" if release.is_catalogued else "That number may be of another release."


Repeats = tuple[Ids, Ids]
"""IDs repeated with the same values, and IDs repeated with different values."""

EXPECTED: dict[Kind, tuple[str, str]] = {
    "labels": (
        "A few in tables made by classifiers, else none. They count once.",
        "None. Such a nucleus is left out of comparisons and counted as conflicting.",
    ),
    "units": (
        "None. A row is one unit with its nucleus.",
        "None. A recorded unit is one cell, so it is matched to one nucleus.",
    ),
    "points": ("None. A nucleus has one alternative point.",) * 2,
    "nuclei": ("None. A nucleus is detected once, and its ID is the key of every other table.",) * 2,
}
"""Expected repeats, alike and conflicting, by kind of table."""

MEANT: dict[Kind, tuple[str, str]] = {
    "labels": ("with the same label", "with different labels"),
    "units": ("with the same unit", "in matches of a unit to several nuclei"),
    "points": ("with the same point", "with different points or roots"),
    "nuclei": ("with the same values", "with different positions or roots"),
}


def duplicate_same(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei repeated in a table with the same values."""
    same, _conflicting = _repeats(loaded)
    few: Severity = "info" if loaded.table.method == "classifier" else "warning"
    return _stand_twice(loaded, "error" if loaded.table.kind == "nuclei" else few, same, 0)


def duplicate_conflicting(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei repeated in a table with values that exclude each other."""
    _same, conflicting = _repeats(loaded)
    # The sample holds some on purpose, to show how such nuclei are reported.
    return _stand_twice(loaded, "warning" if release.source.synthetic else "error", conflicting, 1)


def _stand_twice(loaded: LabelTable, severity: Severity, nuclei: Ids, place: int) -> Finding:
    kind = loaded.table.kind
    times = plural(len(nuclei), "nucleus occurs", "nuclei occur")
    message = f"{times} there more than once {MEANT[kind][place]}."
    return nuclei_finding(severity, nuclei, message, EXPECTED[kind][place])


def _repeats(loaded: LabelTable) -> Repeats:
    readers: dict[Kind, Callable[[pd.DataFrame], Repeats]] = {"labels": _labels, "units": _units}
    return readers.get(loaded.table.kind, _rows)(loaded.frame)


def _labels(frame: pd.DataFrame) -> Repeats:
    conflicting = read_once(frame).conflicting.astype(np.int64)
    return only_in_first(_repeated(frame["nucleus_id"]), conflicting), conflicting


def _units(frame: pd.DataFrame) -> Repeats:
    """A nucleus may have many units, but a match occurs once and a unit has one nucleus."""
    match = [*UNIT, "nucleus_id"]
    repeated = frame.duplicated(match)
    several = frame[~repeated].duplicated(UNIT, keep=False)
    conflicting = frame.loc[~repeated, "nucleus_id"][several]
    return each_once(frame["nucleus_id"][repeated]), each_once(conflicting)


def _rows(frame: pd.DataFrame) -> Repeats:
    repeated = _repeated(frame["nucleus_id"])
    rows = frame[frame["nucleus_id"].isin(repeated)].drop_duplicates()
    conflicting = _repeated(rows["nucleus_id"])
    return only_in_first(repeated, conflicting), conflicting


def _repeated(nucleus_ids: pd.Series) -> Ids:
    """Repeated IDs, sorted."""
    ids = np.sort(nucleus_ids.to_numpy(dtype=np.int64))
    return each_once(ids[1:][ids[1:] == ids[:-1]])
