"""Where two tables differ: every compared nucleus is in one bin, and each cell in words is a matrix cell."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score
from streamlit.testing.v1 import AppTest

from components.analysis.comparison.agreement import Agreement, Pairs, measure_agreement
from components.analysis.comparison.differences import (
    FEWEST_IN_PART,
    MOST_PARTS,
    NAMES,
    NO_VOLUME,
    STEPS_UM,
    By,
    agreement_by,
    differing_by,
    same_labels,
    top_confusions,
)
from components.analysis.comparison.metrics import FEW, stacked_intervals
from components.analysis.labels.counts import NO_POSITION
from components.figures.intervals import agreement_by_figure
from components.ui.agreement.differences import bin_rows
from data.catalog import TABLES
from data.volume import VOLUME
from data.volume.space import area_of, distance_to_edge_um, em_box_um, layer_bounds, layer_of, oriented_um
from tests.loopback_archive import FINE, FINE_ROWS, write_table
from tests.page_reader import run_with

NAN = float("nan")
PRESET = VOLUME.layer_presets[0]
LABELS = ["23P", "4P", "BC", "MC"]
METAMODEL, CLUSTERS = "aibs_soma_nuc_metamodel_preds_v117", "allen_column_mtypes_v1"
V1, RL, AL = (600.0, 800.0), (1200.0, 1000.0), (1400.0, 800.0)
TIMEOUT = 120  # for a busy machine

numbers = st.one_of(st.just(NAN), st.floats(0, 1500, width=32))
given_pairs = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=40)
given_places = st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=40, max_size=40)


def pairs_frame(*labels: tuple[str, str]) -> pd.DataFrame:
    """Nuclei 1, 2, … with their two labels; each side's categories are those it uses."""
    rows, columns = ([pair[side] for pair in labels] for side in (0, 1))
    index = pd.Index(np.arange(1, len(labels) + 1), name="nucleus_id")
    return pd.DataFrame(
        {"row_label": pd.Categorical(rows), "column_label": pd.Categorical(columns)}, index=index
    )


def places(*rows: tuple[float, float, float, float]) -> pd.DataFrame:
    """Nuclei 1, 2, … with their place and volume."""
    index = pd.Index(np.arange(1, len(rows) + 1), name="nucleus_id")
    return pd.DataFrame(list(rows), columns=["x_um", "depth_um", "z_um", "volume_um3"], index=index)


def at_depths(*depths: float) -> pd.DataFrame:
    return places(*((600, depth, 800, 200) for depth in depths))


def measured(
    *labels: tuple[str, str], rows: str = FINE, columns: str = METAMODEL, square: bool = True
) -> Agreement:
    frame = pairs_frame(*labels)
    n = len(frame)
    pairs = Pairs(
        rows=TABLES[rows], columns=TABLES[columns], level="subclass", frame=frame, square=square,
        n_rows_table=n, n_columns_table=n, n_both=n, left_out={},
    )  # fmt: skip
    return measure_agreement(pairs)


SAME, OTHER = ("23P", "23P"), ("23P", "4P")


# By place and size


def test_slices_of_depth_have_one_width_and_empty_ones_are_left_out():
    bins = agreement_by(pairs_frame(SAME, OTHER, SAME), at_depths(10, 49.9, 150), "depth", PRESET)
    assert bins[["low", "high", "n", "agree", "share"]].to_dict("index") == {
        "0–50 µm": {"low": 0, "high": 50, "n": 2, "agree": 1, "share": 0.5},
        "150–200 µm": {"low": 150, "high": 200, "n": 1, "agree": 1, "share": 1},
    }
    assert bins.index.name == "depth below the pia, µm"


@pytest.mark.parametrize(
    ("depth", "name"), [(0, "0–50 µm"), (50, "50–100 µm"), (-0.1, "−50 to 0 µm"), (NAN, NO_POSITION)]
)
def test_a_border_belongs_to_the_deeper_slice_and_what_is_unknown_is_apart(depth, name):
    assert list(agreement_by(pairs_frame(SAME), at_depths(depth), "depth", PRESET).index) == [name]


def test_layers_are_the_presets_from_the_pia_down():
    bins = agreement_by(pairs_frame(SAME, SAME, OTHER), at_depths(NAN, 300, 100), "layer", PRESET)
    assert bins["agree"].to_dict() == {"L2/3": 0, "L4": 1, NO_POSITION: 1}
    assert (bins["low"]["L4"], bins["high"]["L4"]) == layer_bounds(PRESET)[2][1:]


