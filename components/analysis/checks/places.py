"""Whether nuclei lie where they can, and what is doubted of a table: its unit, depths and IDs."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from components.analysis.checks.doubts import DoubtName
from components.analysis.checks.entry import Inspected, NotRun, Outcome, Severity, nuclei_finding
from components.analysis.labels.counts import PUBLISHED_IN_COLUMN
from components.analysis.labels.ids import each_once
from components.analysis.labels.nuclei import CENTRE, POINT, WINDOW_UM, displacements
from components.analysis.labels.number_words import plural
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import in_column, outside_em_box, voxels

ROUNDED_VOXELS = 1.0
"""Tolerance for positions, which are stored as float32 micrometres."""
EDGE_UM = 25.0
"""Distance beyond the column's walls that still counts as its edge: the walls were measured on a sample."""
SMALLEST_UM3 = 25.0


def position_unit(release: Inspected) -> Iterator[Outcome]:
    """Positions in another unit than they were read in."""
    return _doubts(release, "position-unit")


def above_pia(release: Inspected) -> Iterator[Outcome]:
    """Many nuclei above the pia."""
    return _doubts(release, "above-pia")


def rounded_roots(release: Inspected) -> Iterator[Outcome]:
    """Root IDs that have lost digits."""
    return _doubts(release, "rounded-roots")


def impossible_nucleus(release: Inspected) -> Iterator[Outcome]:
    """Nucleus IDs that no nucleus can have."""
    return _doubts(release, "impossible-nucleus")


def impossible_root(release: Inspected) -> Iterator[Outcome]:
    """Root IDs that no root can have."""
    return _doubts(release, "impossible-root")


def _doubts(release: Inspected, name: DoubtName) -> Iterator[Outcome]:
    for table, doubts in release.doubts.items():
        for doubt in doubts:
            if doubt.name == name:
                severity: Severity = "error" if doubt.certain else "warning"
                expected = f"{doubt.expected} {doubt.remedy}"
                yield nuclei_finding(severity, table, doubt.nuclei, doubt.problem, expected)


def outside_volume(release: Inspected) -> Iterator[Outcome]:
    """Nuclei or lookup points outside the imaged box."""
    for name, loaded in release.loaded.items():
        rows = np.zeros(len(loaded.frame), dtype=bool)
        for columns in (CENTRE, POINT):
            if set(columns) <= set(loaded.frame.columns):
                um = loaded.frame[columns].to_numpy(dtype=np.float64)
                rows |= outside_em_box(voxels(um), slack=ROUNDED_VOXELS)
        if rows.any():
            nuclei = each_once(loaded.frame["nucleus_id"].to_numpy()[rows])
            yield nuclei_finding(
                "error", name, nuclei,
                f"{plural(len(nuclei), 'nucleus lies', 'nuclei lie')} outside the imaged volume, "
                f"of {len(release.nuclei[name]):,}.",
                "None. Positions are voxels of the electron microscope's box (its description by "
                f"the archive), {VOLUME.box_words}.",
            )  # fmt: skip


def column_membership(release: Inspected) -> Iterator[Outcome]:
    """Nuclei of a table of the V1 column that lie outside it."""
    for name, loaded in release.loaded.items():
        if not loaded.table.of_column:
            continue
        beyond = _beyond_column(loaded.frame)
        rows = beyond > 0
        if rows.any():
            nuclei = each_once(loaded.frame["nucleus_id"].to_numpy()[rows])
            yield nuclei_finding(
                "warning" if beyond.max() > EDGE_UM else "info", name, nuclei,
                f"{plural(len(nuclei), 'nucleus lies', 'nuclei lie')} outside the V1 column, of "
                f"{len(release.nuclei[name]):,}; the farthest is {beyond.max():,.1f} µm from its walls.",
                "Few, and at its edge: the table is of the V1 column, and its walls were measured "
                f"on 1,103 of its neurons. Beyond {EDGE_UM:g} µm it is a warning.",
            )  # fmt: skip


