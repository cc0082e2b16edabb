"""The reader's filters: picked in a fold of the page, kept in the link, counted live."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from math import inf
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.ranges import MEASURES, Range, range_words
from components.analysis.selection.filter_options import FilterOptions, filter_options
from components.analysis.selection.filters import Filters, filter_effect
from components.ui.session.notices import plain
from data.volume import VOLUME
from data.volume.volume import LayerPreset

SPANS = {
    "x_um": (0, 2000, 10),
    "depth_um": (0, 850, 5),
    "z_um": (0, 1500, 10),
    "volume_um3": (0, 800, 10),
    "residual_um": (0, 50, 1),
    "score_um": (-50, 50, 1),
}
"""Ends and step of each column's slider: one for all tables, so that a link means the same on each."""
ANY = "Any"
COLUMN_TITLES: dict[str, Literal["any", "inside", "outside"]] = {
    ANY: "any",
    "Inside": "inside",
    "Outside": "outside",
}
ROOT_TITLES: dict[str, Literal["any", "with", "without"]] = {
    ANY: "any",
    "With a segment": "with",
    "No segment (root 0)": "without",
}
LABEL_HELP = "Labels of this table at the chosen level; unmapped: without a counterpart at that level."
CLASS_HELP = "By the crosswalk, whatever the level; unmapped: a label without a class, or no label."
COLUMN_HELP = (
    "The slanting prism of V1 whose cells were named by hand, as wide as its labelled neurons reach."
)
ROOT_HELP = "Root 0: the nucleus lies where the segmentation holds no object, mostly at the volume's edges."

Choice = list[str] | tuple[int, int] | str
Choices = dict[str, tuple[Choice, Choice]]
"""By the key of a widget: the value that filters nothing, and the one it begins with."""


def pick_filters(
    frame: pd.DataFrame,
    labels: pd.Categorical,
    classes: pd.Categorical,
    preset: LayerPreset,
    *,
    key: str,
    of: Hashable,
    extra: tuple[Range, ...] = (),
) -> Filters:
    """Let the reader filter a table's rows; the choices stand in the link and last over pages.

    What no row has is not offered, nor a choice of one. A value in a link that the table does not offer
    filters nothing.

    Parameters
    ----------
    frame : DataFrame
        The tidy frame, n rows.
    labels, classes : Categorical, length n
        Of each row, at the page's level and at the level of class; missing = unmapped.
    preset : LayerPreset
        Whose layers.
    key : str
        The table's title: the choice of labels is the table's own, the other filters are shared.
    of : hashable
        What tells these rows and labels from every other, for caches.
    extra : tuple of Range
        Further columns of the frame to filter by, with the range that they begin with.
    """
    options = _options((repr(of), preset.name), frame, labels, classes, preset)
    ranges = [Range(name, -inf, inf) for name in ("depth_um", "volume_um3") if name in options.measures]
    ranges += [limits for limits in extra if limits.column in options.measures]
    choices = _choices(options, ranges, key)
    active = sum(_stands_at(name, first) != nothing for name, (nothing, first) in choices.items())
    with st.expander(f"Filters · {active} active" if active else "Filters", key="filters"):
        filters = _pick_sets(options, preset, key)
        filters = _pick_ranges(filters, ranges)
        filters = _pick_sides(filters, options)
        st.button(
            "Clear filters", icon=":material/filter_alt_off:", disabled=filters == Filters(),
            on_click=_clear, args=(choices,), key="clear-filters",
        )  # fmt: skip
    return filters


@st.cache_resource(show_spinner=False, max_entries=64)
def _options(
    key: tuple[str, str],
    _frame: pd.DataFrame,
    _labels: pd.Categorical,
    _classes: pd.Categorical,
    _preset: LayerPreset,
) -> FilterOptions:
    return filter_options(_frame, _labels, _classes, _preset)


def show_filter_effect(
    nucleus_ids: pd.Series, masks: Mapping[str, np.ndarray], whole: str = "of the table"
) -> None:
    """Say in one line how many nuclei pass, and how many each filter leaves out; `whole` says of what."""
    *effects, (passing, left_out, _) = filter_effect(nucleus_ids, masks).to_numpy().tolist()
    if not masks:
        st.caption(f"No filter: all {passing:,} nuclei {whole}.")
        return
    said = []
    for words, (_, out, only_this) in zip(masks, effects, strict=True):
        no_other = f" ({only_this:,} that no other filter does)" if len(masks) > 1 and out else ""
        said.append(f"{plain(words)} leaves out {out:,}{no_other}")
    st.caption(f"**{passing:,} of {passing + left_out:,} nuclei** pass: {', '.join(said)}.")


