"""Coregistration's own panels: units, how well they match, unexpected classes, manual against automated."""

from dataclasses import replace
from textwrap import wrap

import pandas as pd
import streamlit as st

from components.analysis.comparison.units import (
    PUBLISHED_CUT,
    QUALITY,
    Cut,
    CutEffect,
    UnitSummary,
    cut_effect,
    has_quality,
    nuclei_by_class,
    quality_density,
    unit_summary,
)
from components.analysis.labels.ranges import Range, range_words
from components.analysis.selection.filters import Filters
from components.figures.bars import fields_figure, units_per_nucleus_figure
from components.figures.matrix import quality_figure, scans_figure
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked, show_csv_download, with_text_ids
from components.ui.session.notices import show_nothing
from data.labels.entry import CLASSES
from data.loader import LabelTable

SCORE_WORDS = (
    "**residual**: how far the unit lies from the nucleus it was matched to, in the space of the recording "
    "(µm; small is good). **score**: how far it lies from the nearest *other* neuron, less the residual (µm; "
    "large is good). Near 0 a second neuron fits as well, below 0 another fits better. "
    "The manual's wording subtracts the other way round; by it a large score would be bad."
)
ODD_COLUMNS = (
    *("nucleus_id", "root_id", "cell_type", "cell_class", "depth_um", "units"),
    *("session", "scan_idx", "unit_id", "residual_um", "score_um"),
)
"""Of the list of unexpected nuclei, where the rows hold them."""
NARROW = 52
"""Letters of a caption that half of a page of 1,280 pixels holds."""


def show_units(family: OpenFamily) -> None:
    """How many units each nucleus has, and from which scans and fields they are."""
    view = family.view
    name = view.one.table.name
    summary, best = _summary(view)
    several = int(summary.per_nucleus["nuclei"].iloc[1:].sum())
    st.subheader("Units, nuclei and scans", anchor=False)
    first, second, third, fourth = st.columns(4)
    first.metric(
        "Units", f"{summary.units:,}", help="Different (session, scan_idx, unit_id) in the rows shown."
    )
    second.metric("Nuclei", f"{len(view.nuclei):,}", help="Different nuclei in the rows shown.")
    third.metric("Nuclei with several units", f"{several:,}", help=f"Of the {len(view.nuclei):,} nuclei.")
    fourth.metric("Scans", f"{len(summary.scans):,}", help="Different (session, scan_idx) in the rows shown.")
    st.caption(
        "A cell that lies in several imaging fields or scans is recorded as several units, so rows are more "
        f"than nuclei. Where one row per nucleus is needed, {_best_words(best)} stands for it."
    )
    left, right = st.columns(2, gap="large")
    with left:
        _show_per_nucleus(view, summary)
    with right:
        _show_fields(view, summary)
    caption, alt = _caption(view, "units", summary.units), f"Units of each scan in {view.title}"
    show_chart(f"scans-{name}", view, lambda: scans_figure(summary.scans, caption), alt=alt)
    show_csv_download("Download one unit per nucleus as CSV", best, f"{name}-best-units")


def _show_per_nucleus(view: TableView, summary: UnitSummary) -> None:
    caption = _narrow(_caption(view, "nuclei", len(view.nuclei)))
    counts, alt = summary.per_nucleus, f"Units per nucleus in {view.title}"
    key = f"units-{view.one.table.name}"
    show_chart(key, view, lambda: units_per_nucleus_figure(counts, caption), alt=alt)


def _best_words(frame: pd.DataFrame) -> str:
    return "its unit of highest score" if "score_um" in frame else "the first of its units (no scores here)"


def _show_fields(view: TableView, summary: UnitSummary) -> None:
    if summary.fields is None:
        st.caption(f"The rows of {view.one.table.title} at hand do not hold the imaging field.")
        return
    caption = _narrow(_caption(view, "units with a field", summary.with_field))
    fields, key = summary.fields, f"fields-{view.one.table.name}"
    alt = f"Units of each field in {view.title}"
    show_chart(key, view, lambda: fields_figure(fields, caption), alt=alt)


def show_quality(family: OpenFamily) -> None:
    """Residual against score, and what the reader's cut, or else the published one, removes."""
    view = family.view
    st.subheader("How well they match", anchor=False)
    st.caption(SCORE_WORDS)
    own = _own_cut(view)
    cut = own or PUBLISHED_CUT
    measured = _quality(view, cut)
    if measured is None:
        show_nothing(f"The rows of {view.one.table.title} at hand hold no residuals and scores.")
        return
    effect, density = measured
    st.markdown(_cut_words(effect, own))
    caption = _caption(_uncut(view), "matches", int(density.to_numpy().sum()))
    show_chart(
        f"quality-{view.one.table.name}",
        view,
        lambda: quality_figure(density, cut, caption),
        alt=f"Residual and score in {view.title}",
    )
    st.caption(
        "Dashed: the cut. The colour counts matches by its logarithm; what lies beyond the edge is in the "
        "outermost squares."
    )


