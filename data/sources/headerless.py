"""The columns of a file without a header, told by their values where only one reading is possible."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.catalog.entry import Table
from data.errors import BadTable
from data.labels.crosswalk import find_label
from data.tables.values import says_truth
from data.volume import VOLUME

SUPERVOXEL_LAYER = 1
"""The top byte of an ID of the segmentation is its layer in the graph; roots are in a higher one."""
LARGEST_UM3 = 10_000
AXES = ("pt_position_x", "pt_position_y", "pt_position_z")


def name_columns(rows: pa.Table, path: Path, table: Table) -> dict[str, int]:
    """Tell the columns by their values.

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

    def only(what: str, places: Iterable[int], *, needed: bool = False) -> int | None:
        found = list(places)
        if len(found) == 1:
            return found[0]
        if found or needed:
            raise _ambiguous(rows, path, table, what, found)
        return None

    starts = [
        k for k in numbers if {k + 1, k + 2} <= set(numbers) and _in_box([numbers[k + n] for n in range(3)])
    ]
    start = only("positions in voxels", starts, needed=True)
    names = {} if start is None else {axis: start + n for n, axis in enumerate(AXES)}
    rest = {place: values for place, values in whole.items() if place not in names.values()}
    nuclei = [place for place, values in rest.items() if _are_nuclei(values)]
    if table.reference and (len(nuclei) < 2 or any((rest[k] != rest[nuclei[0]]).any() for k in nuclei)):
        # One of them counts the table's own rows, unless they agree.
        raise _ambiguous(rows, path, table, "the nuclei's IDs apart from the rows' own", nuclei)
    names[table.id_column] = nuclei[0] if table.reference else only("nucleus IDs", nuclei, needed=True) or 0
    found = {
        "pt_root_id": only("root IDs", (place for place, values in rest.items() if _are_roots(values))),
        "valid": only("valid", (place for place, values in words.items() if says_truth(values))),
        "volume": only(
            "volumes", (k for k, values in numbers.items() if k not in whole and k not in names.values() and
                        ((values > 0) & (values < LARGEST_UM3)).all())
        ),
    }  # fmt: skip
    if table.level:
        labels = [k for k, values in words.items() if all(map(find_label, values)) and k != found["valid"]]
        found["cell_type"] = only("labels", labels, needed=True)
        systems = (k for k, values in words.items() if set(values) <= set(table.systems))
        found["classification_system"] = only("classification systems", systems)
    return names | {name: place for name, place in found.items() if place is not None}


def _ambiguous(rows: pa.Table, path: Path, table: Table, what: str, places: list[int]) -> BadTable:
    first = ", ".join(str(column[0].as_py())[:30] for column in rows.columns)
    which = f"columns {', '.join(str(place + 1) for place in places)} may be" if places else "no column holds"
    sidecar = f"{path.name.removesuffix('.gz').removesuffix('.csv')}_header.csv"
    return BadTable(
        f"{path.name} has no header row and no header file beside it, and {which} {what}. Its first row is "
        f"“{first}”.",
        f"Put {sidecar} with the names of the columns of {table.name} beside it, or write them as the first "
        "row.",
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


def _in_box(axes: list[np.ndarray]) -> bool:
    return all(
        ((values >= low) & (values <= high)).all()
        for values, (low, high) in zip(axes, VOLUME.em_box_voxels, strict=True)
    )


def _are_nuclei(ids: np.ndarray) -> bool:
    return bool(((ids > 0) & (ids < VOLUME.nucleus_ids_below)).all()) and len(np.unique(ids)) == len(ids)


def _are_roots(ids: np.ndarray) -> bool:
    long = ids[ids > 1]
    return len(long) > 0 and bool(((long >= VOLUME.root_ids_from) & (long >> 56 > SUPERVOXEL_LAYER)).all())
