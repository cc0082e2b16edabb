"""The M-types' own panels: whose names the rows speak, what maps only roughly, the connectivity groups."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, Pairs, measure_agreement, pair_labels
from components.analysis.comparison.crosswalk import (
    Vocabulary,
    ambiguous_counts,
    rows_of_class,
    spoken_vocabulary,
    vocabulary_counts,
)
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.figures.matrix import matrix_figure
from components.ui.context.comparison import compared
from components.ui.family.page import OpenFamily
from components.ui.session.cached import cached
from components.ui.session.captions import figure_caption
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked
from components.ui.session.notices import plain, show_nothing
from data.labels.crosswalk import at_level, find_label, is_ambiguous
from data.loader import LabelTable

COLUMN, GROUPS = "allen_column_mtypes_v1", "connectivity_groups_v507"
SPOKEN: dict[Vocabulary, str] = {
    "first": "These rows speak the first M-type vocabulary, the preprint's of January 2023.",
    "second": "These rows speak the second M-type vocabulary, the paper's of 2025.",
    "mixed": "These rows mix names of both M-type vocabularies.",
    "either": "All M-types here are names of both vocabularies, so the rows do not tell which they speak.",
    "none": "None of these labels is an M-type.",
}
CLUSTERS = (
    "An M-type is a cluster and not a subclass; the subclass given is that of most of its cells by hand. "
    "The counts are of the second vocabulary's clusters: a name that both vocabularies have need not be the "
    "same cluster."
)


def show_vocabulary(family: OpenFamily) -> None:
    """Which of the two M-type vocabularies the table speaks, name by name; groups are only counted."""
    view = family.view
    st.subheader("Which names these rows speak", anchor=False)
    counts = _vocabulary(view.one)
    if view.one.table.level == "group":
        _show_group_sizes(counts["nuclei"])
        return
    st.markdown(f"**{SPOKEN[spoken_vocabulary(counts)]}** {_standing_words(counts)}")
    with st.expander("The names, one by one"):
        st.dataframe(marked(name_lines(counts)), hide_index=True, key=f"names-{view.one.table.name}")
        st.caption(CLUSTERS)


def name_lines(counts: pd.DataFrame) -> pd.DataFrame:
    """Lay out the names of `vocabulary_counts`: nuclei, vocabulary, meaning, subclass, certainty."""
    entries = [(str(label), find_label(str(label))) for label in counts.index]
    return pd.DataFrame(
        {
            "Label": [label for label, _ in entries],
            "Nuclei": counts["nuclei"].to_numpy(),
            "Vocabulary": counts["vocabulary"].to_numpy(),
            "Meaning": [entry.meaning if entry else "unknown" for _, entry in entries],
            "Subclass": [at_level(label, "subclass") or "none" for label, _ in entries],
            "Mapping": ["ambiguous" if is_ambiguous(label, "subclass") else "" for label, _ in entries],
            "What is known": [entry.source if entry else "" for _, entry in entries],
        }
    )


def show_ambiguity(family: OpenFamily) -> None:
    """Which labels of the comparison map only roughly, and what the numbers are without them."""
    view, comparison = family.view, family.comparison
    result, partner = comparison.result, comparison.partner
    if result is None or partner is None or view.label_source is None or result.pairs.frame.empty:
        return
    found = _ambiguous(view.label_source, partner, result.pairs)
    if found.empty:
        return
    within = None if view.is_whole and view.label_source is view.one else view.nuclei
    sure = compared(view.label_source, partner, comparison.level, within, keep_ambiguous=False)
    n, kept = len(result.pairs.frame), len(sure.pairs.frame)
    st.markdown(
        f"**{n - kept:,} of the {n:,} nuclei compared** carry a label whose {comparison.level} holds for "
        f"most of its cells and not for all. {_change(result, sure)}"
    )
    with st.expander("The ambiguous labels"):
        st.dataframe(marked(ambiguous_lines(found)), hide_index=True, key=f"ambiguous-{view.one.table.name}")
        st.caption(CLUSTERS)


def ambiguous_lines(found: pd.DataFrame) -> pd.DataFrame:
    """Lay out `ambiguous_counts` for the reader."""
    names = {
        "table": "Table",
        "label": "Label",
        "reads_as": "Counts as",
        "nuclei": "Compared nuclei",
        "source": "What is known",
    }
    return found.fillna({"reads_as": "what its row's system says"}).rename(columns=names)


def show_groups(family: OpenFamily) -> None:
    """Inhibitory M-types against connectivity groups: two vocabularies, so a contingency table."""
    mtypes, groups = family.load(COLUMN), family.load(GROUPS)
    st.subheader("Inhibitory M-types and connectivity groups", anchor=False)
    if not (isinstance(mtypes, LabelTable) and isinstance(groups, LabelTable)):
        show_nothing("This needs the column's M-types and the connectivity groups, and one is not at hand.")
        return
    result = _grouped(mtypes, groups)
    pairs = result.pairs
    n, others = len(pairs.frame), pairs.left_out["filtered"]
    out = " · ".join(f"{k:,} {why.replace('_', ' ')}" for why, k in pairs.left_out.items() if k)
    st.markdown(
        "A group gathers interneurons that spread their output over their targets in the same way. Groups "
        "cut across the M-types, and no source we know of explains their labels: none is read as a subclass."
    )
    st.caption(
        f"{pairs.n_rows_table:,} nuclei in {mtypes.table.title}, {pairs.n_columns_table:,} in "
        f"{groups.table.title}, {pairs.n_both:,} in both, {n:,} of them compared; left out: "
        f"{out or 'none'}{' (their M-type is not inhibitory)' if others else ''}. Joined on the "
        "nucleus ID, whatever the filters."
    )
    if pairs.frame.empty:
        st.info("No nucleus has both an inhibitory M-type and a group, so there is nothing to compare.")
        return
    caption = figure_caption(
        f"{mtypes.table.title} × {groups.table.title}", f"n = {n:,} nuclei compared, type"
    )
    of, alt = (mtypes, groups), "Inhibitory M-types against connectivity groups"
    show_chart("groups", of, lambda: matrix_figure(result.matrix, square=False, caption=caption), alt=alt)


def _show_group_sizes(counts: pd.Series) -> None:
    sizes = counts.drop([NO_LABEL, CONFLICTING], errors="ignore")
    if sizes.empty:
        show_nothing("No nucleus of the table has one group.")
        return
    st.markdown(
        f"**{len(sizes):,} groups** of {int(sizes.min()):,} to {int(sizes.max()):,} nuclei, "
        f"{int(sizes.sum()):,} in all. Their labels are opaque and shown as the rows spell them. By their "
        "classification system they count as inhibitory neurons; no group is mapped to a subclass, even "
        "where its label looks like one."
    )


def _standing_words(counts: pd.DataFrame) -> str:
    """Say which vocabulary has the names of how many nuclei."""
    said = []
    for standing, words in (
        ("first only", "only the first vocabulary has the names of {}"),
        ("second only", "only the second those of {}"),
        ("both", "both have those of {}"),
        ("neither", "neither those of {}"),
    ):
        some = counts[counts["vocabulary"] == standing]
        listed = "" if standing == "both" or some.empty else f" ({plain(', '.join(map(str, some.index)))})"
        said.append(words.format(f"{int(some['nuclei'].sum()):,}") + listed)
    n = int(counts["nuclei"].sum())
    return f"Of all {n:,} nuclei of the table, whatever the filters: {'; '.join(said)}."


def _change(result: Agreement, sure: Agreement) -> str:
    """Say what the agreement is without the ambiguous labels, and how many nuclei have no mapping at all."""
    n, kept = len(result.pairs.frame), len(sure.pairs.frame)
    unmapped, level = result.pairs.left_out["unmapped"], result.pairs.level
    rest = f" Another {unmapped:,} have a label without a {level} and are not compared." if unmapped else ""
    share, sure_share = result.metrics["agreement"], sure.metrics["agreement"]
    if share is None or sure_share is None:
        return f"Without them {kept:,} are compared.{rest}"
    return (
        f"The agreement of {share:.1%} is of all {n:,}; without them it is {sure_share:.1%} "
        f"of {kept:,}.{rest}"
    )


@cached(max_entries=8)
def _vocabulary(one: LabelTable) -> pd.DataFrame:
    return vocabulary_counts(one.frame)


@cached()
def _ambiguous(rows: LabelTable, columns: LabelTable, pairs: Pairs) -> pd.DataFrame:
    return ambiguous_counts(pairs, [one.as_axis for one in (rows, columns)])


@cached(max_entries=8)
def _grouped(mtypes: LabelTable, groups: LabelTable) -> Agreement:
    pairs = pair_labels(mtypes.as_axis, groups.as_axis, "type")
    return measure_agreement(rows_of_class(pairs, "inhibitory"))
