"""The metamodel's own panels: published accuracies, agreement by hand, and where the class comes from."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.differences import agreement_by_hand, deep_inhibitory_called_excitatory
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.exports import marked
from components.ui.session.notices import plain
from data.loader import LabelTable

MANUAL_NEURONS, MANUAL_OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"


def show_published(family: OpenFamily) -> None:
    """Published accuracies, where the catalogue has some, then the agreement with the manual tables here."""
    figures = family.view.table.accuracies
    if not figures:
        st.caption(f"No accuracy of {plain(family.view.table.title)} is in the catalogue.")
        return
    model, neurons, others = family.view.loaded, family.load(MANUAL_NEURONS), family.load(MANUAL_OTHERS)
    st.subheader("Published accuracy", anchor=False)
    published = pd.DataFrame(
        {
            "Step": [figure.what for figure in figures],
            "Published accuracy": [f"{figure.published:.1%}" for figure in figures],
            "Measured on": [figure.on for figure in figures],
        }
    )
    st.dataframe(published, hide_index=True, key="published")
    st.caption("Elabbady et al. 2025, of a later version of the model; this table, v117, is an earlier one.")
    lines = _lines(model, [manual for manual in (neurons, others) if manual])
    st.subheader("Agreement with the manual labels, these rows", anchor=False)
    shown = pd.DataFrame(
        {
            "By hand": lines["what"],
            "Same label by the model": [
                f"{share:.1%} of {n:,}" if n else "no manual table at hand"
                for share, n in zip(lines["share"], lines["n"], strict=True)
            ],
        }
    )
    st.dataframe(marked(shown), hide_index=True, key="by-hand")
    st.caption(
        "These are other cells than those of the published figures, so the two cannot be compared. Nuclei "
        "that the model calls something else count as misses. Its later version learned from these labels, "
        "so the agreement is probably optimistic."
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
        title = plain(view.table.title)
        st.caption(f"{title} states the class in `classification_system` itself, or has no such column.")
        return
    st.subheader("Where the class comes from", anchor=False)
    st.markdown(f"{plain(view.table.classification)} Rows by both:")
    st.dataframe(marked(_by_system(view)), hide_index=True)


@cached()
def _by_system(view: TableView) -> pd.DataFrame:
    system = view.frame["classification_system"]
    labels = pd.Series(view.kept_labels, index=system.index)
    counts = pd.crosstab(system.astype(str), labels.astype(str))
    return counts.rename_axis(columns=None).rename_axis("classification_system").reset_index()


@cached()
def _deep_inhibitory(model: LabelTable, manual: LabelTable, border_um: float) -> pd.DataFrame:
    return deep_inhibitory_called_excitatory(model.as_axis, manual.as_axis, border_um)


@cached()
def _lines(model: LabelTable, manual: list[LabelTable]) -> pd.DataFrame:
    by_hand = [table.as_axis for table in manual]
    return agreement_by_hand(model.as_axis, by_hand, model.table.accuracies)
