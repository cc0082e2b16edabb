"""Two releases side by side: which table of each the reader compares, and its rows."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from components.ui.session.choices import begin_choice
from components.ui.session.exports import synthetic_words
from components.ui.session.notices import show_notes, show_nothing, show_problem
from components.ui.session.release import current_release, load_labels, release_of
from components.ui.session.release_choice import live_hint, offered_releases
from components.ui.session.release_listing import listed_releases, server_releases
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.settings import read_settings
from data.volume import VOLUME

ONE_RELEASE = (
    "The sample is drawn for one release, v661, so there is nothing to compare it with. With another source "
    "this page sets a table of one release beside one of another and shows three things, each on its own: "
    "which nuclei came or went, whose label is another one, and whose root ID is another one. For this, "
    "choose the source “archive” or “cave”, or a folder that holds v661/ and, say, v795/."
)


@dataclass(frozen=True)
class ReleasePair:
    """A table of an earlier release and one of a later release; their titles say which is which.

    Attributes
    ----------
    earlier, later : LabelTable
        Their `table` carries the release in its title.
    """

    earlier: LabelTable
    later: LabelTable

    @property
    def key(self) -> tuple[str, str]:
        """What tells this pair from every other."""
        return self.earlier.key, self.later.key

    @property
    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Both tidy frames, the earlier release's first."""
        return self.earlier.frame, self.later.frame

    @property
    def numbers(self) -> tuple[int, int]:
        """Both releases."""
        return self.earlier.provenance.release, self.later.provenance.release

    @property
    def name(self) -> str:
        """Name of a file of theirs."""
        first, last = self.earlier.table.name, self.later.table.name
        tables = first if first == last else f"{first}-{last}"
        return f"{tables}-v{self.numbers[0]}-v{self.numbers[1]}"

    def caption(self, of: str) -> str:
        """Caption of a figure: what is compared, how many of what, from where."""
        both = f"{synthetic_words()}{self.earlier.table.title} × {self.later.table.title}"
        return f"{both}<br>n = {of} · source: {self.earlier.provenance.source}"


def pick_pair_of_releases() -> ReleasePair | None:
    """Let the reader choose a table of the open release, another release, and the table there.

    Returns
    -------
    ReleasePair or None
        None where there is nothing to compare: why stands on the page then.
    """
    opened = current_release()
    number = opened.release.number
    offered = offered_releases(read_settings({}), server_releases(opened))
    others = [one for one in offered if one != number]
    if not others or opened.source.synthetic:
        show_nothing(ONE_RELEASE)
        return None
    first, second, third = st.columns(3, vertical_alignment="bottom")
    with first:
        table = _pick_table(f"Table of v{number}", [*opened.tables.held.values()], key="of")
    with second:
        against = _pick_release(table, others)
    with third:
        fitting = [one for one in opened.tables.values() if one.kind == table.kind]
        first_choice = counterpart(table, opened.tables, against)
        fitting.sort(key=lambda one: one.name != first_choice.name)
        begin_choice("beside", [one.title for one in fitting], first_choice.title, "beside-")
        there = _pick_table(f"Table of v{against}", fitting, key="beside")
    return _loaded((table, opened), (there, against))


def _moment(release: int) -> str:
    known = VOLUME.releases.get(release)
    return f"v{release} of {known.timestamp:%B %Y}" if known else f"v{release}, which only the server lists"


def counterpart(table: Table, tables: ReleaseTables, release: int) -> Table:
    """The same table where the release is known to hold it, else what took its place or what it followed."""
    held = tables.in_release(release)
    followed = [one.name for one in tables.values() if one.deprecated_by == table.name]
    for name in (table.name, table.deprecated_by, *followed):
        if name is not None and name in held:
            return held[name]
    return table


def _pick_table(label: str, tables: list[Table], key: str) -> Table:
    by_title = {one.title: one for one in tables}
    return by_title[st.selectbox(label, list(by_title), key=key, bind="query-params")]


def _may_be_had(number: int, opened: OpenRelease) -> bool:
    """Whether the source of the open release gives another one: as its server lists it, else as is known."""
    listed = listed_releases(opened)
    known = VOLUME.releases.get(number)
    return listed.get(number, False) if listed else known is not None and opened.source.may_hold(known)


def _nearest_release(table: Table, tables: ReleaseTables, own: int, others: list[int]) -> int | None:
    """The next release that is known to hold the table or its counterpart, else the last one before."""
    holding = [n for n in others if _holds(counterpart(table, tables, n), n, table.kind)]
    later = [n for n in holding if n > own]
    return later[0] if later else holding[-1] if holding else None


def _holds(table: Table, release: int, kind: str) -> bool:
    return table.kind == kind and release in table.releases


def _pick_release(table: Table, others: list[int]) -> int:
    """Another release; the nearest that can be had and holds the table or its counterpart comes first."""
    opened = current_release()
    own, tables = opened.release.number, opened.tables
    had = [n for n in others if _may_be_had(n, opened)]
    best = (
        _nearest_release(table, tables, own, had) or _nearest_release(table, tables, own, others) or others[0]
    )
    words = {f"v{one}": one for one in others}
    chosen = st.selectbox(
        "Compare with release", list(words), index=others.index(best), key="against", bind="query-params",
        help="; ".join(map(_moment, others)) + ".",
    )  # fmt: skip
    return words[chosen]


def _loaded(here: tuple[Table, OpenRelease], there: tuple[Table, int]) -> ReleasePair | None:
    (table, opened), (other, number) = here, there
    try:
        beside = release_of(number)
    except DataError as error:
        show_problem(error)
        return None
    if beside.source.synthetic != opened.source.synthetic:
        show_nothing(
            f"v{number} cannot be had from the source of v{opened.release.number}. {beside.why} Measured "
            "rows are never compared with made-up ones."
        )
        return None
    sides = [_side(table, opened), _side(other, beside)]
    got = [one for one in sides if one is not None]
    if len(got) < 2:
        return None
    if got[0].provenance.origin == got[1].provenance.origin:
        show_nothing(
            f"Both releases were read from one and the same file, so nothing can differ. Put the files of "
            f"each release into a folder of its own: v{opened.release.number} and v{number}."
        )
        return None
    earlier, later = sorted(got, key=lambda one: one.provenance.release)
    return ReleasePair(earlier, later)


def _side(table: Table, opened: OpenRelease) -> LabelTable | None:
    """Load one side, with its release in the title; where it cannot be had, say why."""
    one = load_labels(table.name, opened)
    if not isinstance(one, LabelTable):
        show_problem(one, table, place=f"-v{opened.release.number}")
        hint = live_hint(opened.release.number, read_settings({}))
        if hint:
            st.caption(f":material/info: {hint}")
        return None
    titled = LabelTable(
        replace(one.table, title=f"{one.table.title}, v{opened.release.number}"), one.frame, one.provenance
    )
    show_notes(titled)
    return titled
