"""Nuclei repeated in a table, with the same values or with values that exclude each other."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from components.analysis.checks.entry import Finding, Inspected, Outcome, Severity, nuclei_finding
from components.analysis.comparison.units import UNIT
from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.levels import read_once
from components.analysis.labels.number_words import plural
from data.catalog.entry import Kind, Table
from data.loader import LabelTable

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
