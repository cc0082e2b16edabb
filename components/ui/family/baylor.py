"""Baylor's own panels: where its two models contradict each other, and how they were made."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.differences import contradiction_counts
from components.analysis.selection.kinds import MatrixCell
from components.analysis.selection.selection import Selection
from components.figures.bars import counts_figure
from components.ui.family.page import OpenFamily
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from data.labels.crosswalk import colour_of
from data.loader import LabelTable

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
ADVICE = (
    "The manual advises to use the coarse call to double-check whether a nucleus is excitatory or "
    "inhibitory: it learned from synapses and spines, which the fine model does not see."
)


def show_class_contradictions(family: OpenFamily) -> None:
    """How often the two models name classes that exclude each other, by fine type; with buttons to select."""
    coarse, fine = family.load(COARSE), family.load(FINE)
    if not (isinstance(coarse, LabelTable) and isinstance(fine, LabelTable)):
        return
    found = _contradictions(coarse, fine)
    st.subheader("Where coarse and fine contradict each other", anchor=False)
    total, shared = int(found["nuclei"].sum()), _shared(coarse, fine)
    subset = "all" if shared == fine.provenance.nuclei else f"{shared:,}"
    st.markdown(
        f"**{total:,} nuclei** are excitatory by one model and inhibitory by the other. Of the fine table's "
        f"{fine.provenance.nuclei:,} nuclei {subset} also stand in the coarse table. {ADVICE}"
    )
    if found.empty:
        return
    _show_buttons(found, coarse, fine)
    caption = figure_caption(
        f"{fine.table.title} against {coarse.table.title}",
        f"n = {total:,} nuclei whose class differs; shares are of the type's compared nuclei",
    )
    show_chart(
        "contradictions",
        (coarse, fine),
        lambda: counts_figure(found, {label: colour_of(label) for label in found.index}, caption),
        alt="Contradictions by fine type",
        saved_as="baylor-contradictions",
    )


def _show_buttons(found: pd.DataFrame, coarse: LabelTable, fine: LabelTable) -> None:
    """One button for each way to contradict, and one for both: the cloud above lights them."""
    by_way = found.groupby(["said", "other"], observed=True)["nuclei"].sum().reset_index()
    choices: dict[str, Selection] = {}
    squares = []
    for said, other, n in by_way.itertuples(index=False):
        squares.append(MatrixCell(coarse.table.name, fine.table.name, "class", str(other), str(said)))
        choices[f"Select {n:,} {said} by fine, {other} by coarse"] = squares[-1]
    if len(squares) == 2:
        choices[f"Select all {found['nuclei'].sum():,}"] = squares[0] | squares[1]
    with st.container(horizontal=True):
        for words, recipe in choices.items():
            st.button(words, on_click=choose, args=(recipe,), icon=":material/ads_click:")


def show_how_made(family: OpenFamily) -> None:  # a panel is given its page
    """How the two models were made, in a few lines."""
    with st.expander("How the models were made"):
        st.markdown(
            "Both come from Baylor's NEURD pipeline, which turns the mesh of a neuron into a graph of "
            "annotated branches.\n\n"
            "- **Coarse** — a logistic regression on the density of spines and of synapses on dendritic "
            "shafts: excitatory or inhibitory.\n"
            "- **Fine** — a graph convolutional network over the dendrite's branches, 24 features a node; "
            "soma depth was left out on purpose, so depth is a check and not an input. The likeliest label "
            "is given, without its probability.\n"
            "- **Training** — the manual labels of the V1 column, split 60 : 20 : 20 into training, "
            "validation and test: agreement with the manual table is therefore optimistic.\n"
            "- **Coverage is uneven** — a nucleus needs enough of its dendrite inside the volume; basket "
            "cells of the column are mostly missing from the fine table."
        )


@cached(max_entries=8)
def _contradictions(coarse: LabelTable, fine: LabelTable) -> pd.DataFrame:
    return contradiction_counts(coarse.as_axis, fine.as_axis)


@cached(max_entries=8)
def _shared(coarse: LabelTable, fine: LabelTable) -> int:
    known = pd.Index(coarse.frame["nucleus_id"])
    return int(pd.Index(fine.frame["nucleus_id"].unique()).isin(known).sum())
