"""The metamodel's own panels: published accuracies beside these rows, and where the class comes from."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.differences import beside_published, deep_inhibitory_called_excitatory
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.exports import marked
from components.ui.session.notices import plain
from data.loader import LabelTable

MANUAL_NEURONS, MANUAL_OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"


def show_published(family: OpenFamily) -> None:
    """Published accuracies, where the catalogue has some, beside agreement with the manual tables here."""
    if not family.view.table.accuracies:
        return
    model, neurons, others = family.view.loaded, family.load(MANUAL_NEURONS), family.load(MANUAL_OTHERS)
    lines = _lines(model, [manual for manual in (neurons, others) if manual])
    st.subheader("Published accuracy, and these rows", anchor=False)
    shown = pd.DataFrame(
        {
            "Step": lines["what"],
            "Published accuracy": [f"{share:.1%}" for share in lines["published"]],
            "Measured on": lines["on"],
            "Against the manual labels here": [
                f"{share:.1%} of {n:,}" if n else "no manual table at hand"
                for share, n in zip(lines["here"], lines["n"], strict=True)
            ],
        }
    )
    st.dataframe(marked(shown), hide_index=True, key="published")
    st.caption(
        "The published figures (Elabbady et al. 2025) are of a later version of the model; this table, v117, "
        "is an earlier one. The model learned from the manual labels, so the last column is optimistic; a "
        "line for some subclasses compares the nuclei that both tables call one of these."
    )
    if neurons is None:
        return
    border = family.view.preset.boundaries[2] or 0.0
    above, below = (
        f"{row.called_excitatory:,} of {row.nuclei:,}"
        for row in _deep_inhibitory(model, neurons, border).itertuples()
    )
    st.markdown(
        "**Known confusion.** The model sometimes takes deep inhibitory cells for excitatory ones. Of the "
        f"nuclei that the manual table calls inhibitory it calls excitatory {above} above it and {below} "
        f"below it — the upper border of layer 5, at {border:.0f} µm."
    )


def show_class_source(family: OpenFamily) -> None:
    """What several `classification_system`s say here, beside the labels from which the class follows."""
    view = family.view
    if "classification_system" not in view.frame or len(view.table.systems) < 2:
        return
    with st.expander("Where the class comes from"):
        st.markdown(f"{plain(view.table.classification)} Rows by both:")
        st.dataframe(marked(_by_system(view)), hide_index=True)


@cached()
def _by_system(view: TableView) -> pd.DataFrame:
    system = view.frame["classification_system"]
    labels = pd.Series(view.kept_labels, index=system.index)
    counts = pd.crosstab(system.astype(str), labels.astype(str))
    return counts.rename_axis(columns=None).rename_axis("classification_system").reset_index()


@cached(max_entries=16)
def _deep_inhibitory(model: LabelTable, manual: LabelTable, border_um: float) -> pd.DataFrame:
    return deep_inhibitory_called_excitatory(model.as_axis, manual.as_axis, border_um)


@cached(max_entries=8)
def _lines(model: LabelTable, manual: list[LabelTable]) -> pd.DataFrame:
    by_hand = [table.as_axis for table in manual]
    return beside_published(model.as_axis, by_hand, model.table.accuracies)
