"""Pages in windows of several sizes: nothing is cut, covered, empty or taller than its window."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from benchmarks.layout import CHART_IN_SIGHT, SELECTED, SIZES, Size, faults, moved_by_selection
from benchmarks.page_visit import WATCH, address, rest
from tests.browser.acts import go_on, settle
from tests.browser.server import ROOT, AppServer

STATES: list[tuple[str, Size, dict[str, str]]] = [
    ("overview", (1440, 900), {}),
    ("baylor", (1024, 768), {"select": SELECTED}),
    ("agreement", (1280, 800), {"panel": "All pairs"}),
    ("nucleus", (1024, 768), {}),
    ("type", (1024, 768), {"panel": "Examples"}),
    ("checks", (390, 844), {}),
]
"""The other pages, sizes and the dark theme: `python -m benchmarks.layout`."""
NARROW, TOP = 900, "pill => pill.getBoundingClientRect().top"
CHART_FIRST, LEAST_IN_SIGHT = "agreement", 0.5
# Whether a cloud above panels leaves its column when this is scrolled to its end.
AWAY = """() => {
  const column = document.querySelector(".st-key-bench-right");
  const cloud = column?.querySelector(".stElementContainer[class*='-cloud']");
  if (!cloud || innerWidth < 900) return false;
  column.scrollTop = column.scrollHeight;
  const [inner, outer] = [cloud, column].map(part => part.getBoundingClientRect());
  return inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
}"""

# Whether the synthetic mark is in sight at the end of the page, and over no control.
MARKED = """() => {
  const main = document.querySelector(".stMain");
  main.scrollTop = main.scrollHeight;
  return [...document.querySelectorAll(".st-key-bench-bar-right .stMarkdownBadge")].some(badge => {
    const { left, right, top, bottom } = badge.getBoundingClientRect();
    return [left + 1, right - 1].every(x => {
      const [first, ...below] = document.elementsFromPoint(x, (top + bottom) / 2);
      const header = below.findIndex(part => part.matches("[data-testid=stHeader]")); // it hides the rest
      return badge.contains(first) && !below.slice(0, header).some(part => part.matches("button, a, input"));
    });
  });
}"""
# Whether a part of the drawer is the first there, and this scrolled to its beginning.
FIRST = """heading => {
  const part = heading.closest(".st-key-bench-drawer-content");
  return part.scrollTop === 0 && heading === part.querySelector("h2");
}"""


def moved_by_opening(page: Page) -> list[str]:
    """Open parts of the drawer: what moves under the pointer, or is opened out of sight."""
    found = []
    for title in ("By ID", "Sets"):
        pill = page.locator(".st-key-drawer").get_by_role("button", name=title, exact=True)
        pill.scroll_into_view_if_needed()
        before = pill.evaluate(TOP)
        pill.click()
        opened = page.locator(".st-key-bench-drawer-content").get_by_role("heading", name=title)
        expect(opened).to_be_attached()
        settle(page)
        found += [] if abs(pill.evaluate(TOP) - before) < 1 else [f"{title} moves when it is clicked"]
        found += [] if opened.evaluate(FIRST) else [f"{title} opens out of sight"]
    page.mouse.move(1, 300)  # what is under the pointer shows more
    return found


def test_every_page_fits_its_window(
    page: Page, servers: Callable[..., AppServer], sample_cache: Path
) -> None:
    server = servers(ROOT / "app.py", {"CELL_TYPES_SOURCE": "sample", "CELL_TYPES_CACHE": str(sample_cache)})
    page.add_init_script(path=WATCH)
    found = {}
    for name, (width, height), choices in STATES:
        page.set_viewport_size({"width": width, "height": height})
        go_on(page, f"{server.url}/{address(name, **choices)}")
        rest(page)
        listed = [*map(str, faults(page, name, (width, height), synthetic=True))]
        if name == CHART_FIRST and page.evaluate(CHART_IN_SIGHT) < LEAST_IN_SIGHT:
            listed.append("most of the panel's chart is out of sight")
        if not page.evaluate(MARKED):
            listed.append("the synthetic mark is out of sight, or over a control, at the end of the page")
        if page.evaluate(AWAY):
            listed.append("the cloud is not in sight at the end of the panel")
        if "select" in choices:
            listed += map(str, moved_by_selection(page, SIZES))
        if "select" in choices or width < NARROW:
            listed += moved_by_opening(page)
        found[f"{name}, {width} × {height}"] = listed
    assert {state: listed for state, listed in found.items() if listed} == {}
