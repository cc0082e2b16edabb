"""Published and measured label counts, and how often two tables use which labels together."""

from collections.abc import Mapping

from data.catalog.minnie65.expected import LABEL_COUNTS, MANUAL, MEASURED
from data.sources.sample.published.figures import Assumption, PublishedFigure

ABSENT = "(not in table)"


def _counted(table: str) -> tuple[Mapping[str, int], str]:
    return LABEL_COUNTS[table].counts, LABEL_COUNTS[table].source


SVM = PublishedFigure("neuron classifier: labels", *_counted("nucleus_ref_neuron_svm"))
METAMODEL = PublishedFigure("metamodel: labels", *_counted("aibs_soma_nuc_metamodel_preds_v117"))
COARSE = PublishedFigure("Baylor coarse: labels", *_counted("baylor_log_reg_cell_type_coarse_v1"))
FINE = PublishedFigure("Baylor fine: labels", *_counted("baylor_gnn_cell_type_fine_model_v2"))
MANUAL_LABELS = PublishedFigure("manual neurons: labels", *_counted("allen_v1_column_types_slanted_ref"))
MANUAL_BY_FINE: PublishedFigure[Mapping[str, Mapping[str, int]]] = PublishedFigure(
    "manual labels by Baylor fine",
    {
        "23P": {ABSENT: 103, "23P": 223, "4P": 20, "5P-IT": 2, "6P-IT": 1},
        "4P": {ABSENT: 20, "23P": 57, "4P": 177, "5P-IT": 12},
        "5P-IT": {ABSENT: 25, "4P": 23, "5P-IT": 83, "5P-PT": 1, "6P-CT": 2, "6P-IT": 3},
        "5P-NP": {ABSENT: 1, "5P-NP": 9},
        "5P-PT": {ABSENT: 9, "5P-IT": 3, "5P-PT": 26},
        "6P-CT": {ABSENT: 27, "5P-IT": 12, "6P-CT": 96, "6P-IT": 8},
        "6P-IT": {ABSENT: 38, "5P-IT": 16, "6P-CT": 20, "6P-IT": 118},
        "6P-U": {ABSENT: 27, "5P-IT": 1},
        "BC": {ABSENT: 48, "BC": 11},
        "BPC": {ABSENT: 7, "5P-NP": 1, "BPC": 25},
        "MC": {ABSENT: 20, "BC": 1, "MC": 20},
        "NGC": {ABSENT: 4, "23P": 1, "NGC": 12},
        "Unsure": {ABSENT: 1, "6P-CT": 1, "6P-IT": 2, "NGC": 1},
        "Unsure E": {"4P": 2, "5P-IT": 1, "6P-IT": 2},
        "Unsure I": {ABSENT: 12, "BC": 1, "MC": 1},
        "WM-P": {ABSENT: 19, "6P-IT": 1},
    },
    MANUAL,
)
MANUAL_BY_COARSE: PublishedFigure[Mapping[str, Mapping[str, int]]] = PublishedFigure(
    "manual labels by Baylor coarse",
    {
        "23P": {ABSENT: 98, "excitatory": 251},
        "4P": {ABSENT: 19, "excitatory": 247},
        "5P-IT": {ABSENT: 24, "excitatory": 113},
        "5P-NP": {ABSENT: 1, "excitatory": 9},
        "5P-PT": {ABSENT: 7, "excitatory": 29, "inhibitory": 2},
        "6P-CT": {ABSENT: 25, "excitatory": 111, "inhibitory": 7},
        "6P-IT": {ABSENT: 37, "excitatory": 155},
        "6P-U": {ABSENT: 7, "excitatory": 21},
        "BC": {ABSENT: 15, "inhibitory": 44},
        "BPC": {ABSENT: 2, "excitatory": 1, "inhibitory": 30},
        "MC": {ABSENT: 10, "inhibitory": 31},
        "NGC": {ABSENT: 2, "inhibitory": 15},
        "Unsure": {"excitatory": 3, "inhibitory": 2},
        "Unsure E": {"excitatory": 5},
        "Unsure I": {ABSENT: 3, "inhibitory": 11},
        "WM-P": {ABSENT: 4, "excitatory": 16},
    },
    MANUAL,
)
COARSE_BY_FINE: PublishedFigure[Mapping[str, Mapping[str, int]]] = PublishedFigure(
    "Baylor coarse by Baylor fine",
    {
        "excitatory": {
            ABSENT: 4149,
            "23P": 18664,
            "4P": 7385,
            "5P-IT": 7414,
            "5P-NP": 513,
            "5P-PT": 1077,
            "6P-CT": 4835,
            "6P-IT": 4910,
            "BC": 2,
            "BPC": 38,
            "MC": 51,
            "NGC": 56,
        },
        "inhibitory": {
            ABSENT: 1700,
            "23P": 25,
            "4P": 5,
            "5P-IT": 19,
            "5P-NP": 1,
            "5P-PT": 142,
            "6P-CT": 137,
            "6P-IT": 33,
            "BC": 1422,
            "BPC": 908,
            "MC": 933,
            "NGC": 480,
        },
    },
    MEASURED,
)
NON_NEURONS = PublishedFigure(
    "non-neurons of the column", 542, "MICrONS tutorial, overview of annotation tables"
)

HIDDEN: Assumption[Mapping[str, str]] = Assumption(
    "hidden subclass behind manual labels that name none",
    {
        **{"5P-PT": "5P-ET", "6P-U": "6P-IT", "WM-P": "6P-IT"},
        **{"Unsure E": "5P-IT", "Unsure I": "MC", "Unsure": "6P-IT"},
    },
    "by depth and by the M-types they cluster with",
)
