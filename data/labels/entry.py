"""The entry of a label: its meaning, class and subclass."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["neuron", "class", "subclass", "type"]
"""A level at which the labels of tables are counted and compared."""
NeuronCall = Literal["neuron", "non-neuron"]
CellClass = Literal["excitatory", "inhibitory", "non-neuronal"]
Standing = Literal["both", "first only", "second only", "neither"]
"""Which of two M-type vocabularies has a name."""

CLASSES: tuple[CellClass, ...] = ("excitatory", "inhibitory", "non-neuronal")
"""The canonical classes."""
NEURONAL: tuple[str, ...] = CLASSES[:2]
"""The classes of neurons."""


@dataclass(frozen=True, kw_only=True)
class CellType:
    """A label of a table's `cell_type`, or a canonical value of a level.

    Attributes
    ----------
    label : str
        Its canonical spelling.
    neuron : NeuronCall or None
        Whether it names a neuron.
    cell_class : CellClass or None
        Its class; None where the label alone does not determine it.
    subclass : str or None
        A subclass, itself a label; None where none corresponds.
    meaning : str
        Its meaning in a few words.
    synonyms : tuple of str
        Other spellings that mean the same.
    ambiguous_at : frozenset of Level
        Levels at which its cells are known to be of several kinds, so that a mapping there (if any) is
        the likeliest one, not exact.
    colour : str
        #RRGGBB.
    order : int
        Its position in lists and on axes.
    source : str
        The grounds of the mapping.
    counted : tuple of (int, int) or None
        Of the cells counted for the mapping, how many are of the subclass, and all; None where no counts are
        known.
    learnt_from : str
        The table whose labels of these cells decided the subclass; "" where none did.
    standing : Standing
        Which M-type vocabulary has the name; *neither* for a label that is no M-type.
    table : str
        The only table that means this by the word; a reader's own label is not read as it. "" for all others.
    """

    label: str
    neuron: NeuronCall | None
    cell_class: CellClass | None
    subclass: str | None
    meaning: str
    colour: str
    order: int
    source: str
    synonyms: tuple[str, ...] = ()
    ambiguous_at: frozenset[Level] = frozenset()
    counted: tuple[int, int] | None = None
    learnt_from: str = ""
    standing: Standing = "neither"
    table: str = ""
