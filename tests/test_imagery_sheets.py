"""Contact sheets: a fair sample that is always the same, its order, and every lineage's label."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.imagery.sheet import (
    LineageLabel,
    agreed_shares,
    centres_nm,
    drawn_sheet,
    lineage_labels,
    ranked_sheet,
)
from components.analysis.raters.ratings import Ratings
from components.ui.imagery.sheet import merged_chips
from data.catalog import TABLES
from data.labels.crosswalk import colour_of
from data.volume.space import oriented_um

NUCLEI = np.arange(1000, 2203, dtype=np.int64)
COLUMN, NON_NEURONS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
FINE = "baylor_gnn_cell_type_fine_model_v2"


def test_a_sample_is_said_repeatable_and_nested():
    twelve, more = (drawn_sheet(NUCLEI, most) for most in (12, 24))
    assert more.words == "24 of 1,203 nuclei, random sample (seed 661)"
    assert set(twelve.nucleus_ids) < set(more.nucleus_ids) <= set(NUCLEI)
    assert len(set(more.nucleus_ids)) == 24
    assert (drawn_sheet(NUCLEI[::-1], 24).nucleus_ids == more.nucleus_ids).all()


@pytest.mark.parametrize(
    ("nuclei", "words"),
    [(NUCLEI[:0], "0 nuclei"), (NUCLEI[:1], "1 nucleus"), (NUCLEI[:12], "all 12 nuclei")],
)
def test_a_sheet_of_all_says_so(nuclei, words):
    assert (drawn_sheet(nuclei, 12).words, ranked_sheet(nuclei, 12).words) == (words, words)
    assert (drawn_sheet(nuclei, 12).nucleus_ids == nuclei).all()


def test_those_drawn_stand_by_value_and_those_without_one_last():
    values = pd.Series([3.0, np.nan, 1.0, 3.0], index=[1000, 1001, 1002, 1003])
    assert drawn_sheet(NUCLEI[:5], 12, values).nucleus_ids.tolist() == [1002, 1000, 1003, 1001, 1004]
    everyone = pd.Series(-NUCLEI.astype(float), index=NUCLEI)
    assert set(drawn_sheet(NUCLEI, 12, everyone).nucleus_ids) == set(drawn_sheet(NUCLEI, 12).nucleus_ids)


@pytest.mark.parametrize(
    ("place", "first", "n", "words"),
    [
        (0, 1000, 24, "the first 24 of 1,203 nuclei, by rank"),
        (23, 1000, 24, "the first 24 of 1,203 nuclei, by rank"),
        (24, 1024, 24, "25–48 of 1,203 nuclei, by rank"),
        (1202, 2200, 3, "1,201–1,203 of 1,203 nuclei, by rank"),
    ],
)
def test_ranked_nuclei_come_by_the_sheet(place, first, n, words):
    sheet = ranked_sheet(NUCLEI, 24, place)
    assert (sheet.nucleus_ids[0], len(sheet.nucleus_ids), sheet.words) == (first, n, words)


def test_the_more_lineages_differ_the_more_a_nucleus_is_contested():
    codes = np.array([[0, 0, 0], [0, 1, 1], [0, 1, -1], [-1, -1, 1], [-1, -1, -1]])
    ratings = Ratings("class", ("a", "b", "c"), ((), (), ()), ["x", "y"], np.array([5, 6, 7, 8, 9]), codes)
    shares = agreed_shares(ratings)
    assert shares.round(2).to_dict() | {9: None} == {5: 1.0, 6: 0.67, 7: 0.5, 8: 1.0, 9: None}
    assert np.isnan(shares[9])


def test_each_lineage_says_one_label_in_the_order_of_the_catalogue():
    rows = pd.DataFrame(
        {
            FINE: ["5P-PT", "BC", None],
            NON_NEURONS: [None, "astrocyte", None],
            COLUMN: ["5P-ET", "BC", None],
        },
        index=[1, 2, 3],
    )
    tables = [TABLES[name] for name in (FINE, NON_NEURONS, COLUMN)]
    found = [
        [(said.lineage, said.table.name, said.label) for said in row] for row in lineage_labels(rows, tables)
    ]
    assert found == [
        [("Manual labels", COLUMN, "5P-ET"), ("Baylor fine", FINE, "5P-ET")],  # 5P-PT is another name of it
        [("Manual labels", COLUMN, "BC"), ("Baylor fine", FINE, "BC")],
        [],
    ]


def test_a_tile_names_a_label_once_with_how_many_lineages_give_it():
    tables = [TABLES[name] for name in (COLUMN, FINE, NON_NEURONS)]
    labels = [
        LineageLabel(lineage, table, label)
        for lineage, table, label in zip("abc", tables, ("5P-NP", "BC", "5P-NP"), strict=True)
    ]
    both = f"a: 5P-NP ({tables[0].title})\nc: 5P-NP ({tables[2].title})"
    assert [(chip.label, chip.colour, chip.title) for chip in merged_chips(labels)] == [
        ("5P-NP ×2", colour_of("5P-NP"), both),
        ("BC", colour_of("BC"), f"b: BC ({tables[1].title})"),
    ]


def test_a_nucleus_lies_where_its_position_in_voxels_is_in_nm():
    places = np.array([[173584, 145120, 21127], [60000, 50000, 15000]])
    rows = pd.DataFrame(oriented_um(places), columns=["x_um", "depth_um", "z_um"]).astype(np.float32)
    assert (centres_nm(rows) == places * [4, 4, 40]).all()
