"""The choices above a family page: which table, who names its types, the level, whose layers."""

from collections.abc import Sequence

import streamlit as st

from components.ui.context.denominator import load_axis_table
from components.ui.session.choices import begin_choice
from components.ui.session.colours import LEVEL_TITLES
from components.ui.session.notices import show_notes, show_nothing, show_problem
from components.ui.session.release import current_release, load_at_hand, load_labels, table_title
from data.errors import DataError
from data.labels.entry import Level
from data.loader import LabelTable
from data.volume import VOLUME
from data.volume.volume import LayerPreset

LABEL_SOURCES = (
    "aibs_soma_nuc_metamodel_preds_v117",
    "baylor_gnn_cell_type_fine_model_v2",
    "nucleus_ref_neuron_svm",
    "baylor_log_reg_cell_type_coarse_v1",
)
"""Tables that can name the cell types of rows without labels, the widest first."""

Basis = tuple[LabelTable, LabelTable | None, Level, LayerPreset]
"""The table, whose labels its rows carry, the level, whose layers."""


def show_state(name: str, one: LabelTable | DataError) -> None:
    """Say what a table's rows lack, or why there are none."""
    if isinstance(one, LabelTable):
        show_notes(one)
    else:
        show_problem(one, current_release().tables[name])


def pick_preset() -> LayerPreset:
    """Let the reader choose whose layer boundaries are drawn."""
    by_name = {preset.name: preset for preset in VOLUME.layer_presets}
    notes = "  \n".join(
        f"**{preset.name}**: {preset.source}. {preset.note}" for preset in VOLUME.layer_presets
    )
    return by_name[st.selectbox("Layers after", list(by_name), key="layers", bind="query-params", help=notes)]


def pick_axis_table(names: Sequence[str], key: str) -> Basis | None:
    """One table from a list, read as a side of a comparison; the level is the comparison's to choose.

    None where the table cannot be had: why stands on the page then.
    """
    local = current_release().source.local
    here = [name for name in names if local and isinstance(load_labels(name), LabelTable)]
    titles = {table_title(name): name for name in dict.fromkeys([*here[:1], *names])}
    wide, narrow = st.columns([3, 2], vertical_alignment="bottom")
    chosen = titles[wide.selectbox("Rows", list(titles), key=key, bind="query-params")]
    with narrow:
        preset = pick_preset()
    one = load_axis_table(chosen)
    show_state(chosen, one)
    if not isinstance(one, LabelTable):
        return None
    return one, one, "type", preset


def pick_table(names: Sequence[str], key: str) -> Basis | None:
    """One of the page's tables, its label source, the level and the layers; None as in `pick_axis_table`."""
    one = _pick_loaded(names, key)
    if one is None:
        return None
    wide, narrow = st.columns([3, 2], vertical_alignment="bottom")
    with wide:
        label_source = _pick_label_source(one)
        level = _pick_level(one, label_source)
    with narrow:
        preset = pick_preset()
    return one, label_source, level, preset


def _pick_loaded(names: Sequence[str], key: str) -> LabelTable | None:
    got = {name: load_labels(name) for name in names}
    for name, one in got.items():
        show_state(name, one)
    titles = {table_title(name): one for name, one in got.items()}
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
        return None
    return one


def _pick_label_source(one: LabelTable) -> LabelTable | None:
    """The table itself where it labels nuclei, else one that the reader chooses."""
    if "cell_type" in one.frame:
        return one
    at_hand = load_at_hand(*LABEL_SOURCES)
    titles = {at_hand[name].table.title: at_hand[name] for name in LABEL_SOURCES if name in at_hand}
    if not titles:
        return None
    key = f"{one.table.family}-types-from"
    begin_choice(key, titles, next(iter(titles)), "types-from")
    chosen = st.selectbox(
        "Cell types from", list(titles), key=key, bind="query-params",
        help=f"{one.table.title} holds no labels: its nuclei are named by this table.",
    )  # fmt: skip
    return titles[chosen]


def _pick_level(one: LabelTable, label_source: LabelTable | None) -> Level:
    """The levels at which the table's labels mean something; none to choose where it is one."""
    spoken = label_source.table.level if label_source else None
    fitting = {"class": ["Type", "Neuron"], "group": ["Type", "Class", "Neuron"], "neuron": ["Type"]}
    titles = fitting.get(spoken or "neuron", list(LEVEL_TITLES))
    if len(titles) == 1:
        return "type"
    key = f"{one.table.family}-level"
    begin_choice(key, titles, "Type", "level", "level-")
    chosen = st.segmented_control(
        "Level", titles, default="Type", required=True, key=key, bind="query-params",
        help="Type: the label as the table spells it. The coarser levels follow the crosswalk; what has no "
        "counterpart there is shown as unmapped.",
    )  # fmt: skip
    return LEVEL_TITLES[chosen]
