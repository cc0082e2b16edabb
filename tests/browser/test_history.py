"""Back and Forward lead through the reader's choices, and a copied link shows what its sender sees."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    BEGUN,
    bars_of,
    clear_selection,
    click_bar,
    expect_once,
    expect_selected,
    follow_menu,
    lit,
    open_popover,
    selected,
    settle,
)
from tests.loopback_archive import FINE

pytestmark = pytest.mark.usefixtures("no_points")
CLIPBOARD = ["clipboard-read", "clipboard-write"]
TYPED = f"select=filter:{FINE}:labels=23P"

ASIDE = ("select", "camera", "hide", "slab")  # of a link: the selection, and what the cloud takes of it
WRITTEN = re.compile(r"\S")
FRONT = """(({ camera, actions }) => camera.whole && !camera.yaw && !camera.pitch && !actions.travel.going)(
  [...window.__nuclei.views.values()][0])"""
HOLD_BACK = """stage => {
    const view = stage.__cloud, { rechoose } = view, held = [];
    window.__selections = [];
    view.rechoose = (seen) => (rechoose.call(view, seen), window.__selections.push(view.census.lit));
    view.update = (...message) => held.push(message);
    window.__let_come = () => (delete view.update, held.forEach((message) => view.update(...message)));
}"""
"""Hold back what Python sends a cloud, and note how many nuclei this shows as selected, at each change."""

# Notes where the menu on top begins, at each frame.
WATCH_MENU = """() => {
  const look = () => {
    const menu = document.querySelector("[data-testid=stTopNav]");
    (window.__menu ??= []).push(menu?.getBoundingClientRect().x);
    requestAnimationFrame(look);
  };
  look();
}"""


def arrived(page: Page, wanted: dict[str, str], without: str = "") -> None:
    """Wait until the address holds choices, and lacks one, and the page has run to its end."""

    def holds(address: str) -> bool:
        found = parse_qs(urlsplit(address).query)
        return without not in found and all(found.get(key) == [value] for key, value in wanted.items())

    page.wait_for_url(holds)
    settle(page)


def seen(page: Page) -> tuple[Any, ...]:
    """Read off where the page is: its choices, its numbers, and how much is selected."""
    settle(page)
    parts = urlsplit(page.url)
    chosen = {key: values for key, values in parse_qs(parts.query).items() if key not in ASIDE}
    numbers = page.get_by_test_id("stMetricValue").all_inner_texts()
    return parts.path, chosen, numbers, page.locator(".st-key-selected strong").inner_text()


def expect_seen(page: Page, before: tuple[Any, ...]) -> None:
    """Wait until the page shows again what it showed."""
    path, _, numbers, words = before
    page.wait_for_url(lambda address: urlsplit(address).path == path)
    expect(page.locator(".st-key-selected strong")).to_have_text(words)
    expect(page.get_by_test_id("stMetricValue")).to_have_text(numbers)
    assert seen(page) == before


def test_back_and_forward_lead_through_choices_filters_selections_and_pages(page: Page, url: str) -> None:
    page.goto(f"{url}/baylor?{TYPED}&only-class=excitatory")
    n = selected(page)
    expect_once(page.locator(".st-key-selected").get_by_text("from a link"))
    assert len(lit(page, n)) == n
    expect(page.get_by_test_id("stMetricValue")).to_have_text([WRITTEN] * 3)
    steps = [seen(page)]
    begun = page.evaluate("history.length")

    page.locator(".st-key-baylor-level").get_by_text("Subclass", exact=True).click()
    arrived(page, {"baylor-level": "Subclass"})
    steps.append(seen(page))
    page.get_by_role("button", name="class excitatory").click()
    arrived(page, {}, "only-class")
    steps.append(seen(page))
    page.get_by_role("tab", name="Depth").click()
    arrived(page, {"panel": "Depth"})
    steps.append(seen(page))
    page.get_by_role("button", name="Clear", exact=True).click()
    arrived(page, {}, "select")
    expect_once(page.get_by_text("Nothing selected"))
    steps.append(seen(page))
    page.evaluate(WATCH_MENU)
    follow_menu(page, "Agreement")
    arrived(page, {"with": "Baylor coarse"})  # as on the page before; the rows are those of the default
    steps.append(seen(page))
    assert len(set(page.evaluate("window.__menu"))) == 1  # nothing moves under the pointer
    assert page.evaluate("history.length") == begun + len(steps) - 1

    for step in reversed(steps[:-1]):
        page.go_back()
        expect_seen(page, step)
    assert len(lit(page, n)) == n
    for step in steps[1:]:
        page.go_forward()
        expect_seen(page, step)


def test_two_quick_picks_are_two_steps(page: Page, url: str) -> None:
    page.goto(f"{url}/baylor")
    click_bar(page, "Nuclei per label in Baylor fine", 0)
    first = selected(page)
    clear_selection(page)
    settle(page)
    begun = page.evaluate("history.length")
    page.locator(".stage").evaluate(HOLD_BACK)
    layer, places = bars_of(page, "Nuclei per label in Baylor fine")
    box = layer.bounding_box()
    assert box is not None
    for place in places[:2]:
        before = page.evaluate("performance.now()")
        page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])
        page.wait_for_function(BEGUN, arg=before)  # sooner, the server would run once, for the second alone
    expect(page.locator(".st-key-selected strong")).not_to_have_text(f"{first:,} nuclei selected")
    second = selected(page)
    assert second != first
    page.evaluate("window.__let_come()")  # the answer to the first, too
    assert page.evaluate("window.__selections") == [first, second]
    assert page.evaluate("history.length") == begun + 2
    page.go_back()
    expect_selected(page, first)
    page.go_back()
    expect_once(page.get_by_text("Nothing selected"))


def test_back_from_a_search_names_one_nucleus(page: Page, url: str) -> None:
    page.goto(f"{url}/nucleus?at=175520,189824,20823")
    box = page.get_by_role("textbox", name="Nucleus ID")
    expect(box).to_have_value("")
    shown = page.get_by_text(re.compile(r"nucleus \d+ · v661")).first
    nucleus = re.findall(r"\d+", shown.inner_text())[0]
    open_popover(page, "search-box")  # the list of labels has a button “Search” too
    search = page.get_by_role("textbox", name="Find anything")
    search.fill(nucleus)
    search.press("Enter")
    arrived(page, {"nucleus": nucleus}, "at")
    expect(box).to_have_value(nucleus)
    page.go_back()
    arrived(page, {"at": "175520,189824,20823"}, "nucleus")
    expect(box).to_have_value("")


def test_a_search_opens_a_panel_from_a_page_that_has_one_open(page: Page, url: str) -> None:
    page.goto(f"{url}/baylor?panel=Depth")
    open_popover(page, "search-box")
    search = page.get_by_role("textbox", name="Find anything")
    search.fill("trust")
    search.press("Enter")
    page.wait_for_url("**/agreement?**")
    expect(page.get_by_role("tab", name="Trust")).to_have_attribute("aria-selected", "true")
    settle(page)
    page.go_back()
    page.wait_for_url("**/baylor?**")
    expect(page.get_by_role("tab", name="Depth")).to_have_attribute("aria-selected", "true")
    settle(page)


def test_a_copied_link_shows_what_its_sender_sees(page: Page, url: str) -> None:
    page.context.grant_permissions(CLIPBOARD)
    page.goto(f"{url}/baylor?{TYPED}&baylor=Baylor coarse")
    n = selected(page)
    expect(page.get_by_test_id("stMetricValue")).to_have_text([WRITTEN] * 3)
    page.locator(".legend .toggle").nth(1).click()
    page.get_by_role("button", name="Front").click()
    page.wait_for_function(f"() => {FRONT}")
    before = seen(page)
    button = page.get_by_role("button", name="Copy link")
    place = button.bounding_box()
    button.click()
    copied = page.get_by_role("button", name="Link copied")
    expect(copied).to_be_visible()
    assert copied.bounding_box() == place
    link = page.evaluate("navigator.clipboard.readText()")
    named = parse_qs(urlsplit(link).query)
    assert (
        named.items() >= {"release": ["661"], "baylor-level": ["Type"], "baylor": ["Baylor coarse"]}.items()
    )

    other = page.context.new_page()  # a session of its own
    other.goto(link)
    assert selected(other) == n
    expect_once(other.locator(".st-key-selected").get_by_text("from a link"))
    expect_seen(other, before)
    other.wait_for_function(f"() => {FRONT}")
    expect(other.locator(".legend .toggle").nth(1)).to_have_attribute("aria-pressed", "false")
    expect(other.locator(".legend-foot")).to_have_text(
        page.locator(".legend-foot").inner_text(), use_inner_text=True
    )

    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    expect(button).to_be_visible()
    button.click()
    by_hand = page.get_by_label("Copy the link by hand")
    expect(by_hand).to_be_focused()
    expect(by_hand).to_have_value(link)
