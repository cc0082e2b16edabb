"""The panel of the alternative points: how far they lie, which root they change, lines and rows."""

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
    displacements,
    drawn,
    farther_than,
    length_profile,
    lookup_change_counts,
    position_columns,
)
from components.analysis.labels.palette import AGREEMENT, NO_LABEL_COLOUR
from components.analysis.output.files import Rows
from components.figures.displacements import lengths_figure
from components.point_cloud.displacements import MOST_LINES, displacement_scene
from components.point_cloud.scene import WrittenDeck, show_scene
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked_rows, show_csv_download
from components.ui.session.notices import show_nothing
from data.errors import DataError
from data.loader import LabelTable

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


def show_alternative_points(points: LabelTable | DataError, detections: LabelTable | DataError) -> None:
    """How far the alternative points lie from the centres, and which root they change.

    Parameters
    ----------
    points : LabelTable or DataError
        The alternative points.
    detections : LabelTable or DataError
        State the root at the centre; without them the points' own `orig_root_id` does.
    """
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
