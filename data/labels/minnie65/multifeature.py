"""Labels of tables that came after release 661, in the words of one table each.

The multifeature table uses words that other tables, or readers' own, use in another sense: its `DTC` is read
as `DTC (multifeature)`, so that the two never meet as one label. A subclass is given where the description
names its layer and projection, or its kind of cell, and nowhere else.
"""

from data.labels.entry import CellClass, CellType, Level

MULTIFEATURE = "multifeature"
"""The mark of these labels, where a word has another meaning elsewhere."""
TABLE = "cell_type_multifeature_combo"
_DESCRIBED = f"By the description of {TABLE}; no counts are known."
_EXCHANGED = (
    "By its name: the manual's page exchanges the descriptions of L6CT and L6IT. No counts are known."
)
_SHARED = {"L5ET", "L5NP", "L6CT", "MC", "DTC", "ITC", "NGC", "PV", "ChC", "L1"}
"""Words that other tables, or readers' own, use in another sense: L1 is also a layer, PV a marker."""
_AMBIGUOUS: dict[str, frozenset[Level]] = {"PV": frozenset({"subclass"})}

_EXCITATORY = (
    ("L2IT", "23P", "Intratelencephalic cell of layer 2", "#8A6BE0"),
    ("L3IT", "23P", "Intratelencephalic cell of layer 3", "#5F5CC0"),
    ("L4IT", "4P", "Intratelencephalic cell of layer 4", "#6B93C9"),
    ("L5IT", "5P-IT", "Intratelencephalic cell of layer 5", "#5FB0D6"),
    ("L5ET", "5P-ET", "Extratelencephalic cell of layer 5, by several features", "#69B97A"),
    ("L5NP", "5P-NP", "Near-projecting cell of layer 5, by several features", "#5DB8A6"),
    ("L6IT", "6P-IT", "Intratelencephalic cell of layer 6", "#A9AB5C"),
    ("L6CT", "6P-CT", "Corticothalamic cell of layer 6, by several features", "#3F8A2C"),
)
_INHIBITORY = (
    ("PV", "BC", "Cluster of parvalbumin cells, almost all of them basket cells", "#C97A4E"),
    ("ChC", None, "Chandelier cell", "#E0955A"),
    ("AltBasket", None, "Basket cell that clusters with VIP and Sncg cells", "#A86A2E"),
    ("MC", "MC", "Martinotti cell with an arbor in layer 1", "#C85BAA"),
    ("NMC", None, "Dense cell that targets dendrites and is not a Martinotti cell", "#A8489A"),
    ("DTC", None, "Targets dendrites, clusters with Martinotti cells, mostly in layer 6", "#B03A5B"),
    ("AltDTC", None, "Targets dendrites, clusters apart from somatostatin cells", "#8F3F4F"),
    ("ITC", None, "Targets interneurons, mostly putative somatostatin cells", "#D1606F"),
    ("ITCperi", None, "Targets interneurons, mostly basket cells", "#E08A9A"),
    ("L1", None, "Cells of layer 1 of several kinds, mostly not neurogliaform", "#9A6BC0"),
    ("NGC", "NGC", "Neurogliaform cell of any layer", "#B07CE0"),
)
"""Word, subclass, meaning, colour: excitatory cool, inhibitory warm, as in the subclasses' own."""


def _labels(
    cell_class: CellClass, first: int, rows: tuple[tuple[str, str | None, str, str], ...]
) -> tuple[CellType, ...]:
    return tuple(
        CellType(
            label=f"{word} ({MULTIFEATURE})" if word in _SHARED else word,
            neuron="neuron",
            cell_class=cell_class,
            subclass=subclass,
            meaning=meaning,
            ambiguous_at=_AMBIGUOUS.get(word, frozenset()),
            colour=colour,
            order=order,
            source=_EXCHANGED if word.startswith("L6") else _DESCRIBED,
            table=TABLE,
        )
        for order, (word, subclass, meaning, colour) in enumerate(rows, first)
    )


_MULTIFEATURE = (*_labels("excitatory", 150, _EXCITATORY), *_labels("inhibitory", 160, _INHIBITORY))

_GAMLIN = CellType(
    label="Martinotti",
    neuron="neuron",
    cell_class="inhibitory",
    subclass="MC",
    meaning="Martinotti cell, selected by hand for its shape",
    colour="#B84FA0",
    order=172,
    source="The subclass MC holds all cells taken for somatostatin cells, the Martinotti cells among them.",
    table="gamlin_2023_mcs",
)

MULTIFEATURE_VOCABULARY = tuple(entry.label for entry in _MULTIFEATURE)
"""The 19 labels of the table, as they are shown."""

LATER_LABELS: tuple[CellType, ...] = (*_MULTIFEATURE, _GAMLIN)
"""Every label of later tables that no table of release 661 has."""
