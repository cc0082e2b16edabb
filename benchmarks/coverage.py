"""How often the 95 % intervals hold the true value: `nice -n 19 python -m benchmarks.coverage`.

Two, eleven and sixteen labels, equally frequent or as frequent as in release 661; tables that agree closely,
fairly, by half, a little, slightly, or by chance alone; 40, 100, 312, 1,100 and 49,050 nuclei. Of each, 4,000
data sets are drawn from a known matrix of shares; counted is how many of the intervals shown hold the metric
of that matrix. Printed are the lowest and the highest share over the numbers of nuclei; a dash: none with 200
intervals shown. Bold: below .90 or above .99.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np

SETS, CLUSTERED_SETS, SEED, FEWEST_SHOWN = 4_000, 200, 661, 200
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
SILENT = {"three": (0.0, 0.0, 0.0), "three, gaps": (0.02, 0.6, 0.4), "four, gaps": (0.02, 0.6, 0.4, 0.95)}
"""Shares of the nuclei that each lineage leaves without a label."""
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
    print_alpha()
    print_standardised()
    print_clustering()


def print_alpha() -> None:
    """Print the table of Krippendorff's α."""
    print(f"\n| labels | frequent | agree | {' | '.join(SILENT)} |")
    print(f"|---:|---|---|{'---:|' * len(SILENT)}")
    for place, (labels, frequent, agree, share) in enumerate(scenarios()):
        if labels < 16:
            ends = [spread(alpha_coverage(share, silent, place)) for silent in SILENT.values()]
            print(f"| {labels} | {frequent} | {agree} | {' | '.join(ends)} |", flush=True)


def alpha_coverage(share: np.ndarray, silent: tuple[float, ...], place: int) -> list[float]:
    """The shares of intervals of α that hold the true value, by the number of nuclei.

    Each lineage confuses the types as much as one table of the matrix the other, independently.
    """
    from components.analysis.raters.alpha import FEWEST, krippendorff_alpha
    from components.analysis.raters.ratings import vote_counts

    of_type = share.sum(1)
    confused = share / of_type[:, None]
    codes = np.array(list(product(range(-1, len(share)), repeat=len(silent))))
    likely = np.ones((len(codes), len(share)))
    for lineage, gone in zip(codes.T, silent, strict=True):
        likely *= np.where(lineage[:, None] < 0, gone, (1 - gone) * confused.T[lineage])
    votes = vote_counts(codes, len(share))
    kinds, kind = np.unique(votes, axis=0, return_inverse=True)
    shares = np.bincount(kind.ravel(), likely @ of_type)
    shared = kinds.sum(1) > 1
    kinds, shares = kinds[shared], shares[shared] / shares[shared].sum()
    true, _, _ = krippendorff_alpha(kinds, (shares * 2_000_000_000).round().astype(np.int64))
    held = []
    for n in NUCLEI:
        random = np.random.default_rng((SEED, place, n, len(silent)))
        value, low, high = krippendorff_alpha(kinds, random.multinomial(n, shares, size=SETS // 2))
        shown = ~np.isnan(value)
        if n >= FEWEST and shown.sum() >= FEWEST_SHOWN:
            held.append(float(((low <= true) & (true <= high))[shown].mean()))
    return held


def print_standardised() -> None:
    """The same of the standardised agreement, over strata that a sample meets more or less often."""
    from components.analysis.raters.standardised import FEWEST, weighted_share

    print("\n| strata of the mix | agree | covered | standardised | raw agreement, of the same |")
    print("|---|---|---|---:|---:|")
    for place, (title, agree, covered, mix, sampled, right) in enumerate(strata_scenarios()):
        held: list[float] = []
        raw: list[float] = []
        for n in (n for n in NUCLEI if n >= FEWEST):
            random = np.random.default_rng((SEED, 1000 + place, n))
            counts = random.multinomial(n, sampled, size=SETS)
            hits = random.binomial(counts, right)
            there = mix * (counts > 0)
            true = (there * right).sum(1) / there.sum(1)
            _, low, high = weighted_share(hits, counts, mix)
            held.append(float(((low <= true) & (true <= high)).mean()))
            _, low, high = weighted_share(hits.sum(1)[:, None], counts.sum(1)[:, None], np.ones(1))
            raw.append(float(((low <= true) & (true <= high)).mean()))
        print(f"| {title} | {agree:.0%} | {covered} | {spread(held)} | {spread(raw)} |", flush=True)


def print_clustering() -> None:
    """How often the permutations' 95 % range holds the share seen where disagreements lie at random."""
    from components.analysis.raters.clustering import NEIGHBOURS, nearest_places, permuted_counts

    print("\n| compared nuclei | disagreements by stratum | the share seen is in the range of permutations |")
    print("|---:|---|---:|")
    steps = np.arange(NEIGHBOURS + 1)
    for n in (300, 1_100, 3_000):
        for title, rates in (("a tenth of each", (0.1, 0.1, 0.1, 0.1)), ("1 to 60 %", (0.01, 0.1, 0.3, 0.6))):
            held = []
            for number in range(CLUSTERED_SETS):
                random = np.random.default_rng((SEED, n, number))
                um = random.uniform(0, 800, (n, 3))
                strata = (um[:, 1] // 200).astype(np.int64)
                differ = random.random(n) < np.array(rates)[strata]
                beside = nearest_places(um, NEIGHBOURS)
                shares = permuted_counts(differ, beside, strata, random) @ steps
                seen = differ[beside[differ]].sum()
                low, high = np.quantile(shares, [0.025, 0.975])
                held.append(low <= seen <= high)
            print(f"| {n:,} | {title} | {np.mean(held):.3f} |", flush=True)


def strata_scenarios() -> Iterator[tuple[str, float, str, np.ndarray, np.ndarray, np.ndarray]]:
    """Title, mean agreement, coverage in words; mix, sample and agreement of each stratum."""
    counts = {title: labels for title, labels in PREVALENCES.items() if labels[0] > 1}
    for (labels, frequent), label_counts in counts.items():
        bands = (0.15, 0.6, 0.2, 0.05)
        mix = np.outer(np.array(label_counts) / sum(label_counts), bands).ravel()
        random = np.random.default_rng((SEED, labels))
        for agree in (0.98, 0.8, 0.6):
            right = np.clip(agree + random.normal(0, 0.12, len(mix)), 0.05, 0.995)
            for covered, least in (("alike", 1.0), ("a quarter to all of a stratum", 0.25)):
                sampled = mix * random.uniform(least, 1, len(mix))
                title = f"{labels} labels {frequent}, {len(bands)} bands"
                yield title, agree, covered, mix, sampled / sampled.sum(), right


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
    main()