def test_areas_have_no_borders():
    here = places(*((x, 100, z, 200) for x, z in (AL, V1, RL)))
    bins = agreement_by(pairs_frame(SAME, OTHER, SAME), here, "area", PRESET)
    assert bins["agree"].to_dict() == {"V1": 0, "RL": 1, "AL": 1}
    assert bins[["low", "high"]].isna().to_numpy().all()


def test_parts_by_volume_hold_equal_counts_and_together_all():
    n = FEWEST_IN_PART * MOST_PARTS
    volumes = np.random.default_rng(1).permutation(np.arange(n) / 2)
    here = places(*((600, 100, 800, volume) for volume in volumes))
    bins = agreement_by(pairs_frame(*[SAME] * n), here, "volume", PRESET)
    assert bins["n"].tolist() == [FEWEST_IN_PART] * MOST_PARTS
    assert (bins["low"].iloc[0], bins["high"].iloc[-1]) == (0, volumes.max())
    assert (bins["high"].iloc[:-1].to_numpy() == bins["low"].iloc[1:].to_numpy()).all()
    assert bins.index[-1].endswith(f"–{volumes.max():.1f} µm³")


@pytest.mark.parametrize(
    ("volumes", "counts"),
    [
        ([200], {"200.0–200.0 µm³": 1}),
        ([200, 200, 300, NAN], {"200.0–300.0 µm³": 3, NO_VOLUME: 1}),
        ([NAN], {NO_VOLUME: 1}),
        ([150] * 2 * FEWEST_IN_PART, {"150.0–150.0 µm³": 2 * FEWEST_IN_PART}),
    ],
)
def test_few_or_equal_volumes_are_not_parted(volumes, counts):
    here = places(*((600, 100, 800, volume) for volume in volumes))
    bins = agreement_by(pairs_frame(*[SAME] * len(volumes)), here, "volume", PRESET)
    assert bins["n"].to_dict() == counts


def test_a_nucleus_or_column_without_a_place_is_apart():
    here = at_depths(100).drop(columns="volume_um3")
    frame = pairs_frame(SAME, OTHER)
    assert agreement_by(frame, here, "depth", PRESET)["n"].to_dict() == {"100–150 µm": 1, NO_POSITION: 1}
    assert agreement_by(frame, here, "volume", PRESET)["n"].to_dict() == {NO_VOLUME: 2}


def test_places_are_found_by_nucleus_and_not_by_order():
    shuffled = at_depths(10, 110, 210).iloc[[2, 0, 1]]
    bins = agreement_by(pairs_frame(OTHER, SAME, SAME), shuffled, "depth", PRESET)
    assert bins["agree"].tolist() == [0, 1, 1]


@given(given_pairs, given_places, st.sampled_from(list(NAMES)))
def test_every_compared_nucleus_is_in_one_bin_and_the_interval_is_wilsons(labels, rows, by):
    frame = pairs_frame(*labels)
    bins = agreement_by(frame, places(*rows), by, PRESET)
    assert bins["n"].sum() == len(frame)
    assert bins["agree"].sum() == sum(row == column for row, column in labels)
    assert (bins["n"] > 0).all()
    differing = differing_by(frame, places(*rows), by, PRESET)
    counted = (bins["n"] - bins["agree"]).drop([NO_POSITION, NO_VOLUME], errors="ignore")
    assert differing.value_counts().reindex(counted.index, fill_value=0).tolist() == counted.tolist()
    assert not same_labels(frame.loc[differing.index]).any()
    for agree, n, *share in bins[["agree", "n", "share", "share_low", "share_high"]].to_numpy():
        oracle = binomtest(int(agree), int(n)).proportion_ci(0.95, method="wilson")
        assert share == pytest.approx([agree / n, oracle.low, oracle.high], abs=1e-9)


