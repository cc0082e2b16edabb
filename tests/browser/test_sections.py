"""A contact sheet: pictures come, a tile lights its nucleus, keys walk, Enter opens it; a tour keeps it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from components.point_cloud.scripts import joined
from tests.browser.acts import expect_once
from tests.loopback_archive import FINE, write_table
from tests.made_imagery import NUCLEUS_SCALES, SMALL_SCALES, Ball, labels_of, position_values, write_volume

Serve = Callable[..., str]
PLACES = {101: (800, 600, 70), 102: (900, 700, 80), 103: (1000, 800, 90)}
"""Voxels of 4×4×40 nm, the deeper the larger y."""
LIT = """nucleus => {
  const view = window.__nuclei.link.view, row = view.cloud.rowOf(nucleus), { previewed } = view;
  return previewed?.census.lit === 1 && previewed.choice.selected[row >> 3] >> (row & 7) & 1;
}"""
LOADED = """() => [...document.querySelectorAll(".nuclei-tile img")].map(image => image.naturalWidth)
  .join() === "256,256,256" """

# The tiles of a step of a tour, written as a file and read again.
IN_TOUR = """async text => {
  const { tour, link } = window.__nuclei;
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const { readSteps, writeSteps } = await import(address);
  await tour.add(link.view);
  const [{ sheets }] = readSteps(writeSteps(tour.steps, ""));
  return sheets[0].tiles.map(({ nucleus, picture }) => [nucleus, picture.split(";")[0]]);
}"""


def test_a_sheet_is_looked_through_and_leads_to_a_nucleus(page: Page, serve: Serve, tmp_path: Path) -> None:
    rows = [(nucleus, nucleus, "baylor_gnn", "23P", nucleus, *place) for nucleus, place in PLACES.items()]
    write_table(tmp_path / "rows", FINE, rows)
    balls = [Ball(nucleus, (x * 4.0, y * 4.0, z * 40.0), 300) for nucleus, (x, y, z) in PLACES.items()]
    write_volume(tmp_path / "em", SMALL_SCALES, position_values)
    write_volume(tmp_path / "nuclei", NUCLEUS_SCALES, labels_of(balls), kind="segmentation")
    url = serve(CELL_TYPES_SOURCE="folder", CELL_TYPES_FOLDER=tmp_path / "rows", CELL_TYPES_IMAGERY=tmp_path)
    page.goto(f"{url}/baylor?panel=Sections&sections-pixel=16+nm")
    page.wait_for_function(LOADED)
    expect(page.locator(".nuclei-tile b")).to_have_text(["101", "102", "103"])
    tile = page.locator(".nuclei-tile", has_text="102")
    tile.hover()
    page.wait_for_function(LIT, arg="102")
    tile.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".nuclei-tile", has_text="103")).to_be_focused()
    page.wait_for_function(LIT, arg="103")
    text = joined("tour/text") + "export { readSteps, writeSteps };"
    in_tour = [[nucleus, "data:image/webp"] for nucleus in ("101", "102", "103")]
    assert page.evaluate(IN_TOUR, text) == in_tour
    page.keyboard.press("Enter")
    expect_once(page.get_by_text("nucleus 103 · v661"))
    page.wait_for_url("**/nucleus?**nucleus=103**")
