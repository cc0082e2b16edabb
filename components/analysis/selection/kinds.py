"""A selection is a recipe, not a list: which nuclei, said so that a link can say it too.

The text form is words, so that a link can be read: `filter:baylor…:labels=23P,4P:depth_um=100.0..250.0`,
`square:TABLE:TABLE:subclass:23P:4P`, `covered:inside=TABLE,TABLE:outside=TABLE`, `ids:260620,582276`,
`lasso:…`, joined by ` plus `, ` minus ` and ` and `. Names are percent-encoded; long lists are compressed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from components.analysis.comparison.agreement import pair_labels
from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.levels import nucleus_labels
from components.analysis.labels.ranges import Range
from data.catalog import EVERY_TABLE
from data.errors import DataError
from data.labels.crosswalk import at_level
from data.labels.entry import Level

RANGED = ("x_um", "depth_um", "z_um", "volume_um3", "residual_um", "score_um")
"""Columns of the tidy frame that a filter may set a range in."""
REMEDY = "Copy the whole link once more, or select the nuclei again."
CLEAR = "Clear the selection, or select by another table."


@dataclass(frozen=True)
class Filtered:
    """The nuclei of one table with these labels (none named: any) and within all ranges.

    Labels are meant at `level`; a nucleus to which the table gives conflicting labels has none.
    """

    table: str
    labels: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    level: Level = "type"


@dataclass(frozen=True)
class MatrixCell:
    """The nuclei that one table calls `row` and another calls `column`, at a level."""

    rows: str
    columns: str
    level: Level
    row: str
    column: str


@dataclass(frozen=True)
class Covered:
    """The nuclei that every table of `inside` (one or more) holds and none of `outside`."""

    inside: tuple[str, ...]
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lasso:
    """The nuclei inside a lasso or box: their IDs, sorted. Make it with `lasso`."""

    nucleus_ids: tuple[int, ...]


@dataclass(frozen=True)
class Listed:
    """These nuclei, by ID, sorted. Make it with `listed`."""

    nucleus_ids: tuple[int, ...]


Recipe = Filtered | MatrixCell | Covered | Lasso | Listed
How = Literal["plus", "minus", "and"]


@dataclass(frozen=True)
class Combined:
    """A recipe, and others added to it, taken from it or met with it, one after the other."""

    first: Recipe
    steps: tuple[tuple[How, Recipe], ...]


Selection = Recipe | Combined
JOINS: dict[How, Callable[[Ids, Ids], Ids]] = {
    "plus": np.union1d,
    "minus": np.setdiff1d,
    "and": np.intersect1d,
}
"""What each step does to the nuclei before it, all sorted."""


def lasso(nucleus_ids: ArrayLike) -> Lasso:
    """Make the recipe of a lasso from the nuclei inside it."""
    return Lasso(_sorted_ids(nucleus_ids))


def listed(nucleus_ids: ArrayLike) -> Listed:
    """Make the recipe of nuclei that are named by ID."""
    return Listed(_sorted_ids(nucleus_ids))


def union(before: Selection | None, now: Recipe) -> Selection:
    """Add the nuclei of a recipe to a selection; to none, it is the recipe."""
    return now if before is None else _joined(before, "plus", now)


def subtract(before: Selection | None, now: Recipe) -> Selection | None:
    """Take the nuclei of a recipe from a selection; from none, nothing is left."""
    return None if before is None else _joined(before, "minus", now)


def intersect(before: Selection | None, now: Recipe) -> Selection | None:
    """Keep the nuclei of a selection that a recipe means too; of none, nothing is left."""
    return None if before is None else _joined(before, "and", now)


def combine(before: Selection, how: How, now: Selection) -> Selection | None:
    """Join two selections, either of which may have steps of its own.

    Returns
    -------
    Selection or None
        Steps are taken from left to right, without brackets; None where the join cannot be said so, such
        as what is taken away being itself one recipe less another.
    """
    if not isinstance(now, Combined):
        return _joined(before, how, now)
    inside = {step for step, _ in now.steps}
    if (how in ("plus", "minus") and inside == {"plus"}) or (how == "and" and "plus" not in inside):
        first = _joined(before, how, now.first)
        return Combined(first.first, (*first.steps, *((how if how != "and" else s, r) for s, r in now.steps)))
    if how != "minus" and not isinstance(before, Combined):  # the order of the two does not matter
        return _joined(now, how, before)
    return None


def _joined(before: Selection, how: How, now: Recipe) -> Combined:
    first, steps = (before.first, before.steps) if isinstance(before, Combined) else (before, ())
    return Combined(first, (*steps, (how, now)))


def tables_needed(selection: Selection) -> set[str]:
    """Name the tables whose frames `nuclei` needs."""
    if isinstance(selection, Combined):
        return _tables(selection.first).union(*(_tables(recipe) for _, recipe in selection.steps))
    return _tables(selection)


def _tables(recipe: Recipe) -> set[str]:
    if isinstance(recipe, Filtered):
        return {recipe.table}
    if isinstance(recipe, MatrixCell):
        return {recipe.rows, recipe.columns}
    return {*recipe.inside, *recipe.outside} if isinstance(recipe, Covered) else set()


def nuclei(selection: Selection, frames: Mapping[str, pd.DataFrame]) -> NDArray[np.int64]:
    """Find the nuclei that a selection means.

    Parameters
    ----------
    selection : Selection
    frames : mapping of table name to tidy DataFrame

    Returns
    -------
    int64 array
        Sorted, each ID once. IDs that a recipe lists are taken as they are.

    Raises
    ------
    DataError
        If a table it speaks of is not loaded, or has no such column.
    """
    if isinstance(selection, Combined):
        ids = nuclei(selection.first, frames)
        for how, recipe in selection.steps:
            ids = JOINS[how](ids, nuclei(recipe, frames))
        return ids
    if isinstance(selection, Lasso | Listed):
        return np.array(selection.nucleus_ids, dtype=np.int64)
    if isinstance(selection, MatrixCell):
        return _in_matrix_cell(selection, frames)
    if isinstance(selection, Covered):
        return _covered(selection, frames)
    return _filtered(selection, _frame(frames, selection.table))


def _frame(frames: Mapping[str, pd.DataFrame], table: str) -> pd.DataFrame:
    if table not in frames or table not in EVERY_TABLE:
        raise DataError(f"The selection speaks of the table “{table}”, which is not loaded.", REMEDY)
    return frames[table]


def _filtered(recipe: Filtered, frame: pd.DataFrame) -> NDArray[np.int64]:
    inside = np.ones(len(frame), dtype=bool)
    for limits in recipe.ranges:
        if limits.column not in frame:
            raise DataError(f"The table “{recipe.table}” has no column {limits.column}.", CLEAR)
        inside &= frame[limits.column].between(limits.low, limits.high).to_numpy()
    ids = each_once(frame["nucleus_id"].to_numpy()[inside])
    if recipe.labels:
        if "cell_type" not in frame:
            raise DataError(f"The table “{recipe.table}” holds no labels to select by.", CLEAR)
        labels = nucleus_labels(frame, recipe.level).labels
        wanted = recipe.labels
        if recipe.level == "type":  # a link may say 5P-PT, as the table does, or 5P-ET
            wanted = tuple(at_level(label, "type") or label for label in recipe.labels)
        ids = np.intersect1d(ids, labels.index[labels.isin(wanted)].to_numpy())
    return ids.astype(np.int64)


def _in_matrix_cell(recipe: MatrixCell, frames: Mapping[str, pd.DataFrame]) -> NDArray[np.int64]:
    held = {name: _frame(frames, name) for name in (recipe.rows, recipe.columns)}
    rows, columns = ((EVERY_TABLE[name], held[name]) for name in (recipe.rows, recipe.columns))
    pairs = pair_labels(rows, columns, recipe.level).frame
    here = (pairs["row_label"] == recipe.row) & (pairs["column_label"] == recipe.column)
    return np.sort(pairs.index[here].to_numpy(dtype=np.int64))


def _covered(recipe: Covered, frames: Mapping[str, pd.DataFrame]) -> NDArray[np.int64]:
    held = {name: each_once(_frame(frames, name)["nucleus_id"].to_numpy()) for name in _tables(recipe)}
    both = partial(np.intersect1d, assume_unique=True)
    ids = reduce(both, (held[name] for name in recipe.inside))
    for name in recipe.outside:
        ids = ids[~np.isin(ids, held[name], assume_unique=True)]
    return ids.astype(np.int64)


def _sorted_ids(nucleus_ids: ArrayLike) -> tuple[int, ...]:
    return tuple(np.unique(np.asarray(nucleus_ids, dtype=np.int64)).tolist())
