"""A script as it is put together: where it fetches rows, the functions it needs, its lines in their order."""

import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from components.analysis.code_export.functions import functions
from components.analysis.code_export.label_words import Words
from components.analysis.code_export.own import own_call, own_function
from components.analysis.code_export.text import WIDTH, Snippet, literal, literal_list, snippet_of, variable
from components.analysis.comparison.axes import AxisTable
from data.catalog import CATALOG, known_table
from data.catalog.entry import Table
from data.catalog.whereabouts import in_archive
from data.labels.entry import Level
from data.loader import OpenRelease
from data.volume import VOLUME
from data.volume.volume import Release

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

_ARCHIVE_OF_EITHER_FORM = '''\
BASE = {base}


def read_table(name):
    """Read the rows of a table that still count, with every digit of their IDs."""
    # The file of rows has no header row: a file beside it names the columns.
    file = f"{{BASE}}/{{name}}_merged"
    try:
        columns = pd.read_csv(f"{{file}}_header.csv", header=None)[0].tolist()
    except HTTPError:  # a table as it is, not joined to the nuclei
        file = f"{{BASE}}/{{name}}"
        columns = pd.read_csv(f"{{file}}_header.csv", header=None)[0].tolist()
    ids = [c for c in columns if c == "id" or c.endswith(("_id", "id_ref"))]
    types = {{"classification_system": "string", "cell_type": "string"}}
    types |= dict.fromkeys(ids, "Int64")
    rows = pd.read_csv(f"{{file}}.csv.gz", header=None, names=columns, dtype=types)
    for column in {{"valid", "valid_ref"}} & set(columns):  # rows may be taken back
        valid = rows[column].astype("string").str.lower()
        rows = rows[~valid.isin(["f", "false", "0"])]
    for point in {{"pt_position", "pt_position_ref"}} & set(columns):  # of PostGIS
        voxels = [struct.unpack("<3d", bytes.fromhex(p)[-24:]) for p in rows[point]]
        rows[[f"{{point}}_{{axis}}" for axis in "xyz"]] = voxels
    if "target_id" in rows and "pt_position_x" not in rows:
        nuclei = read_table({detections}).set_index("id")
        merged = [c for c in nuclei if c.startswith("pt_") or c == "volume"]
        rows = rows.join(nuclei[merged], on="target_id", how="inner")
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
_CARRIED = '''\
def labels_of_{number}(name):
    """Put labels of release {number} on the nuclei and root IDs of this release."""
    rows = read_table_{number}(name)
    nuclei = read_table({detections}).drop_duplicates("nucleus_id")
    roots = nuclei.set_index("nucleus_id")["root_id"]
    rows = rows[rows["nucleus_id"].isin(roots.index)]
    return rows.assign(root_id=rows["nucleus_id"].map(roots))
