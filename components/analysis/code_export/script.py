"""A script as it is put together: where it fetches rows, the functions it needs, its lines in their order."""

import io
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from components.analysis.code_export.label_words import Words
from components.analysis.code_export.own import own_call, own_function
from components.analysis.code_export.text import Snippet, literal, literal_list, snippet_of, variable
from components.analysis.comparison.axes import AxisTable
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.catalog.whereabouts import in_archive
from data.labels.entry import Level
from data.volume import VOLUME
from data.volume.volume import Border, Release

NOTHING_FETCHED = (
    f"Runs for v{VOLUME.release} and every other release: a nucleus keeps its ID, and nothing is fetched."
)

_ARCHIVE = '''\
BASE = {base}


def read_table(name):
    """Read the rows of a table that still count, with every digit of their IDs."""
    # The file of rows has no header row: a file beside it names the columns.
    columns = pd.read_csv(f"{{BASE}}/{{name}}_merged_header.csv", header=None)[0].tolist()
    ids = [c for c in columns if c == "id" or c.endswith(("_id", "id_ref"))]
    types = {{"classification_system": "string", "cell_type": "string"}}
    types |= dict.fromkeys(ids, "Int64")
    file = f"{{BASE}}/{{name}}_merged.csv.gz"
    rows = pd.read_csv(file, header=None, names=columns, dtype=types)
    for column in {{"valid", "valid_ref"}} & set(columns):  # rows may be taken back
        valid = rows[column].astype("string").str.lower()
        rows = rows[~valid.isin(["f", "false", "0"])]
    return {returned}
'''

_SERVER = """\
SERVER = {{
    "server_address": {base},
    "write_server_cache": False,  # your own list of servers stays as it is
}}
"""

_CAVE = '''\
{client}


def read_table(name):
    """Fetch a whole table, each row with its nucleus; positions are voxels."""
    {query}
    rows = query(name, split_positions=True)
    if len(query(name, split_positions=True, offset=len(rows), limit=1)):
        message = f"{{name}} was cut at {{len(rows):,}} rows, the most the server gives."
        raise RuntimeError(message)
    return tidied(rows)
'''

_TIDIED = '''\
def tidied(rows):
    """Name each row's nucleus and its root; 0: no segment, also where CAVE writes 1."""
    nuclei = rows["target_id" if "target_id" in rows else "id"]
    rows = rows.assign(nucleus_id=nuclei.astype("int64"))
    if "pt_root_id" in rows:
        roots = rows["pt_root_id"].fillna(0).astype("int64")
        rows["root_id"] = roots.where(roots > 1, 0)
    if "cell_type" in rows:
        rows["cell_type"] = rows["cell_type"].str.strip().replace("", pd.NA)
    return rows
'''


