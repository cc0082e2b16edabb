"""What changed in a table from one release to another: its nuclei, their labels, their root IDs.

Each of the three has its own denominator. Tables of different names are compared alike, nucleus by nucleus;
neither release is the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.differences import same_labels
from components.analysis.comparison.units import UNIT
from components.analysis.labels.ids import each_once, in_both, only_in_first
from components.analysis.labels.levels import labels_at
from components.analysis.labels.nuclei import compared_roots
from components.analysis.releases.carried import MERGED, PARTED
from data.catalog.entry import Table
from data.catalog.whereabouts import spans
from data.labels.entry import Level

ADDED, GONE, KEPT = "only in the later release", "only in the earlier release", "in both releases"
NUCLEUS_CHANGES = (KEPT, ADDED, GONE)
"""What became of a nucleus of the table."""
SAME_ROOT, OTHER_ROOT = "same root ID", "another root ID"
FOUND, LOST, NO_ROOT, UNKNOWN = "gained a root", "lost its root", "no root in either", "not known"
ROOT_CHANGES = (SAME_ROOT, OTHER_ROOT, FOUND, LOST, NO_ROOT, UNKNOWN)
"""What became of the root ID of a nucleus in both releases."""
ROOT_KINDS = (SAME_ROOT, OTHER_ROOT, MERGED, PARTED, FOUND, LOST, NO_ROOT, UNKNOWN)
"""Likewise; `OTHER_ROOT` then means that the nucleus moved with all that are on its root."""
NEW_TABLE, NO_TABLE, REPLACED = "added", "gone", "superseded"
TABLE_CHANGES = (REPLACED, NO_TABLE, NEW_TABLE)
"""What became of a table."""
SAME_NUCLEUS, OTHER_NUCLEUS, AMBIGUOUS = "same nucleus", "another nucleus", "matched twice in a release"
MATCH_CHANGES = (SAME_NUCLEUS, OTHER_NUCLEUS, AMBIGUOUS)
"""What became of a functional unit matched in both releases."""


@dataclass(frozen=True, kw_only=True)
class NucleusChanges:
    """Which nuclei a table holds in two releases.

    Attributes
    ----------
    kept, added, gone : ndarray of int64
        Nuclei in both, in the later only, in the earlier only; sorted, each once.
    """

    kept: NDArray[np.int64]
    added: NDArray[np.int64]
    gone: NDArray[np.int64]

    @property
    def counts(self) -> pd.DataFrame:
        """Nuclei per change, zeros included: index `change`, columns `n` and `share` of the union."""
        return _counted(dict(zip(NUCLEUS_CHANGES, map(len, (self.kept, self.added, self.gone)), strict=True)))


def nucleus_changes(earlier: pd.DataFrame, later: pd.DataFrame) -> NucleusChanges:
    """Compare which nuclei two tidy frames hold, ignoring repeats."""
    before, after = (each_once(frame["nucleus_id"]) for frame in (earlier, later))
    return NucleusChanges(
        kept=in_both(before, after),
        added=only_in_first(after, before),
        gone=only_in_first(before, after),
    )


def root_changes(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Compare the root IDs of the nuclei that both frames hold.

    Parameters
    ----------
    earlier, later : DataFrame
        Tidy, with `nucleus_id` and, where known, `root_id` (0: no segment).

    Returns
    -------
    DataFrame
        Index `nucleus_id` (sorted, unique); `earlier_root_id`, `later_root_id`, nullable integers, missing
        where a frame has no root IDs, or two of the nucleus; `change`, a categorical of `ROOT_CHANGES`. A
        change means that the segmentation was edited, and says nothing of the label.
    """
    before, after = (_single_values(frame, ["nucleus_id"], "root_id") for frame in (earlier, later))
    kept = before.index.intersection(after.index).sort_values()
    before, after = before.loc[kept], after.loc[kept]
    change = pd.Categorical(compared_roots(before, after, ROOT_CHANGES), ROOT_CHANGES)
    columns = {"earlier_root_id": before, "later_root_id": after, "change": change}
    return pd.DataFrame(columns, index=kept)


