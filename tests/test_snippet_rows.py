"""The code of the rows shown: run against the archive's stand-in, it gives the page's rows, one by one."""

from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.code_export.functions import functions
from components.analysis.code_export.recipes import FILTER_WRITERS, ShownRows, rows_snippet
from components.analysis.comparison.axes import coregistered_labels
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, NOT_IN_TABLE, labels_from, own_labels
from components.analysis.labels.ranges import Range
from components.analysis.selection.filter_rows import FILTERS, LabelledRows
from components.analysis.selection.filters import Filters, filter_masks, kept
from data.catalog import TABLES
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.volume import VOLUME
from data.volume.space import area_of, in_column, layer_of
from data.volume.volume import CORTICAL_LAYERS, LayerPreset
from tests.made_release import (
    AUTOMATED,
    DETECTIONS,
    FINE,
    GROUPS,
    LOOKUP,
    MANUAL,
    METAMODEL,
    NEURONS,
    POINTS,
    SVM,
    MadeRelease,
    run,
)

CAVE_VIEWER = VOLUME.layer_presets[0]


def carried_labels(shown: ShownRows, level: Level) -> pd.Categorical:
    """Label of each row, as a page finds it."""
    if shown.label_source is None:
        return pd.Categorical([None] * len(shown.frame), categories=[])
    if shown.own:
        return own_labels(shown.frame, level)
    return labels_from(shown.frame["nucleus_id"].to_numpy(), shown.label_source[1], level)


def on_the_page(shown: ShownRows) -> pd.DataFrame:
    """The rows that pass, as a page finds them."""
    labels, classes = carried_labels(shown, shown.level), carried_labels(shown, "class")
    masks = filter_masks(LabelledRows(shown.frame, labels, classes, shown.preset), shown.filters)
    return shown.frame[kept(masks, len(shown.frame))]


def shown_of(
    made: MadeRelease,
    name: str,
    filters: Filters,
    level: Level = "type",
    label_source: str = "",
    preset: LayerPreset = CAVE_VIEWER,
) -> ShownRows:
    named = label_source or (name if TABLES[name].level else "")
    return ShownRows(*made.side(name), filters, preset, level, made.side(named) if named else None)


def check(made: MadeRelease, shown: ShownRows, *, some: bool = True) -> None:
    """The code's rows are the page's: nuclei, segments, labels, units, in their order."""
    wanted = on_the_page(shown)
    got = run(rows_snippet(made.origin, shown))["rows"]
    assert got["nucleus_id"].tolist() == wanted["nucleus_id"].tolist()
    assert got["root_id"].tolist() == wanted["root_id"].tolist()
    for name in {"cell_type", "unit_id"} & set(wanted.columns):
        one, other = (rows[name].tolist() for rows in (got, wanted))
        assert ["" if pd.isna(value) else value for value in one] == ["" if pd.isna(v) else v for v in other]
    if some:  # else the comparison would say nothing
        assert len(wanted) > 0
        assert len(wanted) < len(shown.frame) or shown.filters == Filters()


def test_no_filter_lacks_a_writer() -> None:
    assert {type(row) for row in FILTERS.values()} == {*FILTER_WRITERS}


def test_without_filters_the_rows_are_the_tables(made: MadeRelease, subtests: pytest.Subtests) -> None:
    for name in [FINE, NEURONS, GROUPS, MANUAL, DETECTIONS, POINTS, LOOKUP]:
        with subtests.test(name):
            check(made, shown_of(made, name, Filters()))


def test_rows_taken_back_are_not_there_and_every_digit_of_a_root_is(made: MadeRelease) -> None:
    rows = run(rows_snippet(made.origin, shown_of(made, FINE, Filters())))["rows"]
    assert set(rows["valid"]) == {"t"}
    assert rows["root_id"].dtype == "int64"
    assert 1 not in set(rows["root_id"])
    assert len(set(rows["root_id"])) > 50


@pytest.mark.parametrize(
    ("level", "labels"),
    [
        ("type", ("23P", "BC")),
        ("type", ("5P-ET", NO_LABEL)),  # both spellings
        ("type", (NO_LABEL,)),
        ("type", ("Martian", UNMAPPED)),
        ("subclass", ("5P-ET",)),  # both spellings
        ("subclass", ("23P", UNMAPPED)),
        ("class", ("inhibitory",)),
        ("class", (UNMAPPED,)),
        ("neuron", ("neuron",)),
    ],
)
def test_labels_are_meant_at_the_pages_level(
    made: MadeRelease, level: Level, labels: tuple[str, ...]
) -> None:
    check(made, shown_of(made, FINE, Filters({"label": labels}), level))


def test_a_label_may_go_by_its_rows_system(made: MadeRelease, subtests: pytest.Subtests) -> None:
    for name in [NEURONS, GROUPS]:
        for level in LEVELS:
            with subtests.test(f"{name} {level}"):
                labels = own_labels(made.frames[name], level)
                for label in labels.categories:
                    check(made, shown_of(made, name, Filters({"label": (str(label),)}), level), some=False)
                check(made, shown_of(made, name, Filters({"class": ("inhibitory",)}), level), some=False)


