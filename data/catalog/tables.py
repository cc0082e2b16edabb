"""The tables of an opened release: what lists tables, or names one, is given this object."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from data.catalog import EVERY_TABLE
from data.catalog.entry import Table
from data.errors import DataError
from data.volume import VOLUME
from data.volume.volume import Release

_CLOSE = 0.5


@dataclass(frozen=True, eq=False)
class ReleaseTables(Mapping[str, Table]):
    """Every table that is known while a release is open, by its name in CAVE, in the order of the families.

    Attributes
    ----------
    release : Release
        The open one.
    every : mapping of str to Table
        Tables that only other releases hold are among them.
    held : mapping of str to Table
        Those that the open release is known to hold.
    """

    release: Release
    every: Mapping[str, Table]
    held: Mapping[str, Table]

    def __getitem__(self, name: str) -> Table:
        return self.every[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.every)

    def __len__(self) -> int:
        return len(self.every)

    @cached_property
    def shown(self) -> Mapping[str, Table]:
        """Those on the family pages: of the release that the pages are made for, whichever is open."""
        return self.in_release(VOLUME.release)

    @cached_property
    def labelling(self) -> Mapping[str, Table]:
        """Those on the family pages that label nuclei."""
        return {name: table for name, table in self.shown.items() if table.level}

    @cached_property
    def on_axes(self) -> Mapping[str, Table]:
        """Those that may stand on the axis of a matrix: they label nuclei, or tell which are coregistered."""
        return {name: table for name, table in self.shown.items() if table.level or table.kind == "units"}

    def in_release(self, number: int) -> Mapping[str, Table]:
        """Those that a public release is known to hold."""
        return {name: table for name, table in self.every.items() if number in table.releases}

    def of_family(self, name: str) -> tuple[Table, ...]:
        """Those on the page of a family."""
        return tuple(table for table in self.shown.values() if table.family == name)

    def find(self, name_or_title: str) -> Table:
        """Return the table of that name or title; case and surrounding white space do not count.

        Raises
        ------
        DataError
            If there is none; the remedy names the nearest ones.
        """
        wanted = name_or_title.strip().casefold()
        called = {word.casefold(): table for table in self.values() for word in (table.name, table.title)}
        if wanted in called:
            return called[wanted]
        near = {called[match].name: called[match] for match in get_close_matches(wanted, called, 5, _CLOSE)}
        listed = ", ".join(f"{name} ({table.title})" for name, table in (near or self.shown).items())
        raise DataError(
            f"There is no table “{name_or_title}”.",
            f"Did you mean {listed}?" if near else f"Choose one of {listed}.",
        )

    def largest_first(self, names: Iterable[str]) -> list[str]:
        """Put tables in the order in which all are loaded soonest: none that may be large comes last."""
        rows = {name: self[name].expected_rows for name in names}
        return sorted(rows, key=lambda name: -(expected.high if (expected := rows[name]) else math.inf))


def release_tables(release: Release) -> ReleaseTables:
    """Give the tables of a release; which it holds the catalogue says, and of one not in it the server."""
    public = release.number in VOLUME.releases
    held = {
        name: table
        for name, table in EVERY_TABLE.items()
        if (release.number in table.releases if public else name in release.tables)
    }
    return ReleaseTables(release, EVERY_TABLE, held)
