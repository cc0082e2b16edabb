"""How far two tables agree on the nuclei that both label: pairs, matrix, metrics; and all pairs of tables."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.axes import (
    AxisTable,
    axis_labels,
    labels_of_axis,
    read_axis_table,
    share_labels,
)
from components.analysis.comparison.metrics import METRICS, ONE_SIDED, measure_counts
from components.analysis.labels.ids import Ids, in_both
from components.analysis.labels.levels import NucleusLabels, finest_common_level
from components.analysis.labels.nucleus_table import COREGISTERED
from data.catalog.entry import Table
from data.labels.crosswalk import ordered
from data.labels.entry import Level
from data.number_words import plural

FINEST: Literal["finest"] = "finest"
"""The finest level at which both tables of a pair have canonical labels."""
LevelOrFinest = Level | Literal["finest"]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """The nuclei that two tables label, with both labels at one level.

    Attributes
    ----------
    rows, columns : Table
        The two tables; neither is the truth.
    level : Level
    frame : DataFrame
        Index `nucleus_id`, columns `row_label`, `column_label` (categorical): the compared nuclei.
    square : bool
        Whether both tables have the same canonical labels.
    n_rows_table, n_columns_table, n_both : int
        Nuclei that each table holds, and that both label; a table of functional units, which labels a whole
        denominator, holds those with a unit.
    n_asked : int or None
        Nuclei of that denominator; None without a table of functional units.
    left_out : dict
        Nuclei in both that are not compared, by the first reason that holds: `conflicting_duplicate` (two
        labels in one table), `unmapped` (a label without a counterpart at the level), `ambiguous` (where
        these are switched off), `filtered` (not asked for). A filter thus changes no other count.
    """

    rows: Table
    columns: Table
    level: Level
    frame: pd.DataFrame
    square: bool
    n_rows_table: int
    n_columns_table: int
    n_both: int
    left_out: dict[str, int]
    n_asked: int | None = None

    @property
    def at_level(self) -> str:
        """At what level, in words: at the finest, labels are compared as the tables spell them."""
        return f"at the level of {'raw labels' if self.level == 'type' else self.level}"

    @property
    def key(self) -> tuple[object, ...]:
        """Identifies the pairs among all pairs of the same loaded tables."""
        compared = crc32(self.frame.index.to_numpy().tobytes())
        return self.rows.name, self.columns.name, self.level, *self.left_out.values(), compared


def left_out_words(left_out: Mapping[str, int]) -> str:
    """Write how many nuclei are not compared for each reason: "12 unmapped, 3 conflicting duplicates"."""
    reasons = {reason: reason.replace("_", " ") for reason, n in left_out.items() if n}
    counted = [
        plural(left_out[reason], words, "" if words.endswith("duplicate") else words)
        for reason, words in reasons.items()
    ]
    return ", ".join(counted) or "none"


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A matrix of counts with its metrics.

    Attributes
    ----------
    pairs : Pairs
    matrix : DataFrame
        Counts of nuclei; index the row table's labels, columns the column table's. A confusion
        matrix (the same labels on both axes) where `pairs.square`, else a contingency table.
    metrics : dict
        By metric, in the order of `METRICS`; None where undefined.
    undefined : dict
        Why, by metric.
    """

    pairs: Pairs
    matrix: pd.DataFrame
    metrics: dict[str, float | None]
    undefined: dict[str, str]


def pair_labels(
    rows: AxisTable,
    columns: AxisTable,
    level: Level,
    *,
    keep_ambiguous: bool = True,
    within: NDArray[np.int64] | None = None,
    labels: tuple[NucleusLabels, NucleusLabels] | None = None,
) -> Pairs:
    """Join two tables on the nucleus ID, never on the root ID.

    Parameters
    ----------
    rows, columns : axis table
        The two tables.
    level : Level
        The level of both; whether a nucleus is coregistered is the same at every level.
    keep_ambiguous : bool
        Whether to compare labels with an ambiguous mapping to the level.
    within : int64 array, optional
        The nuclei asked for, sorted and unique; the others count as `filtered`.
    labels : tuple of NucleusLabels, optional
        The labels of both tables at the level, where they were read before.

    Raises
    ------
    DataError
        If one of the tables holds no labels.
    """
    left, right = labels or [axis_labels(table, frame, level) for table, frame in (rows, columns)]
    left_ids, right_ids = left.labels.index.to_numpy(), right.labels.index.to_numpy()
    shared, at_left, at_right = np.intersect1d(left_ids, right_ids, assume_unique=True, return_indices=True)
    first, second = left.labels.array[at_left], right.labels.array[at_right]
    all_left, all_right = (np.append(side.labels.index, side.conflicting) for side in (left, right))
    n_both = len(in_both(all_left, all_right))
    leaving_out = {
        "unmapped": (first.codes < 0) | (second.codes < 0),
        "ambiguous": (left.ambiguous[at_left] | right.ambiguous[at_right]) & (not keep_ambiguous),
        "filtered": np.full(len(shared), False) if within is None else ~np.isin(shared, within),
    }
    compared = np.full(len(shared), True)
    left_out = {"conflicting_duplicate": n_both - len(shared)}
    for reason, applies in leaving_out.items():
        left_out[reason] = int(np.count_nonzero(applies & compared))
        compared &= ~applies
    axes = ((rows, left), (columns, right))
    return Pairs(
        rows=rows[0],
        columns=columns[0],
        level=level,
        frame=pd.DataFrame(
            {"row_label": first[compared], "column_label": second[compared]},
            index=pd.Index(shared[compared], name="nucleus_id"),
        ),
        square=share_labels(rows[0], columns[0], level),
        n_rows_table=_held(rows[0], left),
        n_columns_table=_held(columns[0], right),
        n_both=n_both,
        left_out=left_out,
        n_asked=next((labels.count for (table, _), labels in axes if table.kind == "units"), None),
    )


