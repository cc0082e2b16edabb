"""What groups of nuclei are made of: each layer or area by label, and a selection beside what it is from."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import (
    LEGEND_ABOVE,
    LEGEND_ROW,
    MUTED,
    SHARES_AXIS,
    count_words,
    framed,
    row_texts,
    rows_axis,
    text_on,
    text_room,
    with_legend,
)
from components.figures.ghosts import COUNT_MISSING, ghosted

PLACE_BAR, PAIR, LEGEND_MARK = 30, 34, 24
"""Pixels: a place's bar, a label's two bars, a mark in the legend."""
PIECE_HOVER = (
    "<b>%{fullData.name}</b> in <b>%{y}</b><br>nuclei: %{customdata[0]:,}<br>"
    "%{x:.1%} of the %{customdata[1]:,} in %{y}<br>"
    "%{customdata[2]:.1%} of the %{meta} of %{fullData.name}%{hovertext}<extra></extra>"
)
"""What a piece says where each nucleus is in one place."""
EASY_TO_TELL = 12
"""With more labels than this, every other one is hatched."""
SELECTED, SHOWN = "the selected", "all shown"
PIECES = {
    "orientation": "h", "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
    "textfont": {"size": 11},
    "marker": {
        "line": {"color": "rgba(255,255,255,0.8)"},
        "pattern": {
            "fillmode": "overlay", "size": 7, "solidity": 0.2, "fgcolor": "rgba(255,255,255,0.45)",
        },
    },
    **COUNT_MISSING,
}  # fmt: skip
"""What the pieces of all labels have in common."""


def places_figure(
    counts: pd.DataFrame,
    colours: dict[str, str],
    caption: str,
    hover: str = PIECE_HOVER,
    *,
    row: int = PLACE_BAR,
) -> go.Figure:
    """Bars of equal length, one per place, divided by label, with each place's total at the right.

    A piece shows its label and count where they fit, else the count or nothing.

    Parameters
    ----------
    counts : DataFrame
        From `analysis.labels.counts.counts_by_layer` or `counts_by_area`.
    colours : dict
        Colour of each label; labels without one are grey.
    caption : str
        What the figure shows.
    hover : str
        What a piece says under the pointer, as a template of plotly.
    row : int
        Pixels of a bar and the gap below it.
    """
    labels, places = [str(label) for label in counts.index], [str(place) for place in counts.columns]
    totals = counts.sum(axis=0).to_numpy()
    pieces = [
        _piece(label, n, totals, places, _look(label, k, len(labels), colours))
        for k, (label, n) in enumerate(zip(labels, counts.to_numpy(), strict=True))
    ]
    texts = [f" n = {n:,}" for n in totals]
    legend, room = with_legend(labels if len(labels) > 1 else [], LEGEND_MARK, row * len(places))
    layout = {
        "barmode": "stack", "bargap": 0.2,
        "xaxis": {"title": f"share of each {counts.columns.name}’s nuclei", **SHARES_AXIS},
        "yaxis": rows_axis(places), "legend": legend | {"traceorder": "normal"},
        "showlegend": len(labels) > 1, "uniformtext": {"minsize": 11, "mode": "hide"},
    }  # fmt: skip
    figure = go.Figure([*pieces, row_texts([1] * len(places), places, texts)], layout=layout)
    room["right"] += text_room(texts)
    framed(figure, caption=caption, shared={"bar": PIECES | {"hovertemplate": hover}}, **room)
    # Bars with a base of their own do not stack: each lies over the piece that it is part of.
    shares = counts.to_numpy() / np.maximum(totals, 1)
    base = (np.cumsum(shares, axis=0) - shares).ravel().astype(np.float32)
    looks = [piece["marker"] for piece in pieces for _ in places]
    marker = {
        "color": [look["color"] for look in looks], "line": {"width": 0},
        "pattern": {"shape": [look["pattern"]["shape"] for look in looks]},
    }  # fmt: skip
    solid = {"type": "bar", "y": places * len(labels), "base": base, "marker": marker}
    return ghosted(figure, "pieces", solid, counts=counts.to_numpy().tolist())


def _piece(label: str, counts: np.ndarray, totals: np.ndarray, places: list[str], look: dict) -> dict:
    """What is a label's own in its pieces of all bars, as a dict: twice as fast as plotly's class."""
    shares, of_label = counts / np.maximum(totals, 1), int(counts.sum())
    return {
        "type": "bar", "name": label, "x": shares, "y": places,
        "marker": {**look, "line": {"width": np.sign(counts)}}, "meta": f"{of_label:,}",
        "textfont": {"color": text_on(look["color"])},
        "customdata": np.column_stack([counts, totals, counts / max(of_label, 1)]).astype(np.float32),
    }  # fmt: skip


def _look(label: str, position: int, n_labels: int, colours: dict[str, str]) -> dict:
    """Colour, and a hatch where neighbours or greys would look alike."""
    hatches = ("\\", "x") if label not in colours else ("", "/") if n_labels > EASY_TO_TELL else ("", "")
    return {"color": colours.get(label, NO_LABEL_COLOUR), "pattern": {"shape": hatches[position % 2]}}


def shares_figure(
    everything: pd.DataFrame,
    selected: pd.DataFrame,
    colours: dict[str, str],
    caption: str,
    names: tuple[str, str] = (SELECTED, SHOWN),
) -> go.Figure:
    """Two bars per label: its share of the selected nuclei (solid) and of all nuclei shown (hatched).

    The solid bar carries its count, share and the ratio of the two shares: ×2 is twice as common among the
    selected nuclei as among all. Of two other sets the solid bars are the first's.

    Parameters
    ----------
    everything, selected : DataFrame
        From `analysis.labels.counts.type_counts`. The labels of `everything` are drawn; they include those of
        `selected`.
    colours : dict
        Colour of each label; labels without one are grey.
    caption : str
        What the figure shows.
    names : tuple of str
        What the solid bars are of, and the hatched ones.
    """
    selected = selected.reindex(everything.index, fill_value=0)
    marks = [colours.get(str(label), NO_LABEL_COLOUR) for label in everything.index]
    known = everything["nuclei"] > 0
    ratios = [
        f" · {_times(ratio)}" if many else ""
        for ratio, many in zip(selected["share"] / everything["share"].where(known), known, strict=True)
    ]
    n = len(everything)
    widest = float(max(everything["share"].max(), selected["share"].max())) if n else 1.0
    layout = {
        "barmode": "group", "bargap": 0.25, "bargroupgap": 0.06,
        "xaxis": {"title": "share of nuclei", "range": [0, widest], "tickformat": ".0%"},
        "yaxis": rows_axis(everything.index), "legend": LEGEND_ABOVE,
    }  # fmt: skip
    solid, hatched = names
    bars = [
        _share_bars(solid, selected, ratios, {"color": marks}),
        _share_bars(hatched, everything, [""] * n, _hatched(marks)),
        _key(solid, {"color": MUTED}),
        _key(hatched, _hatched(MUTED)),
    ]
    figure = go.Figure(bars, layout=layout)
    right = text_room([*bars[0]["text"], *bars[1]["text"]])
    return framed(figure, inner=PAIR * n, caption=caption, above=10 + 2 * LEGEND_ROW, right=right)


def _share_bars(name: str, counts: pd.DataFrame, endings: list[str], marker: dict) -> dict:
    """One bar per label, as a dict: twice as fast as plotly's class."""
    rows = zip(counts["nuclei"], counts["share"], endings, strict=True)
    return {
        "type": "bar", "orientation": "h", "name": name, "x": counts["share"].to_numpy(),
        "y": [str(label) for label in counts.index], "marker": marker,
        "text": [count_words(n, share) + ending for n, share, ending in rows],
        "textposition": "outside", "textfont": {"size": 11}, "constraintext": "none", "cliponaxis": False,
        "customdata": counts["nuclei"].to_numpy(), "showlegend": False, "offsetgroup": name,
        "hovertemplate": f"<b>%{{y}}</b><br>nuclei: %{{customdata:,}}, %{{x:.1%}} of {name}<extra></extra>",
    }  # fmt: skip


def _times(ratio: float) -> str:
    """Write a ratio to two digits: ×0.92, ×2.5, ×130."""
    if 0 < ratio < 0.01:
        return "×<0.01"
    return f"×{ratio:,.0f}" if ratio >= 10 else f"×{ratio:.2g}"


def _key(name: str, look: dict) -> dict:
    """A grey legend entry for solid or hatched: the bars' own would take the first label's colour."""
    return {
        "type": "bar", "orientation": "h", "x": [None], "y": [None], "marker": look, "offsetgroup": name,
        "name": name.removeprefix("the "), "hoverinfo": "skip",
    }  # fmt: skip


def _hatched(colours: str | list[str]) -> dict:
    return {
        "color": "rgba(128,128,128,0.06)", "line": {"color": colours, "width": 1.2},
        "pattern": {"shape": "/", "fgcolor": colours, "size": 6, "solidity": 0.25, "fillmode": "overlay"},
    }  # fmt: skip
