"""Metrics of a matrix: the oracles say the same, and what means nothing is null with its reason."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycm import ConfusionMatrix  # type: ignore[import-untyped]
from scipy.stats import binomtest
from scipy.stats.contingency import association
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    cohen_kappa_score,
    precision_recall_fscore_support,
)

from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.comparison.metrics import (
    MANY_LABELS,
    METRICS,
    NEAR_CHANCE,
    NO_METHOD,
    NO_VARIETY,
    NOTHING_SHARED,
    ONE_GROUP,
    ONE_LABEL,
    ONE_NUCLEUS,
    OTHER_VOCABULARY,
    RARE_LABEL,
    TOO_FEW,
    Counts,
    label_scores,
    measure_counts,
    metric_intervals,
    stacked_intervals,
)
from data.opening import open_release
from data.settings import read_settings

NEARLY = 1e-12

counts_of_nuclei = st.one_of(st.integers(0, 3), st.integers(0, 400))
squares = st.integers(1, 6).flatmap(lambda k: arrays(np.int64, (k, k), elements=counts_of_nuclei))
tables = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=counts_of_nuclei)

DEGENERATE = {
    "one label": [[5]],
    "one nucleus, one label": [[1]],
    "one nucleus, two labels": [[0, 1], [0, 0]],
    "each table has one label, not the same": [[0, 7], [0, 0]],
    "one table has one label": [[3, 4], [0, 0]],
    "a label that nobody has": [[3, 0, 1], [0, 0, 0], [2, 0, 4]],
    "nothing alike": [[0, 5], [6, 0]],
    "every nucleus alone": np.eye(8, dtype=int).tolist(),
    "perfect": [[9, 0, 0], [0, 5, 0], [0, 0, 1]],
    "independent": [[4, 6], [6, 9]],
    "nearly all of one label": [[143_000, 60], [59, 1]],
    "one nucleus of another label": [[49_999, 0], [0, 1]],
}
BIG = np.random.default_rng(7).integers(0, 300, (25, 25)) + np.diag(np.full(25, 2_000))


def vectors(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Both labels of every nucleus of a matrix, which is what the oracles take."""
    rows, columns = np.indices(counts.shape)
    return np.repeat(rows.ravel(), counts.ravel()), np.repeat(columns.ravel(), counts.ravel())


def expected(counts: Counts, *, square: bool) -> dict[str, float | None]:
    """The metrics as the oracles say them; None where the definition leaves nothing to say."""
    first, second = vectors(counts)
    kept = counts[counts.sum(1) > 0][:, counts.sum(0) > 0]
    alone = kept.shape == (1, 1)
    both = {*first.tolist(), *second.tolist()}
    said: dict[str, float | None] = dict.fromkeys(METRICS)
    if square:
        said["agreement"] = float(np.mean(first == second))
        said["kappa"] = float(cohen_kappa_score(first, second)) if len(both) > 1 else None
        ac1 = ConfusionMatrix(matrix=_named(counts, sorted(both))).AC1 if len(both) > 1 else None
        said["ac1"] = ac1 if isinstance(ac1, float) else None
    if not alone:
        said["ari"] = float(adjusted_rand_score(first, second))
        said["ami"] = float(adjusted_mutual_info_score(first, second))
    if min(kept.shape) > 1:
        said["cramers_v"] = float(association(kept, method="cramer"))
    return said


def _named(counts: Counts, labels: list[int]) -> dict[str, dict[str, int]]:
    return {str(i): {str(j): int(counts[i, j]) for j in labels} for i in labels}


def occurring(counts: Counts) -> Counts:
    """A square matrix over the labels that occur on either side, as a pair's matrix is."""
    found = (counts.sum(0) + counts.sum(1)) > 0
    return counts[found][:, found]


def assert_as_expected(counts: Counts, *, square: bool) -> None:
    values, undefined = measure_counts(counts, square=square)
    said = expected(counts, square=square)
    assert set(values) == set(METRICS)
    assert {metric for metric, value in values.items() if value is None} == set(undefined)
    for metric, value in values.items():
        assert value == (None if said[metric] is None else pytest.approx(said[metric], abs=NEARLY)), metric


@settings(deadline=None)
@given(squares)
def test_metrics_of_a_confusion_matrix_are_the_oracles(counts: Counts) -> None:
    if counts.any():
        assert_as_expected(occurring(counts), square=True)


@settings(deadline=None)
@given(tables)
def test_metrics_of_a_contingency_table_are_the_oracles(counts: Counts) -> None:
    if counts.any():
        assert_as_expected(counts, square=False)


@pytest.mark.parametrize("name", DEGENERATE)
def test_metrics_of_degenerate_matrices_are_the_oracles(name: str) -> None:
    assert_as_expected(occurring(np.array(DEGENERATE[name])), square=True)


def test_metrics_of_a_big_matrix_are_the_oracles() -> None:
    assert_as_expected(BIG, square=True)


