"""How long a reader waits: opening, clicking, dragging, changing level and filter, in a real browser.

Usage: `python -m benchmarks.workbench [PAGE …] [--beside 98c8076] [--acts 30] [--opens 5] [--fresh 3]`. The
app is started as `make app` starts it, on the synthetic release, in headless Chromium on software GL. With
`--beside` a commit is checked out and measured in the same run, in turn. *Settled*: the last message and DOM
change before 200 ms without either, no script running then. The browser has the app's scripts in its cache at
every opening but the first, which is not counted; a mark is clicked once, and the first click counts.
"""

import argparse
import json
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from benchmarks.cloud_browser import Watched
from benchmarks.lighting import brush_depths, is_linked, light_mark
from benchmarks.page_visit import chromium, environment, open_page, rest, serving, work_tree
from benchmarks.presses import KINDS, MARKS, click, count_marks, filter_changes, level_changes, point_at
from tests.browser.server import ROOT, AppServer

WINDOW = (1440, 900)
SILENCE_MS = 200
ADDRESSES = {
    "baylor": "baylor?with-Baylor+fine=Soma-nucleus+metamodel",  # its own partner has four matrix cells
    "soma_nucleus": "soma_nucleus",
    "agreement": "agreement",
}
DRAGS, DRAG_S = 5, 3.0
GOALS = {
    "hover → lit": 100,
    "click after a hover → lit": 20,
    "depth brush → lit": 60,
    "frames a second of the brush": 20,
    "click → settled": 250,
    "level or filter → settled": 600,
    "opening → first frame": 1_200,
    "opening → settled": 1_800,
    "fresh process → first frame": 4_000,
    "layout shift": 0.1,
    "messages per click": 25,
    "kB per click": 20,
    "lasso → charts": 150,
    "frames a second of a drag": 25,
    "nuclei in a frame of a drag": 30_000,
}
AT_LEAST = {"frames a second of the brush", "frames a second of a drag", "nuclei in a frame of a drag"}
"""Goals that are to be reached from below."""
# Has the charts that show what is selected note when they are drawn, each the first time; gives how many.
HEAR_CHARTS = """() => {
  const charts = [...document.querySelectorAll(".js-plotly-plot")];
  const shown = charts.filter(chart => chart.layout?.meta?.ghosts);
  const drawn = __seen.drawn = new Map();
  for (const chart of shown) {
    chart.on("plotly_afterplot", () => { drawn.get(chart) ?? drawn.set(chart, performance.now()); });
  }
  return shown.length;
}"""
FIRST_FRAME = "() => window.__seen?.grown.find(([points]) => points > 1000)"


