"""Find anything, before a real browser: from a few letters to lit nuclei, on this page or another."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from data.loader import open_release
from data.settings import read_settings
from tests.browser.acts import expect_once, expect_selected, lit
from tests.loopback_archive import FINE


def find(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Find anything")
    box.fill(text)
    box.press("Enter")


def labelled(label: str, cache: Path) -> list[int]:
    settings = read_settings({"source": "sample", "cache": cache})
    frame = open_release(settings, sample_when_offline=False).load_labels(FINE).frame
    return sorted(frame.loc[frame["cell_type"] == label, "nucleus_id"].unique().tolist())


def test_from_a_word_to_lit_nuclei_and_on_with_them_to_one_nucleus(
    page: Page, url: str, sample_cache: Path
) -> None:
    basket = labelled("BC", sample_cache)
    page.goto(f"{url}/releases")
    find(page, "basket")
    page.get_by_role("button", name="BC in Baylor fine").click()
    expect_once(page.get_by_role("heading", name="Baylor", exact=True))
    expect_selected(page, len(basket))
    assert lit(page, len(basket)) == basket
    page.wait_for_url(f"**/baylor?*select=filter%3A{FINE}%3Alabels%3DBC*")
    # On the same page: the other table, by Enter alone, with its nuclei in their place.
    find(page, "Baylor coarse")
    expect(page.get_by_role("radio", name="Baylor coarse")).to_be_checked()
    expect_selected(page, len(basket))
    # One nucleus, by Enter alone; the selection goes along.
    find(page, str(basket[0]))
    page.wait_for_url(re.compile(rf"/nucleus\?.*nucleus={basket[0]}\b"))
    expect_once(page.get_by_role("heading", name="Nucleus", exact=True))
    assert "select=filter" in page.url
    find(page, f"nucleus {basket[1]}")
    page.wait_for_url(re.compile(rf"/nucleus\?.*nucleus={basket[1]}\b"))
    # What is nowhere is said here, and nobody is led away.
    find(page, "9999999")
    expect_once(page.get_by_text("9999999 would be a nucleus ID, but is none of the 144,120"))
    assert f"nucleus={basket[1]}" in page.url
