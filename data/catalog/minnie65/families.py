"""The family pages, in the order of the navigation."""

from data.catalog.entry import FamilyPage

METAMODEL, LATER = "aibs_soma_nuc_metamodel_preds_v117", "aibs_metamodel_celltypes_v661"
FINE, COARSE = "baylor_gnn_cell_type_fine_model_v2", "baylor_log_reg_cell_type_coarse_v1"
SVM = "nucleus_ref_neuron_svm"

FAMILIES = (
    FamilyPage(
        name="manual_types",
        title="Manual types",
        icon="draw",
        question=(
            "What did the experts call the cells of the V1 column? Neurons and non-neurons of a slanting "
            "column through all layers were named by hand; Baylor fine was trained on these names, and the "
            "metamodel probably too."
        ),
        colour="#c4622d",
        partners=(METAMODEL, LATER),
    ),
    FamilyPage(
        name="m_types",
        title="M-types",
        icon="category",
        question=(
            "Which kinds appear when cells are grouped by shape and by targets? The clusters were found in "
            "the V1 column without labels; a model carries the excitatory ones to the whole volume."
        ),
        colour="#8a6fb0",
        partners=("allen_v1_column_types_slanted_ref",),
    ),
    FamilyPage(
        name="soma_nucleus",
        title="Soma–nucleus",
        icon="adjust",
        question=(
            "What do the shape of the soma and of its nucleus say about a cell? One hierarchical model names "
            "neurons and glia alike over the whole volume, so it covers more nuclei than any other table of "
            "types."
        ),
        colour="#2f7f8f",
        partners=(FINE,),
    ),
    FamilyPage(
        name="baylor",
        title="Baylor",
        icon="account_tree",
        question=(
            "What does a neuron's dendrite say about its type? The coarse model tells excitatory from "
            "inhibitory by properties of the dendrite; the fine model names the subclass from the neuron's "
            "graph, without its depth."
        ),
        colour="#3f6fb0",
        first=FINE,
        partners=(COARSE, FINE),
    ),
    FamilyPage(
        name="coregistration",
        title="Coregistration",
        icon="join_inner",
        question=(
            "Which recorded unit is which nucleus? Units of the two-photon recordings were matched to nuclei "
            "of the volume by hand and by a registration; each match has a residual and a score that say how "
            "sure it is."
        ),
        colour="#b5861c",
        partners=(FINE, METAMODEL, LATER),
    ),
    FamilyPage(
        name="nuclei",
        title="Nuclei",
        icon="grain",
        question=(
            "What was detected, which of it is a neuron, and which segment does it belong to? Every other "
            "table points at these nuclei, so what is odd here is odd everywhere."
        ),
        colour="#6c7580",
        partners=(METAMODEL, LATER, SVM),
    ),
)
