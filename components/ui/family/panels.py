"""The panels of every family page: how many, how deep, where, how large, the rows; and their order."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from components.analysis.labels.counts import Denominator, depth_profile, find_denominator, type_counts
from components.analysis.labels.places import NO_POSITION, counts_by_area, counts_by_layer
from components.analysis.labels.volumes import volume_by_label
from components.analysis.output.files import Rows
from components.figures.bars import counts_figure
from components.figures.composition import places_figure
from components.figures.frame import Figure
from components.figures.profiles import depth_figure, volumes_figure
from components.ui.cloud.cloud import show_view_cloud
from components.ui.context.table_view import TableView
from components.ui.family.matrix import show_matrix
from components.ui.family.page import OpenFamily, show_background
from components.ui.selection.picks import choose_bar, choose_depths, show_pickable_rows
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.exports import marked_rows, show_csv_download, show_parquet_download
from components.ui.session.notices import show_nothing
from components.ui.session.release import load_at_hand
from data.loader import LabelTable
from data.volume import VOLUME
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


def show_places(view: TableView) -> None:
    """What each layer and each area is made of, side by side."""
    by_layer, by_area = _places(view)
    st.subheader("By layer and by area", anchor=False)
    if not by_layer.drop(columns=NO_POSITION, errors="ignore").to_numpy().any():
        n = int(by_layer.to_numpy().sum())
        show_nothing(f"None of the {n:,} nuclei has a position, so they lie in no layer and no area.")
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.caption(f"**Layers** after {view.preset.name} ({view.preset.source}). {view.preset.note}")
        _show_composition(view, by_layer, f"layers after {view.preset.name}, approximate")
    with right:
        st.caption(f"**Areas.** {VOLUME.area_note}")
        _show_composition(view, by_area, "areas: fitted planes, approximate")


def _show_composition(view: TableView, counts: pd.DataFrame, how: str) -> None:
    place, caption = counts.columns.name, f"{view.caption()}<br>{how}"
    alt = f"What each {place} is made of in {view.title}: " + ", ".join(
        f"{name} {n:,} nuclei" for name, n in counts.sum().items()
    )
    show_chart(
        f"{place}-{view.one.table.name}",
        view,
        lambda: places_figure(counts, colours_of(counts.index), caption),
        alt=alt,
    )


@cached(max_entries=64)
def _places(view: TableView) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both counts, once for all sessions and reruns that show the same."""
    frame, labels = view.frame, view.kept_labels
    return counts_by_layer(frame, labels, view.preset), counts_by_area(frame, labels)


def show_volumes(view: TableView) -> None:
    """How large the nuclei of each type are; in words where their volumes are not known."""
    st.subheader("How large", anchor=False)
    title = view.one.table.title
    if "volume_um3" not in view.one.frame:
        show_nothing(f"The rows of {title} at hand hold no nucleus volumes.")
        return
    volumes = _volumes(view)
    n = int(volumes["n"].sum())
    if volumes.empty:
        show_nothing(f"None of the {len(view.nuclei):,} nuclei shown has a known volume.")
        return
    without = len(view.nuclei) - n
    lacking = f" {without:,} of the {len(view.nuclei):,} nuclei shown have no volume." if without else ""
    st.caption(
        "Boxes hold the middle half of the nuclei, the line in them is the median, whiskers go from the 5th "
        f"to the 95th percentile. Each nucleus counts once.{lacking}"
    )
    caption = view.caption(of="nuclei with a volume", n=n)
    colours = colours_of(volumes.index)
    show_chart(
        f"volumes-{view.one.table.name}",
        view,
        lambda: volumes_figure(volumes, colours, caption),
        alt=f"Nucleus volume by label in {view.title}",
    )


@cached()
def _volumes(view: TableView) -> pd.DataFrame:
    return volume_by_label(view.frame, view.kept_labels)


def show_rows(view: TableView) -> None:
    """The rows, every ID as text, and as files with where they came from."""
    table = view.one.table
    st.subheader("Rows", anchor=False)
    passing = "" if view.is_whole else f" of {len(view.one.frame):,}, those that pass the filters"
    st.caption(
        f"{len(view.frame):,} rows of {table.name}{passing}; sort by a click on a column's head. "
        "Every ID is text in the list and in the CSV; the Parquet file holds exact integers and the "
        "record of where the rows came from. Both files add layer, area and voxel."
    )
    rows = _all_marked(view.one)
    rows = rows if view.mask.all() else rows.filter(view.mask)
    show_pickable_rows(rows, view.frame["nucleus_id"].to_numpy(), key=f"rows-{table.name}", height=360)
    csv, file, _ = st.columns([1, 1, 2])
    with csv:
        show_csv_download("These rows as CSV", view.frame, table.name, layers=view.preset)
    with file:
        provenance, words = view.one.provenance, view.filter_words
        label = "These rows as Parquet"
        show_parquet_download(label, view.frame, table.name, provenance, words, layers=view.preset)


@cached(max_entries=16)
def _all_marked(one: LabelTable) -> Rows:
    """The whole table as it is listed, made once for all sessions."""
    return marked_rows(one.frame)


@cached(max_entries=16)
def _denominator(at_hand: dict[str, LabelTable]) -> Denominator:
    return find_denominator({name: one.frame for name, one in at_hand.items()})


Panel = Callable[[OpenFamily], None]
Place = Literal["cloud", "breakdown", "places", "volumes", "matrix", "rows", "background"]
STANDARD: dict[Place, Panel] = {
    "cloud": lambda one: show_view_cloud(one.view, one.comparison, key=f"{one.page.name}-cloud"),
    "breakdown": lambda one: show_breakdown(one.view),
    "places": lambda one: show_places(one.view),
    "volumes": lambda one: show_volumes(one.view),
    "matrix": lambda one: show_matrix(one.view, one.comparison),
    "rows": lambda one: show_rows(one.view),
    "background": lambda one: show_background(one.tables, one.view, one.comparison),
}
"""What every family page shows, in this order."""


def show_standard_panels(
    family: OpenFamily,
    *,
    after: Mapping[Place, Sequence[Panel]] | None = None,
    without: Collection[Place] = (),
) -> None:
    """Show the panels of every family page, with the family's own among them.

    Parameters
    ----------
    family : OpenFamily
    after : mapping
        The family's own panels, by the standard one that they follow.
    without : collection of str
        Standard panels to leave out.
    """
    for place, show in STANDARD.items():
        if place not in without:
            show(family)
        for show_own in (after or {}).get(place, ()):
            show_own(family)
