"""Assumptions about how the models read the hidden types, where no confusion matrix was published."""

from collections.abc import Mapping

from data.sources.sample.published.figures import Assumption

PASSED_OVER = Assumption(
    "share of nuclei without a metamodel label (excitatory, inhibitory, non-neuronal, error), before fitting",
    (0.10, 0.15, 0.40, 0.95),
    "errors, cut-off cells and merged somata were left out of the table; fitted to its label counts",
)
GLIA_SKILL = Assumption(
    "metamodel agreement with the hidden type of non-neurons, before fitting",
    0.92,
    "published 97.5 % cross-validated; taken lower for the whole volume, as for neurons",
)
MISTAKEN: Assumption[Mapping[str, Mapping[str, float]]] = Assumption(
    "what the metamodel takes a hidden type for when it errs, parts",
    {
        "23P": {"4P": 9.0, "BPC": 0.15, "BC": 0.1, "MC": 0.1, "astrocyte": 0.1},
        "4P": {"23P": 6.0, "5P-IT": 5.0, "BC": 0.1, "MC": 0.1},
        "5P-IT": {"4P": 5.0, "6P-IT": 3.0, "6P-CT": 1.0, "5P-NP": 0.4, "5P-ET": 0.6, "MC": 0.1, "BC": 0.1},
        "5P-ET": {"5P-IT": 8.0, "6P-CT": 1.0, "BC": 0.2},
        "5P-NP": {"5P-IT": 4.0, "6P-IT": 2.0, "BPC": 0.1},
        "6P-IT": {"6P-CT": 7.0, "5P-IT": 3.0, "5P-NP": 0.1, "MC": 0.1, "BPC": 0.1},
        "6P-CT": {"6P-IT": 8.0, "5P-IT": 1.0, "MC": 0.1},
        "BC": {"MC": 6.0, "5P-IT": 1.0, "4P": 0.4, "23P": 0.4, "BPC": 2.0},
        "MC": {"BC": 6.0, "5P-IT": 1.2, "BPC": 2.0, "23P": 0.2, "6P-CT": 0.2},
        "BPC": {"NGC": 3.0, "MC": 3.0, "BC": 2.0, "23P": 1.0, "5P-NP": 0.2, "4P": 0.2},
        "NGC": {"BPC": 5.0, "MC": 2.0, "23P": 0.6, "astrocyte": 0.3},
        "astrocyte": {"OPC": 2.0, "23P": 0.2, "oligo": 1.0, "microglia": 0.5},
        "oligo": {"OPC": 2.0, "microglia": 2.0, "astrocyte": 1.0},
        "OPC": {"oligo": 2.0, "astrocyte": 2.0, "microglia": 1.5},
        "microglia": {"OPC": 2.0, "oligo": 2.0, "pericyte": 1.0},
        "pericyte": {"microglia": 2.0, "OPC": 1.0, "astrocyte": 0.5},
        "error": {
            **{"astrocyte": 3.0, "oligo": 3.0, "OPC": 2.0, "microglia": 5.0, "pericyte": 2.0},
            **{"23P": 1.0, "4P": 1.0, "6P-IT": 1.0, "BPC": 1.0},
        },
    },
    "described: layer 6 IT with CT, layer 5 IT with layer 4, layer 5 inhibitory as excitatory",
)
ALIKE = Assumption(
    "how much likelier the metamodel errs as Baylor fine does",
    4.0,
    "both published agreements, with experts and with Baylor fine, come out right with it",
)
NOT_PREDICTED = Assumption(
    "M-types of the column that the model does not predict",
    ("L6wm", "PTC", "DTC", "STC", "ITC"),
    "excitatory ones only; its successor never predicts L6wm",
)
MOST_READ = Assumption(
    "share of neurons in a slice of depth with a Baylor fine label, at most", 0.94, "some are always cut off"
)
FINE_UNSEEN = Assumption(
    "fine confusions that the column is too small to show (same class, other class, no neuron), nuclei",
    (0.4, 0.04, 0.0005),
    "so that every confusion can happen; fitted to the counts and depths of the labels",
)
COARSE_ONLY = Assumption(
    "chance of a coarse label without a fine one (right class, wrong class, no neuron), parts",
    (1.0, 0.02, 0.0008),
    "agreement with the metamodel's class comes out right with it",
)
