"""Whether every table still says of nuclei what a reader's list expects of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.axes import AxisTable
from components.analysis.labels.levels import finest_common_level
from data.labels.entry import Level

AGREES, DIFFERS, UNKNOWN = "agrees", "differs", "unknown"


@dataclass(frozen=True, eq=False)
class ExpectedInTable:
    """What one table says of the nuclei of a list.

    Attributes
    ----------
    table : str
    level : Level
        The finest level that list and table share.
    rows : DataFrame
        A row per nucleus of the list: `nucleus_id`, `expected`, `label` (both at the level; missing where
        unknown) and `outcome`: `AGREES`, `DIFFERS`, or `UNKNOWN` where the table does not hold the nucleus or
        one of the labels has no counterpart at the level.
    """

    table: str
    level: Level
    rows: pd.DataFrame

    def count(self, outcome: str) -> int:
        """Nuclei with an outcome."""
        return int((self.rows["outcome"] == outcome).sum())


def compare_expected(expected: AxisTable, tables: Mapping[str, AxisTable]) -> list[ExpectedInTable]:
    """Compare a list of nuclei and their expected labels with every table of labels, at the finest level."""
    own, frame = expected
    nuclei = pd.Index(np.unique(frame["nucleus_id"]), name="nucleus_id")
    compared = []
    for name, (table, labels) in tables.items():
        if table.level is None or name == own.name:
            continue
        level = finest_common_level(own, table)
        pairs = pair_labels(expected, (table, labels), level).frame.astype(object)
        rows = pairs.reindex(nuclei).set_axis(["expected", "label"], axis=1)
        outcome = np.where(rows["expected"] == rows["label"], AGREES, DIFFERS)
        rows["outcome"] = np.where(rows["label"].isna(), UNKNOWN, outcome)
        compared.append(ExpectedInTable(name, level, rows.reset_index()))
    return compared
