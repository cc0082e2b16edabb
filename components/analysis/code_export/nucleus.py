"""Code to take away: one nucleus's rows from every table, outside the dashboard."""

from collections.abc import Iterable

from components.analysis.code_export.origins import Origin
from components.analysis.code_export.text import Snippet, literal_list, snippet_of
from data.catalog.entry import Table


def nucleus_snippet(nucleus_id: int, origin: Origin, tables: Iterable[Table]) -> Snippet:
    """Write how to fetch all rows of one nucleus from every table.

    Parameters
    ----------
    nucleus_id : int
    origin : Origin
        Where the rows are fetched.
    tables : iterable of Table
        Those that the release does not hold are left out.

    Returns
    -------
    Snippet
        Its code makes `rows`: a DataFrame per table, by name.
    """
    held = [table for table in tables if origin.release.number in table.releases]
    imports = "import pandas as pd\n" + (
        "from caveclient import CAVEclient\n" if origin.name == "cave" else ""
    )
    code = f"""\
{imports}
NUCLEUS = {int(nucleus_id)}
TABLES = {literal_list([table.name for table in held], before=9)}

{origin.reading(held)}

rows = {{}}
for name in TABLES:  # each is read in full
    table = read_table(name)
    rows[name] = table[table["nucleus_id"] == NUCLEUS]
    print(f"\\n{{name}}: {{len(rows[name])}} rows")
    if len(rows[name]):
        print(rows[name].T.to_string(header=False))
"""
    return snippet_of(f"{origin.title}: nucleus {nucleus_id}", origin.status(held), code)
