"""Two models of dendrite shape and synapses, made with NEURD."""

from data.catalog.entry import ExpectedRows, Table
from data.catalog.minnie65.citations import OVERVIEW
from data.catalog.minnie65.releases import SINCE_661

MANUAL = ("allen_v1_column_types_slanted_ref",)

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
        trained_on=MANUAL,
        systems=("baylor_log_reg_cell_type_coarse",),
        labels_what="Neurons of the whole volume, excitatory or inhibitory",
        about=(
            "Logistic regression on how densely synapses sit on spines and on the shaft of the dendrite, "
            "after automatic proofreading. It was trained on the manual labels of the V1 column, so "
            "agreement with them is optimistic; cells with too little dendrite have no label."
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
        trained_on=MANUAL,
        systems=("baylor_gnn_cell_type_fine",),
        within="baylor_log_reg_cell_type_coarse_v1",
        labels_what="Neurons of the whole volume, by the shape of the dendrite",
        about=(
            "A graph neural network over the pieces of the dendrite that is not told the depth of the cell: "
            "it gives its likeliest label and no probability. It learned from 60 % of the manual column "
            "labels and names 11 subclasses (5P-PT is 5P-ET elsewhere). Every cell in it is also in Baylor "
            "coarse, the two do not always agree on the class, and some types are missing more than others: "
            "of 59 basket cells named by hand only 11 have a label here."
        ),
        citations=("celii", "microns"),
    ),
)
