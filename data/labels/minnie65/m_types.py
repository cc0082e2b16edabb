"""M-types, of both vocabularies: the first (release 661) and the one of the paper (release 795 on).

An M-type is a cluster, not a subclass; the subclass given is that of most of its cells in the manual table.
Most counts are from the later clustering of the V1 column (allen_column_mtypes_v2, 1,351 cells); names of the
first vocabulary alone rest on their description.

Colours are those of C. Schneider-Mizell's palette of cell types. Those with less than 2:1 contrast to white
or near-black (L2b, L2c, L3b, L4c, L6tall-a, PTC, DTC) or close to another (STC to L3a, ITC to L5ET) were
shifted slightly. L3c, L6a, L6b, L6c and L6CT are not in it: they have colours near their later counterparts'.
"""

from data.labels.entry import CellClass, CellType, Level

FIRST_ONLY = frozenset({"L3c", "L6a", "L6b", "L6c", "L6CT"})
"""M-types only in the first vocabulary: the preprint's (January 2023), as listed by the manual."""
SECOND_ONLY = frozenset({"L2c", "L6short-a", "L6short-b", "L6tall-a", "L6tall-b", "L6tall-c"})
"""M-types only in the second vocabulary: the paper's (2025), as found in later tables."""

LEARNT_FROM = "allen_v1_column_types_slanted_ref"
COUNTED = {
    "L2a": (57, 57), "L2b": (66, 66), "L2c": (73, 73), "L3a": (74, 74), "L3b": (65, 97),
    "L4a": (62, 66), "L4b": (116, 152), "L4c": (56, 81), "L5a": (28, 30), "L5b": (43, 44),
    "L5ET": (35, 39), "L5NP": (10, 10), "L6short-a": (54, 69), "L6short-b": (49, 56),
    "L6tall-a": (60, 81), "L6tall-b": (36, 62),
    "PTC": (58, 58), "DTC": (41, 54), "STC": (16, 22), "ITC": (29, 29),
}  # fmt: skip
"""Cells of each cluster of the V1 column with the subclass by hand, of all its cells.

Source: `LEARNT_FROM` beside allen_column_mtypes_v2 at release 795.
"""

_FIRST = "Described as {} in the first vocabulary; no counts."
_AMBIGUOUS: frozenset[Level] = frozenset({"subclass"})


def _m_type(
    label: str,
    subclass: str | None,
    colour: str,
    order: int,
    source: str,
    *,
    meaning: str = "",
    ambiguous: bool = False,
    cell_class: CellClass = "excitatory",
    synonyms: tuple[str, ...] = (),
) -> CellType:
    layer = label[1:2]
    return CellType(
        label=label,
        neuron="neuron",
        cell_class=cell_class,
        subclass=subclass,
        meaning=meaning or f"Excitatory cluster {label[2:]} of layer {layer}",
        synonyms=synonyms,
        ambiguous_at=_AMBIGUOUS if ambiguous else frozenset(),
        colour=colour,
        order=order,
        source=source,
        counted=COUNTED.get(label),
        learnt_from=LEARNT_FROM if label in COUNTED else "",
        standing="first only" if label in FIRST_ONLY else "second only" if label in SECOND_ONLY else "both",
    )


_UPPER = (
    _m_type("L2a", "23P", "#74950D", 200, "All 57 cells are 23P by hand."),
    _m_type("L2b", "23P", "#31D120", 201, "All 66 cells are 23P by hand."),
    _m_type("L2c", "23P", "#00D080", 202, "All 73 cells are 23P by hand."),
    _m_type("L3a", "23P", "#AA8701", 203, "All 74 cells are 23P by hand."),
    _m_type("L3b", "23P", "#CFB439", 204, "By hand 65 cells are 23P and 32 are 4P.", ambiguous=True),
    _m_type("L3c", "23P", "#C4A070", 205, _FIRST.format("a cluster of layer 2/3")),
    _m_type("L4a", "4P", "#00669B", 206, "By hand 62 of 66 cells are 4P."),
    _m_type("L4b", "4P", "#2198F7", 207, "By hand 116 of 152 cells are 4P, 25 are 5P-IT.", ambiguous=True),
    _m_type("L4c", "4P", "#9DB6EB", 208, "By hand 56 of 81 cells are 4P, 22 are 5P-IT.", ambiguous=True),
)