def _held(table: Table, labels: NucleusLabels) -> int:
    """Nuclei that a table holds: of those that a table of units labels, the coregistered ones."""
    return int((labels.labels == COREGISTERED).sum()) if table.kind == "units" else labels.count


def pairs_within(pairs: Pairs, nucleus_ids: Ids) -> Pairs:
    """Keep the compared nuclei that are asked for; as in `pair_labels`, the others count as `filtered`."""
    kept = np.isin(pairs.frame.index.to_numpy(), nucleus_ids)
    filtered = pairs.left_out["filtered"] + int(np.count_nonzero(~kept))
    return replace(pairs, frame=pairs.frame[kept], left_out=pairs.left_out | {"filtered": filtered})


def cell_nuclei(pairs: Pairs, row: str, column: str) -> NDArray[np.int64]:
    """Find the compared nuclei of one matrix cell, sorted."""
    inside = (pairs.frame["row_label"] == row) & (pairs.frame["column_label"] == column)
    return np.sort(pairs.frame.index[inside.to_numpy()].to_numpy(dtype=np.int64))


def measure_agreement(pairs: Pairs, names: Collection[str] = METRICS) -> Agreement:
    """Count the pairs in a matrix and compute its metrics, or only some.

    In a contingency table the vocabularies differ, so agreement, kappa and AC1 mean nothing there.
    """
    matrix = _matrix(pairs)
    metrics, undefined = measure_counts(matrix.to_numpy(), square=pairs.square, names=names)
    return Agreement(pairs=pairs, matrix=matrix, metrics=metrics, undefined=undefined)


def without_empty_kappa(result: Agreement) -> Agreement:
    """Leave out kappa where one table gives all compared nuclei one label: its 0 says nothing there."""
    several = all((result.matrix.sum(axis=axis) > 0).sum() > 1 for axis in (0, 1))
    if several or result.metrics.get("kappa") is None:
        return result
    metrics, undefined = result.metrics | {"kappa": None}, result.undefined | {"kappa": ONE_SIDED}
    return replace(result, metrics=metrics, undefined=undefined)


def measure_within(result: Agreement, nucleus_ids: Ids, names: Collection[str]) -> Agreement:
    """Measure the agreement on some of the nuclei that were compared, without an empty kappa."""
    return without_empty_kappa(measure_agreement(pairs_within(result.pairs, nucleus_ids), names))


def all_agreements(axes: Mapping[str, AxisTable], level: LevelOrFinest = FINEST) -> Iterator[Agreement]:
    """Measure the agreement of all pairs of tables, one after the other.

    Parameters
    ----------
    axes : mapping
        Tables by name, from `axis_tables`.
    level : LevelOrFinest
        The level of every pair.

    Yields
    ------
    Agreement
        In the order of the tables; the first of each pair is on the rows.
    """
    readings = {name: read_axis_table(*axis_table) for name, axis_table in axes.items()}
    labels: dict[tuple[str, Level], NucleusLabels] = {}
    for names in combinations(axes, 2):
        rows, columns = (axes[name] for name in names)
        pair_level = finest_common_level(rows[0], columns[0]) if level == FINEST else level
        for name in names:
            if (name, pair_level) not in labels:
                labels[name, pair_level] = labels_of_axis(axes[name][0], readings[name], pair_level)
        left, right = (labels[name, pair_level] for name in names)
        yield measure_agreement(pair_labels(rows, columns, pair_level, labels=(left, right)))


def pair_table(agreements: Iterable[Agreement]) -> pd.DataFrame:
    """Tabulate agreements: a row per pair.

    Returns
    -------
    DataFrame
        `rows`, `columns` (names of tables), `level`, `square`, `n_both` (nuclei that both label),
        `n_compared`, then the metrics, NaN where undefined, and `undefined`: why, by metric.
    """
    heads = ["rows", "columns", "level", "square", "n_both", "n_compared"]
    rows = []
    for result in agreements:
        pairs = result.pairs
        tables = (pairs.rows.name, pairs.columns.name, pairs.level, pairs.square)
        counts = (pairs.n_both, len(pairs.frame))
        rows.append((*tables, *counts, *result.metrics.values(), result.undefined))
    return pd.DataFrame(rows, columns=[*heads, *METRICS, "undefined"]).astype(dict.fromkeys(METRICS, float))


def _matrix(pairs: Pairs) -> pd.DataFrame:
    first, second = pairs.frame["row_label"].array, pairs.frame["column_label"].array
    shape = (len(first.categories), len(second.categories))
    cells = first.codes.astype(np.int64) * shape[1] + second.codes
    # Ten times as fast as to group the nuclei by both labels.
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    in_rows, in_columns = counts.any(axis=1), counts.any(axis=0)
    matrix = pd.DataFrame(
        counts[in_rows][:, in_columns],
        index=first.categories[in_rows].rename(pairs.rows.title),
        columns=second.categories[in_columns].rename(pairs.columns.title),
    )
    if not pairs.square:
        return matrix
    labels = ordered({*matrix.index, *matrix.columns})
    return matrix.reindex(index=labels, columns=labels, fill_value=0)
