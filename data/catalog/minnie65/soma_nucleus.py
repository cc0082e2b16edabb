"""The metamodel, which classifies cells by soma and nucleus features."""

from data.catalog.entry import Table
from data.catalog.facts import Accuracy, ExpectedRows, Training
from data.labels.minnie65.subclasses import SUBCLASSES

EXCITATORY, INHIBITORY, OTHERS = SUBCLASSES[:7], SUBCLASSES[7:11], SUBCLASSES[11:]

METAMODEL_ACCURACIES: tuple[Accuracy, ...] = (
    Accuracy(
        what="All subclasses",
        published=0.91,
        on="cross-validated on the 1,619 cells of the column it learned from",
        level="subclass",
    ),
    Accuracy(
        what="All subclasses",
        published=0.82,
        on="test set of 1,700 cells from the whole volume, 100 a class, named by experts",
        level="subclass",
    ),
    Accuracy(what="Neuron or not", published=0.956, on="with errors as a third answer", level="neuron"),
    Accuracy(
        what="Excitatory subclasses",
        published=0.90,
        on="cross-validated",
        level="subclass",
        labels=EXCITATORY,
    ),
    Accuracy(
        what="Inhibitory subclasses",
        published=0.90,
        on="cross-validated; 0.94 with features of spines and synapses",
        level="subclass",
        labels=INHIBITORY,
    ),
    Accuracy(
        what="Non-neuronal classes",
        published=0.975,
        on="cross-validated",
        level="subclass",
        labels=OTHERS,
    ),
)
"""Elabbady et al. 2025, for the model's later version (94,010 cells); v117 is an earlier version."""

TABLES = (
    Table(
        name="aibs_soma_nuc_metamodel_preds_v117",
        title="Soma-nucleus metamodel",
        family="soma_nucleus",
        kind="labels",
        method="classifier",
        level="subclass",
        classification="Neuron or not: aibs_neuronal or aibs_nonneuronal; the class follows from the label.",
        vocabulary=(
            *("23P", "4P", "5P-IT", "5P-ET", "5P-NP", "6P-IT", "6P-CT"),
            *("BC", "MC", "BPC", "NGC"),
            *("astrocyte", "oligo", "OPC", "microglia", "pericyte"),
        ),
        expected_rows=ExpectedRows(low=86_916, high=86_916, source="SWDB 2023 databook, all tables"),
        releases=(343, 661, 795),
        deprecated_by="aibs_metamodel_celltypes_v661",
        trained_on=Training(
            tables=("allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"),
            standing="inferred",
            source="Elabbady et al. 2025, of the model's later version",
        ),
        accuracies=METAMODEL_ACCURACIES,
        systems=("aibs_neuronal", "aibs_nonneuronal", "aibs_non-neuronal"),
        labels_what="Neurons and non-neurons of the whole volume, by soma and nucleus",
        about=(
            "A cascade of classifiers over the whole volume, without small objects, cut cells and merged "
            "somata. Its later version was trained on the manual labels of the V1 column, so agreement with "
            "them is probably optimistic; it sometimes takes inhibitory cells of layer 5 for excitatory "
            "ones, and its NGC also holds every interneuron of layer 1. The manual says in one place that it "
            "covers only the column, and gives the classification_system of its successor."
        ),
        citations=("elabbady", "microns"),
    ),
)
