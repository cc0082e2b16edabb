"""What there is to filter a table by: only what some row has is offered."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ranges import MEASURES
from components.analysis.selection.filters import Filters, filter_masks
from data.volume import VOLUME
from data.volume.space import area_codes, in_column, layers_of
from data.volume.volume import LayerPreset


@dataclass(frozen=True)
class FilterOptions:
    """Values of each filter that at least one row has, in the order of display.

    Attributes
    ----------
    labels, classes : tuple of str
        `UNMAPPED` last, where a row is.
    layers, areas : tuple of str
    column : tuple of str
        "inside" and "outside" of the V1 column.
    root : tuple of str
        "with" and "without" a segment; () where the rows hold no root IDs.
    measures : tuple of str
        Columns of the frame that a range can be set in.
    """

    labels: tuple[str, ...]
    classes: tuple[str, ...]
    layers: tuple[str, ...]
    areas: tuple[str, ...]
    column: tuple[str, ...]
    root: tuple[str, ...]
    measures: tuple[str, ...]


def filter_options(
    frame: pd.DataFrame, labels: pd.Categorical, classes: pd.Categorical, preset: LayerPreset
) -> FilterOptions:
    """Find what a table can be filtered by.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame, n rows.
    labels, classes : Categorical, length n
        Of each row, at the page's level and at the level of class; missing = unmapped.
    preset : LayerPreset
        Whose layers.
    """

    def keeps_some(filters: Filters) -> bool:
        (mask,) = filter_masks(frame, labels, classes, filters, preset).values()
        return bool(mask.any())

    x, depth, z = (frame[axis].to_numpy() for axis in ("x_um", "depth_um", "z_um"))
    areas = np.bincount(area_codes(x, z) + 1, minlength=len(VOLUME.areas) + 1)[1:]
    inside = in_column(x, depth, z)
    sides = {"inside": inside, "outside": ~inside & ~np.isnan(x + depth + z)}
    roots = frame["root_id"].to_numpy() if "root_id" in frame else np.array([], dtype=np.int64)
    return FilterOptions(
        labels=_words(labels),
        classes=_words(classes),
        layers=tuple(layer for layer in layers_of(preset) if keeps_some(Filters(layers=(layer,)))),
        areas=tuple(area for area, n in zip(VOLUME.areas, areas, strict=True) if n),
        column=tuple(side for side, mask in sides.items() if mask.any()),
        root=tuple(side for side, mask in {"with": roots != 0, "without": roots == 0}.items() if mask.any()),
        measures=tuple(name for name in MEASURES if name in frame),
    )


def _words(labels: pd.Categorical) -> tuple[str, ...]:
    counts = np.bincount(np.asarray(labels.codes) + 1, minlength=len(labels.categories) + 1)
    named = (str(word) for word, n in zip(labels.categories, counts[1:], strict=True) if n)
    return (*named, *([UNMAPPED] if counts[0] else []))