def test_the_same_label_is_of_two_classes_where_its_systems_are(made: MadeRelease) -> None:
    shown = shown_of(made, NEURONS, Filters({"class": ("inhibitory",)}))
    wanted = on_the_page(shown)
    assert {"Unsure", "BC"} <= set(wanted["cell_type"])
    assert "Unsure" in set(made.frames[NEURONS]["cell_type"].drop(wanted.index))
    check(made, shown)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "special", [(UNMAPPED,), (CONFLICTING,), (NOT_IN_TABLE,), (CONFLICTING, NOT_IN_TABLE), ()]
)
def test_another_table_may_name_the_rows(made: MadeRelease, special: tuple[str, ...], level: Level) -> None:
    found = labels_from(made.frames[SVM]["nucleus_id"].to_numpy(), made.frames[FINE], level)
    labels = (*special, str(found.categories[0]))
    for name in (DETECTIONS, MANUAL):
        check(made, shown_of(made, name, Filters({"label": labels}), level, FINE))
    only = Filters({"label": special}) if special else Filters({"class": ("excitatory",)})
    check(made, shown_of(made, DETECTIONS, only, level, FINE), some=special != (UNMAPPED,) or level != "type")


def test_layers_are_those_of_the_chosen_author(made: MadeRelease, subtests: pytest.Subtests) -> None:
    for preset in VOLUME.layer_presets:
        with subtests.test(preset.name):
            for layers in (("L4", "L5"), ("L1",), ("WM", "L2/3")):
                check(made, shown_of(made, DETECTIONS, Filters({"layer": layers}), preset=preset), some=False)
            check(made, shown_of(made, DETECTIONS, Filters({"layer": ("L5",)}), preset=preset))


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        (FINE, Filters({"area": ("V1",)})),
        (DETECTIONS, Filters({"area": ("LM", "AL")})),
        (DETECTIONS, Filters({"column": "Inside"})),
        (DETECTIONS, Filters({"column": "Outside", "root": "No segment (root 0)"})),
        (FINE, Filters({"root": "With a segment"})),
        (FINE, Filters({"depth": Range("depth_um", 200, 450)})),
        (FINE, Filters({"depth": Range("depth_um", -inf, 450), "volume": Range("volume_um3", 120, inf)})),
        (METAMODEL, Filters({"volume": Range("volume_um3", 120.5, 300.25)})),
        (POINTS, Filters({"depth": Range("depth_um", 300, inf)})),  # of the nucleus, not of the point
        (LOOKUP, Filters({"layer": ("L4", "L6")})),
        (MANUAL, Filters({"residual": Range("residual_um", -inf, 20), "score": Range("score_um", -10, inf)})),
        (AUTOMATED, Filters({"score": Range("score_um", -inf, inf)})),  # known at all
        (
            AUTOMATED,
            Filters({"depth": Range("depth_um", 250, 500.5), "score": Range("score_um", 1, inf)}),
        ),
        (
            METAMODEL,
            Filters(
                {
                    "label": ("BC", "oligo"),
                    "class": ("inhibitory",),
                    "layer": ("L4", "L5"),
                    "area": ("V1", "RL"),
                    "depth": Range("depth_um", 100, 700),
                }
            ),
        ),
    ],
)
def test_places_sizes_and_qualities(made: MadeRelease, name: str, filters: Filters) -> None:
    check(made, shown_of(made, name, filters))


@pytest.mark.parametrize(
    "filters", [Filters({"depth": Range("depth_um", 200, 500)}), Filters({"label": ("coregistered",)})]
)
def test_of_a_side_of_units_every_nucleus_at_hand_is_asked(made: MadeRelease, filters: Filters) -> None:
    places = made.frames[DETECTIONS].drop(columns="volume_um3")
    frame = coregistered_labels(made.frames[MANUAL], places["nucleus_id"]).merge(places, on="nucleus_id")
    frame["cell_type"] = frame["cell_type"].astype("category")
    denominator = (TABLES[DETECTIONS],)
    shown = ShownRows(
        TABLES[MANUAL], frame, filters, CAVE_VIEWER, "type", (TABLES[MANUAL], frame), denominator
    )
    check(made, shown)


# Planes and walls stand in the code as numbers, so they are held to those of the app.

COORDINATE = st.floats(-500, 2500, width=32)
PLACES = st.lists(st.tuples(COORDINATE, COORDINATE, COORDINATE), min_size=1, max_size=40)


def placed(places: list[tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(np.array(places, dtype=np.float32), columns=["x_um", "depth_um", "z_um"])


@given(PLACES)
def test_areas_and_the_column_are_the_apps(places: list[tuple[float, float, float]]) -> None:
    rows = placed(places)
    names = {"np": np, "pd": pd, "rows": rows}
    exec("\n".join(functions().values()), names)
    areas, inside = (eval(f"{name}(rows)", names).tolist() for name in ("area_of", "in_column"))
    assert areas == area_of(rows["x_um"], rows["z_um"]).tolist()
    assert inside == in_column(rows["x_um"], rows["depth_um"], rows["z_um"]).tolist()
    assert set(areas) <= set(VOLUME.areas)


def test_a_depth_on_a_boundary_is_of_the_deeper_layer(made: MadeRelease, subtests: pytest.Subtests) -> None:
    for preset in VOLUME.layer_presets:
        with subtests.test(preset.name):
            shown = shown_of(made, DETECTIONS, Filters({"layer": CORTICAL_LAYERS[1:2]}), preset=preset)
            lines = rows_snippet(made.origin, shown).text.splitlines()
            bounds = [bound for bound in preset.boundaries if bound is not None]
            depths = np.array([0, *bounds, *np.nextafter(bounds, 0), 2000])
            code = "\n".join(line for line in lines if line.startswith(("layers", "bounds")))
            names: dict[str, Any] = {"np": np, "pd": pd, "rows": pd.DataFrame({"depth_um": depths})}
            exec(code, names)

            assert names["layers"].tolist() == layer_of(depths, preset).tolist()
