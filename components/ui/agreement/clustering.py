"""Whether the nuclei on which two tables differ lie beside each other, and where."""

import streamlit as st

from components.analysis.comparison.agreement import Pairs
from components.analysis.labels.levels import finest_common_level, nucleus_labels
from components.analysis.raters.clustering import NEIGHBOURS, PERMUTATIONS, Clustering, clustering
from components.analysis.selection.listed import listed
from components.analysis.selection.marks import Axis, Marks, coded_words
from components.figures.coverage import beside_figure
from components.ui.cloud.cloud import linked
from components.ui.context.comparison import Comparison
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.table_view import TableView
from components.ui.family.matrix import matrix_caption
from components.ui.selection.picks import choose_mark
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import DIFFER_NEARBY
from components.ui.session.notices import plain, show_nothing
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.volume.volume import LayerPreset

KEY = "clustering"
DENSE = 3
"""From this many disagreements among its neighbours on, a nucleus counts as lying among disagreements."""
NONE_SO_DENSE = "No nucleus on which the tables differ has that many such neighbours."


def clustered_pairs(comparison: Comparison) -> Pairs | None:
    """The pairs of labels whose disagreements may lie together; None where it is not known which differ."""
    pairs = comparison.result.pairs if comparison.result else None
    return pairs if pairs and pairs.square and not pairs.frame.empty else None


def show_clustering(view: TableView, comparison: Comparison) -> None:
    """Disagreements by how many of their neighbours are disagreements too, against permutation."""
    pairs, rows = clustered_pairs(comparison), view.label_source
    if pairs is None or rows is None:
        return
    st.subheader("Are disagreements clustered?", anchor=False)
    loaded, _ = wide_table(pairs.rows.name, pairs.columns.name)
    found = _clustering(rows, pairs, loaded, view.preset)
    if isinstance(found, str):
        show_nothing(found)
        return
    st.markdown(_words(pairs, found), help=_help(pairs, view.preset, found))
    caption = f"{matrix_caption(view, pairs)}<br>by how many of {NEIGHBOURS} neighbours differ too"
    marks = _marks(found)
    show_chart(
        KEY, (view, pairs), lambda: beside_figure(found.by_near, caption),
        alt="Disagreements by how many of their neighbours are disagreements too",
        marks=linked(lambda: marks, None),
        on_select=lambda: choose_mark(KEY, marks, lambda _: [], view, empty=NONE_SO_DENSE),
    )  # fmt: skip
    dense = found.among(DENSE)
    with st.container(horizontal=True):
        if len(dense):
            st.button(
                f"Select the {len(dense):,} with {DENSE} or more", key="clustering-dense", on_click=choose,
                args=(listed(dense),), icon=":material/ads_click:",
                help="The cloud then shows where disagreements lie together.",
            )  # fmt: skip
        if st.button(
            "Colour the cloud by neighbours that differ", key="clustering-colour", icon=":material/palette:",
            on_click=_colour_nearby,
        ):  # fmt: skip
            st.rerun()  # the whole page, not the panel alone


def _colour_nearby() -> None:
    st.session_state["colour-of"] = DIFFER_NEARBY


@cached(show_spinner="Permuting the disagreements …")
def _clustering(
    rows: LabelTable, pairs: Pairs, loaded: dict[str, LabelTable], preset: LayerPreset
) -> Clustering | str:
    types = nucleus_labels(rows.frame, finest_common_level(rows.table, rows.table)).labels
    return clustering(pairs.frame, side_by_side(loaded), types, preset)


def _words(pairs: Pairs, found: Clustering) -> str:
    n, one = int(found.differ.sum()), f"{found.share:.1%}"
    inside = found.low <= found.share <= found.high
    verdict = (
        "no more than their types and layers explain"
        if inside
        else (
            "more than their types and layers explain" if found.share > found.high else "less than at random"
        )
    )
    return (
        f"Of the {NEIGHBOURS} nearest compared neighbours of the {of_nuclei(n)} on which the tables differ, "
        f"**{one}** are disagreements too; assigned at random within type and layer, {found.expected:.1%} "
        f"[95 % of permutations: {found.low:.1%} to {found.high:.1%}]. They lie together **{verdict}**."
    )


def _help(pairs: Pairs, preset: LayerPreset, found: Clustering) -> str:
    n = found.unplaced
    unplaced = f" {plural(n, 'compared nucleus has', 'compared nuclei have')} no position." if n else ""
    return (
        f"Neighbours are the nearest in space of the {of_nuclei(len(found.nuclei))} compared. In each of "
        f"{PERMUTATIONS} permutations (the seed is fixed) the disagreements of a type, as "
        f"{plain(pairs.rows.title)} names it, in a layer ({preset.name}) are assigned to its nuclei at "
        f"random; {found.as_clustered:,} reach the share seen.{unplaced}"
    )


def _marks(found: Clustering) -> Marks:
    """A bar for each number of neighbours that are disagreements."""
    near = found.near[found.differ]
    words, spoken = coded_words(near, range(NEIGHBOURS + 1)), f"{{}} of {NEIGHBOURS} neighbours differ too"
    return Marks(found.nuclei[found.differ], {"x": Axis(words, (), spoken)})
