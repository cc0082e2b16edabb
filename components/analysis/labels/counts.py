"""Counts of nuclei by type and depth, and the denominator of coverage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.ids import each_once
from components.analysis.labels.levels import CONFLICTING
from data.volume import VOLUME

DEPTH_STEP_UM = 25.0
UNMAPPED = "unmapped"


@dataclass(frozen=True)
class Denominator:
    """The nuclei that coverage is a share of.

    Attributes
    ----------
    nuclei : ndarray of int64
        Sorted, unique.
    name : str
        What they are, for the reader.
    """

    nuclei: np.ndarray
    name: str


def find_denominator(frames: Mapping[str, pd.DataFrame]) -> Denominator:
    """All detected nuclei where their table is loaded, else the union of the loaded tables."""
    if VOLUME.detections in frames:
        return Denominator(each_once(frames[VOLUME.detections]["nucleus_id"].to_numpy()), "detected nuclei")
    ids = [frame["nucleus_id"].to_numpy() for frame in frames.values()]
    nuclei = each_once(np.concatenate(ids)) if ids else np.array([], dtype=np.int64)
    return Denominator(nuclei, "nuclei in the loaded tables together")


def type_counts(nuclei: pd.Series, labels: pd.Categorical) -> pd.DataFrame:
    """Nuclei per label.

    Parameters
    ----------
    nuclei : Series of int64
        Nucleus ID of each row.
    labels : Categorical
        Label of each row.

    Returns
    -------
    DataFrame
        Index `label` in the labels' order, columns `nuclei` and `share` (of all nuclei given, 0–1). Each
        nucleus counts once; one with two labels counts as conflicting.
    """
    rows, words = nuclei_once(nuclei, labels)
    counted = np.bincount(rows["code"], minlength=len(words))
    counts = pd.Series(counted, index=pd.Index(words, name="label"))
    counts = counts[counts > 0]
    return pd.DataFrame({"nuclei": counts, "share": counts / max(len(rows), 1)})


def depth_profile(
    frame: pd.DataFrame, labels: pd.Categorical, step_um: float = DEPTH_STEP_UM
) -> pd.DataFrame:
    """Nuclei per label in slices of depth.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `depth_um` in µm below the pia.
    labels : Categorical
        Label of each of its rows.
    step_um : float
        Thickness of a slice, µm.

    Returns
    -------
    DataFrame
        Index `depth_um` (the middle of each slice, from the shallowest row to the deepest), one column
        per label that occurs; counts of nuclei.
    """
    if frame.empty:
        return pd.DataFrame(index=pd.Index([], name="depth_um"))
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    slices = np.floor(frame["depth_um"].to_numpy()[rows.index] / step_um).astype(int)
    first, count = slices.min(), int(np.ptp(slices)) + 1
    middles = pd.Index((np.arange(first, first + count) + 0.5) * step_um, name="depth_um")
    return pd.DataFrame(
        {
            words[code]: np.bincount(slices[rows["code"] == code] - first, minlength=count)
            for code in np.unique(rows["code"])
        },
        index=middles,
    )


def nuclei_once(nuclei: pd.Series, labels: pd.Categorical) -> tuple[pd.DataFrame, list[str]]:
    """Reduce rows to one per nucleus.

    Parameters
    ----------
    nuclei : Series of int64
        Nucleus ID of each row.
    labels : Categorical
        Label of each row; missing = unmapped.

    Returns
    -------
    rows : DataFrame
        One row per nucleus, indexed by the position (0, 1, …) of its first row: `nucleus_id`, and `code`,
        the position of its label in `words`.
    words : list of str
        The labels in their order, then `CONFLICTING` (for a nucleus with two labels) and `UNMAPPED`.
    """
    words = [*labels.categories, CONFLICTING, UNMAPPED]
    codes = np.where(labels.codes < 0, len(words) - 1, labels.codes.astype(np.int32))
    rows = pd.DataFrame({"nucleus_id": nuclei.to_numpy(), "code": codes})
    repeated = rows["nucleus_id"].duplicated(keep=False)
    if not repeated.any():  # true of most tables; comparing pairs takes five times as long
        return rows, words
    pairs = rows[repeated].drop_duplicates()
    twice = pairs["nucleus_id"].duplicated(keep=False)
    rows.loc[pairs.index[twice], "code"] = len(words) - 2
    return rows.drop_duplicates("nucleus_id"), words


def label_nuclei(nuclei: pd.Series, labels: pd.Categorical, label: str) -> np.ndarray:
    """The nuclei that `type_counts` counts under a label: int64, sorted."""
    rows, words = nuclei_once(nuclei, labels)
    wanted = [code for code, word in enumerate(words) if word == label]
    return np.sort(rows["nucleus_id"].to_numpy()[np.isin(rows["code"], wanted)])
