"""One type over all tables: its names, who calls nuclei so, what others call them, typical and contested."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from components.analysis.types.counts import TypeName, counts_by_table, other_names, type_named
from components.analysis.types.examples import type_examples
from data.labels.spellings import known_meanings
from data.loader import LabelTable
from tests.made_release import COARSE, FINE, METAMODEL, NEURONS, PREDICTED
from tests.test_all_pairs import loaded

NP = type_named("5P-NP")


def table(name: str, rows: list[tuple[int, str]]) -> LabelTable:
    nuclei, words = zip(*rows, strict=True)
    return loaded(
        name, pd.DataFrame({"nucleus_id": np.array(nuclei, np.int64), "cell_type": pd.Categorical(words)})
    )


TABLES: Mapping[str, LabelTable] = {
    FINE: table(FINE, [(1, "5P-NP"), (2, "5P-NP"), (3, "5P-NP"), (4, "5P-IT"), (5, "5P-NP"), (5, "BC")]),
    METAMODEL: table(METAMODEL, [(1, "5P-NP"), (2, "5P-IT"), (3, "5P-IT"), (4, "5P-NP"), (6, "oligo")]),
    NEURONS: table(NEURONS, [(1, "5P-NP"), (3, "5P-NP"), (4, "Unsure E"), (7, "5P-NP")]),
    PREDICTED: table(PREDICTED, [(1, "L5NP"), (7, "L5NP"), (8, "L4a")]),
    COARSE: table(COARSE, [(1, "excitatory"), (2, "inhibitory")]),
}
DEPTHS = pd.Series([500.0, 480.0, 510.0, 520.0, 300.0, 400.0, 505.0], index=range(1, 8))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("5P-NP", ["5P-NP"]),
        ("5p np", ["5P-NP"]),
        ("layer 5 NP", ["5P-NP"]),
        ("5P-PT", ["5P-ET"]),
        ("basket cells", ["BC"]),
        ("DTC", ["DTC", "DTC (multifeature)"]),
        ("DistTC", ["DTC", "DTC (multifeature)"]),
        ("ITC", ["ITC", "ITC (multifeature)"]),
        ("DTC (multifeature)", ["DTC (multifeature)"]),
        ("MC", ["MC", "MC (multifeature)"]),
        ("PV", ["PV (multifeature)"]),
        ("excitatory_neuron", ["excitatory"]),
        ("", []),
        ("Martian", []),
    ],
)
def test_every_spelling_leads_to_the_type_and_each_meaning_is_listed(name: str, labels: list[str]) -> None:
    assert [entry.label for entry in known_meanings(name)] == labels


@pytest.mark.parametrize(
    ("label", "level", "counts_as"),
    [
        ("5P-PT", "subclass", ("5P-ET", "subclass")),
        ("L5NP", "type", ("5P-NP", "subclass")),
        ("L6wm", "type", ("excitatory", "class")),
        ("DTC", "type", ("MC", "subclass")),
        ("Unsure", "type", ("neuron", "neuron")),
        ("inhibitory", "class", ("inhibitory", "class")),
        ("not-neuron", "type", ("non-neuron", "neuron")),
        ("group 7", "type", None),
    ],
)
def test_a_type_is_read_at_the_level_whose_value_it_is(
    label: str, level: str, counts_as: tuple[str, str] | None
) -> None:
    named = type_named(label)
    assert (named.level, named.counts_as) == (level, counts_as)


def test_each_table_counts_a_nucleus_once_and_says_how_it_spells_the_type() -> None:
    counts = counts_by_table(NP, TABLES)
    assert counts.to_numpy().tolist() == [
        [FINE, 3, 5, "5P-NP", 0],
        [NEURONS, 3, 4, "5P-NP", 0],
        [METAMODEL, 2, 5, "5P-NP", 0],
        [PREDICTED, 2, 3, "L5NP", 0],
    ]
    spelled = table(FINE, [(1, "5P-ET"), (2, "5P-PT"), (3, "5P-PT")])
    (row,) = counts_by_table(type_named("5P-ET"), {FINE: spelled}).to_numpy().tolist()
    assert row == [FINE, 3, 3, "5P-PT 2, 5P-ET 1", 0]
    assert counts_by_table(TypeName("Martian", "type"), TABLES).empty


def test_what_others_call_the_nuclei_is_counted_of_those_that_both_label() -> None:
    names = other_names(NP, FINE, TABLES)
    assert names.by_others[METAMODEL].to_dict() == {"5P-NP": 1, "5P-IT": 2}
    assert names.by_others[NEURONS].to_dict() == {"5P-NP": 2, "5P-IT": 0}
    assert names.of_others[METAMODEL].to_dict() == {"5P-NP": 1, "5P-IT": 1}
    assert COARSE not in names.by_others  # it says nothing at the level of subclass
    assert names.of_others.index[0] == "5P-NP"
    lineage = other_names(NP, METAMODEL, TABLES)
    assert PREDICTED not in lineage.by_others  # computed from the metamodel


def test_typical_is_agreed_by_every_lineage_and_contested_the_most_divided_first() -> None:
    found = type_examples(NP, TABLES, DEPTHS, most=2)
    assert found.n == 5  # 1, 2, 3, 4 and 7; of 5 one table gives two labels
    assert (found.label, found.median_um) == ("5P-NP", 502.5)
    assert found.typical.nucleus_ids.tolist() == [1, 7]  # three lineages, then two
    assert found.typical.votes == ("3 5P-NP", "2 5P-NP")
    assert found.contested.nucleus_ids.tolist() == [2, 4, 3]
    assert found.contested.votes[0] == "1 5P-IT, 1 5P-NP"
    of_m_type = type_examples(type_named("L5NP"), TABLES, DEPTHS, most=1)
    assert (of_m_type.n, of_m_type.label) == (2, "5P-NP")
    assert of_m_type.typical.nucleus_ids.tolist() == [1, 7]
    unknown = type_examples(TypeName("Martian", "type"), TABLES, DEPTHS, most=1)
    assert (unknown.label, len(unknown.typical.nucleus_ids)) == ("", 0)


def test_of_nothing_there_are_no_examples() -> None:
    found = type_examples(NP, {}, DEPTHS, most=2)
    assert (found.n, len(found.typical.nucleus_ids), len(found.contested.nucleus_ids)) == (0, 0, 0)
    assert np.isnan(found.median_um)
