"""Coregistration's own panels: units, match quality, unexpected classes, manual against automated."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from components.analysis.comparison import unit_matches
from components.analysis.comparison import units as matching
from components.analysis.labels.ranges import Range, range_words
from components.analysis.selection.filters import Filters
from components.figures.bars import fields_figure, units_per_nucleus_figure
from components.figures.intervals import same_by_score_figure
from components.figures.matrix import matrix_figure, quality_figure, scans_figure
from components.ui.context.table_view import TableView
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption, show_chart, show_numbers
from components.ui.session.exports import marked, show_csv_download, with_text_ids
from components.ui.session.notices import show_nothing
from data.labels.entry import CLASSES, Level
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.tables.columns import rows_lack

SCORE_WORDS = (
    "**residual**: distance of the unit from its nucleus, in the space of the recording (µm; small is good). "
    "**score**: its distance from the nearest *other* neuron, less the residual (µm; large is good; at 0 a "
    "second neuron fits as well, below 0 better). By the manual's wording a large score would be bad."
)
PUBLISHED = "residual below 20 µm and score above −10 µm, after Ding et al. 2025"
UNEXPECTED_COLUMNS = (
    *("nucleus_id", "root_id", "cell_type", "cell_class", "depth_um", "units"),
    *("session", "scan_idx", "unit_id", "residual_um", "score_um"),
)
"""Columns of the list of unexpected nuclei, where the rows hold them."""
MATCHED_LEVELS: dict[str, tuple[Level, ...]] = {
    "neuron": ("neuron",),
    "class": ("class",),
    "group": ("class",),
}
"""Levels at which types can be compared, by a table's label level; any other table: subclass and class."""
LOWEST = 0.3
"""Share of units, those of lowest score, that the published comparison leaves out."""


def show_units(family: OpenFamily) -> None:
    """How many units each nucleus has, and from which scans and fields they are."""
    view = family.view
    name, title, n = view.table.name, view.title, len(view.nuclei)
    summary, best = _summary(view)
    several = int(summary.per_nucleus["nuclei"].iloc[1:].sum())
    st.subheader("Units, nuclei and scans", anchor=False)
    show_numbers(
        {
            "Units": (f"{summary.units:,}", "Different (session, scan_idx, unit_id) in the rows shown."),
            "Nuclei": (f"{n:,}", "Different nuclei in the rows shown."),
            "Nuclei with several units": (f"{several:,}", f"Of the {of_nuclei(n)}."),
            "Scans": (f"{len(summary.scans):,}", "Different (session, scan_idx) in the rows shown."),
        }
    )
    st.caption(
        "A cell that lies in several imaging fields or scans is recorded as several units, so rows are more "
        f"than nuclei. Where one row per nucleus is needed, {_best_words(best)} stands for it."
    )
    left, right = st.columns(2, gap="large")
    with left:
        nuclei = _caption(view, of_nuclei(n))
        counts, alt = summary.per_nucleus, f"Units per nucleus in {title}"
        show_chart(f"units-{name}", view, lambda: units_per_nucleus_figure(counts, nuclei), alt=alt)
    with right:
        fields = summary.fields
        if fields is None:
            st.caption(f"The rows of {view.table.title} at hand do not hold the imaging field.")
        else:
            of_fields = _caption(view, f"{plural(summary.with_field, 'unit')} with a field")
            alt = f"Units of each field in {title}"
            show_chart(f"fields-{name}", view, lambda: fields_figure(fields, of_fields), alt=alt)
    units, alt = _caption(view, plural(summary.units, "unit")), f"Units of each scan in {title}"
    show_chart(f"scans-{name}", view, lambda: scans_figure(summary.scans, units), alt=alt)
    show_csv_download("Download one unit per nucleus as CSV", best, f"{name}-best-units")


def _best_words(frame: pd.DataFrame) -> str:
    return "its unit of highest score" if "score_um" in frame else "the first of its units (no scores here)"


def show_quality(family: OpenFamily) -> None:
    """Residual against score, and what the reader's cut, or else the published one, removes."""
    view = family.view
    st.subheader("How well they match", anchor=False)
    st.caption(SCORE_WORDS)
    own, uncut = _own_cut(view), _uncut(view)
    cut = own or matching.PUBLISHED_CUT
    if not matching.has_quality(uncut.frame):
        show_nothing(rows_lack("residuals and scores", view.table.title))
        return
    effect, density = _quality(uncut, cut)
    st.markdown(_cut_words(effect, own))
    caption = _caption(uncut, plural(int(density.to_numpy().sum()), "match", "matches"))
    key, alt = f"quality-{view.table.name}", f"Residual and score in {view.title}"
    show_chart(key, view, lambda: quality_figure(density, cut, caption), alt=alt)
    st.caption(
        "Dashed: the cut. The colour counts matches by its logarithm; the outermost squares also hold what "
        "lies beyond the edge."
    )


