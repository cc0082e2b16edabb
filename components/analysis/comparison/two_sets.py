"""Two sets of nuclei side by side: what each is made of, how deep it lies, and where the two differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.comparison.intervals import newcombe_interval
from components.analysis.labels.counts import (
    DEPTH_STEP_UM,
    UNMAPPED,
    Quartiles,
    counts_by_layer,
    depth_profile,
    quartiles,
    type_counts,
)
from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import CONFLICTING
from data.volume.volume import LayerPreset


@dataclass(frozen=True, kw_only=True)
class Composition:
    """What a set of nuclei is made of.

    Attributes
    ----------
    n : int
        Nuclei of the set that the rows hold.
    labels : DataFrame
        Nuclei and their share per label, as `type_counts` gives them.
    layers : DataFrame
        The same per layer from the pia down, empty ones included.
    by_depth : Series
        Share of the nuclei with a depth per slice of it, by the middle of the slice in µm.
    depth, volume : Quartiles or None
        In µm below the pia and in µm³; None where none is known.
    """

    n: int
    labels: pd.DataFrame
    layers: pd.DataFrame
    by_depth: "pd.Series[float]"
    depth: Quartiles | None
    volume: Quartiles | None


def composition(
    frame: pd.DataFrame, labels: pd.Categorical, nucleus_ids: Ids, preset: LayerPreset
) -> Composition:
    """Describe those of a table's nuclei that are in a set.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame.
    labels : Categorical
        Label of each of its rows; missing = unmapped.
    nucleus_ids : int64 array
        The set.
    preset : LayerPreset
        The layers' boundaries.
    """
    rows = np.isin(frame["nucleus_id"].to_numpy(), nucleus_ids)
    frame, labels = frame[rows], labels[rows]
    by_layer = counts_by_layer(frame, labels, preset).sum()
    counts = type_counts(frame["nucleus_id"], labels)
    n = int(counts["nuclei"].sum())
    placed = np.isfinite(frame["depth_um"].to_numpy())
    by_depth = depth_profile(frame[placed], labels[placed]).sum(axis="columns")
    return Composition(
        n=n,
        labels=counts,
        layers=pd.DataFrame({"nuclei": by_layer, "share": by_layer / max(n, 1)}),
        by_depth=by_depth / max(by_depth.sum(), 1),
        depth=quartiles(frame, "depth_um"),
        volume=quartiles(frame, "volume_um3") if "volume_um3" in frame else None,
    )


def share_differences(
    first: pd.DataFrame, second: pd.DataFrame, order: list[str], *, apart: bool
) -> pd.DataFrame:
    """Set the shares of each label in two sets against each other.

    Parameters
    ----------
    first, second : DataFrame
        Columns `nuclei` and `share`, as in `Composition.labels`.
    order : list of str
        The labels in their order of display; conflicting and unmapped follow.
    apart : bool
        Whether the sets share no nucleus: only then is there an interval.

    Returns
    -------
    DataFrame
        A row per label of either set. `n_first`, `share_first`, `n_second`, `share_second`; `difference`, the
        first share minus the second, with its Newcombe 95 % interval `low`, `high`. NaN out of no nucleus.
    """
    labels = [label for label in [*order, CONFLICTING, UNMAPPED] if label in {*first.index, *second.index}]
    hits = [counts["nuclei"].reindex(labels, fill_value=0) for counts in (first, second)]
    whole = [int(counts.sum()) for counts in hits]
    shares = [counts / n if n else counts * np.nan for counts, n in zip(hits, whole, strict=True)]
    ends = np.full((2, len(labels)), np.nan)
    if apart and all(whole):
        one, other = (counts.to_numpy() for counts in hits)
        ends = np.array(newcombe_interval((one, other), (np.array(whole[0]), np.array(whole[1]))))
    return pd.DataFrame(
        {
            "n_first": hits[0], "share_first": shares[0], "n_second": hits[1], "share_second": shares[1],
            "difference": shares[0] - shares[1], "low": ends[0], "high": ends[1],
        },
        index=pd.Index(labels, name="label"),
    )  # fmt: skip


def depth_shares(sets: Mapping[str, Composition]) -> pd.DataFrame:
    """Share of each set's nuclei per slice of depth.

    Returns
    -------
    DataFrame
        Index `depth_um`, the middle of each slice from the shallowest to the deepest; a column per set.
    """
    shares = pd.DataFrame({name: part.by_depth for name, part in sets.items()})
    if shares.empty:
        return shares
    first, last = shares.index.min(), shares.index.max()
    slices = first + DEPTH_STEP_UM * np.arange(round((last - first) / DEPTH_STEP_UM) + 1)
    return shares.reindex(slices).fillna(0.0).rename_axis("depth_um")
