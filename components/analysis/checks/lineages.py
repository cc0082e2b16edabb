"""Whether tables of different lineages agree as they should, or would agree more with labels exchanged."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from components.analysis.checks.entry import Finding, Inspected, NotRun, Outcome, nuclei_finding, share
from components.analysis.checks.labels import contradictions_are_far, known_contradictions
from components.analysis.checks.limits import EXCHANGED, HIDDEN, TIED, exceeds_chance
from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.differences import contradicted
from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import Reading, finest_common_level
from components.analysis.nucleus.consensus import may_differ
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.labels.crosswalk import LEVELS, at_level
from data.labels.entry import Level
from data.number_words import plural

MOST_NAMED = 4
ALONE = "No two tables of different lineages are at hand."
MENDING = "Compare the file with the archive's, and see where labels were recoded or joined."


def contradiction_rate(release: Inspected) -> Iterator[Outcome]:
    """Tables whose classes contradict those of others far more often, or less, than documented."""
    if not release.independent:
        yield NotRun(table="", reason=ALONE)
        return
    far: dict[tuple[str, str], tuple[Ids, str]] = {}
    for rows, columns in release.independent:
        if not (may_differ(rows, "class") and may_differ(columns, "class")):
            continue  # Its nuclei were chosen by their class, so whoever differs contradicts it.
        pairs = pair_labels(
            release.loaded[rows.name].as_axis, release.loaded[columns.name].as_axis, "class",
            labels=(release.readings[rows.name].at("class"), release.readings[columns.name].at("class")),
        )  # fmt: skip
        nuclei, compared = contradicted(pairs).index.to_numpy(dtype=np.int64), len(pairs.frame)
        known = known_contradictions(rows, columns)
        if contradictions_are_far(known, len(nuclei), compared):
            words = f"{len(nuclei):,} of {compared:,} ({share(len(nuclei), compared)}"
            words += f"; documented {share(known.n, known.compared)}, {known.source})" if known else ")"
            far[rows.name, columns.name] = nuclei if len(nuclei) else pairs.frame.index.to_numpy(), words
    while far:
        names = [name for pair in far for name in pair]
        # One odd table contradicts every other: it is the one in most pairs. A reader's own may differ.
        mine = [name for name in names if release.loaded[name].table.method == "own"]
        odd = max(dict.fromkeys(mine or names), key=names.count)
        own = {pair: far.pop(pair) for pair in [*far] if odd in pair}
        if all(_one_within_other(release, *pair) for pair in own):
            continue  # They have a check of their own.
        others = [next(name for name in pair if name != odd) for pair in own]
        words = "; ".join(
            f"{release.loaded[other].table.title}: {found}"
            for other, (_, found) in zip(others, own.values(), strict=True)
        )
        yield nuclei_finding(
            "warning" if mine else "error", np.concatenate([nuclei for nuclei, _ in own.values()]),
            f"Its classes contradict those of other tables more or less often than they should. {words}.",
            f"About one in a hundred, where it was counted. {MENDING}",
            odd,
        )  # fmt: skip


def _one_within_other(release: Inspected, first: str, second: str) -> bool:
    return first == release.loaded[second].table.within or second == release.loaded[first].table.within


@dataclass(frozen=True)
class Exchange:
    """Two labels that seem exchanged, and how many nuclei agree with another table before and after it."""

    labels: tuple[str, str]
    agree: int
    would_agree: int

    @property
    def gain(self) -> int:
        """Nuclei by which the exchange raises the agreement."""
        return self.would_agree - self.agree


@dataclass(frozen=True)
class Suspicion:
    """A table whose labels seem exchanged, by another table, the witness."""

    suspect: str
    witness: str
    exchanges: tuple[Exchange, ...]


def exchanged_labels(release: Inspected) -> Iterator[Outcome]:
    """Pairs of a table's labels which, exchanged, would raise its agreement with another lineage."""
    if not release.independent:
        yield NotRun(table="", reason=ALONE)
        return
    suspicions = [
        found for rows, columns in release.independent if (found := _suspicions(release, rows, columns))
    ]
    witnesses: dict[str, set[str]] = defaultdict(set)
    for one in chain.from_iterable(suspicions):
        witnesses[one.suspect].add(CATALOG.lineage(release.loaded[one.witness].table).title)
    by_table: dict[str, list[tuple[Suspicion, bool]]] = defaultdict(list)
    for found in suspicions:
        # Where it may be either table, it is the reader's own, or that which more lineages contradict.
        weights = [_weight(release, one, witnesses) for one in found]
        left = [one for one, weight in zip(found, weights, strict=True) if weight == max(weights)]
        for one in left:
            by_table[one.suspect].append((one, len(left) > 1))
    for name, against in by_table.items():
        yield _exchange_finding(release, name, against)


def _weight(release: Inspected, one: Suspicion, witnesses: Mapping[str, set[str]]) -> tuple[bool, int]:
    return release.loaded[one.suspect].table.method == "own", len(witnesses[one.suspect])


