"""The catalogue's contract: what every entry must say, and what the release's own list says of it."""

import csv
import gzip
import re
from dataclasses import FrozenInstanceError
from datetime import UTC, date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from components.ui.family.baylor import ADVICE
from data.catalog import CATALOG, EVERY_TABLE, TABLES
from data.catalog.columns import columns_of
from data.catalog.entry import Kind, Method, NativeLevel
from data.catalog.facts import ExpectedRows
from data.catalog.pages import FAMILIES
from data.catalog.tables import release_tables
from data.errors import DataError
from data.volume import VOLUME
from data.volume.minnie65 import MANIFEST

NAMES = [
    "allen_v1_column_types_slanted_ref",
    "aibs_column_nonneuronal_ref",
    "aibs_soma_nuc_exc_mtype_preds_v117",
    "allen_column_mtypes_v1",
    "connectivity_groups_v507",
    "aibs_soma_nuc_metamodel_preds_v117",
    "baylor_log_reg_cell_type_coarse_v1",
    "baylor_gnn_cell_type_fine_model_v2",
    "coregistration_manual_v3",
    "apl_functional_coreg_forward_v5",
    "nucleus_detection_v0",
    "nucleus_ref_neuron_svm",
    "nucleus_alternative_points",
    "nucleus_detection_lookup_v1",
]

OPENED = release_tables(VOLUME.releases[661])


def test_it_holds_the_tables_of_the_release_in_the_order_of_their_families():
    assert list(TABLES) == NAMES
    assert list(FAMILIES) == ["manual_types", "m_types", "soma_nucleus", "baylor", "coregistration", "nuclei"]
    places = [list(FAMILIES).index(table.family) for table in TABLES.values()]
    assert places == sorted(places)
    assert set(places) == set(range(len(FAMILIES)))


def test_every_family_has_its_page():
    for name, family in FAMILIES.items():
        assert family.name == name
        assert family.in_short.endswith("?")
    assert len({family.title for family in FAMILIES.values()}) == len(FAMILIES)


def test_an_entry_is_whole(subtests):
    for table in TABLES.values():
        with subtests.test(table.name):
            assert table.method in get_args(Method)
            assert table.kind in get_args(Kind)
            assert table.family in FAMILIES
            assert table.labels_what
            assert not table.labels_what.endswith(".")
            assert table.about.endswith(".")
            assert table.citations
            assert set(table.citations) <= set(CATALOG.citations)
            assert len(set(table.vocabulary)) == len(table.vocabulary)


def test_a_table_has_a_level_where_it_has_labels(subtests):
    for table in TABLES.values():
        with subtests.test(table.name):
            assert (table.kind == "labels") == (table.level in get_args(NativeLevel))
            assert (table.kind == "labels") == bool(table.classification)
            # Connectivity groups are the one vocabulary that nobody published.
            assert bool(table.vocabulary) == (table.kind == "labels" and table.level != "group")


def test_the_nucleus_is_the_target_except_in_the_nucleus_tables(subtests):
    for table in TABLES.values():
        with subtests.test(table.name):
            assert table.id_column == ("id" if table.kind == "nuclei" else "target_id")
            assert table.reference == (None if table.kind == "nuclei" else "nucleus_detection_v0")


def test_a_table_is_in_releases_that_exist_and_in_661(subtests):
    for table in TABLES.values():
        with subtests.test(table.name):
            assert 661 in table.releases
            assert set(table.releases) <= set(VOLUME.releases)
            assert list(table.releases) == sorted(table.releases)
            if table.deprecated_by:
                assert max(VOLUME.releases) not in table.releases
                assert table.deprecated_by in OPENED.keys() - TABLES


def test_a_title_is_short_and_human(subtests):
    for table in TABLES.values():
        with subtests.test(table.name):
            assert len(table.title) <= 26
            assert "_" not in table.title
            assert table.title[0].isupper()


def test_titles_and_names_never_collide():
    words = [word.casefold() for table in TABLES.values() for word in (table.name, table.title)]
    assert len(set(words)) == len(words)


