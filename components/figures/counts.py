"""How many nuclei of each type, and how deep they lie."""

import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MUTED, framed

DASHES = ("solid", "dash", "dot", "dashdot")
"""Lines take turns, so that neighbours in the order of display differ by more than colour."""
"""Of what is no label: unmapped, conflicting."""
REACH = "reach"
"""Name of the unseen bars that take clicks."""


def counts_figure(
    counts: pd.DataFrame, colours: dict[str, str], caption: str, *, clickable: bool = False
) -> go.Figure:
    """Bars of nuclei per label, each with its count and its share.

    Parameters
    ----------
    counts : DataFrame
        As `analysis.labels.counts.type_counts` gives it.
    colours : dict
        Colour of each label.
    caption : str
        What the picture is of.
    clickable : bool
        Unseen bars over the whole width take the clicks, so that a short bar is as easy to hit as a long one.
    """
    bars = go.Bar(
        x=counts["nuclei"],
        y=counts.index,
        orientation="h",
        marker={"color": [colours.get(label, NO_LABEL_COLOUR) for label in counts.index], "cornerradius": 3},
        text=[f"{n:,} · {share:.1%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)],
        textposition="outside",
        cliponaxis=False,
        # A click leaves no mark here: what is selected may change elsewhere, and the mark would stay.
        # Both are said: plotly asks for the font of what is selected wherever the other has one.
        selected={"marker": {"opacity": 1}, "textfont": {"color": MUTED}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": MUTED}},
        hovertemplate="<b>%{y}</b><br>%{x:,} nuclei<extra></extra>",
    )
    figure = framed(go.Figure(bars), height=120 + 30 * len(counts), caption=caption, narrow=True)
    widest = int(counts["nuclei"].max()) if len(counts) else 1
    figure.update_xaxes(title="nuclei", range=[0, widest * 1.3], tickformat="~s")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.22, showlegend=False)
    if clickable:
        figure.add_trace(_reach(counts, widest * 1.3))
        figure.update_layout(barmode="overlay")
    return figure


def _reach(counts: pd.DataFrame, length: float) -> go.Bar:
    """Unseen bars that say of their labels what the bars say."""
    said = [f"<b>{label}</b><br>{n:,} nuclei<extra></extra>" for label, n in counts["nuclei"].items()]
    unseen = {"color": "rgba(0,0,0,0)", "line": {"width": 0}}
    return go.Bar(
        x=[length] * len(counts),
        y=counts.index,
        orientation="h",
        marker=unseen,
        hovertemplate=said,
        name=REACH,
    )


def depth_figure(
    profile: pd.DataFrame,
    colours: dict[str, str],
    layers: list[tuple[str, float, float]],
    caption: str,
) -> go.Figure:
    """Nuclei per slice of depth, a line a label: the pia on top. A drag picks a range of depth.

    Parameters
    ----------
    profile : DataFrame
        As `analysis.labels.counts.depth_profile` gives it.
    colours : dict
        Colour of each label.
    layers : list of (name, top, bottom)
        Depths in µm.
    caption : str
        What the picture is of.
    """
    lines = [
        _depth_line(profile[label], colours.get(label, NO_LABEL_COLOUR), DASHES[k % len(DASHES)])
        for k, label in enumerate(profile.columns)
    ]
    figure = go.Figure(lines)
    framed(figure, height=560, caption=caption, narrow=True)
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
    """A line that steps at the borders between slices, and closes on nothing above and below them."""
    middles = counts.index.to_numpy(dtype=float)
    step = middles[1] - middles[0] if len(middles) > 1 else 1.0
    return go.Scatter(
        x=[0, *counts, 0],
        y=[middles[0] - step, *middles, middles[-1] + step],
        name=counts.name,
        mode="lines+markers",  # plotly lets a drag pick where there are markers: these are not to be seen
        marker={"opacity": 0, "size": 1},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        line={"color": colour, "width": 2.2, "shape": "vhv", "dash": dash},
        hovertemplate=f"<b>{counts.name}</b><br>%{{x:,}} nuclei at %{{y:.0f}} µm<extra></extra>",
    )


def _draw_layers(figure: go.Figure, layers: list[tuple[str, float, float]], deepest: float) -> None:
    """Draw the layers' lines, with their names between them."""
    for name, top, bottom in layers:
        if top < deepest:
            figure.add_hline(y=top, line={"width": 1, "dash": "dot", "color": "rgba(128,128,128,0.55)"})
            figure.add_annotation(
                x=1, xref="paper", y=(top + min(bottom, deepest)) / 2, text=name, showarrow=False,
                xanchor="right", font={"size": 12, "color": MUTED},
            )  # fmt: skip
