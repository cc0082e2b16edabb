"""From a number on the agreement page to its nuclei: the same ones wherever they are read.

The oracle is pandas on the raw rows. These are made up here, few and awkward, and real where there are some.
"""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from components.analysis.selection.text import from_text
from data.opening import open_release
from data.settings import read_settings
from tests.browser.acts import click_cell, downloaded, expect_once, expect_selected, figure_of, lit, settle
from tests.browser.three_tables import INHIBITORY, METAMODEL, Raw, cell_nuclei, compared, made_up
from tests.loopback_archive import COARSE, FINE

pytestmark = pytest.mark.usefixtures("no_points")
PAIR = "Baylor fine against Soma-nucleus metamodel"
ALL_PAIRS = "Agreement of every two tables"

Serve = Callable[..., str]


@pytest.fixture(scope="session")
def raw() -> Raw:
    return made_up()


@pytest.fixture
def url(serve: Serve, folder: Path) -> str:
    return serve(CELL_TYPES_SOURCE="folder", CELL_TYPES_FOLDER=folder)


def read_raw(folder: Path, *names: str) -> Raw:
    """Read tables in the archive's layout with nothing of the app's."""
    return {
        name: pd.read_csv(
            folder / f"v661/{name}_merged.csv.gz",
            names=[*pd.read_csv(folder / f"v661/{name}_merged_header.csv", header=None)[0]],
        )
        for name in names
    }


def in_link(url: str) -> str:
    """The text of the selection in a link."""
    return parse_qs(urlsplit(url).query)["select"][0]


def meant(url: str, folder: Path) -> list[int]:
    """The nuclei that the selection in a link means, found without the app that wrote it."""
    selection = from_text(in_link(url))
    release = open_release(
        read_settings({"source": "folder", "folder": folder}), sample_when_offline=False
    )  # in a cache of the test's own
    return selection.nuclei({name: release.load_labels(name).frame for name in selection.tables()}).tolist()


def check_everywhere(page: Page, folder: Path, expected: list[int]) -> None:
    """The cloud, the rows, both files and the link: the same nuclei, to the last."""
    n = len(expected)
    assert n > 0
    expect_selected(page, n)
    assert lit(page, n) == expected
    toggle = page.get_by_role("switch", name=f"Only the {n:,} of them that are selected")
    expect(toggle).to_be_checked()
    for button in ("These nuclei as CSV", "CSV"):
        _, saved = downloaded(page, button)
        assert sorted(saved["nucleus_id"]) == expected
    page.wait_for_url("**select=*")
    assert meant(page.url, folder) == expected


def check_link_opens(page: Page, expected: list[int]) -> None:
    """The page's link, opened anew, selects the same nuclei."""
    with page.context.expect_page() as opened:
        page.evaluate("address => window.open(address)", page.url)
    expect_selected(opened.value, len(expected))
    assert lit(opened.value, len(expected)) == expected
    opened.value.close()


def test_the_largest_confusion_is_the_same_nuclei_everywhere_and_the_list_holds_all_pairs(
    page: Page, url: str, folder: Path, raw: Raw
) -> None:
    pairs = compared(raw, FINE, METAMODEL)
    assert len(pairs) == 399  # nuclei 100 to 499, less the one with two labels
    page.goto(f"{url}/agreement?drawer=Rows")
    expected = check_the_largest_confusion(page, folder, pairs)
    assert in_link(page.url).startswith(f"square:{FINE}:{METAMODEL}:subclass:")
    page.locator("label").filter(has_text=f"Only the {len(expected)} of them that are selected").click()
    check_list(page, pairs)


def check_the_largest_confusion(page: Page, folder: Path, pairs: pd.DataFrame) -> list[int]:
    """The button beside the sentence about the largest confusion selects the nuclei that it counts."""
    said = page.get_by_text(re.compile("nuclei that Baylor fine calls")).first
    expect_once(said)
    settle(page)  # what is drawn last moves the button
    n, row, column = said.locator("strong").all_inner_texts()
    differ = pairs[pairs["row"] != pairs["column"]]
    assert int(n) == differ.value_counts().max()
    beside = said.locator("xpath=ancestor::*[@data-testid='stHorizontalBlock'][1]")
    beside.get_by_role("button", name="Select", exact=True).click()
    expected = cell_nuclei(pairs, row, column)
    assert len(expected) == int(n)
    check_everywhere(page, folder, expected)
    return expected


