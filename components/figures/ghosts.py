"""Solid over ghost: what is selected of each of a chart's marks, drawn over all that the mark stands for.

A figure holds its solid marks from the start, empty. They are filled by `with_selected` where Python draws a
chart anew, and after each pick by the browser's own rules, which are the same (scripts/link/ghosts.js).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from components.analysis.selection.marks import MarkWords, SelectedCounts, mark_word
from components.figures.frame import CAPTION_LETTERS, CAPTION_LINE

GhostKind = Literal["bars", "pieces", "lines", "cells", "boxes"]
"""How the solid marks say how many are selected: see `CHANGES`."""
Drawn = dict[str, Any]
"""A figure or a trace as plotly's dictionary."""
Traces = Sequence[Any]
Change = tuple[int, str, Any]
"""A trace by its number, an attribute with its path, and its value."""
FADED = 0.3
"""Opacity of a ghost while something is selected."""
ROOM = len(" · selected: 144,120")
"""Further letters of the caption while something is selected."""
SOLID = {"name": "selected", "hoverinfo": "skip", "showlegend": False}
"""Solid marks ignore the pointer: the ghost below answers it and gives both counts."""
COUNT_MISSING = {"hovertemplatefallback": ""}
"""A ghost's hover text says nothing of the selected where none are."""
LETTER_SHARE = 1 / 48
"""A letter's width as a share of the longest bar."""
PIECE_WIDTH, PIECE_LETTER = 380, 6.6
"""Pixels of a whole bar of pieces and of a letter in it."""
STRIP = 0.92
"""Width of a full strip in a matrix cell, as a share of the cell."""
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
        figure.data[number][path] = value
    return figure.update_layout(meta={"ghosts": ghosts})


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
    for number, path, value in CHANGES[ghosts["kind"]](traces, ghosts, selected):
        traces[number] = _with_value(traces[number], path.split("."), value)
    words = ghosts["caption"] + (f"{ghosts['gap']}selected: {selected.n:,}" if selected else "")
    layout = _with_value(figure["layout"], ["title", "subtitle", "text"], words)
    return {**figure, "data": traces, "layout": layout}


def _with_value(part: Drawn, path: list[str], value: object) -> Drawn:
    first, *rest = path
    return {**part, first: _with_value(part.get(first) or {}, rest, value) if rest else value}


def _opacity(selected: SelectedCounts | None) -> float:
    return FADED if selected else 1


def _counts(selected: SelectedCounts | None, marks: Iterable[MarkWords]) -> list[int | None]:
    return [selected.of(words) for words in marks] if selected else []


def _hovers(counts: list[int | None]) -> list[str] | str:
    """The end of each ghost's hover text."""
    return ["" if n is None else f"<br>{n:,} selected" for n in counts] or ""


def _bars(data: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Bars as long as their counts, which are written in them where there is room."""
    at, letter = ghosts["at"], LETTER_SHARE * ghosts["longest"]
    counts = _counts(selected, ({"y": mark_word(label)} for label in data[at]["y"]))
    lengths = [n or 0 for n in counts]
    texts = [f"{n:,}" if n and len(f"{n:,}") * letter < n else "" for n in lengths]
    faded = ("marker.opacity", "selected.marker.opacity", "unselected.marker.opacity")
    return [
        (at, "x", lengths),
        (at, "text", texts),
        *((0, path, _opacity(selected)) for path in faded),
        *((number, "hovertext", _hovers(counts)) for number in range(len(data)) if number != at),
    ]


def _pieces(data: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Pieces of stacked bars, all in one trace; each begins where its ghost does.

    The texts of pieces that are partly covered move to their ends, and stay where they fit beside the solid.
    """
    at, wholes = ghosts["at"], ghosts["counts"]
    totals = [sum(ns) or 1 for ns in zip(*wholes, strict=True)]
    parts, texts = [], []
    changes: list[Change] = []
    for number, whole in enumerate(wholes):
        ghost = data[number]
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


def _lines(data: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Lines over slices of depth, from zero to zero."""
    at = ghosts["at"]
    changes: list[Change] = []
    for number in range(at):
        ghost = data[number]
        middles = (ghost["y0"] + k * ghost["dy"] for k in range(1, ghosts["slices"] + 1))
        counts = _counts(
            selected, ({"name": mark_word(ghost["name"]), "y": mark_word(middle)} for middle in middles)
        )
        changes.append((at + number, "x", [0, *(n or 0 for n in counts), 0] if any(counts) else []))
        changes.append((number, "opacity", _opacity(selected)))
        changes.append((number, "hovertext", ["", *_hovers(counts), ""] if selected else ""))
    return changes


def _cells(data: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """A strip in each matrix cell: the share of its nuclei that is selected."""
    at, cells = ghosts["at"], data[ghosts["at"] - 1]
    places = zip(cells["x"], cells["y"], strict=True)
    counts = _counts(selected, ({"x": mark_word(column), "y": mark_word(row)} for column, row in places))
    strips = [STRIP * n / n_cell if n else None for n, n_cell in zip(counts, ghosts["counts"], strict=False)]
    return [(at, "x", strips), (at - 1, "hovertext", _hovers(counts))]


def _boxes(data: Traces, ghosts: Drawn, selected: SelectedCounts | None) -> list[Change]:
    """Boxes of the selected nuclei's own quantiles."""
    at = ghosts["at"]
    labels = [ghost["name"] for ghost in data[: at - 1]]
    found = {label: selected.quantiles[label] for label in labels if selected and label in selected.quantiles}
    ends = zip(*found.values(), strict=True) if found else [[]] * len(BOX)
    return [
        (at, "y", [*found]),
        *((at, name, [*values]) for name, values in zip(BOX, ends, strict=True)),
        *((number, "opacity", _opacity(selected)) for number in range(at - 1)),
    ]


CHANGES: dict[GhostKind, Callable[[Traces, Drawn, SelectedCounts | None], list[Change]]] = {
    "bars": _bars,
    "pieces": _pieces,
    "lines": _lines,
    "cells": _cells,
    "boxes": _boxes,
}
"""How each kind is filled: given the traces, what the figure says of its ghosts, and what is selected."""
