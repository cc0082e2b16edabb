"""Find anything, before a real browser: from a few letters to lit nuclei, on this page or another."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from data.opening import open_release
from data.settings import read_settings
from tests.browser.acts import expect_once, expect_selected, follow_menu, lit, open_popover, settle
from tests.loopback_archive import FINE

pytestmark = pytest.mark.usefixtures("no_points")


def find(page: Page, text: str) -> None:
    box = open_popover(page, "search-box").get_by_role("textbox", name="Find anything")
    box.fill(text)
    box.press("Enter")


def rows(cache: Path) -> pd.DataFrame:
    settings = read_settings({"source": "sample", "cache": cache})
    return open_release(settings, sample_when_offline=False).load_labels(FINE).frame


def labelled(label: str, cache: Path) -> list[int]:
    frame = rows(cache)
    return sorted(frame.loc[frame["cell_type"] == label, "nucleus_id"].unique().tolist())


def root_of(nucleus_id: int, cache: Path) -> int:
    return int(rows(cache).set_index("nucleus_id")["root_id"][nucleus_id])


def test_from_a_word_to_lit_nuclei_and_on_with_them_to_one_nucleus(
    page: Page, url: str, sample_cache: Path
) -> None:
    basket = labelled("BC", sample_cache)
    page.goto(f"{url}/releases")
    find(page, "basket")  # one thing is called exactly so: the type has a page
    page.wait_for_url(re.compile(r"/type\?.*name=BC\b"))
    settle(page)
    find(page, "baske")
    page.get_by_role("button", name="BC in Baylor fine").click()
    expect_once(page.get_by_role("heading", name="Baylor", exact=True))
    expect_selected(page, len(basket))
    assert lit(page, len(basket)) == basket
    page.wait_for_url(f"**/baylor?*select=filter%3A{FINE}%3Alabels%3DBC*")
    # On the same page: the other table, by Enter alone, with its nuclei in their place.
    find(page, "Baylor coarse")
    expect(page.locator(".st-key-baylor").get_by_role("combobox")).to_have_value("Baylor coarse")
    expect_selected(page, len(basket))
    # One nucleus, by Enter alone; the selection goes along.
    find(page, str(basket[0]))
    page.wait_for_url(re.compile(rf"/nucleus\?.*nucleus={basket[0]}\b"))
    expect_once(page.get_by_role("heading", name="Nucleus", exact=True))
    assert "select=filter" in page.url
    settle(page)
    find(page, f"nucleus {basket[1]}")
    page.wait_for_url(re.compile(rf"/nucleus\?.*nucleus={basket[1]}\b"))
    settle(page)
    page.get_by_role("tab", name="Neighbours").click()
    neighbours = page.get_by_test_id("stDataFrame").first
    expect(neighbours.locator("canvas td").first).to_be_attached()
    neighbours.hover(position={"x": 150, "y": 50})  # its first row, which lights
    page.wait_for_function("() => window.__nuclei.link.view.previewed?.census.lit === 1")
    # What is nowhere is said here, and nobody is led away.
    find(page, "9999999")
    expect_once(page.get_by_text("9999999 could be a nucleus ID, but is not one of the 144,120"))
    assert f"nucleus={basket[1]}" in page.url


def test_a_search_asks_before_it_replaces_a_selection_and_a_root_is_not_shown_as_the_last_nucleus(
    page: Page, url: str, sample_cache: Path
) -> None:
    basket, near_projecting = labelled("BC", sample_cache), labelled("5P-NP", sample_cache)
    page.goto(f"{url}/nucleus?nucleus={basket[0]}&select=filter:{FINE}:labels=BC")
    expect_once(page.get_by_text(f"of {len(basket):,} selected"))
    follow_menu(page, "Baylor")
    expect_selected(page, len(basket))
    # Enter selects nothing in place of what is selected; a button does, and can be undone.
    find(page, f"{near_projecting[0]} {near_projecting[1]}")
    expect_once(page.get_by_text(f"Selected now: {len(basket):,} nuclei"))
    expect_selected(page, len(basket))
    page.get_by_role("button", name="Replace").click()
    expect_once(page.get_by_role("heading", name="Nucleus", exact=True))
    page.wait_for_url(re.compile(rf"/nucleus\?nucleus={near_projecting[0]}&select=ids"))
    expect_once(page.get_by_text("of 2 selected"))
    open_popover(page, "search-box").get_by_role("button", name="Undo").click()
    expect_once(page.get_by_text(f"not among the {len(basket):,} selected"))
    # From another page a root ID, by Enter alone, takes the place of the nucleus that was open.
    follow_menu(page, "Checks")
    expect_once(page.get_by_role("heading", name="Checks", exact=True))
    find(page, str(root_of(basket[1], sample_cache)))
    expect_once(page.get_by_text(f"nucleus {basket[1]} · v661"))
    page.wait_for_url(re.compile(r"/nucleus\?root=\d+&select=filter"))
    assert "nucleus=" not in page.url
