"""The composition of each layer or area."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MUTED, framed

BAR, AROUND, CAPTION, LEGEND_ROW = 34, 60, 118, 20
"""Pixels: a bar with its gap; above and below all bars; axis and caption; a row of the legend."""
EASY_TO_TELL = 12
"""With more labels than this, every other one is hatched."""
_WIDTH, _LETTER, _LEGEND_LETTERS = 430, 6.6, 64
"""In a narrow window: pixels of a whole bar and of a letter in it, letters in a row of the legend."""


def places_figure(counts: pd.DataFrame, colours: dict[str, str], caption: str) -> go.Figure:
    """Bars of equal length, one per place, divided by label, with each place's total at the right.

    A piece shows its label and count where they fit, else the count or nothing.

    Parameters
    ----------
    counts : DataFrame
        From `analysis.labels.places.counts_by_layer` or `counts_by_area`.
    colours : dict
        Colour of each label; labels without one are grey.
    caption : str
        What the figure shows.
    """
    of_place, of_label = counts.sum(axis=0).to_numpy(), counts.sum(axis=1).to_numpy()
    names = [str(place) for place in counts.columns]
    pieces = [
        _piece(str(label), n, of_place, of_label[k], names, _look(str(label), k, len(counts), colours))
        for k, (label, n) in enumerate(zip(counts.index, counts.to_numpy(), strict=True))
    ]
    layout = {
        "barmode": "stack", "bargap": 0.2,
        "xaxis": {
            "title": f"share of each {counts.columns.name}’s nuclei", "range": [0, 1.2], "tickformat": ".0%",
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
        },
        "yaxis": {"autorange": "reversed", "showgrid": False, "type": "category"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    }  # fmt: skip
    legend = LEGEND_ROW * _legend_rows([str(label) for label in counts.index])
    height = AROUND + legend + BAR * len(names) + CAPTION
    figure = go.Figure([*pieces, _totals(names, of_place)], layout=layout)
    return framed(figure, height=height, caption=caption, below=CAPTION, narrow=True)


def _piece(
    label: str, counts: np.ndarray, of_place: np.ndarray, of_label: int, names: list[str], look: dict
) -> dict:
    """One label's pieces of all bars, as a dict: twice as fast as plotly's class."""
    shares = counts / np.maximum(of_place, 1)
    return {
        "type": "bar", "orientation": "h", "name": label, "x": shares, "y": names,
        "marker": {**look, "line": {"width": np.sign(counts), "color": "rgba(255,255,255,0.8)"}},
        "text": [_written(label, int(n), share) for n, share in zip(counts, shares, strict=True)],
        "textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "constraintext": "none",
        "textfont": {"size": 11},
        "customdata": np.column_stack([counts, of_place, counts / max(of_label, 1)]),
        "hovertemplate": (
            "<b>%{fullData.name}</b> in <b>%{y}</b><br>%{customdata[0]:,} nuclei<br>"
            "%{x:.1%} of the %{customdata[1]:,} in %{y}<br>"
            f"%{{customdata[2]:.1%}} of the {of_label:,} of %{{fullData.name}}<extra></extra>"
        ),
    }  # fmt: skip


def _written(label: str, n: int, share: float) -> str:
    """The longest text that fits into a piece."""
    room = share * _WIDTH / _LETTER - 1
    both = f"{label}: {n:,}"
    return next((text for text in (both, f"{n:,}") if n and len(text) <= room), "")


def _look(label: str, place: int, of: int, colours: dict[str, str]) -> dict:
    """Colour, and a hatch where neighbours or greys would look alike."""
    grey = label not in colours
    hatched = grey or (of > EASY_TO_TELL and place % 2 == 1)
    return {
        "color": colours.get(label, NO_LABEL_COLOUR),
        "pattern": {
            "shape": ("x" if place % 2 else "\\") if grey else "/" if hatched else "",
            "fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.45)", "size": 7, "solidity": 0.2,
        },
    }  # fmt: skip


def _totals(names: list[str], totals: np.ndarray) -> dict:
    return {
        "type": "scatter", "mode": "text", "x": [1.01] * len(names), "y": names,
        "text": [f"n = {n:,}" for n in totals], "textposition": "middle right",
        "textfont": {"size": 11.5, "color": MUTED}, "hoverinfo": "skip", "showlegend": False,
        "cliponaxis": False,
    }  # fmt: skip


def _legend_rows(labels: list[str]) -> int:
    """The most rows that the legend needs."""
    if len(labels) < 2:
        return 0
    widest = max(map(len, labels)) + 6  # plotly makes all entries as wide as the widest
    return -(-len(labels) // max(_LEGEND_LETTERS // widest, 1))
