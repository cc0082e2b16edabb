"""Nuclei and the segmentation: shared roots, displaced lookup points, and the roots found there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from data.tables.schema import ALTERNATIVE, POSITION

FOUND, OTHER, SAME = "finds a root", "finds another root", "same root"
LOST, NEITHER, UNKNOWN = "loses its root", "no root at either place", "not known"
LOOKUP_ROOT_CHANGES = (FOUND, OTHER, SAME, LOST, NEITHER, UNKNOWN)
"""How a nucleus's root ID changes from its centre to its lookup point."""
WINDOW_UM = 3.0
"""The documented maximum distance of an alternative point from the nucleus's centre."""
STEP_UM = 0.25
FAR_UM = 6.0
"""Displacements from this length on share one bar."""
CENTRE, POINT = [*POSITION], [*ALTERNATIVE]
"""Columns of a nucleus's position, and of its lookup point's; oriented µm."""
SEED = 661


@dataclass(frozen=True)
class RootSharing:
    """The nuclei of a table and their roots.

    Attributes
    ----------
    nuclei : int
        All nuclei, each once.
    rootless : int
        Nuclei with root ID 0: no segment at their centre.
    roots : int
        Different root IDs, without 0.
    shared : DataFrame
        Columns `root_id` and `nuclei`: the roots of more than one nucleus, the fullest first.
    """

    nuclei: int
    rootless: int
    roots: int
    shared: pd.DataFrame

    @property
    def on_shared(self) -> int:
        """Nuclei that share their root."""
        return int(self.shared["nuclei"].sum())

    @property
    def spread(self) -> "pd.Series[int]":
        """Roots by their number of nuclei: 2, 3 and so on."""
        return self.shared["nuclei"].value_counts().sort_index()


def root_sharing(frame: pd.DataFrame) -> RootSharing:
    """Count the nuclei on each root.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame with `nucleus_id` and `root_id`. Repeated rows count once. Root ID 0 means no segment,
        and is never shared.
    """
    nuclei_on_roots = frame[["nucleus_id", "root_id"]].drop_duplicates()
    rooted = nuclei_on_roots.loc[nuclei_on_roots["root_id"] != 0, "root_id"].to_numpy()
    roots, counts = np.unique(rooted, return_counts=True)
    order = np.lexsort((roots, -counts))
    shared = pd.DataFrame({"root_id": roots[order], "nuclei": counts[order]})
    return RootSharing(
        nuclei=nuclei_on_roots["nucleus_id"].nunique(),
        rootless=nuclei_on_roots.loc[nuclei_on_roots["root_id"] == 0, "nucleus_id"].nunique(),
        roots=len(roots),
        shared=shared[shared["nuclei"] > 1],
    )


