"""Which label went where: each label with its counterpart, how sure that is, and on whose word."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.comparison.agreement import Pairs, measure_agreement, pair_labels
from components.analysis.comparison.axes import coregistered_labels
from components.analysis.comparison.circular import circular_agreement, learnt_from_other
from components.analysis.comparison.crosswalk import (
    BY_SYSTEM,
    GROUP,
    ITSELF,
    TWO_LABELS,
    UNKNOWN,
    UNLABELLED,
    ambiguous_nuclei,
    crosswalk,
    read_as,
)
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, nucleus_labels
from components.ui.agreement.pairs import ambiguity_words, crosswalk_lines, mapping_words
from data.catalog import TABLES
from data.errors import DataError
from data.labels.crosswalk import CELL_TYPES, LEVELS
from data.labels.entry import Level

MANUAL = TABLES["allen_v1_column_types_slanted_ref"]
FINE = TABLES["baylor_gnn_cell_type_fine_model_v2"]
CLUSTERS = TABLES["allen_column_mtypes_v1"]
GROUPS = TABLES["connectivity_groups_v507"]
UNITS = TABLES["coregistration_manual_v3"]

rows_of_labels = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["23P", "5P-PT", "5P-ET", "6P-U", "Unsure", "L3b", "L6wm", "odd", None]),
        st.sampled_from(["aibs_coarse_inhibitory", "aibs_coarse_excitatory", "s"]),
    ),
    max_size=25,
)


def frame(*rows: tuple[int, str | None] | tuple[int, str | None, str]) -> pd.DataFrame:
    """Rows of a tidy frame: nucleus ID, label and, where it matters, system."""
    return pd.DataFrame(
        {
            "nucleus_id": np.array([row[0] for row in rows], dtype=np.int64),
            "classification_system": pd.Categorical([row[2] if len(row) > 2 else "s" for row in rows]),
            "cell_type": pd.Categorical([row[1] for row in rows]),
        }
    )


def ids(*nuclei: int) -> np.ndarray:
    return np.array(nuclei, dtype=np.int64)


def test_a_worked_example():
    rows = frame((1, "L3b"), (2, "L3b"), (3, "L2a"), (4, "odd"), (5, None), (6, "L2a"), (6, "L3b"))
    found = crosswalk(CLUSTERS, rows, "subclass", others=ids(6, 9, 2, 4))
    told = ["label", "reads_as", "mapping", "nuclei", "shared", "same", "counted", "source"]
    lines = found[told].astype(object).replace({pd.NA: None, np.nan: None})
    assert [*lines.itertuples(index=False, name=None)] == [
        ("L2a", "23P", "exact", 1, 0, 57, 57, CELL_TYPES["L2a"].source),
        ("L3b", "23P", "ambiguous", 2, 1, 65, 97, CELL_TYPES["L3b"].source),
        ("odd", None, "unmapped", 1, 1, None, None, UNKNOWN),
        (NO_LABEL, None, "unmapped", 1, 0, None, None, UNLABELLED),
        (CONFLICTING, None, "conflicting", 1, 1, None, None, TWO_LABELS),
    ]
    assert [*found] == [*told[:-1], "purity", "source"]
    assert "shared" not in crosswalk(CLUSTERS, rows, "subclass")
    assert [*ambiguous_nuclei(CLUSTERS, rows, "subclass")] == [1, 2]


def test_raw_labels_only_lose_other_spellings():
    found = crosswalk(MANUAL, frame((1, "5P-PT"), (2, "23P")), "type")
    assert [*found["reads_as"]] == ["23P", "5P-ET"]
    assert [*found["mapping"]] == ["exact", "exact"]
    assert [*found["source"]] == [ITSELF, "Another spelling of 5P-ET."]


def test_a_label_that_its_system_explains_stands_once_for_each_class():
    rows = frame(
        (1, "Unsure", "aibs_coarse_inhibitory"), (2, "Unsure", "aibs_coarse_excitatory"), (3, "Unsure", "s")
    )
    found = crosswalk(MANUAL, rows, "class").fillna({"reads_as": "none"}).set_index("reads_as")
    assert found["mapping"].to_dict() == {
        "inhibitory": "ambiguous",
        "excitatory": "ambiguous",
        "none": "unmapped",
    }
    assert found.loc["inhibitory", "source"] == f"{BY_SYSTEM} {CELL_TYPES['Unsure'].source}"
    assert [*ambiguous_nuclei(MANUAL, rows, "class")] == [1, 2]


def test_systems_that_make_no_difference_are_one_line():
    found = crosswalk(FINE, frame((1, "BC", "one"), (2, "BC", "other")), "class")
    assert [*found["nuclei"]] == [2]


def test_a_connectivity_group_is_a_group_even_where_it_is_called_like_a_subclass():
    rows = frame((1, "BC", "connectivity_group"), (2, "7", "connectivity_group"))
    assert {*crosswalk(GROUPS, rows, "class")["reads_as"]} == {"inhibitory"}
    found = crosswalk(GROUPS, rows, "subclass")
    assert {*found["mapping"]} == {"unmapped"}
    assert {*found["source"]} == {GROUP}


@pytest.mark.parametrize("level", LEVELS)
def test_coregistered_or_not_is_the_same_at_every_level(level: Level):
    told = coregistered_labels(pd.DataFrame({"nucleus_id": ids(2)}), ids(1, 2, 3))
    found = crosswalk(UNITS, told, level)
    assert dict(zip(found["reads_as"], found["nuclei"], strict=True)) == {
        "coregistered": 1,
        "not coregistered": 2,
    }


def test_a_table_without_labels_has_no_crosswalk():
    with pytest.raises(DataError):
        crosswalk(TABLES["nucleus_detection_v0"], pd.DataFrame({"nucleus_id": ids(1)}), "class")


@settings(max_examples=settings().max_examples // 2)
@given(rows_of_labels, rows_of_labels, st.sampled_from(LEVELS))
def test_its_counts_are_those_of_the_pairs(first: list, second: list, level: Level):
    sides = (MANUAL, frame(*first)), (FINE, frame(*second))
    pairs = pair_labels(*sides, level)
    others = [side[1]["nucleus_id"].to_numpy() for side in reversed(sides)]
    found = [crosswalk(*side, level, others=ids_) for side, ids_ in zip(sides, others, strict=True)]
    assert [one["nuclei"].sum() for one in found] == [pairs.n_rows_table, pairs.n_columns_table]
    assert [one["shared"].sum() for one in found] == [pairs.n_both, pairs.n_both]
    for (_, table), lines in zip(sides, found, strict=True):
        said = nucleus_labels(table, level)
        by_mapping = lines.groupby("mapping")["nuclei"].sum()
        assert by_mapping.get("conflicting", 0) == len(said.conflicting)
        assert by_mapping.get("unmapped", 0) == said.labels.isna().sum()
        counted = lines.groupby("reads_as")["nuclei"].sum().to_dict()
        assert counted == {label: n for label, n in said.labels.value_counts().items() if n}


@settings(max_examples=settings().max_examples // 2)
@given(rows_of_labels, rows_of_labels, st.sampled_from(LEVELS))
def test_ambiguous_nuclei_are_those_that_switching_off_removes(first: list, second: list, level: Level):
    sides = (MANUAL, frame(*first)), (FINE, frame(*second))
    ambiguous = np.union1d(*(ambiguous_nuclei(*side, level) for side in sides))
    kept, sure = pair_labels(*sides, level), pair_labels(*sides, level, keep_ambiguous=False)
    assert {*kept.frame.index} & {*ambiguous} == {*kept.frame.index} - {*sure.frame.index}
    assert len({*kept.frame.index} & {*ambiguous}) == sure.left_out["ambiguous"]


# In words

ROWS = frame((1, "L3b"), (2, "L2a"), (3, "L2a"), (4, "L6wm"))
COLUMNS = frame((1, "23P"), (2, "23P"), (3, "4P"), (4, "23P"))


def compared(*, keep_ambiguous: bool) -> Pairs:
    return pair_labels((CLUSTERS, ROWS), (MANUAL, COLUMNS), "subclass", keep_ambiguous=keep_ambiguous)


def test_how_many_compared_nuclei_are_mapped_ambiguously_is_said_with_what_they_are_of():
    kept, sure = compared(keep_ambiguous=True), compared(keep_ambiguous=False)
    ambiguous = ambiguous_nuclei(CLUSTERS, ROWS, "subclass")
    n = len(kept.frame)
    assert f"**1 of the {n} nuclei compared**" in ambiguity_words(kept, ambiguous)
    assert "leaves out **1 of the 4 nuclei in both tables**" in ambiguity_words(sure, ambiguous)
    assert ambiguity_words(kept, ids()) == f"None of the {n} nuclei compared carries an ambiguous mapping."


def test_nothing_compared_is_said():
    nothing = pair_labels((CLUSTERS, ROWS), (MANUAL, frame((9, "23P"))), "subclass")
    assert ambiguity_words(nothing, ids()) == "No nucleus is compared."


def test_each_mapping_has_its_count_and_nothing_is_left_blank():
    lines = crosswalk(CLUSTERS, frame((1, "L2a"), (2, "L2a"), (3, "odd")), "subclass", others=ids(1, 2, 3))
    assert mapping_words(lines) == "of 3 nuclei in both tables 2 exact, 1 unmapped."
    assert mapping_words(lines.assign(shared=0)) == "none in both."
    assert [*crosswalk_lines(lines)["Counts as"]] == ["23P", "–"]


# Counts and purity, and a crosswalk learnt from the other table


@pytest.mark.parametrize(
    ("label", "mapping", "cells"),
    [
        ("L2a", "exact", "57 of 57 (100%)"),
        ("L5ET", "majority", "35 of 39 (90%)"),
        ("L6short-a", "majority", "54 of 69 (78%)"),
        ("L4b", "ambiguous", "116 of 152 (76%)"),
        ("L3c", "described", "none known"),
        ("L6CT", "described", "none known"),
        ("L6c", "unmapped", "–"),
    ],
)
def test_each_mapping_has_its_counts_and_purity_or_none_are_known(label: str, mapping: str, cells: str):
    found = crosswalk(CLUSTERS, frame((1, label)), "subclass", others=ids(1))
    assert [*found["mapping"]] == [mapping]
    assert [*crosswalk_lines(found)["Counted cells"]] == [cells]


def test_what_is_called_exact_holds_for_all_counted_cells():
    m_types = [entry for entry in CELL_TYPES.values() if entry.standing != "neither"]
    for entry in m_types:
        _, _, mapping, source = read_as(CLUSTERS, entry.label, None, "subclass")
        if mapping == "exact":
            assert entry.counted is not None
            assert entry.counted[0] == entry.counted[1]
        if entry.counted:
            same, counted = entry.counted
            assert f"All {same} " in source if same == counted else f"{same} " in source
            assert entry.learnt_from == MANUAL.name


def made_clusters() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells by hand, and clusters of which one has no subclass and one is of two subclasses."""
    cells = [("L2a", "23P", 40), ("L4b", "4P", 20), ("L4b", "5P-IT", 10), ("L6tall-c", "6P-IT", 6)]
    cells += [("L6tall-c", "6P-CT", 4), ("L6tall-c", "6P-U", 3), ("L5b", "Unsure E", 2)]
    labels = [(cluster, by_hand) for cluster, by_hand, n in cells for _ in range(n)]
    return tuple(frame(*((at, pair[side]) for at, pair in enumerate(labels))) for side in (0, 1))  # type: ignore[return-value]


