"""Whether every table still gives nuclei the labels that a reader's list expects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from components.analysis.comparison.axes import AxisTable, axis_labels
from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.levels import NOT_IN_TABLE, finest_common_level
from data.labels.crosswalk import find_label
from data.labels.entry import Level

AGREES, DIFFERS, UNKNOWN = "agrees", "differs", "unknown"
OUTCOMES = (AGREES, DIFFERS, UNKNOWN, NOT_IN_TABLE)
"""How a table's label of a nucleus may compare with the list; each nucleus has one outcome."""
TWO_EXPECTED, TWO_GIVEN = "the list gives it several labels", "the table gives it several labels"
NO_EXPECTED, NO_GIVEN = (f"{whose} label has no counterpart at this level" for whose in ("expected", "its"))


@dataclass(frozen=True, eq=False)
class ExpectedInTable:
    """How one table's labels compare with a list's.

    Attributes
    ----------
    table : str
    level : Level
        The finest level that list and table share.
    rows : DataFrame
        A row per nucleus of the list: `nucleus_id`; `expected`, `label`, both at the level and missing where
        there is none; `outcome`, one of `OUTCOMES`; and `reason`, why it is `UNKNOWN`, else "".
    """

    table: str
    level: Level
    rows: pd.DataFrame

    def nuclei(self, outcome: str) -> Ids:
        """The nuclei with an outcome, sorted."""
        return self.rows.loc[self.rows["outcome"] == outcome, "nucleus_id"].to_numpy(np.int64)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Nuclei by outcome; their sum is the nuclei of the list."""
        counts = self.rows["outcome"].value_counts()
        return {outcome: int(counts.get(outcome, 0)) for outcome in OUTCOMES}


def compare_expected(expected: AxisTable, tables: Mapping[str, AxisTable]) -> list[ExpectedInTable]:
    """Compare a list of nuclei and their expected labels with every table of labels, at the finest level."""
    own, frame = expected
    nuclei = pd.Index(each_once(frame["nucleus_id"]), name="nucleus_id")
    compared = []
    for name, (table, labels) in tables.items():
        if table.level is None or name == own.name:
            continue
        level = finest_common_level(own, table)
        first, second = axis_labels(own, frame, level), axis_labels(table, labels, level)
        found = {"expected": first.labels, "label": second.labels}
        rows = pd.DataFrame({side: one.astype(object).reindex(nuclei) for side, one in found.items()})
        no_words = _unlike(first.labels, second.labels) if level == "type" else []
        reasons = {
            TWO_EXPECTED: nuclei.isin(first.conflicting),
            TWO_GIVEN: nuclei.isin(second.conflicting),
            NO_EXPECTED: (rows["expected"].isna() | rows["expected"].isin(no_words)).to_numpy(),
            NO_GIVEN: rows["label"].isna().to_numpy(),
        }
        in_table = nuclei.isin(second.labels.index) | nuclei.isin(second.conflicting)
        reason = np.where(in_table, np.select([*reasons.values()], [*reasons], ""), "")
        same = np.where(rows["expected"] == rows["label"], AGREES, DIFFERS)
        rows["outcome"] = np.where(in_table, np.where(reason == "", same, UNKNOWN), NOT_IN_TABLE)
        compared.append(ExpectedInTable(name, level, rows.assign(reason=reason).reset_index()))
    return compared


def _unlike(expected: pd.Series, given: pd.Series) -> list[str]:
    """Expected labels that neither the crosswalk nor the table, of any nucleus, knows: of another kind."""
    known = {*given.dropna().unique()}
    return [word for word in expected.dropna().unique() if word not in known and not find_label(word)]


def expected_rows(results: Sequence[ExpectedInTable], outcome: str = "") -> pd.DataFrame:
    """Every nucleus of a list by table, or those with an outcome, to take away."""
    frames = [one.rows.assign(table=one.table, level=one.level) for one in results]
    rows = pd.concat(frames, ignore_index=True)
    return rows[rows["outcome"] == outcome] if outcome else rows


def with_unmatched(rows: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Add the rows of a list that name no nucleus at hand, so that its file accounts for all of them.

    Parameters
    ----------
    rows : DataFrame
        From `expected_rows`.
    matches : DataFrame
        Every row of the list: `row`, `label`, `nucleus_id` (0: none), `outcome`, `reason`.
    """
    unmatched = matches.loc[matches["nucleus_id"] == 0, ["row", "label", "outcome", "reason"]]
    whole = rows.astype({"nucleus_id": "Int64"})
    return pd.concat([whole, unmatched.rename(columns={"label": "expected"})], ignore_index=True)
