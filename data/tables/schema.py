"""The tidy frame: its columns, and the checks that make it from a raw frame.

One row per label that a table gives:

| column | type | unit, meaning |
|---|---|---|
| `nucleus_id` | int64 | the nucleus, the same in every release |
| `root_id` | int64 | the segmented object at the release; 0 = none |
| `classification_system`, `cell_type` | category | as CAVE spells them |
| `x_um`, `depth_um`, `z_um` | float32 | oriented micrometres, depth below the pia |
| `volume_um3` | float32 | nucleus volume |
| `session`, `scan_idx`, `unit_id`, `field` | int32 | the functional unit (coregistration) |
| `residual_um`, `score_um` | float32 | coregistration distances |
| `x_alt_um`, `depth_alt_um`, `z_alt_um` | float32 | the alternative (lookup) point |
| `orig_root_id` | int64 | the root at the nucleus's centre, where `root_id` is the one at the lookup point |
| the table's `own_columns` | category, float32, int64 | under their raw names |

A column that the raw rows lack is absent from the frame, not filled.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import plural
from data.tables.columns import (
    COUNTERS,
    IDS,
    POSITION_STEMS,
    TRUTHS,
    explain_missing,
    has_position,
    missing_columns,
    wanted_columns,
)
from data.tables.odd_rows import ROW, is_missing, name_rows, with_row_numbers
from data.tables.positions import NO_POSITION, Nanometres, in_voxels, is_position, read_positions, unit_words
from data.tables.values import (
    FAULTS,
    LEAVE_OUT,
    REMEDY,
    decoded,
    first_filled,
    is_number,
    is_text,
    read_id_column,
    read_numbers,
    read_truth,
    read_words,
    refusal,
)
from data.volume import VOLUME
from data.volume.space import oriented_um

FORMAT = 2
"""Version of the tidy frame and of its record: tables cached in another version are fetched again."""

COARSE_NM = 100.0
"""From this unit on, positions in whole numbers are too coarse to be called exact."""
POSITION = ("x_um", "depth_um", "z_um")
"""Position of the nucleus, in oriented micrometres."""
ALTERNATIVE = ("x_alt_um", "depth_alt_um", "z_alt_um")
"""Position of its alternative point, where there is one."""


@dataclass(frozen=True)
class Tidy:
    """A tidy table with notes on it.

    Attributes
    ----------
    rows : pyarrow.Table
        The tidy columns.
    absent : tuple of str
        Optional tidy columns that the raw rows lack.
    notes : tuple of str
        Which rows were dropped, and why.
    assumptions : tuple of str
        What was assumed of values that do not say what they mean.
    """

    rows: pa.Table
    absent: tuple[str, ...]
    notes: tuple[str, ...]
    assumptions: tuple[str, ...] = ()


OPTIONAL_COLUMNS = {
    "root_id": "root IDs",
    "volume_um3": "nucleus volumes",
    "classification_system": "classification systems",
    "field": "imaging fields",
    "residual_um": "residuals",
    "score_um": "scores",
    "x_alt_um": "alternative points",
    "orig_root_id": "roots at the centre",
}
"""The optional columns of the tidy frame, in the reader's words."""


def tidy(raw: pa.Table, table: Table, position_nm: Nanometres | None = None) -> Tidy:
    """Make the tidy frame from a raw one.

    Parameters
    ----------
    raw : pyarrow.Table
        The rows as the source gives them.
    table : Table
        Their catalogue entry.
    position_nm : tuple of float, optional
        The unit that the source states of their positions; None for voxels of the volume.

    Raises
    ------
    BadTable
        If there are no rows, a column is missing, or a value is not valid in its column.
    """
    if raw.num_rows == 0:
        raise BadTable(f"{table.name} has no rows.", "Fetch it again; a table of a release is never empty.")
    if missing := missing_columns(raw.column_names, table):
        raise explain_missing(missing, raw.column_names, table)
    raw, notes, assumptions = _valid_rows(_readable_columns(raw, table), table)
    roots, negative = _roots(raw, table)
    points, conversion = _points(raw, table, position_nm or VOLUME.voxel_nm)
    columns: dict[str, pa.Array | np.ndarray] = {
        "nucleus_id": _nuclei(raw, table),
        **roots,
        **_words(raw, table),
        **points,
        **_numbers(raw, table),
        **_own_columns(raw, table),
    }
    absent = tuple(name for name in _optional(table) if name not in columns)
    return Tidy(pa.table(columns), absent, (*notes, *conversion), (*assumptions, *negative))


