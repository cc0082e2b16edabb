"""A family page: its choices, the panels that all family pages show, and their order."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels import counts as counting
from components.analysis.labels.areas import OfficialAreas, area_source, compare_areas, comparison_words
from components.analysis.labels.ids import Ids
from components.analysis.labels.ranges import Range
from components.analysis.output.files import Rows
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.marks import MarkWords
from components.analysis.selection.selection import Selection
from components.figures.bars import counts_figure
from components.figures.composition import places_figure
from components.figures.frame import Figure
from components.figures.profiles import depth_figure, volumes_figure
from components.ui.cloud.cloud import linked, show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import (
    Comparison,
    pick_comparison,
    show_agreement_numbers,
    show_circular,
)
from components.ui.context.table_view import TableView, pick_table_view
from components.ui.family.about import show_about, show_deprecation
from components.ui.family.matrix import show_matrix
from components.ui.imagery.sheet import view_sheets
from components.ui.page.frame import show_frame
from components.ui.selection.answer import show_answer
from components.ui.selection.breakdown import show_selection_breakdown
from components.ui.selection.marks import depth_marks, label_marks, place_marks, volume_marks
from components.ui.selection.picks import choose_depths, choose_mark, label_clause, place_clause
from components.ui.selection.rows import show_pickable_rows, spelling_words
from components.ui.selection.selected import show_selection
from components.ui.selection.two_selections import show_two_selections
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.exports import marked_rows, show_csv_download, show_parquet_download
from components.ui.session.notices import show_nothing
from components.ui.session.release import current_release, load_at_hand, load_labels
from components.ui.workbench.layout import Workbench
from components.ui.workbench.panels import Panel, show_panels
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.tables.columns import rows_lack
from data.volume import VOLUME
from data.volume.space import layer_bounds


@dataclass(frozen=True)
class OpenFamily:
    """A family page with the reader's choices; `tables` are the family's, in the page's order."""

    name: str
    bench: Workbench
    tables: Sequence[Table]
    view: TableView
    comparison: Comparison

    def load(self, name: str) -> LabelTable | None:
        """Load a table for one of the page's panels; None if the release lacks it or it cannot be loaded."""
        loaded = load_labels(name) if name in current_release().tables.held else None
        return loaded if isinstance(loaded, LabelTable) else None


ShowPanel = Callable[[OpenFamily], None]


def show_family(
    name: str,
    own: Mapping[str, ShowPanel] | None = None,
    *,
    about: Sequence[ShowPanel] = (),
    without: Collection[str] = (),
) -> None:
    """Show a family page: its choices, the cloud, the standard panels and its own, the selection, the drawer.

    The page ends after the choices if its table cannot be loaded or no nucleus passes the filters, with what
    is known without rows.

    Parameters
    ----------
    name : str
        The family's.
    own : mapping of str to callable, optional
        Its own panels by title; they follow those of every family.
    about : sequence of callable
        What it adds on its tables in the drawer, after what the catalogue says.
    without : collection of str
        Titles of `CHARTS` that it leaves out.
    """
    bench, page = show_frame(name), FAMILIES[name]
    tables = sorted(current_release().tables.of_family(name), key=lambda table: table.name != page.first)
    labelling_first = sorted(tables, key=lambda table: table.level is None)
    names = [table.name for table in labelling_first]
    view = pick_table_view(bench, names, key=name, otherwise=lambda: _show_without_rows(bench, tables))
    with bench.chips:
        show_deprecation(view.table)
    with bench.numbers:
        comparison = pick_comparison(view, *page.partners)
        show_agreement_numbers(comparison.result)
    with bench.chips:
        show_circular(view, comparison)
    family = OpenFamily(name, bench, tables, view, comparison)
    with bench.left:
        colouring = show_view_cloud(view, comparison, key=f"{name}-cloud")
    with bench.right:
        panels = [*chart_panels(view, without), Panel("Matrix", lambda: show_matrix(view, comparison))]
        panels += [Panel(title, partial(show, family)) for title, show in (own or {}).items()]
        selection = Panel("Selection", lambda: show_selection_breakdown(view), follows=True)
        sets = Panel("A and B", lambda: show_two_selections(view, comparison.result))
        show_panels([*panels, selection, sets, view_sheets(view)])
    show_selection(
        bench,
        colouring,
        comparison.result,
        first=[Panel("Rows", lambda: show_rows(view))],
        last=[
            Panel("Code", lambda: _show_code(family)),
            Panel("About", lambda: _show_about(family, about)),
        ],
    )


