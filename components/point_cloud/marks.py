"""A chart's marks for the browser: the conditions on the cloud's columns that tell their nuclei."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids
from components.analysis.selection.marks import Axis, Marks, exact_tenths
from components.point_cloud.cloud import Cloud

Condition = list[Any]
"""`["label", column, codes]` or `["range", column, low, high]`, in the column's steps, both included."""
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
        By axis and word a list of conditions, all of which must hold; `whole`: not filtered; `tenths`: the
        column that tells ranges of depth. None where the columns cannot tell the marks exactly: the browser
        then leaves a click to Python.
    """
    rows = cloud.places_of(marks.nuclei)
    if (rows < 0).any():
        return None
    times = np.ones(len(cloud), dtype=np.int64) if within is None else cloud.rows_of(within).astype(np.int64)
    told: dict[str, Any] = {"whole": not filtered}
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


def _told(
    cloud: Cloud, axis: Axis, rows: NDArray[np.intp]
) -> tuple[dict[str, list[Condition]], NDArray[np.int64]]:
    """The conditions of each word of an axis, and of how many words each nucleus fulfils them."""
    hits = np.zeros(len(cloud), dtype=np.int64)
    conditions: dict[str, list[Condition]] = {}
    for code, word in enumerate(axis.words.categories):
        at = rows[axis.words.codes == code]
        if not len(at):
            continue
        fits = np.ones(len(cloud), dtype=bool)
        conditions[str(word)] = []
        for column in axis.columns:
            labels = cloud.columns.get(f"label:{column}")
            if labels is not None:
                known = np.bincount(labels[at], minlength=256) > 0
                conditions[str(word)].append(["label", column, np.flatnonzero(known).tolist()])
                fits &= known[labels]
                continue
            steps = cloud.columns[f"number:{column}"]
            low, high = int(steps[at].min()), int(steps[at].max())
            conditions[str(word)].append(["range", column, low, high])
            fits &= (steps >= low) & (steps <= high)
        hits += fits
    return conditions, hits
