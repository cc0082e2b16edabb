"""The parts of the overview: numbers, which tables label the same nuclei, the families, the tables."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from components.analysis.labels.counts import Denominator
from components.analysis.output.status import TableStatus, release_status
from components.analysis.selection.coverage import Coverage, table_coverage
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.selection import Selection
from components.figures.bars import coverage_figure
from components.figures.upset import upset_figure
from components.ui.selection.followers import follows_selection
from components.ui.selection.selection import IN_LINK, choose, current_selection, link_text
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked
from components.ui.session.notices import doubts_at_hand, plain, show_problem
from components.ui.session.release import current_release, load_labels, table_title
from components.ui.session.release_choice import release_in_link
from data.catalog.citations import CITATIONS
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES, FamilyPage
from data.errors import DataError
from data.loader import LabelTable
from data.volume import VOLUME

MOST_UNREAD = 10
HELD = "Tables and views that the release is known to hold; those at hand need no download."


def tables_at_hand() -> tuple[list[TableStatus], Denominator, dict[str, LabelTable]]:
    """Load what costs no download, and the detections; say of every table of the release how it stands.

    Those that came after v661 are counted and listed; only the page “Releases” shows their rows.
    """
    opened = current_release()
    got: dict[str, LabelTable | DataError | None] = {}
    for name in opened.tables.held:
        here = opened.source.local or name == VOLUME.detections or opened.provenance(name)
        got[name] = load_labels(name) if here else None
    tables = {name: one for name, one in got.items() if isinstance(one, LabelTable)}
    statuses, denominator = release_status(got, opened.tables.held, doubts_at_hand(tables))
    loaded = {name: one for name, one in tables.items() if name in opened.tables.shown}
    return statuses, denominator, loaded


def show_absent(statuses: list[TableStatus]) -> None:
    """Name the tables that the source does not hold, those that failed, and files that no table takes."""
    absent = [status for status in statuses if status.state == "absent"]
    if absent:
        names = ", ".join(status.table.title for status in absent)
        st.info(
            f"**{len(absent)} of {len(statuses)} tables are not in this source:** {names}. "
            "Everything else works without them.",
            icon=":material/inventory_2:",
        )
    for status in statuses:
        if status.problem and status.state != "absent":
            show_problem(status.problem, status.table if status.state == "failed" else None)
    unread = current_release().unread_files
    if unread:
        lines = [plain(str(file)) for file in unread[:MOST_UNREAD]]
        more = len(unread) - len(lines)
        lines += [f"The page Checks names {more:,} more."] if more else []
        st.warning("  \n".join(["**Files that no table takes**", *lines]), icon=":material/draft:")


def show_key_numbers(statuses: list[TableStatus], denominator: Denominator) -> None:
    """Four numbers for a demo."""
    loaded = [status for status in statuses if status.state == "loaded"]
    labelling = [status for status in loaded if status.table.kind == "labels"]
    units = sum(status.rows or 0 for status in loaded if status.table.kind == "units")
    first, second, third, fourth = st.columns(4)
    first.metric("Nuclei", f"{len(denominator.nuclei):,}", help=f"These are {denominator.name}.")
    second.metric("Tables at hand", f"{len(loaded)} of {len(statuses)}", help=HELD)
    labels = sum(status.nuclei or 0 for status in labelling)
    third.metric(
        "Labels given", f"{labels:,}", help=f"Nuclei labelled, added over {len(labelling)} tables of labels."
    )
    fourth.metric("Functional units matched", f"{units:,}", help="Rows of the coregistration tables at hand.")


def show_combinations(loaded: dict[str, LabelTable]) -> None:
    """Which nuclei are labelled by which tables; a click on a bar or a dot selects its nuclei."""
    coverage = _coverage(loaded)
    if len(coverage.sizes) < 2:
        return
    st.subheader("Which tables label the same nuclei", anchor=False)
    everywhere = " and ".join(table_title(name) for name in coverage.everywhere)
    left_out = f" {everywhere} holds every nucleus and is left out." if everywhere else ""
    st.caption(
        "A bar counts the nuclei that exactly the dotted tables label, or match to a recorded unit; each "
        f"nucleus is in one bar.{left_out} Click a bar or a dot to select its nuclei, or a table's own bar "
        "at the left: the cloud above lights them, and the link keeps them."
    )
    recipes = recipes_of(coverage)
    chosen = next((key for key, recipe in recipes.items() if recipe == current_selection()), None)
    titles = {name: table_title(name) for name in coverage.sizes}
    colours = {name: FAMILIES[loaded[name].table.family].colour for name in coverage.sizes}
    of = "detected nuclei" if coverage.detected else "nuclei in these tables together"
    of = f"n = {coverage.n_nuclei:,} {of} · {len(coverage.sizes)} tables"
    caption = figure_caption("", of, gap=" · ")
    key = "combinations"
    show_chart(
        key,
        (loaded, chosen),
        lambda: upset_figure(coverage, titles, colours, chosen, caption),
        alt="Nuclei for every combination of tables that label them",
        on_select=_on_click(key, recipes),
    )


def recipes_of(coverage: Coverage) -> dict[str, Selection]:
    """What a click selects, by what the figure calls it: the place of a combination, or a table's name."""
    combinations = {str(place): one.recipe for place, one in enumerate(coverage.combinations)}
    return {**combinations, **{name: Filtered(name) for name in coverage.sizes}}


