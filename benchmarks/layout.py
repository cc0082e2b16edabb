"""Look at every page in every size and theme, and list what is cut, covered, empty or too tall.

Usage: `python -m benchmarks.layout [PAGE …] [--size 1440x900 …] [--theme light] [--opened] [--selected]
[--folder FOLDER] [--source sample|folder] [--url URL] [--cache FOLDER] [--pictures FOLDER]`. By default every
page of the synthetic release at five sizes, light and dark; with `--folder` the rows there too; with
`--opened` also each panel, part of the drawer and popover; with `--selected` while nuclei are selected, who
must not move the page. `--url` asks a server that runs already (say by `--source` what it shows): one state
is then a matter of seconds. Each state leaves a picture. Exit 1 if anything was found.
"""

import argparse
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from benchmarks.page_visit import address, chromium, environment, open_page, rest, serving
from data.catalog.pages import PAGES
from tests.browser.server import ROOT

Size = tuple[int, int]
SIZES: tuple[Size, ...] = ((1440, 900), (1920, 1080), (1280, 800), (1024, 768), (390, 844))
NO_SCROLL_FROM: Size = (1440, 900)
STACKED_BELOW = 900
THEMES = ("light", "dark")
RULES = Path(__file__).with_name("layout_rules.js").read_text("utf-8")
COVERING = {"control covered", "controls overlap", "empty"}
"""Rules that the page below an open popover breaks."""
WITHOUT_CLOUD = {"releases", "your_labels"}
# Whether the middle of a canvas is in sight: not scrolled away within its panel, nor below a popover.
IN_SIGHT = """canvas => {
  const { x, y, width, height } = canvas.getBoundingClientRect(), root = canvas.getRootNode();
  const at = (place) => place.elementFromPoint(x + width / 2, y + height / 2);
  if (root === document) return !!canvas.closest("[data-testid=stElementContainer]")?.contains(at(document));
  return at(document) === root.host && root.contains(at(root));
}"""
# The share of a panel's first chart that is in sight below the cloud; null where it has none.
CHART_IN_SIGHT = """() => {
  const column = document.querySelector(".st-key-bench-right");
  const charts = column?.querySelectorAll("[role=tabpanel] :is(.js-plotly-plot, .stTable)") ?? [];
  const chart = [...charts].find(one => one.checkVisibility());
  if (!chart) return null;
  const cloud = column.querySelector(".stElementContainer[class*='-cloud']");
  const [inner, outer] = [chart, column].map(part => part.getBoundingClientRect());
  const top = Math.max(inner.top, cloud?.getBoundingClientRect().bottom ?? outer.top);
  return Math.max(0, Math.min(inner.bottom, outer.bottom, innerHeight) - top) / inner.height;
}"""
SELECTED = "filter:baylor_gnn_cell_type_fine_model_v2:labels=23P,4P,5P-IT:depth_um=100.0..450.0:where=V1"
"""Nuclei of both sources, whose words are longer than most windows' bars."""
WORK_AREA = """() => {
  const { x, y, width, height } = document.querySelector(".st-key-bench-work").getBoundingClientRect();
  return [x, y, width, height].map(Math.round);
}"""
LEAST_INK = 0.002
"""Share of a canvas's middle that is not of its commonest colour."""


@dataclass(frozen=True)
class Fault:
    """A place where a page breaks a rule of its layout.

    Attributes
    ----------
    rule : str
    what : str
        The text, the control or the pair of controls.
    box : tuple of int
        Left, top, width and height in the window, px.
    """

    rule: str
    what: str
    box: tuple[int, ...]

    def __str__(self) -> str:
        left, top, width, height = self.box
        return f"{self.rule}: {self.what!r} at {left}, {top} ({width} × {height})"


def faults(page: Page, name: str, size: Size, *, synthetic: bool) -> list[Fault]:
    """Find every fault of the page of this name at rest, in its window of this size."""
    tall_enough = all(have >= least for have, least in zip(size, NO_SCROLL_FROM, strict=True))
    cloud = synthetic and name not in WITHOUT_CLOUD  # real rows may lack a page's table
    options = {"noScroll": tall_enough, "synthetic": synthetic, "cloud": cloud}
    found = page.evaluate(RULES, options)
    if found:  # on a busy machine a chart may be drawn anew at this very moment
        page.wait_for_timeout(700)
        rest(page)
        again = page.evaluate(RULES, options)
        found = [
            fault
            for fault in again
            if (fault["rule"], fault["what"]) in {(one["rule"], one["what"]) for one in found}
        ]
    listed = [Fault(one["rule"], one["what"], tuple(one["box"])) for one in found]
    return [*listed, *_without_ink(page)]


def _without_ink(page: Page) -> Iterator[Fault]:
    """Find canvases on which nothing is drawn; a picture of the page shows it whatever has drawn them."""
    places = set()
    for canvas in page.locator("canvas:visible").all():
        box = canvas.bounding_box()
        if box is None or min(box["width"], box["height"]) < 100:  # such as a ruler
            continue
        place = tuple(round(box[side]) for side in ("x", "y", "width", "height"))
        if place not in places and (picture := _middle(page, canvas)) and _ink(picture) < LEAST_INK:
            yield Fault("empty", "a canvas without ink", place)
        places.add(place)


def _middle(page: Page, canvas: Locator) -> bytes | None:
    box, window = canvas.bounding_box(), page.viewport_size
    if box is None or window is None:
        return None
    if not 0 <= box["y"] + box["height"] / 2 <= window["height"]:  # else nothing is moved: later looks count
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box() or box
    if not canvas.evaluate(IN_SIGHT):
        return None
    left, top = max(0, box["x"]), max(0, box["y"])
    width = min(box["x"] + box["width"], window["width"]) - left
    height = min(box["y"] + box["height"], window["height"]) - top
    if min(width, height) < 20:
        return None
    clip = {"x": left + width / 4, "y": top + height / 4, "width": width / 2, "height": height / 2}
    return page.screenshot(clip=clip)  # type: ignore[arg-type]  # a literal of four numbers


