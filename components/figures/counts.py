"""How many nuclei of each type, and how deep they lie."""

import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MUTED, bars_figure, framed

DASHES = ("solid", "dash", "dot", "dashdot")
"""Cycled through, so that neighbouring lines differ by more than colour."""
REACH = "reach"
"""Name of the invisible bars that take clicks."""


def counts_figure(
    counts: pd.DataFrame, colours: dict[str, str], caption: str, *, clickable: bool = False
) -> go.Figure:
    """Bars of nuclei per label, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        From `analysis.labels.counts.type_counts`.
    colours : dict
        Colour of each label.
    caption : str
        What the figure shows.
    clickable : bool
        Add invisible bars over the whole width, so that a short bar is as easy to click as a long one.
    """
    # A click must leave no mark: the selection may change elsewhere, and the mark would stay. Both states
    # are given, since plotly looks for the font of one wherever the other has it.
    unmarked = {"marker": {"opacity": 1}, "textfont": {"color": MUTED}}
    reach = 1.3 * int(counts["nuclei"].max()) if len(counts) else 1.3
    marks = [colours.get(label, NO_LABEL_COLOUR) for label in counts.index]
    bars = {
        "x": counts["nuclei"],
        "y": counts.index,
        "marker": {"color": marks, "cornerradius": 3},
        "text": [f"{n:,} · {share:.1%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)],
        "selected": unmarked,
        "unselected": unmarked,
        "hovertemplate": "<b>%{y}</b><br>%{x:,} nuclei<extra></extra>",
    }
    axis = {"title": "nuclei", "range": [0, reach], "tickformat": "~s"}
    figure = bars_figure(bars, axis, height=120 + 30 * len(counts), caption=caption, narrow=True)
    figure.update_layout(bargap=0.22, showlegend=False)
    if clickable:
        figure.add_trace(_reach(counts, reach))
        figure.update_layout(barmode="overlay")
    return figure


def _reach(counts: pd.DataFrame, length: float) -> go.Bar:
    """Invisible bars with the hover text of the visible ones."""
    hovers = [f"<b>{label}</b><br>{n:,} nuclei<extra></extra>" for label, n in counts["nuclei"].items()]
    return go.Bar(
        x=[length] * len(counts),
        y=counts.index,
        orientation="h",
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        hovertemplate=hovers,
        name=REACH,
    )


def depth_figure(
    profile: pd.DataFrame,
    colours: dict[str, str],
    layers: list[tuple[str, float, float]],
    caption: str,
) -> go.Figure:
    """Nuclei per slice of depth, a line per label, the pia on top; a drag selects a range of depth.

    Parameters
    ----------
    profile : DataFrame
        From `analysis.labels.counts.depth_profile`.
    colours : dict
        Colour of each label.
    layers : list of (name, top, bottom)
        Depths in µm.
    caption : str
        What the figure shows.
    """
    lines = [
        _depth_line(profile[label], colours.get(label, NO_LABEL_COLOUR), DASHES[k % len(DASHES)])
        for k, label in enumerate(profile.columns)
    ]
    figure = framed(go.Figure(lines), height=560, caption=caption, narrow=True)
    deepest = float(profile.index.max()) + 20 if len(profile) else 800.0
    _draw_layers(figure, layers, deepest)
    step = float(profile.index[1] - profile.index[0]) if len(profile) > 1 else 0.0
    figure.update_yaxes(
        title="depth below the pia, µm", range=[deepest, min(0.0, float(profile.index.min()) - step)]
    )
    figure.update_xaxes(
        title=f"nuclei per {step:.0f} µm of depth", range=[0, 1.12 * float(profile.to_numpy().max(initial=1))]
    )
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    figure.update_layout(dragmode="select", selectdirection="v")
    return figure


def _depth_line(counts: "pd.Series[int]", colour: str, dash: str) -> go.Scatter:
    """A stepped line that starts and ends at zero."""
    middles = counts.index.to_numpy(dtype=float)
    step = middles[1] - middles[0] if len(middles) > 1 else 1.0
    return go.Scatter(
        x=[0, *counts, 0],
        y=[middles[0] - step, *middles, middles[-1] + step],
        name=counts.name,
        mode="lines+markers",  # a drag selects markers only, so there are invisible ones
        marker={"opacity": 0, "size": 1},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        line={"color": colour, "width": 2.2, "shape": "vhv", "dash": dash},
        hovertemplate=f"<b>{counts.name}</b><br>%{{x:,}} nuclei at %{{y:.0f}} µm<extra></extra>",
    )


def _draw_layers(figure: go.Figure, layers: list[tuple[str, float, float]], deepest: float) -> None:
    """Draw the layers' boundaries, with their names between them."""
    for name, top, bottom in layers:
        if top < deepest:
            figure.add_hline(y=top, line={"width": 1, "dash": "dot", "color": "rgba(128,128,128,0.55)"})
            figure.add_annotation(
                x=1, xref="paper", y=(top + min(bottom, deepest)) / 2, text=name, showarrow=False,
                xanchor="right", font={"size": 12, "color": MUTED},
            )  # fmt: skip
