"""Where to find a table of a release, by what release pages, lists and readers of the archive state."""

from collections.abc import Collection
from itertools import groupby

from data.catalog.entry import Table
from data.volume import VOLUME


def in_archive(table: Table, number: int) -> bool | None:
    """Whether the archive holds a table of a release; None where nothing states it.

    False where the release is not known to hold the table, or the archive nothing of the release.
    """
    release = VOLUME.releases.get(number)
    if release is None:
        return None
    if number not in table.releases or release.archived == "none":
        return False
    if table.archived is None:
        return True if release.archived == "whole" else None
    return True if number in table.archived else None


def archived_releases(table: Table) -> tuple[int, ...]:
    """The releases for which the archive is stated to hold a table."""
    return tuple(number for number in VOLUME.releases if in_archive(table, number))


def spans(numbers: Collection[int]) -> str:
    """Public releases as ranges: v661–v795, v1300."""
    runs = groupby(VOLUME.releases, lambda number: number in numbers)
    found = [[*run] for is_held, run in runs if is_held]
    return ", ".join(f"v{span[0]}" if len(span) == 1 else f"v{span[0]}–v{span[-1]}" for span in found)


def whereabouts(table: Table, number: int, *, missed: bool = False) -> str:
    """Say where to find a table of a release, and for which other releases the archive holds it.

    `missed`: the archive has just answered that it does not hold it.
    """
    release = VOLUME.releases.get(number)
    archived = [other for other in archived_releases(table) if other != number]
    elsewhere = f"The archive holds it for {spans(archived)}." if archived else ""
    if release is None:
        words = f"The catalogue does not know v{number}."
    elif number not in table.releases:
        known = spans(table.releases)
        words = f"No page or list states that v{number} holds it; it is known for {known}."
    elif release.live and not in_archive(table, number):
        words = (
            f"CAVE holds it for v{number}, and asks for the token of a free account: choose the source "
            "“cave”, or have “auto” take from there what the archive lacks (--from-cave)."
        )
    elif in_archive(table, number):
        cave = "CAVE holds it, with a token" if release.live else "CAVE no longer serves that release"
        words = f"The archive should hold the table for v{number}; {cave}."
        if missed:
            words = f"The archive was stated to hold it for v{number}, and does not; {cave}."
    else:
        words = f"CAVE no longer serves v{number}, and nothing states that the archive holds it."
    return f"{words} {elsewhere}".strip()
