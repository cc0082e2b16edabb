"""IDs that a reader pastes or uploads: which column of a text holds them, and which nuclei they mean."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import each_once, in_either, only_in_first
from data.errors import DataError
from data.tables.id_digits import ROUNDED_BY, rounding
from data.tables.id_tables import read_table
from data.tables.line_tables import NO_NAMES, Line
from data.tables.typed import (
    BARE_ID,
    EXACT_NAMES,
    bare_name,
    id_rank,
    is_counted,
    is_nucleus_id,
    is_root_id,
    ungrouped,
    why_no_id,
)

MOST_WRITTEN = 1_000_000
MOST_KNOWN = 0.95
"""Share of its distinct values that are known IDs, from which a column without a telling name is read."""
EVERY_COLUMN = "all columns together"
NO_RANK = BARE_ID + 1
"""Of a column that does not seem to hold the IDs."""
_PARTED = re.compile(r"\d[,.\s'’]\d")
_SPACES = str.maketrans(dict.fromkeys(" \u00a0", "\u202f"))
_QUOTES = "[\"'`*\u201c-\u201e\u2018\u2019]*"
_AS_TEXT = re.compile(rf"=?{_QUOTES}(?P<digits>[0-9]+)[Ln]?{_QUOTES}|\[(?P<linked>[0-9]+)\]\(\S*\)")
_WHOLE_DECIMAL = re.compile(r"([0-9]{1,18})\.0*")


@dataclass(frozen=True)
class Refused:
    """A word that is not an ID: its line (from 1), the word, and why."""

    line: int
    word: str
    why: str


@dataclass(frozen=True)
class WrittenIds:
    """What a text, or a column of it, holds.

    Attributes
    ----------
    ids : tuple of int
        In the order of the text, repeats too; from 1 to 2**63 - 1.
    refused : tuple of Refused
    column : str
        The column's name; "" where the text is a list.
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
        """How many IDs repeat an earlier one."""
        return self.written - self.distinct


@dataclass(frozen=True, eq=False)
class IdColumn:
    """A column of a text: the IDs in it, and the nuclei that they mean."""

    written: WrittenIds
    found: FoundIds

    def is_known(self, *, roots: bool = True) -> bool:
        """Whether `MOST_KNOWN` of its distinct values are nuclei, or root IDs of nuclei."""
        values = self.found.distinct + len({refused.word for refused in self.written.refused})
        n_known = self.found.as_nuclei + (len(self.found.roots) if roots else 0)
        return n_known > 0 and n_known >= MOST_KNOWN * values

    def fits_its_name(self) -> bool:
        """Whether the name is exactly that of an ID, or half of the values are known or root IDs."""
        exact = bare_name(self.written.column) in EXACT_NAMES
        n_roots = sum(map(is_root_id, {*self.written.ids}))
        fitting = max(n_roots, self.found.as_nuclei + len(self.found.roots))
        return exact or 2 * fitting >= self.found.distinct

    def is_second(self, first: "IdColumn") -> bool:
        """Whether the name is that of another column with more to it, such as `nucleus_id.1`."""
        name = self.written.column
        longer = bare_name(first.written.column) in bare_name(name) and not is_counted(name)
        return longer and bool(self.written.ids) and self.fits_its_name()


@dataclass(frozen=True)
class IdText:
    """The IDs of a text.

    Attributes
    ----------
    columns : tuple of IdColumn
        Those that hold whole numbers, the likeliest first; of a mere list, the list.
    read : IdColumn or None
        The column that its name or its values tell to hold the IDs; None: the reader chooses.
    cut : bool
        Whether the text is a print that leaves rows or columns out.
    """

    columns: tuple[IdColumn, ...]
    read: IdColumn | None = None
    cut: bool = False


def read_ids(text: str, nucleus_ids: NDArray[np.int64], root_ids: NDArray[np.int64]) -> IdText:
    """Find the IDs in a pasted or uploaded text.

    A table is read in one column, that with the likeliest name: `nucleus_id` before `target_id` before root
    and segment IDs. `id` and `id_ref` come last, and only where `MOST_KNOWN` of their values are nuclei.

    Parameters
    ----------
    text : str
    nucleus_ids, root_ids : int64 arrays of one length
        The nuclei at hand and their roots; 0 = no root.

    Raises
    ------
    DataError
        If the text is a file of named sets, cannot be read, or holds more than `MOST_WRITTEN` IDs.
    """
    table = read_table(text)
    names = [column.name for column in table.columns]

    def id_column(words: Sequence[Line], title: str) -> IdColumn:
        written = _without_rounded(written_ids(words, title), words)
        return IdColumn(written, find_ids(written, nucleus_ids, root_ids))

    if names == [""]:
        words = table.columns[0].words
        only = id_column(words, "")
        is_list = not table.unsure and _is_list(only.written, words[0][1] if words else "")
        return IdText((only,), only if is_list else None, table.cut)
    columns: list[IdColumn] = []
    ranks: list[int] = []
    for place, (name, words) in enumerate(table.columns, 1):
        rank = id_rank(name)
        column = id_column(_cleaned(words, named=rank is not None), name or f"no. {place} (unnamed)")
        if rank is not None or column.written.ids:
            columns.append(column)
            ranks.append(_rank(column, rank, alone=len(names) == 1))
    likeliest = _likeliest(columns, ranks)
    if not any(names) and len(columns) == len(names):
        rows = zip(*(words for _, words in table.columns), strict=False)
        together = id_column(_cleaned([*chain.from_iterable(rows)], named=False), EVERY_COLUMN)
        one_kind = not together.found.roots or not together.found.as_nuclei
        likeliest = [together] if one_kind and together.is_known() else []
        columns.append(together)
    rest = [column for column in columns if column not in likeliest]
    rest.sort(key=lambda column: -len(column.found.nucleus_ids))
    same = len({column.written.ids for column in likeliest}) == 1
    return IdText((*likeliest, *rest), likeliest[0] if same and not table.unsure else None, table.cut)


