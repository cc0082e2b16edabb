"""A confusion matrix or contingency table with counts, shares and clickable cells."""

from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.figures.frame import framed

Shares = Literal["row", "column", "all"]
SCALE = ["#e9f1f1", "#bcd9dd", "#6fb0b8", "#2f7f8f", "#0f4c5c"]
SCALE_DARK = ["#17242c", "#1f4753", "#2f7f8f", "#6fb0b8", "#d9eef0"]
AGREE = {"width": 2.5, "color": "#c8782a"}
LARGE_TYPE = 13
"""Most columns at which cells are written in normal type."""
BOTH_WRITTEN, COUNT_WRITTEN = 18, 27
"""Most columns at which a cell shows count and share; most at which it shows the count."""


def matrix_figure(
    matrix: pd.DataFrame,
    *,
    square: bool,
    caption: str,
    shares: Shares = "row",
    clickable: bool = False,
    margins: int = 0,
    dark: bool = False,
) -> go.Figure:
    """A matrix of counts, coloured by their logarithm, each cell with its count and share.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei; index and columns carry the tables' titles as names.
    square : bool
        Whether both axes have the same labels: the diagonal is framed then.
    caption : str
        What the figure shows.
    shares : {"row", "column", "all"}
        The denominator of the shares.
    clickable : bool
        Put transparent markers over the cells: a heatmap's own clicks do not reach Python.
    dark : bool
        Whether the page is dark: high counts are bright there.
    margins : int
        How many rows and columns at the end are margins, which the shares leave out.
    """
    counts = matrix.to_numpy()
    parts = share_of(matrix, shares, margins).to_numpy()
    rows, columns = [str(label) for label in matrix.index], [str(label) for label in matrix.columns]
    hover = {"hoverinfo": "skip"} if clickable else {"hovertemplate": _hover(matrix, shares)}
    heat = go.Heatmap(
        z=np.log10(counts + 1), x=columns, y=rows, xgap=2, ygap=2, showscale=False,
        colorscale=SCALE_DARK if dark else SCALE,
        text=_written(counts, parts, len(columns)), texttemplate="%{text}",  # plotly picks the colour
        textfont={"size": 12 if len(columns) <= LARGE_TYPE else 9.5},
        customdata=np.dstack([counts, parts]), **hover,
    )  # fmt: skip
    height = 170 + max(_row_height(len(columns)), 128 // len(rows)) * len(rows)
    figure = framed(go.Figure(heat), height=height, caption=caption, below=56)
    if clickable:
        figure.add_trace(_targets(matrix, parts, shares))
    for k in range(len(rows) - margins if square else 0):
        figure.add_shape(type="rect", x0=k - 0.5, x1=k + 0.5, y0=k - 0.5, y1=k + 0.5, line=AGREE)
    _draw_axes(figure, matrix)
    return figure


def _draw_axes(figure: go.Figure, matrix: pd.DataFrame) -> None:
    axis = {"showgrid": False, "type": "category"}
    figure.update_xaxes(title=f"{matrix.columns.name} (columns)", side="top", **axis)
    figure.update_yaxes(title=f"{matrix.index.name} (rows)", autorange="reversed", **axis)
    figure.update_layout(margin_t=64, showlegend=False)


def share_of(matrix: pd.DataFrame, shares: Shares, margins: int = 0) -> pd.DataFrame:
    """Share of each matrix cell in its row, its column or all (0–1; 0 out of nothing), margins left out."""
    inner = matrix.to_numpy(dtype=float).copy()
    if margins:
        inner[-margins:, :] = inner[:, -margins:] = 0
    totals = {
        "row": inner.sum(axis=1, keepdims=True),
        "column": inner.sum(axis=0, keepdims=True),
        "all": inner.sum(keepdims=True),
    }[shares]
    return pd.DataFrame(inner / np.where(totals > 0, totals, 1), index=matrix.index, columns=matrix.columns)


def _row_height(columns: int) -> int:
    return 44 if columns <= BOTH_WRITTEN else 26


def _written(counts: np.ndarray, parts: np.ndarray, columns: int) -> np.ndarray:
    texts = np.empty(counts.shape, dtype=object)
    for cell, n in np.ndenumerate(counts):
        digits = ".1%" if columns <= LARGE_TYPE else ".0%"
        share = f"<br>{parts[cell]:{digits}}" if columns <= BOTH_WRITTEN and parts[cell] else ""
        texts[cell] = f"<b>{n:,}</b>{share}" if n and columns <= COUNT_WRITTEN else ""
    return texts


def _hover(matrix: pd.DataFrame, shares: Shares, row: str = "%{y}", column: str = "%{x}") -> str:
    of = {"row": "of the row", "column": "of the column", "all": "of all compared"}[shares]
    return (
        f"{matrix.index.name}: <b>{row}</b><br>{matrix.columns.name}: <b>{column}</b><br>"
        f"%{{customdata[0]:,}} nuclei, %{{customdata[1]:.1%}} {of}<extra></extra>"
    )


def _targets(matrix: pd.DataFrame, parts: np.ndarray, shares: Shares) -> go.Scatter:
    """What a click meets: a transparent marker on each matrix cell."""
    rows, columns = np.indices(matrix.shape)
    counts = matrix.to_numpy()
    invisible = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[str(label) for label in matrix.columns[columns.ravel()]],
        y=[str(label) for label in matrix.index[rows.ravel()]],
        customdata=np.column_stack([counts.ravel(), parts.ravel()]),
        mode="markers",
        marker={"symbol": "square", "size": 34 if matrix.shape[1] <= LARGE_TYPE else 20, "opacity": 0},
        selected=invisible,
        unselected=invisible,
        hovertemplate=_hover(matrix, shares),
    )
