"""What every table says of a list of nuclei with expected labels: one outcome for each nucleus, and why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from components.analysis.comparison.expected import (
    NO_EXPECTED,
    NO_GIVEN,
    OUTCOMES,
    TWO_EXPECTED,
    TWO_GIVEN,
    compare_expected,
    expected_rows,
)
from data.catalog import TABLES

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"


def frame(*rows: tuple[int, str]) -> pd.DataFrame:
    ids, labels = zip(*rows, strict=True)
    return pd.DataFrame({"nucleus_id": np.array(ids, np.int64), "cell_type": pd.Categorical(labels)})


LIST = frame(
    (1, "23P"), (2, "BC"), (3, "odd"), (4, "4P"), (4, "MC"), (5, "BC"), (6, "BC"), (7, "4P"), (7, "4P")
)
GIVEN = frame((1, "23P"), (2, "MC"), (3, "BC"), (4, "4P"), (5, "MC"), (5, "BC"), (6, "what"), (9, "BC"))
CASES = [
    # nucleus, expected, label, outcome, reason
    (1, "23P", "23P", "agrees", ""),
    (2, "BC", "MC", "differs", ""),
    (3, None, "BC", "unknown", NO_EXPECTED),
    (4, None, "4P", "unknown", TWO_EXPECTED),
    (5, "BC", None, "unknown", TWO_GIVEN),
    (6, "BC", None, "unknown", NO_GIVEN),
    (7, "4P", None, "not in table", ""),
]


def test_each_nucleus_has_one_outcome_and_unknown_ones_a_reason() -> None:
    (result,) = compare_expected(
        (TABLES["allen_v1_column_types_slanted_ref"], LIST), {FINE: (TABLES[FINE], GIVEN)}
    )
    assert (result.table, result.level) == (FINE, "subclass")
    rows = result.rows[["nucleus_id", "expected", "label", "outcome", "reason"]]
    found = [tuple(None if pd.isna(word) else word for word in row) for row in rows.to_numpy().tolist()]
    assert found == CASES
    assert result.counts == {"agrees": 1, "differs": 1, "unknown": 4, "not in table": 1}
    assert result.nuclei("unknown").tolist() == [3, 4, 5, 6]


def test_tables_are_compared_at_their_own_finest_level_and_a_list_not_with_itself() -> None:
    manual = TABLES["allen_v1_column_types_slanted_ref"]
    tables = {
        manual.name: (manual, LIST),
        COARSE: (TABLES[COARSE], frame((1, "excitatory"), (2, "excitatory"))),
        FINE: (TABLES[FINE], GIVEN),
    }
    results = compare_expected((manual, LIST), tables)
    assert [(one.table, one.level) for one in results] == [(COARSE, "class"), (FINE, "subclass")]
    assert results[0].counts == {"agrees": 1, "differs": 1, "unknown": 0, "not in table": 5}
    assert len(expected_rows(results)) == sum(sum(one.counts.values()) for one in results) == 14
    assert {*expected_rows(results)["outcome"]} == {*OUTCOMES}


def test_clusters_are_unknown_to_a_table_of_other_groups() -> None:
    groups = TABLES["connectivity_groups_v507"]
    own = replace(TABLES[FINE], name="mine", level="group")
    given = frame((1, "PTC-1"), (2, "PTC-1"), (3, "STC-2"))
    (result,) = compare_expected(
        (own, frame((1, "c1"), (2, "PTC-1"), (3, "PTC-1"))), {groups.name: (groups, given)}
    )
    assert (result.level, [*result.rows["outcome"]]) == ("type", ["unknown", "agrees", "differs"])


def test_a_label_that_a_table_gives_other_nuclei_is_of_its_kind() -> None:
    groups = TABLES["connectivity_groups_v507"]
    own = replace(TABLES[FINE], name="mine", level="group")
    given = frame((1, "odd-1"), (2, "odd-2"))
    (result,) = compare_expected((own, frame((1, "odd-2"))), {groups.name: (groups, given)})
    assert result.counts["differs"] == 1


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_count_is_the_number_of_its_nuclei(outcome: str) -> None:
    (result,) = compare_expected((TABLES[COARSE], LIST), {FINE: (TABLES[FINE], GIVEN)})
    assert result.counts[outcome] == len(result.nuclei(outcome)) == (result.rows["outcome"] == outcome).sum()
