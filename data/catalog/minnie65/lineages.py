"""Which tables of minnie65 depend on each other's labels, so that they share one vote."""

from data.catalog.facts import Lineage

LINEAGES = (
    Lineage(
        title="Manual labels",
        tables=("allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"),
        reason=(
            "The same experts named the nuclei of one column; neurons went into one table and the others "
            "into the second."
        ),
    ),
    Lineage(
        title="Soma–nucleus",
        tables=("aibs_soma_nuc_metamodel_preds_v117", "aibs_soma_nuc_exc_mtype_preds_v117"),
        reason=(
            "M-types were predicted only for cells that the metamodel calls excitatory, from the same "
            "features of soma and nucleus (MICrONS tutorial, page of release 661)."
        ),
    ),
    Lineage(
        title="Soma–nucleus, features of 661",
        tables=(
            *("aibs_metamodel_celltypes_v661_corrections", "aibs_metamodel_celltypes_v661"),
            *("aibs_metamodel_mtypes_v661_v2_corrections", "aibs_metamodel_mtypes_v661_v2"),
        ),
        reason=(
            "M-types were predicted by the class that the metamodel gives, and each table of corrections "
            "replaces labels of the table it is named for."
        ),
    ),
    Lineage(
        title="Column M-types",
        tables=("allen_column_mtypes_v2", "allen_column_mtypes_v1"),
        reason=(
            "Clusters of morphology, found without labels; the second version clusters the same cells "
            "again (Schneider-Mizell et al. 2025)."
        ),
    ),
    Lineage(
        title="Connectivity groups",
        tables=("connectivity_groups_v507",),
        reason=(
            "Groups of inhibitory neurons by the target types of their output (MICrONS tutorial, page of "
            "release 661)."
        ),
    ),
    Lineage(
        title="Neuron SVM",
        tables=("nucleus_ref_neuron_svm",),
        reason=(
            "A classifier of nucleus features, trained on another volume (MICrONS tutorial); no table "
            "here is computed from its calls."
        ),
    ),
    Lineage(
        title="Baylor coarse",
        tables=("baylor_log_reg_cell_type_coarse_v1",),
        reason=(
            "A model of dendrites of its own: its class contradicts the fine model's for some nuclei, so "
            "the fine labels are not restricted by it."
        ),
    ),
    Lineage(
        title="Baylor fine",
        tables=("baylor_gnn_cell_type_fine_model_v2",),
        reason=(
            "A graph network trained on the manual labels (MICrONS tutorial, page of release 661). "
            "Training labels in common are stated beside an agreement and do not make one lineage."
        ),
    ),
    Lineage(
        title="Multifeature types",
        tables=("cell_type_multifeature_combo",),
        reason="A classifier of its own features; no page says which labels it learned from.",
    ),
    Lineage(
        title="AIBS cell info",
        tables=("aibs_cell_info",),
        reason="A view that repeats the labels of other tables, so that it has no vote in a consensus.",
    ),
    Lineage(
        title="Martinotti cells (Gamlin)",
        tables=("gamlin_2023_mcs",),
        reason="Selected by hand for one paper (Gamlin et al. 2025).",
    ),
    Lineage(
        title="L5-ET targets (Bodor)",
        tables=("bodor_pt_target_proofread",),
        reason="Selected and proofread for one paper (Bodor et al. 2023).",
    ),
    Lineage(
        title="Extra manual types",
        tables=("allen_minnie_extra_types",),
        reason="Named by hand outside the column that was labelled (MICrONS tutorial, page of release 795).",
    ),
    Lineage(
        title="Proofread V1 column",
        tables=("proofread_v1_column_membership",),
        reason="A list of proofread cells; no page says where its calls of neurons come from.",
    ),
)
"""Every lineage; a table in none has its own."""
