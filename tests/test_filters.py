"""The reader's filters: which rows pass, in which words, what each leaves out, and what is offered."""

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ranges import Range, range_words
from components.analysis.selection.filter_rows import FILTERS, LabelledRows
from components.analysis.selection.filters import (
    ALL_TOGETHER,
    Filters,
    filter_effect,
    filter_masks,
    filter_words,
    kept,
)
from data.errors import DataError
from data.volume import VOLUME
from data.volume.space import area_of, column_section, in_column, layer_of
from data.volume.volume import CORTICAL_LAYERS, LayerPreset
from tests.page_reader import run_with

PRESET = VOLUME.layer_presets[0]  # L2/3 ends at 261, L4 at 392, L5 at 537 µm
nan = np.nan
UNTIMED = settings(deadline=None)  # for a busy machine


def toy() -> LabelledRows:
    """Five rows: the first inside the V1 column, the last unmapped and nowhere."""
    frame = pd.DataFrame(
        {
            "nucleus_id": [11, 12, 13, 14, 15],
            "root_id": [864_691_135_000_000_001, 0, 864_691_135_000_000_002, 864_691_135_000_000_003, 0],
            "x_um": np.array([650, 700, 1400, 1100, nan], "f4"),
            "depth_um": np.array([200, 300, 300, 600, nan], "f4"),
            "z_um": np.array([850, 700, 700, 1050, nan], "f4"),
            "volume_um3": np.array([280, 250, 100, nan, 300], "f4"),
        }
    )
    labels = pd.Categorical(["23P", "4P", "oligo", "23P", None], ["23P", "4P", "BC", "oligo"])
    words = ["excitatory", "excitatory", "non-neuronal", "excitatory", None]
    classes = pd.Categorical(words, ["excitatory", "inhibitory", "non-neuronal"])
    return LabelledRows(frame, labels, classes, PRESET)


def unlabelled(frame: pd.DataFrame, preset: LayerPreset = PRESET) -> LabelledRows:
    labels = pd.Categorical([None] * len(frame), categories=[])
    return LabelledRows(frame, labels, labels, preset)


def passing_ids(filters: Filters) -> dict[str, list[int]]:
    """Nuclei of the toy that pass each filter, by its words."""
    rows = toy()
    return {
        FILTERS[key].words(filters[key]): rows.frame["nucleus_id"][mask].tolist()
        for key, mask in filter_masks(rows, filters).items()
    }


@pytest.mark.parametrize(
    ("filters", "words", "passing"),
    [
        (Filters({"label": ("23P",)}), "label 23P", [11, 14]),
        (Filters({"label": ("4P", UNMAPPED)}), "label 4P or unmapped", [12, 15]),
        (Filters({"label": ("BC",)}), "label BC", []),
        (Filters({"label": ("elsewhere",)}), "label elsewhere", []),
        (Filters({"class": ("non-neuronal",)}), "class non-neuronal", [13]),
        (Filters({"class": (UNMAPPED,)}), "class unmapped", [15]),
        (Filters({"layer": ("L4",)}), "layer L4", [12, 13]),
        (Filters({"layer": ("L2/3", "WM")}), "layer L2/3 or WM", [11]),
        (Filters({"area": ("V1",)}), "area V1", [11, 12]),
        (Filters({"area": ("RL", "AL")}), "area RL or AL", [13, 14]),
        (Filters({"depth": Range("depth_um", 200, 300)}), "depth 200–300 µm", [11, 12, 13]),
        (Filters({"depth": Range("depth_um", -inf, 250)}), "depth at most 250 µm", [11]),
        (Filters({"depth": Range("depth_um", 300.5, inf)}), "depth at least 300.5 µm", [14]),
        (Filters({"volume": Range("volume_um3", 0, 260)}), "nucleus volume 0–260 µm³", [12, 13]),
        (Filters({"column": "Inside"}), "inside the V1 column", [11]),
        (Filters({"column": "Outside"}), "outside the V1 column", [12, 13, 14]),
        (Filters({"root": "With a segment"}), "with a segment", [11, 13, 14]),
        (Filters({"root": "No segment (root 0)"}), "no segment (root 0)", [12, 15]),
    ],
)
def test_each_filter_alone(filters: Filters, words: str, passing: list[int]) -> None:
    assert passing_ids(filters) == {words: passing}


def test_without_a_filter_all_rows_pass_and_there_is_nothing_to_say() -> None:
    assert passing_ids(Filters()) == {}
    assert kept({}, 3).tolist() == [True, True, True]
    assert filter_words(Filters(), PRESET) == ""


