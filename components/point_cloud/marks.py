"""A chart's marks for the browser: the conditions on the cloud's columns that tell their nuclei."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.levels import CONFLICTING
from components.analysis.selection.marks import Axis, Marks, SelectedCounts, exact_tenths
from components.point_cloud.cloud import Cloud
from components.point_cloud.packing import NOT_IN_TABLE
from components.point_cloud.sets import filter_name

Condition = list[Any]
"""`["label", column, codes]`, with `rows` that fulfil it, too, where the codes do not give them;
`["range", column, low, high]`, in the column's steps, both included; or `["rows", gaps, n]`: rows of a cloud
of n, each as its distance from the one before."""
MOST_ROWS = 1_000
"""Most rows that the conditions of a chart name beside codes."""
MOST_TOLD = 200_000
"""Most rows that are sent for a chart whose marks no column gives: about half a megabyte."""
TENTHS = "depth_tenths"
"""The cloud's column of depths as `exact_tenths` codes them."""


def described(cloud: Cloud, marks: Marks, within: Ids | None, *, filtered: bool) -> dict[str, Any] | None:
    """Describe marks as the browser reads them, or not at all.

    A mark's nuclei are those of the cloud that fulfil the conditions of its words and, where `filtered`, pass
    the filter of the page.

    Parameters
    ----------
    cloud : Cloud
    marks : Marks
    within : int64 array, optional
        The nuclei that the filter keeps; None keeps all.
    filtered : bool
        Whether the chart counts only what the filter keeps.

    Returns
    -------
    dict or None
        By axis and word a list of conditions, all of which must hold; `whole`: not filtered; `within`: the
        filter's name, or None without one; `shared`: marks share nuclei; `nested`: a mark stands for the
        nuclei of those above, too; `tenths`: the column that tells ranges of depth; `titles`: of axes, for
        words that are spoken; `margins`: the words of axes for nuclei that their tables lack. None where
        the columns cannot tell the marks exactly: the browser then leaves a click to Python.
    """
    rows = cloud.places_of(marks.nuclei)
    n_told = len(rows) * sum(not axis.columns for axis in marks.axes.values())
    if (rows < 0).any() or n_told > MOST_TOLD:
        return None
    titles = {name: axis.title for name, axis in marks.axes.items() if axis.title}
    told: dict[str, Any] = {"titles": titles} if titles else {}
    if len(each_once(rows)) < len(rows):
        words = {name: _told(cloud, axis, rows)[0] for name, axis in marks.axes.items()}
        return told | {"whole": True, "shared": True} | words
    times = np.ones(len(cloud), dtype=np.int64) if within is None else cloud.rows_of(within).astype(np.int64)
    told |= {"whole": not filtered} | ({"within": filter_name(within)} if filtered else {})
    if margins := {name: axis.absent for name, axis in marks.axes.items() if axis.absent}:
        told["margins"] = margins
    if marks.depths is not None:
        if not np.array_equal(cloud.numbers_of(TENTHS, rows), exact_tenths(marks.depths), equal_nan=True):
            return None
        told["tenths"] = TENTHS
    for name, axis in marks.axes.items():
        conditions, hits = _told(cloud, axis, rows)
        told[name] = conditions
        times *= hits
    # Each of the nuclei fulfils its own mark's conditions: the sum is more where another mark's fit it too,
    # or where a nucleus fits that the chart does not count.
    return told if int(times.sum()) == len(rows) else None


def described_above(
    cloud: Cloud, nuclei: Ids, thresholds: pd.Categorical, title: str
) -> dict[str, Any] | None:
    """Describe thresholds (`x`), each of which stands for its nuclei and those of all above, as `described`.

    Parameters
    ----------
    cloud : Cloud
    nuclei : int64 array, shape (n,)
    thresholds : Categorical, length n
        The highest that each nucleus reaches, as numbers in words.
    title : str
        As of an `Axis`.
    """
    rows = cloud.places_of(nuclei)
    if (rows < 0).any() or len(rows) > MOST_TOLD:
        return None
    told = {str(word): _told_rows(cloud, rows[thresholds == word]) for word in thresholds.categories}
    return {"whole": True, "nested": True, "titles": {"x": title}, "x": told}


def _told_rows(cloud: Cloud, rows: NDArray[np.intp]) -> list[Condition]:
    return [["rows", np.diff(np.sort(rows), prepend=0).tolist(), len(cloud)]]


def named_marks(marks: Marks) -> dict[str, Any]:
    """Describe marks by their words alone (`named`), for pages without a cloud: a click goes to Python."""
    titles = {name: axis.title for name, axis in marks.axes.items()}
    words = {name: axis.words.categories for name, axis in marks.axes.items()}
    return {"whole": True, "named": True, "titles": titles} | {
        name: {str(one): [] for one in of} for name, of in words.items()
    }


