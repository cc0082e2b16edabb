"""All pairs as tiles, and nuclei through several tables: what is counted, written, and opened by a click."""

import inspect
from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as hs
from streamlit.testing.v1 import AppTest

from components.analysis.comparison.agreement import (
    all_agreements,
    measure_agreement,
    pair_labels,
    pair_table,
)
from components.analysis.comparison.alluvial import Alluvial, common_level, nuclei_through
from components.analysis.comparison.axes import AxisTable, axis_tables, coregistered_labels
from components.analysis.comparison.matrix import OTHER
from components.analysis.comparison.metrics import FEW
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NOT_IN_TABLE
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.alluvial import alluvial_figure, node_places
from components.figures.frame import wrapped_title
from components.figures.ghosts import rgba
from components.figures.pairs_grid import NAMES, hover_words, is_plain, pairs_grid_figure, tile_words
from components.ui.agreement import many_tables
from components.ui.agreement.many_tables import MEASURES, alluvial_words, measured_pairs
from data.catalog import TABLES
from data.errors import DataError
from data.labels.crosswalk import LEVELS, colour_of
from data.labels.entry import Level
from data.loader import LabelTable
from data.tables.records import Provenance
from tests.page_reader import run_with
from tests.release_by_pandas import (
    COARSE,
    FINE,
    GROUPS,
    MANUAL,
    METAMODEL,
    MTYPES,
    NEURONS,
    PREDICTED,
    SVM,
)

names_of_labels = hs.sampled_from(["23P", "4P", "5P-PT", "BC", "Unsure E", "odd"])
rows_of_labels = hs.lists(hs.tuples(hs.integers(1, 12), names_of_labels), min_size=1, max_size=25)


def side(name: str, rows: Sequence[tuple[int, str]]) -> AxisTable:
    nuclei, labels = [nucleus for nucleus, _ in rows], [label for _, label in rows]
    frame = pd.DataFrame(
        {"nucleus_id": np.array(nuclei, dtype=np.int64), "cell_type": pd.Categorical(labels)}
    )
    return TABLES[name], frame


def numbered(name: str, *labels: str) -> AxisTable:
    """Nuclei 1, 2, …, each with its label."""
    return side(name, [*enumerate(labels, start=1)])


def counts(alluvial: Alluvial) -> list[dict[str, int]]:
    """Nuclei by word, for each table."""
    return [
        dict(zip(here["label"], here["nuclei"], strict=True)) for _, here in alluvial.nodes.groupby("table")
    ]


def bands(alluvial: Alluvial) -> dict[tuple[int, str, str], int]:
    """Nuclei by the place of the first table and the two words."""
    nodes = alluvial.nodes
    return {
        (int(nodes["table"][source]), nodes["label"][source], nodes["label"][target]): n
        for source, target, n in alluvial.flows.itertuples(index=False)
    }


# Nuclei through tables


def test_nuclei_through_two_tables() -> None:
    manual = numbered(NEURONS, "23P", "23P", "4P", "BC", "23P")
    fine = side(FINE, [(1, "23P"), (2, "4P"), (3, "4P"), (4, "BC"), (9, "BC")])
    alluvial = nuclei_through([manual, fine], "subclass")
    assert (alluvial.n_tables, alluvial.n_all, alluvial.n_shown) == ((5, 5), 4, 4)
    assert counts(alluvial) == [{"23P": 2, "4P": 1, "BC": 1}, {"23P": 1, "4P": 2, "BC": 1}]
    assert bands(alluvial) == {
        (0, "23P", "23P"): 1, (0, "23P", "4P"): 1, (0, "4P", "4P"): 1, (0, "BC", "BC"): 1
    }  # fmt: skip


def test_nuclei_that_a_table_does_not_hold() -> None:
    one, two = numbered(NEURONS, "23P", "4P"), side(FINE, [(2, "4P"), (3, "BC")])
    alluvial = nuclei_through([one, two], "subclass", keep_absent=True)
    assert (alluvial.n_all, alluvial.n_shown) == (1, 3)
    assert bands(alluvial) == {(0, "23P", NOT_IN_TABLE): 1, (0, "4P", "4P"): 1, (0, NOT_IN_TABLE, "BC"): 1}


def test_what_has_no_label_is_said_and_not_dropped() -> None:
    manual = side(NEURONS, [(1, "23P"), (1, "4P"), (2, "odd"), (3, "23P"), (3, "23P")])
    fine = numbered(FINE, "23P", "23P", "23P")
    assert counts(nuclei_through([manual, fine], "subclass"))[0] == {"23P": 1, CONFLICTING: 1, UNMAPPED: 1}
    assert counts(nuclei_through([manual, fine], "type"))[0] == {"23P": 1, "odd": 1, CONFLICTING: 1}


