"""What is searched, what is found in it, and the search by name: types, tables and pages."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

import pandas as pd

from components.analysis.labels.ids import Ids
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.text import to_text
from data.catalog.entry import Table
from data.catalog.pages import PAGES, page_parameter
from data.catalog.tables import ReleaseTables
from data.labels.crosswalk import CELL_TYPES, find_label
from data.labels.entry import CellType
from data.labels.spellings import known_meanings

HitKind = Literal["nucleus", "nuclei", "root", "place", "type page", "type", "table", "page"]
Link = tuple[tuple[str, str], ...]
_SHORTEST, _NEAR, _MOST_NEAR = 2, 0.6, 4


@dataclass(frozen=True)
class SearchHit:
    """One search hit.

    Attributes
    ----------
    kind : HitKind
        `place` is a coordinate, `nuclei` are several by ID; `type` is a type in one table.
    title : str
        Its name, in a few words.
    description : str
    page : str
        The page that shows it, by the name of its script.
    link : tuple of (str, str)
        The page's query parameters.
    exact : bool
        Whether its name is exactly the text, rather than similar.
    """

    kind: HitKind
    title: str
    description: str
    page: str
    link: Link = ()
    exact: bool = True


@dataclass(frozen=True)
class SearchedRelease:
    """What the search knows of the open release.

    Attributes
    ----------
    tables : ReleaseTables
        The open release's.
    frames : mapping
        Tidy frames of those that need no download, by name.
    absent : collection of str
        Tables known to be missing from the source.
    """

    tables: ReleaseTables
    frames: Mapping[str, pd.DataFrame]
    absent: Collection[str] = ()

    @property
    def name(self) -> str:
        """The open release, such as `v661`."""
        return f"v{self.tables.release.number}"

    @property
    def ids(self) -> tuple[Ids, Ids]:
        """Nucleus ID and root ID (0 = none) of every row at hand."""
        columns = ["nucleus_id", "root_id"]
        rows = pd.concat([frame.reindex(columns=columns, fill_value=0) for frame in self.frames.values()])
        return rows["nucleus_id"].to_numpy(), rows["root_id"].to_numpy()


WHOM_TO_TRUST = (
    ("Whom to trust here?", "which table", "trust", "accuracy", "reliable", "best"),
    SearchHit(
        "page", "Whom to trust here?",
        "Each lineage at a place: coverage, agreement with manual labels and with others, what is unknown",
        "agreement", (("panel", "Trust"),),
    ),
)  # fmt: skip
"""The names under which the panel is found, and its hit."""


def hits_named(text: str, release: SearchedRelease) -> list[SearchHit]:
    """Exact matches, then similar ones, among types, tables, pages and the panel on trust.

    Case does not count, nor does the order of the words, nor white space in a type.
    """
    wanted, named = text.strip().casefold(), [*_tables(release), *_pages(), WHOM_TO_TRUST]
    exact = [*_types_called(text, release)]
    exact += [hit for names, hit in named if wanted in map(str.casefold, names)]
    words = _words(text)
    if len("".join(words)) < _SHORTEST:
        return exact
    starts = [(word, word.removesuffix("s") if len(word) > len("pts") else word) for word in words]

    def begins(*names: str) -> bool:
        """Whether each wanted word begins a word of the names, a plural's s aside."""
        own = _words(" ".join(names))
        return all(any(word.startswith(start) for word in own) for start in starts)

    like = [entry for entry in CELL_TYPES.values() if begins(entry.label, *entry.synonyms, entry.meaning)]
    similar = [
        *(hit for entry in like for hit in _type_and_page(entry, release)),
        *(replace(hit, exact=False) for names, hit in named if begins(*names)),
    ]
    known = {(hit.page, hit.link) for hit in exact}
    return exact + [hit for hit in similar if (hit.page, hit.link) not in known]


def near_names(text: str, release: SearchedRelease) -> list[str]:
    """Names that are spelled nearly so, the nearest first."""
    names = [page.title for page in PAGES.values()]
    names += [name for table in release.tables.values() for name in (table.name, table.title)]
    for entry in CELL_TYPES.values():
        if entry.table and entry.table not in release.tables.held:
            continue  # a word of a table that this release has not
        names += [entry.label, *entry.synonyms, *re.findall(r"\w{5,}", entry.meaning)]
    by_key = {name.casefold(): name for name in names}
    return [by_key[key] for key in get_close_matches(text.strip().casefold(), by_key, _MOST_NEAR, _NEAR)]


