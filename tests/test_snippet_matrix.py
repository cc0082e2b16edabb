"""The code of a matrix: run against the archive's stand-in, it gives the page's matrix, square by square."""

import subprocess
import sys
from itertools import permutations
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.analysis.code_export.comparisons import matrix_snippet
from components.analysis.code_export.recipes import ShownRows, rows_snippet
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.comparison.axes import AxisTable, coregistered_labels
from components.analysis.labels.ranges import Range
from components.analysis.selection.filters import Filters
from data.catalog import TABLES
from data.labels.crosswalk import CELL_TYPES, LEVELS, is_ambiguous
from data.labels.entry import Level
from data.volume import VOLUME
from tests.made_release import (
    AUTOMATED,
    COARSE,
    DETECTIONS,
    FINE,
    GROUPS,
    LOOKUP,
    MANUAL,
    METAMODEL,
    NEURONS,
    PREDICTED,
    SVM,
    MadeRelease,
    run,
)

LABELLING = [FINE, COARSE, METAMODEL, NEURONS, PREDICTED, GROUPS, SVM]
PAIRS = [
    *zip(permutations(LABELLING, 2), LEVELS * 11, strict=False),
    *(((FINE, METAMODEL), level) for level in LEVELS),
]
"""Each pair one way at one level and the other way at another; one pair at all of them."""
MIXED: list[tuple[str, Level]] = [(FINE, "type"), (NEURONS, "class"), (METAMODEL, "subclass")]


def side_of(made: MadeRelease, name: str) -> AxisTable:
    """A side as the agreement page pairs it: units are asked of every nucleus at hand."""
    table, frame = made.side(name)
    if table.kind != "units":
        return table, frame
    nuclei = np.unique(np.concatenate([one["nucleus_id"].to_numpy() for one in made.frames.values()]))
    return table, coregistered_labels(frame, nuclei)


def check(
    made: MadeRelease,
    names: tuple[str, str],
    level: Level,
    *,
    keep: bool = True,
    shown: ShownRows | None = None,
    within: np.ndarray | None = None,
) -> pd.DataFrame:
    sides = side_of(made, names[0]), side_of(made, names[1])
    pairs = pair_labels(*sides, level, keep_ambiguous=keep, within=within)
    wanted = measure_agreement(pairs).matrix
    snippet = matrix_snippet(made.origin, pairs, sides, shown=shown, denominator=(TABLES[DETECTIONS],))
    got = run(snippet)
    matrix = got["matrix"]
    assert [*matrix.index] == [*wanted.index]
    assert [*matrix.columns] == [*wanted.columns]
    assert matrix.to_numpy().tolist() == wanted.to_numpy().tolist()
    assert (matrix.index.name, matrix.columns.name) == (wanted.index.name, wanted.columns.name)
    compared = pairs.frame.astype("object").sort_index()
    assert got["pairs"].index.tolist() == compared.index.tolist()
    assert got["pairs"].to_numpy().tolist() == compared.to_numpy().tolist()
    return wanted


@pytest.mark.slow
def test_any_two_tables_at_any_level(made: MadeRelease, subtests: pytest.Subtests) -> None:
    for names, level in PAIRS:
        with subtests.test(f"{names} {level}"):
            check(made, names, level)


def test_the_made_rows_hold_what_is_hard(made: MadeRelease) -> None:
    matrix = check(made, (FINE, METAMODEL), "subclass")
    assert (matrix.sum(axis=1) == 0).any()  # a label of one side alone keeps its row of zeros
    assert "5P-ET" in matrix.index
    pairs = pair_labels(made.side(FINE), made.side(METAMODEL), "subclass")
    assert pairs.left_out["conflicting_duplicate"] > 5
    assert pairs.left_out["unmapped"] > 5
    assert "Martian" in check(made, (FINE, METAMODEL), "type").index


@pytest.mark.parametrize(
    ("name", "level"), [(PREDICTED, "subclass"), (NEURONS, "class"), (NEURONS, "subclass")]
)
def test_ambiguous_labels_may_be_left_out(made: MadeRelease, name: str, level: Level) -> None:
    table, frame = made.side(name)
    left_out = pair_labels((table, frame), made.side(METAMODEL), level, keep_ambiguous=False).left_out
    both = check(made, (name, METAMODEL), level)
    sure = check(made, (name, METAMODEL), level, keep=False)
    assert both.to_numpy().sum() - sure.to_numpy().sum() == left_out["ambiguous"]
    assert left_out["ambiguous"] or name == NEURONS