def _rank(column: IdColumn, rank: int | None, *, alone: bool) -> int:
    """How surely a column holds the IDs, by the rank of its name and by its values; `NO_RANK` for not."""
    if rank is None:
        return BARE_ID if alone and column.is_known() else NO_RANK
    unsure = rank == BARE_ID and not column.is_known(roots=alone)
    return NO_RANK if unsure or not column.fits_its_name() else rank


def _likeliest(columns: list[IdColumn], ranks: list[int]) -> list[IdColumn]:
    """The columns of the best rank, and second ones of the same name."""
    if any(column.is_known() for column in columns):  # then a column without IDs is not the one
        filled = (bool(column.written.ids) for column in columns)
        ranks = [rank if has_ids else NO_RANK for rank, has_ids in zip(ranks, filled, strict=True)]
    best = min([BARE_ID, *ranks])
    likeliest = [column for column, rank in zip(columns, ranks, strict=True) if rank == best]
    if best < BARE_ID:
        others = [column for column in columns if column not in likeliest]
        likeliest += [column for column in others if column.is_second(likeliest[0])]
    return likeliest


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
    distinct = each_once(written.ids)
    known = np.isin(distinct, nucleus_ids)
    rest = distinct[~known]
    on_root = np.isin(root_ids, rest)
    roots, carried = np.unique(root_ids[on_root], return_counts=True)
    return FoundIds(
        nucleus_ids=in_either(distinct[known], nucleus_ids[on_root]),
        written=len(written.ids),
        distinct=len(distinct),
        as_nuclei=int(known.sum()),
        roots=dict(zip(roots.tolist(), carried.tolist(), strict=True)),
        unknown=tuple(only_in_first(rest, roots).tolist()),
    )


def ids_left_out(column: IdColumn) -> pd.DataFrame:
    """List what a column holds that is not a nucleus: as `id` (text) and `reason`."""
    why = "unknown in this release: neither a nucleus nor its root"
    unknown = [(str(number), why) for number in column.found.unknown]
    refused = [(refused.word, f"{refused.why} (line {refused.line})") for refused in column.written.refused]
    return pd.DataFrame([*unknown, *refused], columns=["id", "reason"])


def _is_list(written: WrittenIds, first: str) -> bool:
    """Whether a text without columns lists IDs: most of its words are, and only the first may be a name."""
    prose = [refused.word for refused in written.refused if _is_prose(refused.word)]
    return not written.ids or (prose in ([], [first[:40]]) and len(written.refused) <= len(written.ids))


def _is_prose(word: str) -> bool:
    """Whether a word is one of a sentence, or a key such as `18023:`, and not a blank or misspelled ID."""
    is_text = (word[0] == "$" or word[0].isalpha()) and word.casefold() not in NO_NAMES
    return is_text or bool(re.search(r".[:=]", word))


def _cleaned(words: Sequence[Line], *, named: bool) -> list[Line]:
    """Words without what spreadsheets put around numbers; in a column named for IDs also without `.0`."""
    if all(word.isdecimal() for _, word in words):
        return list(words)
    grouped = [ungrouped(word.translate(_SPACES)) for _, word in words]
    separable = all(
        digits or not _PARTED.search(word) for (_, word), digits in zip(words, grouped, strict=True)
    )
    cleaned: list[Line] = []
    for (line, word), digits in zip(words, grouped, strict=True):
        as_text = _AS_TEXT.fullmatch(word)
        whole = _WHOLE_DECIMAL.fullmatch(word) if named else None
        if as_text:
            cleaned.append((line, as_text["digits"] or as_text["linked"]))
        elif whole and is_nucleus_id(int(whole[1])):  # a float holds so small a number exactly
            cleaned.append((line, whole[1]))
        else:
            cleaned.append((line, (digits if separable else "") or word or "(nothing)"))
    return cleaned


def _without_rounded(written: WrittenIds, words: Sequence[Line]) -> WrittenIds:
    """Refuse root IDs that have lost digits in floating-point numbers or a spreadsheet."""
    roots = each_once([number for number in written.ids if is_root_id(number)])
    kind, places = rounding(roots)
    rounded = {*roots[places].tolist()}
    spelled = {*map(str, rounded)}
    why = f"rounded, as by {ROUNDED_BY[kind]}" if kind else ""
    refused = [Refused(line, word, why) for line, word in words if word.lstrip("0") in spelled]
    ids = tuple(number for number in written.ids if number not in rounded)
    return replace(written, ids=ids, refused=(*written.refused, *refused))