def test_units_add_no_nuclei_of_their_own() -> None:
    units = (TABLES[MANUAL], coregistered_labels(pd.DataFrame({"nucleus_id": [2, 7]}), np.arange(1, 9)))
    alluvial = nuclei_through([numbered(FINE, "23P", "4P", "BC"), units], "subclass", keep_absent=True)
    assert alluvial.n_shown == 3
    assert counts(alluvial)[1] == {"coregistered": 1, "not coregistered": 2}


def test_rare_labels_are_pooled_unless_it_is_one_alone() -> None:
    labels = ["23P"] * 16 + ["4P", "BC", "MC", "odd"]
    one, two = numbered(NEURONS, *labels), numbered(FINE, *["23P"] * 19, "4P")
    alluvial = nuclei_through([one, two], "subclass", least=0.1)
    assert counts(alluvial) == [{"23P": 16, OTHER: 3, UNMAPPED: 1}, {"23P": 19, "4P": 1}]
    assert [*counts(alluvial)[0]] == ["23P", OTHER, UNMAPPED]
    assert alluvial.pooled == (3, 0)
    assert bands(alluvial)[0, UNMAPPED, "4P"] == 1
    assert nuclei_through([one, two], "subclass").pooled == (0, 0)


@given(rows_of_labels, rows_of_labels, rows_of_labels, hs.sampled_from(LEVELS), hs.booleans())
def test_what_flows_through_a_node_is_its_count(
    first: list, second: list, third: list, level: Level, keep_absent: bool
) -> None:
    sides = [side(name, rows) for name, rows in ((NEURONS, first), (FINE, second), (METAMODEL, third))]
    alluvial = nuclei_through(sides, level, least=0.2, keep_absent=keep_absent)
    nodes, flows = alluvial.nodes, alluvial.flows
    leaving = flows.groupby("source")["nuclei"].sum().reindex(nodes.index, fill_value=0)
    coming = flows.groupby("target")["nuclei"].sum().reindex(nodes.index, fill_value=0)
    assert leaving[nodes["table"] < 2].tolist() == nodes["nuclei"][nodes["table"] < 2].tolist()
    assert coming[nodes["table"] > 0].tolist() == nodes["nuclei"][nodes["table"] > 0].tolist()
    assert all(sum(words.values()) == alluvial.n_shown for words in counts(alluvial))
    assert (nodes["nuclei"] > 0).all()
    ids = [{nucleus for nucleus, _ in rows} for rows in (first, second, third)]
    assert alluvial.n_all == len(set.intersection(*ids))
    assert alluvial.n_shown == (len(set.union(*ids)) if keep_absent else alluvial.n_all)


@given(rows_of_labels, rows_of_labels, hs.sampled_from(LEVELS))
def test_labelled_bands_are_the_squares_of_the_matrix(first: list, second: list, level: Level) -> None:
    sides = side(NEURONS, first), side(FINE, second)
    matrix = measure_agreement(pair_labels(*sides, level)).matrix
    found = bands(nuclei_through(sides, level))
    cells = {(0, row, column): n for row, line in matrix.iterrows() for column, n in line.items() if n}
    odd = {CONFLICTING, UNMAPPED}
    assert {key: n for key, n in found.items() if not odd & {*key}} == cells


@pytest.mark.parametrize(
    ("names", "asked", "common"),
    [
        ([NEURONS, FINE], "subclass", "subclass"),
        ([NEURONS, FINE], "class", "class"),
        ([NEURONS, FINE, COARSE], "subclass", "class"),
        ([FINE, METAMODEL, SVM], "subclass", "neuron"),
        ([MTYPES, PREDICTED], "subclass", "subclass"),
        ([FINE, GROUPS], "subclass", "class"),
        ([FINE, MANUAL], "subclass", "subclass"),
        ([FINE, SVM], "type", "type"),
    ],
)
def test_the_level_at_which_all_are_read(names: list[str], asked: Level, common: Level) -> None:
    assert common_level([TABLES[name] for name in names], asked) == common


def test_a_table_without_labels_is_no_side() -> None:
    with pytest.raises(DataError, match="no cell-type labels"):
        nuclei_through([numbered(FINE, "23P"), (TABLES[MANUAL], pd.DataFrame({"nucleus_id": [1]}))], "type")


# Their picture


def test_a_label_has_its_colour_and_what_is_none_is_grey() -> None:
    one, two = numbered(NEURONS, "23P", "odd"), numbered(FINE, "4P", "4P")
    figure = alluvial_figure(nuclei_through([one, two], "subclass"), "what it is")
    (sankey,) = figure.data
    assert [*sankey.node.color] == [
        rgba(colour, 1) for colour in (colour_of("23P"), NO_LABEL_COLOUR, colour_of("4P"))
    ]
    written = [note.text for note in figure.layout.annotations]
    assert {"23P · 1", "unmapped · 1", "4P · 2"} <= {*written}
    assert figure.layout.title.subtitle.text == "what it is"
    assert [*sankey.link.customdata[0]] == [1, 1, 0.5, 0], "nuclei, their shares of both ends, the selected"


