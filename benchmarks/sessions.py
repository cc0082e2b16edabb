"""Many people at one server: sessions over Streamlit's websocket, no browsers, clicking through the pages.

Usage: `python -m benchmarks.sessions [--sessions 20] [--minutes 5] [--seed 0] [--servers 1]`. A server with
the synthetic release, started as `make app` starts it; two of them stand behind nginx, as docs/serving sets
it up, over one cache. Each reader opens page after page by its link, waits, and touches
choices and charts, which are found on the page at run time. Told are errors, the seconds until a run has
ended, the server's processor time for a run, and its memory.
"""

import argparse
import base64
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from data.catalog.pages import PAGES
from tests.browser.server import AppServer
from tests.nginx import Nginx, nginx_missing, running_nginx
from tests.visitor import ANSWER_WITHIN_S, Visitor, visiting

ROOT = Path(__file__).parents[1]
ADDRESSES = ["", *list(PAGES)[1:]]
THINK_S = (1.0, 5.0)
"""A reader looks at a page for so long before the next click."""
WATCH_EVERY_S = 1.0
MOST_CLICKS = 3
"""Choices that a reader touches on a page, at most."""
MESSAGE_RUNS = 2
"""Runs for which a browser keeps a large message that did not come again: Streamlit's maxCachedMessageAge."""
PARTS = 3


class Reader(Visitor):
    """A visitor who keeps what a browser keeps: elements outside a fragment that ran, and large messages."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(visitor.socket)
        self.drawn: dict[tuple[int, ...], tuple[Delta, int]] = {}
        self.messages: dict[str, tuple[ForwardMsg, int]] = {}
        self.run = 0
        self.fragments: frozenset[str] = frozenset()
        self.asked = ""

    def open(self, page: str = "", query: Mapping[str, str] | None = None) -> None:
        """Leave the page for another."""
        self.widgets.clear()
        self.drawn.clear()
        self.asked = f"the page {page!r}"
        super().open(page, query)

    def step(self, timeout: float = ANSWER_WITHIN_S) -> ForwardMsg:
        """Take one message of the server's, a large one that came before from memory."""
        message = super().step(timeout)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.run += 1
            self.fragments = frozenset(message.metadata.run.fragment_ids)
        elif kind == "ref_hash":
            known, _ = self.messages[message.ref_hash]
            self.messages[message.ref_hash] = known, self.run
            self._draw(known.delta, message)
        elif kind == "delta":
            if message.metadata.cacheable:
                self.messages[message.hash] = message, self.run
            self._draw(message.delta, message)
        elif kind == "script_finished" and message.script_finished in ENDS:
            self._forget()
        return message

    def finish(self, timeout: float = ANSWER_WITHIN_S) -> None:
        """Take messages until the page or its fragment has run."""
        message = self.step(timeout)
        while message.WhichOneof("type") != "script_finished" or message.script_finished not in ENDS:
            message = self.step(timeout)

    def touch(self, fragment: str, state: WidgetState) -> None:
        """Touch a widget; only its fragment runs, where it stands in one."""
        self.widgets[state.id] = state
        self.asked = f"{state} of the fragment {fragment!r}, on {self.page}"
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.extend(self.widgets.values())
        self._send(message)

    def _send(self, message: BackMsg) -> None:
        message.rerun_script.cached_message_hashes.extend(self.messages)
        super()._send(message)

    def _draw(self, delta: Delta, message: ForwardMsg) -> None:
        self.drawn[tuple(message.metadata.delta_path)] = delta, self.run

    def _forget(self) -> None:
        """Drop what the run that ended did not draw again, and large messages that no run names any more.

        What stood in a fragment goes with it, fragments of their own too; so does what was touched there.
        """
        places = [
            _root([path for path, (delta, _) in self.drawn.items() if delta.fragment_id == name])
            for name in self.fragments
        ]
        inside = [place for place in places if place]
        self.drawn = {
            path: (delta, run)
            for path, (delta, run) in self.drawn.items()
            if run == self.run
            or (self.fragments and not any(path[: len(place)] == place for place in inside))
        }
        self.elements = [delta for delta, _ in self.drawn.values()]
        on_page = {_widget_id(delta) for delta in self.elements}
        self.widgets = {name: state for name, state in self.widgets.items() if name in on_page}
        if not self.fragments:
            self.messages = {
                name: (message, run)
                for name, (message, run) in self.messages.items()
                if run >= self.run - MESSAGE_RUNS
            }


