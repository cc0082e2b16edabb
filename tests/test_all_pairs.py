"""Every two tables at once: each pair as it is alone, at the finest level that both speak."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from components.analysis.comparison import agreement
from components.analysis.comparison.agreement import (
    Pairs,
    all_agreements,
    measure_agreement,
    pair_labels,
    pair_table,
)
from components.analysis.comparison.axes import AxisTable, axis_tables, read_axis_table
from components.analysis.comparison.metrics import METRICS, NO_METHOD, Metric, metric_intervals
from components.analysis.labels.levels import Reading, finest_common_level, nucleus_labels, read_once
from components.analysis.output.results import agreement_record, agreement_text, pairs_text
from components.ui.context.comparison import Comparison, compared
from data.catalog import TABLES
from data.catalog.entry import Table
from data.labels.crosswalk import LEVELS, at_level
from data.labels.entry import Level
from data.loader import LabelTable
from data.tables.records import Provenance
from tests.release_by_pandas import (
    AUTOMATED,
    COARSE,
    DETECTIONS,
    FINE,
    GROUPS,
    MANUAL,
    METAMODEL,
    MTYPES,
    NEURONS,
    PREDICTED,
    SVM,
)


def frame(labels: Sequence[str], first: int = 1, system: str | None = None) -> pd.DataFrame:
    """Nuclei one after the other, each with its label."""
    columns = {
        "nucleus_id": np.arange(first, first + len(labels)),
        "cell_type": pd.Categorical(np.array(labels, dtype=object)),
    }
    if system:
        columns["classification_system"] = pd.Categorical([system] * len(labels))
    return pd.DataFrame(columns)


AXIS_TABLES: dict[str, AxisTable] = {
    name: (TABLES[name], labels)
    for name, labels in {
        NEURONS: frame(["23P", "4P", "BC", "Unsure E", "5P-PT", "MC"]),
        COARSE: frame(["excitatory", "inhibitory", "inhibitory", "excitatory"], first=2),
        FINE: frame(["23P", "23P", "MC", "5P-ET", "MC"], first=2),
        GROUPS: frame(["BC", "Group 2"], first=3, system="connectivity_group"),
        SVM: frame(["neuron"] * 6 + ["not-neuron"] * 3),
    }.items()
}


def loaded(name: str, rows: pd.DataFrame) -> LabelTable:
    record = Provenance(
        table=name, source="folder", place="here", origin="", release=661, timestamp="", synthetic=False,
        rows=len(rows), nuclei=len(rows), sha256="", fetched_at="", absent=(), notes=(), stamp="",
    )  # fmt: skip
    return LabelTable(TABLES[name], rows, record)


@pytest.mark.parametrize(
    ("rows", "columns", "level"),
    [
        (NEURONS, FINE, "subclass"),
        (NEURONS, COARSE, "class"),
        (COARSE, FINE, "class"),
        (MTYPES, FINE, "subclass"),
        (MTYPES, PREDICTED, "type"),
        (MTYPES, GROUPS, "class"),
        (SVM, METAMODEL, "neuron"),
        (SVM, GROUPS, "neuron"),
        (MANUAL, METAMODEL, "subclass"),
        (MANUAL, SVM, "neuron"),
        (MANUAL, AUTOMATED, "type"),
    ],
)
def test_the_finest_common_level(rows: str, columns: str, level: Level) -> None:
    assert finest_common_level(TABLES[rows], TABLES[columns]) == level
    assert finest_common_level(TABLES[columns], TABLES[rows]) == level


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.level and table.vocabulary])
def test_a_table_s_finest_level_is_the_finest_that_most_of_its_labels_have(name: str) -> None:
    table = TABLES[name]
    finest = finest_common_level(table, table)
    known = {level: sum(at_level(label, level) is not None for label in table.vocabulary) for level in LEVELS}
    assert known[finest] > len(table.vocabulary) / 2
    finer = LEVELS[LEVELS.index(finest) + 1 :]
    assert not finer or finer[0] == "type" or known[finer[0]] == 0


@pytest.mark.parametrize("level", LEVELS)
def test_one_reading_serves_every_level(level: Level) -> None:
    rows = frame(["23P", "5P-PT", "Unsure", "L3b", "martian"], system="aibs_coarse_inhibitory")
    rows = pd.concat([rows, rows.iloc[:2].assign(cell_type=rows["cell_type"].iloc[1])])
    rows["cell_type"] = rows["cell_type"].astype("category")
    alone, shared = nucleus_labels(rows, level), read_once(rows).at(level)
    pd.testing.assert_series_equal(alone.labels, shared.labels)
    assert alone.conflicting.tolist() == shared.conflicting.tolist() == [1]
    assert alone.labels.index.tolist() == [2, 3, 4, 5]
    assert (
        alone.labels.tolist()[1:]
        == {
            "neuron": ["neuron", "neuron", np.nan],
            "class": ["inhibitory", "excitatory", np.nan],
            "subclass": [np.nan, "23P", np.nan],
            "type": ["Unsure", "L3b", "martian"],
        }[level]
    )


def test_every_pair_is_as_it_is_alone() -> None:
    together = list(all_agreements(AXIS_TABLES))
    pairs = list(combinations(AXIS_TABLES, 2))
    assert [(one.pairs.rows.name, one.pairs.columns.name) for one in together] == pairs
    for result, (rows, columns) in zip(together, pairs, strict=True):
        level = finest_common_level(TABLES[rows], TABLES[columns])
        alone = measure_agreement(pair_labels(AXIS_TABLES[rows], AXIS_TABLES[columns], level))
        pd.testing.assert_frame_equal(result.matrix, alone.matrix)
        pd.testing.assert_frame_equal(result.pairs.frame, alone.pairs.frame)
        assert result.pairs.left_out == alone.pairs.left_out
        assert all(result.metrics[metric] == alone.metrics[metric] for metric in METRICS)


def test_a_level_may_be_asked_for() -> None:
    assert {result.pairs.level for result in all_agreements(AXIS_TABLES, "class")} == {"class"}


def test_each_table_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(table: Table, frame: pd.DataFrame) -> Reading:
        read.append(table.name)
        return read_axis_table(table, frame)

    monkeypatch.setattr(agreement, "read_axis_table", noted)
    assert list(all_agreements(AXIS_TABLES))
    assert read == list(AXIS_TABLES)


def test_a_row_per_pair() -> None:
    table = pair_table(all_agreements({name: AXIS_TABLES[name] for name in (NEURONS, FINE, SVM)}))
    assert table[["rows", "columns", "level", "n_both", "n_compared"]].to_numpy().tolist() == [
        [NEURONS, FINE, "subclass", 5, 4],
        [NEURONS, SVM, "neuron", 6, 6],
        [FINE, SVM, "neuron", 5, 5],
    ]
    assert table["agreement"].tolist() == [0.5, 1.0, 1.0]
    assert table["kappa"].isna().tolist() == [False, True, True]


def test_what_differs_in_anything_is_kept_under_another_key(subtests: pytest.Subtests) -> None:
    fine, manual, svm = (loaded(name, AXIS_TABLES[name][1]) for name in (FINE, NEURONS, SVM))
    result = compared(fine, manual, "subclass")
    others = {"conflicting_duplicate": 0, "unmapped": 9, "ambiguous": 0, "filtered": 0}
    filtered = replace(result, pairs=replace(result.pairs, left_out=others))
    comparison = Comparison(manual, "subclass", result)
    changed: dict[str, tuple[Comparison, Comparison] | tuple[Pairs, Pairs]] = {
        "the other table": (comparison, replace(comparison, partner=svm)),
        "the level": (comparison, replace(comparison, level="class")),
        "what is left out": (comparison, replace(comparison, result=filtered)),
        "the rows of pairs": (result.pairs, replace(result.pairs, rows=svm.table)),
        "the columns of pairs": (result.pairs, replace(result.pairs, columns=svm.table)),
        "the level of pairs": (result.pairs, replace(result.pairs, level="class")),
        "what pairs leave out": (result.pairs, filtered.pairs),
    }
    for what, (one, other) in changed.items():
        with subtests.test(what):
            assert one.key != other.key
    assert [compared(fine, manual, level).pairs.level for level in LEVELS] == [*LEVELS]


def test_a_new_metric_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = Metric(title="Largest", meaning="", measure=lambda counts: counts.max((-2, -1)), undefined=())
    monkeypatch.setitem(METRICS, "largest", replace(largest, short="largest"))
    fine, manual = (loaded(name, AXIS_TABLES[name][1]) for name in (FINE, NEURONS))
    result = measure_agreement(pair_labels(fine.as_axis, manual.as_axis, "subclass"))
    record = agreement_record(result, fine.provenance)
    assert [*record][-2:] == ["largest", "undefined"]
    assert record["largest"] == pair_table([result])["largest"].item() == result.matrix.to_numpy().max()
    assert "largest" in agreement_text(result)
    assert "largest" in pairs_text([result])
    assert metric_intervals(result.matrix.to_numpy(), square=True)["largest"] == NO_METHOD


def test_titles_longer_than_their_column_stand_apart_in_text() -> None:
    pair = [loaded(name, AXIS_TABLES[name][1]) for name in (FINE, NEURONS)]
    titles = ["yours: cells_of_a_paper.csv, broad_type", "yours: cells_of_a_paper.csv, mtype"]
    axes = [(replace(one.table, title=title), one.frame) for one, title in zip(pair, titles, strict=True)]
    line = pairs_text([measure_agreement(pair_labels(axes[0], axes[1], "subclass"))]).splitlines()[1]
    assert re.split(r" {2,}", line)[:3] == [*titles, "subclass"]


def test_no_pair_is_a_table_without_rows() -> None:
    assert pair_table([]).empty
    assert set(METRICS) < set(pair_table([]).columns)


def test_what_may_stand_on_an_axis() -> None:
    units = pd.DataFrame({"nucleus_id": [5, 5, 2]})
    detected = pd.DataFrame({"nucleus_id": np.arange(1, 8)})
    sides = axis_tables(
        {
            FINE: loaded(FINE, AXIS_TABLES[FINE][1]),
            MANUAL: loaded(MANUAL, units),
            DETECTIONS: loaded(DETECTIONS, detected),
        }
    )
    assert list(sides) == [FINE, MANUAL]
    assert sides[FINE][1] is AXIS_TABLES[FINE][1]
    assert sides[MANUAL][1]["nucleus_id"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert sides[MANUAL][1].query("cell_type == 'coregistered'")["nucleus_id"].tolist() == [2, 5]


def test_without_detections_the_denominator_is_the_loaded_tables() -> None:
    units = pd.DataFrame({"nucleus_id": [9, 2]})
    sides = axis_tables({FINE: loaded(FINE, AXIS_TABLES[FINE][1]), MANUAL: loaded(MANUAL, units)})
    assert sides[MANUAL][1]["nucleus_id"].tolist() == [2, 3, 4, 5, 6, 9]
