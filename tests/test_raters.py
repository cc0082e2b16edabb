"""All lineages at once: α, disagreements within and between classes, and the model of Dawid and Skene."""

from dataclasses import replace

import krippendorff
import numpy as np
import pandas as pd
import pytest

from components.analysis.raters import dawid_skene
from components.analysis.raters.alpha import FEWEST, alpha_at, krippendorff_alpha
from components.analysis.raters.dawid_skene import (
    ANCHOR,
    FEWEST_NUCLEI,
    RESOLVED,
    SMOOTHING,
    UNRESOLVED,
    NotIdentifiable,
    Posteriors,
    maximise,
    rate_nuclei,
    start_from_majority,
)
from components.analysis.raters.files import confusion_rows, consensus_rows, posterior_rows
from components.analysis.raters.hierarchy import BETWEEN, OUTCOMES, SAME, WITHIN, disagreement
from components.analysis.raters.ratings import (
    LabelCodes,
    Ratings,
    distinct_rows,
    lineage_ratings,
    majority,
    vote_counts,
)
from data.catalog import EVERY_TABLE
from data.loader import LabelTable
from tests.release_by_pandas import COARSE, METAMODEL, PREDICTED
from tests.test_all_pairs import loaded

SUBCLASSES = ["23P", "4P", "5P-IT", "BC", "MC"]


def labelled(name: str, labels: dict[int, str]) -> LabelTable:
    return loaded(
        name, pd.DataFrame({"nucleus_id": [*labels], "cell_type": pd.Categorical([*labels.values()])})
    )


def ratings_of(codes: LabelCodes, labels: list[str] = SUBCLASSES) -> Ratings:
    n, raters = codes.shape
    titles = tuple("ABCDEFG"[:raters])
    return Ratings("subclass", titles, ((),) * raters, labels, np.arange(1, n + 1), codes)


def simulated(
    seed: int, n: int, diagonals: list[float], n_labels: int = 5, silent: float = 0.0
) -> tuple[LabelCodes, LabelCodes, np.ndarray]:
    """Types, the raters' labels of them, and the confusion matrices that these were drawn from."""
    random = np.random.default_rng(seed)
    types = random.choice(n_labels, n, p=np.arange(1, n_labels + 1) / np.arange(1, n_labels + 1).sum())
    matrices, columns = [], []
    for diagonal in diagonals:
        off = random.dirichlet(np.ones(n_labels - 1), n_labels) * (1 - diagonal)
        matrix = np.full((n_labels, n_labels), diagonal)
        matrix[~np.eye(n_labels, dtype=bool)] = off.ravel()
        labels = (random.random((n, 1)) > matrix.cumsum(axis=1)[types]).sum(axis=1).clip(max=n_labels - 1)
        columns.append(np.where(random.random(n) < silent, -1, labels))
        matrices.append(matrix)
    return types, np.column_stack(columns), np.array(matrices)


def rated(codes: LabelCodes) -> Posteriors:
    found = rate_nuclei(ratings_of(codes))
    assert isinstance(found, Posteriors)
    return found


# Ratings


def test_a_lineage_has_one_vote_and_views_have_none() -> None:
    metamodel = labelled(METAMODEL, {1: "4P", 5: "astrocyte"})
    predicted = labelled(PREDICTED, {1: "L2a", 3: "L5NP"})
    coarse = labelled(COARSE, {1: "excitatory", 4: "inhibitory"})
    view = replace(labelled(COARSE, {1: "BC"}), table=EVERY_TABLE["aibs_cell_info"])
    release = {one.table.name: one for one in (predicted, coarse, view, metamodel)}
    ratings = lineage_ratings(release, "subclass")
    assert ratings.lineages == ("Soma–nucleus",)
    assert [table.name for table in ratings.tables[0]] == [METAMODEL, PREDICTED]
    assert [ratings.labels[code] for code in ratings.codes[:, 0]] == ["4P", "5P-NP", "astrocyte"]
    of_class = lineage_ratings(release, "class")
    assert {*of_class.lineages} == {"Soma–nucleus", "Baylor coarse"}
    assert [table.name for tables in of_class.tables for table in tables if table.name != COARSE] == [
        METAMODEL
    ], "M-types that were predicted for excitatory cells alone say nothing of the class"
    assert of_class.n_raters.tolist() == [2, 1, 1]
    assert lineage_ratings({}, "class").codes.shape == (0, 0)


