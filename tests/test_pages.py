"""Each page alone, as a cold deep link opens it: on the sample, on real rows, and where rows are missing.

That each marks synthetic rows and cites is in test_marks.py.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.catalog import TABLES
from tests.conftest import UseFolder
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, packed, write_table
from tests.page_reader import PAGES, opened, words

KEY = re.compile(r"[0-9a-f]{32}-([a-z]+)")


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def charts(app: AppTest) -> dict[str, Any]:
    """The figures, by the first word of their key."""
    found = app.get("plotly_chart")
    return {KEY.search(chart.proto.id)[1]: json.loads(chart.proto.spec) for chart in found}  # type: ignore[index]


@pytest.mark.usefixtures("sample")
def test_the_overview_lists_every_entry() -> None:
    app = opened("overview.py")
    shown = app.dataframe[0].value
    assert shown["Name in CAVE"].tolist() == list(TABLES)
    assert metrics(app)["Nuclei"] == "144,120"
    assert metrics(app)["Tables at hand"] == "14 of 14"
    assert shown["Published rows"].tolist().count("unknown") == 2


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("choices", "times"),
    [
        ({"drawer": "Rows"}, 1),
        ({"drawer": "Rows", "only-Manual neurons": "BC"}, 0),
        ({"drawer": "Selected"}, 1),
    ],
)
def test_lists_say_where_the_table_spells_a_label_otherwise(choices: dict[str, str], times: int) -> None:
    selected = {"select": "filter:allen_v1_column_types_slanted_ref:labels=5P-PT"}
    app = opened("manual_types.py", **selected, **choices)
    assert words(app).count("As the table spells it: 5P-PT (5P-ET on this page).") == times
    assert "5P-PT" in app.dataframe[-1].value.to_string() or not times


def test_an_empty_folder_is_said_and_nothing_throws(
    tmp_path: Path, use_folder: UseFolder, subtests: pytest.Subtests
) -> None:
    for page in PAGES:
        with subtests.test(page):
            use_folder(tmp_path)
            said = words(opened(page))
            assert "not in this source" in said or "does not hold" in said


def test_a_wrong_setting_is_a_notice_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    for page in PAGES:
        with subtests.test(page):
            monkeypatch.setenv("CELL_TYPES_SOURCE", "nowhere")
            app = opened(page)
            assert "There is no source" in app.error[0].value
            assert "Choose one of" in app.error[0].value


@pytest.mark.parametrize(("present", "absent"), [(COARSE, "Baylor fine"), (FINE, "Baylor coarse")])
def test_baylor_works_with_one_of_its_tables(
    present: str, absent: str, tmp_path: Path, use_folder: UseFolder
) -> None:
    write_table(tmp_path, present, FINE_ROWS)
    use_folder(tmp_path)
    app = opened("baylor.py", baylor="Coarse" if present == COARSE else "Fine")
    name = next(table.name for table in TABLES.values() if table.title == absent)
    assert name in app.info[0].value.replace("\\", "")
    assert {"counts", "depth"} <= charts(app).keys()
    assert "Agreement" not in metrics(app)


def test_a_damaged_table_leaves_the_rest_of_the_page(tmp_path: Path, use_folder: UseFolder) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    (tmp_path / "v661" / f"{COARSE}_merged.csv.gz").write_bytes(packed(FINE_ROWS)[:40])
    (tmp_path / "v661" / f"{COARSE}_merged_header.csv").write_text("id,int64\n")
    use_folder(tmp_path)
    app = opened("baylor.py")
    assert "cut short or damaged" in app.error[0].value
    assert {"counts", "depth"} <= charts(app).keys()


def test_labels_with_markup_are_shown_as_text(tmp_path: Path, use_folder: UseFolder) -> None:
    hostile = "<img src=x>[a](b):red[c]"
    write_table(tmp_path, FINE, [*FINE_ROWS, (10, 104, "s", hostile, 5, 1, 2, 3)])
    use_folder(tmp_path)
    said = words(opened("baylor.py"))
    assert hostile not in said
    assert "\\<img src=x\\>" in said


def test_a_missing_volume_is_said(tmp_path: Path, use_folder: UseFolder) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    use_folder(tmp_path)
    assert "do not hold nucleus volumes" in words(opened("baylor.py"))


def test_baylor_on_real_rows(realdata: Path, use_folder: UseFolder) -> None:
    use_folder(realdata)
    app = opened("baylor.py")
    assert metrics(app) == {"n": "49,050", "Agreement": "99.0%", "κ": "0.931"}
    bars = charts(app)["counts"]["data"][0]
    assert bars["y"][0] == "23P"
    assert bars["text"][0] == "18,689 · 38.1%"


def test_the_overview_on_real_rows_names_what_the_folder_lacks(realdata: Path, use_folder: UseFolder) -> None:
    use_folder(realdata)
    app = opened("overview.py")
    assert "11 of 14 tables are not in this source" in app.info[0].value
    states = dict(zip(app.dataframe[0].value["Name in CAVE"], app.dataframe[0].value["Here"], strict=True))
    assert [name for name, state in states.items() if state == "loaded"] == [
        COARSE,
        FINE,
        "coregistration_manual_v3",
    ]


@pytest.mark.usefixtures("sample")
def test_agreement_with_the_labels_a_model_learned_from_is_called_optimistic() -> None:
    warning = (
        ":material/school: Soma-nucleus metamodel was trained on the labels of Manual neurons (inferred)"
    )
    assert warning in words(opened("manual_types.py"))
    assert ":material/school:" not in words(opened("baylor.py"))
