"""What is known about a type: meaning, counts by table and release, other names, examples, papers."""

import pandas as pd
import streamlit as st

from components.analysis.selection.kinds import Filtered
from components.analysis.types.counts import TypeName, counts_by_table
from components.ui.selection.rows import show_ticked_rows
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.colours import chip
from components.ui.session.exports import ONE_DRAWN, marked
from components.ui.session.links import show_page_link, show_type_link
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, table_title
from components.ui.session.release_choice import release_in_link
from components.ui.type.choice import OpenType
from data.catalog import CATALOG
from data.catalog.pages import page_parameter
from data.labels.crosswalk import CELL_TYPES
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.opening import cache_of
from data.settings import read_settings
from data.tables.records import Provenance


def show_meaning(open_type: OpenType) -> None:
    """Its meaning and names, then how many nuclei have this label in each table at hand."""
    named = open_type.named
    st.markdown(f"{chip(named.label)} **{plain(named.label)}** — {_meaning(named)}")
    lines = _names(named)
    if lines:
        st.markdown("  \n".join(lines))
    _show_counted(named)
    counts, tables = open_type.counts, current_release().tables
    shown = pd.DataFrame(
        {
            "Table": [tables[name].title for name in counts["table"]],
            "Nuclei": counts["nuclei"],
            "Of its labelled": counts["nuclei"] / counts["of"],
            "Spelled": counts["spelled"],
        }
    )
    st.caption(
        f"Nuclei by table of v{tables.release.number}, of those at hand. Tick a row to select its nuclei.",
        help=f"At the level of {named.level}. A label whose mapping is ambiguous counts; a nucleus with two "
        "labels in a table does not. Views repeat the labels of other tables.",
    )
    names = list(counts["table"])
    show_ticked_rows(
        shown,
        lambda place: Filtered(names[place], (named.label,), level=named.level),
        key=f"type-counts-{named.label}",
        columns={
            "Of its labelled": st.column_config.NumberColumn(format="percent"),
            "Nuclei": st.column_config.NumberColumn(format="localized"),
        },
    )
    ambiguous = counts[counts["ambiguous"] > 0]
    if len(ambiguous):
        parts = [f"{row.ambiguous:,} in {tables[str(row.table)].title}" for row in ambiguous.itertuples()]
        st.caption(plain(f"By an ambiguous mapping: {', '.join(parts)}."))
    _show_ways(open_type)


def _show_ways(open_type: OpenType) -> None:
    named, table = open_type.named, open_type.view.table
    page, parameter = page_parameter(table)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Select {of_nuclei(open_type.n)}", key="select-type", icon=":material/ads_click:",
            on_click=choose, args=(Filtered(table.name, (named.label,), level=named.level),), type="primary",
            help=f"All that {table.title} calls {named.label}.",
        )  # fmt: skip
        choices = {parameter: table.title, **release_in_link()}
        show_page_link(page, f"Page of {table.title}", choices, icon=":material/table_rows:")


def _meaning(named: TypeName) -> str:
    entry = named.entry
    if entry is None:
        return "a label of these rows alone; its meaning is not published."
    return f"{plain(entry.meaning)}."


def _names(named: TypeName) -> list[str]:
    """Synonyms, what it counts as, and the grounds of that, a line each."""
    entry = named.entry
    if entry is None:
        return []
    above = [word for word in (entry.cell_class, entry.subclass) if word and word != entry.label]
    lines = []
    if entry.synonyms:
        lines.append(f"**Also spelled** {plain(', '.join(entry.synonyms))}")
    if above:
        doubt = ", likeliest but not certain" if entry.ambiguous_at else ""
        lines.append(f"**Counts as** {plain(', '.join(above))}{doubt}")
    if entry.standing != "neither":
        vocabularies = {"both": "both vocabularies", "first only": "the first vocabulary alone"}
        lines.append(f"**M-type** of {vocabularies.get(entry.standing, 'the second vocabulary alone')}")
    if entry.table:
        lines.append(f"**Only** {plain(table_title(entry.table))} uses the word in this sense")
    return [*lines, f":gray[{plain(entry.source)}]"]


def _show_counted(named: TypeName) -> None:
    """The labels that count as a subclass, each a way to its page."""
    below = [entry for entry in CELL_TYPES.values() if entry.subclass == named.label != entry.label]
    if below and named.level == "subclass":
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="type-counted"):
            st.markdown("**Labels that count as it**", width="content")
            for entry in below:
                show_type_link(entry.label, plain(f"{entry.label}{_certainty(entry.counted)}"))


def _certainty(counted: tuple[int, int] | None) -> str:
    return f" ({counted[0]} of {plural(counted[1], 'cell')})" if counted and counted[0] < counted[1] else ""


def show_other_releases(open_type: OpenType) -> None:
    """How many nuclei have this label in tables of other releases, as far as their rows are in the cache."""
    opened, named = current_release(), open_type.named
    number = opened.release.number
    if opened.source.synthetic:
        show_nothing(f"{ONE_DRAWN.format(number)}.")
        return
    settings = read_settings({})
    cached_numbers = [other for other in cache_of(settings, number).releases if other != number]
    lines = []
    for other in cached_numbers:
        records = [one for one in cache_of(settings, other).records() if _labels(one.table)]
        counts = _counts_of_release(named, other, records)
        lines += [(f"v{other}", *row) for row in counts.itertuples(index=False)]
    if not lines:
        show_nothing(
            "No table of labels of another release is in the cache: the page Releases fetches some of them."
        )
        return
    shown = pd.DataFrame(lines, columns=["Release", "table", "Nuclei", "of", "Spelled", "ambiguous"])
    shown.insert(1, "Table", [table_title(name) for name in shown["table"]])
    shown["Of its labelled"] = shown["Nuclei"] / shown["of"]
    open_nuclei = open_type.counts.set_index("table")["nuclei"]
    shown[f"v{number}"] = [open_nuclei.get(name) for name in shown["table"]]
    st.caption(
        f"Releases with rows in the cache; nothing is fetched. The last column is v{number}, the open one."
    )
    st.dataframe(
        marked(shown[["Release", "Table", "Nuclei", "Of its labelled", "Spelled", f"v{number}"]]),
        hide_index=True, key="type-releases",
        column_config={
            "Of its labelled": st.column_config.NumberColumn(format="percent"),
            "Nuclei": st.column_config.NumberColumn(format="localized"),
            f"v{number}": st.column_config.NumberColumn(format="localized"),
        },
    )  # fmt: skip


def _labels(name: str) -> bool:
    tables = current_release().tables
    return name in tables and tables[name].kind == "labels"


@cached()
def _counts_of_release(named: TypeName, number: int, records: list[Provenance]) -> pd.DataFrame:
    """Counts of a release's cached tables."""
    cache, tables = cache_of(read_settings({}), number), current_release().tables
    loaded = {one.table: LabelTable(tables[one.table], cache.read_frame(one.table), one) for one in records}
    return counts_by_table(named, loaded)


def show_papers(open_type: OpenType) -> None:
    """The papers of the tables at hand that have the type, each with its tables."""
    by_paper: dict[str, list[str]] = {}
    for name in open_type.counts["table"]:
        for key in current_release().tables[str(name)].citations:
            by_paper.setdefault(key, []).append(table_title(str(name)))
    lines = [
        f"- {plain(paper.full)} [doi:{paper.doi}]({paper.url})  \n  :gray[{plain(', '.join(by_paper[key]))}]"
        for key, paper in CATALOG.citations.items()
        if key in by_paper
    ]
    st.markdown("\n".join(lines) if lines else "No paper is known for these tables.")
