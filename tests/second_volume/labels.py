"""The labels of a made-up volume, as its file in `data/labels/` would state them."""

from data.labels.entry import CellType

LABELS = (
    CellType(
        label="Pyramid",
        neuron="neuron",
        cell_class="excitatory",
        subclass="Pyramid",
        meaning="Pyramidal cell of any layer",
        synonyms=("Pyr",),
        colour="#7C64DE",
        order=100,
        source="Made up.",
    ),
    CellType(
        label="Smooth",
        neuron="neuron",
        cell_class="inhibitory",
        subclass="Smooth",
        meaning="Interneuron without spines",
        colour="#D68C66",
        order=101,
        source="Made up.",
    ),
)
"""Every label of its tables that is no coarse one."""