def _show_without_rows(bench: Workbench, tables: Sequence[Table]) -> None:
    show_about(*tables)
    st.subheader("Code", anchor=False)
    show_code(*tables)
    show_selection(bench, None)


def _show_code(family: OpenFamily) -> None:
    show_answer(family.name, family.view, family.comparison)
    show_code(*family.tables, view=family.view, comparison=family.comparison)


def _show_about(family: OpenFamily, further: Sequence[ShowPanel]) -> None:
    show_about(*family.tables)
    for show in further:
        show(family)


def show_counts(view: TableView) -> None:
    """How many nuclei of each type."""
    key, alt = f"counts-{view.table.name}", f"Nuclei per label in {view.title}"

    def build() -> Figure:
        counts = counting.type_counts(view.frame["nucleus_id"], view.kept_labels)
        return counts_figure(counts, colours_of(counts.index), view.caption(), clickable=True)

    st.caption(_count_words(view), help="Click a bar or its label to select its nuclei.")
    show_chart(
        key, view, build, alt=alt, marks=linked(lambda: label_marks(view), view),
        on_select=lambda: choose_mark(
            key, label_marks(view), lambda words: [label_clause(view, words["y"])], view
        ),
    )  # fmt: skip


def show_depth(view: TableView) -> None:
    """How deep the nuclei of each type lie."""
    key, alt = f"depth-{view.table.name}", f"Depth of the nuclei in {view.title}"
    preset, drag = view.preset, "Drag over a range of depth to select its nuclei."

    def build() -> Figure:
        profile = counting.depth_profile(view.frame, view.kept_labels)
        return depth_figure(profile, colours_of(profile.columns), layer_bounds(preset), view.caption())

    st.caption(drag, help=f"Layer lines: {preset.name} ({preset.source}). {preset.note}")
    show_chart(
        key, view, build, alt=alt, drag=True, marks=linked(lambda: depth_marks(view), view),
        on_select=lambda: choose_depths(key, view),
    )  # fmt: skip


def _count_words(view: TableView) -> str:
    denominator = _denominator(load_at_hand(view.table.name))
    n, n_table = len(view.nuclei), view.loaded.provenance.nuclei
    coverage = denominator.coverage(view.loaded.frame["nucleus_id"])
    of = of_nuclei(n_table)
    shown = of if n == n_table else f"{n:,} of the table's {of} pass the filters"
    return (
        f"{shown}; the table holds {coverage:.1%} of {len(denominator.nuclei):,} "
        f"{denominator.name}. Shares are of the {n:,}."
    )


@cached()
def _denominator(at_hand: dict[str, LabelTable]) -> counting.Denominator:
    return counting.find_denominator({name: loaded.frame for name, loaded in at_hand.items()})


def show_places(view: TableView) -> None:
    """The labels of each layer and of each area."""
    by_layer, by_area = _places(view)
    official, preset = view.areas, view.preset
    parts = []
    if preset.boundaries:
        note = f"After {preset.name} ({preset.source}). {preset.note}"
        parts.append(("Layers", note, by_layer, f"layers after {preset.name}, approximate"))
    if VOLUME.areas:
        about = official.table.table.about if official else VOLUME.area_note
        parts.append(("Areas", about, by_area, f"areas: {area_source(official)}"))
    if not parts:
        show_nothing("Neither layers nor areas of this volume are known.")
        return
    if not by_layer.drop(columns=counting.NO_POSITION, errors="ignore").to_numpy().any():
        n = int(by_layer.to_numpy().sum())
        show_nothing(f"None of the {of_nuclei(n)} has a position, so they lie in no layer and no area.")
        return
    for title, note, counts, how in parts:
        st.markdown(f"**{title}**", help=note)
        _show_composition(view, counts, how)
    if official:
        st.caption(comparison_words(_compared_areas(view, official)), help=f"Planes: {VOLUME.area_note}")