def lookup_root_changes(rows: pd.DataFrame, detections: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compare the root at each nucleus's centre with the one at its lookup point.

    Parameters
    ----------
    rows : DataFrame
        The tidy frame of the alternative points or of the lookup view: `nucleus_id`, `root_id` at the
        point and, where known, `orig_root_id` at the centre.
    detections : DataFrame, optional
        The tidy frame of the detections, whose root counts as the one at the centre; `orig_root_id` is used
        for nuclei that they lack.

    Returns
    -------
    DataFrame
        Each nucleus once, in the order and with the index of its first row. `nucleus_id`; `orig_root_id`
        and `root_id` as nullable integers (0 = no segment, missing = not known); `change`, a categorical
        of `LOOKUP_ROOT_CHANGES`.
    """
    once = rows[~rows["nucleus_id"].duplicated()]
    unknown = pd.Series(pd.NA, index=once.index, dtype="Int64")
    before = once["orig_root_id"].astype("Int64") if "orig_root_id" in once else unknown
    after = once["root_id"].astype("Int64") if "root_id" in once else unknown
    if detections is not None and "root_id" in detections:
        before = _looked_up(once["nucleus_id"], detections).fillna(before)
    words = compared_roots(before, after, (SAME, OTHER, FOUND, LOST, NEITHER, UNKNOWN))
    columns = {"nucleus_id": once["nucleus_id"], "orig_root_id": before, "root_id": after}
    return pd.DataFrame({**columns, "change": pd.Categorical(words, LOOKUP_ROOT_CHANGES)})


def compared_roots(before: "pd.Series[int]", after: "pd.Series[int]", words: Sequence[str]) -> np.ndarray:
    """Say for each nucleus how its root ID changed.

    Parameters
    ----------
    before, after : Series of nullable integers
        Root IDs of the same nuclei; 0 = no segment, missing = not known.
    words : sequence of str
        For the same root, another one, one found where there was none, one that was lost, none in either,
        and for what is not known.
    """
    same, other, found, lost, neither, unknown = words
    missing = (before.isna() | after.isna()).to_numpy(dtype=bool)
    first, last = (roots.fillna(0).to_numpy(dtype=np.int64) for roots in (before, after))
    cases = [missing, (first == 0) & (last == 0), first == 0, last == 0, first == last]
    return np.select(cases, [unknown, neither, found, lost, same], other)


def displacements(points: pd.DataFrame, detections: pd.DataFrame | None = None) -> pd.DataFrame:
    """Distance of each nucleus's lookup point from its centre, and the root found there.

    Parameters
    ----------
    points : DataFrame
        Tidy, with `x_um`, `depth_um`, `z_um` of the nucleus and `x_alt_um`, `depth_alt_um`, `z_alt_um` of
        the point, oriented µm.
    detections : DataFrame, optional
        As for `lookup_root_changes`.

    Returns
    -------
    DataFrame
        The columns of `lookup_root_changes`, `length_um` (to the nanometre) and both positions.
    """
    changes = lookup_root_changes(points, detections)
    moved_points = points.loc[changes.index]
    centre, point = (moved_points[names].to_numpy(dtype=np.float64) for names in (CENTRE, POINT))
    changes["length_um"] = np.round(np.linalg.norm(point - centre, axis=1), 3)
    return changes.join(moved_points[CENTRE + POINT])


def lookup_change_counts(changes: pd.DataFrame) -> pd.DataFrame:
    """Nuclei per change of root; index `change`, those that occur, columns `nuclei` and `share` (0–1)."""
    counts = changes["change"].value_counts(sort=False)
    counts = counts[counts > 0]
    return pd.DataFrame({"nuclei": counts, "share": counts / max(len(changes), 1)}).rename_axis("change")


def length_profile(moved: pd.DataFrame, step_um: float = STEP_UM, far_um: float = FAR_UM) -> pd.DataFrame:
    """Nuclei per step of displacement and change of root.

    Parameters
    ----------
    moved : DataFrame
        As `displacements` gives it.
    step_um, far_um : float
        Width of a step, and where the last, open step begins.

    Returns
    -------
    DataFrame
        Index `from_um` (the inclusive start of each step), a column per change that occurs.
    """
    count = round(far_um / step_um)
    step = np.minimum(np.floor(moved["length_um"].to_numpy() / step_um), count).astype(int)
    words = lookup_change_counts(moved).index
    index = pd.Index(np.arange(count + 1) * step_um, name="from_um")
    steps = {word: step[(moved["change"] == word).to_numpy()] for word in words}
    counts = {word: np.bincount(own_steps, minlength=count + 1) for word, own_steps in steps.items()}
    return pd.DataFrame(counts, index=index)


def farther_than(moved: pd.DataFrame, um: float = WINDOW_UM) -> int:
    """Nuclei whose lookup point lies farther from the centre than `um`."""
    return int((moved["length_um"] > um).sum())


@dataclass(frozen=True)
class LookupSummary:
    """What the lookup view changes.

    Attributes
    ----------
    changes : DataFrame
        From `lookup_change_counts`, over all nuclei of the view.
    moved : int or None
        Nuclei looked up away from their centre; None where the rows hold no points.
    compared : int
        Nuclei whose root at the centre both the detections and the view state.
    mismatches : int
        Nuclei for which the two differ.
    """

    changes: pd.DataFrame
    moved: int | None
    compared: int
    mismatches: int


def lookup_summary(lookup: pd.DataFrame, detections: pd.DataFrame | None = None) -> LookupSummary:
    """Compare the lookup view with the detections or, without them, with its own `orig_root_id`."""
    placed = {*CENTRE, *POINT} <= {*lookup.columns}
    changes = displacements(lookup, detections) if placed else lookup_root_changes(lookup, detections)
    compared, mismatches = 0, 0
    if detections is not None and "root_id" in detections and "orig_root_id" in lookup:
        own = lookup.loc[changes.index, "orig_root_id"]
        roots = _looked_up(changes["nucleus_id"], detections)
        compared, mismatches = int(roots.notna().sum()), int((roots != own).fillna(value=False).sum())
    moved = int((changes["length_um"] > 0).sum()) if placed else None
    return LookupSummary(lookup_change_counts(changes), moved, compared, mismatches)


def drawn(moved: pd.DataFrame, most: int) -> pd.DataFrame:
    """All rows, or a reproducible random sample of `most`, in their order."""
    if len(moved) <= most:
        return moved
    chosen = np.random.default_rng(SEED).choice(len(moved), most, replace=False)
    return moved.iloc[np.sort(chosen)]


def _looked_up(nuclei: "pd.Series[int]", detections: pd.DataFrame) -> "pd.Series[int]":
    """Root of each nucleus in the detections; missing where they lack it."""
    roots = detections.drop_duplicates("nucleus_id").set_index("nucleus_id")["root_id"].astype("Int64")
    return roots.reindex(nuclei).set_axis(nuclei.index)


def nearest_nuclei(frame: pd.DataFrame) -> pd.DataFrame:
    """Find the nearest other nucleus of each nucleus of a table.

    Returns
    -------
    DataFrame
        A row per nucleus: `nucleus_id`, `other_id` and `distance_um`; of a nucleus alone in its table
        `distance_um` is inf, and `other_id` itself. Among several at one place, all have distance 0.
    """
    nuclei = frame[["nucleus_id", *CENTRE]].drop_duplicates("nucleus_id")
    ids, um = nuclei["nucleus_id"].to_numpy(), nuclei[CENTRE].to_numpy(dtype=np.float64)
    # A tree of many nuclei at one place would be slow, so each place is in it once.
    first = ~nuclei.duplicated(CENTRE).to_numpy()
    distance, place = (
        KDTree(um[first]).query(um, k=2) if len(um) else (np.empty((0, 2)), np.empty((0, 2), int))
    )
    place = np.where(place < first.sum(), place, place[:, :1])
    crowded = nuclei.duplicated(CENTRE, keep=False).to_numpy()
    return pd.DataFrame(
        {
            "nucleus_id": ids,
            "other_id": ids[first][np.where(first, place[:, 1], place[:, 0])],
            "distance_um": np.where(crowded, 0.0, distance[:, 1]),
        }
    )
