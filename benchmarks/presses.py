"""What the measurements of waiting press: marks of charts, entries of legends, levels and layers."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from playwright.sync_api import Locator, Page

from benchmarks.page_visit import rest

KINDS = ("bar", "legend entry", "matrix cell")
PANELS = {
    "bar": re.compile("types|how many|per label", re.IGNORECASE),
    "matrix cell": re.compile("matrix", re.IGNORECASE),
}
"""Names of the panel to open where no mark of a kind is on the page."""
LEVELS = re.compile(r"^(level|compared at)\b", re.IGNORECASE)
FILTERS = re.compile("filter", re.IGNORECASE)
LAYERS = ("L2/3", "L4", "L5", "L6")
# The marks of a kind that can be clicked, as places in the window, of the first chart that has some.
MARKS = """kind => {
  const charts = [...document.querySelectorAll(".js-plotly-plot")].filter(chart => chart.checkVisibility()
    && chart.layout?.clickmode?.includes("select"));
  const place = mark => {
    const { x, y, width, height } = mark.getBoundingClientRect();
    return [x + width / 2, height && y + height / 2];
  };
  for (const chart of charts) {
    const matrix = chart._fullData.find(trace => trace.type === "heatmap");
    chart.scrollIntoView({ block: "center" });
    if (kind === "matrix cell" && matrix) {
      const dots = chart._fullData.find(trace => trace.type === "scatter");
      const holds = i => matrix.z[matrix.y.indexOf(dots.y[i])]?.[matrix.x.indexOf(dots.x[i])] > 0;
      return [...chart.querySelectorAll(".scatterlayer .point")].filter((_, i) => holds(i)).map(place);
    }
    if (kind === "bar" && !matrix && chart.querySelector(".bars .point")) {
      // Solid marks have no width while nothing is selected.
      const wide = bar => bar.getBoundingClientRect().width > 1;
      const bars = [...chart.querySelectorAll(".bars .point path")].filter(wide);
      const lines = new Map(bars.map(bar => [Math.round(place(bar)[1]), bar]));
      return [...lines.values()].map(bar => {
        const { x, width } = bar.getBoundingClientRect();
        return [x + Math.min(12, width / 2), place(bar)[1]];
      });
    }
  }
  return [];
}"""
FREE = """([x, y]) => {
  return Boolean(document.elementFromPoint(x, y)?.closest(".js-plotly-plot, [data-testid^=stBidi]"));
}"""


def click(page: Page) -> None:
    """Press and release the button where the pointer is."""
    page.mouse.down()
    page.mouse.up()


def count_marks(page: Page, kind: str) -> int:
    """Count the marks of a kind; where there is none, open the panel that may have them."""
    if kind == "legend entry":
        return _legend(page).count()
    if not page.evaluate(MARKS, kind):
        tabs = page.locator("[role=radio], [role=tab]").filter(has_text=PANELS[kind], visible=True)
        if tabs.count() == 0:
            return 0
        tabs.first.click()
        rest(page)
    return len(page.evaluate(MARKS, kind))


def _legend(page: Page) -> Locator:
    return page.get_by_label("Legend").get_by_role("listitem")


def point_at(page: Page, kind: str, number: int) -> Callable[[], object]:
    """Bring the pointer to a mark, and return the click that then needs no more than the button."""
    count_marks(page, kind)
    rest(page, 300)
    if kind == "legend entry":
        entry = _legend(page).nth(number)
        entry.scroll_into_view_if_needed()
        entry.hover()
        select = entry.get_by_role("button", name=re.compile("^select", re.IGNORECASE))
        box = (select if select.count() else entry).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    else:
        x, y = page.evaluate(MARKS, kind)[number]
    page.wait_for_function(FREE, arg=[x, y], polling=100)  # a toast may lie over it
    page.mouse.move(x, y)
    return partial(click, page)


def level_changes(page: Page) -> Iterator[Callable[[], Callable[[], object]]]:
    """Prepare the choice of each other level; what a preparation gives is then the press alone."""
    group = page.get_by_role("radiogroup", name=LEVELS)
    if group.count():
        radios = group.first.get_by_role("radio")
        for radio in radios.all():
            if radio.get_attribute("aria-checked") != "true":
                yield partial(_scrolled, radio)
        return
    box = page.get_by_role("combobox", name=LEVELS)
    if box.count():
        box.first.click()
        others = page.get_by_role("option", selected=False).all_inner_texts()
        page.keyboard.press("Escape")
        for option in others:
            yield partial(_option, page, box.first, option)


def filter_changes(page: Page) -> Iterator[Callable[[], Callable[[], object]]]:
    """Prepare the choice of one layer after another, likewise."""
    box = page.get_by_role("combobox", name=re.compile("^layers?$", re.IGNORECASE)).filter(visible=True)

    def prepare(layer: str) -> Callable[[], object]:
        if not box.count():
            page.locator("summary, button").filter(has_text=FILTERS, visible=True).first.click()
            box.first.wait_for()
            rest(page)
        return _option(page, box.first, layer)

    yield from (partial(prepare, layer) for layer in LAYERS)


def _scrolled(control: Locator) -> Callable[[], object]:
    control.scroll_into_view_if_needed()
    return control.click


def _option(page: Page, box: Locator, option: str) -> Callable[[], object]:
    box.click()
    place = page.get_by_role("option", name=option, exact=True)
    place.wait_for()
    return place.click
