"""IDs that a reader pastes or uploads: which numbers are written there, and which nuclei they mean."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.analysis.labels.typed import why_no_id, words_in
from data.errors import DataError

LARGEST_FILE = 20_000_000
"""Bytes: several times what every root ID of the release takes."""
MOST_WRITTEN = 1_000_000
COLUMNS = ("nucleus_id", "target_id", "id", "root_id", "pt_root_id")
"""Columns whose numbers are IDs; the first that a file has is read."""
LONGEST_HEAD = 10_000
"""Characters of a first line that may name columns; a longer one is a list."""
NO_NAMES = ("nan", "none", "null", "na")
_NAME = re.compile(r"[^\W\d][\w .]*")
REMEDY = "Nothing was changed. Give a text of nucleus IDs or root IDs, or a CSV with a column nucleus_id."


@dataclass(frozen=True)
class Refused:
    """A word that is no ID: the line where it stands (from 1), the word, and why."""

    line: int
    word: str
    why: str


@dataclass(frozen=True)
class WrittenIds:
    """What a text holds.

    Attributes
    ----------
    ids : tuple of int
        In the order of the text, repeats too; from 1 to 2**63 - 1.
    refused : tuple of Refused
    column : str
        The column that was read, where the text is a table; else "".
    """

    ids: tuple[int, ...]
    refused: tuple[Refused, ...] = ()
    column: str = ""


@dataclass(frozen=True)
class FoundIds:
    """Which nuclei IDs mean.

    Attributes
    ----------
    nucleus_ids : int64 array
        Sorted, each once.
    written, distinct : int
        IDs read, and how many of them differ.
    as_nuclei : int
        Of the distinct: those that are nucleus IDs.
    roots : dict of int to int
        Root ID: how many nuclei it carries.
    unknown : tuple of int
        Sorted; neither.
    """

    nucleus_ids: NDArray[np.int64]
    written: int
    distinct: int
    as_nuclei: int
    roots: dict[int, int] = field(default_factory=dict)
    unknown: tuple[int, ...] = ()

    @property
    def repeats(self) -> int:
        """How many IDs stand there that had stood there before."""
        return self.written - self.distinct


def file_text(content: bytes, name: str) -> str:
    """Read an uploaded file as text.

    Raises
    ------
    DataError
        If it is too large, or no text.
    """
    if len(content) > LARGEST_FILE:
        size = f"{len(content) / 1e6:,.0f} MB, more than {LARGEST_FILE / 1e6:.0f}"
        raise DataError(f"The file “{name[:80]}” is too large: {size}.", REMEDY)
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")  # as spreadsheets save “Unicode text”
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise DataError(f"The file “{name[:80]}” is no text: its bytes cannot be read as UTF-8.", REMEDY)
    return text


def read_ids(text: str) -> WrittenIds:
    """Read the IDs that a text holds: a list with whatever between them, a table with a header, or JSON.

    Raises
    ------
    DataError
        If there are more than `MOST_WRITTEN`, or the text is JSON of something else.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip()[:1] in ("{", "["):
        words, column = _json_words(text), ""
    else:
        words, column = _table_words(text)
    return written_ids(words, column)


def written_ids(words: Iterable[tuple[int, str]], column: str = "") -> WrittenIds:
    """Read words, each with its line, as IDs; raises `DataError` where there are more than `MOST_WRITTEN`."""
    ids: list[int] = []
    refused: list[Refused] = []
    for line, word in words:
        why = why_no_id(word)
        if why:
            refused.append(Refused(line, word[:40], why))
        else:
            ids.append(int(word))
        if len(ids) + len(refused) > MOST_WRITTEN:
            raise DataError(f"More than {MOST_WRITTEN:,} IDs are written there.", "Give fewer at once.")
    return WrittenIds(tuple(ids), tuple(refused), column)


def find_ids(written: WrittenIds, nucleus_ids: NDArray[np.int64], root_ids: NDArray[np.int64]) -> FoundIds:
    """Find the nuclei that IDs mean; a root ID means every nucleus on that root.

    Parameters
    ----------
    written : WrittenIds
    nucleus_ids, root_ids : int64 arrays of one length
        The nuclei at hand and their roots; 0 = no root.
    """
    distinct = np.unique(np.array(written.ids, dtype=np.int64))
    known = np.isin(distinct, nucleus_ids)
    rest = distinct[~known]
    on_root = np.isin(root_ids, rest)
    roots, carried = np.unique(root_ids[on_root], return_counts=True)
    return FoundIds(
        nucleus_ids=np.union1d(distinct[known], nucleus_ids[on_root]).astype(np.int64),
        written=len(written.ids),
        distinct=len(distinct),
        as_nuclei=int(known.sum()),
        roots=dict(zip(roots.tolist(), carried.tolist(), strict=True)),
        unknown=tuple(np.setdiff1d(rest, roots).tolist()),
    )


def _table_words(text: str) -> tuple[Iterator[tuple[int, str]], str]:
    """The words of a text with their lines; of a table with a known column only that column's."""
    blank = len(text) - len(text.lstrip("\n"))
    text = text[blank:]
    head, _, rest = text.partition("\n")
    if len(head) > LONGEST_HEAD:
        return _words(text, 1 + blank), ""
    between = max(",;\t|", key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=between), [])]
    column = next((name for name in COLUMNS if name in names), "")
    if column:
        return _column_words(text, between, names.index(column), blank), column
    if len(names) == 1 and _NAME.fullmatch(names[0]) and names[0] not in NO_NAMES and rest.strip():
        return _words(rest, 2 + blank), names[0]
    return _words(text, 1 + blank), ""


def _words(text: str, first: int) -> Iterator[tuple[int, str]]:
    for line, written in enumerate(text.split("\n"), first):
        yield from ((line, word) for word in words_in(written))


def _column_words(text: str, between: str, place: int, blank: int) -> Iterator[tuple[int, str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        next(rows)
        for row in rows:
            word = row[place].strip() if place < len(row) else ""
            if any(cell.strip() for cell in row):
                yield rows.line_num + blank, word or "(nothing)"
    except csv.Error as error:
        raise DataError(f"The table cannot be read: {error}, line {rows.line_num}.", REMEDY) from error


def _json_words(text: str) -> Iterator[tuple[int, str]]:
    try:
        # Numbers stay the words they are written in: none goes through a decimal number.
        held: Any = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        yield from _words(text, 1)  # a list in brackets that is not JSON, such as Python's or numpy's
        return
    if isinstance(held, dict) and "sets" in held:
        raise DataError("This is a file of named sets.", "Import it under “Named sets”.")
    ids = held.get("nucleus_ids", held.get("root_ids")) if isinstance(held, dict) else held
    if not isinstance(ids, list):
        raise DataError("The JSON holds no list of IDs: neither a list, nor nucleus_ids.", REMEDY)
    for place, word in enumerate(ids, 1):
        yield place, word.strip() if isinstance(word, str) else json.dumps(word)[:40]
