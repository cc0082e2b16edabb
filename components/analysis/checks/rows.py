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
    nuclei_finding,
    table_finding,
)  # fmt: skip
from components.analysis.comparison.units import UNIT
from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.levels import read_once
from components.analysis.labels.number_words import plural
from data.catalog.entry import Kind, Table
from data.errors import BadTable, TableAbsent
from data.loader import LabelTable
from data.tables.schema import OPTIONAL_COLUMNS
from data.volume import VOLUME


def absent_table(release: Inspected) -> Iterator[Outcome]:
    """Tables that the release is known to hold and the source lacks."""
    for name, table in release.tables.held.items():
        if isinstance(release.got.get(name), TableAbsent):
            rows = table.expected_rows
            holds = f"The release holds it{f', with {rows} rows ({rows.source})' if rows else ''}."
            expected = f"{holds}{_FOLDER if release.source.partial else ''}"
            yield table_finding(release.lacking, name, "The source does not hold the table.", expected)


def unreadable_table(release: Inspected) -> Iterator[Outcome]:
    """Damaged tables of the source; tables that could not be reached do not count."""
    for name, outcome in release.got.items():
        if isinstance(outcome, BadTable):
            expected = f"Rows that can be read, each with a nucleus and a position. {outcome.remedy}"
            yield table_finding("error", name, outcome.problem, expected)


def unread_file(release: Inspected) -> Iterator[Outcome]:
    """Files of the source that no table takes."""
    for unread in release.unread:
        expected = f"A file of each table, with the table's name. {unread.remedy}"
        yield table_finding("warning", unread.file, unread.reason, expected, of="files")


def assumed_reading(release: Inspected) -> Iterator[Outcome]:
    """Files that do not say how they are to be read, with what was assumed."""
    for name, loaded in release.loaded.items():
        if assumptions := loaded.provenance.assumptions:
            expected = "A header row or header file, positions, and valid as True or False."
            yield table_finding("warning", name, " ".join(assumptions), expected)


def row_count(release: Inspected) -> Iterator[Outcome]:
    """Tables with more or fewer rows than published."""
    for name, loaded in release.loaded.items():
        rows = loaded.table.expected_rows
        if rows is None:
            yield NotRun(table=name, reason="No source says how many rows it has.")
        elif not rows.holds(len(loaded.frame)):
            few = len(loaded.frame) < rows.low
            off = rows.low - len(loaded.frame) if few else len(loaded.frame) - rows.high
            lacking = release.lacking if few and release.is_catalogued else "warning"
            severity = "info" if release.source.synthetic else lacking
            message = f"{len(loaded.frame):,} rows, {off:,} {'fewer' if few else 'more'} than published."
            expected = f"{rows} rows ({rows.source}). {_part_of(release) if few else ''}".strip()
            yield table_finding(severity, name, message, expected, n=off, of="rows")


def missing_column(release: Inspected) -> Iterator[Outcome]:
    """Columns of the table's kind that the rows lack."""
    for name, loaded in release.loaded.items():
        lacking = [OPTIONAL_COLUMNS.get(column, column) for column in loaded.provenance.absent]
        if lacking:
            yield table_finding(
                "info", name, f"The rows hold no {_listed(lacking)}.",
                "A whole export holds them (schemas of CAVE). A copy may have left them out; what "
                "needs them can be neither shown nor checked.",
                n=len(lacking), of="columns",
            )  # fmt: skip


def unknown_nucleus(release: Inspected) -> Iterator[Outcome]:
    """Nuclei of a table that are not among the detections."""
    if reason := _no_detections(release):
        yield NotRun(table=VOLUME.detections, reason=reason)
        return
    for name, nuclei in release.nuclei.items():
        unknown = np.setdiff1d(nuclei, release.nuclei[VOLUME.detections], assume_unique=True)
        if len(unknown):
            yield nuclei_finding(
                "error", name, unknown,
                f"{plural(len(unknown), 'nucleus is', 'nuclei are')} not among the detections, "
                f"of {len(nuclei):,}.",
                f"None. Every row of the release points at a nucleus of {VOLUME.detections}.",
            )  # fmt: skip


def nucleus_left_out(release: Inspected) -> Iterator[Outcome]:
    """Detected nuclei that a table of all nuclei lacks."""
    if reason := _no_detections(release):
        yield NotRun(table=VOLUME.detections, reason=reason)
        return
    for name, loaded in release.loaded.items():
        lacking = np.setdiff1d(release.nuclei[VOLUME.detections], release.nuclei[name], assume_unique=True)
        if loaded.table.of_every_nucleus and len(lacking):
            yield nuclei_finding(
                release.lacking, name, lacking,
                f"{plural(len(lacking), 'detected nucleus is', 'detected nuclei are')} not there, "
                f"of {len(release.nuclei[VOLUME.detections]):,}.",
                f"None. It covers every detected nucleus. {_part_of(release)}".strip(),
            )  # fmt: skip


