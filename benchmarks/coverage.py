"""How often the 95 % intervals hold the true value: `nice -n 19 python benchmarks/coverage.py`.

Two, eleven and sixteen labels, equally frequent or as frequent as in release 661; tables that agree closely,
fairly, by half, a little, slightly, or by chance alone; 40, 100, 312, 1,100 and 49,050 nuclei. Of each, 4,000
data sets are drawn from a known matrix of shares; counted is how many of the intervals shown hold the metric
of that matrix. Printed are the lowest and the highest share over the numbers of nuclei; a dash: none with 200
intervals shown. Bold: below .90 or above .99.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SETS, SEED, FEWEST_SHOWN = 4_000, 661, 200
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
KAPPAS = {"close": 0.95, "fair": 0.78, "half": 0.6, "little": 0.3, "slight": 0.12, "chance": 0.0}
NEIGHBOURS = 0.7
"""The share of confusions that are with the labels beside it; the others are in proportion to the labels."""


def main() -> None:
    """Draw, measure and print the table."""
    from components.analysis.comparison.metrics import METRICS

    names = [name for name, metric in METRICS.items() if metric.loss]
    print(f"| labels | frequent | agree | {' | '.join(METRICS[name].title for name in names)} |")
    print(f"|---:|---|---|{'---:|' * len(names)}")
    for place, (labels, frequent, agree, share) in enumerate(scenarios()):
        held: dict[str, list[float]] = {name: [] for name in names}
        for n in NUCLEI:
            drawn = np.random.default_rng((SEED, place, n)).multinomial(n, share.ravel(), size=SETS)
            for name in names:
                held[name] += coverage(drawn.reshape(-1, *share.shape), share, name)
        print(f"| {labels} | {frequent} | {agree} | {' | '.join(map(spread, held.values()))} |", flush=True)


def scenarios() -> Iterator[tuple[int, str, str, np.ndarray]]:
    """Number of labels, how frequent they are, how far the tables agree, and shares of the matrix."""
    for (labels, frequent), counts in PREVALENCES.items():
        label_share = np.array(counts) / sum(counts)
        for agree, kappa in KAPPAS.items():
            yield labels, frequent, agree, shares(label_share, kappa)


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


def coverage(drawn: np.ndarray, share: np.ndarray, name: str) -> list[float]:
    """The share of the intervals shown that hold the true value; nothing where few are shown."""
    from components.analysis.comparison.metrics import METRICS, stacked_intervals

    # In as many nuclei as an int64 can square without overflow, rounding to whole ones is lost.
    true = float(METRICS[name].measure((share * 2_000_000_000).round().astype(np.int64)))
    _, low, high = stacked_intervals(drawn, name)
    shown = ~np.isnan(low)
    return [float(((low <= true) & (true <= high))[shown].mean())] if shown.sum() >= FEWEST_SHOWN else []


def spread(held: list[float]) -> str:
    """The lowest and the highest share."""
    ends = dict.fromkeys(f"{end:.3f}" for end in (min(held), max(held))) if held else ["–"]
    return "–".join(end if end == "–" or 0.9 <= float(end) <= 0.99 else f"**{end}**" for end in ends)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