def test_kinds_of_rows_give_the_rows_back() -> None:
    codes = np.random.default_rng(1).integers(-1, 3, (500, 4))
    kinds, counts, kind = distinct_rows(codes)
    assert (kinds[kind] == codes).all()
    assert counts.tolist() == np.bincount(kind).tolist()
    assert len({*map(tuple, kinds.tolist())}) == len(kinds)


@pytest.mark.parametrize(
    ("ratings", "label"),
    [
        ([0, 0, 1], 0),
        ([0, 1, -1], -1),
        ([2, -1, -1], -1),
        ([1, 1, 0], 1),
        ([-1, 2, 2], 2),
        ([0, 1, 1, 0], -1),
    ],
)
def test_a_majority_is_more_than_half_and_two_at_least(ratings: list[int], label: int) -> None:
    assert majority(vote_counts(np.array([ratings]), 3)).tolist() == [label]


# α


def test_alpha_of_krippendorffs_example() -> None:
    rows = ["-----34121133-3", "1-21334 3-------".replace(" ", ""), "--21344-2113 3-4".replace(" ", "")]
    codes = np.array([[-1 if mark == "-" else int(mark) - 1 for mark in row] for row in rows]).T
    found = alpha_at(ratings_of(codes, ["a", "b", "c", "d"]))
    assert found.value == pytest.approx(0.691, abs=5e-4)
    assert (found.nuclei, found.ratings, found.lineages) == (12, 26, ("A", "B", "C"))
    assert found.interval == f"no interval: fewer than {FEWEST} nuclei are compared"


@pytest.mark.parametrize("seed", range(20))
def test_alpha_is_that_of_the_package(seed: int) -> None:
    random = np.random.default_rng(seed)
    raters, labels, n = random.integers([2, 2, 20], [6, 12, 400]).tolist()
    _, codes, _ = simulated(seed, n, random.uniform(0.2, 0.95, raters).tolist(), labels, silent=0.4)
    wanted = krippendorff.alpha(value_counts=vote_counts(codes, labels), level_of_measurement="nominal")
    found = alpha_at(ratings_of(codes, [*map(str, range(labels))]))
    assert found.value == pytest.approx(wanted, abs=1e-12)


def test_the_interval_of_alpha_is_around_it_and_narrows() -> None:
    _, codes, _ = simulated(3, 4000, [0.8, 0.7, 0.6], silent=0.2)
    widths = []
    for n in (100, 1000, 4000):
        found = alpha_at(ratings_of(codes[:n]))
        assert not isinstance(found.interval, str)
        assert found.value is not None
        low, high = found.interval
        assert low < found.value < high
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_alpha_of_full_agreement_and_of_one_label() -> None:
    same = np.repeat(np.arange(100) % 3, 3).reshape(-1, 3)
    value, low, high = krippendorff_alpha(vote_counts(same, 3), np.ones(100, dtype=np.int64))
    assert (float(value), float(high)) == (1, 1)
    assert 0.9 < low < 1
    one = alpha_at(ratings_of(np.zeros((50, 2), dtype=np.int64)))
    assert (one.value, one.nuclei) == (None, 50)
    nothing = alpha_at(ratings_of(np.array([[0, -1], [-1, 1]])))
    assert (nothing.value, nothing.nuclei, nothing.interval) == (None, 0, "There is no nucleus to compare.")


# Within classes and between them


def test_disagreements_within_and_between_classes() -> None:
    rows = [
        [0, 0, 0],  # three pairs alike
        [0, 1, 0],  # two within a class
        [0, 3, -1],  # one between
        [3, 4, 1],  # one within, two between
        [-1, 2, -1],  # no pair
    ]
    found = disagreement(ratings_of(np.array(rows)))
    assert [*found.counts.index] == ["A × B", "A × C", "B × C"]
    assert found.counts.to_numpy().tolist() == [[1, 2, 1], [2, 0, 1], [1, 1, 1]]
    assert [found.total(outcome) for outcome in (SAME, WITHIN, BETWEEN)] == [4, 3, 3]
    assert [found.nuclei_with(outcome) for outcome in OUTCOMES] == [2, 2, 2]
    assert found.cells.value_counts().tolist() == found.counts.to_numpy().ravel().tolist()
    assert [*found.cells.categories[2:4]] == [f"A × B, {BETWEEN}", f"A × C, {SAME}"]
    assert disagreement(ratings_of(np.array([[0, -1], [-1, 1]]))).counts.shape == (0, 3)


