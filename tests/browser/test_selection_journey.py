"""A selection made in the cloud goes with the reader: to the panel below, the link, the other pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.opening import open_release
from data.settings import read_settings
from tests.browser.acts import (
    choose_option,
    clear_selection,
    downloaded,
    drag_box,
    expect_once,
    follow_menu,
    selected,
    settle,
)
from tests.loopback_archive import FINE

pytestmark = pytest.mark.usefixtures("no_points")


def test_a_box_is_listed_and_survives_recolouring_and_the_way_to_another_page(page: Page, url: str) -> None:
    page.goto(f"{url}/baylor")
    expect_once(page.get_by_text("49,050 nuclei shown"))
    drag_box(page)
    count = selected(page)
    assert count > 0
    choose_option(page, "baylor", "Baylor coarse")
    expect(page.get_by_text("inhibitory").first).to_be_visible()
    assert selected(page) == count
    follow_menu(page, "Manual types")
    expect_once(page.get_by_role("heading", name="Manual types", exact=True))
    assert selected(page) == count
    page.wait_for_url("**/manual_types?*select=lasso*")
    clear_selection(page)


def test_the_list_of_compared_nuclei_follows_a_pick_in_the_cloud(page: Page, url: str) -> None:
    page.goto(f"{url}/agreement?drawer=Rows")
    offered = page.get_by_text(re.compile(r"Only the [\d,]+ of them that are selected"))
    expect_once(page.get_by_text("The nuclei compared"))
    settle(page)
    expect(offered).to_have_count(0)
    drag_box(page)
    expect_once(offered)


def test_a_pasted_table_is_selected_by_the_column_that_the_reader_chooses(
    page: Page, url: str, sample_cache: Path
) -> None:
    settings = read_settings({"source": "sample", "cache": sample_cache})
    frame = open_release(settings, sample_when_offline=False).load_labels(FINE).frame
    before, after = sorted(frame["nucleus_id"].unique().tolist())[:2]
    page.goto(f"{url}/baylor?drawer=By+ID")
    expect_once(page.get_by_text("49,050 nuclei shown"))
    rows = f"row,pre_nucleus_id,post_nucleus_id\n1,{before},9999998\n2,{before},{after}\n"
    page.get_by_role("textbox", name="IDs", exact=True).fill(rows)
    page.get_by_role("textbox", name="IDs", exact=True).press("Control+Enter")
    column = page.get_by_role("combobox", name=re.compile("Which column holds the IDs"))
    expect_once(column)
    settle(page)
    expect(page.get_by_role("button", name=re.compile("Select th(is|ese)"))).to_have_count(0)
    column.click()
    page.get_by_role("option", name="post_nucleus_id").click()
    expect_once(page.get_by_text("2 IDs read in the column post_nucleus_id"))
    name, left_out = downloaded(page, "Download 1 entry that is left out")
    assert name.endswith("-ids-left-out.csv")
    assert left_out["id"].tolist() == [9999998]
    page.get_by_role("button", name="Select this nucleus").click()
    expect_once(page.get_by_text("1 nucleus selected"))
    page.wait_for_url(f"**select=ids*{after}*")


def test_a_hostile_link_is_words_and_the_page_goes_on(page: Page, url: str) -> None:
    label = "%255Bclick%255D%2528https%253A%252F%252Fevil.example%2529"  # [click](https://evil.example)
    page.goto(f"{url}/baylor?select=filter:{FINE}:labels={label}")
    expect(page.get_by_text("[click](https:").first).to_be_visible()
    expect_once(page.get_by_text("49,050 nuclei shown"))
    expect(page.locator("a[href*=evil]")).to_have_count(0)