def column_unlabelled(release: Inspected) -> Iterator[Outcome]:
    """Detected nuclei inside the V1 column without a manual label."""
    manual_names = [
        n
        for n, loaded in release.loaded.items()
        if loaded.table.of_column and loaded.table.method == "manual"
    ]
    detections = release.loaded.get(VOLUME.detections)
    if detections is None or not manual_names:
        lacking = "Every table labelled by hand" if detections else VOLUME.detections
        yield NotRun(table=VOLUME.detections, reason=f"{lacking} is not at hand.")
        return
    frame = detections.frame
    inside = each_once(frame["nucleus_id"].to_numpy()[in_column(*(frame[axis] for axis in POSITION))])
    named = np.concatenate([release.nuclei[name] for name in manual_names])
    nuclei = inside[~np.isin(inside, named)]
    if len(nuclei):
        yield nuclei_finding(
            "info", VOLUME.detections, nuclei,
            f"{len(nuclei):,} of the {len(inside):,} nuclei inside the V1 column have no label by hand.",
            f"About {PUBLISHED_IN_COLUMN - 1_899:,}. Experts looked at {PUBLISHED_IN_COLUMN:,} nuclei "
            "and the two tables name 1,899; the rest were errors or unclear (MICrONS tutorial).",
        )  # fmt: skip


def alternative_point_far(release: Inspected) -> Iterator[Outcome]:
    """Lookup points farther from the nucleus's centre than documented."""
    for name, loaded in release.loaded.items():
        if loaded.table.kind != "points" and not loaded.table.view:
            continue
        if not {*CENTRE, *POINT} <= {*loaded.frame.columns}:
            reason = "The rows do not hold both the nucleus and its point."
            yield NotRun(table=name, reason=reason)
            continue
        moved = displacements(loaded.frame)
        far = moved[moved["length_um"] > WINDOW_UM]
        if len(far):
            yield nuclei_finding(
                "warning", name, each_once(far["nucleus_id"]),
                f"{plural(len(far), 'point lies', 'points lie')} more than {WINDOW_UM:g} µm from the "
                f"nucleus, of {len(moved):,}; the farthest is {far['length_um'].max():,.1f} µm.",
                f"None. The point was looked for within {WINDOW_UM:g} µm of the centre (MICrONS "
                "tutorial, annotation tables).",
            )  # fmt: skip


def volume_too_small(release: Inspected) -> Iterator[Outcome]:
    """Nuclei smaller than the threshold of the detections."""
    for name, loaded in release.loaded.items():
        if "volume_um3" not in loaded.frame:
            yield NotRun(table=name, reason="The rows hold no volumes.")
            continue
        rows = (loaded.frame["volume_um3"] < SMALLEST_UM3).to_numpy()
        if rows.any():
            nuclei = each_once(loaded.frame["nucleus_id"].to_numpy()[rows])
            yield nuclei_finding(
                "warning", name, nuclei,
                f"{plural(len(nuclei), 'nucleus is', 'nuclei are')} smaller than {SMALLEST_UM3:g} µm³, "
                f"of {len(release.nuclei[name]):,}.",
                f"None. Only detections above {SMALLEST_UM3:g} µm³ were kept (MICrONS tutorial).",
            )  # fmt: skip


def _beyond_column(frame: pd.DataFrame) -> np.ndarray:
    """Distance from the column's walls at the nucleus's depth, µm; 0 inside."""
    depth = frame["depth_um"].to_numpy(dtype=np.float64)
    given = [section.depth_um for section in VOLUME.column]
    beyond = []
    for axis in ("x_um", "z_um"):
        sides = [getattr(section, axis) for section in VOLUME.column]
        low, high = (np.interp(depth, given, ends) for ends in zip(*sides, strict=True))
        place = frame[axis].to_numpy(dtype=np.float64)
        beyond.append(np.maximum(0, np.maximum(low - place, place - high)))
    return np.where(in_column(*(frame[axis] for axis in POSITION)), 0, np.hypot(*beyond))
