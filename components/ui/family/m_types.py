"""The M-types' own panels: the rows' vocabulary, ambiguous mappings, the connectivity groups."""

import pandas as pd
import streamlit as st

from components.analysis.comparison import crosswalk as vocabulary
from components.analysis.comparison.agreement import Agreement, Pairs, measure_agreement, pair_labels
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.figures.matrix import matrix_figure
from components.ui.cloud.cloud import linked
from components.ui.context.comparison import compared
from components.ui.family.matrix import select_marks, show_denominators
from components.ui.family.page import OpenFamily
from components.ui.selection.marks import cell_marks
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption, show_chart
from components.ui.session.exports import marked
from components.ui.session.notices import plain, show_nothing
from data.labels.crosswalk import at_level, find_label, is_ambiguous
from data.loader import LabelTable
from data.number_words import of_nuclei, plural

COLUMN, GROUPS = "allen_column_mtypes_v1", "connectivity_groups_v507"
USED: dict[vocabulary.Vocabulary, str] = {
    "first": "These rows use the first M-type vocabulary, the preprint's of January 2023.",
    "second": "These rows use the second M-type vocabulary, the paper's of 2025.",
    "mixed": "These rows mix names of both M-type vocabularies.",
    "either": "All M-types here are names of both vocabularies, so the rows do not tell which they use.",
    "none": "None of these labels is an M-type.",
}
STANDINGS = {
    "first only": "only the first vocabulary has the names of {}",
    "second only": "only the second those of {}",
    "both": "both have those of {}",
    "neither": "neither those of {}",
}
CLUSTERS = (
    "An M-type is a cluster; the subclass given is that of most of its cells by hand. What is known is of "
    "the second vocabulary's clusters: a name that both have need not be the same cluster."
)


def show_vocabulary(family: OpenFamily) -> None:
    """Which of the two M-type vocabularies the table uses, name by name; groups are only counted."""
    view = family.view
    st.subheader("Which names these rows use", anchor=False)
    counts = _vocabulary(view.loaded)
    if view.table.level == "group":
        _show_group_sizes(counts["nuclei"])
        return
    st.markdown(f"**{USED[vocabulary.table_vocabulary(counts)]}** {_standing_words(counts)}")
    st.dataframe(marked(name_lines(counts)), hide_index=True, key=f"names-{view.table.name}")
    st.caption(CLUSTERS)


def name_lines(counts: pd.DataFrame) -> pd.DataFrame:
    """Lay out the names of `vocabulary_counts`: nuclei, vocabulary, meaning, subclass, certainty."""
    lines = []
    for label, nuclei, standing in zip(
        map(str, counts.index), counts["nuclei"], counts["vocabulary"], strict=True
    ):
        entry = find_label(label)
        lines.append(
            {
                "Label": label,
                "Nuclei": nuclei,
                "Vocabulary": standing,
                "Meaning": entry.meaning if entry else "unknown",
                "Subclass": at_level(label, "subclass") or "none",
                "Mapping": "ambiguous" if is_ambiguous(label, "subclass") else "",
                "What is known": entry.source if entry else "",
            }
        )
    return pd.DataFrame(lines)


def show_ambiguity(family: OpenFamily) -> None:
    """Which labels of the comparison have ambiguous mappings, and the agreement without them."""
    view, comparison = family.view, family.comparison
    result, rows, columns = comparison.result, view.label_source, comparison.partner
    if result is None or rows is None or columns is None or result.pairs.frame.empty:
        return
    ambiguous = _ambiguous(rows, columns, result.pairs)
    if ambiguous.empty:
        return
    sure = compared(rows, columns, comparison.level, view.within, keep_ambiguous=False)
    n, n_sure = len(result.pairs.frame), len(sure.pairs.frame)
    st.markdown(
        f"**{n - n_sure:,} of the {of_nuclei(n)} compared** carry a label whose {comparison.level} holds for "
        f"most of its cells and not for all. {_change(result, sure)}"
    )
    names = {
        "table": "Table",
        "label": "Label",
        "reads_as": "Counts as",
        "nuclei": "Compared nuclei",
        "source": "What is known",
    }
    lines = ambiguous.fillna({"reads_as": "what its row's system says"}).rename(columns=names)
    st.dataframe(marked(lines), hide_index=True, key=f"ambiguous-{view.table.name}")
    st.caption(CLUSTERS)


