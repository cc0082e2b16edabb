"""A view whose script comes late, and which the page has told something new by then, is there all the same.

Streamlit asks for a component's script anew with every message, and lets an earlier message end only once its
script has come: on a slow machine after a later message has begun.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

APP = "tests/browser/cloud_app.py"
# Scripts come as blobs. Those that speak of what this names wait until the test lets them go on.
LATE = """
window.late = new Promise(done => { window.goOn = done; });
window.Blob = class extends Blob {
  constructor(parts, options) {
    const held = options?.type === "text/javascript" && parts.some(part => HELD.test(part));
    super(held ? ["await window.late;\\n", ...parts] : parts, options);
  }
};
"""
VIEW, CARRIER = "/The view's stub/", "/The carrier brings/"


@pytest.fixture(params=[VIEW, CARRIER, "/./"], ids=["view", "carrier", "both"])
def late(request: pytest.FixtureRequest, page: Page, serve: Callable[..., str]) -> Page:
    """Open the page of the cloud while a script is on its way."""
    page.add_init_script(LATE.replace("HELD", request.param))
    page.goto(serve(APP, CLOUD_NUCLEI=6_000))
    settled(page)
    return page


def settled(page: Page) -> None:
    expect(page.get_by_role("heading", name=re.compile("Cloud|Again"))).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def tell(page: Page, colour: str) -> None:
    """Let the page tell the view another colouring."""
    choice = page.get_by_test_id("stButtonGroup").first.get_by_role("radio", name=colour)
    choice.click()
    expect(choice).to_be_checked()
    settled(page)


def stage_titled(page: Page, title: str) -> Locator:
    stage = page.locator(".stage")
    expect(stage.locator(".legend-title")).to_have_text(title)
    expect(stage).to_have_count(1)
    return stage


def test_a_view_told_twice_before_its_script_came_shows_the_last_and_is_gone_with_its_page(
    late: Page,
) -> None:
    expect(late.locator(".legend-title")).to_have_count(0)
    tell(late, "class")
    late.evaluate("goOn()")
    stage_titled(late, "Made-up fine, class")
    tell(late, "volume_um3")
    stage_titled(late, "volume_um3")
    late.get_by_role("link", name="Again").click()
    expect(late.get_by_role("heading", name="Again")).to_be_visible()
    stage_titled(late, "Made-up fine")  # a page's choices are its own
    late.wait_for_function("window.__nuclei.listeners.size === 1")  # nobody draws what nobody sees