def test_metrics_of_the_real_tables_are_the_oracles(realdata: Path, tmp_path: Path) -> None:
    settings = read_settings({"source": "folder", "folder": str(realdata), "cache": str(tmp_path)})
    release = open_release(settings, sample_when_offline=False)
    names = ("baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2")
    coarse, fine = ((one.table, one.frame) for one in map(release.load_labels, names))
    confused = measure_agreement(pair_labels(coarse, fine, "class"))
    assert_as_expected(confused.matrix.to_numpy(), square=True)
    raw = measure_agreement(pair_labels(coarse, fine, "type"))
    assert raw.matrix.shape == (2, 11)
    assert_as_expected(raw.matrix.to_numpy(), square=False)


@pytest.mark.parametrize(
    ("counts", "square", "reasons"),
    [
        ([[0, 0], [0, 0]], True, dict.fromkeys(METRICS, NOTHING_SHARED)),
        (
            [[5]],
            True,
            dict.fromkeys(("kappa", "ac1"), ONE_LABEL)
            | dict.fromkeys(("ari", "ami"), ONE_GROUP)
            | {"cramers_v": NO_VARIETY},
        ),
        (
            [[1]],
            True,
            dict.fromkeys(("kappa", "ac1"), ONE_LABEL)
            | dict.fromkeys(("ari", "ami"), ONE_NUCLEUS)
            | {"cramers_v": NO_VARIETY},
        ),
        ([[0, 1], [0, 0]], True, dict.fromkeys(("ari", "ami"), ONE_NUCLEUS) | {"cramers_v": NO_VARIETY}),
        ([[3, 4], [0, 0]], True, {"cramers_v": NO_VARIETY}),
        ([[3, 4], [5, 6]], False, dict.fromkeys(("agreement", "kappa", "ac1"), OTHER_VOCABULARY)),
        ([[3, 4], [5, 6]], True, {}),
    ],
)
def test_what_means_nothing_is_null_with_its_reason(counts, square, reasons) -> None:
    values, undefined = measure_counts(np.array(counts), square=square)
    assert undefined == reasons
    assert {metric for metric, value in values.items() if value is None} == set(reasons)


@settings(deadline=None)
@given(squares)
def test_a_table_agrees_with_itself(counts: Counts) -> None:
    itself = np.diag(counts.sum(1))
    values, _ = measure_counts(itself, square=True)
    if np.count_nonzero(itself) > 1:
        assert values == pytest.approx(dict.fromkeys(METRICS, 1.0), abs=NEARLY)


@settings(deadline=None)
@given(squares)
def test_rows_and_columns_may_change_places(counts: Counts) -> None:
    there, back = (measure_counts(one, square=True)[0] for one in (counts, counts.T))
    for metric in METRICS:
        assert there[metric] == (None if back[metric] is None else pytest.approx(back[metric], abs=NEARLY))


@settings(deadline=None)
@given(st.lists(arrays(np.int64, (3, 4), elements=counts_of_nuclei), min_size=1, max_size=5))
def test_a_stack_is_measured_as_each_of_its_matrices(stack: list[Counts]) -> None:
    for metric in ("ari", "cramers_v"):
        alone = [np.asarray(METRICS[metric].measure(counts)) for counts in stack]
        np.testing.assert_allclose(np.asarray(METRICS[metric].measure(np.stack(stack))), alone, atol=NEARLY)
    cut = [counts[:, :3] for counts in stack]
    for metric in ("agreement", "kappa", "ac1"):
        alone = [np.asarray(METRICS[metric].measure(counts)) for counts in cut]
        np.testing.assert_allclose(np.asarray(METRICS[metric].measure(np.stack(cut))), alone, atol=NEARLY)


def labelled(counts: Counts) -> pd.DataFrame:
    labels = [f"label {k}" for k in range(len(counts))]
    return pd.DataFrame(counts, index=labels, columns=labels)


def test_scores_of_a_worked_example() -> None:
    scores = label_scores(labelled(np.array([[6, 2], [4, 0]])))
    assert scores.loc["label 0"].to_dict() == {"precision": 0.6, "recall": 0.75, "f1": 2 / 3, "support": 8}
    assert scores.loc["label 1"].to_dict() == {"precision": 0, "recall": 0, "f1": 0, "support": 4}


@settings(deadline=None)
@given(squares)
def test_scores_are_scikit_learns(counts: Counts) -> None:
    if not counts.any():
        return
    said = precision_recall_fscore_support(
        *vectors(counts), labels=np.arange(len(counts)), zero_division=np.nan
    )
    scores = label_scores(labelled(counts))
    for column, values in zip(("precision", "recall", "f1", "support"), said, strict=True):
        np.testing.assert_allclose(scores[column], values, atol=NEARLY)


@settings(deadline=None)
@given(squares)
def test_reading_the_other_way_swaps_precision_and_recall(counts: Counts) -> None:
    matrix = labelled(counts)
    there, back = label_scores(matrix), label_scores(matrix.T)
    swapped = back.rename(columns={"precision": "recall", "recall": "precision"})
    pd.testing.assert_frame_equal(
        there[["precision", "recall", "f1"]], swapped[["precision", "recall", "f1"]]
    )
    assert back["support"].tolist() == counts.sum(0).tolist()