def kinds_of_change(changes: pd.DataFrame, fates: pd.DataFrame) -> pd.DataFrame:
    """Tell merged and split nuclei apart from those whose root ID changed in another way.

    Parameters
    ----------
    changes : DataFrame
        From `root_changes`.
    fates : DataFrame
        From `graft`, of the same nuclei: `nucleus_id`, `outcome`.

    Returns
    -------
    DataFrame
        `changes` with `change` of `ROOT_KINDS`.
    """
    outcome = fates.drop_duplicates("nucleus_id").set_index("nucleus_id")["outcome"].reindex(changes.index)
    together = outcome.isin([MERGED, PARTED]).to_numpy()
    kinds = np.where(together, outcome.astype(object), changes["change"].astype(object))
    return changes.assign(change=pd.Categorical(kinds, ROOT_KINDS))


def table_changes(earlier: Mapping[str, Table], later: Mapping[str, Table]) -> pd.DataFrame:
    """Which tables a later release has that the earlier one lacks, and which it lacks.

    Parameters
    ----------
    earlier, later : mapping of str to Table
        Tables that the releases are known to hold.

    Returns
    -------
    DataFrame
        A row per such table: `change` (`TABLE_CHANGES`), `table`, `successor`, titles; "" where none is known
        to have taken its place.
    """
    gone = [table for name, table in earlier.items() if name not in later]
    rows = [(NEW_TABLE, table.title, "") for name, table in later.items() if name not in earlier]
    for table in gone:
        successor = later.get(table.deprecated_by or "")
        rows.append((REPLACED, table.title, successor.title) if successor else (NO_TABLE, table.title, ""))
    rows.sort(key=lambda row: TABLE_CHANGES.index(row[0]))
    return pd.DataFrame(rows, columns=["change", "table", "successor"])


def label_counts(pairs: Pairs) -> pd.DataFrame:
    """Count the nuclei in both releases by whether their label changed, or why they are not compared."""
    same = int(np.count_nonzero(same_labels(pairs.frame)))
    reasons = {f"not compared: {reason.replace('_', ' ')}": n for reason, n in pairs.left_out.items() if n}
    return _counted({"same label": same, "another label": len(pairs.frame) - same} | reasons)


def words_of_one(earlier: pd.DataFrame, later: pd.DataFrame, level: Level) -> tuple[list[str], list[str]]:
    """Labels that occur only in the earlier frame, and those only in the later one."""
    before, after = (
        [*map(str, labels_at(frame, level).remove_unused_categories().categories)]
        for frame in (earlier, later)
    )
    return [word for word in before if word not in after], [word for word in after if word not in before]


def match_changes(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Compare the nucleus that each functional unit is matched to, for the units in both frames.

    Returns
    -------
    DataFrame
        Index `session, scan_idx, unit_id`; `earlier_nucleus_id`, `later_nucleus_id` (missing where a frame
        matches the unit twice), `change`, a categorical of `MATCH_CHANGES`.
    """
    before, after = (_single_values(frame, UNIT, "nucleus_id") for frame in (earlier, later))
    units = before.index.intersection(after.index).sort_values()
    first, last = before.loc[units], after.loc[units]
    twice = (first.isna() | last.isna()).to_numpy(dtype=bool)
    same = (first == last).fillna(value=False).to_numpy(dtype=bool)
    change = np.select([twice, same], [AMBIGUOUS, SAME_NUCLEUS], OTHER_NUCLEUS)
    columns = {"earlier_nucleus_id": first, "later_nucleus_id": last}
    return pd.DataFrame({**columns, "change": pd.Categorical(change, MATCH_CHANGES)}, index=units)


def change_counts(changes: pd.DataFrame) -> pd.DataFrame:
    """Count rows per value of `change`; index `change`, those that occur, columns `n`, `share` (0–1)."""
    counts = changes["change"].value_counts(sort=False)
    return _counted({str(word): int(n) for word, n in counts.items() if n})


def release_spans(table: Table) -> str:
    """The public releases known to hold a table, as ranges: v661–v795, v1300."""
    return spans(table.releases)


def _counted(counts: dict[str, int]) -> pd.DataFrame:
    n = pd.Series(counts, dtype=np.int64).rename_axis("change")
    return pd.DataFrame({"n": n, "share": n / max(int(n.sum()), 1)})


def _single_values(frame: pd.DataFrame, keys: list[str], column: str) -> "pd.Series[int]":
    """The value of each key, as a nullable integer; missing where it has several, or the frame lacks it."""
    values = frame.reindex(columns=[*keys, column]).astype({column: "Int64"})
    by_key = values.groupby(keys if len(keys) > 1 else keys[0])[column].agg(["min", "max"])
    return by_key["min"].where(by_key["min"] == by_key["max"])
