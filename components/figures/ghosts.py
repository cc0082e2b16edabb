"""Solid over ghost: what is selected of each of a chart's marks, drawn over all that the mark stands for.

A figure holds its solid marks from the start, empty. They are filled by `with_selected` where Python draws a
chart anew, and after each pick by the browser's own rules, which are the same (scripts/link/ghosts.js).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import add
from typing import Any, Literal

import plotly.graph_objects as go

from components.analysis.selection.marks import MarkWords, SelectedCounts, mark_word
from components.figures.frame import CAPTION_LETTERS, CAPTION_LINE

GhostKind = Literal["bars", "pieces", "lines", "cells", "boxes", "flows"]
"""How the solid marks say how many are selected: see `CHANGES`."""
Drawn = dict[str, Any]
"""A figure or a trace as plotly's dictionary."""
Traces = Sequence[Any]
Change = tuple[int | None, str, Any]
"""A trace by its number, or None for the layout; an attribute with its path, and its value."""
FADED = 0.3
"""Opacity of a ghost while something is selected."""
ROOM = len(" · selected: 144,120")
"""Further letters of the caption while something is selected."""
STATES = ("", "selected.", "unselected.")
"""Bars look the same in all of plotly's own states: one of these would stay when the selection changes."""
SOLID = {"name": "selected", "hoverinfo": "skip", "hovertemplate": "", "showlegend": False}
"""Solid marks ignore the pointer: the ghost below answers it and gives both counts. With the hover text that
some figures give all their traces, they would answer too."""
COUNT_MISSING = {"hovertemplatefallback": ""}
"""A ghost's hover text says nothing of the selected where none are."""
LETTER_SHARE = 1 / 48
"""A letter's width as a share of the longest bar."""
PIECE_WIDTH, PIECE_LETTER = 380, 6.6
"""Pixels of a whole bar of pieces and of a letter in it."""
STRIP = 0.92
"""Width of a full strip in a matrix cell, as a share of the cell."""
FOOT = (0.86, 0.96)
"""Where a strip lies in its cell, below two lines of text, as shares of the height from the top."""
FLOW, FAINT_FLOW, SOLID_FLOW = 0.38, 0.13, 0.75
"""Opacity of a band: without a selection, as a ghost, and of its selected part."""
NARROWEST = 1e-6
"""Width of an invisible band in nuclei: plotly would drop a band of none, and fade it out slowly."""
BOX = ("lowerfence", "q1", "median", "q3", "upperfence")


def ghosted(figure: go.Figure, kind: GhostKind, *solid: Drawn, **more: object) -> go.Figure:
    """Add the solid marks to a figure, still empty.

    Parameters
    ----------
    figure : Figure
        From `framed`; its traces become ghosts where something is selected.
    kind : GhostKind
    *solid : dict
        Traces of the solid marks.
    **more : object
        What filling them needs besides, since figures hold arrays packed.
    """
    words, at = figure.layout.title.subtitle.text, len(figure.data)
    gap = " · "
    if len(words.rsplit("<br>", 1)[-1]) + ROOM > CAPTION_LETTERS:
        gap = "<br>"
        figure.layout.margin.t += CAPTION_LINE
        figure.layout.height += CAPTION_LINE
    ghosts = {"kind": kind, "at": at, "caption": words, "gap": gap, **more}
    figure.add_traces([{**SOLID, **trace} for trace in solid])
    for number, path, value in CHANGES[kind](figure.data, ghosts, None):
        (figure.layout if number is None else figure.data[number])[path] = value
    figure.layout.meta = {"ghosts": ghosts}
    return figure


def solid_bars(ghosts: Sequence[int], *, by: str, along: str = "x", **more: object) -> Drawn:
    """Say how the bars of a solid trace are filled, for the `bars` of a figure of this kind.

    Parameters
    ----------
    ghosts : sequence of int
        The traces that say in their hover text how many are selected; the first fades.
    by : {"x", "y", "customdata"}
        The axis of the marks that tells the bars apart.
    along : {"x", "y"}
        Where their lengths lie.
    **more : object
        `per`: the nuclei that make the length 1; `longest`: the axis' length, if the bars have texts; `said`:
        the hover texts of the ghosts.
    """
    return {"ghosts": [*ghosts], "by": by, "along": along, "per": 1, "longest": 0, "said": None, **more}


def filled(figure: go.Figure, selected: SelectedCounts | None) -> go.Figure:
    """Fill the solid marks of a figure that is finished; it stays as it is."""
    drawn = with_selected(figure.to_dict(), selected)
    shown = go.Figure()
    shown.to_dict = lambda: drawn
    return shown


