"""Subclass labels (manual, metamodel, Baylor fine).

Colours start from the subclass palette of Elabbady et al. 2025: excitatory cool, inhibitory warm,
non-neuronal green to brown. Eight were shifted so that neighbours in depth order differ by 8 CIEDE2000
under deuteranopia and protanopia, and all have 2:1 contrast to white and near-black:
23P, 4P, 5P-ET, 5P-NP, 6P-IT (it was yellow), 6P-CT, microglia and pericyte.
"""

from data.labels.entry import CellClass, CellType, Level

SUBCLASSES: tuple[str, ...] = (
    *("23P", "4P", "5P-IT", "5P-ET", "5P-NP", "6P-IT", "6P-CT"),
    *("BC", "MC", "BPC", "NGC"),
    *("astrocyte", "oligo", "OPC", "microglia", "pericyte"),
)
"""The canonical subclasses in display order: excitatory by depth, inhibitory, non-neuronal."""

_ELABBADY = "The subclass itself, as in Elabbady et al. 2025."
_MANUAL = "Documented class of the manual labels of the V1 column; no subclass fits."
_SUBCLASS: frozenset[Level] = frozenset({"subclass"})


def _subclass(
    label: str, cell_class: CellClass, meaning: str, colour: str, order: int, *synonyms: str
) -> CellType:
    return CellType(
        label=label,
        neuron="non-neuron" if cell_class == "non-neuronal" else "neuron",
        cell_class=cell_class,
        subclass=label,
        meaning=meaning,
        synonyms=synonyms,
        colour=colour,
        order=order,
        source=_ELABBADY,
    )


_EXCITATORY = (
    _subclass("23P", "excitatory", "Pyramidal cell of layer 2/3", "#7C64DE", 100),
    _subclass("4P", "excitatory", "Pyramidal cell of layer 4", "#7088C6", 101),
    _subclass("5P-IT", "excitatory", "Intratelencephalic cell of layer 5", "#77BCDE", 102),
    # The manual and Baylor tables write PT (pyramidal tract), the metamodel ET. Baylor's network was trained
    # on the manual labels, so both are one subclass.
    _subclass("5P-ET", "excitatory", "Extratelencephalic cell of layer 5", "#77C887", 103, "5P-PT"),
    _subclass("5P-NP", "excitatory", "Near-projecting cell of layer 5", "#70C6B3", 104),
    _subclass("6P-IT", "excitatory", "Intratelencephalic cell of layer 6", "#B8BA71", 105),
    _subclass("6P-CT", "excitatory", "Corticothalamic cell of layer 6", "#4E9A38", 106),
)

_INHIBITORY = (
    _subclass("BC", "inhibitory", "Basket cell", "#D68C66", 120),
    _subclass("MC", "inhibitory", "Martinotti cell: all taken for somatostatin cells", "#D36BBA", 121),
    _subclass("BPC", "inhibitory", "Bipolar cell: all taken for VIP cells", "#D3697C", 122),
    _subclass("NGC", "inhibitory", "Neurogliaform cell", "#BC6BDB", 123),
)

_NON_NEURONAL = (
    _subclass("astrocyte", "non-neuronal", "Astrocyte", "#009245", 130),
    _subclass("oligo", "non-neuronal", "Oligodendrocyte", "#8CC63F", 131, "oligodendrocyte"),
    _subclass("OPC", "non-neuronal", "Oligodendrocyte precursor cell", "#998675", 132),
    _subclass("microglia", "non-neuronal", "Microglial cell", "#076B3D", 133),
    _subclass("pericyte", "non-neuronal", "Pericyte, a cell of the blood vessels", "#71471A", 134),
)

_MANUAL_ONLY = (
    CellType(
        label="6P-U",
        neuron="neuron",
        cell_class="excitatory",
        subclass=None,
        meaning="Pyramidal cell of layer 6, IT or CT undecided",
        ambiguous_at=_SUBCLASS,
        colour="#A3A88A",
        order=110,
        source=_MANUAL,
    ),
    CellType(
        label="WM-P",
        neuron="neuron",
        cell_class="excitatory",
        subclass=None,
        meaning="Pyramidal cell at the border of the white matter",
        colour="#3E86A6",
        order=111,
        source=_MANUAL,
    ),
    CellType(
        label="Unsure E",
        neuron="neuron",
        cell_class="excitatory",
        subclass=None,
        meaning="Excitatory, subclass not clear",
        colour="#8F9BB3",
        order=112,
        source=_MANUAL,
    ),
    CellType(
        label="Unsure I",
        neuron="neuron",
        cell_class="inhibitory",
        subclass=None,
        meaning="Inhibitory, subclass not clear",
        colour="#A58296",
        order=124,
        source=_MANUAL,
    ),
    CellType(
        label="Unsure",
        neuron="neuron",
        cell_class=None,
        subclass=None,
        meaning="Unsure: likely inhibitory, matched no other type",
        ambiguous_at=frozenset({"class"}),
        colour="#7A7A7A",
        order=125,
        source=(
            "Five cells at the white matter: the manual calls Unsure likely inhibitory, Baylor coarse "
            "takes three for excitatory. Their class is what their classification_system states."
        ),
    ),
)

SUBCLASS_LABELS: tuple[CellType, ...] = (*_EXCITATORY, *_INHIBITORY, *_NON_NEURONAL, *_MANUAL_ONLY)
"""Every label that is not an M-type."""
