"""The panels of the nuclei themselves: on which roots they are, and what the lookup view changes."""

import streamlit as st

from components.analysis.labels.nuclei import (
    FOUND,
    LOST,
    NEITHER,
    OTHER,
    UNKNOWN,
    LookupSummary,
    RootSharing,
    lookup_summary,
    root_sharing,
)
from components.analysis.labels.volumes import median_volume
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.exports import marked_rows, show_csv_download
from components.ui.session.notices import show_nothing
from data.errors import DataError
from data.loader import LabelTable

NOT_NEURON = (
    "**not-neuron also means a detection error**, not glia alone: the classifier only says that what was "
    "found does not look like the nucleus of a neuron."
)
"""Said wherever the call of neuron or not is shown."""
FEW = 4
"""Up to so many nuclei on a root are counted one by one in words; the list shows the rest."""


def show_detections(view: TableView) -> None:
    """How many nuclei are shown, how many have no root, and how many share theirs."""
    st.subheader("Nuclei and the segmentation", anchor=False)
    if view.label_source is not None and view.label_source.table.level == "neuron":
        st.caption(f":material/info: {view.label_source.table.title}: {NOT_NEURON}")
    n = len(view.nuclei)
    sharing, volume = _sharing(view)
    numbers = {"Nuclei shown": (f"{n:,}", f"Each counted once; {view.one.table.title} after the filters.")}
    if sharing:
        numbers |= _root_numbers(sharing)
    if volume is not None:
        numbers["Median volume"] = (f"{volume:,.0f} µm³", "Of the nuclei shown that have a volume.")
    for place, (name, (value, meaning)) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
        place.metric(name, value, help=meaning)
    if sharing is None:
        show_nothing(f"The rows of {view.one.table.title} at hand hold no root IDs.")
    else:
        _show_shared(sharing, view)


def show_lookup(lookup: LabelTable | DataError, detections: LabelTable | DataError) -> None:
    """What share of the nuclei have another root in the lookup view than at their centre."""
    st.subheader("What the lookup view changes", anchor=False)
    if not isinstance(lookup, LabelTable):
        show_nothing("The lookup view is not at hand, so its roots cannot be compared with the detections'.")
        return
    beside = detections if isinstance(detections, LabelTable) else None
    found = _summary(lookup, beside)
    counts = found.changes["nuclei"]
    n = int(counts.sum()) - int(counts.get(UNKNOWN, 0))
    if not n:
        show_nothing("Neither the view's rows nor the detections at hand say which root is at the centres.")
        return
    for place, (name, (value, meaning)) in zip(st.columns(3), _lookup_numbers(found, n).items(), strict=True):
        place.metric(name, value, help=meaning)
    said = " · ".join(f"{change}: {k:,} ({k / n:.1%})" for change, k in counts.items() if change != UNKNOWN)
    of = f"n = {n:,} nuclei · from the centre to the lookup point, {said}"
    st.caption(f"{figure_caption(lookup.table.title, of, gap=' · ')}. {_checked(found, beside)}")


def _lookup_numbers(found: LookupSummary, n: int) -> dict[str, tuple[str, str]]:
    counts = found.changes["nuclei"]
    differ = sum(int(counts.get(change, 0)) for change in (FOUND, OTHER, LOST))
    before = sum(int(counts.get(change, 0)) for change in (FOUND, NEITHER))
    after = sum(int(counts.get(change, 0)) for change in (LOST, NEITHER))
    moved = "not known" if found.moved is None else f"{found.moved:,}"
    return {
        f"Another root in the view ({differ / n:.1%})": (
            f"{differ:,}",
            f"Of {n:,} nuclei: their root ID at the lookup point is not the one at the centre (0 included).",
        ),
        "Without a root": (f"{before:,} → {after:,}", f"Of {n:,} nuclei: at the centre → at the point."),
        "Looked up elsewhere": (moved, f"Nuclei of {n:,} whose lookup point is not their centre."),
    }


def _checked(found: LookupSummary, beside: LabelTable | None) -> str:
    """Whether the view and the detections tell the same of the centres."""
    if beside is None:
        return "The detections are not at hand: the root at the centre is the view's own orig_root_id."
    if not found.held:
        return f"The root at the centre is that of {beside.table.title}."
    same = f"is the detections' root for all {found.held:,} nuclei that both hold"
    differs = f"differs from the detections' root for {found.mismatches:,} of {found.held:,} nuclei"
    return f"The view's orig_root_id {differs if found.mismatches else same}."


def _root_numbers(sharing: RootSharing) -> dict[str, tuple[str, str]]:
    n = max(sharing.nuclei, 1)
    return {
        f"Root ID 0 ({sharing.rootless / n:.1%})": (
            f"{sharing.rootless:,}",
            f"Of {sharing.nuclei:,} nuclei: no segment at their centre, mostly at the edges of the volume.",
        ),
        "Roots": (f"{sharing.roots:,}", "Different root IDs of the nuclei shown, 0 not among them."),
        f"Shared root ({sharing.on_shared / n:.1%})": (
            f"{sharing.on_shared:,}",
            f"Of {sharing.nuclei:,} nuclei: their root, never root ID 0, carries another one of these.",
        ),
    }


def _show_shared(sharing: RootSharing, view: TableView) -> None:
    """The roots that carry several nuclei, the heaviest first."""
    shared = sharing.shared
    if shared.empty:
        show_nothing(f"None of the {sharing.roots:,} roots carries more than one of the nuclei shown.")
        return
    spread = sharing.spread
    parts = [f"{roots:,} carry {k}" for k, roots in spread.items() if int(str(k)) <= FEW]
    more = int(spread[spread.index > FEW].sum())
    parts += [f"{more:,} carry more than {FEW}"] if more else []
    st.caption(
        f"**Shared roots.** {len(shared):,} of {sharing.roots:,} roots carry more than one nucleus: "
        f"{', '.join(parts)}; the heaviest carries {int(shared['nuclei'].iloc[0]):,}. Such a root holds "
        "cells that are still merged with each other, so a root ID does not name a nucleus: tables are "
        "joined on the nucleus ID."
    )
    what = f"shared-roots-{view.one.table.name}"
    st.dataframe(marked_rows(shared), hide_index=True, height=240, lazy=True, key=what)
    show_csv_download("The shared roots as CSV", shared, what)


@cached()
def _sharing(view: TableView) -> tuple[RootSharing | None, float | None]:
    """The roots of the nuclei shown, where the rows hold them, and the nuclei's median volume."""
    frame = view.frame
    return root_sharing(frame) if "root_id" in frame else None, median_volume(frame)


@cached(max_entries=8)
def _summary(lookup: LabelTable, detections: LabelTable | None) -> LookupSummary:
    return lookup_summary(lookup.frame, detections.frame if detections else None)
