"""The catalogue of tables. To add a table, add an entry to the module of its family.

The rest of the program takes the tables of the opened release (`tables.py`) and does not read these lists.
"""

from data.catalog import baylor, coregistration, later, m_types, manual_types, nuclei, soma_nucleus
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES
from data.volume import VOLUME

_MODULES = (manual_types, m_types, soma_nucleus, baylor, coregistration, nuclei, later)
_ENTRIES: list[Table] = [table for module in _MODULES for table in module.TABLES]
_ENTRIES.sort(key=lambda table: (list(FAMILIES).index(table.family), VOLUME.release not in table.releases))

EVERY_TABLE: dict[str, Table] = {table.name: table for table in _ENTRIES}
"""Every table by its CAVE name, in family order; within a family, those of release 661 first."""

TABLES: dict[str, Table] = {
    name: table for name, table in EVERY_TABLE.items() if VOLUME.release in table.releases
}
"""The tables of release 661."""
