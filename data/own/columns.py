"""What the columns of a reader's own file mean: a guess, and what the reader has to decide."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from data.errors import DataError
from data.number_words import plural
from data.own.confidence import confidence_column
from data.own.file import OwnFile, text_array
from data.own.ids import ROOT_ID, kind_of, row_ids
from data.own.label_columns import SYSTEMS, label_columns
from data.own.numbering import ROW_NAMES, are_small, counts_rows, may_number, numbers_a_list
from data.own.points import (
    INSIDE,
    UNITS,
    are_points,
    likely_units,
    named_unit,
    numbers_of,
    position_columns,
    share_inside,
)
from data.settings import OwnUnit
from data.tables.typed import BARE_ID, id_rank
from data.volume import VOLUME

NamedBy = Literal["nucleus", "root", "position"]
TOLD_APART: tuple[OwnUnit, ...] = ("voxels", "nm")
"""Units in which positions are told from other numbers by their size alone."""
MOST_ASKED = 6
"""The most columns that a question names."""


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
    labels, left_out = (choices.labels, ()) if choices.labels else label_columns(file, names, doubts)
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
    return kind_of(row_ids(file.rows[names[0]]), names[0]), names


def _guessed_id(file: OwnFile, doubts: list[DataError]) -> tuple[NamedBy, tuple[str, ...]]:
    _check_parted(file)
    names = file.rows.column_names
    ranks = {name: rank for name in names if (rank := id_rank(name)) is not None}
    positions = position_columns(file)
    if not ranks and not positions:
        return _by_values(file, doubts, [])
    if "volume" in names and all(rank >= ROOT_ID for rank in ranks.values()):
        # The nuclei's own tables name them `id`; in other tables that numbers rows or annotations.
        ranks = {name: rank for name, rank in ranks.items() if name == "id"} or ranks
        positions = [] if "id" in ranks else positions
    ranks, numbering = _telling(file, ranks, positions)
    best = min(ranks.values(), default=BARE_ID)
    likeliest = [name for name, rank in ranks.items() if rank == best]
    if likeliest and best < BARE_ID:
        if likeliest[0] in numbering and counts_rows(row_ids(file.rows[likeliest[0]])):
            doubts.append(_numbering(file, likeliest[0]))
        return _named_id(file, likeliest, doubts)
    # `id` numbers rows or annotations in most files; beside a position too, unless it is chosen.
    ids = {name: row_ids(file.rows[name]) for name in likeliest}
    bare = [name for name, found in ids.items() if not counts_rows(found)]
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
    return kind_of(ids[bare[0]], bare[0]), (bare[0],)


def _check_parted(file: OwnFile) -> None:
    """Raise `DataError` if the name and the values of an only column are parted by an unknown separator."""
    name, *others = file.rows.column_names
    if others or position_columns(file):
        return
    ids = row_ids(file.rows[name])
    if not ids.ids.any() and all(re.search(r"\S[\s:~]", words) for words in (name, ids.written[0])):
        raise DataError(
            f"{file.path.name} was read as one column, {name[:60]}.",
            "If its columns are not separated by commas, semicolons, tabs or |, write commas.",
        )


def _named_id(
    file: OwnFile, likeliest: list[str], doubts: list[DataError]
) -> tuple[NamedBy, tuple[str, ...]]:
    values = [row_ids(file.rows[name]) for name in likeliest]
    if any((other.ids != values[0].ids).any() for other in values[1:]):
        doubts.append(_ask_id(file, likeliest, "name the nucleus"))
    return kind_of(values[0], likeliest[0]), (likeliest[0],)


def _telling(
    file: OwnFile, ranks: dict[str, int], positions: list[tuple[str, ...]]
) -> tuple[dict[str, int], set[str]]:
    """The columns named for IDs that may hold some, and those of them that number rows.

    A column that an export left empty, filled with zeros or numbered names nothing where another may.
    """
    ranks = {name: rank for name, rank in ranks.items() if _holds_ids(file.rows[name])} or ranks
    named = {name: row_ids(file.rows[name]) for name, rank in ranks.items() if rank < BARE_ID}
    numbering = {name for name, found in named.items() if numbers_a_list(found)}
    if positions or ranks.keys() - numbering:
        ranks = {name: rank for name, rank in ranks.items() if name not in numbering}
    return ranks, numbering


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
    whole = {name: found for name, found in ids.items() if (found.ids > 0).all() and not counts_rows(found)}
    single = [name for name, found in ids.items() if may_number(found)]
    nuclei = [name for name in single if name in whole and not ROW_NAMES.fullmatch(name)]
    nuclei = [name for name in nuclei if not are_small(ids[name])] or nuclei
    roots = [name for name, found in whole.items() if kind_of(found, name) == "root"]
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
    if numbering := [*counting, *single]:
        doubts.append(_numbering(file, numbering[0]))
        return "nucleus", (numbering[0],)
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


def _numbering(file: OwnFile, name: str) -> DataError:
    """Say that a column may number the rows, or the cells of a list of the reader's own."""
    found = row_ids(file.rows[name])
    least, most = int(found.ids.min()), int(found.ids.max())
    why = (
        f" It holds {least:,} to {most:,}; nucleus IDs have {VOLUME.nucleus_digits}."
        if counts_rows(found) or are_small(found)
        else ""
    )
    return DataError(
        f"{file.path.name}: {name} may name the nucleus, or number the rows.{why}",
        f"--with-id {name}, if it names nuclei; else give nucleus IDs, root IDs or positions.",
    )


def _holds_ids(column: pa.ChunkedArray) -> bool:
    return not {*text_array(column).unique().drop_null().to_pylist()} <= {"", "0", "0.0", "-1", "nan"}


def _unit(file: OwnFile, names: tuple[str, ...], doubts: list[DataError]) -> str:
    """The unit of positions: what their names or the file say, else the only one that puts them inside.

    Where one is said that puts fewer inside than another does, or none, the reader decides.
    """
    stated, likely = named_unit(file, names), likely_units(file, names)
    inside = share_inside(file, names, stated) if stated else 0.0
    if inside >= INSIDE or (inside > 0 and not likely):
        return stated
    if stated or len(likely) != 1:
        which = " and ".join(UNITS[unit] for unit in likely) if likely else "none that is known"
        doubts.append(
            DataError(
                f"{file.path.name}: by where it puts the rows, the unit of {','.join(names)} may be {which}.",
                f"--with-unit {{{','.join(UNITS)}}} decides.",
            )
        )
    return next(iter(likely), "voxels")
