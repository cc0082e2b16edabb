"""Whole tables as code: fetched from the archive and from CAVE in two ways, counted, or cut to one nucleus.

Release 661 has expired from CAVE, so only the archive gives its rows. The queries name a release that
still answers for the table; where none does they say so, and are shown for what they were.
"""

from collections.abc import Iterable, Sequence

from components.analysis.code_export.script import Origin, Script, archive_reading, client_code, imports_of
from components.analysis.code_export.text import Snippet, literal, literal_list, snippet_of
from data.catalog.entry import Table
from data.volume import VOLUME
from data.volume.volume import Release

_LAST_LINES = {
    "labels": 'print(rows.groupby("cell_type")["target_id"].nunique())  # how many nuclei of each type',
    "units": 'print(rows.groupby("target_id").size().value_counts())  # nuclei by their number of units',
    "points": 'print(rows["target_id"].nunique(), "nuclei have another point")',
    "nuclei": 'print(rows["id"].nunique(), "nuclei")',
}


def table_snippets(
    table: Table, release: Release, *, archive: str = VOLUME.archive, cave: str = VOLUME.cave
) -> tuple[Snippet, Snippet, Snippet]:
    """Return a table's snippets, what works for an expired release first."""
    return archive_snippet(table, release, archive), *query_snippets(table, release, cave)


def archive_snippet(table: Table, release: Release, archive: str = VOLUME.archive) -> Snippet:
    """Write how to read a table's static files with pandas alone.

    The rows are those of the raw table that still count, every column, the first row and all digits of
    the IDs included; a missing ID and CAVE's root ID 1 become 0, as here.
    """
    reading = archive_reading(release, archive, "rows.copy()")
    code = f"""\
{imports_of(reading)}

{reading}

rows = read_table({literal(table.name)})
ids = [c for c in rows if c == "id" or c.endswith(("_id", "id_ref"))]
rows[ids] = rows[ids].fillna(0).astype("int64")
roots = [c for c in ids if "root_id" in c]
rows[roots] = rows[roots].where(rows[roots] > 1, 0)  # 0: no segment, for which CAVE also writes 1

{_LAST_LINES[table.kind]}
"""
    origin = Origin("archive", release, archive)
    return snippet_of(origin.title, origin.status([table]), code)


def query_snippets(table: Table, release: Release, cave: str = VOLUME.cave) -> tuple[Snippet, Snippet]:
    """Write caveclient's two queries for a few nuclei: the standard and the content-aware one."""
    asked = live_release(table, release)
    nuclei = ", ".join(str(nucleus) for nucleus in VOLUME.example_nuclei)
    start = f"""\
from caveclient import CAVEclient

{client_code((asked or release).number, cave)}
nucleus_ids = [{nuclei}]  # an example; a nucleus that the table does not hold gives no row

"""
    standard = f"""\
rows = client.materialize.{"query_view" if table.view else "query_table"}(
    "{table.name}",
    filter_in_dict={{"{table.id_column}": nucleus_ids}},  # without it: all rows
    split_positions=True,
)
"""
    note = ""
    if table.reference:
        note = "# Here id is the nucleus and id_ref the row; in query_table it is the other way round.\n"
    manager = "views" if table.view else "tables"
    content_aware = f"""\
{note}rows = client.materialize.{manager}.{table.name}({table.id_column}=nucleus_ids).query(
    split_positions=True,
)
"""
    status = _query_status(table, release, asked)
    return (
        snippet_of("CAVE, standard query", status, start + standard),
        snippet_of("CAVE, content-aware query", status, start + content_aware),
    )


def nucleus_snippet(nucleus_id: int, origin: Origin, tables: Iterable[Table]) -> Snippet:
    """Write how to fetch all rows of one nucleus from every table, as `rows`: a DataFrame per table, by name.

    Parameters
    ----------
    nucleus_id : int
    origin : Origin
        Where the rows are fetched.
    tables : iterable of Table
        Those that the release does not hold are left out.
    """
    script = Script(origin)
    _name_tables(script, [table for table in tables if origin.release.number in table.releases])
    script.add(
        "rows = {}",
        "for name in TABLES:  # each is read in full",
        "    table = read_table(name)",
        f'    rows[name] = table[table["nucleus_id"] == {int(nucleus_id)}]',
        '    print(f"\\n{name}: {len(rows[name])} rows")',
        "    if len(rows[name]):",
        "        print(rows[name].T.to_string(header=False))",
    )
    return script.snippet(f"{origin.title}: nucleus {nucleus_id}")


def coverage_snippet(origin: Origin, tables: Sequence[Table]) -> Snippet:
    """Write the code that counts the nuclei of tables, as `coverage`: `nuclei`, and their share of all.

    All are those detected where that table is among them, else the nuclei of the tables together.
    """
    script = Script(origin)
    _name_tables(script, tables)
    detected = any(table.name == VOLUME.detections for table in tables)
    denominator = f"nuclei[{literal(VOLUME.detections)}]" if detected else "set().union(*nuclei.values())"
    script.add(
        'nuclei = {name: set(read_table(name)["nucleus_id"]) for name in TABLES}',
        f"denominator = {denominator}  # what coverage is counted out of",
        "",
        'coverage = pd.DataFrame({"nuclei": {name: len(ids) for name, ids in nuclei.items()}})',
        'coverage["share"] = coverage["nuclei"] / len(denominator)',
        "print(coverage.to_string())",
    )
    return script.snippet()


def live_release(table: Table, release: Release) -> Release | None:
    """Return the live release to ask for a table: the given one if it holds it, else the newest that does."""
    holding = [known for known in VOLUME.releases.values() if known.live and known.number in table.releases]
    if release in holding:
        return release
    return holding[-1] if holding else None


def _name_tables(script: Script, tables: Sequence[Table]) -> None:
    tables = [table for table in tables if not table.added]
    for table in tables:
        script.reading(table)
    script.add(f"TABLES = {literal_list([table.name for table in tables], 9)}")


def _query_status(table: Table, release: Release, asked: Release | None) -> str:
    account = "Needs a free CAVE account."
    if asked is None:
        after = "No public table took its place."
        if table.deprecated_by:
            after = f"{table.deprecated_by} took its place there, with labels of its own."
        return f"Expired: does not run. No release that CAVE still answers for holds {table.name}. {after}"
    if asked == release:
        return f"Runs for v{release.number}. {account}"
    why = "has expired from CAVE" if not release.live else "does not hold the table"
    return (
        f"Does not run for v{release.number}, which {why}. Runs for v{asked.number}: the same nucleus IDs, "
        f"but root IDs and perhaps labels of that release. {account}"
    )
