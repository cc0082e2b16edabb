"""How large the nuclei of each type are."""

import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MUTED, framed


def volumes_figure(volumes: pd.DataFrame, colours: dict[str, str], caption: str) -> go.Figure:
    """Boxes of nucleus volume, one per label, drawn from quantiles.

    Parameters
    ----------
    volumes : DataFrame
        From `analysis.labels.volumes.volume_by_label`. Boxes span the quartiles,
        whiskers the 5th to 95th percentiles.
    colours : dict
        Colour of each label.
    caption : str
        What the figure shows.
    """
    boxes = [
        _box(str(label), row, colours.get(str(label), NO_LABEL_COLOUR)) for label, row in volumes.iterrows()
    ]
    texts = go.Scatter(
        x=volumes["q95"],
        y=volumes.index,
        mode="text",
        text=[f"  {m:,.0f} µm³ · n = {n:,}" for m, n in zip(volumes["median"], volumes["n"], strict=True)],
        textposition="middle right",
        textfont={"size": 11.5, "color": MUTED},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure = framed(go.Figure([*boxes, texts]), height=120 + 30 * len(volumes), caption=caption)
    widest = float(volumes["q95"].max()) if len(volumes) else 1.0
    figure.update_xaxes(title="nucleus volume, µm³", range=[0, widest * 1.4], hoverformat=",.0f")
    order = [str(label) for label in volumes.index]
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=order, showgrid=False)
    figure.update_yaxes(range=[len(order) - 0.5, -0.5])  # the first label on top
    figure.update_layout(showlegend=False, boxgap=0.35)
    return figure


def _box(label: str, row: "pd.Series[float]", colour: str) -> go.Box:
    return go.Box(
        y=[label],
        q1=[row["q25"]],
        median=[row["median"]],
        q3=[row["q75"]],
        lowerfence=[row["q05"]],
        upperfence=[row["q95"]],
        orientation="h",
        name=label,
        line={"color": colour, "width": 1.8},  # plotly fills with the same colour, half transparent
        hoverinfo="x+name",
    )