def test_filters_are_told_apart_by_what_passes_whatever_their_order() -> None:
    one = Filters({"root": "With a segment", "label": ("23P",), "area": ()})
    other = Filters({"label": ("23P",), "root": "With a segment", "depth": None})
    assert one == other
    assert one.key == other.key
    assert one != Filters({"label": ("23P",)})
    with pytest.raises(ValueError, match="nonsense"):
        Filters({"nonsense": "Inside"})


def test_filters_are_all_to_be_passed_and_a_caption_says_whose_layers() -> None:
    rows = toy()
    filters = Filters(
        {
            "label": ("4P", "oligo"),
            "layer": ("L4",),
            "area": ("V1",),
            "depth": Range("depth_um", 250, 350),
            "root": "No segment (root 0)",
        }
    )
    masks = filter_masks(rows, filters)
    assert rows.frame["nucleus_id"][kept(masks, 5)].tolist() == [12]
    assert filter_words(filters, PRESET) == (
        "label 4P or oligo, layer L4 after CAVE data viewer, area V1 (approximate), no segment (root 0), "
        "depth 250–350 µm"
    )


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Range("residual_um", -inf, 20), "residual at most 20 µm"),
        (Range("score_um", -10, inf), "score at least −10 µm"),
        (Range("score_um", -10, -2.5), "score −10 to −2.5 µm"),
        (Range("depth_um", 123.456789, 1_234.56), "depth 123.5–1,234.6 µm"),
        (Range("volume_um3", -inf, inf), "nucleus volume known"),
    ],
)
def test_a_range_in_words(limits: Range, words: str) -> None:
    assert range_words(limits) == words


@pytest.mark.parametrize(
    "filters", [Filters({"root": "With a segment"}), Filters({"score": Range("score_um", 0, 1)})]
)
def test_a_filter_by_a_column_that_is_not_there_is_refused(filters: Filters) -> None:
    with pytest.raises(DataError, match="has no column"):
        filter_masks(unlabelled(toy().frame.drop(columns="root_id")), filters)


@UNTIMED
@given(
    depths=st.lists(st.sampled_from([-5.0, 91.8, 261.21908419, 300, 366, 800, nan]) | st.floats(-50, 900)),
    preset=st.sampled_from(VOLUME.layer_presets),
    chosen=st.lists(st.sampled_from(CORTICAL_LAYERS), min_size=1, unique=True),
)
def test_layers_are_those_that_layer_of_names(
    depths: list[float], preset: LayerPreset, chosen: list[str]
) -> None:
    frame = pd.DataFrame({"depth_um": np.array(depths, "f4")})
    masks = filter_masks(unlabelled(frame, preset), Filters({"layer": tuple(chosen)}))
    assert masks["layer"].tolist() == [name in chosen for name in layer_of(frame["depth_um"], preset)]


# The V1 column


@pytest.mark.parametrize(
    ("x", "depth", "z", "inside"),
    [
        (650, 100, 850, True),
        (602, 100, 806, True),  # on an edge
        (601, 100, 850, False),
        (736, 100, 850, False),
        (650, 100, 950, False),
        (650, 700, 950, True),  # it slants: what is outside above is inside below
        (650, 700, 850, False),
        (650, -20, 850, True),  # above the pia, as at it
        (650, 860, 950, True),
        (650, 860, 850, False),
        (nan, 100, 850, False),
        (650, nan, 850, False),
        (650, 100, nan, False),
    ],
)
def test_inside_the_column(x: float, depth: float, z: float, inside: bool) -> None:
    assert in_column([x], [depth], [z]).tolist() == [inside]


@UNTIMED
@given(st.floats(0, 800), st.floats(590, 750), st.floats(790, 1040))
def test_the_column_is_its_section_at_every_depth(depth: float, x: float, z: float) -> None:
    section = column_section(depth)
    (x0, x1), (z0, z1) = section.x_um, section.z_um
    assert in_column([x], [depth], [z])[0] == (x0 <= x <= x1 and z0 <= z <= z1)


# What each filter does


def test_the_effect_of_each_filter_in_nuclei() -> None:
    # Nucleus 1 has two rows, and passes where either does.
    ids = pd.Series([1, 1, 2, 3, 4])
    masks = {"a": np.array([0, 1, 1, 0, 0], bool), "b": np.array([1, 1, 1, 1, 0], bool)}
    effect = filter_effect(ids, masks)
    assert effect.index.tolist() == ["a", "b", ALL_TOGETHER]
    assert effect["kept"].tolist() == [2, 3, 2]
    assert effect["left_out"].tolist() == [2, 1, 2]
    assert effect["only_this"].tolist() == [1, 0, 2]  # 3 is left out by a only; 4 by both


