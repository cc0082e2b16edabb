"""Where a script can fetch rows, the archive and CAVE, as functions to write into it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from components.analysis.code_export.text import literal
from data.catalog.entry import Table
from data.volume import VOLUME
from data.volume.volume import Release

_ARCHIVE = '''\
BASE = {base}


def read_table(name):
    """Read the rows of a table that still count, with every digit of their IDs."""
    # The file of rows has no header row: a file beside it names the columns.
    columns = pd.read_csv(f"{{BASE}}/{{name}}_merged_header.csv", header=None)[0].tolist()
    ids = [c for c in columns if c == "id" or c.endswith(("_id", "_id_ref"))]
    types = {{"classification_system": "string", "cell_type": "string"}}
    types |= dict.fromkeys(ids, "Int64")
    file = f"{{BASE}}/{{name}}_merged.csv.gz"
    rows = pd.read_csv(file, header=None, names=columns, dtype=types)
    if "valid" in columns:  # some rows may have been taken back
        valid = rows["valid"].astype("string").str.lower()
        rows = rows[~valid.isin(["f", "false", "0"])]
    return tidied(rows)
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

    name: Literal["archive", "cave"]
    release: Release
    base: str
    synthetic: bool = False

    @property
    def title(self) -> str:
        """Where it asks, for which release."""
        return f"{'Archive' if self.name == 'archive' else 'CAVE'}, v{self.release.number}"

    def status(self, tables: Iterable[Table]) -> str:
        """Whether it runs for these tables."""
        number = self.release.number
        asked = {table.name: number in table.releases for table in tables}
        absent = sorted(name for name, held in asked.items() if not held and name not in self.release.tables)
        if absent:
            return f"Does not run for v{number}: that release does not hold {', '.join(absent)}."
        if self.name == "cave":
            return f"Runs for v{number}. Needs a free CAVE account."
        if self.release.live:
            return (
                f"May not run for v{number}: the archive is for releases that have expired, and this one is "
                "still live. Ask CAVE instead."
            )
        return f"Runs for v{number}: public static files, with no account."

    def reading(self, tables: Sequence[Table]) -> str:
        """Write `read_table` and what it needs, for these tables."""
        if self.name == "archive":
            return _ARCHIVE.format(base=literal(f"{self.base}/v{self.release.number}")) + "\n\n" + _TIDIED
        code = _CAVE.format(client=client_code(self.release.number, self.base), query=_query(tables))
        return code + "\n\n" + _TIDIED


def origins(
    release: Release, *, archive: str = VOLUME.archive, cave: str = VOLUME.cave, synthetic: bool = False
) -> tuple[Origin, ...]:
    """Give the origins to a release's rows: CAVE first while it is live, the archive alone when it is not."""
    static = Origin("archive", release, archive, synthetic)
    return (Origin("cave", release, cave, synthetic), static) if release.live else (static,)


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