def _own_cut(view: TableView) -> matching.Cut:
    ranges = (chosen for chosen in view.filters.values() if isinstance(chosen, Range))
    return tuple(limits for limits in ranges if limits.column in matching.QUALITY)


def _uncut(view: TableView) -> TableView:
    """The table under all filters but those of residual and score."""
    cut = _own_cut(view)
    others = {key: chosen for key, chosen in view.filters.items() if chosen not in cut}
    return replace(view, filters=Filters(others), masks={key: view.masks[key] for key in others})


def _cut_words(effect: matching.CutEffect, own: matching.Cut) -> str:
    """What a cut removes, and whose cut it is."""
    which = f"The published cut ({PUBLISHED}) would remove"
    if own == matching.PUBLISHED_CUT:
        which = f"The published cut ({PUBLISHED}), with which this page's filters begin, removes"
    elif own:
        which = f"Your cut ({' and '.join(map(range_words, own))}; published: {PUBLISHED}) removes"
    reasons = {
        "for the residual alone": effect.by_residual,
        "for the score alone": effect.by_score,
        "for both": effect.by_both,
        "because one of the two is missing": effect.unknown,
    }
    why = ", ".join(f"{n:,} {reason}" for reason, n in reasons.items() if n)
    share = effect.removed / effect.matches
    return (
        f"{which} **{effect.removed:,} of {plural(effect.matches, 'match', 'matches')}** ({share:.1%})"
        f"{f': {why}' if why else ''}. "
        f"{effect.nuclei_lost:,} of {of_nuclei(effect.nuclei)} lose all their matches by it."
    )


def show_unexpected(family: OpenFamily) -> None:
    """The matched nuclei that the label source does not call excitatory."""
    view = family.view
    st.subheader("Unexpected classes", anchor=False)
    if view.label_source is None:
        show_nothing("No table that labels these nuclei is at hand, so their classes are not known.")
        return
    title = view.label_source.table.title
    nuclei = _classes(view, view.label_source)
    called = nuclei["cell_class"].value_counts().reindex(CLASSES, fill_value=0)
    n = int(called.sum())
    if not n:
        show_nothing(f"{title} gives none of the {of_nuclei(len(nuclei))} shown a class.")
        return
    counts = ", ".join(f"{called[name]:,} {name}" for name in CLASSES)
    st.markdown(
        f"{title} gives {n:,} of the {of_nuclei(len(nuclei))} shown a class: **{counts}**. The recordings "
        "show excitatory cells, so the others are errors either of the match or of the label."
    )
    unexpected = nuclei[nuclei["cell_class"].isin(CLASSES[1:])]
    if unexpected.empty:
        return
    rows = with_text_ids(unexpected[[name for name in UNEXPECTED_COLUMNS if name in unexpected]])
    st.dataframe(marked(rows), hide_index=True, height=260, key=f"unexpected-{view.table.name}")
    st.caption(f"{of_nuclei(len(rows))}, each with {_best_words(unexpected)} and the number of its units.")
    show_csv_download("Download these nuclei as CSV", rows, f"{view.table.name}-unexpected")


@cached()
def _summary(view: TableView) -> tuple[matching.UnitSummary, pd.DataFrame]:
    """The counts, and the best unit of each nucleus with its IDs as text."""
    summary = matching.unit_summary(view.frame)
    return summary, with_text_ids(summary.best)


@cached()
def _quality(uncut: TableView, cut: matching.Cut) -> tuple[matching.CutEffect, pd.DataFrame]:
    return matching.cut_effect(uncut.frame, cut), matching.quality_density(uncut.frame, cut)


@cached()
def _classes(view: TableView, label_source: LabelTable) -> pd.DataFrame:
    return matching.nuclei_by_class(view.frame, label_source.frame)


def _caption(view: TableView, of: str) -> str:
    """A caption that names the label source only if a filter asks for its labels."""
    asked = {"label", "class"} & {*view.filters}
    return (view if asked else replace(view, label_source=None, level="type")).caption(of)


def _of_units(family: OpenFamily, *, by_hand: bool) -> LabelTable | None:
    """The release's matches of units, by hand or not: the table shown, else the first not deprecated."""
    tables = [one for one in family.tables if one.kind == "units" and (one.method == "manual") == by_hand]
    tables.sort(key=lambda one: (one.name != family.view.table.name, one.gone))
    return family.load(tables[0].name) if tables else None