def _told(
    cloud: Cloud, axis: Axis, rows: NDArray[np.intp]
) -> tuple[dict[str, list[Condition]], NDArray[np.int16]]:
    """The conditions of each word of an axis, and of how many words each nucleus fulfils them."""
    hits = np.zeros(len(cloud), dtype=np.int16)
    conditions: dict[str, list[Condition]] = {}
    of_several = {column: _code_of_several(cloud, axis, rows, column) for column in axis.columns}
    for code, word in enumerate(axis.words.categories):
        at = rows[axis.words.codes == code]
        if not len(at):
            continue
        fits = np.ones(len(cloud), dtype=bool)
        conditions[str(word)] = []
        if not axis.columns:
            conditions[str(word)] = _told_rows(cloud, at)
            fits[:] = False
            fits[at] = True
        for column in axis.columns:
            labels = cloud.columns.get(f"label:{column}")
            if labels is not None:
                known = np.bincount(labels[at], minlength=256) > 0
                named = at[labels[at] == of_several[column]]
                known[labels[named]] = False
                told = [np.flatnonzero(known).tolist(), *([named.tolist()] if len(named) else [])]
                conditions[str(word)].append(["label", column, *told])
                told_rows = known.take(labels)  # in half the time of `known[labels]`
                told_rows[named] = True
                fits &= told_rows
                continue
            steps = cloud.columns[f"number:{column}"]
            low, high = int(steps[at].min()), int(steps[at].max())
            conditions[str(word)].append(["range", column, low, high])
            fits &= (steps >= low) & (steps <= high)
        hits += fits
    return conditions, hits


def _code_of_several(cloud: Cloud, axis: Axis, rows: NDArray[np.intp], column: str) -> int:
    """The code of nuclei with several labels in a table, where these have several words of the axis; else -1.

    At a coarse level their labels may be the same: the code does not tell that, and they are few.
    """
    if CONFLICTING not in cloud.labels.get(column, ()):
        return -1
    code = cloud.labels[column].index(CONFLICTING)
    at = cloud.columns[f"label:{column}"][rows] == code
    return code if np.count_nonzero(at) <= MOST_ROWS and len(np.unique(axis.words.codes[at])) > 1 else -1


LEFT_TO_PYTHON: list[Condition] = [["label", "", []]]
"""Of a column that no cloud has: the mark has nuclei, which the browser cannot find."""
Combinations = Mapping[str, tuple[Collection[str], Collection[str], int]]
"""By a mark's `customdata`: the tables that hold its nuclei, those that do not, and how many nuclei."""


def described_combinations(cloud: Cloud, combinations: Combinations) -> dict[str, Any]:
    """Describe marks that stand for the nuclei that some tables hold and others do not, as `described`.

    Combinations that the cloud cannot tell exactly are left to Python. Marks may share nuclei.
    """
    told: dict[str, list[Condition]] = dict.fromkeys(combinations, LEFT_TO_PYTHON)
    for name in _combined(cloud, combinations):
        inside, outside, _ = combinations[name]
        told[name] = [
            ["label", column, [*range(len(cloud.labels[column]))] if column in inside else [NOT_IN_TABLE]]
            for column in (*inside, *outside)
            if column in cloud.labels
        ]
    return {"whole": True, "shared": True, "customdata": told}


def selected_combinations(cloud: Cloud, combinations: Combinations, nucleus_ids: Ids) -> SelectedCounts:
    """Count the selected nuclei of the marks that `described_combinations` describes."""
    fits, selected = _combined(cloud, combinations), cloud.rows_of(nucleus_ids)
    counts = np.array([np.count_nonzero(rows & selected) for rows in fits.values()], dtype=np.intp)
    n = int(np.count_nonzero(np.any([*fits.values(), np.zeros(len(cloud), bool)], axis=0) & selected))
    return SelectedCounts(n, {"customdata": [*fits]}, np.arange(len(fits))[None], counts, {})


def _combined(cloud: Cloud, combinations: Combinations) -> dict[str, NDArray[np.bool_]]:
    """The rows of each mark whose columns leave as many as it has nuclei: no other table narrows these."""
    fitting = {}
    for name, (inside, outside, n) in combinations.items():
        fits = np.ones(len(cloud), dtype=bool)
        for column in {*inside, *outside} & cloud.labels.keys():
            fits &= (cloud.columns[f"label:{column}"] != NOT_IN_TABLE) == (column in inside)
        if np.count_nonzero(fits) == n:
            fitting[name] = fits
    return fitting
