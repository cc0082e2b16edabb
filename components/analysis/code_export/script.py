"""A snippet as it is put together: what it reads, the functions it needs, its lines in their order."""

import io
import tokenize
from dataclasses import dataclass, field

from components.analysis.code_export.label_words import Words
from components.analysis.code_export.origins import Origin
from components.analysis.code_export.text import Snippet, literal, literal_list, snippet_of, variable
from components.analysis.comparison.axes import AxisTable
from data.catalog.entry import Table
from data.labels.entry import Level
from data.volume import VOLUME
from data.volume.volume import Border

NOTHING_FETCHED = "Runs for v661 and every other release: a nucleus keeps its ID, and nothing is fetched."

_WITH_PLACES = '''\
def with_places(rows, point="pt_position"):
    """Turn voxels into micrometres: x, depth straight down from the pia, z."""
    voxels = rows[[f"{{point}}_{{axis}}" for axis in "xyz"]].to_numpy(dtype=float)
    x, depth, z = {dataset}.transform("vx").apply(voxels).astype("float32").T
    return rows.assign(x_um=x, depth_um=depth, z_um=z)
'''
_IN_COLUMN = '''\
def in_column(rows):
    """Whether places lie in the V1 column named by hand, which slants below layer 5."""
    x, depth, z = (rows[axis].astype(float) for axis in ("x_um", "depth_um", "z_um"))
    depths = {depths}
    {left}
    {right}
    {front}
    {back}
    return x.between(left, right) & z.between(front, back)
'''
_AREA_OF = '''\
def area_of(rows):
    """Name the visual area around each place by planes between areas: approximate."""
    x, z = rows["x_um"].astype(float), rows["z_um"].astype(float)
    sides = [{sides}]
    return pd.Series(np.select(sides, {names}, {rest}), index=rows.index)
'''
_IN_ORDER = '''\
def in_order(labels):
    """Sort labels by depth and class; those not in the list come last."""
    known = [label for label in ORDER if label in labels]
    return known + sorted(set(labels) - set(known))
'''
_IMPORTS = {
    "np.": "import numpy as np",
    "pd.": "import pandas as pd",
    "CAVEclient(": "from caveclient import CAVEclient",
    f"{VOLUME.orientation}.": (
        f"from standard_transform import {VOLUME.orientation}  # pip install standard-transform"
    ),
}


@dataclass
class Script:
    """A snippet under way.

    Attributes
    ----------
    origin : Origin
        Where its rows come from.
    lines : list of str
        What it does, in order.
    words : Words
        The labels that it speaks of.
    """

    origin: Origin
    lines: list[str] = field(default_factory=list)
    words: Words = field(init=False)
    _tables: dict[str, Table] = field(default_factory=dict)
    _order: list[str] | None = None

    def __post_init__(self) -> None:
        self.words = Words(self.origin.synthetic)

    def add(self, *lines: str) -> None:
        """Write lines."""
        self.lines += lines

    def read(self, table: Table) -> str:
        """Read a table, once; gives the name of its rows."""
        name = variable(table.title)
        if table.name not in self._tables:
            self.add(f"{name} = {self.reading(table)}")
        return name

    def reading(self, table: Table) -> str:
        """Write the call that reads a table."""
        self._tables[table.name] = table
        return f"read_table({literal(table.name)})"

    def sort(self, sides: tuple[AxisTable, AxisTable], level: Level) -> None:
        """Have `in_order` know the labels of two tables."""
        self._order = self.words.order(sides, level)

    def snippet(self) -> Snippet:
        """Put it together."""
        tables = list(self._tables.values())
        body = "\n".join(self.lines) + "\n"
        parts = [self.origin.reading(tables)] if tables else []
        constants = self.words.constants()
        if self._order is not None:
            constants.append(f"ORDER = {literal_list(self._order, 8)}")
        functions = self.words.functions()
        for name, function in _functions().items():
            if f"{name}(" in _without_texts(body):
                functions.append(function)
        parts += ["\n".join(constants) + "\n"] if constants else []
        code = "\n\n".join([*parts, *functions, body]) if functions or tables else body
        used_words = _without_texts(code)
        imports = [line for used, line in _IMPORTS.items() if used in used_words]
        text = "\n".join(imports) + "\n\n" + code
        if not tables:
            return snippet_of("IDs", NOTHING_FETCHED, text)
        return snippet_of(self.origin.title, self.origin.status(tables), text)


def _without_texts(code: str) -> str:
    """Empty the text literals of code: a label may hold whatever code may."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return "".join(token.string for token in tokens if token.type != tokenize.STRING)


def placing_call(rows: str, table: Table) -> str:
    """Write the call that places the nuclei of a table."""
    # A table of alternative points gives two positions: the plain one is the point's.
    return f'with_places({rows}, "pt_position_ref")' if table.kind == "points" else f"with_places({rows})"


def _functions() -> dict[str, str]:
    """Functions by name, each written where it is called."""
    depths = [section.depth_um for section in VOLUME.column]
    walls = {
        "left": [section.x_um[0] for section in VOLUME.column],
        "right": [section.x_um[1] for section in VOLUME.column],
        "front": [section.z_um[0] for section in VOLUME.column],
        "back": [section.z_um[1] for section in VOLUME.column],
    }
    column = _IN_COLUMN.format(
        depths=literal_list(depths), **{name: _wall(ends, name) for name, ends in walls.items()}
    )
    return {
        "with_places": _WITH_PLACES.format(dataset=VOLUME.orientation),
        "in_column": column,
        "area_of": _area_function(),
        "in_order": _IN_ORDER,
    }


def _area_function() -> str:
    """Write the function that names areas; a place on no border's side is in the area without borders."""
    parted = {area: borders for area, borders in VOLUME.area_borders.items() if borders}
    rest = next((area for area in VOLUME.area_borders if area not in parted), "")
    sides = [
        " & ".join(f"({_side(border)})" if len(borders) > 1 else _side(border) for border in borders)
        for borders in parted.values()
    ]
    return _AREA_OF.format(sides=", ".join(sides), names=literal_list(parted), rest=literal(rest))


def _side(border: Border) -> str:
    """Write the test for one side of a border: x < 1243 - 0.264 * z."""
    at, slope = border.at_um, border.slope
    sloping = f"{literal(abs(slope))} * {'z' if border.axis == 'x' else 'x'}"
    if slope > 0:
        limit = f"{sloping} {'-' if at < 0 else '+'} {literal(abs(at))}"
    else:
        limit = f"{literal(at)} - {sloping}" if slope else literal(at)
    return f"{border.axis} {border.side} {limit}"


def _wall(ends: list[float], name: str) -> str:
    """Write where a wall of the column stands; one that does not slant is a number."""
    if len(set(ends)) == 1:
        return f"{name} = {literal(ends[0])}"
    return f"{name} = np.interp(depth, depths, {literal_list(ends)})"
