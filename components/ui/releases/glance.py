"""What changed between two releases, at a glance: key numbers, the flow of labels, and the tables."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.alluvial import Alluvial, nuclei_through
from components.analysis.releases.carried import MERGED, PARTED
from components.analysis.releases.changes import (
    NEW_TABLE,
    SAME_ROOT,
    TABLE_CHANGES,
    UNKNOWN,
    change_counts,
    label_counts,
    table_changes,
)
from components.figures.alluvial import alluvial_figure
from components.point_cloud.component import show_carrier
from components.ui.cloud.cloud import cloudless, release_cloud
from components.ui.releases.changes import changed_nuclei, changed_roots, show_root_bars
from components.ui.releases.pair import ReleasePair
from components.ui.selection.marks import flow_marks
from components.ui.selection.picks import choose_mark
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart, show_numbers
from components.ui.session.exports import marked
from components.ui.session.notices import show_nothing
from components.ui.session.own_tables import has_own_tables
from components.ui.session.release import release_of
from data.labels.entry import Level
from data.number_words import of_nuclei

POOLED = 0.01
"""Labels that a smaller share of the nuclei has flow as one."""


def show_change_numbers(pair: ReleasePair, labels: Agreement | None) -> None:
    """The key numbers of what changed, each with what it is of."""
    earlier, later = (f"v{number}" for number in pair.numbers)
    nuclei, roots = changed_nuclei(pair), change_counts(changed_roots(pair))["n"]
    kept, added, gone = len(nuclei.kept), len(nuclei.added), len(nuclei.gone)
    numbers = {
        "In both": (
            f"{kept:,}",
            f"Nuclei of the table in both: {kept + gone:,} in {earlier}, {kept + added:,} in {later}.",
        ),
        "Added, gone": (f"+{added:,} −{gone:,}", f"Nuclei only in {later}, and only in {earlier}."),
    }
    if labels is not None and labels.pairs.square and len(labels.pairs.frame):
        counts = label_counts(labels.pairs)["n"]
        n = len(labels.pairs.frame)
        numbers["Same label"] = (
            f"{counts['same label'] / n:.1%}",
            f"{counts['same label']:,} of {of_nuclei(n)} compared {labels.pairs.at_level}.",
        )
    known = int(roots.sum() - roots.get(UNKNOWN, 0))
    if known:
        same, merged, parted = (int(roots.get(kind, 0)) for kind in (SAME_ROOT, MERGED, PARTED))
        numbers["Same root ID"] = (f"{same / known:.1%}", f"{same:,} of {of_nuclei(known)} in both.")
        numbers["Merged, split"] = (
            f"{merged:,}, {parted:,}",
            f"Of {of_nuclei(known)} in both: those that share a root with further nuclei now, or no longer.",
        )
    tables = _table_changes(pair)
    words = ", ".join(f"{int((tables['change'] == change).sum())} {change}" for change in TABLE_CHANGES)
    n_new = int((tables["change"] == NEW_TABLE).sum())
    numbers["Tables"] = (f"+{n_new} −{len(tables) - n_new}", f"From {earlier} to {later}: {words}.")
    show_numbers(numbers)


def show_flow(pair: ReleasePair, labels: Agreement | None) -> None:
    """The flow of nuclei from label to label; of tables without labels, what became of their root IDs."""
    if labels is None:
        show_root_bars(pair, "release-glance")
        return
    alluvial = flow_of(pair, labels.pairs.level)
    if not alluvial.n_shown:
        show_nothing("No nucleus has a label in either table.")
        return
    # Streamlit ignores clicks on flows: the carrier's code hears them.
    show_carrier(release_cloud()[0], served=not has_own_tables())
    marks, key = flow_marks(alluvial), f"release-flow-{pair.name}"
    pooled = " Labels of less than 1% of the nuclei are drawn as one." if any(alluvial.pooled) else ""
    st.caption(
        f"From v{pair.numbers[0]} to v{pair.numbers[1]}: {of_nuclei(alluvial.n_shown)} that either table "
        f"holds.{pooled} Click a band or a label to select its nuclei."
    )
    caption = pair.caption(f"{of_nuclei(alluvial.n_shown)} in either table, {labels.pairs.level}")
    titles = f"{pair.earlier.table.title} to {pair.later.table.title}"
    show_chart(
        key, (pair, labels.pairs.level, caption), lambda: alluvial_figure(alluvial, caption),
        alt=f"Flow of labels from {titles}", marks=cloudless(lambda: marks),
        on_select=lambda: choose_mark(key, marks, lambda _words: ()),
    )  # fmt: skip


def show_table_changes(pair: ReleasePair) -> None:
    """Which tables the later release has anew, and which it lacks."""
    tables = _table_changes(pair)
    earlier, later = pair.numbers
    st.subheader(f"Tables of v{later} beside those of v{earlier}", anchor=False)
    if tables.empty:
        st.caption("Both are known to hold the same tables of the catalogue.")
        return
    shown = tables.rename(columns={"change": f"In v{later}", "table": "Table", "successor": "Now"})
    st.dataframe(marked(shown), hide_index=True, height=min(240, 40 + 35 * len(shown)), key="table-changes")


def _table_changes(pair: ReleasePair) -> pd.DataFrame:
    return table_changes(*(release_of(number).tables.held for number in pair.numbers))


@cached()
def flow_of(pair: ReleasePair, level: Level) -> Alluvial:
    """The flow of nuclei from label to label, rare labels as one."""
    return nuclei_through([pair.earlier.as_axis, pair.later.as_axis], level, least=POOLED, keep_absent=True)