def test_only_the_lookup_is_a_view():
    assert [name for name, table in TABLES.items() if table.view] == ["nucleus_detection_lookup_v1"]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("nucleus_detection_v0", "144,120"),
        ("nucleus_ref_neuron_svm", "144,120"),
        ("nucleus_alternative_points", "8,388"),
        ("allen_v1_column_types_slanted_ref", "1,357"),
        ("aibs_column_nonneuronal_ref", "542"),
        ("aibs_soma_nuc_metamodel_preds_v117", "86,916"),
        ("aibs_soma_nuc_exc_mtype_preds_v117", "58,624"),
        ("allen_column_mtypes_v1", "1,357"),
        ("baylor_log_reg_cell_type_coarse_v1", "55,063"),
        ("baylor_gnn_cell_type_fine_model_v2", "49,051"),
        ("coregistration_manual_v3", "13,925"),
        ("apl_functional_coreg_forward_v5", "68,436–68,873"),
    ],
)
def test_published_row_counts(name, rows):
    expected = TABLES[name].expected_rows
    assert str(expected) == rows
    assert expected is not None
    assert expected.source


def test_counts_that_nobody_published_are_not_invented():
    unknown = {name for name, table in TABLES.items() if table.expected_rows is None}
    assert unknown == {"connectivity_groups_v507", "nucleus_detection_lookup_v1"}