def _ink(picture: bytes) -> float:
    pixels = Image.open(io.BytesIO(picture)).convert("RGB")
    counts = Counter(pixels.get_flattened_data())
    return 1 - max(counts.values()) / counts.total()


def moved_by_selection(page: Page, sizes: Sequence[Size]) -> Iterator[Fault]:
    """Clear the selection, and find wide windows in which the work area had another place with it."""
    sizes = [size for size in sizes if size[0] >= STACKED_BELOW]

    def places() -> list[tuple[int, ...]]:
        found = []
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            rest(page, 100)
            found.append(tuple(page.evaluate(WORK_AREA)))
        return found

    selected = places()
    page.locator(".st-key-clear-selection button").click()
    rest(page)
    for size, before, after in zip(sizes, selected, places(), strict=True):
        if before != after:
            yield Fault("moved by the selection", f"the work area in a window of {size} from {after}", before)


def opened(page: Page) -> Iterator[str]:
    """Open one panel, part of the drawer and popover after another, for as long as each is looked at."""
    for place, tab in enumerate(page.get_by_role("tab").filter(visible=True).all()):
        tab.click()
        if place:  # the first was open
            yield f"panel {tab.inner_text()}"
    for pill in page.get_by_label("Drawer", exact=True).get_by_role("button").all():
        pill.click()
        yield f"drawer {pill.inner_text()}"
        pill.click()
    for button in page.get_by_test_id("stPopoverButton").filter(visible=True).all():
        button.click()
        yield f"popover {button.locator('p').first.inner_text()}"
        page.keyboard.press("Escape")


def look(
    page: Page, name: str, size: Size, picture: Path, *, synthetic: bool, also_opened: bool
) -> list[Fault]:
    """Take a page's picture and find its faults; then those that what opens in it adds."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    rest(page)
    page.screenshot(path=picture)
    found = faults(page, name, size, synthetic=synthetic)
    known = {(fault.rule, fault.what) for fault in found}
    for title in opened(page) if also_opened else ():
        page.mouse.move(0, 0)  # away from help and from what lies over an entry of the legend
        rest(page)
        if title.startswith("panel") and (share := page.evaluate(CHART_IN_SIGHT)) is not None:
            print(f"{title}: {share:.0%} of its first chart in sight")
        words = re.sub(r"\W+", "-", title).strip("-").lower()
        page.screenshot(path=picture.with_stem(f"{picture.stem}-{words}"))
        covers = title.startswith("popover")
        added = [
            fault
            for fault in faults(page, name, size, synthetic=synthetic)
            if (fault.rule, fault.what) not in known and not (covers and fault.rule in COVERING)
        ]
        known |= {(fault.rule, fault.what) for fault in added}
        found += [replace(fault, rule=f"{title}: {fault.rule}") for fault in added]
    return found


def main() -> int:
    """Look at what was asked for; exit 1 if anything was found."""
    parser = argparse.ArgumentParser(description="Look at the layout of every page.")
    parser.add_argument("pages", nargs="*", choices=[[], *PAGES], metavar="PAGE")
    parser.add_argument("--size", action="append", type=size_of, help="such as 1440x900; five if not given")
    parser.add_argument("--theme", choices=THEMES, help="both if not given")
    parser.add_argument("--folder", type=Path, help="real rows, in the archive's layout")
    parser.add_argument("--source", choices=("sample", "folder"), help="both if a folder is given")
    parser.add_argument("--url", help="of a server that runs already")
    parser.add_argument("--cache", type=Path, help="of the server that is started")
    parser.add_argument("--pictures", type=Path, default=ROOT / "build" / "layout")
    parser.add_argument("--opened", action="store_true", help="each panel, drawer and popover of a page too")
    parser.add_argument("--selected", action="store_true", help="while nuclei are selected")
    asked = parser.parse_args()
    both = ["sample", "folder"] if asked.folder and not asked.url else ["sample"]
    counts: list[int] = []
    begun = time.monotonic()
    with chromium() as browser:
        for source in [asked.source] if asked.source else both:
            settings = environment(asked.folder if source == "folder" else None, asked.cache)
            with nullcontext() if asked.url else serving(settings) as server:
                url = server.url if server else asked.url.rstrip("/")
                counts += [len(found) for found in _states(browser, url, source, asked)]
    seconds = time.monotonic() - begun
    print(f"{len(counts)} states, {sum(counts)} faults, {seconds:.0f} s; pictures in {asked.pictures}")
    return 1 if sum(counts) else 0


def _states(browser: Browser, url: str, source: str, asked: argparse.Namespace) -> Iterator[list[Fault]]:
    themes = [asked.theme] if asked.theme else THEMES
    for page, size, theme in product(asked.pages or PAGES, asked.size or SIZES, themes):
        state = f"{page}-{size[0]}x{size[1]}-{theme}-{source}"
        picture = asked.pictures / f"{state}.png"
        window = open_page(browser, size, dark=theme == "dark")
        window.goto(f"{url}/{address(page, source, **({'select': SELECTED} if asked.selected else {}))}")
        found = look(window, page, size, picture, synthetic=source == "sample", also_opened=asked.opened)
        found += moved_by_selection(window, [size]) if asked.selected else []
        window.context.close()
        print(f"{state}: {len(found) or 'no'} faults", *found, sep="\n  ", flush=True)
        yield found


def size_of(words: str) -> Size:
    """Read a size such as 1440x900."""
    width, _, height = words.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
