"""How soon the cloud lights a mark that the pointer is over, one that is clicked, a range of depth.

*Lit* is the first frame whose pixels differ where the nuclei are: at a tenth of some hundred of them.
"""

from collections.abc import Callable

from playwright.sync_api import Page

BRUSH_STEPS = 24
# Keeps the picture as it is, and looks at every frame from the next event of a kind on: how many ms after it
# the nuclei differ in it, or null. `chosen`: those selected, not those previewed.
WATCH = """([kind, chosen, again]) => {
  const { view } = window.__nuclei.link, { surface } = view;
  const canvas = new OffscreenCanvas(surface.width, surface.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    pen.drawImage(surface, 0, 0);
    return pen.getImageData(0, 0, surface.width, surface.height).data;
  };
  const before = (window.__before = again ? window.__before : look());
  const places = bits => {
    const found = [], { boxed: m } = view.frame, p = view.cloud.positions;
    for (let row = 0; row < view.cloud.n && found.length < 300; row++) {
      if (!(bits[row >> 3] >> (row & 7) & 1)) continue;
      const place = [0, 1, 2].map(axis => p[3 * row + axis] / 65535);
      const at = i => m[i] * place[0] + m[i + 4] * place[1] + m[i + 8] * place[2] + m[i + 12];
      const x = Math.floor((at(0) / at(3) + 1) / 2 * surface.width);
      const y = Math.floor((1 - at(1) / at(3)) / 2 * surface.height);
      const inside = x >= 0 && y >= 0 && x < surface.width && y < surface.height;
      if (inside) found.push(4 * (y * surface.width + x));
    }
    return found;
  };
  window.__lit = new Promise(done => addEventListener(kind, () => {
    const began = performance.now();
    const check = () => {
      const took = performance.now() - began; // of the frame; to look at it takes longer
      const bits = chosen ? view.choice.selected : view.seen.choice.selected;
      const at = bits && view.frame ? places(bits) : [], now = at.length ? look() : before;
      const differs = i => [0, 1, 2].some(part => Math.abs(now[i + part] - before[i + part]) > 8);
      const differ = at.filter(differs).length;
      if (at.length && differ * 10 >= at.length) done(took);
      else if (took < 5000) requestAnimationFrame(check);
      else done(null);
    };
    requestAnimationFrame(check);
  }, { capture: true, once: true }));
}"""
BRUSH = """() => {
  const { view } = window.__nuclei.link, { x, y, width, height } = view.brush.root.getBoundingClientRect();
  const draw = view.renderer.frames.draw;
  window.__fresh = [];
  view.renderer.frames.draw = (first, count, fresh) => {
    if (fresh) window.__fresh.push(performance.now());
    return draw(first, count, fresh);
  };
  return [x + width / 2, y, height];
}"""


def is_linked(page: Page) -> bool:
    """Whether the page has the link; earlier commits have none."""
    return bool(page.evaluate("() => Boolean(window.__nuclei?.link?.view)"))


def light_mark(page: Page, place: tuple[float, float], press: Callable[[], object]) -> dict[str, float]:
    """Move the pointer to a mark, wait, and click it: when it was lit, and when it was selected."""
    page.evaluate(WATCH, ["pointermove", False, False])
    page.mouse.move(*place)
    hover = page.evaluate("() => window.__lit")
    page.wait_for_timeout(600)  # the picture is completed meanwhile
    page.evaluate(WATCH, ["pointerup", True, True])
    press()
    click = page.evaluate("() => window.__lit")
    lit = {"hover → lit": hover, "click after a hover → lit": click}
    return {measure: took for measure, took in lit.items() if took is not None}


def brush_depths(page: Page) -> tuple[list[float], float]:
    """Drag over the strip beside the cloud: ms of each step until it was lit, and frames a second."""
    x, top, height = page.evaluate(BRUSH)
    page.mouse.move(x, top + 0.3 * height)
    page.mouse.down()
    took = []
    for step in range(BRUSH_STEPS // 4):
        page.evaluate(WATCH, ["pointermove", False, False])
        page.mouse.move(x, top + (0.36 + 0.05 * step) * height)
        took.append(page.evaluate("() => window.__lit"))
        page.wait_for_timeout(400)
    began = page.evaluate("() => (window.__fresh = [], performance.now())")
    for step in range(BRUSH_STEPS):
        page.mouse.move(x, top + (0.6 - 0.01 * step) * height)  # as fast as the browser takes them
    frames, ended = page.evaluate("() => [window.__fresh.length, performance.now()]")
    page.keyboard.press("Escape")
    page.mouse.up()
    return [one for one in took if one is not None], 1000 * frames / (ended - began)