def _show_composition(view: TableView, counts: pd.DataFrame, how: str) -> None:
    what, caption = str(counts.columns.name), f"{view.caption()}<br>{how}"
    alt, key = f"What each {what} is made of in {view.title}", f"{what}-{view.table.name}"

    def clauses(words: MarkWords) -> list[Selection | None]:
        return [label_clause(view, words.get("name")), place_clause(view, what, words.get("y"))]

    show_chart(
        key, view, lambda: places_figure(counts, colours_of(counts.index), caption), alt=alt,
        marks=linked(lambda: place_marks(view, what), view),
        on_select=lambda: choose_mark(key, place_marks(view, what), clauses, view),
    )  # fmt: skip


@cached()
def _places(view: TableView) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame, labels = view.frame, view.kept_labels
    by_area = counting.counts_by_area(frame, labels, view.areas)
    return counting.counts_by_layer(frame, labels, view.preset), by_area


@cached()
def _compared_areas(view: TableView, official: OfficialAreas) -> pd.DataFrame:
    return compare_areas(view.frame, official)


def show_volumes(view: TableView) -> None:
    """The nucleus volumes of each type."""
    if "volume_um3" not in view.loaded.frame:
        show_nothing(rows_lack("nucleus volumes", view.table.title))
        return
    volumes = _volumes(view)
    n, without = int(volumes["n"].sum()), len(view.nuclei) - int(volumes["n"].sum())
    if volumes.empty:
        show_nothing(f"None of the {of_nuclei(len(view.nuclei))} shown has a known volume.")
        return
    lacking = f" {without:,} of the {of_nuclei(len(view.nuclei))} shown have no volume." if without else ""
    boxes = "Box: the middle half, with the median; whiskers: 5th to 95th percentile. A nucleus counts once."
    st.caption(f"n = {of_nuclei(n)}.{lacking}", help=boxes)
    caption, alt = view.caption(f"{of_nuclei(n)} with a volume"), f"Nucleus volume by label in {view.title}"
    key, colours = f"volumes-{view.table.name}", colours_of(volumes.index)
    known = Filtered(view.table.name, ranges=(Range("volume_um3", -inf, inf),))
    show_chart(
        key, view, lambda: volumes_figure(volumes, colours, caption), alt=alt,
        marks=linked(lambda: volume_marks(view), view, boxes=lambda ids: _volumes_of(view, ids)),
        on_select=lambda: choose_mark(
            key, volume_marks(view), lambda words: [label_clause(view, words["y"]), known], view
        ),
    )  # fmt: skip


@cached()
def _volumes(view: TableView) -> pd.DataFrame:
    return counting.volume_by_label(view.frame, view.kept_labels)


def _volumes_of(view: TableView, nucleus_ids: Ids) -> pd.DataFrame:
    rows = np.isin(view.frame["nucleus_id"].to_numpy(), nucleus_ids)
    return counting.volume_by_label(view.frame[rows], view.kept_labels[rows])


def show_rows(view: TableView) -> None:
    """The rows as a list, and as files with their provenance."""
    name = view.table.name
    passing = "" if view.is_whole else f" of {len(view.loaded.frame):,}, those that pass the filters"
    about = (
        "IDs are text in the list and the CSV, exact integers in the Parquet file, which also records where "
        "the rows came from. Both files add layer, area and voxel."
    )
    spelling = spelling_words(view.frame.filter(["cell_type"]))
    st.caption(f"{plural(len(view.frame), 'row')} of {name}{passing}. {spelling}", help=about)
    rows = _all_marked(view.loaded)
    rows = rows if view.mask.all() else rows.filter(view.mask)
    show_pickable_rows(rows, view.frame["nucleus_id"].to_numpy(), key=f"rows-{name}")
    record, filters = view.loaded.provenance, view.filter_words
    with st.container(horizontal=True):
        show_csv_download("These rows as CSV", view.frame, name, layers=view.preset)
        label = "These rows as Parquet"
        show_parquet_download(label, view.frame, name, record, filters, layers=view.preset)


@cached()
def _all_marked(loaded: LabelTable) -> Rows:
    return marked_rows(loaded.frame)


CHARTS: dict[str, Callable[[TableView], None]] = {
    "Types": show_counts,
    "Depth": show_depth,
    "Places": show_places,
    "Volume": show_volumes,
}
"""The charts of every page about the rows of one table, in this order."""


def chart_panels(view: TableView, without: Collection[str] = ()) -> list[Panel]:
    """Make the panels of `CHARTS`, but for some titles."""
    return [Panel(title, partial(show, view)) for title, show in CHARTS.items() if title not in without]
