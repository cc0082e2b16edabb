"""The manual types' own panels: both tables together, who lies in the column, labels the manual omits."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.crosswalk import MANUALS_LIST, labels_beyond
from components.analysis.labels import counts as counting
from components.analysis.labels.levels import raw_labels
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.marks import Marks
from components.analysis.selection.selection import Selection
from components.figures.bars import counts_figure
from components.figures.composition import places_figure
from components.ui.cloud.cloud import linked
from components.ui.cloud.column import show_column
from components.ui.family.page import OpenFamily
from components.ui.selection.marks import placed_marks, table_marks
from components.ui.selection.picks import choose_mark
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption, show_chart, show_numbers
from components.ui.session.colours import colours_of
from components.ui.session.exports import synthetic_words
from components.ui.session.notices import plain, show_nothing
from data.labels.crosswalk import at_level, find_label
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
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
"""Why a label is in the rows and not in the manual's list."""

IN_PRACTICE = {
    "BPC": "bipolar cell by name; used for every cell taken to be a VIP cell, whatever its shape",
    "MC": "Martinotti cell by name; used for every inhibitory cell taken to be a somatostatin (SST) cell, "
    "whatever its shape",
    "Unsure": "likely inhibitory and of no other type, says the manual; yet the five published ones lie "
    "where the white matter begins, and Baylor coarse takes three of them for excitatory",
}
"""How the experts used a label, where that is wider than its name."""


def show_labelled_column(family: OpenFamily) -> None:
    """The column from near, with the labels of the tables at hand."""
    loaded = _loaded(family)
    if loaded:
        show_column(*loaded, preset=family.view.preset)


def show_column_membership(family: OpenFamily) -> None:
    """How many nuclei the column holds, as published and in these rows, and how many are labelled."""
    loaded, detections = _loaded(family), family.load(VOLUME.detections)
    if not loaded:
        return
    members = _membership(loaded, detections)
    st.subheader("Who lies in the column, and who is named", anchor=False)
    named = " + ".join(f"{table.provenance.nuclei:,} {table.table.title}" for table in loaded)
    detected = ("unknown", "The table of detected nuclei is not at hand.")
    if members.detected is not None:
        detected = (f"{members.detected:,}", f"Of these {members.named or 0:,} are named by hand.")
    show_numbers(
        {
            "Looked at, published": (
                f"{VOLUME.column_nuclei:,}" if VOLUME.column_nuclei else "unknown",
                "Nuclei in the column, says the manual.",
            ),
            "Named in these rows": (f"{members.labelled:,}", f"{named}; each nucleus once."),
            "Detected in the prism": detected,
            "Named, outside the prism": (
                f"{members.outside:,}",
                f"Of the {plural(members.labelled, 'named nucleus', 'named nuclei')}.",
            ),
        }
    )
    st.caption(synthetic_words() + _membership_words(members, loaded))


def _membership_words(members: counting.ColumnMembership, loaded: list[LabelTable]) -> str:
    inside = unplaced = ""
    if members.detected is not None:
        named = members.named or 0
        inside = f" Of the {of_nuclei(members.detected)} detected inside it {named:,} are named by hand."
    if members.unplaced:
        unplaced = f" {plural(members.unplaced, 'named nucleus has', 'named nuclei have')} no position."
    return (
        "The prism is drawn around the labelled neurons as they were measured, so it is only roughly the "
        f"column that the experts looked at.{inside}{unplaced}{_published_words(loaded)}"
    )


def _published_words(loaded: list[LabelTable]) -> str:
    """How many of the nuclei that experts looked at the release names; "" where that was not published."""
    if not VOLUME.column_nuclei:
        return ""
    published = [table.table.expected_rows.low for table in loaded if table.table.expected_rows]
    others = "the other manual table is not at hand."
    if len(loaded) == 2:
        others = (
            f"the other {VOLUME.column_nuclei - sum(published):,} are probably detection errors and cells "
            "that were not clear, which it leaves out."
        )
    return (
        f" Of the {VOLUME.column_nuclei:,} nuclei the release names {sum(published):,} "
        f"({' + '.join(f'{n:,}' for n in published)}); {others}"
    )


