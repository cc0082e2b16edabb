"""The panels that family pages are made of: counts, depth, agreement, rows."""

import streamlit as st

from components.analysis.agreement import Agreement, measure_agreement, pair_labels
from components.analysis.counts import depth_profile, find_universe, type_counts
from components.analysis.layers import layer_bounds
from components.analysis.levels import raw_labels
from components.figures.counts import counts_figure, depth_figure
from components.figures.matrix import matrix_figure
from components.ui.exports import marked, plot_config, show_csv_download, with_text_ids
from components.ui.notices import show_notes, show_problem
from components.ui.release import current_release, load_at_hand
from data.catalog import TABLES
from data.cell_types import Level, colour_of
from data.errors import DataError
from data.loader import LabelTable
from data.space import LAYER_PRESETS


def table_caption(*titles: str, n: int, of: str) -> str:
    """Say of a picture which tables, which release, how many of what, and from where."""
    opened = current_release()
    made_up = "SYNTHETIC ROWS · " if opened.source.synthetic else ""
    what = f"{made_up}{' × '.join(titles)} · v{opened.release.number}"
    return f"{what}<br>n = {n:,} {of} · source: {opened.source.name}"


def show_state(name: str, one: LabelTable | DataError) -> None:
    """Say what a table's rows lack, or why there are none."""
    if isinstance(one, LabelTable):
        show_notes(one)
    else:
        show_problem(one, TABLES[name])


def show_counts(one: LabelTable) -> None:
    """How many nuclei of each type, out of how many."""
    labels = raw_labels(one.frame)
    counts = type_counts(one.frame["nucleus_id"], labels)
    universe = find_universe({name: got.frame for name, got in load_at_hand(one.table.name).items()})
    n = one.provenance.nuclei
    st.subheader("How many", anchor=False)
    st.caption(
        f"{n:,} nuclei labelled, {n / len(universe.nuclei):.1%} of {len(universe.nuclei):,} {universe.name}. "
        "Shares are of the labelled nuclei."
    )
    caption = table_caption(one.table.title, n=n, of="nuclei")
    figure = counts_figure(counts, {label: colour_of(label) for label in counts.index}, caption)
    alt = f"Nuclei per label in {one.table.title}"
    key = f"counts-{one.table.name}"
    st.plotly_chart(figure, key=key, config=plot_config(key), alt=alt)


def show_depth(one: LabelTable) -> None:
    """How deep the nuclei of each type lie: pia on top."""
    labels = raw_labels(one.frame)
    profile = depth_profile(one.frame, labels)
    preset = LAYER_PRESETS[0]
    st.subheader("How deep", anchor=False)
    st.caption(f"Layer lines: {preset.name}. {preset.note}")
    caption = table_caption(one.table.title, n=one.provenance.nuclei, of="nuclei")
    colours = {label: colour_of(label) for label in profile.columns}
    figure = depth_figure(profile, colours, layer_bounds(preset), caption)
    alt = f"Depth of the nuclei in {one.table.title}"
    key = f"depth-{one.table.name}"
    st.plotly_chart(figure, key=key, config=plot_config(key), alt=alt)


def compare(rows: LabelTable | DataError, columns: LabelTable | DataError, level: Level) -> Agreement | None:
    """Measure how two tables agree at a level, once for all sessions; None unless both are loaded."""
    if not (isinstance(rows, LabelTable) and isinstance(columns, LabelTable)):
        return None
    return _compare(_key(rows), _key(columns), level, rows, columns)


@st.cache_resource(show_spinner=False, max_entries=64)
def _compare(
    rows_key: str, columns_key: str, level: Level, _rows: LabelTable, _columns: LabelTable
) -> Agreement:
    return measure_agreement(pair_labels((_rows.table, _rows.frame), (_columns.table, _columns.frame), level))


def _key(one: LabelTable) -> str:
    """What tells a loaded table from every other, a later fetch of the same one included."""
    record = one.provenance
    return f"{record.place} {record.release} {record.table} {record.fetched_at} {record.stamp}"


def show_agreement_numbers(result: Agreement | None) -> None:
    """The numbers over a matrix, each with what it is of."""
    if result is None:
        return
    pairs = result.pairs
    compared = f"of {len(pairs.frame):,} nuclei compared at the level of {pairs.level}."
    tables = (
        f"{pairs.n_rows_table:,} in {pairs.rows.title}, {pairs.n_columns_table:,} in {pairs.columns.title}."
    )
    numbers = {
        "Nuclei in both tables": (f"{pairs.n_both:,}", tables),
        "Agreement": (_metric(result, "agreement", "{:.1%}"), f"The same label, {compared}"),
        "Cohen's κ": (_metric(result, "kappa", "{:.3f}"), f"Agreement beyond chance, {compared}"),
        "Adjusted Rand index": (_metric(result, "ari", "{:.3f}"), f"How alike the groupings are, {compared}"),
    }
    for place, (name, (value, meaning)) in zip(st.columns(4), numbers.items(), strict=True):
        place.metric(name, value, help=meaning)


def show_matrix(result: Agreement | None) -> None:
    """The matrix, with every denominator."""
    if result is None:
        return
    st.subheader(f"{result.pairs.rows.title} against {result.pairs.columns.title}", anchor=False)
    pairs = result.pairs
    out = " · ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in pairs.left_out.items() if n)
    st.caption(
        f"{pairs.n_rows_table:,} nuclei in {pairs.rows.title}, {pairs.n_columns_table:,} in "
        f"{pairs.columns.title}, {pairs.n_both:,} in both, {len(pairs.frame):,} compared at the level of "
        f"{pairs.level}; left out: {out or 'none'}. Joined on the nucleus ID. Neither table is the truth."
    )
    for model, teacher in ((pairs.rows, pairs.columns), (pairs.columns, pairs.rows)):
        if teacher.name in model.trained_on:
            st.caption(
                f":material/school: {model.title} was trained on {teacher.title}: "
                "this agreement is optimistic."
            )
    if pairs.frame.empty:
        st.info("No nucleus has a label at this level in both tables, so there is nothing to compare.")
        return
    caption = table_caption(
        pairs.rows.title, pairs.columns.title, n=len(pairs.frame), of=f"nuclei compared, {pairs.level}"
    )
    figure = matrix_figure(result.matrix, square=pairs.square, caption=caption)
    alt = f"{pairs.rows.title} against {pairs.columns.title}"
    key = f"matrix-{pairs.rows.name}-{pairs.columns.name}"
    st.plotly_chart(figure, key=key, config=plot_config(key), alt=alt)


def show_rows(one: LabelTable) -> None:
    """The rows, every ID as text, and as a file with where they came from."""
    st.subheader("Rows", anchor=False)
    st.caption(f"{one.provenance.rows:,} rows of {one.table.name}; sort by a click on a column's head.")
    rows = with_text_ids(one.frame)
    st.dataframe(marked(rows), hide_index=True, height=360, lazy=True, key=f"rows-{one.table.name}")
    show_csv_download("Download these rows as CSV", rows, one.table.name)


def _metric(result: Agreement, name: str, form: str) -> str:
    value = getattr(result, name)
    return "undefined" if value is None else form.format(value)
