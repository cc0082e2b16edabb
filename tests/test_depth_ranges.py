"""Labels outside their type's depth range: ranges, labels outside, recipe, code, queue, check."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.checks.registry import run_checks
from components.analysis.code_export import recipes
from components.analysis.labels import depth_ranges
from components.analysis.labels.depth_ranges import (
    FEWEST_MANUAL,
    WIDENED_UM,
    depth_by_label,
    manual_depth_ranges,
    may_be_misplaced,
    misplaced_labels,
    names_types_of_column,
    placed_labels,
)
from components.analysis.review.queue import misplaced_queue
from components.analysis.selection.misplaced import Misplaced
from components.analysis.selection.text import from_text, to_text
from data.catalog import EVERY_TABLE
from data.errors import DataError
from data.loader import LabelTable
from tests.made_release import MadeRelease, run
from tests.test_checks import FOLDER, table_of
from tests.test_checks import OPENED as TABLES

MANUAL, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
FINE, METAMODEL = "baylor_gnn_cell_type_fine_model_v2", "aibs_soma_nuc_metamodel_preds_v117"


def labelled(first: int, labels: list[str | None], depth: list[float]) -> pd.DataFrame:
    """Rows of nuclei numbered from the first."""
    return pd.DataFrame(
        {
            "nucleus_id": np.arange(first, first + len(labels)),
            "root_id": np.arange(first, first + len(labels)) + 864_691_135_000_000_001,
            "x_um": np.float32(670), "z_um": np.float32(850),
            "depth_um": np.array(depth, dtype=np.float32),
            "cell_type": pd.Categorical(labels),
            "classification_system": pd.Categorical(["made"] * len(labels)),
        }
    )  # fmt: skip


BY_HAND = pd.concat(
    [
        labelled(1, ["23P"] * 41, [100 + 2.5 * k for k in range(41)]),  # 100 to 200 µm
        labelled(101, ["BC"] * FEWEST_MANUAL, [400.0] * FEWEST_MANUAL),
        labelled(201, ["5P-NP"] * (FEWEST_MANUAL - 1), [500.0] * (FEWEST_MANUAL - 1)),
        labelled(301, ["WM-P"] * 30, [730.0] * 30),  # no subclass
    ]
).astype({"cell_type": "category"})
FRAMES = {
    MANUAL: BY_HAND,
    FINE: labelled(
        1001,
        ["23P", "23P", "23P", "23P", "BC", "5P-NP", "Martian", None],
        [49.5, 51.0, 249.0, 300.0, 451.0, 5.0, 5.0, 5.0],
    ),
}


def test_the_range_of_a_type_is_its_middle_99_per_cent_and_50_um_more_in_whole_um():
    ranges = manual_depth_ranges([BY_HAND])
    # Quantiles by hand: 41 depths in steps of 2.5 µm, so 0.5 % is a fifth of a step from the first: 100.5 µm.
    assert ranges.to_dict("index") == {
        "23P": {"n": 41, "low": 100.5 // 1 - WIDENED_UM, "high": 200 + WIDENED_UM},
        "BC": {"n": 20, "low": 350.0, "high": 450.0},
    }


def test_two_manual_tables_count_a_nucleus_once_and_rows_that_say_nothing_of_a_type_not_at_all():
    again = BY_HAND.assign(depth_um=np.float32(900))
    assert manual_depth_ranges([BY_HAND, again]).equals(manual_depth_ranges([BY_HAND]))
    odd = labelled(1, ["23P", "BC", "Martian", None, "4P"], [1, 2, 3, 4, np.nan])
    assert [
        *depth_by_label(pd.concat([odd, labelled(2, ["MC"], [2])]).astype({"cell_type": "category"})).index
    ] == [1]


def test_a_label_beyond_the_range_of_its_type_is_misplaced_by_so_much():
    placed = placed_labels(FRAMES[FINE], manual_depth_ranges([BY_HAND]))
    assert placed["beyond_um"].to_dict() == {1001: -0.5, 1002: 0, 1003: 0, 1004: 50, 1005: 1}
    assert [*misplaced_labels(FRAMES[FINE], [BY_HAND]).index] == [1001, 1004, 1005]
    assert misplaced_labels(FRAMES[FINE], [labelled(1, [], [])]).empty


def test_tables_of_the_column_say_where_types_lie_and_others_that_name_subclasses_are_judged():
    assert {name for name, table in EVERY_TABLE.items() if names_types_of_column(table)} == {MANUAL, OTHERS}
    judged = {name for name, table in EVERY_TABLE.items() if may_be_misplaced(table)}
    assert {FINE, METAMODEL, "allen_column_mtypes_v1"} <= judged
    assert not judged & {MANUAL, OTHERS, "baylor_log_reg_cell_type_coarse_v1", "aibs_cell_info"}


RECIPE = Misplaced(FINE, (MANUAL,))


def test_the_recipe_has_nuclei_words_and_a_text():
    assert RECIPE.nuclei(FRAMES).tolist() == [1001, 1004, 1005]
    assert RECIPE.tables() == {FINE, MANUAL}
    assert to_text(RECIPE) == f"misplaced:{FINE}:{MANUAL}"
    assert RECIPE.words() == "labels of Baylor fine outside their type's depth range, by Manual neurons"
    for recipe in (RECIPE, Misplaced("a:b", ("c,d", "e f")) - RECIPE):
        assert from_text(to_text(recipe)) == recipe


@pytest.mark.parametrize(
    "text", ["misplaced", "misplaced:a", "misplaced:a:", "misplaced::b", "misplaced:a:b,", "misplaced:a:b:c"]
)
def test_a_text_of_other_parts_is_refused(text):
    with pytest.raises(DataError, match="cannot be read"):
        from_text(text)


def test_frames_without_labels_or_places_say_what_is_missing():
    for column in ("cell_type", "depth_um"):
        with pytest.raises(DataError, match=f"has no column {column}"):
            RECIPE.nuclei(FRAMES | {FINE: FRAMES[FINE].drop(columns=column)})


def test_the_code_ends_in_the_recipes_nuclei(made: MadeRelease, monkeypatch: pytest.MonkeyPatch):
    # Made-up depths are drawn alike for all types, so a narrow range leaves some of every type outside.
    for module in (depth_ranges, recipes):
        monkeypatch.setattr(module, "FEWEST_MANUAL", 5)
        monkeypatch.setattr(module, "WIDENED_UM", -150)
    for recipe in (Misplaced(FINE, (METAMODEL,)), Misplaced(METAMODEL, (FINE, METAMODEL))):
        wanted = recipe.nuclei(made.frames)
        assert len(wanted)
        got = run(recipes.selection_snippet(made.origin, recipe, made.frames, file="x.csv"))["nucleus_ids"]
        assert got.tolist() == wanted.tolist()


def loaded(*names: str) -> dict[str, LabelTable]:
    return {name: table_of(name, FRAMES[name]) for name in names}


def test_the_queue_begins_with_the_farthest_and_says_where_the_type_lies():
    queue = misplaced_queue(loaded(FINE, MANUAL))
    assert queue is not None
    assert queue.nucleus_ids.tolist() == [1004, 1005, 1001]
    assert queue.reasons[0] == "23P in Baylor fine at 300 µm; plausible by the manual labels: 50 to 250 µm"
    assert misplaced_queue(loaded(FINE)) is None
    alone = misplaced_queue(loaded(MANUAL))
    assert alone is not None
    assert len(alone) == 0


def test_the_check_warns_of_them_and_is_not_run_without_manual_tables():
    def said(*names: str):
        report = run_checks(loaded(*names), TABLES, FOLDER)
        return (
            [
                (one.severity, one.table, one.n, one.nucleus_ids.tolist())
                for one in report.findings
                if one.id == "implausible-place"
            ],
            [one.reason for one in report.not_run if one.check == "implausible-place"],
        )

    assert said(FINE, MANUAL) == ([("warning", FINE, 3, [1001, 1004, 1005])], [])
    assert said(FINE) == ([], ["No table labelled by hand in the column is at hand."])
