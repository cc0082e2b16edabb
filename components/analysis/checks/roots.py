"""How the nuclei stand to the segmentation: without a root, on one root with others, on two at once."""

from collections.abc import Iterator

import numpy as np

from components.analysis.checks.entry import (
    Finding,
    Inspected,
    NotRun,
    Outcome,
    Severity,
    nuclei_finding,
    share,
)
from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.nuclei import root_sharing
from components.analysis.labels.number_words import plural
from data.loader import LabelTable
from data.tables.schema import POSITION
from data.volume import VOLUME

MOST_ROOTLESS = 0.15
"""Half as many again as the tenth of all nuclei that has no root at 661."""
MOST_SHARED = 0.05
"""Twice the part of nuclei that is thought to share a root at 661."""
SAME_PLACE_UM = 0.01


def root_zero(release: Inspected) -> Iterator[Outcome]:
    """Ids without a segment where they are looked up; CAVE's 0, 1 and missing root IDs."""
    for name, one in _rooted(release, "root-zero"):
        if isinstance(one, NotRun):
            yield one
            continue
        without = each_once(one.frame["nucleus_id"].to_numpy()[one.frame["root_id"].to_numpy() == 0])
        whole = len(release.nuclei[name])
        if len(without):
            at_point = one.table.kind == "points"
            many = at_point or len(without) > MOST_ROOTLESS * whole
            yield nuclei_finding(
                "root-zero", "warning" if many else "info", name, without,
                f"{plural(len(without), 'nucleus has', 'nuclei have')} no root ID "
                f"({share(len(without), whole)} of {whole:,}).",
                "None. An alternative point lies inside the segmentation (MICrONS tutorial)."
                if at_point
                else "About a tenth of all detected nuclei, mostly at the edges of the volume where nothing "
                "was segmented (measured for v661), and fewer in tables of labels.",
            )  # fmt: skip


def shared_root(release: Inspected) -> Iterator[Outcome]:
    """Ids whose root carries others of the table too."""
    for name, one in _rooted(release, "shared-root"):
        if isinstance(one, NotRun):
            yield one
            continue
        shared = root_sharing(one.frame).shared
        if shared.empty:
            continue
        nuclei = each_once(one.frame["nucleus_id"][one.frame["root_id"].isin(shared["root_id"])])
        whole = len(release.nuclei[name])
        severity: Severity = "warning" if len(nuclei) > MOST_SHARED * whole else "info"
        yield nuclei_finding(
            "shared-root", severity, name, nuclei,
            f"{len(nuclei):,} nuclei lie on {plural(len(shared), 'root', 'roots')} with others of the "
            f"table ({share(len(nuclei), whole)} of {whole:,}); the fullest root carries "
            f"{int(shared['nuclei'].iloc[0]):,}.",
            "Two or three in a hundred nuclei: somata that the segmentation merged, or one nucleus "
            "detected twice. One root may carry hundreds (346 in a later release; MICrONS tutorial). This is "
            "why tables are joined on nuclei and never on roots.",
        )  # fmt: skip


def root_disagrees(release: Inspected) -> Iterator[Outcome]:
    """Ids that two tables of the release put on different roots."""
    centres = ((one, _at_centre(one)) for one in _widest_first(release))
    yield from _differing(
        release, "root-disagrees", ((one, root) for one, root in centres if root is not None), 0,
        "another root ID at the centre of the nucleus",
        "None. In one release a place has one root, and every table reads it at the nucleus's centre (so it "
        "is on all real rows tried).",
    )  # fmt: skip


def position_disagrees(release: Inspected) -> Iterator[Outcome]:
    """Ids that two tables of the release put in different places."""
    placed = ((one, one.frame[[*POSITION]].to_numpy(dtype=np.float64)) for one in _widest_first(release))
    yield from _differing(
        release, "position-disagrees", placed, SAME_PLACE_UM, "another position",
        f"None. Every table takes the position of a nucleus from {VOLUME.detections} (so it is on all real "
        "rows tried).",
    )  # fmt: skip


def _differing(
    release: Inspected,
    check: str,
    values: Iterator[tuple[LabelTable, np.ndarray]],
    tolerance: float,
    what: str,
    expected: str,
) -> Iterator[Outcome]:
    """Compare each table's values with those of the tables before it."""
    known: np.ndarray | None = None
    filled = np.zeros(len(release.everyone), dtype=bool)
    for one, own in values:
        if known is None:
            known = np.zeros((len(filled), *own.shape[1:]), dtype=own.dtype)
        ids = one.frame["nucleus_id"].to_numpy()
        at = np.searchsorted(release.everyone, ids)
        far = np.abs(known[at] - own) > tolerance
        rows = filled[at] & (far.any(axis=1) if far.ndim > 1 else far)
        fresh = ~filled[at]
        known[at[fresh]] = own[fresh]
        filled[at] = True
        if rows.any():
            yield _disagreement(check, one, each_once(ids[rows]), what, expected)


def _disagreement(check: str, one: LabelTable, nuclei: Ids, what: str, expected: str) -> Finding:
    has = plural(len(nuclei), "nucleus has", "nuclei have")
    return nuclei_finding(
        check, "error", one.table.name, nuclei,
        f"{has} {what} here than in a table that holds more nuclei.",
        expected,
    )  # fmt: skip


def _widest_first(release: Inspected) -> list[LabelTable]:
    """The detections, then the table of most nuclei and so on: who differs is the narrower one."""
    names = sorted(release.loaded, key=lambda name: (name != VOLUME.detections, -len(release.nuclei[name])))
    return [release.loaded[name] for name in names]


def _at_centre(one: LabelTable) -> np.ndarray | None:
    """Each row's root at the centre; None where the rows only hold the one at a lookup point."""
    looked_up = one.table.kind == "points" or one.table.view
    column = "orig_root_id" if looked_up else "root_id"
    return one.frame[column].to_numpy(dtype=np.int64) if column in one.frame else None


def _rooted(release: Inspected, check: str) -> Iterator[tuple[str, LabelTable | NotRun]]:
    for name, one in release.loaded.items():
        lacking = NotRun(check=check, table=name, reason="The rows hold no root IDs.")
        yield name, one if "root_id" in one.frame else lacking
