"""The panels of the nuclei themselves: their roots, the alternative points, what the lookup view changes."""

import pandas as pd
import streamlit as st

from components.analysis.labels.nuclei import (
    FOUND,
    LOST,
    NEITHER,
    OTHER,
    SAME,
    UNKNOWN,
    WINDOW_UM,
    LookupSummary,
    RootSharing,
    displacements,
    drawn,
    farther_than,
    length_profile,
    lookup_change_counts,
    lookup_summary,
    position_columns,
    root_sharing,
)
from components.analysis.labels.palette import AGREEMENT, NO_LABEL_COLOUR
from components.analysis.labels.volumes import median_volume
from components.analysis.output.files import Rows
from components.figures.profiles import lengths_figure
from components.point_cloud.displacements import MOST_LINES, displacement_scene
from components.point_cloud.scene import WrittenDeck, show_scene
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked_rows, show_csv_download
from components.ui.session.notices import show_nothing
from data.loader import LabelTable
from data.volume import VOLUME

POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"
NOT_NEURON = (
    "**not-neuron also means a detection error**, not glia alone: the classifier only says that what was "
    "found does not look like the nucleus of a neuron."
)
"""Said wherever the call of neuron or not is shown."""
FEW = 4
"""Up to so many nuclei on a root are counted one by one in words; the list shows the rest."""
COLOURS = {
    FOUND: AGREEMENT["rows"],
    OTHER: AGREEMENT["differ"],
    SAME: AGREEMENT["agree"],
    LOST: AGREEMENT["columns"],
    NEITHER: NO_LABEL_COLOUR,
    UNKNOWN: NO_LABEL_COLOUR,
}
LENGTHS = {"As long as they are": 1.0, "10 ×": 10.0, "25 ×": 25.0, "50 ×": 50.0}
ALL = "All"
TITLE = "Alternative points"


def show_detections(family: OpenFamily) -> None:
    """How many nuclei are shown, how many have no root, and how many share theirs."""
    view = family.view
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


def show_lookup(family: OpenFamily) -> None:
    """What share of the nuclei have another root in the lookup view than at their centre."""
    lookup, detections = family.load(LOOKUP), family.load(VOLUME.detections)
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


def show_alternative_points(family: OpenFamily) -> None:
    """How far the alternative points lie from the centres, and which root they change.

    The detections state the root at the centre; without them the points' own `orig_root_id` does.
    """
    points, detections = family.load(POINTS), family.load(VOLUME.detections)
    st.subheader(TITLE, anchor=False)
    if not isinstance(points, LabelTable):
        show_nothing("The alternative points are not at hand, so there is nothing to show of them.")
        return
    absent = {name for names in position_columns() for name in names} - set(points.frame.columns)
    if absent:
        show_nothing(
            "These rows of the alternative points hold one position a nucleus, where two are needed: its "
            "centre and the point."
        )
        return
    beside = detections if isinstance(detections, LabelTable) else None
    moved = _moved(points, beside)
    _show_numbers(moved)
    _show_lengths(moved, (points, beside))
    _show_lines(moved, points, beside)
    _show_rows(moved, points, beside)


def _show_numbers(moved: pd.DataFrame) -> None:
    counts = lookup_change_counts(moved)
    lengths = moved["length_um"]
    n, far = len(moved), farther_than(moved)
    beyond = "none lies" if not far else "1 lies" if far == 1 else f"{far:,} lie"
    said = " · ".join(f"{row.Index}: {row.nuclei:,} ({row.share:.1%})" for row in counts.itertuples())
    st.markdown(
        f"**{n:,} nuclei** have a better point to look up their segment. From the centre to that point, "
        f"{said}. The median displacement is {lengths.median():.2f} µm, the longest {lengths.max():.2f} µm; "
        f"**{beyond} farther away than {WINDOW_UM:g} µm**, the window that the manual "
        "states."
    )


def _show_lengths(moved: pd.DataFrame, of: object) -> None:
    caption = _caption(len(moved), "<br>")
    show_chart(
        "displacements",
        of,
        lambda: lengths_figure(length_profile(moved), COLOURS, WINDOW_UM, caption),
        alt="Distance of the alternative points from the nuclei's centres, by change of root",
    )


@st.fragment
def _show_lines(moved: pd.DataFrame, points: LabelTable, detections: LabelTable | None) -> None:
    """The displacements where they are, longer than they are, in the histogram's colours."""
    changes = [str(change) for change in lookup_change_counts(moved).index]
    first, second = st.columns(2)
    shown = first.selectbox(
        "Lines of", [ALL, *changes], key="displacement-change", bind="query-params",
        help="What looking up at the point does to the root ID.",
    )  # fmt: skip
    length = second.selectbox(
        "Length of the lines", list(LENGTHS), index=2, key="displacement-length", bind="query-params",
        help="Displacements are too short to be seen in a volume of more than a millimetre.",
    )  # fmt: skip
    chosen = moved if shown == ALL else moved[moved["change"] == shown]
    n = min(len(chosen), MOST_LINES)
    lot = "" if n == len(chosen) else f", drawn by lot from {len(chosen):,}"
    times = LENGTHS[length]
    stretched = f"lines {times:g} times longer than they are" if times != 1 else "lines as long as they are"
    deck = _scene(points, detections, shown, times)
    show_scene(deck, key="displacement-lines", alt="Displacements of the alternative points", height=560)
    st.caption(
        f"{_caption(n, ' · ', lot)} · {shown.lower()}, {stretched}, from the centre towards the point; "
        "colours as in the histogram · the pia is on top, depths in µm. Drag to turn; hover for the nucleus."
    )


def _show_rows(moved: pd.DataFrame, points: LabelTable, detections: LabelTable | None) -> None:
    st.caption(
        f"{len(moved):,} nuclei with their alternative points, the farthest first; orig_root_id is the root "
        "at the centre, root_id the one at the point, 0 means no segment."
    )
    rows, marked = _marked_list(points, detections)
    st.dataframe(marked, hide_index=True, height=300, lazy=True, key="displacement-rows")
    show_csv_download("The displacements as CSV", rows, "displacements")


def _caption(n: int, gap: str, lot: str = "") -> str:
    return figure_caption(TITLE, f"n = {n:,} nuclei{lot}", gap=gap)


@cached(max_entries=8)
def _moved(points: LabelTable, detections: LabelTable | None) -> pd.DataFrame:
    return displacements(points.frame, detections.frame if detections else None)


@cached(max_entries=8)
def _marked_list(points: LabelTable, detections: LabelTable | None) -> tuple[pd.DataFrame, Rows]:
    """The displacements, the farthest first, and the same as they are listed."""
    rows = _moved(points, detections).sort_values(["length_um", "nucleus_id"], ascending=[False, True])
    roots = {name: rows[name].astype("string").fillna("not known") for name in ("orig_root_id", "root_id")}
    rows = rows.assign(**roots)
    return rows, marked_rows(rows)


@cached(max_entries=16)
def _scene(points: LabelTable, detections: LabelTable | None, change: str, times: float) -> WrittenDeck:
    moved = _moved(points, detections)
    chosen = moved if change == ALL else moved[moved["change"] == change]
    return displacement_scene(drawn(chosen, MOST_LINES), COLOURS, times)
