"""Baylor's own panels: where its two models contradict each other, and how they were made."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.differences import contradicted, contradiction_counts
from components.analysis.labels.levels import own_labels
from components.analysis.selection.kinds import Filtered, MatrixCell
from components.analysis.selection.marks import Marks, MarkWords
from components.analysis.selection.selection import Selection
from components.figures.bars import counts_figure
from components.ui.cloud.cloud import linked
from components.ui.family.about import as_list, model_facts
from components.ui.family.page import OpenFamily
from components.ui.selection.marks import table_marks
from components.ui.selection.picks import choose_mark
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption, show_chart
from components.ui.session.colours import colours_of
from components.ui.session.notices import plain
from components.ui.session.release import current_release
from data.loader import LabelTable
from data.number_words import of_nuclei

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
ADVICE = (
    "The release page calls the coarse table a good one to double-check whether a nucleus is excitatory or "
    "inhibitory, because its model looks at spines."
)


def show_class_contradictions(family: OpenFamily) -> None:
    """How often the models name classes that exclude each other, by fine type; with buttons to select."""
    coarse, fine = family.load(COARSE), family.load(FINE)
    if coarse is None or fine is None:
        return
    contradictions, shared = _contradictions(coarse, fine)
    st.subheader("Where coarse and fine contradict each other", anchor=False)
    total, n_fine = int(contradictions["nuclei"].sum()), fine.provenance.nuclei
    st.markdown(
        f"**{of_nuclei(total)}** are excitatory by one model and inhibitory by the other. Of the fine "
        f"table's {of_nuclei(n_fine)} {'all' if shared == n_fine else f'{shared:,}'} are also in the "
        f"coarse table. {ADVICE}"
    )
    if contradictions.empty:
        return
    _show_buttons(contradictions, coarse, fine)
    caption = figure_caption(
        f"{fine.table.title} against {coarse.table.title}",
        f"n = {of_nuclei(total)} whose class differs; shares are of the type's compared nuclei",
    )

    def clauses(words: MarkWords) -> list[Selection | None]:
        row = contradictions.loc[[words["y"]]].iloc[0]
        by_fine, by_coarse = str(row["class"]), str(row["other_class"])
        cell = MatrixCell(coarse.table.name, fine.table.name, "class", by_coarse, by_fine)
        return [Filtered(fine.table.name, (words["y"],)), cell]

    show_chart(
        "contradictions", (coarse, fine),
        lambda: counts_figure(contradictions, colours_of(contradictions.index), caption, clickable=True),
        alt="Contradictions by fine type", saved_as="baylor-contradictions",
        marks=linked(lambda: _marks(coarse, fine), None, COARSE, FINE),
        on_select=lambda: choose_mark("contradictions", _marks(coarse, fine), clauses),
    )  # fmt: skip


def _show_buttons(contradictions: pd.DataFrame, coarse: LabelTable, fine: LabelTable) -> None:
    """A button for each way to contradict, and one for both; the cloud above lights the nuclei."""
    by_way = contradictions.groupby(["class", "other_class"], observed=True)["nuclei"].sum()
    recipes: dict[str, Selection] = {}
    for by_fine, by_coarse, n in by_way.reset_index().itertuples(index=False):
        cell = MatrixCell(coarse.table.name, fine.table.name, "class", str(by_coarse), str(by_fine))
        recipes[f"Select {n:,} {by_fine} by fine, {by_coarse} by coarse"] = cell
    if len(recipes) == 2:
        one_way, other_way = recipes.values()
        recipes[f"Select all {by_way.sum():,}"] = one_way | other_way
    with st.container(horizontal=True):
        for label, recipe in recipes.items():
            st.button(label, on_click=choose, args=(recipe,), icon=":material/ads_click:")


def show_how_made(family: OpenFamily) -> None:
    """How the two models were made."""
    if FINE not in {table.name for table in family.tables}:
        return
    with st.expander("How the models were made"):
        for table in family.tables:
            known = model_facts(table, current_release().tables)
            st.markdown(f"**{plain(table.title)}** — {plain(table.about)}")
            st.markdown(as_list(f"**{name}**: {words}" for name, words in known.items() if words))


@cached()
def _marks(coarse: LabelTable, fine: LabelTable) -> Marks:
    """A bar for each fine type, of its nuclei whose classes differ."""
    nuclei = contradicted(pair_labels(coarse.as_axis, fine.as_axis, "class")).index
    rows = fine.frame[fine.frame["nucleus_id"].isin(nuclei)]
    return table_marks(rows, own_labels(rows, "type"), (FINE, COARSE))


@cached()
def _contradictions(coarse: LabelTable, fine: LabelTable) -> tuple[pd.DataFrame, int]:
    """The contradictions by fine type, and how many nuclei both tables hold."""
    shared = pd.Index(fine.frame["nucleus_id"].unique()).isin(coarse.frame["nucleus_id"])
    return contradiction_counts(coarse.as_axis, fine.as_axis), int(shared.sum())
