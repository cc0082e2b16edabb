"""The IDs of a column, row by row, each exact or with the reason why it is none."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from data.own.file import text_of
from data.tables.id_digits import ROUNDED_BY, rounding
from data.tables.typed import LARGEST_ID, is_nucleus_id, is_root_id, why_no_id
from data.tables.values import FOR_EXCEL, MISSING, decoded

NO_ID = "no ID"
_WHOLE = re.compile(r"[+]?([0-9]{1,15})\.0*")


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
    values = decoded(column)
    words = text_of(pa.chunked_array([values]))
    codes, distinct = pd.factorize(pd.Series(words, dtype=object), use_na_sentinel=False)
    read = [_read(word) for word in distinct]
    ids = np.array([number for number, _ in read], dtype=np.int64)
    reasons = np.array([reason for _, reason in read], dtype=object)
    roots = np.flatnonzero([is_root_id(int(number)) for number in ids])
    kind, places = rounding(ids[roots])
    if kind:
        reasons[roots[places]] = f"rounded, as by {ROUNDED_BY[kind]}"
        ids[roots[places]] = 0
    written = ["" if word is None else word for word in words]
    return IdValues(ids[codes], reasons[codes], written)


def _read(word: object) -> tuple[int, str]:
    text = str(word).strip() if isinstance(word, str) else ""
    if not text or text in MISSING:
        return 0, NO_ID
    bare = re.sub(FOR_EXCEL, r"\1", text)
    whole = _WHOLE.fullmatch(bare)
    if whole and is_nucleus_id(int(whole[1])):
        bare = whole[1]
    why = why_no_id(bare)
    number = 0 if why else int(bare)
    return (number, "") if number <= LARGEST_ID and not why else (0, why)
