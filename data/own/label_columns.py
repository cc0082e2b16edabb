"""Which columns of a reader's own file hold labels."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import DataError
from data.own.confidence import CONFIDENCE_WORDS
from data.own.file import OwnFile, text_array
from data.own.points import numbers_of, position_columns
from data.tables.typed import id_rank
from data.tables.values import decoded, is_text

SYSTEMS = ("classification_system", "group")
LABEL_WORDS = {
    *("type", "types", "celltype", "label", "labels", "class", "subclass", "cluster", "supertype", "subtype"),
    *("mtype", "ttype", "etype", "prediction", "predicted", "pred", "call", "annotation"),
}
"""Words in the name of a column of labels."""
OTHER_WORDS = {
    "source",
    "system",
    "id",
    "ids",
    "n",
    "count",
    "valid",
    "created",
    "note",
    "notes",
    "comment",
    "url",
}
"""Words in the name of a column of neither."""
MOST_LABELS = 250
"""The most labels of a table: the cloud tells 255 apart, those that stand for none included."""


def _words(name: str) -> set[str]:
    return {*re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())}


def label_columns(
    file: OwnFile, names: tuple[str, ...], doubts: list[DataError]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of labels: those whose names say so, else the only one of few words; and those left out."""
    known = {*names, *SYSTEMS, *(axis for found in position_columns(file) for axis in found)}
    rest = [
        name
        for name in file.rows.column_names
        if name not in known and id_rank(name) is None and not _words(name) & (OTHER_WORDS | CONFIDENCE_WORDS)
    ]
    named = [name for name in rest if _words(name) & LABEL_WORDS]
    few = [name for name in rest if _has_few_words(file.rows[name], named=name in named)]
    many = [name for name in named if len(_distinct(file.rows[name])) > MOST_LABELS]
    numbered = [name for name in few if name not in named and _numbers_clusters(file.rows[name])]
    if labels := tuple(name for name in few if name in named):
        others = [
            name
            for name in few
            if name not in named and _is_worded(file.rows[name]) and len(_distinct(file.rows[name])) > 1
        ]
        return labels, (*others, *numbered, *many)
    words = [name for name in few if _is_worded(file.rows[name])]
    rest = file.rows.select(named)
    unread = [name for name in named if name not in (*few, *many) and rest[name].null_count < len(rest)]
    if len(words) > 1:
        doubts.append(
            DataError(
                f"{file.path.name}: {' and '.join(words)} may hold the labels.",
                f"--with-labels {words[0]}, or --with-labels {','.join(words)} for a table of each, decides.",
            )
        )
    if many and not words:
        doubts.append(
            DataError(
                f"{file.path.name}: {' and '.join(many)} may hold the labels, but there are more than "
                f"{MOST_LABELS}.",
                "Let rare ones count as one, or name the column of labels with --with-labels.",
            )
        )
    return tuple(words[:1]), (*unread, *numbered)


def _distinct(column: pa.ChunkedArray) -> pa.Array:
    """The different words or whole numbers of a column; none of a column of anything else."""
    values = decoded(column)
    types, numbers = pa.types, numbers_of(column)
    is_whole = types.is_floating(values.type) and np.array_equal(numbers, np.floor(numbers), equal_nan=True)
    is_word = is_whole or types.is_integer(values.type) or is_text(values.type)
    return pc.unique(text_array(values).drop_null()) if is_word else pa.array([], pa.string())


def _is_worded(column: pa.ChunkedArray) -> bool:
    return bool(np.isnan(numbers_of(column)).mean() > 0.5)


def _numbers_clusters(column: pa.ChunkedArray) -> bool:
    """Whether numbers are those of a clustering: all whole ones from 0 or 1 on, each of several rows."""
    numbers = numbers_of(column)
    found = np.unique(numbers[np.isfinite(numbers)])
    several = 1 < len(found) <= len(column) // 2 and bool(found[0] in (0, 1))
    return several and np.array_equal(found, found[0] + np.arange(len(found)))


def _has_few_words(column: pa.ChunkedArray, *, named: bool) -> bool:
    """Whether a column has so few words that they may be labels; as many as can be where its name says so."""
    distinct = _distinct(column)
    if {str(word).lower() for word in distinct.slice(0, 3).to_pylist()} <= {"t", "f", "true", "false"}:
        return False  # flags, and columns without a value
    most = MOST_LABELS if named and _is_worded(column) else max(20, len(column) // 2)
    return 0 < len(distinct) <= min(MOST_LABELS, most)
