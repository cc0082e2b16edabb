"""The V1 column as the experts labelled it: both tables together, and who lies in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.levels import raw_labels
from data.labels.crosswalk import ordered
from data.tables.schema import POSITION
from data.volume.space import in_column

PUBLISHED_IN_COLUMN = 2_204
"""Nuclei of the column that the experts looked at (MICrONS tutorial, annotation tables)."""


@dataclass(frozen=True, kw_only=True)
class ColumnMembership:
    """Nuclei in and around the prism of `Volume.column`.

    Attributes
    ----------
    labelled : int
        Nuclei that the given tables name, each once.
    outside : int
        Those of them that lie outside the prism.
    unplaced : int
        Those of them without a position.
    detected : int or None
        Nuclei detected inside the prism; None without their table.
    named : int or None
        Those of the detected that the given tables name.
    """

    labelled: int
    outside: int
    unplaced: int
    detected: int | None = None
    named: int | None = None


def column_membership(
    labelled: Sequence[pd.DataFrame], detections: pd.DataFrame | None = None
) -> ColumnMembership:
    """Compare who was named with who lies in the column.

    Parameters
    ----------
    labelled : sequence of DataFrame
        Tidy frames of the tables labelled by hand.
    detections : DataFrame, optional
        The tidy frame of all detected nuclei.
    """
    known = pd.concat([frame[["nucleus_id", *POSITION]] for frame in labelled]).drop_duplicates("nucleus_id")
    placed = known[[*POSITION]].notna().all(axis="columns").to_numpy()
    inside = _inside(known)
    counts = {
        "labelled": len(known),
        "outside": int((placed & ~inside).sum()),
        "unplaced": int((~placed).sum()),
    }
    if detections is None:
        return ColumnMembership(**counts)
    found = np.unique(detections["nucleus_id"].to_numpy()[_inside(detections)])
    named = int(np.isin(found, known["nucleus_id"].to_numpy()).sum())
    return ColumnMembership(**counts, detected=len(found), named=named)


def together(labelled: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, pd.Categorical]:
    """Put tables below each other.

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
