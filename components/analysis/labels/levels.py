"""One label per nucleus, of its own table or another, at a level."""

from dataclasses import dataclass
from weakref import ReferenceType, ref

import numpy as np
import pandas as pd

from components.analysis.labels.ids import each_once
from data.catalog.entry import NativeLevel, Table
from data.labels.crosswalk import LEVELS, at_level, is_ambiguous, ordered
from data.labels.entry import Level

NOT_IN_TABLE = "not in table"
"""Stands for a nucleus that the label source does not hold."""
NO_LABEL = "(no label)"
"""Stands for a row without a label."""
CONFLICTING = "conflicting labels"
"""Stands for a nucleus with two labels in one table."""

_CANONICAL: dict[NativeLevel, Level] = {
    "neuron": "neuron",
    "class": "class",
    "group": "class",
    "subclass": "subclass",
    "m-type": "subclass",
}
"""The finest level of comparison to which labels of each native level map."""


def labels_at(frame: pd.DataFrame, level: Level) -> pd.Categorical:
    """Each row's label at a level.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame with `cell_type` and, where known, `classification_system`.
    level : Level
        `type` is the raw label after synonyms.

    Returns
    -------
    Categorical
        One value per row, categories in the order of display; missing where the label has no counterpart
        at the level (*unmapped*).
    """
    return _mapped(*_label_pairs(frame), level)


def raw_labels(frame: pd.DataFrame) -> pd.Categorical:
    """Each row's label as the table spells it, in the order of display, or `NO_LABEL`."""
    column = frame["cell_type"].array
    codes = np.asarray(column.codes)
    words: list[str | None] = [str(word) for word in column.categories]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(words), codes)
        words.append(NO_LABEL)
    return _recoded(codes, words)


@dataclass(frozen=True)
class NucleusLabels:
    """A table's label for each nucleus.

    Attributes
    ----------
    labels : Series
        Index `nucleus_id` (sorted, unique), values the labels at a level; missing = unmapped.
    ambiguous : ndarray of bool
        Whether the mapping of that label to the level is ambiguous.
    conflicting : ndarray of int64
        Nuclei with more than one label; in neither of the other arrays.
    """

    labels: pd.Series
    ambiguous: np.ndarray
    conflicting: np.ndarray

    @property
    def count(self) -> int:
        """Nuclei that the table labels, conflicting ones included."""
        return len(self.labels) + len(self.conflicting)


@dataclass(frozen=True)
class Reading:
    """A table's rows as one label per nucleus, before a level is chosen; made by `read_once`.

    Attributes
    ----------
    nuclei : ndarray of int64
        Sorted, unique.
    codes : ndarray of int
        Position of each nucleus's label in `words`.
    words, systems : list
        The distinct labels as the table spells them, each with its `classification_system`; None where
        missing.
    conflicting : ndarray of int64
        Nuclei with more than one label; not among `nuclei`.
    """

    nuclei: np.ndarray
    codes: np.ndarray
    words: list[str | None]
    systems: list[str | None]
    conflicting: np.ndarray

    def at(self, level: Level) -> NucleusLabels:
        """The labels at a level; much cheaper than reading the rows."""
        # The last value is for rows without a label, whose code may be -1.
        ambiguous = [*(word is not None and is_ambiguous(word, level) for word in self.words), False]
        labels = _mapped(self.codes, self.words, self.systems, level)
        return NucleusLabels(
            labels=pd.Series(labels, index=pd.Index(self.nuclei, name="nucleus_id")),
            ambiguous=np.array(ambiguous)[self.codes],
            conflicting=self.conflicting,
        )


def nucleus_labels(frame: pd.DataFrame, level: Level) -> NucleusLabels:
    """Read a table's rows as one label per nucleus, at a level.

    A nucleus with several rows counts once; where their labels differ (after synonyms) it is conflicting.
    """
    return read_once(frame).at(level)


def read_once(frame: pd.DataFrame) -> Reading:
    """Read a table's rows as one label per nucleus, for any level, as `nucleus_labels` does."""
    codes, words, systems = _label_pairs(frame)
    ids = frame["nucleus_id"].to_numpy()
    kept, conflicting = _each_once(ids, _mapped(codes, words, systems, "type").codes)
    return Reading(ids[kept], codes[kept], words, systems, conflicting)


_READ: dict[int, tuple[ReferenceType[pd.DataFrame], Reading]] = {}
_READ_KEPT = 16


def known_reading(frame: pd.DataFrame) -> Reading:
    """As `read_once`, of a frame that never changes: the last reading is kept as long as its frame.

    Sorting the rows by nucleus takes most of the time, and every click on a chart asks for two tables,
    and the consensus for all of a release.
    """
    key = id(frame)  # which another may have later
    if (known := _READ.get(key)) and known[0]() is frame:
        return known[1]
    reading = read_once(frame)
    _READ[key] = ref(frame, lambda _: _READ.pop(key, None)), reading
    for oldest in [*_READ][:-_READ_KEPT]:
        _READ.pop(oldest, None)  # another thread may have dropped it
    return reading