@cached(max_entries=8)
def _coverage(loaded: dict[str, LabelTable]) -> Coverage:
    return table_coverage({name: one.frame for name, one in loaded.items()})


def _on_click(key: str, recipes: dict[str, Selection]) -> Callable[[], None]:
    """Select what was clicked; called when the chart's own selection changes, and not when the page runs."""

    def select() -> None:
        for point in st.session_state[key]["selection"]["points"][:1]:
            recipe = recipes.get(clicked(point))
            if recipe is None:
                st.toast("These are many combinations together; click one of the other bars.")
                return
            choose(recipe, "")

    return select


def clicked(point: dict[str, Any]) -> str:
    """What a point of the figure says of itself; Streamlit hands it on alone or in a list."""
    said = point.get("customdata", "")
    return str(said[0] if isinstance(said, list) and said else said)


def show_coverage(statuses: list[TableStatus], denominator: Denominator) -> None:
    """How much each table labels."""
    st.subheader("How much each table labels", anchor=False)
    loaded = [status for status in statuses if status.coverage is not None]
    rows = [
        (status.table.title, status.nuclei or 0, status.coverage or 0.0, FAMILIES[status.table.family].colour)
        for status in loaded
    ]
    caption = figure_caption("", f"share of {len(denominator.nuclei):,} {denominator.name}", gap=" · ")
    of = (tuple(rows), caption)
    show_chart("coverage", of, lambda: coverage_figure(rows, caption), alt="Coverage by table")


def show_families() -> None:
    """The pages to go on to: a card for each table family."""
    st.subheader("One page for each table family", anchor=False)
    families = list(FAMILIES.values())
    for start in range(0, len(families), 3):
        for place, family in zip(st.columns(3), families[start : start + 3], strict=False):
            with place.container(border=True, height="stretch"):
                _show_page_link(family)
                titles = ", ".join(table.title for table in current_release().tables.of_family(family.name))
                st.markdown(family.in_short)
                st.caption(titles)


def _show_page_link(family: FamilyPage) -> None:
    try:
        st.page_link(f"pages/{family.name}.py", label=f"**{family.title}**", icon=":material/arrow_forward:")
    except StreamlitPageNotFoundError:  # the page runs alone, without the app's navigation
        st.markdown(f"[**{family.title}**]({family.name})")


@follows_selection("tables")
def show_tables(statuses: list[TableStatus], denominator: Denominator) -> None:
    """Every entry of the catalogue, a line each."""
    st.subheader("The tables", anchor=False)
    st.caption(f"Coverage is nuclei labelled out of {len(denominator.nuclei):,} {denominator.name}.")
    selection = current_selection()
    select = link_text(selection) if selection else None
    st.dataframe(
        marked(pd.DataFrame([_line(status, select) for status in statuses])),
        hide_index=True,
        height=35 * len(statuses) + 40,
        key="tables",
        placeholder="",
        column_config={
            **{name: st.column_config.NumberColumn(format="localized") for name in ("Rows", "Nuclei")},
            "Page": st.column_config.LinkColumn(display_text=r"#(.*)"),
            "Coverage": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Cite": st.column_config.LinkColumn(display_text=r"#(.*)"),
            "Labels": st.column_config.TextColumn(width="medium"),
        },
    )
    outside = " ".join(f"`{name}`: {reason}" for name, reason in VOLUME.out_of_scope.items())
    st.caption(f"Also in the release, but not label tables and out of scope here. {outside}")


def show_whole_release_button(statuses: list[TableStatus]) -> None:
    """Fetch everything that is not here yet, on one click."""
    missing = [status.table.name for status in statuses if status.state == "not fetched"]
    if missing and st.button(
        f"Get the whole release ({len(missing)} more tables)",
        type="primary",
        icon=":material/cloud_download:",
    ):
        for name in missing:
            load_labels(name)
        st.rerun()


def page_address(table: Table, select: str | None = None) -> str:
    """Where a table is shown: its family's page, the table chosen there, and the selection with it."""
    page, key = (
        (table.family, table.family) if table.name in current_release().tables.shown else ("releases", "of")
    )
    state = {key: table.title} | ({IN_LINK: select} if select else {}) | release_in_link()
    return f"{page}?{urlencode(state, safe=':,=', quote_via=quote)}#{FAMILIES[table.family].title}"


def _line(status: TableStatus, select: str | None) -> dict[str, object]:
    table = status.table
    paper = CITATIONS[table.citations[0]]
    return {
        "Table": table.title,
        "Page": page_address(table, select),
        "Here": status.state,
        "Rows": status.rows,
        "Published rows": str(table.expected_rows or "unknown"),
        "Nuclei": status.nuclei,
        "Coverage": status.coverage,
        "Method": table.method,
        "Labels": table.labels_what,
        "In CAVE": _state_in_cave(table),
        "Cite": f"{paper.url}#{paper.short}",
        "Name in CAVE": table.name,
    }


def _state_in_cave(table: Table) -> str:
    if table.deprecated_by:
        return f"deprecated → {table.deprecated_by}"
    last = max(table.releases)
    return "current" if last == max(VOLUME.releases) else f"withdrawn after v{last}"
