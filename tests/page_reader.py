"""A page as a reader meets it: opened by its link, with the numbers that its figures and clouds draw."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from components.analysis.selection.marks import word_at
from components.ui.session.release import reopen_release
from data.catalog import pages
from tests.loopback_cave import TOKEN, LoopbackCave, running_cave

ROOT = Path(__file__).parents[1]
PAGES = sorted(f"{name}.py" for name in pages.PAGES)
TIMEOUT = 120  # for a busy machine: the sample is drawn once
KEY = re.compile(r"\$\$ID-[0-9a-f]{32}-(.+)")

SPOKEN = {"titles", "margins"}
"""What a chart's marks say besides the words of each axis."""

Figure = dict[str, Any]

EVERYTHING: dict[str, Any] = {
    "panel": "All",
    "drawer": ["Rows", "Selected", "By ID", "Sets", "Crosswalk", "Files", "Code", "About", "Share"],
}
"""Link parameters that open all panels and the whole drawer; a page takes what it has of these."""


def opened_wide(app: AppTest) -> AppTest:
    """Have a page open all its panels and drawer entries when it runs."""
    for name, value in EVERYTHING.items():
        app.query_params[name] = value
    return app


def run_with(app: AppTest, link: Mapping[str, Any]) -> AppTest:
    """Run a page or a script with the parameters of a link; it must end without an exception."""
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def opened(page: str, **link: Any) -> AppTest:
    """Open a page by a link; `only_depth` stands for its parameter `only-depth`."""
    app = opened_wide(AppTest.from_file(str(ROOT / "pages" / page), default_timeout=TIMEOUT))
    named = {name.replace("_", "-") if name.startswith("only") else name: link[name] for name in link}
    run_with(app, named)
    drawer = [title for group in app.button_group if group.key == "drawer" for title in group.options]
    assert set(drawer) <= {*EVERYTHING["drawer"]}
    return app


@contextmanager
def pages_over_cave(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    """Let pages read v1300 of a stand-in for CAVE, for a user with that home."""
    with running_cave() as running:
        settings = {"SOURCE": "cave", "CAVE": running.url, "TOKEN": TOKEN, "RELEASE": "1300"}
        for name, value in settings.items():
            monkeypatch.setenv(f"CELL_TYPES_{name}", value)
        monkeypatch.setenv("HOME", str(home))
        reopen_release()
        yield running
        reopen_release()


def figures(app: AppTest) -> dict[str, Figure]:
    """All figures of a page by their keys, their arrays as plain lists."""
    charts = [element.proto for element in app.get("plotly_chart")]
    return {KEY.fullmatch(chart.id)[1]: as_drawn(decoded(json.loads(chart.spec))) for chart in charts}  # type: ignore[index]


def click_point(app: AppTest, key: str, **point: Any) -> None:
    """Click on a point of a chart, as Streamlit's own page tells of it, and run again."""
    charts = [element.proto.id for element in app.get("plotly_chart")]
    (chart,) = [name for name in charts if KEY.fullmatch(name)[1] == key]  # type: ignore[index]
    picked = {"selection": {"points": [point], "point_indices": [], "box": [], "lasso": []}}
    tell(app, WidgetState(id=chart, string_value=json.dumps(picked)))


def tick(app: AppTest, key: str, row: int) -> None:
    """Tick a row of a table, and run again."""
    tables = [element.proto.id for element in app.dataframe]
    (table,) = [name for name in tables if name and KEY.fullmatch(name)[1] == key]  # type: ignore[index]
    picked = {"selection": {"rows": [row], "columns": [], "cells": []}}
    tell(app, WidgetState(id=table, string_value=json.dumps(picked)))


def tell(app: AppTest, *states: WidgetState) -> None:
    """Run again, with states of widgets that AppTest cannot give."""
    told = [*app._tree.get_widget_states().widgets, *states]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app._tree, "get_widget_states", lambda: WidgetStates(widgets=told))
        app.run()
    assert not app.exception


def untold_points(app: AppTest) -> set[tuple[str, ...]]:
    """The drawn points of clickable charts, by chart and words, that the chart's marks do not tell.

    Over these the browser shows no hand. A chart without marks has one over every point.
    """
    found = set[tuple[str, ...]]()
    for chart in (element.proto for element in app.get("plotly_chart") if element.proto.selection_mode):
        figure = as_drawn(decoded(json.loads(chart.spec)))
        told = (figure["layout"].get("meta") or {}).get("marks") or {}
        axes = {name: told[name] for name in told if isinstance(told[name], dict) and name not in SPOKEN}
        for trace in figure["data"]:
            if trace.get("hoverinfo") == "skip" or trace["type"] not in {"bar", "scatter"}:
                continue
            points = trace | (trace["meta"]["places"] if isinstance(trace.get("meta"), dict) else {})
            for number, ends in enumerate(zip(trace.get("x", ()), trace.get("y", ()), strict=False)):
                at = {name: points[name][number] for name in ("x", "y", "customdata") if name in points}
                words = {axis: word_at(at | {"name": trace.get("name")}, axis) for axis in axes}
                if 0 not in ends and any(words[axis] not in axes[axis] for axis in axes):
                    found.add((KEY.fullmatch(chart.id)[1], *words.values()))  # type: ignore[index]
    return found


def as_drawn(made: Figure) -> Figure:
    """Add what a figure does not repeat: the heights of evenly spaced points, the numbers below marks.

    The solid marks of what is selected, which lie over the ghosts, are left out.
    """
    made["data"] = [trace for trace in made["data"] if trace.get("name") != "selected"]
    for trace in made["data"]:
        if "y0" in trace and "x" in trace:
            trace["y"] = [trace["y0"] + k * trace["dy"] for k in range(len(trace["x"]))]
    heat, *marks = made["data"]
    if marks and heat["type"] == "heatmap" and "customdata" not in heat and len(marks) == 1:
        numbers = marks[0].get("customdata", [])
        heat["customdata"] = [numbers[k : k + len(heat["x"])] for k in range(0, len(numbers), len(heat["x"]))]
    return made


def decoded(spec: Any) -> Any:
    """Turn the arrays that plotly writes as bytes into lists."""
    if isinstance(spec, dict) and "bdata" in spec:
        flat = np.frombuffer(base64.b64decode(spec["bdata"]), spec["dtype"])
        return flat.reshape([int(n) for n in str(spec.get("shape", len(flat))).split(",")]).tolist()
    if isinstance(spec, dict):
        return {name: decoded(part) for name, part in spec.items()}
    return [decoded(part) for part in spec] if isinstance(spec, list) else spec


def caption(figure: Figure) -> str:
    """The words below a figure's title, in one line."""
    return str(figure["layout"]["title"]["subtitle"]["text"]).replace("<br>", " ")


def words(app: AppTest) -> str:
    """What a page says in sentences, at once or behind a help icon."""
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    helped = [*app.title, *app.markdown, *app.caption, *app.metric]
    return "\n".join([*(block.value for block in blocks), *(block.help for block in helped if block.help)])


def metrics(app: AppTest) -> dict[str, str]:
    """The numbers in large type, by their titles."""
    return {metric.label: metric.value for metric in app.metric}
