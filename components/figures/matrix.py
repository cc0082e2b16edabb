"""Two tables' labels against each other."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.figures.frame import MUTED, framed

SCALE = ["#e3eeee", "#bcd9dd", "#6fb0b8", "#2f7f8f", "#0f4c5c"]
INK, WHITE = "#14303a", "#ffffff"
WHITE_FROM = 0.62
"""Share of the scale from which a square is dark enough for white type."""


def matrix_figure(matrix: pd.DataFrame, *, square: bool, caption: str) -> go.Figure:
    """A matrix of counts, coloured by their logarithm, each square with its count and row share.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei; index and columns carry the tables' titles as names.
    square : bool
        Whether both axes speak the same labels: the squares of agreement are framed then.
    caption : str
        What the picture is of.
    """
    counts = matrix.to_numpy()
    shade = np.log10(np.where(counts > 0, counts + 1.0, np.nan))  # an empty square has no colour
    rows, columns = [str(label) for label in matrix.index], [str(label) for label in matrix.columns]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    heat = go.Heatmap(
        z=shade, zmin=0, x=columns, y=rows, colorscale=SCALE, showscale=False, xgap=2, ygap=2,
        customdata=np.dstack([counts, shares]),
        hovertemplate=(
            f"{matrix.index.name}: <b>%{{y}}</b><br>{matrix.columns.name}: <b>%{{x}}</b><br>"
            "%{customdata[0]:,} nuclei, %{customdata[1]:.1%} of the row<extra></extra>"
        ),
    )  # fmt: skip
    figure = framed(go.Figure(heat), height=190 + 64 * len(rows), caption=caption)
    for i, j in np.ndindex(*counts.shape):
        level = shade[i, j] / np.nanmax(shade) if counts[i, j] else 0.0
        type_colour = MUTED if not counts[i, j] else WHITE if level >= WHITE_FROM else INK
        figure.add_annotation(
            x=columns[j], y=rows[i], showarrow=False,
            text=f"<b>{counts[i, j]:,}</b><br><span style='font-size:11px'>{shares[i, j]:.1%}</span>",
            font={"color": type_colour},
        )  # fmt: skip
        if square and i == j:
            figure.add_shape(
                type="rect", x0=j - 0.5, x1=j + 0.5, y0=i - 0.5, y1=i + 0.5,
                line={"width": 2.5, "color": "#c8782a"},
            )  # fmt: skip
    figure.update_xaxes(title=f"{matrix.columns.name} (columns)", side="top", showgrid=False, type="category")
    figure.update_yaxes(
        title=f"{matrix.index.name} (rows)", autorange="reversed", showgrid=False, type="category"
    )
    figure.update_layout(margin_t=64)
    return figure
