"""Numbers that count rows, or cells of a list of the reader's own, and name no nuclei."""

import re

import numpy as np

from data.own.ids import IdValues
from data.volume import VOLUME

MOST_PER_ROW = 2
"""The largest of the numbers that count rows, by the number of rows."""
ROW_NAMES = re.compile(
    r"unnamed: ?\d+(\.\d+)*|__index_level_\d+__|index|level_\d+|row[ _.]?(id|names?|no|nr|num(ber)?|index)?s?"
    r"|#|no\.?|nr\.?|num(ber)?",
    re.IGNORECASE,
)
"""Names of columns that number rows: an index that pandas or R wrote, or a spreadsheet's own."""


def may_number(ids: IdValues) -> bool:
    """Whether numbers may name a nucleus each, or count the rows."""
    is_row = (ids.ids > 0) | np.array([word.strip() in ("0", "0.0") for word in ids.written])
    small = is_row.all() and (ids.ids < VOLUME.nucleus_ids_below).all()
    return bool(small and len(np.unique(ids.ids)) == len(ids.ids))


def counts_rows(ids: IdValues) -> bool:
    """Whether numbers count the rows, in whatever order and with gaps: nucleus IDs lie farther apart."""
    distinct = np.unique(ids.ids)
    return len(distinct) == len(ids.ids) and bool(distinct[-1] <= MOST_PER_ROW * len(distinct))


def are_small(ids: IdValues) -> bool:
    """Whether most numbers are below all nucleus IDs."""
    found = ids.ids[ids.ids > 0]
    return len(found) > 0 and bool((found < VOLUME.nucleus_ids_from).mean() > 0.5)


def numbers_a_list(ids: IdValues) -> bool:
    """Whether a column that is named for IDs holds numbers below all nucleus IDs."""
    counts = counts_rows(ids) and bool(ids.ids.min() < VOLUME.nucleus_ids_from)
    return counts or are_small(ids)
