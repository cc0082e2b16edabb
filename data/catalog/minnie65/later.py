"""Tables of labels that came after release 661."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows, Repeated, Training
from data.catalog.minnie65.citations import OVERVIEW
from data.catalog.minnie65.m_types import INHIBITORY
from data.catalog.minnie65.releases import SINCE_795, SINCE_1300
from data.labels.minnie65.multifeature import MULTIFEATURE, MULTIFEATURE_VOCABULARY
from data.labels.minnie65.subclasses import SUBCLASSES

M_TYPES = (
    *("L2a", "L2b", "L2c", "L3a", "L3b", "L4a", "L4b", "L4c", "L5a", "L5b", "L5ET", "L5NP"),
    *("L6short-a", "L6short-b", "L6tall-a", "L6tall-b", "L6tall-c"),
)
SYSTEM_661 = "The class: excitatory_neuron, inhibitory_neuron or nonneuron."
LIVING = (
    "It is a living table: each release holds the changes made until then. The pages of releases 1822 and "
    "1926 do not list it, so only 1718 is known to hold it."
)

TABLES = (
    Table(
        name="allen_column_mtypes_v2",
        title="Column M-types v2",
        family="m_types",
        kind="labels",
        method="clustering",
        level="m-type",
        classification="Documented as the class; the rows say aibs_coarse_excitatory or …_inhibitory.",
        vocabulary=(*M_TYPES, "L6wm", *INHIBITORY),
        expected_rows=ExpectedRows(low=1_351, high=1_352, source="copies of its rows at release 795"),
        releases=SINCE_795,
        systems=("aibs_coarse_excitatory", "aibs_coarse_inhibitory"),
        of_column=True,
        as_successor="the paper's clustering of the same column, by the names of the second vocabulary",
        labels_what="Neurons of the V1 column, clustered by shape; the paper's names",
        about=(
            "The clustering of the V1 column as the paper of 2025 names it: L6short and L6tall where the "
            "first table has L6a, L6b, L6c and L6CT, L2c, and no L3c. A name that only one of the two tables "
            "has does not mean that the cell changed."
        ),
        citations=("schneider_mizell", "microns"),
    ),
    Table(
        name="aibs_metamodel_mtypes_v661_v2",
        title="Predicted M-types v2",
        family="m_types",
        kind="labels",
        method="classifier",
        level="m-type",
        classification="The class: excitatory or inhibitory.",
        vocabulary=(*M_TYPES, *INHIBITORY),
        expected_rows=ExpectedRows(low=72_158, high=72_158, source=OVERVIEW),
        releases=SINCE_795,
        trained_on=Training(
            tables=("allen_column_mtypes_v2",), standing="inferred", source="the names are the column's"
        ),
        as_successor=(
            "predicted M-types of excitatory and of inhibitory cells, 72,158 rows, by the names of the "
            "second vocabulary"
        ),
        labels_what="Neurons of the whole volume, by predicted M-type; the paper's names",
        about=(
            "M-types predicted for excitatory and inhibitory cells, on features of the segmentation of 661; "
            "it came with release 795, in spite of its name. The manual still prints the names of the first "
            "vocabulary for it; the rows hold those of the second, without L6wm. Some nuclei occur in it "
            "twice."
        ),
        citations=("schneider_mizell", "elabbady", "microns"),
    ),
    Table(
        name="aibs_metamodel_mtypes_v661_v2_corrections",
        title="M-types, corrections",
        family="m_types",
        kind="labels",
        method="manual",
        level="m-type",
        classification="The class.",
        vocabulary=(*M_TYPES, "L6wm", *INHIBITORY),
        releases=(1718,),
        labels_what="Nuclei whose predicted M-type was corrected",
        about=f"Only the nuclei whose label was changed, with the new label. {LIVING}",
        citations=("schneider_mizell", "microns"),
    ),
    Table(
        name="aibs_metamodel_celltypes_v661",
        title="Metamodel, features of 661",
        family="soma_nucleus",
        kind="labels",
        method="classifier",
        level="subclass",
        classification=SYSTEM_661,
        vocabulary=SUBCLASSES,
        expected_rows=ExpectedRows(low=94_014, high=94_014, source=OVERVIEW),
        releases=SINCE_795,
        trained_on=Training(
            tables=("allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"),
            standing="stated",
            source="Elabbady et al. 2025",
        ),
        as_successor="the same kind of model on features of the segmentation of 661, 94,014 rows",
        labels_what="Neurons and non-neurons of the whole volume, by soma and nucleus",
        about=(
            "The metamodel run again on features of the segmentation of 661; it came with release 795, in "
            "spite of its name. It learned from the manual labels of the V1 column like the one before, so "
            "it cannot measure how right that one is; it too takes some inhibitory cells of layer 5 for "
            "excitatory ones."
        ),
        citations=("elabbady", "microns"),
    ),
    Table(
        name="aibs_metamodel_celltypes_v661_corrections",
        title="Metamodel, corrections",
        family="soma_nucleus",
        kind="labels",
        method="manual",
        level="subclass",
        classification=SYSTEM_661,
        vocabulary=SUBCLASSES,
        releases=(1718,),
        labels_what="Nuclei whose label by the metamodel was corrected",
        about=f"Only the nuclei whose label was changed, with the new label. {LIVING}",
        citations=("elabbady", "microns"),
    ),
    Table(
        name="cell_type_multifeature_combo",
        title="Multifeature types",
        family="soma_nucleus",
        kind="labels",
        method="classifier",
        level="subclass",
        classification="The class: excitatory_neuron or inhibitory_neuron, and by the manual also nonneuron.",
        vocabulary=MULTIFEATURE_VOCABULARY,
        releases=(1718, 1822, 1926),
        mark=MULTIFEATURE,
        trained_on=Training(
            tables=(),
            standing="unknown",
            source="the manual names features of dendrite, soma and spines and “characteristic proofread "
            "exemplars”, and no table of labels",
        ),
        labels_what="Neurons of the whole volume, by dendrite, soma and spines",
        about=(
            "A hierarchical classifier of dendrite, soma and spines; near the borders of the volume a cell "
            "has the label of its 20 nearest neighbours in simpler features. Its words are its own: DTC, "
            "ITC, MC, NGC, L5ET, L5NP and L6CT are defined otherwise than in other tables; these, and PV, "
            "ChC and L1, bear the mark “(multifeature)” here. The manual's page exchanges the descriptions "
            "of L6CT and L6IT; they are read by their names. An inventory of CAVE gives its positions at 1 "
            "× 1 × 1 nm."
        ),
        citations=("microns",),
    ),
    Table(
        name="aibs_cell_info",
        title="AIBS cell info",
        family="soma_nucleus",
        kind="labels",
        view=True,
        method="classifier",
        reference=None,
        level="subclass",
        classification="The view's broad_type: the class, as its makers chose it.",
        expected_rows=ExpectedRows(low=144_120, high=144_120, source="rows of its file at release 1507"),
        releases=SINCE_1300,
        archived=(1412, 1507),
        of_every_nucleus=True,
        renamed=(("broad_type", "classification_system"), ("nuc_volume", "volume")),
        own_columns=(
            *((name, "word") for name in ("broad_type_source", "cell_type_source", "mtype", "mtype_source")),
            *((name, "word") for name in ("visual_area", "dendrite_cleaned", "axon_cleaned")),
            *((name, "word") for name in ("dendrite_strategy", "axon_strategy")),
        ),
        repeats=(
            Repeated("classification_system", "broad_type_source", "class", "class"),
            Repeated("cell_type", "cell_type_source", "cell type", "type"),
            Repeated("mtype", "mtype_source", "M-type", "type"),
        ),
        labels_what="Every nucleus, with the makers' choice among the tables",
        about=(
            "A view, not a table: one row for each nucleus with class, cell type and M-type, the table that "
            "each came from, the area, and how far the cell was proofread. It repeats labels of other "
            "tables by an order of its makers, so it is not a further opinion. Many nuclei have no cell type "
            "in it."
        ),
        citations=("microns",),
    ),
    Table(
        name="gamlin_2023_mcs",
        title="Martinotti cells (Gamlin)",
        family="manual_types",
        kind="labels",
        method="manual",
        level="subclass",
        classification="Always allen_cortex_inhibitory.",
        vocabulary=("Martinotti",),
        releases=SINCE_1300,
        systems=("allen_cortex_inhibitory",),
        labels_what="Martinotti cells, selected by hand",
        about=(
            "The Martinotti cells that Gamlin et al. 2025 selected by hand. Martinotti means the shape here, "
            "while MC in other tables stands for all cells taken to be somatostatin cells."
        ),
        citations=("gamlin", "microns"),
    ),
    Table(
        name="bodor_pt_target_proofread",
        title="L5-ET targets (Bodor)",
        family="manual_types",
        kind="labels",
        method="manual",
        reference="nucleus_neuron_svm",
        level="subclass",
        classification="Always proofread_inhib_target.",
        vocabulary=("BC", "MC"),
        releases=SINCE_795,
        systems=("proofread_inhib_target",),
        labels_what="Proofread interneurons that layer 5 ET cells contact most",
        about=(
            "Basket and Martinotti cells that receive many synapses of the cells in bodor_pt_cells, "
            "proofread for Bodor et al. 2023. It refers to nucleus_neuron_svm, whose IDs are those of the "
            "nuclei."
        ),
        citations=("bodor", "microns"),
    ),
    Table(
        name="allen_minnie_extra_types",
        title="Extra manual types",
        family="manual_types",
        kind="labels",
        method="manual",
        reference=None,
        level="subclass",
        classification="The class: aibs_coarse_neuronal, aibs_coarse_excitatory or aibs_coarse_inhibitory.",
        releases=(795,),
        withdrawn=True,
        by_point=True,
        systems=("aibs_coarse_neuronal", "aibs_coarse_excitatory", "aibs_coarse_inhibitory"),
        labels_what="Neurons outside the V1 column, named by hand",
        about=(
            "Cells outside the column that the Allen Institute named by hand for several papers; a working "
            "table that only release 795 holds. Its labels are listed nowhere. A row gives a point, not a "
            "nucleus: the nucleus is the one whose centre lies there."
        ),
        citations=("elabbady", "schneider_mizell", "microns"),
    ),
    Table(
        name="proofread_v1_column_membership",
        title="Proofread V1 column",
        family="nuclei",
        kind="labels",
        method="manual",
        level="neuron",
        classification="The part of the column: core_column or expanded_column.",
        vocabulary=("neuron", "nonneuron"),
        expected_rows=ExpectedRows(low=1_778, high=1_778, source="MICrONS tutorial, page of release 1926"),
        releases=(1926,),
        systems=("core_column", "expanded_column"),
        of_column=True,
        labels_what="Proofread cells of the V1 column, neuron or not",
        about=(
            "Cells of the column of 100 µm named by hand (core_column, 1,564) and of its expansion by 100 µm "
            "(expanded_column, 214), all proofread at least until clean; 1,571 are neurons and 207 are not."
        ),
        citations=("microns",),
    ),
)
