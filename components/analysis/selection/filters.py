"""The reader's filters: which rows of a table pass them, in which words, and what each leaves out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ranges import Range, range_words
from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import area_codes, in_column, layer_codes, layers_of
from data.volume.volume import LayerPreset

ALL_TOGETHER = "all filters together"
"""The last row of `filter_effect`."""
MOST_PLACES = 4_000_000
"""Nucleus IDs are below a million: so many flags are set and counted faster than IDs are sorted."""


@dataclass(frozen=True)
class Filters:
    """What the reader wants to see of a table; () , None and "any" filter nothing.

    Attributes
    ----------
    labels : tuple of str
        Labels at the page's level; `UNMAPPED` stands for rows without one there.
    classes : tuple of str
        Classes, or `UNMAPPED`.
    layers, areas : tuple of str
        Of `CORTICAL_LAYERS` by a preset, and of `Volume.areas` (approximate).
    depth_um, volume_um3 : tuple of (low, high) or None
        Both ends included; an end may be infinite. A row without the number does not pass.
    column : "any", "inside" or "outside"
        Of the V1 column that was labelled by hand.
    root : "any", "with" or "without"
        Whether the nucleus has a segment (`root_id` other than 0).
    ranges : tuple of Range
        In further columns.
    """

    labels: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    depth_um: tuple[float, float] | None = None
    volume_um3: tuple[float, float] | None = None
    column: Literal["any", "inside", "outside"] = "any"
    root: Literal["any", "with", "without"] = "any"
    ranges: tuple[Range, ...] = ()

    @property
    def limits(self) -> tuple[Range, ...]:
        """All ranges, those of depth and volume first."""
        own = (("depth_um", self.depth_um), ("volume_um3", self.volume_um3))
        return (*(Range(name, *ends) for name, ends in own if ends is not None), *self.ranges)


def filter_masks(
    frame: pd.DataFrame,
    labels: pd.Categorical,
    classes: pd.Categorical,
    filters: Filters,
    preset: LayerPreset,
) -> dict[str, np.ndarray]:
    """Say for each filter which rows pass it.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame, n rows.
    labels, classes : Categorical, length n
        Of each row, at the page's level and at the level of class; missing = unmapped.
    filters : Filters
        The reader's choice.
    preset : LayerPreset
        Whose layers.

    Returns
    -------
    dict of bool arrays, length n
        By the filter's words ("layer L4 or L5"), for those that filter something; True = passes.

    Raises
    ------
    DataError
        If a filter asks for a column that the frame does not hold.
    """
    # What filters nothing has no words, and falls away by them before its mask is made.
    masks: dict[str, Callable[[], np.ndarray]] = {
        _named("label", filters.labels): lambda: _among(labels, filters.labels),
        _named("class", filters.classes): lambda: _among(classes, filters.classes),
        _named("layer", filters.layers): lambda: _in_layers(frame, filters.layers, preset),
        _named("area", filters.areas): lambda: _in_areas(frame, filters.areas),
        COLUMN_WORDS[filters.column]: lambda: _by_column(frame, inside=filters.column == "inside"),
        ROOT_WORDS[filters.root]: lambda: (_held(frame, "root_id") != 0) == (filters.root == "with"),
    }
    ranged = {range_words(limits): _between(frame, limits) for limits in filters.limits}
    return {words: passes() for words, passes in masks.items() if words} | ranged


def kept(masks: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Say which of n rows pass all filters; without any, all do."""
    passing = np.ones(n, dtype=bool)
    for mask in masks.values():
        passing &= mask
    return passing


def filter_words(filters: Filters, preset: LayerPreset) -> str:
    """Say the filters in words for a caption; "" where nothing is filtered."""
    said = [
        _named("label", filters.labels),
        _named("class", filters.classes),
        _named("layer", filters.layers) and f"{_named('layer', filters.layers)} after {preset.name}",
        _named("area", filters.areas) and f"{_named('area', filters.areas)} (approximate)",
        COLUMN_WORDS[filters.column],
        ROOT_WORDS[filters.root],
        *(range_words(limits) for limits in filters.limits),
    ]
    return ", ".join(words for words in said if words)


