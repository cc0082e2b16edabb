"""A tour is presented in full screen by keys, touched, left; one of the reader’s own is saved and loaded."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import draw_no_points, lit, selected, settle
from tests.loopback_archive import FINE

FULL = "() => Boolean(document.fullscreenElement)"


def expect_step(page: Page, words: str | re.Pattern[str], place: str) -> None:
    """Wait until the banner shows a step's words and its place in the tour."""
    banner = page.locator(".banner")
    expect(banner).to_contain_text(words)
    expect(banner.locator("small")).to_have_text(re.compile(f"^{place} "))


def menu(page: Page) -> Locator:
    """Open the menu of tours."""
    opener = page.get_by_role("button", name="Present", exact=True).first
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
    return page.locator(".popover.tour")


def test_the_release_is_presented_by_keys_and_what_is_touched_in_between_is_kept(
    page: Page, url: str
) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{url}/baylor")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    settle(page)
    legend = page.locator(".legend")
    expect(legend).to_contain_text("Baylor fine")
    menu(page).get_by_role("button", name="Present the release in five steps").click()
    expect_step(page, "SYNTHETIC ROWS · 144,120 nuclei in minnie65, release v661.", "1 of 5")
    page.wait_for_function(FULL)
    expect(page.locator(".js-plotly-plot").first).to_be_hidden()
    page.keyboard.press("PageDown")
    expect_step(page, "Layers from the pia", "2 of 5")
    page.keyboard.press("ArrowRight")
    expect_step(page, re.compile(r"excitatory and [\d,]+ inhibitory nuclei"), "3 of 5")
    expect(legend).to_contain_text("excitatory")
    recoloured = re.compile("presenting-recoloured")  # the page's choices do not name the colours
    expect(page.locator("html")).to_have_class(recoloured)
    page.locator(".st-key-baylor-level").get_by_text("Class", exact=True).click()
    expect(legend).to_contain_text("Baylor fine, class")
    expect(page.locator("html")).not_to_have_class(recoloured)
    page.keyboard.press("ArrowRight")
    expect_step(page, "disagree on", "4 of 5")
    told = page.locator(".banner").inner_text()
    differing = int(re.search(r"on ([\d,]+) of", told)[1].replace(",", ""))  # type: ignore[index]
    assert len(lit(page, differing)) == differing
    expect(legend).to_contain_text(f"of the {differing:,} selected")
    page.keyboard.press("PageDown")
    expect_step(page, re.compile(r"Nucleus \d+: "), "5 of 5")
    expect(legend).to_contain_text("of the 31 selected")
    page.keyboard.press("PageUp")
    expect_step(page, "disagree on", "4 of 5")
    page.keyboard.press("Escape")
    expect(page.locator(".banner")).to_be_hidden()
    page.wait_for_function("() => !document.fullscreenElement")
    expect(legend).to_contain_text("Baylor fine, class")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert "baylor-level=Class" in page.url


@pytest.mark.usefixtures("no_points")
def test_a_presented_cloud_has_the_window_where_it_stands_above_panels(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{url}/agreement")
    expect(page.locator(".legend")).to_contain_text("Baylor fine")
    menu(page).get_by_role("button", name="Present the release in five steps").click()
    expect_step(page, "SYNTHETIC ROWS", "1 of 5")
    expect(page.locator(".banner")).to_be_visible()
    expect(page.get_by_role("tab").first).to_be_hidden()
    size = page.locator(".stage").bounding_box()
    assert size
    assert size["width"] > 700
    assert size["height"] > 400
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab").first).to_be_visible()


@pytest.mark.usefixtures("no_points")
def test_a_tour_of_ones_own_is_made_ordered_saved_and_loaded_elsewhere(
    page: Page, url: str, tmp_path: Path
) -> None:
    page.goto(f"{url}/baylor?select=filter:{FINE}:labels=5P-NP&drawer=Share")
    n = selected(page)
    before = lit(page, n)
    own = menu(page)
    own.get_by_role("button", name="Add this view").click()
    page.locator(".stage").evaluate("stage => stage.__cloud.actions.onPreset('front')")
    own.get_by_role("button", name="Add this view").click()
    words = own.get_by_label("Words of step 2")
    words.fill("From the front")
    words.press("Tab")
    own.get_by_role("button", name="Move step 2 up").click()
    expect(own.get_by_label("Words of step 1")).to_have_value("From the front")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }")
    own.get_by_role("button", name="Copy a link to the tour").click()
    link = own.get_by_role("textbox", name="Link to the tour").input_value()
    with page.expect_download() as download:
        own.get_by_role("button", name="Save the tour as a file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this view as HTML").click()
    saved, broken = tmp_path / "view.html", tmp_path / "broken.json"
    download.value.save_as(saved)

    for address in (link, f"{url}/soma_nucleus", saved.as_uri()):
        other = page.context.new_page()  # another tab knows nothing of the tour
        draw_no_points(other)
        other.goto(address)
        expect(other.locator(".legend")).to_contain_text(re.compile(r"\d"))
        if address == link:  # which presents its tour
            expect_step(other, "From the front", "1 of 2")
            assert "tour" not in other.url
            other.keyboard.press("Escape")
        own = menu(other)
        if address.startswith(f"{url}/soma_nucleus"):
            expect(own.get_by_label("Words of step 1")).to_have_count(0)
            with other.expect_file_chooser() as chooser:
                own.get_by_role("button", name="Load a tour from a file").click()
            chooser.value.set_files(file)
            expect(own.locator("output")).to_have_text(f"{file.name}: 2 steps.")
            broken.write_text(re.sub('"steps":.*', '"steps":[null,{"words":"no view"}]}', file.read_text()))
            with other.expect_file_chooser() as chooser:
                own.get_by_role("button", name="Load a tour from a file").click()
            chooser.value.set_files(broken)
            expect(own.locator("output")).to_have_text("broken.json is not a tour: not a tour of this app")
        own.get_by_role("button", name="Present your tour").click()
        expect_step(other, "From the front", "1 of 2")
        other.keyboard.press("PageDown")
        expect_step(other, "Baylor fine", "2 of 2")
        assert lit(other, n) == before
        other.keyboard.press("Escape")
        expect(other.locator(".banner")).to_be_hidden()
        other.close()
