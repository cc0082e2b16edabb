"""What a family page shows now: the reader's table, level, layers and filters, and what they keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.filters import Filters, filter_masks, filter_words, kept
from components.analysis.selection import Range
from components.analysis.speaking import labels_from, own_labels
from components.ui.colouring import LEVEL_TITLES
from components.ui.exports import synthetic_words
from components.ui.filters import pick_filters, show_filter_effect
from components.ui.notices import show_notes, show_nothing, show_problem
from components.ui.release import current_release, load_at_hand, load_labels, table_key
from components.ui.universe import load_side
from data.catalog import TABLES
from data.cell_types import Level
from data.errors import DataError
from data.loader import LabelTable
from data.space import LAYER_PRESETS, LayerPreset

SPEAKERS = (
    "aibs_soma_nuc_metamodel_preds_v117",
    "baylor_gnn_cell_type_fine_model_v2",
    "nucleus_ref_neuron_svm",
    "baylor_log_reg_cell_type_coarse_v1",
)
"""Tables that can name the cell types of rows without labels, the widest first."""

Basis = tuple[LabelTable, LabelTable | None, Level, LayerPreset]
"""The table, whose labels its rows carry, the level, whose layers."""


@dataclass(frozen=True)
class Scope:
    """One table, read at a level, and what the reader's filters keep of it.

    Attributes
    ----------
    one : LabelTable
    speaker : LabelTable or None
        Whose labels the rows carry: `one` itself where it labels nuclei, else another table.
    level : Level
    labels : Categorical
        Label of each row of `one.frame` at the level; missing = unmapped.
    filters : Filters
    preset : LayerPreset
        Whose layers.
    mask : ndarray of bool
        Which rows of `one.frame` pass all filters.
    """

    one: LabelTable
    speaker: LabelTable | None
    level: Level
    labels: pd.Categorical
    filters: Filters
    preset: LayerPreset
    mask: np.ndarray

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
        # Sorted by pandas: numpy hashes first, which takes three times as long.
        return np.sort(pd.unique(self.frame["nucleus_id"].to_numpy()))

    @property
    def is_whole(self) -> bool:
        """Whether no filter is active."""
        return self.filters == Filters()

    @property
    def key(self) -> tuple[object, ...]:
        """What tells this scope from every other, for caches."""
        speaker = table_key(self.speaker) if self.speaker else ""
        return (table_key(self.one), speaker, self.level, self.filters, self.preset.name)

    @property
    def title(self) -> str:
        """The table, and who names the types where it does not."""
        own = self.speaker is None or self.speaker is self.one
        return self.one.table.title + (
            "" if own or self.speaker is None else f" by {self.speaker.table.title}"
        )

    def caption(self, of: str = "nuclei", n: int | None = None) -> str:
        """Caption of a figure: what, which release, how many of what, filters, source."""
        opened = current_release()
        level = "" if self.level == "type" else f", {self.level}"
        what = f"{synthetic_words()}{self.title}{level} · v{opened.release.number}"
        words = filter_words(self.filters, self.preset)
        count = f"n = {len(self.nuclei) if n is None else n:,} {of}"
        return f"{what}<br>{count}{f' · {words}' if words else ''} · source: {opened.source.name}"


def pick_scope(
    names: Sequence[str], *, key: str, extra: tuple[Range, ...] = (), as_side: bool = False
) -> Scope:
    """Let the reader choose a table of the page and what to see of it; the choices stand in the link.

    Parameters
    ----------
    names : sequence of str
        The page's tables; the first that can be had is the default.
    key : str
        Of the choice of table; the page's name.
    extra : tuple of Range
        Further columns to filter by.
    as_side : bool
        Offer the tables as sides of a comparison: as a list, units read as coregistered or not, each
        loaded when it is chosen.

    Returns
    -------
    Scope
        Where the chosen table cannot be had, or nothing passes the filters, the page ends here.
    """
    one, speaker, level, preset = (_pick_side if as_side else _pick_table)(names, key)
    labels, classes = _spoken(one, speaker, level), _spoken(one, speaker, "class")
    extra = tuple(limits for limits in extra if limits.column in one.frame)
    filters = pick_filters(one.frame, labels, classes, preset, key=one.table.title, extra=extra)
    masks = filter_masks(one.frame, labels, classes, filters, preset)
    mask = kept(masks, len(one.frame))
    show_filter_effect(one.frame["nucleus_id"], masks)
    if not mask.any():
        show_nothing(f"No nucleus of {one.table.title} passes all the filters: loosen one, or clear them.")
        st.stop()
    return Scope(one, speaker, level, labels, filters, preset, mask)


def show_state(name: str, one: LabelTable | DataError) -> None:
    """Say what a table's rows lack, or why there are none."""
    if isinstance(one, LabelTable):
        show_notes(one)
    else:
        show_problem(one, TABLES[name])


