"""The same type has the same colour everywhere: in all figures, legends and scenes of all pages."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.catalog import TABLES
from data.labels.crosswalk import colour_of
from data.labels.minnie65.subclasses import SUBCLASSES
from tests.family_pages import CASES, page
from tests.page_reader import figures, opened
from tests.release_by_pandas import FINE, MANUAL, METAMODEL, ODD
from tests.test_marks import CLOUD, view_message

Coloured = Iterator[tuple[str, str]]
"""Labels, each with the colour that it has in one place."""

NO_LABELS = {None, "", "A", "B"}
"""Names of lines that are no labels: those of two selections."""

pytestmark = pytest.mark.usefixtures("sample")


def of_figure(trace: dict[str, Any]) -> Coloured:
    """Labels are names of traces, or stand along bars that have a colour each, or in nodes."""
    if trace.get("yaxis"):  # the overview's combinations of tables, which are no labels
        return
    if trace["type"] == "sankey":
        said = [words.split("</b>")[0].removeprefix("<b>") for words, *_ in trace["node"]["customdata"]]
        yield from zip(said, map(in_hex, trace["node"]["color"]), strict=True)
        return
    marker, line = trace.get("marker", {}), trace.get("line", {})
    for colour in (marker.get("color"), marker.get("line", {}).get("color"), line.get("color")):
        if isinstance(colour, list):
            yield from zip(trace["y"], colour, strict=True)
        elif colour and trace.get("name") not in NO_LABELS and trace["y"] != [None]:
            yield trace["name"], colour
            return


def in_hex(colour: str) -> str:
    """A node's colour, which its ghost makes paler, without its opacity."""
    red, green, blue, _ = (float(part) for part in colour[5:-1].split(","))
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"


def of_cloud(proto: Any) -> Coloured:
    if proto.component_name.endswith("nuclei_tiles"):
        tiles = [tile for sheet in json.loads(proto.json)["sheets"] for tile in sheet["tiles"]]
        yield from ((chip["label"], chip["colour"]) for tile in tiles for chip in tile["chips"])
    if not proto.component_name.endswith(CLOUD):
        return
    message = view_message(proto)
    colour = message["parts"][message["colour"]]
    if colour["by"] == "label":
        yield from ((title, shade) for title, shade, _ in colour["entries"])


def of_legend(proto: Any) -> Coloured:
    """The column's scene, whose rows the browser fetches, is drawn in the colours of its legend."""
    for colour, label in re.findall(r"background:(#\w+)\"></span>(\S+) <", proto.body):
        yield unescape(label), colour


def on_page(app: AppTest) -> Iterator[tuple[str, str, str]]:
    """Give in what each label stands, the label, and its colour there."""
    for figure in figures(app).values():
        for trace in figure["data"]:
            yield from ((trace["type"], *found) for found in of_figure(trace))
    for where, read in (("bidi_component", of_cloud), ("html", of_legend)):
        for element in app.get(where):
            yield from ((where, *found) for found in read(element.proto))


def every_page() -> Iterator[AppTest]:
    yield from (page(case) for case in CASES)
    yield from (opened("overview.py", colour=TABLES[name].title) for name in (METAMODEL, MANUAL))
    yield opened("agreement.py", rows=TABLES[FINE].title)
    yield opened("baylor.py", select=f"filter:{FINE}:labels=BC,MC")


def test_a_label_has_one_colour_on_all_pages() -> None:
    shades: dict[str, set[str]] = {}
    places: dict[str, set[str]] = {}
    for app in every_page():
        for where, label, colour in on_page(app):
            shades.setdefault(label, set()).add(colour.upper())
            places.setdefault(label, set()).add(where)
    assert {label: found for label, found in shades.items() if len(found) > 1} == {}
    shown_labels = {
        *SUBCLASSES,
        *(label for table in TABLES.values() for label in table.vocabulary),
    } & shades.keys()
    assert {label: shades[label] for label in shown_labels} == {
        label: {colour_of(label).upper()} for label in shown_labels
    }
    # The walk looks where labels are: bars, lines, boxes, flows, legends of clouds, and the column's legend.
    everywhere = {"bar", "scatter", "box", "sankey", "bidi_component", "html"}
    assert places["23P"] == everywhere
    assert all(len(places[label]) >= 5 for label in SUBCLASSES)
    assert {word: shades[word] for word in ODD} == {word: {"#9AA0A8"} for word in ODD}
