"""Every label: its class, subclass, meaning, synonyms, colour and order; and the crosswalk between levels.

The one door to the labels: their entries are in `subclasses` and `m_types`. A label that
stands in neither is shown as itself, has no class or subclass, and is never guessed at.
"""

import re
from collections.abc import Iterable
from colorsys import hls_to_rgb
from string import digits
from zlib import crc32

from data.labels.entry import CellClass, CellType, Level
from data.labels.m_types import M_TYPES
from data.labels.subclasses import LABELS

LEVELS: tuple[Level, ...] = ("neuron", "class", "subclass", "type")
"""From coarse to fine; `type` is the label itself, after synonyms."""

CELL_TYPES: dict[str, CellType] = {
    entry.label: entry for entry in sorted((*LABELS, *M_TYPES), key=lambda entry: entry.order)
}
"""Every known label by its canonical spelling, in the order of display."""

_LAST = 1 + max(entry.order for entry in CELL_TYPES.values())

GROUP_SYSTEM = "connectivity_group"


def _key(text: str) -> str:
    """Fold what does not count: case, and white space anywhere."""
    return "".join(text.split()).casefold()


_BY_KEY: dict[str, CellType] = {
    _key(spelling): entry for entry in CELL_TYPES.values() for spelling in (entry.label, *entry.synonyms)
}


def find_label(text: str) -> CellType | None:
    """Return the entry of a label or of one of its synonyms; None where it is unknown.

    Case does not count, nor does white space.
    """
    return _BY_KEY.get(_key(text))


def class_of_system(system: str) -> CellClass | None:
    """Return the class that a `classification_system` states; None for most, which state none."""
    if re.search("non[-_ ]?neur", system, re.IGNORECASE):
        return "non-neuronal"
    if re.search("excit", system, re.IGNORECASE):
        return "excitatory"
    if re.search("inhib", system, re.IGNORECASE):
        return "inhibitory"
    return None


def at_level(label: str, level: Level, system: str | None = None) -> str | None:
    """Say what a label is at a level.

    Parameters
    ----------
    label : str
        As the table spells it.
    level : Level
        `neuron` gives one of `NEURON_CALLS`, `class` one of `CLASSES`, `subclass` one of `SUBCLASSES`,
        `type` the label itself after synonyms.
    system : str, optional
        The row's `classification_system`. Asked only where the label alone has no class: *Unsure* is of
        the class that its system states. Connectivity groups have labels that no list holds; by their
        system they are inhibitory neurons.

    Returns
    -------
    str or None
        None where the label has no counterpart at that level, as an unknown one has none above `type`.

    Raises
    ------
    ValueError
        If there is no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"There is no level {level!r}; levels are {', '.join(LEVELS)}.")
    entry = find_label(label)
    if level == "type":
        return entry.label if entry else label.strip()
    if system is not None and _key(system) == GROUP_SYSTEM:
        # Whatever a group is called, even "BC" or "4P", it is a group and not that subclass.
        return {"neuron": "neuron", "class": "inhibitory"}.get(level)
    if entry is None:
        return None
    if level == "class":
        return entry.cell_class or (class_of_system(system) if system else None)
    return entry.neuron if level == "neuron" else entry.subclass


def is_ambiguous(label: str, level: Level) -> bool:
    """Whether a label's cells are known to be of more than one kind at a level; no where it is unknown."""
    entry = find_label(label)
    return entry is not None and level in entry.ambiguous_at


def colour_of(label: str) -> str:
    """Return the colour of any text as #RRGGBB, always the same for the same text.

    Known labels have theirs; others get a muted one, and those that end in a number (connectivity
    groups) or are one letter get colours that differ from their neighbours' in order.
    """
    entry = find_label(label)
    if entry:
        return entry.colour
    place = _place(label)
    # Steps of the golden angle never come near an earlier one; three lightnesses part what is close in hue.
    hue, lightness = (place * 0.381966) % 1, (0.4, 0.5, 0.6)[place % 3]
    return "#{:02X}{:02X}{:02X}".format(*(round(255 * part) for part in hls_to_rgb(hue, lightness, 0.32)))


def _place(label: str) -> int:
    text = _key(label)
    number = re.search(r"[0-9]+$", text)
    if number:
        return int(number[0])
    return ord(text) if len(text) == 1 else crc32(text.encode())


def ordered(labels: Iterable[str]) -> list[str]:
    """Sort labels for display: by depth and class where known, then unknown ones with 2 before 10.

    Every given text comes back, repeated ones too.
    """
    return sorted(labels, key=_rank)


def _rank(label: str) -> tuple[int, list[tuple[bool, int, str]], str]:
    entry = find_label(label)
    if entry:
        return entry.order, [], label
    parts = re.findall(r"[0-9]+|[^0-9]+", label.strip().casefold())
    natural = [(False, int(part), "") if part[0] in digits else (True, 0, part) for part in parts]
    return _LAST, natural, label
