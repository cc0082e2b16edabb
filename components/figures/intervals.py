"""Shares bin by bin with their intervals: where two tables agree, and where two matches of units do."""

from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from components.analysis.comparison.metrics import FEW
from components.figures.frame import (
    AXIS,
    MUTED,
    OPAQUE,
    ORANGE,
    TEAL,
    UNIT_COLOUR,
    Layers,
    framed,
    interval_bars,
    laid_out,
    layer_marks,
    row_texts,
    rows_axis,
    text_room,
)

BIN, DEPTHS, PAIR = 17, 160, 32
"""Pixels: of a bin, of all bins where they are drawn at their depths, of two lineages with a note."""
SMALLEST, LARGER = 7, 11
"""Diameter of the smallest point in pixels, and what the largest has in addition."""
EDGE = 0.06
"""Room beside the ends of an axis, as a share of it, so that points there are whole and can be clicked."""

NAMES = 0.12
"""Room for the names of layers at the left end, likewise, so that no point lies on one."""


def agreement_by_figure(
    bins: pd.DataFrame, overall: float, caption: str, layers: Layers | None = None
) -> go.Figure:
    """A point per bin with its Wilson interval, its n at the right, and a line for all nuclei together.

    Points grow with n; small bins are marked "few" and drawn as grey rings. The axis spans the intervals.

    Parameters
    ----------
    bins : DataFrame
        From `analysis.comparison.differences.agreement_by`, without the last row of nuclei in no bin.
    overall : float
        Share of all compared nuclei, 0–1.
    caption : str
        What the figure shows.
    layers : Layers, optional
        For bins of depth, which are then drawn at their depths, the pia on top.
    """
    heights = (bins["low"] + bins["high"]) / 2 if layers else bins.index
    left, right = _ends(bins, overall, before=NAMES if layers else 0.02)
    few, most = (bins["n"] < FEW).to_numpy(), int(bins["n"].max())
    traces = [_points(bins[rows], heights[rows], most, few=rows is few) for rows in (~few, few) if rows.any()]
    n_texts = [f" n = {n:,}{' (few)' if n < FEW else ''}" for n in bins["n"]]
    marks = layer_marks(layers or [], bins["high"].max() if layers else 0, right=False)
    layout = {
        "showlegend": False,
        "xaxis": {"title": "share with the same label", "range": [left, right], "tickformat": ".0%"},
        "yaxis": {"title": bins.index.name, **_upright(bins, layers)},
        "shapes": [
            {
                "type": "line", "x0": overall, "x1": overall, "yref": "paper", "y0": 0, "y1": 1,
                "line": {"color": ORANGE, "width": 2, "dash": "dash"},
            },
            *marks["shapes"],
        ],
        "annotations": [
            {
                "text": f"all: {overall:.1%}", "x": overall, "yref": "paper", "y": 1, "yanchor": "bottom",
                "showarrow": False,
            },
            *marks["annotations"],
        ],
    }  # fmt: skip
    written = slice(None, None, -(-len(bins) * BIN // DEPTHS) if layers else 1)  # as many as do not meet
    numbers = row_texts([right] * len(bins[written]), heights[written], n_texts[written])
    figure = go.Figure([*traces, numbers], layout)
    inner = DEPTHS if layers else BIN * max(len(bins), 4)
    return framed(figure, inner=inner, caption=caption, above=20, right=text_room(n_texts))


def _ends(bins: pd.DataFrame, overall: float, before: float) -> tuple[float, float]:
    """Round ends of the axis of shares, around all intervals, a tenth apart or more, with room for points."""
    low = min(np.floor(min(bins["share_low"].min(), overall) * 20) / 20, 0.9)
    high = max(np.ceil(max(bins["share_high"].max(), overall) * 20) / 20, low + 0.1)
    high = min(high, 1.0)
    return low - before * (high - low), high + 0.02 * (high - low)


def _upright(bins: pd.DataFrame, layers: Layers | None) -> dict[str, Any]:
    """Put the pia, or the first bin, on top."""
    if layers:
        return {"range": [float(bins["high"].max()), min(0.0, float(bins["low"].min()))]}
    return _in_order(bins.index)


def _in_order(names: pd.Index) -> dict[str, Any]:
    """An axis of rows in this order, whichever trace draws them."""
    return rows_axis(names) | {"categoryorder": "array", "categoryarray": names.tolist()}


def _points(bins: pd.DataFrame, heights: ArrayLike, most: int, *, few: bool) -> dict[str, Any]:
    """Points of the bins given, as a dict: twice as fast as plotly's class."""
    colour = MUTED if few else TEAL
    return {
        "type": "scatter", "mode": "markers", "x": bins["share"], "y": heights,
        "selected": OPAQUE, "unselected": OPAQUE,
        "marker": {
            "color": colour, "symbol": "circle-open" if few else "circle", "line": {"width": 2 if few else 0},
            "size": SMALLEST + LARGER * np.sqrt(bins["n"] / most), "opacity": 1,
        },
        "error_x": {"color": colour, "thickness": 1.6, "width": 4, **interval_bars(bins)},
        "customdata": bins.reset_index()[[bins.index.name, "agree", "n", "share_low", "share_high"]],
        "hovertemplate": (
            "<b>%{customdata[0]}</b><br>same label: %{x:.1%}, %{customdata[1]:,} of %{customdata[2]:,}<br>"
            "95 % interval %{customdata[3]:.1%} to %{customdata[4]:.1%}<extra></extra>"
        ),
    }  # fmt: skip


def lineages_figure(lines: pd.DataFrame, caption: str) -> go.Figure:
    """A row per two lineages: their agreement with its interval, n at the right, and a note below the name.

    Parameters
    ----------
    lines : DataFrame
        Index a row's own name; `name` as it is written; `share`, `share_low`, `share_high` (0–1, NaN where
        the two cannot agree), `agree`, `n` nuclei, and `note`.
    caption : str
        What the figure shows.
    """
    known, few = lines["share"].notna().to_numpy(), (lines["n"] < FEW).to_numpy()
    most = int(lines["n"].max())
    drawn = {False: known & ~few, True: known & few}
    traces = [
        _points(lines[rows], lines.index[rows], most, few=is_few)
        for is_few, rows in drawn.items()
        if rows.any()
    ]
    names = [
        f"{name}<br><span style='font-size:10px'>{note}</span>" if note else str(name)
        for name, note in zip(lines["name"], lines["note"], strict=True)
    ]
    low = max(0.0, float(np.floor(lines["share_low"].min() * 10) / 10)) if known.any() else 0.0
    edge = EDGE * (1.0 - low)
    n_texts = [f" n = {n:,}{' (few)' if n < FEW else ''}" for n in lines["n"]]
    layout = {
        "showlegend": False,
        "xaxis": {"title": "share with the same label", "range": [low - edge, 1 + edge], "tickformat": ".0%"},
        "yaxis": _in_order(lines.index) | {"tickvals": lines.index.tolist(), "ticktext": names},
    }  # fmt: skip
    figure = go.Figure([*traces, row_texts([1 + edge] * len(lines), lines.index, n_texts)], layout)
    return framed(figure, inner=PAIR * len(lines), caption=caption, right=text_room(n_texts))


def same_by_score_figure(shares: pd.DataFrame, caption: str) -> go.Figure:
    """Share of units that two tables match to the same nucleus, by score, with intervals and n.

    Parameters
    ----------
    shares : DataFrame
        From `analysis.comparison.unit_matches.same_by_score`.
    caption : str
        What the figure shows.
    """
    ends = zip(shares["low"], shares["high"], shares["n"], strict=True)
    line = go.Scatter(
        x=[f"{_bin_words(low, high)}<br>n = {n:,}" for low, high, n in ends], y=shares["share"],
        mode="lines+markers", line={"color": UNIT_COLOUR, "width": 2.2}, marker={"size": 8},
        customdata=shares[["same", "n", "share_low", "share_high"]],
        error_y={"width": 5, "thickness": 1.5, **interval_bars(shares)},
        hovertemplate=(
            "same nucleus: <b>%{y:.1%}</b>, %{customdata[0]:,} of %{customdata[1]:,}<br>"
            "95 % interval %{customdata[2]:.1%}–%{customdata[3]:.1%}<extra></extra>"
        ),
    )  # fmt: skip
    figure = framed(go.Figure(line), inner=300, caption=caption, below=AXIS + 44)
    return laid_out(
        figure,
        xaxis={"title": "automated score, µm (large is good)", "type": "category", "tickangle": -90},
        yaxis={"title": "share of units with the same nucleus", "tickformat": ".0%", "range": [0, 1.03]},
    )


def _bin_words(low: float, high: float) -> str:
    """Name a bin of score: "below −4", "−4 to −2", "from 12"."""
    first, last = (f"{end:g}".replace("-", "−") for end in (low, high))
    if not isfinite(low):
        return f"below {last}"
    return f"{first} to {last}" if isfinite(high) else f"from {first}"
