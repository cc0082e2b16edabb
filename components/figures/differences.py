"""Where two tables agree: the share of nuclei with the same label, bin by bin, with its interval."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison.differences import FEW
from components.figures.frame import MUTED, framed

Layers = list[tuple[str, float, float]]
"""Name, top and bottom of each layer, in µm of depth."""
POINT, WHOLE = "#2f7f8f", "#c8782a"
ROOM_FOR_N, BELOW, ROW = 118, 118, 40
"""Pixels: right of the plot, below it, and per bin where bins are not drawn at their depths."""
SMALLEST, LARGER = 7, 11
"""Diameter of the smallest point in pixels, and what the largest has in addition."""


def agreement_by_figure(
    bins: pd.DataFrame,
    overall: float,
    caption: str,
    layers: Layers | None = None,
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
    at = (bins["low"] + bins["high"]).to_numpy() / 2 if layers else np.arange(len(bins), dtype=float)
    left, right = _ends(bins, overall, before=0.06 if layers else 0.02)
    few, most = (bins["n"] < FEW).to_numpy(), int(bins["n"].max())
    traces = [_points(bins[rows], at[rows], most, few=rows is few) for rows in (~few, few) if rows.any()]
    layout = {
        "showlegend": False,
        "xaxis": {"title": "share with the same label", "range": [left, right], "tickformat": ".0%"},
        "yaxis": {"title": bins.index.name, **_upright(bins, at, layers)},
        "shapes": [_overall_line(overall), *_layer_lines(bins, layers or [])],
        "annotations": [_overall_words(overall), *_layer_names(bins, layers or [])],
    }  # fmt: skip
    figure = go.Figure([*traces, _n_texts(bins, at, right)], layout)
    framed(figure, height=560 if layers else 80 + BELOW + ROW * len(bins), caption=caption, below=BELOW)
    return figure.update_layout(margin_r=ROOM_FOR_N, margin_t=40)


def _ends(bins: pd.DataFrame, overall: float, before: float) -> tuple[float, float]:
    """Round ends of the axis of shares, around all intervals, a tenth apart or more, with room for points."""
    low = min(np.floor(min(bins["share_low"].min(), overall) * 20) / 20, 0.9)
    high = max(np.ceil(max(bins["share_high"].max(), overall) * 20) / 20, low + 0.1)
    high = min(high, 1.0)
    return low - before * (high - low), high + 0.02 * (high - low)


def _points(bins: pd.DataFrame, at: np.ndarray, most: int, *, few: bool) -> dict[str, Any]:
    """Points of the bins given, as a dict: twice as fast as plotly's class."""
    share, colour = bins["share"], MUTED if few else POINT
    return {
        "type": "scatter", "mode": "markers", "x": share, "y": at,
        "marker": {
            "color": colour, "symbol": "circle-open" if few else "circle", "line": {"width": 2 if few else 0},
            "size": SMALLEST + LARGER * np.sqrt(bins["n"] / most), "opacity": 1,
        },
        "error_x": {
            "type": "data", "symmetric": False, "array": bins["share_high"] - share,
            "arrayminus": share - bins["share_low"], "color": colour, "thickness": 1.6, "width": 4,
        },
        "customdata": bins.reset_index()[[bins.index.name, "agree", "n", "share_low", "share_high"]],
        "hovertemplate": (
            "<b>%{customdata[0]}</b><br>%{x:.1%}: %{customdata[1]:,} of %{customdata[2]:,} nuclei have the "
            "same label<br>95 % interval %{customdata[3]:.1%} to %{customdata[4]:.1%}<extra></extra>"
        ),
    }  # fmt: skip


def _n_texts(bins: pd.DataFrame, at: np.ndarray, right: float) -> dict[str, Any]:
    """The n of each bin, right of the plot."""
    return {
        "type": "scatter", "mode": "text", "x": [right] * len(bins), "y": at, "textposition": "middle right",
        "text": [f" n = {n:,}{' (few)' if n < FEW else ''}" for n in bins["n"]], "cliponaxis": False,
        "textfont": {"size": 11.5, "color": MUTED}, "hoverinfo": "skip",
    }  # fmt: skip


def _upright(bins: pd.DataFrame, at: np.ndarray, layers: Layers | None) -> dict[str, Any]:
    """Put the pia, or the first bin, on top."""
    if layers:
        return {"range": [float(bins["high"].max()), min(0.0, float(bins["low"].min()))]}
    return {"range": [len(bins) - 0.5, -0.5], "tickvals": at, "ticktext": list(bins.index)}


def _overall_line(overall: float) -> dict[str, Any]:
    line = {"color": WHOLE, "width": 2, "dash": "dash"}
    return {"type": "line", "x0": overall, "x1": overall, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _overall_words(overall: float) -> dict[str, Any]:
    return {
        "text": f"all: {overall:.1%}", "x": overall, "yref": "paper", "y": 1, "yanchor": "bottom",
        "showarrow": False, "font": {"color": WHOLE},
    }  # fmt: skip


def _layer_lines(bins: pd.DataFrame, layers: Layers) -> list[dict[str, Any]]:
    line = {"width": 1, "dash": "dot", "color": "rgba(128,128,128,0.55)"}
    along = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": line}
    return [{**along, "y0": top, "y1": top} for _, top, _ in layers if top < bins["high"].max()]


def _layer_names(bins: pd.DataFrame, layers: Layers) -> list[dict[str, Any]]:
    deepest = float(bins["high"].max())
    look = {"xref": "paper", "x": 0, "xanchor": "left", "showarrow": False}
    return [
        {"text": name, "y": (top + min(bottom, deepest)) / 2, "font": {"size": 12, "color": MUTED}, **look}
        for name, top, bottom in layers
        if top < deepest
    ]
