"""What a table's stated confidence is worth: agreement above a threshold, and against the manual labels."""

from math import inf
from typing import Any

import numpy as np
import streamlit as st

from components.analysis.comparison.agreement import left_out_words
from components.analysis.comparison.axes import is_correction, training_words
from components.analysis.comparison.circular import learnt_from_other
from components.analysis.comparison.confidence import (
    CONFIDENCE,
    RatedPairs,
    agreement_above,
    bin_middles,
    calibration_error,
    counts_above,
    highest_reached,
    nuclei_above,
    nuclei_of_bin,
    rate_pairs,
    reliability,
)
from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import finest_common_level
from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import listed
from components.analysis.selection.marks import Axis, Marks, SelectedCounts, coded_words, mark_word
from components.analysis.selection.picks import compared_recipe
from components.figures.confidence import reliability_figure, threshold_figure
from components.point_cloud.marks import described_above
from components.ui.cloud.cloud import linked, release_cloud
from components.ui.context.comparison import Comparison, compared
from components.ui.context.table_view import TableView
from components.ui.family.matrix import matrix_caption
from components.ui.selection.picks import in_words
from components.ui.selection.selection import choose, counted
from components.ui.session.cached import cached
from components.ui.session.charts import LinkedMarks, clicked_points, show_chart
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, load_at_hand
from data.catalog.entry import Table
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei

ABOVE, BINS = "confidence-above", "confidence-bins"


def rated_tables(view: TableView, comparison: Comparison) -> dict[str, LabelTable]:
    """Those of the two compared tables that state a confidence, by title."""
    both = [one for one in (view.label_source, comparison.partner) if one]
    return {one.table.title: one for one in both if CONFIDENCE in one.frame}


def show_confidence(view: TableView, comparison: Comparison) -> None:
    """How agreement goes with the confidence of one of the two tables, and with that of the manual labels."""
    tables = rated_tables(view, comparison)
    title = next(iter(tables))
    if len(tables) > 1:
        title = st.segmented_control("Confidence of", list(tables), default=title, required=True, key="rated")
    loaded = tables[title]
    _show_above(view, comparison, loaded)
    _show_reliability(view, comparison, loaded)


def _show_above(view: TableView, comparison: Comparison, loaded: LabelTable) -> None:
    st.subheader("Agreement above a confidence", anchor=False)
    result = comparison.result
    if result is None or not result.pairs.square:
        show_nothing("The two tables use different labels here: choose a coarser level to compare them.")
        return
    pairs = result.pairs
    rated = _rated(view, comparison, loaded)
    if rated.frame.empty:
        show_nothing(f"None of the {of_nuclei(len(pairs.frame))} compared has a confidence.")
        return
    st.caption(f"{_counted(rated)} Click a line to select the nuclei above that confidence.")
    caption = f"{matrix_caption(view, pairs)}<br>by the confidence of {loaded.table.title}"
    kept = agreement_above(rated)

    def select() -> None:
        for point in clicked_points(ABOVE):
            threshold = float(point["x"])
            limits = Filtered(loaded.table.name, ranges=(Range(CONFIDENCE, threshold, inf),))
            recipe = limits & compared_recipe(pairs)
            found = in_words(listed(nuclei_above(rated, threshold)), recipe, view)
            choose(found, point.get("held", "new"))

    def count(nuclei: Ids) -> SelectedCounts:
        thresholds = kept.index
        counts, places = counts_above(rated, nuclei, thresholds), np.arange(len(kept))[None]
        return SelectedCounts(int(counts.max()), {"x": [*map(mark_word, thresholds)]}, places, counts, {})

    def describe() -> dict[str, Any] | None:
        reached = coded_words(highest_reached(rated, kept.index), map(mark_word, kept.index))
        ids = rated.frame.index.to_numpy(np.int64)
        return described_above(release_cloud()[0], ids, reached, "confidence of {} or more")

    show_chart(
        ABOVE, (view, comparison, loaded), lambda: threshold_figure(kept, caption),
        alt=f"Agreement and nuclei kept by the confidence of {loaded.table.title}", on_select=select,
        marks=LinkedMarks(describe, counted(count)),
    )  # fmt: skip


