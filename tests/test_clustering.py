"""Whether disagreements are clustered: neighbours by brute force, permutations, planted and random ones."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.raters.clustering import (
    FEWEST,
    NEIGHBOURS,
    PERMUTATIONS,
    Clustering,
    clustering,
    differing_neighbours,
    nearest_compared,
    nearest_places,
    permuted_counts,
)
from data.volume import VOLUME

PRESET = VOLUME.layer_presets[0]
STEPS = np.arange(NEIGHBOURS + 1)


def compared(
    um: np.ndarray, differ: np.ndarray, types: np.ndarray | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Pairs with one row label that differ where asked, their places and types, by default one."""
    index = pd.RangeIndex(1, len(um) + 1, name="nucleus_id")
    column = pd.Categorical(np.where(differ, "4P", "23P"), ["23P", "4P"])
    pairs = pd.DataFrame(
        {"row_label": pd.Categorical(["23P"] * len(um)), "column_label": column}, index=index
    )
    of_type = pd.Series(pd.Categorical(["23P"] * len(um) if types is None else types), index=index)
    return pairs, pd.DataFrame(um, index=index, columns=["x_um", "depth_um", "z_um"]), of_type


def test_neighbours_are_the_nearest_others():
    um = np.random.default_rng(1).uniform(0, 100, (60, 3))
    distance = np.linalg.norm(um[:, None] - um, axis=2)
    np.fill_diagonal(distance, np.inf)
    expected = np.argsort(distance, axis=1)[:, :NEIGHBOURS]
    assert np.array_equal(nearest_places(um, NEIGHBOURS), expected)


def test_nuclei_at_one_place_are_neighbours_and_none_is_its_own():
    beside = nearest_places(np.zeros((9, 3)), NEIGHBOURS)
    assert beside.shape == (9, NEIGHBOURS)
    assert not (beside == np.arange(9)[:, None]).any()


def test_each_permutation_keeps_the_disagreements_of_each_stratum():
    random = np.random.default_rng(2)
    strata = np.repeat([0, 1, 2], [50, 30, 20])
    differ = strata == 1  # all of one stratum: no permutation can move them
    beside = nearest_places(random.uniform(0, 100, (100, 3)), NEIGHBOURS)
    counts = permuted_counts(differ, beside, strata, random)
    seen = np.bincount(differ[beside[differ]].sum(axis=1), minlength=NEIGHBOURS + 1)
    assert counts.shape == (PERMUTATIONS, NEIGHBOURS + 1)
    assert (counts == seen).all()


def found(um: np.ndarray, differ: np.ndarray) -> Clustering:
    result = clustering(*compared(um, differ), PRESET)
    assert isinstance(result, Clustering)
    return result


def test_planted_clusters_are_found_and_random_disagreements_are_not():
    random = np.random.default_rng(3)
    um = random.uniform([0, 150, 0], [400, 250, 400], (1_500, 3))  # in one layer
    near = np.linalg.norm(um - [200, 200, 200], axis=1) < 60
    planted = found(um, near)
    assert planted.share > 0.5 > 5 * planted.expected
    assert planted.as_clustered == 0
    dealt = random.permutation(near)
    by_chance = found(um, dealt)
    assert by_chance.low <= by_chance.share <= by_chance.high
    assert by_chance.expected == pytest.approx(near.mean(), abs=0.01)


def test_what_layers_explain_is_no_cluster():
    """Disagreements of one layer lie together, and no permutation within it has fewer together."""
    random = np.random.default_rng(4)
    um = random.uniform([0, 0, 0], [400, 800, 400], (2_000, 3))
    deep = um[:, 1] > PRESET.drawn[2]
    differ = deep & (random.random(2_000) < 0.5)
    result = found(um, differ)
    assert result.share > 0.4
    assert result.low <= result.share <= result.high


def test_what_types_explain_is_no_cluster():
    random = np.random.default_rng(7)
    um = random.uniform([0, 150, 0], [400, 250, 400], (2_000, 3))  # in one layer
    beside = um[:, 0] > 300
    differ = beside & (random.random(2_000) < 0.5)
    result = clustering(*compared(um, differ, np.where(beside, "BC", "23P")), PRESET)
    assert isinstance(result, Clustering)
    assert result.low <= result.share <= result.high
    assert found(um, differ).as_clustered == 0  # of one type they would be


def test_counts_shares_and_nuclei_go_together():
    random = np.random.default_rng(5)
    um, differ = random.uniform(100, 300, (400, 3)), random.random(400) < 0.2
    result = found(um, differ)
    assert result.by_near["n"].sum() == differ.sum()
    assert result.share == pytest.approx(result.by_near["n"] @ STEPS / (NEIGHBOURS * differ.sum()))
    assert result.expected == pytest.approx(result.by_near["expected"] @ STEPS / (NEIGHBOURS * differ.sum()))
    for near, n in enumerate(result.by_near["n"]):
        nuclei = result.among(near)
        assert len(nuclei) == result.by_near["n"][near:].sum() >= n
        assert differ[nuclei - 1].all()
    again = found(um, differ)
    assert (again.low, again.high) == (result.low, result.high)  # the seed is fixed


def test_each_compared_nucleus_knows_how_many_of_its_neighbours_differ():
    random = np.random.default_rng(8)
    um, differ = random.uniform(100, 300, (60, 3)), random.random(60) < 0.4
    um[7] = np.nan
    pairs, places, _ = compared(um, differ)
    placed = np.arange(60) != 7
    counts = differing_neighbours(pairs, places)
    beside = nearest_places(um[placed], NEIGHBOURS)
    assert counts.index.tolist() == (np.flatnonzero(placed) + 1).tolist()
    assert counts.tolist() == [int(differ[placed][row].sum()) for row in beside]
    assert differing_neighbours(pairs[:NEIGHBOURS], places).empty


def test_the_nuclei_nearest_to_one_come_in_order_without_it_and_without_those_of_no_place():
    um = np.array([[0.0, 0, 0], [5, 0, 0], [2, 0, 0], [np.nan, 0, 0], [9, 0, 0]])
    frame, places, _ = compared(um, np.zeros(5, dtype=bool))
    ids = frame.index.to_numpy()
    assert nearest_compared(int(ids[0]), frame, places, 2).tolist() == [ids[2], ids[1]]
    assert nearest_compared(int(ids[4]), frame, places, 9).tolist() == [ids[1], ids[2], ids[0]]


def test_nuclei_without_a_place_are_counted_and_too_few_disagreements_are_said():
    um, differ = np.random.default_rng(6).uniform(100, 300, (200, 3)), np.arange(200) < 2 * FEWEST
    um[:3] = np.nan
    result = found(um, differ)
    assert (result.unplaced, len(result.nuclei)) == (3, 197)
    few = clustering(*compared(um, np.arange(200) < FEWEST), PRESET)
    assert few == f"It takes {FEWEST} nuclei with different labels and a position; there are 17 of 197."
