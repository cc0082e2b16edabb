"""What changed between two releases: nuclei, labels, root IDs — three panels, never one."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, cell_nuclei
from components.analysis.comparison.releases import (
    NucleusChanges,
    change_counts,
    label_agreement,
    label_changes,
    label_counts,
    match_changes,
    nucleus_changes,
    release_spans,
    root_changes,
    words_of_one,
)
from components.analysis.labels.levels import finest_common_level
from components.figures.frame import Figure
from components.figures.matrix import matrix_figure
from components.ui.family.matrix import show_denominators
from components.ui.releases.lists import select_nuclei, show_bars, show_list, with_release_columns
from components.ui.releases.pair import ReleasePair
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.choices import begin_choice
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.volume import VOLUME

LEVEL_WORDS: dict[str, Level] = {
    "Raw labels": "type", "Subclass": "subclass", "Class": "class", "Neuron": "neuron",
}  # fmt: skip
MOST_WORDS = 12


def show_nucleus_changes(pair: ReleasePair) -> None:
    """Which nuclei came to the table, and which left it."""
    changes = _nucleus_changes(pair)
    kept, added, gone = (len(ids) for ids in (changes.kept, changes.added, changes.gone))
    before, after = pair.earlier.table.title, pair.later.table.title
    st.subheader("Nuclei added or gone", anchor=False)
    st.caption(
        f"{kept + gone:,} nuclei in {before}, {kept + added:,} in {after}, {kept:,} in both. A nucleus keeps "
        "its ID in every release: here it is a table that holds it or does not, which says nothing of its "
        "label or its segment."
    )
    show_bars("release-nuclei", pair, changes.counts, f"{kept + added + gone:,} nuclei in either", "nuclei")
    lists = {"added": changes.added, "gone": changes.gone}
    rows = pd.DataFrame(
        {
            "nucleus_id": np.concatenate([*lists.values()]),
            "change": np.repeat([*lists], [len(ids) for ids in lists.values()]),
        }
    )
    show_list(rows, pair, "nuclei-added-or-gone", "nuclei added or gone")


def show_label_changes(pair: ReleasePair) -> Agreement | None:
    """Whose label is another one; for functional units, whose nucleus. Gives what labels are compared."""
    kinds = {pair.earlier.table.kind, pair.later.table.kind}
    if kinds == {"units"}:
        _show_match_changes(pair)
        return None
    st.subheader("Labels changed", anchor=False)
    if kinds != {"labels"}:
        show_nothing("These tables give nuclei no cell type, so no label can have changed.")
        return None
    level = _pick_level(pair)
    result = _label_agreement(pair, level)
    show_denominators(result.pairs)
    if result.pairs.frame.empty:
        show_nothing("No nucleus has a label at this level in both, so none can have changed.")
        return None
    if not result.pairs.square:
        show_nothing("The two speak different labels, so none can be said to have changed: see the matrix.")
    else:
        _show_label_bars(pair, result)
    _show_matrix(pair, result)
    if result.pairs.square:
        rows = label_changes(result).reset_index()
        show_list(
            with_release_columns(rows, pair, "label"), pair, "labels-changed", "nuclei with another label"
        )
    return result


def show_root_changes(pair: ReleasePair) -> None:
    """Whose root ID is another one: the segmentation was edited, or the nucleus found a segment."""
    changes = _root_changes(pair)
    st.subheader("Root IDs changed", anchor=False)
    st.caption(
        f"Of the {len(changes):,} nuclei in both. A root ID names the segment as it was at a release, so any "
        "edit of the neuron gives it another one. That is proofreading and no change of the label; a "
        "nucleus is followed by its nucleus ID alone."
    )
    if changes.empty:
        show_nothing("No nucleus is in both, so no root ID can have changed.")
        return
    show_bars("release-roots", pair, change_counts(changes), f"{len(changes):,} nuclei in both", "nuclei")
    moved = changes[~changes["change"].isin(["same root ID", "no root in either", "not known"])]
    rows = moved.reset_index().astype({"change": str})
    rows[["earlier_root_id", "later_root_id"]] = rows[["earlier_root_id", "later_root_id"]].astype(np.int64)
    show_list(
        with_release_columns(rows, pair, "root_id"), pair, "roots-changed", "nuclei with another root ID"
    )


def show_holdings() -> None:
    """Which releases are known to hold which table."""
    st.subheader("Which release holds which table", anchor=False)
    live = ", ".join(f"v{number}" for number, one in VOLUME.releases.items() if one.live)
    st.caption(
        f"From the release manifests of the MICrONS tutorial, June 2026. CAVE answers for {live}; the others "
        "are archived as static files. “v661–v795” means every public release from the one to the other."
    )
    lines = [
        f"| {plain(table.title)} | `{table.name}` | {plain(table.labels_what)} | {release_spans(table)} |"
        for table in current_release().tables.values()
    ]
    st.markdown("| Table | Name in CAVE | What it holds | Releases |\n|---|---|---|---|\n" + "\n".join(lines))


def _show_match_changes(pair: ReleasePair) -> None:
    changes = _match_changes(pair)
    st.subheader("Matches changed", anchor=False)
    st.caption(
        f"These tables give nuclei no cell type: they match functional units to nuclei. Of the "
        f"{len(changes):,} units that both match, a unit has changed where its nucleus is another one."
    )
    if changes.empty:
        show_nothing("No unit is matched in both, so no match can have changed.")
        return
    show_bars("release-matches", pair, change_counts(changes), f"{len(changes):,} units in both", "units")
    moved = changes[changes["change"] == "another nucleus"].reset_index().drop(columns="change")
    ids = ["earlier_nucleus_id", "later_nucleus_id"]
    rows = with_release_columns(moved.astype(dict.fromkeys(ids, np.int64)), pair, "nucleus_id")
    show_list(rows, pair, "matches-changed", "units with another nucleus")


def _show_label_bars(pair: ReleasePair, result: Agreement) -> None:
    counts = label_counts(result)
    show_bars("release-labels", pair, counts, f"{result.pairs.n_both:,} nuclei in both", "nuclei")
    for title, words in zip(
        (pair.earlier.table.title, pair.later.table.title),
        words_of_one(*pair.frames, result.pairs.level),
        strict=True,
    ):
        if words:
            said = ", ".join(plain(word) for word in words[:MOST_WORDS])
            more = " …" if len(words) > MOST_WORDS else ""
            st.caption(
                f":material/info: Only {plain(title)} says {said}{more}: such a cell may have "
                "another name now without being taken for another type."
            )


def _show_matrix(pair: ReleasePair, result: Agreement) -> None:
    caption = pair.caption(f"{len(result.pairs.frame):,} nuclei compared, {result.pairs.level}")
    key = f"release-matrix-{pair.name}"

    def build() -> Figure:
        return matrix_figure(result.matrix, square=result.pairs.square, caption=caption, clickable=True)

    def select() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            row, column = str(points[0]["y"]), str(points[0]["x"])
            select_nuclei(cell_nuclei(result.pairs, row, column), f"{row} × {column}")

    alt = f"{result.pairs.rows.title} against {result.pairs.columns.title}"
    of = (pair.key, result.pairs.level, caption)
    show_chart(key, of, build, alt=alt, on_select=select)
    st.caption("Shares are of the row. Click a square to select its nuclei on every page.")


def _pick_level(pair: ReleasePair) -> Level:
    finest = finest_common_level(pair.earlier.table, pair.later.table)
    same_words = pair.earlier.table.level == pair.later.table.level
    # M-types reach the subclass by the crosswalk, which is how their two vocabularies meet.
    deepest = "subclass" if finest == "type" and pair.earlier.table.level == "m-type" else finest
    fitting = [
        title
        for title, level in LEVEL_WORDS.items()
        if level == "type" or LEVELS.index(level) <= LEVELS.index(deepest)
    ]
    best = "Raw labels" if same_words else next(t for t, level in LEVEL_WORDS.items() if level == finest)
    begin_choice("changed-at", fitting, best, "at-")
    chosen = st.segmented_control(
        "Compared at", fitting, default=best, required=True, key="changed-at", bind="query-params",
        help="Raw labels: as the tables spell them, after synonyms. The coarser levels follow the crosswalk.",
    )  # fmt: skip
    return LEVEL_WORDS[chosen]


@cached()
def _nucleus_changes(pair: ReleasePair) -> NucleusChanges:
    return nucleus_changes(*pair.frames)


@cached()
def _label_agreement(pair: ReleasePair, level: Level) -> Agreement:
    earlier, later = (one.as_axis for one in (pair.earlier, pair.later))
    return label_agreement(earlier, later, level)


@cached()
def _root_changes(pair: ReleasePair) -> pd.DataFrame:
    return root_changes(*pair.frames)


@cached()
def _match_changes(pair: ReleasePair) -> pd.DataFrame:
    return match_changes(*pair.frames)
