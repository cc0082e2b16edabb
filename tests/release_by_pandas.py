"""The sample's tables, and what they say of each nucleus: found by pandas alone, to hold the pages against.

What a label means (`data.labels.crosswalk`) and where a place is (`data.volume.space`) is taken from there;
stated; nothing here is from `components`.
"""

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd

from data.labels.crosswalk import at_level
from data.labels.entry import Level
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from data.volume.space import area_of, in_column

NEURONS, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
PREDICTED, MTYPES = "aibs_soma_nuc_exc_mtype_preds_v117", "allen_column_mtypes_v1"
GROUPS, METAMODEL = "connectivity_groups_v507", "aibs_soma_nuc_metamodel_preds_v117"
COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
MANUAL, AUTOMATED = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"
SVM, DETECTIONS = "nucleus_ref_neuron_svm", "nucleus_detection_v0"
POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"

CONFLICTING, UNMAPPED, ABSENT = "conflicting labels", "unmapped", "not in table"
ODD = (CONFLICTING, ABSENT, UNMAPPED)
"""What is no label, in the order in which it stands after the labels."""
LAYERS = ("L1", "L2/3", "L4", "L5", "L6", "WM")
UNIT = ["session", "scan_idx", "unit_id"]

Rows = pd.DataFrame


@cache
def frame(name: str) -> Rows:
    """Load a table of the sample; the environment says where it is kept."""
    settings = read_settings({"source": "sample"})
    return open_release(settings, sample_when_offline=False).load_labels(name).frame


def layer(rows: Rows, preset: int = 0) -> pd.Series:
    edges = [
        -np.inf,
        *(bound for bound in VOLUME.layer_presets[preset].boundaries if bound is not None),
        np.inf,
    ]
    return pd.cut(rows["depth_um"], edges, labels=LAYERS, right=False)


def area(rows: Rows) -> pd.Series:
    return pd.Series(area_of(rows["x_um"], rows["z_um"]), index=rows.index)


def inside(rows: Rows) -> pd.Series:
    return pd.Series(in_column(rows["x_um"], rows["depth_um"], rows["z_um"]), index=rows.index)


def row_words(rows: Rows, level: Level) -> pd.Series:
    """What each row says at a level."""
    systems = rows.get("classification_system", pd.Series(None, index=rows.index)).astype(object)
    as_written = list(zip(rows["cell_type"].astype(object), systems, strict=True))
    words = {(label, system): at_level(label, level, system) or UNMAPPED for label, system in set(as_written)}
    return pd.Series([words[pair] for pair in as_written], index=rows.index)


@cache
def said(name: str, level: Level) -> pd.Series:
    """What a table says of each nucleus, as other tables' rows and the other axis of a matrix take it."""
    rows = frame(name)
    types = row_words(rows, "type").groupby(rows["nucleus_id"]).nunique()
    first = row_words(rows, level)[~rows["nucleus_id"].duplicated()]
    first.index = pd.Index(rows["nucleus_id"].drop_duplicates(), name="nucleus_id")
    return first.where(types.reindex(first.index) == 1, CONFLICTING)


def both_say(rows: pd.Series, columns: pd.Series) -> Rows:
    """Give the nuclei that two tables label, with both labels: `row` and `column`."""
    return pd.concat({"row": rows, "column": columns}, axis="columns").dropna()


def comparable(pairs: Rows) -> Rows:
    return pairs[~pairs.isin([CONFLICTING, UNMAPPED, ABSENT]).any(axis="columns")]


def crossed(rows: pd.Series, columns: pd.Series) -> dict[tuple[object, object], int]:
    """Count the pairs that occur."""
    return dict(Counter(zip(rows.tolist(), columns.tolist(), strict=True)))