def _own_cut(view: TableView) -> Cut:
    ranges = (chosen for chosen in view.filters.values() if isinstance(chosen, Range))
    return tuple(limits for limits in ranges if limits.column in QUALITY)


def _uncut(view: TableView) -> TableView:
    """The table under all filters but those of residual and score."""
    cut = _own_cut(view)
    others = {key: chosen for key, chosen in view.filters.items() if chosen not in cut}
    return replace(view, filters=Filters(others), masks={key: view.masks[key] for key in others})


def _cut_words(effect: CutEffect, own: Cut) -> str:
    """What a cut removes, and whose cut it is."""
    published = "residual below 20 µm and score above −10 µm, after Ding et al. 2025"
    which = f"The published cut ({published}) would remove"
    if own:
        which = f"Your cut ({' and '.join(map(range_words, own))}; published: {published}) removes"
    if own == PUBLISHED_CUT:
        which = f"The published cut ({published}), with which this page's filters begin, removes"
    parts = {
        "for the residual alone": effect.by_residual,
        "for the score alone": effect.by_score,
        "for both": effect.by_both,
        "because one of the two is missing": effect.unknown,
    }
    why = ", ".join(f"{n:,} {reason}" for reason, n in parts.items() if n)
    share = effect.removed / effect.matches
    return (
        f"{which} **{effect.removed:,} of {effect.matches:,} matches** ({share:.1%})"
        f"{f': {why}' if why else ''}. "
        f"{effect.nuclei_lost:,} of {effect.nuclei:,} nuclei lose all their matches by it."
    )


def show_unexpected(family: OpenFamily) -> None:
    """List the matched nuclei that another table does not call excitatory."""
    view = family.view
    st.subheader("Unexpected classes", anchor=False)
    if view.label_source is None:
        show_nothing("No table that labels these nuclei is at hand, so their classes are not known.")
        return
    title = view.label_source.table.title
    nuclei = _classes(view, view.label_source)
    called = nuclei["cell_class"].value_counts()
    n = int(called.reindex(CLASSES, fill_value=0).sum())
    if not n:
        show_nothing(f"{title} gives none of the {len(nuclei):,} nuclei shown a class.")
        return
    counts = ", ".join(f"{called.get(name, 0):,} {name}" for name in CLASSES)
    st.markdown(
        f"{title} gives {n:,} of the {len(nuclei):,} nuclei shown a class: **{counts}**. The recordings show "
        "excitatory cells, so the others are either errors of the match or of the label."
    )
    odd = nuclei[nuclei["cell_class"].isin(CLASSES[1:])]
    if odd.empty:
        return
    shown = with_text_ids(odd[[name for name in ODD_COLUMNS if name in odd]])
    st.dataframe(marked(shown), hide_index=True, height=260, key=f"unexpected-{view.one.table.name}")
    st.caption(f"{len(odd):,} nuclei, each with {_best_words(odd)} and the number of its units.")
    show_csv_download("Download these nuclei as CSV", shown, f"{view.one.table.name}-unexpected")


@cached(max_entries=16)
def _summary(view: TableView) -> tuple[UnitSummary, pd.DataFrame]:
    """Count, and write the IDs of the best units as text, once for all sessions."""
    summary = unit_summary(view.frame)
    return summary, with_text_ids(summary.best)


@cached(max_entries=16)
def _quality(view: TableView, cut: Cut) -> tuple[CutEffect, pd.DataFrame] | None:
    frame = _uncut(view).frame
    return (cut_effect(frame, cut), quality_density(frame, cut)) if has_quality(frame) else None


@cached(max_entries=16)
def _classes(view: TableView, label_source: LabelTable) -> pd.DataFrame:
    return nuclei_by_class(view.frame, label_source.frame)


def _caption(view: TableView, of: str, n: int) -> str:
    """A caption that names another table's labels only where a filter asks for them."""
    asked = {"label", "class"} & {*view.filters}
    return (view if asked else replace(view, label_source=None, level="type")).caption(of, n)


def _narrow(caption: str) -> str:
    """A caption in lines that fit half of the page."""
    return "<br>".join(part for line in caption.split("<br>") for part in wrap(line, NARROW))
