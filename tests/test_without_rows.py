"""What pages still say where a table is absent, where nothing is in common, and what they say only once."""

from pathlib import Path

import pandas as pd
import pytest

from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.comparison.matrix import filled_matrix, folded_matrix
from components.figures.matrix import matrix_figure
from components.ui.cloud.column import column_legend
from components.ui.family.matrix import empty_words
from data.catalog import TABLES
from data.labels.crosswalk import colour_of
from tests.conftest import UseFolder
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, UNIT_HEADER, write_table
from tests.page_reader import figures, opened, words

METAMODEL, CLUSTERS = "aibs_soma_nuc_metamodel_preds_v117", "allen_column_mtypes_v1"
MANUAL, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
NOTHING = "No nucleus has a label at this level in both tables"
# Of each family page: the key of its choice of table, and a table of it that the folder lacks.
LACKING = {
    "baylor.py": ("baylor", COARSE),
    "m_types.py": ("m_types", "connectivity_groups_v507"),
    "manual_types.py": ("manual_types", OTHERS),
    "coregistration.py": ("coregistration", "coregistration_manual_v3"),
    "nuclei.py": ("nuclei", "nucleus_alternative_points"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tables of the same three nuclei, and one of three others."""
    folder = tmp_path_factory.mktemp("folder")
    others = [(row[0], row[1] + 100, *row[2:3], "L2a", *row[4:]) for row in FINE_ROWS]
    for name, rows in ((FINE, FINE_ROWS), (METAMODEL, FINE_ROWS), (MANUAL, FINE_ROWS), (CLUSTERS, others)):
        write_table(folder, name, rows)
    return folder


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(place))
    monkeypatch.setenv("CELL_TYPES_CACHE", str(place / "cache"))


def title(name: str) -> str:
    return TABLES[name].title


@pytest.mark.parametrize("page", LACKING)
def test_a_family_page_tells_of_its_tables_where_their_rows_are_absent(page: str) -> None:
    key, absent = LACKING[page]
    app = opened(page, **{key: title(absent)})
    assert f"{title(absent)} is not at hand, so there is nothing to show of it" in words(app)
    assert f"About this table: {title(absent)}" in [one.label.replace("\\", "") for one in app.expander]
    assert any(absent in block.value for block in app.code)


def test_the_agreement_page_compares_all_tables_at_hand_where_the_rows_are_absent() -> None:
    app = opened("agreement.py", rows=title(COARSE))
    assert f"{COARSE}" in words(app).replace("\\", "")
    assert set(figures(app)) == {"all-pairs", "alluvial"}


def test_that_nothing_is_in_common_is_said_once() -> None:
    app = opened("agreement.py", **{"rows": title(FINE), "with": title(CLUSTERS)})
    assert words(app).count(NOTHING) == 1
    assert "No nucleus is compared" not in words(app)
    assert f"3 nuclei in {title(FINE)}, 3 in {title(CLUSTERS)}, 0 in both" in words(app)


def test_that_training_flatters_is_said_once() -> None:
    app = opened("agreement.py", **{"rows": title(FINE), "with": title(MANUAL)})
    assert words(app).count("was trained on") == 1
    family = opened("baylor.py", **{f"with-{title(COARSE)}": title(MANUAL), "baylor": title(FINE)})
    assert words(family).count("was trained on") >= 1


def test_the_flows_follow_the_pair_until_the_reader_chooses_others() -> None:
    app = opened("agreement.py", rows=title(FINE))
    through = app.multiselect(key="through")
    assert through.value == [title(FINE), title(METAMODEL)]
    app.selectbox(key="with").set_value(title(MANUAL)).run()
    assert app.multiselect(key="through").value == [title(FINE), title(MANUAL)]
    app.multiselect(key="through").set_value([title(METAMODEL), title(FINE)]).run()
    app.selectbox(key="with").set_value(title(METAMODEL)).run()
    assert app.multiselect(key="through").value == [title(METAMODEL), title(FINE)]
    assert not app.exception


def test_tables_in_a_link_are_those_that_the_flows_go_through() -> None:
    app = opened("agreement.py", rows=title(FINE), through=[title(MANUAL), title(FINE)])
    app.selectbox(key="with").set_value(title(MANUAL)).run()
    assert app.multiselect(key="through").value == [title(MANUAL), title(FINE)]


def labelled(*labels: str) -> pd.DataFrame:
    rows = {"nucleus_id": range(1, len(labels) + 1), "cell_type": pd.Categorical(labels)}
    return pd.DataFrame(rows).assign(classification_system=pd.Categorical(["s"] * len(labels)))


def test_each_axis_of_a_square_matrix_folds_its_own_empty_labels() -> None:
    sides = (TABLES[FINE], labelled("23P", "BC")), (TABLES[METAMODEL], labelled("23P", "astrocyte"))
    result = measure_agreement(pair_labels(*sides, "subclass"))
    whole = filled_matrix(result)
    folded = folded_matrix(whole)
    assert ([*folded.index], [*folded.columns]) == (["23P", "BC"], ["23P", "astrocyte"])
    assert empty_words(whole, folded) == "1 row (astrocyte) and 1 column (BC)"
    assert empty_words(whole, whole) == ""
    assert empty_words(whole, whole.iloc[:0, :0], 1).endswith(f" and {len(whole) - 1} more)")
    assert empty_words(whole, whole.drop(index="BC", columns="BC")) == "1 row and column (BC)"
    framed = matrix_figure(folded, square=True, caption="").layout.shapes
    assert [(shape.x0, shape.y0) for shape in framed] == [(-0.5, -0.5)]
    assert folded_matrix(whole, {"astrocyte"}).index[-1] == "astrocyte"


def test_the_columns_legend_has_each_label_with_its_colour_and_its_nuclei() -> None:
    labels = ["BC", "23P", "23P", "<odd>"]
    nuclei = pd.DataFrame({"nucleus_id": [1, 2, 3, 3], "label": labels, "colour": [*map(colour_of, labels)]})
    legend = column_legend(nuclei)
    found = [legend.index(f"{label} <span") for label in ("23P", "BC", "&lt;odd&gt;")]
    assert found == sorted(found)
    assert "<odd>" not in legend
    assert legend.count(f"background:{colour_of('23P')}") == 1
    assert [part.split("<")[0] for part in legend.split('tabular-nums">')[1:]] == ["2", "1", "1"]


@pytest.mark.parametrize("page", ["overview", "baylor", "nucleus", "checks"])
def test_pages_name_the_unit_that_positions_look_like_and_the_files_that_are_not_read(
    page: str, tmp_path: Path, use_folder: UseFolder
) -> None:
    rows = {"id": [1, 2, 3], "target_id": [11, 12, 13], "cell_type": ["excitatory"] * 3}
    rows |= {"pt_position": ["[720000 480000 800000]"] * 3}
    pd.DataFrame(rows).to_csv(tmp_path / f"{COARSE}.csv", index=False)
    (tmp_path / f"{COARSE}.pkl").write_bytes(b"")
    use_folder(tmp_path)
    said = words(opened(f"{page}.py", nucleus="11")).replace("\\", "")
    assert "They look like 1 × 1 × 1 nm (nanometres): divided by 4, 4, 40" in said
    assert (f"{COARSE}.pkl" in said) == (page in ("overview", "checks"))


@pytest.mark.parametrize(
    ("first_unit", "label", "said"),
    [
        (50, "23P", ["No unit is in both tables, so there is nothing to compare."]),
        (1, "23P", ["hold no scores, so agreement cannot be shown by score", "9 excitatory"]),
        (
            1,
            "of nobody",
            ["No unit has two nuclei that Baylor fine labels", "gives none of the 9 nuclei shown"],
        ),
    ],
)
def test_matches_that_cannot_be_compared_are_said_to_be_so(
    first_unit: int, label: str, said: list[str], tmp_path: Path, use_folder: UseFolder
) -> None:
    places = [(175_760 + 4_000 * k, 126_480, 15_504) for k in range(9)]
    labels = [(k, 101 + k, "model", label, 10**17 + k, *at) for k, at in enumerate(places)]
    write_table(tmp_path, FINE, labels)
    tables = (("coregistration_manual_v3", 1, 9.5), ("apl_functional_coreg_forward_v5", first_unit, ""))
    for name, begin, quality in tables:
        units = [(k, 101 + k, 4, 7, begin + k, 1, quality, quality, *at) for k, at in enumerate(places)]
        write_table(tmp_path, name, units, UNIT_HEADER)
    use_folder(tmp_path)
    told = words(opened("coregistration.py"))
    assert [one for one in said if one not in told] == []