def test_chance_puts_disagreements_between_classes_as_often_as_labels_are() -> None:
    # Two labels of one class and two of the other, equally frequent: of 12 unequal pairs 8 are between.
    codes = np.array([[first, second] for first in (0, 1, 3, 4) for second in (0, 1, 3, 4)])
    assert disagreement(ratings_of(codes)).by_chance == pytest.approx(8 / 12)


# Dawid and Skene


def test_a_step_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dawid_skene, "MOST_STEPS", 1)
    codes = np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2], [2, 2, 0]])
    found = maximise(codes, np.array([6, 6, 5, 1]), start_from_majority(codes, 3))
    assert (ANCHOR, SMOOTHING) == (1, 1)
    assert found.prevalence == pytest.approx([1 / 3] * 3)
    # A row: 6 + 1 + 1/3 on the diagonal and 1/3 beside it, of 8.
    assert found.confusion[0] == pytest.approx(np.full((3, 3), 1 / 24) + np.eye(3) * 21 / 24)
    assert found.confusion[2, 2] == pytest.approx(np.array([4, 1, 19]) / 24)
    # Type 0: 1 · 1 · 22, type 1: 1 · 1 · 1, type 2: 22 · 22 · 4.
    assert found.posterior[3] == pytest.approx(np.array([22, 1, 1936]) / 1959)


def test_the_start_is_the_majority_and_ties_are_shared() -> None:
    codes = np.array([[0, 0, 1], [0, 1, 2], [2, -1, 1]])
    thirds = [1 / 3] * 3
    assert start_from_majority(codes, 3) == pytest.approx(np.array([[1, 0, 0], thirds, [0, 0.5, 0.5]]))


def test_a_label_that_one_rater_alone_gives_is_no_type() -> None:
    _, codes, _ = simulated(29, 2000, [0.9, 0.85, 0.8], 4)
    codes[:300, 1] = 4
    found = rated(codes)
    assert (found.prevalence[4], found.posterior[:, 4].max()) == (0, 0)
    assert found.confusion[1, :4, 4].min() > 0.1, "it is a label all the same"


def naive(codes: LabelCodes, n_labels: int, posterior: np.ndarray) -> np.ndarray:
    """The same model nucleus by nucleus, with products in place of logarithms."""
    n, raters = codes.shape
    for _ in range(3000):
        prevalence = posterior.sum(axis=0) / n
        confusion = np.tile(ANCHOR * np.eye(n_labels) + SMOOTHING / n_labels, (raters, 1, 1))
        for nucleus in range(n):
            for rater in range(raters):
                if codes[nucleus, rater] >= 0:
                    confusion[rater, :, codes[nucleus, rater]] += posterior[nucleus]
        confusion /= confusion.sum(axis=2, keepdims=True)
        before, posterior = posterior, np.tile(prevalence, (n, 1))
        for nucleus in range(n):
            for rater in range(raters):
                if codes[nucleus, rater] >= 0:
                    posterior[nucleus] *= confusion[rater, :, codes[nucleus, rater]]
        posterior /= posterior.sum(axis=1, keepdims=True)
        if np.abs(posterior - before).max() < 1e-9:
            break
    return posterior


def test_a_direct_estimate_with_the_same_start_gives_the_same() -> None:
    _, codes, _ = simulated(5, 120, [0.9, 0.8, 0.85], 3, silent=0.1)
    kinds, counts, kind = distinct_rows(codes)
    found = maximise(kinds, counts, start_from_majority(kinds, 3)).posterior[kind]
    assert found == pytest.approx(naive(codes, 3, start_from_majority(codes, 3)), abs=1e-6)


def test_known_confusions_are_recovered() -> None:
    types, codes, matrices = simulated(7, 40_000, [0.9, 0.8, 0.75, 0.7], silent=0.2)
    found = rated(codes)
    of_type = np.bincount(types, minlength=5) * 0.8
    error = np.sqrt(matrices * (1 - matrices) / of_type[:, None])
    assert (np.abs(found.confusion - matrices) < 5 * error + 0.01).all()
    assert np.abs(found.prevalence - np.bincount(types) / len(types)).max() < 0.01
    known = types[found.ratings.nuclei - 1]
    right = (found.posterior.argmax(axis=1) == known).mean()
    stated = found.posterior.max(axis=1).mean()
    assert stated == pytest.approx(right, abs=0.01), "a label is as often right as its posterior says"
    assert right > (codes[:, 0][found.ratings.nuclei - 1] == known).mean()


