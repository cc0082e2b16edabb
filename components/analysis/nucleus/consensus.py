"""What the tables together say about one nucleus: consensus and contradictions by level, and the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from components.analysis.nucleus.table_labels import TableAnswer
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.labels.crosswalk import at_level, ordered
from data.labels.entry import Level
from data.number_words import plural

JUDGED: tuple[Level, ...] = ("neuron", "class", "subclass")
"""Levels at which tables of different kinds have the same labels."""
RULE = (
    "A label is the consensus at a level if more than half of the lineages that vote there give it, and at "
    "least two do. A lineage is a table and those computed from, or restricted by, its labels; it has one "
    "vote. Tables with conflicting rows, or whose label has no counterpart at the level, abstain, as does a "
    "table that can say only one thing there, and as do labels of your own, since nothing tells what they "
    "were computed from. A label whose mapping is ambiguous counts. The headline goes "
    "from coarse to fine and stops before a level where lineages differ without a majority, or before a "
    "label that contradicts the class. A consensus is not the truth: tables can be wrong together."
)
"""Told to readers; the headline's part is `headline`."""
VoteOutcome = Literal["all", "most", "one", "none", "silent"]
"""All agree, most do, only one lineage votes, no label has more than half, no lineage votes."""
CONTESTED: dict[Level, str] = {
    "neuron": "Unresolved: neuron or not",
    "class": "Unresolved class",
}
"""Shown instead of a label where tables differ at a level so coarse that a finer label would mislead."""
UNRESOLVED, UNLABELLED = "Unresolved", "No label"


@dataclass(frozen=True)
class Consensus:
    """What the tables say about a nucleus at a level.

    Attributes
    ----------
    level : Level
    outcome : VoteOutcome
    label : str or None
        The consensus; None where there is none.
    by_label : dict of str to tuple of str
        The tables, by name, that give each label, one a lineage; the most frequent label first.
    set_aside : dict of str to str
        Tables without a vote, each with the table of its lineage that votes instead.
    ambiguous : tuple of str
        Tables that vote and whose label has an ambiguous mapping to the level.
    titles : dict of str to str
        Titles of the tables with a label at the level, by name.
    """

    level: Level
    outcome: VoteOutcome
    label: str | None
    by_label: dict[str, tuple[str, ...]]
    set_aside: dict[str, str]
    ambiguous: tuple[str, ...]
    titles: dict[str, str]

    @property
    def n(self) -> int:
        """Lineages that vote."""
        return sum(map(len, self.by_label.values()))

    @property
    def words(self) -> str:
        """The consensus and its votes in a few words."""
        votes = [f"{plural(len(tables), 'says', 'say')} {label}" for label, tables in self.by_label.items()]
        if self.outcome == "silent":
            return "no table votes at this level"
        if self.outcome == "none":
            return f"unresolved: {', '.join(votes)}"
        if self.outcome == "one":
            ((label, (table,)),) = self.by_label.items()
            return f"unresolved: only {self.titles[table]} votes, for {label}"
        winners = self.by_label[str(self.label)]
        return "; ".join([f"{self.label}: {len(winners)} of {plural(self.n, 'lineage')}", *votes[1:]])


@dataclass(frozen=True)
class Contradiction:
    """Two tables that give a nucleus different labels at a level.

    Attributes
    ----------
    level : Level
    first, second : TableAnswer
    labels : tuple of (str, str)
        Their labels at the level.
    ambiguous : bool
        Whether one of the labels has an ambiguous mapping to the level.
    """

    level: Level
    first: TableAnswer
    second: TableAnswer
    labels: tuple[str, str]
    ambiguous: bool

    @property
    def words(self) -> str:
        """The contradiction in a sentence, with the labels as the tables spell them."""
        answers = zip((self.first, self.second), self.labels, strict=True)
        return ", ".join(f"{answer.table.title} says {_spelled(answer, label)}" for answer, label in answers)


