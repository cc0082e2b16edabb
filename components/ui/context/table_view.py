"""What a family page shows now: the reader's table, level, layers and filters, and what they keep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.ids import each_once
from components.analysis.labels.label_source import labels_from, own_labels
from components.analysis.selection.filter_rows import LabelledRows
from components.analysis.selection.filters import Filters, filter_masks, filter_words, kept
from components.ui.context.filters import pick_filters, show_filter_effect
from components.ui.context.pickers import pick_axis_table, pick_table
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.notices import show_nothing
from data.labels.entry import Level
from data.loader import LabelTable
from data.volume.volume import LayerPreset


@dataclass(frozen=True)
class TableView:
    """One table, read at a level, and what the reader's filters keep of it.

    Attributes
    ----------
    one : LabelTable
    label_source : LabelTable or None
        Whose labels the rows carry: `one` itself where it labels nuclei, else another table.
    level : Level
    labels : Categorical
        Label of each row of `one.frame` at the level; missing = unmapped.
    filters : Filters
    preset : LayerPreset
        Whose layers.
    masks : mapping of str to ndarray of bool
        By the key of each filter: which rows of `one.frame` pass it.
    """

    one: LabelTable
    label_source: LabelTable | None
    level: Level
    labels: pd.Categorical
    filters: Filters
    preset: LayerPreset
    masks: Mapping[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def mask(self) -> np.ndarray:
        """Which rows of `one.frame` pass all filters."""
        return kept(self.masks, len(self.one.frame))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows that pass."""
        return self.one.frame if self.mask.all() else self.one.frame[self.mask]

    @cached_property
    def kept_labels(self) -> pd.Categorical:
        """Their labels."""
        return self.labels if self.mask.all() else self.labels[self.mask]

    @cached_property
    def nuclei(self) -> np.ndarray:
        """Their nuclei: int64, sorted, each once."""
        return _nuclei(self)

    @property
    def is_whole(self) -> bool:
        """Whether no filter is active."""
        return not self.filters

    @property
    def key(self) -> tuple[object, ...]:
        """What tells this table view from every other, for caches."""
        return (
            self.one.key, self.label_source and self.label_source.key, self.level, self.filters.key,
            self.preset.name,
        )  # fmt: skip

    @property
    def title(self) -> str:
        """The table, and who names the types where it does not."""
        other = None if self.label_source is self.one else self.label_source
        return self.one.table.title + (f" by {other.table.title}" if other else "")

    @property
    def filter_words(self) -> str:
        """The filters in words; "" where none is active."""
        return filter_words(self.filters, self.preset)

    def caption(self, of: str = "nuclei", n: int | None = None) -> str:
        """Caption of a figure: what, which release, how many of what, filters, source."""
        level = "" if self.level == "type" else f", {self.level}"
        words = self.filter_words
        count = f"n = {len(self.nuclei) if n is None else n:,} {of}"
        return figure_caption(f"{self.title}{level}", f"{count} · {words}" if words else count)


def pick_table_view(
    names: Sequence[str],
    *,
    key: str,
    otherwise: Callable[[], None],
    as_axis: bool = False,
) -> TableView:
    """Let the reader choose a table of the page and what to see of it; the choices stand in the link.

    Parameters
    ----------
    names : sequence of str
        The page's tables; the first that can be had is the default.
    key : str
        Of the choice of table; the page's name.
    otherwise : callable
        Shows what the page can say without rows, where there are none.
    as_axis : bool
        Offer the tables as sides of a comparison: as a list, units read as coregistered or not, each
        loaded when it is chosen.

    Returns
    -------
    TableView
        Where the chosen table cannot be had, or nothing passes the filters, the page ends here: why, and
        what `otherwise` shows, stand on it.
    """
    basis = (pick_axis_table if as_axis else pick_table)(names, key)
    if basis is None:
        _end(otherwise)
    one, label_source, level, preset = basis
    labels, classes = _spoken(one, label_source, level), _spoken(one, label_source, "class")
    of = (one.key, label_source and label_source.key, level, preset.name)
    rows = LabelledRows(one.frame, labels, classes, preset, of)
    filters = pick_filters(rows, one.table.title)
    view = TableView(one, label_source, level, labels, filters, preset, filter_masks(rows, filters))
    show_filter_effect(one.frame["nucleus_id"], filters, view.masks, _whole(one, as_axis=as_axis))
    if not view.mask.any():
        show_nothing(f"No nucleus of {one.table.title} passes all the filters: loosen one, or clear them.")
        _end(otherwise)
    return view


def _end(otherwise: Callable[[], None]) -> NoReturn:
    """End the page with what it can say without rows."""
    otherwise()
    st.stop()


def _whole(one: LabelTable, *, as_axis: bool) -> str:
    """What a table's nuclei are all of: as a side, units speak of every nucleus at hand."""
    if not (as_axis and one.table.kind == "units"):
        return "of the table"
    return f"at hand, {one.provenance.nuclei:,} of them coregistered"


def _spoken(one: LabelTable, label_source: LabelTable | None, level: Level) -> pd.Categorical:
    if label_source is None:
        return pd.Categorical([None] * len(one.frame), categories=[])
    return _labels(one, label_source, level)


@cached(max_entries=64)
def _labels(one: LabelTable, label_source: LabelTable, level: Level) -> pd.Categorical:
    if one.key == label_source.key:
        return own_labels(one.frame, level)
    return labels_from(one.frame["nucleus_id"].to_numpy(), label_source.frame, level)


@cached(max_entries=64)
def _nuclei(view: TableView) -> np.ndarray:
    """Each nucleus once, sorted; numpy's own way hashes first, which takes three times as long."""
    found = each_once(view.frame["nucleus_id"])
    found.setflags(write=False)
    return found