def test_an_agreement_through_a_crosswalk_learnt_from_the_other_table_is_circular():
    clusters, by_hand = made_clusters()
    for raw in (
        pair_labels((CLUSTERS, clusters), (MANUAL, by_hand), "type"),
        pair_labels((MANUAL, by_hand), (CLUSTERS, clusters), "type"),
    ):
        found = circular_agreement(raw, "subclass")
        assert found is not None
        assert (found.mapped, found.learnt_from) == (CLUSTERS, MANUAL)
        # Cells without a subclass by hand say nothing; those of L6tall-c are misses.
        assert (found.same, found.n, found.unmapped) == (60, 70, 10)
        assert found.split_half == pytest.approx(0.81, abs=0.02)  # 66 of 80 with the labels' own majority
        assert "circular: 60 of 70" in found.words
        assert "With the 10 unmapped as misses: 75.0% of 80." in found.words
    assert circular_agreement(raw, "class") is None
    assert learnt_from_other(FINE, MANUAL, "subclass") is None


def test_the_circle_is_that_of_the_pairs():
    clusters, by_hand = made_clusters()
    result = measure_agreement(pair_labels((CLUSTERS, clusters), (MANUAL, by_hand), "subclass"))
    found = circular_agreement(pair_labels((CLUSTERS, clusters), (MANUAL, by_hand), "type"), "subclass")
    assert found is not None
    assert result.metrics["agreement"] == found.same / found.n
    assert len(result.pairs.frame) == found.n
