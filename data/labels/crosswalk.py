"""Look-up of labels by any spelling, and the crosswalk between levels.

The entries are the coarse ones and those of the module named for the volume in use. An unknown label is shown
as itself, has no class or subclass, and is never guessed.
"""

import re
from collections.abc import Iterable
from colorsys import hls_to_rgb
from importlib import import_module
from string import digits
from zlib import crc32

from data.labels.coarse import COARSE
from data.labels.entry import CellClass, CellType, Level
from data.volume import VOLUME

LEVELS: tuple[Level, ...] = ("neuron", "class", "subclass", "type")
"""From coarse to fine; `type` is the label itself, after synonyms."""

_LABELS: tuple[CellType, ...] = import_module(f"data.labels.{VOLUME.name}").LABELS

CELL_TYPES: dict[str, CellType] = {
    entry.label: entry for entry in sorted((*COARSE, *_LABELS), key=lambda entry: entry.order)
}
"""Every known label by its canonical spelling, in display order."""

_LAST = 1 + max(entry.order for entry in CELL_TYPES.values())

GROUP_SYSTEM = "connectivity_group"


def folded(text: str) -> str:
    """A name without its case and all white space, as names are compared."""
    return "".join(text.split()).casefold()


_BY_KEY: dict[str, CellType] = {
    folded(spelling): entry for entry in CELL_TYPES.values() for spelling in (entry.label, *entry.synonyms)
}


def find_label(text: str) -> CellType | None:
    """The entry of a label or synonym; None where it is unknown.

    Case and white space are ignored.
    """
    return _BY_KEY.get(folded(text))


def class_of_system(system: str) -> CellClass | None:
    """The class that a `classification_system` states; None for most, which state none."""
    if re.search("non[-_ ]?neur", system, re.IGNORECASE):
        return "non-neuronal"
    if re.search("excit", system, re.IGNORECASE):
        return "excitatory"
    if re.search("inhib", system, re.IGNORECASE):
        return "inhibitory"
    return None


def at_level(label: str, level: Level, system: str | None = None) -> str | None:
    """Map a label to a level.

    Parameters
    ----------
    label : str
        As the table spells it.
    level : Level
        `neuron` gives a `NeuronCall`, `class` one of `CLASSES`, `subclass` a subclass of the volume,
        `type` the label itself after synonyms.
    system : str, optional
        The row's `classification_system`, used where the label alone has no class: *Unsure* has the class
        that its system states. Connectivity groups have no known labels; their system makes them inhibitory
        neurons.

    Returns
    -------
    str or None
        None where the label has no counterpart at that level; an unknown label has none above `type`.

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
    if system is not None and folded(system) == GROUP_SYSTEM:
        # A group called "BC" or "4P" is still a group, not that subclass.
        return {"neuron": "neuron", "class": "inhibitory"}.get(level)
    if entry is None:
        return None
    if level == "class":
        return entry.cell_class or (class_of_system(system) if system else None)
    return entry.neuron if level == "neuron" else entry.subclass


def is_ambiguous(label: str, level: Level) -> bool:
    """Whether a label's cells are known to be of several kinds at a level; False for unknown labels."""
    entry = find_label(label)
    return entry is not None and level in entry.ambiguous_at


def colour_of(label: str) -> str:
    """The colour of a text as #RRGGBB, always the same for the same text.

    Known labels have their own; others get a muted one. Single letters, and texts that end in a number
    (connectivity groups), get colours that differ from those of their neighbours in order.
    """
    entry = find_label(label)
    if entry:
        return entry.colour
    number = _number(label)
    # Golden-angle steps keep hues apart; three lightnesses separate those that are close.
    hue, lightness = (number * 0.381966) % 1, (0.4, 0.5, 0.6)[number % 3]
    return "#{:02X}{:02X}{:02X}".format(*(round(255 * part) for part in hls_to_rgb(hue, lightness, 0.32)))


def _number(label: str) -> int:
    text = folded(label)
    if ending := re.search(r"[0-9]+$", text):
        return int(ending[0])
    return ord(text) if len(text) == 1 else crc32(text.encode())


def ordered(labels: Iterable[str]) -> list[str]:
    """Sort labels for display: known ones by depth and class, then unknown ones with 2 before 10.

    Repeated labels are kept.
    """
    return sorted(labels, key=_rank)


def _rank(label: str) -> tuple[int, list[tuple[bool, int, str]], str]:
    entry = find_label(label)
    if entry:
        return entry.order, [], label
    parts = re.findall(r"[0-9]+|[^0-9]+", label.strip().casefold())
    natural = [(False, int(part), "") if part[0] in digits else (True, 0, part) for part in parts]
    return _LAST, natural, label
