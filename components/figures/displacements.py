"""How far lookup points lie from the nuclei's centres."""

import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MUTED, framed

PATTERNS = ("", "/", "x", "\\", ".", "+")
"""One for each change of root, so that nothing depends on colour alone."""
ON_COLOUR = {"fillmode": "overlay", "fgcolor": "rgba(255,255,255,0.75)", "solidity": 0.2, "size": 7}
AT_WINDOW = {"dash": "dot", "width": 1.5, "color": MUTED}


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
    step = float(profile.index[1] - profile.index[0])
    patterns = dict(zip(colours, PATTERNS, strict=False))
    bars = [
        _bar(profile[change], step, colours.get(str(change), NO_LABEL_COLOUR), patterns.get(str(change), ""))
        for change in profile.columns
    ]
    figure = framed(go.Figure(bars), height=400, caption=caption)
    far = float(profile.index[-1])
    figure.add_vline(
        x=window_um, line=AT_WINDOW, annotation_text=f"documented window, {window_um:g} µm",
        annotation_position="top right", annotation_font={"size": 12, "color": MUTED},
    )  # fmt: skip
    figure.update_xaxes(title="from the centre to the lookup point, µm", range=[0, far + 2 * step])
    figure.update_xaxes(tickvals=[*range(int(far)), far + step / 2])
    figure.update_xaxes(ticktext=[*map(str, range(int(far))), f"≥ {far:g}"])
    figure.update_yaxes(title=f"nuclei per {step:g} µm", rangemode="tozero")
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    figure.update_layout(barmode="stack", bargap=0.06, showlegend=True, legend=legend)
    return figure


def _bar(counts: "pd.Series[int]", step: float, colour: str, pattern: str) -> go.Bar:
    starts = [float(start) for start in counts.index]
    spans = [f"{start:g} to {start + step:g} µm" for start in starts[:-1]] + [f"{starts[-1]:g} µm or more"]
    return go.Bar(
        x=[start + step / 2 for start in starts],
        y=counts.tolist(),
        width=step,
        name=counts.name,
        marker={"color": colour, "pattern": {**ON_COLOUR, "shape": pattern}},
        customdata=spans,
        hovertemplate=f"<b>{counts.name}</b><br>%{{customdata}}: %{{y:,}} nuclei<extra></extra>",
    )
