"""The reader's filters: each is one row of `FILTERS`, which holds everything about it.

A row says what it tests of a table's rows, what there is to choose, how it is called on screen, in captions
and in links, the selection that means the same, and the code that it becomes. A new filter is a new row.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.comparison.units import PUBLISHED_CUT
from components.analysis.labels.areas import APPROXIMATE, OFFICIAL, OfficialAreas, areas_of
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ranges import Range, range_words
from components.analysis.selection.kinds import TRAITS, Filtered, Trait
from data.errors import DataError
from data.labels.entry import Level
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import layer_bounds, layer_codes, layers_of
from data.volume.volume import LayerPreset

Mask = NDArray[np.bool_]
Choice = tuple[str, ...] | str | Range
C = TypeVar("C", tuple[str, ...], str, Range)


@dataclass(frozen=True)
class LabelledRows:
    """The rows of a table, as filters read them.

    Attributes
    ----------
    frame : DataFrame
        A tidy frame, n rows.
    labels, classes : Categorical, length n
        Of each row, at the page's level and at the level of class; missing = unmapped.
    preset : LayerPreset
        Whose layers.
    key : hashable
        What tells these rows and labels from every other, for caches.
    areas : OfficialAreas or None
        The release's own; None: those of the fitted planes.
    """

    frame: pd.DataFrame
    labels: pd.Categorical
    classes: pd.Categorical
    preset: LayerPreset
    key: Hashable = None
    areas: OfficialAreas | None = None

    def columns(self, names: tuple[str, ...]) -> list[np.ndarray]:
        """Give columns of the frame; raises `DataError` where it lacks one."""
        for name in names:
            if name not in self.frame:
                raise DataError(f"The table has no column {name} to filter by.", "Clear the filters.")
        return [self.frame[name].to_numpy() for name in names]


class FilteredTable(NamedTuple):
    """Filtered rows, for a selection of them: their table, the table of their labels, the level."""

    table: str
    label_source: str | None
    level: Level
    preset: LayerPreset


@dataclass(frozen=True, kw_only=True)
class Filter(ABC, Generic[C]):
    """What every filter has.

    Attributes
    ----------
    key : str
        Its name: in links it is `only-KEY`.
    title, help : str
        Of its widget, with the words of `template_words`. A slider is named for its column.
    columns : tuple of str
        Columns it reads; where the frame lacks one, the filter is not offered.
    note : str
        What a caption adds to its words, likewise.
    """

    key: str
    title: str = ""
    help: str = ""
    columns: tuple[str, ...] = ()
    note: str = ""

    def parameter(self, table: str = "") -> str:
        """Name it as links do; `table` is the title of the table that is filtered."""
        return f"only-{self.key}"

    def offered(self, rows: LabelledRows) -> tuple[str, ...]:
        """List what some row has, in the order of display; nothing where that leaves no choice."""
        options = self.options(rows) if {*self.columns} <= {*rows.frame.columns} else ()
        return options if len(options) > 1 else ()

    @abstractmethod
    def options(self, rows: LabelledRows) -> tuple[str, ...]:
        """List what some row has."""

    @abstractmethod
    def mask(self, rows: LabelledRows, chosen: C) -> Mask:
        """Flag the rows that pass; raises `DataError` where the frame lacks a column."""

    @abstractmethod
    def words(self, chosen: C) -> str:
        """Describe what passes: "layer L4 or L5"."""

    def recipe(self, chosen: C, shown: FilteredTable) -> Filtered | None:
        """Make the selection that means the same; None where there is none."""
        return None


@dataclass(frozen=True, kw_only=True)
class Several(Filter[tuple[str, ...]]):
    """Keeps the rows that have one of the chosen values: picked from a list.

    Attributes
    ----------
    values : callable
        Gives each row's value.
    missing : str or None
        What a row without a value counts as; None: it never passes.
    code : str
        Lines that end in `rows`, the rows that pass, with the literals `{chosen}`, `{layers}`, `{bounds}`.
    to_recipe : callable
        Makes its `recipe`.
    """

    values: Callable[[LabelledRows], pd.Categorical]
    missing: str | None = None
    code: str = ""
    to_recipe: Callable[[tuple[str, ...], FilteredTable], Filtered | None] = lambda chosen, shown: None

    def options(self, rows: LabelledRows) -> tuple[str, ...]:
        """List the values, what is missing last."""
        values = self.values(rows)
        names = [*values.categories, self.missing]
        # What is missing has the code -1, which counts from the end: so it does in `names`.
        present = np.bincount(np.asarray(values.codes) % len(names), minlength=len(names))
        return tuple(name for name, n in zip(names, present, strict=True) if n and name is not None)

    def mask(self, rows: LabelledRows, chosen: tuple[str, ...]) -> Mask:
        """Flag the rows with a chosen value."""
        rows.columns(self.columns)
        values = self.values(rows)
        return np.array([name in chosen for name in (*values.categories, self.missing)])[values.codes]

    def words(self, chosen: tuple[str, ...]) -> str:
        """Describe the choice: "layer L4 or L5"."""
        return f"{self.key} {' or '.join(chosen)}"

    def recipe(self, chosen: tuple[str, ...], shown: FilteredTable) -> Filtered | None:
        """Make the selection that means the same."""
        return self.to_recipe(chosen, shown)


@dataclass(frozen=True, kw_only=True)
class Called(Several):
    """Keeps the rows with one of the chosen labels.

    Attributes
    ----------
    level : Level or None
        At which; None: the page's. Such a choice is the table's own, and its title is part of the link.
    """

    missing: str | None = UNMAPPED
    level: Level | None = None

    def parameter(self, table: str = "") -> str:
        """Name it as links do."""
        return super().parameter() if self.level else f"only-{table}"

    def recipe(self, chosen: tuple[str, ...], shown: FilteredTable) -> Filtered | None:
        """Select by the labels; None where no table labels the rows."""
        if shown.label_source is None:
            return None
        return Filtered(shown.label_source, chosen, level=self.level or shown.level)


@dataclass(frozen=True, kw_only=True)
class Either(Filter[str]):
    """Keeps the rows of one of two kinds: picked by a button.

    Attributes
    ----------
    kinds : mapping of str to Trait
        By the words of the button.
    """

    kinds: Mapping[str, Trait]

    def options(self, rows: LabelledRows) -> tuple[str, ...]:
        """List the kinds that some row is of."""
        return tuple(name for name in self.kinds if self.mask(rows, name).any())

    def mask(self, rows: LabelledRows, chosen: str) -> Mask:
        """Flag the rows of a kind."""
        return self.kinds[chosen].holds(*rows.columns(self.columns))

    def words(self, chosen: str) -> str:
        """Describe the kind."""
        return self.kinds[chosen].words

    def recipe(self, chosen: str, shown: FilteredTable) -> Filtered | None:
        """Select by the kind, where selections have such a trait."""
        words = [word for word, trait in TRAITS.items() if trait is self.kinds[chosen]]
        return Filtered(shown.table, traits=((words[0],),)) if words else None


@dataclass(frozen=True, kw_only=True)
class Span(Filter[Range]):
    """Keeps the rows within a range of a column, both ends included: picked by a slider.

    A row without the number does not pass.

    Attributes
    ----------
    ends : tuple of (low, high)
        Of the slider: the same for all tables, so that a link means the same on each.
    step : int or float
        Of the ends' type.
    begins : Range or None
        What is chosen before the reader chooses.
    """

    ends: tuple[float, float]
    step: float
    begins: Range | None = None

    @property
    def column(self) -> str:
        """The column that it reads."""
        (column,) = self.columns
        return column

    @property
    def first(self) -> tuple[float, float]:
        """The ends that the slider begins with."""
        if self.begins is None:
            return self.ends
        low, high = self.ends
        return int(max(low, self.begins.low)), int(min(high, self.begins.high))

    def limits(self, low: float, high: float) -> Range | None:
        """Read the slider: at its end it is open, and at both it filters nothing."""
        lowest, highest = self.ends
        bottom, top = -inf if low == lowest else float(low), inf if high == highest else float(high)
        return None if (low, high) == self.ends else Range(self.column, bottom, top)

    def options(self, rows: LabelledRows) -> tuple[str, ...]:
        """List the ends of the slider; none where most values lie beyond them, as of a confidence in %."""
        (numbers,) = rows.columns(self.columns)
        known = numbers[np.isfinite(numbers)]
        beyond = (known < self.ends[0]) | (known > self.ends[1])
        return () if 2 * np.count_nonzero(beyond) > len(known) else tuple(map(str, self.ends))

    def mask(self, rows: LabelledRows, chosen: Range) -> Mask:
        """Flag the rows inside."""
        (numbers,) = rows.columns(self.columns)
        return (numbers >= chosen.low) & (numbers <= chosen.high)

    def words(self, chosen: Range) -> str:
        """Describe the range: "depth 100–250 µm"."""
        return range_words(chosen)

    def recipe(self, chosen: Range, shown: FilteredTable) -> Filtered:
        """Select by the range."""
        return Filtered(shown.table, ranges=(chosen,))


def _layers(rows: LabelledRows) -> pd.Categorical:
    codes, layers = layer_codes(rows.frame["depth_um"], rows.preset), layers_of(rows.preset)
    return pd.Categorical.from_codes(codes, layers)  # type: ignore[arg-type]  # the stubs want an Index


def _areas(rows: LabelledRows) -> pd.Categorical:
    nuclei, x_um, z_um = (rows.frame[name].to_numpy() for name in ("nucleus_id", "x_um", "z_um"))
    return areas_of(nuclei, x_um, z_um, rows.areas)


def template_words(preset: LayerPreset, areas: OfficialAreas | None) -> dict[str, object]:
    """What the words of a filter may name: whose layers, where areas come from, and what that is."""
    about = areas.table.table.about if areas else VOLUME.area_note
    return {"preset": preset, "areas": OFFICIAL if areas else APPROXIMATE, "about_areas": about}


def _layer_depths(chosen: tuple[str, ...], shown: FilteredTable) -> Filtered | None:
    """Select adjacent layers by their depths; None for others.

    A range holds both its ends, and a boundary belongs to the deeper layer: the caller compares the nuclei.
    """
    bounds = layer_bounds(shown.preset)
    places = [place for place, (name, *_) in enumerate(bounds) if name in chosen]
    if not places or places != list(range(places[0], places[-1] + 1)):
        return None
    top, bottom = bounds[places[0]][1], bounds[places[-1]][2]
    limits = Range("depth_um", -inf if top == 0 else top, inf if bottom == VOLUME.deepest_um else bottom)
    return Filtered(shown.table, ranges=(limits,))


def _in_areas(chosen: tuple[str, ...], shown: FilteredTable) -> Filtered | None:
    """Select by areas; None for words that are none."""
    return Filtered(shown.table, traits=(chosen,)) if {*chosen} <= {*VOLUME.areas} else None


_LAYER_CODE = """\
layers = {layers}  # after {preset.name}
bounds = {bounds}  # µm
bounds = [-np.inf, *bounds, np.inf]
layers = pd.cut(rows["depth_um"], bounds, right=False, labels=layers)
rows = rows[layers.isin({chosen})]"""
_FAR, _UNCLEAR = PUBLISHED_CUT

_ROWS: tuple[Filter[Any], ...] = (
    Called(
        key="label", title="Label", values=lambda rows: rows.labels,
        help="Labels of this table at the chosen level; unmapped: without a counterpart at that level.",
    ),
    Called(
        key="class", title="Class", values=lambda rows: rows.classes, level="class",
        help="By the crosswalk, whatever the level; unmapped: a label without a class, or no label.",
    ),
    Several(
        key="layer", title="Layer", values=_layers, columns=("depth_um",), to_recipe=_layer_depths,
        help="{preset.name}: {preset.source}. {preset.note}", note=" after {preset.name}", code=_LAYER_CODE,
    ),
    Several(
        key="area", title="Area ({areas})", values=_areas, columns=("x_um", "z_um"),
        help="{about_areas}", note=" ({areas})", code="rows = rows[area_of(rows).isin({chosen})]",
        to_recipe=_in_areas,
    ),
    Either(
        key="column", title=VOLUME.column_name, columns=POSITION,
        kinds={"Inside": TRAITS["column"], "Outside": TRAITS["off-column"]},
        help=VOLUME.column_note,
    ),
    Either(
        key="root", title="Root ID", columns=("root_id",),
        kinds={"With a segment": TRAITS["root"], "No segment (root 0)": TRAITS["rootless"]},
        help="Root 0: the nucleus lies where the segmentation holds no object, mostly at the volume's edges.",
    ),
    Span(key="depth", columns=("depth_um",), ends=(0, int(VOLUME.deepest_um)), step=5),
    Span(key="volume", columns=("volume_um3",), ends=(0, 800), step=10),
    Span(key="residual", columns=("residual_um",), ends=(0, 50), step=1, begins=_FAR),
    Span(key="score", columns=("score_um",), ends=(-50, 50), step=1, begins=_UNCLEAR),
    Span(key="confidence", columns=("confidence",), ends=(0.0, 1.0), step=0.01),
)  # fmt: skip
FILTERS: dict[str, Filter[Any]] = {row.key: row for row in _ROWS}
"""Every filter by its key, in the order in which captions name them."""