def _exchange_finding(release: Inspected, name: str, against: list[tuple[Suspicion, bool]]) -> Finding:
    against.sort(key=lambda item: -item[0].exchanges[0].gain)
    (strongest, either), *others = against
    title = release.loaded[strongest.witness].table.title
    pairs = [
        f"“{exchange.labels[0]}” and “{exchange.labels[1]}” ("
        f"{plural(exchange.agree, 'nucleus agrees', 'nuclei agree')}, {exchange.would_agree:,} would)"
        for exchange in strongest.exchanges[:MOST_NAMED]
    ]
    more = len(strongest.exchanges) - len(pairs)
    further = plural(more, "pair")
    also = ", ".join(release.loaded[other.witness].table.title for other, _ in others)
    reading = release.readings[name]
    labels = reading.at("type").labels
    odd = {at_level(label, "type") for exchange in strongest.exchanges for label in exchange.labels}
    return nuclei_finding(
        "error", labels.index[labels.isin(odd).to_numpy()],
        f"Exchanged, these labels would agree more with {title}: {', '.join(pairs)}"
        f"{f' and {further} more' if more else ''}."
        f"{f' The same holds for {also}.' if also else ''}"
        f"{f' Or the labels are exchanged in {title}.' if either else ''}",
        f"None: labels of two lineages agree best as they stand. {MENDING}",
        name,
    )  # fmt: skip


def _suspicions(release: Inspected, rows: Table, columns: Table) -> list[Suspicion]:
    """Which of two tables seems to have exchanged labels: that whose best exchange explains more, or both."""
    first, second = release.readings[rows.name], release.readings[columns.name]
    _, at_first, at_second = np.intersect1d(
        first.nuclei, second.nuclei, assume_unique=True, return_indices=True
    )
    finest = finest_common_level(rows, columns)
    find = partial(_exchanges, finest=finest)
    both = [
        Suspicion(rows.name, columns.name, find(first, second, at_first, at_second)),
        Suspicion(columns.name, rows.name, find(second, first, at_second, at_first)),
    ]
    found = [one for one in both if one.exchanges]
    most = max((one.exchanges[0].gain for one in found), default=0)
    return [one for one in found if one.exchanges[0].gain >= TIED * most]


def _exchanges(
    own: Reading, other: Reading, at_own: NDArray[np.int64], at_other: NDArray[np.int64], *, finest: Level
) -> tuple[Exchange, ...]:
    """Exchanges of two own labels that would raise the agreement, most first, no label in two of them."""
    labels = own.at("type").labels.array
    words, codes = [*map(str, labels.categories)], labels.codes[at_own]
    spelled = {at_level(word, "type"): word for word in own.words if word is not None}
    found: dict[tuple[int, int], Exchange] = {}
    for level in reversed(LEVELS[: LEVELS.index(finest) + 1]):
        fits = _fits(words, codes, other, at_other, level)
        stand = np.diag(fits)
        agree, would = stand[:, None] + stand, fits + fits.T
        doubted = fits >= EXCHANGED * np.maximum(stand[:, None] + fits, 1)
        meant = np.array([at_level(word, level) or "" for word in words])
        # A label without a counterpart fits nothing; its cells fit the other, whose own do not fit it.
        sizes = np.maximum(np.bincount(codes[codes >= 0], minlength=len(words)), 1)
        fitting = (fits >= HIDDEN * sizes[:, None]) & (meant[:, None] == "")
        hidden = fitting & (stand <= EXCHANGED * sizes)
        doubted = (doubted & doubted.T) | hidden | hidden.T
        candidates = (would > agree) & doubted & (meant[:, None] != meant)
        for i, j in np.argwhere(np.triu(candidates)).tolist():
            if exceeds_chance(int(would[i, j]), int(would[i, j] + agree[i, j]), 0.5):
                exchange = Exchange(
                    (spelled[words[i]], spelled[words[j]]), int(agree[i, j]), int(would[i, j])
                )
                found.setdefault((i, j), exchange)
    chosen: list[Exchange] = []
    used: set[int] = set()
    for places, exchange in sorted(found.items(), key=lambda item: -item[1].gain):
        if not used & {*places}:
            chosen.append(exchange)
            used |= {*places}
    return tuple(chosen)


def _fits(
    words: list[str], codes: NDArray[np.int64], other: Reading, at_other: NDArray[np.int64], level: Level
) -> NDArray[np.int64]:
    """Of each own label (rows), the nuclei to which the other table gives what each label (columns) means."""
    given = other.at(level).labels.array
    # The last row and column are of those without a label, whose code is -1; no nucleus fits that.
    counts = np.zeros((len(words) + 1, len(given.categories) + 1), dtype=np.int64)
    np.add.at(counts, (codes, given.codes[at_other]), 1)
    counts[:, -1] = 0
    meant = given.categories.get_indexer([at_level(word, level) for word in words])
    return counts[:-1, meant]
