"""The panels of the nuclei themselves: their roots, the alternative points, what the lookup view changes."""

import pandas as pd
import streamlit as st

from components.analysis.labels import nuclei as roots
from components.analysis.labels.counts import median_volume
from components.analysis.labels.palette import AGREEMENT, NO_LABEL_COLOUR
from components.analysis.output.files import Rows
from components.figures.profiles import lengths_figure
from components.point_cloud.scenes import MOST_LINES, WrittenDeck, displacement_scene, show_scene
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption, show_chart, show_numbers
from components.ui.session.exports import marked_rows, show_csv_download
from components.ui.session.notices import show_nothing
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.tables.columns import rows_lack
from data.volume import VOLUME

POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"
NOT_NEURON = (
    "**not-neuron also means a detection error**, not glia alone: the classifier only says that what was "
    "found does not look like the nucleus of a neuron."
)
FEW = 4
"""Most nuclei of a root that the words count; the list shows the fuller ones."""
COLOURS = {
    roots.FOUND: AGREEMENT["rows"],
    roots.OTHER: AGREEMENT["differ"],
    roots.SAME: AGREEMENT["agree"],
    roots.LOST: AGREEMENT["columns"],
    roots.NEITHER: NO_LABEL_COLOUR,
    roots.UNKNOWN: NO_LABEL_COLOUR,
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
    sharing, volume = _sharing(view)
    title, n = view.table.title, len(view.nuclei)
    numbers = {"Nuclei shown": (f"{n:,}", f"Each counted once; {title} after the filters.")}
    if sharing:
        total, rootless, on_shared = max(sharing.nuclei, 1), sharing.rootless, sharing.on_shared
        numbers |= {
            f"Root ID 0 ({rootless / total:.1%})": (
                f"{rootless:,}",
                f"Of {of_nuclei(sharing.nuclei)}: no segment at their centre, mostly at the volume's edges.",
            ),
            "Roots": (f"{sharing.roots:,}", "Different root IDs of the nuclei shown, 0 not among them."),
            f"Shared root ({on_shared / total:.1%})": (
                f"{on_shared:,}",
                f"Of {of_nuclei(sharing.nuclei)}: their root, never root ID 0, carries another one of these.",
            ),
        }
    if volume is not None:
        numbers["Median volume"] = (f"{volume:,.0f} µm³", "Of the nuclei shown that have a volume.")
    show_numbers(numbers)
    if sharing:
        _show_shared(sharing, view)
    else:
        show_nothing(rows_lack("root IDs", title))


def _show_shared(sharing: roots.RootSharing, view: TableView) -> None:
    """The roots that carry several nuclei, the fullest first."""
    shared, spread = sharing.shared, sharing.spread
    if shared.empty:
        show_nothing(
            f"None of the {plural(sharing.roots, 'root')} carries more than one of the nuclei shown."
        )
        return
    parts = [f"{n:,} carry {k}" for k, n in spread.items() if int(str(k)) <= FEW]
    more = int(spread[spread.index > FEW].sum())
    parts += [f"{more:,} carry more than {FEW}"] if more else []
    st.caption(
        f"**Shared roots.** {len(shared):,} of {plural(sharing.roots, 'root')} carry more than one nucleus: "
        f"{', '.join(parts)}; the fullest carries {int(shared['nuclei'].iloc[0]):,}. Their "
        "cells are still merged with each other, so tables are joined on the nucleus ID, not on the root ID."
    )
    what = f"shared-roots-{view.table.name}"
    st.dataframe(marked_rows(shared), hide_index=True, height=240, lazy=True, key=what)
    show_csv_download("The shared roots as CSV", shared, what)


@cached()
def _sharing(view: TableView) -> tuple[roots.RootSharing | None, float | None]:
    """The roots of the nuclei shown, where the rows hold them, and the nuclei's median volume."""
    frame = view.frame
    return roots.root_sharing(frame) if "root_id" in frame else None, median_volume(frame)


def show_lookup(family: OpenFamily) -> None:
    """What share of the nuclei have another root in the lookup view than at their centre."""
    lookup, detections = family.load(LOOKUP), family.load(VOLUME.detections)
    st.subheader("What the lookup view changes", anchor=False)
    if lookup is None:
        show_nothing("The lookup view is not at hand, so its roots cannot be compared with the detections'.")
        return
    summary = _summary(lookup, detections)
    counts = summary.changes["nuclei"].drop(roots.UNKNOWN, errors="ignore")
    n = int(counts.sum())
    if not n:
        show_nothing("Neither the view's rows nor the detections at hand say which root is at the centres.")
        return
    differ = n - int(counts.get(roots.SAME, 0)) - int(counts.get(roots.NEITHER, 0))
    before = int(counts.get(roots.FOUND, 0)) + int(counts.get(roots.NEITHER, 0))
    after = int(counts.get(roots.LOST, 0)) + int(counts.get(roots.NEITHER, 0))
    show_numbers(
        {
            f"Another root in the view ({differ / n:.1%})": (
                f"{differ:,}",
                f"Of {of_nuclei(n)}: their root ID at the lookup point is not that at the centre; 0 counts.",
            ),
            "Without a root": (
                f"{before:,} → {after:,}",
                f"Of {of_nuclei(n)}: at the centre → at the point.",
            ),
            "Looked up elsewhere": (
                "not known" if summary.moved is None else f"{summary.moved:,}",
                f"Nuclei of {n:,} whose lookup point is not their centre.",
            ),
        }
    )
    changes = " · ".join(f"{change}: {k:,} ({k / n:.1%})" for change, k in counts.items())
    of = f"n = {of_nuclei(n)} · from the centre to the lookup point, {changes}"
    st.caption(f"{figure_caption(lookup.table.title, of, gap=' · ')}. {_centre_words(summary, detections)}")


def _centre_words(summary: roots.LookupSummary, detections: LabelTable | None) -> str:
    """Whether the view and the detections agree on the roots at the centres."""
    if detections is None:
        return "The detections are not at hand: the root at the centre is the view's own orig_root_id."
    if not summary.compared:
        return f"The root at the centre is that of {detections.table.title}."
    same = f"is the detections' root for all {of_nuclei(summary.compared)} that both hold"
    differs = f"differs from the detections' root for {summary.mismatches:,} of {of_nuclei(summary.compared)}"
    return f"The view's orig_root_id {differs if summary.mismatches else same}."


@cached()
def _summary(lookup: LabelTable, detections: LabelTable | None) -> roots.LookupSummary:
    return roots.lookup_summary(lookup.frame, detections.frame if detections else None)


def show_alternative_points(family: OpenFamily) -> None:
    """How far the alternative points lie from the centres, and which root they change.

    The detections give the root at the centre; without them the points' own `orig_root_id` does.
    """
    points, detections = family.load(POINTS), family.load(VOLUME.detections)
    st.subheader(TITLE, anchor=False)
    if points is None:
        show_nothing("The alternative points are not at hand, so there is nothing to show of them.")
        return
    if {*roots.CENTRE, *roots.POINT} - {*points.frame.columns}:
        show_nothing(
            "These rows of the alternative points hold one position a nucleus, where two are needed: its "
            "centre and the point."
        )
        return
    moved = _moved(points, detections)
    n, lengths, far = len(moved), moved["length_um"], roots.farther_than(moved)
    beyond = "none lies" if not far else "1 lies" if far == 1 else f"{far:,} lie"
    counts = roots.lookup_change_counts(moved).itertuples()
    changes = " · ".join(f"{row.Index}: {row.nuclei:,} ({row.share:.1%})" for row in counts)
    st.markdown(
        f"**{of_nuclei(n)}** have a better point to look up their segment. From the centre to that point, "
        f"{changes}. The median displacement is {lengths.median():.2f} µm, the longest {lengths.max():.2f} "
        f"µm; **{beyond} farther away than {roots.WINDOW_UM:g} µm**, the window that the manual states."
    )
    caption = figure_caption(TITLE, f"n = {of_nuclei(n)}")
    show_chart(
        "displacements", (points, detections),
        lambda: lengths_figure(roots.length_profile(moved), COLOURS, roots.WINDOW_UM, caption),
        alt="Distance of the alternative points from the nuclei's centres, by change of root",
    )  # fmt: skip
    _show_lines(points, detections)
    st.caption(
        f"{of_nuclei(n)} with their alternative points, the farthest first; orig_root_id is the root at the "
        "centre, root_id the one at the point, 0 means no segment."
    )
    rows, marked = _marked_list(points, detections)
    st.dataframe(marked, hide_index=True, height=300, lazy=True, key="displacement-rows")
    show_csv_download("The displacements as CSV", rows, "displacements")


@st.fragment
def _show_lines(points: LabelTable, detections: LabelTable | None) -> None:
    """The displacements in space, lengthened, in the histogram's colours."""
    moved = _moved(points, detections)
    changes = [str(change) for change in roots.lookup_change_counts(moved).index]
    first, second = st.columns(2)
    meaning, key = "What looking up at the point does to the root ID.", "displacement-change"
    change = first.selectbox("Lines of", [ALL, *changes], key=key, bind="query-params", help=meaning)
    length = second.selectbox(
        "Length of the lines", list(LENGTHS), index=2, key="displacement-length", bind="query-params",
        help="Displacements are too short to be seen in a volume of more than a millimetre.",
    )  # fmt: skip
    total = len(moved) if change == ALL else int((moved["change"] == change).sum())
    n, times = min(total, MOST_LINES), LENGTHS[length]
    lot = "" if n == total else f", a random sample of {total:,}"
    stretched = f"lines {times:g} times longer than they are" if times != 1 else "lines as long as they are"
    deck = _scene(points, detections, change, times)
    show_scene(deck, key="displacement-lines", alt="Displacements of the alternative points", height=560)
    st.caption(
        f"{figure_caption(TITLE, f'n = {of_nuclei(n)}{lot}', gap=' · ')} · {change.lower()}, {stretched}, "
        "from the centre towards the point; colours as in the histogram · pia on top, depths in µm. Drag to "
        "turn; hover for the nucleus."
    )


@cached()
def _moved(points: LabelTable, detections: LabelTable | None) -> pd.DataFrame:
    return roots.displacements(points.frame, detections.frame if detections else None)


@cached()
def _marked_list(points: LabelTable, detections: LabelTable | None) -> tuple[pd.DataFrame, Rows]:
    """The displacements, and the same as they are listed."""
    rows = _moved(points, detections).sort_values(["length_um", "nucleus_id"], ascending=[False, True])
    known = {name: rows[name].astype("string").fillna("not known") for name in ("orig_root_id", "root_id")}
    rows = rows.assign(**known)
    return rows, marked_rows(rows)


@cached()
def _scene(points: LabelTable, detections: LabelTable | None, change: str, times: float) -> WrittenDeck:
    moved = _moved(points, detections)
    chosen = moved if change == ALL else moved[moved["change"] == change]
    return displacement_scene(roots.drawn(chosen, MOST_LINES), COLOURS, times)
