"""How agreement goes with the confidence that one table states: above a threshold, and bin by bin."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.differences import same_labels
from components.analysis.comparison.intervals import with_shares
from components.analysis.labels.ids import Ids

CONFIDENCE = "confidence"
STEPS = 100
"""Steps between the lowest and the highest threshold."""
BINS = 10
"""Bins of a reliability diagram, of equal width."""


@dataclass(frozen=True, eq=False)
class RatedPairs:
    """Compared nuclei with the confidence of one of the two tables.

    Attributes
    ----------
    frame : DataFrame
        Index `nucleus_id`; `confidence`, and `agree`: whether both tables give the same label.
    n_both : int
        Nuclei in both tables.
    left_out : dict of str to int
        Nuclei in both that are not in the frame, by reason: those of `Pairs`, `no_confidence`, and
        `counted_already`, with an earlier one of several tables.
    """

    frame: pd.DataFrame
    n_both: int
    left_out: dict[str, int]

    @property
    def ends(self) -> tuple[float, float]:
        """The scale of the confidence: 0 to 1, or from its least to its greatest where it leaves that."""
        least, most = (float(end) for end in self.frame[CONFIDENCE].agg(["min", "max"]))
        return (0.0, 1.0) if least >= 0 and most <= 1 else (least, most)

    @property
    def is_share(self) -> bool:
        """Whether the confidence can be read as the expected share of same labels."""
        return self.ends == (0.0, 1.0)


def rate_pairs(compared: Sequence[Pairs], rated: pd.DataFrame) -> RatedPairs:
    """Give the compared nuclei the confidence of a table.

    Parameters
    ----------
    compared : sequence of Pairs
        Square pairs of that table with one or more others; a nucleus counts once, with the first.
    rated : DataFrame
        The tidy frame of the table, with `confidence`; that of a nucleus's first row counts.
    """
    first = rated.drop_duplicates("nucleus_id").set_index("nucleus_id")[CONFIDENCE]
    frames = [
        pd.DataFrame({CONFIDENCE: first.reindex(pairs.frame.index), "agree": same_labels(pairs.frame)})
        for pairs in compared
    ]
    every = pd.concat(frames)
    frame = every[~every.index.duplicated()]
    known = frame[np.isfinite(frame[CONFIDENCE].to_numpy())]
    reasons = [reason for pairs in compared for reason in pairs.left_out]
    left_out = {
        reason: sum(pairs.left_out[reason] for pairs in compared) for reason in dict.fromkeys(reasons)
    }
    left_out |= {"counted_already": len(every) - len(frame), "no_confidence": len(frame) - len(known)}
    return RatedPairs(known, sum(pairs.n_both for pairs in compared), left_out)


def agreement_above(rated: RatedPairs) -> pd.DataFrame:
    """Agreement and coverage of the nuclei whose confidence is at least a threshold.

    Returns
    -------
    DataFrame
        A row per threshold that keeps a nucleus. Index `threshold`: `STEPS` equal steps over the scale, or
        each value that occurs where these are fewer and no share; `n`, `agree` nuclei kept, and of them with
        the same label; `share` (0–1) with its Wilson 95 % interval `share_low`, `share_high`; `coverage`, the
        share kept.
    """
    order = np.argsort(rated.frame[CONFIDENCE].to_numpy(), kind="stable")
    values = rated.frame[CONFIDENCE].to_numpy()[order]
    agreeing = np.append(0, np.cumsum(rated.frame["agree"].to_numpy()[order]))
    low, high = rated.ends
    distinct = np.unique(values)
    few = not rated.is_share and len(distinct) <= STEPS
    thresholds = distinct if few else np.linspace(low, high, STEPS + 1).round(6).astype(values.dtype)
    below = np.searchsorted(values, thresholds)
    n, agree = len(values) - below, agreeing[-1] - agreeing[below]
    # The shortest digits that lead back to the very value, so that a click keeps the nuclei counted here.
    index = pd.Index([float(str(threshold)) for threshold in thresholds], name="threshold")
    kept = pd.DataFrame({"n": n, "agree": agree, "coverage": n / len(values)}, index=index)
    return with_shares(kept, "agree")


def reliability(rated: RatedPairs) -> pd.DataFrame:
    """Share of nuclei with the same label by confidence, in bins of equal width.

    Returns
    -------
    DataFrame
        A row per bin that holds nuclei. Index the bin in words; `low`, `high` its borders, of which the upper
        belongs to it, and `middle`; `n`, `agree` nuclei; `confidence` their mean; `share` (0–1) with its
        Wilson 95 % interval `share_low`, `share_high`.
    """
    values, edges = rated.frame[CONFIDENCE].to_numpy(np.float64), np.linspace(*rated.ends, BINS + 1)
    number = _bin_numbers(rated, rated.frame[CONFIDENCE].to_numpy())
    n = np.bincount(number, minlength=BINS)
    total = np.bincount(number, weights=values, minlength=BINS)
    bins = pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "middle": _middles(rated),
            "n": n,
            "agree": np.bincount(number[rated.frame["agree"].to_numpy()], minlength=BINS),
            "confidence": total / np.maximum(n, 1),
        },
        index=pd.Index([f"{low:.3g}–{high:.3g}" for low, high in pairwise(edges)]),
    )
    return with_shares(bins, "agree").rename_axis(CONFIDENCE)


def calibration_error(bins: pd.DataFrame) -> float:
    """The expected calibration error: the mean distance of a bin's share to its mean confidence.

    Source: Naeini, Cooper and Hauskrecht (2015), AAAI 29, 2901–2907.
    """
    return float(np.average(np.abs(bins["share"] - bins["confidence"]), weights=bins["n"]))


def nuclei_above(rated: RatedPairs, threshold: float) -> Ids:
    """The compared nuclei whose confidence is at least a threshold, sorted."""
    values = rated.frame[CONFIDENCE].to_numpy()
    kept = rated.frame.index[values >= values.dtype.type(threshold)]
    return np.sort(kept.to_numpy(np.int64))


def highest_reached(rated: RatedPairs, thresholds: pd.Index) -> NDArray[np.intp]:
    """The place of the highest threshold that each compared nucleus reaches; -1: it reaches none."""
    values = rated.frame[CONFIDENCE].to_numpy()
    return np.searchsorted(thresholds.to_numpy().astype(values.dtype), values, side="right") - 1


def counts_above(rated: RatedPairs, nucleus_ids: Ids, thresholds: pd.Index) -> NDArray[np.intp]:
    """Of some of the compared nuclei, how many have at least each confidence."""
    values = np.sort(rated.frame.loc[rated.frame.index.isin(nucleus_ids), CONFIDENCE].to_numpy())
    return len(values) - np.searchsorted(values, thresholds.to_numpy().astype(values.dtype))


def nuclei_of_bin(rated: RatedPairs, confidence: float) -> Ids:
    """The compared nuclei in the bin that holds a confidence, sorted."""
    values = rated.frame[CONFIDENCE].to_numpy()
    number = _bin_numbers(rated, values)
    kept = rated.frame.index[number == _bin_numbers(rated, np.array([confidence], values.dtype))]
    return np.sort(kept.to_numpy(np.int64))


def bin_middles(rated: RatedPairs) -> NDArray[np.float64]:
    """The middle of the bin of each compared nucleus, in the order of the frame."""
    return _middles(rated)[_bin_numbers(rated, rated.frame[CONFIDENCE].to_numpy())]


def _middles(rated: RatedPairs) -> NDArray[np.float64]:
    edges = np.linspace(*rated.ends, BINS + 1)
    return ((edges[:-1] + edges[1:]) / 2).round(9)


def _bin_numbers(rated: RatedPairs, values: NDArray[np.floating]) -> NDArray[np.int64]:
    """The bin of each confidence; a value on a border is in the lower bin."""
    inner = np.linspace(*rated.ends, BINS + 1)[1:-1].round(9).astype(values.dtype)
    return np.asarray(np.searchsorted(inner, values), dtype=np.int64)
