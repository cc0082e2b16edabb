"""How often the 95 % intervals hold the true value: `nice -n 19 python benchmarks/coverage.py`.

Two, eleven and sixteen labels, equally frequent or as frequent as in release 661; 40 to 49,050 nuclei;
tables that agree closely, fairly, a little, or by chance alone. Of each, 1,000 data sets are drawn from a
known matrix of shares; printed is the share of the intervals shown that hold the metric of that matrix. A
number in brackets: so many data sets had an interval, where not all did; a dash: fewer than 50. Bold: below
.90 or above .99.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SETS, SEED, FEWEST_SHOWN = 1_000, 661, 50
NUCLEI = (40, 100, 312, 1_100, 49_050)
PREVALENCES: dict[tuple[int, str], list[float]] = {
    (2, "equal"): [1, 1],
    (2, "as Baylor coarse"): [49_208, 5_855],
    (11, "equal"): [1] * 11,
    (11, "as Baylor fine"): [18_689, 7_390, 7_433, 1_219, 514, 4_943, 4_972, 1_424, 946, 984, 536],
    (16, "equal"): [1] * 16,
    (16, "as the metamodel"): [
        *(19_139, 13_407, 9_060, 1_626, 456, 10_746, 5_862, 3_084),
        *(2_270, 1_424, 651, 7_724, 4_998, 2_483, 3_024, 962),
    ],
}
"""Nuclei of each label (release 661)."""
KAPPAS = {"close": 0.95, "fair": 0.78, "little": 0.3, "chance": 0.0}
NEIGHBOURS = 0.7
"""The share of confusions that are with the labels beside it; the others are in proportion to the labels."""


def main() -> None:
    """Draw, measure and print the table."""
    from components.analysis.comparison.metrics import METRICS

    names = [name for name, metric in METRICS.items() if metric.loss]
    print(f"| labels | frequent | agree | nuclei | {' | '.join(METRICS[name].title for name in names)} |")
    print(f"|---:|---|---|---:|{'---:|' * len(names)}")
    for place, (labels, frequent, agree, n, share) in enumerate(scenarios()):
        drawn = np.random.default_rng((SEED, place)).multinomial(n, share.ravel(), size=SETS)
        cells = [coverage(drawn.reshape(-1, *share.shape), share, name) for name in names]
        print(f"| {labels} | {frequent} | {agree} | {n:,} | {' | '.join(cells)} |", flush=True)


def scenarios() -> Iterator[tuple[int, str, str, int, np.ndarray]]:
    """Number of labels, how frequent they are, how far the tables agree, nuclei, and shares of the matrix."""
    for (labels, frequent), counts in PREVALENCES.items():
        label_share = np.array(counts) / sum(counts)
        for agree, kappa in KAPPAS.items():
            for n in NUCLEI:
                yield labels, frequent, agree, n, shares(label_share, kappa)


def shares(label_share: np.ndarray, kappa: float) -> np.ndarray:
    """A matrix of shares: so much of the diagonal, the rest confused with neighbours or with any label."""
    chance = np.outer(label_share, label_share)
    if not kappa:
        return chance
    beside = np.diag(np.ones(len(label_share) - 1), 1)
    beside = (beside + beside.T) * label_share
    other = label_share * (1 - np.eye(len(label_share)))
    confused = NEIGHBOURS * beside / beside.sum(1, keepdims=True)
    confused += (1 - NEIGHBOURS) * other / other.sum(1, keepdims=True)
    apart = (1 - kappa) * (1 - np.trace(chance))
    return label_share[:, None] * ((1 - apart) * np.eye(len(label_share)) + apart * confused)


def coverage(drawn: np.ndarray, share: np.ndarray, name: str) -> str:
    """The share of the intervals shown that hold the true value, and how many were shown if not all."""
    from components.analysis.comparison.metrics import METRICS, stacked_intervals

    # In as many nuclei as an int64 can square without overflow, rounding to whole ones is lost.
    true = float(METRICS[name].measure((share * 2_000_000_000).round().astype(np.int64)))
    value, low, high = stacked_intervals(drawn, name)
    defined, shown = ~np.isnan(value), ~np.isnan(low)
    if shown.sum() < FEWEST_SHOWN:
        return "–"
    held = float(((low <= true) & (true <= high))[shown].mean())
    text = f"{held:.3f}" if 0.9 <= held <= 0.99 else f"**{held:.3f}**"
    return text if shown.sum() == defined.sum() else f"{text} ({shown.sum()})"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