def check_list(page: Page, pairs: pd.DataFrame) -> None:
    """The list of all compared nuclei, with both labels."""
    expect_once(page.get_by_text(f"{len(pairs)} of the {len(pairs)} nuclei compared"))
    name, saved = downloaded(page, "These nuclei as CSV")
    assert name == f"v661-{FINE}-{METAMODEL}-pairs.csv"
    told = saved.set_index("nucleus_id")[["Baylor fine", "Soma-nucleus metamodel"]].sort_index()
    assert told.to_numpy().tolist() == pairs.sort_index().to_numpy().tolist()
    assert saved["agree"].sum() == (pairs["row"] == pairs["column"]).sum()


def test_under_a_filter_a_square_is_the_filtered_nuclei_only(
    page: Page, url: str, folder: Path, raw: Raw
) -> None:
    pairs = compared(raw, FINE, METAMODEL)
    segmented = raw[FINE].loc[raw[FINE]["pt_root_id"] != 0, "target_id"]
    expected = cell_nuclei(pairs[pairs.index.isin(segmented)], "5P-ET", "5P-IT")
    assert 0 < len(expected) < len(cell_nuclei(pairs, "5P-ET", "5P-IT"))
    page.goto(f"{url}/agreement?only-root=With+a+segment&drawer=Rows")
    click_cell(page, PAIR, "5P-ET", "5P-IT")
    check_everywhere(page, folder, expected)
    assert in_link(page.url).endswith(
        f" and filter:{FINE}:where=root"
    )  # the cell's own words would mean more


def test_a_tile_opens_its_pair(page: Page, url: str, raw: Raw) -> None:
    coarse = raw[METAMODEL].assign(
        cell_type=np.where(raw[METAMODEL]["cell_type"].isin(INHIBITORY), "inhibitory", "excitatory")
    )
    pairs = compared({COARSE: raw[COARSE], METAMODEL: coarse}, COARSE, METAMODEL)
    page.goto(f"{url}/agreement?panel=All+pairs")
    click_cell(page, ALL_PAIRS, "Baylor coarse", "Soma-nucleus metamodel")
    name = "Baylor coarse against Soma-nucleus metamodel"
    figure_of(page, name)
    expect_once(page.get_by_text(f"{len(pairs)} compared at the level of class"))
    page.wait_for_url("**/agreement?*rows=Baylor+coarse*")
    agree = (pairs["row"] == pairs["column"]).mean()
    metric = page.get_by_test_id("stMetric").filter(has_text="Agreement")
    expect(metric.get_by_test_id("stMetricValue")).to_have_text(f"{agree:.1%}")
    click_cell(page, name, "inhibitory", "excitatory")
    expected = cell_nuclei(pairs, "inhibitory", "excitatory")
    expect_selected(page, len(expected))
    assert lit(page, len(expected)) == expected


def test_a_clicked_square_of_real_rows_is_the_same_nuclei_everywhere(
    page: Page, serve: Serve, realdata: Path
) -> None:
    raw = dict(read_raw(realdata, FINE, COARSE))
    inhibitory = raw[FINE]["cell_type"].isin(INHIBITORY)
    raw[FINE] = raw[FINE].assign(cell_type=np.where(inhibitory, "inhibitory", "excitatory"))
    page.goto(
        f"{serve(CELL_TYPES_SOURCE='folder', CELL_TYPES_FOLDER=realdata)}/agreement?drawer=Rows&panel=Metrics"
    )
    rand = page.get_by_test_id("stMetric").filter(has_text="Adjusted Rand index")
    expect(rand.get_by_test_id("stMetricValue")).to_have_text("0.919")
    click_cell(page, "Baylor fine against Baylor coarse", "excitatory", "inhibitory")
    expected = cell_nuclei(compared(raw, FINE, COARSE), "excitatory", "inhibitory")
    check_everywhere(page, realdata, expected)
    check_link_opens(page, expected)
