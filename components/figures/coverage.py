"""Disagreements by what lies beside them."""

import pandas as pd
import plotly.graph_objects as go

from components.figures.frame import AXIS, OPAQUE, ORANGE, TEAL, framed
from components.figures.ghosts import COUNT_MISSING, ghosted, solid_bars


def beside_figure(by_near: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of disagreements by how many of their neighbours are disagreements too, and what chance gives.

    Parameters
    ----------
    by_near : DataFrame
        From `analysis.raters.clustering.Clustering`: `n` and `expected`.
    caption : str
        What the figure shows.
    """
    steps = [str(step) for step in by_near.index]
    bars = {
        "type": "bar", "x": steps, "y": by_near["n"], "name": "seen",
        "marker": {"color": TEAL, "cornerradius": 3},
        "hovertemplate": "disagreements: <b>%{y:,}</b><br>such neighbours of each: %{customdata}"
        "%{hovertext}<extra></extra>",
        "customdata": steps,
        **COUNT_MISSING,
    }  # fmt: skip
    expected = {
        "type": "scatter", "mode": "markers", "x": steps, "y": by_near["expected"], "name": "permuted (mean)",
        "marker": {"color": ORANGE, "symbol": "line-ew-open", "size": 26, "line": {"width": 3}},
        "hovertemplate": "%{y:,.1f} by permutation<extra></extra>",
        "selected": OPAQUE, "unselected": OPAQUE,
    }  # fmt: skip
    layout = {
        "xaxis": {
            "title": "neighbours that are disagreements too", "type": "category", "fixedrange": True,
            "tickvals": steps,
            "ticktext": [
                f"{step}<br><span style='font-size:10px'>n = {n:,}</span>"
                for step, n in by_near["n"].items()
            ],
        },
        "yaxis": {"title": "disagreements", "tickformat": "~s", "fixedrange": True},
        "showlegend": False, "barmode": "overlay",
    }  # fmt: skip
    caption += "<br>bars: seen · lines: permuted (mean)"  # no legend: its names would select nothing
    figure = framed(go.Figure([bars, expected], layout), inner=230, caption=caption, below=AXIS + 14)
    solid = {"type": "bar", "x": steps, "marker": bars["marker"]}
    return ghosted(figure, "bars", solid, bars=[solid_bars([0], by="x", along="y")])
