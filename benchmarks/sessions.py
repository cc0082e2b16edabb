"""Many people at one server: sessions over Streamlit's websocket, no browsers, clicking through the pages.

Usage: `python benchmarks/sessions.py [--sessions 20] [--minutes 5]`. A server with the synthetic release;
each visitor opens page after page by its link, touches choices, waits as a reader does, and goes on.
Told are tracebacks, the time to the end of a run as a visitor waits for it, and the server's memory.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from streamlit.proto.WidgetStates_pb2 import WidgetState  # noqa: E402

from data.catalog.pages import PAGES  # noqa: E402
from tests.browser.server import AppServer  # noqa: E402
from tests.visitor import Visitor, visiting  # noqa: E402

ADDRESSES = ["", *list(PAGES)[1:]]
THINK_S = (1.0, 5.0)
"""A reader looks at a page for so long before the next click."""
WATCH_EVERY_S = 5.0


@dataclass
class Seen:
    """What the visitors met, all together.

    Attributes
    ----------
    opened, clicked : list of float
        Seconds from a link, or from a touched choice, to the end of the run.
    errors : list of str
        Tracebacks on pages, and connections that broke.
    received : int
        Bytes that all visitors got.
    memory : list of tuple
        The server's resident MB, by seconds since the start.
    """

    opened: list[float] = field(default_factory=list)
    clicked: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)


def visit(port: int, seed: int, until: float, seen: Seen) -> None:
    """Be one visitor until the time is over."""
    chance = random.Random(seed)  # noqa: S311  # a walk through pages, no secret
    try:
        with visiting(port) as visitor:
            while time.monotonic() < until:
                _read_a_page(visitor, chance, until, seen)
            seen.received += visitor.received
    except (OSError, TimeoutError, AssertionError) as error:
        seen.errors.append(f"visitor {seed}: {type(error).__name__}: {error}")


def _read_a_page(visitor: Visitor, chance: random.Random, until: float, seen: Seen) -> None:
    page = chance.choice(ADDRESSES)
    begun = time.perf_counter()
    visitor.widgets.clear()
    visitor.open(page)
    visitor.finish()
    seen.opened.append(time.perf_counter() - begun)
    for _ in range(chance.randint(1, 3)):
        seen.errors += [f"{page or 'overview'}: {said}" for said in visitor.exceptions()]
        time.sleep(chance.uniform(*THINK_S))
        touched = list(changes(visitor))
        if not touched or time.monotonic() > until:
            return
        begun = time.perf_counter()
        visitor.click(chance.choice(touched))
        visitor.finish()
        seen.clicked.append(time.perf_counter() - begun)
    seen.errors += [f"{page or 'overview'}: {said}" for said in visitor.exceptions()]


def changes(visitor: Visitor) -> Iterator[WidgetState]:
    """List what a reader may touch on the page: another word of a list or row of buttons, a box ticked."""
    for element in visitor.elements:
        new = element.new_element
        kind = new.WhichOneof("type")
        if kind == "selectbox":
            yield from (WidgetState(id=new.selectbox.id, string_value=word) for word in new.selectbox.options)
        elif kind == "button_group":
            for option in new.button_group.options:
                state = WidgetState(id=new.button_group.id)
                state.string_array_value.data.append(option.content)
                yield state
        elif kind == "checkbox":
            yield WidgetState(id=new.checkbox.id, bool_value=not new.checkbox.default)


def watch(server: AppServer, begun: float, ended: threading.Event, seen: Seen) -> None:
    """Note the server's memory until the visitors have gone."""
    process = psutil.Process(server.process.pid)
    while True:
        seen.memory.append((time.monotonic() - begun, process.memory_info().rss / 1e6))
        if ended.wait(WATCH_EVERY_S):
            return


def measure(sessions: int, minutes: float) -> Seen:
    """Run a server and its visitors; every page is opened once before the clock starts."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as home:
        server = AppServer(ROOT / "app.py", {"CELL_TYPES_SOURCE": "sample"}, Path(home))
        server.start()
        try:
            with visiting(server.port) as first:
                for page in ADDRESSES:
                    first.open(page)
                    first.finish()
            begun, ended = time.monotonic(), threading.Event()
            watcher = threading.Thread(target=watch, args=(server, begun, ended, seen))
            until = begun + 60 * minutes
            visitors = [
                threading.Thread(target=visit, args=(server.port, n, until, seen)) for n in range(sessions)
            ]
            for thread in (watcher, *visitors):
                thread.start()
            for thread in visitors:
                thread.join()
            ended.set()
            watcher.join()
            seen.errors += [line for line in server.said().splitlines() if "Traceback" in line]
        finally:
            server.stop()
    return seen


def report(seen: Seen, sessions: int, minutes: float) -> str:
    """Write what was found as the tables of README.md."""
    lines = [
        f"{sessions} sessions, {minutes:g} minutes, {os.cpu_count()} cores: {len(seen.opened)} pages opened,",
        f"{len(seen.clicked)} choices touched, {len(seen.errors)} errors, {seen.received / 1e6:,.0f} MB.",
        "",
        "| run | n | median s | 90 % s | 99 % s | longest s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, times in (("a page opened", seen.opened), ("a choice touched", seen.clicked)):
        cuts = statistics.quantiles(times, n=100)
        lines.append(
            f"| {name} | {len(times)} | {cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} | {max(times):.2f} |"
        )
    lines += ["", "| share of the time | the server's memory, MB (median) |", "|---|---:|"]
    quarter = max(1, len(seen.memory) // 4)
    for place in range(4):
        part = [mb for _, mb in seen.memory[place * quarter : (place + 1) * quarter]]
        if part:
            lines.append(f"| quarter {place + 1} | {statistics.median(part):,.0f} |")
    return "\n".join([*lines, *(f"error: {error}" for error in seen.errors)])


def main() -> int:
    """Measure and print; exit 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5.0)
    given = parser.parse_args()
    seen = measure(given.sessions, given.minutes)
    print(report(seen, given.sessions, given.minutes))
    return 1 if seen.errors else 0


if __name__ == "__main__":
    sys.exit(main())
