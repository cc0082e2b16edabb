"""Recorded units: matches without a unit, how good they are, and units of inhibitory nuclei."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.checks.entry import Inspected, TableOutcome, nuclei_finding, rows_finding
from components.analysis.comparison.units import PUBLISHED_CUT, UNIT
from components.analysis.labels.levels import nucleus_labels
from data.catalog import CATALOG
from data.loader import LabelTable
from data.number_words import first_of, plural
from data.tables.columns import rows_lack
from data.volume import VOLUME

WORDS = {"residual_um": "residual", "score_um": "score"}
MOST_NAMED = 6


def unknown_scan(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Sessions and scans other than those documented."""
    if not VOLUME.scans:
        return "No source lists the scans."
    scans = loaded.frame[["session", "scan_idx"]]
    known = pd.MultiIndex.from_tuples(VOLUME.scans)
    # Missing ones are reported by their own check.
    named = (scans.notna() & (scans >= 0)).all(axis=1).to_numpy()
    rows = named & ~pd.MultiIndex.from_frame(scans).isin(known)
    odd = scans[rows].value_counts()
    pairs = first_of((f"session {session} scan {scan}" for session, scan in odd.index), MOST_NAMED)
    documented = ", ".join(f"{session}/{scan}" for session, scan in VOLUME.scans)
    return rows_finding(
        "error" if loaded.table.method == "manual" and release.is_catalogued else "warning", loaded, rows,
        f"{plural(int(rows.sum()), 'row is', 'rows are')} of {pairs}, of {len(rows):,}.",
        f"None but the {len(VOLUME.scans)} of the units matched by hand, session/scan: {documented} "
        f"(measured on release {VOLUME.release}). See whether scans were renumbered or columns exchanged.",
    )  # fmt: skip


def missing_unit(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Matches without a unit."""
    units = loaded.frame[UNIT]
    rows = (units.isna() | (units < 0)).any(axis=1).to_numpy()
    return rows_finding(
        "error", loaded, rows,
        f"{plural(int(rows.sum()), 'row names', 'rows name')} no session, scan or unit, of {len(rows):,}.",
        "None. Session, scan and unit are what a row matches to its nucleus.",
    )  # fmt: skip


def residual_out_of_range(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Residuals beyond what analyses of these tables keep."""
    return _beyond_cut(loaded, "residual_um")


def score_out_of_range(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Scores beyond what analyses of these tables keep."""
    return _beyond_cut(loaded, "score_um")


def impossible_distance(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Residuals below 0, and distances longer than the volume."""
    impossible = [_impossible(loaded.frame[column]) for column in WORDS if column in loaded.frame]
    if not impossible:
        return None
    rows = np.any(impossible, axis=0)
    return rows_finding(
        "error", loaded, rows,
        f"{plural(int(rows.sum()), 'row has a residual or score', 'rows have residuals or scores')} "
        f"that no distance in the volume can have, of {len(rows):,}.",
        "None. A residual is a distance, so it is not negative, and the volume is "
        f"{VOLUME.diagonal_um:,.0f} µm from corner to corner.",
    )  # fmt: skip


def inhibitory_coregistered(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Coregistered nuclei that the label source calls inhibitory."""
    sources = CATALOG.class_sources
    label_source = next((release.loaded[name] for name in sources if name in release.loaded), None)
    if label_source is None:
        return f"Neither {' nor '.join(sources)} is at hand." if sources else "No table names their classes."
    classes = nucleus_labels(label_source.frame, "class").labels
    named = classes[classes.index.isin(release.nuclei[loaded.table.name])]
    if named.empty:
        return f"{label_source.table.title} names none of its nuclei."
    inhibitory = named.index[(named == "inhibitory").to_numpy()]
    return nuclei_finding(
        "warning", inhibitory,
        f"{plural(len(inhibitory), 'nucleus is', 'nuclei are')} inhibitory in {label_source.table.title}, "
        f"of the {len(named):,} that it names.",
        "Few: the match or the label is wrong.",
    )  # fmt: skip


def _impossible(distance: "pd.Series[float]") -> "NDArray[np.bool_]":
    """Which residuals or scores are impossible as distances in the volume; missing ones are not."""
    rows = distance.abs() > VOLUME.diagonal_um
    if distance.name == "residual_um":
        rows |= distance < 0
    return rows.to_numpy(dtype=bool)


def _beyond_cut(loaded: LabelTable, column: str) -> TableOutcome:
    word, limits = WORDS[column], next(limits for limits in PUBLISHED_CUT if limits.column == column)
    if column not in loaded.frame:
        return rows_lack(f"{word}s")
    distances = loaded.frame[column]
    # Impossible distances are reported by their own check.
    beyond = (distances.notna() & ~distances.between(limits.low, limits.high)).to_numpy()
    rows = beyond & ~_impossible(distances)
    if not rows.any():
        return None
    farthest = distances[rows].iloc[int(distances[rows].abs().argmax())]
    end = f"above {limits.high:g} µm" if np.isfinite(limits.high) else f"below −{-limits.low:g} µm"
    return rows_finding(
        "warning", loaded, rows,
        f"{plural(int(rows.sum()), 'row has', 'rows have')} a {word} {end}, of {len(rows):,}; "
        f"the outermost is {farthest:,.1f} µm.".replace(" -", " −"),
        "Few. Analyses keep residuals up to 20 µm and scores from −10 µm (Ding et al. 2025).",
    )  # fmt: skip