def show_match(family: OpenFamily) -> None:
    """Whether both tables match a unit to the same nucleus, by score, and to the same cell type."""
    manual, automated = _of_units(family, by_hand=True), _of_units(family, by_hand=False)
    st.subheader("Manual against automated", anchor=False)
    if manual is None or automated is None:
        lacking = (
            "the automated one is not" if manual else "the manual one is not" if automated else "neither is"
        )
        show_nothing(f"This compares the two coregistration tables, and {lacking} at hand.")
        return
    matches = _matches(manual, automated)
    units = matches.frame
    st.caption(
        f"{plural(matches.n_manual, 'unit')} in {manual.table.title}, {matches.n_automated:,} in "
        f"{automated.table.title}, {matches.n_both:,} in both; {matches.n_ambiguous:,} occur twice in a "
        f"table and are left out, {len(units):,} are compared. Joined on the unit, without the filters above."
    )
    if units.empty:
        show_nothing("No unit is in both tables, so there is nothing to compare.")
        return
    _show_same(units)
    title = f"{manual.table.title} × {automated.table.title}"
    shares = unit_matches.same_by_score(units)
    if shares.empty:
        show_nothing("The automated rows at hand hold no scores, so agreement cannot be shown by score.")
    else:
        caption = figure_caption(
            title, f"n = {plural(int(shares['n'].sum()), 'unit')} with an automated score"
        )
        of, alt = (manual, automated), "Share of units with the same nucleus, by automated score"
        show_chart("same-by-score", of, lambda: same_by_score_figure(shares, caption), alt=alt)
        st.caption(
            "Bars: Wilson 95 % intervals. Score: the automated table's; the first and last bin are open."
        )
    _show_types(manual, automated, family.view.label_source)


def _show_same(units: pd.DataFrame) -> None:
    best = unit_matches.without_lowest(units, LOWEST)
    same = int(units["same"].sum())
    numbers = {
        "Units compared": (f"{len(units):,}", "Units in both tables, each once."),
        "The same nucleus": (
            f"{same / len(units):.1%}",
            f"{same:,} of {plural(len(units), 'unit')} compared.",
        ),
    }
    if len(best):
        meaning = f"{int(best['same'].sum()):,} of {plural(len(best), 'unit')}, by automated score."
        numbers[f"Without the lowest {LOWEST:.0%}"] = (f"{best['same'].mean():.1%}", meaning)
    show_numbers(numbers)
    st.caption(
        "Of another automated match of these recordings the MICrONS Consortium (2025) reports 83 %, and 90 % "
        "without the lowest 30 %."
    )


def _show_types(manual: LabelTable, automated: LabelTable, label_source: LabelTable | None) -> None:
    """Labels of the manual nucleus against those of the automated one, for each unit."""
    st.markdown("**Are the two nuclei of the same type?**")
    if label_source is None:
        show_nothing("No table that labels these nuclei is at hand, so their types cannot be compared.")
        return
    levels = MATCHED_LEVELS.get(label_source.table.level or "", ("subclass", "class"))
    level = levels[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(levels) > 1:
            level = st.segmented_control(
                "Types as", levels, default=levels[0], required=True, key="unit-types", bind="query-params"
            )
        meaning = "Where both tables name the same nucleus it has one label, and falls on the diagonal."
        label = "Only units with different nuclei"
        only = st.toggle(label, key="units-differ", bind="query-params", help=meaning)
    types, n_units = _types(manual, automated, label_source, level, only)
    source = label_source.table.title
    out = ", ".join(f"{n:,} {reason}" for reason, n in types.left_out.items() if n)
    counted = f"{types.n:,} of {plural(n_units, 'unit')} counted; left out: {out or 'none'}."
    if not types.n:
        show_nothing(f"No unit has two nuclei that {source} labels at this level. {counted}")
        return
    st.caption(
        f"{counted} Labels of {source}: of the manual's nucleus (rows), of the automated's "
        f"(columns). The same {level} for {types.same:,} ({types.same / types.n:.1%})."
    )
    title, which = f"{manual.table.title} × {automated.table.title}", " matched to different nuclei"
    n = f"n = {plural(types.n, 'unit')}{which if only else ''}"
    caption = figure_caption(f"{title} by {source}, {level}", n)
    matrix = types.matrix.rename_axis("Manual", axis="index").rename_axis("Automated", axis="columns")
    show_chart(
        "unit-matrix", (manual, automated, label_source, level, only),
        lambda: matrix_figure(matrix, square=True, caption=caption, counted="units"),
        alt=f"Types of the two nuclei of a unit: {title}",
    )  # fmt: skip


@cached()
def _matches(manual: LabelTable, automated: LabelTable) -> unit_matches.UnitMatches:
    return unit_matches.match_units(manual.frame, automated.frame)


@cached()
def _types(
    manual: LabelTable, automated: LabelTable, label_source: LabelTable, level: Level, only_different: bool
) -> tuple[unit_matches.MatchedTypes, int]:
    """The matrix of types, and how many units it is of."""
    units = _matches(manual, automated).frame
    units = units[~units["same"]] if only_different else units
    return unit_matches.matched_types(units, label_source.frame, level), len(units)
