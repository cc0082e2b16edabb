"""What the columns of a reader's own file mean: a guess, and what the reader has to decide."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import DataError
from data.number_words import plural
from data.own.confidence import CONFIDENCE_WORDS, confidence_column
from data.own.file import OwnFile, text_array
from data.own.ids import IdValues, row_ids
from data.own.points import (
    SAMPLED,
    UNITS,
    are_points,
    likely_units,
    named_unit,
    numbers_of,
    position_columns,
    share_inside,
)
from data.settings import OwnUnit
from data.tables.id_digits import kind_of_ids
from data.tables.typed import BARE_ID, id_rank
from data.tables.values import decoded, is_text
from data.volume import VOLUME

NamedBy = Literal["nucleus", "root", "position"]
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
ROOT_ID = 2
"""Rank of the surest names of root IDs."""
TOLD_APART: tuple[OwnUnit, ...] = ("voxels", "nm")
"""Units in which positions are told from other numbers by their size alone."""
MOST_ASKED = 6
"""The most columns that a question names."""
MOST_PER_ROW = 2
"""The largest of the numbers that count rows, by the number of rows."""
ROW_NAMES = re.compile(
    r"unnamed: ?\d+(\.\d+)*|__index_level_\d+__|index|level_\d+|row[ _.]?(id|names?|no|nr|num(ber)?|index)?s?"
    r"|#|no\.?|nr\.?|num(ber)?",
    re.IGNORECASE,
)
"""Names of columns that number rows: an index that pandas or R wrote, or a spreadsheet's own."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a reader has decided about their files; what is empty is guessed.

    Attributes
    ----------
    id : str
        The column that names the nucleus, or the three of a position, joined by commas.
    labels : tuple of str
        The columns of labels, each of which becomes a table.
    unit : str
        Of positions: a key of `UNITS`.
    release : int or None
        The release of root IDs, if not the opened one.
    within_um : float
        The largest distance from a position to its nucleus.
    shared_roots : bool
        Whether a root ID labels each of several nuclei on it.
    mapping : Path or None
        A file that says what labels mean.
    """

    id: str = ""
    labels: tuple[str, ...] = ()
    unit: str = ""
    release: int | None = None
    within_um: float = 10.0
    shared_roots: bool = False
    mapping: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What a file's columns mean.

    Attributes
    ----------
    by : NamedBy
        Whether rows name a nucleus ID, a root ID or a position.
    names : tuple of str
        The columns that do: one, or three of a position.
    unit : str
        Of a position: a key of `UNITS`, or `STATED`.
    labels : tuple of str
        The columns of labels; empty where the file only lists nuclei.
    system, confidence : str
        The columns of the classification system or group, and of a confidence; "" where there is none.
    left_out : tuple of str
        Columns of words or of cluster numbers that may hold labels too, which the guess has not taken.
    doubts : tuple of DataError
        What the reader has to decide, empty where the guess is certain.
    """

    by: NamedBy
    names: tuple[str, ...]
    unit: str = ""
    labels: tuple[str, ...] = ()
    system: str = ""
    confidence: str = ""
    left_out: tuple[str, ...] = field(default=(), compare=False, repr=False)
    doubts: tuple[DataError, ...] = ()


def guess_columns(file: OwnFile, choices: Choices) -> Columns:
    """Guess what a file's columns mean, after what the reader has decided.

    Raises
    ------
    DataError
        If nothing in the file names a nucleus, or a chosen column is not there.
    """
    doubts: list[DataError] = []
    by, names = _chosen_id(file, choices.id) if choices.id else _guessed_id(file, doubts)
    unit = (choices.unit or _unit(file, names, doubts)) if by == "position" else ""
    labels, left_out = (choices.labels, ()) if choices.labels else _labels(file, names, doubts)
    _check_there(file, labels)
    rest = [name for name in file.rows.column_names if name not in (*names, *labels)]
    return Columns(
        by=by,
        names=names,
        unit=unit,
        labels=labels,
        system=next((name for name in SYSTEMS if name in rest), ""),
        confidence=confidence_column(file, rest, labels),
        left_out=left_out,
        doubts=tuple(doubts),
    )


