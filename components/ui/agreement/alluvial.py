"""The same nuclei through two tables or more: the choice of tables, and the picture."""

from collections.abc import Sequence

import streamlit as st

from components.analysis.comparison.alluvial import Alluvial, common_level, nuclei_through
from components.analysis.comparison.axes import axis_tables
from components.analysis.labels.label_source import NOT_IN_TABLE
from components.figures.alluvial import alluvial_figure
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.notices import show_nothing
from components.ui.session.release import load_at_hand, table_title
from data.labels.entry import Level
from data.loader import LabelTable

MOST_TABLES = 5
LEAST = {"0%": 0.0, "0.5%": 0.005, "1%": 0.01, "2%": 0.02, "5%": 0.05}
"""Below which share of the nuclei a label is pooled, as it stands in links."""
THROUGH, OFFERED = "through", "_through_offered"
"""Under these the session keeps the reader's tables, and those that were offered last."""


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
    speaking = {name: one for name, one in loaded.items() if one.table.level or one.table.kind == "units"}
    if len(speaking) < 2:
        show_nothing("It takes two tables at hand to follow nuclei from one to the other.")
        return
    first = [name for name in dict.fromkeys([*default_names, *speaking]) if name in speaking]
    names, least, keep_absent = _pick(first[: max(2, len(default_names))], speaking)
    if len(names) < 2:
        show_nothing("Choose two tables or more.")
        return
    spoken = common_level([speaking[name].table for name in names], level)
    alluvial = _alluvial(loaded, names, spoken, LEAST[least], keep_absent=keep_absent)
    if not alluvial.n_shown:
        show_nothing("No nucleus is in all of these tables. Choose others, or show what is not in a table.")
        return
    st.caption(alluvial_words(alluvial, level, least))
    show_chart(
        "alluvial", (loaded, names, spoken, least, keep_absent),
        lambda: alluvial_figure(alluvial, _caption(alluvial)),
        alt="Nuclei from label to label through " + ", ".join(table_title(name) for name in names),
    )  # fmt: skip


def _pick(first: list[str], speaking: dict[str, LabelTable]) -> tuple[tuple[str, ...], str, bool]:
    """The tables in the reader's order; which labels are pooled; whether absent nuclei count."""
    titles = {one.table.title: name for name, one in speaking.items()}
    offered = [table_title(name) for name in first]
    _follow(offered)
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


def _follow(offered: list[str]) -> None:
    """Where the tables are those that were offered before, let them be those that are offered now."""
    before = st.session_state.get(OFFERED)
    if before not in (None, offered) and st.session_state.get(THROUGH) == before:
        st.session_state[THROUGH] = offered
    st.session_state[OFFERED] = offered


def alluvial_words(alluvial: Alluvial, asked: Level, least: str) -> str:
    """Say which nuclei are shown, at which level, and what is pooled."""
    every = "both tables" if len(alluvial.tables) == 2 else f"all {len(alluvial.tables)} tables"
    said = [f"{alluvial.n_all:,} nuclei are in {every}, whatever the page's filters."]
    if alluvial.n_shown != alluvial.n_all:
        said.append(f"Shown are {alluvial.n_shown:,} that at least one holds, elsewhere “{NOT_IN_TABLE}”.")
    if alluvial.level == "type":
        said.append("Labels are as the tables spell them.")
    elif alluvial.level == asked:
        said.append(f"Labels at the level of {alluvial.level}.")
    else:
        said.append(f"Labels at the level of {alluvial.level}: no finer one is shared.")
    pooled = [f"{n} of {table.title}" for table, n in zip(alluvial.tables, alluvial.pooled, strict=True) if n]
    if pooled:
        said.append(f"Labels that less than {least} of the nuclei have are pooled: {', '.join(pooled)}.")
    return " ".join(said)


def _caption(alluvial: Alluvial) -> str:
    level = "raw labels" if alluvial.level == "type" else alluvial.level
    titles = " → ".join(table.title for table in alluvial.tables)
    which = "in all of them" if alluvial.n_shown == alluvial.n_all else "in at least one"
    return figure_caption(f"{titles}, {level}", f"n = {alluvial.n_shown:,} nuclei {which}")


@cached(max_entries=64)
def _alluvial(
    loaded: dict[str, LabelTable],
    names: tuple[str, ...],
    level: Level,
    least: float,
    *,
    keep_absent: bool,
) -> Alluvial:
    sides = axis_tables(loaded)
    return nuclei_through([sides[name] for name in names], level, least=least, keep_absent=keep_absent)
