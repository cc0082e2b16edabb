"""Agreement of two tables: counts of nuclei that always add up, metrics that scikit-learn confirms."""

import gc
from weakref import ref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score, confusion_matrix

from components.analysis.comparison.agreement import Agreement, left_out_words, measure_agreement, pair_labels
from components.analysis.comparison.axes import coregistered_labels
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.levels import known_reading, nucleus_labels
from components.analysis.output.results import agreement_text
from data.catalog import TABLES
from data.errors import DataError
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.opening import open_release
from data.settings import read_settings

COARSE = TABLES["baylor_log_reg_cell_type_coarse_v1"]
FINE = TABLES["baylor_gnn_cell_type_fine_model_v2"]
METAMODEL = TABLES["aibs_soma_nuc_metamodel_preds_v117"]
M_TYPES = TABLES["allen_column_mtypes_v1"]
MANUAL = TABLES["coregistration_manual_v3"]
AUTOMATED = TABLES["apl_functional_coreg_forward_v5"]


def frame(*rows: tuple[int, str]) -> pd.DataFrame:
    ids, labels = zip(*rows, strict=True) if rows else ((), ())
    return pd.DataFrame(
        {
            "nucleus_id": np.array(ids, dtype=np.int64),
            "cell_type": pd.Categorical(np.array(labels, dtype=object)),
        }
    )


def compare(
    first: pd.DataFrame,
    second: pd.DataFrame,
    level: Level = "class",
    *,
    keep_ambiguous: bool = True,
    within: np.ndarray | None = None,
) -> Agreement:
    return measure_agreement(
        pair_labels((COARSE, first), (FINE, second), level, keep_ambiguous=keep_ambiguous, within=within)
    )


def test_a_worked_example() -> None:
    coarse = frame(
        (1, "excitatory"), (2, "excitatory"), (3, "inhibitory"), (4, "inhibitory"), (5, "excitatory")
    )
    fine = frame((1, "23P"), (2, "BC"), (3, "MC"), (4, "BPC"), (9, "4P"))
    result = compare(coarse, fine)
    assert result.matrix.to_dict("index") == {
        "excitatory": {"excitatory": 1, "inhibitory": 1},
        "inhibitory": {"excitatory": 0, "inhibitory": 2},
    }
    pairs = result.pairs
    assert (pairs.n_rows_table, pairs.n_columns_table, pairs.n_both) == (5, 5, 4)
    assert result.metrics["agreement"] == 0.75
    assert result.metrics["kappa"] == pytest.approx(0.5)  # (0.75 - 0.5) / (1 - 0.5)
    assert agreement_text(result).splitlines()[1] == "in rows 5 · in columns 5 · in both 4 · compared 4"


def test_a_synonym_agrees_with_its_other_name() -> None:
    result = compare(frame((1, "5P-PT"), (2, "BC")), frame((1, "5P-ET"), (2, "BC")), "subclass")
    assert result.metrics["agreement"] == 1.0
    assert list(result.matrix.index) == ["5P-ET", "BC"]


def test_a_nucleus_twice_with_one_label_counts_once() -> None:
    result = compare(frame((1, "BC"), (1, "BC"), (2, "23P")), frame((1, "BC"), (2, "23P")))
    assert (result.pairs.n_rows_table, int(result.matrix.to_numpy().sum())) == (2, 2)


def test_a_nucleus_with_two_labels_is_left_out_and_counted() -> None:
    result = compare(frame((1, "BC"), (1, "MC"), (2, "23P")), frame((1, "BC"), (2, "23P")))
    assert result.pairs.left_out["conflicting_duplicate"] == 1
    two = {"unmapped": 12, "ambiguous": 0, "conflicting_duplicate": 2}
    assert left_out_words(two) == "12 unmapped, 2 conflicting duplicates"
    assert result.pairs.n_both == 2
    assert result.pairs.n_rows_table == 2


def test_two_names_of_one_label_are_no_conflict() -> None:
    assert len(nucleus_labels(frame((1, "5P-PT"), (1, "5P-ET")), "type").conflicting) == 0


def test_a_table_is_read_once_for_as_long_as_it_is_there() -> None:
    table = frame((1, "BC"), (2, "23P"))
    reading = known_reading(table)
    assert known_reading(table) is reading
    assert known_reading(frame((1, "BC"), (2, "23P"))) is not reading
    kept, gone = ref(reading), ref(table)
    del table, reading
    gc.collect()
    assert (kept(), gone()) == (None, None)


def test_an_unknown_label_is_unmapped_and_counted() -> None:
    result = compare(frame((1, "martian"), (2, "excitatory")), frame((1, "23P"), (2, "23P")))
    assert result.pairs.left_out["unmapped"] == 1
    assert len(result.pairs.frame) == 1


