"""What has a name here and where it is shown: types, tables, pages."""

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
    """One thing that the reader may mean.

    Attributes
    ----------
    kind : HitKind
        `place` is a coordinate, `nuclei` are several by ID.
    title : str
        What it is, in a few words.
    words : str
        What to know before going there.
    page : str
        Where it is shown: the name of a page's script.
    link : tuple of (str, str)
        The page's query parameters.
    sure : bool
        Whether it is called exactly so, rather than something like it.
    """

    kind: HitKind
    title: str
    words: str
    page: str
    link: tuple[tuple[str, str], ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class AtHand:
    """What is known where something is looked for.

    Attributes
    ----------
    tables : ReleaseTables
        The open release's.
    frames : mapping
        Tidy frames of those that need no download, by name.
    absent : collection of str
        Those that the source is found not to hold.
    """

    tables: ReleaseTables
    frames: Mapping[str, pd.DataFrame]
    absent: Collection[str] = ()

    @property
    def release(self) -> int:
        """The open release's number."""
        return self.tables.release.number


def search_names(text: str, here: AtHand) -> list[Found]:
    """List what is called so, then what is called something like it: types, tables, pages.

    Case does not count, nor does the order of the words, nor white space in a type.
    """
    exact = [*_types_called(text, here), *_tables_called(text, here), *_pages_called(text)]
    known = {(one.page, one.link) for one in exact}
    words = _words(text)
    if len("".join(words)) < _SHORTEST:
        return exact
    alike = [*_types_like(words, here), *_tables_like(words, here), *_pages_like(words)]
    return exact + [one for one in alike if (one.page, one.link) not in known]


def near_names(text: str, here: AtHand) -> list[str]:
    """List names that are spelled nearly so, the nearest first."""
    names = [page.title for page in PAGES.values()]
    names += [name for table in here.tables.values() for name in (table.name, table.title)]
    for entry in CELL_TYPES.values():
        names += [entry.label, *entry.synonyms, *(w for w in re.findall(r"\w{5,}", entry.meaning))]
    by_key = {name.casefold(): name for name in names}
    return [by_key[key] for key in get_close_matches(text.strip().casefold(), by_key, _MOST_NEAR, _NEAR)]


def _types_called(text: str, here: AtHand) -> Iterator[Found]:
    entry = find_label(text)
    if entry:
        yield from _type(entry, here, sure=True)
    else:  # such as a connectivity group: what only the rows know
        wanted = text.strip().casefold()
        for name, labels in _labels(here):
            for label in labels:
                if label.casefold() == wanted and not find_label(label):
                    yield _type_in(here.tables[name], label, label, here.tables[name].labels_what)


def _types_like(words: Sequence[str], here: AtHand) -> Iterator[Found]:
    for entry in CELL_TYPES.values():
        if _begins(words, f"{entry.label} {' '.join(entry.synonyms)} {entry.meaning}"):
            yield from _type(entry, here, sure=False)


def _type(entry: CellType, here: AtHand, *, sure: bool) -> Iterator[Found]:
    """A type in every table that holds it, the widest first; where none does, where it may be."""
    spelled = {
        name: label for name, labels in _labels(here) for label in labels if find_label(label) is entry
    }
    for name in sorted(spelled, key=lambda one: -_width(here.tables[one])):
        shown = entry.label if spelled[name] == entry.label else f"{entry.label} ({spelled[name]})"
        yield _type_in(here.tables[name], entry.label, shown, f"{entry.label}: {entry.meaning}", sure=sure)
    if not spelled and sure:
        others = [table for name, table in here.tables.items() if name not in here.tables.held]
        later = " and ".join(one.title for one in others if entry in map(find_label, one.vocabulary))
        held = f" The {later} of other releases may." if later else ""
        words = f"{entry.label}: {entry.meaning}. No table of v{here.release} here holds it.{held}"
        yield Found("type", "Compare releases", words, "releases", sure=False)


def _type_in(table: Table, label: str, shown: str, words: str, *, sure: bool = True) -> Found:
    link = ((table.family, table.title), ("select", to_text(Filtered(table.name, (label,)))))
    return Found("type", f"{shown} in {table.title}", words, table.family, link, sure=sure)


def _labels(here: AtHand) -> Iterator[tuple[str, Sequence[str]]]:
    """The labels of each table that has a page: those of its rows, or those it is expected to hold."""
    for name, table in here.tables.held.items():
        if name in here.tables.labelling and name not in here.absent:
            frame = here.frames.get(name)
            yield name, table.vocabulary if frame is None else [*map(str, frame["cell_type"].cat.categories)]


def _width(table: Table) -> int:
    return table.expected_rows.high if table.expected_rows else 0


def _tables_called(text: str, here: AtHand) -> list[Found]:
    wanted = text.strip().casefold()
    called = [t for t in here.tables.values() if wanted in (t.name.casefold(), t.title.casefold())]
    return [_table(table, here, sure=True) for table in called]


def _tables_like(words: Sequence[str], here: AtHand) -> list[Found]:
    like = [t for t in here.tables.values() if _begins(words, f"{t.name} {t.title}")]
    like.sort(key=lambda table: table.name not in here.tables.held)
    return [_table(table, here, sure=False) for table in like]


def _table(table: Table, here: AtHand, *, sure: bool) -> Found:
    page = table.family
    link: tuple[tuple[str, str], ...] = ((page, table.title),)
    held = table.name in here.tables.held
    if table.name not in here.tables.shown:
        page, link = "releases", (("of", table.title),) if held else ()
    absent = " (not in this source)" if table.name in here.absent else ""
    absent = absent if held else f" (not in v{here.release})"
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
    """Whether each of the words begins a word of the text; a plural's s does not count."""
    there = _words(text)
    return bool(wanted) and all(
        any(word.startswith((one, one.removesuffix("s") if len(one) > len("pts") else one)) for word in there)
        for one in wanted
    )
