"""The V1 column as experts labelled it: both tables together, and which nuclei lie in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.levels import raw_labels
from data.labels.crosswalk import ordered
from data.tables.schema import POSITION
from data.volume.space import in_column

PUBLISHED_IN_COLUMN = 2_204
"""Nuclei of the column that experts inspected (MICrONS tutorial, annotation tables)."""


@dataclass(frozen=True, kw_only=True)
class ColumnMembership:
    """Nuclei in and around the prism of `Volume.column`.

    Attributes
    ----------
    labelled : int
        Nuclei labelled by the given tables, each once.
    outside : int
        Labelled nuclei outside the prism.
    unplaced : int
        Labelled nuclei without a position.
    detected : int or None
        Nuclei detected inside the prism; None without the detections.
    named : int or None
        Detected nuclei inside the prism that are labelled.
    """

    labelled: int
    outside: int
    unplaced: int
    detected: int | None = None
    named: int | None = None


def column_membership(
    labelled: Sequence[pd.DataFrame], detections: pd.DataFrame | None = None
) -> ColumnMembership:
    """Compare the labelled nuclei with those that lie in the column.

    Parameters
    ----------
    labelled : sequence of DataFrame
        Tidy frames of the tables labelled by hand.
    detections : DataFrame, optional
        The tidy frame of all detected nuclei.
    """
    nuclei = pd.concat([frame[["nucleus_id", *POSITION]] for frame in labelled]).drop_duplicates("nucleus_id")
    placed = nuclei[[*POSITION]].notna().all(axis="columns").to_numpy()
    inside = _inside(nuclei)
    counts = {
        "labelled": len(nuclei),
        "outside": int((placed & ~inside).sum()),
        "unplaced": int((~placed).sum()),
    }
    if detections is None:
        return ColumnMembership(**counts)
    detected = np.unique(detections["nucleus_id"].to_numpy()[_inside(detections)])
    named = int(np.isin(detected, nuclei["nucleus_id"].to_numpy()).sum())
    return ColumnMembership(**counts, detected=len(detected), named=named)


def together(labelled: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, pd.Categorical]:
    """Concatenate tables.

    Returns
    -------
    rows : DataFrame
        Nucleus ID and position of every row, numbered from 0.
    labels : Categorical
        Label of each row as its table spells it, in the order of display.
    """
    words = np.concatenate([raw_labels(frame).astype(str) for frame in labelled])
    rows = pd.concat([frame[["nucleus_id", *POSITION]] for frame in labelled], ignore_index=True)
    return rows, pd.Categorical(words, categories=ordered(set(words)))


def _inside(frame: pd.DataFrame) -> np.ndarray:
    return in_column(*(frame[axis].to_numpy() for axis in POSITION))
