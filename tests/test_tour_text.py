"""A tour as text: what this app writes is read again, from file and link; what others wrote is refused."""

import base64
import json
import subprocess
import zlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright._impl._driver import compute_driver_executable

from components.point_cloud.cloud import LabelColumn, NumberColumn, make_cloud
from components.point_cloud.message import tour_step
from components.point_cloud.scripts import joined
from components.point_cloud.view import (
    ByAgreement,
    ByLabel,
    ByNumber,
    CloudColours,
    LegendEntry,
    Outline,
    TourStep,
    View,
)

MARKUP = '<img src=x onerror="alert(1)">'
N = 40
LABELS = pd.Categorical(["BC", "MC"] * (N // 2))
AROUND = """
import fs from "node:fs";
const href = "https://cells.example.org/baylor?level=Class";
globalThis.location = { protocol: "https:", href, pathname: "/baylor", search: "" };
globalThis.history = { replaceState: () => {} };
"""
ASK = """
const told = async (act) => { try { return await act(); } catch (error) { return error.message; } };
const { texts, links } = JSON.parse(fs.readFileSync(0));
const found = { texts: {}, links: {} };
for (const [name, text] of Object.entries(texts)) found.texts[name] = await told(() => readSteps(text));
for (const [name, text] of Object.entries(links)) found.links[name] = await told(() => unpackSteps(text));
const whole = readSteps(texts.whole);
const link = await linkTo(whole);
Object.assign(location, { hash: new URL(link).hash });
found.back = await unpackSteps(takeFromLink());
found.link = link;
const noise = (i) => [...Array(40).keys()].map((j) => Math.sin(41 * i + j)).join();
const many = [...Array(60).keys()].map((i) => ({ ...whole[0], words: noise(i) }));
found.long = await told(() => linkTo(many));
console.log(JSON.stringify(found));
"""

RESTORE = """
const parts = new Map([["from Python", "true labels"]]);
const store = { parts, hidden: new Map(), keep: (kind, name, part) => parts.set(name, part) };
const view = { store, choice: {}, colouring: { signature: "" }, apply: () => {}, rechoose: () => {} };
const strange = { "from Python": "false labels", "from the tour": "its labels" };
restore(view, { message: {}, parts: strange, sets: {} });
console.log(JSON.stringify(Object.fromEntries(parts)));
"""


def tour() -> dict[str, Any]:
    """A tour with a step of each way to colour, as Python writes it; its words hold markup."""
    rng = np.random.default_rng(0)
    cloud = make_cloud(
        nucleus_id=np.arange(1, N + 1), root_id=np.zeros(N, dtype=np.int64),
        x_um=rng.uniform(0, 900, N), depth_um=rng.uniform(0, 900, N), z_um=rng.uniform(0, 900, N),
        labels={name: LabelColumn(title=name, labels=LABELS) for name in ("first", "second")},
        numbers={"volume": NumberColumn(title="Volume", unit="µm³", values=rng.uniform(1, 9, N))},
    )  # fmt: skip
    entries = (LegendEntry("BC", "#112233", (0,)), LegendEntry("MC", "#445566", (1,)))
    kinds = ("agree", "differ", "rows", "columns")
    colours: list[CloudColours] = [
        ByLabel(column="first", title="First", entries=entries),
        ByNumber(column="volume", title="Volume", unit="µm³", colours=("#000000", "#ffffff"), low=1, high=9),
        ByAgreement(
            rows="first", columns="second", title="Both", row_words=(0, 1), column_words=(0, -1),
            colours=dict.fromkeys(kinds, "#123456"), titles=dict.fromkeys(kinds, MARKUP),
        ),
    ]  # fmt: skip
    shown = {
        "layers": [("L1", 0.0, 100.0)],
        "em_corners": np.zeros((8, 3)),
        "outlines": (Outline("V1 column", (((0, 0, 0), (1, 1, 1)),)),),
    }
    views = [View(colour=colour, selected_ids=[1, 2], caption=MARKUP, **shown) for colour in colours]  # type: ignore[arg-type]
    steps = [tour_step(cloud, TourStep(words=MARKUP, view=view, near=i == 1)) for i, view in enumerate(views)]
    return json.loads(json.dumps({"format": "MICrONS Cell Types tour 1", "source": "v661", "steps": steps}))


def packed(text: str) -> str:
    deflate = zlib.compressobj(wbits=-15)
    content = deflate.compress(text.encode()) + deflate.flush()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The text of a tour whose first step was changed."""
    other = deepcopy(tour())
    change(other["steps"][0])
    return json.dumps(other)


def colouring(step: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = step["state"]["parts"][step["state"]["message"]["colour"]]
    return part


CAMERA = {"target": [0, 0, 0], "span": 900, "yaw": -32, "pitch": 16, "field": 20, "whole": True}
STYLE = "#fff, url(https://elsewhere.example/)"
HOSTILE = {
    "no object": "[1, 2]",
    "another format": json.dumps({"format": "tour", "steps": []}),
    "no list of steps": json.dumps({"format": "MICrONS Cell Types tour 1", "steps": {"length": 0}}),
    "too many steps": json.dumps({**tour(), "steps": tour()["steps"] * 40}),
    "a field more in a step": changed(lambda step: step.update(script="alert(1)")),
    "a field more in a state": changed(lambda step: step["state"].update(onload="alert(1)")),
    "a field more in a message": changed(lambda step: step["state"]["message"].update(html="<b>")),
    "a field more in a colouring": changed(lambda step: colouring(step).update(style=STYLE)),
    "a field of every object": changed(lambda step: step.update(constructor="alert(1)")),
    "a style for a colour": changed(lambda step: colouring(step)["entries"][0].__setitem__(1, STYLE)),
    "an object for words": changed(lambda step: step.update(words={"toString": 1})),
    "words without end": changed(lambda step: step.update(words="very " * 300)),
    "a set that is none": changed(lambda step: step["state"]["sets"].update(selected="<script>")),
    "a set of another name": changed(lambda step: step["state"]["sets"].update(others="AAAA")),
    "no camera": changed(lambda step: step["state"].update(camera={"target": [0, 0, "0"]})),
    "a camera at nothing": changed(lambda step: step["state"].update(camera={**CAMERA, "span": 0})),
    "a part that is not named": changed(lambda step: step["state"]["message"].update(colour="constructor")),
    "layers as colours": changed(
        lambda step: step["state"]["message"].update(colour=step["state"]["message"]["scene"])
    ),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    script = tmp_path_factory.mktemp("tour") / "ask.mjs"
    script.write_text(AROUND + joined("tour/text") + ASK, encoding="utf-8")
    bomb = packed('{"format":"' + " " * 5_000_000)
    texts = {"whole": json.dumps(tour()), **HOSTILE, "nothing": "", "too long": " " * 12_000_001}
    links = {**{name: packed(text) for name, text in HOSTILE.items()}, "bomb": bomb, "long": "A" * 8_001}
    asked = json.dumps({"texts": texts, "links": links})
    node, _ = compute_driver_executable()
    answer = subprocess.run([node, script], input=asked, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def test_a_tour_is_read_as_it_was_written_from_a_file_and_from_a_link(found: dict[str, Any]) -> None:
    steps = tour()["steps"]
    assert found["texts"].pop("whole") == steps
    assert found["back"] == steps
    assert found["link"].startswith("https://cells.example.org/baylor?level=Class#tour=")


def test_what_no_tour_of_this_app_holds_is_refused(found: dict[str, Any]) -> None:
    told = dict.fromkeys(HOSTILE, "not a tour of this app")
    assert {name: found["links"][name] for name in HOSTILE} == told
    assert {name: found["texts"][name] for name in HOSTILE} == told
    assert found["texts"]["too long"] == "it is longer than 12,000,000 characters"
    assert found["links"]["long"] == "it is longer than 8,000 characters"
    assert found["links"]["bomb"] == "it unpacks to more than 4,000,000 characters"
    assert "JSON" in found["texts"]["nothing"]


def test_a_tour_too_long_for_a_link_is_for_a_file(found: dict[str, Any]) -> None:
    assert "A link holds 8,000 characters, and this tour needs" in found["long"]
    assert found["long"].endswith("save it as a file.")


def test_a_tour_does_not_change_how_the_app_draws_what_it_knows(tmp_path: Path) -> None:
    script = tmp_path / "ask.mjs"
    script.write_text(joined("state/snapshot") + RESTORE, encoding="utf-8")
    node, _ = compute_driver_executable()
    answer = subprocess.run([node, script], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == {"from Python": "true labels", "from the tour": "its labels"}
