"""Which release holds which table, where its rows are served, and which of them are at hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data.cache import Cache
from data.catalog.entry import Table
from data.catalog.whereabouts import archived_releases, in_archive, spans, whereabouts
from data.volume import VOLUME

ARCHIVED = {"whole": "whole", "part": "in part", "none": "no"}
NO_RELEASE = "Outside the catalogue; known from the files at hand."


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """One release: what is stated of it and what is at hand.

    Attributes
    ----------
    number : int
    frozen : str
        ISO 8601; "" where it is unknown.
    live : bool
    archive : str
        Whether the archive holds it: `whole`, `in part`, `no`.
    note : str
    tables, archived : tuple of str
        Tables that it is known to hold, and those of them that the archive is stated to hold.
    cached : mapping of str to str
        Tables in the cache, each with the source that gave it.
    absent : tuple of str
        Tables that the archive turned out not to hold.
    """

    number: int
    frozen: str
    live: bool
    archive: str
    note: str
    tables: tuple[str, ...]
    archived: tuple[str, ...]
    cached: Mapping[str, str]
    absent: tuple[str, ...]


def list_holdings(tables: Mapping[str, Table], cache_of: Callable[[int], Cache]) -> list[Holdings]:
    """The holdings of all public releases, of folders beside them in the archive, and of cached ones.

    Parameters
    ----------
    tables : mapping of str to Table
        Every known table.
    cache_of : callable
        The cache of a release by its number.
    """
    cached = cache_of(VOLUME.release).releases
    return [
        _holdings(n, tables, cache_of(n))
        for n in sorted({*VOLUME.releases, *VOLUME.archived_beside, *cached})
    ]


def _holdings(number: int, tables: Mapping[str, Table], cache: Cache) -> Holdings:
    release, beside = VOLUME.releases.get(number), VOLUME.archived_beside.get(number)
    names = tuple(name for name, table in tables.items() if number in table.releases)
    return Holdings(
        number=number,
        frozen=release.iso if release else "",
        live=release.live if release else False,
        archive=ARCHIVED[release.archived] if release else "in part",
        note=release.note if release else beside or NO_RELEASE,
        tables=names,
        archived=tuple(name for name in names if in_archive(tables[name], number)),
        cached={record.table: record.source for record in cache.records()},
        absent=cache.absences,
    )


def holdings_text(found: list[Holdings]) -> str:
    """A line per release: its date, whether archive and CAVE hold it, numbers of tables; then the notes."""
    head = (
        f"{'release':<8} {'frozen':<10}  {'archive':<8} {'CAVE':<5} {'tables':>6} {'archived':>8} {'here':>5}"
    )
    lines = [head + "  found to be absent"]
    for one in found:
        live, frozen = "live" if one.live else "–", one.frozen[:10] or "unknown"
        numbers = f"{len(one.tables):>6} {len(one.archived):>8} {len(one.cached):>5}"
        learnt = f"  {', '.join(one.absent)}" if one.absent else ""
        lines.append(f"v{one.number:<7} {frozen:<10}  {one.archive:<8} {live:<5} {numbers}{learnt}")
    notes = [f"v{one.number}: {one.note}" for one in found if one.note]
    about = (
        "tables: what a release is known to hold of the catalogue; archived: those that the archive, which "
        "needs no account, is stated to hold; here: those in this cache."
    )
    return "\n".join([*lines, "", about, *notes])


def table_record(table: Table, number: int) -> dict[str, object]:
    """Where to find one table: its releases, those in the archive, and words on one release."""
    return {
        "name": table.name,
        "title": table.title,
        "releases": list(table.releases),
        "archived": list(archived_releases(table)),
        "live": [n for n in table.releases if VOLUME.releases[n].live],
        "words": whereabouts(table, number),
    }


def table_text(table: Table, number: int) -> str:
    """Where to find one table, as text."""
    live = [n for n in table.releases if VOLUME.releases[n].live]
    return "\n".join(
        [
            f"{table.name} ({table.title})",
            f"known to be held by  {spans(table.releases)}",
            f"in the archive for   {spans(archived_releases(table)) or 'no release'}",
            f"in CAVE for          {spans(live) or 'no release'}, with a token",
            whereabouts(table, number),
        ]
    )
