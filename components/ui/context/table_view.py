"""A table view: the reader's choice of table, label source, level, layers and filters, and the rows kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NoReturn

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.areas import OfficialAreas
from components.analysis.labels.ids import each_once
from components.analysis.labels.levels import source_labels
from components.analysis.selection.filter_rows import LabelledRows
from components.analysis.selection.filters import Filters, filter_masks, filter_words, kept
from components.ui.context.denominator import load_axis_table
from components.ui.context.filters import pick_filters, show_chips, show_filter_effect
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption
from components.ui.session.colours import LEVEL_TITLES
from components.ui.session.links import begin_choice, note_default
from components.ui.session.notices import show_nothing, show_problem, show_table_doubts, table_notes
from components.ui.session.release import (
    current_release,
    load_at_hand,
    load_labels,
    official_areas,
    table_title,
)
from components.ui.workbench.layout import Workbench
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.errors import DataError
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei
from data.volume import VOLUME
from data.volume.volume import LayerPreset

LEVELS_OF = {"class": ["Type", "Neuron"], "group": ["Type", "Class", "Neuron"], "neuron": ["Type"]}
"""Titles of the levels to choose from, by the label level of a table; any other table has all."""


@dataclass(frozen=True)
class TableView:
    """One table at a level, with the reader's filters.

    Attributes
    ----------
    loaded : LabelTable
    label_source : LabelTable or None
        The table whose labels the rows carry: `loaded` itself if it labels nuclei, else another.
    level : Level
    labels : Categorical
        Label of each row of `loaded.frame` at the level; missing = unmapped.
    filters : Filters
    preset : LayerPreset
        Whose layers.
    masks : mapping of str to ndarray of bool
        By filter key, which rows of `loaded.frame` pass it.
    areas : OfficialAreas or None
        The release's own; None: areas are those of the fitted planes.
    """

    loaded: LabelTable
    label_source: LabelTable | None
    level: Level
    labels: pd.Categorical
    filters: Filters
    preset: LayerPreset
    masks: Mapping[str, np.ndarray] = field(default_factory=dict)
    areas: OfficialAreas | None = None

    @property
    def table(self) -> Table:
        """The table's catalogue entry."""
        return self.loaded.table

    @cached_property
    def mask(self) -> np.ndarray:
        """Which rows of `loaded.frame` pass all filters."""
        return kept(self.masks, len(self.loaded.frame))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows that pass."""
        return self.loaded.frame if self.mask.all() else self.loaded.frame[self.mask]

    @property
    def source_name(self) -> str | None:
        """The name of the table that labels these nuclei; None where none does."""
        return self.label_source.table.name if self.label_source else None

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
    def within(self) -> np.ndarray | None:
        """The nuclei that it shows; None where these are all that its label source holds."""
        return None if self.is_whole and self.label_source is self.loaded else self.nuclei

    @property
    def key(self) -> tuple[object, ...]:
        """Identifies the table view in caches."""
        source = self.label_source and self.label_source.key
        areas = self.areas and self.areas.key
        return self.loaded.key, source, self.level, self.filters.key, self.preset.name, areas

    @property
    def title(self) -> str:
        """The table's title, and the label source's where that is another table."""
        other = None if self.label_source is self.loaded else self.label_source
        return self.table.title + (f" by {other.table.title}" if other else "")

    @property
    def filter_words(self) -> str:
        """The filters in words; "" without any."""
        return filter_words(self.filters, self.preset, self.areas)

    def caption(self, of: str = "", content: str = "") -> str:
        """Caption of a figure: content, release, what is counted, filters, source.

        By default the content is the table at its level, and the nuclei are counted.
        """
        level = "" if self.level == "type" else f", {self.level}"
        words = self.filter_words
        count = f"n = {of or of_nuclei(len(self.nuclei))}"
        return figure_caption(content or f"{self.title}{level}", f"{count} · {words}" if words else count)


def pick_table_view(
    bench: Workbench,
    names: Sequence[str],
    *,
    key: str,
    otherwise: Callable[[], None],
    as_axis: bool = False,
) -> TableView:
    """Let the reader choose a table of the page, its level, layers and filters; the link holds the choices.

    Parameters
    ----------
    bench : Workbench
        The choices go into its bars.
    names : sequence of str
        The page's tables; the default is the first that can be loaded.
    key : str
        Of the choice of table; the page's name.
    otherwise : callable
        Shows what the page can say without rows.
    as_axis : bool
        Offer the tables as axis tables: in a list, each loaded only when chosen, units read as coregistered
        or not.

    Returns
    -------
    TableView
        If the table cannot be loaded or no row passes the filters, the page ends here instead, with the
        reason and what `otherwise` shows.
    """
    label_source, level = None, LEVEL_TITLES["Type"]
    with bench.choices:
        loaded = _pick_axis_table(names, key, bench) if as_axis else _pick_table(names, key, bench)
        if loaded is None:
            _end(bench, otherwise)
        if as_axis:
            label_source = loaded
        else:
            label_source = _pick_label_source(loaded)
            level = _pick_level(loaded, label_source)
    labels, classes = _labels(loaded, label_source, level), _labels(loaded, label_source, "class")
    with bench.chips, st.popover("Filter", icon=":material/filter_alt:", key="filters"):
        preset = _pick_preset()
        areas = official_areas()
        rows_key = (loaded.key, label_source and label_source.key, level, preset.name, areas and areas.key)
        rows = LabelledRows(loaded.frame, labels, classes, preset, rows_key, areas)
        filters, keys = pick_filters(rows, loaded.table.title)
        masks = filter_masks(rows, filters)
        whole = "of the table"
        if as_axis and loaded.table.kind == "units":  # read as a label for every nucleus at hand
            whole = f"at hand, {loaded.provenance.nuclei:,} of them coregistered"
        show_filter_effect(loaded.frame["nucleus_id"], filters, masks, whole)
    with bench.chips:
        show_chips(filters, keys)
    view = TableView(loaded, label_source, level, labels, filters, preset, masks, areas)
    if not view.mask.any():
        with bench.notices:
            title = loaded.table.title
            show_nothing(
                f"No nucleus of {title} passes all the filters: loosen one, or clear them."
                if filters
                else f"No row of {title} names a nucleus of this release: check its IDs and their release."
            )
        _end(bench, otherwise)
    return view


def unfiltered_view(loaded: LabelTable, level: Level) -> TableView:
    """All nuclei of a table that labels them, at a level."""
    labels, preset = _labels(loaded, loaded, level), VOLUME.layer_presets[0]
    return TableView(loaded, loaded, level, labels, Filters(), preset, areas=official_areas())


def label_view(loaded: LabelTable, level: Level, label: str) -> TableView:
    """The nuclei that a table gives a label at a level."""
    view, filters = unfiltered_view(loaded, level), Filters({"label": (label,)})
    rows = LabelledRows(loaded.frame, view.labels, _labels(loaded, loaded, "class"), view.preset)
    return replace(view, filters=filters, masks=filter_masks(rows, filters))


def _end(bench: Workbench, otherwise: Callable[[], None]) -> NoReturn:
    with bench.left:
        otherwise()
    st.stop()


def _pick_preset() -> LayerPreset:
    presets = {preset.name: preset for preset in VOLUME.layer_presets}
    if not VOLUME.layer_presets[0].boundaries:
        return VOLUME.layer_presets[0]
    notes = "  \n".join(f"**{preset.name}**: {preset.source}. {preset.note}" for preset in presets.values())
    return presets[st.selectbox("Layers after", list(presets), key="layers", bind="query-params", help=notes)]


def _pick_axis_table(names: Sequence[str], key: str, bench: Workbench) -> LabelTable | None:
    """An axis table from a list; None, and the reason on the page, if it cannot be loaded."""
    local = current_release().source.local
    at_hand = [name for name in names if local and isinstance(load_labels(name), LabelTable)]
    titles = {table_title(name): name for name in dict.fromkeys([*at_hand[:1], *names])}
    begin_choice(key, titles, next(iter(titles)))
    chosen = titles[st.selectbox("Rows", list(titles), key=key, bind="query-params", width=230)]
    return _with_notice(chosen, load_axis_table(chosen), bench)


def _pick_table(names: Sequence[str], key: str, bench: Workbench) -> LabelTable | None:
    """One of the page's tables; None, and the reason on the page, if it cannot be loaded."""
    loaded = {table_title(name): load_labels(name) for name in names}
    at_hand = [title for title, table in loaded.items() if isinstance(table, LabelTable)]
    chosen = next(iter(loaded))
    if len(loaded) > 1:
        default = (at_hand or list(loaded))[0]
        note_default(key, default)
        place = list(loaded).index(default)
        chosen = st.selectbox("Table", list(loaded), place, key=key, bind="query-params", width=230)
    absent = {
        title: error for title, error in loaded.items() if isinstance(error, DataError) and title != chosen
    }
    if absent:
        with bench.chips, st.popover("Not at hand", icon=":material/inventory_2:", type="tertiary"):
            for title, error in absent.items():
                show_problem(error, current_release().tables.find(title))
    table = current_release().tables.find(chosen)
    return _with_notice(table.name, loaded[chosen], bench, at_hand)