def test_ten_random_starts_agree() -> None:
    _, codes, _ = simulated(11, 3000, [0.85, 0.8, 0.75])
    kinds, counts, _ = distinct_rows(codes)
    wanted = maximise(kinds, counts, start_from_majority(kinds, 5)).posterior
    random = np.random.default_rng(11)
    for _ in range(10):
        trust = random.dirichlet(np.ones(3))
        start = np.einsum("r,krl->kl", trust, np.eye(5)[kinds]) + random.uniform(0, 0.2, (len(kinds), 5))
        found = maximise(kinds, counts, start / start.sum(axis=1, keepdims=True)).posterior
        assert np.abs(found - wanted).max() < 1e-5


@pytest.mark.parametrize("good", [[0.9, 0.85, 0.8], [0.9, 0.85]])
def test_a_random_lineage_weighs_little_and_no_posterior_follows_it(good: list[float]) -> None:
    _, codes, _ = simulated(13, 20_000, good)
    _, other, _ = simulated(13, 20_000, [0.8])
    sound = rated(np.column_stack([codes, other]))
    noise = np.random.default_rng(2).permutation(other)
    found = rated(np.column_stack([codes, noise]))
    assert sound.weights.min() > 0.3
    assert found.weights[-1] < 0.005
    assert found.weights[:-1].min() > 0.3
    # Whatever the random lineage says of a nucleus, the other labels decide.
    _, _, kind = distinct_rows(codes)
    for one in np.unique(kind):
        posterior, answers = found.posterior[kind == one], found.answers[kind == one]
        assert np.ptp(posterior, axis=0).max() < 0.1
        assert len({*answers.tolist()} - {-1}) < 2


def test_order_does_not_matter() -> None:
    _, codes, _ = simulated(17, 2000, [0.9, 0.8, 0.7, 0.6], silent=0.3)
    shuffled = np.random.default_rng(17).permutation(len(codes))
    found, other = rated(codes), rated(codes[shuffled][:, ::-1])
    nuclei = shuffled[other.ratings.nuclei - 1] + 1
    order = np.argsort(nuclei)
    assert nuclei[order].tolist() == found.ratings.nuclei.tolist()
    assert other.posterior[order] == pytest.approx(found.posterior, abs=1e-7)


@pytest.mark.parametrize("silent", ["two lineages", "too few"])
def test_two_lineages_have_no_posterior(silent: str) -> None:
    _, codes, _ = simulated(19, 1000, [0.9, 0.8, 0.7])
    if silent == "two lineages":
        found = rate_nuclei(ratings_of(codes[:, :2]))
        words = "two lineages (A 1,000, B 1,000; 1,000 nuclei have both)"
    else:
        codes[FEWEST_NUCLEI - 1 :, 2] = -1
        found = rate_nuclei(ratings_of(codes))
        words = "label 299 of the same nuclei"
    assert isinstance(found, NotIdentifiable)
    assert words in found.reason
    assert f"{FEWEST_NUCLEI} of the same nuclei" in found.reason


def test_only_nuclei_with_three_raters_are_rated_and_others_are_left_out() -> None:
    _, codes, _ = simulated(23, 2000, [0.9, 0.8, 0.7, 0.9])
    codes[FEWEST_NUCLEI:, 2] = -1
    codes[100:, 3] = -1
    found = rated(codes)
    assert found.ratings.lineages == ("A", "B", "C")
    assert found.left_out == {"D": 100}
    assert found.ratings.nuclei.tolist() == [*range(1, FEWEST_NUCLEI + 1)]
    rows = consensus_rows(found)
    assert ((rows["posterior"] >= RESOLVED) == (rows["consensus"] != UNRESOLVED)).all()
    assert (rows["consensus"] == rows["likeliest"])[rows["posterior"] >= RESOLVED].all()
    assert (rows["raters"] == 3).all()
    every = posterior_rows(found)
    assert every.filter(like="posterior_").sum(axis=1).to_numpy() == pytest.approx(1)
    assert every["C"].tolist() == [found.ratings.labels[code] for code in codes[:FEWEST_NUCLEI, 2]]
    shares = confusion_rows(found).set_index(["rater", "type", "label"])["share"]
    assert shares.loc["B", "4P", "BC"] == found.confusion[1, 1, 3]


def test_no_lineage_is_not_identifiable() -> None:
    empty = replace(
        ratings_of(np.empty((0, 2), dtype=np.int64)), lineages=(), codes=np.empty((0, 0), np.int64)
    )
    found = rate_nuclei(empty)
    assert isinstance(found, NotIdentifiable)
    assert found.reason.startswith("Not identifiable: no lineage;")