@settings(max_examples=settings().max_examples // 2)
@given(given_pairs, given_places)
def test_bins_equal_groups_made_by_other_means(labels, rows):
    frame, here = pairs_frame(*labels), places(*rows).head(len(labels))
    x, depth, z = (here[axis].to_numpy() for axis in ("x_um", "depth_um", "z_um"))
    groups: dict[By, np.ndarray] = {
        "layer": layer_of(depth, PRESET),
        "area": area_of(x, z),
        "depth": depth // STEPS_UM["depth"],
        "edge": distance_to_edge_um(x, depth, z) // STEPS_UM["edge"],
    }
    for by, group in groups.items():
        n, agree = Counter(map(str, group)), Counter(map(str, group[same_labels(frame)]))
        bins = agreement_by(frame, here, by, PRESET)
        assert sorted(zip(bins["n"], bins["agree"], strict=True)) == sorted((n[k], agree[k]) for k in n)


def test_kappa_and_ac1_of_each_bin_are_those_of_its_matrix():
    labels = [SAME] * 60 + [OTHER] * 5 + [("4P", "4P")] * 20 + [("BC", "4P")] * 3
    here = at_depths(*[120] * 50, *[320] * 37, 410)
    bins = agreement_by(pairs_frame(*labels), here, "layer", PRESET)
    assert bins["n"].to_dict() == {"L2/3": 50, "L4": 37, "L5": 1}
    kappa = cohen_kappa_score(*zip(*labels[50:87], strict=True))
    assert bins["kappa"].tolist() == pytest.approx([NAN, kappa, 0], abs=1e-12, nan_ok=True)
    # All 50 are 23P in both tables, and each table could have named three labels.
    _, low, high = stacked_intervals(np.diag([50, 0, 0]), "ac1")
    assert (bins["ac1_low"]["L2/3"], bins["ac1_high"]["L2/3"]) == pytest.approx((float(low), float(high)))
    assert np.isnan([bins["kappa_low"]["L4"], bins["ac1_low"]["L4"]]).all()  # of fewer than 40
    shown = bin_rows(bins).set_index(NAMES["layer"])
    assert shown["Cohen's κ"]["L4"].endswith("(no interval)")
    assert shown["Cohen's κ"]["L5"] == "0.000 (no interval)"
    assert shown["Agreement"]["L2/3"].startswith("100.0% (92.9% to 100.0%)")


def test_a_border_is_in_the_higher_bin_whatever_rounding_does_to_positions():
    (left, _), _, (near, far) = VOLUME.em_box_voxels
    steps = STEPS_UM["edge"] * np.arange(1, 8)
    on_borders = [(243_000, 190_000, z) for z in (*(near + 25 * steps), *(far - 25 * steps))]
    on_borders += [(x, 190_000, 21_000) for x in left + 250 * steps]
    um = oriented_um(on_borders).astype(np.float32).astype(float)
    bins = agreement_by(pairs_frame(*[SAME] * 21), places(*((*place, 200.0) for place in um)), "edge", PRESET)
    assert bins["n"].to_dict() == {f"{step:g}–{step + 25:g} µm": 3 for step in steps}


def test_labels_are_compared_as_words_whatever_their_categories():
    frame = pairs_frame(("23P", "23P"), ("BC", "4P"), ("4P", "4P"), ("MC", "BC"))
    assert list(frame["row_label"].cat.categories) != list(frame["column_label"].cat.categories)
    assert same_labels(frame).tolist() == [True, False, True, False]


# Distance to the edge of the volume


def test_distance_is_taken_to_the_nearest_face_of_the_tilted_box():
    (x0, _), (y0, y1), (z0, _) = VOLUME.em_box_voxels
    middle = (y0 + y1) / 2
    at = oriented_um([(x0 + 2_500, middle, z0 + 6_000), (x0 + 50_000, middle, z0 + 1_000)])
    assert distance_to_edge_um(*at.T) == pytest.approx([10, 40])  # 2,500 voxels of 4 nm; 1,000 of 40 nm


def test_corners_are_on_the_edge_and_what_is_outside_is_negative():
    assert distance_to_edge_um(*em_box_um().T) == pytest.approx(np.zeros(8), abs=1e-6)
    (x0, _), (y0, y1), (z0, _) = VOLUME.em_box_voxels
    outside = oriented_um([(x0 + 50_000, y1 + 1_000, z0 + 6_000), (x0 - 250, y0 - 500, z0 + 6_000)])
    assert distance_to_edge_um(*outside.T) == pytest.approx([-4, -2])


def test_nothing_lies_farther_inside_than_half_the_thinnest_side():
    middle = oriented_um([tuple(np.mean(ends) for ends in VOLUME.em_box_voxels)])
    assert distance_to_edge_um(*middle.T) == pytest.approx([13_008 * 0.040 / 2])
    assert np.isnan(distance_to_edge_um([NAN], [1.0], [1.0])).all()


# Confusions


def test_the_largest_squares_off_the_diagonal_come_first_with_both_shares():
    result = measured(*[SAME] * 6, *[("23P", "4P")] * 2, *[("4P", "4P")] * 3, ("BC", "MC"), ("4P", "BC"))
    top = top_confusions(result, most=2)
    assert top.to_dict("records") == [
        {"row": "23P", "column": "4P", "n": 2, "n_row": 8, "n_column": 5,
         "share_of_row": 2 / 8, "share_of_column": 2 / 5},
        {"row": "4P", "column": "BC", "n": 1, "n_row": 4, "n_column": 1,
         "share_of_row": 1 / 4, "share_of_column": 1.0},
    ]  # fmt: skip


def test_where_vocabularies_differ_the_commonest_of_a_row_or_column_is_not_listed():
    counts = {("L2a", "23P"): 9, ("L2a", "4P"): 2, ("L4a", "4P"): 8, ("L4a", "23P"): 3, ("L4a", "BC"): 1}
    labels = [pair for pair, n in counts.items() for _ in range(n)]
    top = top_confusions(measured(*labels, square=False))
    assert list(zip(top["row"], top["column"], top["n"], strict=True)) == [
        ("L4a", "23P", 3),
        ("L2a", "4P", 2),
    ]
    turned = top_confusions(measured(*((column, row) for row, column in labels), square=False))
    assert list(zip(turned["column"], turned["row"], strict=True)) == [("L4a", "23P"), ("L2a", "4P")]


@given(given_pairs, st.integers(0, 20), st.booleans())
def test_confusions_equal_those_of_a_cross_table(labels, most, square):
    result = measured(*labels, square=square)
    top = top_confusions(result, most)
    n, rows, columns = (Counter(given) for given in (labels, [a for a, _ in labels], [b for _, b in labels]))
    for one in top.to_dict("records"):
        assert one["n"] == n[one["row"], one["column"]]
        assert (one["n_row"], one["n_column"]) == (rows[one["row"]], columns[one["column"]])
    if square:
        differ = [n[pair] for pair in n if pair[0] != pair[1]]
        assert top["n"].tolist() == sorted(differ, reverse=True)[:most]


# Pictures


def test_a_point_per_bin_and_what_is_few_is_said_and_drawn_otherwise():
    n = FEW
    frame = pairs_frame(*[SAME] * n, OTHER)
    bins = agreement_by(frame, at_depths(*[120] * n, 320), "depth", PRESET)
    figure = agreement_by_figure(bins, n / (n + 1), "caption", layer_bounds(PRESET))
    many, few, words = figure.data
    assert (list(many.x), list(many.y), list(few.x), list(few.y)) == ([1], [125], [0], [325])
    assert list(words.text) == [f" n = {FEW}", " n = 1 (few)"]
    assert (many.marker.symbol, few.marker.symbol) == ("circle", "circle-open")
    assert [many.x + many.error_x.array, many.x - many.error_x.arrayminus] == [
        pytest.approx(bins[end].to_numpy()[:1]) for end in ("share_high", "share_low")
    ]
    assert [few.x + few.error_x.array, few.x - few.error_x.arrayminus] == [
        pytest.approx(bins[end].to_numpy()[1:]) for end in ("share_high", "share_low")
    ]


def test_depth_goes_down_from_the_pia_with_the_layers_lines():
    bins = agreement_by(pairs_frame(SAME, OTHER), at_depths(120, 320), "depth", PRESET)
    figure = agreement_by_figure(bins, 0.5, "caption", layer_bounds(PRESET))
    assert tuple(figure.layout.yaxis.range) == (350, 0)
    left, right = figure.layout.xaxis.range
    assert (0 - left) / (right - left) > 0.1, "no point lies on the name of a layer"
    lines = [shape.y0 for shape in figure.layout.shapes if shape.xref == "paper"]
    assert lines == [top for _, top, _ in layer_bounds(PRESET) if top < 350]
    whole = next(shape for shape in figure.layout.shapes if shape.yref == "paper")
    assert whole.x0 == whole.x1 == 0.5
    assert {note.text for note in figure.layout.annotations} >= {"all: 50.0%", "L1", "L2/3", "L4"}
    assert figure.layout.title.subtitle.text == "caption"


def test_other_bins_stand_in_order_with_their_words():
    here = places(*((x, 100, z, 200) for x, z in (V1, RL, AL)))
    bins = agreement_by(pairs_frame(SAME, SAME, OTHER), here, "area", PRESET)
    axis = agreement_by_figure(bins, 2 / 3, "caption").layout.yaxis
    assert list(axis.categoryarray) == [area for area in VOLUME.areas if area != "LM"]
    assert axis.range[0] > axis.range[1]


@settings(max_examples=settings().max_examples // 4)
@given(given_pairs.filter(bool), given_places)
def test_every_interval_is_within_the_axis(labels, rows):
    frame = pairs_frame(*labels)
    bins = agreement_by(frame, places(*rows), "depth", PRESET)
    left, right = agreement_by_figure(bins, float(same_labels(frame).mean()), "c").layout.xaxis.range
    assert left < bins["share_low"].min()
    assert right > bins["share_high"].max()
    assert right - left > 0.1


# Panels


SCRIPT = """
import numpy as np
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.selection.filters import Filters
from components.analysis.labels.levels import own_labels
from components.ui.agreement.differences import show_confusions, show_differences
from components.ui.session.release import load_labels
from components.ui.context.table_view import TableView
from data.volume import VOLUME

rows, columns = load_labels({rows!r}), load_labels({columns!r})
pairs = pair_labels((rows.table, rows.frame), (columns.table, columns.frame), {level!r})
result = measure_agreement(pairs)
labels = own_labels(rows.frame, {level!r})
view = TableView(rows, rows, {level!r}, labels, Filters(), VOLUME.layer_presets[0])
show_differences(view, result)
show_confusions(result)
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two tables of the same three nuclei: they call the first otherwise; and one of clusters."""
    relabelled = [(*row[:3], "BC" if row[3] == "23P" else row[3], *row[4:]) for row in FINE_ROWS]
    clusters = [
        (*row[:3], label, *row[4:]) for row, label in zip(FINE_ROWS, ("L2a", "L5ET", "L2a"), strict=True)
    ]
    for name, rows in ((FINE, FINE_ROWS), (METAMODEL, relabelled), (CLUSTERS, clusters)):
        write_table(tmp_path, name, rows)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path))
    monkeypatch.setenv("CELL_TYPES_CACHE", str(tmp_path / "cache"))


