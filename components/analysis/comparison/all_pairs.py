"""All pairs of tables: how many nuclei they share, and how far they agree."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.agreement import Agreement, measure_agreement, pair_labelled
from components.analysis.comparison.axes import AxisTable, labels_of_axis, read_axis_table
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.levels import NucleusLabels, Reading, finest_common_level
from data.labels.entry import Level

FINEST: Literal["finest"] = "finest"
"""The finest level at which both tables of a pair have canonical labels."""
LevelOrFinest = Level | Literal["finest"]


def all_agreements(
    axes: Mapping[str, AxisTable],
    level: LevelOrFinest = FINEST,
    *,
    keep_ambiguous: bool = True,
    within: NDArray[np.int64] | None = None,
    readings: dict[str, Reading] | None = None,
) -> Iterator[Agreement]:
    """Measure the agreement of all pairs of tables, one after the other.

    Parameters
    ----------
    axes : mapping
        Tables by name, from `axis_tables`.
    level : LevelOrFinest
        The level of every pair.
    keep_ambiguous, within
        As in `pair_labels`.
    readings : dict, optional
        A cache of readings of these tables, by name; missing ones are added.

    Yields
    ------
    Agreement
        In the order of the tables; the first of each pair is on the rows.
    """
    readings = {} if readings is None else readings
    for name, axis_table in axes.items():
        if name not in readings:
            readings[name] = read_axis_table(*axis_table)
    labels: dict[tuple[str, Level], NucleusLabels] = {}
    for names in combinations(axes, 2):
        tables = [axes[name][0] for name in names]
        pair_level = finest_common_level(*tables) if level == FINEST else level
        for name, table in zip(names, tables, strict=True):
            if (name, pair_level) not in labels:
                labels[name, pair_level] = labels_of_axis(table, readings[name], pair_level)
        rows, columns = ((axes[name][0], labels[name, pair_level]) for name in names)
        yield measure_agreement(
            pair_labelled(rows, columns, pair_level, keep_ambiguous=keep_ambiguous, within=within)
        )


def pair_table(agreements: Iterable[Agreement]) -> pd.DataFrame:
    """Tabulate agreements: a row per pair.

    Returns
    -------
    DataFrame
        `rows`, `columns` (names of tables), `level`, `square`, `n_both` (nuclei that both label),
        `n_compared`, then the metrics; NaN where undefined.
    """
    heads = ["rows", "columns", "level", "square", "n_both", "n_compared"]
    rows = [_row(result) for result in agreements]
    return pd.DataFrame(rows, columns=[*heads, *METRICS]).astype(dict.fromkeys(METRICS, float))


def _row(result: Agreement) -> tuple[object, ...]:
    pairs = result.pairs
    counts = (pairs.n_both, len(pairs.frame))
    metrics = (getattr(result, metric) for metric in METRICS)
    return pairs.rows.name, pairs.columns.name, pairs.level, pairs.square, *counts, *metrics
