"""What is expected of the rows of minnie65, as measured for release 661 or published."""

from data.catalog.facts import Contradictions, LabelCounts

_MANUAL, _SVM = "allen_v1_column_types_slanted_ref", "nucleus_ref_neuron_svm"
_METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"
_COARSE, _FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"

NOTEBOOK = "counts of minnie65_public_v661 in a notebook of AllenInstitute/allen_v1dd"
MEASURED = "measured on public v661 rows (NeuroBLab/con-con-models)"
MANUAL = "measured on the manual labels (reimerlab/NEURD ground truth)"

LABEL_COUNTS = {
    _MANUAL: LabelCounts(
        counts={
            **{"23P": 349, "4P": 266, "6P-IT": 192, "6P-CT": 143, "5P-IT": 137, "BC": 59, "MC": 41},
            **{"5P-PT": 38, "BPC": 33, "6P-U": 28, "WM-P": 20, "NGC": 17, "Unsure I": 14, "5P-NP": 10},
            **{"Unsure": 5, "Unsure E": 5},
        },
        source=MANUAL,
    ),
    _METAMODEL: LabelCounts(
        counts={
            **{"23P": 19139, "4P": 13407, "5P-IT": 9060, "5P-ET": 1626, "5P-NP": 456, "6P-IT": 10746},
            **{"6P-CT": 5862, "BC": 3084, "MC": 2270, "BPC": 1424, "NGC": 651},
            **{"astrocyte": 7724, "oligo": 4998, "OPC": 2483, "microglia": 3024, "pericyte": 962},
        },
        source=NOTEBOOK,
    ),
    _COARSE: LabelCounts(counts={"excitatory": 49208, "inhibitory": 5855}, source=NOTEBOOK),
    _FINE: LabelCounts(
        counts={
            **{"23P": 18689, "4P": 7391, "5P-IT": 7433, "5P-PT": 1219, "5P-NP": 514},
            **{"6P-IT": 4943, "6P-CT": 4972, "BC": 1424, "MC": 984, "BPC": 946, "NGC": 536},
        },
        source=NOTEBOOK,
    ),
    _SVM: LabelCounts(counts={"neuron": 89_059, "not-neuron": 55_061}, source=NOTEBOOK),
}
"""Of release 661, by table: every row, those without a root and repeated ones among them."""

CONTRADICTIONS = {
    (_FINE, _COARSE): Contradictions(n=509, compared=49_050, source=MEASURED),
    (_COARSE, _MANUAL): Contradictions(n=10, compared=1_098, source=f"{MANUAL}, without Unsure"),
}
"""Of release 661: nuclei with different classes, and all that have a class in both tables."""

_CUT = (
    "Few. Analyses keep residuals up to 20 µm and scores from −10 µm (Ding et al. 2025); the residual of a "
    "match is 3.8 µm on average (MICrONS Consortium 2025)."
)

EXPECTED = {
    "fine-without-coarse": (
        "None. All 49,050 nuclei with a fine label were in baylor_log_reg_cell_type_coarse_v1 too (measured "
        "on v661)."
    ),
    "duplicate-same of labels": (
        "A few in tables made by classifiers, else none. Of v661 at most 164 rows of Baylor coarse, with "
        "those of root 0, and 1 of Baylor fine: what copies without either lack. They count once."
    ),
    "duplicate-conflicting of labels": (
        "None: the repeated nuclei that are documented of v661 are the same objects, and none with two "
        "labels is known. Such a nucleus is left out of comparisons and counted as conflicting."
    ),
    "duplicate-same of units": (
        "None. A row is one unit with its nucleus; the 13,922 rows known for v661 are all different."
    ),
    "root-zero": (
        "About a tenth of all detected nuclei, mostly at the edges of the volume where nothing was segmented "
        "(measured for v661), and fewer in tables of labels."
    ),
    "root-zero of points": "None. An alternative point lies inside the segmentation (MICrONS tutorial).",
    "shared-root": (
        "Two or three in a hundred nuclei: somata that the segmentation merged, or one nucleus detected "
        "twice. One root may carry hundreds (346 in a later release; MICrONS tutorial). This is why tables "
        "are joined on nuclei and never on roots."
    ),
    "column-membership": (
        "Few, and at its edge: the table is of the V1 column, and its walls were measured on 1,103 of its "
        "neurons. Beyond 25 µm it is a warning."
    ),
    "alternative-point-far": (
        "None. The point was looked for within 3 µm of the centre (MICrONS tutorial, annotation tables)."
    ),
    "volume-too-small": "None. Only detections above 25 µm³ were kept (MICrONS tutorial).",
    "residual-out-of-range": _CUT,
    "score-out-of-range": _CUT,
    "column-unlabelled": (
        "About 305. Experts looked at 2,204 nuclei and the two tables name 1,899; the rest were errors or "
        "unclear (MICrONS tutorial)."
    ),
    "inhibitory-coregistered": (
        "Few. The recordings show excitatory cells by design (GCaMP6s). Baylor coarse calls 80 of the 12,051 "
        "nuclei of manual coregistration inhibitory at v661 (measured): the match or the label is wrong."
    ),
    "class-contradicted": (
        "About one in a hundred: 509 of 49,050 at v661 (measured), since two models do not always agree. Far "
        "from that, labels were exchanged, recoded or joined to other nuclei: compare the files with the "
        "archive's."
    ),
}
"""By the ID of the check, and the kind of table where that matters."""
