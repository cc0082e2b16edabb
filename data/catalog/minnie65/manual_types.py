"""Manual labels of the V1 column, on which Baylor fine was trained, and probably the metamodel."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows
from data.catalog.minnie65.citations import OVERVIEW
from data.catalog.minnie65.releases import SINCE_661

TABLES = (
    Table(
        name="allen_v1_column_types_slanted_ref",
        title="Manual neurons",
        family="manual_types",
        kind="labels",
        method="manual",
        level="subclass",
        classification="The class: aibs_coarse_excitatory or aibs_coarse_inhibitory.",
        vocabulary=(
            *("23P", "4P", "5P-IT", "5P-PT", "5P-NP", "6P-IT", "6P-CT", "6P-U", "WM-P", "Unsure E"),
            *("BC", "MC", "BPC", "NGC", "Unsure I", "Unsure"),
        ),
        expected_rows=ExpectedRows(low=1357, high=1357, source=OVERVIEW),
        releases=SINCE_661,
        systems=("aibs_coarse_excitatory", "aibs_coarse_inhibitory"),
        of_column=True,
        queried_by="id",
        labels_what="Neurons of the V1 column, named by experts",
        about=(
            "Experts looked at every nucleus in a column of about 100 × 100 µm through V1, so the rows "
            "say nothing of the other areas. BPC stands for all cells taken to be VIP and MC for all "
            "taken to be somatostatin cells, whatever their shape. The manual lists 5P-ET and one Unsure; "
            "the rows say 5P-PT, and also hold NGC, 6P-U, WM-P, Unsure E and Unsure I. Unsure is there "
            "also the label of likely inhibitory neurons that matched no other type; but the five plain "
            "Unsure cells sit at the white matter, and other tables take some of them for excitatory."
        ),
        citations=("schneider_mizell", "microns"),
    ),
    Table(
        name="aibs_column_nonneuronal_ref",
        title="Manual non-neurons",
        family="manual_types",
        kind="labels",
        method="manual",
        level="subclass",
        classification="Always aibs_coarse_nonneuronal.",
        vocabulary=("astrocyte", "oligo", "OPC", "microglia", "pericyte"),
        expected_rows=ExpectedRows(low=542, high=542, source=OVERVIEW),
        releases=SINCE_661,
        systems=("aibs_coarse_nonneuronal",),
        of_column=True,
        queried_by="id",
        labels_what="Glia and pericytes of the V1 column, named by experts",
        about=(
            "The other half of the hand-labelled column: glia, and pericytes, which belong to the blood "
            "vessels. Of the 2,204 nuclei said to lie in the column the two manual tables name 1,899; most "
            "of the rest are probably detection errors and unclear cells, which the release leaves out."
        ),
        citations=("schneider_mizell", "elabbady", "microns"),
    ),
)
