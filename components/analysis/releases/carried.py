"""What is carried from one release to another by nucleus: a table's labels, and a list of root IDs.

A nucleus keeps its ID in every release, a root ID changes with each edit of the segmentation. So labels of
one release are grafted on the nuclei of another, and a root ID is followed through its nuclei. Neither says
anything of objects without a nucleus.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

KEPT, MOVED, ROOTED = "kept", "moved to another root ID", "on a root ID now, without one before"
MERGED, PARTED = "merged with another nucleus", "split from another nucleus"
UNROOTED, ROOTLESS = "without a root ID now", "without a root ID in both"
MISSING = "lost: not in the other release"
GRAFT_OUTCOMES = (KEPT, MOVED, MERGED, PARTED, ROOTED, UNROOTED, ROOTLESS, MISSING)
"""What became of a labelled nucleus, each once: one that was merged and split counts as merged."""

WHOLE, BECAME = "the same root ID", "another root ID"
JOINED, REDUCED, DIVIDED = "a root ID with further nuclei", "a root ID with fewer nuclei", "several root IDs"
GONE, UNPLACED = "no root ID any more", "no nucleus on it in the earlier release"
ROOT_OUTCOMES = (WHOLE, BECAME, JOINED, REDUCED, DIVIDED, GONE, UNPLACED)
"""What became of a root ID, through its nuclei: one with fewer and further nuclei counts as with fewer."""


def graft(labels: pd.DataFrame, earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Put the labels of one release on the nuclei and roots of another, by nucleus ID.

    Parameters
    ----------
    labels : DataFrame
        A tidy table of the one release.
    earlier, later : DataFrame
        The nuclei of the one and the other release, with `nucleus_id` and `root_id` (0: none). A labelled
        nucleus that is not in `earlier` has the root ID of its label, or 0 where `labels` hold none.

    Returns
    -------
    DataFrame
        The rows of `labels` with the `root_id` of the other release (0 where it has none, or lacks the
        nucleus), `earlier_root_id`, and `outcome`, a categorical of `GRAFT_OUTCOMES`.
    """
    # Without a value of its own a missing root ID would make floats of all, which do not hold them.
    rows = labels if "root_id" in labels else labels.assign(root_id=np.int64(0))
    names = ["nucleus_id", "root_id"]
    fates = _fates(pd.concat([earlier[names], rows[names]]), later)
    fates = fates.loc[labels["nucleus_id"]]
    flags = ("missing", "rootless", "unrooted", "merged", "parted", "rooted", "moved")
    found = [fates[flag].to_numpy() for flag in flags]
    outcome = np.select(found, [MISSING, ROOTLESS, UNROOTED, MERGED, PARTED, ROOTED, MOVED], KEPT)
    return labels.assign(
        root_id=fates["later"].to_numpy(),
        earlier_root_id=fates["earlier"].to_numpy(),
        outcome=pd.Categorical(outcome, GRAFT_OUTCOMES),
    )


def graft_counts(grafted: pd.DataFrame) -> "pd.Series[int]":
    """Labelled nuclei by outcome, each once; zeros included."""
    return grafted.drop_duplicates("nucleus_id")["outcome"].value_counts(sort=False)


def root_fates(roots: Sequence[int], earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Follow root IDs of one release into another, through the nuclei on them.

    Parameters
    ----------
    roots : sequence of int
        Root IDs of the one release.
    earlier, later : DataFrame
        The nuclei of both releases, as in `graft`.

    Returns
    -------
    DataFrame
        A row per given root ID, in its order: `root_id`; `outcome`, a categorical of `ROOT_OUTCOMES`;
        `later_root_ids`, the root IDs of its nuclei in the other release, as text with spaces between them;
        `nucleus_ids`, likewise, of the one release; `n_nuclei`, how many these are; `n_gone`, how many of
        them are on no root ID of the other release.
    """
    fates = _fates(earlier, later)
    on_root = fates[fates["earlier"].isin(roots) & (fates["earlier"] > 0)]
    followed = dict(iter(on_root.groupby("earlier")))
    rows = [(root, *_fate_of_root(root, followed.get(root))) for root in map(int, roots)]
    columns = ["root_id", "outcome", "later_root_ids", "nucleus_ids", "n_nuclei", "n_gone"]
    numbers = dict.fromkeys(("root_id", "n_nuclei", "n_gone"), np.int64)
    return pd.DataFrame(rows, columns=columns).astype(
        {**numbers, "outcome": pd.CategoricalDtype([*ROOT_OUTCOMES])}
    )


def _fate_of_root(root: int, fates: pd.DataFrame | None) -> tuple[str, str, str, int, int]:
    """What became of a root ID, from the fates of its nuclei; as the columns of `root_fates`."""
    if fates is None:
        return UNPLACED, "", "", 0, 0
    rooted = fates[fates["later"] > 0]
    now, n_gone = sorted(rooted["later"].unique().tolist()), len(fates) - len(rooted)
    found = [not now, len(now) > 1, n_gone > 0, bool(rooted["merged"].any()), now == [root]]
    outcome = dict(zip([GONE, DIVIDED, REDUCED, JOINED, WHOLE], found, strict=True))
    first = next((word for word, is_so in outcome.items() if is_so), BECAME)
    return first, _spaced(now), _spaced(fates.index.tolist()), len(fates), n_gone


def _fates(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """What became of the nuclei of the one release.

    Returns
    -------
    DataFrame
        Index `nucleus_id`; `earlier`, `later`, root IDs as int64 (0: none); bool: `missing`, `rootless` (in
        both), `unrooted` (it had a root ID), `rooted` (it had none), `moved`, `merged` (its root carries a
        nucleus that was not on its root before), `parted` (a nucleus that was on its root is on another one
        now).
    """
    before, after = _roots(earlier), _roots(later)
    nuclei = before.index.union(after.index)
    first, last = (roots.reindex(nuclei, fill_value=0) for roots in (before, after))
    rooted = (last > 0).to_numpy()
    # A nucleus without a root ID shares it with none, so that it stands for itself.
    own = first.where(first > 0, pd.Series(-nuclei.to_numpy(), nuclei))
    pairs = pd.DataFrame({"first": own, "last": last})[rooted]
    together = pairs.groupby(["first", "last"])["last"].transform("size")
    shared = {
        "merged": pairs.groupby("last")["last"].transform("size") > together,
        "parted": pairs.groupby("first")["last"].transform("size") > together,
    }
    missing = ~nuclei.isin(after.index)
    fates = pd.DataFrame(
        {
            "earlier": first,
            "later": last,
            "missing": missing,
            "rootless": ~missing & ~rooted & (first == 0).to_numpy(),
            "unrooted": ~missing & ~rooted & (first > 0).to_numpy(),
            "rooted": rooted & (first == 0).to_numpy(),
            "moved": rooted & (first != last).to_numpy(),
            **{flag: found.reindex(nuclei, fill_value=False) for flag, found in shared.items()},
        }
    )
    return fates[nuclei.isin(before.index)]


def _roots(nuclei: pd.DataFrame) -> "pd.Series[int]":
    """The root ID of each nucleus; of one that occurs twice, the first."""
    once = nuclei.drop_duplicates("nucleus_id").set_index("nucleus_id")["root_id"]
    return once.fillna(0).astype(np.int64)


def _spaced(ids: Sequence[int]) -> str:
    return " ".join(map(str, ids))
