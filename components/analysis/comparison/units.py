"""Recorded units and their matched nuclei: counts, and the quality of matches.

A *unit* is what the recording calls `(session, scan_idx, unit_id)`; a *match* is a unit with its nucleus, a
row of a coregistration table.
"""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import pandas as pd

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import labels_from
from components.analysis.labels.ranges import Range
from data.loader import LabelTable

UNIT = ["session", "scan_idx", "unit_id"]
QUALITY = ("residual_um", "score_um")

Cut = tuple[Range, ...]
"""Which matches are good enough: those within every range."""

PUBLISHED_CUT: Cut = (Range("residual_um", -inf, 20.0), Range("score_um", -10.0, inf))
"""Residual up to 20 µm and score from −10 µm (Ding et al. 2025, who leave out the ends)."""


@dataclass(frozen=True, kw_only=True)
class UnitSummary:
    """The units of a coregistration table, counted in every way that is shown.

    Attributes
    ----------
    units : int
        Different units.
    per_nucleus, scans : DataFrame
        From `units_per_nucleus` and `units_by`.
    fields : DataFrame or None
        From `units_by`; None where the rows hold no field.
    with_field : int
        Different units whose field is known.
    best : DataFrame
        From `best_units`.
    """

    units: int
    per_nucleus: pd.DataFrame
    scans: pd.DataFrame
    fields: pd.DataFrame | None
    with_field: int
    best: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class CutEffect:
    """What a cut removes: matches by the criterion they fail (adding up to `removed`), and nuclei.

    Attributes
    ----------
    matches : int
        Before the cut.
    by_residual, by_score, by_both : int
        Removed for the residual alone, for the score alone, for both.
    unknown : int
        Removed because the residual or score is missing.
    nuclei, nuclei_lost : int
        Before the cut, and without a match after it.
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
    """Whether the rows hold any residuals and scores."""
    return all(name in frame and frame[name].notna().any() for name in QUALITY)


def unit_summary(frame: pd.DataFrame) -> UnitSummary:
    """Count the units of a coregistration table in every way that is shown."""
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
    """Number of different units."""
    return len(frame[UNIT].drop_duplicates())


def units_per_nucleus(frame: pd.DataFrame) -> pd.DataFrame:
    """Nuclei by their number of units.

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
        each, so nuclei do not add up. Rows with a missing value are left out.
    """
    names = [columns] if isinstance(columns, str) else columns
    units = frame[list(dict.fromkeys([*names, *UNIT]))].drop_duplicates().groupby(columns).size()
    nuclei = frame[[*names, "nucleus_id"]].drop_duplicates().groupby(columns).size()
    return pd.DataFrame({"units": units, "nuclei": nuclei})


def best_units(frame: pd.DataFrame) -> pd.DataFrame:
    """Each nucleus's match of highest score (the first of equals), in the order of nucleus IDs.

    A match without a score ranks last; without any scores, the first row is kept.
    """
    if "score_um" not in frame:
        return frame.drop_duplicates("nucleus_id").sort_values("nucleus_id")
    order = np.lexsort((-frame["score_um"].fillna(-np.inf).to_numpy(), frame["nucleus_id"].to_numpy()))
    return frame.iloc[order].drop_duplicates("nucleus_id")


def nuclei_by_class(frame: pd.DataFrame, label_source: pd.DataFrame) -> pd.DataFrame:
    """Label each matched nucleus by another table.

    Parameters
    ----------
    frame : DataFrame
        The tidy frame of a coregistration table.
    label_source : DataFrame
        The tidy frame of a table that labels nuclei.

    Returns
    -------
    DataFrame
        A row per nucleus, by ID: the columns of its best unit, then `units` (how many it has), `cell_type`
        (the label) and `cell_class` (the class, or `CONFLICTING`, `NOT_IN_TABLE`, `UNMAPPED`).
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
    values = {limits: frame[limits.column].to_numpy() for limits in cut}
    unknown = np.any([np.isnan(measured) for measured in values.values()], axis=0)
    fails = {name: np.zeros(len(frame), dtype=bool) for name in QUALITY}
    for limits, measured in values.items():
        fails[limits.column] |= ~unknown & ~((measured >= limits.low) & (measured <= limits.high))
    fails_residual, fails_score = (fails[name] for name in QUALITY)
    nuclei = frame["nucleus_id"].nunique()
    return CutEffect(
        matches=len(frame),
        by_residual=int((fails_residual & ~fails_score).sum()),
        by_score=int((fails_score & ~fails_residual).sum()),
        by_both=int((fails_residual & fails_score).sum()),
        unknown=int(unknown.sum()),
        nuclei=nuclei,
        nuclei_lost=nuclei - frame["nucleus_id"][~(fails_residual | fails_score | unknown)].nunique(),
    )


