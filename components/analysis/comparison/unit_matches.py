"""Units that two coregistration tables match: whether to the same nucleus, and to the same type."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.comparison.intervals import with_shares
from components.analysis.comparison.units import QUALITY, UNIT
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NOT_IN_TABLE, labels_from
from data.labels.crosswalk import ordered
from data.labels.entry import Level

SCORE_EDGES_UM = (-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0)
"""Edges between the bins of score; the first and last bins are open."""


@dataclass(frozen=True, kw_only=True)
class UnitMatches:
    """The units that two coregistration tables match, each with both nuclei.

    Attributes
    ----------
    frame : DataFrame
        Index `session, scan_idx, unit_id`; `nucleus_manual`, `nucleus_automated` (int64), `same` (bool),
        and `residual_um_…`, `score_um_…` of both (µm; NaN where a table does not hold them).
    n_manual, n_automated, n_both : int
        Units of each table, and those in both.
    n_ambiguous : int
        Units in both that are repeated in one: not in `frame`.
    """

    frame: pd.DataFrame
    n_manual: int
    n_automated: int
    n_both: int
    n_ambiguous: int


@dataclass(frozen=True, kw_only=True)
class MatchedTypes:
    """What a third table calls the two nuclei of each unit that both coregistrations match.

    Attributes
    ----------
    matrix : DataFrame
        Counts of units; index the label of the manual table's nucleus, columns that of the automated
        table's, the same labels in the same order.
    left_out : dict
        Units not counted, by the reason of either nucleus: `NOT_IN_TABLE`, `CONFLICTING`, `UNMAPPED`.
    """

    matrix: pd.DataFrame
    left_out: dict[str, int]

    @property
    def n(self) -> int:
        """Units in the matrix."""
        return int(self.matrix.to_numpy().sum())

    @property
    def same(self) -> int:
        """Units whose two nuclei have the same label."""
        return int(np.trace(self.matrix.to_numpy()))


def match_units(manual: pd.DataFrame, automated: pd.DataFrame) -> UnitMatches:
    """Join two coregistration tables on the unit, to see whether they match it to the same nucleus."""
    tables = [_by_unit(manual, "manual"), _by_unit(automated, "automated")]
    units = [table.index.unique() for table in tables]
    both = units[0].intersection(units[1])
    once = [table[~table.index.duplicated(keep=False)] for table in tables]
    frame = once[0].join(once[1], how="inner").sort_index()
    frame.insert(2, "same", frame["nucleus_manual"] == frame["nucleus_automated"])
    return UnitMatches(
        frame=frame,
        n_manual=len(units[0]),
        n_automated=len(units[1]),
        n_both=len(both),
        n_ambiguous=len(both) - len(frame),
    )


def without_lowest(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """The matched units without this share (0–1) of lowest automated scores, and without unscored ones."""
    scored = frame[frame["score_um_automated"].notna()]
    return scored.sort_values("score_um_automated", kind="stable").iloc[round(share * len(scored)) :]


def same_by_score(frame: pd.DataFrame, edges: Sequence[float] = SCORE_EDGES_UM) -> pd.DataFrame:
    """Share of units that both tables match to the same nucleus, by the automated score.

    Parameters
    ----------
    frame : DataFrame
        As `match_units` gives it.
    edges : sequence of float
        Edges between the bins, µm, ascending; a score on an edge is in the upper bin.

    Returns
    -------
    DataFrame
        A row per bin that holds units: `low`, `high` (µm, −∞ and ∞ at the ends), `n`, `same` (units),
        `share` (0–1) with its Wilson 95 % interval `share_low`, `share_high`. Units without a score are in
        none.
    """
    scored = frame[frame["score_um_automated"].notna()]
    places = np.searchsorted(edges, scored["score_um_automated"].to_numpy(), side="right")
    n = np.bincount(places, minlength=len(edges) + 1)
    same = np.bincount(places, weights=scored["same"].to_numpy(), minlength=len(edges) + 1).astype(int)
    bins = pd.DataFrame({"low": [-np.inf, *edges], "high": [*edges, np.inf], "n": n, "same": same})
    return with_shares(bins, "same").reset_index(drop=True)


def matched_types(frame: pd.DataFrame, label_source: pd.DataFrame, level: Level) -> MatchedTypes:
    """Compare the labels of the nuclei that two coregistration tables match to the same units.

    Parameters
    ----------
    frame : DataFrame
        As `match_units` gives it, or some of its rows.
    label_source : DataFrame
        The tidy frame of a table that labels nuclei.
    level : Level
        The level of its labels.
    """
    words = [
        pd.Series(labels_from(frame[name].to_numpy(), label_source, level)).astype(object).fillna(UNMAPPED)
        for name in ("nucleus_manual", "nucleus_automated")
    ]
    left_out, counted = {}, np.ones(len(frame), dtype=bool)
    for reason in (NOT_IN_TABLE, CONFLICTING, UNMAPPED):
        excluded = counted & ((words[0] == reason) | (words[1] == reason)).to_numpy()
        left_out[reason] = int(excluded.sum())
        counted &= ~excluded
    rows, columns = (labels[counted] for labels in words)
    labels = ordered({*rows, *columns})
    matrix = pd.crosstab(rows, columns).reindex(index=labels, columns=labels, fill_value=0)
    return MatchedTypes(matrix=matrix, left_out=left_out)


def _by_unit(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Each row's nucleus and measures by unit, in columns named for the table."""
    measures = {f"{name}_{table}": frame.get(name, np.nan) for name in QUALITY}
    columns = {f"nucleus_{table}": frame["nucleus_id"], **measures}
    return pd.DataFrame({**{name: frame[name] for name in UNIT}, **columns}).set_index(UNIT)