@dataclass
class Side:
    """A server and a browser's page: of this commit, or of the one beside it.

    Attributes
    ----------
    name : str
    server : AppServer
    page : Page
    taken : dict of list of float
        What was measured, by page and measure.
    """

    name: str
    server: AppServer
    page: Page
    taken: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def open(self, name: str, *, first_frame: str = "opening → first frame") -> None:
        """Open a page by its address and note what the opening took."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.server.url}/{ADDRESSES[name]}", wait_until="commit")
        self.page.wait_for_function(FIRST_FRAME, polling=50)
        rest(self.page)
        frame, shift = self.page.evaluate(f"() => [({FIRST_FRAME})()[1], __seen.shift]")
        settled = self.page.evaluate(
            "([from, silence]) => __seen.settled(from, silence, false)", [frame, SILENCE_MS]
        )
        self.taken[name, first_frame].append(frame)
        if first_frame.startswith("opening"):
            self.taken[name, "opening → settled"].append(settled)
            self.taken[name, "layout shift"].append(shift)

    def act(self, name: str, measure: str, press: Callable[[], object]) -> None:
        """Press something and note when all had settled, and what came over the websocket."""
        rest(self.page, 300)
        before = self.page.evaluate(
            "() => { __seen.events = []; return [__seen.messages, __seen.socket, __seen.sent]; }"
        )
        press()
        self.page.wait_for_function("sent => __seen.sent > sent", arg=before[2], polling=50, timeout=5_000)
        settled = self.page.wait_for_function(
            "silence => __seen.settled(__seen.pressed, silence, true)", arg=SILENCE_MS, polling=50
        ).json_value()
        events, pressed, messages, size = self.page.evaluate(
            "() => [__seen.events, __seen.pressed, __seen.messages, __seen.socket]"
        )
        self.taken[name, f"{measure} → settled"].append(settled - pressed)
        arrived = [at - pressed for at, kind, _ in events if kind != "change" and pressed <= at <= settled]
        self.taken[name, f"{measure} → first message"].append(arrived[0])
        self.taken[name, f"{measure} → last message"].append(arrived[-1])
        self.taken[name, f"messages per {measure}"].append(messages - before[0])
        self.taken[name, f"kB per {measure}"].append((size - before[1]) / 1000)


def click_marks(side: Side, name: str, n_acts: int) -> None:
    """Click marks that differ, a third of each kind, or more of one where another has few."""
    side.open(name)
    counts = {kind: count_marks(side.page, kind) for kind in KINDS}
    left = n_acts
    for place, kind in enumerate(sorted(KINDS, key=lambda kind: counts[kind])):  # what is rare first
        share = min(counts[kind], left // (len(KINDS) - place))
        for i in range(share):
            try:
                side.act(name, "click", point_at(side.page, kind, i * counts[kind] // share))
            except PlaywrightError as met:
                print(f"  {side.name}, {name}, {kind} {i}: {str(met).splitlines()[0]}", file=sys.stderr)
        left -= share


def light_marks(side: Side, name: str, n_acts: int) -> None:
    """Bring the pointer to bars and matrix cells that differ, click them, and drag over depths."""
    side.open(name)
    page, taken = side.page, side.taken
    if not is_linked(page):
        return
    for kind in ("bar", "matrix cell"):
        n = count_marks(page, kind)
        share = min(n, n_acts // 3)
        for i in range(share):
            place = page.evaluate(MARKS, kind)[i * n // share]
            page.mouse.move(2, 2)
            rest(page, 300)
            for measure, took in light_mark(page, place, partial(click, page)).items():
                taken[name, measure].append(took)
    rest(page, 300)
    steps, frames = brush_depths(page)
    taken[name, "depth brush → lit"] += steps
    taken[name, "frames a second of the brush"].append(frames)


def draw_lassos(side: Side, name: str, n_acts: int) -> None:
    """Draw boxes around nuclei of the cloud, and note when the last chart in sight shows what is in them."""
    side.open(name)
    page = side.page
    charts = page.evaluate(HEAR_CHARTS)
    if not charts:
        return
    page.get_by_label("Box (B)").click()
    area = page.locator(".stage .over").bounding_box()
    assert area is not None
    for number in range(n_acts):
        x, y = area["x"] + area["width"] * (0.35 + 0.02 * (number % 5)), area["y"] + area["height"] * 0.4
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + area["width"] * 0.2, y + area["height"] * 0.2, steps=4)
        rest(page, 300)
        page.evaluate("() => __seen.drawn.clear()")
        page.mouse.up()
        page.wait_for_function("n => __seen.drawn.size === n", arg=charts, polling=50)
        last = "() => Math.max(...__seen.drawn.values()) - __seen.pressed"
        side.taken[name, "lasso → charts"].append(page.evaluate(last))
        rest(page)


def drag_cloud(side: Side, name: str) -> None:
    """Turn the cloud by the mouse, and count frames and the nuclei in them; the first time is not counted."""
    side.open(name)
    area = side.page.locator(".stage .over").bounding_box()
    assert area is not None
    middle = (area["x"] + 0.45 * area["width"], area["y"] + area["height"] / 2)
    watched = Watched(side.page, Path())
    for found in [watched.drag(middle, DRAG_S) for _ in range(DRAGS + 1)][1:]:
        side.taken[name, "frames a second of a drag"].append(found["frames"])
        side.taken[name, "nuclei in a frame of a drag"].append(found["points"])


def change_choices(side: Side, name: str) -> None:
    """Choose each other level once, then add one layer after another to the filter."""
    side.open(name)
    page, measure = side.page, "level or filter"
    for press in [*level_changes(page), *filter_changes(page)]:
        try:
            side.act(name, measure, press())
        except PlaywrightError as met:
            print(f"  {side.name}, {name}, {measure}: {str(met).splitlines()[0]}", file=sys.stderr)


def measure(sides: list[Side], names: list[str], acts: int, opens: int, fresh: int) -> None:
    """Measure every page on every side, in turn."""
    for name in names:
        for side in sides:
            side.open(name)  # fills the server's and the browser's caches
            for key in [key for key in side.taken if key[0] == name]:
                del side.taken[key]
        for _ in range(opens):
            for side in sides:
                side.open(name)
        in_turn: list[Callable[[Side, str], None]] = [
            partial(light_marks, n_acts=acts), partial(click_marks, n_acts=acts),
            partial(draw_lassos, n_acts=acts // 3), drag_cloud, change_choices,
        ]  # fmt: skip
        for act, side in product(in_turn, sides):
            act(side, name)
        for _ in range(fresh):
            for side in sides:
                side.page.goto("about:blank")
                side.server.stop()
                side.server.start()
                side.open(name, first_frame="fresh process → first frame")


def report(sides: list[Side], names: list[str]) -> str:
    """Write the medians, with the 90th percentiles in brackets, as a table."""
    heads = ["page", "measure", "goal", *(f"{side.name}: median (90 %) n" for side in sides), "reached"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name in names:
        for measure in dict.fromkeys(key[1] for side in sides for key in side.taken if key[0] == name):
            goal = GOALS.get(measure)
            cells = [_in_words(side.taken.get((name, measure), [])) for side in sides]
            mine = sides[-1].taken.get((name, measure), [])
            limit = "" if goal is None else f"{'≥' if measure in AT_LEAST else '≤'} {goal:,}"
            reached = "" if goal is None or not mine else "yes" if _reaches(measure, mine) else "**no**"
            lines.append(f"| {' | '.join([name, measure, limit, *cells, reached])} |")
    return "\n".join(lines)


def _reaches(measure: str, values: list[float]) -> bool:
    median, goal = statistics.median(values), GOALS[measure]
    return median >= goal if measure in AT_LEAST else median <= goal


def _in_words(values: list[float]) -> str:
    if not values:
        return "–"
    tenths = statistics.quantiles(values, n=10, method="inclusive") if len(values) > 1 else values
    digits = 2 if max(values) < 5 else 0
    return f"{statistics.median(values):,.{digits}f} ({tenths[-1]:,.{digits}f}) {len(values)}"


def _side(name: str, root: Path, browser: Browser, stack: ExitStack) -> Side:
    server = stack.enter_context(serving(environment(None, None), root))
    return Side(name, server, open_page(browser, WINDOW))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Measure how long a reader waits.")
    parser.add_argument("pages", nargs="*", choices=[[], *ADDRESSES], metavar="PAGE")
    parser.add_argument("--beside", metavar="COMMIT", help="measure this commit too, in turn")
    parser.add_argument("--acts", type=int, default=30)
    parser.add_argument("--opens", type=int, default=5)
    parser.add_argument("--fresh", type=int, default=3, help="starts of the server")
    parser.add_argument("--json", type=Path, help="where to keep every number")
    asked = parser.parse_args()
    names = asked.pages or [*ADDRESSES]
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        sides = []
        if asked.beside:
            sides.append(_side(asked.beside, stack.enter_context(work_tree(asked.beside)), browser, stack))
        sides.append(_side("this commit", ROOT, browser, stack))
        measure(sides, names, asked.acts, asked.opens, asked.fresh)
    print(report(sides, names))
    loads = f"load {load:.1f} at the beginning, {os.getloadavg()[0]:.1f} at the end"
    print(f"Times in ms. {os.cpu_count()} cores, {loads}.")
    if asked.json:
        taken = {side.name: {" · ".join(key): values for key, values in side.taken.items()} for side in sides}
        asked.json.write_text(json.dumps(taken, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
