"""Recorded units and classes: matches without a unit, how good they are, and classes that contradict."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.checks.entry import Inspected, NotRun, Outcome, nuclei_finding, rows_finding
from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.differences import contradicted
from components.analysis.comparison.units import PUBLISHED_CUT, UNIT
from components.analysis.labels.ids import each_once
from components.analysis.labels.levels import nucleus_labels
from components.analysis.labels.number_words import plural
from data.volume import VOLUME

CLASS_SOURCES = ("baylor_log_reg_cell_type_coarse_v1", "aibs_soma_nuc_metamodel_preds_v117")
"""Label sources of the class, in order of preference."""
WORDS = {"residual_um": "residual", "score_um": "score"}
MOST_CONTRADICTING = 0.02
"""Twice the share of Baylor fine that Baylor coarse contradicts at 661."""


def missing_unit(release: Inspected) -> Iterator[Outcome]:
    """Matches without a unit."""
    for loaded in release.of_kind("units"):
        units = loaded.frame[UNIT]
        rows = (units.isna() | (units < 0)).any(axis=1).to_numpy()
        if rows.any():
            yield rows_finding(
                "error", loaded, rows,
                f"{plural(int(rows.sum()), 'row names', 'rows name')} no session, scan or unit, "
                f"of {len(rows):,}.",
                "None. Session, scan and unit are what a row matches to its nucleus.",
            )  # fmt: skip


def residual_out_of_range(release: Inspected) -> Iterator[Outcome]:
    """Residuals beyond what analyses of these tables keep."""
    return _beyond_cut(release, "residual_um")


def score_out_of_range(release: Inspected) -> Iterator[Outcome]:
    """Scores beyond what analyses of these tables keep."""
    return _beyond_cut(release, "score_um")


def impossible_distance(release: Inspected) -> Iterator[Outcome]:
    """Residuals below 0, and distances longer than the volume."""
    for loaded in release.of_kind("units"):
        columns = [column for column in WORDS if column in loaded.frame]
        impossible = [_impossible(loaded.frame[column]) for column in columns]
        rows = np.any(impossible, axis=0) if columns else np.array([])
        if rows.any():
            yield rows_finding(
                "error", loaded, rows,
                f"{plural(int(rows.sum()), 'row has a residual or score', 'rows have residuals or scores')} "
                f"that no distance in the volume can have, of {len(rows):,}.",
                "None. A residual is a distance, so it is not negative, and the volume is "
                f"{VOLUME.diagonal_um:,.0f} µm from corner to corner.",
            )  # fmt: skip


def inhibitory_coregistered(release: Inspected) -> Iterator[Outcome]:
    """Coregistered nuclei that the label source calls inhibitory."""
    label_source = next((release.loaded[name] for name in CLASS_SOURCES if name in release.loaded), None)
    for loaded in release.of_kind("units"):
        if label_source is None:
            reason = f"Neither {' nor '.join(CLASS_SOURCES)} is at hand."
            yield NotRun(table=loaded.table.name, reason=reason)
            continue
        classes = nucleus_labels(label_source.frame, "class").labels
        inhibitory = classes.index[(classes == "inhibitory").to_numpy()].to_numpy(dtype=np.int64)
        nuclei = release.nuclei[loaded.table.name]
        named = int(np.isin(nuclei, classes.index.to_numpy()).sum())
        if not named:
            reason = f"{label_source.table.title} names none of its nuclei."
            yield NotRun(table=loaded.table.name, reason=reason)
            continue
        both = np.intersect1d(nuclei, inhibitory, assume_unique=True)
        if len(both):
            yield nuclei_finding(
                "warning", loaded.table.name, both,
                f"{plural(len(both), 'nucleus is', 'nuclei are')} inhibitory in {label_source.table.title}, "
                f"of the {named:,} that it names.",
                "Few. The recordings show excitatory cells by design (GCaMP6s). Baylor coarse calls 80 of "
                "the 12,051 nuclei of manual coregistration inhibitory at v661 (measured): the match or the "
                "label is wrong.",
            )  # fmt: skip


def class_contradicted(release: Inspected) -> Iterator[Outcome]:
    """Nuclei whose fine and coarse labels are of different classes."""
    for loaded, other in release.in_wider():
        if isinstance(other, NotRun):
            yield other
            continue
        pairs = pair_labels(loaded.as_axis, other.as_axis, "class")
        nuclei = contradicted(pairs).index.to_numpy(dtype=np.int64)
        if len(nuclei):
            many = len(nuclei) > MOST_CONTRADICTING * len(pairs.frame)
            count_words = plural(len(nuclei), "nucleus is", "nuclei are")
            yield nuclei_finding(
                "warning" if many else "info", loaded.table.name, each_once(nuclei),
                f"{count_words} of another class in {other.table.title}, of {len(pairs.frame):,} compared.",
                "About one in a hundred: 509 of 49,050 at v661 (measured). Two models, made one "
                "after the other, that do not always agree.",
            )  # fmt: skip


def _impossible(distance: "pd.Series[float]") -> "NDArray[np.bool_]":
    """Which residuals or scores are impossible as distances in the volume; missing ones are not."""
    rows = distance.abs() > VOLUME.diagonal_um
    if distance.name == "residual_um":
        rows |= distance < 0
    return rows.to_numpy(dtype=bool)


def _beyond_cut(release: Inspected, column: str) -> Iterator[Outcome]:
    word, limits = WORDS[column], next(limits for limits in PUBLISHED_CUT if limits.column == column)
    for loaded in release.of_kind("units"):
        if column not in loaded.frame:
            yield NotRun(table=loaded.table.name, reason=f"The rows hold no {word}s.")
            continue
        distances = loaded.frame[column]
        # Impossible distances are reported by their own check.
        beyond = (distances.notna() & ~distances.between(limits.low, limits.high)).to_numpy()
        rows = beyond & ~_impossible(distances)
        if rows.any():
            farthest = distances[rows].iloc[int(distances[rows].abs().argmax())]
            end = f"above {limits.high:g} µm" if np.isfinite(limits.high) else f"below −{-limits.low:g} µm"
            yield rows_finding(
                "warning", loaded, rows,
                f"{plural(int(rows.sum()), 'row has', 'rows have')} a {word} {end}, of {len(rows):,}; "
                f"the outermost is {farthest:,.1f} µm.".replace(" -", " −"),
                "Few. Analyses keep residuals up to 20 µm and scores from −10 µm (Ding et al. 2025); the "
                "residual of a match is 3.8 µm on average (MICrONS Consortium 2025).",
            )  # fmt: skip