def with_selected(figure: Drawn, selected: SelectedCounts | None) -> Drawn:
    """Fill the solid marks of a figure; None empties them and makes the ghosts what they were."""
    ghosts = figure["layout"]["meta"]["ghosts"]
    traces = [*figure["data"]]
    words = ghosts["caption"] + (f"{ghosts['gap']}selected: {selected.n:,}" if selected else "")
    layout = _with_value(figure["layout"], ["title", "subtitle", "text"], words)
    for number, path, value in CHANGES[ghosts["kind"]](traces, ghosts, selected):
        steps = re.findall(r"\w+", path)
        if number is None:
            layout = _with_value(layout, steps, value)
        else:
            traces[number] = _with_value(traces[number], steps, value)
    return {**figure, "data": traces, "layout": layout}


def _with_value(part: Drawn, path: list[str], value: object) -> Drawn:
    first, *rest = path
    if not rest:
        return {**part, first: value}
    inner = part.get(first) or {}
    if isinstance(inner, list):
        number = int(rest[0])
        changed = _with_value(inner[number], rest[1:], value)
        return {**part, first: [*inner[:number], changed, *inner[number + 1 :]]}
    return {**part, first: _with_value(inner, rest, value)}


def _opacity(selected: SelectedCounts | None) -> float:
    return FADED if selected else 1


def _counts(selected: SelectedCounts | None, marks: Iterable[MarkWords]) -> list[int | None]:
    return [selected.of(words) for words in marks] if selected else []


def _hovers(counts: list[int | None]) -> list[str] | str:
    """The end of each ghost's hover text."""
    return ["" if n is None else f"<br>{n:,} selected" for n in counts] or ""


