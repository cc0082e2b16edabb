"""After each pick every chart shows what is selected, solid over a ghost of all: as Python draws it anew."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import drag_box, expect_once, go_on, selected, settle

pytestmark = pytest.mark.usefixtures("no_points")
ALL = "soma_nucleus?panel=All&soma_nucleus-with=Baylor+fine"
CHARTS = ("bars", "lines", "pieces", "pieces", "boxes", "cells")
RESTED = """kinds => {
  const charts = [...document.querySelectorAll(".js-plotly-plot")];
  const drawn = charts.filter(chart => chart.layout?.meta?.ghosts && chart._fullLayout);
  return drawn.length === kinds.length;
}"""
FILLED = """() => [...document.querySelectorAll(".js-plotly-plot")]
  .filter(chart => chart.layout?.meta?.ghosts)
  .every(chart => chart.layout.title.subtitle.text.includes("selected: "))"""
SHOWN = """() => [...document.querySelectorAll(".js-plotly-plot")].filter(chart => chart.layout.meta?.ghosts)
  .map(({ data, layout, _fullData: full }) => ({
    kind: layout.meta.ghosts.kind,
    caption: layout.title.subtitle.text,
    linked: Boolean(layout.meta.marks),
    strips: layout.shapes?.at(-1)?.path,
    solid: full.slice(layout.meta.ghosts.at).filter(trace => trace.name === "selected")
      .map(({ x, y, q1, median, q3, lowerfence, upperfence, text }) =>
        [x, y, q1, median, q3, lowerfence, upperfence, text].map(values => values && Array.from(values))),
    ghosts: data.map(({ opacity, marker, hovertext }) =>
      [opacity ?? 1, marker?.opacity ?? 1, hovertext ?? ""]),
  }))"""

# Whether the matrix says of as many nuclei as the bar that they are selected, in strips within their cells.
FOLLOWS = """() => {
  const charts = [...document.querySelectorAll(".js-plotly-plot")];
  const chart = charts.find(one => one.layout?.meta?.ghosts?.kind === "cells"), { layout } = chart;
  const inBoth = document.querySelector(".st-key-selected").innerText.match(/([\\d,]+) in both/)?.[1];
  const told = layout.shapes.at(-1).path, strips = path => path.split("Z").length;
  const place = `.shapelayer path[data-index="${layout.shapes.length - 1}"]`;
  const drawn = chart.querySelector(place)?.getAttribute("d") ?? "";
  const ends = told.match(/[\\d.]+|Infinity/g)?.map(Number) ?? [];
  return inBoth && layout.title.subtitle.text.endsWith(`selected: ${inBoth}`)
    && strips(drawn) === strips(told) && ends.every(end => end <= 1);
}"""

# Of each count in a bar's piece: whether it stands on what is selected, and whether it is in the page's ink.
INKED = """() => [...document.querySelectorAll(".bartext-inside")].flatMap(text => {
  const chart = text.closest(".js-plotly-plot");
  if (chart.layout.meta?.ghosts?.kind !== "pieces") return [];
  const inked = getComputedStyle(text).fill === getComputedStyle(chart).color;
  return [[text.closest(".trace").matches(":last-child"), inked]];
})"""

FAINT = """() => [...document.querySelectorAll(".bars path.nuclei-outlined")]
  .map(mark => getComputedStyle(mark).fillOpacity)"""

# The charts are filled one after the other: they have shown the same for some frames, of which some are read.
STILL = f"""() => {{
  const kept = window.__shown ??= {{ frames: 0, same: 0 }};
  if (kept.frames++ % 5) return false;
  const now = JSON.stringify(({SHOWN})());
  kept.same = kept.text === now ? kept.same + 1 : 0;
  kept.text = now;
  return kept.same > 4;
}}"""


def shown(page: Page) -> list[dict[str, Any]]:
    """What the charts show, once all are drawn."""
    settle(page)
    page.wait_for_function(RESTED, arg=CHARTS)
    page.wait_for_function(STILL)
    found: list[dict[str, Any]] = page.evaluate(SHOWN)
    assert [chart["kind"] for chart in found] == [*CHARTS]
    assert all(chart["linked"] for chart in found)
    return found


def drawn_by_python(page: Page) -> list[dict[str, Any]]:
    """Draw the charts anew, without the browser's link."""
    page.evaluate("window.__nucleiLinkOff = true")
    page.get_by_role("tab", name="Published").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(0)
    page.get_by_role("tab", name="All", exact=True).click()
    found = shown(page)
    assert {inked for on_selected, inked in page.evaluate(INKED) if not on_selected} == {True}
    page.evaluate("window.__nucleiLinkOff = false")
    return found


def nearly(one: Any, other: Any) -> bool:
    """Whether two charts show the same; the browser knows volumes to a 65,534th of their range."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(nearly(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(nearly, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 0.05
    return bool(one == other)


def expect_same(page: Page) -> None:
    """Wait until the browser has filled the charts; they are as Python draws them."""
    n = selected(page)
    page.wait_for_function(FILLED)
    by_browser, by_python = shown(page), drawn_by_python(page)
    assert f"selected: {n:,}" in by_browser[0]["caption"]
    for first, second in zip(by_browser, by_python, strict=True):
        assert nearly(first, second), (first, second)


def test_charts_show_what_is_selected_as_python_counts_it(page: Page, url: str) -> None:
    page.goto(f"{url}/{ALL}&select=filter:aibs_soma_nuc_metamodel_preds_v117:labels=23P,oligo")
    n = selected(page)
    assert f"selected: {n:,}" in shown(page)[0]["caption"]
    assert sorted({*map(tuple, page.evaluate(INKED))}) == [(False, True), (True, False)]
    drag_box(page)
    bar = page.locator(".st-key-selected")  # the panel “Selection” says it too
    expect_once(bar.get_by_text("a lasso of"))
    expect_same(page)
    page.locator(".stage .entry", has_text="5P-ET").get_by_text("select").dispatch_event("click")
    expect_once(bar.get_by_text("5P-ET in Soma-nucleus metamodel"))
    page.wait_for_function(FILLED)
    assert selected(page) in shown(page)[0]["solid"][0][0]
    page.get_by_role("radio", name="Take away").click()
    settle(page)  # a chart that is drawn anew hears no click
    page.locator(".js-plotly-plot .ytick text", has_text="23P").first.click()
    page.wait_for_function(f"({FAINT})().includes('0.3')")  # its outline does not make a ghost look selected
    page.get_by_role("radio", name="New").click()
    page.get_by_role("radio", name="Class").first.click()
    settle(page)
    expect_same(page)
    picked = "select=filter:aibs_soma_nuc_metamodel_preds_v117:labels=23P,oligo"
    for layer in ("L4", "L5", "L4"):  # a chart may come before the cloud's filter, and after it
        go_on(page, f"{url}/agreement?only-layer={layer}&{picked}")
        settle(page)
        page.wait_for_function(FOLLOWS)
    drag_box(page)
    expect_once(bar.get_by_text("a lasso of"))
    page.wait_for_function(FOLLOWS)
