"""Places and shares: every nucleus stands in one layer and one area, and each picture equals its numbers."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.analysis.labels.areas import NOT_IN_AREAS, compare_areas, comparison_words, read_areas
from components.analysis.labels.counts import (
    NO_POSITION,
    UNMAPPED,
    Quartiles,
    counts_by_area,
    counts_by_layer,
    quartiles,
    type_counts,
    with_places,
)
from components.analysis.labels.levels import CONFLICTING
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.analysis.selection.filter_rows import FILTERS, LabelledRows
from components.analysis.selection.filters import Filters, filter_masks, filter_words
from components.analysis.selection.kinds import Filtered, words_of
from components.figures.composition import EASY_TO_TELL, places_figure, shares_figure
from components.ui.selection.marks import place_columns, placed_marks
from components.ui.session.colours import colours_of
from data.volume import VOLUME
from data.volume.space import area_of, layer_of, layers_of, oriented_um
from tests.loopback_archive import FINE, FINE_ROWS, write_table
from tests.test_all_pairs import loaded

NAN = float("nan")
PRESET = VOLUME.layer_presets[0]
LABELS = ["23P", "BC", "4P"]
V1, RL, AL = (600.0, 800.0), (1200.0, 1000.0), (1400.0, 800.0)
TIMEOUT = 120  # for a busy machine

depths = st.one_of(st.just(NAN), st.floats(-20, 850, width=32))
across = st.one_of(st.just(NAN), st.floats(300, 1600, width=32))
given_rows = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([*LABELS, None]), depths, across, across))


def frame(*rows: tuple[int, str | None, float, float, float]) -> tuple[pd.DataFrame, pd.Categorical]:
    """Rows of nucleus, label, depth, x and z; and their labels."""
    made = pd.DataFrame(list(rows), columns=["nucleus_id", "label", "depth_um", "x_um", "z_um"])
    labels = pd.Categorical(made.pop("label"), categories=LABELS)
    return made.astype({"nucleus_id": np.int64, "depth_um": "f4", "x_um": "f4", "z_um": "f4"}), labels


def test_rows_in_files_say_layer_area_and_the_voxel_that_they_came_from() -> None:
    at = np.array([[240640, 207872, 21360], [180000, 150001, 19999], [300003, 100000, 25000]])
    um = np.vstack([oriented_um(at), [NAN] * 3]).astype("f4")
    rows = pd.DataFrame(um, columns=["x_um", "depth_um", "z_um"]).assign(nucleus_id=[1, 2, 3, 4])
    placed = with_places(rows, PRESET)
    voxels = placed[["x_voxel", "y_voxel", "z_voxel"]]
    assert voxels[:3].to_numpy().tolist() == at.tolist()
    assert voxels[3:].isna().all(axis=None)
    assert placed[["layer", "area_approximate"]][3:].to_numpy().tolist() == [["", ""]]
    assert placed["layer"].tolist() == [*layer_of(rows["depth_um"], PRESET)]
    assert set(placed["layer_preset"]) == {PRESET.name}
    assert with_places(placed[["nucleus_id"]], PRESET).columns.tolist() == ["nucleus_id"]


def counted_by_pandas(
    made: pd.DataFrame, labels: pd.Categorical, places: np.ndarray
) -> dict[tuple[str, str], int]:
    """Count by other means: nuclei as groups, their words as sets, pairs as a cross table."""
    words = pd.Series(labels.astype(object)).fillna(UNMAPPED).groupby(made["nucleus_id"].to_numpy())
    word = words.agg(lambda given: CONFLICTING if len(set(given)) > 1 else given.iloc[0])
    place = pd.Series(places).groupby(made["nucleus_id"].to_numpy()).first()
    return cells(pd.crosstab(word, place.replace("", NO_POSITION)))


def cells(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    return {
        (str(row), str(place)): int(n) for row, line in table.iterrows() for place, n in line.items() if n
    }


# Numbers


def test_each_nucleus_stands_once_in_its_layer():
    made, labels = frame(
        (1, "23P", 100, *V1),
        (2, "23P", 300, *V1),
        (2, "23P", 300, *V1),  # the same label twice
        (3, "BC", 300, *V1),
        (3, "4P", 300, *V1),  # two labels
        (4, None, 800, *V1),
        (5, "4P", NAN, *V1),
    )
    assert counts_by_layer(made, labels, PRESET).to_dict("index") == {
        "23P": {"L1": 0, "L2/3": 1, "L4": 1, "L5": 0, "L6": 0, "WM": 0, NO_POSITION: 0},
        "4P": {"L1": 0, "L2/3": 0, "L4": 0, "L5": 0, "L6": 0, "WM": 0, NO_POSITION: 1},
        CONFLICTING: {"L1": 0, "L2/3": 0, "L4": 1, "L5": 0, "L6": 0, "WM": 0, NO_POSITION: 0},
        UNMAPPED: {"L1": 0, "L2/3": 0, "L4": 0, "L5": 0, "L6": 0, "WM": 1, NO_POSITION: 0},
    }


def test_each_nucleus_stands_once_in_its_area():
    made, labels = frame((1, "BC", 9, *V1), (2, "BC", 9, *RL), (2, "BC", 9, *RL), (3, "4P", 9, *AL))
    assert counts_by_area(made, labels).to_dict("index") == {
        "BC": {"V1": 1, "RL": 1, "AL": 0, "LM": 0},
        "4P": {"V1": 0, "RL": 0, "AL": 1, "LM": 0},
    }


@pytest.mark.parametrize("preset", VOLUME.layer_presets, ids=lambda preset: preset.name)
def test_the_columns_are_the_layers_that_the_preset_tells_apart(preset):
    table = counts_by_layer(*frame((1, "BC", 10, *V1)), preset)
    assert tuple(table.columns) == layers_of(preset)
    assert table.columns.name == "layer"


@settings(deadline=None)
@given(given_rows)
def test_counts_equal_those_of_other_means(rows):
    made, labels = frame(*rows)
    layers, areas = layer_of(made["depth_um"], PRESET), area_of(made["x_um"], made["z_um"])
    by_layer, by_area = counts_by_layer(made, labels, PRESET), counts_by_area(made, labels)
    assert cells(by_layer) == counted_by_pandas(made, labels, layers)
    assert cells(by_area) == counted_by_pandas(made, labels, areas)
    for table in (by_layer, by_area):
        assert table.sum(axis=1).to_dict() == type_counts(made["nucleus_id"], labels)["nuclei"].to_dict()


def test_nothing_has_no_labels_and_all_areas():
    table = counts_by_area(*frame())
    assert (len(table), tuple(table.columns)) == (0, VOLUME.areas)


def test_depth_counts_each_nucleus_once_and_leaves_out_missing_ones():
    made, _ = frame(*((k, "BC", depth, *V1) for k, depth in enumerate([100, 200, 300, 400, 500, NAN])))
    twice = pd.concat([made, made.iloc[[0, 0, 0]]], ignore_index=True)
    assert quartiles(twice, "depth_um") == Quartiles(lower=200, median=300, upper=400)
    assert quartiles(made[made["depth_um"].isna()], "depth_um") is None


# Pictures


def table(**columns: list[int]) -> pd.DataFrame:
    labels = pd.Index([f"type {k}" for k in range(len(next(iter(columns.values()))))], name="label")
    return pd.DataFrame(columns, index=labels).rename_axis(columns="layer")


def test_the_pieces_of_each_bar_are_its_counts_and_fill_it():
    counts = table(L1=[90, 9, 1], L4=[0, 30, 30], WM=[0, 0, 0])
    *pieces, totals, _ = places_figure(counts, {}, "caption").data
    assert [list(piece.customdata[:, 0]) for piece in pieces] == counts.to_numpy().tolist()
    assert np.sum([piece.x for piece in pieces], axis=0).tolist() == [1, 1, 0]
    assert pieces[1].customdata == pytest.approx(np.array([[9, 100, 9 / 39], [30, 60, 30 / 39], [0, 0, 0]]))
    assert list(totals.text) == [" n = 100", " n = 60", " n = 0"]


def test_the_totals_have_the_room_beside_the_bars_to_themselves_where_one_label_needs_no_legend() -> None:
    one, two = (places_figure(table(L1=counts), {}, "caption").layout for counts in ([2], [2, 3]))
    assert (one.showlegend, two.showlegend) == (False, True)
    assert one.margin.r < two.margin.r


def test_a_piece_is_named_where_there_is_room():
    pieces = places_figure(table(L1=[9_000, 800, 100]), {}, "caption").data
    assert [piece.text[0] for piece in pieces[:3]] == ["type 0: 9,000", "800", ""]


@pytest.mark.parametrize(
    ("n", "hatches"), [(EASY_TO_TELL, {""}), (EASY_TO_TELL + 1, {"", "/"})], ids=["few", "many"]
)
def test_among_many_labels_neighbours_differ_by_more_than_colour(n, hatches):
    counts = table(L1=[1] * n)
    figure = places_figure(counts, dict.fromkeys(counts.index, "#123456"), "caption")
    shapes = [piece.marker.pattern.shape for piece in figure.data[:n]]
    assert set(shapes) == hatches
    assert len(hatches) == 1 or all(one != other for one, other in pairwise(shapes))


def test_what_is_no_label_is_grey_and_hatched():
    colours = colours_of(["BC", CONFLICTING, UNMAPPED])
    assert set(colours) == {"BC"}
    counts = pd.DataFrame({"L1": [1, 1, 1]}, index=["BC", CONFLICTING, UNMAPPED]).rename_axis(columns="layer")
    looks = [piece.marker for piece in places_figure(counts, colours, "caption").data[:3]]
    assert [look.color for look in looks] == [colours["BC"], NO_LABEL_COLOUR, NO_LABEL_COLOUR]
    assert len({look.pattern.shape for look in looks}) == 3


def shares(**nuclei: int) -> pd.DataFrame:
    counts = pd.Series(nuclei, name="nuclei").rename_axis("label")
    return pd.DataFrame({"nuclei": counts, "share": counts / counts.sum()})


def test_a_pair_of_bars_says_counts_shares_and_their_ratio():
    figure = shares_figure(shares(a=50, b=49, c=1), shares(a=1, c=1), {}, "caption")
    solid, hatched = figure.data[:2]
    assert list(solid.text) == ["1 · 50.0% · ×1", "0 · 0.0% · ×0", "1 · 50.0% · ×50"]
    assert list(hatched.text) == ["50 · 50.0%", "49 · 49.0%", "1 · 1.0%"]
    assert list(solid.x) == [0.5, 0, 0.5]
    assert list(hatched.x) == [0.5, 0.49, 0.01]


@pytest.mark.parametrize(
    ("everything", "selected", "said"),
    [
        ({"a": 40, "b": 60}, {"a": 92, "b": 8}, "92 · 92.0% · ×2.3"),
        ({"a": 1, "b": 1279}, {"a": 10}, "10 · 100.0% · ×1,280"),
        ({"a": 90, "b": 10}, {"a": 1, "b": 9999}, "1 · <0.1% · ×<0.01"),
        ({"a": 90, "b": 10}, {"b": 5}, "0 · 0.0% · ×0"),
    ],
)
def test_how_a_ratio_is_written(everything, selected, said):
    assert shares_figure(shares(**everything), shares(**selected), {}, "caption").data[0].text[0] == said


def test_selected_and_all_differ_by_more_than_colour_and_the_key_says_how():
    solid, hatched, *key = shares_figure(shares(a=1), shares(a=1), {"a": "#123456"}, "caption").data
    assert (solid.marker.pattern.shape, hatched.marker.pattern.shape) == (None, "/")
    assert [entry.name for entry in key] == ["selected", "all shown"]
    assert [entry.marker.pattern.shape for entry in key] == [None, "/"]
    assert [entry.offsetgroup for entry in key] == [solid.offsetgroup, hatched.offsetgroup]


# Panels


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Three nuclei of one table: 101 is 23P, 102 is 5P-PT, 103 is BC."""
    write_table(tmp_path, FINE, FINE_ROWS)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path))
    monkeypatch.setenv("CELL_TYPES_CACHE", str(tmp_path / "cache"))