def test_nodes_stand_below_each_other_and_do_not_meet() -> None:
    labels = ["23P"] * 30 + ["4P"] * 5 + ["BC", "MC", "odd"]
    nodes = nuclei_through([numbered(NEURONS, *labels), numbered(FINE, *labels[::-1])], "type").nodes
    middles, high = (np.array(shares) * 400 for shares in node_places(nodes, 400))
    np.testing.assert_allclose(high, nodes["nuclei"] * (400 - 4 * 12) / len(labels))
    for table in (0, 1):
        here = (nodes["table"] == table).to_numpy()
        top, bottom = (middles - high / 2)[here], (middles + high / 2)[here]
        np.testing.assert_allclose(top[1:] - bottom[:-1], 12)
        np.testing.assert_allclose([top[0], bottom[-1]], [0, 400], atol=1e-9)


def test_the_words_say_which_nuclei_and_what_is_pooled() -> None:
    labels = ["23P"] * 98 + ["4P", "BC"]
    sides = [numbered(NEURONS, *labels), side(FINE, [(1, "23P"), (101, "BC")])]
    words = alluvial_words(nuclei_through(sides, "class"), "subclass", "1%")
    assert "1 nucleus is in both tables" in words
    assert "level of class: no finer one is shared" in words
    words = alluvial_words(nuclei_through(sides, "subclass", least=0.02, keep_absent=True), "subclass", "2%")
    assert "Shown are 101 that at least one holds" in words
    assert "less than 2% of the nuclei have are pooled: 2 of Manual neurons" in words


# All pairs


AXIS_TABLES = {
    NEURONS: numbered(NEURONS, *["23P", "4P"] * FEW),
    FINE: numbered(FINE, *["23P"] * 2 * FEW),
    COARSE: side(COARSE, [(1, "excitatory"), (2, "inhibitory")]),
    GROUPS: side(GROUPS, [(10**6, "Group 1")]),
    MANUAL: (
        TABLES[MANUAL],
        coregistered_labels(pd.DataFrame({"nucleus_id": [2]}), np.arange(1, 2 * FEW + 1)),
    ),
}
TITLES = {name: TABLES[name].title for name in AXIS_TABLES}


def measured() -> pd.DataFrame:
    results = [*all_agreements(AXIS_TABLES)]
    return pair_table(results)


def pair_of(rows: str, columns: str) -> "pd.Series":
    table = measured().set_index(["rows", "columns"], drop=False)
    return cast("pd.Series", table.loc[(rows, columns)])


@pytest.mark.parametrize(
    ("rows", "columns", "measure", "words", "plain"),
    [
        (NEURONS, FINE, "agreement", "<b>50.0%</b> 40 subclass", True),
        (NEURONS, FINE, "kappa", "<b>0.00</b> 40 subclass", True),
        (NEURONS, FINE, "n_both", "<b>40</b>", True),
        (NEURONS, COARSE, "agreement", "<b>50.0%</b> 2 · few class", False),
        (NEURONS, COARSE, "n_both", "<b>2</b> · few", False),
        (NEURONS, GROUPS, "agreement", "– none shared", False),
        (NEURONS, GROUPS, "n_both", "– none shared", False),
        (NEURONS, MANUAL, "agreement", "– different labels", False),
        (FINE, MANUAL, "ari", "<b>0.00</b> 40 subclass", True),
    ],
)
def test_a_tile(rows: str, columns: str, measure: str, words: str, plain: bool) -> None:
    pair = pair_of(rows, columns)
    written = tile_words(pair, measure).replace("<span style='font-size:10px'>", "").replace("</span>", "")
    assert written.replace("<br>", " ") == words
    assert is_plain(pair, measure) == plain


def test_a_tile_says_more_when_pointed_at() -> None:
    words = hover_words(pair_of(NEURONS, MANUAL), TITLES)
    assert "40 nuclei in both, 40 compared at the level of subclass" in words
    assert "no agreement, κ, AC1: The two tables use different labels." in words
    assert "ARI" in words
    one = pd.Series({**pair_of(NEURONS, MANUAL), "n_both": 1})
    assert "<br>1 nucleus in both, " in hover_words(one, TITLES)


