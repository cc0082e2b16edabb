"""What the tables together say of one nucleus: consensus and contradictions by level, and the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from components.analysis.nucleus.table_labels import TableAnswer
from data.labels.crosswalk import at_level, ordered
from data.labels.entry import Level
from data.number_words import plural

JUDGED: tuple[Level, ...] = ("neuron", "class", "subclass")
"""Levels at which tables of different kinds have the same labels."""
RULE = (
    "A label is the consensus at a level if more than half of the tables that vote there give it. Each table "
    "has one vote; tables with conflicting rows, or whose label has no counterpart at the level, abstain. A "
    "model shares the vote of the table it was trained on: where both label the nucleus, only the training "
    "table votes. A label whose mapping is ambiguous counts. The headline goes from coarse to fine and stops "
    "before a level without a consensus, or before a label that contradicts the class. A consensus is not "
    "the truth: tables can be wrong together."
)
"""Told to readers; the headline's part is `headline`."""
Verdict = Literal["all", "most", "one", "none", "silent"]
"""All agree, most do, only one table speaks, no label has more than half, no table speaks."""
CONTESTED: dict[Level, str] = {
    "neuron": "No consensus on whether it is a neuron",
    "class": "No consensus on the class",
}
"""Shown instead of a label where tables differ at a level so coarse that a finer label would mislead."""
NOTHING = "No consensus"


@dataclass(frozen=True)
class Consensus:
    """What the tables say of a nucleus at a level.

    Attributes
    ----------
    level : Level
    outcome : Verdict
    label : str or None
        The consensus; None where there is none.
    voices : dict of str to tuple of str
        The tables, by name, that give each label; the most frequent label first.
    set_aside : dict of str to str
        Tables without a voice, each with the teacher that speaks instead.
    ambiguous : tuple of str
        Tables with a voice whose label has an ambiguous mapping to the level.
    titles : dict of str to str
        Titles of the tables that speak, by name.
    """

    level: Level
    outcome: Verdict
    label: str | None
    voices: dict[str, tuple[str, ...]]
    set_aside: dict[str, str]
    ambiguous: tuple[str, ...]
    titles: dict[str, str]

    @property
    def n(self) -> int:
        """Tables that have a voice."""
        return sum(map(len, self.voices.values()))

    @property
    def words(self) -> str:
        """The consensus and its votes in a few words."""
        votes = [f"{plural(len(tables), 'says', 'say')} {label}" for label, tables in self.voices.items()]
        if self.outcome == "silent":
            return "no table speaks at this level"
        if self.outcome == "none":
            return f"no consensus: {', '.join(votes)}"
        winners = self.voices[str(self.label)]
        if self.outcome == "one":
            return f"{self.label}: only {self.titles[winners[0]]} has a voice"
        return "; ".join([f"{self.label}: {len(winners)} of {self.n} tables", *votes[1:]])


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
    """The label that more than half of the tables give; see `RULE`."""
    tables = {answer.table.name: answer.table for answer in answers}
    readings = {answer.table.name: reading for answer in answers if (reading := answer.at(level))}
    set_aside = {
        name: teachers[0]
        for name in readings
        if (teachers := [teacher for teacher in tables[name].trained_on if teacher in readings])
    }
    heard = {name: reading for name, reading in readings.items() if name not in set_aside}
    by_label: dict[str, tuple[str, ...]] = {}
    for label in ordered({label for label, _ in heard.values()}):
        by_label[label] = tuple(name for name, (own, _) in heard.items() if own == label)
    voices = dict(sorted(by_label.items(), key=lambda item: -len(item[1])))
    outcome = _outcome([len(names) for names in voices.values()])
    winner = next(iter(voices)) if outcome in ("all", "most", "one") else None
    ambiguous = tuple(name for name, (_, mapping) in heard.items() if mapping == "ambiguous")
    titles = {name: tables[name].title for name in readings}
    return Consensus(level, outcome, winner, voices, set_aside, ambiguous, titles)


def _outcome(counts: list[int]) -> Verdict:
    """The verdict of the voices per label, most first."""
    if not counts:
        return "silent"
    if sum(counts) == 1:
        return "one"
    if len(counts) == 1:
        return "all"
    return "most" if 2 * counts[0] > sum(counts) else "none"


def contradicting_tables(answers: Sequence[TableAnswer], level: Level) -> tuple[Contradiction, ...]:
    """All pairs of tables that differ at a level, models with their teachers included."""
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
        Whether only one table gives the label, and which finer label was left out.
    table : str or None
        The name of the only table with a voice for the label; None where several or none have one.
    """

    label: str | None
    words: str
    notes: tuple[str, ...] = ()
    table: str | None = None


def headline(by_level: Mapping[Level, Consensus]) -> Headline:
    """The finest consensus that no coarser level contradicts.

    Parameters
    ----------
    by_level : mapping of Level to Consensus
        One for each level of `JUDGED`.

    Notes
    -----
    From coarse to fine: the search ends at a level without a consensus, or at a label that counts at a
    coarser level as something other than the consensus there. Levels where no table speaks are skipped.
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
            return _headline_of(reached[-1], f"{finer.label}, the {level}, is left out: it counts as {other}")
        reached.append(finer)
    return _headline_of(reached[-1]) if reached else Headline(None, NOTHING)


def _contradicting(label: str, reached: list[Consensus]) -> str | None:
    """What a label counts as at a coarser level, where that is not the consensus."""
    for coarser in reversed(reached):
        counts_as = at_level(label, coarser.level)
        if counts_as is not None and counts_as != coarser.label:
            return counts_as
    return None


def _headline_of(reached: Consensus, *notes: str) -> Headline:
    label = str(reached.label)
    if reached.outcome != "one":
        return Headline(label, label, notes)
    (table,) = reached.voices[label]
    note = f"said by {reached.titles[table]}"
    note += "; models trained on it have no voice beside it" if reached.set_aside else " alone"
    return Headline(label, label, (note, *notes), table)