def _types_called(text: str, release: SearchedRelease) -> Iterator[SearchHit]:
    for meant in known_meanings(text):
        yield _type_page(meant.label, f"{meant.label}: {meant.meaning}", exact=True)
    entry = find_label(text)
    if entry:
        yield from _type(entry, release, exact=True)
        return
    wanted = text.strip().casefold()  # such as a connectivity group: what only the rows know
    for table, labels in _labels(release):
        for label in labels:
            if label.casefold() == wanted and not find_label(label):
                yield _type_page(label, table.labels_what, exact=True)
                yield _type_in(table, label, label, table.labels_what, exact=True)


def _type_page(label: str, description: str, *, exact: bool) -> SearchHit:
    return SearchHit("type page", f"Type {label}", description, "type", (("name", label),), exact)


def _type_and_page(entry: CellType, release: SearchedRelease) -> Iterator[SearchHit]:
    """A type similar to what is wanted, where a table of the release holds it."""
    if in_tables := [*_type(entry, release, exact=False)]:
        yield _type_page(entry.label, f"{entry.label}: {entry.meaning}", exact=False)
    yield from in_tables


def _type(entry: CellType, release: SearchedRelease, *, exact: bool) -> Iterator[SearchHit]:
    """A type in every table that holds it, the largest first; where none does, the releases that may."""
    description = f"{entry.label}: {entry.meaning}"
    spellings: list[tuple[Table, str]] = []
    for table, labels in _labels(release):
        spellings += [(table, label) for label in labels if find_label(label) is entry][-1:]
    for table, label in sorted(spellings, key=lambda pair: -_most_rows(pair[0])):
        shown = entry.label if label == entry.label else f"{entry.label} ({label})"
        yield _type_in(table, entry.label, shown, description, exact=exact)
    if not spellings and exact:
        others = [table for name, table in release.tables.items() if name not in release.tables.held]
        later = " and ".join(table.title for table in others if entry in map(find_label, table.vocabulary))
        elsewhere = f" The {later} of other releases may." if later else ""
        description += f". No table of {release.name} here holds it.{elsewhere}"
        yield SearchHit("type", "Compare releases", description, "releases", exact=False)


def _most_rows(table: Table) -> int:
    return table.expected_rows.high if table.expected_rows else 0


def _type_in(table: Table, label: str, shown: str, description: str, *, exact: bool) -> SearchHit:
    page, key = page_parameter(table)
    link = ((key, table.title), ("select", to_text(Filtered(table.name, (label,)))))
    return SearchHit("type", f"{shown} in {table.title}", description, page, link, exact)


def _labels(release: SearchedRelease) -> Iterator[tuple[Table, Sequence[str]]]:
    """The labels of each table with a page: those of its rows, or else its expected ones."""
    for name, table in release.tables.held.items():
        if name in release.tables.labelling and name not in release.absent:
            frame = release.frames.get(name)
            yield table, table.vocabulary if frame is None else [*map(str, frame["cell_type"].cat.categories)]


def _tables(release: SearchedRelease) -> Iterator[tuple[tuple[str, ...], SearchHit]]:
    """The names of each table, and its hit; those of the open release first."""
    held = release.tables.held
    for table in sorted(release.tables.values(), key=lambda table: table.name not in held):
        shown = table.name in release.tables.on_pages
        page, key = page_parameter(table) if shown else ("releases", "of")
        link = ((key, table.title),) if shown or table.name in held else ()
        absent = " (not in this source)" if table.name in release.absent else ""
        title = table.title + (absent if table.name in held else f" (not in {release.name})")
        yield (table.name, table.title), SearchHit("table", title, f"{table.labels_what}.", page, link)


def _pages() -> Iterator[tuple[tuple[str, ...], SearchHit]]:
    """The names of each page and what it is about, and its hit."""
    for name, page in PAGES.items():
        yield (page.title, name, page.in_short), SearchHit("page", page.title, page.in_short, name)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
