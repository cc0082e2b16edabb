"""Labels outside their type's depth range, by the depths of the manual labels."""

from functools import partial
from math import inf

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.depth_ranges import (
    FEWEST_MANUAL,
    RULE,
    manual_depth_ranges,
    may_be_misplaced,
    names_types_of_column,
    placed_labels,
)
from components.analysis.labels.ids import Ids
from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import listed
from components.analysis.selection.marks import Axis, Marks, MarkWords
from components.analysis.selection.misplaced import Misplaced
from components.analysis.selection.selection import Selection
from components.figures.bars import counts_figure
from components.point_cloud.marks import TENTHS
from components.ui.cloud.cloud import linked
from components.ui.context.comparison import Comparison
from components.ui.context.table_view import TableView
from components.ui.selection.picks import choose_mark, in_words
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked
from components.ui.session.links import QUEUE, show_page_link
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import load_at_hand
from components.ui.session.release_choice import release_in_link
from data.labels.crosswalk import colour_of, ordered
from data.loader import LabelTable
from data.number_words import of_nuclei

SHALLOW, DEEP = "too shallow", "too deep"
KEY, ROW = "misplaced", 15
"""The chart, and pixels of one of its bars: there may be many."""


def show_misplaced(view: TableView, comparison: Comparison) -> None:
    """The labels of one of the two tables outside their type's depth range; a click selects some."""
    st.subheader("Labels outside their type's depth range", anchor=False)
    manual = [one for one in load_at_hand().values() if names_types_of_column(one.table)]
    if not manual:
        show_nothing(
            "Not available: no table labelled by hand in the column is at hand to say where types lie."
        )
        return
    both = [one for one in (view.label_source, comparison.partner) if one and may_be_misplaced(one.table)]
    if not both:
        show_nothing("Neither of the two tables names subclasses outside the manual ones.")
        return
    tables = {one.table.title: one for one in both}
    title = next(iter(tables))
    if len(tables) > 1:
        title = st.segmented_control(
            "Labels of", list(tables), default=title, required=True, key="misplaced-of", bind="query-params"
        )
    loaded, ranges = tables[title], _ranges(manual)
    placed = _placed(loaded, manual, None if view.is_whole else view.nuclei)
    by_hand = " and ".join(one.table.title for one in manual)
    if placed.empty:
        show_nothing(f"None of the types of {title} shown has {FEWEST_MANUAL} nuclei in {by_hand}.")
        return
    counts, outside = _counts(placed), placed[placed["beyond_um"] != 0]
    if outside.empty:
        show_nothing("Every label lies within its type's depth range.")
    else:
        marks, recipe = _marks(outside, loaded), partial(_recipe, loaded, ranges)
        caption = view.caption(f"{len(outside):,} of {of_nuclei(len(placed))} outside", f"{title}, subclass")
        show_chart(
            KEY, (view, loaded, manual),
            lambda: counts_figure(counts, _colours(counts), caption, clickable=True, row=ROW),
            alt=f"Labels of {title} outside their type's depth range",
            marks=linked(lambda: marks, None, loaded.table.name),
            on_select=lambda: choose_mark(KEY, marks, recipe, view),
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Select all {of_nuclei(len(outside))}", key="misplaced-all", icon=":material/ads_click:",
                on_click=_choose_all, args=(outside.index.to_numpy(), loaded, manual, view),
            )  # fmt: skip
            show_page_link(
                "review", "Review them", {QUEUE: "Implausible in place"} | release_in_link(),
                icon=":material/rate_review:",
            )  # fmt: skip
    st.markdown(
        f"**{len(outside):,} of {of_nuclei(len(placed))}** ({len(outside) / len(placed):.1%}) have a label "
        f"of {plain(title)} {RULE}.",
        help=f"By {by_hand}. A type of fewer than {FEWEST_MANUAL} manual nuclei has no range, and its labels "
        "are not counted. The column is one place in V1: layers elsewhere may be thicker or thinner.",
    )
    st.dataframe(marked(_range_rows(placed, ranges)), hide_index=True, key="misplaced-ranges")


@cached()
def _ranges(manual: list[LabelTable]) -> pd.DataFrame:
    return manual_depth_ranges(one.frame for one in manual)


@cached()
def _placed(loaded: LabelTable, manual: list[LabelTable], within: Ids | None) -> pd.DataFrame:
    placed = placed_labels(loaded.frame, _ranges(manual))
    placed = placed if within is None else placed[placed.index.isin(within)]
    side = np.select([placed["beyond_um"] < 0, placed["beyond_um"] > 0], [SHALLOW, DEEP], "")
    return placed.assign(label=placed["label"].astype(str), side=side)


def _counts(placed: pd.DataFrame) -> pd.DataFrame:
    """A bar for each label and side: nuclei, and their share of all with the label."""
    outside = placed[placed["beyond_um"] != 0]
    counts = outside.groupby(["label", "side"]).size()
    lines = [
        (f"{label}, {side}", counts[label, side], counts[label, side] / (placed["label"] == label).sum())
        for label in ordered(outside["label"].unique())
        for side in (SHALLOW, DEEP)
        if (label, side) in counts.index
    ]
    return pd.DataFrame(lines, columns=["label", "nuclei", "share"]).set_index("label")


def _colours(counts: pd.DataFrame) -> dict[str, str]:
    return {row: colour_of(row.rpartition(", ")[0]) for row in counts.index}


def _marks(outside: pd.DataFrame, loaded: LabelTable) -> Marks:
    words = pd.Categorical(outside["label"] + ", " + outside["side"])
    return Marks(
        outside.index.to_numpy(dtype=np.int64),
        {"y": Axis(words, (loaded.table.name, TENTHS), "out of place, {}")},
    )


def _recipe(loaded: LabelTable, ranges: pd.DataFrame, words: MarkWords) -> list[Selection | None]:
    label, _, side = words["y"].rpartition(", ")
    low, high = (float(ranges[end][label]) for end in ("low", "high"))
    limits = Range("depth_um", -inf, low) if side == SHALLOW else Range("depth_um", high, inf)
    return [Filtered(loaded.table.name, (label,), (limits,), "subclass")]


def _choose_all(nuclei: Ids, loaded: LabelTable, manual: list[LabelTable], view: TableView) -> None:
    recipe = Misplaced(loaded.table.name, tuple(one.table.name for one in manual))
    choose(in_words(listed(nuclei), recipe, view))


def _range_rows(placed: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """The range of each type, and how many labels are judged by it."""
    labels = ordered(placed["label"].unique())
    shown = ranges.loc[labels]
    sides = {
        side: (placed["side"] == side).groupby(placed["label"]).sum()[labels] for side in (SHALLOW, DEEP)
    }
    return pd.DataFrame(
        {
            "Type": labels,
            "Plausible depth, µm": [
                f"{low:,.0f} to {high:,.0f}".replace("-", "−")
                for low, high in zip(shown["low"], shown["high"], strict=True)
            ],
            "Manual nuclei": shown["n"].to_numpy(),
            "Labels": placed["label"].value_counts()[labels].to_numpy(),
            **{side.capitalize(): nuclei.to_numpy() for side, nuclei in sides.items()},
        }
    )
