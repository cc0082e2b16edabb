"""Manual against automated coregistration: the same nucleus or not, by score, and the same type or not."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.unit_matches import (
    MatchedTypes,
    UnitMatches,
    match_units,
    matched_types,
    same_by_score,
    without_lowest,
)
from components.figures.intervals import same_by_score_figure
from components.figures.matrix import matrix_figure
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.notices import show_nothing
from data.errors import DataError
from data.labels.entry import Level
from data.loader import LabelTable

MANUAL, AUTOMATED = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"
ONE_LEVEL: dict[str, tuple[Level, ...]] = {"neuron": ("neuron",), "class": ("class",), "group": ("class",)}
"""At which level types are compared where a table's labels say no more than that."""
BOTH_LEVELS: tuple[Level, ...] = ("subclass", "class")
LOWEST = 0.3
"""Share of units of lowest score that the published comparison leaves out."""


def show_match(family: OpenFamily) -> None:
    """Whether both coregistrations match a unit to the same nucleus, by score, and to the same cell type."""
    manual, automated = family.load(MANUAL), family.load(AUTOMATED)
    st.subheader("Manual against automated", anchor=False)
    if not (isinstance(manual, LabelTable) and isinstance(automated, LabelTable)):
        show_nothing(
            f"This compares the two coregistration tables, and {_absent(manual, automated)} at hand."
        )
        return
    keys = (manual.key, automated.key)
    matches = _matches(manual, automated)
    st.caption(
        f"{matches.n_manual:,} units in {manual.table.title}, {matches.n_automated:,} in "
        f"{automated.table.title}, {matches.n_both:,} in both; {matches.n_ambiguous:,} of these stand twice "
        f"in a table and are left out, {len(matches.frame):,} are compared. Joined on session, scan_idx and "
        "unit_id; both tables whole, without the filters above."
    )
    if matches.frame.empty:
        show_nothing("No unit stands in both tables, so there is nothing to compare.")
        return
    _show_same(matches.frame)
    title = f"{manual.table.title} × {automated.table.title}"
    _show_by_score(matches.frame, title, keys)
    _show_types(matches.frame, title, family.view.label_source, keys)


def _absent(manual: LabelTable | DataError, automated: LabelTable | DataError) -> str:
    if isinstance(manual, DataError) and isinstance(automated, DataError):
        return "neither is"
    return f"the {'manual' if isinstance(manual, DataError) else 'automated'} one is not"


def _show_same(frame: pd.DataFrame) -> None:
    best = without_lowest(frame, LOWEST)
    same = int(frame["same"].sum())
    first, second, third = st.columns(3)
    first.metric("Units compared", f"{len(frame):,}", help="Units in both tables, each once.")
    second.metric(
        "The same nucleus", f"{same / len(frame):.1%}", help=f"{same:,} of {len(frame):,} units compared."
    )
    if len(best):
        third.metric(
            f"Without the lowest {LOWEST:.0%}", f"{best['same'].mean():.1%}",
            help=f"{int(best['same'].sum()):,} of {len(best):,} units, by automated score.",
        )  # fmt: skip
    st.caption(
        "Shares are of the units compared; the last one leaves out the units of lowest automated score. Of "
        "another automated match of these recordings the MICrONS Consortium (2025) reports 83 %, and 90 % "
        "without the lowest 30 %."
    )


def _show_by_score(frame: pd.DataFrame, title: str, keys: tuple[str, str]) -> None:
    shares = same_by_score(frame)
    if shares.empty:
        show_nothing("The automated rows at hand hold no scores, so agreement cannot be shown by score.")
        return
    n = int(shares["n"].sum())
    caption = figure_caption(title, f"n = {n:,} units with an automated score")
    alt = "Share of units with the same nucleus, by automated score"
    show_chart("same-by-score", keys, lambda: same_by_score_figure(shares, caption), alt=alt)
    st.caption(
        "Bars: Wilson 95 % intervals. Score is that of the automated table; the first and last bin are open."
    )


def _show_types(
    frame: pd.DataFrame, title: str, label_source: LabelTable | None, keys: tuple[str, str]
) -> None:
    """What one table calls the two nuclei of each unit."""
    st.markdown("**Are the two nuclei of the same type?**")
    if label_source is None:
        show_nothing("No table that labels these nuclei is at hand, so their types cannot be compared.")
        return
    level, only = _pick_types(label_source)
    chosen = frame[~frame["same"]] if only else frame
    key = (keys, label_source.key, level, only)
    types = _types(key, chosen, label_source)
    out = ", ".join(f"{n:,} {reason}" for reason, n in types.left_out.items() if n)
    said = f"{types.n:,} of {len(chosen):,} units counted; left out: {out or 'none'}."
    if not types.n:
        show_nothing(f"No unit has two nuclei that {label_source.table.title} labels at this level. {said}")
        return
    st.caption(
        f"{said} Labels of {label_source.table.title}: of the manual's nucleus (rows), of the automated's "
        f"(columns). The same {level} for {types.same:,} ({types.same / types.n:.1%})."
    )
    which = "units matched to different nuclei" if only else "units"
    caption = figure_caption(f"{title} by {label_source.table.title}, {level}", f"n = {types.n:,} {which}")
    matrix = types.matrix.rename_axis("Manual", axis="index").rename_axis("Automated", axis="columns")
    alt = f"Types of the two nuclei of a unit: {title}"
    show_chart(
        "unit-matrix", key, lambda: matrix_figure(matrix, square=True, caption=caption, counted="units"),
        alt=alt,
    )  # fmt: skip


def _pick_types(label_source: LabelTable) -> tuple[Level, bool]:
    """Let the reader choose the level, and whether units with one and the same nucleus count too."""
    levels = ONE_LEVEL.get(label_source.table.level or "", BOTH_LEVELS)
    left, right = st.columns(2, vertical_alignment="bottom")
    level = levels[0]
    if len(levels) > 1:
        level = left.segmented_control(
            "Types as", levels, default=levels[0], required=True, key="unit-types", bind="query-params"
        )
    only = right.toggle(
        "Only units with different nuclei", key="units-differ", bind="query-params",
        help="Where both tables name the same nucleus it has one label, and falls on the diagonal.",
    )  # fmt: skip
    return level, only


@cached(max_entries=4)
def _matches(manual: LabelTable, automated: LabelTable) -> UnitMatches:
    return match_units(manual.frame, automated.frame)


@st.cache_resource(show_spinner=False, max_entries=16)
def _types(
    key: tuple[tuple[str, str], str, Level, bool], _frame: pd.DataFrame, _label_source: LabelTable
) -> MatchedTypes:
    return matched_types(_frame, _label_source.frame, key[2])
