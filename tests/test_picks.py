"""What is picked in a picture, said as a selection: it means the nuclei that the picture counts."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.comparison.agreement import cell_nuclei, pair_labels
from components.analysis.comparison.axes import AxisTable, coregistered_labels
from components.analysis.labels.counts import nuclei_once, type_counts
from components.analysis.labels.levels import labels_from, own_labels
from components.analysis.selection.kinds import Covered
from components.analysis.selection.picks import (
    agreement_recipe,
    agreement_titles,
    cell_recipe,
    compared_recipe,
    label_recipe,
    margin_recipe,
)
from data.catalog import TABLES
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.volume import VOLUME

FINE, MANUAL = "baylor_gnn_cell_type_fine_model_v2", "allen_v1_column_types_slanted_ref"
COREG, AUTO = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"
WORDS = [None, "23P", "4P", "BC", "astrocyte", "Martian"]
N = 14


def labelled(rows: list[tuple[int, str | None]]) -> pd.DataFrame:
    ids, labels = zip(*rows, strict=True)
    return pd.DataFrame(
        {"nucleus_id": np.array(ids, dtype=np.int64), "cell_type": pd.Categorical(labels, WORDS[1:])}
    )


nuclei = st.integers(1, N)
tables = st.lists(st.tuples(nuclei, st.sampled_from(WORDS)), min_size=1, max_size=20).map(labelled)
units = st.lists(nuclei, max_size=20).map(lambda ids: pd.DataFrame({"nucleus_id": np.array(ids, np.int64)}))
levels = st.sampled_from(LEVELS)


@given(tables, tables, levels)
def test_a_bar_or_an_entry_of_a_legend(shown: pd.DataFrame, source: pd.DataFrame, level: Level) -> None:
    if level != "type":  # of two rows a bar may count one label where the table gives two that differ
        shown, source = (frame.drop_duplicates("nucleus_id") for frame in (shown, source))
    frames = {MANUAL: shown, FINE: source}
    carried = {
        MANUAL: own_labels(shown, level),
        FINE: labels_from(shown["nucleus_id"].to_numpy(), source, level),
        None: pd.Categorical([None] * len(shown), categories=[]),
    }
    for label_source, labels in carried.items():
        for label in type_counts(shown["nucleus_id"], labels).index:
            recipe = label_recipe(MANUAL, label_source, str(label), level)
            rows, words = nuclei_once(shown["nucleus_id"], labels)
            wanted = rows["nucleus_id"][[words[code] == label for code in rows["code"]]]
            assert recipe.nuclei(frames).tolist() == sorted(wanted)


@given(tables, tables, units, units, levels)
def test_a_cell_of_a_matrix_also_of_units(
    fine: pd.DataFrame, manual: pd.DataFrame, coreg: pd.DataFrame, auto: pd.DataFrame, level: Level
) -> None:
    detected = pd.DataFrame({"nucleus_id": np.arange(1, N + 1)})
    frames = {FINE: fine, MANUAL: manual, COREG: coreg, AUTO: auto, VOLUME.detections: detected}
    axes: dict[str, AxisTable] = {name: (TABLES[name], frames[name]) for name in (FINE, MANUAL)}
    axes |= {
        name: (TABLES[name], coregistered_labels(frames[name], detected["nucleus_id"]))
        for name in (COREG, AUTO)
    }
    for rows, columns in ((FINE, MANUAL), (FINE, COREG), (AUTO, MANUAL), (COREG, AUTO)):
        pairs = pair_labels(axes[rows], axes[columns], level)
        if (rows, columns) == (FINE, MANUAL):
            assert compared_recipe(pairs).nuclei(frames).tolist() == sorted(pairs.frame.index)
        for row, column in {*zip(pairs.frame["row_label"], pairs.frame["column_label"], strict=True)}:
            recipe = cell_recipe(pairs, row, column)
            assert recipe.nuclei(frames).tolist() == cell_nuclei(pairs, row, column).tolist()


def test_a_cell_of_two_tables_of_units_is_a_combination_of_tables() -> None:
    held = coregistered_labels(pd.DataFrame({"nucleus_id": [1]}), [1, 2])
    pairs = pair_labels((TABLES[COREG], held), (TABLES[AUTO], held), "type")
    yes, no = "coregistered", "not coregistered"
    assert cell_recipe(pairs, yes, yes) == Covered((COREG, AUTO))
    assert cell_recipe(pairs, no, yes) == Covered((AUTO,), (COREG,))
    assert cell_recipe(pairs, no, no) == Covered((VOLUME.detections,), (COREG, AUTO))


@given(tables, tables, levels)
def test_what_a_legend_says_of_two_tables(fine: pd.DataFrame, manual: pd.DataFrame, level: Level) -> None:
    frames = {FINE: fine, MANUAL: manual}
    pairs = pair_labels((TABLES[FINE], fine), (TABLES[MANUAL], manual), level).frame
    alike = pairs["row_label"].astype(str) == pairs["column_label"].astype(str)
    held, other = ({*frame["nucleus_id"]} for frame in (fine, manual))
    wanted = {"agree": {*pairs.index[alike]}, "differ": {*pairs.index[~alike]}}
    wanted |= {"rows": held - other, "columns": other - held}
    for which, title in agreement_titles(FINE, MANUAL).items():
        recipe = agreement_recipe(FINE, MANUAL, level, title)
        assert recipe.nuclei(frames).tolist() == sorted(wanted[which])


def test_a_margin_is_what_only_one_table_holds() -> None:
    fine, manual = labelled([(1, "BC"), (2, "BC"), (3, "4P")]), labelled([(2, "4P"), (4, "BC")])
    pairs = pair_labels((TABLES[FINE], fine), (TABLES[MANUAL], manual), "subclass")
    frames = {FINE: fine, MANUAL: manual}
    assert margin_recipe(pairs, "BC", of_rows=True).nuclei(frames).tolist() == [1]
    assert margin_recipe(pairs, "BC", of_rows=False).nuclei(frames).tolist() == [4]
