"""Every kind of mark is reached, spoken and selected by the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import expect_selected, settle
from tests.browser.test_link import opened

pytestmark = pytest.mark.usefixtures("no_points")
BAYLOR, PAIR = "baylor?with-Baylor+fine=Soma-nucleus+metamodel", "Baylor fine against Soma"
# By page and panel: the figure, the keys, and what is said of the mark reached, after how many nuclei.
WAYS: dict[tuple[str, str], list[tuple[str, str, str]]] = {
    (BAYLOR, "Types"): [("Nuclei per label", "ArrowDown ArrowDown", "4P")],
    (BAYLOR, "Depth"): [
        ("Depth of the nuclei", "ArrowDown ArrowDown Shift+ArrowDown", "25 to 75 µm of depth"),
        ("Depth of the nuclei", "ArrowDown ArrowRight", "23P"),
    ],
    (BAYLOR, "Places"): [
        ("What each layer", "ArrowDown ArrowRight", "4P, L1"),
        ("What each layer", "ArrowDown ArrowDown ArrowLeft", "L2/3"),
    ],
    (BAYLOR, "Volume"): [("Nucleus volume", "ArrowDown ArrowDown ArrowDown", "5P-IT")],
    (BAYLOR, "Matrix"): [
        (PAIR, "ArrowDown ArrowRight", "23P in Baylor fine, 4P in Soma-nucleus metamodel"),
        (PAIR, "ArrowDown ArrowDown ArrowLeft", "4P in Baylor fine"),
    ],
    ("agreement", "Flow"): [
        ("Nuclei from label", "ArrowDown ArrowDown", "23P in Baylor fine, 4P in Soma-nucleus metamodel"),
        ("Nuclei from label", "ArrowDown ArrowLeft", "23P in Baylor fine"),
    ],
}
BUTTONS = [f"st-key-{name}-selection button:visible" for name in ("clear", "undo")]
HEARD = """title => [...document.getElementsByClassName("js-plotly-plot")]
  .some(one => one._ev?.__linked && one.closest("[role=figure]").ariaLabel.startsWith(title))"""
FOCUS = """title => [...document.getElementsByClassName("js-plotly-plot")]
  .find(one => one.closest("[role=figure]").ariaLabel.startsWith(title)).focus()"""
# Puts a chart in its own place, as Streamlit does with another.
REPLACE = """chart => {
  const place = chart.parentNode;
  chart.remove();
  chart.removeAttribute("tabindex");
  place.append(chart);
  window.__nuclei.link.onDrawn(chart);
}"""


def test_the_matrix_is_near_and_marks_are_reached_spoken_and_selected(page: Page, url: str) -> None:
    said = page.locator(".nuclei-said")
    open_address = ""
    for (address, panel), ways in WAYS.items():
        if address != open_address:
            opened(page, f"{url}/{address}", 1)
            expect_matrix_near_the_top(page)
            open_address = address
        page.get_by_role("tab", name=panel, exact=True).click()
        settle(page)
        for title, keys, words in ways:
            page.wait_for_function(HEARD, arg=title)
            page.evaluate(FOCUS, title)
            for key in keys.split():
                page.keyboard.press(key)
            expect(said).to_have_text(re.compile(rf"^[\d,]+ nuclei: {re.escape(words)}$"))
            expect(page.locator(".nuclei-focus")).to_be_visible()
            n = int(said.inner_text().split()[0].replace(",", ""))
            page.keyboard.press("Enter")
            expect(said).to_have_text(f"{n:,} nuclei selected: {words}")
            expect_selected(page, n)
            page.keyboard.press("Escape")
            expect(page.locator(".nuclei-focus")).to_be_hidden()
    # A button that switches itself off gives the focus back.
    chart, clear, undo = (page.locator(f".{one}") for one in ("js-plotly-plot", *BUTTONS))
    page.keyboard.press("s")
    clear.press("Enter")
    expect(chart.last).to_be_focused()
    undo.press("Enter")
    expect(clear).to_be_enabled()
    page.mouse.click(2, 300)  # the reader is elsewhere
    clear.press("Enter")
    expect(undo).to_be_focused()


def expect_matrix_near_the_top(page: Page) -> None:
    """Reach the matrix from the top of a page by few keys: Streamlit's own link, and on to ours."""
    expect(page.get_by_role("navigation", name="Skip links")).to_be_attached()
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Skip to the matrix")).to_be_focused()
    page.keyboard.press("Enter")
    matrix = page.get_by_role("application", name=re.compile("Baylor fine against"))
    expect(matrix).to_be_focused()
    page.keyboard.press("Shift")  # the reader moves on: the skip link gives no focus any more
    matrix.evaluate(REPLACE)
    expect(matrix).to_be_focused()
    settle(page)
