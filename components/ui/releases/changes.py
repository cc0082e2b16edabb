"""What changed between two releases: nuclei, labels, root IDs — three panels, never one; and their code."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.code_export.comparisons import changes_snippet
from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.differences import contradicted
from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import finest_common_level
from components.analysis.releases import changes as releases
from components.analysis.releases.carried import graft
from components.analysis.selection.listed import listed
from components.analysis.selection.marks import Axis, Marks
from components.figures.bars import changes_figure
from components.figures.frame import Figure
from components.figures.matrix import matrix_figure
from components.ui.cloud.cloud import cloudless
from components.ui.code_export.code import code_drawer, origins_of_release, show_snippets
from components.ui.context.comparison import compared, pick_compared_level
from components.ui.family.matrix import show_denominators
from components.ui.releases.pair import ReleasePair
from components.ui.selection.marks import cell_marks
from components.ui.selection.picks import choose_mark
from components.ui.selection.selection import choose, refuse_pick
from components.ui.session.cached import cached
from components.ui.session.charts import clicked_points, show_chart
from components.ui.session.exports import marked, show_csv_download, with_text_ids
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, load_labels, release_of
from data.catalog.entry import Table
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.volume import VOLUME

MOST_WORDS = 12


def show_nucleus_changes(pair: ReleasePair) -> None:
    """Which nuclei the table gained, and which it lost."""
    changes = changed_nuclei(pair)
    kept, added, gone = (len(ids) for ids in (changes.kept, changes.added, changes.gone))
    before, after = pair.earlier.table.title, pair.later.table.title
    st.subheader("Nuclei added or gone", anchor=False)
    st.caption(
        f"{of_nuclei(kept + gone)} in {before}, {kept + added:,} in {after}, {kept:,} in both. A nucleus "
        "keeps its ID in every release; this counts which nuclei the table holds, and says nothing about "
        "their labels or segments."
    )
    of = f"{of_nuclei(kept + added + gone)} in either"
    _show_bars("release-nuclei", pair, changes.counts, of, "nuclei")
    lists = {"added": changes.added, "gone": changes.gone}
    rows = [pd.DataFrame({"nucleus_id": ids, "change": change}) for change, ids in lists.items()]
    _show_list(pd.concat(rows, ignore_index=True), pair, "nuclei-added-or-gone", "nuclei added or gone")


def compare_labels(pair: ReleasePair) -> Agreement | None:
    """Compare the labels of nuclei in both, at a level that the reader chooses; None without labels."""
    if {pair.earlier.table.kind, pair.later.table.kind} != {"labels"}:
        return None
    return compared(pair.earlier, pair.later, _pick_level(pair))


def show_label_changes(pair: ReleasePair, result: Agreement | None) -> None:
    """Which labels changed, or which matches of functional units."""
    if {pair.earlier.table.kind, pair.later.table.kind} == {"units"}:
        _show_match_changes(pair)
        return
    st.subheader("Labels changed", anchor=False)
    if result is None:
        show_nothing("These tables give nuclei no cell type, so no label can have changed.")
        return
    show_denominators(result.pairs)
    if result.pairs.frame.empty:
        show_nothing("No nucleus has a label at this level in both, so none can have changed.")
        return
    if not result.pairs.square:
        show_nothing("The two use different labels, so no change can be counted: see the matrix.")
    else:
        _show_label_bars(pair, result)
    _show_matrix(pair, result)
    if result.pairs.square:
        rows = _named_by_release(contradicted(result.pairs).reset_index(), pair, "label")
        _show_list(rows, pair, "labels-changed", "nuclei with another label")


def show_root_changes(pair: ReleasePair) -> None:
    """Which root IDs changed: the segmentation was edited, or the nucleus gained a segment."""
    changes = changed_roots(pair)
    st.subheader("Root IDs changed", anchor=False)
    st.caption(
        f"Of the {of_nuclei(len(changes))} in both. A root ID names the segment as it was at a release, so "
        "any edit of the neuron gives it a new one. That is proofreading, not a change of the label; "
        "nuclei are matched by nucleus ID alone."
    )
    if changes.empty:
        show_nothing("No nucleus is in both, so no root ID can have changed.")
        return
    show_root_bars(pair, "release-roots")
    moved = changes[~changes["change"].isin(["same root ID", "no root in either", "not known"])]
    types = {"change": str, "earlier_root_id": np.int64, "later_root_id": np.int64}
    rows = _named_by_release(moved.reset_index().astype(types), pair, "root_id")
    _show_list(rows, pair, "roots-changed", "nuclei with another root ID")


def show_root_bars(pair: ReleasePair, key: str) -> None:
    """Bars of nuclei in both by what became of their root ID; a click selects them."""
    changes = changed_roots(pair)
    counts, of = releases.change_counts(changes), f"{of_nuclei(len(changes))} in both"
    words = Axis(pd.Categorical(changes["change"]), ())
    _show_bars(key, pair, counts, of, "nuclei", Marks(changes.index.to_numpy(np.int64), {"y": words}))


def show_changes_code(pair: ReleasePair, result: Agreement | None) -> None:
    """Fold out the code of all changes: nuclei, root IDs, and labels where they are compared."""
    earlier, later = (origins_of_release(release_of(number))[0] for number in pair.numbers)
    axes = (pair.earlier.as_axis, pair.later.as_axis)
    labels = None if result is None else (result.pairs, axes)
    has_roots = all("root_id" in frame for frame in pair.frames)
    tables = (pair.earlier.table, pair.later.table)
    with code_drawer("code"):
        show_snippets([changes_snippet((earlier, later), tables, labels, has_roots=has_roots)])


def show_holdings() -> None:
    """Which releases are known to hold which table."""
    live = ", ".join(f"v{number}" for number, one in VOLUME.releases.items() if one.live)
    span = f"v{VOLUME.release}–v{VOLUME.next_release}"
    spans = f" “{span}” means every public release from the one to the other."
    st.caption(
        "Which release holds which table",
        help=f"From {VOLUME.releases_source}. CAVE answers for {live or 'none'}; the others "
        f"are archived as static files.{spans if VOLUME.next_release else ''}",
    )
    tables = current_release().tables
    st.markdown(_holdings_table([*tables.held.values()]))
    others = [table for name, table in tables.items() if name not in tables.held]
    if others:
        with st.expander(f"{plural(len(others), 'table')} of other releases"):
            st.markdown(_holdings_table(others))


def _holdings_table(tables: Sequence[Table]) -> str:
    lines = ["| Table | Name in CAVE | Releases |", "|---|---|---|"]
    lines += [
        f"| {plain(table.title)} | `{table.name}` | {releases.release_spans(table)} |" for table in tables
    ]
    return "\n".join(lines)


def _show_match_changes(pair: ReleasePair) -> None:
    changes = _match_changes(pair)
    st.subheader("Matches changed", anchor=False)
    st.caption(
        f"These tables give nuclei no cell type: they match functional units to nuclei. Of the "
        f"{plural(len(changes), 'unit')} that both match, a unit has changed where its nucleus is "
        "another one."
    )
    if changes.empty:
        show_nothing("No unit is matched in both, so no match can have changed.")
        return
    of = f"{plural(len(changes), 'unit')} in both"
    _show_bars("release-matches", pair, releases.change_counts(changes), of, "units")
    moved = changes[changes["change"] == "another nucleus"].reset_index().drop(columns="change")
    types = {"earlier_nucleus_id": np.int64, "later_nucleus_id": np.int64}
    rows = _named_by_release(moved.astype(types), pair, "nucleus_id")
    _show_list(rows, pair, "matches-changed", "units with another nucleus")


def _show_label_bars(pair: ReleasePair, result: Agreement) -> None:
    counts = releases.label_counts(result.pairs)
    _show_bars("release-labels", pair, counts, f"{of_nuclei(result.pairs.n_both)} in both", "nuclei")
    only_in_one = releases.words_of_one(*pair.frames, result.pairs.level)
    for one, labels in zip((pair.earlier, pair.later), only_in_one, strict=True):
        if labels:
            listed_labels = ", ".join(map(plain, labels[:MOST_WORDS]))
            more = " …" if len(labels) > MOST_WORDS else ""
            st.caption(
                f":material/info: Only {plain(one.table.title)} uses {listed_labels}{more}: a nucleus with "
                "such a label may have been renamed, not retyped."
            )


def _show_matrix(pair: ReleasePair, result: Agreement) -> None:
    caption = pair.caption(f"{of_nuclei(len(result.pairs.frame))} compared, {result.pairs.level}")
    key, marks = f"release-matrix-{pair.name}", cell_marks(result.pairs)

    def build() -> Figure:
        return matrix_figure(result.matrix, square=result.pairs.square, caption=caption, clickable=True)

    def select() -> None:
        for point in clicked_points(key):
            ids = marks.nuclei_at(marks.words_at(point), differ=point.get("differ", False))
            select_nuclei(ids, point.get("held", "new"))

    alt = f"{result.pairs.rows.title} against {result.pairs.columns.title}"
    show_chart(
        key, (pair, result.pairs.level, caption), build, alt=alt, on_select=select,
        marks=cloudless(lambda: marks),
    )  # fmt: skip
    st.caption("Shares are of the row. Click a matrix cell or a label to select its nuclei on every page.")


def _pick_level(pair: ReleasePair) -> Level:
    earlier, later = pair.earlier.table, pair.later.table
    finest = finest_common_level(earlier, later)
    # M-types reach the subclass by the crosswalk, which is how their two vocabularies meet.
    deepest: Level = "subclass" if finest == "type" and earlier.level == "m-type" else finest
    default: Level = "type" if earlier.level == later.level else finest
    note = "Raw labels: as the tables spell them, after synonyms. The coarser levels follow the crosswalk."
    return pick_compared_level("changed-at", deepest, default, note)


def _show_bars(
    key: str,
    pair: ReleasePair,
    counts: pd.DataFrame,
    of: str,
    what: str,
    marks: Marks | None = None,
) -> None:
    """Bars of what changed; `of` says out of how many, `what` what is counted; a click may select."""
    caption, name = pair.caption(of), f"{key}-{pair.name}"
    show_chart(
        name,
        (caption, counts.to_json()),
        lambda: changes_figure(counts, caption, what, clickable=marks is not None),
        alt=f"Change of {key.removeprefix('release-')} from {pair.earlier.table.title} to "
        f"{pair.later.table.title}",
        on_select=(lambda: choose_mark(name, marks, lambda _words: ())) if marks else None,
        marks=cloudless(lambda: marks) if marks else None,
    )


def _show_list(rows: pd.DataFrame, pair: ReleasePair, what: str, words: str) -> None:
    """List what changed, to save and to select."""
    one = words.replace("nuclei", "nucleus", 1).replace("units", "unit", 1)
    if rows.empty:
        st.caption(f"No {words}.")
        return
    text = with_text_ids(rows)
    st.dataframe(marked(text), hide_index=True, height=min(320, 80 + 35 * len(text)), lazy=True, key=what)
    with st.container(horizontal=True):
        show_csv_download(f"The {plural(len(rows), one, words)} as CSV", text, f"{pair.name}-{what}")
        if "nucleus_id" in rows:
            ids = rows["nucleus_id"].to_numpy(dtype=np.int64)
            label = f"Select these {of_nuclei(len(ids))}"
            st.button(label, key=f"select-{what}", on_click=select_nuclei, args=(ids,))


def select_nuclei(nucleus_ids: Ids, held: str = "new") -> None:
    """Make nuclei the selection of all pages, in the way that the reader has set or by the `held` key."""
    if len(nucleus_ids):
        choose(listed(nucleus_ids), held)
    else:
        refuse_pick("None of these nuclei is in this release. The selection stays as it was.")


def _named_by_release(rows: pd.DataFrame, pair: ReleasePair, what: str) -> pd.DataFrame:
    """Name the two columns of a list by their releases."""
    first, last = (f"v{number}_{what}" for number in pair.numbers)
    names = {"row_label": first, "column_label": last, f"earlier_{what}": first, f"later_{what}": last}
    return rows.rename(columns=names)


@cached()
def changed_nuclei(pair: ReleasePair) -> releases.NucleusChanges:
    """Which nuclei the table gained and lost."""
    return releases.nucleus_changes(*pair.frames)


def changed_roots(pair: ReleasePair) -> pd.DataFrame:
    """What became of the root ID of each nucleus in both, by kind: as `kinds_of_change` has it.

    Merged and split are nuclei beside any detected one; where the detected nuclei cannot be loaded, beside
    one of the table.
    """
    detected = [load_labels(VOLUME.detections, release_of(number)) for number in pair.numbers]
    nuclei = [
        found if isinstance(found, LabelTable) and "root_id" in found.frame else own
        for found, own in zip(detected, (pair.earlier, pair.later), strict=True)
    ]
    return _changed_roots(pair, nuclei[0], nuclei[1])


@cached()
def _changed_roots(pair: ReleasePair, earlier: LabelTable, later: LabelTable) -> pd.DataFrame:
    changes = releases.root_changes(*pair.frames)
    if not all("root_id" in one.frame for one in (earlier, later)):
        return changes
    rows = pd.DataFrame({"nucleus_id": changes.index})
    return releases.kinds_of_change(changes, graft(rows, earlier.frame, later.frame))


@cached()
def _match_changes(pair: ReleasePair) -> pd.DataFrame:
    return releases.match_changes(*pair.frames)
