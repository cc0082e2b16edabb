"""Solid over ghost: what each kind of chart says of what is selected, and that it is as it was without."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from components.analysis.comparison.alluvial import Alluvial
from components.analysis.selection.marks import Axis, Marks, SelectedCounts
from components.figures.alluvial import alluvial_figure
from components.figures.bars import changes_figure, counts_figure, coverage_figure
from components.figures.composition import places_figure
from components.figures.frame import Figure, finished
from components.figures.ghosts import FADED, FOOT, NARROWEST, STRIP, filled, piece_text
from components.figures.matrix import matrix_figure
from components.figures.profiles import depth_figure, volumes_figure
from data.catalog import TABLES

CAPTION = "Table · v661<br>n = 12 nuclei"
LABELS = ["a", "b"]
NUCLEI = np.arange(12, dtype=np.int64)
"""Eight of them are a, in two slices of depth, in two layers, and x or y in another table."""
OF_LABEL = pd.Categorical(["a"] * 8 + ["b"] * 4)
HALVES = [0, 1] * 6


def axis(*words: str) -> Axis:
    return Axis(pd.Categorical.from_codes(HALVES, pd.Index(words)), ())


def own(name: str = "y") -> dict[str, Axis]:
    return {name: Axis(OF_LABEL, ())}


TABLE = pd.DataFrame([[4, 4], [2, 2]], index=LABELS, columns=pd.Index(["L1", "L4"], name="layer"))
MATRIX = TABLE.set_axis(pd.Index(["x", "y"], name="other"), axis="columns").rename_axis("one")
COUNTS = pd.DataFrame({"nuclei": [8, 4], "share": [2 / 3, 1 / 3]}, index=LABELS)
PROFILE = pd.DataFrame({"a": [4, 4], "b": [2, 2]}, index=pd.Index([12.5, 37.5], name="depth_um"))
QUARTILES = {name: [1.0, 2.0] for name in ("q05", "q25", "median", "q75", "q95")}
BOXES = pd.DataFrame({"n": [8, 4], **QUARTILES}, index=LABELS)
ROWS = [("a", "Table A", 8, 2 / 3, "#123456"), ("b", "Table B", 4, 1 / 3, "#123456")]
FLOW = Alluvial(
    tables=(TABLES["baylor_gnn_cell_type_fine_model_v2"], TABLES["baylor_log_reg_cell_type_coarse_v1"]),
    level="type", n_tables=(12, 12), n_all=12, n_shown=12, pooled=(0, 0), nuclei=NUCLEI,
    nodes=pd.DataFrame({"table": [0, 0, 1, 1], "label": [*"abxy"], "nuclei": [8, 4, 6, 6]}),
    flows=pd.DataFrame({"source": [0, 0, 1, 1], "target": [2, 3, 2, 3], "nuclei": [4, 4, 2, 2]}),
    words=(OF_LABEL, axis("x", "y").words),
)  # fmt: skip
FIGURES: dict[str, tuple[Callable[[], Figure], Marks, dict[str, Any], list[str]]] = {
    "bars": (
        lambda: counts_figure(COUNTS, {}, CAPTION, clickable=True), Marks(NUCLEI, own()),
        {"x": [5, 0], "text": ["5", ""]}, ["<br>5 selected", "<br>0 selected"],
    ),
    "bars of tables": (
        lambda: coverage_figure(ROWS, 12, CAPTION), Marks(NUCLEI, own("customdata")),
        {"x": [5 / 12, 0], "text": ["5", ""]},
        ["<b>Table A</b><br>8 · 66.7%<br>5 selected", "<b>Table B</b><br>4 · 33.3%<br>0 selected"],
    ),
    "bars of changes": (
        lambda: changes_figure(COUNTS.rename(columns={"nuclei": "n"}), CAPTION, "nuclei", clickable=True),
        Marks(NUCLEI, own()),
        {"x": [5, 0], "text": ["5", ""]}, ["8 · 66.7%<br>5 selected", "4 · 33.3%<br>0 selected"],
    ),
    "flows": (
        lambda: alluvial_figure(FLOW, CAPTION), Marks(NUCLEI, {**own("0"), "1": axis("x", "y")}), {}, [],
    ),
    "pieces": (
        lambda: places_figure(TABLE, {}, CAPTION), Marks(NUCLEI, {**own("name"), "y": axis("L1", "L4")}),
        {"x": [3 / 6, 2 / 6, 0, 0], "text": ["3", "2", "", ""]}, ["<br>3 selected", "<br>2 selected"],
    ),
    "lines": (
        lambda: depth_figure(PROFILE, {}, [], CAPTION),
        Marks(NUCLEI, {**own("name"), "y": axis("12.5", "37.5")}),
        {"x": [0, 3, 2, 0]}, ["", "<br>3 selected", "<br>2 selected", ""],
    ),
    "cells": (
        lambda: matrix_figure(MATRIX, square=False, caption=CAPTION, clickable=True),
        Marks(NUCLEI, {**own(), "x": axis("x", "y")}),
        {},
        ["<br>3 selected", "<br>2 selected", "<br>0 selected", "<br>0 selected"],
    ),
    "boxes": (
        lambda: volumes_figure(BOXES, {}, CAPTION), Marks(NUCLEI, own()),
        {"y": ["a"], "lowerfence": [1.0], "median": [3.0], "upperfence": [5.0]}, [],
    ),
}  # fmt: skip
"""By kind: the figure, its marks, the solid trace where 0 to 4 are selected, what the ghosts' hovers add."""


