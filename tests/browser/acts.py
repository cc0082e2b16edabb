"""What a reader does on a page and what is to be seen there, for journeys through the app."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import BrowserContext, Locator, Page, expect

# Looks at every frame until the view holds so many; after a while it gives what it has, for the test to say.
SELECTED = """(stage, many) => new Promise(done => {
  const until = performance.now() + 60_000;
  const look = () => {
    const view = stage.__cloud, bits = view?.choice?.selected, found = [];
    for (let row = 0; bits && row < view.cloud.n; row++) {
      if (bits[row >> 3] >> (row & 7) & 1) found.push(view.cloud.id("nucleus_id", row));
    }
    if (found.length === many || performance.now() > until) done(found.map(String));
    else requestAnimationFrame(look);
  };
  look();
})"""
# Where the labels' ticks cross, as a place on the layer that hears a figure's clicks.
CROSSING = """(layer, [row, column]) => {
  const figure = layer.closest(".js-plotly-plot"), box = layer.getBoundingClientRect();
  const same = (one, other) => one.replace(/\\s/g, "") === other.replace(/\\s/g, "");
  const middle = (axis, label) => {
    const ticks = [...figure.querySelectorAll(`.${axis}tick text`)];
    const place = ticks.find(tick => same(tick.textContent, label)).getBoundingClientRect();
    return { x: place.x + place.width / 2 - box.x, y: place.y + place.height / 2 - box.y };
  };
  return { x: middle("x", column).x, y: middle("y", row).y };
}"""

# The middle of a bar, as a place on the layer that hears a figure's clicks.
MIDDLE = """(layer, bar) => {
  const outer = layer.getBoundingClientRect(), box = bar.getBoundingClientRect();
  return { x: box.x + box.width / 2 - outer.x, y: box.y + box.height / 2 - outer.y };
}"""
# Notes when the page asked its server to run, and when that said that a run had begun, or ended for good.
# Streamlit’s numbers: `rerun_script` is 11, `new_session` 4, `script_finished` 6, and 2 in it “for a rerun”.
LISTEN = """() => {
  const runs = (window.__runs = { asked: 0, begun: 0, ended: 0 });
  const hasEnded = (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const tag = bytes[at++];
      if (tag === (6 << 3)) return bytes[at] !== 2;
      if (tag === (4 << 3 | 2)) runs.begun = performance.now();
      if (tag > 127 || (tag & 7) !== 2) return false;
      let size = 0, shift = 0;
      do size |= (bytes[at] & 127) << shift, shift += 7; while (bytes[at++] > 127);
      at += size;
    }
    return false;
  };
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => {
        if (data instanceof ArrayBuffer && hasEnded(new Uint8Array(data))) runs.ended = performance.now();
      });
    }
    send(message) {
      if (message[0] === (11 << 3 | 2)) runs.asked = performance.now();
      super.send(message);
    }
  };
}"""
# Waits until the page has run, nothing runs or is asked for, and nothing has changed for some frames. As long
# as it runs no frame is asked for: the processor draws each. A window that does not listen has not to run.
QUIET = """() => new Promise(done => {
  let frames = 0;
  const watch = new MutationObserver(() => (frames = 0));
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const look = () => {
    const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
    const { asked, ended } = window.__runs ?? { asked: 1, ended: 1 };
    if (state !== "notRunning" || !asked || asked > ended) {
      frames = 0;
      return setTimeout(look, 30);
    }
    if (frames++ < 4) return requestAnimationFrame(look);
    watch.disconnect();
    done(true);
  };
  look();
})"""
# A figure is drawn again when its width is known: what is clicked before hears nothing.
AT_REST = """figure => new Promise(done => {
  let frames = 0;
  const watch = new MutationObserver(() => (frames = 0));
  watch.observe(figure, { subtree: true, childList: true, attributes: true, characterData: true });
  const look = () => {
    if (frames++ < 5) return requestAnimationFrame(look);
    watch.disconnect();
    done();
  };
  look();
})"""
# Leads to another address as Back does, inside the app: to open each page anew would take twice as long.
GO_ON = """address => {
  const before = performance.now();
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
  return before;
}"""
BEGUN = "before => window.__runs.begun > before"
# A sign that a page waits moves all the time, and each of its frames is drawn by the processor.
UNMOVED = """
const sheet = new CSSStyleSheet();
sheet.replaceSync("[data-testid^=stSpinner] { animation: none !important; }");
document.adoptedStyleSheets.push(sheet);
"""

# Nothing that WebGL would draw is drawn.
UNDRAWN = """
for (const what of ["Arrays", "ArraysInstanced", "Elements", "ElementsInstanced"])
  WebGL2RenderingContext.prototype[`draw${what}`] = () => {};
