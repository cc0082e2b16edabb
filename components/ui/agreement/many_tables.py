"""Many tables together: a tile for every two at hand, and the nuclei followed through two tables or more."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import all_agreements, pair_table
from components.analysis.comparison.alluvial import Alluvial, common_level, nuclei_through
from components.analysis.comparison.axes import axis_tables
from components.analysis.comparison.circular import learnt_from_other
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.levels import NOT_IN_TABLE
from components.analysis.selection.kinds import Covered, Filtered
from components.analysis.selection.marks import MarkWords
from components.analysis.selection.selection import Selection
from components.figures.alluvial import alluvial_figure
from components.figures.pairs_grid import pairs_grid_figure
from components.ui.cloud.cloud import linked
from components.ui.selection.marks import flow_marks
from components.ui.selection.picks import choose_mark
from components.ui.selection.selection import note
from components.ui.session.cached import cached
from components.ui.session.charts import clicked_points, figure_caption, show_chart
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, load_at_hand, table_title
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei, plural

ROWS, WITH = "rows", "with"
"""Under these the page keeps the titles of the two tables that it compares."""
KEY = "all-pairs"
SHARED = "Nuclei shared"
MEASURES = {metric.title: name for name, metric in METRICS.items() if metric.short} | {SHARED: "n_both"}
"""What the tiles may show, as links name it."""
MOST_TABLES = 5
LEAST = {"0%": 0.0, "0.5%": 0.005, "1%": 0.01, "2%": 0.02, "5%": 0.05}
"""Below which share of the nuclei a label is pooled, as links name it."""
THROUGH, OFFERED = "through", "_through_offered"
"""Under these the session keeps the reader's tables, and those that were offered last."""


def show_all_pairs() -> None:
    """A tile for every two tables at hand, at the finest level that both have."""
    st.subheader("All pairs at once", anchor=False)
    loaded = load_at_hand()
    pairs = measured_pairs(loaded)
    if pairs.empty:
        show_nothing("It takes two tables at hand to compare them; the choices above fetch more.")
        return
    title = st.selectbox(
        "Measure", list(MEASURES), index=[*MEASURES].index("Agreement"), key="measure", bind="query-params",
        width=330,
        help="The first four are of the nuclei compared; coregistered or not is not a label, so only the "
        "Rand index compares it with labels.",
    )  # fmt: skip
    names = [name for name in loaded if name in {*pairs["rows"], *pairs["columns"]}]
    opened = _opened_pair()
    caption, titles = _grid_caption(title, pairs), _titles(names)
    show_chart(
        KEY, (loaded, title, opened),
        lambda: pairs_grid_figure(pairs, titles, MEASURES[title], caption, opened),
        alt=f"{title} of every two tables", on_select=_on_click(names),
    )  # fmt: skip
    st.caption(_explained(names) + _circular_words(pairs))


@cached(show_spinner="Comparing every two tables …")
def measured_pairs(loaded: dict[str, LabelTable]) -> pd.DataFrame:
    """Measure every two tables, once for all sessions: a `pair_table`."""
    return pair_table(all_agreements(axis_tables(loaded)))


def _titles(names: list[str]) -> dict[str, str]:
    """Titles on the axes; of functional units, whether a nucleus is among them."""
    tables = current_release().tables
    return {name: tables[name].title + (" or not" if tables[name].kind == "units" else "") for name in names}


def _explained(names: list[str]) -> str:
    absent = [table.title for name, table in current_release().tables.on_axes.items() if name not in names]
    return (
        "A tile gives the measure, the number of nuclei and the finest level that both tables have; whole "
        "tables are compared, whatever the page's filters. Every nucleus is coregistered or not. "
        "Click a tile to compare its two tables on this page."
        + (f" Not at hand, so not shown: {', '.join(absent)}." if absent else "")
    )


def _circular_words(pairs: pd.DataFrame) -> str:
    tables = current_release().tables
    circular = [
        f"{tables[rows].title} × {tables[columns].title}"
        for rows, columns, level in pairs[["rows", "columns", "level"]].to_numpy().tolist()
        if learnt_from_other(tables[rows], tables[columns], level)
    ]
    said = " Circular, since labels of one count as what the other calls most of their cells"
    return plain(f"{said}: {', '.join(circular)}.") if circular else ""


def _grid_caption(measure: str, pairs: pd.DataFrame) -> str:
    n_tables = len({*pairs["rows"], *pairs["columns"]})
    of = "Nuclei that both tables hold" if measure == SHARED else "Finest common level, colours by level"
    return figure_caption(of, f"{plural(len(pairs), 'pair')} of {plural(n_tables, 'table')}, n in each tile")


def _opened_pair() -> tuple[str, str] | None:
    """The names of the two tables that the page compares now."""
    names = {table.title: name for name, table in current_release().tables.on_axes.items()}
    rows, columns = (names.get(str(st.session_state.get(key))) for key in (ROWS, WITH))
    return (rows, columns) if rows and columns else None


def _on_click(names: list[str]) -> Callable[[], None]:
    def open_pair() -> None:
        for point in clicked_points(KEY):
            row, column = (table_title(names[round(point[axis])]) for axis in ("y", "x"))
            st.session_state[ROWS], st.session_state[WITH] = row, column
            note(f"The page compares {row} with {column} now.")
            st.rerun()  # the whole page, not the panel alone

    return open_pair


