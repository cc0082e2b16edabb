"""A page's filters as recipes of a selection: those that can be said mean what the page keeps."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.label_source import own_labels
from components.analysis.labels.ranges import Range
from components.analysis.selection.filter_recipes import filter_recipes
from components.analysis.selection.filters import Filters, filter_masks, kept
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
        "cell_type": pd.Categorical(rng.choice(["23P", "4P", "BC", "MC"], N)),
        "depth_um": rng.uniform(-20, 840, N).astype(np.float32),
        "volume_um3": np.where(rng.random(N) < 0.1, np.nan, rng.uniform(100, 500, N)).astype(np.float32),
    }
)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(labels=("23P", "BC")),
        Filters(classes=("inhibitory",)),
        Filters(labels=("23P", "BC"), classes=("inhibitory",)),
        Filters(depth_um=(100, 250)),
        Filters(volume_um3=(float("-inf"), 300)),
        Filters(labels=("4P",), depth_um=(100, float("inf")), volume_um3=(200, 400)),
        Filters(ranges=(Range("volume_um3", 150, 250),)),
        Filters(layers=LAYERS[:1]),
        Filters(layers=LAYERS[-2:]),
        Filters(layers=LAYERS[1:3], depth_um=(150, 320), labels=("MC", "23P")),
        Filters(layers=LAYERS),
    ],
)
def test_filters_that_can_be_said_keep_the_same_nuclei(filters):
    labels, classes = own_labels(FRAME, "type"), own_labels(FRAME, "class")
    passing = kept(filter_masks(FRAME, labels, classes, filters, PRESET), N)
    said = filter_recipes(FINE, FINE, "type", filters, PRESET)
    assert said
    meant = FRAME["nucleus_id"].to_numpy()
    for recipe in said:
        meant = np.intersect1d(meant, recipe.nuclei({FINE: FRAME}))
    assert meant.tolist() == FRAME["nucleus_id"].to_numpy()[passing].tolist()
    assert len(meant) > 0


@pytest.mark.parametrize(
    "filters",
    [
        Filters(areas=("V1",)),
        Filters(column="inside"),
        Filters(root="with", labels=("4P",)),
        Filters(labels=("4P", UNMAPPED)),
        Filters(classes=(UNMAPPED,)),
        Filters(layers=(LAYERS[0], LAYERS[2])),
    ],
)
def test_what_a_recipe_has_no_words_for_is_none(filters):
    assert filter_recipes(FINE, FINE, "type", filters, PRESET) is None


def test_labels_are_of_who_speaks_and_ranges_of_the_rows():
    filters = Filters(labels=("BC",), classes=("inhibitory",), depth_um=(1, 2))
    assert filter_recipes(MTYPES, FINE, "subclass", filters, PRESET) == (
        Filtered(FINE, ("BC",), level="subclass"),
        Filtered(FINE, ("inhibitory",), level="class"),
        Filtered(MTYPES, ranges=(Range("depth_um", 1, 2),)),
    )
    assert filter_recipes(MTYPES, None, "subclass", filters, PRESET) is None
    assert filter_recipes(MTYPES, None, "subclass", Filters(), PRESET) == ()