_WITH_PLACES = '''\
def with_places(rows, point="pt_position"):
    """Turn voxels into micrometres: x, depth straight down from the pia, z."""
    voxels = rows[[f"{{point}}_{{axis}}" for axis in "xyz"]].to_numpy(dtype=float)
    x, depth, z = {dataset}.transform("vx").apply(voxels).astype("float32").T
    return rows.assign(x_um=x, depth_um=depth, z_um=z)
'''
_IN_COLUMN = '''\
def in_column(rows):
    """Whether places lie in the {column} named by hand, which slants below layer 5."""
    x, depth, z = (rows[axis].astype(float) for axis in ("x_um", "depth_um", "z_um"))
    depths = {depths}
    {walls}
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


OriginName = Literal["archive", "cave"]


@dataclass(frozen=True)
class Origin:
    """Where a snippet fetches rows.

    Attributes
    ----------
    name : "archive" or "cave"
    release : Release
    base : str
        Address of the archive or of the CAVE server.
    synthetic : bool
        Whether the page shows made-up rows: then the real ones may hold other labels.
    """

    name: OriginName
    release: Release
    base: str
    synthetic: bool = False

    @property
    def title(self) -> str:
        """Where it asks, for which release."""
        return f"{'Archive' if self.name == 'archive' else 'CAVE'}, v{self.release.number}"

    def status(self, tables: Iterable[Table]) -> str:
        """Whether it runs for these tables."""
        number, tables = self.release.number, list(tables)
        absent = {table.name for table in tables if number not in table.releases} - {*self.release.tables}
        if absent:
            return f"Does not run for v{number}: that release does not hold {', '.join(sorted(absent))}."
        if self.name == "cave":
            return f"Runs for v{number}. Needs a free CAVE account."
        unstated = [table.name for table in tables if not in_archive(table, number)]
        if unstated:
            return (
                f"May not run for v{number}: nothing states that the archive holds {', '.join(unstated)}."
                f"{' Ask CAVE instead.' if self.release.live else ''}"
            )
        return f"Runs for v{number}: public static files, with no account."

    def reading(self, tables: Sequence[Table]) -> str:
        """Write `read_table` and what it needs, for these tables."""
        if self.name == "archive":
            return archive_reading(self.release, self.base, "tidied(rows)") + "\n\n" + _TIDIED
        code = _CAVE.format(client=client_code(self.release.number, self.base), query=_query(tables))
        return code + "\n\n" + _TIDIED


def origins(
    release: Release, *, archive: str = VOLUME.archive, cave: str = VOLUME.cave, synthetic: bool = False
) -> tuple[Origin, ...]:
    """Give the origins to a release's rows: CAVE first while it is live, the archive alone when it is not."""
    static = Origin("archive", release, archive, synthetic)
    return (Origin("cave", release, cave, synthetic), static) if release.live else (static,)


def archive_reading(release: Release, base: str, returned: str) -> str:
    """Write `read_table` for a release of the archive, and what it returns of `rows`."""
    return _ARCHIVE.format(base=literal(f"{base}/v{release.number}"), returned=returned)


def client_code(release: int, base: str) -> str:
    """Write the lines that make caveclient's client of a release, on the public server or another one."""
    server = "" if base == VOLUME.cave else _SERVER.format(base=literal(base))
    address = ", **SERVER" if server else ""
    return f"{server}client = CAVEclient({literal(VOLUME.datastack)}, version={release}{address})"


def _query(tables: Sequence[Table]) -> str:
    """Lines that choose the call which fetches a table; a view is asked for in another way."""
    views = tuple(table.name for table in tables if table.view)
    table, view = "query = client.materialize.query_table", "query = client.materialize.query_view"
    if not views:
        return table
    if len(views) == len(tables):
        return view
    return f"{table}\n    if name in {literal(views)}:\n        {view}"


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
        The labels that it prints.
    """

    origin: Origin
    lines: list[str] = field(default_factory=list)
    words: Words = field(init=False)
    _tables: dict[str, Table] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _own: dict[str, str] = field(default_factory=dict)
    _order: list[str] | None = None

    def __post_init__(self) -> None:
        self.words = Words(self.origin.synthetic)

    def add(self, *lines: str) -> None:
        """Write lines."""
        self.lines += lines

    def read(self, table: Table) -> str:
        """Read a table, once; gives the name of its rows."""
        name = variable(table.title)
        if table.name not in self._read:
            self.add(f"{name} = {self.reading(table)}")
        return name

    def reading(self, table: Table) -> str:
        """Write the call that reads a table."""
        if table.own:  # the rows take their positions and roots from the detected nuclei
            self._tables[VOLUME.detections] = CATALOG.detections
            self._own[own_call(table)] = own_function(table, table.own)
            self._read.add(table.name)
            return own_call(table)
        self._tables[table.name] = table
        self._read.add(table.name)
        return f"read_table({literal(table.name)})"

    def sort(self, axes: tuple[AxisTable, AxisTable], level: Level) -> None:
        """Have `in_order` know the labels of two tables."""
        self._order = self.words.order(axes, level)

    def snippet(self, title: str = "", status: str = "") -> Snippet:
        """Put it together, with the origin's title and status unless others are given."""
        tables = list(self._tables.values())
        body = "\n".join(self.lines) + "\n"
        constants = self.words.constants()
        if self._order is not None:
            constants.append(f"ORDER = {literal_list(self._order, 8)}")
        called = _without_texts(body)
        parts = [self.origin.reading(tables)] if tables else []
        parts += self._own.values()
        parts += ["\n".join(constants) + "\n"] if constants else []
        parts += self.words.functions()
        parts += [code for name, code in _functions().items() if f"{name}(" in called]
        code = "\n\n".join([*parts, body])
        used_words = _without_texts(code)
        imports = [line for used, line in _IMPORTS.items() if used in used_words]
        text = "\n".join(imports) + "\n\n" + code
        default = (self.origin.title, self.origin.status(tables)) if tables else ("IDs", NOTHING_FETCHED)
        return snippet_of(title or default[0], status or default[1], text)


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
    parted = {area: borders for area, borders in VOLUME.area_borders.items() if borders}
    rest = next((area for area in VOLUME.area_borders if area not in parted), "")
    sides = [
        " & ".join(f"({_side(border)})" if len(borders) > 1 else _side(border) for border in borders)
        for borders in parted.values()
    ]
    corners = [(*section.x_um, *section.z_um) for section in VOLUME.column]
    # Without a column there are no walls, and nothing calls the function.
    walls = zip(("left", "right", "front", "back"), zip(*corners, strict=True), strict=bool(corners))
    return {
        "with_places": _WITH_PLACES.format(dataset=VOLUME.orientation),
        "in_column": _IN_COLUMN.format(
            column=VOLUME.column_name,
            depths=literal_list(section.depth_um for section in VOLUME.column),
            walls="\n    ".join(_wall(name, ends) for name, ends in walls),
        ),
        # A place on no border's side is in the area without borders.
        "area_of": _AREA_OF.format(sides=", ".join(sides), names=literal_list(parted), rest=literal(rest)),
        "in_order": _IN_ORDER,
    }


def _side(border: Border) -> str:
    """Write the test for one side of a border: x < 1243 - 0.264 * z."""
    at, slope = border.at_um, border.slope
    sloping = f"{literal(abs(slope))} * {'z' if border.axis == 'x' else 'x'}"
    if slope > 0:
        limit = f"{sloping} {'-' if at < 0 else '+'} {literal(abs(at))}"
    else:
        limit = f"{literal(at)} - {sloping}" if slope else literal(at)
    return f"{border.axis} {border.side} {limit}"


def _wall(name: str, ends: tuple[float, ...]) -> str:
    """Write where a wall of the column stands; one that does not slant is a number."""
    if len(set(ends)) == 1:
        return f"{name} = {literal(ends[0])}"
    return f"{name} = np.interp(depth, depths, {literal_list(ends)})"
