"""Every two tables at once: how many nuclei they share, and how far they agree on them."""

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
"""For each pair the finest level at which both speak canonical labels."""
LevelOrFinest = Level | Literal["finest"]


def all_agreements(
    sides: Mapping[str, AxisTable],
    level: LevelOrFinest = FINEST,
    *,
    keep_ambiguous: bool = True,
    within: NDArray[np.int64] | None = None,
    readings: dict[str, Reading] | None = None,
) -> Iterator[Agreement]:
    """Measure every two tables, one pair after the other.

    Parameters
    ----------
    sides : mapping
        Tables by name, as `axis_tables` gives them.
    level : LevelOrFinest
        The level of every pair.
    keep_ambiguous, within
        As in `pair_labels`.
    readings : dict, optional
        What has been read of the tables, by name: taken from there, and left there for the next time.
        It belongs to these frames.

    Yields
    ------
    Agreement
        In the order of the tables; the first of two is on the rows.
    """
    readings = {} if readings is None else readings
    for name, side in sides.items():
        if name not in readings:
            readings[name] = read_axis_table(*side)
    labels: dict[tuple[str, Level], NucleusLabels] = {}
    for names in combinations(sides, 2):
        tables = [sides[name][0] for name in names]
        spoken = finest_common_level(*tables) if level == FINEST else level
        for name, table in zip(names, tables, strict=True):
            if (name, spoken) not in labels:
                labels[name, spoken] = labels_of_axis(table, readings[name], spoken)
        rows, columns = ((sides[name][0], labels[name, spoken]) for name in names)
        yield measure_agreement(
            pair_labelled(rows, columns, spoken, keep_ambiguous=keep_ambiguous, within=within)
        )


def pair_table(agreements: Iterable[Agreement]) -> pd.DataFrame:
    """Put agreements under each other: a row per pair.

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
