"""Agreement in other mixes of types and depths, and what one table covers of the other's types."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.axes import made_by_hand
from components.analysis.comparison.differences import same_labels
from components.analysis.comparison.intervals import wilson_interval
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import finest_common_level, nucleus_labels
from components.analysis.raters.standardised import (
    BAND_UM,
    FEWEST,
    Standardised,
    mix_of,
    standardised_agreement,
)
from components.analysis.selection.kinds import Covered, Filtered
from components.analysis.selection.marks import Axis, Marks, MarkWords, coded_words
from components.analysis.selection.selection import Selection
from components.figures.composition import places_figure
from components.figures.frame import ORANGE, ROW, TEAL
from components.ui.cloud.cloud import linked
from components.ui.context.comparison import Comparison
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.table_view import TableView
from components.ui.selection.picks import choose_mark
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked
from components.ui.session.notices import show_nothing
from data.catalog import CATALOG
from data.labels.crosswalk import at_level, ordered
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei

KEY = "covered"
PARTS = ("covered", "not covered")
HOVER = (
    "<b>%{y}</b><br>nuclei %{fullData.name}: %{customdata[0]:,} of %{customdata[1]:,} (%{x:.1%})"
    "%{hovertext}<extra></extra>"
)
HELP = (
    f"Post-stratification: a stratum is a label of the named table in {BAND_UM:g} µm of depth, and the "
    "agreement of its compared nuclei counts as often as the table has nuclei there. Left out, and counted "
    "in the last column, are strata without a compared nucleus and types that only one of the two tables "
    "gives. This corrects for which types and depths were compared, not for how a table chose nuclei within "
    f"them. Intervals are Wilson’s, with the weighted mean’s variance; none of fewer than {FEWEST} nuclei."
)


def show_standardised(view: TableView, comparison: Comparison) -> None:
    """The agreement beside what it would be in each table's own mix."""
    if not (compared := _compared(view, comparison)):
        return
    pairs, rows, columns = compared
    st.subheader("In another mix of types and depths", anchor=False)
    if pairs.square:
        lines = _lines(pairs, rows, columns, wide_table(pairs.rows.name, pairs.columns.name)[0])
        st.caption(
            f"The {of_nuclei(len(pairs.frame))} compared hold some types and depths more often than either "
            "table does. Here each type and depth is weighted as in the table named.",
            help=HELP,
        )
        st.dataframe(marked(lines), hide_index=True, key="standardised")
    else:
        show_nothing("The two tables use different labels here, so no agreement can be standardised.")


def _compared(view: TableView, comparison: Comparison) -> tuple[Pairs, LabelTable, LabelTable] | None:
    """The pairs of labels with both tables, where each names types of nuclei; else None."""
    result, rows, columns = comparison.result, view.label_source, comparison.partner
    if result is None or rows is None or columns is None or result.pairs.frame.empty:
        return None
    units = "units" in (result.pairs.rows.kind, result.pairs.columns.kind)
    return None if units else (result.pairs, rows, columns)


@cached()
def _lines(
    pairs: Pairs, rows: LabelTable, columns: LabelTable, loaded: dict[str, LabelTable]
) -> pd.DataFrame:
    """A line for each mix: the agreement there, with what it is of."""
    depth = side_by_side(loaded)["depth_um"]
    n, agree = len(pairs.frame), int(same_labels(pairs.frame).sum())
    low, high = wilson_interval(np.array(agree), np.array(n))
    raw = Standardised(share=agree / n, interval=(float(low), float(high)), n=n, mix=n, mix_left_out=0)
    given = _labels_of(rows, pairs.level) & _labels_of(columns, pairs.level)
    lines = {"as compared": raw}
    for one in {table.table.name: table for table in (rows, columns, *_widest(loaded))}.values():
        mix = mix_of(one.frame, finest_common_level(one.table, one.table), depth)
        lines[f"as {one.table.title} has them"] = standardised_agreement(
            pairs.frame, mix, _meaning(mix, pairs.level, given)
        )
    if manual := made_by_hand(pairs.rows, pairs.columns):
        one = rows if rows.table == manual else columns
        mix = mix_of(one.frame, pairs.level, depth)
        lines[f"each type of {manual.title} alike"] = standardised_agreement(
            pairs.frame, mix, _meaning(mix, pairs.level, given), alike=True
        )
    return pd.DataFrame([_line(mix, found) for mix, found in lines.items()])


