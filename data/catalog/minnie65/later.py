"""Tables published after release 661, which no family page shows."""

from data.catalog.entry import ExpectedRows, Table, Training
from data.catalog.minnie65.citations import OVERVIEW
from data.catalog.minnie65.m_types import INHIBITORY
from data.catalog.minnie65.releases import SINCE_795, SINCE_943
from data.labels.minnie65.subclasses import SUBCLASSES

M_TYPES = (
    *("L2a", "L2b", "L2c", "L3a", "L3b", "L4a", "L4b", "L4c", "L5a", "L5b", "L5ET", "L5NP"),
    *("L6short-a", "L6short-b", "L6tall-a", "L6tall-b", "L6tall-c"),
)
SYSTEM_661 = "The class: excitatory_neuron, inhibitory_neuron or nonneuron."
LIVING = (
    "It is a living table: each release holds the changes made until then. The page of release 1822 does not "
    "list it, so only 1718 is known to hold it."
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
            "vocabulary for it; the rows hold those of the second, without L6wm. Some nuclei stand in it "
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
        expected_rows=None,
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
            "it is no truth to measure that one by; it too takes some inhibitory cells of layer 5 for "
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
        expected_rows=None,
        releases=(1718,),
        labels_what="Nuclei whose label by the metamodel was corrected",
        about=f"Only the nuclei whose label was changed, with the new label. {LIVING}",
        citations=("elabbady", "microns"),
    ),
    Table(
        name="coregistration_manual_v4",
        title="Manual coregistration v4",
        family="coregistration",
        kind="units",
        method="manual",
        level=None,
        classification="",
        vocabulary=(),
        expected_rows=ExpectedRows(low=19_181, high=19_181, source=OVERVIEW),
        releases=SINCE_943,
        as_successor="more matches made by hand, 19,181 rows where this one has 13,925",
        labels_what="Recorded units matched to nuclei by hand",
        about=(
            "The manual coregistration carried on: 19,181 units where the third version has 13,925. One row "
            "per unit; a nucleus seen in several imaging fields has several."
        ),
        citations=("microns", "ding"),
    ),
    Table(
        name="apl_functional_coreg_vess_fwd",
        title="Coregistration by vessels",
        family="coregistration",
        kind="units",
        method="measurement",
        level=None,
        classification="",
        vocabulary=(),
        expected_rows=ExpectedRows(
            low=75_856, high=75_856, source="MICrONS Consortium 2025, as other pages quote it"
        ),
        releases=SINCE_943,
        as_successor="an automatic match by the pattern of blood vessels, for 75,856 units",
        labels_what="Recorded units matched to nuclei by the pattern of vessels",
        about=(
            "An automatic match that aligns both volumes by their blood vessels. The release page of 943 "
            "gives the combined tables as the successor of the fifth version; this is the part of them that "
            "was made in the same way."
        ),
        citations=("microns",),
    ),
)