def _show_reliability(view: TableView, comparison: Comparison, loaded: LabelTable) -> None:
    st.subheader("Confidence against the manual labels", anchor=False)
    manual, level = manual_tables(loaded, comparison.level)
    if not manual:
        show_nothing("No table of manual labels is at hand.")
        return
    within = None if view.is_whole else view.nuclei
    rated = _rated_by_hand(loaded, manual, level, within)
    names = " and ".join(one.table.title for one in manual)
    if rated.frame.empty:
        show_nothing(f"No nucleus with a confidence has a label in {names} at the level of {level}.")
        return
    bins = reliability(rated)
    share, mean = rated.frame["agree"].mean(), rated.frame[CONFIDENCE].mean()
    words = f"**{share:.1%}** agreement with {plain(names)} at the level of {level}"
    if rated.is_share:
        words += (
            f", mean confidence **{mean:.1%}**; expected calibration error, the mean distance of a bin’s "
            f"share to its mean confidence: {calibration_error(bins):.1%}"
        )
    st.markdown(f"{words}.")
    st.caption(f"{_counted(rated)} {plain(_trained(loaded.table, manual, level))}")
    caption = view.caption(of_nuclei(len(rated.frame)), f"{loaded.table.title} against {names}, {level}")
    caption += "<br>Wilson 95 % intervals; a value on a border is in the lower bin"

    def marks() -> Marks:
        middles, numbers = np.unique(bin_middles(rated), return_inverse=True)
        words = coded_words(numbers, map(mark_word, middles))
        return Marks(rated.frame.index.to_numpy(np.int64), {"x": Axis(words, (), "confidence around {}")})

    def select() -> None:
        for point in clicked_points(BINS):
            choose(listed(nuclei_of_bin(rated, float(point["x"]))), point.get("held", "new"))

    show_chart(
        BINS, (view, loaded, manual, level),
        lambda: reliability_figure(bins, caption, is_share=rated.is_share),
        alt=f"Agreement with the manual labels by the confidence of {loaded.table.title}", on_select=select,
        marks=linked(marks, None),
    )  # fmt: skip


def manual_tables(loaded: LabelTable, asked: Level) -> tuple[tuple[LabelTable, ...], Level]:
    """The manual tables at hand, but for those coarser than the first, and the level to compare them at."""
    manual = [
        (one, LEVELS.index(finest_common_level(loaded.table, one.table)))
        for one in load_at_hand().values()
        if one.table.method == "manual" and one.table.level and one.table != loaded.table
        if not is_correction(one.table)
    ]
    place = min([LEVELS.index(asked), *(finest for _, finest in manual[:1])])
    return tuple(one for one, finest in manual if finest >= place), LEVELS[place]


def _counted(rated: RatedPairs) -> str:
    """What the shares are of, and what was dropped."""
    words = left_out_words(rated.left_out)
    return f"{len(rated.frame):,} of the {of_nuclei(rated.n_both)} in both; left out: {words}."


def _trained(rated: Table, manual: tuple[LabelTable, ...], level: Level) -> str:
    """Why the agreement with the manual labels is, or may be, optimistic or circular."""
    tables = current_release().tables
    words = [training_words(rated, one.table, tables) for one in manual]
    words += [
        f"Its labels count as the {level} that {one.table.title} gives most of their cells: that is circular."
        for one in manual
        if learnt_from_other(rated, one.table, level)
    ]
    if rated.own:
        words.append("If its labels were learnt from the manual ones, their agreement is optimistic.")
    return " ".join(filter(None, words))


@cached()
def _rated(view: TableView, comparison: Comparison, loaded: LabelTable) -> RatedPairs:
    return rate_pairs([comparison.result.pairs] if comparison.result else [], loaded.frame)


@cached()
def _rated_by_hand(
    loaded: LabelTable, manual: tuple[LabelTable, ...], level: Level, within: np.ndarray | None
) -> RatedPairs:
    pairs = [compared(loaded, one, level, within).pairs for one in manual]
    return rate_pairs(pairs, loaded.frame)