def _bars(traces: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Bars as long as their counts, which are written in them where there is room."""
    changes: list[Change] = []
    for at, bars in enumerate(ghosts["bars"], ghosts["at"]):
        counts = _counts(selected, ({bars["by"]: mark_word(word)} for word in traces[at][bars["by"]]))
        lengths = [(n or 0) / bars["per"] for n in counts]
        letter = LETTER_SHARE * bars["longest"]
        texts = [f"{n:,}" if n and 0 < len(f"{n:,}") * letter < n / bars["per"] else "" for n in counts]
        hovers = _hovers(counts)
        if said := bars["said"]:
            hovers = [*map(add, said, hovers or [""] * len(said))]
        changes += [
            (at, bars["along"], lengths),
            (at, "text", texts),
            *((bars["ghosts"][0], f"{state}marker.opacity", _opacity(selected)) for state in STATES),
            *((number, "hovertext", hovers) for number in bars["ghosts"]),
        ]
    return changes


def _pieces(traces: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Pieces of stacked bars, all in one trace; each begins where its ghost does.

    The texts of pieces that are partly covered move to their ends, and stay where they fit beside the solid.
    """
    at, wholes = ghosts["at"], ghosts["counts"]
    totals = [sum(ns) or 1 for ns in zip(*wholes, strict=True)]
    parts, texts = [], []
    changes: list[Change] = []
    for number, whole in enumerate(wholes):
        ghost = traces[number]
        name = mark_word(ghost["name"])
        places = ({"name": name, "y": mark_word(place)} for place in ghost["y"])
        counts = [n or 0 for n in _counts(selected, places)] or [0] * len(totals)
        solid, shares = ([n / total for n, total in zip(ns, totals, strict=True)] for ns in (counts, whole))
        parts += solid
        texts += [piece_text("", n, part) for n, part in zip(counts, solid, strict=True)]
        rest = zip(whole, shares, solid, strict=True)
        changes += [
            (number, "marker.opacity", _opacity(selected)),
            (number, "hovertext", _hovers([*counts]) if selected else ""),
            (number, "insidetextanchor", "end" if any(counts) else "middle"),
            (number, "text", [piece_text(ghost["name"], n, share - part) for n, share, part in rest]),
        ]
    return [(at, "x", parts), (at, "text", texts), *changes]


def piece_text(label: str, n: int, share: float) -> str:
    """The longest text that fits into a piece, or into what of it is free: its label and count, or the count.

    Parameters
    ----------
    label : str
        "" for the count alone.
    n : int
    share : float
        The room, as a share of a whole bar.
    """
    room = share * PIECE_WIDTH / PIECE_LETTER - 1
    texts = (f"{label}: {n:,}", f"{n:,}") if label else (f"{n:,}",)
    return next((text for text in texts if n and len(text) <= room), "")


def _lines(traces: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Lines over slices of depth, from zero to zero."""
    at = ghosts["at"]
    changes: list[Change] = []
    for number in range(at):
        ghost = traces[number]
        middles = (ghost["y0"] + k * ghost["dy"] for k in range(1, ghosts["slices"] + 1))
        counts = _counts(
            selected, ({"name": mark_word(ghost["name"]), "y": mark_word(middle)} for middle in middles)
        )
        changes.append((at + number, "x", [0, *(n or 0 for n in counts), 0] if any(counts) else []))
        changes.append((number, "opacity", _opacity(selected)))
        changes.append((number, "hovertext", ["", *_hovers(counts), ""] if selected else ""))
    return changes


def _cells(traces: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """A strip in each matrix cell: the share of its nuclei that is selected.

    All strips are one shape: for a trace plotly would draw the whole matrix anew.
    """
    at, cells = ghosts["at"], traces[ghosts["at"] - 1]
    places = zip(cells["x"], cells["y"], strict=True)
    counts = _counts(selected, ({"x": mark_word(column), "y": mark_word(row)} for column, row in places))
    wide, high = ghosts["columns"], len(ghosts["counts"]) // ghosts["columns"]
    drawn = [
        _strip((i % wide, i // wide), (wide, high), n / n_cell)
        for i, (n, n_cell) in enumerate(zip(counts, ghosts["counts"], strict=False))
        if n
    ]
    hovers = _hovers(counts) or [""] * wide * high
    return [(None, ghosts["strips"], "".join(drawn)), (at - 1, "hovertext", hovers)]


def _strip(place: tuple[int, int], size: tuple[int, int], share: float) -> str:
    """The strip at the foot of a cell, in shares of the whole matrix from its lower left corner."""
    left = (place[0] + (1 - STRIP) / 2) / size[0]
    right = left + STRIP * share / size[0]
    top, bottom = (1 - (place[1] + end) / size[1] for end in FOOT)
    return f"M{left:.5f},{top:.5f}H{right:.5f}V{bottom:.5f}H{left:.5f}Z"


def _boxes(traces: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Boxes of the selected nuclei's own quantiles."""
    at = ghosts["at"]
    labels = [ghost["name"] for ghost in traces[: at - 1]]
    found = {label: selected.quantiles[label] for label in labels if selected and label in selected.quantiles}
    ends = zip(*found.values(), strict=True) if found else [[]] * len(BOX)
    return [
        (at, "y", [*found]),
        *((at, name, [*values]) for name, values in zip(BOX, ends, strict=True)),
        *((number, "opacity", _opacity(selected)) for number in range(at - 1)),
    ]


def _flows(_: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Bands in two, what is not selected and what is; nodes filled from the top by a rectangle of the layout.

    What is not selected is faint; a node is so too, and lets its rectangle through.
    """
    nodes, bands = ghosts["nodes"], ghosts["bands"]
    ends = ([nodes[end] for end in band[:2]] for band in bands)
    words = ({node["axis"]: mark_word(node["label"]) for node in both} for both in ends)
    counts = [n or 0 for n in _counts(selected, words)] or [0] * len(bands)
    of_nodes = [
        max(sum(n for n, band in zip(counts, bands, strict=True) if band[end] == number) for end in (0, 1))
        for number in range(len(nodes))
    ]
    opacity = FAINT_FLOW if selected else FLOW
    hover = ghosts["hover"] + ("<br>%{customdata[3]:,} selected" if selected else "") + "<extra></extra>"
    numbers = [[*band[2:], n] for band, n in zip(bands, counts, strict=True)]
    rests = [max(band[2] - n, NARROWEST) for band, n in zip(bands, counts, strict=True)]
    parts = [max(n, NARROWEST) for n in counts]
    return [
        (0, "link.value", [*rests, *parts]),
        (0, "link.color", [
            rgba(nodes[source]["colour"], opaque if width > NARROWEST else 0)
            for widths, opaque in ((rests, opacity), (parts, SOLID_FLOW))
            for (source, *_), width in zip(bands, widths, strict=True)
        ]),
        (0, "link.customdata", numbers * 2),
        (0, "link.hovertemplate", hover),
        (0, "node.color", [rgba(node["colour"], _opacity(selected)) for node in nodes]),
        (0, "node.customdata", [
            [*node["said"], f"<br>{n:,} selected" if selected else "", node["axis"], node["label"]]
            for node, n in zip(nodes, of_nodes, strict=True)
        ]),
        (None, "shapes", [_filling(node, n) for node, n in zip(nodes, of_nodes, strict=True)]),
    ]  # fmt: skip


def rgba(colour: str, opacity: float) -> str:
    """Write a colour with an opacity as CSS does."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def _filling(node: Drawn, n: int) -> Drawn:
    """The rectangle that fills a node from its top, as far as its nuclei are selected."""
    half = node["thick"] / 2
    return {
        "type": "rect", "xref": "paper", "yref": "paper", "xsizemode": "pixel", "xanchor": node["x"],
        "x0": -half, "x1": half, "y0": node["top"], "y1": node["top"] - node["high"] * n / node["nuclei"],
        "fillcolor": node["colour"], "line": {"width": 0},
    }  # fmt: skip


CHANGES: dict[GhostKind, Callable[[Traces, Drawn, SelectedCounts | None], list[Change]]] = {
    "bars": _bars,
    "pieces": _pieces,
    "lines": _lines,
    "cells": _cells,
    "boxes": _boxes,
    "flows": _flows,
}
"""How each kind is filled: given the traces, what the figure says of its ghosts, and what is selected."""
