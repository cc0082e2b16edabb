"""What a pick sends, and what it costs the server, with each panel open that tells of the selection.

Usage: `python -m benchmarks.picks [PAGE …] [--panel Sections …] [--picks 8] [--root OTHER_WORK_TREE]`. On the
synthetic release; entries of the cloud's legend and, on Agreement, matrix cells are picked, all different.
The first pick, which follows on an empty selection, is not counted. Medians, also of the server's processor
time, which other work on the machine does not change by much.
"""

import argparse
import statistics
from functools import partial
from pathlib import Path

from playwright.sync_api import Page
from psutil import Process

from benchmarks.page_visit import address, chromium, environment, open_page, rest, serving
from benchmarks.presses import count_marks, point_at
from tests.browser.server import ROOT, AppServer

PAGES = {"baylor": "legend entry", "soma_nucleus": "legend entry", "agreement": "matrix cell"}
"""What is picked on each page."""
PANELS = ("", "Selection", "A and B", "Sections", "All")
"""Panels, the first the one that the page opens with."""
COUNTED = "() => [__seen.messages, __seen.socket]"


def measure(page: Page, server: AppServer, name: str, panel: str, n_picks: int) -> list[list[float]]:
    """Give messages, kilobytes and processor milliseconds of each pick but the first."""
    choices = {"panel": panel} if panel else {}
    if name == "baylor":  # its own partner has four matrix cells
        choices["with-Baylor fine"] = "Soma-nucleus metamodel"
    page.goto(f"{server.url}/{address(name, **choices)}")
    rest(page)
    kind, process, found = PAGES[name], Process(server.process.pid), []
    n_marks = count_marks(page, kind)
    for number in range(min(n_marks, n_picks + 1)):
        press = point_at(page, kind, number * n_marks // min(n_marks, n_picks + 1))
        rest(page)
        before, worked = page.evaluate(COUNTED), sum(process.cpu_times()[:2])
        press()
        page.wait_for_function("n => __seen.messages > n", arg=before[0])
        rest(page)
        after, worked = page.evaluate(COUNTED), sum(process.cpu_times()[:2]) - worked
        found.append([after[0] - before[0], (after[1] - before[1]) / 1000, 1000 * worked])
    return found[1:]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure what a pick sends.")
    parser.add_argument("pages", nargs="*", choices=[[], *PAGES], metavar="PAGE")
    parser.add_argument("--panel", action="append", choices=PANELS)
    parser.add_argument("--picks", type=int, default=8)
    parser.add_argument("--root", type=Path, default=ROOT, help="the work tree to measure")
    asked = parser.parse_args()
    print("| page | panel | messages | kB | processor ms |\n|---|---|---:|---:|---:|")
    with chromium() as browser, serving(environment(None, None), asked.root) as server:
        act = partial(measure, open_page(browser, (1440, 900)), server)
        for name in asked.pages or PAGES:
            for panel in asked.panel or PANELS:
                found = act(name, panel, asked.picks)
                columns = [statistics.median(column) for column in zip(*found, strict=True)]
                cells = [f"{columns[0]:.0f}", f"{columns[1]:.1f}", f"{columns[2]:.0f}"]
                print(f"| {' | '.join([name, panel or '(first)', *cells])} |", flush=True)


if __name__ == "__main__":
    main()