def finest_common_level(rows: Table, columns: Table) -> Level:
    """The finest level at which two tables both have canonical labels.

    The crosswalk takes M-types to subclass, connectivity groups only to class; two tables of M-types, or of
    groups, compare as they are. Whether a nucleus is coregistered is the same at every level, so a table of
    functional units takes the other table's level, and two of them compare at `type`.
    """
    if rows.level == columns.level and rows.level in ("m-type", "group"):
        return "type"
    levels = [_CANONICAL[table.level] for table in (rows, columns) if table.level]
    return min(levels, key=LEVELS.index, default="type")


def _each_once(ids: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each nucleus whose rows agree, by ID; and the IDs of the other nuclei."""
    order = np.argsort(ids, kind="stable")
    sorted_ids, sorted_kinds = ids[order], kinds[order]
    repeated = sorted_ids[1:] == sorted_ids[:-1]
    differs = repeated & (sorted_kinds[1:] != sorted_kinds[:-1])
    conflicting = each_once(sorted_ids[1:][differs])
    kept = order[np.append(True, ~repeated)] if len(order) else order
    return (kept[~np.isin(ids[kept], conflicting)] if len(conflicting) else kept), conflicting


def _label_pairs(frame: pd.DataFrame) -> tuple[np.ndarray, list[str | None], list[str | None]]:
    """Each row's code, and the distinct pairs of label and system it points at; None where missing."""
    label = frame["cell_type"].array
    if "classification_system" not in frame:
        return np.asarray(label.codes), [*map(str, label.categories)], [None] * len(label.categories)
    system = frame["classification_system"].array
    width = len(system.categories) + 1  # one more for missing values, whose code is -1
    joint = (label.codes.astype(np.int64) + 1) * width + system.codes + 1
    # There are few pairs: marking those that occur is ten times as fast as sorting the rows.
    occurs = np.bincount(joint, minlength=1) > 0
    distinct = np.flatnonzero(occurs)
    codes = (np.cumsum(occurs) - 1)[joint]
    which_label, which_system = np.divmod(distinct, width)
    words = [None if k == 0 else str(label.categories[k - 1]) for k in which_label]
    return codes, words, [None if k == 0 else str(system.categories[k - 1]) for k in which_system]


def _mapped(
    codes: np.ndarray, words: list[str | None], systems: list[str | None], level: Level
) -> pd.Categorical:
    pairs = zip(words, systems, strict=True)
    mapped = [None if word is None else at_level(word, level, system) for word, system in pairs]
    return _recoded(codes, mapped)


def _recoded(codes: np.ndarray, mapped: list[str | None]) -> pd.Categorical:
    categories = ordered(list({word for word in mapped if word is not None}))
    places = {word: k for k, word in enumerate(categories)}
    new_codes = np.array([-1 if word is None else places[word] for word in mapped] + [-1], dtype=np.int16)
    return pd.Categorical.from_codes(new_codes[codes], categories)  # type: ignore[arg-type]  # the stubs want an Index


def own_labels(frame: pd.DataFrame, level: Level) -> pd.Categorical:
    """Label of each row at a level, one spelling for each; missing = unmapped, at `type` `NO_LABEL`."""
    if level != "type":
        return labels_at(frame, level)
    spelled = raw_labels(frame)
    return _recoded(np.asarray(spelled.codes), [at_level(str(word), "type") for word in spelled.categories])


def source_labels(frame: pd.DataFrame, source: pd.DataFrame | None, level: Level) -> pd.Categorical:
    """Label of each row: its nucleus' in another frame, its own where this is the frame itself, or none."""
    if source is None:
        return pd.Categorical([None] * len(frame), categories=[])
    if source is frame:
        return own_labels(frame, level)
    return labels_from(frame["nucleus_id"].to_numpy(), source, level)


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
    labels, known = source.labels, [*map(str, source.labels.cat.categories)]
    places = labels.index.get_indexer(pd.Index(nucleus_ids))  # -1, the last, where the source lacks it
    codes = np.append(labels.cat.codes.to_numpy(), len(known) + 1)[places]
    codes[np.isin(nucleus_ids, source.conflicting)] = len(known)
    found = pd.Categorical.from_codes(codes, [*known, CONFLICTING, NOT_IN_TABLE])  # type: ignore[arg-type]  # the stubs want an Index
    special = [word for k, word in enumerate((CONFLICTING, NOT_IN_TABLE), len(known)) if (codes == k).any()]
    # Not remove_categories, which would sort the words.
    return found.set_categories([*known, *special])
