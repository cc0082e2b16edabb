"""Two models of dendrite shape and synapses, made with NEURD."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows, Training
from data.catalog.minnie65.citations import OVERVIEW, RELEASE_PAGE
from data.catalog.minnie65.releases import SINCE_661

MANUAL = ("allen_v1_column_types_slanted_ref",)

FEATURES = (
    (
        "skeleton",
        (
            *("skeletal_length", "skeleton_vector_upstream_theta", "skeleton_vector_upstream_phi"),
            *("skeleton_vector_downstream_theta", "skeleton_vector_downstream_phi"),
        ),
    ),
    ("width", ("width_upstream", "width_no_spine", "width_downstream")),
    (
        "synapses",
        (
            *("n_synapses_post", "n_synapses_pre", "n_synapses_head_postsyn", "n_synapses_neck_postsyn"),
            *("n_synapses_shaft_postsyn", "n_synapses_no_head_postsyn"),
            *("synapse_volume_shaft_postsyn_sum", "synapse_volume_head_postsyn_sum"),
            *("synapse_volume_no_head_postsyn_sum", "synapse_volume_neck_postsyn_sum"),
            "synapse_volume_postsyn_sum",
        ),
    ),
    ("spines", ("n_spines", "spine_volume_sum")),
    ("whole neuron", ("soma_start_angle_max", "max_soma_volume", "n_syn_soma")),
)
"""The 24 features of the graph network by kind (MICrONS tutorial, page of release 661)."""

TABLES = (
    Table(
        name="baylor_log_reg_cell_type_coarse_v1",
        title="Baylor coarse",
        family="baylor",
        kind="labels",
        method="classifier",
        level="class",
        classification="Always baylor_log_reg_cell_type_coarse.",
        vocabulary=("excitatory", "inhibitory"),
        expected_rows=ExpectedRows(low=55_063, high=55_063, source=OVERVIEW),
        releases=SINCE_661,
        trained_on=Training(
            tables=MANUAL,
            standing="unknown",
            source="no document says; the authors' code (NEURD, e_i_model_as_logistic_reg_on_border_df) fits "
            "cells of its own, and whether the published table came from that run is unknown",
        ),
        systems=("baylor_log_reg_cell_type_coarse",),
        queried_by="id",
        labels_what="Neurons of the whole volume, excitatory or inhibitory",
        about=(
            "A logistic regression on properties of the dendrite (NEURD). The release page finds it very "
            "good at telling excitatory from inhibitory, because it looks at spines, and a good table to "
            "double-check that with. It needs more data than soma and nucleus alone, so some cells have "
            "no label. Which cells it was trained on is unknown."
        ),
        citations=("celii", "microns"),
    ),
    Table(
        name="baylor_gnn_cell_type_fine_model_v2",
        title="Baylor fine",
        family="baylor",
        kind="labels",
        method="classifier",
        level="subclass",
        classification="Always baylor_gnn_cell_type_fine.",
        vocabulary=(
            *("23P", "4P", "5P-IT", "5P-PT", "5P-NP", "6P-IT", "6P-CT"),
            *("BC", "MC", "BPC", "NGC"),
        ),
        expected_rows=ExpectedRows(low=49_051, high=49_051, source=OVERVIEW),
        # The archive's lists of 943, 1078 and 1181 lack it.
        releases=(661, 795, 1300, 1412, 1507, 1621, 1718, 1822),
        trained_on=Training(tables=MANUAL, standing="stated", source=RELEASE_PAGE),
        systems=("baylor_gnn_cell_type_fine",),
        within="baylor_log_reg_cell_type_coarse_v1",
        queried_by="id",
        labels_what="Neurons of the whole volume, by the shape of the dendrite",
        about=(
            "A graph convolutional network over the graph of each automatically proofread neuron (NEURD); "
            "no depth is among its features. It was trained on the hand labels, split 60:20:20 into "
            "training, validation and test, and gives the likeliest of 11 subclasses (5P-PT is 5P-ET "
            "elsewhere). Every cell in it is also in Baylor coarse, the two do not always agree on the "
            "class, and some types are missing more than others: of 59 basket cells named by hand only 11 "
            "have a label here."
        ),
        features=FEATURES,
        citations=("celii", "microns"),
    ),
)