def test_a_range_holds_its_ends_and_nothing_beyond():
    rows = ExpectedRows(low=68_436, high=68_873, source="two documents")
    assert [rows.holds(n) for n in (68_435, 68_436, 68_600, 68_873, 68_874)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert str(ExpectedRows(low=542, high=542, source="one")) == "542"


def test_models_name_the_labels_they_learned_from_and_how_surely():
    trained = {name: table.trained_on for name, table in TABLES.items() if table.trained_on}
    manual = "allen_v1_column_types_slanted_ref"
    assert {name: (training.tables, training.standing) for name, training in trained.items()} == {
        "aibs_soma_nuc_exc_mtype_preds_v117": (("allen_column_mtypes_v1",), "inferred"),
        "aibs_soma_nuc_metamodel_preds_v117": ((manual, "aibs_column_nonneuronal_ref"), "inferred"),
        "baylor_log_reg_cell_type_coarse_v1": ((manual,), "unknown"),
        "baylor_gnn_cell_type_fine_model_v2": ((manual,), "stated"),
    }
    assert all(TABLES[name].method == "classifier" for name in trained)
    assert all(set(training.tables) <= set(TABLES) for training in trained.values())
    assert all(training.source and not training.source.endswith(".") for training in trained.values())


def test_the_fine_models_features_are_those_of_the_release_page():
    features = dict(TABLES["baylor_gnn_cell_type_fine_model_v2"].features)
    names = [name for kind in features.values() for name in kind]
    assert len(names) == len(set(names)) == 24
    assert [len(kind) for kind in features.values()] == [5, 3, 11, 2, 3]
    assert {"n_spines", "spine_volume_sum"} == {*features["spines"]}
    assert all("synapse" in name for name in features["synapses"])
    assert not any(word in name for name in names for word in ("_z", "depth"))


@pytest.mark.parametrize("words", ["does not see", "60 : 20 : 20", "density of spines"])
def test_nothing_is_said_of_a_baylor_model_that_no_source_says(words: str):
    coarse = TABLES["baylor_log_reg_cell_type_coarse_v1"]
    assert words not in "\n".join([ADVICE, coarse.about, *FAMILIES["baylor"].question.split("\n")])
    assert "60" not in coarse.about


def test_every_table_of_labels_is_in_one_lineage_with_a_reason():
    labelling = {name for name, table in EVERY_TABLE.items() if table.kind == "labels"}
    members = [name for lineage in CATALOG.lineages for name in lineage.tables]
    assert sorted(members) == sorted(labelling)
    assert all(lineage.reason.endswith(".") for lineage in CATALOG.lineages)
    in_release = [[name for name in lineage.tables if name in TABLES] for lineage in CATALOG.lineages]
    assert sorted(sorted(names) for names in in_release if names) == [
        ["aibs_column_nonneuronal_ref", "allen_v1_column_types_slanted_ref"],
        ["aibs_soma_nuc_exc_mtype_preds_v117", "aibs_soma_nuc_metamodel_preds_v117"],
        ["allen_column_mtypes_v1"],
        ["baylor_gnn_cell_type_fine_model_v2"],
        ["baylor_log_reg_cell_type_coarse_v1"],
        ["connectivity_groups_v507"],
        ["nucleus_ref_neuron_svm"],
    ]


def test_each_table_spells_extratelencephalic_its_own_way():
    spelled = {
        name: [label for label in table.vocabulary if label in {"5P-ET", "5P-PT"}]
        for name, table in TABLES.items()
    }
    assert {name: found for name, found in spelled.items() if found} == {
        "allen_v1_column_types_slanted_ref": ["5P-PT"],
        "aibs_soma_nuc_metamodel_preds_v117": ["5P-ET"],
        "baylor_gnn_cell_type_fine_model_v2": ["5P-PT"],
    }


def test_both_m_type_tables_speak_the_first_vocabulary():
    predicted = TABLES["aibs_soma_nuc_exc_mtype_preds_v117"].vocabulary
    column = TABLES["allen_column_mtypes_v1"].vocabulary
    assert {"L3c", "L6a", "L6b", "L6c", "L6CT", "L6wm"} <= set(predicted)
    assert not any("short" in label or "tall" in label or label == "L2c" for label in column)
    assert column == (*predicted, "PTC", "DTC", "STC", "ITC")


@pytest.mark.parametrize(
    "asked",
    [
        "baylor_gnn_cell_type_fine_model_v2",
        "Baylor fine",
        "  baylor FINE ",
        "BAYLOR_GNN_CELL_TYPE_FINE_MODEL_V2",
    ],
)
def test_a_table_is_found_by_name_or_title(asked):
    assert OPENED.find(asked) is TABLES["baylor_gnn_cell_type_fine_model_v2"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("baylor_gnn_cell_type_fine_model", "Baylor fine"),
        ("Baylor corse", "Baylor coarse"),
        ("nucleus_detection", "Nucleus detections"),
        ("aibs_soma_nuc_metamodel_preds", "Soma-nucleus metamodel"),
    ],
)
def test_a_near_miss_is_answered_with_the_nearest_tables(asked, meant):
    with pytest.raises(DataError) as caught:
        OPENED.find(asked)
    assert asked in caught.value.problem
    assert meant in caught.value.remedy
    assert caught.value.remedy.startswith("Did you mean")


@pytest.mark.parametrize("asked", ["", "??", "connectome of a fly"])
def test_a_far_miss_is_answered_with_all_tables(asked):
    with pytest.raises(DataError) as caught:
        OPENED.find(asked)
    assert all(name in caught.value.remedy for name in TABLES)


def test_entries_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        TABLES["nucleus_detection_v0"].title = "Other"  # type: ignore[misc]


# Citations


def test_the_papers_and_their_dois():
    dois = {citation.short: citation.doi for citation in CATALOG.citations.values()}
    assert dois == {
        "MICrONS Consortium 2025": "10.1038/s41586-025-08790-w",
        "Schneider-Mizell et al. 2025": "10.1038/s41586-024-07780-8",
        "Elabbady et al. 2025": "10.1038/s41586-024-07765-7",
        "Celii et al. 2025": "10.1038/s41586-025-08660-5",
        "Ding et al. 2025": "10.1038/s41586-025-08840-3",
        "Dorkenwald et al. 2025": "10.1038/s41592-024-02426-z",
        "Gamlin et al. 2025": "10.1038/s41586-025-08805-6",
        "Bodor et al. 2023": "10.1101/2023.10.18.562531",
    }
    assert VOLUME.site == "https://www.microns-explorer.org"


