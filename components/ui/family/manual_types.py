"""The manual types' own panels: both tables together, the column's members, the names the manual omits."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.crosswalk import MANUALS_LIST, labels_beyond
from components.analysis.labels.counts import type_counts
from components.analysis.labels.levels import raw_labels
from components.analysis.labels.manual_column import (
    PUBLISHED_IN_COLUMN,
    ColumnMembership,
    column_membership,
    together,
)
from components.analysis.labels.places import counts_by_layer
from components.figures.bars import counts_figure
from components.figures.composition import places_figure
from components.ui.cloud.column import show_column
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.exports import synthetic_words
from components.ui.session.notices import plain, show_nothing
from data.labels.crosswalk import at_level, find_label
from data.loader import LabelTable
from data.volume import VOLUME
from data.volume.volume import LayerPreset

MANUAL = ("allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref")

NAMED_ELSEWHERE = {
    "5P-PT": "The manual writes 5P-ET. PT (pyramidal tract) and ET (extratelencephalic) are two names of the "
    "same cells, so both count as 5P-ET at the level of subclasses.",
    "6P-U": "Cells of layer 6 that could not be told apart as IT or CT. No subclass fits, so comparisons "
    "leave them out.",
    "WM-P": "Pyramidal cells deep in layer 6, where the white matter begins. No subclass fits; the M-type "
    "L6wm comes closest.",
    "NGC": "The manual lists NGC for the metamodel only, yet the experts used it too, mostly near the pia.",
    "Unsure E": "Excitatory, but of no clear subclass; comparisons of subclasses leave it out.",
    "Unsure I": "Inhibitory, but of no clear subclass: what the manual describes under Unsure. Comparisons "
    "of subclasses leave it out.",
}
"""Why a label stands in the rows and not in the manual's list."""

IN_PRACTICE = {
    "BPC": "bipolar cell by name; used for every cell taken to be a VIP cell, whatever its shape",
    "MC": "Martinotti cell by name; used for every inhibitory cell taken to be a somatostatin (SST) cell, "
    "whatever its shape",
    "Unsure": "inhibitory, says the manual; yet the five published ones lie where the white matter begins, "
    "and Baylor coarse takes three of them for excitatory",
}
"""How the experts used a label, where that is wider than its name."""


def show_labelled_column(family: OpenFamily) -> None:
    """Show the column from near, with whichever of the two tables is at hand."""
    loaded = _loaded(family)
    if loaded:
        show_column(*loaded, preset=family.view.preset)


def show_column_membership(family: OpenFamily) -> None:
    """How many nuclei the column holds, as published and as these rows show, and how many are named."""
    loaded, detections = _loaded(family), family.load(VOLUME.detections)
    if not loaded:
        return
    found = _membership(loaded, detections if isinstance(detections, LabelTable) else None)
    st.subheader("Who lies in the column, and who is named", anchor=False)
    named = " + ".join(f"{one.provenance.nuclei:,} {one.table.title}" for one in loaded)
    numbers = {
        "Looked at, published": (f"{PUBLISHED_IN_COLUMN:,}", "Nuclei in the column, says the manual."),
        "Named in these rows": (f"{found.labelled:,}", f"{named}; each nucleus once."),
        "Detected in the prism": _detected(found),
        "Named, outside the prism": (f"{found.outside:,}", f"Of the {found.labelled:,} named nuclei."),
    }
    for place, (name, (value, meaning)) in zip(st.columns(4), numbers.items(), strict=True):
        place.metric(name, value, help=meaning)
    st.caption(_membership_words(found, loaded))


def show_omitted_labels(family: OpenFamily) -> None:
    """The labels of these rows that the manual's list does not name, and how some others were used."""
    view = family.view
    beyond = labels_beyond(view.frame, MANUALS_LIST)
    st.subheader("Labels that the manual leaves out", anchor=False)
    if beyond.empty:
        st.markdown("Every label of the nuclei shown here stands in the manual's list.")
    else:
        n = len(view.nuclei)
        st.markdown(
            f"{int(beyond.sum()):,} of the {n:,} nuclei shown carry a label that the manual's list of these "
            "tables does not name."
        )
        st.table(omitted_lines(beyond, n).map(plain), hide_index=True, border="horizontal")
    _show_in_practice(view)


