"""Agreement in another mix of types and depths: by hand, in the same mix, empty strata, intervals."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.comparison.intervals import wilson_interval
from components.analysis.raters.standardised import (
    BAND_UM,
    FEWEST,
    mix_of,
    standardised_agreement,
    weighted_share,
)


def compared(*strata: tuple[str, int, int]) -> pd.DataFrame:
    """Pairs: of each stratum its label, nuclei, and those with the same label in the other table."""
    rows = [label for label, n, _ in strata for _ in range(n)]
    columns = [label if k < agree else "other" for label, n, agree in strata for k in range(n)]
    return pd.DataFrame(
        {"row_label": pd.Categorical(rows), "column_label": pd.Categorical(columns)},
        index=pd.RangeIndex(len(rows), name="nucleus_id"),
    )


def mix(pairs: pd.DataFrame, more: dict[tuple[str, int], int], band: int = 1) -> pd.DataFrame:
    """A mix that holds the compared nuclei, all in one band, and so many more of each label and band."""
    others = [key for key, n in more.items() for _ in range(n)]
    labels = [*pairs["row_label"].astype(str), *(label for label, _ in others)]
    bands = [band] * len(pairs) + [number for _, number in others]
    return pd.DataFrame({"label": labels, "band": bands})


TYPES = ("23P", "4P", "BC", "MC")
PAIRS = compared(("23P", 4, 4), ("BC", 4, 1))


def test_by_hand():
    # 30 nuclei of 23P of which 4 are compared and all agree; 10 BC, 1 of 4: (30 × 1 + 10 × 1/4) / 40.
    found = standardised_agreement(PAIRS, mix(PAIRS, {("23P", 1): 26, ("BC", 1): 6}), TYPES)
    assert found.share == pytest.approx(0.8125)
    assert (found.n, found.mix, found.mix_left_out) == (8, 40, 0)
    assert found.interval is None  # of eight nuclei


def test_a_table_that_lacks_most_cells_of_a_type_no_longer_counts_it_too_little():
    # Baylor fine holds 11 of 44 BC that were named by hand, and 246 of 250 4P (audit of the numbers).
    pairs = compared(("4P", 246, 177), ("BC", 11, 11))
    found = standardised_agreement(pairs, mix(pairs, {("4P", 1): 4, ("BC", 1): 33}), TYPES)
    assert found.share == pytest.approx((250 * 177 / 246 + 44) / 294)
    assert float(found.share or 0) > 188 / 257


def test_strata_without_a_compared_nucleus_are_left_out_and_counted():
    found = standardised_agreement(PAIRS, mix(PAIRS, {("BC", 7): 50, ("MC", 1): 9}), TYPES)
    assert found.share == pytest.approx(5 / 8)
    assert (found.mix, found.mix_left_out) == (8, 59)


def test_a_compared_nucleus_without_a_stratum_is_left_out():
    found = standardised_agreement(PAIRS, mix(PAIRS, {}).iloc[:5], TYPES)
    assert found.share == pytest.approx((4 + 1) / 5)
    assert found.n == 5
    nothing = standardised_agreement(PAIRS, mix(PAIRS, {}).iloc[:0], TYPES)
    assert (nothing.share, nothing.n, nothing.mix) == (None, 0, 0)


def test_types_that_one_table_never_gives_are_left_out_and_counted():
    found = standardised_agreement(PAIRS, mix(PAIRS, {}), ("BC",))
    assert (found.share, found.n) == (1 / 4, 4)
    assert (found.mix, found.mix_left_out) == (4, 4)


def test_each_type_alike_is_the_mean_over_types():
    found = standardised_agreement(PAIRS, mix(PAIRS, {("23P", 3): 500}), TYPES, alike=True)
    assert found.share == pytest.approx((1 + 1 / 4) / 2)


@pytest.mark.parametrize("times", [1, 7])
def test_in_the_same_mix_it_is_the_raw_agreement(times: int):
    random = np.random.default_rng(times)
    for _ in range(5):
        strata = [(label, *sorted(random.integers(1, 40, 2))[::-1]) for label in ("23P", "4P", "BC")]
        pairs = compared(*strata)
        same = pd.concat([mix(pairs, {})] * times, ignore_index=True)
        agree = (pairs["row_label"].astype(str) == pairs["column_label"].astype(str)).mean()
        assert standardised_agreement(pairs, same, TYPES).share == pytest.approx(agree)


def test_one_stratum_has_wilsons_interval_and_a_weight_widens_it():
    hits, n = np.array([40]), np.array([50])
    value, low, high = weighted_share(hits, n, np.array([1]))
    expected = wilson_interval(hits[0], n[0])
    assert (value, low, high) == pytest.approx((0.8, *expected))
    _, low_even, high_even = weighted_share(np.array([20, 20]), np.array([25, 25]), np.array([1, 1]))
    _, low_odd, high_odd = weighted_share(np.array([20, 20]), np.array([25, 25]), np.array([9, 1]))
    assert high_odd - low_odd > high_even - low_even


def test_the_interval_holds_the_true_value_of_a_sample_that_chose_its_types():
    weights, sampled, right = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5]), np.array([0.9, 0.7, 0.4])
    random = np.random.default_rng(661)
    n = random.multinomial(300, sampled, size=2_000)
    value, low, high = weighted_share(random.binomial(n, right), n, weights)
    true = weights @ right
    assert value.mean() == pytest.approx(true, abs=0.005)
    assert 0.93 < ((low <= true) & (true <= high)).mean() < 0.97


def test_the_mix_of_a_table_leaves_out_what_has_no_label_or_depth():
    frame = pd.DataFrame(
        {"nucleus_id": [1, 2, 3, 4, 4], "cell_type": pd.Categorical(["23P", "5P-PT", "Martian", "BC", "MC"])}
    )
    depth = pd.Series({1: 1.5 * BAND_UM, 2: BAND_UM, 3: 10.0, 4: 10.0})
    assert mix_of(frame, "subclass", depth).to_dict("index") == {
        1: {"label": "23P", "band": 1}, 2: {"label": "5P-ET", "band": 1},
    }  # fmt: skip
    assert [*mix_of(frame, "subclass", depth.drop(1)).index] == [2]
    assert len(PAIRS) < FEWEST
