"""The parts of the overview: numbers, which tables label the same nuclei, the families, the tables."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from components.analysis.labels.counts import Denominator
from components.analysis.output.status import TableStatus, release_status
from components.analysis.selection.coverage import Coverage, table_coverage
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.selection import Selection
from components.figures.bars import coverage_figure
from components.figures.upset import upset_figure
from components.point_cloud.marks import Combinations, described_combinations, selected_combinations
from components.ui.cloud.cloud import release_cloud
from components.ui.family.about import SOURCE_NAMES
from components.ui.selection.selection import (
    IN_LINK,
    choose,
    counted,
    current_selection,
    link_text,
    refuse_pick,
)
from components.ui.session.cached import cached
from components.ui.session.charts import LinkedMarks, clicked_points, figure_caption, show_chart, show_numbers
from components.ui.session.exports import marked
from components.ui.session.links import show_page_link
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_tables import own_tables
from components.ui.session.release import current_release, load_held, load_labels, table_title
from components.ui.session.release_choice import release_in_link
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES, family_of, page_parameter
from data.loader import LabelTable, loaded_tables
from data.number_words import of_nuclei, plural
from data.volume import VOLUME

MOST_UNREAD = 10


def tables_at_hand() -> tuple[list[TableStatus], Denominator, dict[str, LabelTable]]:
    """Load the detections and what costs no download; return every table's status.

    Tables that came after v661 are counted and listed, but only the page “Releases” shows their rows.
    """
    tables, loaded = current_release().tables, load_held()
    at_hand = loaded_tables(loaded)
    statuses, denominator = release_status(loaded, tables.held)
    return statuses, denominator, {name: at_hand[name] for name in at_hand if name in tables.on_pages}


def show_failures(statuses: list[TableStatus]) -> None:
    """Name the tables that failed, and files that no table takes."""
    unread = current_release().unread_files
    if unread:
        lines = [plain(str(file)) for file in unread[:MOST_UNREAD]]
        more = len(unread) - len(lines)
        lines += [f"The page Checks names {more:,} more."] if more else []
        st.warning("  \n".join(["**Files that no table takes**", *lines]), icon=":material/draft:")
    for status in statuses:
        if status.problem and status.state == "failed":
            show_problem(status.problem, status.table)


def show_absent(statuses: list[TableStatus]) -> None:
    """Name the tables that the source does not hold."""
    absent = [status.table.title for status in statuses if status.state == "absent"]
    if absent:
        with st.popover("Not at hand", icon=":material/inventory_2:", type="tertiary"):
            st.info(
                f"**{len(absent)} of {plural(len(statuses), 'table')} are not in this source:** "
                f"{', '.join(absent)}. Everything else works without them.",
                icon=":material/inventory_2:",
            )


def show_key_numbers(statuses: list[TableStatus], denominator: Denominator) -> None:
    """Nuclei, tables, labels and units in the release."""
    loaded = [status for status in statuses if status.state == "loaded"]
    labelling = [status for status in loaded if status.table.kind == "labels"]
    labels = sum(status.nuclei or 0 for status in labelling)
    units = [status.rows or 0 for status in statuses if status.table.kind == "units"]
    matched = (f"{sum(units):,}", "Rows of the coregistration tables at hand.")
    tables = "Tables and views that the release is known to hold; those at hand need no download."
    labelled = f"Nuclei labelled, summed over {plural(len(labelling), 'table')} of labels."
    show_numbers(
        {
            "Nuclei": (f"{len(denominator.nuclei):,}", f"These are {denominator.name}."),
            "Tables at hand": (f"{len(loaded)} of {len(statuses)}", tables),
            "Labels given": (f"{labels:,}", labelled),
            **({"Functional units matched": matched} if units else {}),
        }
    )


def show_combinations(loaded: dict[str, LabelTable]) -> None:
    """Which nuclei are labelled by which tables; a click on a bar or a dot selects its nuclei."""
    coverage = _coverage(loaded)
    if len(coverage.sizes) < 2:
        return
    st.subheader("Which tables label the same nuclei", anchor=False)
    everywhere = " and ".join(table_title(name) for name in coverage.everywhere)
    left_out = f" {everywhere} holds every nucleus and is left out." if everywhere else ""
    st.caption(
        "A bar counts the nuclei that exactly the dotted tables label, or match to a recorded unit."
        f"{left_out} Click a bar, a dot, or a table's own bar at the left to select its nuclei."
    )
    recipes = recipes_of(coverage)
    titles = {name: table_title(name) for name in coverage.sizes}
    colours = {name: family_of(loaded[name].table).colour for name in coverage.sizes}
    which = " detected" if coverage.detected else " in these tables together"
    n = f"n = {of_nuclei(coverage.n_nuclei)}{which} · {plural(len(coverage.sizes), 'table')}"
    caption, key = figure_caption("", n, gap=" · "), "combinations"
    marks: Combinations = {
        str(rank): (drawn.inside, {*coverage.sizes} - {*drawn.inside}, drawn.nuclei)
        for rank, drawn in enumerate(coverage.combinations)
    } | {name: ({name}, set(), n) for name, n in coverage.sizes.items()}
    show_chart(
        key, loaded, lambda: upset_figure(coverage, titles, colours, caption),
        alt="Nuclei for every combination of tables that label them", on_select=_on_click(key, recipes),
        marks=_linked_combinations(marks),
    )  # fmt: skip


def _linked_combinations(marks: Combinations) -> LinkedMarks:
    """Have a chart of combinations of tables, or of single ones, light and count their nuclei."""
    return LinkedMarks(
        lambda: described_combinations(release_cloud()[0], marks),
        counted(lambda nuclei: selected_combinations(release_cloud()[0], marks, nuclei)),
    )


def recipes_of(coverage: Coverage) -> dict[str, Selection]:
    """What a click selects, by the figure's name for it: the rank of a combination, or a table's name."""
    combinations = {str(rank): combination.recipe for rank, combination in enumerate(coverage.combinations)}
    return {**combinations, **{name: Filtered(name) for name in coverage.sizes}}


@cached()
def _coverage(loaded: dict[str, LabelTable]) -> Coverage:
    frames = {name: table.frame for name, table in loaded.items()}
    return table_coverage(frames, {name: table.table for name, table in loaded.items()})


def _on_click(key: str, recipes: dict[str, Selection]) -> Callable[[], None]:
    def select() -> None:
        for point in clicked_points(key):
            recipe, held = recipes.get(clicked(point)), point.get("held", "new")
            if recipe is None:
                refuse_pick("These are many combinations together; click one of the other bars.")
                return
            choose(recipe, held)

    return select


def clicked(point: dict[str, Any]) -> str:
    """The name of a point in the figure, as the link says it; Streamlit hands it on alone or in a list."""
    name = point.get("words", point).get("customdata", "")
    return str(name[0] if isinstance(name, list) and name else name)


def show_coverage(statuses: list[TableStatus], denominator: Denominator) -> None:
    """How much each table labels."""
    st.subheader("How much each table labels", anchor=False)
    rows = [
        (one.table.name, one.table.title, one.nuclei or 0, one.coverage, family_of(one.table).colour)
        for one in statuses
        if one.coverage is not None
    ]
    n, key = len(denominator.nuclei), "coverage"
    caption = figure_caption("", f"share of {n:,} {denominator.name}", gap=" · ")
    show_chart(
        key, (tuple(rows), caption), lambda: coverage_figure(rows, n, caption), alt="Coverage by table",
        on_select=_on_click(key, {name: Filtered(name) for name, *_ in rows}),
        marks=_linked_combinations({name: ({name}, set(), nuclei) for name, _, nuclei, *_ in rows}),
    )  # fmt: skip


def show_families() -> None:
    """A card for each table family, which leads to its page."""
    st.subheader("One page for each table family", anchor=False)
    families = list(FAMILIES.values())
    for start in range(0, len(families), 3):
        for column, family in zip(st.columns(3), families[start : start + 3], strict=False):
            with column.container(border=True, height="stretch"):
                show_page_link(family.name, f"**{family.title}**", {}, icon=":material/arrow_forward:")
                st.markdown(family.in_short)
                titles = [table.title for table in current_release().tables.of_family(family.name)]
                st.caption(", ".join(titles))


def show_tables(statuses: list[TableStatus], denominator: Denominator) -> None:
    """Every table of the release, a line each."""
    st.subheader("The tables", anchor=False)
    st.caption(f"Coverage is nuclei labelled out of {len(denominator.nuclei):,} {denominator.name}.")
    selection = current_selection()
    select = link_text(selection) if selection else None
    column = st.column_config
    st.dataframe(
        marked(pd.DataFrame([_line(status, select) for status in statuses])),
        hide_index=True,
        height=35 * len(statuses) + 40,
        key="tables",
        placeholder="",
        column_config={
            **{name: column.NumberColumn(format="localized") for name in ("Rows", "Nuclei")},
            **{name: column.LinkColumn(display_text=r"#(.*)") for name in ("Page", "Cite")},
            "Coverage": column.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Labels": column.TextColumn(width="medium"),
        },
    )
    outside = " ".join(f"`{name}`: {reason}" for name, reason in VOLUME.out_of_scope.items())
    if outside:
        st.caption(f"Also in the release, but not label tables and out of scope here. {outside}")


def show_whole_release_button(statuses: list[TableStatus]) -> None:
    """Button that fetches every table that is not here yet."""
    missing = [status.table.name for status in statuses if status.state == "not fetched"]
    label = f"Get the whole release ({plural(len(missing), 'more table')})"
    if missing and st.button(label, type="primary", icon=":material/cloud_download:"):
        for name in missing:
            load_labels(name)
        st.rerun()


def page_address(table: Table, select: str | None = None) -> str:
    """Relative URL of the page that shows a table, with the selection; after “#”, the family's title."""
    on_pages = table.name in current_release().tables.on_pages
    page, key = page_parameter(table) if on_pages else ("releases", "of")
    state = {key: table.title} | ({IN_LINK: select} if select else {}) | release_in_link()
    return f"{page}?{urlencode(state, safe=':,=', quote_via=quote)}#{family_of(table).title}"


def _line(status: TableStatus, select: str | None) -> dict[str, object]:
    table = status.table
    papers, last = [CATALOG.citations[key] for key in table.citations], max(table.releases)
    newest = "current" if last == max(VOLUME.releases) else f"last known in v{last}"
    state = f"withdrawn after v{last}" if table.gone else newest
    if table.own:
        state = "yours" if table.name in own_tables() else "shared on this server"
    elif table.carried:
        state = table.title.partition(":")[0]
    return {
        "Table": table.title,
        "Page": page_address(table, select),
        "Here": status.state,
        "Rows from": SOURCE_NAMES.get(status.source or "", status.source),
        "Rows": status.rows,
        "Published rows": str(table.expected_rows or "unknown"),
        "Nuclei": status.nuclei,
        "Coverage": status.coverage,
        "Method": table.method,
        "Labels": table.labels_what,
        "In CAVE": f"deprecated → {table.deprecated_by}" if table.deprecated_by else state,
        "Cite": f"{papers[0].url}#{papers[0].short}" if papers else None,
        "Name in CAVE": table.name,
    }