def fine_without_coarse(release: Inspected) -> Iterator[Outcome]:
    """Nuclei of a table that are missing from the wider table it was made from."""
    for loaded, other in release.in_wider():
        if isinstance(other, NotRun):
            yield other
            continue
        name, wider = loaded.table.name, other.table.name
        alone = np.setdiff1d(release.nuclei[name], release.nuclei[wider], assume_unique=True)
        if len(alone):
            yield nuclei_finding(
                "error", name, alone,
                f"{plural(len(alone), 'nucleus has', 'nuclei have')} no label in {wider}, "
                f"of {len(release.nuclei[name]):,}.",
                f"None. All 49,050 nuclei that had one were in {wider} too (measured on v661).",
            )  # fmt: skip


_FOLDER = " A folder may hold a part of it: everything else works without."


def _no_detections(release: Inspected) -> str:
    """Why the set of detected nuclei is unknown; "" where it is known."""
    if VOLUME.detections not in release.loaded:
        return f"{VOLUME.detections} is not at hand, so the set of detected nuclei is unknown."
    if release.is_doubted(VOLUME.detections, "impossible-nucleus"):
        return f"{VOLUME.detections} holds IDs of no nuclei, so the set of detected nuclei is unknown."
    return ""


def _part_of(release: Inspected) -> str:
    if release.source.partial:
        return "A folder may hold a part of it, or a copy without root 0 and repeated nuclei."
    return "" if release.is_catalogued else "That number may be of another release."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


Repeats = tuple[Ids, Ids]
"""IDs repeated with the same values, and IDs repeated with different values."""

EXPECTED: dict[Kind, tuple[str, str]] = {
    "labels": (
        (
            "A few in tables made by classifiers, else none. Of v661 at most 164 rows of Baylor coarse, with "
            "those of root 0, and 1 of Baylor fine: what copies without either lack. They count once."
        ),
        (
            "None: the repeated nuclei that are documented of v661 are the same objects, and none with two "
            "labels is known. Such a nucleus is left out of comparisons and counted as conflicting."
        ),
    ),
    "units": (
        "None. A row is one unit with its nucleus; the 13,922 rows known of v661 are all different.",
        "None. A recorded unit is one cell, so it is matched to one nucleus.",
    ),
    "points": (
        "None. A nucleus has one alternative point.",
        "None. A nucleus has one alternative point.",
    ),
    "nuclei": (
        "None. A nucleus is detected once, and its ID is the key of every other table.",
        "None. A nucleus is detected once, and its ID is the key of every other table.",
    ),
}
"""Expected repeats, alike and conflicting, by kind of table."""

MEANT: dict[Kind, tuple[str, str]] = {
    "labels": ("with the same label", "with different labels"),
    "units": ("with the same unit", "in matches of a unit to several nuclei"),
    "points": ("with the same point", "with different points or roots"),
    "nuclei": ("with the same values", "with different positions or roots"),
}


def duplicate_same(release: Inspected) -> Iterator[Outcome]:
    """Nuclei repeated in a table with the same values."""
    for loaded in release.loaded.values():
        same, _ = _repeats(loaded)
        if len(same):
            yield _finding(loaded, _severity_same(loaded.table), same, 0)


def duplicate_conflicting(release: Inspected) -> Iterator[Outcome]:
    """Nuclei repeated in a table with values that exclude each other."""
    for loaded in release.loaded.values():
        _, conflicting = _repeats(loaded)
        if len(conflicting):
            # The sample holds some on purpose, to show how such nuclei are reported.
            severity: Severity = "warning" if release.source.synthetic else "error"
            yield _finding(loaded, severity, conflicting, 1)


def _severity_same(table: Table) -> Severity:
    if table.kind == "nuclei":
        return "error"
    return "info" if table.method == "classifier" else "warning"


def _finding(loaded: LabelTable, severity: Severity, nuclei: Ids, place: int) -> Finding:
    kind = loaded.table.kind
    how = plural(len(nuclei), "nucleus stands", "nuclei stand")
    return nuclei_finding(
        severity, loaded.table.name, nuclei,
        f"{how} there more than once {MEANT[kind][place]}.",
        EXPECTED[kind][place],
    )  # fmt: skip


def _repeats(loaded: LabelTable) -> Repeats:
    readers: dict[Kind, Callable[[pd.DataFrame], Repeats]] = {"labels": _labels, "units": _units}
    return readers.get(loaded.table.kind, _rows)(loaded.frame)


def _labels(frame: pd.DataFrame) -> Repeats:
    conflicting = read_once(frame).conflicting.astype(np.int64)
    return np.setdiff1d(_repeated(frame["nucleus_id"]), conflicting), conflicting


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
    return np.setdiff1d(repeated, conflicting), conflicting


def _repeated(nucleus_ids: pd.Series) -> Ids:
    """Repeated IDs, sorted."""
    ids = np.sort(nucleus_ids.to_numpy(dtype=np.int64))
    return np.unique(ids[1:][ids[1:] == ids[:-1]])
