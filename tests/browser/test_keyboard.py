"""Every kind of mark is reached, spoken and selected by the keyboard alone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import expect_selected, settle
from tests.browser.test_link import BAYLOR, opened

FIGURES, MATRIX = f"{BAYLOR}&panel=All", "agreement?panel=Flow"
# By page: the figure's name, the keys, and what is said of the mark that they lead to, after how many nuclei.
WAYS: dict[str, list[tuple[str, str, str]]] = {
    FIGURES: [
        ("Nuclei per label", "ArrowDown ArrowDown", "4P"),
        ("Depth of the nuclei", "ArrowDown ArrowDown Shift+ArrowDown", "25 to 75 µm of depth"),
        ("Depth of the nuclei", "ArrowDown ArrowRight", "23P"),
        ("What each layer", "ArrowDown ArrowRight", "4P, L1"),
        ("What each layer", "ArrowDown ArrowDown ArrowLeft", "L2/3"),
        ("Nucleus volume", "ArrowDown ArrowDown ArrowDown", "5P-IT"),
        (
            "Baylor fine against Soma",
            "ArrowDown ArrowRight",
            "23P in Baylor fine, 4P in Soma-nucleus metamodel",
        ),
        ("Baylor fine against Soma", "ArrowDown ArrowDown ArrowLeft", "4P in Baylor fine"),
    ],
    MATRIX: [
        ("Nuclei from label", "ArrowDown ArrowDown", "23P in Baylor fine, 4P in Soma-nucleus metamodel"),
        ("Nuclei from label", "ArrowDown ArrowLeft", "23P in Baylor fine"),
    ],
}
FOCUS = """title => [...document.getElementsByClassName("js-plotly-plot")]
  .find(one => one.closest("[role=figure]").ariaLabel.startsWith(title)).focus()"""


def test_marks_are_reached_spoken_and_selected(page: Page, url: str) -> None:
    said = page.locator(".nuclei-said")
    for address, ways in WAYS.items():
        opened(page, f"{url}/{address}", len({title for title, *_ in ways}))
        for title, keys, words in ways:
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


def test_the_matrix_is_within_ten_tabs_of_the_top(page: Page, url: str) -> None:
    for address in ("agreement", "baylor"):
        opened(page, f"{url}/{address}", 1)
        for key in ("Tab", "Enter", "Tab"):  # Streamlit's own link to the page's content, and on to ours
            page.keyboard.press(key)
        expect(page.get_by_role("button", name="Skip to the matrix")).to_be_focused()
        page.keyboard.press("Enter")
        matrix = page.get_by_role("application", name=re.compile("Baylor fine against"))
        expect(matrix).to_be_focused()
        settle(page)
