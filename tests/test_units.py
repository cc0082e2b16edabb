"""Coregistration: units and nuclei, what a cut removes, and manual against automated matches."""

from math import inf

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from components.analysis.comparison.intervals import wilson_interval
from components.analysis.comparison.unit_matches import (
    match_units,
    matched_types,
    same_by_score,
    without_lowest,
)
from components.analysis.comparison.units import (
    PUBLISHED_CUT,
    UNIT,
    best_units,
    count_units,
    cut_effect,
    has_quality,
    nuclei_by_class,
    quality_density,
    unit_summary,
    units_by,
    units_per_nucleus,
)
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NOT_IN_TABLE
from components.analysis.labels.ranges import Range
from components.figures.bars import fields_figure, units_per_nucleus_figure
from components.figures.intervals import same_by_score_figure
from components.figures.matrix import matrix_figure, quality_figure, scans_figure
from data.opening import open_release
from data.settings import read_settings

FEWER = settings(max_examples=settings().max_examples // 2)

COLUMNS = [*UNIT, "nucleus_id", "field", "residual_um", "score_um"]
NAN = float("nan")

matches = st.lists(
    st.tuples(
        *(st.integers(4, 6), st.integers(2, 4), st.integers(1, 20), st.integers(1, 9), st.integers(2, 4)),
        *(st.floats(0, 30, width=32), st.floats(-20, 20, width=32)),
    ),
    min_size=1,
)


def table(*rows: tuple) -> pd.DataFrame:
    """Rows of session, scan_idx, unit_id, nucleus_id, field, residual_um, score_um."""
    return pd.DataFrame(rows, columns=COLUMNS)


def unit(number: int, nucleus: int, score: float = 1.0, residual: float = 1.0) -> tuple:
    """Make a row of one scan."""
    return (4, 7, number, nucleus, 2, residual, score)


def labelled(**words: str | None) -> pd.DataFrame:
    """Make a label table; the numbers of the nuclei are behind an n: `n1="23P"`."""
    ids = [int(name[1:].rstrip("_")) for name in words]
    return pd.DataFrame({"nucleus_id": ids, "cell_type": pd.Categorical(list(words.values()))})


# Units, nuclei, scans, fields


TWO_SCANS = table(
    (4, 7, 1, 11, 2, 1, 1),
    (4, 7, 2, 11, 3, 1, 1),  # the same nucleus, another unit
    (4, 7, 3, 12, 3, 1, 1),
    (5, 3, 1, 11, 2, 1, 1),  # the same unit_id in another scan is another unit
    (5, 3, 1, 11, 2, 1, 1),  # stands twice
)


def test_a_unit_is_session_scan_and_unit_id_together():
    assert count_units(TWO_SCANS) == 4
    assert units_per_nucleus(TWO_SCANS)["nuclei"].to_dict() == {1: 1, 2: 0, 3: 1}
    assert units_per_nucleus(TWO_SCANS)["share"].to_list() == [0.5, 0, 0.5]


def test_the_summary_is_of_the_same_rows():
    summary = unit_summary(TWO_SCANS.assign(field=[2, np.nan, 3, 2, 2]))
    assert (summary.units, summary.with_field, len(summary.scans), len(summary.best)) == (4, 3, 2, 2)
    assert summary.fields is not None
    assert summary.fields["units"].to_dict() == {2: 2, 3: 1}
    assert unit_summary(TWO_SCANS.drop(columns="field")).fields is None


def test_a_nucleus_counts_in_each_scan_and_field_where_it_has_a_unit():
    assert units_by(TWO_SCANS, UNIT[:2]).to_dict("index") == {
        (4, 7): {"units": 3, "nuclei": 2},
        (5, 3): {"units": 1, "nuclei": 1},
    }
    assert units_by(TWO_SCANS, "field").to_dict("index") == {
        2: {"units": 2, "nuclei": 1},
        3: {"units": 2, "nuclei": 2},
    }


def test_the_public_rows_hold_as_many_nuclei_and_scans_as_published(realdata, tmp_path):
    settings = read_settings({"source": "folder", "folder": realdata, "cache": tmp_path})
    release = open_release(settings, sample_when_offline=False)
    frame = release.load_labels("coregistration_manual_v3").frame
    nuclei = units_per_nucleus(frame)["nuclei"]
    assert nuclei.to_dict() == {1: 10_372, 2: 1_513, 3: 141, 4: 24, 5: 1}
    assert len(units_by(frame, UNIT[:2])) == 16
    assert count_units(frame) == len(frame) == 13_922
    coarse = release.load_labels("baylor_log_reg_cell_type_coarse_v1").frame
    classes = nuclei_by_class(frame, coarse)["cell_class"].value_counts()
    assert classes[["excitatory", "inhibitory"]].to_list() == [10_544, 80]


def test_a_unit_without_a_field_is_in_none():
    made = TWO_SCANS.assign(field=[2, np.nan, 3, np.nan, np.nan])
    assert units_by(made, "field")["units"].to_dict() == {2: 1, 3: 1}


@FEWER
@given(matches)
def test_units_and_nuclei_equal_what_sets_count(rows):
    made = table(*rows)
    of_nucleus: dict[int, set] = {}
    of_scan: dict[tuple, set] = {}
    for session, scan, number, nucleus, *_ in rows:
        of_nucleus.setdefault(nucleus, set()).add((session, scan, number))
        of_scan.setdefault((session, scan), set()).add(number)
    times = [len(units) for units in of_nucleus.values()]
    counted = units_per_nucleus(made)["nuclei"]
    assert counted.to_dict() == {k: times.count(k) for k in range(1, max(times) + 1)}
    assert units_by(made, UNIT[:2])["units"].to_dict() == {scan: len(ids) for scan, ids in of_scan.items()}
    assert count_units(made) == sum(map(len, of_scan.values()))


def test_the_best_unit_of_a_nucleus_is_that_of_highest_score():
    made = table(unit(1, 12, 2.0), unit(2, 11, -1.0), unit(3, 11, 5.0), unit(4, 11, 5.0), unit(5, 12, NAN))
    assert best_units(made)[["nucleus_id", "unit_id"]].to_numpy().tolist() == [[11, 3], [12, 1]]
    without = made.drop(columns="score_um")
    assert best_units(without)[["nucleus_id", "unit_id"]].to_numpy().tolist() == [[11, 2], [12, 1]]


# The cut


def test_a_cut_says_why_it_removes_each_match():
    made = table(
        unit(1, 11, score=0, residual=3),
        unit(2, 11, score=0, residual=21),
        unit(3, 12, score=-11, residual=3),
        unit(4, 13, score=-11, residual=21),
        unit(5, 14, score=NAN, residual=30),
        unit(6, 15, score=-10, residual=20),  # the ends are inside
    )
    effect = cut_effect(made, PUBLISHED_CUT)
    assert (effect.by_residual, effect.by_score, effect.by_both, effect.unknown) == (1, 1, 1, 1)
    assert (effect.removed, effect.matches) == (4, 6)
    assert (effect.nuclei, effect.nuclei_lost) == (5, 3)  # 11 keeps a match


def test_a_cut_in_one_number_does_not_ask_for_the_other():
    made = table(unit(1, 11, score=NAN, residual=3), unit(2, 12, score=NAN, residual=9))
    effect = cut_effect(made, (Range("residual_um", -inf, 5.0),))
    assert (effect.by_residual, effect.unknown, effect.removed) == (1, 0, 1)


@FEWER
@given(matches, st.floats(0, 30), st.floats(-20, 20))
def test_a_cut_removes_what_pandas_would(rows, residual, score):
    made = table(*rows)
    kept = made[made["residual_um"].le(residual) & made["score_um"].ge(score)]
    effect = cut_effect(made, (Range("residual_um", -inf, residual), Range("score_um", score, inf)))
    assert effect.matches - effect.removed == len(kept)
    assert effect.nuclei - effect.nuclei_lost == kept["nucleus_id"].nunique()


def test_rows_without_a_number_have_no_quality():
    made = table(unit(1, 11))
    assert has_quality(made)
    assert not has_quality(made.assign(score_um=np.nan))
    assert not has_quality(made.drop(columns="residual_um"))


@FEWER
@given(matches)
def test_every_match_with_both_numbers_is_in_one_square(rows):
    made = table(*rows, unit(99, 1, NAN))
    density = quality_density(made, PUBLISHED_CUT, squares=7)
    assert density.shape == (7, 7)
    assert density.to_numpy().sum() == len(rows)


def test_the_squares_hold_their_matches_and_reach_as_far_as_the_cut():
    made = table(unit(1, 11, score=10, residual=0), unit(2, 12, score=10, residual=0), unit(3, 13, -10, 20))
    density = quality_density(made, PUBLISHED_CUT, squares=2)
    assert density.index.to_numpy() == pytest.approx([-5, 5], abs=0.1)
    assert density.columns.to_numpy() == pytest.approx([5, 15], abs=0.1)
    assert density.to_numpy().tolist() == [[0, 1], [2, 0]]


# Classes


def test_each_nucleus_has_the_class_that_another_table_gives_it():
    made = table(unit(1, 11, 1.0), unit(2, 11, 4.0), unit(3, 12), unit(4, 13), unit(5, 14), unit(6, 15))
    label_source = labelled(n11="BC", n12="23P", n13="what is that", n14="BC", n14_="4P")
    found = nuclei_by_class(made, label_source)
    assert found[["nucleus_id", "cell_class", "units", "unit_id"]].to_numpy().tolist() == [
        [11, "inhibitory", 2, 2],
        [12, "excitatory", 1, 3],
        [13, UNMAPPED, 1, 4],
        [14, CONFLICTING, 1, 5],
        [15, NOT_IN_TABLE, 1, 6],
    ]
    assert found["cell_type"].iloc[0] == "BC"


# Manual against automated


MANUAL = table(unit(1, 11, 1.0), unit(2, 12, 2.0), unit(3, 13), unit(4, 14), unit(4, 15), unit(5, 16))
AUTOMATED = table(unit(1, 11, 7.0), unit(2, 99, -1.0), unit(4, 14), unit(6, 17), (5, 7, 3, 13, 2, 1, 1))


def test_two_tables_meet_on_the_unit():
    found = match_units(MANUAL, AUTOMATED)
    assert (found.n_manual, found.n_automated, found.n_both, found.n_ambiguous) == (5, 5, 3, 1)
    assert found.frame.index.to_list() == [(4, 7, 1), (4, 7, 2)]  # unit 4 stands twice in the manual table
    assert found.frame["nucleus_manual"].to_list() == [11, 12]
    assert found.frame["nucleus_automated"].to_list() == [11, 99]
    assert found.frame["same"].to_list() == [True, False]
    assert found.frame["score_um_manual"].to_list() == [1.0, 2.0]
    assert found.frame["score_um_automated"].to_list() == [7.0, -1.0]


def test_tables_without_scores_or_common_units_meet_too():
    bare = MANUAL.drop(columns=["score_um", "residual_um"])
    found = match_units(bare, bare)
    assert found.frame["same"].all()
    assert found.frame["score_um_automated"].isna().all()
    assert same_by_score(found.frame).empty
    assert without_lowest(found.frame, 0.3).empty
    assert match_units(MANUAL, table((9, 9, 9, 9, 2, 1, 1))).n_both == 0


@FEWER
@given(matches, matches)
def test_matches_equal_what_dictionaries_find(left, right):
    sides = []
    for rows in (left, right):
        nuclei: dict[tuple, list] = {}
        for session, scan, number, nucleus, *_ in rows:
            nuclei.setdefault((session, scan, number), []).append(nucleus)
        sides.append(nuclei)
    both = sides[0].keys() & sides[1].keys()
    once = {key for key in both if len(sides[0][key]) == len(sides[1][key]) == 1}
    found = match_units(table(*left), table(*right))
    assert set(found.frame.index) == once
    assert (found.n_both, found.n_ambiguous) == (len(both), len(both) - len(once))
    assert found.frame["same"].sum() == sum(sides[0][key] == sides[1][key] for key in once)


def scored(*pairs: tuple[float, bool]) -> pd.DataFrame:
    scores, same = zip(*pairs, strict=True)
    return pd.DataFrame({"score_um_automated": np.array(scores, np.float32), "same": same})


def test_a_score_on_an_edge_is_in_the_upper_bin():
    made = scored((-9, False), (-2, False), (0, True), (1, False), (5, True), (NAN, True))
    shares = same_by_score(made, edges=(-2, 0, 2, 4))
    assert shares[["low", "high", "n", "same", "share"]].to_numpy().tolist() == [
        [-inf, -2, 1, 0, 0],
        [-2, 0, 1, 0, 0],
        [0, 2, 2, 1, 0.5],
        [4, inf, 1, 1, 1],  # the bin from 2 to 4 holds no unit
    ]
    assert shares["n"].sum() == 5


@FEWER
@given(st.integers(1, 5000), st.data())
def test_the_interval_is_scipys_wilson_interval(n, drawn):
    hits = drawn.draw(st.integers(0, n))
    oracle = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    low, high = wilson_interval(np.array([hits]), np.array([n]))
    assert (low[0], high[0]) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


def test_the_units_of_lowest_score_are_left_out():
    made = scored((4, True), (1, False), (3, True), (2, False), (NAN, False))
    assert without_lowest(made, 0.5)["score_um_automated"].to_list() == [3, 4]
    assert without_lowest(made, 0)["same"].to_list() == [False, False, True, True]


def test_the_types_of_both_nuclei_count_units():
    pairs = [(11, 11), (11, 12), (12, 13), (13, 14), (14, 15), (11, 99), (99, 15)]
    frame = pd.DataFrame(pairs, columns=["nucleus_manual", "nucleus_automated"])
    label_source = labelled(n11="23P", n12="23P", n13="4P", n14="?", n15="BC", n15_="4P")
    types = matched_types(frame, label_source, "subclass")
    assert types.matrix.to_dict("index") == {"23P": {"23P": 2, "4P": 1}, "4P": {"23P": 0, "4P": 0}}
    assert (types.n, types.same) == (3, 2)
    # Each unit is left out once, for the first of the reasons that holds.
    assert types.left_out == {NOT_IN_TABLE: 2, CONFLICTING: 1, UNMAPPED: 1}


def test_units_of_unlabelled_nuclei_make_an_empty_matrix():
    frame = pd.DataFrame({"nucleus_manual": [1], "nucleus_automated": [1]})
    types = matched_types(frame, labelled(n2="23P"), "class")
    assert (types.n, types.same, types.left_out[NOT_IN_TABLE]) == (0, 0, 1)


# The pictures equal their numbers


def test_bars_are_as_long_as_their_counts():
    counts = units_per_nucleus(TWO_SCANS)
    (bars,) = units_per_nucleus_figure(counts, "caption").data
    assert (list(bars.x), list(bars.y)) == ([1, 0, 1], ["1 unit", "2 units", "3 units"])
    assert bars.text[0] == "1 · 50.00%"
    (bars,) = fields_figure(units_by(TWO_SCANS, "field"), "caption").data
    assert (list(bars.x), list(bars.y)) == ([2, 2], ["field 2", "field 3"])


def test_a_square_for_each_scan_and_none_where_there_is_no_scan():
    (heat,) = scans_figure(units_by(TWO_SCANS, UNIT[:2]), "caption").data
    assert (list(heat.y), list(heat.x)) == (["session 4", "session 5"], ["scan 3", "scan 7"])
    assert np.array_equal(heat.z, [[NAN, 3], [1, NAN]], equal_nan=True)
    assert [list(line) for line in heat.text] == [["", "<b>3</b><br>2"], ["<b>1</b><br>1", ""]]


def test_the_density_has_the_lines_of_the_cut():
    made = table(unit(1, 11, 10, 0), unit(2, 12, 10, 0), unit(3, 13, -10, 20))
    density = quality_density(made, PUBLISHED_CUT, squares=2)
    figure = quality_figure(density, PUBLISHED_CUT, "caption")
    (heat,) = figure.data
    assert np.array(heat.customdata).tolist() == density.to_numpy().tolist()
    assert np.nansum(10 ** np.array(heat.z)) == pytest.approx(3)
    down, across = figure.layout.shapes
    assert (down.x0, down.x1, across.y0, across.y1) == (20, 20, -10, -10)
    assert {note.text for note in figure.layout.annotations} == {"20 µm", "−10 µm"}


def test_the_line_goes_through_the_shares_and_names_its_n():
    shares = same_by_score(scored((-9, False), (0, True), (1, False), (5, True)), edges=(0, 4))
    (line,) = same_by_score_figure(shares, "caption").data
    assert list(line.x) == ["below 0<br>n = 1", "0 to 4<br>n = 2", "from 4<br>n = 1"]
    assert list(line.y) == [0, 0.5, 1]
    assert line.y + line.error_y.array == pytest.approx(shares["share_high"])
    assert line.y - line.error_y.arrayminus == pytest.approx(shares["share_low"])


def test_a_matrix_of_units_calls_them_units():
    matrix = pd.DataFrame([[2, 1], [0, 0]], index=["23P", "4P"], columns=["23P", "4P"])
    matrix = matrix.rename_axis(index="Manual", columns="Automated")
    figure = matrix_figure(matrix, square=True, caption="caption", counted="units")
    hovers = [trace.hovertemplate for trace in figure.data if trace.hovertemplate]
    assert any("units" in words for words in hovers)
    assert not any("nuclei" in words for words in hovers)