def test_ambiguous_mappings_can_be_switched_off() -> None:
    first, second = frame((1, "L3b"), (2, "L2a")), frame((1, "4P"), (2, "23P"))
    kept = compare(first, second, "subclass")
    strict = compare(first, second, "subclass", keep_ambiguous=False)
    assert (len(kept.pairs.frame), kept.pairs.left_out["ambiguous"]) == (2, 0)
    assert (len(strict.pairs.frame), strict.pairs.left_out["ambiguous"]) == (1, 1)


def test_nuclei_not_asked_for_are_filtered_and_counted() -> None:
    first, second = frame((1, "BC"), (2, "MC"), (3, "23P")), frame((1, "BC"), (2, "BC"), (3, "23P"))
    pairs = compare(first, second, within=np.array([2, 9])).pairs
    assert pairs.frame.index.tolist() == [2]
    assert (pairs.n_both, pairs.left_out["filtered"]) == (3, 2)
    assert len(compare(first, second, within=np.array([], dtype=np.int64)).pairs.frame) == 0


def test_a_nucleus_is_left_out_for_the_first_reason_that_holds() -> None:
    first = frame((1, "BC"), (1, "MC"), (2, "martian"), (3, "L3b"), (4, "23P"), (5, "23P"))
    second = frame((1, "martian"), (2, "L3b"), (3, "23P"), (4, "23P"), (5, "23P"))
    result = compare(first, second, "subclass", keep_ambiguous=False, within=np.array([5]))
    assert result.pairs.left_out == dict.fromkeys(
        ("conflicting_duplicate", "unmapped", "ambiguous", "filtered"), 1
    )
    assert result.pairs.frame.index.tolist() == [5]


def test_coregistered_or_not_is_asked_of_the_denominator() -> None:
    units = pd.DataFrame({"nucleus_id": [3, 1, 3, 8], "unit_id": [1, 2, 3, 4]})
    side = coregistered_labels(units, [4, 3, 2, 1, 4])
    assert side["nucleus_id"].tolist() == [1, 2, 3, 4]
    assert side["cell_type"].tolist() == [
        "coregistered", "not coregistered", "coregistered", "not coregistered",
    ]  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
def test_whether_a_nucleus_is_coregistered_is_the_same_at_every_level(level: Level) -> None:
    coregistered = coregistered_labels(frame((1, "BC")), [1, 2, 3])
    labels = frame((1, "23P"), (2, "23P"), (3, "23P"))
    result = measure_agreement(pair_labels((MANUAL, coregistered), (FINE, labels), level))
    assert result.matrix.index.tolist() == ["coregistered", "not coregistered"]
    assert result.matrix.to_numpy().tolist() == [[1], [2]]
    assert not result.pairs.square


@pytest.mark.parametrize("asked", [5, 50])
def test_a_table_of_units_holds_as_many_nuclei_whatever_else_is_loaded(asked: int) -> None:
    units = coregistered_labels(pd.DataFrame({"nucleus_id": [1, 1, 3]}), range(1, asked + 1))
    for rows, columns in (
        ((MANUAL, units), (FINE, frame((1, "BC")))),
        ((FINE, frame((1, "BC"))), (MANUAL, units)),
    ):
        pairs = pair_labels(rows, columns, "type")
        held = {pairs.rows.name: pairs.n_rows_table, pairs.columns.name: pairs.n_columns_table}
        assert held == {MANUAL.name: 2, FINE.name: 1}
        assert pairs.n_asked == asked
    assert pair_labels((FINE, frame((1, "BC"))), (FINE, frame((1, "BC"))), "type").n_asked is None


def test_two_coregistrations_make_a_confusion_matrix() -> None:
    manual, automated = coregistered_labels(frame((1, "BC")), range(4)), frame((1, "BC"), (2, "BC"))
    result = measure_agreement(
        pair_labels((MANUAL, manual), (AUTOMATED, coregistered_labels(automated, range(4))), "type")
    )
    assert result.matrix.to_numpy().tolist() == [[1, 0], [1, 2]]
    assert result.metrics["agreement"] == 0.75


def test_two_vocabularies_make_a_contingency_table_without_agreement() -> None:
    pairs = pair_labels(
        (M_TYPES, frame((1, "L2a"), (2, "PTC"))), (FINE, frame((1, "23P"), (2, "BC"))), "type"
    )
    result = measure_agreement(pairs)
    assert not pairs.square
    assert result.metrics["agreement"] is result.metrics["kappa"] is None
    assert result.metrics["ari"] == 1.0
    assert {"agreement", "kappa", "ac1"} == set(result.undefined)


def test_the_same_vocabulary_at_type_level_is_square() -> None:
    pairs = pair_labels((METAMODEL, frame((1, "5P-ET"))), (FINE, frame((1, "5P-PT"))), "type")
    assert pairs.square
    assert measure_agreement(pairs).metrics["agreement"] == 1.0