def _readable_columns(raw: pa.Table, table: Table) -> pa.Table:
    """The wanted columns in their plain types; raises if one is of a type that it cannot be read from."""
    columns = {ROW: raw[ROW]} if ROW in raw.column_names else {}
    for name in wanted_columns(raw.column_names, table):
        column = raw[name]
        if not (pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)):
            try:
                column = pa.chunked_array([decoded(column)])
            except FAULTS as error:
                problem = f"{table.name}: the column {name} cannot be read: {error}."
                raise BadTable(problem, REMEDY) from error
        is_readable, reason = _readable(name, table)
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not is_readable(kind):
            raise refusal(
                raw, name, first_filled(raw, name), table, f"{reason} (its type is {raw[name].type})"
            )
        columns[name] = column
    return pa.table(columns)


def _readable(name: str, table: Table) -> tuple[Callable[[pa.DataType], bool], str]:
    """Which types a column may have, and what to say of others."""
    if dict(table.own_columns).get(name) == "word":
        return _may_be_own_words, "is not text"
    if name in POSITION_STEMS:
        return is_position, NO_POSITION
    if name in ("classification_system", "cell_type"):
        return _may_be_words, "is not text"
    if name in TRUTHS:
        return _may_be_truth, "does not say true or false"
    return lambda kind: is_number(kind) or is_text(kind), "holds no IDs" if name in IDS else "is not a number"


def _may_be_words(kind: pa.DataType) -> bool:
    return is_text(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)


def _may_be_own_words(kind: pa.DataType) -> bool:
    return _may_be_words(kind) or pa.types.is_boolean(kind)


def _may_be_truth(kind: pa.DataType) -> bool:
    return is_text(kind) or is_number(kind) or pa.types.is_boolean(kind)


def _valid_rows(raw: pa.Table, table: Table) -> tuple[pa.Table, tuple[str, ...], tuple[str, ...]]:
    """Drop rows that CAVE marks as no longer valid, with a note, and those for which that is unknown."""
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    for column in TRUTHS:
        if column in raw.column_names:
            raw, more_notes, more_assumptions = _valid_by(column, raw, table)
            notes, assumptions = notes + more_notes, assumptions + more_assumptions
    return raw, notes, assumptions


def _valid_by(column: str, raw: pa.Table, table: Table) -> tuple[pa.Table, tuple[str, ...], tuple[str, ...]]:
    kept, unknown = read_truth(raw, column)
    notes, assumptions = [], []
    dropped = len(kept) - int(kept.sum()) - int(unknown.sum())
    if dropped:
        marked = "marked as no longer valid"
        dropped_rows = plural(dropped, f"row {marked} was", f"rows {marked} were")
        notes.append(f"{dropped_rows} left out.")
    if unknown.any():
        left_out = plural(int(unknown.sum()), "row was", "rows were")
        named = name_rows(raw, unknown, column, column)
        assumptions.append(f"{left_out} left out, because {column} is neither true nor false: {named}.")
    if not kept.any():
        problem = f"None of the rows of {table.name} is valid any more. {' '.join([*notes, *assumptions])}"
        raise BadTable(problem, f"Export the table again; its column {column} says True or False.")
    kept_rows = raw if kept.all() else with_row_numbers(raw, pa.array(kept))
    return kept_rows, tuple(notes), tuple(assumptions)


def _nuclei(raw: pa.Table, table: Table) -> pa.Array:
    """The nucleus IDs; raises if they are missing or not positive, naming the first such rows."""
    name = table.id_column
    ids = read_id_column(raw, name, table)
    missing = is_missing(ids)
    if missing.any():
        problem = f"{plural(int(missing.sum()), 'row has', 'rows have')} no {name}"
        raise BadTable(f"{table.name}: {problem}: {name_rows(raw, missing, name, name)}.", LEAVE_OUT)
    odd = ids.to_numpy() <= 0
    if odd.any():
        problem = f"{plural(int(odd.sum()), 'row has', 'rows have')} a {name} that is not a nucleus's ID"
        raise BadTable(f"{table.name}: {problem}: {name_rows(raw, odd, name, name)}.", LEAVE_OUT)
    return ids


