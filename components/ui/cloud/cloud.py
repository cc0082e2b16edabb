"""The shared 3D view of a page: one cloud of the whole release, and what is selected in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Pairs
from components.analysis.labels.areas import OfficialAreas
from components.analysis.labels.counts import QUANTILES
from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import NOT_IN_TABLE
from components.analysis.selection.marks import Marks, SelectedCounts, exact_tenths
from components.point_cloud.cloud import Cloud, LabelColumn, NumberColumn, make_cloud
from components.point_cloud.component import show_carrier, show_cloud
from components.point_cloud.marks import TENTHS, described, named_marks
from components.point_cloud.published import PUBLISHED
from components.point_cloud.view import CloudColours, Picked, View
from components.ui.cloud.colouring import (
    by_agreement,
    by_label,
    by_neighbours,
    by_number,
    nearby_labels,
    pick_colouring,
    pick_view_colouring,
)
from components.ui.cloud.column import column_outline
from components.ui.cloud.tour import release_tour
from components.ui.context.comparison import Comparison
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.raters import consensus_columns
from components.ui.context.table_view import TableView
from components.ui.selection.marks import place_columns
from components.ui.selection.picks import CLOUD_MODES, keep_pick
from components.ui.selection.selection import counted, picked_how, selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.charts import LinkedMarks
from components.ui.session.colours import COLUMN_TITLES, NEARBY, RATED, Colouring, number_title
from components.ui.session.exports import export_name
from components.ui.session.followers import follows_selection, redraw_followers
from components.ui.session.links import OPEN_PAGE
from components.ui.session.own_tables import has_own_tables
from components.ui.session.release import current_release, official_areas
from components.ui.session.release_choice import IN_LINK
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import em_box_um, layer_bounds
from data.volume.volume import LayerPreset


@dataclass(frozen=True)
class ShownCloud:
    """What one cloud shows.

    Attributes
    ----------
    colouring : Colouring
        A loaded table or a number.
    against : str or None
        Colour by agreement with this other table instead, at the colouring's level.
    view : TableView or None
        Show only what its filters keep; the rest is grey context.
    nearby : Pairs or None
        Colour by how many neighbours have different labels in these.
    """

    colouring: Colouring
    against: str | None = None
    view: TableView | None = None
    nearby: Pairs | None = None

    @property
    def preset(self) -> LayerPreset:
        """Whose layers are drawn."""
        return self.view.preset if self.view else VOLUME.layer_presets[0]


def show_release_cloud(colouring: Colouring, *, key: str) -> None:
    """Show every nucleus at hand in given colours."""
    _show(ShownCloud(colouring), key)


def show_coloured_cloud(
    loaded: dict[str, LabelTable], *, key: str, view: TableView | None = None
) -> Colouring:
    """Show every nucleus at hand, with the choice of what colours them above; those of a view alone lit."""
    with st.container(key="bench-cloud-bar", horizontal=True, vertical_alignment="center"):
        colouring = pick_colouring(loaded, view.table.name if view else "")
    _show(ShownCloud(colouring, view=view), key)
    return colouring


def show_view_cloud(
    view: TableView,
    comparison: Comparison,
    *,
    key: str,
    rated: Level | None = None,
    nearby: Pairs | None = None,
    as_list: bool = False,
) -> Colouring:
    """Show the nuclei of a family page, with the choice of what colours them above.

    Parameters
    ----------
    view : TableView
    comparison : Comparison
        The nuclei may be coloured by whether the two tables agree.
    key : str
        Of the view; unique on the page.
    rated : Level, optional
        Nuclei may be coloured by the consensus with probabilities at this level.
    nearby : Pairs, optional
        Nuclei may be coloured by how many of their neighbours have different labels here.
    as_list : bool
        Offer the choices in a list, one row high.

    Returns
    -------
    Colouring
        The reader's.
    """
    with st.container(key="bench-cloud-bar", horizontal=True, vertical_alignment="center"):
        colouring, against = pick_view_colouring(
            view, comparison, rated=rated, nearby=nearby, as_list=as_list
        )
        unnamed = int(np.sum(view.kept_labels == NOT_IN_TABLE)) if view.label_source is not view.loaded else 0
        if unnamed and view.label_source and colouring.name == view.label_source.table.name:
            rows = "nuclei" if len(view.frame) == len(view.nuclei) else "rows"
            words = (
                f"{unnamed:,} of the {len(view.frame):,} {rows} shown are of nuclei that "
                f"{view.label_source.table.title} does not hold: they stay grey."
            )
            st.caption(f"{unnamed:,} grey", help=words, width="content")
    _show(ShownCloud(colouring, against, view, nearby if colouring.name == NEARBY else None), key)
    return colouring


def _show(shown: ShownCloud, key: str) -> None:
    tables = current_release().tables
    needed = [name for name in (shown.colouring.name, shown.against) if name and name in tables]
    rated = shown.colouring.level if shown.colouring.name in RATED.values() else None
    cloud, wide = release_cloud(*needed, rated=rated, nearby=shown.nearby)
    own = has_own_tables()
    show_carrier(cloud, served=not own)
    if not (own or rated or shown.nearby):
        _expect(cloud)
    _show_view(cloud, wide, shown, key)


def _expect(cloud: Cloud) -> None:
    """Have the next session that opens this page fetch this cloud at once."""
    page, release = st.session_state.get(OPEN_PAGE), st.query_params.get(IN_LINK, "")
    if page and release in {"", str(current_release().release.number)}:
        PUBLISHED.expected[page, release] = cloud.version


def release_cloud(
    *needed: str, rated: Level | None = None, nearby: Pairs | None = None
) -> tuple[Cloud, pd.DataFrame]:
    """Pack the nuclei of the tables at hand, once for all sessions; give the cloud and its wide table.

    With the consensus at the level `rated`, or the neighbours that differ in `nearby`, where one is wanted.
    """
    loaded, wide = wide_table(*needed)
    if rated:
        wide = wide.join(consensus_columns(loaded, rated, wide.index))
    return _packed(loaded, rated, nearby, official_areas()), wide


def linked(
    marks: Callable[[], Marks],
    view: TableView | None,
    *tables: str,
    boxes: Callable[[Ids], pd.DataFrame] | None = None,
) -> LinkedMarks:
    """Have a chart tell the browser which nuclei its marks stand for, and show which of them are selected.

    Parameters
    ----------
    marks : callable
        Makes the marks.
    view : TableView or None
        Whose filters the chart heeds; None: it counts nuclei whatever the filters.
    *tables : str
        Tables whose labels tell the marks, besides the view's.
    boxes : callable, optional
        Of a chart of boxes: the quantiles of some nuclei, as `volume_by_label` gives them.
    """

    def describe() -> dict[str, Any] | None:
        own = [one.table.name for one in (view.loaded, view.label_source) if one] if view else []
        cloud, _ = release_cloud(*own, *tables)
        return described(cloud, marks(), view.within if view else None, filtered=view is not None)

    def count(nuclei: Ids) -> SelectedCounts:
        quantiles = boxes(nuclei)[[*QUANTILES]] if boxes else pd.DataFrame()
        return marks().selected(nuclei, {str(label): (*ends,) for label, *ends in quantiles.itertuples()})

    return LinkedMarks(describe, counted(count))


def cloudless(marks: Callable[[], Marks]) -> LinkedMarks:
    """Have a chart on a page without a cloud name its marks, and show which of their nuclei are selected."""
    return LinkedMarks(lambda: named_marks(marks()), counted(lambda nuclei: marks().selected(nuclei)))


@follows_selection("cloud")
def _show_view(cloud: Cloud, wide: pd.DataFrame, shown: ShownCloud, key: str) -> None:
    selected = selected_nuclei()

    def select(picked: Picked) -> None:
        keep_pick(picked, shown.colouring, shown.view, shown.against)
        redraw_followers()

    view = _view(cloud, wide, shown, selected)
    show_cloud(cloud, view, key=key, on_pick=select, tour=lambda: release_tour(cloud, wide, view))


def _coloured(cloud: Cloud, wide: pd.DataFrame, shown: ShownCloud) -> CloudColours:
    colouring = shown.colouring
    if shown.against:
        return by_agreement(cloud, colouring.name, shown.against, colouring.level)
    if shown.nearby:
        return by_neighbours(cloud, shown.nearby)
    if colouring.name in cloud.labels:
        return by_label(cloud, colouring.name, colouring.level)
    return by_number(cloud, colouring.name, wide[colouring.name])


def _view(cloud: Cloud, wide: pd.DataFrame, shown: ShownCloud, selected: np.ndarray) -> View:
    opened = current_release()
    words = shown.view.filter_words if shown.view else ""
    return View(
        colour=_coloured(cloud, wide, shown),
        filter_ids=shown.view.within if shown.view else None,
        selected_ids=selected,
        mode=CLOUD_MODES[picked_how()],
        layers=layer_bounds(shown.preset),
        em_corners=em_box_um(),
        outlines=(column_outline(),) if VOLUME.column else (),
        caption=f"{shown.colouring.title(opened.tables)} · v{opened.release.number} · "
        f"{of_nuclei(len(cloud))} at hand, {len(selected):,} selected{f' · {words}' if words else ''} · "
        f"layers: {shown.preset.name}, approximate",
        source=f"{VOLUME.name}, release v{opened.release.number}, source: {opened.source.name}",
        file_name=export_name(shown.colouring.name),
        synthetic=opened.source.synthetic,
    )


def _unit(column: str) -> str:
    if column.endswith(".confidence"):
        return ""
    return "µm³" if column == "volume_um3" else "µm"


@cached(show_spinner="Packing the nuclei …")
def _packed(
    loaded: dict[str, LabelTable], rated: Level | None, nearby: Pairs | None, areas: OfficialAreas | None
) -> Cloud:
    wide = side_by_side(loaded)
    tables = {name: label_table.table for name, label_table in loaded.items()}
    numbers = {
        name: NumberColumn(title=number_title(name, tables), unit=_unit(name), values=wide[name])
        for name in (str(column) for column in wide)
        if name == "volume_um3" or ("." in name and name not in tables)
    }
    depths = exact_tenths(wide["depth_um"].to_numpy())
    numbers[TENTHS] = NumberColumn(title="depth in twentieths", unit="µm", values=depths)
    labels = {
        name: LabelColumn(title=table.title, labels=wide[name].array)
        for name, table in tables.items()
        if name in wide
    } | {name: LabelColumn(title=name, labels=places) for name, places in place_columns(wide, areas).items()}
    if rated:
        columns = consensus_columns(loaded, rated, wide.index)
        labels["consensus"] = LabelColumn(title=COLUMN_TITLES["consensus"], labels=columns["consensus"].array)
        numbers["posterior"] = NumberColumn(
            title=COLUMN_TITLES["posterior"], unit="", values=columns["posterior"]
        )
    if nearby:
        labels[NEARBY] = LabelColumn(title=COLUMN_TITLES[NEARBY], labels=nearby_labels(nearby, wide))
    axes = {axis: wide[axis] for axis in POSITION}
    return make_cloud(nucleus_id=wide.index, root_id=wide["root_id"], **axes, labels=labels, numbers=numbers)
