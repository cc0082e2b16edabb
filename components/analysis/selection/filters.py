"""The reader's filters together: the rows that pass, in words and as recipes, and what each leaves out."""

from collections.abc import Mapping
from itertools import chain

import numpy as np
import pandas as pd

from components.analysis.labels.areas import OfficialAreas
from components.analysis.labels.ids import each_once
from components.analysis.labels.ranges import Range
from components.analysis.selection.filter_rows import (
    FILTERS,
    Choice,
    FilteredTable,
    LabelledRows,
    Mask,
    template_words,
)
from components.analysis.selection.kinds import Filtered
from data.labels.entry import Level
from data.volume.volume import LayerPreset

ALL_TOGETHER = "all filters together"
"""The last row of `filter_effect`."""


class Filters(dict[str, Choice]):
    """What passes each of the reader's filters, by the filter's key; empty: everything passes.

    They are in the order of `FILTERS`. A choice of nothing, () or None, filters nothing and is not kept.
    """

    def __init__(self, chosen: Mapping[str, Choice | None] | None = None) -> None:
        choices = {key: choice for key, choice in (chosen or {}).items() if choice}
        super().__init__((key, choices[key]) for key in sorted(choices, key=[*FILTERS].index))

    @property
    def key(self) -> tuple[tuple[str, Choice], ...]:
        """What tells these filters from all others, for caches."""
        return tuple(self.items())


def filter_masks(rows: LabelledRows, filters: Filters) -> dict[str, Mask]:
    """Flag the rows that pass each filter, by its key.

    Raises
    ------
    DataError
        If a filter asks for a column that the frame does not hold.
    """
    return {key: FILTERS[key].mask(rows, chosen) for key, chosen in filters.items()}


def kept(masks: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Flag those of n rows that pass all filters; without filters, all."""
    passing = np.ones(n, dtype=bool)
    for mask in masks.values():
        passing &= mask
    return passing


def filter_words(filters: Filters, preset: LayerPreset, areas: OfficialAreas | None = None) -> str:
    """Write the filters in words for a caption; "" where nothing is filtered."""
    rows, words = ((FILTERS[key], chosen) for key, chosen in filters.items()), template_words(preset, areas)
    return ", ".join(row.words(chosen) + row.note.format(**words) for row, chosen in rows)


def filter_recipes(
    table: str, label_source: str | None, level: Level, filters: Filters, preset: LayerPreset
) -> tuple[Filtered, ...] | None:
    """Write filters as recipes, all of which a nucleus has to meet.

    Parameters
    ----------
    table : str
        Whose rows are filtered.
    label_source : str or None
        Whose labels the rows carry.
    level : Level
        At which.
    filters : Filters
    preset : LayerPreset
        Whose layers.

    Returns
    -------
    tuple of Filtered or None
        Conditions on rows are one recipe, since one row has to meet them all. None where a filter has no
        counterpart among selections.
    """
    shown = FilteredTable(table, label_source, level, preset)
    # Sliders first, and what else comes to a range after them.
    chosen = sorted(filters.items(), key=lambda item: not isinstance(item[1], Range))
    recipes = [FILTERS[key].recipe(choice, shown) for key, choice in chosen]
    worded = [recipe for recipe in recipes if recipe]
    if len(worded) < len(recipes):
        return None
    of_labels = tuple(recipe for recipe in worded if recipe.labels)
    ranges = tuple(chain.from_iterable(recipe.ranges for recipe in worded))
    traits = tuple(chain.from_iterable(recipe.traits for recipe in worded))
    return (*of_labels, Filtered(table, ranges=ranges, traits=traits)) if ranges or traits else of_labels


def filter_effect(nucleus_ids: pd.Series, masks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Count what each filter does, in nuclei.

    Parameters
    ----------
    nucleus_ids : Series of int64, length n
        Nucleus of each row. One with several rows passes where any of them does.
    masks : mapping of str to bool arrays, length n
        As `filter_masks` gives them.

    Returns
    -------
    DataFrame
        Index `filter`: the keys of `masks`, then `ALL_TOGETHER`. Columns, counts of nuclei: `kept` and
        `left_out` by this filter alone, which add up to all; `only_this`, those that would come back
        if this filter were taken away and the others stayed.
    """
    ids = nucleus_ids.to_numpy()
    n = len(each_once(ids))
    single = n == len(ids)

    def count(rows: np.ndarray) -> int:
        return int(np.count_nonzero(rows)) if single else len(each_once(ids[rows]))

    passing = kept(masks, len(nucleus_ids))
    refusals = np.sum([~mask for mask in masks.values()], axis=0)
    total = count(passing)
    effects = []
    for mask in masks.values():
        alone = count(mask)
        without = count(passing | ((refusals == 1) & ~mask))
        effects.append((alone, n - alone, without - total))
    effects.append((total, n - total, n - total))
    index = pd.Index([*masks, ALL_TOGETHER], name="filter")
    return pd.DataFrame(effects, index=index, columns=["kept", "left_out", "only_this"])