def test_nothing_in_common_is_null_with_its_reason() -> None:
    result = compare(frame((1, "excitatory")), frame((2, "23P")))
    assert all(result.metrics[metric] is None for metric in METRICS)
    assert result.matrix.empty
    assert set(result.undefined) == set(METRICS)


def test_one_label_everywhere_has_no_kappa() -> None:
    result = compare(frame((1, "excitatory"), (2, "excitatory")), frame((1, "23P"), (2, "4P")))
    assert result.metrics["agreement"] == 1.0
    assert set(METRICS) - {"agreement"} == set(result.undefined)


def test_a_table_without_labels_is_refused() -> None:
    with pytest.raises(DataError, match="no cell-type labels"):
        pair_labels((COARSE, frame((1, "BC")).drop(columns="cell_type")), (FINE, frame((1, "BC"))), "class")


LABELS = [
    "23P",
    "4P",
    "5P-PT",
    "5P-ET",
    "BC",
    "MC",
    "astrocyte",
    "Unsure",
    "L3b",
    "what is this",
    "not-neuron",
]
tables = st.lists(st.tuples(st.integers(1, 25), st.sampled_from(LABELS)), max_size=60)


@settings(deadline=None)
@given(tables, tables, st.sampled_from(LEVELS), st.booleans(), st.none() | st.sets(st.integers(1, 25)))
def test_every_nucleus_in_both_is_compared_or_left_out_for_a_reason(
    first: list[tuple[int, str]],
    second: list[tuple[int, str]],
    level: Level,
    keep: bool,
    asked: set[int] | None,
) -> None:
    within = None if asked is None else np.array(sorted(asked), dtype=np.int64)
    sides = (METAMODEL, frame(*first)), (FINE, frame(*second))
    pairs = pair_labels(*sides, level, keep_ambiguous=keep, within=within)
    everything = pair_labels(*sides, level, keep_ambiguous=keep)
    assert pairs.left_out | {"filtered": 0} == everything.left_out
    wanted = everything.frame.index if asked is None else everything.frame.index.intersection(list(asked))
    assert pairs.frame.index.tolist() == wanted.tolist()
    both = {nucleus for nucleus, _ in first} & {nucleus for nucleus, _ in second}
    assert pairs.n_both == len(both) == len(pairs.frame) + sum(pairs.left_out.values())
    assert measure_agreement(pairs).matrix.to_numpy().sum() == len(pairs.frame)


@settings(deadline=None)
@given(tables, tables, st.sampled_from(LEVELS))
def test_matrix_and_metrics_are_scikit_learns(
    first: list[tuple[int, str]], second: list[tuple[int, str]], level: Level
) -> None:
    pairs = pair_labels((METAMODEL, frame(*first)), (FINE, frame(*second)), level)
    result = measure_agreement(pairs)
    if pairs.frame.empty:
        return
    one, other = pairs.frame["row_label"].astype(str), pairs.frame["column_label"].astype(str)
    labels = list(result.matrix.index)
    if len(labels) == 1:  # scikit-learn warns of it
        assert result.matrix.to_numpy().tolist() == [[len(one)]]
    else:
        np.testing.assert_array_equal(result.matrix.to_numpy(), confusion_matrix(one, other, labels=labels))
    if one.nunique() == other.nunique() == 1:
        assert result.metrics["ari"] is None
    else:
        assert result.metrics["ari"] == pytest.approx(adjusted_rand_score(one, other), abs=1e-12)
    assert result.metrics["agreement"] == pytest.approx(
        float((one.to_numpy() == other.to_numpy()).mean()), abs=1e-12
    )
    if len({*one, *other}) > 1:
        assert result.metrics["kappa"] == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)
    else:
        assert result.metrics["kappa"] is None


@settings(deadline=None)
@given(tables, tables)
def test_rows_and_columns_may_change_places(
    first: list[tuple[int, str]], second: list[tuple[int, str]]
) -> None:
    there, back = compare(frame(*first), frame(*second)), compare(frame(*second), frame(*first))
    for metric in METRICS:
        assert there.metrics[metric] == pytest.approx(back.metrics[metric], abs=1e-12)
    np.testing.assert_array_equal(there.matrix.to_numpy(), back.matrix.to_numpy().T)


def test_the_real_tables(realdata: object, tmp_path: object) -> None:
    settings = read_settings({"source": "folder", "folder": realdata, "cache": tmp_path})
    release = open_release(settings, sample_when_offline=False)
    coarse, fine = release.load_labels(COARSE.name), release.load_labels(FINE.name)
    result = compare(coarse.frame, fine.frame)
    assert (result.pairs.n_rows_table, result.pairs.n_columns_table) == (54_899, 49_050)
    assert result.pairs.n_both == len(result.pairs.frame) == 49_050
    rounded = {name: round(result.metrics[name] or 0, 6) for name in ("agreement", "kappa", "ari")}
    assert rounded == {"agreement": 0.989623, "kappa": 0.930691, "ari": 0.919332}
