"""The overview: what the release is, which tables label the same nuclei, where to go on, whom to cite."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.output.citation import citation_text
from components.analysis.selection.coverage import table_coverage
from components.analysis.selection.kinds import Covered, Filtered
from components.analysis.selection.text import from_text, to_text
from components.ui.overview.overview import clicked, page_address, recipes_of
from components.ui.overview.story import came_from, cited_for, story_text, successor_line
from data.catalog import CATALOG, TABLES
from data.catalog.pages import FAMILIES
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from data.volume.minnie65 import MANIFEST
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, write_table
from tests.page_reader import metrics, opened

TIMEOUT = 120  # for a busy machine: the sample is drawn once
COREG = "coregistration_manual_v3"


def overview(**query: str) -> AppTest:
    return opened("overview.py", **query)


def figure(app: AppTest, saved_as: str):
    """Find a figure by the name of the picture that it saves."""
    charts = [chart.proto for chart in app.get("plotly_chart")]
    names = [json.loads(chart.config)["toImageButtonOptions"]["filename"] for chart in charts]
    (found,) = (chart for chart, name in zip(charts, names, strict=True) if name.endswith(f"v661-{saved_as}"))
    return json.loads(found.spec)


def words(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.subheader, *app.markdown, *app.caption])


# On the page


@pytest.mark.usefixtures("sample")
def test_the_page_tells_what_the_release_is_and_what_became_of_it() -> None:
    said = words(overview())
    assert "**frozen on 6 April 2023**" in said
    assert f"titled “{MANIFEST.page_title}”" in said
    assert "**archived**" in said
    for table in TABLES.values():
        assert table.deprecated_by is None or f"`{table.deprecated_by}`" in said
    for family in FAMILIES.values():
        assert family.in_short in said
    for paper in CATALOG.papers(661).values():
        assert f"[{paper.short}]({paper.url})" in said


def combination_bars(app: AppTest, named: str | None = None) -> dict[str, Any]:
    """The bars of the combinations, or those of what is "selected"; unseen ones lie behind them."""
    bars = [one for one in figure(app, "combinations")["data"] if one.get("yaxis") == "y2"]
    (shown,) = [one for one in bars if one["type"] == "bar" and one.get("name") == named]
    return shown


@pytest.mark.usefixtures("sample")
def test_the_combinations_are_those_of_the_tables_at_hand() -> None:
    opened = open_release(read_settings({}), sample_when_offline=False)
    coverage = table_coverage({name: opened.load_labels(name).frame for name in TABLES}, TABLES)
    bars = combination_bars(overview())
    counts = [one.nuclei for one in coverage.combinations]
    assert bars["y"] == [*counts, coverage.n_other_nuclei]
    assert sum(bars["y"]) == 144_120


@pytest.mark.usefixtures("sample")
def test_the_key_numbers_count_nuclei_tables_labels_and_units() -> None:
    opened = open_release(read_settings({}), sample_when_offline=False)
    loaded = {name: opened.load_labels(name) for name in TABLES}
    labelled = [one.frame["nucleus_id"].nunique() for one in loaded.values() if one.table.kind == "labels"]
    units = [len(one.frame) for one in loaded.values() if one.table.kind == "units"]
    assert metrics(overview()) == {
        "Nuclei": f"{loaded[VOLUME.detections].frame['nucleus_id'].nunique():,}",
        "Tables at hand": f"{len(TABLES)} of {len(TABLES)}",
        "Labels given": f"{sum(labelled):,}",
        "Functional units matched": f"{sum(units):,}",
    }


@pytest.mark.usefixtures("sample")
def test_the_combination_that_a_link_selects_is_solid() -> None:
    opened = open_release(read_settings({}), sample_when_offline=False)
    coverage = table_coverage({name: opened.load_labels(name).frame for name in TABLES}, TABLES)
    app = overview(select=to_text(coverage.combinations[3].recipe))
    solid = combination_bars(app, "selected")["y"]
    assert [place for place, n in enumerate(solid) if n] == [3]
    assert solid[3] == coverage.combinations[3].nuclei
    assert f"**{coverage.combinations[3].nuclei:,} nuclei selected**" in words(app)


@pytest.mark.usefixtures("sample")
def test_the_text_to_cite_says_that_the_rows_are_made_up() -> None:
    code = overview().code[0]  # the one after it counts the tables' nuclei
    assert code.value.startswith("SYNTHETIC ROWS")


@pytest.mark.usefixtures("sample")
def test_every_table_leads_to_its_page_with_the_selection() -> None:
    text = to_text(Filtered(FINE, ("23P",)))
    shown = overview(select=text).dataframe
    links = next(one.value for one in shown if "Page" in one.value)["Page"].tolist()
    assert [link.split("?")[0] for link in links] == [one.family for one in TABLES.values()]
    assert all(f"select={text}" in link for link in links)


def test_a_single_table_makes_no_combinations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path))
    app = overview()
    assert len(app.get("plotly_chart")) == 1
    assert figure(app, "coverage")["data"][0]["text"] == ["3 · 100.0%"]
    assert "1 of 14 tables came from a folder" in words(app)


# A click


def click(said: object, recipes: str) -> AppTest:
    """Run what the chart calls when its selection has changed."""
    return AppTest.from_string(
        "import streamlit as st\n"
        "from components.analysis.selection.kinds import Filtered\n"
        "from components.ui.overview.overview import _on_click\n"
        f"st.session_state['chart'] = {{'selection': {{'points': [{{'customdata': {said!r}}}]}}}}\n"
        f"_on_click('chart', {recipes})()\n",
        default_timeout=TIMEOUT,
    ).run()


@pytest.mark.usefixtures("sample")
def test_a_click_makes_the_sessions_selection_and_its_link() -> None:
    app = click(["0"], f"{{'0': Filtered('{FINE}')}}")
    assert not app.exception
    assert app.session_state["selection"] == Filtered(FINE)
    assert app.query_params["select"] == f"filter:{FINE}"


@pytest.mark.usefixtures("sample")
def test_a_click_on_the_other_combinations_selects_nothing_and_says_so() -> None:
    app = click("", f"{{'0': Filtered('{FINE}')}}")
    assert not app.exception
    assert "selection" not in app.session_state
    assert "many combinations" in app.session_state["selection-note"]


@pytest.mark.parametrize(
    ("point", "said"),
    [({"customdata": "3"}, "3"), ({"customdata": ["3"]}, "3"), ({"customdata": []}, "[]"), ({"x": 3}, "")],
)
def test_what_a_point_says_is_read_alone_or_from_a_list(point, said) -> None:
    assert clicked(point) == said


@pytest.mark.usefixtures("sample")
def test_recipes_stand_under_the_names_that_the_figure_gives_them() -> None:
    opened = open_release(read_settings({"source": "sample"}), sample_when_offline=False)
    frames = {name: opened.load_labels(name).frame.head(50) for name in (FINE, COARSE, COREG)}
    coverage = table_coverage(frames, TABLES)
    recipes = recipes_of(coverage)
    assert [recipes[str(place)] for place in range(len(coverage.combinations))] == [
        one.recipe for one in coverage.combinations
    ]
    assert recipes[COARSE] == Filtered(COARSE)
    assert from_text(to_text(recipes["0"])) == recipes["0"]
    assert isinstance(recipes["0"], Covered)


# Words


@pytest.mark.parametrize(
    ("table", "select", "address"),
    [
        (FINE, None, "baylor?baylor=Baylor%20fine#Baylor"),
        (COARSE, "ids:1,2", "baylor?baylor=Baylor%20coarse&select=ids:1,2#Baylor"),
        (FINE, "ids:1 plus ids:2", "baylor?baylor=Baylor%20fine&select=ids:1%20plus%20ids:2#Baylor"),
    ],
)
def test_the_address_of_a_table_is_relative_and_keeps_the_selection(table, select, address) -> None:
    assert page_address(TABLES[table], select) == address


def test_a_deprecated_table_names_its_last_release_and_its_successor() -> None:
    assert successor_line(TABLES[COREG]) == (
        "| Manual coregistration | `coregistration_manual_v3` | v1078 | `coregistration_manual_v4` |"
    )
    assert "without a successor" in successor_line(TABLES["connectivity_groups_v507"])


def test_every_table_is_cited_by_its_first_paper() -> None:
    for table in TABLES.values():
        first = table.citations[0]
        assert (
            first == "microns"
            or table.title in cited_for(first, TABLES.values()).replace("\\", "").split("; also")[0]
        )
    assert cited_for("ding", TABLES.values()) == "also Manual coregistration"


def test_the_text_to_cite_holds_every_paper_with_its_doi() -> None:
    text = citation_text(VOLUME.releases[661], synthetic=False)
    assert "materialization version 661 (frozen 6 April 2023)" in text
    assert VOLUME.site in text
    assert re.findall(r"https://doi\.org/(\S+)", text) == [
        paper.doi for paper in CATALOG.papers(661).values()
    ]
    assert "Gamlin" not in text
    assert "SYNTHETIC" not in text
    assert citation_text(VOLUME.releases[661], synthetic=True).endswith(text)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "Here, 0 of 14 tables came from a folder, `{}`."),
        (["2026-11-22"], "1 of 14 tables came from a folder, `{}`, read on 2026-11-22."),
        (["2026-11-22", "2026-11-02"], "came from a folder, `{}`, read on 2026-11-02 to 2026-11-22."),
    ],
)
def test_where_the_rows_came_from_is_said(days, said, tmp_path) -> None:
    settings = read_settings({"source": "folder", "folder": tmp_path})
    opened = open_release(settings, sample_when_offline=False)
    told = came_from(opened, [f"{day}T08:00:00+00:00" for day in days])
    assert told.endswith(said.format(tmp_path))
    assert story_text(opened, []).startswith(
        "v661, the first quarterly release of 2023, is a snapshot of `minnie65_public`, **frozen on 6 April"
    )


def test_of_synthetic_rows_nothing_came_from_the_release() -> None:
    opened = open_release(read_settings({"source": "sample"}), sample_when_offline=False)
    assert "nothing came from it" in came_from(opened, ["2026-11-22T08:00:00+00:00"])
