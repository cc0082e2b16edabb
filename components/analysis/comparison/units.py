"""Recorded units and the nuclei they are matched to: how many of each, and how well they match.

A *unit* is what the recording calls `(session, scan_idx, unit_id)`; a *match* is a unit with its nucleus, a
row of a coregistration table.
"""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import pandas as pd

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.label_source import labels_from
from components.analysis.labels.ranges import Range
from data.loader import LabelTable

UNIT = ["session", "scan_idx", "unit_id"]
QUALITY = ("residual_um", "score_um")

Cut = tuple[Range, ...]
"""Which matches are good enough: those within every range."""

PUBLISHED_CUT: Cut = (Range("residual_um", -inf, 20.0), Range("score_um", -10.0, inf))
"""Residual below 20 µm and score above −10 µm, as in Ding et al. 2025; here with the ends themselves."""


@dataclass(frozen=True, kw_only=True)
class UnitSummary:
    """What there is of units in a coregistration table, all from the same rows.

    Attributes
    ----------
    units : int
        Different units.
    per_nucleus, scans : DataFrame
        As `units_per_nucleus` and `units_by` give them.
    fields : DataFrame or None
        Likewise; None where the rows do not hold the field.
    with_field : int
        Different units whose field is known.
    best : DataFrame
        As `best_units` gives it.
    """

    units: int
    per_nucleus: pd.DataFrame
    scans: pd.DataFrame
    fields: pd.DataFrame | None
    with_field: int
    best: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class CutEffect:
    """What a cut removes: counts of matches by what they fail (they add up to `removed`), and of nuclei.

    Attributes
    ----------
    matches : int
        Before the cut.
    by_residual, by_score, by_both : int
        Removed for the residual alone, for the score alone, for both.
    unknown : int
        Removed because a number that the cut asks for is missing.
    nuclei, nuclei_lost : int
        Before the cut, and those that keep no match.
    """

    matches: int
    by_residual: int
    by_score: int
    by_both: int
    unknown: int
    nuclei: int
    nuclei_lost: int

    @property
    def removed(self) -> int:
        """Matches that the cut removes."""
        return self.by_residual + self.by_score + self.by_both + self.unknown


def has_quality(frame: pd.DataFrame) -> bool:
    """Whether the rows hold residuals and scores at all."""
    return all(name in frame and frame[name].notna().any() for name in QUALITY)


def unit_summary(frame: pd.DataFrame) -> UnitSummary:
    """Count the units of a coregistration table's rows in every way that is shown."""
    fields = units_by(frame, "field") if "field" in frame else None
    return UnitSummary(
        units=count_units(frame),
        per_nucleus=units_per_nucleus(frame),
        scans=units_by(frame, ["session", "scan_idx"]),
        fields=fields,
        with_field=0 if fields is None else count_units(frame[frame["field"].notna()]),
        best=best_units(frame),
    )


def count_units(frame: pd.DataFrame) -> int:
    """Different units, however often they stand."""
    return len(frame[UNIT].drop_duplicates())


def units_per_nucleus(frame: pd.DataFrame) -> pd.DataFrame:
    """How many nuclei were recorded as one unit, as two and so on.

    Returns
    -------
    DataFrame
        Index `units` from 1 to the most, columns `nuclei` and `share` (of the nuclei given, 0–1).
    """
    times = _matches(frame)["nucleus_id"].value_counts()
    counts = np.bincount(times.to_numpy(), minlength=2)[1:]
    index = pd.RangeIndex(1, len(counts) + 1, name="units")
    return pd.DataFrame({"nuclei": counts, "share": counts / max(len(times), 1)}, index=index)


def units_by(frame: pd.DataFrame, columns: str | list[str]) -> pd.DataFrame:
    """Units and nuclei of each scan (`["session", "scan_idx"]`), or of each imaging `field`.

    Returns
    -------
    DataFrame
        Index the given columns, sorted; `units`, `nuclei`. A nucleus recorded in several scans counts in
        each, so nuclei do not add up. Rows where a column is missing are in none.
    """
    names = [columns] if isinstance(columns, str) else columns
    units = frame[list(dict.fromkeys([*names, *UNIT]))].drop_duplicates().groupby(columns).size()
    nuclei = frame[[*names, "nucleus_id"]].drop_duplicates().groupby(columns).size()
    return pd.DataFrame({"units": units, "nuclei": nuclei})


