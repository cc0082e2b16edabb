"""One visit: its own server and browser, one way of drawing, one number of nuclei, every step once."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from benchmarks.cloud_browser import LIMIT_S, TookTooLong, Watched, new_page
from tests.browser.server import ROOT, AppServer

Cost = dict[str, float]
Found = dict[str, Cost | str]
"""By step: what it cost, or in words why there is no number."""
VISIT_LIMIT_S = 420
CLICK_LIMIT_S = 20
LASSOED = 50_000
DRAG_S = 4.0
PART_SIZES = """stage => {
  const { sections } = stage.__cloud.cloud;
  return ["positions", "nucleus_id", "root_id"].reduce((sum, name) => sum + sections.get(name).bytes, 0);
}"""
PLACES = """(stage, rows) => {
  const { cloud, frame, view } = stage.__cloud;
  const m = frame.matrix;
  return rows.map((row) => {
    const [x, y, z] = cloud.place(row);
    const [right, up, , w] = [0, 1, 2, 3].map((i) => m[i] * x + m[4 + i] * y + m[8 + i] * z + m[12 + i]);
    return [((right / w + 1) / 2) * view.width, ((1 - up / w) / 2) * view.height];
  });
}"""
# Of a sample that is as fair as the first rows are: how far from the left so many of all nuclei lie.
ACROSS = """(stage, wanted) => {
  const { cloud } = stage.__cloud;
  const rows = Array.from({ length: Math.min(cloud.n, 100000) }, (_, row) => row);
  const xs = (PLACES)(stage, rows).map(([x]) => x).sort((one, other) => one - other);
  return xs[Math.floor((xs.length * wanted) / cloud.n)];
}""".replace("PLACES", PLACES)


@dataclass(frozen=True)
class Way:
    """A way of drawing nuclei: its name for the page, and its title."""

    name: str
    title: str

    @property
    def ours(self) -> bool:
        """Whether it is our component."""
        return self.name.startswith("ours")


def visit(way: Way, n: int) -> Found:
    """Do every step once and return what was found; nothing that a step meets ends the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {"BENCH_WAY": way.name, "BENCH_NUCLEI": str(n), "BENCH_FOLDER": folder}
        server = AppServer(ROOT / "benchmarks/cloud_app.py", environment, home)
        try:
            server.start()
            with new_page() as page:
                found = _found(_steps(way, n, Watched(page, home / "runs.jsonl"), server.url))
            return {"open": "failed: the server was ended from outside"} if server.ended() else found
        except (PlaywrightError, RuntimeError) as met:
            return {"open": f"failed: {_first_line(met)}"}  # server or browser did not start
        finally:
            server.stop()


def _found(steps: Iterator[tuple[str, Callable[[], Cost]]]) -> Found:
    found: Found = {}
    end = time.monotonic() + VISIT_LIMIT_S
    for name, step in steps:
        if time.monotonic() > end:
            found[name] = f"not tried: the visit took over {VISIT_LIMIT_S} s"
            continue
        try:
            found[name] = step()
        except PlaywrightTimeout:
            found[name] = f"took over {LIMIT_S} s"
        except (PlaywrightError, TookTooLong) as met:
            found[name] = f"failed: {_first_line(met)}"
        if isinstance(found.get("open"), str):
            break  # nothing was drawn, so nothing can be done with it
    return found


def _first_line(met: Exception) -> str:
    return str(met).splitlines()[0]


def _steps(way: Way, n: int, watched: Watched, address: str) -> Iterator[tuple[str, Callable[[], Cost]]]:
    """The steps in their order; two of them only prepare the next and are not reported."""
    # A reader's second page: the browser has its scripts, and the server its nuclei.
    yield "warm up", lambda: {"seconds": watched.open(address, 100)}
    yield "open", lambda: _open(way, n, watched, address)
    yield "recolour", lambda: watched.press("By table 2")
    yield "filter by type", lambda: watched.press("Keep few types")
    if way.name != "pydeck, address":  # its filter knows types only
        yield "filter to any half", lambda: watched.press("Keep any half")
    yield "back to all", lambda: watched.press("Keep all")
    yield "preset", lambda: watched.press("Look front")
    yield "drag", lambda: watched.drag(_middle(watched), DRAG_S)
    yield "memory", watched.memory
    if way.ours:
        yield "click", lambda: _click_nucleus(watched)
        if n > LASSOED:
            yield "lasso", lambda: _lasso(watched)
        yield "select any half", lambda: watched.press("Select any half")
    elif way.name.startswith("pydeck"):
        yield "click", lambda: _click_about(watched)


def _open(way: Way, n: int, watched: Watched, address: str) -> Cost:
    seconds = watched.open(address, n)
    parts = {"parts": watched.page.locator(".stage").evaluate(PART_SIZES)} if way.ours else {}
    return {"seconds": seconds, **watched.counted(), **parts}


def _scene(watched: Watched) -> Locator:
    kinds = (".stage .over", '[data-testid="stDeckGlJsonChart"]', '[data-testid="stPlotlyChart"]')
    return watched.page.locator(", ".join(kinds)).first


def _corner_and_size(watched: Watched) -> tuple[float, float, float, float]:
    box = _scene(watched).bounding_box()
    if box is None:
        raise TookTooLong("the scene is not on the page")
    return box["x"], box["y"], box["width"], box["height"]


def _middle(watched: Watched) -> tuple[float, float]:
    x, y, width, height = _corner_and_size(watched)
    return x + 0.4 * width, y + height / 2


def _click_nucleus(watched: Watched) -> Cost:
    """Click at a nucleus of ours, which need not be the one in front."""
    x, y, *_ = _corner_and_size(watched)
    [[right, down]] = watched.page.locator(".stage").evaluate(PLACES, [0])
    return watched.act(lambda: watched.page.mouse.click(x + right, y + down), CLICK_LIMIT_S)


def _click_about(watched: Watched) -> Cost:
    """Click at several places of a chart until one of them is a nucleus."""
    x, y = _middle(watched)

    before = len(watched.runs())

    def click() -> None:
        for step in range(8):
            watched.page.mouse.click(x + 17 * step, y + 11 * step)
            watched.page.wait_for_timeout(2000)
            if len(watched.runs()) > before:
                return

    return watched.act(click, CLICK_LIMIT_S)


def _lasso(watched: Watched) -> Cost:
    """Draw a lasso round the 50,000 nuclei that are furthest to the left."""
    page = watched.page
    x, y, _, height = _corner_and_size(watched)
    right = page.locator(".stage").evaluate(ACROSS, LASSOED)
    page.get_by_label("Lasso (L)").click()
    ends = [
        (right, height / 2),
        (right, 2),
        (2, 2),
        (2, height - 2),
        (right, height - 2),
        (right, height / 2),
    ]

    def draw() -> None:
        page.mouse.move(x + ends[0][0], y + ends[0][1])
        page.mouse.down()
        for across, down in ends[1:]:
            page.mouse.move(x + across, y + down, steps=8)
        page.mouse.up()

    return watched.act(draw)