def _root(paths: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The innermost place that all of these are in."""
    same = takewhile(lambda steps: len(set(steps)) == 1, zip(*paths, strict=False))
    return tuple(steps[0] for steps in same)


def _widget_id(delta: Delta) -> str:
    new = delta.new_element
    kind = new.WhichOneof("type")
    return delta.add_block.tab_container.id or str(getattr(getattr(new, kind), "id", "") if kind else "")


ENDS = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}


@dataclass
class Seen:
    """What the readers met, all together.

    Attributes
    ----------
    opened : list of float
        Seconds from a link to the end of the run.
    clicked : dict
        Seconds from a touched widget to the end of the run, by kind of widget.
    errors : list of str
        Tracebacks on pages, and connections that broke.
    received : int
        Bytes that all readers got.
    memory : list of float
        Resident MB of the servers together, every second.
    processor : float
        Seconds that the servers' processes used.
    visitors : Counter
        Sessions of each server, by its address; nothing without nginx.
    """

    opened: list[float] = field(default_factory=list)
    clicked: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    received: int = 0
    memory: list[float] = field(default_factory=list)
    processor: float = 0.0
    visitors: Counter[str] = field(default_factory=Counter)


def visit(port: int, behind: Nginx | None, seed: int, until: float, seen: Seen) -> None:
    """Be one reader until the time is over."""
    chance = random.Random(seed)  # noqa: S311  # a walk through pages, no secret
    reader = None
    try:
        with visiting(port, behind=behind) as visitor:
            reader = Reader(visitor)
            while time.monotonic() < until:
                _read_a_page(reader, chance, until, seen)
            seen.received += reader.received
    except (OSError, TimeoutError, AssertionError, KeyError) as error:
        asked = reader.asked if reader else "a connection"
        seen.errors.append(f"reader {seed}, who asked for {asked}: {type(error).__name__}: {error}")


def _read_a_page(reader: Reader, chance: random.Random, until: float, seen: Seen) -> None:
    page = chance.choice(ADDRESSES)
    begun = time.perf_counter()
    reader.open(page)
    reader.finish()
    seen.opened.append(time.perf_counter() - begun)
    for _ in range(chance.randint(1, MOST_CLICKS)):
        seen.errors += [f"{page or 'overview'}: {error}" for error in reader.exceptions()]
        time.sleep(chance.uniform(*THINK_S))
        touchable = list(touchables({path: delta for path, (delta, _) in reader.drawn.items()}))
        if not touchable or time.monotonic() > until:
            return
        kind, fragment, states = chance.choice(touchable)
        begun = time.perf_counter()
        reader.touch(fragment, chance.choice(states))
        reader.finish()
        seen.clicked.setdefault(kind, []).append(time.perf_counter() - begun)
    seen.errors += [f"{page or 'overview'}: {error}" for error in reader.exceptions()]


def touchables(drawn: Mapping[tuple[int, ...], Delta]) -> Iterator[tuple[str, str, list[WidgetState]]]:
    """List the widgets that a reader may touch: the kind, the fragment, and the states to choose from."""
    for path, element in drawn.items():
        new = element.new_element
        kind: str | None = new.WhichOneof("type")
        states: list[WidgetState] = []
        if tabs := element.add_block.tab_container.id:
            kind = "tabs"
            titles = [delta.add_block.tab.label for place, delta in drawn.items() if place[:-1] == path]
            states = [WidgetState(id=tabs, string_value=title) for title in titles]
        elif kind == "selectbox":
            states = [WidgetState(id=new.selectbox.id, string_value=word) for word in new.selectbox.options]
        elif kind == "button_group":
            for option in new.button_group.options:
                state = WidgetState(id=new.button_group.id)
                state.string_array_value.data.append(option.content)
                states.append(state)
        elif kind == "checkbox":
            states = [WidgetState(id=new.checkbox.id, bool_value=not new.checkbox.default)]
        elif kind == "plotly_chart" and new.plotly_chart.selection_mode:
            states = list(_clicks(new.plotly_chart.id, json.loads(new.plotly_chart.spec)))
        if kind and states:
            yield kind, element.fragment_id, states


def _clicks(chart: str, spec: dict[str, Any]) -> Iterator[WidgetState]:
    """Clicks on marks of a chart: bars, cells of a matrix; ten of each trace at most."""
    for number, trace in enumerate(spec["data"]):
        if trace.get("type") not in ("bar", "scatter", "scattergl") or trace.get("hoverinfo") == "skip":
            continue
        rows = {name: _values(trace[name]) for name in ("x", "y", "customdata") if name in trace}
        n_marks = min(map(len, rows.values()), default=0)
        for index in range(0, n_marks, n_marks // 10 + 1):
            point = {"curve_number": number, "point_number": index, "point_index": index}
            point |= {name: values[index] for name, values in rows.items()}
            picked = {"points": [point], "point_indices": [index], "box": [], "lasso": []}
            yield WidgetState(id=chart, string_value=json.dumps({"selection": picked}))


def _values(values: list[Any] | dict[str, Any]) -> list[Any]:
    """A trace's values, which plotly writes as a list or as bytes."""
    if isinstance(values, list):
        return values
    flat = np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    shape = [int(n) for n in str(values.get("shape", len(flat))).split(",")]
    listed: list[Any] = flat.reshape(shape).tolist()
    return listed


def watch(processes: Sequence[psutil.Process], ended: threading.Event, seen: Seen) -> None:
    """Note the servers' memory until the readers have gone."""
    while True:
        seen.memory.append(sum(process.memory_info().rss for process in processes) / 1e6)
        if ended.wait(WATCH_EVERY_S):
            return


def measure(sessions: int, minutes: float, seed: int = 0, n_servers: int = 1) -> Seen:
    """Run the servers and their readers; every page is opened once at each before the clock starts."""
    seen = Seen()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = [_server(home, number) for number in range(n_servers)]
        for server in servers:
            server.start()
            stack.callback(server.stop)
            with visiting(server.port) as first:
                for page in ADDRESSES:
                    first.open(page)
                    first.finish()
        behind = None
        if n_servers > 1:
            behind = stack.enter_context(running_nginx([server.port for server in servers], home))
        processes, ended = [psutil.Process(server.process.pid) for server in servers], threading.Event()
        watcher = threading.Thread(target=watch, args=(processes, ended, seen))
        used = _processor(processes)
        until = time.monotonic() + 60 * minutes
        port = behind.port if behind else servers[0].port
        readers = [
            threading.Thread(target=visit, args=(port, behind, seed * sessions + n, until, seen))
            for n in range(sessions)
        ]
        for thread in (watcher, *readers):
            thread.start()
        for thread in readers:
            thread.join()
        ended.set()
        watcher.join()
        seen.processor = _processor(processes) - used
        for server in servers:
            seen.errors += [line for line in server.said().splitlines() if "Traceback" in line]
        if behind:
            seen.visitors.update(server for path, server in behind.served() if path.endswith("/stream"))
            missing = n_servers - len(seen.visitors)
            seen.errors += ["a server had no visitor"] * missing
    return seen


def _server(home: Path, number: int) -> AppServer:
    """A server with a home of its own, over the cache of all."""
    folder = home / f"server {number}"
    folder.mkdir()
    settings = {
        "CELL_TYPES_SOURCE": "sample",
        "CELL_TYPES_CACHE": str(home / "cache"),
        "STREAMLIT_SERVER_COOKIE_SECRET": "of the benchmark",
    }
    return AppServer(ROOT / "app.py", settings, folder)


def _processor(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def report(seen: Seen, sessions: int, minutes: float) -> str:
    """Write what was found as the tables of README.md."""
    clicked = [seconds for times in seen.clicked.values() for seconds in times]
    n_runs = len(seen.opened) + len(clicked)
    lines = [
        f"{sessions} sessions, {minutes:g} minutes, {os.cpu_count()} cores: {len(seen.opened)} pages opened,",
        f"{len(clicked)} choices touched, {len(seen.errors)} errors, {seen.received / 1e6:,.0f} MB,",
        f"{1000 * seen.processor / n_runs:,.0f} ms of the servers' processor time for each.",
        *(f"{n} of the sessions at {server}." for server, n in sorted(seen.visitors.items())),
        "",
        "| run | n | median s | 90 % s | 99 % s | longest s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    kinds = {f"– {kind}": times for kind, times in sorted(seen.clicked.items())}
    for name, times in {"a page opened": seen.opened, "a choice touched": clicked, **kinds}.items():
        if len(times) > 1:
            cuts = statistics.quantiles(times, n=100)
            spread = f"{cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} | {max(times):.2f}"
            lines.append(f"| {name} | {len(times)} | {spread} |")
    lines += ["", "| share of the time | memory of all servers, MB (median) |", "|---|---:|"]
    for n, part in enumerate(np.array_split(seen.memory, PARTS), 1):
        lines.append(f"| third {n} | {np.median(part):,.0f} |")
    lines.append(f"| peak | {max(seen.memory):,.0f} |")
    return "\n".join([*lines, *(f"error: {error}" for error in seen.errors)])


def main() -> int:
    """Measure and print; exit 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=0, help="another walk through the pages")
    parser.add_argument("--servers", type=int, choices=(1, 2), default=1, help="two: behind nginx")
    given = parser.parse_args()
    if given.servers > 1 and (missing := nginx_missing()):
        parser.error(missing)
    seen = measure(given.sessions, given.minutes, given.seed, given.servers)
    print(report(seen, given.sessions, given.minutes))
    return 1 if seen.errors else 0


if __name__ == "__main__":
    sys.exit(main())