SCRIPT = """
import numpy as np
from components.analysis.selection.filters import Filters
from components.analysis.labels.levels import own_labels
from components.ui.family.page import show_places
from components.ui.session.release import load_labels
from components.ui.context.table_view import TableView
from components.analysis.selection.listed import listed
from components.ui.selection.breakdown import show_selection_breakdown
from components.ui.selection.selection import set_selection
from data.loader import LabelTable
from data.volume import VOLUME

one = load_labels("baylor_gnn_cell_type_fine_model_v2")
frame = one.frame.assign(**{{axis: np.float32("nan") for axis in {without}}})
one = LabelTable(one.table, frame, one.provenance)
labels = own_labels(frame, "type")
passing = Filters({{"label": ("23P", "BC")}})
masks = {{"label": np.isin(labels.astype(str), passing["label"])}}
view = TableView(one, one, "type", labels, passing, VOLUME.layer_presets[0], masks)
show_places(view)
if {selected}:
    set_selection(listed({selected}))
show_selection_breakdown(view)
"""


def opened(selected: list[int], without: tuple[str, ...] = ()) -> AppTest:
    """Show the panels of the table's 23P and BC."""
    app = AppTest.from_string(
        SCRIPT.format(selected=selected, without=without), default_timeout=TIMEOUT
    ).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    helps = [block.help for block in app.markdown if block.help]
    return "\n".join([*(block.value for block in [*app.markdown, *app.caption, *app.info]), *helps])


