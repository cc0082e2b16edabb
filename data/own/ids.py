"""The IDs of a column, row by row, each exact or with the reason why it is none."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.own.file import text_array
from data.tables.id_digits import ROUNDED_BY, kind_of_ids, rounding
from data.tables.typed import LARGEST_ID, id_rank, is_nucleus_id, ungrouped, why_no_id
from data.tables.values import FOR_EXCEL, MISSING
from data.volume import VOLUME

NO_ID = "no ID"
ROOT_ID = 2
"""Rank of the surest names of root IDs."""
TOLD_BY = 2_000
"""IDs, evenly over the rows, by which their kind is recognised."""
_WHOLE = re.compile(r"[+]?([0-9]{1,15})(?:\.0*|,00?)?")


@dataclass(frozen=True, eq=False)
class IdValues:
    """The IDs of rows.

    Attributes
    ----------
    ids : int64 array
        0 where a row has none.
    reasons : object array of str
        Why it has none; "" where it has one.
    written : list of str
        What the rows hold.
    """

    ids: NDArray[np.int64]
    reasons: NDArray[np.object_]
    written: list[str]


def row_ids(column: pa.ChunkedArray) -> IdValues:
    """Read a column's IDs; a whole decimal is one only where it is short enough to be exact."""
    words = text_array(column)
    plain = pc.match_substring_regex(words, "^[1-9][0-9]{0,17}$").fill_null(False)
    numbers = pc.if_else(plain, words, "0").cast(pa.int64())
    ids: NDArray[np.int64] = np.array(numbers.to_numpy(zero_copy_only=False))
    reasons = np.full(len(ids), "", dtype=object)
    written: list[str] = words.fill_null("").to_pylist()
    for place in np.flatnonzero(ids == 0).tolist():
        ids[place], reasons[place] = _read(written[place])
    distinct = np.unique(ids[ids >= VOLUME.root_ids_from])
    kind, places = rounding(distinct)
    if kind:
        rounded = np.isin(ids, distinct[places])
        reasons[rounded] = f"rounded, as by {ROUNDED_BY[kind]}"
        ids[rounded] = 0
    return IdValues(ids, reasons, written)


def kind_of(ids: IdValues, name: str) -> Literal["nucleus", "root"]:
    """What most IDs are; in a column that is named for root IDs one of these is enough."""
    found = ids.ids[ids.ids > 0]
    found = found[:: max(1, len(found) // TOLD_BY)]
    named = id_rank(name) == ROOT_ID and bool((found >= VOLUME.root_ids_from).any())
    return "root" if named or (len(found) and "root" in kind_of_ids(found)) else "nucleus"


def _read(word: str) -> tuple[int, str]:
    text = word.strip()
    if not text or text in MISSING:
        return 0, NO_ID
    bare = re.sub(FOR_EXCEL, r"\1", text)
    whole = _WHOLE.fullmatch(bare)
    if whole and is_nucleus_id(int(whole[1])):
        bare = whole[1]
    why = "written with separators of thousands" if ungrouped(bare) else why_no_id(bare)
    number = 0 if why else int(bare)
    return (number, "") if number <= LARGEST_ID and not why else (0, why)
