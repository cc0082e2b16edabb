"""Search by name: types, tables and pages."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import pandas as pd

from components.analysis.selection.kinds import Filtered, to_text
from data.catalog.entry import Table
from data.catalog.pages import PAGES
from data.catalog.tables import ReleaseTables
from data.labels.crosswalk import CELL_TYPES, find_label
from data.labels.entry import CellType

HitKind = Literal["nucleus", "nuclei", "root", "place", "type", "table", "page"]

_SHORTEST, _NEAR, _MOST_NEAR = 2, 0.6, 4


@dataclass(frozen=True)
class Found:
    """One search hit.

    Attributes
    ----------
    kind : HitKind
        `place` is a coordinate, `nuclei` are several by ID.
    title : str
        Its name, in a few words.
    words : str
        A description.
    page : str
        The page that shows it, by the name of its script.
    link : tuple of (str, str)
        The page's query parameters.
    sure : bool
        Whether its name is exactly the text, rather than similar.
    """

    kind: HitKind
    title: str
    words: str
    page: str
    link: tuple[tuple[str, str], ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class AtHand:
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
    def release(self) -> int:
        """The open release's number."""
        return self.tables.release.number


def search_names(text: str, at_hand: AtHand) -> list[Found]:
    """Exact matches, then similar ones, among types, tables and pages.

    Case does not count, nor does the order of the words, nor white space in a type.
    """
    exact = [*_types_called(text, at_hand), *_tables_called(text, at_hand), *_pages_called(text)]
    known = {(one.page, one.link) for one in exact}
    words = _words(text)
    if len("".join(words)) < _SHORTEST:
        return exact
    alike = [*_types_like(words, at_hand), *_tables_like(words, at_hand), *_pages_like(words)]
    return exact + [one for one in alike if (one.page, one.link) not in known]


def near_names(text: str, at_hand: AtHand) -> list[str]:
    """List names that are spelled nearly so, the nearest first."""
    names = [page.title for page in PAGES.values()]
    names += [name for table in at_hand.tables.values() for name in (table.name, table.title)]
    for entry in CELL_TYPES.values():
        names += [entry.label, *entry.synonyms, *(w for w in re.findall(r"\w{5,}", entry.meaning))]
    by_key = {name.casefold(): name for name in names}
    return [by_key[key] for key in get_close_matches(text.strip().casefold(), by_key, _MOST_NEAR, _NEAR)]


def _types_called(text: str, at_hand: AtHand) -> Iterator[Found]:
    entry = find_label(text)
    if entry:
        yield from _type(entry, at_hand, sure=True)
    else:  # such as a connectivity group: what only the rows know
        wanted = text.strip().casefold()
        for name, labels in _labels(at_hand):
            for label in labels:
                if label.casefold() == wanted and not find_label(label):
                    yield _type_in(at_hand.tables[name], label, label, at_hand.tables[name].labels_what)


def _types_like(words: Sequence[str], at_hand: AtHand) -> Iterator[Found]:
    for entry in CELL_TYPES.values():
        if _begins(words, f"{entry.label} {' '.join(entry.synonyms)} {entry.meaning}"):
            yield from _type(entry, at_hand, sure=False)


def _type(entry: CellType, at_hand: AtHand, *, sure: bool) -> Iterator[Found]:
    """A type in every table that holds it, the largest first; where none does, the releases that may."""
    spelled = {
        name: label for name, labels in _labels(at_hand) for label in labels if find_label(label) is entry
    }
    for name in sorted(spelled, key=lambda one: -_width(at_hand.tables[one])):
        shown = entry.label if spelled[name] == entry.label else f"{entry.label} ({spelled[name]})"
        yield _type_in(at_hand.tables[name], entry.label, shown, f"{entry.label}: {entry.meaning}", sure=sure)
    if not spelled and sure:
        others = [table for name, table in at_hand.tables.items() if name not in at_hand.tables.held]
        later = " and ".join(one.title for one in others if entry in map(find_label, one.vocabulary))
        held = f" The {later} of other releases may." if later else ""
        words = f"{entry.label}: {entry.meaning}. No table of v{at_hand.release} here holds it.{held}"
        yield Found("type", "Compare releases", words, "releases", sure=False)


def _type_in(table: Table, label: str, shown: str, words: str, *, sure: bool = True) -> Found:
    link = ((table.family, table.title), ("select", to_text(Filtered(table.name, (label,)))))
    return Found("type", f"{shown} in {table.title}", words, table.family, link, sure=sure)


def _labels(at_hand: AtHand) -> Iterator[tuple[str, Sequence[str]]]:
    """The labels of each table with a page: those of its rows, or else its expected ones."""
    for name, table in at_hand.tables.held.items():
        if name in at_hand.tables.labelling and name not in at_hand.absent:
            frame = at_hand.frames.get(name)
            yield name, table.vocabulary if frame is None else [*map(str, frame["cell_type"].cat.categories)]


def _width(table: Table) -> int:
    return table.expected_rows.high if table.expected_rows else 0


def _tables_called(text: str, at_hand: AtHand) -> list[Found]:
    wanted = text.strip().casefold()
    called = [t for t in at_hand.tables.values() if wanted in (t.name.casefold(), t.title.casefold())]
    return [_table(table, at_hand, sure=True) for table in called]


def _tables_like(words: Sequence[str], at_hand: AtHand) -> list[Found]:
    like = [t for t in at_hand.tables.values() if _begins(words, f"{t.name} {t.title}")]
    like.sort(key=lambda table: table.name not in at_hand.tables.held)
    return [_table(table, at_hand, sure=False) for table in like]


def _table(table: Table, at_hand: AtHand, *, sure: bool) -> Found:
    page = table.family
    link: tuple[tuple[str, str], ...] = ((page, table.title),)
    held = table.name in at_hand.tables.held
    if table.name not in at_hand.tables.on_pages:
        page, link = "releases", (("of", table.title),) if held else ()
    absent = " (not in this source)" if table.name in at_hand.absent else ""
    absent = absent if held else f" (not in v{at_hand.release})"
    return Found("table", f"{table.title}{absent}", f"{table.labels_what}.", page, link, sure=sure)


def _pages_called(text: str) -> list[Found]:
    wanted = text.strip().casefold()
    return [
        Found("page", page.title, page.in_short, name)
        for name, page in PAGES.items()
        if wanted in (page.title.casefold(), name)
    ]


def _pages_like(words: Sequence[str]) -> list[Found]:
    return [
        Found("page", page.title, page.in_short, name, sure=False)
        for name, page in PAGES.items()
        if _begins(words, f"{page.title} {page.in_short}")
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _begins(wanted: Sequence[str], text: str) -> bool:
    """Whether each wanted word begins a word of the text, a plural's s aside."""
    words = _words(text)
    starts = [(start, start.removesuffix("s") if len(start) > len("pts") else start) for start in wanted]
    return bool(starts) and all(any(word.startswith(start) for word in words) for start in starts)
