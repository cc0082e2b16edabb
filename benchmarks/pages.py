"""Server time of every page: `python benchmarks/pages.py [PAGE …]`, on the synthetic release of 144,120 nuclei.

Each page has a process of its own: its first run, as after a start of the server with a filled cache on disk;
then reruns where nothing changed, and reruns after an act that no run before has seen. Timed is the script's
thread from the first callback to the last element, Streamlit's own work on the way included, as `AppTest` runs
it. A second round on the same cache tells nothing new but how steady the numbers are.
"""

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

ROOT = Path(__file__).parents[1]
PAGES = [path.stem for path in sorted((ROOT / "pages").glob("*.py"))]
ROUNDS = 7
TIMEOUT = 600
FILTERED: tuple[list[str], ...] = (
    ["L2/3"], ["L4"], ["L5"], ["L6"], ["L2/3", "L4"], ["L4", "L5"], ["L5", "L6"],
)  # fmt: skip
LEVELS = re.compile(r"level|level-\w+|at-\d+")
KEY = re.compile(r"[0-9a-f]{32}-(.+)")
CLICKED = ("matrix-", "combinations")
"""Charts whose points are clicked."""


@dataclass(frozen=True)
class Run:
    """What one run of a page took: ms by the clock and of the processor, bytes in all and new to the browser."""

    clock: float
    processor: float
    sent: int
    new: int


@dataclass
class Watch:
    """Every run of the page so far."""

    runs: list[Run] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def record(self, clock: float, processor: float, messages: list[Any]) -> None:
        """Add a run; messages large enough to be kept by the browser are sent again only where they differ."""
        for message in messages:
            populate_hash_if_needed(message)
        new = sum(one.ByteSize() for one in messages if one.hash not in self.known)
        self.runs.append(Run(1000 * clock, 1000 * processor, sum(one.ByteSize() for one in messages), new))
        self.known = {one.hash for one in messages if one.metadata.cacheable}


WATCH = Watch()


class TimedRunner(LocalScriptRunner):
    """Runs a page as `AppTest` does, and writes down what that took."""

    def _run_script(self, rerun_data: RerunData) -> None:
        start = time.perf_counter(), time.thread_time()
        super()._run_script(rerun_data)
        ends = time.perf_counter(), time.thread_time()
        WATCH.record(ends[0] - start[0], ends[1] - start[1], self.forward_msgs())


def measure_page(page: str) -> dict[str, list[Run]]:
    """Open a page and do all that is measured, in this process."""
    app_test.LocalScriptRunner = TimedRunner  # type: ignore[misc]
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=TIMEOUT)
    taken = {"first": _runs(app, app.run)}
    app.run()  # the second run alone restores what the first has put into the session
    taken["again"] = [run for _ in range(ROUNDS) for run in _runs(app, app.run)]
    taken["filter"] = list(_after_filters(app))
    taken["level"] = list(_after_levels(app))
    taken["select"] = list(_after_clicks(app))
    return taken


def _runs(app: AppTest, act: Any) -> list[Run]:
    before = len(WATCH.runs)
    act()
    if app.exception:
        raise SystemExit(f"{app.exception[0].message}")
    return WATCH.runs[before:]


def _after_filters(app: AppTest) -> Iterator[Run]:
    """Other layers each time; the filter is taken away in between."""
    layers = [one for one in app.multiselect if one.key == "only-layer"]
    for chosen in FILTERED if layers else ():
        yield from _runs(app, app.multiselect(key="only-layer").set_value(chosen).run)
    if layers:
        app.multiselect(key="only-layer").set_value([]).run()


def _after_levels(app: AppTest) -> Iterator[Run]:
    """Each other level once, then back."""
    controls = [one for one in app.segmented_control if one.key and LEVELS.fullmatch(one.key)]
    for control in controls[:1]:
        key, first = str(control.key), control.value
        for level in [option for option in control.options if option != first]:
            yield from _runs(app, app.segmented_control(key=key).set_value(level).run)
        app.segmented_control(key=key).set_value(first).run()


def _after_clicks(app: AppTest) -> Iterator[Run]:
    """A click on one square of the matrix after the other, or on a bar of the overview."""
    for point in _points(app)[:ROUNDS]:
        chart = _clickable(app)
        states: WidgetStates = app._tree.get_widget_states()  # noqa: SLF001  # AppTest cannot click a chart
        said = json.dumps({"selection": {"points": [point], "point_indices": [], "box": [], "lasso": []}})
        states.widgets.add(id=chart.proto.id, string_value=said)
        yield from _runs(app, lambda states=states: app._run(states))  # type: ignore[misc]  # noqa: SLF001


def _clickable(app: AppTest) -> Any:
    charts = {KEY.search(chart.proto.id)[1]: chart for chart in app.get("plotly_chart")}  # type: ignore[index]
    return next((chart for key, chart in charts.items() if key.startswith(CLICKED)), None)


def _points(app: AppTest) -> list[dict[str, Any]]:
    """What may be clicked, as the browser would say it; the fullest squares are on the diagonal."""
    chart = _clickable(app)
    if chart is None:
        return []
    if not chart.proto.id.endswith("-combinations"):
        traces = json.loads(chart.proto.spec)["data"]
        heat = next(trace for trace in traces if trace["type"] == "heatmap")
        return [{"x": x, "y": y} for x in heat["x"] for y in heat["y"] if x == y] or [
            {"x": heat["x"][i % len(heat["x"])], "y": y} for i, y in enumerate(heat["y"])
        ]
    return [{"customdata": str(place)} for place in range(ROUNDS)]


def main() -> None:
    """Measure each page in a process of its own and print the tables."""
    asked = sys.argv[1:] or PAGES
    found = {}
    for page in asked:
        done = subprocess.run(
            [sys.executable, __file__, "--one", page], check=True, stdout=subprocess.PIPE, text=True
        )
        found[page] = {
            act: [Run(*run) for run in runs] for act, runs in json.loads(done.stdout.splitlines()[-1]).items()
        }
    acts = ("first", "again", "filter", "level", "select")
    print("| page | first run | rerun | new filter | new level | new selection | kB at first | kB at a rerun |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for page, taken in found.items():
        cells = [_cell(taken[act]) for act in acts]
        first, again = taken["first"][0].sent, statistics.median(run.new for run in taken["again"])
        print(f"| {page} | {' | '.join(cells)} | {first / 1000:,.0f} | {again / 1000:,.0f} |")


def _cell(runs: list[Run]) -> str:
    """Medians of the clock and the processor, in ms."""
    if not runs:
        return "–"
    clock, processor = (statistics.median(column) for column in ([r.clock for r in runs], [r.processor for r in runs]))
    return f"{clock:,.0f} ({processor:,.0f})"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--one"]:
        taken = measure_page(sys.argv[2])
        print(json.dumps({act: [list(vars(run).values()) for run in runs] for act, runs in taken.items()}))
    else:
        main()