"""


def listen(context: BrowserContext) -> None:
    """Have each page of a window note what it asks of its server: `settle` then waits for the answer."""
    context.add_init_script(f"({LISTEN})()")
    context.add_init_script(UNMOVED)


def draw_no_points(of: Page | BrowserContext) -> None:
    """Leave clouds and scenes of a page, or of all pages of a window, empty from its next opening on."""
    of.add_init_script(UNDRAWN)


def go_on(page: Page, address: str) -> None:
    """Open another address inside the app, where the page shows it already; wait until that has begun."""
    if page.url.startswith(address.rpartition("/")[0]):
        page.wait_for_function(BEGUN, arg=page.evaluate(GO_ON, address))
    else:
        page.goto(address)


def settle(page: Page) -> None:
    """Wait until the page has run to its end, without a traceback, and stands still for some frames."""
    page.wait_for_function(QUIET)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def expect_once(place: Locator) -> None:
    """Wait until something is to be seen, and once: while a page runs anew, what moved stands there twice."""
    expect(place.filter(visible=True)).to_have_count(1)


def follow_menu(page: Page, title: str) -> None:
    """Open a page from the menu on top, or from what of it lies behind “more”."""
    settle(page)
    page.mouse.move(1, 300)  # the help of a badge under the pointer may lie over the menu
    menu = page.get_by_test_id("stTopNav")
    expect(menu.get_by_role("link").first).to_be_visible()
    link = menu.get_by_role("link", name=title, exact=True)
    if not link.count():
        menu.get_by_text(re.compile(r"^\d+ more$")).click()
        # Meanwhile the menu may have found room for it.
        link = link.or_(page.get_by_test_id("stTopNavDropdownLink").get_by_text(title, exact=True))
    link.filter(visible=True).first.click()


def open_popover(page: Page, key: str) -> Locator:
    """Open a popover by its key, where it is closed; give what it holds."""
    settle(page)
    body = page.get_by_test_id("stPopoverBody")
    if not body.filter(visible=True).count():
        page.locator(f".st-key-{key}").get_by_test_id("stPopoverButton").first.click()
    return body


def close_popover(page: Page) -> None:
    """Close the popover that is open."""
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody").filter(visible=True)).to_have_count(0)


def choose_option(page: Page, key: str, option: str) -> None:
    """Choose from the list with this key."""
    settle(page)
    page.locator(f".st-key-{key}").get_by_role("combobox").click()
    page.get_by_role("option", name=option, exact=True).click()


def clear_selection(page: Page) -> None:
    """Clear the selection, from its bar."""
    settle(page)
    page.locator(".st-key-clear-selection").get_by_role("button").click()
    expect_once(page.get_by_text("Nothing selected"))


def unfold(page: Page, title: str) -> None:
    """Open a fold of the page, and wait until it is: a list opened in one that still moves closes again."""
    fold = page.locator("details").filter(has_text=title).first
    fold.locator("summary").click()
    fold.evaluate(
        "fold => Promise.allSettled(fold.getAnimations({ subtree: true }).map(one => one.finished))"
    )


def figure_of(page: Page, name: str) -> Locator:
    """Find a figure by what it says it shows, drawn."""
    figure = page.get_by_role("figure", name=name, exact=True)
    expect(figure.locator(".draglayer")).to_be_attached()
    return figure


def click_cell(page: Page, figure_name: str, row: str, column: str) -> None:
    """Click where a row and a column of a matrix cross."""
    settle(page)
    figure = figure_of(page, figure_name)
    figure.evaluate(AT_REST)
    layer = figure.locator(".nsewdrag")
    layer.click(position=layer.evaluate(CROSSING, [row, column]))


def bars_of(page: Page, figure_name: str, subplot: str = "xy") -> tuple[Locator, list[Any]]:
    """Give the layer of a figure that hears clicks, and there the middles of its bars."""
    settle(page)
    figure = figure_of(page, figure_name)
    figure.evaluate(AT_REST)
    layer = figure.locator(f".{subplot} .nsewdrag")
    bars = figure.locator(f".subplot.{subplot} .bars .point path").all()
    return layer, [layer.evaluate(MIDDLE, bar.element_handle()) for bar in bars]


def click_bar(page: Page, figure_name: str, number: int, subplot: str = "xy") -> None:
    """Click the middle of a bar, counted from 0."""
    layer, places = bars_of(page, figure_name, subplot)
    layer.click(position=places[number])


def drag_box(
    page: Page, start: tuple[float, float] = (0.4, 0.5), end: tuple[float, float] = (0.5, 0.6)
) -> None:
    """Select with the cloud's box between two places, in parts of its picture; a tenth near the middle."""
    settle(page)
    page.get_by_label("Box (B)").click()
    picture = page.locator(".stage .over")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * start[0], box["y"] + box["height"] * start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end[0], box["y"] + box["height"] * end[1], steps=4)
    page.mouse.up()


def expect_selected(page: Page, n: int) -> None:
    """Wait until the page says how many nuclei are selected."""
    line = page.get_by_text(f"{n:,} nuclei selected —")
    expect_once(line)
    settle(page)
    expect_once(line)


def selected(page: Page) -> int:
    """Read how many nuclei the page says are selected, once it has run to its end."""
    line = page.locator("strong", has_text="nuclei selected")
    expect_once(line)
    settle(page)
    expect_once(line)
    return int(line.inner_text().split(" nuclei")[0].replace(",", ""))


def lit(page: Page, n: int) -> list[int]:
    """Read off the cloud which nuclei it holds as selected, once these are `n`; sorted."""
    stage = page.locator(".stage")
    expect(stage).to_have_attribute("data-key", re.compile("."))
    return sorted(map(int, stage.evaluate(SELECTED, n)))


def downloaded(page: Page, button: str) -> tuple[str, pd.DataFrame]:
    """Save a CSV file by keyboard: the button keeps the focus. Give the file's name and rows."""
    settle(page)
    saves = page.get_by_role("button", name=button, exact=True)
    with page.expect_download() as download:
        saves.press("Enter")
    expect(saves).to_be_focused()
    return download.value.suggested_filename, pd.read_csv(Path(download.value.path()))