def opened(columns: str = METAMODEL, level: str = "type", **query: str) -> AppTest:
    script = SCRIPT.format(rows=FINE, columns=columns, level=level)
    return run_with(AppTest.from_string(script, default_timeout=TIMEOUT), query)


def words(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.caption, *app.info])


@pytest.mark.usefixtures("folder")
def test_the_panel_says_what_its_shares_are_of_and_whose_layers():
    app = opened()
    assert "Slices of 50 µm" in words(app)
    assert PRESET.name in words(app)
    (chart,) = app.get("plotly_chart")
    assert "n = 3 nuclei compared" in chart.proto.spec
    assert "all: 66.7%" in chart.proto.spec


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Layer", "Layers after"),
        ("Area", "planes fitted"),
        ("Distance to edge", "nearest face of the EM box"),
    ],
)
def test_the_link_says_by_what(by, said):
    app = opened(**{"differ-by": by})
    assert said in words(app)
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.usefixtures("folder")
def test_what_is_known_of_no_nucleus_has_words_and_no_picture():
    app = opened(**{"differ-by": "Nucleus volume"})
    assert "Nucleus volume is known for none of the 3 nuclei compared" in words(app)
    assert "Not in any bin (no volume): 3, of which 2 have the same label" in words(app)
    assert not app.get("plotly_chart")


