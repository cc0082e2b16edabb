"""Labels as other tables and papers spell them, with what each means among the known labels.

What is certain says the same in other words: `L2/3 IT`, `l23p`, `Layer 2/3 pyramidal`, `oligodendrocytes`.
What is not is offered to the reader and never taken: a marker gene such as `Sst` is only mostly one subclass.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from data.labels.crosswalk import CELL_TYPES, find_label, folded
from data.labels.entry import CellType

Certainty = Literal["exact", "synonym", "spelling", "likely", "unknown"]
LAYER_CELL = re.compile(
    r"(?:l|layer)? ?(?P<layer>2[ /]?3|4|5|6)(?P<p> ?p(?:y?c|yr|yramidal)?)?"
    r" ?(?P<target>it|et|pt|np|ct)?(?P<p2> ?pyramidal)?"
)
"""A cell of a layer: `l2/3 it`, `23p`, `layer 5 pt`, `l5 pyramidal it`."""
PLURALS = re.compile(r"\b(cell|neuron|type)s?\b")
WORDS = {
    "exc": "excitatory", "excit": "excitatory", "glutamatergic": "excitatory",
    "inh": "inhibitory", "inhib": "inhibitory", "gabaergic": "inhibitory", "interneuron": "inhibitory",
    "glia": "non-neuronal", "glial": "non-neuronal", "nonneuronal": "non-neuronal",
    "basket": "BC", "martinotti": "MC", "bipolar": "BPC", "neurogliaform": "NGC", "ngf": "NGC",
    "astro": "astrocyte", "oligodendrocyte precursor": "OPC", "oligodendrocyte progenitor": "OPC",
    "oligodendrocyte": "oligo", "micro": "microglia", "microglial": "microglia",
}  # fmt: skip
"""Certain: other words for a label, without “cell” or “neuron” and in the singular."""
LIKELY = {
    "pv": "BC",
    "pvalb": "BC",
    "parvalbumin": "BC",
    "sst": "MC",
    "somatostatin": "MC",
    "vip": "BPC",
    "lamp5": "NGC",
}
"""Marker genes, whose cells are mostly of one subclass."""


@dataclass(frozen=True)
class Offer:
    """What a label may mean.

    Attributes
    ----------
    label : str
        As the reader's table spells it.
    means : str
        A known label; "" where that is unknown.
    how : Certainty
        `exact`, `synonym` and `spelling` are certain; `likely` is for the reader to decide.
    """

    label: str
    means: str
    how: Certainty

    @property
    def certain(self) -> bool:
        """Whether it may be taken without asking."""
        return self.how in ("exact", "synonym", "spelling")

    @property
    def entry(self) -> CellType | None:
        """The class, subclass and level of what it may mean."""
        return CELL_TYPES.get(self.means)


def offer(label: str) -> Offer:
    """What a label may mean, and how certain that is."""
    if (entry := find_label(label)) and not entry.table:
        return Offer(label, entry.label, "exact" if entry.label == label.strip() else "synonym")
    words = _words(label)
    means = WORDS.get(words) or WORDS.get(words.removesuffix("s")) or _of_layer(words)
    known = find_label(means or words) or find_label(words.removesuffix("s"))
    if known and not known.table:
        return Offer(label, known.label, "spelling")
    likely = LIKELY.get(words.replace("+", "").strip())
    return Offer(label, likely, "likely") if likely in CELL_TYPES else Offer(label, "", "unknown")


def known_meanings(name: str) -> list[CellType]:
    """The known labels that a name may mean, the plainest first; none where the name is unknown.

    A word that one table means in a sense of its own, such as the multifeature table's `DTC`, has several
    known_meanings; with the mark that tells them apart, `DTC (multifeature)`, it has one.
    """
    entry = find_label(name) or (offer(name).entry if offer(name).certain else None)
    spelled = {folded(word) for word in ((entry.label, *entry.synonyms) if entry else (name,))}
    marked = [
        other
        for other in CELL_TYPES.values()
        if other.table and folded(other.label.partition(" (")[0]) in spelled
    ]
    return list(dict.fromkeys([*([entry] if entry else []), *marked]))


def _words(label: str) -> str:
    """A label in small letters, without punctuation, invisible marks, “cell” and “neuron”."""
    seen = "".join(mark for mark in label if mark.isprintable() or mark.isspace())
    text = unicodedata.normalize("NFKC", seen).casefold()
    text = re.sub(r"[\s_.,;:()\[\]-]+", " ", text)
    return re.sub(r"\s+", " ", PLURALS.sub(" ", text)).strip()


def _of_layer(words: str) -> str:
    """The pyramidal cell of a layer that words name; "" where they name none, or only the layer."""
    found = LAYER_CELL.fullmatch(words)
    if not found or not (found["p"] or found["target"] or found["p2"]):
        return ""
    layer, target = re.sub(r"\D", "", found["layer"]), (found["target"] or "").upper()
    whole = f"{layer}P-{target}" if target else f"{layer}P"
    # All pyramidal cells of layers 2 to 4 are intratelencephalic.
    return f"{layer}P" if target == "IT" and find_label(f"{layer}P") else whole