def show_groups(family: OpenFamily) -> None:
    """Inhibitory M-types against connectivity groups: two vocabularies, so a contingency table."""
    mtypes, groups = family.load(COLUMN), family.load(GROUPS)
    st.subheader("Inhibitory M-types and connectivity groups", anchor=False)
    if mtypes is None or groups is None:
        show_nothing("This needs the column's M-types and the connectivity groups, and one is not at hand.")
        return
    result = _grouped(mtypes, groups)
    pairs = result.pairs
    st.markdown(
        "A group gathers interneurons that spread their output over their targets in the same way. Groups "
        "cut across the M-types, and no source we know of explains their labels: none is read as a subclass. "
        "Nuclei of other than inhibitory M-types are filtered out; the filters above do not apply."
    )
    show_denominators(pairs, training=False)
    if pairs.frame.empty:
        st.info("No nucleus has both an inhibitory M-type and a group, so there is nothing to compare.")
        return
    title = f"{mtypes.table.title} × {groups.table.title}"
    caption = figure_caption(title, f"n = {of_nuclei(len(pairs.frame))} compared, type")
    show_chart(
        "groups", (mtypes, groups),
        lambda: matrix_figure(result.matrix, square=False, caption=caption, clickable=True),
        alt="Inhibitory M-types against connectivity groups",
        marks=linked(lambda: cell_marks(pairs), None, COLUMN, GROUPS),
        on_select=lambda: select_marks("groups", result),
    )  # fmt: skip


def _show_group_sizes(counts: pd.Series) -> None:
    sizes = counts.drop([NO_LABEL, CONFLICTING], errors="ignore")
    if sizes.empty:
        show_nothing("No nucleus of the table has one group.")
        return
    st.markdown(
        f"**{plural(len(sizes), 'group')}** of {int(sizes.min()):,} to {of_nuclei(int(sizes.max()))}, "
        f"{int(sizes.sum()):,} in all, with opaque labels. By their classification system they are "
        "inhibitory neurons; no group is mapped to a subclass, even where its label looks like one."
    )


def _standing_words(counts: pd.DataFrame) -> str:
    """How many nuclei have names of each vocabulary, and which names only one of them has."""
    parts = []
    for standing, words in STANDINGS.items():
        standing_counts = counts.loc[counts["vocabulary"] == standing, "nuclei"]
        names = "" if standing == "both" else plain(", ".join(map(str, standing_counts.index)))
        parts.append(words.format(f"{int(standing_counts.sum()):,}") + (f" ({names})" if names else ""))
    n = int(counts["nuclei"].sum())
    return f"Of all {of_nuclei(n)} of the table, whatever the filters: {'; '.join(parts)}."


def _change(result: Agreement, sure: Agreement) -> str:
    """The agreement without the ambiguous labels, and how many nuclei have no mapping at all."""
    n, n_sure = len(result.pairs.frame), len(sure.pairs.frame)
    unmapped, level = result.pairs.left_out["unmapped"], result.pairs.level
    rest = f" Another {unmapped:,} have a label without a {level} and are not compared." if unmapped else ""
    share, sure_share = result.metrics["agreement"], sure.metrics["agreement"]
    if share is None or sure_share is None:
        return f"Without them {n_sure:,} are compared.{rest}"
    return (
        f"The agreement of {share:.1%} is of all {n:,}; without them it is {sure_share:.1%} "
        f"of {n_sure:,}.{rest}"
    )


@cached()
def _vocabulary(loaded: LabelTable) -> pd.DataFrame:
    return vocabulary.vocabulary_counts(loaded.frame)


@cached()
def _ambiguous(rows: LabelTable, columns: LabelTable, pairs: Pairs) -> pd.DataFrame:
    return vocabulary.ambiguous_counts(pairs, [rows.as_axis, columns.as_axis])


@cached()
def _grouped(mtypes: LabelTable, groups: LabelTable) -> Agreement:
    pairs = pair_labels(mtypes.as_axis, groups.as_axis, "type")
    return measure_agreement(vocabulary.rows_of_class(pairs, "inhibitory"))