@pytest.mark.usefixtures("folder")
def test_the_panels_say_whose_layers_and_that_both_are_approximate():
    app = opened([])
    said = words(app)
    assert PRESET.name in said
    assert said.count("Approximate:") == 2
    layer, area = (element.proto.spec for element in app.get("plotly_chart"))
    assert f"layers after {PRESET.name}, approximate" in layer
    assert "areas: fitted planes, approximate" in area
    assert "n = 2 nuclei" in layer


@pytest.mark.usefixtures("folder")
def test_a_selection_says_what_is_labelled_filtered_out_and_absent():
    app = opened([101, 102, 999])
    said = words(app)
    assert "2 of 3 selected nuclei are in Baylor fine; the filters leave out 1; 1 of the 1 shown" in said
    assert "Median depth (quartiles)" in said
    assert len(app.get("plotly_chart")) == 3
    assert "n = 1 nucleus selected, against 2 shown" in app.get("plotly_chart")[2].proto.spec


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("selected", "said"),
    [
        ([999], "0 of 1 selected nucleus is in Baylor fine."),
        ([102], "1 of 1 selected nucleus is in Baylor fine; the filters leave out 1."),
    ],
)
def test_a_selection_of_which_nothing_is_shown_has_words_and_no_picture(selected, said):
    app = opened(selected)
    assert said in words(app)
    assert len(app.get("plotly_chart")) == 2


