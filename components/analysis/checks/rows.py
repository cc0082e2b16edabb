"""Whether tables are present, complete, and about detected nuclei."""

from collections.abc import Iterator

import numpy as np

from components.analysis.checks.entry import Finding, Inspected, NotRun, Outcome, nuclei_finding
from components.analysis.labels.number_words import plural
from data.errors import BadTable, TableAbsent
from data.tables.schema import OPTIONAL_COLUMNS
from data.volume import VOLUME


def absent_table(release: Inspected) -> Iterator[Outcome]:
    """Tables that the release is known to hold and the source lacks."""
    for name, table in release.tables.held.items():
        if isinstance(release.got.get(name), TableAbsent):
            rows = table.expected_rows
            holds = f"The release holds it{f', with {rows} rows ({rows.source})' if rows else ''}."
            yield Finding(
                severity=release.lacking,
                table=name,
                n=1,
                of="tables",
                message="The source does not hold the table.",
                expected=f"{holds}{_FOLDER if release.source.partial else ''}",
            )


def unreadable_table(release: Inspected) -> Iterator[Outcome]:
    """Damaged tables of the source; tables that could not be reached do not count."""
    for name, outcome in release.got.items():
        if isinstance(outcome, BadTable):
            yield Finding(
                severity="error",
                table=name,
                n=1,
                of="tables",
                message=outcome.problem,
                expected=f"Rows that can be read, each with a nucleus and a position. {outcome.remedy}",
            )


def unread_file(release: Inspected) -> Iterator[Outcome]:
    """Files of the source that no table takes."""
    for unread in release.unread:
        yield Finding(
            severity="warning",
            table=unread.file,
            n=1,
            of="files",
            message=unread.reason,
            expected=f"A file of each table, with the table's name. {unread.remedy}",
        )


def assumed_reading(release: Inspected) -> Iterator[Outcome]:
    """Files that do not say how they are to be read, with what was assumed."""
    for name, loaded in release.loaded.items():
        if assumptions := loaded.provenance.assumptions:
            yield Finding(
                severity="warning",
                table=name,
                n=1,
                of="tables",
                message=" ".join(assumptions),
                expected="A header row or header file, positions, and valid as True or False.",
            )


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
            yield Finding(
                severity="info" if release.source.synthetic else lacking,
                table=name,
                n=off,
                of="rows",
                message=f"{len(loaded.frame):,} rows, {off:,} {'fewer' if few else 'more'} than published.",
                expected=f"{rows} rows ({rows.source}). {_part_of(release) if few else ''}".strip(),
            )


def missing_column(release: Inspected) -> Iterator[Outcome]:
    """Columns of the table's kind that the rows lack."""
    for name, loaded in release.loaded.items():
        lacking = [OPTIONAL_COLUMNS.get(column, column) for column in loaded.provenance.absent]
        if lacking:
            yield Finding(
                severity="info",
                table=name,
                n=len(lacking),
                of="columns",
                message=f"The rows hold no {_listed(lacking)}.",
                expected="A whole export holds them (schemas of CAVE). A copy may have left them out; what "
                "needs them can be neither shown nor checked.",
            )


def unknown_nucleus(release: Inspected) -> Iterator[Outcome]:
    """Nuclei of a table that are not among the detections."""
    if VOLUME.detections not in release.loaded:
        yield NotRun(table=VOLUME.detections, reason=_NO_DETECTIONS)
        return
    for name, nuclei in release.nuclei.items():
        unknown = np.setdiff1d(nuclei, release.nuclei[VOLUME.detections], assume_unique=True)
        if len(unknown):
            yield nuclei_finding(
                "error", name, unknown,
                f"{plural(len(unknown), 'nucleus is', 'nuclei are')} not among the detections.",
                f"None. Every row of the release points at a nucleus of {VOLUME.detections}.",
            )  # fmt: skip


def nucleus_left_out(release: Inspected) -> Iterator[Outcome]:
    """Detected nuclei that a table of all nuclei lacks."""
    if VOLUME.detections not in release.loaded:
        yield NotRun(table=VOLUME.detections, reason=_NO_DETECTIONS)
        return
    for name, loaded in release.loaded.items():
        lacking = np.setdiff1d(release.nuclei[VOLUME.detections], release.nuclei[name], assume_unique=True)
        if loaded.table.of_every_nucleus and len(lacking):
            yield nuclei_finding(
                release.lacking, name, lacking,
                f"{plural(len(lacking), 'detected nucleus is', 'detected nuclei are')} not there.",
                f"None. It speaks of every detected nucleus. {_part_of(release)}".strip(),
            )  # fmt: skip


def fine_without_coarse(release: Inspected) -> Iterator[Outcome]:
    """Nuclei of a table that are missing from the wider table it was made from."""
    for name, loaded in release.loaded.items():
        wider = loaded.table.within
        if wider is None:
            continue
        if wider not in release.loaded:
            yield NotRun(table=name, reason=f"{wider} is not at hand.")
            continue
        alone = np.setdiff1d(release.nuclei[name], release.nuclei[wider], assume_unique=True)
        if len(alone):
            yield nuclei_finding(
                "error", name, alone,
                f"{plural(len(alone), 'nucleus has', 'nuclei have')} no label in {wider}.",
                f"None. All 49,050 nuclei that had one were in {wider} too (measured on v661).",
            )  # fmt: skip


_FOLDER = " A folder may hold a part of it: everything else works without."
_NO_DETECTIONS = f"{VOLUME.detections} is not at hand, so nobody says which nuclei there are."


def _part_of(release: Inspected) -> str:
    if release.source.partial:
        return "A folder may hold a part of it, or a copy without root 0 and repeated nuclei."
    return "" if release.is_catalogued else "That number may be of another release."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
