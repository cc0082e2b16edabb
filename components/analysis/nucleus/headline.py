"""The label at the head of a nucleus's profile: the finest on which the tables agree."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.analysis.nucleus.consensus import JUDGED, Consensus
from data.labels.crosswalk import at_level
from data.labels.entry import Level

CONTESTED: dict[Level, str] = {
    "neuron": "No consensus on whether it is a neuron",
    "class": "No consensus on the class",
}
"""Shown instead of a label where tables differ at a level so coarse that a finer label would mislead."""
NOTHING = "No consensus"


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


def headline(together: Mapping[Level, Consensus]) -> Headline:
    """The finest consensus that no coarser level contradicts.

    Parameters
    ----------
    together : mapping of Level to Consensus
        One for each level of `JUDGED`.

    Notes
    -----
    From coarse to fine: the search ends at a level without a consensus, or at a label that counts at a
    coarser level as something other than the consensus there. Levels where no table speaks are skipped.
    """
    reached: list[Consensus] = []
    for level in JUDGED:
        finer = together[level]
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