def _with_notice(
    name: str, loaded: LabelTable | DataError, bench: Workbench, others: Sequence[str] = ()
) -> LabelTable | None:
    """Say what a table's rows lack, or why there are none; return the table if there are."""
    if isinstance(loaded, LabelTable):
        with bench.notices:
            show_table_doubts(loaded)
        if notes := table_notes(loaded):
            with bench.chips, st.popover("Notes", icon=":material/info:", type="tertiary"):
                st.caption(notes)
        return loaded
    with bench.notices:
        show_problem(loaded, current_release().tables[name])
        absent = f"{table_title(name)} is not at hand, so there is nothing to show of it."
        show_nothing(absent + (f" Choose {' or '.join(others)} above." if others else ""))
    return None


def _pick_label_source(loaded: LabelTable) -> LabelTable | None:
    """The table itself if it labels nuclei, else one that the reader chooses; None if none is at hand."""
    if "cell_type" in loaded.frame:
        return loaded
    at_hand = load_at_hand(*CATALOG.label_sources)
    titles = {at_hand[name].table.title: at_hand[name] for name in CATALOG.label_sources if name in at_hand}
    if not titles:
        return None
    key = f"{loaded.table.family}-types-from"
    begin_choice(key, titles, next(iter(titles)), "types-from")
    meaning = f"{loaded.table.title} holds no labels: its nuclei are named by this table."
    options = list(titles)
    return titles[
        st.selectbox("Cell types from", options, key=key, bind="query-params", help=meaning, width=230)
    ]