def _labels_of(one: LabelTable, level: Level) -> set[str]:
    """The labels that a table gives at a level."""
    return {*map(str, nucleus_labels(one.frame, level).labels.dropna().unique())}


def _meaning(mix: pd.DataFrame, level: Level, given: set[str]) -> set[str]:
    """The labels of a mix that mean one of those given at the level compared."""
    return {label for label in mix["label"].unique() if at_level(label, level) in given}


def _widest(loaded: dict[str, LabelTable]) -> list[LabelTable]:
    """The table at hand that represents the release: the widest of those that can label any nucleus."""
    return [loaded[name] for name in CATALOG.label_sources if name in loaded][:1]


def _line(mix: str, found: Standardised) -> dict[str, str]:
    form = METRICS["agreement"].form.format
    interval = "" if found.interval is None else f" ({' to '.join(map(form, found.interval))})"
    return {
        "Types and depths": mix,
        "Agreement (95 %)": "–" if found.share is None else f"{form(found.share)}{interval}",
        "Compared": f"{found.n:,}",
        "Stand for": f"{found.mix:,}",
        "Left out": f"{found.mix_left_out:,}",
    }


def show_covered(view: TableView, comparison: Comparison) -> None:
    """What one table covers of each type of the other; a click selects what it lacks."""
    if not (compared := _compared(view, comparison)):
        return
    pairs, rows, columns = compared
    chosen = st.segmented_control(
        "Types of", [rows.table.title, columns.table.title],
        default=(made_by_hand(pairs.rows, pairs.columns) or rows.table).title,
        required=True, key="covered-of", bind="query-params",
        help="Of the nuclei that this table gives a type, those that the other holds too, and those that it "
        "does not hold. Click a part of a bar to select its nuclei.",
    )  # fmt: skip
    one, other = (rows, columns) if chosen == rows.table.title else (columns, rows)
    marks = _covered(pairs, one, other, None if view.is_whole else view.nuclei)
    covered = _counted(marks)
    n, lacking = covered.sum(axis=1)
    caption = view.caption(
        f"{n:,} of {of_nuclei(n + lacking)} covered", f"By {other.table.title}, {pairs.level}"
    )

    def recipe(words: MarkWords) -> list[Selection | None]:
        label, name = words.get("y"), one.table.name
        called = Filtered(name, (label,), level=pairs.level) if label else Filtered(name)
        parts = called & Covered((other.table.name,)), called - Filtered(other.table.name)
        return [parts[PARTS.index(words["name"])] if "name" in words else called]

    show_chart(
        KEY, (view, one, other, pairs),
        lambda: places_figure(
            covered, dict(zip(PARTS, (TEAL, ORANGE), strict=True)), caption, HOVER, row=ROW
        ),
        alt=f"Coverage of {one.table.title}",
        marks=linked(lambda: marks, None if view.is_whole else view, one.table.name, other.table.name),
        on_select=lambda: choose_mark(KEY, marks, recipe, view),
    )  # fmt: skip


@cached()
def _covered(pairs: Pairs, one: LabelTable, other: LabelTable, within: Ids | None) -> Marks:
    """A mark for each label of a table (`y`), in two: what another table holds too, and the rest (`name`)."""
    labels = nucleus_labels(one.frame, pairs.level).labels.dropna()
    labels = labels if within is None else labels[np.isin(labels.index.to_numpy(), within)]
    held = np.isin(labels.index.to_numpy(), other.frame["nucleus_id"].to_numpy())
    parts = coded_words((~held).astype(np.int64), PARTS)
    axes = {"name": Axis(parts, (other.table.name,)), "y": Axis(labels.array, (one.table.name,))}
    return Marks(labels.index.to_numpy(dtype=np.int64), axes)


def _counted(covered: Marks) -> pd.DataFrame:
    """Nuclei of each part (index) of each label (columns, in the order of display)."""
    parts, labels = (covered.axes[axis].words for axis in ("name", "y"))
    counts = pd.crosstab(np.asarray(parts), np.asarray(labels)).reindex(parts.categories, fill_value=0)
    return counts[ordered(map(str, counts.columns))].rename_axis("type", axis="columns")