def drawn(kind: str, selected: SelectedCounts | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dictionary of a figure, and its first solid trace, if it has any."""
    figure = finished(FIGURES[kind][0](), "Title")
    if selected:
        figure = filled(figure, selected)
    made = figure.to_dict()
    return made, next((trace for trace in made["data"] if trace.get("name") == "selected"), {})


@pytest.mark.parametrize("kind", FIGURES)
def test_solid_marks_say_how_many_of_each_are_selected(kind: str) -> None:
    _, marks, solid, hovers = FIGURES[kind]
    selected = marks.selected(np.arange(5), {"a": (1.0, 2.0, 3.0, 4.0, 5.0)})
    made, trace = drawn(kind, selected)
    assert selected.n == 5
    assert {name: [*trace[name]] for name in solid} == solid
    assert made["layout"]["title"]["subtitle"]["text"].endswith("selected: 5")
    assert not hovers or hovers in [trace.get("hovertext") for trace in made["data"]]
    opacities = [trace.get("opacity", trace.get("marker", {}).get("opacity")) for trace in made["data"]]
    assert kind in {"cells", "flows"} or FADED in opacities


@pytest.mark.parametrize("kind", FIGURES)
def test_without_a_selection_ghosts_are_what_they_were(kind: str) -> None:
    made, trace = drawn(kind, None)
    assert not [value for value in trace.get("x", []) if value]
    assert "selected" not in made["layout"]["title"]["subtitle"]["text"]
    assert FADED not in [trace.get("opacity", 1) for trace in made["data"]]


def test_bands_are_parted_and_nodes_filled_by_what_is_selected() -> None:
    made, _ = drawn("flows", FIGURES["flows"][1].selected(np.arange(5)))
    trace = made["data"][0]
    assert trace["link"]["value"] == [1, 2, 2, 2, 3, 2, NARROWEST, NARROWEST]
    assert [of[3] for of in trace["link"]["customdata"]] == [3, 2, 0, 0] * 2
    assert [words[3:] for words in trace["node"]["customdata"]] == [
        ["<br>5 selected", "0", "a"], ["<br>0 selected", "0", "b"],
        ["<br>3 selected", "1", "x"], ["<br>2 selected", "1", "y"],
    ]  # fmt: skip
    heights = np.array([shape["y0"] - shape["y1"] for shape in made["layout"]["shapes"]])
    np.testing.assert_allclose(heights / heights[0], [1, 0, 3 / 5, 2 / 5])


def test_a_strip_in_each_cell_is_as_long_as_the_share_of_its_nuclei_that_is_selected() -> None:
    assert drawn("cells", None)[0]["layout"]["shapes"][-1]["path"] == ""
    made, _ = drawn("cells", FIGURES["cells"][1].selected(np.arange(5)))
    strips = [
        [*map(float, re.findall(r"[\d.]+", strip))]
        for strip in made["layout"]["shapes"][-1]["path"].split("Z")[:-1]
    ]
    foot, edge = [1 - end / 2 for end in FOOT], (1 - STRIP) / 4
    assert strips == [
        pytest.approx([left, foot[0], left + STRIP * share / 2, foot[1], left], abs=1e-5)
        for left, share in ((edge, 3 / 4), (0.5 + edge, 2 / 4))
    ]  # of the first row alone


def test_a_figure_that_is_kept_for_all_sessions_stays_empty() -> None:
    figure, marks, *_ = FIGURES["bars"]
    kept = finished(figure(), "Title")
    before = repr(kept.to_dict())
    filled(kept, marks.selected(NUCLEI))
    assert repr(kept.to_dict()) == before


def test_the_disagreements_of_a_row_are_its_nuclei_of_other_words_that_the_other_table_holds() -> None:
    other = Axis(pd.Categorical([*"aabb", "none", "none"] * 2), (), absent="none")
    marks = Marks(NUCLEI, {**own(), "x": other})
    assert marks.nuclei_at({"y": "a"}, differ=True).tolist() == [2, 3]
    assert marks.nuclei_at({"x": "b"}, differ=True).tolist() == [2, 3]
    assert marks.nuclei_at({"y": "a", "x": "a"}, differ=True).tolist() == [0, 1, 6, 7]


def test_words_that_name_no_mark_have_no_count() -> None:
    marks = FIGURES["cells"][1]
    counts = marks.selected(np.array([0, 1, 99]))
    assert counts.of({"y": "a", "x": "x"}) == 1
    assert counts.of({"y": "b", "x": "x"}) == 0
    assert counts.of({"y": "other labels", "x": "x"}) is None
    assert counts.of({"y": "a"}) == 2
    assert counts.n == 2


@pytest.mark.parametrize(("share", "text"), [(1.0, "23P: 1,234"), (0.15, "1,234"), (0.05, ""), (0.0, "")])
def test_a_piece_says_what_fits(share: float, text: str) -> None:
    assert piece_text("23P", 1234, share) == text
