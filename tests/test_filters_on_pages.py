"""Filters in a link, tables that are missing, and real rows: what the pages then say and show."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from data.catalog import TABLES
from data.sources.sample import SampleSource
from data.tables.raw import silent
from tests.conftest import UseFolder
from tests.family_pages import FILTERED, WHOLE, Case, case_of, page, pictures
from tests.page_reader import PAGES, caption, figures, metrics, opened, words
from tests.release_by_pandas import DETECTIONS, FINE, MANUAL, METAMODEL, MTYPES, NEURONS, POINTS, PREDICTED

NOTHING = {"only-layer": "L6", "only-depth": ["0", "5"]}
"""Filters that no nucleus passes, wherever both can be chosen."""


pytestmark = pytest.mark.usefixtures("sample")


# Filters


@pytest.mark.parametrize("case", FILTERED, ids=str)
def test_the_effect_of_the_filters_in_nuclei(case: Case) -> None:
    ids = case.rows["nucleus_id"]
    keeps = {said: keep(case.rows) for said, keep in case.filters.items()}
    passing, n = case.shown["nucleus_id"].nunique(), ids.nunique()
    effects = []
    for said, mask in keeps.items():
        others = pd.DataFrame({name: one for name, one in keeps.items() if name != said}).all(axis="columns")
        only = ids[others].nunique() - passing
        effects.append(f"{said} leaves out {n - ids[mask].nunique():,} ({only:,} that no other filter does)")
    assert 0 < passing < n
    assert f"**{passing:,} of {n:,} nuclei** pass: {', '.join(effects)}." in words(page(case))


@pytest.mark.parametrize("case", FILTERED, ids=str)
def test_every_caption_of_filtered_nuclei_names_the_filters(case: Case) -> None:
    made = {key: one for key, one in pictures(case).items() if key.endswith(case.name)}
    cuts = ("residual", "score")
    for key, one in made.items():
        said = " ".join(caption(one).replace("<br>", " ").split())
        for filter_words in case.filters:
            if not (key.startswith("quality") and filter_words.startswith(cuts)):
                assert filter_words in said


@pytest.mark.parametrize("case", FILTERED, ids=str)
def test_the_rows_listed_are_those_that_pass(case: Case) -> None:
    (rows,) = (one.value for one in page(case).dataframe if len(one.value) == len(case.shown))
    assert rows["nucleus_id"].tolist() == case.shown["nucleus_id"].astype(str).tolist()


@pytest.mark.parametrize("case", WHOLE, ids=str)
def test_filters_that_nothing_passes_are_said(case: Case) -> None:
    app = opened(f"{case.page}.py", **{case.page: case.title}, **NOTHING)
    assert f"No nucleus of {case.title} passes all the filters: loosen one, or clear them." in words(app)
    assert f"**0 of {case.rows['nucleus_id'].nunique():,} nuclei** pass" in words(app)
    assert not figures(app)


@pytest.mark.parametrize("name", [FINE, MANUAL])
def test_cleared_filters_bring_the_figures_back(name: str) -> None:
    case = case_of(name)
    app = opened(f"{case.page}.py", **{case.page: case.title}, **NOTHING)
    app.button(key="clear-filters").click().run()
    assert not app.exception
    assert {f"counts-{name}", f"depth-{name}"} <= figures(app).keys()
    assert "No filter: all" in words(app)


def test_an_empty_side_of_the_agreement_page_is_said_too() -> None:
    app = opened("agreement.py", rows=TABLES[FINE].title, **NOTHING)
    assert "No nucleus of Baylor fine passes all the filters" in words(app)
    assert set(figures(app)) == {"all-pairs", "alluvial"}  # which no filter touches


def test_filters_last_where_no_nucleus_is_left_to_compare() -> None:
    app = opened("m_types.py", m_types=TABLES[PREDICTED].title, **{"only-column": "Outside"})
    assert "No nucleus has a label at this level in both tables, so there is nothing to compare." in words(
        app
    )
    assert f"counts-{PREDICTED}" in figures(app)
    assert not any(key.startswith("matrix") for key in figures(app))


def test_a_selection_that_the_filters_leave_out_is_said() -> None:
    app = opened("baylor.py", select=f"filter:{FINE}:labels=BC", **{"only-Baylor fine": "23P"})
    held = page(case_of(FINE)).dataframe[-1].value
    n = held[held["cell_type"] == "BC"]["nucleus_id"].nunique()
    assert f"{n:,} of {n:,} selected nuclei are in Baylor fine; the filters leave out {n:,}" in words(app)
    assert f"selection-{FINE}" not in figures(app)


# Tables that are missing


@pytest.fixture(scope="session")
def one_tenth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every tenth nucleus of each table of the sample, as Parquet exports."""
    folder = tmp_path_factory.mktemp("tables")
    source = SampleSource()
    for table in TABLES.values():
        rows = source.fetch_table(table, silent).rows
        tenth = rows[table.id_column].to_numpy() % 10 == 3
        parquet.write_table(rows.filter(pa.array(tenth)), folder / f"{table.name}.parquet")
    return folder


