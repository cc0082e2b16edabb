"""How many nuclei of each type, and how deep they lie."""

import pandas as pd
import plotly.graph_objects as go

from components.figures.frame import MUTED, framed

DASHES = ("solid", "dash", "dot", "dashdot")
"""Lines take turns, so that neighbours in the order of display differ by more than colour."""
ODD_COLOUR = "#9aa0a8"
"""Of what is no label: unmapped, conflicting."""


def counts_figure(counts: pd.DataFrame, colours: dict[str, str], caption: str) -> go.Figure:
    """Bars of nuclei per label, each with its count and its share.

    Parameters
    ----------
    counts : DataFrame
        As `analysis.counts.type_counts` gives it.
    colours : dict
        Colour of each label.
    caption : str
        What the picture is of.
    """
    bars = go.Bar(
        x=counts["nuclei"],
        y=counts.index,
        orientation="h",
        marker={"color": [colours.get(label, ODD_COLOUR) for label in counts.index], "cornerradius": 3},
        text=[f"{n:,} · {share:.1%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>%{x:,} nuclei<extra></extra>",
    )
    figure = framed(go.Figure(bars), height=120 + 30 * len(counts), caption=caption, narrow=True)
    widest = int(counts["nuclei"].max()) if len(counts) else 1
    figure.update_xaxes(title="nuclei", range=[0, widest * 1.3], tickformat="~s")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.22)
    return figure


def depth_figure(
    profile: pd.DataFrame,
    colours: dict[str, str],
    layers: list[tuple[str, float, float]],
    caption: str,
) -> go.Figure:
    """Nuclei per slice of depth, a line a label: the pia on top.

    Parameters
    ----------
    profile : DataFrame
        As `analysis.counts.depth_profile` gives it.
    colours : dict
        Colour of each label.
    layers : list of (name, top, bottom)
        Depths in µm.
    caption : str
        What the picture is of.
    """
    lines = [
        _depth_line(profile[label], colours.get(label, ODD_COLOUR), DASHES[k % len(DASHES)])
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
    return figure


def _depth_line(counts: "pd.Series[int]", colour: str, dash: str) -> go.Scatter:
    """A line that steps at the borders between slices, and closes on nothing above and below them."""
    middles = counts.index.to_numpy(dtype=float)
    step = middles[1] - middles[0] if len(middles) > 1 else 1.0
    return go.Scatter(
        x=[0, *counts, 0],
        y=[middles[0] - step, *middles, middles[-1] + step],
        name=counts.name,
        mode="lines",
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
