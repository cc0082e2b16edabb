"""Two tables' labels against each other."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.figures.frame import framed

SCALE = ["#e9f1f1", "#bcd9dd", "#6fb0b8", "#2f7f8f", "#0f4c5c"]
AGREE = {"width": 2.5, "color": "#c8782a"}


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
    rows, columns = [str(label) for label in matrix.index], [str(label) for label in matrix.columns]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    written = np.empty(counts.shape, dtype=object)
    for place, n in np.ndenumerate(counts):
        written[place] = f"<b>{n:,}</b><br>{shares[place]:.1%}" if n else ""
    heat = go.Heatmap(
        z=np.log10(counts + 1), x=columns, y=rows, colorscale=SCALE, showscale=False, xgap=2, ygap=2,
        text=written, texttemplate="%{text}",  # plotly picks a colour that reads
        customdata=np.dstack([counts, shares]),
        hovertemplate=(
            f"{matrix.index.name}: <b>%{{y}}</b><br>{matrix.columns.name}: <b>%{{x}}</b><br>"
            "%{customdata[0]:,} nuclei, %{customdata[1]:.1%} of the row<extra></extra>"
        ),
    )  # fmt: skip
    figure = framed(
        go.Figure(heat), height=160 + max(44, 128 // len(rows)) * len(rows), caption=caption, below=56
    )
    for k in range(len(rows) if square else 0):
        figure.add_shape(type="rect", x0=k - 0.5, x1=k + 0.5, y0=k - 0.5, y1=k + 0.5, line=AGREE)
    axis = {"showgrid": False, "type": "category"}
    figure.update_xaxes(title=f"{matrix.columns.name} (columns)", side="top", **axis)
    figure.update_yaxes(title=f"{matrix.index.name} (rows)", autorange="reversed", **axis)
    figure.update_layout(margin_t=64)
    return figure
