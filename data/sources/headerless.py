"""The columns of a file without a header, identified by their values where only one reading is possible."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.catalog.entry import Table
from data.errors import BadTable
from data.labels.crosswalk import find_label
from data.sources.layout import header_beside
from data.tables.columns import SPLIT
from data.tables.values import can_be_roots, says_truth
from data.volume import VOLUME

LARGEST_UM3 = 10_000


def name_columns(rows: pa.Table, path: Path, table: Table) -> dict[str, int]:
    """Identify the columns by their values.

    Parameters
    ----------
    rows : pyarrow.Table
        All columns, by number.
    path : Path
        The file, named in errors.
    table : Table
        Their catalogue entry.

    Returns
    -------
    dict
        By CAVE's name: the place of the column. Columns that nothing needs are left out.

    Raises
    ------
    BadTable
        If the nucleus, the position or the label may be in several columns, or is in none.
    """
    columns = [column.combine_chunks() for column in rows.columns]
    numbers = {place: _numbers(column) for place, column in enumerate(columns) if _is_number(column.type)}
    whole = {place: values for place, values in numbers.items() if pa.types.is_integer(columns[place].type)}
    words = {place: _words(column) for place, column in enumerate(columns) if _is_word(column.type)}

    def one_of(what: str, places: list[int]) -> int:
        if len(places) != 1:
            raise _ambiguous(rows, path, table, what, places)
        return places[0]

    starts = [place for place in numbers if _is_position(numbers, place)]
    start = one_of("positions in voxels", starts)
    names = {axis: start + n for n, axis in enumerate(SPLIT)}
    rest = {place: values for place, values in whole.items() if place not in names.values()}
    nuclei = [place for place, values in rest.items() if _are_nuclei(values)]
    if table.reference:
        # One of these columns numbers the table's own rows, unless they agree.
        if len(nuclei) < 2 or any((rest[place] != rest[nuclei[0]]).any() for place in nuclei):
            raise _ambiguous(rows, path, table, "the IDs of the nuclei, not of the rows", nuclei)
        nuclei = nuclei[:1]
    names[table.id_column] = one_of("nucleus IDs", nuclei)
    measured = {place: values for place, values in numbers.items() if place not in whole}
    optional = {
        "pt_root_id": [place for place, values in rest.items() if _are_roots(values)],
        "valid": _truths(words, numbers, names),
        "volume": [
            place
            for place, values in measured.items()
            if place not in names.values() and ((values > 0) & (values < LARGEST_UM3)).all()
        ],
    }
    if table.level:
        labels = [place for place, values in words.items() if values and all(map(find_label, values))]
        names["cell_type"] = one_of("labels", labels)
        optional["classification_system"] = [
            place for place, values in words.items() if values and set(values) <= set(table.systems)
        ]
    return names | {name: one_of(name, places) for name, places in optional.items() if places}


def _truths(words: dict[int, list[str]], numbers: dict[int, np.ndarray], names: dict[str, int]) -> list[int]:
    """Columns that may say which rows are valid, except those of numbers that are one and the same."""
    places = [place for place, values in words.items() if says_truth(values)]
    likely = [place for place, values in words.items() if any(says_truth([word]) for word in values)]
    likely += [
        place
        for place, values in numbers.items()
        if place not in names.values() and set(np.unique(values).tolist()) == {0, 1}
    ]
    return places or likely


def _ambiguous(rows: pa.Table, path: Path, table: Table, what: str, places: list[int]) -> BadTable:
    first = ", ".join(str(column[0].as_py())[:30] for column in rows.columns)
    numbers = ", ".join(str(place + 1) for place in places)
    which = "no column holds"
    if places:
        which = f"column{'s' if len(places) > 1 else ''} {numbers} may be"
    return BadTable(
        f"{path.name} has no header row and no header file beside it, and {which} {what}. Its first row is "
        f"“{first}”.",
        f"Put {header_beside(path).name} with the names of the columns of {table.name} beside it, or write "
        "them as the first row.",
    )


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _is_word(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_boolean(kind)


def _numbers(column: pa.Array) -> np.ndarray:
    numbers: np.ndarray = column.fill_null(0).to_numpy(zero_copy_only=False)
    return numbers


def _words(column: pa.Array) -> list[str]:
    return [str(word) for word in pc.unique(column.drop_null()).to_pylist()]


def _is_position(numbers: dict[int, np.ndarray], start: int) -> bool:
    """Whether this column and the next two are positions inside the volume."""
    return all(
        start + axis in numbers and ((numbers[start + axis] >= low) & (numbers[start + axis] <= high)).all()
        for axis, (low, high) in enumerate(VOLUME.em_box_voxels)
    )


def _are_nuclei(ids: np.ndarray) -> bool:
    return bool(((ids > 0) & (ids < VOLUME.nucleus_ids_below)).all()) and len(np.unique(ids)) == len(ids)


def _are_roots(ids: np.ndarray) -> bool:
    long = ids[ids > 1]
    return len(long) > 0 and bool(can_be_roots(long).all())