def consensus(answers: Sequence[TableAnswer], level: Level) -> Consensus:
    """The label that more than half of the lineages give; see `RULE`."""
    tables = {answer.table.name: answer.table for answer in answers}
    readings = {
        answer.table.name: reading
        for answer in answers
        if (reading := answer.at(level)) and may_differ(answer.table, level) and answer.table.has_vote
    }
    set_aside = {}
    for name in readings:
        first = next(other for other in CATALOG.lineage(tables[name]).tables if other in readings)
        if first != name:
            set_aside[name] = first
    voting = {name: reading for name, reading in readings.items() if name not in set_aside}
    by_label: dict[str, tuple[str, ...]] = {}
    for label in ordered({label for label, _ in voting.values()}):
        by_label[label] = tuple(name for name, (own, _) in voting.items() if own == label)
    by_label = dict(sorted(by_label.items(), key=lambda item: -len(item[1])))
    outcome = _outcome([len(names) for names in by_label.values()])
    winner = next(iter(by_label)) if outcome in ("all", "most") else None
    ambiguous = tuple(name for name, (_, mapping) in voting.items() if mapping == "ambiguous")
    titles = {name: tables[name].title for name in readings}
    return Consensus(level, outcome, winner, by_label, set_aside, ambiguous, titles)


def may_differ(table: Table, level: Level) -> bool:
    """Whether a table can say more than one thing at a level, as far as its labels are documented."""
    words, systems = table.vocabulary or ("",), table.systems or (None,)
    return len({at_level(word, level, system) for word in words for system in systems} - {None}) != 1


def _outcome(counts: list[int]) -> VoteOutcome:
    """The outcome of the votes per label, most first."""
    if not counts:
        return "silent"
    if sum(counts) == 1:
        return "one"
    if len(counts) == 1:
        return "all"
    return "most" if 2 * counts[0] > sum(counts) else "none"


def contradicting_tables(answers: Sequence[TableAnswer], level: Level) -> tuple[Contradiction, ...]:
    """All pairs of tables that differ at a level, those of one lineage included."""
    readings = [(answer, reading) for answer in answers if (reading := answer.at(level))]
    return tuple(
        Contradiction(level, first, second, labels, "ambiguous" in mappings)
        for (first, reading), (second, other) in combinations(readings, 2)
        for labels, mappings in [zip(reading, other, strict=True)]
        if labels[0] != labels[1]
    )


def _spelled(answer: TableAnswer, label: str) -> str:
    own = answer.labels[0].cell_type or ""
    return own if own == label else f"{own}, which counts as {label}"


@dataclass(frozen=True)
class Headline:
    """The headline of a nucleus's profile.

    Attributes
    ----------
    label : str or None
        None without a consensus.
    words : str
        The label, or why there is none.
    notes : tuple of str
        Who alone gives a label where nothing is resolved, and which finer label was left out.
    """

    label: str | None
    words: str
    notes: tuple[str, ...] = ()


def headline(by_level: Mapping[Level, Consensus]) -> Headline:
    """The finest consensus that no coarser level contradicts.

    Parameters
    ----------
    by_level : mapping of Level to Consensus
        One for each level of `JUDGED`.

    Notes
    -----
    From coarse to fine: the search ends at a level where lineages differ without a majority, or at a label
    that counts at a coarser level as something other than the consensus there. Levels where none votes, or
    only one, are skipped.
    """
    reached: list[Consensus] = []
    for level in JUDGED:
        finer = by_level[level]
        if finer.outcome == "none":
            if level in CONTESTED:
                return Headline(None, CONTESTED[level])
            break
        if finer.label is None:
            continue
        if other := _contradicting(finer.label, reached):
            note = f"{finer.label}, the {level}, is left out: it counts as {other}"
            return Headline(reached[-1].label, str(reached[-1].label), (note,))
        reached.append(finer)
    if reached:
        return Headline(reached[-1].label, str(reached[-1].label))
    alone = [of_level.words for of_level in by_level.values() if of_level.outcome == "one"]
    return Headline(None, UNRESOLVED if alone else UNLABELLED, tuple(alone[-1:]))


def _contradicting(label: str, reached: list[Consensus]) -> str | None:
    """What a label counts as at a coarser level, where that is not the consensus."""
    for coarser in reversed(reached):
        counts_as = at_level(label, coarser.level)
        if counts_as is not None and counts_as != coarser.label:
            return counts_as
    return None
