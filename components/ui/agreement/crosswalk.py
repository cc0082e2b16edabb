"""The crosswalk on a page: which label of each table went where, and what rests on a likeliest guess."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.crosswalk import ambiguous_nuclei, crosswalk
from components.ui.context.comparison import Comparison
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached
from components.ui.session.exports import marked, show_csv_download
from data.labels.entry import Level
from data.loader import LabelTable

Crosswalks = tuple[pd.DataFrame, pd.DataFrame, NDArray[np.int64]]
MEANINGS = (
    "Exact: all cells of the label, or nearly all, are taken to be so. Ambiguous: many are known to be of "
    "another kind, and it counts as the likeliest. Unmapped: it has no counterpart at this level, and its "
    "nuclei are not compared. Conflicting: the table gives the nucleus two labels. Each nucleus counts once, "
    "whatever the filters."
)


def show_crosswalk(view: TableView, comparison: Comparison) -> None:
    """What each label of both tables counts as at the level compared, how surely, and who says so."""
    rows, columns, result = view.label_source, comparison.partner, comparison.result
    if rows is None or columns is None or result is None:
        return
    pairs = result.pairs
    first, second, ambiguous = _crosswalks(rows, columns, pairs.level)
    level = "raw labels" if pairs.level == "type" else pairs.level
    st.subheader("Which label went where", anchor=False)
    if len(pairs.frame) or pairs.left_out["ambiguous"]:  # else the metrics have said it
        st.markdown(ambiguity_words(pairs, ambiguous))
    with st.expander(f"The crosswalk, label by label, at the level of {level}"):
        for side, one, lines in (("rows", rows, first), ("columns", columns, second)):
            st.markdown(f"**{one.table.title}** ({side}): {mapping_words(lines)}")
            shown = crosswalk_lines(lines)
            st.dataframe(marked(shown), hide_index=True, key=f"crosswalk-{side}-{one.table.name}")
        st.caption(MEANINGS)
        both = pd.concat(
            [first.assign(table=rows.table.name), second.assign(table=columns.table.name)], ignore_index=True
        ).assign(level=pairs.level)
        name = f"crosswalk-{rows.table.name}-{columns.table.name}-{pairs.level}"
        show_csv_download("The crosswalk as CSV", both, name)


def ambiguity_words(pairs: Pairs, ambiguous: NDArray[np.int64]) -> str:
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
            f"Ambiguous mappings are switched off: that leaves out **{removed:,} of the {pairs.n_both:,} "
            f"nuclei in both tables**; {n:,} are compared."
        )
    if not n:
        return "No nucleus is compared."
    carry = int(np.isin(pairs.frame.index.to_numpy(), ambiguous).sum())
    if not carry:
        return f"None of the {n:,} nuclei compared carries an ambiguous mapping."
    return (
        f"**{carry:,} of the {n:,} nuclei compared** ({carry / n:.1%}) carry an ambiguous mapping: a label "
        f"of which many cells are known to be of another {pairs.level} than the one it counts as."
    )


def mapping_words(lines: pd.DataFrame) -> str:
    """Say how many nuclei of both tables each kind of mapping has: "1,128 exact, 7 unmapped"."""
    counts = lines.groupby("mapping", sort=False)["shared"].sum()
    said = [f"{int(n):,} {mapping}" for mapping, n in counts.sort_values(ascending=False).items() if n]
    return f"of {int(counts.sum()):,} nuclei in both tables {', '.join(said)}." if said else "none in both."


def crosswalk_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Lay out `crosswalk` for the reader."""
    heads = {
        "label": "Label",
        "reads_as": "Counts as",
        "mapping": "Mapping",
        "nuclei": "Nuclei in the table",
        "shared": "In both tables",
        "source": "What the mapping rests on",
    }
    return lines.fillna({"reads_as": "–"})[[*heads]].rename(columns=heads)


@cached()
def _crosswalks(rows: LabelTable, columns: LabelTable, level: Level) -> Crosswalks:
    """The crosswalk of either table, and the nuclei that either maps ambiguously."""
    sides = [one.as_axis for one in (rows, columns)]
    ids = [frame["nucleus_id"].to_numpy() for _, frame in sides]
    first, second = (
        crosswalk(*side, level, others=others) for side, others in zip(sides, reversed(ids), strict=True)
    )
    return first, second, np.union1d(*(ambiguous_nuclei(*side, level) for side in sides))