@pytest.mark.parametrize("counts", [np.diag([156, 156]), np.diag([300, 12]), np.diag([100, 112, 100])])
def test_intervals_of_perfect_agreement_have_a_width(counts: Counts) -> None:
    found = metric_intervals(counts, square=True)
    for metric in ("agreement", "kappa", "ac1", "ari"):
        interval = found[metric]
        assert isinstance(interval, tuple)
        assert 0.6 < interval[0] < 0.995
        assert interval[1] == 1


@given(squares)
def test_the_interval_of_agreement_is_wilsons_and_every_interval_holds_its_estimate(counts: Counts) -> None:
    values, undefined = measure_counts(counts, square=True)
    found = metric_intervals(counts, square=True)
    assert found.keys() == METRICS.keys()
    for metric, interval in found.items():
        if isinstance(interval, str):
            assert metric not in undefined or interval == undefined[metric]
        else:
            value = values[metric]
            assert value is not None
            assert interval[0] <= value <= interval[1]
            assert -1 <= interval[0] < interval[1] <= 1
    if counts.sum():
        wilson = binomtest(int(np.trace(counts)), int(counts.sum())).proportion_ci(method="wilson")
        assert found["agreement"] == pytest.approx((wilson.low, wilson.high), abs=1e-9)


@given(arrays(np.int64, (2, 2), elements=counts_of_nuclei).filter(lambda counts: counts.sum() >= 40))
def test_two_classes_of_forty_nuclei_have_an_interval_of_agreement_and_kappa(counts: Counts) -> None:
    found = metric_intervals(counts, square=True)
    assert isinstance(found["agreement"], tuple)
    assert isinstance(found["kappa"], tuple) or found["kappa"] == ONE_LABEL


def test_an_interval_of_many_nuclei_is_that_of_the_delta_method() -> None:
    counts = np.array([[400, 90, 20], [70, 300, 60], [0, 50, 250]])
    _, low, high = (float(end) for end in stacked_intervals(counts, "kappa"))
    error = ConfusionMatrix(
        matrix={i: dict(enumerate(row)) for i, row in enumerate(counts.tolist())}
    ).Kappa_SE
    assert (high - low) / 2 / 1.96 == pytest.approx(error, rel=0.1)


@pytest.mark.parametrize(("excitatory", "n"), [(0.5, 40), (0.5, 100), (0.88, 40), (0.88, 100)])
def test_intervals_hold_the_true_value_where_nuclei_are_few(excitatory: float, n: int) -> None:
    same = 0.965 if excitatory == 0.5 else 0.986
    share = np.diag([excitatory, 1 - excitatory]) * same + (1 - same) / 2 * (1 - np.eye(2))
    drawn = np.random.default_rng(4).multinomial(n, share.ravel(), size=2000).reshape(-1, 2, 2)
    for name in ("agreement", "kappa"):
        true = float(METRICS[name].measure((share * 2_000_000).round().astype(np.int64)))
        value, low, high = stacked_intervals(drawn, name)
        assert 0.9 <= ((low <= true) & (true <= high))[~np.isnan(value)].mean() <= 0.99


def test_an_interval_near_the_limit_of_its_metric_allows_for_those_that_chance_has_lifted() -> None:
    share = (np.full((11, 11), 0.4) + np.diag([6.6] * 11)) / 121
    true = float(METRICS["ari"].measure((share * 12_100_000).round().astype(np.int64)))
    drawn = np.random.default_rng(4).multinomial(700, share.ravel(), size=2000).reshape(-1, 11, 11)
    value, low, high = stacked_intervals(drawn, "ari")
    shown = ~np.isnan(low)
    assert 50 < shown.sum() < 300  # the true value is below the limit
    assert ((low <= true) & (true <= high))[shown].mean() >= 0.9
    assert (low[shown] < value[shown]).all()


@pytest.mark.parametrize(
    ("counts", "square", "reasons"),
    [
        ([[5]], True, dict.fromkeys(("kappa", "ac1"), ONE_LABEL)),
        ([[0]], True, dict.fromkeys(METRICS, NOTHING_SHARED)),
        ([[40, 9], [7, 30]], False, dict.fromkeys(("agreement", "kappa", "ac1"), OTHER_VOCABULARY)),
        ([[9, 9], [7, 14]], True, dict.fromkeys(("kappa", "ac1"), TOO_FEW.format(40))),
        ([[500, 480], [490, 510]], True, dict.fromkeys(("ari", "cramers_v"), NEAR_CHANCE)),
        ([[500, 0], [0, 29]], True, {"cramers_v": RARE_LABEL.format(30), "ami": NO_METHOD}),
        (np.diag([32] * 7 + [12, 0]).tolist(), True, {"ari": MANY_LABELS.format(5)}),
    ],
)
def test_where_no_interval_is_shown_the_reason_is(
    counts: list[list[int]], square: bool, reasons: dict[str, str]
) -> None:
    found = metric_intervals(np.array(counts), square=square)
    assert {name: found[name] for name in reasons} == reasons
