"""One label per nucleus, at the level that a comparison or a picture speaks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.cell_types import Level, at_level, is_ambiguous, ordered

NO_LABEL = "(no label)"
"""Stands for a row whose table gives it no label."""
CONFLICTING = "conflicting labels"
"""Stands for a nucleus that one table gives two labels."""


def labels_at(frame: pd.DataFrame, level: Level) -> pd.Categorical:
    """Each row's label at a level.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame with `cell_type`, and `classification_system` where the rows hold it.
    level : Level
        `type` is the raw label after synonyms.

    Returns
    -------
    Categorical
        One value per row in the order of display; missing where the label has no counterpart at
        this level (*unmapped*).
    """
    codes, words, systems = _spoken(frame)
    mapped = [
        None if word is None else at_level(word, level, system)
        for word, system in zip(words, systems, strict=True)
    ]
    return _recoded(codes, mapped)


def raw_labels(frame: pd.DataFrame) -> pd.Categorical:
    """Each row's label as the table spells it, in the order of display; a row without one says so."""
    column = frame["cell_type"].array
    codes = np.asarray(column.codes)
    words: list[str | None] = [str(word) for word in column.categories]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(words), codes)
        words.append(NO_LABEL)
    return _recoded(codes, words)


@dataclass(frozen=True)
class NucleusLabels:
    """What a table says of each nucleus, once.

    Attributes
    ----------
    labels : Series
        Index `nucleus_id` (sorted, unique), values the labels at a level; missing = unmapped.
    ambiguous : ndarray of bool
        Whether the mapping of that label to the level is ambiguous.
    conflicting : ndarray of int64
        Nuclei with more than one label: they are in neither of the others.
    """

    labels: pd.Series
    ambiguous: np.ndarray
    conflicting: np.ndarray

    @property
    def count(self) -> int:
        """Nuclei that the table labels, conflicting ones included."""
        return len(self.labels) + len(self.conflicting)


def nucleus_labels(frame: pd.DataFrame, level: Level) -> NucleusLabels:
    """Read a table's rows as one label per nucleus.

    A nucleus that stands twice with the same label counts once; with labels that differ (after
    synonyms) it is conflicting.
    """
    kinds = labels_at(frame, "type").codes
    ids = frame["nucleus_id"].to_numpy()
    order = np.lexsort((kinds, ids))
    sorted_ids, sorted_kinds = ids[order], kinds[order]
    first = np.ones(len(ids), dtype=bool)
    first[1:] = sorted_ids[1:] != sorted_ids[:-1]
    differs = ~first
    differs[1:] &= sorted_kinds[1:] != sorted_kinds[:-1]
    conflicting = np.unique(sorted_ids[differs])
    kept = order[first]
    kept = kept[~np.isin(ids[kept], conflicting)]
    index = pd.Index(ids[kept], name="nucleus_id")
    return NucleusLabels(
        labels=pd.Series(labels_at(frame, level)[kept], index=index),
        ambiguous=_ambiguous(frame, level)[kept],
        conflicting=conflicting,
    )


def _ambiguous(frame: pd.DataFrame, level: Level) -> np.ndarray:
    codes, words, _ = _spoken(frame)
    return np.array([*(word is not None and is_ambiguous(word, level) for word in words), False])[codes]


def _spoken(frame: pd.DataFrame) -> tuple[np.ndarray, list[str | None], list[str | None]]:
    """The distinct pairs of label and system, and which one each row holds; None where it holds none."""
    label = frame["cell_type"].array
    if "classification_system" not in frame:
        return (
            np.asarray(label.codes),
            [str(word) for word in label.categories],
            [None] * len(label.categories),
        )
    system = frame["classification_system"].array
    width = len(system.categories) + 1  # one more, for a missing one; codes begin at -1
    joint = (label.codes.astype(np.int64) + 1) * width + system.codes + 1
    distinct, codes = np.unique(joint, return_inverse=True)
    which_label, which_system = np.divmod(distinct, width)
    words = [None if k == 0 else str(label.categories[k - 1]) for k in which_label]
    return codes, words, [None if k == 0 else str(system.categories[k - 1]) for k in which_system]


def _recoded(codes: np.ndarray, mapped: list[str | None]) -> pd.Categorical:
    categories = ordered(list({word for word in mapped if word is not None}))
    place = {word: k for k, word in enumerate(categories)}
    new = np.array([-1 if word is None else place[word] for word in mapped] + [-1], dtype=np.int16)
    return pd.Categorical.from_codes(new[codes], categories)  # type: ignore[arg-type]  # the stubs want an Index
