"""What a nucleus is called at the head of its profile: as fine as the tables agree, from coarse to fine."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.analysis.nucleus.consensus import JUDGED, Consensus
from data.labels.crosswalk import at_level
from data.labels.entry import Level

CONTESTED: dict[Level, str] = {
    "neuron": "No consensus on whether it is a neuron",
    "class": "No consensus on the class",
}
"""What is said instead of a label where tables differ so early that a finer one would mislead."""
NOTHING = "No consensus"


@dataclass(frozen=True)
class Headline:
    """What stands in large type over a nucleus.

    Attributes
    ----------
    label : str or None
        None where there is none to give.
    words : str
        The label, or why there is none.
    notes : tuple of str
        Small print: whether one table says it alone, and which finer label was not taken.
    table : str or None
        The one table, by name, that has a voice in the label; None where several have, or none.
    """

    label: str | None
    words: str
    notes: tuple[str, ...] = ()
    table: str | None = None


def headline(together: Mapping[Level, Consensus]) -> Headline:
    """Find the finest consensus that no coarser level gainsays.

    Parameters
    ----------
    together : mapping of Level to Consensus
        One for each level of `JUDGED`.

    Notes
    -----
    From coarse to fine: a level without a consensus ends the way, and so does a label that counts at a
    coarser level as something else than the consensus there. Where nobody speaks the level is passed over.
    """
    reached: list[Consensus] = []
    for level in JUDGED:
        one = together[level]
        if one.outcome == "none":
            if level in CONTESTED:
                return Headline(None, CONTESTED[level])
            break
        if one.label is None:
            continue
        if other := _gainsaid(one.label, reached):
            return _of(reached[-1], f"{one.label}, the {level}, is left out: it counts as {other}")
        reached.append(one)
    return _of(reached[-1]) if reached else Headline(None, NOTHING)


def _gainsaid(label: str, reached: list[Consensus]) -> str | None:
    """What a label counts as at a coarser level where that is not the consensus there."""
    for one in reversed(reached):
        counts_as = at_level(label, one.level)
        if counts_as is not None and counts_as != one.label:
            return counts_as
    return None


def _of(one: Consensus, *notes: str) -> Headline:
    label = str(one.label)
    if one.outcome != "one":
        return Headline(label, label, notes)
    (table,) = one.voices[label]
    said = f"said by {one.titles[table]}"
    said += "; models trained on it have no voice beside it" if one.set_aside else " alone"
    return Headline(label, label, (said, *notes), table)
