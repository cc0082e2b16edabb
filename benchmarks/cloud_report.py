"""What was found, as a section of `README.md`; a new run replaces the section and nothing else."""

import os
import platform
import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path

import psutil

from benchmarks.cloud_browser import LIMIT_S
from benchmarks.cloud_goals import SMALL, Findings, goals
from benchmarks.cloud_visit import VISIT_LIMIT_S, Cost, Way

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- cloud.py writes from here -->", "<!-- cloud.py writes to here -->"
Cell = Callable[[Cost], str]


def size(count: float) -> str:
    """Write a number of bytes for readers."""
    if count < 1e4:
        return f"{count:,.0f} B"
    return f"{count / 1e3:,.1f} kB" if count < 1e6 else f"{count / 1e6:,.2f} MB"


def acted(cost: Cost) -> str:
    """Write what an act cost: to the browser, to the GPU, on the server."""
    return f"{size(cost['bytes'])} · {size(cost['uploaded'])} · {cost['ms']:.1f} ms"


ROWS: tuple[tuple[str, str, Cell], ...] = (
    ("first full draw, s", "open", lambda cost: f"{cost['seconds']:.2f}"),
    ("bytes once", "open", lambda cost: size(cost["bytes"])),
    ("to the GPU at first", "open", lambda cost: size(cost["uploaded"])),
    *((f"{step}: to the browser · to the GPU · server", step, acted) for step in SMALL),
    ("dragging, frames/s", "drag", lambda cost: f"{cost['frames']:.1f}"),
    ("dragging, points (plotly: vertices) in a frame", "drag", lambda cost: f"{cost['points']:,.0f}"),
    (
        "dragging, processor ms for a frame: page · GPU process",
        "drag",
        lambda cost: f"{cost['renderer']:.0f} · {cost['gpu-process']:.0f}",
    ),
    (
        "memory, MB: JS heap · renderer · GPU process",
        "memory",
        lambda cost: f"{cost['heap']:.0f} · {cost['renderer']:.0f} · {cost['gpu-process']:.0f}",
    ),
)
COMMAND = """```console
.venv/bin/python -m benchmarks.cloud
```"""
HOW = """How it is measured. The nuclei are **made up** (`cloud_nuclei.py`): uniform in a box of 1300 × 800
× 520 µm, with six label columns of 2 to 18 labels; no release is in them. Each visit has a server and a
browser of its own. It first draws 100 nuclei, so that the browser has all scripts and the server has packed
the nuclei; then the clock starts with the navigation and stops when the GPU has finished the first picture
with every nucleus in it. Bytes are those of the websocket and of fetched files, after decompression; bytes
to the GPU are those handed to WebGL. Server times are of the fragment's body, all runs that one act causes
taken together, without Streamlit's own work before and after. *Filter to any half* and *select any half*
are the hardest sets there are: random, told by no label and no place, and made by Python; nothing tells
them in fewer than a bit for each nucleus, which is 18,015 bytes. Around the view's own message Streamlit
announces the run and the app's theme, and sends the page's choices again: together 2.7 kB. *Lasso* is of
about 50,000 nuclei. What was picked goes into the session, and no table is drawn from it. Ours has all six
label columns, the others the one that they colour by (the data URL two). Ours is fetched from an address;
what is fetched is compressed beforehand. While it is dragged, ours draws a sample and the others draw
everything; frames count when the GPU has finished them. Memory is
resident memory after a garbage collection. Playwright, which moves the mouse, listens to the websocket too;
that slows the ways that send much a little. What fails, or takes more than {step} s for a step or {visit} s
for a visit, stands in the tables as that; – is what the way cannot do."""


def section(findings: Findings, ways: Sequence[Way], rounds: int, *, chromium: str, shared: bool) -> str:
    """Write the whole section."""
    sizes = sorted({n for _, n in findings})
    several = [n for n in sizes if len([1 for _, other in findings if other == n]) > 1]
    alone = [n for n in sizes if n not in several]
    tables = [(f"{n:,} nuclei", [(way.title, (way.name, n)) for way in ways]) for n in several]
    large = [(f"{n:,}", (name, n)) for name, n in sorted(findings, key=itemgetter(1)) if n in alone]
    tables += [("Ours alone", large)] if large else []
    shown = [f"### {title}\n\n{_table(findings, columns)}" for title, columns in tables if columns]
    about = (
        f"{_machine(chromium)} Medians of {rounds}."
        if rounds > 1
        else f"{_machine(chromium)} One visit each."
    )
    others = (
        "\n\n**Other programs ran on this machine at the same time, now more, now fewer: bytes are exact, "
        "times and frames are worse than they would be, and ratios of them are rough.**"
    )
    how = HOW.format(step=LIMIT_S, visit=VISIT_LIMIT_S)
    parts = [how, about + (others if shared else ""), "### The goals", _goals(findings), *shown]
    return f"## The point cloud\n\n{COMMAND}\n\n" + "\n\n".join(parts)


def _table(findings: Findings, columns: Sequence[tuple[str, tuple[str, int]]]) -> str:
    here = [(title, findings[key]) for title, key in columns if key in findings]
    lines = ["| | " + " | ".join(title for title, _ in here) + " |", "|---" * (len(here) + 1) + "|"]
    for words, step, cell in ROWS:
        cells = []
        for _, found in here:
            cost = found.get(step, "–" if isinstance(found["open"], dict) else "")
            cells.append(cost if isinstance(cost, str) else cell(cost))
        if any(one not in {"–", ""} for one in cells):
            lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _goals(findings: Findings) -> str:
    lines = ["| goal | measured | reached |", "|---|---|---|"]
    said = {True: "yes", False: "**no**", None: "–"}
    lines += [f"| {goal.wanted} | {goal.measured} | {said[goal.reached]} |" for goal in goals(findings)]
    return "\n".join(lines)


def _machine(chromium: str) -> str:
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "pydeck", "plotly", "numpy"))
    return (
        f"Machine: {os.cpu_count()} cores, {memory:.0f} GiB, no graphics card: the processor draws WebGL "
        f"(SwiftShader). Python {platform.python_version()}, {packages}, headless Chromium {chromium}, "
        "window of 1280 × 900."
    )


def write(text: str) -> None:
    """Put the section into `README.md`, in place of the last run's."""
    before = README.read_text(encoding="utf-8") if README.exists() else "# Benchmarks\n"
    marked = f"{BEGIN}\n\n{text}\n\n{END}"
    old = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    after = old.sub(lambda _: marked, before) if old.search(before) else f"{before.rstrip()}\n\n{marked}\n"
    README.write_text(after, encoding="utf-8")
