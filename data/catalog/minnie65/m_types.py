"""M-types: clusters of cells by shape and, for interneurons, by targets."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows, Training

EXCITATORY = (
    *("L2a", "L2b", "L3a", "L3b", "L3c", "L4a", "L4b", "L4c"),
    *("L5a", "L5b", "L5ET", "L5NP", "L6a", "L6b", "L6c", "L6CT", "L6wm"),
)
INHIBITORY = ("PTC", "DTC", "STC", "ITC")

TABLES = (
    Table(
        name="aibs_soma_nuc_exc_mtype_preds_v117",
        title="Predicted M-types",
        family="m_types",
        kind="labels",
        method="classifier",
        level="m-type",
        classification="Documented in two ways: the class, or the metamodel's coarse call.",
        vocabulary=EXCITATORY,
        expected_rows=ExpectedRows(low=58_624, high=58_624, source="SWDB 2023 databook, all tables"),
        releases=(661, 795),
        deprecated_by="aibs_metamodel_mtypes_v661_v2",
        trained_on=Training(
            tables=("allen_column_mtypes_v1",),
            standing="inferred",
            source="the release page names the model's features and not its labels, which are the column's",
        ),
        labels_what="Excitatory neurons of the whole volume, by predicted M-type",
        about=(
            "A model of soma and nucleus features carries the column's excitatory M-types to all cells that "
            "the metamodel takes for excitatory; errors and merged somata were left out as of release 117. "
            "Its names are expected to be the first vocabulary (L6a to L6CT), that of the column's clusters."
        ),
        citations=("elabbady", "schneider_mizell", "microns"),
    ),
    Table(
        name="allen_column_mtypes_v1",
        title="Column M-types",
        family="m_types",
        kind="labels",
        method="clustering",
        level="m-type",
        classification="The class: excitatory or inhibitory (later tables write aibs_coarse_…).",
        vocabulary=(*EXCITATORY, *INHIBITORY),
        expected_rows=ExpectedRows(low=1357, high=1357, source="MICrONS tutorial, overview of tables"),
        releases=(661, 795),
        deprecated_by="allen_column_mtypes_v2",
        systems=("excitatory", "inhibitory", "aibs_coarse_excitatory", "aibs_coarse_inhibitory"),
        of_column=True,
        labels_what="Neurons of the V1 column, clustered by shape",
        about=(
            "Clusters found without labels, from dendrites and, for interneurons, from their targets; PTC, "
            "DTC, STC and ITC name what an interneuron prefers to contact. The names come from the preprint "
            "and differ from those of the paper; no M-type is a subclass, and some straddle two. The manual "
            "sends its readers to aibs_metamodel_mtypes_v661_v2, but the next table of the same kind is "
            "allen_column_mtypes_v2."
        ),
        citations=("schneider_mizell", "microns"),
    ),
    Table(
        name="connectivity_groups_v507",
        title="Connectivity groups",
        family="m_types",
        kind="labels",
        method="clustering",
        level="group",
        classification="Always connectivity_group.",
        releases=(661,),
        withdrawn=True,
        systems=("connectivity_group",),
        of_column=True,
        queried_by="id",
        labels_what="Inhibitory neurons of the V1 column, by the targets they share",
        about=(
            "“Motif” groups of column interneurons that spread their output over the target types in the "
            "same way. They cut across the subclasses, so a group is never read as one, and the spelling "
            "of its labels is documented nowhere. Only release 661 holds the table, and no public table "
            "took its place."
        ),
        citations=("schneider_mizell", "microns"),
    ),
)