def quality_density(frame: pd.DataFrame, cut: Cut, squares: int = 60) -> pd.DataFrame:
    """Count matches in bins of residual and score.

    Returns
    -------
    DataFrame
        Index `score_um` and columns `residual_um`: the middles of the bins, µm; counts of matches. Bins span
        the 0.1st to 99.9th percentiles and the cut; matches beyond are counted in the outermost bins, those
        without a residual or score in none.
    """
    known = frame[list(QUALITY)].dropna()
    if known.empty:
        return pd.DataFrame()
    edges, clipped = {}, {}
    for name in QUALITY:
        ends = [end for limits in cut if limits.column == name for end in (limits.low, limits.high)]
        reach = [*np.quantile(known[name], [0.001, 0.999]), *(end for end in ends if isfinite(end))]
        low, high = min(reach), max(reach)
        edges[name] = np.linspace(low, high if high > low else low + 1, squares + 1)
        clipped[name] = known[name].to_numpy(dtype=float).clip(edges[name][0], edges[name][-1])
    counts, *_ = np.histogram2d(
        clipped["score_um"], clipped["residual_um"], [edges["score_um"], edges["residual_um"]]
    )
    middles = {name: pd.Index((edge[1:] + edge[:-1]) / 2, name=name) for name, edge in edges.items()}
    return pd.DataFrame(counts.astype(int), middles["score_um"], middles["residual_um"])


def _matches(frame: pd.DataFrame) -> pd.DataFrame:
    """Each pair of unit and nucleus, once."""
    return frame[["nucleus_id", *UNIT]].drop_duplicates()


QUALITY_TITLES = {"residual_um": "Residual", "score_um": "Score", "confidence": "Confidence"}


def quality_name(table: str, column: str) -> str:
    """Name of the column for a table's residual, score or confidence."""
    return f"{table}.{column}"


def quality_columns(loaded: LabelTable, nuclei: pd.Index) -> dict[str, np.ndarray]:
    """Residual and score of each nucleus, in µm, where a table of units holds them, or its confidence.

    Parameters
    ----------
    loaded : LabelTable
    nuclei : Index of int64
        The nuclei to look up.

    Returns
    -------
    dict
        By `quality_name`: float32, NaN where the table has no unit of the nucleus; those of the unit with the
        highest score where it has several. The confidence is of the nucleus's first row. Empty for other
        tables.
    """
    if "confidence" in loaded.frame:
        first = loaded.frame.drop_duplicates("nucleus_id").set_index("nucleus_id")["confidence"]
        return {quality_name(loaded.table.name, "confidence"): first.reindex(nuclei).to_numpy(np.float32)}
    measures = [name for name in QUALITY if name in loaded.frame and loaded.table.kind == "units"]
    if not measures:
        return {}
    best = best_units(loaded.frame).set_index("nucleus_id")[measures].reindex(nuclei)
    return {quality_name(loaded.table.name, name): best[name].to_numpy(dtype=np.float32) for name in measures}