@pytest.mark.usefixtures("folder")
def test_nothing_is_said_of_no_selection():
    assert "Nothing is selected." in words(opened([]))


@pytest.mark.usefixtures("folder")
def test_nuclei_without_positions_have_words_and_no_picture():
    app = opened([101], without=("x_um", "depth_um", "z_um"))
    assert "None of the 2 nuclei has a position" in words(app)
    assert "Median depth" not in words(app)
    assert len(app.get("plotly_chart")) == 1  # the shares, which need no position


def test_rows_and_selections_take_official_areas_where_a_release_has_them() -> None:
    made = pd.DataFrame({"nucleus_id": [1, 2, 3, 4], "x_um": V1[0], "depth_um": 100.0, "z_um": V1[1]})
    table = pd.DataFrame({"nucleus_id": [1, 2, 2, 4], "tag": ["V1", "LM", "V1", "PM"]})
    official = read_areas(loaded(FINE, table))
    labels = pd.Categorical(["a"] * 4)
    for areas, own, wanted in (
        (None, "area_approximate", {"V1": [1, 2, 3, 4], "LM": []}),
        (official, "area", {"V1": [1], "LM": [2]}),
    ):
        frames = {FINE: made} | ({VOLUME.area_table: table} if areas else {})
        words = with_places(made, PRESET, areas)[own].tolist()
        rows = LabelledRows(made, labels, labels, PRESET, areas=areas)
        for area, nuclei in wanted.items():
            assert made["nucleus_id"][np.array(words) == area].tolist() == nuclei
            mask = filter_masks(rows, Filters({"area": (area,)}))["area"]
            assert made["nucleus_id"][mask].tolist() == nuclei
            assert Filtered(FINE, traits=((area,),)).nuclei(frames).tolist() == nuclei
        marks = placed_marks(made, labels, (), "area", PRESET, areas)
        assert marks.nuclei_at({"y": "V1"}).tolist() == wanted["V1"]
        column = pd.Series(place_columns(made.set_index("nucleus_id"), areas)["area"])
        assert column.eq("V1").sum() == len(wanted["V1"])
    filters = Filters({"area": ("V1", "LM")})
    assert filter_words(filters, PRESET) == "area V1 or LM (approximate)"
    assert filter_words(filters, PRESET, official) == "area V1 or LM (official table)"
    assert FILTERS["area"].options(rows) == ("V1", "LM", "PM", NOT_IN_AREAS)
    joined = Filtered(FINE, ("a",)) - Filtered(FINE, traits=(("V1", "LM"), ("root",)))
    assert joined.of_areas
    assert "area LM (official table)" in words_of(joined, official=True)
    assert words_of(joined, official=False) == joined.words()


