"""Server time of every page: `python benchmarks/pages.py [PAGE …]`, on the synthetic release.

Each page has a process of its own: its first run, as after a start of the server whose cache on disk is full;
then reruns where nothing changed, and reruns after an act that no run before has seen. The clock runs from
the first callback to the last element, with Streamlit's own work in between: `AppTest` runs the page, and no
browser is there.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Node
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

ROOT = Path(__file__).parents[1]
ROUNDS = 7
TIMEOUT = 600
ACTS = ("first run", "rerun", "new filter", "new level", "new selection")
LAYERS = (["L2/3"], ["L4"], ["L5"], ["L6"], ["L2/3", "L4"], ["L4", "L5"], ["L5", "L6"])
LEVEL = re.compile(r"level|level-\w+|at-\d+")
CLICKED = re.compile(r"[0-9a-f]{32}-(matrix-.+|combinations)")
"""Widgets by their keys: the choice of level, and the charts whose points can be clicked."""


@dataclass(frozen=True)
class Run:
    """What one run of a page took, in ms by the clock and of the processor, and sent.

    Attributes
    ----------
    clock, processor : float
    sent, new : int
        Bytes to the browser, and those of them that it did not have from the run before.
    """

    clock: float
    processor: float
    sent: int
    new: int


@dataclass
class Watch:
    """All runs of the page so far, and the messages that the browser keeps."""

    runs: list[Run] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    def record(self, clock: float, processor: float, messages: list[ForwardMsg]) -> None:
        """Add a run; a large message that is the same again goes to the browser as its name only."""
        for message in messages:
            populate_hash_if_needed(message)
        sent = sum(message.ByteSize() for message in messages)
        new = sum(message.ByteSize() for message in messages if message.hash not in self.kept)
        self.runs.append(Run(1000 * clock, 1000 * processor, sent, new))
        self.kept = {message.hash for message in messages if message.metadata.cacheable}


WATCH = Watch()


class TimedRunner(LocalScriptRunner):
    """Runs a page as `AppTest` does, and writes down what that took."""

    def _run_script(self, rerun_data: RerunData) -> None:
        start = time.perf_counter(), time.thread_time()
        super()._run_script(rerun_data)
        end = time.perf_counter(), time.thread_time()
        WATCH.record(end[0] - start[0], end[1] - start[1], self.forward_msgs())


def measure_page(page: str) -> dict[str, list[Run]]:
    """Open a page in this process and do all that is measured."""
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=TIMEOUT)
    with (
        patch("streamlit.testing.v1.app_test.LocalScriptRunner", TimedRunner),
        # `AppTest` has long lists sent whole; a server sends what is in sight.
        patch("streamlit.dataframe.lazy_df_source.config", SimpleNamespace(get_option=lambda _: False)),
    ):
        first = runs_of(app, app.run)
        app.run()  # it alone restores what the first run has put into the session
        again = [run for _ in range(ROUNDS) for run in runs_of(app, app.run)]
        filtered, levelled, clicked = list(filtering(app)), list(levelling(app)), list(clicking(app))
    return dict(zip(ACTS, (first, again, filtered, levelled, clicked), strict=True))


def runs_of(app: AppTest, act: Callable[[], object]) -> list[Run]:
    """Do something to a page and give the runs that it caused."""
    before = len(WATCH.runs)
    act()
    if app.exception:
        raise SystemExit(app.exception[0].message)
    return WATCH.runs[before:]


def filtering(app: AppTest) -> Iterator[Run]:
    """Filter by other layers each time; at the end by none."""
    key = "only-layer"
    if key not in {choice.key for choice in app.multiselect}:
        return
    for layers in LAYERS:
        yield from runs_of(app, app.multiselect(key=key).set_value(layers).run)
    app.multiselect(key=key).set_value([]).run()


def levelling(app: AppTest) -> Iterator[Run]:
    """Choose each other level once; at the end the first again."""
    for choice in [one for one in app.segmented_control if LEVEL.fullmatch(one.key or "")][:1]:
        key, first = str(choice.key), choice.value
        for level in choice.options:
            if level != first:
                yield from runs_of(app, app.segmented_control(key=key).set_value(level).run)
        app.segmented_control(key=key).set_value(first).run()


def clicking(app: AppTest) -> Iterator[Run]:
    """Click one square of the matrix after the other, or one bar of the overview."""
    if clickable(app) is None:
        return
    for point in points(app)[:ROUNDS]:
        yield from runs_of(app, lambda point=point: click(app, point))  # type: ignore[misc]


def click(app: AppTest, point: dict[str, str]) -> None:
    """Say what the browser would: `AppTest` itself cannot click a chart."""
    chart = clickable(app)
    states = app._tree.get_widget_states()  # noqa: SLF001
    said = {"selection": {"points": [point], "point_indices": [], "box": [], "lasso": []}}
    states.widgets.add(id=getattr(chart, "proto").id, string_value=json.dumps(said))  # noqa: B009
    app._run(states)  # noqa: SLF001


def clickable(app: AppTest) -> Node | None:
    """Find the chart that can be clicked."""
    return next((one for one in app.get("plotly_chart") if CLICKED.search(one.proto.id)), None)


def points(app: AppTest) -> list[dict[str, str]]:
    """List what can be clicked: the squares of the matrix, or the places of the bars."""
    chart: Any = clickable(app)
    traces = json.loads(chart.proto.spec)["data"]
    squares = next((trace for trace in traces if trace["type"] == "heatmap"), None)
    if squares is None:
        return [{"customdata": str(place)} for place in range(ROUNDS)]
    return [
        {"x": squares["x"][place % len(squares["x"])], "y": row} for place, row in enumerate(squares["y"])
    ]


def main(wanted: list[str]) -> None:
    """Measure pages, by default all, each in a process of its own, and print the table."""
    from data.catalog import TABLES
    from data.catalog.pages import PAGES
    from data.loader import open_release
    from data.settings import read_settings

    os.environ["CELL_TYPES_SOURCE"] = "sample"
    open_release(read_settings({}), sample_when_offline=False).load_release(list(TABLES))
    heads = ["page", *ACTS, "kB at first", "kB at a rerun"]
    print(f"| {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) - 1)}")
    for page in wanted or PAGES:
        command = [sys.executable, __file__, "--one", page]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        taken = {act: [Run(*run) for run in runs] for act, runs in json.loads(said).items()}
        sent, new = taken["first run"][0].sent, statistics.median(run.new for run in taken["rerun"])
        cells = [page, *(in_words(taken[act]) for act in ACTS), f"{sent / 1000:,.0f}", f"{new / 1000:,.0f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def in_words(runs: list[Run]) -> str:
    """Medians: ms by the clock, and of the processor in brackets."""
    if not runs:
        return "–"
    clock, processor, *_ = (statistics.median(column) for column in zip(*map(astuple, runs), strict=True))
    return f"{clock:,.0f} ({processor:,.0f})"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--one"]:
        measured = measure_page(sys.argv[2])
        print(json.dumps({act: [astuple(run) for run in runs] for act, runs in measured.items()}))
    else:
        main(sys.argv[1:])
