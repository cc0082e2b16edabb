"""Everybody can read and use every page: what axe and the texts of figures say of it, in both themes."""

from base64 import b64encode
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from benchmarks.page_visit import CHOICES, WATCH, rest
from data.catalog.pages import PAGES
from tests.page_reader import EVERYTHING

pytestmark = pytest.mark.usefixtures("no_points")
QUIET_MS = 300
GRAVE = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# Fetching every style sheet once more serves none of the rules; `region` is slow, and never grave.
OPTIONS = {"resultTypes": ["violations"], "preload": False, "rules": {"region": {"enabled": False}}}
# Here charts and code are drawn, in both themes. The other pages go without, since these take most of the
# time: a chart of each kind is looked at in both themes by test_exports.py, and code is coloured alike
# everywhere.
DRAWN_ON = "baylor"
DRAWN = [{"urlPattern": f"*/static/js/{name}.*"} for name in ("PlotlyChart", "StreamlitSyntaxHighlighter")]
NOTHING = b64encode(b"export default () => null;").decode()
# Axe reads `color` where SVG has `fill`, and looks at thousands of nodes: it is kept from figures.
UNDRAWN = ".js-plotly-plot { display: none !important }"
# Texts of figures with less than 4.5 : 1 on the page; on tiles and bars tests/test_contrast.py has them.
PALE = """() => {
  const light = parts => parts.map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0.05);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const ground = parts(getComputedStyle(document.querySelector(".stApp")).backgroundColor).slice(0, 3);
  const texts = [...document.querySelectorAll(".main-svg text")]
    .filter(text => !text.closest(".heatmaplayer, .barlayer, .hoverlayer"));
  return [...new Set(texts.flatMap(text => {
    const { fill, fillOpacity, opacity } = getComputedStyle(text), [r, g, b, a = 1] = parts(fill);
    const share = a * fillOpacity * opacity;
    const ends = [ground, [r, g, b].map((part, i) => ground[i] + share * (part - ground[i]))].map(light);
    const ratio = Math.max(...ends) / Math.min(...ends);
    return share && ratio < 4.5 ? [`${text.textContent}: ${ratio.toFixed(2)}`] : [];
  }))];
}"""


def offenders(page: Page, rules: list[str]) -> list[str]:
    """What axe finds grave, a line each."""
    found = Axe().run(page, options=OPTIONS | {"runOnly": rules}).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in GRAVE or rule["id"] == "heading-order"
        for node in rule["nodes"][:3]
    ]


def pale_texts(page: Page) -> list[str]:
    """Which texts of figures are pale, a line each."""
    with suppress(NotInTime):  # a figure is drawn anew a while after the theme has changed
        page.wait_for_function(f"!({PALE})().length", timeout=10_000)
    pale: list[str] = page.evaluate(PALE)
    return pale


def leave_out_drawings(page: Page) -> CDPSession:
    """Have charts and code stay empty until this is detached; with `page.route` no file would be kept."""
    session = page.context.new_cdp_session(page)
    headers = [{"name": "Content-Type", "value": "text/javascript"}]
    told = {"responseCode": 200, "responseHeaders": headers, "body": NOTHING}

    def answer(asked: dict[str, Any]) -> None:
        session.send("Fetch.fulfillRequest", told | {"requestId": asked["requestId"]})

    session.on("Fetch.requestPaused", answer)
    session.send("Fetch.enable", {"patterns": DRAWN})
    return session


def test_nobody_is_left_out(page: Page, url: str) -> None:
    found = {}
    page.add_init_script(path=WATCH)
    page.set_viewport_size({"width": 1440, "height": 900})
    undrawn = leave_out_drawings(page)
    for name in sorted(PAGES, key=lambda name: name == DRAWN_ON):
        if name == DRAWN_ON:
            undrawn.detach()
        choices = urlencode(CHOICES[name]["sample"]) if name in CHOICES else ""
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(f"{url}/{name}?{urlencode(EVERYTHING, doseq=True)}&{choices}")
        rest(page, QUIET_MS)
        page.add_style_tag(content=UNDRAWN)
        found[f"{name}, light"] = [*offenders(page, RULES), *pale_texts(page)]
        if name != DRAWN_ON:
            page.evaluate("window.groundBefore = null")  # the page then hears of no other theme
        page.emulate_media(color_scheme="dark")
        expect(page.locator(".stage:not(.dark)")).to_have_count(0)
        rest(page, QUIET_MS)
        found[f"{name}, dark"] = [*offenders(page, ["color-contrast"]), *pale_texts(page)]
        for drawn in (".js-plotly-plot", "[data-testid=stCode] code span"):
            assert page.locator(drawn).count() > 0 or name != DRAWN_ON
    assert {state: lines for state, lines in found.items() if lines} == {}