def best_units(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep each nucleus's match of highest score, in the order of nucleus IDs; of equals the first.

    A match without a score comes last; where the rows hold no scores at all, the first row is kept.
    """
    if "score_um" not in frame:
        return frame.drop_duplicates("nucleus_id").sort_values("nucleus_id")
    order = np.lexsort((-frame["score_um"].fillna(-np.inf).to_numpy(), frame["nucleus_id"].to_numpy()))
    return frame.iloc[order].drop_duplicates("nucleus_id")


def nuclei_by_class(frame: pd.DataFrame, label_source: pd.DataFrame) -> pd.DataFrame:
    """Say of each matched nucleus what another table calls it.

    Parameters
    ----------
    frame : DataFrame
        The tidy frame of a coregistration table.
    label_source : DataFrame
        The tidy frame of a table that labels nuclei.

    Returns
    -------
    DataFrame
        A row per nucleus, in the order of their IDs: the columns of its best unit, then `units` (how many it
        has), `cell_type` (the label) and `cell_class` (the class, or `CONFLICTING`, `NOT_IN_TABLE`,
        `UNMAPPED`).
    """
    best = best_units(frame)
    ids = best["nucleus_id"].to_numpy()
    classes = pd.Series(labels_from(ids, label_source, "class"), index=best.index)
    return best.assign(
        units=_matches(frame)["nucleus_id"].value_counts().reindex(ids).to_numpy(),
        cell_type=pd.Series(labels_from(ids, label_source, "type"), index=best.index),
        cell_class=classes.astype(object).fillna(UNMAPPED),
    )


def cut_effect(frame: pd.DataFrame, cut: Cut) -> CutEffect:
    """Count what a cut removes from rows that hold residuals and scores."""
    numbers = {limits: frame[limits.column].to_numpy() for limits in cut}
    unknown = np.any([np.isnan(held) for held in numbers.values()], axis=0)
    fails = {name: np.zeros(len(frame), dtype=bool) for name in QUALITY}
    for limits, held in numbers.items():
        fails[limits.column] |= ~unknown & ~((held >= limits.low) & (held <= limits.high))
    far, unclear = (fails[name] for name in QUALITY)
    nuclei = frame["nucleus_id"].nunique()
    return CutEffect(
        matches=len(frame),
        by_residual=int((far & ~unclear).sum()),
        by_score=int((unclear & ~far).sum()),
        by_both=int((far & unclear).sum()),
        unknown=int(unknown.sum()),
        nuclei=nuclei,
        nuclei_lost=nuclei - frame["nucleus_id"][~(far | unclear | unknown)].nunique(),
    )


def quality_density(frame: pd.DataFrame, cut: Cut, squares: int = 60) -> pd.DataFrame:
    """Count matches in squares of residual and score.

    Returns
    -------
    DataFrame
        Index `score_um` and columns `residual_um`: the middles of the squares, µm; counts of matches. The
        squares reach from the 0.1st to the 99.9th percentile, and as far as the cut; matches that lie
        farther out are counted in the outermost square. Matches without one of the numbers are in none.
    """
    known = frame[list(QUALITY)].dropna()
    if known.empty:
        return pd.DataFrame()
    edges, held = {}, {}
    for name in QUALITY:
        ends = [end for limits in cut if limits.column == name for end in (limits.low, limits.high)]
        reach = [*np.quantile(known[name], [0.001, 0.999]), *(end for end in ends if isfinite(end))]
        low, high = min(reach), max(reach)
        edges[name] = np.linspace(low, high if high > low else low + 1, squares + 1)
        held[name] = known[name].to_numpy(dtype=float).clip(edges[name][0], edges[name][-1])
    counts, *_ = np.histogram2d(
        held["score_um"], held["residual_um"], [edges["score_um"], edges["residual_um"]]
    )
    middles = {name: (edge[1:] + edge[:-1]) / 2 for name, edge in edges.items()}
    return pd.DataFrame(
        counts.astype(int),
        index=pd.Index(middles["score_um"], name="score_um"),
        columns=pd.Index(middles["residual_um"], name="residual_um"),
    )


def _matches(frame: pd.DataFrame) -> pd.DataFrame:
    """Each unit with its nucleus, once."""
    return frame[["nucleus_id", *UNIT]].drop_duplicates()


QUALITY_TITLES = {"residual_um": "Residual", "score_um": "Score"}


def quality_name(table: str, column: str) -> str:
    """Name of the column that holds a table's residual or score beside the nuclei."""
    return f"{table}.{column}"


def quality_columns(one: LabelTable, nuclei: pd.Index) -> dict[str, np.ndarray]:
    """Residual and score of each nucleus, in µm, where a table of units holds them.

    Parameters
    ----------
    one : LabelTable
    nuclei : Index of int64
        The nuclei asked about.

    Returns
    -------
    dict
        By `quality_name`: float32, NaN where the table has no unit of the nucleus. A nucleus with several
        units shows those of its highest score. Empty for other tables.
    """
    held = [name for name in QUALITY if name in one.frame and one.table.kind == "units"]
    if not held:
        return {}
    best = best_units(one.frame).set_index("nucleus_id")[held].reindex(nuclei)
    return {quality_name(one.table.name, name): best[name].to_numpy(dtype=np.float32) for name in held}
