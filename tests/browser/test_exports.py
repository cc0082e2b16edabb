"""Figures as the reader saves them: the picture of the page, whole, in fonts that any viewer has."""

import io
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import AT_REST, settle
from tests.browser.conftest import Serve
from tests.browser.test_accessibility import pale_texts

APP = "tests/browser/figures_app.py"
SCALE = 3
MOST_APART = 3  # of 255, on average, a tenth in size: a figure may stand half a pixel beside the screen's
# The texts of a picture that stand outside of it, over each other or over a bar's end, and those too small.
FAULTS = r"""picture => {
  const box = picture.getBoundingClientRect();
  const seen = node => node.getBoundingClientRect().width && getComputedStyle(node).opacity !== "0";
  const texts = [...picture.querySelectorAll("text")].filter(node => node.textContent.trim() && seen(node));
  const place = node => node.getBoundingClientRect();
  const meet = (a, b, by) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > by
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > by;
  const words = node => node.textContent.slice(0, 30);
  const found = [];
  texts.forEach((text, i) => {
    const a = place(text);
    const [wide, high] = [a.left < box.left - 1 || a.right > box.right + 1, a.top < box.top - 1];
    if (wide || high || a.bottom > box.bottom + 1)
      found.push(`cut: ${words(text)}`);
    for (const part of [text, ...text.querySelectorAll("tspan")])
      if (parseFloat(getComputedStyle(part).fontSize) < 11) found.push(`small: ${words(text)}`);
    for (const other of texts.slice(0, i))
      if (meet(a, place(other), 3)) found.push(`overlap: ${words(text)} and ${words(other)}`);
  });
  for (const text of picture.querySelectorAll(".bartext-outside"))
    for (const bar of picture.querySelectorAll(".bars .point path"))
      if (seen(bar) && bar.style.fillOpacity !== "0" && meet(place(text), place(bar), 2))
        found.push(`over a bar: ${words(text)}`);
  return found;
}"""
# Opens a saved SVG over the page: its fonts and faults.
OPENED = f"""svg => {{
  const frame = document.body.appendChild(document.createElement("div"));
  frame.id = "saved";
  frame.style = "position: fixed; top: 0; left: 0; z-index: 9999999";
  frame.innerHTML = svg;
  const picture = frame.querySelector("svg");
  picture.style.display = "block";
  const fonts = new Set([...picture.querySelectorAll("text")].map(text => text.style.fontFamily));
  return [[...fonts], ({FAULTS})(picture)];
}}"""


def opened_figures(page: Page, serve: Serve, cache: Path, query: str) -> None:
    page.goto(f"{serve(APP, CELL_TYPES_SOURCE='sample', CELL_TYPES_CACHE=cache)}/?{query}")


def figures_of(page: Page, n: int = 17) -> list[Locator]:
    settle(page)
    figures = page.get_by_role("figure")
    expect(figures).to_have_count(n)
    return figures.all()


def saved(page: Page, figure: Locator) -> bytes:
    """Save a figure by its own button."""
    figure.scroll_into_view_if_needed()
    figure.evaluate(AT_REST)
    figure.hover(position={"x": 5, "y": 5})
    with page.expect_download() as download:
        figure.locator("[data-title^='Download plot']").click()
    return Path(download.value.path()).read_bytes()


def test_no_text_is_cut_small_pale_or_over_another_in_a_narrow_panel_in_the_dark(
    page: Page, serve: Serve, sample_cache: Path
) -> None:
    page.emulate_media(color_scheme="dark")
    opened_figures(page, serve, sample_cache, "width=420")
    faults = {}
    for figure in figures_of(page):
        figure.scroll_into_view_if_needed()
        figure.evaluate(AT_REST)
        if found := figure.evaluate(FAULTS):
            faults[figure.get_attribute("aria-label")] = found
    assert not faults
    assert pale_texts(page) == []


def pixels(picture: Image.Image, size: tuple[int, int] | None = None) -> np.ndarray:
    return np.asarray(picture.resize(size) if size else picture)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How much two pictures differ on average, of 255."""
    return float(np.abs(one.astype(float) - other).mean())


def size_of(figure: Locator) -> tuple[int, int]:
    wide, high = figure.locator(".svg-container").evaluate("plot => [plot.offsetWidth, plot.offsetHeight]")
    return wide, high


def test_a_saved_svg_is_the_picture_on_the_page_in_fonts_of_any_viewer(
    page: Page, serve: Serve, sample_cache: Path
) -> None:
    opened_figures(page, serve, sample_cache, "figures=SVG")
    faults = []
    for figure in figures_of(page):
        name, svg = figure.get_attribute("aria-label"), saved(page, figure).decode()
        page.mouse.move(0, 0)
        wide, high = size_of(figure)
        small = wide // 10, high // 10
        on_page = pixels(opened(figure.locator(".svg-container").screenshot()), small)
        fonts, found = page.evaluate(OPENED, svg)
        frame = page.locator("#saved")
        if apart(pixels(opened(frame.screenshot()), small), on_page) > MOST_APART:
            faults.append(f"{name}: another picture")
        frame.evaluate("frame => frame.remove()")
        faults += [f"{name}: {font}" for font in fonts if not font.startswith("Arial")]
        faults += [f"{name}: {fault}" for fault in found]
    assert not faults
    assert pale_texts(page) == []


# Plotly draws the file of each from the SVG that the test above looks at.
AS_PNG = ("Bars of counts", "Depth", "Matrix of many", "Alluvial")


def test_a_saved_png_is_the_picture_on_the_page(page: Page, serve: Serve, sample_cache: Path) -> None:
    opened_figures(page, serve, sample_cache, urlencode({"only": AS_PNG}, doseq=True))
    faults = []
    for figure in figures_of(page, len(AS_PNG)):
        name, png = figure.get_attribute("aria-label"), opened(saved(page, figure))
        page.mouse.move(0, 0)
        whole, (wide, high) = pixels(png), size_of(figure)
        small = wide // 10, high // 10
        reduced, on_page = pixels(png, small), opened(figure.locator(".svg-container").screenshot())
        if whole.shape != (SCALE * high, SCALE * wide, 3):
            faults.append(f"{name}: {whole.shape} of {wide} by {high}")
        elif apart(reduced, pixels(on_page, small)) > MOST_APART:
            faults.append(f"{name}: another picture")
        elif (whole[[0, -1]] != whole[0, 0]).any() or reduced.std() < 5:
            faults.append(f"{name}: cut or blank")
    assert not faults
