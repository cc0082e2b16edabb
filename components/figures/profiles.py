"""How measures are distributed: nuclei over depth, their volumes, and their distances to lookup points."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import (
    INVISIBLE,
    LEGEND_ABOVE,
    LEGEND_ROW,
    MUTED,
    ROW,
    Layers,
    framed,
    layer_marks,
    row_texts,
    rows_axis,
    text_room,
    with_legend,
)
from components.figures.ghosts import COUNT_MISSING, ghosted

DASHES = ("solid", "dash", "dot", "dashdot")
"""Cycled through, so that neighbouring lines differ by more than colour."""
DEPTHS, LEGEND_LINE = 380, 34
"""Pixels: all depths, a line in the legend."""
DEPTH_LINE: dict[str, Any] = {
    "mode": "lines+markers",  # a drag selects markers only, so there are invisible ones
    "marker": {"opacity": 0, "size": 1}, "selected": INVISIBLE, "unselected": INVISIBLE,
    "line": {"width": 2.2, "shape": "vhv"},
    "hovertemplate": "<b>%{fullData.name}</b><br>nuclei at %{y:.0f} µm: %{x:,}%{hovertext}<extra></extra>",
    **COUNT_MISSING,
}  # fmt: skip
"""What the lines of all labels have in common."""
SHARES_HOVER = "<b>%{fullData.name}</b><br>%{x:.1%} at %{y:.0f} µm<extra></extra>"
PATTERNS = ("", "/", "x", "\\", ".", "+")
"""One for each change of root, so that nothing depends on colour alone."""
ON_COLOUR = {"fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.75)", "solidity": 0.2, "size": 7}
AT_WINDOW = {"dash": "dot", "width": 1.5, "color": MUTED}


def depth_figure(
    profile: pd.DataFrame, colours: dict[str, str], layers: Layers, caption: str, *, shares: bool = False
) -> go.Figure:
    """Nuclei per slice of depth, a line per label, the pia on top; a drag selects a range of depth.

    Parameters
    ----------
    profile : DataFrame
        From `analysis.labels.counts.depth_profile`, or `analysis.comparison.two_sets.depth_shares`.
    colours : dict
        Colour of each label; labels without one are grey.
    layers : Layers
    caption : str
        What the figure shows.
    shares : bool
        Whether these are shares of each line's nuclei; a drag selects nothing then.
    """
    lines = [
        _depth_line(profile[label], colours.get(label, NO_LABEL_COLOUR), DASHES[k % len(DASHES)])
        for k, label in enumerate(profile.columns)
    ]
    deepest = float(profile.index.max()) + 20 if len(profile) else 800.0
    step = float(profile.index[1] - profile.index[0]) if len(profile) > 1 else 0.0
    of = "share of its nuclei" if shares else "nuclei"
    legend, room = with_legend([*map(str, profile.columns)], LEGEND_LINE, DEPTHS)
    layout = {
        "xaxis": {
            "title": f"{of} per {step:.0f} µm of depth",
            "range": [0, 1.12 * float(profile.to_numpy().max(initial=not shares))],
            **({"tickformat": ".0%"} if shares else {}),
        },
        "yaxis": {
            "title": "depth below the pia, µm",
            "range": [deepest, min(0.0, float(profile.index.min()) - step)],
        },
        "legend": legend, "dragmode": False if shares else "select", "selectdirection": "v",
        **layer_marks(layers, deepest, right=True),
    }  # fmt: skip
    figure = framed(
        go.Figure(lines, layout=layout), caption=caption, **room,
        shared={"scatter": DEPTH_LINE | ({"hovertemplate": SHARES_HOVER} if shares else {})},
    )  # fmt: skip
    if shares:
        return figure
    solid = [
        {**{name: line[name] for name in ("type", "y0", "dy", "line")}, "legendgroup": line["name"]}
        for line in lines
    ]
    return ghosted(figure, "lines", *solid, slices=len(profile))


def _depth_line(counts: "pd.Series[int]", colour: str, dash: str) -> dict[str, Any]:
    """What is a line's own, from zero to zero, as a dict: twice as fast as plotly's class."""
    middles = counts.index.to_numpy(dtype=float)
    step = middles[1] - middles[0] if len(middles) > 1 else 1.0
    return {
        "type": "scatter", "x": np.array([0, *counts, 0]), "y0": middles[0] - step, "dy": step,
        "name": str(counts.name), "line": {"color": colour, "dash": dash}, "legendgroup": str(counts.name),
    }  # fmt: skip


def volumes_figure(volumes: pd.DataFrame, colours: dict[str, str], caption: str) -> go.Figure:
    """Boxes of nucleus volume, one per label, drawn from quantiles.

    Parameters
    ----------
    volumes : DataFrame
        From `analysis.labels.counts.volume_by_label`. Boxes span the quartiles,
        whiskers the 5th to 95th percentiles.
    colours : dict
        Colour of each label; labels without one are grey.
    caption : str
        What the figure shows.
    """
    labels = [str(label) for label in volumes.index]
    boxes = [
        {
            "type": "box", "orientation": "h", "name": label, "y": [label], "q1": [row["q25"]],
            "median": [row["median"]], "q3": [row["q75"]], "lowerfence": [row["q05"]],
            "upperfence": [row["q95"]], "hoverinfo": "x+name",
            # Plotly fills with the same colour, half transparent.
            "line": {"color": colours.get(label, NO_LABEL_COLOUR), "width": 1.8},
        }
        for label, (_, row) in zip(labels, volumes.iterrows(), strict=True)
    ]  # fmt: skip
    texts = [f"  {m:,.0f} µm³ · n = {n:,}" for m, n in zip(volumes["median"], volumes["n"], strict=True)]
    widest = float(volumes["q95"].max()) if len(volumes) else 1.0
    layout = {
        "xaxis": {"title": "nucleus volume, µm³", "range": [0, widest], "hoverformat": ",.0f"},
        "yaxis": {"categoryorder": "array", "categoryarray": labels, **rows_axis(labels)},
        "showlegend": False, "boxgap": 0.35,
    }  # fmt: skip
    figure = go.Figure([*boxes, row_texts(volumes["q95"], volumes.index, texts)], layout=layout)
    framed(figure, inner=ROW * len(volumes), caption=caption, right=text_room(texts))
    solid = {
        "type": "box", "orientation": "h", "line": {"color": MUTED, "width": 1.8}, "width": 0.3,
        "fillcolor": MUTED, "whiskerwidth": 0,
    }  # fmt: skip
    return ghosted(figure, "boxes", solid)


def lengths_figure(
    profile: pd.DataFrame, colours: dict[str, str], window_um: float, caption: str
) -> go.Figure:
    """Stacked bars of nuclei by displacement, with a colour and a pattern per change of root.

    Parameters
    ----------
    profile : DataFrame
        From `analysis.labels.nuclei.length_profile`; its last row counts everything farther away.
    colours : dict
        Colour of each change; their order gives the patterns.
    window_um : float
        Width of the documented window, marked by a line.
    caption : str
        What the figure shows.
    """
    step, far = float(profile.index[1] - profile.index[0]), float(profile.index[-1])
    patterns = dict(zip(colours, PATTERNS, strict=False))
    starts = profile.index.astype(float)
    spans = [*(f"{start:g} to {start + step:g} µm" for start in starts[:-1]), f"{far:g} µm or more"]
    bars = [
        {
            "type": "bar", "x": starts + step / 2, "y": profile[change], "width": step, "name": change,
            "marker": {
                "color": colours.get(change, NO_LABEL_COLOUR),
                "pattern": {**ON_COLOUR, "shape": patterns.get(change, "")},
            },
            "customdata": spans,
            "hovertemplate": f"<b>{change}</b><br>nuclei, %{{customdata}}: %{{y:,}}<extra></extra>",
        }
        for change in map(str, profile.columns)
    ]  # fmt: skip
    layout = {
        "xaxis": {
            "title": "from the centre to the lookup point, µm", "range": [0, far + 2 * step],
            "tickvals": [*range(int(far)), far + step / 2],
            "ticktext": [*map(str, range(int(far))), f"≥ {far:g}"],
        },
        "yaxis": {"title": f"nuclei per {step:g} µm", "rangemode": "tozero"},
        "barmode": "stack", "bargap": 0.06, "showlegend": True,
        "legend": LEGEND_ABOVE | {"traceorder": "normal"},
    }  # fmt: skip
    figure = framed(go.Figure(bars, layout=layout), inner=280, caption=caption, above=14 + 2 * LEGEND_ROW)
    return figure.add_vline(
        x=window_um, line=AT_WINDOW, annotation_text=f"documented window, {window_um:g} µm",
        annotation_position="top right", annotation_font={"size": 12},
    )  # fmt: skip
