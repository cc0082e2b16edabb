"""Code that fetches a table outside the dashboard, as text: from the archive, and from CAVE in two ways.

Release 661 has expired from CAVE, so only the archive gives its rows. The queries name a release that
still answers for the table; where none does they say so, and are shown for what they were.
"""

from components.analysis.code_export.origins import Origin, client_code
from components.analysis.code_export.text import Snippet, literal, snippet_of
from data.catalog.entry import Table
from data.volume import VOLUME
from data.volume.volume import Release

_LAST_LINES = {
    "labels": 'print(rows.groupby("cell_type")["target_id"].nunique())  # how many nuclei of each type',
    "units": 'print(rows.groupby("target_id").size().value_counts())  # nuclei by their number of units',
    "points": 'print(rows["target_id"].nunique(), "nuclei have another point")',
    "nuclei": 'print(rows["id"].nunique(), "nuclei")',
}


def snippets(
    table: Table, release: Release, *, archive: str = VOLUME.archive, cave: str = VOLUME.cave
) -> tuple[Snippet, Snippet, Snippet]:
    """Return a table's snippets, what works for an expired release first."""
    return (
        archive_snippet(table, release, archive),
        query_snippet(table, release, cave),
        content_snippet(table, release, cave),
    )


def archive_snippet(table: Table, release: Release, archive: str = VOLUME.archive) -> Snippet:
    """Write how to read a table's static files with pandas alone.

    The rows are those of the raw table that still count, every column, the first row and all digits of
    the IDs included; a missing ID and CAVE's root ID 1 become 0, as here.
    """
    words = ' | {"classification_system": "string", "cell_type": "string"}' if table.level else ""
    code = f"""\
import pandas as pd

BASE = {literal(f"{archive}/v{release.number}")}
TABLE = "{table.name}"

# The file has no header row: its first line is a row, and a file beside it names the columns.
header = pd.read_csv(f"{{BASE}}/{{TABLE}}_merged_header.csv", header=None, names=["column", "dtype"])
columns = header["column"].tolist()

# Root IDs have 18 digits; a floating-point number would round the last ones.
ids = [name for name in columns if name in ("id", "id_ref") or name.endswith(("_id", "_id_ref"))]
types = {{name: "Int64" for name in ids}}{words}
rows = pd.read_csv(f"{{BASE}}/{{TABLE}}_merged.csv.gz", header=None, names=columns, dtype=types)

if "valid" in columns:  # some rows may have been taken back
    rows = rows[~rows["valid"].astype("string").str.lower().isin(["f", "false", "0"])].copy()
rows[ids] = rows[ids].fillna(0).astype("int64")
roots = [name for name in ids if "root_id" in name]
rows[roots] = rows[roots].where(rows[roots] > 1, 0)  # 0: no segment, for which CAVE also writes 1

{_LAST_LINES[table.kind]}
"""
    origin = Origin("archive", release, archive)
    return snippet_of(origin.title, origin.status([table]), code)


def query_snippet(table: Table, release: Release, cave: str = VOLUME.cave) -> Snippet:
    """Write the standard query of caveclient for a few nuclei."""
    function = "query_view" if table.view else "query_table"
    code = f"""\
rows = client.materialize.{function}(
    "{table.name}",
    filter_in_dict={{"{table.id_column}": nucleus_ids}},  # without it: all rows
    split_positions=True,
)
"""
    return _asked("CAVE, standard query", table, release, code, cave)


def content_snippet(table: Table, release: Release, cave: str = VOLUME.cave) -> Snippet:
    """Write the query of caveclient that knows the table's columns, for a few nuclei."""
    manager = "views" if table.view else "tables"
    note = ""
    if table.reference:
        note = "# Here id is the nucleus and id_ref the row; in query_table it is the other way round.\n"
    code = f"""\
{note}rows = client.materialize.{manager}.{table.name}({table.id_column}=nucleus_ids).query(
    split_positions=True,
)
"""
    return _asked("CAVE, content-aware query", table, release, code, cave)


def live_release(table: Table, release: Release) -> Release | None:
    """Return the live release to ask for a table: the given one if it holds it, else the newest that does."""
    holding = [one for one in VOLUME.releases.values() if one.live and one.number in table.releases]
    if release in holding:
        return release
    return holding[-1] if holding else None


def _asked(title: str, table: Table, release: Release, code: str, cave: str) -> Snippet:
    """A query of CAVE with what it needs before it."""
    asked = live_release(table, release)
    number = asked.number if asked else release.number
    nuclei = ", ".join(str(nucleus) for nucleus in VOLUME.example_nuclei)
    start = f"""\
from caveclient import CAVEclient

{client_code(number, cave)}
nucleus_ids = [{nuclei}]  # an example; a nucleus that the table does not hold gives no row

"""
    return snippet_of(title, _query_status(table, release, asked), start + code)


def _query_status(table: Table, release: Release, asked: Release | None) -> str:
    account = "Needs a free CAVE account."
    if asked is None:
        after = (
            f"{table.deprecated_by} took its place there, with labels of its own."
            if table.deprecated_by
            else "No public table took its place."
        )
        return f"Expired: does not run. No release that CAVE still answers for holds {table.name}. {after}"
    if asked == release:
        return f"Runs for v{release.number}. {account}"
    why = "has expired from CAVE" if not release.live else "does not hold the table"
    return (
        f"Does not run for v{release.number}, which {why}. Runs for v{asked.number}: the same nucleus IDs, "
        f"but root IDs and perhaps labels of that release. {account}"
    )