def hold(folder: Path, one_tenth: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        (folder / f"{name}.parquet").hardlink_to(one_tenth / f"{name}.parquet")
    return folder


def test_a_table_alone_in_a_folder_fills_its_page(
    one_tenth: Path, tmp_path: Path, use_folder: UseFolder, subtests: pytest.Subtests
) -> None:
    for name, table in TABLES.items():
        with subtests.test(name):
            use_folder(hold(tmp_path / name, one_tenth, name))
            app = opened(f"{table.family}.py", **{table.family: table.title})
            drawn = figures(app).keys()
            assert {f"counts-{name}", f"depth-{name}", f"layer-{name}", f"area-{name}"} <= drawn


def test_every_page_works_on_a_folder_that_holds_one_table(
    one_tenth: Path, tmp_path: Path, use_folder: UseFolder, subtests: pytest.Subtests
) -> None:
    for name in [MTYPES, POINTS]:
        use_folder(hold(tmp_path / name, one_tenth, name))
        for script in PAGES:
            with subtests.test(f"{name} {script}"):
                app = opened(script)
                findings = " ".join(text.value for text in app.markdown)
                assert (
                    app.info or "**Absent tables** · Warning" in findings
                )  # it says what the folder does not hold


def test_a_page_says_which_table_is_missing_and_shows_its_others(
    one_tenth: Path, tmp_path: Path, use_folder: UseFolder, subtests: pytest.Subtests
) -> None:
    for name, table in TABLES.items():
        with subtests.test(name):
            page = f"{table.family}.py"
            family = [one.name for one in TABLES.values() if one.family == table.family]
            others = {*family, DETECTIONS, METAMODEL, NEURONS} - {name}
            use_folder(hold(tmp_path / name, one_tenth, *others))
            app = opened(page)
            assert name in "".join(info.value for info in app.info).replace("\\", "")
            assert any(key.startswith("counts-") for key in figures(app)) == (len(family) > 1)
            app = opened(page, **{table.family: table.title})
            assert f"{table.title} is not at hand, so there is nothing to show of it." in words(app)


# Real rows


def test_units_of_real_rows(realdata: Path, use_folder: UseFolder) -> None:
    use_folder(realdata)
    app = opened("coregistration.py")
    numbers = [metrics(app)[name] for name in ("Units", "Nuclei", "Nuclei with several units", "Scans")]
    assert numbers == ["13,922", "12,051", "1,679", "16"]
    (bars,) = figures(app)[f"units-{MANUAL}"]["data"]
    assert bars["y"] == ["1 unit", "2 units", "3 units", "4 units", "5 units"]
    assert bars["x"] == [10_372, 1_513, 141, 24, 1]
    (scans,) = figures(app)[f"scans-{MANUAL}"]["data"]
    drawn = [n for line in scans["z"] for n in line if not np.isnan(n)]
    assert (len(drawn), sum(drawn)) == (16, 13_922)


def test_contradictions_of_real_rows(realdata: Path, use_folder: UseFolder) -> None:
    use_folder(realdata)
    app = opened("baylor.py")
    bars, *_ = figures(app)["contradictions"]["data"]
    assert sum(bars["x"]) == 509
    assert {button.label for button in app.button if button.label.startswith("Select ")} == {
        "Select 362 excitatory by fine, inhibitory by coarse",
        "Select 147 inhibitory by fine, excitatory by coarse",
        "Select all 509",
    }