def pick_preset() -> LayerPreset:
    """Let the reader choose whose layer boundaries are drawn."""
    by_name = {preset.name: preset for preset in LAYER_PRESETS}
    notes = "  \n".join(f"**{preset.name}**: {preset.source}. {preset.note}" for preset in LAYER_PRESETS)
    return by_name[st.selectbox("Layers after", list(by_name), key="layers", bind="query-params", help=notes)]


def _pick_side(names: Sequence[str], key: str) -> Basis:
    """One table from a list, read as a side of a comparison; the level is the comparison's to choose."""
    titles = {TABLES[name].title: name for name in names}
    wide, narrow = st.columns([3, 2], vertical_alignment="bottom")
    chosen = titles[wide.selectbox("Rows", list(titles), key=key, bind="query-params")]
    with narrow:
        preset = pick_preset()
    one = load_side(chosen)
    show_state(chosen, one)
    if not isinstance(one, LabelTable):
        st.stop()
    return one, one, "type", preset


def _pick_table(names: Sequence[str], key: str) -> Basis:
    """One of the page's tables, who names its types, the level, and whose layers."""
    one = _pick_loaded(names, key)
    wide, narrow = st.columns([3, 2], vertical_alignment="bottom")
    with narrow:
        preset = pick_preset()
        speaker = _pick_speaker(one)
    with wide:
        level = _pick_level(speaker)
    return one, speaker, level, preset


def _pick_loaded(names: Sequence[str], key: str) -> LabelTable:
    got = {name: load_labels(name) for name in names}
    for name, one in got.items():
        show_state(name, one)
    titles = {TABLES[name].title: one for name, one in got.items()}
    here = [title for title, one in titles.items() if isinstance(one, LabelTable)]
    if len(titles) == 1:
        chosen = next(iter(titles))
    else:
        chosen = st.segmented_control(
            "Table", list(titles), default=(here or list(titles))[0], required=True,
            key=key, bind="query-params",
        )  # fmt: skip
    one = titles[chosen]
    if not isinstance(one, LabelTable):
        others = f" Choose {' or '.join(here)} above." if here else ""
        show_nothing(f"{chosen} is not at hand, so there is nothing to show of it.{others}")
        st.stop()
    return one


def _pick_speaker(one: LabelTable) -> LabelTable | None:
    """The table itself where it labels nuclei, else one that the reader chooses."""
    if "cell_type" in one.frame:
        return one
    at_hand = load_at_hand(*SPEAKERS)
    titles = {at_hand[name].table.title: at_hand[name] for name in SPEAKERS if name in at_hand}
    if not titles:
        return None
    chosen = st.selectbox(
        "Cell types from", list(titles), key="types-from", bind="query-params",
        help=f"{one.table.title} holds no labels: its nuclei are named by this table.",
    )  # fmt: skip
    return titles[chosen]


def _pick_level(speaker: LabelTable | None) -> Level:
    """The levels at which the table's labels mean something; none to choose where it is one."""
    spoken = speaker.table.level if speaker else None
    fitting = {"class": ["Type", "Neuron"], "group": ["Type", "Class", "Neuron"], "neuron": ["Type"]}
    titles = fitting.get(spoken or "neuron", list(LEVEL_TITLES))
    if len(titles) == 1:
        return "type"
    key = "level" if len(titles) == len(LEVEL_TITLES) else f"level-{spoken}"
    chosen = st.segmented_control(
        "Level", titles, default="Type", required=True, key=key, bind="query-params",
        help="Type: the label as the table spells it. The coarser levels follow the crosswalk; what has no "
        "counterpart there is shown as unmapped.",
    )  # fmt: skip
    return LEVEL_TITLES[chosen]


def _spoken(one: LabelTable, speaker: LabelTable | None, level: Level) -> pd.Categorical:
    if speaker is None:
        return pd.Categorical([None] * len(one.frame), categories=[])
    return _labels(table_key(one), table_key(speaker), level, one, speaker)


@st.cache_resource(show_spinner=False, max_entries=64)
def _labels(
    one_key: str, speaker_key: str, level: Level, _one: LabelTable, _speaker: LabelTable
) -> pd.Categorical:
    if one_key == speaker_key:
        return own_labels(_one.frame, level)
    return labels_from(_one.frame["nucleus_id"].to_numpy(), _speaker.frame, level)
