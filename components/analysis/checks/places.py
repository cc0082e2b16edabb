"""Whether nuclei, lookup points and labels lie where they can: in the volume, the column, nearby."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from components.analysis.checks.entry import (
    Inspected,
    NotRun,
    Outcome,
    Severity,
    TableOutcome,
    marked_finding,
    nuclei_finding,
    share,
)
from components.analysis.checks.limits import NEURONS_APART_UM, ONE_PLACE_UM
from components.analysis.labels.depth_ranges import (
    FEWEST_MANUAL,
    RULE,
    manual_depth_ranges,
    names_types_of_column,
    placed_labels,
)
from components.analysis.labels.ids import each_once
from components.analysis.labels.levels import labels_at
from components.analysis.labels.nuclei import CENTRE, POINT, WINDOW_UM, displacements
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.labels.crosswalk import at_level
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.tables.columns import rows_lack
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import in_column, outside_em_box, voxels

ROUNDED_VOXELS = 1.0
"""Tolerance for positions, which are stored as float32 micrometres."""
OTHER_UNIT = "Its positions seem to be in another unit."
MOST_TYPES = 4
EDGE_UM = 25.0
"""Distance beyond the column's walls that still counts as its edge: the walls were measured on a sample."""


def outside_volume(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei or lookup points outside the imaged box."""
    rows = np.zeros(len(loaded.frame), dtype=bool)
    for columns in (CENTRE, POINT):
        if {*columns} <= {*loaded.frame.columns}:
            um = loaded.frame[columns].to_numpy(dtype=np.float64)
            rows |= outside_em_box(voxels(um), slack=ROUNDED_VOXELS)
    return marked_finding(
        "error", loaded, rows,
        f"{_count(loaded, rows, 'nucleus lies', 'nuclei lie')} outside the imaged volume, "
        f"of {len(release.nuclei[loaded.table.name]):,}.",
        "None. Positions are voxels of the electron microscope's box (its description by "
        f"the archive), {VOLUME.box_words}.",
    )  # fmt: skip


def column_membership(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei of a table of the V1 column that lie outside it."""
    beyond = _beyond_column(loaded.frame)
    rows = beyond > 0
    return marked_finding(
        "warning" if beyond.max() > EDGE_UM else "info", loaded, rows,
        f"{_count(loaded, rows, 'nucleus lies', 'nuclei lie')} outside the {VOLUME.column_name}, of "
        f"{len(release.nuclei[loaded.table.name]):,}; the farthest is {beyond.max():,.1f} µm from its walls.",
        f"Few, and at its edge. Beyond {EDGE_UM:g} µm it is a warning.",
    )  # fmt: skip


def column_unlabelled(release: Inspected) -> Iterator[Outcome]:
    """Detected nuclei inside the V1 column without a manual label."""
    manual = [
        release.nuclei[name]
        for name, loaded in release.loaded.items()
        if loaded.table.of_column and loaded.table.method == "manual"
    ]
    detections = release.loaded.get(VOLUME.detections)
    if not VOLUME.column:
        return
    if detections is None or not manual:
        lacking = "Every table labelled by hand" if detections else VOLUME.detections
        yield NotRun(table=VOLUME.detections, reason=f"{lacking} is not at hand.")
        return
    if release.is_doubted(VOLUME.detections, "position-unit"):
        yield NotRun(table=VOLUME.detections, reason=OTHER_UNIT)
        return
    inside = each_once(detections.frame["nucleus_id"].to_numpy()[_inside_column(detections.frame)])
    nuclei = inside[~np.isin(inside, np.concatenate(manual))]
    if len(nuclei):
        yield nuclei_finding(
            "info", nuclei,
            f"{len(nuclei):,} of the {of_nuclei(len(inside))} inside the {VOLUME.column_name} have no "
            "manual label.",
            CATALOG.expected.get("column-unlabelled", "Detection errors and unclear cells."),
            VOLUME.detections,
        )  # fmt: skip


def alternative_point_far(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Lookup points farther from the nucleus's centre than documented."""
    if not {*CENTRE, *POINT} <= {*loaded.frame.columns}:
        return "The rows do not hold both the nucleus and its point."
    moved = displacements(loaded.frame)
    far = moved[moved["length_um"] > WINDOW_UM]
    return nuclei_finding(
        "warning", far["nucleus_id"],
        f"{plural(len(far), 'point lies', 'points lie')} more than {WINDOW_UM:g} µm from the "
        f"nucleus, of {len(moved):,}; the farthest is {far['length_um'].max():,.1f} µm.",
        f"None. The point was looked for within {WINDOW_UM:g} µm of the centre.",
    )  # fmt: skip


def volume_too_small(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei smaller than the threshold of the detections."""
    if "volume_um3" not in loaded.frame:
        return rows_lack("volumes")
    smallest = VOLUME.smallest_um3
    rows = (loaded.frame["volume_um3"] < smallest).to_numpy()
    return marked_finding(
        "warning", loaded, rows,
        f"{_count(loaded, rows, 'nucleus is', 'nuclei are')} smaller than {smallest:g} µm³, "
        f"of {len(release.nuclei[loaded.table.name]):,}.",
        f"None. Only detections above {smallest:g} µm³ were kept.",
    )  # fmt: skip


def nuclei_at_one_place(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Different nuclei at the same place."""
    if release.is_doubted(loaded.table.name, "position-unit"):
        return OTHER_UNIT
    return _near_finding("error", release.nearest[loaded.table.name], 0, ONE_PLACE_UM)


def neurons_too_near(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Neurons, or in the detections any nuclei, nearer to each other than two neurons can lie."""
    table = loaded.table
    if release.is_doubted(table.name, "position-unit"):
        return OTHER_UNIT
    nearest = release.nearest[table.name]
    if "cell_type" in loaded.frame:
        neurons = loaded.frame["nucleus_id"][labels_at(loaded.frame, "neuron") == "neuron"]
        nearest = nearest[nearest[["nucleus_id", "other_id"]].isin(neurons.to_numpy()).all(axis=1)]
    of_neurons = table.method == "manual" if table.kind == "units" else _of_neurons(table)
    return _near_finding("error" if of_neurons else "warning", nearest, ONE_PLACE_UM, NEURONS_APART_UM)


def may_be_of_neurons(table: Table) -> bool:
    """Whether a table holds neurons, or is that of all detected nuclei."""
    return table.kind in ("labels", "units") or table.name == VOLUME.detections


def _of_neurons(table: Table) -> bool:
    """Whether all labels of a table are of neurons."""
    calls = {at_level(word, "neuron") for word in table.vocabulary} or {None}
    return calls == {"neuron"} or table.level == "group"


def _near_finding(severity: Severity, nearest: pd.DataFrame, from_um: float, below_um: float) -> TableOutcome:
    """Nuclei whose nearest other lies from one distance to below another."""
    near = nearest[nearest["distance_um"].between(from_um, below_um, inclusive="left")]
    if near.empty:
        return None
    # Of nuclei at one place, the last names the first.
    closest = near[near["distance_um"] == near["distance_um"].min()].iloc[-1]
    least = VOLUME.neurons_apart_um
    measured = f", and no two neurons nearer than {least:.2f} µm are known" if least else ""
    return nuclei_finding(
        severity, near["nucleus_id"],
        f"{plural(len(near), 'nucleus lies', 'nuclei lie')} less than {below_um:g} µm from another, of "
        f"{len(nearest):,}; the nearest are {closest['nucleus_id']:.0f} and {closest['other_id']:.0f}, "
        f"{closest['distance_um']:.2f} µm apart.",
        f"None: a nucleus is several µm wide{measured}. One nucleus may have two IDs, or positions "
        "were moved or filled in: compare them with those of the detections.",
    )  # fmt: skip


def implausible_place(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Labels outside their type's depth range, by the manual labels of the column."""
    manual = [other for other in release.loaded.values() if names_types_of_column(other.table)]
    if not manual:
        return "No table labelled by hand in the column is at hand."
    if any(release.is_doubted(one.table.name, "position-unit") for one in (loaded, *manual)):
        return OTHER_UNIT
    ranges = manual_depth_ranges(one.frame for one in manual)
    placed = placed_labels(loaded.frame, ranges)
    if placed.empty:
        return f"None of its types has {FEWEST_MANUAL} manual nuclei, so none has a range of depth."
    outside = placed[placed["beyond_um"] != 0]
    most = outside["label"].value_counts()[:MOST_TYPES]
    words = ", ".join(f"{n:,} {label}" for label, n in most.items() if n)
    return nuclei_finding(
        "warning", outside.index,
        f"{plural(len(outside), 'nucleus lies', 'nuclei lie')} outside their type's depth range, of "
        f"{len(placed):,} whose type has one ({share(len(outside), len(placed))}): {words}.",
        "None in the column; elsewhere layers differ, and models confuse types of neighbouring layers. "
        f"Counted are those {RULE}; a type of fewer than {FEWEST_MANUAL} manual nuclei has no range.",
    )  # fmt: skip


def _count(loaded: LabelTable, rows: np.ndarray, singular: str, several: str) -> str:
    return plural(loaded.frame["nucleus_id"][rows].nunique(), singular, several)


def _inside_column(frame: pd.DataFrame) -> np.ndarray:
    return in_column(*(frame[axis] for axis in POSITION))


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
    return np.where(_inside_column(frame), 0, np.hypot(*beyond))