_DEEP = (
    _m_type("L5a", "5P-IT", "#6432C5", 220, "By hand 28 of 30 cells are 5P-IT."),
    _m_type("L5b", "5P-IT", "#B092FF", 221, "By hand 43 of 44 cells are 5P-IT."),
    _m_type(
        "L5ET",
        "5P-ET",
        "#017205",
        222,
        "By hand 35 of 39 cells are 5P-PT.",
        meaning="Extratelencephalic cluster of layer 5",
    ),
    _m_type(
        "L5NP",
        "5P-NP",
        "#EE0896",
        223,
        "All 10 cells are 5P-NP by hand.",
        meaning="Near-projecting cluster of layer 5",
    ),
    _m_type("L6a", "6P-IT", "#AD4AB0", 230, _FIRST.format("intratelencephalic (not layer 6b)")),
    _m_type("L6b", "6P-IT", "#D79BE8", 231, _FIRST.format("intratelencephalic (not layer 6b)")),
    _m_type("L6c", None, "#E8985C", 232, _FIRST.format("undecided, IT or CT,"), ambiguous=True),
    _m_type(
        "L6CT",
        "6P-CT",
        "#B01335",
        233,
        _FIRST.format("corticothalamic"),
        meaning="Corticothalamic cluster of layer 6",
    ),
    _m_type("L6short-a", "6P-IT", "#92099D", 234, "By hand 54 of 69 cells are 6P-IT, 9 are 5P-IT."),
    _m_type("L6short-b", "6P-IT", "#F574FB", 235, "By hand 49 of 56 cells are 6P-IT."),
    _m_type(
        "L6tall-a", "6P-CT", "#891A3B", 236, "By hand 60 of 81 cells are 6P-CT, 13 are 6P-IT.", ambiguous=True
    ),
    _m_type(
        "L6tall-b", "6P-CT", "#D31920", 237, "By hand 36 of 62 cells are 6P-CT, 20 are 6P-IT.", ambiguous=True
    ),
    _m_type(
        "L6tall-c",
        None,
        "#FF7B33",
        238,
        "By hand 48 cells are 6P-IT and 46 are 6P-CT, of 105.",
        ambiguous=True,
    ),
    _m_type(
        "L6wm",
        None,
        "#BB35FE",
        239,
        "By hand 18 of 26 cells are WM-P, which is not a subclass; 8 are 6P-IT.",
        meaning="Excitatory cluster at the border of the white matter",
    ),
)

_INHIBITORY = (
    _m_type(
        "PTC",
        "BC",
        "#3A38A2",
        250,
        "All 58 cells are BC by hand.",
        meaning="Perisomatic-targeting cell",
        cell_class="inhibitory",
        synonyms=("PeriTC",),
    ),
    _m_type(
        "DTC",
        "MC",
        "#921205",
        251,
        "By hand 41 of 54 cells are MC, 10 are Unsure I.",
        meaning="Distal-dendrite-targeting cell",
        ambiguous=True,
        cell_class="inhibitory",
        synonyms=("DistTC",),
    ),
    _m_type(
        "STC",
        "NGC",
        "#C67F12",
        252,
        "By hand 16 of 22 cells are NGC, 3 are Unsure I.",
        meaning="Sparsely targeting cell",
        ambiguous=True,
        cell_class="inhibitory",
        synonyms=("SparTC",),
    ),
    _m_type(
        "ITC",
        "BPC",
        "#2E9138",
        253,
        "All 29 cells are BPC by hand.",
        meaning="Inhibitory-targeting cell",
        cell_class="inhibitory",
        synonyms=("InhTC",),
    ),
)

M_TYPES: tuple[CellType, ...] = (*_UPPER, *_DEEP, *_INHIBITORY)
"""Every M-type of both vocabularies, in display order."""
