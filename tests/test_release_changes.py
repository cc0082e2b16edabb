"""What became of a table between two releases, by worked examples; and the tables that came after 661."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.comparison.agreement import Agreement, measure_agreement, pair_labels
from components.analysis.comparison.axes import AxisTable
from components.analysis.comparison.differences import contradicted
from components.analysis.releases.changes import (
    AMBIGUOUS,
    FOUND,
    LOST,
    NO_ROOT,
    OTHER_NUCLEUS,
    OTHER_ROOT,
    SAME_NUCLEUS,
    SAME_ROOT,
    UNKNOWN,
    change_counts,
    label_counts,
    match_changes,
    nucleus_changes,
    release_spans,
    root_changes,
    words_of_one,
)
from components.figures.bars import CAME, CHANGED, STILL, WENT, changes_figure
from data.catalog import CATALOG, EVERY_TABLE, TABLES
from data.catalog.pages import FAMILIES
from data.catalog.tables import release_tables
from data.labels.crosswalk import find_label, ordered
from data.labels.entry import Level
from data.volume import VOLUME

FINE = TABLES["baylor_gnn_cell_type_fine_model_v2"]
FIRST = TABLES["aibs_soma_nuc_metamodel_preds_v117"]
OPENED = release_tables(VOLUME.releases[661])
LATER_TABLES = {name: table for name, table in EVERY_TABLE.items() if name not in TABLES}
SECOND = EVERY_TABLE["aibs_metamodel_celltypes_v661"]
ROOT = 864691135568539372  # beyond 2^53: one more or less is another root


def nuclei(*ids: int) -> pd.DataFrame:
    return pd.DataFrame({"nucleus_id": np.array(ids, dtype=np.int64)})


def rooted(*rows: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["nucleus_id", "root_id"], dtype=np.int64)


def labelled(*rows: tuple[int, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["nucleus_id", "cell_type"])
    return frame.astype({"nucleus_id": np.int64, "cell_type": "category"})


def matched(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["session", "scan_idx", "unit_id", "nucleus_id"])


# Nuclei


def test_a_nucleus_came_went_or_stayed():
    changes = nucleus_changes(nuclei(3, 1, 2, 2), nuclei(4, 2, 3, 4))
    assert (changes.kept.tolist(), changes.added.tolist(), changes.gone.tolist()) == ([2, 3], [4], [1])
    assert changes.counts["n"].tolist() == [2, 1, 1]
    assert changes.counts["share"].tolist() == [0.5, 0.25, 0.25]


def test_an_empty_side_is_no_fault():
    changes = nucleus_changes(nuclei(), nuclei(7))
    assert (len(changes.kept), changes.added.tolist(), len(changes.gone)) == (0, [7], 0)
    assert nucleus_changes(nuclei(), nuclei()).counts["share"].tolist() == [0, 0, 0]


@settings(deadline=None)
@given(st.lists(st.integers(1, 30)), st.lists(st.integers(1, 30)))
def test_each_nucleus_has_one_fate_and_going_back_in_time_swaps_them(before, after):
    there, back = (
        nucleus_changes(nuclei(*before), nuclei(*after)),
        nucleus_changes(nuclei(*after), nuclei(*before)),
    )
    fates = [*there.kept, *there.added, *there.gone]
    assert sorted(fates) == sorted({*before, *after})
    assert there.added.tolist() == back.gone.tolist()
    assert there.kept.tolist() == back.kept.tolist()


# Root IDs


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (ROOT, ROOT, SAME_ROOT),
        (ROOT, ROOT + 1, OTHER_ROOT),
        (0, ROOT, FOUND),
        (ROOT, 0, LOST),
        (0, 0, NO_ROOT),
    ],
)
def test_what_became_of_a_root(before, after, change):
    (row,) = root_changes(rooted((5, before)), rooted((5, after))).itertuples()
    assert (row.Index, row.earlier_root_id, row.later_root_id, row.change) == (5, before, after, change)


def test_roots_are_compared_only_of_nuclei_in_both():
    changes = root_changes(rooted((1, ROOT), (2, ROOT)), rooted((3, ROOT), (2, 9)))
    assert changes.index.tolist() == [2]


def test_a_nucleus_that_stands_twice_counts_once_and_with_two_roots_is_not_known():
    changes = root_changes(rooted((1, 7), (1, 7), (2, 7), (2, 8)), rooted((1, 7), (2, 7)))
    assert changes["change"].tolist() == [SAME_ROOT, UNKNOWN]


def test_rows_without_root_ids_say_nothing_of_them():
    assert root_changes(nuclei(1, 2), rooted((1, 7)))["change"].tolist() == [UNKNOWN]


def test_counts_of_changes_are_those_that_occur_in_a_fixed_order():
    counts = change_counts(root_changes(rooted((1, 0), (2, 7), (3, 7)), rooted((1, 0), (2, 7), (3, 8))))
    assert counts.index.tolist() == [SAME_ROOT, OTHER_ROOT, NO_ROOT]
    assert counts["n"].tolist() == [1, 1, 1]


# Labels


def compared(earlier: AxisTable, later: AxisTable, level: Level) -> Agreement:
    return measure_agreement(pair_labels(earlier, later, level))


def test_a_label_that_changed_is_listed_with_both():
    result = compared(
        (FINE, labelled((1, "23P"), (2, "4P"), (3, "BC"))),
        (FINE, labelled((1, "23P"), (2, "23P"), (4, "BC"))),
        "type",
    )
    assert contradicted(result.pairs).astype(str).reset_index().to_numpy().tolist() == [[2, "4P", "23P"]]
    assert label_counts(result.pairs)["n"].to_dict() == {"same label": 1, "another label": 1}
    assert result.matrix.loc["4P", "23P"] == 1


def test_another_root_or_a_gone_nucleus_is_no_change_of_a_label():
    earlier = labelled((1, "23P"), (2, "BC")).assign(root_id=[7, 8])
    later = labelled((1, "23P")).assign(root_id=[9])
    assert contradicted(compared((FINE, earlier), (FINE, later), "type").pairs).empty
    assert root_changes(earlier, later)["change"].tolist() == [OTHER_ROOT]
    assert nucleus_changes(earlier, later).gone.tolist() == [2]


def test_another_spelling_is_no_change():
    result = compared((FINE, labelled((1, "5P-PT"))), (SECOND, labelled((1, "5P-ET"))), "type")
    assert contradicted(result.pairs).empty


def test_what_is_not_compared_is_counted_with_its_reason():
    earlier = labelled((1, "23P"), (1, "4P"), (2, "WM-P"), (3, "BC"))
    result = compared((FINE, earlier), (FINE, labelled((1, "23P"), (2, "23P"), (3, "BC"))), "subclass")
    counts = label_counts(result.pairs)["n"].to_dict()
    assert counts.pop("not compared: conflicting duplicate") == 1
    assert counts.pop("not compared: unmapped") == 1
    assert counts == {"same label": 1, "another label": 0}


def test_two_metamodels_of_two_releases_meet_on_the_nucleus_id():
    result = compared(
        (FIRST, labelled((1, "BC"), (2, "oligo"))), (SECOND, labelled((2, "OPC"), (9, "BC"))), "type"
    )
    assert result.pairs.square
    assert contradicted(result.pairs).index.tolist() == [2]


def test_labels_that_only_one_release_knows():
    earlier, later = labelled((1, "L6a"), (2, "L2a"), (3, "L3c")), labelled((1, "L6short-a"), (2, "L2a"))
    assert words_of_one(earlier, later, "type") == (["L3c", "L6a"], ["L6short-a"])
    assert words_of_one(earlier, later, "subclass") == ([], [])


# Functional units


def test_a_unit_is_followed_by_session_scan_and_number():
    earlier = matched((4, 7, 1, 100), (4, 7, 2, 101), (4, 8, 1, 102), (5, 1, 1, 9), (5, 1, 1, 8))
    later = matched((4, 7, 1, 100), (4, 7, 2, 999), (6, 7, 1, 102), (5, 1, 1, 9))
    changes = match_changes(earlier, later)
    assert changes["change"].tolist() == [SAME_NUCLEUS, OTHER_NUCLEUS, AMBIGUOUS]
    both = changes[["earlier_nucleus_id", "later_nucleus_id"]]
    assert both.astype(float).fillna(0).to_numpy().tolist() == [[100, 100], [101, 999], [0, 9]]


# The picture


def test_each_fate_has_its_bar_its_count_and_its_colour():
    counts = nucleus_changes(nuclei(*range(1, 10_001)), nuclei(*range(2, 10_002))).counts
    (bars,) = changes_figure(counts, "Baylor fine", "nuclei").data
    assert list(bars.text) == ["9,999 · 100.0%", "1 · <0.1%", "1 · <0.1%"]
    assert list(bars.marker.color) == [STILL, CAME, WENT]
    assert CHANGED not in bars.marker.color


# The catalogue of later tables


def test_release_661_is_what_it_was():
    assert OPENED.held == TABLES
    assert list(OPENED.held) == list(OPENED.on_pages) == list(TABLES)
    assert list(OPENED) == list(EVERY_TABLE)


@pytest.mark.parametrize("table", LATER_TABLES.values(), ids=LATER_TABLES)
def test_a_later_table_is_whole_and_not_of_661(table):
    assert min(table.releases) > 661
    assert set(table.releases) <= set(VOLUME.releases)
    assert table.family in FAMILIES
    assert len(table.title) <= 26
    assert table.about.endswith(".")
    assert set(table.citations) <= set(CATALOG.citations)
    assert table.trained_on is None or set(table.trained_on.tables) <= set(EVERY_TABLE)
    assert ordered(table.vocabulary) == list(table.vocabulary)
    assert all(find_label(label) for label in table.vocabulary)
    assert table.id_column == ("id" if table.view or table.by_point else "target_id")


def test_names_and_titles_stay_unique():
    words = [word.casefold() for table in EVERY_TABLE.values() for word in (table.name, table.title)]
    assert len(set(words)) == len(words)


def test_every_successor_that_661_names_is_in_the_catalogue():
    assert {table.deprecated_by for table in TABLES.values() if table.deprecated_by} <= set(LATER_TABLES)


@pytest.mark.parametrize(
    ("release", "held", "missing"),
    [
        (117, {"nucleus_detection_v0"}, set(TABLES) - {"nucleus_detection_v0"}),
        (795, {"allen_column_mtypes_v2", "allen_column_mtypes_v1"}, {"connectivity_groups_v507"}),
        (943, {"coregistration_manual_v3", "coregistration_manual_v4"}, {"allen_column_mtypes_v1"}),
        (1181, {"coregistration_manual_v4"}, {"coregistration_manual_v3", FINE.name}),
        (1300, {FINE.name, "apl_functional_coreg_vess_fwd"}, {FIRST.name}),
        (1718, {"aibs_metamodel_celltypes_v661_corrections"}, set()),
        (999, set(), set(EVERY_TABLE)),
    ],
)
def test_which_release_holds_what(release, held, missing):
    assert held <= set(OPENED.in_release(release))
    assert missing.isdisjoint(OPENED.in_release(release))


@pytest.mark.parametrize(
    ("name", "spans"),
    [
        (FINE.name, "v661–v795, v1300–v1822"),
        ("connectivity_groups_v507", "v661"),
        ("nucleus_detection_v0", "v117–v1926"),
        ("aibs_metamodel_celltypes_v661_corrections", "v1718"),
    ],
)
def test_releases_in_a_row_are_said_as_one_span(name, spans):
    assert release_spans(EVERY_TABLE[name]) == spans
