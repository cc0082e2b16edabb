"""The catalogue: which tables the release holds and what is known of them.

`TABLES` is walked by everything that lists tables; adding a table is one entry. `TABLES`
are those of release 661; what came later is in `LATER_TABLES`, for comparing releases.
"""

import math
from collections.abc import Iterable
from difflib import get_close_matches

from data.catalog import baylor, coregistration, later, m_types, manual_types, nuclei, soma_nucleus
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES
from data.errors import DataError

TABLES: dict[str, Table] = {
    table.name: table
    for module in (manual_types, m_types, soma_nucleus, baylor, coregistration, nuclei)
    for table in module.TABLES
}
"""Every table of release 661 by its name in CAVE, in the order of the families."""

LATER_TABLES: dict[str, Table] = {table.name: table for table in later.TABLES}
"""Tables that only later releases hold, in the order of the families."""

EVERY_TABLE: dict[str, Table] = {
    table.name: table
    for family in FAMILIES
    for table in (*TABLES.values(), *LATER_TABLES.values())
    if table.family == family
}
"""All of them, in the order of the families; within one, those of 661 first."""


def tables_in_release(release: int) -> dict[str, Table]:
    """Return the tables that a release is known to hold, by name; none where the release is unknown.

    For 661 these are `TABLES`.
    """
    return {name: table for name, table in EVERY_TABLE.items() if release in table.releases}


def largest_first(names: Iterable[str]) -> list[str]:
    """Put tables in the order in which all are loaded soonest: none that may be large is left for last."""
    rows = {name: EVERY_TABLE[name].expected_rows for name in names}
    return sorted(rows, key=lambda name: -(expected.high if (expected := rows[name]) else math.inf))


_CLOSE = 0.5


def find_table(name_or_title: str) -> Table:
    """Return the table of that name or title; case and surrounding white space do not count.

    Raises
    ------
    DataError
        If there is none; the remedy names the nearest ones.
    """
    wanted = name_or_title.strip().casefold()
    known: dict[str, Table] = {}
    for table in EVERY_TABLE.values():
        known[table.name.casefold()] = known[table.title.casefold()] = table
    if wanted in known:
        return known[wanted]
    near = {known[match].name: known[match].title for match in get_close_matches(wanted, known, 5, _CLOSE)}
    listed = near or {table.name: table.title for table in TABLES.values()}
    lead = "Did you mean " if near else "Choose one of "
    end = "?" if near else "."
    raise DataError(
        f"There is no table “{name_or_title}”.",
        lead + ", ".join(f"{name} ({title})" for name, title in listed.items()) + end,
    )
