"""The tables of an opened release, passed to all code that lists or names tables."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType

from data.catalog import EVERY_TABLE
from data.catalog.entry import Table
from data.errors import DataError
from data.volume import VOLUME
from data.volume.volume import Release

_CLOSE = 0.5


@dataclass(frozen=True, eq=False)
class ReleaseTables(Mapping[str, Table]):
    """Every known table by its CAVE name, in family order, with views for the opened release.

    Attributes
    ----------
    release : Release
        The opened release.
    every : mapping of str to Table
        All tables, including those that only other releases hold.
    held : mapping of str to Table
        Tables that the opened release is known to hold.
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
    def on_pages(self) -> Mapping[str, Table]:
        """Tables on the family pages: those of the opened release, but for attributes.

        A family of which it holds none keeps the tables of the default release: its page says where they are.
        """
        shown = {name: table for name, table in self.held.items() if table.kind != "attributes"}
        families = {table.family for table in shown.values()}
        default = self.in_release(VOLUME.release).items()
        shown |= {name: table for name, table in default if table.family not in families}
        return {name: table for name, table in self.every.items() if name in shown}

    @cached_property
    def labelling(self) -> Mapping[str, Table]:
        """Tables on the family pages that label nuclei."""
        return {name: table for name, table in self.on_pages.items() if table.level}

    @cached_property
    def on_axes(self) -> Mapping[str, Table]:
        """Tables for the axes of a matrix: they label nuclei, or list the coregistered ones."""
        return {name: table for name, table in self.on_pages.items() if table.level or table.kind == "units"}

    def in_release(self, number: int) -> Mapping[str, Table]:
        """Tables that a public release is known to hold."""
        return {name: table for name, table in self.every.items() if number in table.releases}

    def of_family(self, name: str) -> tuple[Table, ...]:
        """Tables on a family's page."""
        return tuple(table for table in self.on_pages.values() if table.family == name)

    def find(self, name_or_title: str) -> Table:
        """Find a table by name or title; case and surrounding white space are ignored.

        Raises
        ------
        DataError
            If there is none; the remedy names similar ones.
        """
        wanted = name_or_title.strip().casefold()
        by_word = {word.casefold(): table for table in self.values() for word in (table.name, table.title)}
        if wanted in by_word:
            return by_word[wanted]
        near = {by_word[word].name: by_word[word] for word in get_close_matches(wanted, by_word, 5, _CLOSE)}
        listed = ", ".join(f"{name} ({table.title})" for name, table in (near or self.on_pages).items())
        raise DataError(
            f"There is no table “{name_or_title}”.",
            f"Did you mean {listed}?" if near else f"Choose one of {listed}.",
        )

    def largest_first(self, names: Iterable[str]) -> list[str]:
        """Sort tables by expected rows, largest or unknown first, so that parallel loading ends soonest."""
        rows = {name: self[name].expected_rows for name in names}
        return sorted(rows, key=lambda name: -(expected.high if (expected := rows[name]) else math.inf))


def release_tables(release: Release, own: Mapping[str, Table] = MappingProxyType({})) -> ReleaseTables:
    """The tables of a release: held ones by the catalogue, or by the server for an uncatalogued release.

    Of an uncatalogued release of files nothing is listed, so every known table may be held.

    The reader's own tables, by name, come last and are held.
    """
    public = release.number in VOLUME.releases
    held = {
        name: table
        for name, table in EVERY_TABLE.items()
        if (release.number in table.releases if public else name in release.tables or not release.listed)
    }
    return ReleaseTables(release, {**EVERY_TABLE, **own}, {**held, **own})