def omitted_lines(beyond: pd.Series, n: int) -> pd.DataFrame:
    """Lay out labels that a list leaves out, with their meaning and why.

    Parameters
    ----------
    beyond : Series of int
        As `labels_beyond` gives it.
    n : int
        Nuclei that shares are of.
    """
    unknown = "No list we know of names it, so it is shown as it is and counts as unmapped."
    entries = {str(label): find_label(str(label)) for label in beyond.index}
    return pd.DataFrame(
        {
            "Label": list(entries),
            "Nuclei": [f"{count:,} ({count / n:.1%})" for count in beyond],
            "Meaning": [entry.meaning if entry else "unknown" for entry in entries.values()],
            "Subclass": [at_level(label, "subclass") or "none" for label in entries],
            "Why": [NAMED_ELSEWHERE.get(label, unknown) for label in entries],
        }
    )


def show_together(family: OpenFamily) -> None:
    """Both tables in one picture: how many of each type, and in which layer."""
    loaded, preset = _loaded(family), family.view.preset
    if not loaded:
        return
    st.subheader("Neurons and non-neurons together", anchor=False)
    if len(loaded) == 1:
        show_nothing(f"Only {loaded[0].table.title} is at hand, so there is nothing to put beside it.")
        return
    counts, by_layer, n = _counts(loaded, preset)
    st.caption(
        f"All {n:,} nuclei of both tables, whatever the filters. Layers: {preset.name} ({preset.source}). "
        f"{preset.note}"
    )
    colours, caption = colours_of(counts.index), _caption(loaded, n)
    layered = f"{caption}<br>layers after {preset.name}, approximate"
    left, right = st.columns(2, gap="large")
    with left:
        show_chart(
            "together", loaded, lambda: counts_figure(counts, colours, caption),
            alt="Nuclei per label in both tables", saved_as="column-types",
        )  # fmt: skip
    with right:
        show_chart(
            "together-layers", (loaded, layered), lambda: places_figure(by_layer, colours, layered),
            alt="Labels of both tables by layer", saved_as="column-layers",
        )  # fmt: skip


@cached(max_entries=16)
def _counts(loaded: list[LabelTable], preset: LayerPreset) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Nuclei per label, also by layer, and in all: of several tables together."""
    frame, labels = together([one.frame for one in loaded])
    n = frame["nucleus_id"].nunique()
    return type_counts(frame["nucleus_id"], labels), counts_by_layer(frame, labels, preset), n


@cached(max_entries=8)
def _membership(labelled: list[LabelTable], detections: LabelTable | None) -> ColumnMembership:
    return column_membership([one.frame for one in labelled], detections.frame if detections else None)


def _show_in_practice(view: TableView) -> None:
    counts = type_counts(view.frame["nucleus_id"], raw_labels(view.frame))["nuclei"]
    lines = [
        f"- **{label}** ({int(counts[label]):,} nuclei): {use}."
        for label, use in IN_PRACTICE.items()
        if label in counts.index
    ]
    if lines:
        st.markdown("**In practice** some labels mean more than their names say:\n\n" + "\n".join(lines))


def _detected(found: ColumnMembership) -> tuple[str, str]:
    if found.detected is None:
        return "unknown", "The table of detected nuclei is not at hand."
    return f"{found.detected:,}", f"Of these {found.named or 0:,} are named by hand."


def _membership_words(found: ColumnMembership, loaded: list[LabelTable]) -> str:
    published = [one.table.expected_rows.low for one in loaded if one.table.expected_rows]
    sums = " + ".join(f"{n:,}" for n in published)
    rest = f" Of the {PUBLISHED_IN_COLUMN:,} nuclei the release names {sum(published):,} ({sums}); " + (
        f"the other {PUBLISHED_IN_COLUMN - sum(published):,} are probably detection errors and cells that "
        "were not clear, which it leaves out."
        if len(loaded) == 2
        else "the other manual table is not at hand."
    )
    unplaced = f" {found.unplaced:,} named nuclei have no position." if found.unplaced else ""
    inside = (
        ""
        if found.detected is None
        else f" Of the {found.detected:,} nuclei detected inside it {found.named or 0:,} are named by hand."
    )
    return (
        f"{synthetic_words()}The prism is drawn around the labelled neurons as they were measured, so it is "
        f"only roughly the column that the experts looked at.{inside}{unplaced}{rest}"
    )


def _caption(loaded: list[LabelTable], n: int) -> str:
    return figure_caption(" and ".join(one.table.title for one in loaded), f"n = {n:,} nuclei")


def _loaded(family: OpenFamily) -> list[LabelTable]:
    return [one for one in map(family.load, MANUAL) if isinstance(one, LabelTable)]