def filter_effect(nucleus_ids: pd.Series, masks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Count what each filter does, in nuclei.

    Parameters
    ----------
    nucleus_ids : Series of int64, length n
        Nucleus of each row. One with several rows passes where any of them does.
    masks : mapping of words to bool arrays, length n
        As `filter_masks` gives them.

    Returns
    -------
    DataFrame
        Index `filter`: each filter's words, then `ALL_TOGETHER`. Columns, counts of nuclei: `kept` and
        `left_out` by this filter alone, which add up to all; `only_this`, those that would come back
        if this filter were taken away and the others stayed.
    """
    place, places = _places(nucleus_ids.to_numpy())

    def count(rows: np.ndarray) -> int:
        if n == len(rows):  # each nucleus has one row
            return int(np.count_nonzero(rows))
        return _count_distinct(place[rows], places)

    n = _count_distinct(place, places)
    passing = kept(masks, len(nucleus_ids))
    refusals = np.zeros(len(nucleus_ids), dtype=np.uint8)
    for mask in masks.values():
        refusals += ~mask
    total = count(passing)
    effects = []
    for mask in masks.values():
        alone = count(mask)
        without = count(passing | ((refusals == 1) & ~mask))
        effects.append((alone, n - alone, without - total))
    effects.append((total, n - total, n - total))
    index = pd.Index([*masks, ALL_TOGETHER], name="filter")
    return pd.DataFrame(effects, index=index, columns=["kept", "left_out", "only_this"])


COLUMN_WORDS = {"any": "", "inside": "inside the V1 column", "outside": "outside the V1 column"}
ROOT_WORDS = {"any": "", "with": "with a segment", "without": "no segment (root 0)"}


def _named(what: str, chosen: tuple[str, ...]) -> str:
    return f"{what} {' or '.join(chosen)}" if chosen else ""


def _among(labels: pd.Categorical, chosen: tuple[str, ...]) -> np.ndarray:
    # One place more, at the end, for what is unmapped: its code is -1.
    wanted = np.array([*(word in chosen for word in labels.categories), UNMAPPED in chosen])
    return wanted[labels.codes]


def _in_layers(frame: pd.DataFrame, chosen: tuple[str, ...], preset: LayerPreset) -> np.ndarray:
    wanted = [code for code, layer in enumerate(layers_of(preset)) if layer in chosen]
    return np.isin(layer_codes(_held(frame, "depth_um"), preset), wanted)


def _in_areas(frame: pd.DataFrame, chosen: tuple[str, ...]) -> np.ndarray:
    wanted = [code for code, area in enumerate(VOLUME.areas) if area in chosen]
    return np.isin(area_codes(_held(frame, "x_um"), _held(frame, "z_um")), wanted)


def _by_column(frame: pd.DataFrame, *, inside: bool) -> np.ndarray:
    """A nucleus whose place is not known is neither inside nor outside."""
    x, depth, z = (_held(frame, axis) for axis in ("x_um", "depth_um", "z_um"))
    within = in_column(x, depth, z)
    return within if inside else ~within & ~np.isnan(x + depth + z)


def _between(frame: pd.DataFrame, limits: Range) -> np.ndarray:
    numbers = _held(frame, limits.column)
    return (numbers >= limits.low) & (numbers <= limits.high)


def _held(frame: pd.DataFrame, column: str) -> np.ndarray:
    if column not in frame:
        raise DataError(f"The table has no column {column} to filter by.", "Clear the filters.")
    return frame[column].to_numpy()


def _count_distinct(places: np.ndarray, most: int) -> int:
    seen = np.zeros(most, dtype=bool)
    seen[places] = True
    return int(np.count_nonzero(seen))


def _places(ids: np.ndarray) -> tuple[np.ndarray, int]:
    """Give each row's nucleus a place, one for all its rows, and say how many places are needed."""
    if len(ids) and (span := int(ids.max()) - int(ids.min()) + 1) <= MOST_PLACES:
        return ids - ids.min(), span
    place, distinct = pd.factorize(ids)
    return place, len(distinct)
