"""The labels of rows: their table's own, or those of another table, the label source."""

import numpy as np
import pandas as pd

from components.analysis.labels.levels import CONFLICTING, labels_at, nucleus_labels, raw_labels
from data.labels.entry import Level

NOT_IN_TABLE = "not in table"
"""Stands for a nucleus that the label source does not hold."""


def own_labels(frame: pd.DataFrame, level: Level) -> pd.Categorical:
    """Label of each row at a level; at `type` as the table spells it. Missing = unmapped."""
    return raw_labels(frame) if level == "type" else labels_at(frame, level)


def labels_from(nucleus_ids: np.ndarray, frame: pd.DataFrame, level: Level) -> pd.Categorical:
    """Look up the label that another table gives each nucleus.

    Parameters
    ----------
    nucleus_ids : array of int64
        One per row, with repeats.
    frame : DataFrame
        The tidy frame of a table that labels nuclei.
    level : Level

    Returns
    -------
    Categorical
        One value per row in the order of display, then `CONFLICTING` and `NOT_IN_TABLE` where they
        occur; missing = unmapped.
    """
    source = nucleus_labels(frame, level)
    categories = [str(word) for word in source.labels.cat.categories]
    words = [*categories, CONFLICTING, NOT_IN_TABLE]
    codes = _looked_up(nucleus_ids, source.labels.index.to_numpy(), source.labels.cat.codes.to_numpy())
    codes[codes == -2] = len(categories) + 1
    codes[np.isin(nucleus_ids, source.conflicting)] = len(categories)
    labels = pd.Categorical.from_codes(codes, words)  # type: ignore[arg-type]  # the stubs want an Index
    absent = [word for k, word in enumerate(words) if k >= len(categories) and not (codes == k).any()]
    # Not remove_categories, which would sort the words.
    return labels.set_categories([word for word in words if word not in absent])


def _looked_up(ids: np.ndarray, known: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Code of each ID by the known ones (sorted); -2 where it is not known."""
    if not len(known):
        return np.full(len(ids), -2, dtype=np.int16)
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[places] == ids, codes[places], -2).astype(np.int16)
