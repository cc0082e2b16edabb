"""Which type the page shows, and by which table: the name in the link, in any spelling."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import pandas as pd
import streamlit as st

from components.analysis.search.names import SearchedRelease, near_names
from components.analysis.types.counts import TypeName, counts_by_table, type_named
from components.ui.context.table_view import TableView, label_view
from components.ui.selection.selected import show_selection
from components.ui.session.cached import cached
from components.ui.session.links import NAME, begin_choice, note_default, show_type_link
from components.ui.session.notices import plain, show_nothing, show_problem
from components.ui.session.release import current_release, failure_of, load_at_hand, load_labels, no_nuclei
from components.ui.workbench.layout import Workbench
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.errors import DataError
from data.labels.crosswalk import CELL_TYPES, at_level, find_label, ordered
from data.labels.spellings import known_meanings, offer
from data.loader import LabelTable

BY = "nuclei-by"
"""Key of the table, as it stands in links."""
NAME_HELP = (
    "A label in any spelling, such as 5P-PT, basket or L2/3 IT; also a label that only one table has, yours "
    "among them."
)


@dataclass(frozen=True, eq=False)
class OpenType:
    """A type with the tables at hand.

    Attributes
    ----------
    named : TypeName
    loaded : dict of str to LabelTable
        The tables at hand, by name.
    counts : DataFrame
        As `counts_by_table` gives them.
    view : TableView
        The type's nuclei in the table that the reader chose.
    """

    named: TypeName
    loaded: dict[str, LabelTable]
    counts: pd.DataFrame
    view: TableView

    @property
    def n(self) -> int:
        """Nuclei with this label in the chosen table; one with two labels there is shown, not counted."""
        return int(self.counts.set_index("table")["nuclei"][self.view.table.name])

    @property
    def key(self) -> object:
        """Identifies it in caches."""
        return self.named, self.loaded, self.view.table.name


def pick_type(bench: Workbench) -> OpenType:
    """Let the reader name a type and a table; the page ends here where no table at hand has such nuclei."""
    first = _first_tables()
    loaded = load_at_hand(*first)
    with bench.notices:
        for name in first:
            if isinstance(problem := load_labels(name), DataError):
                show_problem(problem, current_release().tables[name])
    with bench.choices:
        name = _pick_name(loaded)
    found = [entry.label for entry in known_meanings(name)] or _only_in_rows(name, loaded)
    if not found:
        _end_unknown(bench, name, loaded)
    named = type_named(found[0])
    counts = _counts(named, loaded)
    with bench.chips:
        _show_meanings(name, found)
        _offer_tables(named, loaded)
    if counts.empty:
        _end_without_nuclei(bench, named, loaded)
    with bench.choices:
        table = _pick_table(counts)
    return OpenType(named, loaded, counts, label_view(loaded[table], named.level, named.label))


def _pick_name(loaded: Mapping[str, LabelTable]) -> str:
    labels = {at_level(word, "type") or word for table in loaded.values() for word in _words(table)}
    known = [entry.label for entry in CELL_TYPES.values() if not entry.table or entry.label in labels]
    options = ordered({*known, *labels})
    at_hand = [label for label in options if label in labels]
    subclasses = [label for label in at_hand if type_named(label).level == "subclass"]
    default = next(iter([*subclasses, *at_hand, *options]))
    asked = st.session_state.get(NAME) or st.query_params.get(NAME)
    options += [asked] if asked and asked not in options else []
    note_default(NAME, default)
    chosen = st.selectbox(
        "Name", options, index=options.index(default), key=NAME, bind="query-params", help=NAME_HELP,
        accept_new_options=True, width=230,
    )  # fmt: skip
    return str(chosen or default).strip()[:80]


def _words(table: LabelTable) -> list[str]:
    if table.table.kind != "labels" or "cell_type" not in table.frame:
        return []
    return [*map(str, table.frame["cell_type"].cat.categories)]


def _only_in_rows(name: str, loaded: Mapping[str, LabelTable]) -> list[str]:
    """The label as a table spells it, where only its rows know it, such as a connectivity group."""
    words = {word for table in loaded.values() for word in _words(table) if not find_label(word)}
    return sorted(word for word in words if word.strip().casefold() == name.casefold())[:1]


def _first_tables() -> list[str]:
    """The table that is fetched where none is at hand: the first of the release that names subclasses."""
    labelling = current_release().tables.labelling
    return [name for name in CATALOG.compared if name in labelling][:1]


def _pick_table(counts: pd.DataFrame) -> str:
    tables = current_release().tables
    titles = {tables[name].title: name for name in counts["table"]}
    widest = next((name for name in counts["table"] if tables[name].level == "subclass"), counts["table"][0])
    default = tables[widest].title
    begin_choice(BY, titles, default)
    chosen = st.selectbox(
        "Nuclei by", list(titles), index=list(titles).index(default), key=BY, bind="query-params", width=230,
        help="The table whose nuclei of this type are shown. Tables differ: see the panel of other names.",
    )  # fmt: skip
    return titles[chosen]


def _show_meanings(name: str, found: list[str]) -> None:
    """Say which of its spellings the name is, and what else it may mean."""
    if name != found[0]:
        st.caption(f"{plain(name)} is read as {plain(found[0])}.", width="content")
    if len(found) > 1:
        with st.popover(f"“{plain(name)}” has {len(found)} meanings", icon=":material/call_split:"):
            for label in found:
                _show_way(label)


def _absent(named: TypeName, loaded: Mapping[str, LabelTable]) -> list[Table]:
    """Tables of the release that are not at hand, and whose published labels include this one."""
    return [
        table
        for name, table in current_release().tables.labelling.items()
        if name not in loaded
        and (not table.vocabulary or any(at_level(w, named.level) == named.label for w in table.vocabulary))
    ]


def _offer_tables(named: TypeName, loaded: Mapping[str, LabelTable]) -> None:
    absent = _absent(named, loaded)
    if not absent:
        return
    titles = ", ".join(table.title for table in absent)
    to_get = [table for table in absent if not failure_of(table.name)]
    with st.popover("Not at hand", icon=":material/inventory_2:", type="tertiary"):
        st.caption(f"These tables of the release may give nuclei this label, too: {plain(titles)}.")
        for table in absent:
            if failure := failure_of(table.name):
                st.caption(plain(f"{table.title}: {failure.problem}"))
        if to_get:
            many = f"these {len(to_get)} tables" if len(to_get) > 1 else "this table"
            if st.button(f"Get {many}", key="type-fetch", icon=":material/download:"):
                for table in to_get:
                    load_labels(table.name)
                st.rerun()


def _end_unknown(bench: Workbench, name: str, loaded: Mapping[str, LabelTable]) -> NoReturn:
    """Say that there is no such label, and offer similar spellings."""
    likely = offer(name).means
    frames = {table: one.frame for table, one in loaded.items()}
    near = near_names(name, SearchedRelease(current_release().tables, frames)) if name else []
    close = [entry.label for word in near for entry in known_meanings(word)]
    with bench.left:
        show_nothing(f"No label is called “{plain(name)}”: neither a known one nor one of the rows at hand.")
        for label in dict.fromkeys([*([likely] if likely else []), *close]):
            _show_way(label)
    _end(bench)


def _show_way(label: str) -> None:
    """Link to the page of a known type, with its meaning."""
    show_type_link(label, plain(f"{label}: {CELL_TYPES[label].meaning}"))


def _end_without_nuclei(bench: Workbench, named: TypeName, loaded: Mapping[str, LabelTable]) -> NoReturn:
    opened, entry = current_release(), named.entry
    number = opened.release.number
    with bench.left:
        if loaded:
            meaning = f" It means: {entry.meaning}." if entry else ""
            words = f"No table of v{number} at hand calls a nucleus {plain(named.label)}.{plain(meaning)}"
            show_nothing(words)
        else:
            show_nothing(no_nuclei())
        for table in opened.tables.values():
            spelled = [word for word in table.vocabulary if at_level(word, named.level) == named.label]
            if spelled and table.name not in opened.tables.held and table.releases:
                releases = ", ".join(f"v{release}" for release in table.releases)
                st.caption(plain(f"{table.title} of other releases has it ({spelled[0]}): {releases}."))
    _end(bench)


def _end(bench: Workbench) -> NoReturn:
    show_selection(bench, None)
    st.stop()


@cached()
def _counts(named: TypeName, loaded: dict[str, LabelTable]) -> pd.DataFrame:
    return counts_by_table(named, loaded)