def _roots(raw: pa.Table, table: Table) -> tuple[dict[str, pa.Array], list[str]]:
    """Root IDs, and which are negative; CAVE's 0, 1 and missing all mean that there is no segment."""
    raw_names = {"root_id": "pt_root_id", "orig_root_id": "orig_root_id"}
    if "pt_root_id_ref" in raw.column_names:
        raw_names["orig_root_id"] = "pt_root_id_ref"
    roots, assumptions = {}, []
    for tidy_name, raw_name in raw_names.items():
        if raw_name in raw.column_names:
            root = read_id_column(raw, raw_name, table).fill_null(0)
            negative = pc.less(root, 0).to_numpy(zero_copy_only=False)
            if negative.any():
                rows = plural(int(negative.sum()), "row has", "rows have")
                named = name_rows(raw, negative, raw_name, "root")
                assumptions.append(f"{rows} a negative {raw_name}, which was read as no segment: {named}.")
            roots[tidy_name] = pc.if_else(pc.less_equal(root, 1), pa.scalar(0, pa.int64()), root)
    return roots, assumptions


def _words(raw: pa.Table, table: Table) -> dict[str, pa.Array]:
    """The two label columns as dictionaries, without white space around labels."""
    if table.level is None:
        return {}
    names = [name for name in ("classification_system", "cell_type") if name in raw.column_names]
    words = {name: read_words(raw, name, table) for name in names}
    return words | {"cell_type": _marked(words["cell_type"], table)} if table.mark else words


def _marked(labels: pa.DictionaryArray, table: Table) -> pa.DictionaryArray:
    """Labels with the table's mark on those words that other tables use in another meaning."""
    marked = {word: f"{word} ({table.mark})" for word in labels.dictionary.to_pylist()}
    words = [marked[word] if marked[word] in table.vocabulary else word for word in marked]
    return pa.DictionaryArray.from_arrays(labels.indices, pa.array(words, pa.string()))


def _points(
    raw: pa.Table, table: Table, position_nm: Nanometres
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """Oriented micrometres of the nucleus, and of the alternative point where there is one.

    Also the note on their unit, where that is not the volume's.
    """
    nucleus, alternative = "pt_position", None
    if has_position(raw.column_names, "pt_position_lookup"):
        alternative = "pt_position_lookup"
    elif has_position(raw.column_names, "pt_position_ref"):
        nucleus, alternative = "pt_position_ref", "pt_position"
    axes = {nucleus: POSITION, alternative: ALTERNATIVE}
    written = {stem: read_positions(raw, stem, table) for stem in axes if stem}
    points = {}
    for stem, positions in written.items():
        oriented = oriented_um(in_voxels(positions, position_nm)).astype(np.float32)
        points.update({name: oriented[:, axis] for axis, name in enumerate(axes[stem])})
    notes: tuple[str, ...] = ()
    if position_nm != VOLUME.voxel_nm:
        notes = (_conversion_note([*written.values()], position_nm),)
    return points, notes


def _conversion_note(written: list[np.ndarray], position_nm: Nanometres) -> str:
    """From which unit positions were converted, and how exact they are where it is a coarse one."""
    note = f"Positions converted from {unit_words(position_nm)}, the unit that the file states"
    coarsest = max(position_nm)
    if coarsest >= COARSE_NM and all((positions == np.round(positions)).all() for positions in written):
        note += f"; they are whole numbers, so they are exact to {coarsest / 1000:g} µm"
    return f"{note}."


def _numbers(raw: pa.Table, table: Table) -> dict[str, pa.Array]:
    """Counters of the functional unit and measured numbers, where present."""
    raw_columns = {name: (name, pa.int32()) for name in COUNTERS}
    raw_columns |= {
        "volume_um3": ("volume", pa.float32()),
        "residual_um": ("residual", pa.float32()),
        "score_um": ("score", pa.float32()),
    }
    numbers = {}
    for tidy_name, (raw_name, kind) in raw_columns.items():
        if raw_name in raw.column_names:
            numbers[tidy_name] = read_numbers(raw, raw_name, table, kind)
    return numbers


def _own_columns(raw: pa.Table, table: Table) -> dict[str, pa.Array]:
    """What the rows give beside the columns of their kind, under the raw names."""
    columns = {}
    for name, kind in table.own_columns:
        if name not in raw.column_names or name in COUNTERS:
            continue
        if kind == "word":
            columns[name] = read_words(raw, name, table)
        elif kind == "root":
            columns[name] = read_id_column(raw, name, table).fill_null(0)
        else:
            columns[name] = read_numbers(raw, name, table, pa.float32())
    return columns


def _optional(table: Table) -> list[str]:
    """The optional tidy columns of a table of this kind."""
    names = ["root_id", "volume_um3"]
    if table.level is not None:
        names.append("classification_system")
    if table.kind == "units":
        names += ["field", "residual_um", "score_um"]
    if table.gives_points:
        names += ["x_alt_um", "orig_root_id"]
    return names