def show_omitted_labels(family: OpenFamily) -> None:
    """The labels of these rows that the manual's list omits, and how some others were used."""
    view = family.view
    if view.table.name not in MANUAL:
        show_nothing(f"No manual lists the labels of {view.title}.")
        return
    n, beyond = len(view.nuclei), labels_beyond(view.frame, MANUALS_LIST)
    st.subheader("Labels that the manual leaves out", anchor=False)
    if beyond.empty:
        st.markdown("Every label of the nuclei shown here is in the manual's list.")
    else:
        st.markdown(
            f"{int(beyond.sum()):,} of the {of_nuclei(n)} shown carry a label that the manual's list of "
            "these tables does not name."
        )
        st.table(omitted_lines(beyond, n).map(plain), hide_index=True, border="horizontal")
    counts = counting.type_counts(view.frame["nucleus_id"], raw_labels(view.frame))["nuclei"]
    lines = [
        f"- **{label}** ({of_nuclei(int(counts[label]))}): {use}."
        for label, use in IN_PRACTICE.items()
        if label in counts.index
    ]
    if lines:
        st.markdown("**In practice** some labels mean more than their names say:\n\n" + "\n".join(lines))


def omitted_lines(beyond: pd.Series, n: int) -> pd.DataFrame:
    """Lay out the counts of `labels_beyond`, with meanings and reasons; shares are of `n` nuclei."""
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
        f"All {of_nuclei(n)} of both tables, whatever the filters. Layers: {preset.name} ({preset.source}). "
        f"{preset.note}"
    )
    colours = colours_of(counts.index)
    caption = figure_caption(" and ".join(table.table.title for table in loaded), f"n = {of_nuclei(n)}")
    layered = f"{caption}<br>layers after {preset.name}, approximate"
    left, right = st.columns(2, gap="large")
    with left:
        show_chart(
            "together", loaded, lambda: counts_figure(counts, colours, caption, clickable=True),
            alt="Nuclei per label in both tables", saved_as="column-types",
            marks=linked(lambda: _marks(loaded), None, *MANUAL),
            on_select=lambda: choose_mark("together", _marks(loaded), lambda words: [_either(words["y"])]),
        )  # fmt: skip
    with right:
        show_chart(
            "together-layers", (loaded, layered), lambda: places_figure(by_layer, colours, layered),
            alt="Labels of both tables by layer", saved_as="column-layers",
            marks=linked(lambda: _layer_marks(loaded, preset), None, *MANUAL),
            on_select=lambda: choose_mark("together-layers", _layer_marks(loaded, preset), lambda _: []),
        )  # fmt: skip


@cached()
def _counts(loaded: list[LabelTable], preset: LayerPreset) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Nuclei of several tables together: per label, per label and layer, and in all."""
    frame, labels = counting.concatenated_tables([table.frame for table in loaded])
    by_layer = counting.counts_by_layer(frame, labels, preset)
    return counting.type_counts(frame["nucleus_id"], labels), by_layer, frame["nucleus_id"].nunique()


@cached()
def _marks(loaded: list[LabelTable]) -> Marks:
    return table_marks(*counting.concatenated_tables([table.frame for table in loaded]), MANUAL)


@cached()
def _layer_marks(loaded: list[LabelTable], preset: LayerPreset) -> Marks:
    frame, labels = counting.concatenated_tables([table.frame for table in loaded])
    return placed_marks(frame, labels, MANUAL, "layer", preset)


def _either(label: str) -> Selection:
    """The nuclei with this label in either table."""
    first, second = (Filtered(name, (label,)) for name in MANUAL)
    return first | second


@cached()
def _membership(labelled: list[LabelTable], detections: LabelTable | None) -> counting.ColumnMembership:
    frames = [loaded.frame for loaded in labelled]
    return counting.column_counts(frames, detections.frame if detections else None)


def _loaded(family: OpenFamily) -> list[LabelTable]:
    return [loaded for loaded in map(family.load, MANUAL) if loaded]
