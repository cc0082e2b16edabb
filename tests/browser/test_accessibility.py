"""Everybody can read and use every page, and none opens with a fault: one walk over all, in both themes."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, CDPSession, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from benchmarks.page_visit import WATCH, address, rest
from data.catalog.pages import FAMILIES, PAGES
from tests.browser.acts import draw_no_points, go_on
from tests.browser.conftest import Servers, note_errors
from tests.browser.server import ROOT
from tests.page_reader import EVERYTHING

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
    found = page.evaluate("options => axe.run(options)", OPTIONS | {"runOnly": rules})["violations"]
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


@dataclass
class Walked:
    """What was met on the pages, with all their panels and drawers open.

    Attributes
    ----------
    faults : dict
        By page: what it lacks that it should have.
    offenders : dict
        By page and theme.
    errors : list of str
        Uncaught exceptions, and errors on the console.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    offenders: dict[str, list[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walked(window: BrowserContext, servers: Servers, sample_cache: Path) -> Iterator[Walked]:
    """Walk over all pages, each in both themes, beginning with that of the page before."""
    server = servers(ROOT / "app.py", {"CELL_TYPES_SOURCE": "sample", "CELL_TYPES_CACHE": str(sample_cache)})
    page, met, themes = window.new_page(), Walked(), ["light", "dark"]
    note_errors(page, met.errors)
    draw_no_points(page)
    page.add_init_script(path=WATCH)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    undrawn = leave_out_drawings(page)
    for name in sorted(PAGES, key=lambda name: name == DRAWN_ON):
        place = f"{server.url}/{wide_address(name)}"
        if name == DRAWN_ON:
            undrawn.detach()
        if met.faults and name != DRAWN_ON:
            go_on(page, place)
        else:
            page.goto(place)
            page.evaluate(AXE_SCRIPT)
            page.add_style_tag(content=UNDRAWN)
        rest(page, QUIET_MS)
        met.faults[name] = faults_of_frame(page, name)
        for theme in themes:
            show_in(page, theme, redraw=name == DRAWN_ON)
            rules = RULES if theme == "light" else ["color-contrast"]
            met.offenders[f"{name}, {theme}"] = [*offenders(page, rules), *pale_texts(page)]
        for drawn in (".js-plotly-plot", "[data-testid=stCode] code span"):
            assert page.locator(drawn).count() > 0 or name != DRAWN_ON
        themes.reverse()
    yield met
    page.evaluate("localStorage.clear()")
    page.close()


def wide_address(name: str) -> str:
    """Return the address at which all of a page is open."""
    everything = urlencode(EVERYTHING, doseq=True)
    place = address(name)
    return f"{place}{'&' if '?' in place else '?'}{everything}"


def show_in(page: Page, theme: str, *, redraw: bool) -> None:
    """Have a page in a theme, in which it may be already; `redraw` its charts."""
    if page.evaluate("theme => matchMedia(`(prefers-color-scheme: ${theme})`).matches", theme):
        return
    if not redraw:
        page.evaluate("window.groundBefore = null")  # the page then hears of no other theme
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its two words
    expect(page.locator(".stage:not(.dark)" if theme == "dark" else ".stage.dark")).to_have_count(0)
    rest(page, QUIET_MS)


def faults_of_frame(page: Page, name: str) -> list[str]:
    """What a page lacks that it should have."""
    badges = page.locator(".stMarkdownBadge", has_text="Synthetic rows").filter(visible=True)
    errors = page.get_by_test_id("stAlertContentError").or_(page.get_by_test_id("stException"))
    legends = page.locator(".stage .legend-foot", has_text="nuclei shown")
    panels = page.locator(".st-key-panel [role=tab][aria-selected=true]").all_inner_texts()
    drawer = page.locator(".st-key-drawer button")
    pressed = drawer.and_(page.locator("[aria-checked=true], [aria-pressed=true]"))
    holds = {
        "all panels": panels in ([], ["All"]),
        "all of its drawer": pressed.count() == drawer.count() > 0,
        "its heading": page.get_by_role("heading", level=1).all_inner_texts()
        == [PAGES[name].heading or PAGES[name].title],
        "one badge": badges.count() == 1,
        "no error": errors.count() == 0,
        "its nuclei": legends.count() > 0 or name not in FAMILIES,
    }
    return [what for what, is_so in holds.items() if not is_so]


def test_every_page_opens_without_a_fault(walked: Walked) -> None:
    found = {**walked.faults, "the console": walked.errors}
    assert {place: lines for place, lines in found.items() if lines} == {}


def test_nobody_is_left_out(walked: Walked) -> None:
    assert {state: lines for state, lines in walked.offenders.items() if lines} == {}
