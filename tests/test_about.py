"""About a table: every column and label is explained, corrections reach their table, nothing is unmarked."""

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from components.ui.family.about import METHODS, column_lines, corrections_of, expected_labels, facts
from data.catalog import CATALOG, TABLES
from data.catalog.columns import Column, columns_of
from data.tables.columns import COUNTERS, IDS, MEASURES, WORDS, wanted_columns
from data.tables.schema import tidy
from data.volume import VOLUME
from data.volume.minnie65 import MANIFEST

MANUAL = TABLES["allen_v1_column_types_slanted_ref"]
METAMODEL = TABLES["aibs_soma_nuc_metamodel_preds_v117"]
UNITS = TABLES["coregistration_manual_v3"]


# Columns


def raw_row(columns: tuple[Column, ...]) -> pa.Table:
    """Make one raw row that has every column of the list."""
    row: dict[str, object] = {}
    for name in (column.name for column in columns):
        if "position" in name:
            row[name] = [183013, 83535, 21480]
        elif name in WORDS:
            row[name] = "t"
        elif name in (*IDS, *COUNTERS, *MEASURES):
            row[name] = 4
        else:
            row[name] = None
    return pa.table({name: [value] for name, value in row.items()})


def test_the_columns_here_are_those_the_schema_makes_of_the_raw_ones(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            columns = columns_of(table)
            named = [name for column in columns for name in column.here]
            assert sorted(named) == sorted(tidy(raw_row(columns), table).rows.column_names)


def test_the_list_of_columns_is_whole(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            columns = columns_of(table)
            names = [column.name for column in columns]
            assert len(set(names)) == len(names)
            assert names[0] == table.id_column
            assert all(column.meaning.endswith(".") for column in columns)
            used = [column.name for column in columns if column.here]
            assert wanted_columns(used, table) == used


def test_classification_system_means_what_the_catalogue_says_of_the_table() -> None:
    (system,) = [column for column in columns_of(METAMODEL) if column.name == "classification_system"]
    assert system.meaning == METAMODEL.classification


def test_a_correction_of_a_column_is_marked_as_one() -> None:
    lines = {line["Column"]: line for line in column_lines(columns_of(UNITS)).to_dict("records")}
    score, session = lines["`score`"], lines["`session`"]
    assert (score["Unit"], score["Here"]) == ("µm", "`score_um`")
    assert "**Correction to the manual**: " in score["Meaning"]
    assert session["Unit"] == "–"
    assert "Correction" not in session["Meaning"]
    assert lines["`pt_supervoxel_id`"]["Here"] == "not used"


# Labels


def test_labels_with_what_they_are_counted_under() -> None:
    lines = expected_labels(MANUAL)
    assert lines["Label"].tolist() == list(MANUAL.vocabulary)
    said = {
        line["Label"]: (line["Class"], line["Subclass"], line["Exact?"]) for line in lines.to_dict("records")
    }
    assert said["5P-PT"] == ("excitatory", "5P-ET", "exact")
    assert said["6P-U"] == ("excitatory", "–", "ambiguous (subclass)")
    assert said["Unsure"] == ("–", "–", "ambiguous (class)")
    assert said["Unsure I"] == ("inhibitory", "–", "exact")


def test_every_expected_label_is_explained(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            lines = expected_labels(table)
            assert len(lines) == len(table.vocabulary)
            if len(lines):
                assert not lines[["Label", "Meaning", "Exact?", "Why"]].isin(["–", ""]).to_numpy().any()


# Facts and corrections


def test_the_facts_of_a_table() -> None:
    said = "\n".join(facts(METAMODEL, TABLES))
    assert "`aibs_soma_nuc_metamodel_preds_v117`" in said
    assert METHODS["classifier"] in said
    assert "the column `target_id`, which points at `nucleus_detection_v0`" in said
    assert "86,916 (SWDB 2023 databook, all tables)" in said
    assert "**Trained on**: Manual neurons and Manual non-neurons, so" in said
    assert "v343 (expired), v661 (expired), v795 (expired)" in said
    assert "`aibs_metamodel_celltypes_v661` took its place" in said


def test_what_a_table_does_not_have_is_not_said() -> None:
    said = "\n".join(facts(TABLES["nucleus_detection_lookup_v1"], TABLES))
    assert "a view and not a table" in said
    assert "the column `id`\n" in said
    assert "no source says how many" in said
    assert not any(word in said for word in ("classification", "Trained", "Deprecated", "points at"))


def test_corrections_reach_the_table_they_are_about() -> None:
    assert {one.about for one in corrections_of(MANUAL)} == {MANUAL.name, "every reference table"}
    assert any("GNN" in one.says for one in corrections_of(UNITS))
    # The table that took its place is named after this release and did not come with it.
    assert "aibs_metamodel_celltypes_v661" in {one.about for one in corrections_of(METAMODEL)}
    assert {one.about for one in corrections_of(TABLES["nucleus_detection_v0"])} == {"nucleus_detection_v0"}


def test_no_correction_is_left_without_a_table() -> None:
    reached = {one for table in TABLES.values() for one in corrections_of(table)}
    left = [one for one in MANIFEST.corrections if one not in reached]
    assert [one.about for one in left] == ["the release"]


# On a page


def shown(line: str) -> AppTest:
    app = AppTest.from_string(
        "from components.ui.family.about import show_about\n"
        "from components.ui.code_export.code import show_code\n"
        f"from data.catalog import TABLES\n{line}\n",
        default_timeout=60,
    ).run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("sample")
def test_a_table_is_folded_out_with_its_papers(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            app = shown(f"show_about(TABLES[{table.name!r}])")
            (fold,) = app.expander
            assert table.title.split(" ")[0] in fold.label
            said = "\n".join(one.value for one in app.markdown)
            assert all(CATALOG.citations[key].url in said for key in table.citations)
            assert VOLUME.site in said
            assert ("Corrections to the manual" in said) == bool(corrections_of(table))
            assert len(app.table) == 1 + bool(table.vocabulary)


@pytest.mark.usefixtures("sample")
def test_what_is_shown_of_a_table_can_be_saved_by_nobody() -> None:
    app = shown("show_about(*TABLES.values())")
    assert len(app.expander) == len(TABLES)
    assert not app.dataframe
    assert not app.get("download_button")


@pytest.mark.usefixtures("sample")
def test_code_has_its_status_above_and_says_that_the_page_is_synthetic() -> None:
    app = shown(f"show_code(TABLES[{METAMODEL.name!r}], TABLES[{UNITS.name!r}])")
    assert [tab.label for tab in app.tabs] == ["Soma-nucleus metamodel", "Manual coregistration"]
    assert len(app.code) == len(app.caption) == 6
    assert all(one.value.startswith("# The page shows synthetic rows;") for one in app.code)
    assert ["Runs for v661" in one.value.replace("\\", "") for one in app.caption] == [True, False, False] * 2
    assert ["Expired" in one.value for one in app.caption] == [False, True, True, False, False, False]


@pytest.mark.usefixtures("sample")
def test_one_table_needs_no_tab() -> None:
    app = shown(f"show_code(TABLES[{METAMODEL.name!r}])")
    assert not app.tabs
    assert len(app.code) == 3