def test_no_rows_have_no_effect() -> None:
    effect = filter_effect(pd.Series([], dtype="int64"), {"a": np.array([], bool)})
    assert effect.to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]


IDS = st.sampled_from([5, 6, 7, 8, 9_000_000_000])  # the last is far from the others


@UNTIMED
@given(st.lists(st.tuples(IDS, st.booleans(), st.booleans(), st.booleans()), max_size=12))
def test_the_effect_is_what_sets_of_nuclei_say(rows: list[tuple[int, bool, bool, bool]]) -> None:
    masks = {name: np.array([row[k] for row in rows], bool) for k, name in enumerate("abc", 1)}
    effect = filter_effect(pd.Series([row[0] for row in rows], dtype="int64"), masks)

    def passing(*filters: int) -> set[int]:
        return {row[0] for row in rows if all(row[k] for k in filters)}

    n, together = len(passing()), passing(1, 2, 3)
    for name, k, others in (("a", 1, (2, 3)), ("b", 2, (1, 3)), ("c", 3, (1, 2))):
        alone, without = len(passing(k)), passing(*others)
        assert effect.loc[[name]].to_numpy().tolist()[0] == [alone, n - alone, len(without - together)]
    left_out = n - len(together)
    assert effect.loc[[ALL_TOGETHER]].to_numpy().tolist()[0] == [len(together), left_out, left_out]


# At scale, against pandas


def test_a_whole_table_as_pandas_filters_it() -> None:
    rng = np.random.default_rng(661)
    n = 20_000
    words = ["23P", "4P", "oligo"]
    labels = pd.Categorical.from_codes(rng.integers(-1, 3, n), words)  # type: ignore[arg-type]
    frame = pd.DataFrame(
        {
            "nucleus_id": rng.integers(1, 18_000, n),
            "root_id": rng.integers(0, 3, n),
            **{axis: rng.uniform(0, 1200, n).astype("f4") for axis in ("x_um", "depth_um", "z_um")},
            "volume_um3": rng.uniform(20, 500, n).astype("f4"),
        }
    )
    filters = Filters(
        {
            "label": ("23P", UNMAPPED),
            "layer": ("L4", "L6"),
            "area": ("V1", "LM"),
            "volume": Range("volume_um3", 50, 400),
            "column": "Outside",
            "root": "With a segment",
        }
    )
    mask = kept(filter_masks(LabelledRows(frame, labels, labels, PRESET), filters), n)
    expected = frame[
        pd.Series(labels).astype(object).fillna(UNMAPPED).isin(["23P", UNMAPPED])
        & np.isin(layer_of(frame["depth_um"], PRESET), ["L4", "L6"])
        & np.isin(area_of(frame["x_um"], frame["z_um"]), ["V1", "LM"])
        & frame["volume_um3"].between(50, 400)
        & ~in_column(frame["x_um"], frame["depth_um"], frame["z_um"])
        & frame["root_id"].ne(0)
    ]
    pd.testing.assert_frame_equal(frame[mask], expected)
    assert 0 < len(expected) < n


# What is offered


def offered(rows: LabelledRows) -> dict[str, tuple[str, ...]]:
    return {key: options for key, row in FILTERS.items() if (options := row.offered(rows))}


def test_only_what_some_row_has_is_offered() -> None:
    assert offered(toy()) == {
        "label": ("23P", "4P", "oligo", UNMAPPED),
        "class": ("excitatory", "non-neuronal", UNMAPPED),
        "layer": ("L2/3", "L4", "L6"),
        "area": ("V1", "RL", "AL"),
        "column": ("Inside", "Outside"),
        "root": ("With a segment", "No segment (root 0)"),
        "depth": ("0", "850"),
        "volume": ("0", "800"),
    }


def test_every_option_keeps_a_row_and_no_other_would() -> None:
    rows = toy()
    everything = {
        "label": (*rows.labels.categories, UNMAPPED),
        "class": (*rows.classes.categories, UNMAPPED),
        "layer": CORTICAL_LAYERS,
        "area": VOLUME.areas,
    }
    for key, words in everything.items():
        keeping = [word for word in words if any(passing_ids(Filters({key: (word,)})).values())]
        assert FILTERS[key].offered(rows) == tuple(keeping)


def test_a_column_that_is_not_there_and_a_choice_of_one_are_not_offered() -> None:
    rows = toy()
    without = replace(rows, frame=rows.frame.drop(columns=["root_id", "volume_um3"]))
    assert {*offered(rows)} - {*offered(without)} == {"root", "volume"}
    for n in (0, 1):
        few = LabelledRows(rows.frame[:n], rows.labels[:n], rows.classes[:n], PRESET)
        assert {*offered(few)} == {"depth", "volume"}


# On a page