@pytest.mark.usefixtures("folder")
def test_a_confusion_is_a_sentence_with_its_denominators_and_a_button_that_selects_it():
    app = opened()
    sentence = next(block.value for block in app.markdown if "calls" in block.value)
    assert "**1** nucleus that Baylor fine calls **23P** is **BC** in Soma-nucleus metamodel" in sentence
    assert "100.0% of the 1 that Baylor fine calls 23P, and 50.0% of the 2" in sentence
    assert "few" in sentence
    assert "1 of the 3 nuclei compared (33.3%) have different labels" in words(app)
    app.button(key="confusion-0").click().run()
    assert not app.exception
    selected = app.session_state["selection"]
    assert (selected.row, selected.column, selected.level) == ("23P", "BC", "type")


@pytest.mark.usefixtures("folder")
def test_tables_of_different_labels_have_reasons_in_place_of_pictures():
    app = opened(CLUSTERS)
    assert "use different labels here" in words(app)
    assert "At the level of subclass they use the same." in words(app)
    assert not app.get("plotly_chart")
    assert "commonest of its row or of its column" in words(app)


@pytest.mark.usefixtures("folder")
def test_where_all_agree_it_is_said():
    app = opened(level="neuron")
    assert "Both tables give each of the 3 compared nuclei the same label." in words(app)
