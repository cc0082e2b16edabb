"""The panels that family pages are made of: how many, how deep, the rows."""

import streamlit as st

from components.analysis.labels.counts import Denominator, depth_profile, find_denominator, type_counts
from components.analysis.output.files import Rows
from components.analysis.selection.filters import filter_words
from components.figures.counts import counts_figure, depth_figure
from components.figures.frame import Figure
from components.ui.context.table_view import TableView
from components.ui.selection.picks import choose_bar, choose_depths, show_pickable_rows
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.exports import marked_rows, show_csv_download, show_parquet_download
from components.ui.session.release import load_at_hand
from data.loader import LabelTable
from data.volume.space import layer_bounds


def show_counts(view: TableView) -> None:
    """How many nuclei of each type, out of how many."""
    denominator = _denominator(load_at_hand(view.one.table.name))
    n, held = len(view.nuclei), view.one.provenance.nuclei
    st.subheader("How many", anchor=False)
    shown = f"{n:,} nuclei" if n == held else f"{n:,} of the table's {held:,} nuclei pass the filters"
    st.caption(
        f"{shown}; the table holds {held / len(denominator.nuclei):.1%} of {len(denominator.nuclei):,} "
        f"{denominator.name}. Shares are of the {n:,}."
    )

    def build() -> Figure:
        counts = type_counts(view.frame["nucleus_id"], view.kept_labels)
        return counts_figure(counts, colours_of(counts.index), view.caption(), clickable=True)

    alt = f"Nuclei per label in {view.title}"
    key = f"counts-{view.one.table.name}"
    show_chart(key, view, build, alt=alt, on_select=lambda: choose_bar(key, view))
    st.caption("Click a bar to select its nuclei.")


def show_depth(view: TableView) -> None:
    """How deep the nuclei of each type lie: pia on top."""
    st.subheader("How deep", anchor=False)
    st.caption(
        f"Layer lines: {view.preset.name} ({view.preset.source}). {view.preset.note} Drag over a range of "
        "depth to select its nuclei."
    )

    def build() -> Figure:
        profile = depth_profile(view.frame, view.kept_labels)
        colours = colours_of(profile.columns)
        return depth_figure(profile, colours, layer_bounds(view.preset), view.caption())

    alt = f"Depth of the nuclei in {view.title}"
    key = f"depth-{view.one.table.name}"
    show_chart(key, view, build, alt=alt, on_select=lambda: choose_depths(key, view), drag=True)


def show_breakdown(view: TableView) -> None:
    """How many and how deep, side by side."""
    left, right = st.columns(2, gap="large")
    with left:
        show_counts(view)
    with right:
        show_depth(view)


def show_rows(view: TableView) -> None:
    """The rows, every ID as text, and as files with where they came from."""
    table = view.one.table
    st.subheader("Rows", anchor=False)
    passing = "" if view.is_whole else f" of {len(view.one.frame):,}, those that pass the filters"
    st.caption(
        f"{len(view.frame):,} rows of {table.name}{passing}; sort by a click on a column's head. "
        "Every ID is text in the list and in the CSV; the Parquet file holds exact integers and the "
        "record of where the rows came from."
    )
    rows = _all_marked(view.one)
    rows = rows if view.mask.all() else rows.filter(view.mask)
    show_pickable_rows(rows, view.frame["nucleus_id"].to_numpy(), key=f"rows-{table.name}", height=360)
    csv, file, _ = st.columns([1, 1, 2])
    with csv:
        show_csv_download("These rows as CSV", view.frame, table.name)
    with file:
        words = filter_words(view.filters, view.preset)
        show_parquet_download("These rows as Parquet", view.frame, table.name, view.one.provenance, words)


@cached(max_entries=16)
def _all_marked(one: LabelTable) -> Rows:
    """The whole table as it is listed, made once for all sessions."""
    return marked_rows(one.frame)


@cached(max_entries=16)
def _denominator(at_hand: dict[str, LabelTable]) -> Denominator:
    return find_denominator({name: one.frame for name, one in at_hand.items()})