def _check_there(file: OwnFile, names: Iterable[str]) -> None:
    for name in names:
        if name not in file.rows.column_names:
            named = ", ".join(file.rows.column_names)
            raise DataError(f"{file.path.name} has no column {name}.", f"Its columns are {named}.")


def _chosen_id(file: OwnFile, chosen: str) -> tuple[NamedBy, tuple[str, ...]]:
    names = (
        tuple(name.strip() for name in chosen.split(","))
        if chosen not in file.rows.column_names
        else (chosen,)
    )
    _check_there(file, names)
    if len(names) == 3 or (len(names) == 1 and are_points(file, names[0])):
        return "position", names
    if len(names) != 1:
        raise DataError(f"“{chosen}” is neither one column nor three.", "Name one of IDs, or x, y and z.")
    return _kind(row_ids(file.rows[names[0]]), names[0]), names


def _kind(ids: IdValues, name: str) -> NamedBy:
    """What most IDs are; in a column that is named for root IDs one of these is enough."""
    found = ids.ids[ids.ids > 0]
    found = found[:: max(1, len(found) // SAMPLED)]
    named = id_rank(name) == ROOT_ID and bool((found >= VOLUME.root_ids_from).any())
    return "root" if named or (len(found) and "root" in kind_of_ids(found)) else "nucleus"


def _guessed_id(file: OwnFile, doubts: list[DataError]) -> tuple[NamedBy, tuple[str, ...]]:
    names = file.rows.column_names
    ranks = {name: rank for name in names if (rank := id_rank(name)) is not None}
    positions = position_columns(file)
    if not ranks and not positions:
        return _by_values(file, doubts, [])
    if "volume" in names and all(rank >= ROOT_ID for rank in ranks.values()):
        # The nuclei's own tables name them `id`; in other tables that numbers rows or annotations.
        ranks = {name: rank for name, rank in ranks.items() if name == "id"} or ranks
        positions = [] if "id" in ranks else positions
    # A column that an export left empty, or filled with zeros, names nothing where another may.
    ranks = {name: rank for name, rank in ranks.items() if _holds_ids(file.rows[name])} or ranks
    best = min(ranks.values(), default=BARE_ID)
    likeliest = [name for name, rank in ranks.items() if rank == best]
    if likeliest and best < BARE_ID:
        values = [row_ids(file.rows[name]) for name in likeliest]
        if any((other.ids != values[0].ids).any() for other in values[1:]):
            doubts.append(_ask_id(file, likeliest, "name the nucleus"))
        return _kind(values[0], likeliest[0]), (likeliest[0],)
    # `id` numbers rows or annotations in most files; beside a position too, unless it is chosen.
    ids = {name: row_ids(file.rows[name]) for name in likeliest}
    bare = [name for name, found in ids.items() if not _counts_rows(found)]
    if positions:
        if len(positions) > 1:
            doubts.append(_ask_id(file, [",".join(found) for found in positions], "be the position"))
        if bare:
            doubts.append(_ask_id(file, [bare[0], ",".join(positions[0])], "name the nucleus"))
        return "position", positions[0]
    if not bare:
        return _by_values(file, doubts, likeliest)
    if len(bare) > 1:
        doubts.append(_ask_id(file, bare, "name the nucleus"))
    return _kind(ids[bare[0]], bare[0]), (bare[0],)


def _by_values(
    file: OwnFile, doubts: list[DataError], counting: list[str]
) -> tuple[NamedBy, tuple[str, ...]]:
    """What names the nucleus where no column has a telling name, or those that have one count the rows."""
    numbers = {name: numbers_of(file.rows[name]) for name in file.rows.column_names}
    names = [*numbers]
    threes = {k: tuple(names[k : k + 3]) for k in range(len(names) - 2)}
    place = next(
        (
            k
            for k, three in threes.items()
            if any(share_inside(file, three, unit) == 1 for unit in TOLD_APART)
        ),
        None,
    )
    position = threes[place] if place is not None else ()
    ids = {name: row_ids(file.rows[name]) for name in names if name not in position}
    whole = {name: found for name, found in ids.items() if (found.ids > 0).all() and not _counts_rows(found)}
    small = [
        name
        for name, found in whole.items()
        if (found.ids < VOLUME.nucleus_ids_below).all() and len(np.unique(found.ids)) == len(found.ids)
    ]
    nuclei = [name for name in small if not ROW_NAMES.fullmatch(name)]
    roots = [name for name, found in whole.items() if _kind(found, name) == "root"]
    if nuclei:
        if len(nuclei) > 1:
            doubts.append(_ask_id(file, nuclei, "hold nucleus IDs"))
        return "nucleus", (nuclei[0],)
    if roots:
        if len(roots) > 1:
            doubts.append(_ask_id(file, roots, "hold root IDs"))
        return "root", (roots[0],)
    if position:
        return "position", position
    if numbering := [*counting, *small]:
        remedy = (
            f"--with-id {numbering[0]}, if it names nuclei; else give nucleus IDs, root IDs or positions."
        )
        problem = f"{file.path.name}: {numbering[0]} may name the nucleus, or number the rows."
        doubts.append(DataError(problem, remedy))
        return "nucleus", (numbering[0],)
    if len(names) == 1 and re.search(r"[\s:]", names[0]):
        raise DataError(
            f"{file.path.name} was read as one column, {names[0][:60]}.",
            "If something other than a comma, semicolon, tab or | stands between its columns, write commas.",
        )
    raise DataError(
        f"No column of {file.path.name} names a nucleus. Its columns are {', '.join(names)[:300]}.",
        "Give nucleus IDs (nucleus_id, target_id), root IDs (root_id) or positions (x, y, z), or name the "
        "column with --with-id.",
    )


def _ask_id(file: OwnFile, names: list[str], what: str) -> DataError:
    if len(names) > MOST_ASKED:
        more = plural(len(names) - MOST_ASKED, "more column")
        listed = f"{', '.join(names[:MOST_ASKED])} and {more}"
        remedy = "--with-id COLUMN decides. A list of nuclei has one ID on each line."
        return DataError(f"{file.path.name}: {listed} may {what}.", remedy)
    return DataError(
        f"{file.path.name}: {' and '.join(names)} may {what}." if len(names) > 1
        else f"{file.path.name}: {names[0]} may {what}.",
        " or ".join(f"--with-id {name}" for name in names) + " decides.",
    )  # fmt: skip


def _holds_ids(column: pa.ChunkedArray) -> bool:
    return not {*text_array(column).unique().drop_null().to_pylist()} <= {"", "0", "0.0", "-1", "nan"}


def _counts_rows(ids: IdValues) -> bool:
    """Whether numbers count the rows, in whatever order and with gaps: nucleus IDs lie farther apart."""
    distinct = np.unique(ids.ids)
    return len(distinct) == len(ids.ids) and bool(distinct[-1] <= MOST_PER_ROW * len(distinct))


def _unit(file: OwnFile, names: tuple[str, ...], doubts: list[DataError]) -> str:
    """The unit of positions: what their names or the file say, else the only one that puts them inside.

    Where one is said that puts none inside, the reader decides.
    """
    stated = named_unit(file, names)
    if stated and share_inside(file, names, stated) > 0:
        return stated
    likely = likely_units(file, names)
    if stated or len(likely) != 1:
        which = " and ".join(UNITS[unit] for unit in likely) if likely else "none that is known"
        doubts.append(
            DataError(
                f"{file.path.name}: by where it puts the rows, the unit of {','.join(names)} may be {which}.",
                f"--with-unit {{{','.join(UNITS)}}} decides.",
            )
        )
    return next(iter(likely), "voxels")


def _words(name: str) -> set[str]:
    return {*re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())}


def _labels(
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