'''
_IMPORTS = {
    "struct.": "import struct",
    "HTTPError": "from urllib.error import HTTPError",
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
    either_form : bool
        Whether to read the archive's files in either form, although this release's are known to be joined.
    areas : str
        The table of the release that gives areas; "": fitted planes do.
    """

    name: OriginName
    release: Release
    base: str
    synthetic: bool = False
    either_form: bool = False
    areas: str = ""

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

    def of_release(self, number: int) -> "Origin":
        """Where the rows of another release are fetched: here, or in the archive where CAVE lacks it."""
        release = VOLUME.releases.get(number) or replace(self.release, number=number)
        if self.name == "cave" and not release.live:
            return Origin("archive", release, VOLUME.archive, self.synthetic)
        return replace(self, release=release)

    def reading_labels(self, tables: Sequence[Table]) -> str:
        """Write `labels_of_…`, which carries tables of this release to that of `read_table`."""
        number = self.release.number
        code = self.reading(tables).removesuffix("\n\n" + _TIDIED)
        # As short as the names in their places, so that lines stay as long as they are.
        code = re.sub(r"\bBASE\b", f"V{number}", code)
        code = re.sub(r"\b(SERVER|client|read_table)\b", rf"\1_{number}", code)
        return code + "\n\n" + _CARRIED.format(number=number, detections=literal(VOLUME.detections))

    def reading(self, tables: Sequence[Table]) -> str:
        """Write `read_table` and what it needs, for these tables."""
        if self.name == "archive":
            code = archive_reading(self.release, self.base, "tidied(rows)", either_form=self.either_form)
            return code + "\n\n" + _TIDIED
        code = _CAVE.format(client=client_code(self.release.number, self.base), query=_query(tables))
        return code + "\n\n" + _TIDIED


def origins(
    release: Release,
    *,
    archive: str = VOLUME.archive,
    cave: str = VOLUME.cave,
    synthetic: bool = False,
    areas: str = "",
) -> tuple[Origin, ...]:
    """Give the origins to a release's rows: CAVE first while it is live, the archive alone when it is not."""
    static = Origin("archive", release, archive, synthetic, areas=areas)
    return (Origin("cave", release, cave, synthetic, areas=areas), static) if release.live else (static,)


def bases_of(opened: OpenRelease) -> dict[str, str]:
    """Addresses of archive and CAVE server: the public ones, or the one that the release was opened from."""
    return {"archive": VOLUME.archive, "cave": VOLUME.cave} | {opened.source.name: opened.source.base}


def origins_of(opened: OpenRelease, areas: str = "") -> tuple[Origin, ...]:
    """Give the origins to an open release's rows."""
    bases = bases_of(opened)
    return origins(
        opened.release, archive=bases["archive"], cave=bases["cave"], synthetic=opened.source.synthetic,
        areas=areas,
    )  # fmt: skip


def archive_reading(release: Release, base: str, returned: str, *, either_form: bool = False) -> str:
    """Write `read_table` for a release of the archive, and what it returns of `rows`."""
    # The files of the catalogue's own release are known to be joined; of others nothing states the form.
    code = _ARCHIVE_OF_EITHER_FORM if either_form or release.number != VOLUME.release else _ARCHIVE
    address, detections = literal(f"{base}/v{release.number}"), literal(VOLUME.detections)
    return code.format(base=address, returned=returned, detections=detections)


def client_code(release: int, base: str) -> str:
    """Write the lines that make caveclient's client of a release, on the public server or another one."""
    server = "" if base == VOLUME.cave else _SERVER.format(base=literal(base))
    address = ", **SERVER" if server else ""
    return f"{server}client = CAVEclient({literal(VOLUME.datastack)}, version={release}{address})"


def later_reading(origins: tuple[Origin, Origin], tables: tuple[Table, Table]) -> list[str]:
    """Lines after which `read_table` reads the later release."""
    first, second = (
        origin.reading([table]).splitlines() for origin, table in zip(origins, tables, strict=True)
    )
    own = [line for line in second if line not in first]
    note = f"# from here on, release v{origins[1].release.number}"
    if len(own) == 1 and first.index("") == second.index(""):  # only the address or the version differs
        return [note, *own]
    return [note, *second, "", ""]


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
    _carried: dict[int, dict[str, Table]] = field(default_factory=dict)
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
            line = f"{name} = {self.reading(table)}"
            self.add(line if len(line) <= WIDTH else f"{name} = (\n    {self.reading(table)}\n)")
        return name

    def reading(self, table: Table) -> str:
        """Write the call that reads a table."""
        if table.own:  # the rows take their positions and roots from the detected nuclei
            self._tables[VOLUME.detections] = CATALOG.detections
            self._own[own_call(table)] = own_function(table, table.own)
            self._read.add(table.name)
            return own_call(table)
        self._read.add(table.name)
        if table.carried:
            self._tables[VOLUME.detections] = CATALOG.detections
            self._carried.setdefault(table.carried.release, {})[table.name] = table
            return f"labels_of_{table.carried.release}({literal(table.carried.table)})"
        self._tables[table.name] = table
        return f"read_table({literal(table.name)})"

    def sort(self, axes: tuple[AxisTable, AxisTable], level: Level) -> None:
        """Have `in_order` know the labels of two tables."""
        self._order = self.words.order(axes, level)

    def snippet(self, title: str = "", status: str = "") -> Snippet:
        """Put it together, with the origin's title and status unless others are given."""
        body = "\n".join(self.lines) + "\n"
        constants = self.words.constants()
        if self._order is not None:
            constants.append(f"ORDER = {literal_list(self._order, 8)}")
        called = _without_texts(body)
        if "area_of(" in called and (areas := known_table(self.origin.areas)):
            self._tables[areas.name] = areas
        tables = list(self._tables.values())
        parts = [self.origin.reading(tables)] if tables else []
        carried = [
            (self.origin.of_release(number), [known_table(one.catalog_name) or one for one in held.values()])
            for number, held in self._carried.items()
        ]
        parts += [origin.reading_labels(held) for origin, held in carried]
        parts += self._own.values()
        parts += ["\n".join(constants) + "\n"] if constants else []
        parts += self.words.functions()
        parts += [code for name, code in functions(self.origin.areas).items() if f"{name}(" in called]
        code = "\n\n".join([*parts, body])
        text = imports_of(code) + "\n\n" + code
        statuses = [origin.status(held) for origin, held in [(self.origin, tables), *carried]]
        default = (self.origin.title, " ".join(statuses)) if tables else ("IDs", NOTHING_FETCHED)
        return snippet_of(title or default[0], status or default[1], text)


def imports_of(code: str) -> str:
    """Write the imports that code needs."""
    used_words = _without_texts(code)
    return "\n".join(line for used, line in _IMPORTS.items() if used in used_words)


def _without_texts(code: str) -> str:
    """Empty the text literals of code: a label may hold whatever code may."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return "".join(token.string for token in tokens if token.type != tokenize.STRING)


def placing_call(rows: str, table: Table) -> str:
    """Write the call that places the nuclei of a table."""
    # A table of alternative points gives two positions: the plain one is the point's.
    return f'with_places({rows}, "pt_position_ref")' if table.kind == "points" else f"with_places({rows})"
