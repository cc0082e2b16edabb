"""The catalogue of tables: what the module named for the volume in use states.

The rest of the program takes the tables of the opened release (`tables.py`) and does not read these lists.
"""

from importlib import import_module
from weakref import WeakValueDictionary

from data.catalog.entry import Catalog, Table
from data.volume import VOLUME

CATALOG: Catalog = import_module(f"data.catalog.{VOLUME.name}").CATALOG
"""The tables, family pages and citations of the volume in use."""

_FAMILIES = [page.name for page in CATALOG.families]

EVERY_TABLE: dict[str, Table] = {
    table.name: table
    for table in sorted(
        CATALOG.tables,
        key=lambda table: (_FAMILIES.index(table.family), VOLUME.release not in table.releases),
    )
}
"""Every table by its CAVE name, in family order; within a family, those of the default release first."""

OWN_TABLES: WeakValueDictionary[str, Table] = WeakValueDictionary()
"""Tables of readers' own files, by name, which no official table has, while a release is open with them.

What a session keeps to itself is gone from here with the session.
"""


def known_table(name: str) -> Table | None:
    """A table by its name, official or a reader's own; None where there is none."""
    return EVERY_TABLE.get(name) or OWN_TABLES.get(name)


def known_title(name: str) -> str:
    """A table's title; the name itself where there is no such table."""
    table = known_table(name)
    return table.title if table else name


TABLES: dict[str, Table] = {
    name: table for name, table in EVERY_TABLE.items() if VOLUME.release in table.releases
}
"""The tables of the default release."""