def show_alluvial(default_names: Sequence[str], level: Level) -> None:
    """Follow the nuclei from the labels of one table to those of the next.

    Parameters
    ----------
    default_names : sequence of str
        The tables to begin with, in this order; others take the place of those not at hand. When they
        change, a reader who has chosen no others sees the new ones.
    level : Level
        The level of the page; a coarser one is taken where no finer one is shared.
    """
    st.subheader("From label to label, through several tables", anchor=False)
    loaded = load_at_hand(*default_names)
    labelling = {name: one for name, one in loaded.items() if one.table.level or one.table.kind == "units"}
    if len(labelling) < 2:
        show_nothing("It takes two tables at hand to follow nuclei from one to the other.")
        return
    first = [name for name in dict.fromkeys([*default_names, *labelling]) if name in labelling]
    above = st.container()
    with st.popover("Tables and labels", icon=":material/tune:"):
        names, least, keep_absent = _pick_tables(first[: max(2, len(default_names))], labelling)
    if len(names) < 2:
        show_nothing("Choose two tables or more.")
        return
    shared_level = common_level([labelling[name].table for name in names], level)
    alluvial = _alluvial(loaded, names, shared_level, LEAST[least], keep_absent=keep_absent)
    if not alluvial.n_shown:
        show_nothing("No nucleus is in all of these tables. Choose others, or show what is not in a table.")
        return
    with above:
        show_chart(
            "alluvial", (loaded, names, shared_level, least, keep_absent),
            lambda: alluvial_figure(alluvial, _alluvial_caption(alluvial)),
            alt="Nuclei from label to label through " + ", ".join(table_title(name) for name in names),
            marks=linked(lambda: flow_marks(alluvial), None, *names),
            on_select=lambda: choose_mark(
                "alluvial", flow_marks(alluvial), lambda words: _clauses(alluvial, words)
            ),
        )  # fmt: skip
    st.caption(alluvial_words(alluvial, level, least))


def _clauses(alluvial: Alluvial, words: MarkWords) -> list[Selection | None]:
    """A label, or two of neighbouring tables, in what all tables hold."""
    tables = alluvial.tables
    return [
        *(Filtered(tables[int(place)].name, (word,), level=alluvial.level) for place, word in words.items()),
        Covered(tuple(table.name for table in tables)),
    ]


def _pick_tables(first: list[str], labelling: dict[str, LabelTable]) -> tuple[tuple[str, ...], str, bool]:
    """The tables in the reader's order; which labels are pooled; whether absent nuclei count."""
    titles = {one.table.title: name for name, one in labelling.items()}
    offered = [table_title(name) for name in first]
    # Where the tables are those that were offered before, let them be those that are offered now.
    before = st.session_state.get(OFFERED)
    if before not in (None, offered) and st.session_state.get(THROUGH) == before:
        st.session_state[THROUGH] = offered
    st.session_state[OFFERED] = offered
    chosen = st.multiselect(
        "Through these tables", list(titles), default=offered,
        max_selections=MOST_TABLES, key=THROUGH, bind="query-params",
        help="Two to five, passed through in the order chosen.",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = st.segmented_control(
            "Pool labels below", list(LEAST), default="1%", required=True, key="pool", bind="query-params",
            help="Labels that a smaller share of the nuclei has are drawn as one, “other labels”.",
        )  # fmt: skip
        keep_absent = st.toggle(
            "Show “not in table”", key="absent", bind="query-params",
            help="Also count the nuclei that some of these tables do not hold.",
        )  # fmt: skip
    return tuple(titles[title] for title in chosen), least, keep_absent


def alluvial_words(alluvial: Alluvial, asked: Level, least: str) -> str:
    """Say which nuclei are shown, at which level, and what is pooled."""
    n_tables = len(alluvial.tables)
    every = "both tables" if n_tables == 2 else f"all {n_tables} tables"
    n_all = plural(alluvial.n_all, "nucleus is", "nuclei are")
    sentences = [f"{n_all} in {every}, whatever the page's filters."]
    if alluvial.n_shown != alluvial.n_all:
        sentences.append(
            f"Shown are {alluvial.n_shown:,} that at least one holds, elsewhere “{NOT_IN_TABLE}”."
        )
    if alluvial.level == "type":
        sentences.append("Labels are as the tables spell them.")
    else:
        coarser = "" if alluvial.level == asked else ": no finer one is shared"
        sentences.append(f"Labels at the level of {alluvial.level}{coarser}.")
    pooled = [f"{n} of {table.title}" for table, n in zip(alluvial.tables, alluvial.pooled, strict=True) if n]
    if pooled:
        sentences.append(f"Labels that less than {least} of the nuclei have are pooled: {', '.join(pooled)}.")
    return " ".join(sentences)


def _alluvial_caption(alluvial: Alluvial) -> str:
    level = "raw labels" if alluvial.level == "type" else alluvial.level
    titles = " → ".join(table.title for table in alluvial.tables)
    which = "in all of them" if alluvial.n_shown == alluvial.n_all else "in at least one"
    return figure_caption(f"{titles}, {level}", f"n = {of_nuclei(alluvial.n_shown)} {which}")


@cached()
def _alluvial(
    loaded: dict[str, LabelTable], names: tuple[str, ...], level: Level, least: float, *, keep_absent: bool
) -> Alluvial:
    axes = axis_tables(loaded)
    return nuclei_through([axes[name] for name in names], level, least=least, keep_absent=keep_absent)
