"""Nuclei and the segmentation: without a root, on a shared root, on different roots or positions."""

from collections.abc import Iterable, Iterator

import numpy as np

from components.analysis.checks.doubts import DoubtName, roots_at_centre
from components.analysis.checks.entry import Inspected, NotRun, Outcome, TableOutcome, nuclei_finding, share
from components.analysis.checks.places import OTHER_UNIT
from components.analysis.labels.ids import each_once
from components.analysis.labels.nuclei import root_sharing
from data.loader import LabelTable
from data.number_words import plural
from data.tables.columns import rows_lack
from data.tables.schema import POSITION
from data.volume import VOLUME

MOST_ROOTLESS = 0.15
"""1.5 times the share of all nuclei without a root at 661."""
MOST_SHARED = 0.05
"""Twice the estimated share of nuclei on a shared root at 661."""
SAME_PLACE_UM = 0.01
WRONG_ROOTS: dict[DoubtName, str] = {
    "rounded-roots": "Its root IDs are rounded; the exact ones were compared.",
    "impossible-root": "Its root IDs belong to no root; the possible ones were compared.",
}
"""Doubts about root IDs, and why a table is not or only partly compared."""


def root_zero(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei without a segment where they are looked up: CAVE's 0, 1 and missing root IDs."""
    if "root_id" not in loaded.frame:
        return rows_lack("root IDs")
    rootless = each_once(loaded.frame["nucleus_id"].to_numpy()[loaded.frame["root_id"].to_numpy() == 0])
    whole = len(release.nuclei[loaded.table.name])
    at_point = loaded.table.kind == "points"
    return nuclei_finding(
        "warning" if at_point or len(rootless) > MOST_ROOTLESS * whole else "info", rootless,
        f"{plural(len(rootless), 'nucleus has', 'nuclei have')} no root ID "
        f"({share(len(rootless), whole)} of {whole:,}).",
        "None. An alternative point lies inside the segmentation."
        if at_point
        else "Some, mostly at the edges of the volume where nothing was segmented.",
    )  # fmt: skip


def shared_root(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei that share their root with others of the table."""
    if release.is_doubted(loaded.table.name, "rounded-roots"):
        return "Its root IDs are rounded."
    if "root_id" not in loaded.frame:
        return rows_lack("root IDs")
    shared = root_sharing(loaded.frame).shared
    if shared.empty:
        return None
    nuclei = each_once(loaded.frame["nucleus_id"][loaded.frame["root_id"].isin(shared["root_id"])])
    whole = len(release.nuclei[loaded.table.name])
    return nuclei_finding(
        "warning" if len(nuclei) > MOST_SHARED * whole else "info", nuclei,
        f"{plural(len(nuclei), 'nucleus lies', 'nuclei lie')} on {plural(len(shared), 'root')} with others "
        f"of the table ({share(len(nuclei), whole)} of {whole:,}); the fullest root carries "
        f"{int(shared['nuclei'].iloc[0]):,}.",
        "Few: somata that the segmentation merged, or one nucleus detected twice. This is why tables are "
        "joined on nuclei and never on roots.",
    )  # fmt: skip


def root_disagrees(release: Inspected) -> Iterator[Outcome]:
    """Nuclei on different roots in two tables of the release."""
    for doubt, reason in WRONG_ROOTS.items():
        yield from _doubted(release, doubt, reason)
    centres = []
    for loaded in _widest_first(release):
        roots, nuclei = roots_at_centre(loaded), loaded.frame["nucleus_id"].to_numpy()
        if roots is not None:
            wrong = [release.doubted(loaded.table.name, doubt) for doubt in WRONG_ROOTS]
            right = ~np.isin(nuclei, np.concatenate(wrong))
            centres.append((loaded, nuclei[right], roots[right]))
    # Where roots are missing, as in a copy that wrote -1 for them, the rows may not blame those with roots.
    centres.sort(key=lambda rows: bool((rows[2] == 0).sum() > MOST_ROOTLESS * len(rows[2])))
    yield from _differing(
        release, centres, 0,
        "another root ID at the centre of the nucleus",
        "None. In one release a place has one root, and every table reads it at the nucleus's centre (so it "
        "is on all real rows tried).",
    )  # fmt: skip


def position_disagrees(release: Inspected) -> Iterator[Outcome]:
    """Nuclei at different positions in two tables of the release."""
    yield from _doubted(release, "position-unit", OTHER_UNIT)
    placed = (
        (loaded, loaded.frame["nucleus_id"].to_numpy(), loaded.frame[[*POSITION]].to_numpy(dtype=np.float64))
        for loaded in _widest_first(release)
        if not release.is_doubted(loaded.table.name, "position-unit")
    )
    yield from _differing(
        release, placed, SAME_PLACE_UM, "another position",
        f"None. Every table takes the position of a nucleus from {VOLUME.detections} (so it is on all real "
        "rows tried).",
    )  # fmt: skip


def _doubted(release: Inspected, doubt: DoubtName, reason: str) -> Iterator[NotRun]:
    """Tables whose numbers are known to be wrong, and may not blame the right ones."""
    for name in release.loaded:
        if release.is_doubted(name, doubt):
            yield NotRun(table=name, reason=reason)


def _differing(
    release: Inspected,
    values: Iterable[tuple[LabelTable, np.ndarray, np.ndarray]],
    tolerance: float,
    what: str,
    expected: str,
) -> Iterator[Outcome]:
    """Compare what each table says about nuclei with what the tables before it say."""
    known: np.ndarray | None = None
    filled = np.zeros(len(release.everyone), dtype=bool)
    coarsest, most = 0.0, 0
    for loaded, ids, own in values:
        n_nuclei = len(release.nuclei[loaded.table.name])
        before = "a table that holds more nuclei" if most >= n_nuclei else "another table"
        most = max(most, n_nuclei)
        if known is None:
            known = np.zeros((len(filled), *own.shape[1:]), dtype=own.dtype)
        at = np.searchsorted(release.everyone, ids)
        coarsest = max(coarsest, _rounding_um(loaded)) if tolerance else 0
        far = np.abs(known[at] - own) > tolerance + coarsest
        rows = filled[at] & (far.any(axis=1) if far.ndim > 1 else far)
        fresh = ~filled[at]
        known[at[fresh]] = own[fresh]
        filled[at] = True
        if rows.any():
            nuclei = each_once(ids[rows])
            has = plural(len(nuclei), "nucleus has", "nuclei have")
            message = f"{has} {what} here than in {before} (of {n_nuclei:,} here)."
            yield nuclei_finding("error", nuclei, message, expected, loaded.table.name)


def _rounding_um(loaded: LabelTable) -> float:
    """How far positions in a coarser unit than the voxels may be off: the server rounds to whole numbers."""
    units = zip(loaded.provenance.position_nm, VOLUME.voxel_nm, strict=False)
    return 1.5 * max((unit / 1000 for unit, voxel in units if unit > voxel), default=0.0)


def _widest_first(release: Inspected) -> list[LabelTable]:
    """Tables, the detections first, then the widest, so that the narrower is reported."""
    names = sorted(release.loaded, key=lambda name: (name != VOLUME.detections, -len(release.nuclei[name])))
    return [release.loaded[name] for name in names]
