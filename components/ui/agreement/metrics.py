"""The metrics of a pair of tables, the scores of each label, and where training makes them optimistic."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from pandas.io.formats.style import Styler

from components.analysis.comparison.agreement import Agreement, without_empty_kappa
from components.analysis.comparison.axes import made_by_hand, share_labels, teaching_words, training_words
from components.analysis.comparison.circular import learnt_from_other
from components.analysis.comparison.intervals import Interval
from components.analysis.comparison.metrics import (
    FEW,
    METRICS,
    interval_words,
    label_scores,
    measure_counts,
    metric_intervals,
)
from components.analysis.labels.ids import each_once
from components.analysis.labels.levels import finest_common_level
from components.analysis.selection.filter_rows import FILTERS
from components.figures.frame import MUTED
from components.ui.context.comparison import NONE_COMPARED
from components.ui.context.filters import ANY
from components.ui.session.cached import cached
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, load_labels
from data.catalog.entry import Table
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import off_column

COLUMN_KEY, OUTSIDE = FILTERS["column"].parameter(), "Outside"
INTERVALS_HELP = (
    "Wilson’s interval, for κ and the others with the variance of the delta method. It says how much the "
    "choice of nuclei moves a number, not whether either table is right. None is shown where it held the "
    "true value in fewer than 90 % of made-up tables of 2, 11 and 16 labels; near 100 % agreement, and near "
    "κ = 0 with a rare label, those of fewer than 100 nuclei may hold it a little less often."
)


def show_metrics(result: Agreement | None) -> None:
    """Every metric of a pair, each with what it is of, its interval, or why it is undefined."""
    if result is None:
        return
    n, pairs = len(result.pairs.frame), result.pairs
    st.subheader("How far they agree", anchor=False)
    if not n:
        show_nothing(NONE_COMPARED)
        return
    few = f" :gray[**Few**: with fewer than {FEW} nuclei each number is rough.]" if n < FEW else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"Of **{of_nuclei(n)} compared** {pairs.at_level}.{few}", width="content")
        drawn = st.toggle(
            "95 % intervals", value=True, key="intervals", bind="query-params", help=INTERVALS_HELP
        )
    counts = result.matrix.to_numpy()
    metrics, undefined = measure_counts(counts, square=pairs.square)
    measured = replace(result, metrics=metrics, undefined=undefined)
    intervals_by_name = metric_intervals(counts, square=pairs.square) if drawn else None
    with st.container(key="metrics", horizontal=True, gap="xsmall"):
        for name in METRICS:
            with st.container(gap=None, width=88):
                _show_tile(measured, name, intervals_by_name)


def agreement_title(rows: Table, columns: Table, level: Level) -> str:
    """Name the share of same labels: with the manual table where exactly one was labelled by hand."""
    if circle := learnt_from_other(rows, columns, level):
        return f"Circular agreement with {circle[1].title}"
    manual = made_by_hand(rows, columns)
    return f"Agreement with {manual.title}" if manual else METRICS["agreement"].title


def _show_tile(result: Agreement, name: str, intervals: dict[str, Interval | str] | None) -> None:
    result = without_empty_kappa(result)
    metric, value, pairs = METRICS[name], result.metrics[name], result.pairs
    title = agreement_title(pairs.rows, pairs.columns, pairs.level) if name == "agreement" else metric.title
    shown = "undefined" if value is None else metric.text(value)
    few = value is None or len(pairs.frame) < FEW
    st.metric(
        plain(title), f":gray[{shown}]" if few else shown,
        help=f"{metric.meaning}. Of {of_nuclei(len(pairs.frame))} in {plain(pairs.rows.title)} and "
        f"{plain(pairs.columns.title)}.",
    )  # fmt: skip
    if value is None:
        st.caption(result.undefined[name])
    elif intervals is not None:
        words, *reason = interval_words(name, intervals[name]).split(": ", 1)
        st.caption(words, help=next(iter(reason), None))


def show_labels(result: Agreement | None) -> None:
    """Precision, recall and F1 of each label, read in both directions; of a square pair only."""
    if result is None or result.pairs.frame.empty:
        return
    pairs = result.pairs
    rows, columns = pairs.rows.title, pairs.columns.title
    st.subheader("Label by label", anchor=False)
    if not pairs.square:
        finest = finest_common_level(pairs.rows, pairs.columns)
        alike = share_labels(pairs.rows, pairs.columns, finest)
        coarser = f" At the level of {finest} they have the same." if alike else ""
        show_nothing(f"{rows} and {columns} have different labels here, so none can be scored.{coarser}")
        return
    lines = score_rows(result)
    # Not st.dataframe: its heads do not wrap, and which share is of what must be read at a glance.
    st.table(_styled(lines, pairs.rows, pairs.columns), hide_index=True, border="horizontal")
    st.caption(
        f"Of {of_nuclei(len(pairs.frame))} compared. With {plain(rows)} taken as given, "
        f"“{plain(_same(rows, columns))}” is the recall of {plain(columns)}, and "
        f"“{plain(_same(columns, rows))}” its precision; with {plain(columns)} as given they swap, and F1 "
        f"stays the same. Grey, and named in the last column: of fewer than {FEW} nuclei. Undefined: of none."
    )
    name = f"labels-{pairs.rows.name}-{pairs.columns.name}-{pairs.level}"
    show_csv_download("These scores as CSV", lines.assign(level=pairs.level), name)


def score_rows(result: Agreement) -> pd.DataFrame:
    """Lay out `label_scores` of a square pair: counts, the share of each table, F1, and what is few."""
    rows, columns = result.pairs.rows.title, result.pairs.columns.title
    scores = label_scores(result.matrix)
    support = scores["support"], result.matrix.sum(axis="index")
    words = np.array(["", rows, columns, "both"])
    return pd.DataFrame(
        {
            "Label": scores.index.astype(str),
            f"In {rows}": support[0].to_numpy(),
            f"In {columns}": support[1].to_numpy(),
            "The same in both": np.diagonal(result.matrix.to_numpy()),
            _same(rows, columns): scores["recall"].to_numpy(),
            _same(columns, rows): scores["precision"].to_numpy(),
            "F1": scores["f1"].to_numpy(),
            f"Few (< {FEW}) in": words[(support[0] < FEW).to_numpy() + 2 * (support[1] < FEW).to_numpy()],
        }
    )


def _same(given: str, other: str) -> str:
    return f"Of {given}, the same in {other}"


def _styled(lines: pd.DataFrame, rows: Table, columns: Table) -> Styler:
    """Shares as per cent, and grey where they are of few nuclei; the last column says so in words."""
    few = [lines[f"In {table.title}"] < FEW for table in (rows, columns)]
    heads = _same(rows.title, columns.title), _same(columns.title, rows.title)
    greyed = {heads[0]: few[0], heads[1]: few[1], "F1": few[0] | few[1]}
    styled = lines.style.format("{:,}", subset=[*lines.select_dtypes("integer")])
    colours = pd.DataFrame("", index=lines.index, columns=lines.columns)
    for head, mask in greyed.items():
        colours.loc[mask, head] = f"color: {MUTED}"
    styled = styled.format("{:.1%}", subset=[*greyed], na_rep="undefined")
    return styled.apply(lambda _: colours, axis=None)


def show_leak(result: Agreement | None) -> None:
    """Where training makes the agreement optimistic, say so; offer the nuclei outside the column."""
    if result is None:
        return
    rows, columns = result.pairs.rows, result.pairs.columns
    words = plain(training_words(rows, columns, current_release().tables))
    if not words:
        return
    # Outside the column a teacher has nothing to say, so nothing is offered where one is compared.
    offer, column = ("", "") if teaching_words(rows, columns) else _offer(result)
    with st.popover(
        "Training", icon=":material/school:", help="One learned from the other, or both from the same labels."
    ):
        st.warning(f"{words}{offer}", icon=":material/school:")
        if column:
            beyond = f"Only nuclei outside the {VOLUME.column_name}"
            st.button(
                beyond if column == OUTSIDE else "Nuclei inside it too", key="leak",
                on_click=st.session_state.update, args=({COLUMN_KEY: column},),
                icon=":material/filter_alt:",
            )  # fmt: skip


def _offer(result: Agreement) -> tuple[str, str]:
    """What the filter of the column leaves to compare, in words, and what it may be set to."""
    pairs, n = result.pairs, len(result.pairs.frame)
    if st.session_state.get(COLUMN_KEY) == OUTSIDE:
        return " Shown are only nuclei outside the column.", ANY
    one = load_labels(pairs.rows.name)
    if not isinstance(one, LabelTable):
        return "", ""
    outside = int(np.isin(pairs.frame.index.to_numpy(), _outside(one)).sum())
    words = f" {outside:,} of the {of_nuclei(n)} compared lie outside it." if n else ""
    return words, OUTSIDE if 0 < outside < n else ""


@cached()
def _outside(one: LabelTable) -> NDArray[np.int64]:
    """Nuclei of a table that the filter “outside the V1 column” keeps."""
    outside = off_column(*(one.frame[axis] for axis in POSITION))
    return each_once(one.frame["nucleus_id"].to_numpy()[outside])
