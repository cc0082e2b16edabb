"""A page's filters as recipes of a selection: those that can be said mean what the page keeps."""

from math import inf

import numpy as np
import pandas as pd
import pytest

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import NO_LABEL, own_labels
from components.analysis.labels.ranges import Range
from components.analysis.selection.filter_rows import LabelledRows
from components.analysis.selection.filters import Filters, filter_masks, filter_recipes, kept
from components.analysis.selection.kinds import Filtered
from data.volume import VOLUME
from data.volume.space import layers_of

FINE, MTYPES = "baylor_gnn_cell_type_fine_model_v2", "allen_column_mtypes_v2"
PRESET = VOLUME.layer_presets[0]
LAYERS = layers_of(PRESET)
N = 400
rng = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "nucleus_id": np.arange(N, dtype=np.int64),
        "cell_type": pd.Categorical(rng.choice(np.array(["23P", "4P", "BC", "MC", None]), N)),
        "root_id": rng.integers(0, 3, N),
        "x_um": rng.uniform(550, 1500, N).astype(np.float32),
        "depth_um": rng.uniform(-20, 840, N).astype(np.float32),
        "z_um": rng.uniform(780, 960, N).astype(np.float32),
        "volume_um3": np.where(rng.random(N) < 0.1, np.nan, rng.uniform(100, 500, N)).astype(np.float32),
    }
)


@pytest.mark.parametrize(
    "filters",
    [
        Filters({"label": ("23P", "BC")}),
        Filters({"class": ("inhibitory",)}),
        Filters({"label": ("23P", "BC"), "class": ("inhibitory",)}),
        Filters({"depth": Range("depth_um", 100, 250)}),
        Filters({"volume": Range("volume_um3", -inf, 300)}),
        Filters(
            {
                "label": ("4P",),
                "depth": Range("depth_um", 100, inf),
                "volume": Range("volume_um3", 200, 400),
            }
        ),
        Filters({"volume": Range("volume_um3", 150, 250)}),
        Filters({"layer": LAYERS[:1]}),
        Filters({"layer": LAYERS[-2:]}),
        Filters({"layer": LAYERS[1:3], "depth": Range("depth_um", 150, 320), "label": ("MC", "23P")}),
        Filters({"layer": LAYERS}),
        Filters({"area": ("V1", "AL")}),
        Filters({"column": "Inside"}),
        Filters({"column": "Outside", "depth": Range("depth_um", 150, 320)}),
        Filters({"root": "With a segment", "label": ("4P",)}),
        Filters({"root": "No segment (root 0)"}),
        Filters({"label": ("4P", NO_LABEL)}),
        Filters({"class": (UNMAPPED,)}),
    ],
)
def test_filters_that_can_be_said_keep_the_same_nuclei(filters):
    labels, classes = own_labels(FRAME, "type"), own_labels(FRAME, "class")
    passing = kept(filter_masks(LabelledRows(FRAME, labels, classes, PRESET), filters), N)
    said = filter_recipes(FINE, FINE, "type", filters, PRESET)
    assert said
    meant = FRAME["nucleus_id"].to_numpy()
    for recipe in said:
        meant = np.intersect1d(meant, recipe.nuclei({FINE: FRAME}))
    assert meant.tolist() == FRAME["nucleus_id"].to_numpy()[passing].tolist()
    assert len(meant) > 0


def test_layers_with_others_between_are_not_said():
    filters = Filters({"layer": (LAYERS[0], LAYERS[2])})
    assert filter_recipes(FINE, FINE, "type", filters, PRESET) is None


def test_labels_are_of_who_speaks_and_ranges_of_the_rows():
    filters = Filters(
        {
            "label": ("BC",),
            "class": ("inhibitory",),
            "root": "With a segment",
            "depth": Range("depth_um", 1, 2),
        }
    )
    assert filter_recipes(MTYPES, FINE, "subclass", filters, PRESET) == (
        Filtered(FINE, ("BC",), level="subclass"),
        Filtered(FINE, ("inhibitory",), level="class"),
        Filtered(MTYPES, ranges=(Range("depth_um", 1, 2),), traits=(("root",),)),
    )
    assert filter_recipes(MTYPES, None, "subclass", filters, PRESET) is None
    assert filter_recipes(MTYPES, None, "subclass", Filters(), PRESET) == ()