def _choices(options: FilterOptions, ranges: list[Range], key: str) -> Choices:
    """List the widgets that will be drawn."""
    sets = {key: options.labels, "class": options.classes, "layer": options.layers, "area": options.areas}
    sides = {"column": options.column, "root": options.root}
    return {
        **{_key(name): ([], []) for name, offered in sets.items() if len(offered) > 1},
        **{_key(r.column): (SPANS[r.column][:2], _first(r)) for r in ranges},
        **{_key(name): (ANY, ANY) for name, offered in sides.items() if len(offered) > 1},
    }


def _key(name: str) -> str:
    """Key of a widget, as it stands in links: `only-depth`."""
    return f"only-{name.rpartition('_')[0] if name in SPANS else name}"


def _stands_at(key: str, first: Choice) -> Choice | None:
    """What a widget will show; before it is first drawn only the link tells whether it was changed (None)."""
    if key in st.session_state:
        return st.session_state[key]
    return None if key in st.query_params else first


def _clear(choices: Choices) -> None:
    for key, (nothing, _) in choices.items():
        st.session_state[key] = nothing


def _pick_sets(options: FilterOptions, preset: LayerPreset, key: str) -> Filters:
    layer_help = f"{preset.name}: {preset.source}. {preset.note}"
    left, right = st.columns(2, gap="large")
    with left:
        labels = _pick_several("Label", key, options.labels, LABEL_HELP)
        layers = _pick_several("Layer", "layer", options.layers, layer_help)
    with right:
        classes = _pick_several("Class", "class", options.classes, CLASS_HELP)
        areas = _pick_several("Area (approximate)", "area", options.areas, VOLUME.area_note)
    return Filters(labels=labels, classes=classes, layers=layers, areas=areas)


def _pick_several(title: str, name: str, offered: tuple[str, ...], meaning: str) -> tuple[str, ...]:
    if len(offered) < 2:
        return ()
    chosen = st.multiselect(
        title, offered, key=_key(name), bind="query-params", placeholder=ANY, help=meaning
    )
    return tuple(word for word in offered if word in chosen)


def _pick_ranges(filters: Filters, ranges: list[Range]) -> Filters:
    places = st.columns(2, gap="large")
    for count, limits in enumerate(ranges):
        with places[count % 2]:
            ends = _pick_range(limits)
        if ends is None:
            continue
        if limits.column == "depth_um":
            filters = replace(filters, depth_um=ends)
        elif limits.column == "volume_um3":
            filters = replace(filters, volume_um3=ends)
        else:
            filters = replace(filters, ranges=(*filters.ranges, Range(limits.column, *ends)))
    return filters


def _pick_range(limits: Range) -> tuple[float, float] | None:
    """A slider with open ends: at an end it keeps what lies beyond too; at both it filters nothing."""
    low, high, step = SPANS[limits.column]
    name, unit = MEASURES[limits.column]
    begins = "" if _first(limits) == (low, high) else f" Begins with {range_words(limits)}."
    ends = st.slider(
        f"{name.capitalize()} ({unit})", low, high, _first(limits), step, key=_key(limits.column),
        bind="query-params",
        help=f"Both ends count as inside. At {low} and at {high} the slider is open: what lies beyond stays."
        + begins,
    )  # fmt: skip
    bottom, top = sorted(ends)  # a link may name them the other way round
    if (bottom, top) == (low, high):
        return None
    return (-inf if bottom == low else float(bottom), inf if top == high else float(top))


def _first(limits: Range) -> tuple[int, int]:
    low, high, _ = SPANS[limits.column]
    return (int(max(low, limits.low)), int(min(high, limits.high)))


def _pick_sides(filters: Filters, options: FilterOptions) -> Filters:
    left, right = st.columns(2, gap="large")
    if len(options.column) > 1:
        place = left.segmented_control(
            "V1 column", list(COLUMN_TITLES), default=ANY, required=True, key=_key("column"),
            bind="query-params", help=COLUMN_HELP,
        )  # fmt: skip
        filters = replace(filters, column=COLUMN_TITLES[place])
    if len(options.root) > 1:
        root = right.segmented_control(
            "Root ID", list(ROOT_TITLES), default=ANY, required=True, wrap=True, key=_key("root"),
            bind="query-params", help=ROOT_HELP,
        )  # fmt: skip
        filters = replace(filters, root=ROOT_TITLES[root])
    return filters
