"""Every two tables at hand at once; a click on a tile has the page compare these two."""

from collections.abc import Callable, Iterator

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, all_agreements, pair_table
from components.analysis.comparison.axes import axis_tables
from components.analysis.comparison.metrics import METRICS
from components.figures.pairs_grid import pairs_grid_figure
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.notices import show_nothing
from components.ui.session.release import current_release, load_at_hand, table_title
from data.loader import LabelTable

ROWS, WITH = "rows", "with"
"""Under these the page keeps the titles of the two tables that it compares."""
KEY = "all-pairs"
SHARED = "Nuclei shared"
MEASURES = {metric.title: name for name, metric in METRICS.items() if metric.short} | {SHARED: "n_both"}
"""What the tiles may show, as it stands in links."""


def show_all_pairs() -> None:
    """A tile for every two tables at hand, at the finest level that both speak."""
    st.subheader("All pairs at once", anchor=False)
    loaded = load_at_hand()
    pairs = measured_pairs(loaded)
    if pairs.empty:
        show_nothing("It takes two tables at hand to compare them; the choices above fetch more.")
        return
    title = st.segmented_control(
        "Measure", list(MEASURES), default="Agreement", required=True, key="measure", bind="query-params",
        help="The first four are of the nuclei compared; coregistered or not is no label, so only the Rand "
        "index compares it with labels.",
    )  # fmt: skip
    names = [name for name in loaded if name in {*pairs["rows"], *pairs["columns"]}]
    st.caption(_explained(names))
    opened = _opened_pair()
    show_chart(
        KEY, (loaded, title, opened),
        lambda: pairs_grid_figure(pairs, _titles(names), MEASURES[title], _caption(title, pairs), opened),
        alt=f"{title} of every two tables", on_select=_on_click(names),
    )  # fmt: skip


@cached(show_spinner="Comparing every two tables …", max_entries=8)
def measured_pairs(loaded: dict[str, LabelTable]) -> pd.DataFrame:
    """Measure every two tables once for all sessions; `undefined` says by metric why there is no value."""
    undefined: list[dict[str, str]] = []

    def noted() -> Iterator[Agreement]:
        for result in all_agreements(axis_tables(loaded)):
            undefined.append(result.undefined)
            yield result

    pairs = pair_table(noted())
    return pairs.assign(undefined=pd.Series(undefined, dtype=object))


def _titles(names: list[str]) -> dict[str, str]:
    """What stands on the axes; of functional units, whether a nucleus is among them."""
    tables = current_release().tables
    return {name: tables[name].title + (" or not" if tables[name].kind == "units" else "") for name in names}


def _explained(names: list[str]) -> str:
    absent = [table.title for name, table in current_release().tables.on_axes.items() if name not in names]
    return (
        "A tile says the measure, the nuclei it is of and the finest level that both tables speak; whole "
        "tables are compared, whatever the page's filters. Coregistered or not is said of every nucleus. "
        "Click a tile to compare its two tables on this page."
        + (f" Not at hand, and so not here: {', '.join(absent)}." if absent else "")
    )


def _caption(measure: str, pairs: pd.DataFrame) -> str:
    n_tables = len({*pairs["rows"], *pairs["columns"]})
    of = "nuclei that both tables hold" if measure == SHARED else "each at its finest common level"
    return figure_caption(f"{measure}, {of}", f"{len(pairs)} pairs of {n_tables} tables, n in each tile")


def _opened_pair() -> tuple[str, str] | None:
    """The names of the two tables that the page compares now."""
    names = {table.title: name for name, table in current_release().tables.on_axes.items()}
    rows, columns = (names.get(str(st.session_state.get(key))) for key in (ROWS, WITH))
    return (rows, columns) if rows and columns else None


def _on_click(names: list[str]) -> Callable[[], None]:
    def open_pair() -> None:
        for point in st.session_state[KEY]["selection"]["points"][:1]:
            row, column = (table_title(names[round(point[axis])]) for axis in ("y", "x"))
            st.session_state[ROWS], st.session_state[WITH] = row, column
            st.toast(f"The page compares {row} with {column} now.")

    return open_pair
