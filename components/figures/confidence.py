"""What a stated confidence is worth: agreement above a threshold, and a reliability diagram."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison.metrics import FEW
from components.figures.frame import (
    AXIS,
    INVISIBLE,
    LEGEND_ABOVE,
    MUTED,
    OPAQUE,
    ORANGE,
    SHARES_AXIS,
    TEAL,
    framed,
    interval_bars,
)
from components.figures.ghosts import COUNT_MISSING, ghosted, rgba, solid_bars

HEIGHT, LEGEND = 320, 30
BAND = rgba(TEAL, 0.22)
GAP = 0.08
"""Between points and bars, as a share of the height."""
BARS = 0.22
"""The height of the bars, likewise."""


def threshold_figure(kept: pd.DataFrame, caption: str) -> go.Figure:
    """Agreement with its interval, and the share of nuclei kept, over the least confidence that is asked for.

    Parameters
    ----------
    kept : DataFrame
        From `analysis.comparison.confidence.agreement_above`.
    caption : str
        What the figure shows.
    """
    x = kept.index.to_numpy()
    said = [
        f"<b>confidence at least {least:.3g}</b><br>nuclei kept: {n:,}, {coverage:.1%} of all"
        for least, n, coverage in kept[["n", "coverage"]].itertuples()
    ]
    unseen = {"selected": INVISIBLE, "unselected": INVISIBLE, "marker": {"opacity": 0, "size": 9}}
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    lines: list[dict[str, Any]] = [
        {"y": kept["share_low"], "showlegend": False, **edge},
        {"y": kept["share_high"], "fill": "tonexty", "fillcolor": BAND, "name": "95 % interval", **edge},
        {
            "y": kept["share"], "mode": "lines+markers", "line": {"color": TEAL, "width": 2.4},
            "name": "agreement", "customdata": kept[["agree", "n", "share_low", "share_high"]], **unseen,
            "hovertext": said,
            "hovertemplate": (
                "%{hovertext}<br>same label: %{y:.1%}, %{customdata[0]:,} of %{customdata[1]:,}<br>"
                "95 % interval %{customdata[2]:.1%} to %{customdata[3]:.1%}<extra></extra>"
            ),
        },
        {
            "y": kept["coverage"], "mode": "lines+markers", "name": "nuclei kept",
            "line": {"color": ORANGE, "width": 2.2, "dash": "dash"}, **unseen,
            "hovertext": said, "hovertemplate": "%{hovertext}<extra></extra>",
        },
    ]  # fmt: skip
    layout = {
        "xaxis": {"title": "confidence at least"}, "yaxis": {"title": "share of nuclei", **SHARES_AXIS},
        "legend": LEGEND_ABOVE,
    }  # fmt: skip
    figure = go.Figure([{"type": "scatter", "x": x, **line} for line in lines], layout)
    framed(figure, inner=HEIGHT, caption=caption, above=LEGEND)
    solid = {
        "type": "scatter", "mode": "lines", "x": x.tolist(), "fill": "tozeroy",
        "fillcolor": rgba(ORANGE, 0.35), "line": {"width": 1, "color": ORANGE},
    }  # fmt: skip
    filling = solid_bars([len(lines), len(lines) - 1], by="x", along="y", per=int(kept["n"].max()), said=said)
    return ghosted(figure, "bars", solid, bars=[filling])


def reliability_figure(bins: pd.DataFrame, caption: str, *, is_share: bool) -> go.Figure:
    """Share of same labels by confidence, a point per bin with its interval, and the nuclei of each below.

    A point lies at the mean of its bin, and is one mark with the bar in the middle of it.

    Points of few nuclei are grey rings. On the dotted diagonal a confidence is the share of same labels.

    Parameters
    ----------
    bins : DataFrame
        From `analysis.comparison.confidence.reliability`.
    caption : str
        What the figure shows.
    is_share : bool
        Whether the confidence can be read as a share, so that there is a diagonal.
    """
    few = (bins["n"] < FEW).to_numpy()
    place = {"type": "bar", "x": bins["middle"].tolist(), "width": 0.94 * (bins["high"] - bins["low"])}
    bars = {
        **place, "y": bins["n"], "yaxis": "y2", "marker": {"color": rgba(TEAL, 0.55)},
        "text": [f"{n:,}" for n in bins["n"]], "textposition": "outside", "cliponaxis": False,
        "customdata": bins[["low", "high"]],
        "hovertemplate": (
            "<b>confidence %{customdata[0]:.3g} to %{customdata[1]:.3g}</b><br>nuclei: %{y:,}%{hovertext}"
            "<extra></extra>"
        ),
        **COUNT_MISSING,
    }  # fmt: skip
    least, most = float(bins["low"].min()), float(bins["high"].max())
    ends = [0.0, 1.0] if is_share else [least, most]
    dots = {"color": MUTED, "width": 1.2, "dash": "dot"}
    diagonal = {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": dots}
    layout = {
        "xaxis": {"title": "confidence", "range": ends, "anchor": "y2"},
        "yaxis": {"title": "share with the same label", "domain": [BARS + GAP, 1], **SHARES_AXIS},
        "yaxis2": {
            "title": "nuclei", "domain": [0, BARS], "tickformat": "~s", "nticks": 3,
            "range": [0, 1.35 * int(bins["n"].max())],
        },
        "shapes": [diagonal] if is_share else [], "showlegend": False, "barmode": "overlay",
    }  # fmt: skip
    points = [_points(bins[rows], few=rows is few) for rows in (~few, few) if rows.any()]
    figure = framed(
        go.Figure([*points, bars], layout), inner=HEIGHT + 60, caption=caption, above=18, below=AXIS
    )
    solid = {**place, "yaxis": "y2", "marker": {"color": TEAL}}
    return ghosted(figure, "bars", solid, bars=[solid_bars([len(points)], by="x", along="y")])


def _points(bins: pd.DataFrame, *, few: bool) -> dict[str, Any]:
    colour = MUTED if few else TEAL
    return {
        "type": "scatter", "mode": "markers", "x": bins["confidence"], "y": bins["share"],
        "meta": {"places": {"x": bins["middle"].tolist()}},
        "marker": {
            "color": colour, "size": 10, "symbol": "circle-open" if few else "circle",
            "line": {"width": 2 if few else 0}, "opacity": 1,
        },
        "selected": OPAQUE, "unselected": OPAQUE,
        "error_y": {"color": colour, "thickness": 1.6, "width": 4, **interval_bars(bins)},
        "customdata": bins[["low", "high", "n", "agree", "share_low", "share_high"]],
        "hovertemplate": (
            "<b>confidence %{customdata[0]:.3g} to %{customdata[1]:.3g}, mean %{x:.3f}</b><br>"
            "same label: %{y:.1%}, %{customdata[3]:,} of %{customdata[2]:,}<br>95 % interval "
            "%{customdata[4]:.1%} to %{customdata[5]:.1%}"
            f"{'<br>few nuclei' if few else ''}<extra></extra>"
        ),
    }  # fmt: skip
