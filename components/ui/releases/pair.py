"""Two releases side by side: which table of each the reader compares, and its rows."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from components.ui.session.exports import ONE_DRAWN, synthetic_words
from components.ui.session.links import begin_choice
from components.ui.session.notices import show_nothing, show_problem, show_table_doubts, table_notes
from components.ui.session.release import current_release, load_labels, release_of
from components.ui.session.release_choice import can_be_had, live_hint, note_lacking, other_releases
from components.ui.workbench.layout import Workbench
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import DataError, TableAbsent
from data.loader import LabelTable, OpenRelease
from data.settings import read_settings
from data.volume import VOLUME

ONE_RELEASE = "{}, so there is nothing to compare it with."
OTHER_SOURCES = (
    " To see which nuclei, labels and root IDs changed, choose the source “archive” or “cave”, or a folder "
    f"that holds v{VOLUME.release}/ and, say, v{VOLUME.next_release}/."
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


def pick_pair_of_releases(bench: Workbench) -> ReleasePair | None:
    """Let the reader choose a table of the open release, another release, and the table there.

    Parameters
    ----------
    bench : Workbench
        The choices go into its top bar.

    Returns
    -------
    ReleasePair or None
        None where there is nothing to compare: the page then says why.
    """
    opened = current_release()
    number = opened.release.number
    others = other_releases(opened)
    if not others or opened.source.synthetic:
        drawn = ONE_DRAWN.format(number)
        held = f"This source does not hold a release beside v{number}"
        lead = ONE_RELEASE.format(drawn if opened.source.synthetic else held)
        with bench.notices:
            show_nothing(lead + (OTHER_SOURCES if VOLUME.next_release else ""))
        return None
    with bench.choices:
        tables = [one for one in opened.tables.held.values() if not one.added]
        tables.sort(key=lambda one: opened.source.local and not opened.source.stamp(one))  # at hand first
        table = _pick_table(f"Table of v{number}", tables, key="of")
        against = _pick_release(opened, table, others)
        same_kind = [
            other for other in opened.tables.values() if other.kind == table.kind and not other.added
        ]
        default = counterpart(table, opened.tables, against)
        same_kind.sort(key=lambda other: other.name != default.name)
        begin_choice("beside", [other.title for other in same_kind], default.title, "beside-")
        other_table = _pick_table(f"Table of v{against}", same_kind, key="beside")
    with bench.notices:
        return _loaded_pair(opened, table, against, other_table)


def counterpart(table: Table, tables: ReleaseTables, release: int) -> Table:
    """The same table where the release is known to hold it, else what took its place or what it followed."""
    held = tables.in_release(release)
    followed = [other.name for other in tables.values() if other.deprecated_by == table.name]
    for name in (table.name, table.deprecated_by, *followed):
        if name is not None and name in held:
            return held[name]
    return table


def _pick_table(label: str, tables: list[Table], key: str) -> Table:
    by_title = {table.title: table for table in tables}
    return by_title[st.selectbox(label, list(by_title), key=key, bind="query-params", width=300)]


def _pick_release(opened: OpenRelease, table: Table, others: list[int]) -> int:
    """Another release; the nearest that is available and holds the table or its counterpart comes first."""
    available = [number for number in others if can_be_had(number, opened)]
    stated = [
        number
        for number in available
        if opened.source.is_stated(counterpart(table, opened.tables, number), number)
    ]
    nearest = (_nearest_release(opened, table, some) for some in (stated, available, others))
    best = next(filter(None, nearest), None)
    by_word = {f"v{number}": number for number in others}
    moments = (
        f"v{number} of {VOLUME.releases[number].timestamp:%B %Y}"
        if number in VOLUME.releases
        else f"v{number}, which only the server lists"
        for number in others
    )
    default = others.index(best or (available or others)[0])
    begin_choice("against", by_word, list(by_word)[default])
    chosen = st.selectbox(
        "Compare with release", list(by_word), index=default, key="against",
        bind="query-params", help="; ".join(moments) + ".", width=260,
    )  # fmt: skip
    return by_word[chosen]


def _nearest_release(opened: OpenRelease, table: Table, others: list[int]) -> int | None:
    """The next release that is known to hold the table or its counterpart, else the last one before."""
    counterparts = {number: counterpart(table, opened.tables, number) for number in others}
    holding = [n for n, other in counterparts.items() if other.kind == table.kind and n in other.releases]
    later = [number for number in holding if number > opened.release.number]
    return later[0] if later else holding[-1] if holding else None


def _loaded_pair(opened: OpenRelease, table: Table, against: int, other_table: Table) -> ReleasePair | None:
    try:
        other = release_of(against)
    except DataError as error:
        show_problem(error)
        return None
    number = opened.release.number
    if other.source.synthetic != opened.source.synthetic:
        show_nothing(
            f"v{against} is not available from the source of v{number}. {other.why} Measured "
            "rows are never compared with made-up ones."
        )
        return None
    absent = isinstance(load_labels(other_table.name, other), TableAbsent)
    if absent and note_lacking(against, opened) and "against" not in st.query_params:
        st.rerun()  # the default is the next available one
    loaded = [_load_titled(table, opened), _load_titled(other_table, other)]
    both = [one for one in loaded if one is not None]
    if len(both) < 2:
        return None
    if both[0].provenance.origin == both[1].provenance.origin:
        show_nothing(
            f"Both releases were read from one and the same file, so nothing can differ. Put the files of "
            f"each release into a folder of its own: v{number} and v{against}."
        )
        return None
    return ReleasePair(*sorted(both, key=lambda one: one.provenance.release))


def _load_titled(table: Table, opened: OpenRelease) -> LabelTable | None:
    """Load a table, with its release in the title; where it cannot be loaded, say why."""
    number = opened.release.number
    loaded = load_labels(table.name, opened)
    if not isinstance(loaded, LabelTable):
        show_problem(loaded, table, place=f"-v{number}")
        if hint := live_hint(number, read_settings({})):
            st.caption(f":material/info: {hint}")
        return None
    titled = replace(loaded, table=replace(loaded.table, title=f"{loaded.table.title}, v{number}"))
    show_table_doubts(titled)
    if notes := table_notes(titled):
        st.caption(notes)
    return titled