SCRIPT = """
import streamlit as st
from components.analysis.selection.filter_rows import LabelledRows
from components.analysis.selection.filters import filter_masks
from components.ui.context.filters import pick_filters, show_chips, show_filter_effect
from tests.test_filters import toy

whole = toy()
n = slice(int(st.query_params.get("rows", 5)))
frame = whole.frame[n]
frame = frame.assign(score_um=1.0) if "score" in st.query_params else frame.drop(columns="volume_um3")
key = (n.stop, *frame)
rows = LabelledRows(frame, whole.labels[n], whole.classes[n], whole.preset, key)
picked, keys = pick_filters(rows, "Toy")
st.session_state["filters-picked"] = picked
show_chips(picked, keys)
show_filter_effect(frame["nucleus_id"], picked, filter_masks(rows, picked))
"""


def chips(app: AppTest) -> list[str]:
    """The words of the active filters, each of which can be taken away by a click."""
    return [button.label for button in app.button if str(button.key).startswith("chip-")]


def page(link: dict[str, Any]) -> AppTest:
    return run_with(AppTest.from_string(SCRIPT, default_timeout=60), link)


def picked(app: AppTest) -> Filters:
    filters: Filters = app.session_state["filters-picked"]
    return filters


def test_a_page_opens_without_a_filter_and_offers_what_the_rows_have() -> None:
    app = page({})
    assert picked(app) == Filters()
    assert chips(app) == []
    assert [choice.options for choice in app.multiselect] == [
        ["23P", "4P", "oligo", "unmapped"],
        ["excitatory", "non-neuronal", "unmapped"],
        ["L2/3", "L4", "L6"],
        ["V1", "RL", "AL"],
    ]
    assert [slider.label for slider in app.slider] == ["Depth (µm)"]  # the rows hold no volume and no score
    assert app.caption[0].value == "No filter: all 5 nuclei of the table."


def test_a_link_restores_filters_and_a_button_clears_them() -> None:
    app = page({"only-Toy": "23P", "only-layer": ["L2/3", "L4"], "only-root": "With a segment"})
    assert picked(app) == Filters({"label": ("23P",), "layer": ("L2/3", "L4"), "root": "With a segment"})
    assert len(chips(app)) == 3
    assert app.caption[0].value == (
        "**1 of 5 nuclei** pass: label 23P leaves out 3 (1 that no other filter does), "
        "layer L2/3 or L4 leaves out 2 (1 that no other filter does), "
        "with a segment leaves out 2 (0 that no other filter does)."
    )
    app.button(key="clear-filters").click().run()
    assert picked(app) == Filters()
    assert chips(app) == []


@pytest.mark.parametrize(
    ("link", "filters"),
    [
        ({"only-layer": ["L4", "L9"]}, Filters({"layer": ("L4",)})),
        ({"only-layer": "WM"}, Filters()),  # a layer that no row lies in
        ({"only-Toy": "BC", "only-class": "glia", "only-area": "S1"}, Filters()),
        ({"only-depth": ["300", "100"]}, Filters({"depth": Range("depth_um", 100.0, 300.0)})),
        ({"only-depth": ["0", "300"]}, Filters({"depth": Range("depth_um", -inf, 300.0)})),
        ({"only-depth": ["nan", "inf"]}, Filters()),
        ({"only-depth": ["-100", "9000"]}, Filters()),
        ({"only-depth": "deep", "only-volume": ["100", "200"]}, Filters()),
        ({"only-column": "Around", "only-root": "Maybe"}, Filters()),
    ],
)
def test_what_a_link_may_say_that_is_not_offered(link: dict[str, Any], filters: Filters) -> None:
    assert picked(page(link)) == filters


def test_a_slider_at_its_full_span_is_no_filter_and_one_at_an_end_is_open_there() -> None:
    app = page({})
    app.slider(key="only-depth").set_value((250, 850)).run()
    assert picked(app) == Filters({"depth": Range("depth_um", 250.0, inf)})
    app.slider(key="only-depth").set_value((0, 850)).run()
    assert picked(app) == Filters()


def test_a_further_column_begins_with_its_range_and_can_be_cleared() -> None:
    app = page({"score": "1"})
    assert picked(app) == Filters({"score": Range("score_um", -10.0, inf)})
    assert len(chips(app)) == 1
    app.button(key="clear-filters").click().run()
    assert picked(app) == Filters()


@pytest.mark.parametrize("rows", ["0", "1"])
def test_a_table_of_no_rows_or_one_still_has_a_page(rows: str) -> None:
    app = page({"rows": rows, "score": "1", "only-layer": "L4"})
    assert picked(app) == Filters({"score": Range("score_um", -10.0, inf)})
    assert not app.multiselect