def test_official_areas_come_from_their_table_and_the_planes_say_how_they_compare() -> None:
    made = pd.DataFrame(
        {
            "nucleus_id": [1, 2, 3, 4, 4, 5],
            "x_um": [V1[0], V1[0], RL[0], RL[0], RL[0], NAN],
            "z_um": [V1[1], V1[1], RL[1], RL[1], RL[1], NAN],
        }
    )
    tags = {"nucleus_id": [1, 2, 3, 3, 5, 6], "tag": ["V1", "AL", "RL", "V1", "V1", "PM"]}
    official = read_areas(loaded(FINE, pd.DataFrame(tags)))
    labels = pd.Categorical(["a", "a", "b", "b", "b", "b"])
    counts = counts_by_area(made, labels, official)
    assert counts.loc["a"].to_dict() == {"V1": 1, "RL": 0, "AL": 1, "LM": 0, "PM": 0, NOT_IN_AREAS: 0}
    assert counts[["V1", "RL", NOT_IN_AREAS]].to_numpy()[1].tolist() == [1, 1, 1]
    compared = compare_areas(made, official)
    assert compared.to_dict("index") == {
        "V1": {"nuclei": 1, "same": 1},
        "RL": {"nuclei": 1, "same": 1},
        "AL": {"nuclei": 1, "same": 0},
    }
    assert comparison_words(compared).startswith("By the fitted planes 2 of 3 nuclei (66.7%)")
    assert "not compared" in comparison_words(compared[:0])
