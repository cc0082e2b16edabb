"""Whom to trust here: comparisons by training standing, coverage, what is published and what is unknown."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.comparison.intervals import wilson_interval
from components.analysis.raters.ratings import lineage_ratings
from components.analysis.raters.trust import LineagePair, compare_lineages, is_by_hand, lineage_standings
from components.analysis.search.names import SearchedRelease
from components.analysis.search.search import search_for
from components.ui.agreement.trust import share_words
from data.catalog import CATALOG
from data.catalog.tables import release_tables
from data.labels.entry import Level
from data.loader import LabelTable
from data.volume import VOLUME
from tests.test_checks import table_of

MANUAL, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
FINE, COARSE = "baylor_gnn_cell_type_fine_model_v2", "baylor_log_reg_cell_type_coarse_v1"
METAMODEL, MTYPES = "aibs_soma_nuc_metamodel_preds_v117", "aibs_soma_nuc_exc_mtype_preds_v117"


def loaded(rows: dict[str, dict[int, str]]) -> dict[str, LabelTable]:
    return {
        name: table_of(
            name,
            pd.DataFrame(
                {
                    "nucleus_id": np.array([*labels], dtype=np.int64),
                    "cell_type": pd.Categorical([*labels.values()]),
                }
            ),
        )
        for name, labels in rows.items()
    }


TABLES = loaded(
    {
        MANUAL: {1: "23P", 2: "4P", 3: "BC", 4: "BC"},
        OTHERS: {11: "oligo", 12: "OPC"},
        FINE: {1: "23P", 2: "23P", 3: "BC", 11: "BC", 21: "4P"},
        METAMODEL: {1: "23P", 2: "4P", 11: "oligo", 12: "oligo", 21: "23P", 22: "MC"},
        MTYPES: {3: "L2a", 21: "L3a"},
        COARSE: {1: "excitatory", 3: "excitatory", 21: "excitatory"},
    }
)
BY_HAND, SOMA, BAYLOR = (CATALOG.lineage(TABLES[name].table).title for name in (MANUAL, METAMODEL, FINE))


def found(level: Level, within: list[int] | None = None) -> dict[tuple[str, str, str | None], LineagePair]:
    ratings = lineage_ratings(TABLES, level)
    ids = None if within is None else np.array(within)
    return {(*pair.lineages, pair.standing): pair for pair in compare_lineages(ratings, TABLES, ids)}


def counts(
    level: Level, within: list[int] | None = None
) -> dict[tuple[str, str, str | None], tuple[int, int]]:
    return {key: (pair.agree, pair.n) for key, pair in found(level, within).items()}


def test_agreement_by_hand_is_parted_by_what_the_lineage_learned_from():
    assert counts("subclass") == {
        (BAYLOR, BY_HAND, "trained"): (2, 3),
        (BAYLOR, BY_HAND, "free"): (0, 1),  # it learned from no manual non-neuron
        (SOMA, BY_HAND, "trained"): (3, 4),
        (SOMA, BY_HAND, "circular"): (0, 1),  # the M-type speaks where the metamodel is silent
        (BAYLOR, SOMA, None): (1, 5),
    }


def test_a_model_of_unknown_training_is_not_free_of_the_manual_labels():
    assert counts("class")["Baylor coarse", BY_HAND, "unknown"] == (1, 2)


def test_a_place_keeps_its_nuclei_and_names_those_that_differ():
    assert counts("subclass", [1, 2, 11]) == {
        (BAYLOR, BY_HAND, "trained"): (1, 2),
        (BAYLOR, BY_HAND, "free"): (0, 1),
        (SOMA, BY_HAND, "trained"): (3, 3),
        (BAYLOR, SOMA, None): (1, 3),
    }
    pair = found("subclass", [1, 2, 11])[BAYLOR, SOMA, None]
    assert pair.differing.tolist() == [2, 11]
    assert (pair.share, *pair.interval) == pytest.approx((1 / 3, *wilson_interval(np.array(1), np.array(3))))
    assert counts("subclass", [99]) == {}


def test_labels_that_a_lineage_never_gives_are_told_from_disagreements():
    by_hand = found("subclass")[BAYLOR, BY_HAND, "free"]
    assert by_hand.never == ({"oligo": 1}, {})
    assert (by_hand.n, by_hand.n_possible) == (1, 0)
    assert np.isnan([by_hand.share, *by_hand.interval]).all()
    both = found("subclass")[BAYLOR, SOMA, None]
    assert both.never == ({"oligo": 1}, {"BC": 2})
    assert (both.n, both.n_possible, both.share) == (5, 3, 1 / 5)
    ratings = lineage_ratings(TABLES, "subclass")
    records = lineage_standings(ratings, compare_lineages(ratings, TABLES), np.arange(100))
    (unknown,) = (record.unknown for record in records if record.lineage == BAYLOR)
    assert unknown[0] == (
        "It never gives oligo, the labels by hand of the 1 nucleus that it did not learn from."
    )


@pytest.mark.parametrize(
    ("model", "manual", "words"),
    [
        ("BC", "oligo", "gives no such label (oligo): 1 nucleus"),
        ("pericyte", "4P", "gives what the manual labels never say (pericyte): 1 nucleus"),
        (
            "pericyte",
            "oligo",
            "gives no such label (oligo); gives what the manual labels never say (pericyte): 1 nucleus",
        ),
    ],
)
def test_labels_never_given_are_told_by_who_never_gives_them(model: str, manual: str, words: str) -> None:
    rows = {MANUAL: {1: manual, 2: "BC"}, METAMODEL: {1: model, 3: "4P"}}
    tables = loaded(rows)
    (pair,) = compare_lineages(lineage_ratings(tables, "subclass"), tables)
    assert share_words(pair) == words


def test_what_is_known_of_each_lineage():
    ratings = lineage_ratings(TABLES, "subclass")
    detected, within = np.array([1, 2, 3, 11, 12, 21, 22, 99]), np.array([2, 3, 22, 99])
    pairs = compare_lineages(ratings, TABLES, within)
    records = {record.lineage: record for record in lineage_standings(ratings, pairs, detected, within)}
    assert {name: (record.labelled, record.nuclei) for name, record in records.items()} == {
        BY_HAND: (2, 4),
        SOMA: (3, 4),
        BAYLOR: (2, 4),
    }
    assert [figure.published for figure in records[SOMA].published][:2] == [0.91, 0.82]
    assert records[BAYLOR].published == ()
    assert records[BAYLOR].unknown == (
        "No manual label here is of a cell that it surely did not learn from.",
        "The catalogue knows no published accuracy at the level of subclass.",
    )
    assert records[BY_HAND].by_hand
    assert records[BY_HAND].unknown == ()
    nowhere = lineage_standings(ratings, [], detected, np.array([99]))
    assert {record.unknown[0] for record in nowhere} == {"It labels no nucleus here."}


def test_unknown_training_is_said():
    ratings = lineage_ratings(TABLES, "class")
    records = lineage_standings(ratings, compare_lineages(ratings, TABLES), np.arange(100))
    (coarse,) = (record for record in records if record.lineage == "Baylor coarse")
    assert "Whether Baylor coarse was trained on the manual labels is not known." in coarse.unknown


def test_only_lineages_of_manual_tables_alone_are_by_hand():
    assert is_by_hand((TABLES[MANUAL].table, TABLES[OTHERS].table))
    assert not is_by_hand((TABLES[METAMODEL].table,))


@pytest.mark.parametrize(
    "text", ["trust", "which table", "accuracy", "whom to trust", "Which table", "best table"]
)
def test_the_search_finds_the_panel(text: str):
    release = SearchedRelease(release_tables(VOLUME.releases[661]), {})
    hits = [hit for hit in search_for(text, release).hits if hit.link == (("panel", "Trust"),)]
    assert [hit.page for hit in hits] == ["agreement"]