def test_no_label_is_ambiguous_as_it_is_so_raw_labels_need_no_leaving_out() -> None:
    assert not any(is_ambiguous(label, "type") for label in CELL_TYPES)


def test_coregistered_or_not_may_stand_on_either_side(made: MadeRelease, subtests: pytest.Subtests) -> None:
    for level in LEVELS:
        for units in [MANUAL, AUTOMATED]:
            with subtests.test(f"{level} {units}"):
                check(made, (units, METAMODEL), level)
                check(made, (METAMODEL, units), level)


def test_two_tables_of_units_are_asked_of_every_nucleus_at_hand(made: MadeRelease) -> None:
    matrix = check(made, (MANUAL, AUTOMATED), "type")
    assert matrix.to_numpy().sum() == 300
    assert (matrix.to_numpy() > 0).all()


def test_only_the_nuclei_that_pass_the_filters_are_compared(
    made: MadeRelease, subtests: pytest.Subtests
) -> None:
    for level in LEVELS:
        with subtests.test(level):
            filters = Filters({"layer": ("L4", "L5"), "class": ("excitatory",)})
            shown = ShownRows(*made.side(FINE), filters, VOLUME.layer_presets[0], level, made.side(FINE))
            rows = run(rows_snippet(made.origin, shown))["rows"]
            within = np.unique(rows["nucleus_id"])
            assert 0 < len(within) < 100
            check(made, (FINE, COARSE), level, shown=shown, within=within)


def test_rows_without_labels_are_compared_by_the_table_that_names_them(made: MadeRelease) -> None:
    filters = Filters({"root": "With a segment"})
    shown = ShownRows(*made.side(LOOKUP), filters, VOLUME.layer_presets[0], "type", made.side(METAMODEL))
    frame = made.frames[LOOKUP]
    within = np.unique(frame["nucleus_id"][frame["root_id"] != 0])
    whole, some = (
        check(made, (METAMODEL, SVM), "neuron"),
        check(made, (METAMODEL, SVM), "neuron", shown=shown, within=within),
    )
    assert 0 < some.to_numpy().sum() < whole.to_numpy().sum()


def test_labels_at_two_levels_in_one_code(made: MadeRelease) -> None:
    filters = Filters({"label": ("23P", "5P-ET"), "class": ("excitatory",)})
    shown = ShownRows(*made.side(SVM), filters, VOLUME.layer_presets[0], "type", made.side(FINE))
    within = np.unique(run(rows_snippet(made.origin, shown))["rows"]["nucleus_id"])
    check(made, (FINE, METAMODEL), "subclass", shown=shown, within=within)


def test_where_nothing_is_in_both_the_matrix_is_empty(made: MadeRelease) -> None:
    nobody = np.array([], dtype=np.int64)
    nothing = Filters({"depth": Range("depth_um", 5000, 6000)})
    shown = ShownRows(*made.side(FINE), nothing, VOLUME.layer_presets[0], "type", made.side(FINE))
    assert check(made, (FINE, METAMODEL), "subclass", shown=shown, within=nobody).empty


def test_the_code_is_clean_and_needs_nothing_of_this_project(made: MadeRelease, tmp_path: Path) -> None:
    filters = Filters(
        {
            "label": ("23P",),
            "class": ("excitatory", "unmapped"),
            "layer": ("L4",),
            "area": ("RL",),
            "depth": Range("depth_um", 100, 300),
            "volume": Range("volume_um3", 60, inf),
            "column": "Inside",
            "root": "With a segment",
        }
    )
    for count, (name, level) in enumerate(MIXED):
        shown = ShownRows(*made.side(name), filters, VOLUME.layer_presets[0], level, made.side(name))
        sides = side_of(made, MANUAL), made.side(name)
        pairs = pair_labels(*sides, level, keep_ambiguous=False)
        texts = (
            rows_snippet(made.origin, shown).text,
            matrix_snippet(made.origin, pairs, sides, shown=shown).text,
        )
        for kind, text in enumerate(texts):
            (tmp_path / f"snippet_{count}_{kind}.py").write_text(text, encoding="utf-8")
            imported = {
                line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))
            }
            assert imported <= {"numpy", "pandas", "standard_transform"}
    rules = [
        "--isolated",
        "--select",
        "E,W,F,I,B,C4,UP,N,SIM,PIE,RET,PERF,RUF100",
        "--target-version",
        "py311",
    ]
    checked = subprocess.run(
        [Path(sys.executable).parent / "ruff", "check", *rules, tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
