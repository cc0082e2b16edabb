"""The marks of charts: the nuclei that each counts, by its words."""

import numpy as np
import pandas as pd

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.alluvial import Alluvial
from components.analysis.comparison.axes import AxisTable
from components.analysis.comparison.matrix import absent_from, margin_labels
from components.analysis.labels.areas import OfficialAreas, areas_of
from components.analysis.labels.counts import DEPTH_STEP_UM, NO_POSITION, nuclei_once
from components.analysis.selection.marks import Axis, Marks, coded_words
from components.point_cloud.marks import TENTHS
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached
from data.volume import VOLUME
from data.volume.space import layer_codes, layers_of
from data.volume.volume import LayerPreset

LAYERS, AREA = "layers", "area"
"""The cloud's columns of places: between which borders, of all presets, a nucleus lies; and its area."""


@cached()
def label_marks(view: TableView) -> Marks:
    """A bar for each label."""
    return table_marks(view.frame, view.kept_labels, _source(view))


@cached()
def place_marks(view: TableView, place: str) -> Marks:
    """A piece for each label in each layer or area."""
    return placed_marks(view.frame, view.kept_labels, _source(view), place, view.preset, view.areas)


@cached()
def volume_marks(view: TableView) -> Marks:
    """A box for each label: of its nuclei whose volume is known."""
    known = np.isfinite(view.frame["volume_um3"].to_numpy(dtype=float))
    columns = (*_source(view), "volume_um3")
    rows, words = nuclei_once(view.frame["nucleus_id"], view.kept_labels)
    rows = rows[known[rows.index]]
    return Marks(
        rows["nucleus_id"].to_numpy(), {"y": Axis(coded_words(rows["code"].to_numpy(), words), columns)}
    )


@cached()
def depth_marks(view: TableView) -> Marks:
    """A line for each label, with a step for each slice of depth."""
    rows, words = nuclei_once(view.frame["nucleus_id"], view.kept_labels)
    depths = view.frame["depth_um"].to_numpy()[rows.index]
    slices = np.floor(depths / DEPTH_STEP_UM).astype(int)
    first = int(slices.min())
    middles = [f"{(number + 0.5) * DEPTH_STEP_UM:.15g}" for number in range(first, int(slices.max()) + 1)]
    axes = {
        "name": Axis(coded_words(rows["code"].to_numpy(), words), _source(view)),
        "y": Axis(coded_words(slices - first, middles), (TENTHS,)),
    }
    return Marks(rows["nucleus_id"].to_numpy(), axes, depths)


def cell_marks(pairs: Pairs) -> Marks:
    """A matrix cell for each label of one table and each of the other."""
    frame = pairs.frame
    axes = (("y", "row_label", pairs.rows), ("x", "column_label", pairs.columns))
    return Marks(
        frame.index.to_numpy(),
        {name: Axis(frame[column].array, (table.name,), table.title) for name, column, table in axes},
    )


def margin_marks(pairs: Pairs, rows: AxisTable, columns: AxisTable) -> Marks:
    """As `cell_marks`; and a cell for each label of one table whose nuclei the other does not hold.

    Both tables tell the words of either axis: a nucleus that neither holds is in no margin.
    """
    only_rows, only_columns = margin_labels(rows, columns, pairs.level)
    parts = [
        pairs.frame[["row_label", "column_label"]],
        pd.DataFrame({"row_label": only_rows.dropna(), "column_label": absent_from(pairs.columns)}),
        pd.DataFrame({"row_label": absent_from(pairs.rows), "column_label": only_columns.dropna()}),
    ]
    frame = pd.concat([part.astype(object) for part in parts])
    tables = (pairs.rows.name, pairs.columns.name)
    axes = (("y", "row_label", pairs.rows), ("x", "column_label", pairs.columns))
    return Marks(
        frame.index.to_numpy(),
        {
            name: Axis(pd.Categorical(frame[column]), tables, table.title, absent_from(table))
            for name, column, table in axes
        },
    )


def flow_marks(alluvial: Alluvial) -> Marks:
    """A node for each label of each table; the tables are the axes, by their places."""
    named = zip(alluvial.words, alluvial.tables, strict=True)
    return Marks(
        alluvial.nuclei,
        {str(place): Axis(words, (table.name,), table.title) for place, (words, table) in enumerate(named)},
    )


def table_marks(frame: pd.DataFrame, labels: pd.Categorical, columns: tuple[str, ...]) -> Marks:
    """A bar for each label of a table's rows, which the cloud's columns tell."""
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    return Marks(
        rows["nucleus_id"].to_numpy(), {"y": Axis(coded_words(rows["code"].to_numpy(), words), columns)}
    )


def placed_marks(
    frame: pd.DataFrame,
    labels: pd.Categorical,
    columns: tuple[str, ...],
    place: str,
    preset: LayerPreset,
    areas: OfficialAreas | None = None,
) -> Marks:
    """A piece for each label in each layer or area."""
    marks = table_marks(frame, labels, columns)
    rows, _ = nuclei_once(frame["nucleus_id"], labels)
    at = _places(frame.iloc[rows.index], place, preset, areas)
    return Marks(marks.nuclei, {"name": marks.axes["y"], "y": at})


def place_columns(wide: pd.DataFrame, official: OfficialAreas | None) -> dict[str, pd.Categorical]:
    """Columns of the cloud that tell the layer of each nucleus, whatever the preset, and its area."""
    borders = np.unique([border for preset in VOLUME.layer_presets for border in preset.drawn])
    between = np.searchsorted(borders, wide["depth_um"].to_numpy(dtype=float), side="right")
    between[wide["depth_um"].isna()] = -1
    areas = areas_of(wide.index.to_numpy(), wide["x_um"], wide["z_um"], official)
    return {LAYERS: coded_words(between, range(len(borders) + 1)), AREA: areas}


def _places(frame: pd.DataFrame, place: str, preset: LayerPreset, official: OfficialAreas | None) -> Axis:
    """The layer or the area of each row."""
    if place == "layer":
        codes, places, column = layer_codes(frame["depth_um"], preset), layers_of(preset), LAYERS
    else:
        found = areas_of(frame["nucleus_id"].to_numpy(), frame["x_um"], frame["z_um"], official)
        codes, places, column = found.codes, tuple(found.categories), AREA
    return Axis(coded_words(np.where(codes < 0, len(places), codes), [*places, NO_POSITION]), (column,))


def _source(view: TableView) -> tuple[str, ...]:
    return (view.label_source.table.name,) if view.label_source else ()
