"""What a stated confidence is worth: thresholds and bins, against worked examples and scikit-learn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from components.analysis.comparison.agreement import Pairs, measure_agreement, pair_labels
from components.analysis.comparison.circular import learnt_from_other
from components.analysis.comparison.confidence import (
    BINS,
    RatedPairs,
    agreement_above,
    bin_middles,
    calibration_error,
    counts_above,
    highest_reached,
    nuclei_above,
    nuclei_of_bin,
    rate_pairs,
    reliability,
)
from components.figures.confidence import reliability_figure, threshold_figure
from components.ui.agreement import confidence as confidence_panel
from data.catalog import EVERY_TABLE, TABLES
from tests.test_all_pairs import loaded

COARSE, MANUAL = "baylor_log_reg_cell_type_coarse_v1", "allen_v1_column_types_slanted_ref"
Rows = list[tuple[float, bool]]


def compared(rows: Rows, *, of_float: type = np.float32) -> tuple[Pairs, pd.DataFrame]:
    """Pair made tables, of which the first states a confidence: NaN where it has none."""
    ids = np.arange(1, len(rows) + 1)
    first = pd.DataFrame({"nucleus_id": ids, "cell_type": pd.Categorical(["excitatory"] * len(rows))})
    first["confidence"] = np.array([confidence for confidence, _ in rows], of_float)
    words = ["excitatory" if same else "inhibitory" for _, same in rows]
    second = pd.DataFrame({"nucleus_id": ids, "cell_type": pd.Categorical(words)})
    return pair_labels((TABLES[COARSE], first), (TABLES[MANUAL], second), "class"), first


def rated(rows: Rows, **how: type) -> RatedPairs:
    pairs, first = compared(rows, **how)
    return rate_pairs([pairs], first)


SIX: Rows = [(0.1, False), (0.3, True), (0.7, False), (0.7, True), (0.95, True), (np.nan, False)]


def test_six_nuclei_by_threshold() -> None:
    kept = agreement_above(rated(SIX))
    assert len(kept) == 96, "no nucleus is above 0.95"
    lines = kept[["n", "agree", "share", "coverage"]].reindex([0, 0.1, 0.11, 0.7, 0.95])
    assert lines.to_numpy().tolist() == [
        [5, 3, 0.6, 1],
        [5, 3, 0.6, 1],
        [4, 3, 0.75, 0.8],
        [3, 2, 2 / 3, 0.6],
        [1, 1, 1, 0.2],
    ]


def test_six_nuclei_by_bin_and_what_is_dropped() -> None:
    found = rated(SIX)
    assert (found.n_both, found.left_out["no_confidence"], found.is_share) == (6, 1, True)
    bins = reliability(found)
    assert [*bins.index] == ["0–0.1", "0.2–0.3", "0.6–0.7", "0.9–1"], "a border belongs to the lower bin"
    assert bins[["n", "agree"]].to_numpy().tolist() == [[1, 0], [1, 1], [2, 1], [1, 1]]
    assert calibration_error(bins) == pytest.approx((0.1 + 0.7 + 2 * 0.2 + 0.05) / 5)
    for inside in (bins["confidence"], (bins["low"] + bins["high"]) / 2):
        assert [nuclei_of_bin(found, place).tolist() for place in inside] == [[1], [2], [3, 4], [5]]


def test_the_first_row_of_a_nucleus_speaks_and_tables_by_hand_add_up() -> None:
    pairs, first = compared(SIX)
    twice = pd.concat([first, first.assign(confidence=np.float32(0.5))])
    assert rate_pairs([pairs], twice).frame.equals(rated(SIX).frame)
    other = replace(pairs, frame=pairs.frame.set_axis(pairs.frame.index + 100))
    both = rate_pairs([pairs, other], first)
    assert (both.n_both, len(both.frame), both.left_out["no_confidence"]) == (12, 5, 7)


def test_a_confidence_that_is_no_share_has_its_own_scale_and_no_diagonal() -> None:
    found = rated([(1, False), (3, True), (3, False), (5, True)])
    assert (found.ends, found.is_share) == ((1.0, 5.0), False)
    assert agreement_above(found)[["n", "agree"]].to_numpy().tolist() == [[4, 2], [3, 2], [1, 1]]
    assert reliability_figure(reliability(found), "", is_share=False).layout.shapes == ()


def test_a_threshold_names_the_nuclei_that_it_counts_whatever_its_digits() -> None:
    found = rated([(-1 / 3, True), (0.001234567, True), (0.5, False), (2, True)])
    kept = agreement_above(found)
    assert [len(nuclei_above(found, threshold)) for threshold in kept.index] == [*kept["n"]] == [4, 3, 2, 1]


def test_a_nucleus_in_two_tables_by_hand_counts_once() -> None:
    pairs, first = compared(SIX)
    other = replace(pairs, frame=pairs.frame[3:].set_axis([3, 4, 9]), n_both=3)
    both = rate_pairs([pairs, other], first)
    assert both.frame.equals(rated(SIX).frame), "with the labels of the first table"
    assert (both.left_out["counted_already"], both.left_out["no_confidence"]) == (2, 2)
    assert both.n_both == len(both.frame) + sum(both.left_out.values())


scored = st.lists(
    st.tuples(st.floats(0, 1, width=32) | st.integers(0, 20).map(lambda k: k / 20), st.booleans()),
    min_size=1,
    max_size=60,
)


@settings(max_examples=25)
@given(rows=scored)
def test_thresholds_keep_ever_fewer_and_the_lowest_keeps_all(rows: Rows) -> None:
    pairs, first = compared(rows)
    found = rate_pairs([pairs], first)
    kept = agreement_above(found)
    assert kept["share"].iloc[0] == measure_agreement(pairs).metrics["agreement"]
    assert kept["coverage"].iloc[0] == 1
    assert (np.diff(kept["n"]) <= 0).all()
    assert ((kept["share_low"] <= kept["share"]) & (kept["share"] <= kept["share_high"])).all()
    for threshold in kept.index[:: max(1, len(kept) // 5)]:
        assert len(nuclei_above(found, threshold)) == kept.loc[threshold, "n"]
        reached = highest_reached(found, kept.index) >= [*kept.index].index(threshold)
        assert np.sort(found.frame.index[reached]).tolist() == nuclei_above(found, threshold).tolist()


@settings(max_examples=25)
@given(rows=scored)
def test_bins_are_those_of_scikit_learn(rows: Rows) -> None:
    found = rated(rows, of_float=np.float64)
    bins = reliability(found)
    confidence, same = (np.array(values) for values in zip(*rows, strict=True))
    share, mean = calibration_curve(same, confidence, n_bins=BINS)
    np.testing.assert_allclose(bins["share"], share, rtol=1e-12)
    np.testing.assert_allclose(bins["confidence"], mean, rtol=1e-12)
    assert bins["n"].sum() == len(rows)
    assert [len(nuclei_of_bin(found, place)) for place in bins["confidence"]] == [*bins["n"]]


def test_figures_draw_the_numbers() -> None:
    found = rated(SIX)
    kept, bins = agreement_above(found), reliability(found)
    lines = threshold_figure(kept, "caption").data
    assert [*lines[2].y] == [*kept["share"]]
    assert [*lines[3].y] == [*kept["coverage"]]
    assert lines[2].hovertext[0] == "<b>confidence at least 0</b><br>nuclei kept: 5, 100.0% of all"
    figure = reliability_figure(bins, "caption", is_share=True)
    points, bars, _ = figure.data
    assert [*points.y] == [*bins["share"]]
    assert points.meta["places"]["x"] == [*bars.x], "a point and the bar below it are one mark"
    assert [*bars.text] == ["1", "1", "2", "1"]
    assert points.marker.symbol == "circle-open", "so few nuclei are marked"
    assert len(figure.layout.shapes) == 1


def test_own_m_types_are_circular_against_the_manual_labels_that_they_were_learnt_from() -> None:
    own = replace(TABLES[COARSE], name="mine", level="m-type", vocabulary=())
    assert learnt_from_other(own, TABLES[MANUAL], "subclass") == (own, TABLES[MANUAL])
    assert learnt_from_other(own, TABLES[MANUAL], "class") is None
    assert learnt_from_other(replace(own, level="subclass"), TABLES[MANUAL], "subclass") is None


def test_a_coarser_table_by_hand_is_left_out_and_coarsens_no_comparison(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = (MANUAL, "proofread_v1_column_membership")
    rows = pd.DataFrame({"nucleus_id": [1], "cell_type": ["BC"]})
    by_hand = {name: replace(loaded(MANUAL, rows), table=EVERY_TABLE[name]) for name in names}
    monkeypatch.setattr(confidence_panel, "load_at_hand", lambda: by_hand)
    rated_table = loaded("baylor_gnn_cell_type_fine_model_v2", rows)
    assert confidence_panel.manual_tables(rated_table, "subclass") == ((by_hand[MANUAL],), "subclass")
    assert confidence_panel.manual_tables(rated_table, "neuron") == (tuple(by_hand.values()), "neuron")


def test_selected_nuclei_by_threshold_and_by_bin() -> None:
    found = rated(SIX)
    nuclei = np.array([2, 4, 5, 6, 99])
    thresholds = agreement_above(found).index
    counts = counts_above(found, nuclei, thresholds)
    assert counts.tolist() == [np.isin(nuclei_above(found, least), nuclei).sum() for least in thresholds]
    assert counts.max() == 3
    bins, middles = reliability(found), bin_middles(found)
    assert [np.count_nonzero(middles == middle) for middle in bins["middle"]] == bins["n"].tolist()
    assert [nuclei_of_bin(found, middle).tolist() for middle in bins["middle"]] == [[1], [2], [3, 4], [5]]