def test_a_citation_is_whole(subtests):
    for citation in CATALOG.citations.values():
        with subtests.test(citation.doi):
            assert citation.url == f"https://doi.org/{citation.doi}"
            assert f"({citation.short[-4:]})" in citation.full
            assert citation.short.split()[0] in citation.full


def test_every_table_cites_the_data_set(subtests):
    for table in TABLES.values():
        with subtests.test(table.name):
            assert "microns" in table.citations


# Releases


def test_the_public_releases():
    assert list(VOLUME.releases) == [
        117,
        343,
        661,
        795,
        943,
        1078,
        1181,
        1300,
        1412,
        1507,
        1621,
        1718,
        1822,
        1926,
    ]
    assert [number for number, release in VOLUME.releases.items() if release.live] == [
        *(117, 943, 1300, 1507, 1621, 1718, 1822, 1926),
    ]
    assert all(release.number == number for number, release in VOLUME.releases.items())


def test_time_stamps_are_aware_distinct_and_in_order():
    stamps = [release.timestamp for release in VOLUME.releases.values() if release.timestamp]
    assert len(stamps) == len(VOLUME.releases)
    assert all(stamp.tzinfo is UTC for stamp in stamps)
    assert all(later - earlier > timedelta(days=60) for earlier, later in pairwise(stamps))
    assert VOLUME.releases[661].iso == "2023-04-06T20:17:09.199182+00:00"
    assert VOLUME.releases[1718].iso.startswith("2026")


def test_a_time_stamp_that_is_not_sure_says_so():
    assert "uncertain" in VOLUME.releases[1621].note


def test_the_manifest_of_661_counts_as_its_page_does():
    assert (len(MANIFEST.added), len(MANIFEST.included), len(MANIFEST.removed)) == (
        11,
        4,
        5,
    )
    assert MANIFEST.frozen_on == date(2023, 4, 6)
    assert VOLUME.releases[661].iso.startswith("2023-04-06")
    assert "Jun" in MANIFEST.page_title


def test_the_manifest_and_the_catalogue_hold_the_same_tables():
    page = {*MANIFEST.added, *MANIFEST.included, "nucleus_detection_lookup_v1"}
    assert page == set(TABLES) | set(VOLUME.out_of_scope)
    assert set(TABLES).isdisjoint(VOLUME.out_of_scope)
    assert {name for name, table in TABLES.items() if table.view} <= set(MANIFEST.views)


def test_first_releases_agree_between_the_manifest_and_the_catalogue():
    first = {name: min(table.releases) for name, table in TABLES.items() if not table.view}
    added = dict.fromkeys(MANIFEST.added, 661)
    kept = {name: number for name, number in MANIFEST.included.items() if name in TABLES}
    assert first == added | kept


def test_what_was_removed_has_a_successor_in_the_release():
    assert set(MANIFEST.removed).isdisjoint(TABLES)
    assert {after for after in MANIFEST.removed.values() if after} <= set(MANIFEST.added)


def test_the_manual_is_corrected_where_it_is_wrong():
    about = {correction.about for correction in MANIFEST.corrections}
    assert {"coregistration_manual_v3", "allen_v1_column_types_slanted_ref"} <= about
    gnn = next(one for one in MANIFEST.corrections if one.about == "coregistration_manual_v3")
    assert "GNN" in gnn.says
    assert "manual" in gnn.found
    for one in MANIFEST.corrections:
        assert one.says.endswith(".")
        assert one.found.endswith(".")
    assert all(reason.endswith(".") for reason in VOLUME.out_of_scope.values())


def test_recall_and_precision_are_of_the_area_of_which_they_are_known_and_unknown_of_the_others():
    assert "Recall and precision have been measured for LM alone" in VOLUME.area_note
    assert "For V1, RL and AL they are unknown." in VOLUME.area_note
    assert "1 unit in 50" not in VOLUME.area_note


