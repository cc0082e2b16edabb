"""Positions in a reader's own file: their columns, numbers and unit."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.own.file import OwnFile
from data.settings import OwnUnit
from data.tables.positions import Nanometres, is_position, points_of
from data.tables.values import decoded, is_number
from data.volume import VOLUME
from data.volume.space import em_box_um, oriented_um

UNITS: dict[OwnUnit, str] = {
    "voxels": f"voxels of {VOLUME.voxel_words}",
    "nm": "nanometres",
    "um": "micrometres along the axes of the voxels",
    "oriented": "oriented micrometres: x, depth below the pia, z",
}
"""The units of positions, in words."""
STATED = "stated"
"""Stands for the unit that the file itself states."""
AXIS = re.compile(
    r"(?P<stem>.*?)_?(?P<axis>[xyz]|depth)(?:(?:_| ?[(\[])(?P<unit>nm|[uµμ]m|vx|voxels?)[)\]]?)?",
    re.IGNORECASE,
)
ONE_COLUMN = re.compile("pos|coord|cent|loc|point|xyz", re.IGNORECASE)
NAMED_UNITS = {"nm": {"nm"}, "um": {"um", "µm", "μm"}, "voxels": {"vx", "voxel", "voxels"}}
# One that Arrow reads once the comma is a point.
NUMBER = r"^\s*[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?\s*$"
INSIDE = 0.99
"""Share of positions inside the volume that makes a unit likely."""
SAMPLED = 2_000
"""Rows, evenly over the file, by which columns and unit of positions are told."""


def position_columns(file: OwnFile) -> list[tuple[str, ...]]:
    """The columns that may hold positions by their names: one, or three; where they are there, CAVE's own."""
    split: dict[tuple[str, str], dict[str, str]] = {}
    for name in file.rows.column_names:
        if found := AXIS.fullmatch(name):
            axis = "y" if found["axis"].lower() == "depth" else found["axis"].lower()
            split.setdefault((found["stem"].lower(), (found["unit"] or "").lower()), {})[axis] = name
    found_columns = [tuple(axes[axis] for axis in "xyz") for axes in split.values() if len(axes) == 3]
    named = (name for name in file.rows.column_names if ONE_COLUMN.search(name) and not AXIS.fullmatch(name))
    found_columns += [(name,) for name in named if are_points(file, name)]
    own = [columns for columns in found_columns if columns[0] in ("pt_position", "pt_position_x")]
    return own or found_columns


def are_points(file: OwnFile, name: str) -> bool:
    """Whether most rows of one column hold a whole position."""
    column = decoded(_sample(file.rows)[name])
    return is_position(column.type) and bool(np.isfinite(points_of(column)).all(axis=1).mean() > 0.5)


def read_positions_um(
    file: OwnFile, names: tuple[str, ...], unit: str, *, sample: bool = False
) -> NDArray[np.float64]:
    """Positions in oriented micrometres, NaN where a row has none; of all rows or a sample."""
    rows = _sample(file.rows) if sample else file.rows
    if len(names) == 1:
        points = points_of(decoded(rows[names[0]]))
    else:
        points = np.array([numbers_of(rows[name]) for name in names]).T
    if unit == "oriented":
        return np.asarray(points)
    nm: dict[str, Nanometres] = {"voxels": VOLUME.voxel_nm, "nm": (1, 1, 1), "um": (1000, 1000, 1000)}
    stated = file.statement.position_nm or VOLUME.voxel_nm
    return np.asarray(oriented_um(points * np.array(nm.get(unit, stated)) / VOLUME.voxel_nm))


def numbers_of(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers, NaN where a value is none or infinite; in text the decimal mark may be a comma."""
    values = decoded(column)
    if pa.types.is_string(values.type):
        good = pc.match_substring_regex(values, NUMBER).fill_null(False)
        words = pc.utf8_trim_whitespace(pc.if_else(good, values, "nan"))
        values = pc.replace_substring(words, ",", ".").cast(pa.float64())
    elif not is_number(values.type):
        return np.full(len(values), np.nan)
    numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def named_unit(file: OwnFile, names: tuple[str, ...]) -> str:
    """The unit that the names of the columns or the file itself state; "" where none does."""
    endings = {re.split(r"[_ (\[]", name.lower().rstrip(")]"))[-1] for name in names}
    if any("depth" in re.findall("[^\\W\\d_]+", name.lower()) for name in names):
        return "oriented"
    named = next((unit for unit, spellings in NAMED_UNITS.items() if endings <= spellings), "")
    return named or (STATED if file.statement.position_nm else "")


def likely_units(file: OwnFile, names: tuple[str, ...]) -> list[OwnUnit]:
    """The units that put nearly all rows inside the volume."""
    return [unit for unit in UNITS if share_inside(file, names, unit) >= INSIDE]


def share_inside(file: OwnFile, names: tuple[str, ...], unit: str) -> float:
    """Share of the positions that a unit puts inside the volume; 0 where there are none."""
    points = read_positions_um(file, names, unit, sample=True)
    points = points[np.isfinite(points).all(axis=1)]
    corners = em_box_um()
    inside = ((points >= corners.min(axis=0)) & (points <= corners.max(axis=0))).all(axis=1)
    return float(inside.mean()) if len(points) else 0.0


def _sample(rows: pa.Table) -> pa.Table:
    places = np.unique(np.linspace(0, rows.num_rows - 1, SAMPLED).astype(np.int64))
    return rows.take(places) if rows.num_rows > SAMPLED else rows
