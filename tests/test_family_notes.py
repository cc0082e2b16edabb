"""What the pages of manual and M-types note: names, rough mappings, who lies in the column, successors."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.comparison.crosswalk import (
    MANUALS_LIST,
    ambiguous_counts,
    labels_beyond,
    rows_of_class,
    standing_of,
    table_vocabulary,
    vocabulary_counts,
)
from components.analysis.labels.counts import column_counts, concatenated_tables
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.ui.family.about import deprecation_words
from components.ui.family.m_types import USED, name_lines
from components.ui.family.manual_types import IN_PRACTICE, NAMED_ELSEWHERE, omitted_lines
from data.catalog import EVERY_TABLE, TABLES
from data.labels.crosswalk import CELL_TYPES, at_level
from data.labels.minnie65.m_types import FIRST_ONLY, M_TYPES, SECOND_ONLY
from data.volume import VOLUME

NEURONS = TABLES["allen_v1_column_types_slanted_ref"]
OTHERS = TABLES["aibs_column_nonneuronal_ref"]
COLUMN = TABLES["allen_column_mtypes_v1"]
GROUPS = TABLES["connectivity_groups_v507"]

m_type_names = st.sampled_from([entry.label for entry in M_TYPES])
labelled_rows = st.lists(
    st.tuples(st.integers(1, 15), st.sampled_from(["L2a", "L4b", "L6c", "L6wm", "DTC", "PTC", "odd", None]))
)


def frame(*rows: tuple[int, str | None], system: str = "s") -> pd.DataFrame:
    """Rows of a tidy frame: nucleus ID and label."""
    return pd.DataFrame(
        {
            "nucleus_id": np.array([nucleus for nucleus, _ in rows], dtype=np.int64),
            "classification_system": pd.Categorical([system] * len(rows)),
            "cell_type": pd.Categorical([label for _, label in rows]),
        }
    )


def placed(*rows: tuple[int, str, float, float, float]) -> pd.DataFrame:
    """Rows of a tidy frame with x, depth and z in µm."""
    axes = {name: np.array([row[k] for row in rows], np.float32) for k, name in enumerate(AXES, start=2)}
    return frame(*((row[0], row[1]) for row in rows)).assign(**axes)


AXES = ("x_um", "depth_um", "z_um")


# Which of the two M-type vocabularies


@pytest.mark.parametrize(
    ("label", "standing"),
    [
        ("L3c", "first only"),
        (" l6ct ", "first only"),
        ("L2c", "second only"),
        ("L6tall-c", "second only"),
        ("L2a", "both"),
        ("L6wm", "both"),
        ("PTC", "both"),
        ("PeriTC", "both"),  # the paper's own spelling of PTC
        ("4P", "neither"),  # a label, but no M-type
        ("7", "neither"),
        ("L6ct-x", "neither"),
    ],
)
def test_a_name_stands_in_one_vocabulary_in_both_or_in_neither(label, standing):
    assert standing_of(label) == standing


def test_the_first_vocabulary_is_the_catalogues():
    listed = {label for label in CELL_TYPES if standing_of(label) in {"first only", "both"}}
    assert listed == set(COLUMN.vocabulary)
    assert {entry.label for entry in M_TYPES} - listed == SECOND_ONLY
    assert set(COLUMN.vocabulary) & SECOND_ONLY == set()
    assert set(COLUMN.vocabulary) >= FIRST_ONLY


@pytest.mark.parametrize(
    ("labels", "used"),
    [
        (["L2a", "L6CT", "PTC"], "first"),
        (["L2a", "L6short-a"], "second"),
        (["L3c", "L2c"], "mixed"),
        (["L2a", "L5ET", "odd"], "either"),
        (["1", "2", "10"], "none"),
        (["23P", "BC"], "none"),
        (["L2a", "L6CT", None], "first"),
        ([], "none"),
    ],
)
def test_the_vocabulary_that_rows_use(labels, used):
    counts = vocabulary_counts(frame(*enumerate(labels, start=1)))
    assert table_vocabulary(counts) == used
    assert used in USED


def test_names_are_counted_by_nucleus_and_as_they_are_spelled():
    counts = vocabulary_counts(
        frame(
            (1, "L6CT"), (1, "L6CT"), (2, "L2a"), (3, "odd"), (4, None), (5, "L2a"), (5, "L3a"), (6, "perITC")
        )
    )
    assert counts["nuclei"].to_dict() == {
        "L2a": 1, "L6CT": 1, "perITC": 1, "odd": 1, NO_LABEL: 1, CONFLICTING: 1,
    }  # fmt: skip
    assert counts["vocabulary"].to_dict() == {
        "L2a": "both", "L6CT": "first only", "perITC": "both",
        "odd": "neither", NO_LABEL: "neither", CONFLICTING: "neither",
    }  # fmt: skip


def test_names_are_laid_out_with_what_is_known_of_them():
    lines = name_lines(vocabulary_counts(frame((1, "L4b"), (2, "L6c"), (3, "odd"))))
    assert lines[["Label", "Subclass", "Mapping"]].to_numpy().tolist() == [
        ["L4b", "4P", "ambiguous"],
        ["L6c", "none", "ambiguous"],
        ["odd", "none", ""],
    ]
    assert "116 of 152" in lines["What is known"].iloc[0]
    assert lines["Meaning"].iloc[2] == "unknown"


# Mappings that are only the likeliest


def test_ambiguous_labels_are_counted_among_the_compared_nuclei_only():
    rows = (COLUMN, frame((1, "L4b"), (2, "L4b"), (3, "L2a"), (4, "L6c"), (5, "L4c"), (6, "DTC")))
    columns = (NEURONS, frame((1, "4P"), (2, "5P-IT"), (3, "23P"), (4, "6P-IT"), (6, "Unsure I")))
    found = ambiguous_counts(pair_labels(rows, columns, "subclass"), [rows, columns])
    # L6c and Unsure I have no subclass, so 4 and 6 are not compared; 5 is in one table only.
    assert found[["table", "label", "reads_as", "nuclei"]].to_numpy().tolist() == [
        ["Column M-types", "L4b", "4P", 2]
    ]
    assert "116 of 152" in found["source"].item()


def test_both_tables_may_be_ambiguous():
    rows = (NEURONS, frame((1, "Unsure"), (2, "BC"), system="aibs_coarse_inhibitory"))
    columns = (TABLES["baylor_log_reg_cell_type_coarse_v1"], frame((1, "excitatory"), (2, "inhibitory")))
    found = ambiguous_counts(pair_labels(rows, columns, "class"), [rows, columns])
    assert found[["label", "nuclei"]].to_numpy().tolist() == [["Unsure", 1]]
    assert ambiguous_counts(pair_labels(rows, columns, "type"), [rows, columns]).empty


@settings(deadline=None)  # for a busy machine
@given(labelled_rows, labelled_rows)
def test_what_carries_an_ambiguous_label_is_what_is_missing_without_them(first, second):
    rows, columns = (COLUMN, frame(*first)), (COLUMN, frame(*second))
    with_them = pair_labels(rows, columns, "subclass")
    without = pair_labels(rows, columns, "subclass", keep_ambiguous=False)
    found = ambiguous_counts(with_them, [rows, columns])
    carrying = len(with_them.frame) - len(without.frame)
    # A nucleus stands once under its label of either table.
    assert carrying <= found["nuclei"].sum() <= 2 * carrying


# What is beyond the manual's list


def test_the_labels_that_the_manual_leaves_out():
    rows = [(k, label) for k, label in enumerate(NEURONS.vocabulary, start=1)]
    beyond = labels_beyond(frame(*rows, *((100 + k, "6P-U") for k in range(27))), MANUALS_LIST)
    assert beyond.to_dict() == {
        "5P-PT": 1, "NGC": 1, "6P-U": 28, "WM-P": 1, "Unsure E": 1, "Unsure I": 1,
    }  # fmt: skip
    assert set(beyond.index) == set(NAMED_ELSEWHERE)
    assert labels_beyond(frame(*enumerate(OTHERS.vocabulary)), MANUALS_LIST).empty


def test_case_does_not_make_a_label_new_and_a_missing_one_is_no_label():
    rows = frame((1, "4p"), (2, " bc"), (3, None), (4, "BC"), (4, "MC"), (5, "novel"))
    assert labels_beyond(rows, MANUALS_LIST).to_dict() == {"novel": 1}


def test_the_lines_of_what_is_left_out_say_count_share_and_subclass():
    lines = omitted_lines(pd.Series({"5P-PT": 38, "WM-P": 20, "novel": 1}), 1_000)
    assert lines["Nuclei"].tolist() == ["38 (3.8%)", "20 (2.0%)", "1 (0.1%)"]
    assert lines["Subclass"].tolist() == ["5P-ET", "none", "none"]
    assert lines["Why"].tolist()[:2] == [NAMED_ELSEWHERE["5P-PT"], NAMED_ELSEWHERE["WM-P"]]
    assert lines["Meaning"].iloc[2] == "unknown"


def test_notes_are_of_labels_that_exist():
    assert set(NAMED_ELSEWHERE) | set(IN_PRACTICE) <= set(NEURONS.vocabulary)
    assert set(MANUALS_LIST) <= set(CELL_TYPES)
    assert "VIP" in IN_PRACTICE["BPC"]
    assert "SST" in IN_PRACTICE["MC"]


# Who lies in the column

MIDDLE = (670.0, 250.0, 850.0)
BESIDE = (900.0, 250.0, 850.0)
NOWHERE = (np.nan, np.nan, np.nan)


def test_members_of_the_column_are_counted_once():
    neurons = placed((1, "BC", *MIDDLE), (1, "BC", *MIDDLE), (2, "23P", *BESIDE), (3, "4P", *NOWHERE))
    others = placed((4, "oligo", *MIDDLE), (1, "OPC", *MIDDLE))
    detections = placed(
        *((nucleus, "", *MIDDLE) for nucleus in (1, 4, 5, 5)), *((nucleus, "", *BESIDE) for nucleus in (2, 6))
    )
    found = column_counts([neurons, others], detections)
    assert (found.labelled, found.outside, found.unplaced) == (4, 1, 1)
    assert (found.detected, found.named) == (3, 2)
    alone = column_counts([neurons])
    assert (alone.labelled, alone.detected, alone.named) == (3, None, None)


def test_the_prism_is_that_of_the_column():
    corners = [corner for section in VOLUME.column for corner in section.corners]
    detections = placed(*((k, "", *corner) for k, corner in enumerate(corners)))
    assert column_counts([detections], detections).named == len(corners)


def test_published_members_are_more_than_the_tables_name():
    named = [table.expected_rows.low for table in (NEURONS, OTHERS) if table.expected_rows]
    assert (sum(named), VOLUME.column_nuclei - sum(named)) == (1_899, 305)


def test_two_tables_together_keep_each_row_with_its_own_label():
    neurons, others = placed((2, "5P-PT", *MIDDLE), (1, "23P", *BESIDE)), placed((3, "OPC", *MIDDLE))
    rows, labels = concatenated_tables([neurons, others])
    assert rows["nucleus_id"].tolist() == [2, 1, 3]
    assert rows["x_um"].tolist() == [670, 900, 670]
    assert list(labels) == ["5P-ET", "23P", "OPC"], "in one spelling"
    assert list(labels.categories) == ["23P", "5P-ET", "OPC"]


# Inhibitory M-types against groups


def test_groups_are_set_against_inhibitory_m_types_only():
    mtypes = (COLUMN, frame((1, "PTC"), (2, "DTC"), (3, "DTC"), (4, "L4b"), (5, "STC"), (6, "odd")))
    groups = (GROUPS, frame((1, "2"), (2, "10"), (3, "2"), (4, "2"), (6, "10"), system="connectivity_group"))
    result = measure_agreement(rows_of_class(pair_labels(mtypes, groups, "type"), "inhibitory"))
    assert result.matrix.index.tolist() == ["PTC", "DTC"]
    assert result.matrix.columns.tolist() == ["2", "10"]
    assert result.matrix.to_numpy().tolist() == [[1, 0], [1, 1]]
    pairs = result.pairs
    assert pairs.left_out["filtered"] == 2
    assert pairs.n_both == len(pairs.frame) + sum(pairs.left_out.values())
    assert result.metrics["agreement"] is None


@settings(deadline=None)  # for a busy machine
@given(st.lists(st.tuples(m_type_names, st.sampled_from("12345")), min_size=1))
def test_the_groups_matrix_equals_a_crosstab(cells):
    mtypes = frame(*((k, label) for k, (label, _) in enumerate(cells)))
    groups = frame(*((k, group) for k, (_, group) in enumerate(cells)), system="connectivity_group")
    result = measure_agreement(
        rows_of_class(pair_labels((COLUMN, mtypes), (GROUPS, groups), "type"), "inhibitory")
    )
    expected = Counter(cell for cell in cells if at_level(cell[0], "class") == "inhibitory")
    counted = {
        (label, group): n
        for label, row in zip(result.matrix.index, result.matrix.to_numpy().tolist(), strict=True)
        for group, n in zip(result.matrix.columns, row, strict=True)
        if n
    }
    assert counted == expected


@pytest.mark.parametrize("group", ["BC", "4P", "7"])
def test_a_group_is_never_read_as_a_subclass(group):
    rows = (GROUPS, frame((1, group), system="connectivity_group"))
    columns = (NEURONS, frame((1, "BC")))
    assert pair_labels(rows, columns, "subclass").left_out["unmapped"] == 1


# Deprecated tables


def test_every_deprecated_tables_successor_is_told():
    followed = {table.deprecated_by for table in TABLES.values() if table.deprecated_by}
    assert followed == {table.name for table in EVERY_TABLE.values() if table.as_successor}


def test_a_line_for_deprecated_tables_and_none_for_current_ones(subtests):
    for name in TABLES:
        with subtests.test(name):
            table = TABLES[name]
            words = deprecation_words(table, EVERY_TABLE)
            assert bool(words) == table.gone
            if words:
                assert f"release {max(table.releases)} was the last" in words
            if table.deprecated_by:
                assert f"`{table.deprecated_by}`" in words
                assert table.title in words
                assert "\n" not in words