def test_the_nucleus_is_told_from_the_rows_own_number_in_one_way():
    by_interface = "in answers of the tables interface"
    told = [
        column.meaning
        for column in columns_of(TABLES["baylor_gnn_cell_type_fine_model_v2"])
        if column.name == "id"
    ]
    told += [CATALOG.column_corrections["", "id"]]
    told += [one.found for one in MANIFEST.corrections if one.about == "every reference table"]
    assert len(told) == 3
    assert all(by_interface in text and "query_table" in text for text in told)
    assert "version" not in "".join(told)


def test_that_some_nuclei_named_by_hand_lie_outside_the_prism_is_said():
    assert "outside" in VOLUME.column_note
    assert "as wide as" not in VOLUME.column_note


FACTS = {
    "allen_v1_column_types_slanted_ref": ["likely inhibitory", "matched no other type"],
    "apl_functional_coreg_forward_v5": ["Justin Joyce", "Daniel Xenes", "JHU/APL"],
    "baylor_log_reg_cell_type_coarse_v1": ["spines", "double-check"],
    "baylor_gnn_cell_type_fine_model_v2": ["60:20:20", "no depth"],
    "connectivity_groups_v507": ["“Motif” groups"],
    "nucleus_ref_neuron_svm": ["recommends it for the broadest set of neurons"],
}
"""What the release page says of a table."""


@pytest.mark.parametrize(("name", "facts"), FACTS.items(), ids=FACTS)
def test_what_the_release_page_says_of_a_table_is_told(name: str, facts: list[str]):
    assert [fact for fact in facts if fact not in TABLES[name].about] == []


def test_what_the_release_page_says_of_the_release_is_told():
    assert MANIFEST.rank == "the first quarterly release of 2023"
    assert MANIFEST.removed_still_in == 343
    assert f"{VOLUME.releases[661].timestamp:%Y-%m-%d %H:%M:%S.%f %Z}" == "2023-04-06 20:17:09.199182 UTC"
    assert MANIFEST.pages["the annotation tables"].endswith("/annotation-tables.html")


def test_the_content_aware_query_is_told_as_the_page_writes_it():
    written = {name: table.queried_by for name, table in TABLES.items() if table.queried_by}
    assert written == {
        "allen_v1_column_types_slanted_ref": "id",
        "aibs_column_nonneuronal_ref": "id",
        "connectivity_groups_v507": "id",
        "baylor_log_reg_cell_type_coarse_v1": "id",
        "baylor_gnn_cell_type_fine_model_v2": "id",
        "nucleus_ref_neuron_svm": "target_id",
    }


# Real rows


def test_real_rows_speak_the_vocabulary(realdata: Path):
    here = [name for name in TABLES if (realdata / f"v661/{name}_merged.csv.gz").exists()]
    documented = {name: table for name, table in TABLES.items() if name in here and table.vocabulary}
    assert documented
    for name, table in documented.items():
        header = (realdata / f"v661/{name}_merged_header.csv").read_text()
        place = re.findall(r"^(\w+),", header, re.MULTILINE).index("cell_type")
        with gzip.open(realdata / f"v661/{name}_merged.csv.gz", "rt", newline="") as opened:
            assert {row[place] for row in csv.reader(opened)} == set(table.vocabulary)


def test_a_table_that_came_later_is_found_too():
    assert OPENED.find("aibs_metamodel_celltypes_v661").name not in TABLES


def test_tables_are_loaded_from_the_largest_on_and_those_of_no_known_size_before_all():
    assert OPENED.largest_first(
        [
            "allen_column_mtypes_v1",
            "nucleus_detection_v0",
            "nucleus_detection_lookup_v1",
            "nucleus_ref_neuron_svm",
        ]
    ) == [
        "nucleus_detection_lookup_v1",
        "nucleus_detection_v0",
        "nucleus_ref_neuron_svm",
        "allen_column_mtypes_v1",
    ]
    assert sorted(OPENED.largest_first(TABLES)) == sorted(TABLES)