@pytest.mark.parametrize("measure", MEASURES.values())
def test_each_pair_has_one_tile_and_one_target(measure: str) -> None:
    pairs = measured()
    *coloured, grey, targets = pairs_grid_figure(pairs, TITLES, measure, "what it is").data
    names = [*TITLES]
    for tiles, plain in ((coloured, True), ([grey], False)):
        at = {(names[x], names[y + 1]) for scale in tiles for y, x in np.argwhere(~np.isnan(scale.z))}
        expected = {
            (pair["rows"], pair["columns"])
            for _, pair in pairs.iterrows()
            if is_plain(pair, measure) == plain
        }
        assert at == expected
    there = [(names[x], names[y]) for x, y in zip(targets.x, targets.y, strict=True)]
    assert there == [*zip(pairs["rows"], pairs["columns"], strict=True)]


def test_each_level_has_its_own_scale_of_colours() -> None:
    pair = pair_of(NEURONS, FINE)
    names = [
        ("class", NEURONS, COARSE, 0.99),
        ("subclass", NEURONS, FINE, 0.81),
        ("subclass", FINE, MANUAL, 0.7),
    ]
    rows = [
        {**pair, **dict(zip(("level", "rows", "columns", "agreement"), line, strict=True))} for line in names
    ]
    *coloured, _, _ = pairs_grid_figure(pd.DataFrame(rows), TITLES, "agreement", "").data
    filled = [tiles for tiles in coloured if not np.isnan(tiles.z).all()]
    assert [np.nanmax(tiles.z) for tiles in filled] == pytest.approx([0.99, 0.81])
    assert [tiles.zmin for tiles in filled] == pytest.approx([0.9, 0.7])
    assert [tiles.zmax for tiles in filled] == pytest.approx([1.0, 0.85])


def test_a_name_of_too_many_lines_takes_wider_ones() -> None:
    assert wrapped_title("Manual coregistration or not") == "Manual<br>coregistration<br>or not"
    assert wrapped_title("Manual coregistration or not", 2) == "Manual coregistration<br>or not"


def test_the_opened_pair_is_framed_whichever_is_on_the_rows() -> None:
    for opened in ((NEURONS, COARSE), (COARSE, NEURONS)):
        (frame,) = pairs_grid_figure(measured(), TITLES, "ari", "", opened).layout.shapes
        assert ((frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2) == (0, 2)
    assert not pairs_grid_figure(measured(), TITLES, "ari", "", (NEURONS, "another")).layout.shapes


def test_the_measured_pairs_are_those_of_the_command_line() -> None:
    loaded = {
        name: LabelTable(table, frame, cast("Provenance", None))
        for name, (table, frame) in AXIS_TABLES.items()
        if name != MANUAL
    }
    pairs = inspect.unwrap(measured_pairs)(loaded)
    pd.testing.assert_frame_equal(pairs, pair_table(all_agreements(axis_tables(loaded))))
    for _, pair in pairs.iterrows():
        assert {*pair["undefined"]} & {*NAMES} == {name for name in NAMES if np.isnan(pair[name])}


def test_a_click_names_the_pair_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [{"x": 0, "y": 2}]
    state: dict[str, object] = {many_tables.KEY: {"selection": {"points": points}}}
    monkeypatch.setattr(st, "session_state", state)
    open_pair = many_tables._on_click([NEURONS, FINE, COARSE])
    open_pair()
    assert (state[many_tables.ROWS], state[many_tables.WITH]) == ("Baylor coarse", "Manual neurons")
    assert many_tables._opened_pair() == (COARSE, NEURONS)
    points.clear()
    open_pair()
    assert state[many_tables.ROWS] == "Baylor coarse"


# On a page


SCRIPT = f"""
from components.ui.agreement.many_tables import show_all_pairs, show_alluvial

show_all_pairs()
show_alluvial(["{FINE}", "{METAMODEL}"], "subclass")
"""


def opened(**query: str | list[str]) -> AppTest:
    return run_with(AppTest.from_string(SCRIPT, default_timeout=120), query)


def said(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


@pytest.mark.usefixtures("sample")
def test_the_link_holds_the_tables_and_the_measure() -> None:
    app = opened()
    assert app.multiselect(key="through").value == ["Baylor fine", "Soma-nucleus metamodel"]
    assert "nuclei are in both tables" in said(app)
    assert len(app.get("plotly_chart")) == 2
    tables = ["Baylor fine", "Predicted M-types", "Manual coregistration"]
    app = opened(through=tables, measure="Nuclei shared", pool="5%")
    assert app.multiselect(key="through").value == tables
    assert "nuclei are in all 3 tables" in said(app)
    assert "less than 5% of the nuclei" in said(app)
    assert "Nuclei that both tables hold" in app.get("plotly_chart")[0].proto.spec


@pytest.mark.usefixtures("sample")
def test_one_table_is_too_few() -> None:
    app = opened()
    app.multiselect(key="through").set_value(["Baylor fine"]).run()
    assert not app.exception
    assert [info.value for info in app.info] == ["Choose two tables or more."]
    assert len(app.get("plotly_chart")) == 1
