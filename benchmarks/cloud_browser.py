"""A browser of its own that looks at the page, counts, and does with the mouse what a reader does."""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from playwright.sync_api import Page

from benchmarks.page_visit import WAIT_MS, chromium, open_page

LIMIT_S = WAIT_MS / 1000
AT_REST = """quiet => window.__seen?.quiet >= quiet
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning" """
FETCHED = """() => performance.getEntriesByType("resource").filter(one => one.name.includes("/nuclei/"))
  .reduce((sum, one) => sum + one.decodedBodySize, 0)"""


class TookTooLong(Exception):
    """A step went over `LIMIT_S`."""


@contextmanager
def new_page() -> Iterator[Page]:
    """Start a Chromium and open an empty page that counts; close both at the end."""
    with chromium() as browser:
        yield open_page(browser, (1280, 900))


class Watched:
    """A page that draws `n` nuclei, and the log of its server.

    Parameters
    ----------
    page : Page
    log : Path
        One line of JSON for each run of the fragment.
    """

    def __init__(self, page: Page, log: Path) -> None:
        self.page = page
        self.log = log

    def open(self, address: str, n: int) -> float:
        """Go to the page and return the seconds until the GPU had drawn everything."""
        self.page.goto(f"{address}/?n={n}", wait_until="commit")
        self.wait("n => window.__seen?.grown.some(([points]) => points >= n)", n)
        self.rest()
        grown: list[list[float]] = self.page.evaluate("__seen.grown")
        # Where each point is many vertices, or traces come one by one, full is what no later picture exceeds.
        full = max(n, 0.99 * max(points for points, _ in grown))
        return next(at for points, at in grown if points >= full) / 1000

    def wait(self, condition: str, told: int | None = None, seconds: float = LIMIT_S) -> None:
        """Wait until a JavaScript condition holds."""
        self.page.wait_for_function(condition, arg=told, polling=100, timeout=1000 * seconds)

    def rest(self) -> None:
        """Wait until server, page and GPU have nothing more to do."""
        self.wait(AT_REST, 10)
        self.page.evaluate("__seen.finish()")

    def runs(self) -> list[dict[str, float]]:
        """What the server has logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def act(self, act: Callable[[], object], seconds: float = LIMIT_S) -> dict[str, float]:
        """Do something that makes the fragment run, wait for rest, and return what it cost.

        Returns
        -------
        dict
            `bytes` to the browser, of it those of our `view`, bytes `uploaded` to the GPU, `ms` of all
            runs of the fragment that the act caused, and nuclei `selected` then.
        """
        before, seen = self.runs(), self.counted()
        act()
        deadline = time.monotonic() + seconds
        while len(self.runs()) == len(before):
            if time.monotonic() > deadline:
                raise TookTooLong(f"nothing reached the server within {seconds:g} s")
            self.page.wait_for_timeout(50)
        self.page.evaluate("__seen.quiet = 0")  # what the run sends may still be on its way
        self.rest()
        new = self.runs()[len(before) :]
        grown = {name: count - seen[name] for name, count in self.counted().items()}
        return {**grown, "ms": sum(run["ms"] for run in new), "selected": new[-1]["selected"]}

    def counted(self) -> dict[str, float]:
        """What has come to the browser and gone to the GPU so far, in bytes."""
        fetched = self.page.evaluate(FETCHED)
        socket, view, uploaded = self.page.evaluate("[__seen.socket, __seen.view, __seen.uploaded]")
        counts = {"bytes": socket + fetched, "view": view, "uploaded": uploaded}
        for stage in self.page.locator(".stage").all():  # ours says which of it were columns
            counts["columns"] = stage.evaluate("stage => stage.__cloud.renderer.painter.uploaded.columns")
        return counts

    def press(self, words: str) -> dict[str, float]:
        """Press the button that says this."""
        return self.act(lambda: self.page.get_by_text(words, exact=True).click())

    def drag(self, place: tuple[float, float], seconds: float) -> dict[str, float]:
        """Turn the scene with the mouse.

        Returns
        -------
        dict
            `frames` finished per second, `points` in each, and the milliseconds of processor time
            that `renderer` and `gpu-process` needed for each.
        """
        mouse, (x, y) = self.page.mouse, place
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 12, y + 3, steps=3)
        frames, begun = self.page.evaluate("[__seen.sizes.length, __seen.finish()]")
        busy = cpu_seconds()
        self._swing(x, y, seconds)
        sizes, ended = self.page.evaluate("[__seen.sizes, __seen.finish()]")
        used = cpu_seconds()
        mouse.up()
        self.rest()
        drawn = sizes[frames:]
        if not drawn:
            raise TookTooLong(f"no frame within {seconds:g} s of dragging")
        return {
            "frames": 1000 * len(drawn) / (ended - begun),
            "points": statistics.median(drawn),
            **{kind: 1000 * (seconds - busy[kind]) / len(drawn) for kind, seconds in used.items()},
        }

    def _swing(self, x: float, y: float, seconds: float) -> None:
        step, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            step += 1
            swing = 120 - abs(step * 3 % 480 - 240)
            self.page.mouse.move(x + swing, y + swing / 4)
            time.sleep(0.008)  # no more moves than the screen could show

    def memory(self) -> dict[str, float]:
        """Megabytes after a collection: JavaScript heap, and resident size of renderer and GPU process."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        resident = {kind: process.memory_info().rss / 1e6 for kind, process in painters().items()}
        return {"heap": metrics["JSHeapUsedSize"] / 1e6, **resident}


def painters() -> dict[str, psutil.Process]:
    """The browser's processes that paint: the page's renderer and the one that stands in for the GPU."""
    found: dict[str, psutil.Process] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has ended meanwhile
            kind = next((word[7:] for word in process.cmdline() if word.startswith("--type=")), "")
            size = process.memory_info().rss
            # Of several renderers the page's is the largest.
            if kind in {"renderer", "gpu-process"} and (
                kind not in found or size > found[kind].memory_info().rss
            ):
                found[kind] = process
    return found


def cpu_seconds() -> dict[str, float]:
    """Processor time that the painting processes have used so far."""
    return {kind: sum(process.cpu_times()[:2]) for kind, process in painters().items()}