def _pick_level(loaded: LabelTable, label_source: LabelTable | None) -> Level:
    """A level at which the labels mean something."""
    label_level = label_source.table.level if label_source else None
    titles = LEVELS_OF.get(label_level or "neuron", list(LEVEL_TITLES))
    if len(titles) == 1:
        return "type"
    key = f"{loaded.table.family}-level"
    begin_choice(key, titles, "Type", "level", "level-")
    chosen = st.segmented_control(
        "Level", titles, default="Type", required=True, key=key, bind="query-params",
        label_visibility="collapsed",
        help="Type: the label as the table spells it. Coarser levels follow the crosswalk; a label without a "
        "counterpart there is shown as unmapped.",
    )  # fmt: skip
    return LEVEL_TITLES[chosen]


@cached()
def _labels(loaded: LabelTable, label_source: LabelTable | None, level: Level) -> pd.Categorical:
    own = label_source is not None and loaded.key == label_source.key
    source = loaded if own else label_source
    return source_labels(loaded.frame, source.frame if source else None, level)


@cached()
def _nuclei(view: TableView) -> np.ndarray:
    """Each nucleus once, sorted; `np.unique` hashes first, which takes three times as long."""
    nuclei = each_once(view.frame["nucleus_id"])
    nuclei.setflags(write=False)
    return nuclei
