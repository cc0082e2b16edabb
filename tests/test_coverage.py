"""Which tables label the same nuclei: every nucleus in one combination, and each bar a way to its nuclei."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.selection.coverage import Coverage, table_coverage
from components.analysis.selection.kinds import Covered
from components.analysis.selection.marks import SelectedCounts
from components.figures.frame import REACH
from components.figures.ghosts import FADED, with_selected
from components.figures.upset import upset_figure
from data.catalog import TABLES
from data.number_words import of_nuclei
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.page_reader import caption

FINE, COARSE = "baylor_gnn_cell_type_fine_model_v2", "baylor_log_reg_cell_type_coarse_v1"
MANUAL, COREG, SVM = "allen_v1_column_types_slanted_ref", "coregistration_manual_v3", "nucleus_ref_neuron_svm"
POINTS = "nucleus_alternative_points"


def of(*nucleus_ids: int) -> pd.DataFrame:
    return pd.DataFrame({"nucleus_id": np.array(nucleus_ids, dtype=np.int64)})


def counted(coverage: Coverage) -> list[tuple[tuple[str, ...], int]]:
    return [(one.inside, one.nuclei) for one in coverage.combinations]


SIX = {
    VOLUME.detections: of(1, 2, 3, 4, 5, 6),
    COARSE: of(1, 2, 3, 4),
    FINE: of(3, 2, 2),  # a nucleus that stands twice counts once
    COREG: of(4, 4, 4, 2),  # one of three units
}


def test_each_nucleus_is_counted_in_the_combination_that_holds_it():
    found = table_coverage(SIX, TABLES)
    assert found.n_nuclei == 6
    assert found.sizes == {COARSE: 4, FINE: 2, COREG: 2}
    assert counted(found) == [
        ((), 2),
        ((COARSE,), 1),
        ((COARSE, FINE), 1),
        ((COARSE, COREG), 1),
        ((COARSE, FINE, COREG), 1),
    ]
    assert (found.n_others, found.n_other_nuclei) == (0, 0)


def test_combinations_beyond_the_most_are_counted_together():
    found = table_coverage(SIX, TABLES, most=2)
    assert counted(found) == [((), 2), ((COARSE,), 1)]
    assert (found.n_others, found.n_other_nuclei) == (3, 3)


def test_a_table_that_holds_every_nucleus_is_left_out_and_stands_for_no_table():
    found = table_coverage({**SIX, SVM: of(6, 5, 4, 3, 2, 1)}, TABLES)
    assert found.everywhere == (SVM,)
    assert SVM not in found.sizes
    assert counted(found) == counted(table_coverage(SIX, TABLES))
    assert found.combinations[0].recipe == Covered((SVM,), (COARSE, FINE, COREG))
    assert table_coverage(SIX, TABLES).combinations[0].recipe == Covered(
        (VOLUME.detections,), (COARSE, FINE, COREG)
    )


def test_without_the_detections_no_nucleus_is_in_no_table():
    found = table_coverage({FINE: of(1, 2), MANUAL: of(2, 3), POINTS: of(9)}, TABLES)
    assert not found.detected
    assert counted(found) == [((FINE,), 1), ((MANUAL,), 1), ((FINE, MANUAL), 1)]


def test_tables_that_hold_the_same_nuclei_are_compared_all_the_same():
    found = table_coverage({FINE: of(1, 2), COARSE: of(2, 1)}, TABLES)
    assert found.everywhere == ()
    assert counted(found) == [((FINE, COARSE), 2)]


def test_a_nucleus_that_was_never_detected_is_counted_too():
    assert counted(table_coverage({VOLUME.detections: of(1), FINE: of(1, 7)}, TABLES)) == [((FINE,), 2)]


@pytest.mark.parametrize("frames", [{}, {VOLUME.detections: of()}, {FINE: of()}, {POINTS: of(1)}])
def test_of_nothing_there_is_nothing_to_count(frames):
    found = table_coverage(frames, TABLES)
    assert (found.n_nuclei, found.combinations) == (0, ())


compared = st.dictionaries(
    st.sampled_from([FINE, COARSE, MANUAL, COREG, SVM]),
    st.lists(st.integers(0, 30), max_size=30).map(lambda ids: of(*ids)),
    min_size=1,
)
detected = st.dictionaries(
    st.just(VOLUME.detections), st.lists(st.integers(0, 30), max_size=30).map(lambda ids: of(*ids))
)


@given(compared, detected, st.integers(1, 8))
def test_bars_add_up_and_each_is_its_recipe(tables, detections, most):
    frames = {**detections, **tables}
    found = table_coverage(frames, TABLES, most)
    assert sum(one.nuclei for one in found.combinations) + found.n_other_nuclei == found.n_nuclei
    chosen = [one.recipe.nuclei(frames) for one in found.combinations]
    assert [len(ids) for ids in chosen] == [one.nuclei for one in found.combinations]
    assert len(np.unique(np.concatenate([*chosen, []]))) == sum(map(len, chosen))


def by_pandas(frames):
    """Count anew: a row per nucleus, a column per table, and how often each row occurs."""
    known = [pd.Series(1, frame["nucleus_id"].unique(), name=name) for name, frame in frames.items()]
    held = pd.concat(known, axis="columns").notna()
    counts = held.value_counts()
    kinds = counts.index.to_frame().to_numpy()
    return {frozenset(held.columns[kind]): n for kind, n in zip(kinds, counts, strict=True)}


@pytest.fixture(scope="session")
def release(sample_cache: Path) -> dict[str, pd.DataFrame]:
    settings = read_settings({"source": "sample", "cache": sample_cache})
    opened = open_release(settings, sample_when_offline=False)
    labelling = [name for name, table in TABLES.items() if table.kind in ("labels", "units")]
    return {name: opened.load_labels(name).frame for name in [*labelling, VOLUME.detections]}


def test_a_whole_release_is_counted_as_pandas_counts_it(release):
    found = table_coverage(release, TABLES, most=1_000)
    expected = by_pandas(release)
    assert found.everywhere == (SVM,)
    everywhere = {*found.everywhere, VOLUME.detections}
    assert {frozenset(one.inside) | everywhere: one.nuclei for one in found.combinations} == expected
    assert found.sizes == {name: release[name]["nucleus_id"].nunique() for name in found.sizes}


def test_real_rows_are_counted_as_pandas_counts_them(realdata, tmp_path):
    settings = read_settings({"source": "folder", "folder": realdata, "cache": tmp_path})
    opened = open_release(settings, sample_when_offline=False)
    frames = {name: opened.load_labels(name).frame for name in (COARSE, FINE, COREG)}
    found = table_coverage(frames, TABLES)
    assert {frozenset(one.inside): one.nuclei for one in found.combinations} == by_pandas(frames)
    assert found.sizes[COREG] == 12_051


# The picture


def drawn(most: int = 20):
    coverage = table_coverage(SIX, TABLES, most)
    titles = {name: TABLES[name].title for name in coverage.sizes}
    colours = dict.fromkeys(coverage.sizes, "#123456")
    figure = upset_figure(coverage, titles, colours, "SYNTHETIC ROWS · of what")
    return coverage, json.loads(figure.to_json())


def trace(spec, kind: str, axis: str, *, named: str | None = None):
    found = [one for one in spec["data"] if one["type"] == kind and one.get("xaxis", "x") == axis]
    return [one for one in found if one.get("name") == named]


def test_bars_dots_and_sizes_are_the_numbers():
    coverage, spec = drawn()
    (bars,), (sizes,) = trace(spec, "bar", "x2"), trace(spec, "bar", "x")
    assert bars["y"] == [one.nuclei for one in coverage.combinations]
    assert bars["text"] == ["2", "1", "1", "1", "1"]
    assert (sizes["customdata"], sizes["x"]) == (list(coverage.sizes), list(coverage.sizes.values()))
    rows = list(coverage.sizes)
    _, faint, dots = trace(spec, "scatter", "x2")
    inside = {
        (place, rows.index(name)) for place, one in enumerate(coverage.combinations) for name in one.inside
    }
    assert set(zip(dots["x"], dots["y"], strict=True)) == inside
    assert len(faint["x"]) + len(dots["x"]) == len(rows) * len(coverage.combinations)
    assert [int(key) for key in dots["customdata"]] == dots["x"]
    assert "SYNTHETIC ROWS" in caption(spec)


def test_solid_bars_say_how_many_of_each_combination_and_table_are_selected():
    coverage, spec = drawn(most=2)
    keys = ["0", "1", *coverage.sizes]
    counts = SelectedCounts(2, {"customdata": keys}, np.arange(5)[None], np.array([1, 0, 2, 1, 0]), {})
    shown = with_selected(spec, counts)
    for axis, along, filled in (("x2", "y", [1, 0, 0]), ("x", "x", [2, 1, 0])):
        (solid,) = trace(shown, "bar", axis, named="selected")
        (whole,), (reach,) = trace(shown, "bar", axis), trace(shown, "bar", axis, named=REACH)
        assert solid[along] == filled
        assert whole["hovertext"][0].endswith(f"<br>{filled[0]} selected")
        assert reach["hovertext"] == whole["hovertext"]
        assert whole["marker"]["opacity"] == FADED
    assert shown["layout"]["title"]["subtitle"]["text"].endswith("selected: 2")
    assert with_selected(shown, None)["data"] == spec["data"]


def test_the_other_combinations_are_a_bar_that_says_so_and_means_no_selection():
    _, spec = drawn(most=2)
    (bars,) = trace(spec, "bar", "x2")
    assert bars["y"] == [2, 1, 3]
    assert bars["customdata"] == ["0", "1", ""]
    assert bars["hovertext"][2].startswith("3 other combinations")
    assert spec["layout"]["xaxis2"]["ticktext"] == ["none", "3 others"]


def test_the_room_beside_a_bar_and_its_number_mean_what_the_bar_means():
    _, spec = drawn(most=2)
    for axis, along, end in (("x2", "y", "yaxis2"), ("x", "x", "xaxis")):
        (bars,), (reach,) = (trace(spec, "bar", axis, named=name) for name in (None, REACH))
        assert reach["customdata"] == bars["customdata"]
        assert reach[along] == pytest.approx([spec["layout"][end]["range"][1]] * len(bars[along]))
        assert reach["hovertext"] == bars["hovertext"]
        assert all(of_nuclei(int(n)) in text for n, text in zip(bars[along], bars["hovertext"], strict=True))
        assert reach["marker"]["color"] == "rgba(0,0,0,0)"
    assert spec["layout"]["barmode"] == "overlay"
