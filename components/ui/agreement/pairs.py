"""What two tables compare: the nuclei one by one, and what each label counts as."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, Pairs
from components.analysis.comparison.crosswalk import ambiguous_nuclei, crosswalk
from components.analysis.comparison.differences import same_labels
from components.analysis.labels.ids import Ids, in_either
from components.analysis.labels.nucleus_table import PLACE
from components.analysis.output.files import Rows
from components.ui.context.comparison import Comparison
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.table_view import TableView
from components.ui.selection.selection import current_selection, selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.exports import marked, marked_rows, show_csv_download
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei

MEANINGS = (
    "Exact: the label itself, another spelling, the class that it names, or all its counted cells. "
    "Majority: most of its counted cells. Described: by its description, no cells counted. Ambiguous: many "
    "cells are known to be of another kind, and it counts as the likeliest. Cells were counted by hand. "
    "Unmapped: it has no counterpart at this level, and its "
    "nuclei are not compared. Conflicting: the table gives the nucleus two labels. Each nucleus counts once, "
    "whatever the filters."
)

UNCOUNTED = dict.fromkeys(("described", "ambiguous"), "none known")


def show_pairs(view: TableView, result: Agreement | None) -> None:
    """List the compared nuclei, or those of them that are selected, with both labels; to sort and to save."""
    if result is None or result.pairs.frame.empty:
        return
    pairs = result.pairs
    st.subheader("The nuclei compared", anchor=False)
    loaded, _ = wide_table(pairs.rows.name, pairs.columns.name)
    rows, listed = _compared_rows(pairs, loaded)
    chosen = ""
    if current_selection() is not None:
        selected = rows[rows["nucleus_id"].isin(selected_nuclei())]
        label = f"Only the {len(selected):,} of them that are selected"
        if st.toggle(label, value=bool(len(selected)), key="only-selected"):
            rows, listed, chosen = selected, marked_rows(selected), " that are selected"
    st.caption(
        f"{len(rows):,} of the {of_nuclei(len(pairs.frame))} compared {pairs.at_level}{chosen}. "
        f"Columns: the label by {pairs.rows.title} and by {pairs.columns.title}."
    )
    st.dataframe(listed, hide_index=True, height=320, lazy=True, key="pairs")
    show_csv_download("These nuclei as CSV", rows, f"{pairs.rows.name}-{pairs.columns.name}-pairs")


def show_crosswalk(view: TableView, comparison: Comparison) -> None:
    """What each label of both tables counts as at the level compared, how surely, and who says so."""
    rows, columns, result = view.label_source, comparison.partner, comparison.result
    if rows is None or columns is None or result is None:
        return
    pairs = result.pairs
    first, second, ambiguous = _crosswalks(rows, columns, pairs.level)
    st.subheader("Which label went where", anchor=False)
    if len(pairs.frame) or pairs.left_out["ambiguous"]:  # else the metrics say that none is compared
        st.markdown(ambiguity_words(pairs, ambiguous))
    st.caption(f"The crosswalk, label by label, {pairs.at_level}.", help=MEANINGS)
    for axis, one, lines in (("rows", rows, first), ("columns", columns, second)):
        st.markdown(f"**{one.table.title}** ({axis}): {mapping_words(lines)}")
        key = f"crosswalk-{axis}-{one.table.name}"
        st.dataframe(marked(crosswalk_lines(lines)), hide_index=True, key=key)
    parts = [first.assign(table=rows.table.name), second.assign(table=columns.table.name)]
    both = pd.concat(parts, ignore_index=True).assign(level=pairs.level)
    name = f"crosswalk-{rows.table.name}-{columns.table.name}-{pairs.level}"
    show_csv_download("The crosswalk as CSV", both, name)


def ambiguity_words(pairs: Pairs, ambiguous: Ids) -> str:
    """Say how many of the compared nuclei carry an ambiguous mapping, or how many were left out for it.

    Parameters
    ----------
    pairs : Pairs
    ambiguous : int64 array
        Nuclei to which either table gives a label whose mapping to the level is ambiguous.
    """
    n, removed = len(pairs.frame), pairs.left_out["ambiguous"]
    if removed:
        return (
            f"Ambiguous mappings are switched off: that leaves out **{removed:,} of the "
            f"{of_nuclei(pairs.n_both)} in both tables**; {n:,} are compared."
        )
    if not n:
        return "No nucleus is compared."
    carry = int(np.isin(pairs.frame.index.to_numpy(), ambiguous).sum())
    if not carry:
        return f"None of the {of_nuclei(n)} compared carries an ambiguous mapping."
    return (
        f"**{carry:,} of the {of_nuclei(n)} compared** ({carry / n:.1%}) carry an ambiguous mapping: a label "
        f"of which many cells are known to be of another {pairs.level} than the one it counts as."
    )


def mapping_words(lines: pd.DataFrame) -> str:
    """Say how many nuclei of both tables each kind of mapping has: "1,128 exact, 7 unmapped"."""
    counts = lines.groupby("mapping", sort=False)["shared"].sum()
    parts = [f"{int(n):,} {mapping}" for mapping, n in counts.sort_values(ascending=False).items() if n]
    both = of_nuclei(int(counts.sum()))
    return f"of {both} in both tables {', '.join(parts)}." if parts else "none in both."


def crosswalk_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Lay out `crosswalk` for the reader."""
    heads = {
        "label": "Label",
        "reads_as": "Counts as",
        "mapping": "Mapping",
        "nuclei": "Nuclei in the table",
        "shared": "In both tables",
        "cells": "Counted cells",
        "source": "What the mapping rests on",
    }
    cells = [
        f"{same:,} of {counted:,} ({same / counted:.0%})"
        if pd.notna(counted)
        else UNCOUNTED.get(mapping, "–")
        for mapping, same, counted in zip(lines["mapping"], lines["same"], lines["counted"], strict=True)
    ]
    return lines.fillna({"reads_as": "–"}).assign(cells=cells)[[*heads]].rename(columns=heads)


@cached()
def _compared_rows(pairs: Pairs, loaded: dict[str, LabelTable]) -> tuple[pd.DataFrame, Rows]:
    """The compared nuclei with both labels and their places, and the same as they are listed."""
    wide = side_by_side(loaded)
    titles = {"row_label": pairs.rows.title, "column_label": pairs.columns.title}
    rows = pairs.frame.rename(columns=titles).join(wide[[name for name in PLACE if name in wide]])
    if pairs.square:
        rows.insert(2, "agree", same_labels(pairs.frame))
    rows = rows.reset_index()
    return rows, marked_rows(rows)


@cached()
def _crosswalks(
    rows: LabelTable, columns: LabelTable, level: Level
) -> tuple[pd.DataFrame, pd.DataFrame, Ids]:
    """The crosswalk of either table, and the nuclei that either maps ambiguously."""
    axes = (rows.as_axis, columns.as_axis)
    first, second = (
        crosswalk(*axis_table, level, others=other["nucleus_id"].to_numpy())
        for axis_table, (_, other) in zip(axes, reversed(axes), strict=True)
    )
    return first, second, in_either(*(ambiguous_nuclei(*axis_table, level) for axis_table in axes))
