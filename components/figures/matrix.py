"""Tables of numbers in colour: two label tables against each other, sessions against scans, match quality."""

from math import isfinite
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.ranges import Range
from components.figures.frame import ORANGE, click_targets, framed

Shares = Literal["row", "column", "all"]
SCALE = ["#e9f1f1", "#bcd9dd", "#6fb0b8", "#2f7f8f", "#0f4c5c"]
SCALE_DARK = ["#17242c", "#1f4753", "#2f7f8f", "#6fb0b8", "#d9eef0"]
FADING = [(0, "rgba(47,127,143,0.15)"), (1, "rgba(47,127,143,1)")]
"""Fades towards either page colour where matches are few."""
AGREE = {"width": 2.5, "color": ORANGE}
CUT = {"width": 2, "dash": "dash", "color": ORANGE}
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
    counted: str = "nuclei",
) -> go.Figure:
    """A matrix of counts, coloured by their logarithm, each cell with its count and share.

    Parameters
    ----------
    matrix : DataFrame
        Counts; index and columns carry the tables' titles as names.
    square : bool
        Whether both axes have the same labels: the diagonal is framed then.
    caption : str
        What the figure shows.
    shares : {"row", "column", "all"}
        The denominator of the shares.
    clickable : bool
        Put transparent markers over the cells: a heatmap's own clicks do not reach Python.
    margins : int
        How many rows and columns at the end are margins, which the shares leave out.
    dark : bool
        Whether the page is dark: high counts are bright there.
    counted : str
        What is counted: nuclei or units.
    """
    counts = matrix.to_numpy()
    parts = share_of(matrix, shares, margins).to_numpy()
    rows, columns = [str(label) for label in matrix.index], [str(label) for label in matrix.columns]
    of = {"row": "of the row", "column": "of the column", "all": "of all compared"}[shares]
    hover = (
        f"{matrix.index.name}: <b>%{{y}}</b><br>{matrix.columns.name}: <b>%{{x}}</b><br>"
        f"%{{customdata[0]:,}} {counted}, %{{customdata[1]:.1%}} {of}<extra></extra>"
    )
    heat = go.Heatmap(
        z=np.log10(counts + 1), x=columns, y=rows, xgap=2, ygap=2, showscale=False,
        colorscale=SCALE_DARK if dark else SCALE,
        text=_written(counts, parts, len(columns)), texttemplate="%{text}",  # plotly picks the colour
        textfont={"size": 12 if len(columns) <= LARGE_TYPE else 9.5},
        customdata=np.dstack([counts, parts]),
        **{"hoverinfo": "skip"} if clickable else {"hovertemplate": hover},
    )  # fmt: skip
    row_height = max(44 if len(columns) <= BOTH_WRITTEN else 26, 128 // len(rows))
    figure = framed(go.Figure(heat), height=170 + row_height * len(rows), caption=caption, below=56)
    if clickable:
        size = 34 if len(columns) <= LARGE_TYPE else 20
        cells = {"customdata": np.column_stack([counts.ravel(), parts.ravel()]), "hovertemplate": hover}
        figure.add_trace(click_targets(columns * len(rows), np.repeat(rows, len(columns)), size, **cells))
    for k in range(len(rows) - margins if square else 0):
        figure.add_shape(type="rect", x0=k - 0.5, x1=k + 0.5, y0=k - 0.5, y1=k + 0.5, line=AGREE)
    figure.update_xaxes(title=f"{matrix.columns.name} (columns)")
    figure.update_yaxes(title=f"{matrix.index.name} (rows)")
    return _as_table(figure, above=64)


def _as_table(figure: go.Figure, above: int) -> go.Figure:
    """Put the columns' names on top and the first row below them."""
    axis = {"showgrid": False, "type": "category"}
    figure.update_xaxes(side="top", **axis).update_yaxes(autorange="reversed", **axis)
    return figure.update_layout(margin_t=above, showlegend=False)


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


def _written(counts: np.ndarray, parts: np.ndarray, columns: int) -> np.ndarray:
    texts = np.empty(counts.shape, dtype=object)
    for cell, n in np.ndenumerate(counts):
        digits = ".1%" if columns <= LARGE_TYPE else ".0%"
        share = f"<br>{parts[cell]:{digits}}" if columns <= BOTH_WRITTEN and parts[cell] else ""
        texts[cell] = f"<b>{n:,}</b>{share}" if n and columns <= COUNT_WRITTEN else ""
    return texts


def scans_figure(scans: pd.DataFrame, caption: str) -> go.Figure:
    """Sessions against scans: a cell for each scan, with its units and nuclei.

    Parameters
    ----------
    scans : DataFrame
        From `analysis.comparison.units.units_by` for `["session", "scan_idx"]`.
    caption : str
        What the figure shows.
    """
    units, nuclei = (scans[name].unstack() for name in ("units", "nuclei"))  # noqa: PD010
    texts = [
        ["" if np.isnan(u) else f"<b>{u:,.0f}</b><br>{n:,.0f} nuclei" for u, n in zip(*lines, strict=True)]
        for lines in zip(units.to_numpy(float), nuclei.to_numpy(float), strict=True)
    ]
    heat = go.Heatmap(
        z=units.to_numpy(float), customdata=nuclei.to_numpy(float),
        x=[f"scan {scan}" for scan in units.columns], y=[f"session {session}" for session in units.index],
        text=texts, texttemplate="%{text}", colorscale=SCALE, xgap=2, ygap=2,
        zmin=0, zmax=scans["units"].max(), showscale=False, hoverongaps=False,
        hovertemplate="%{y}, %{x}: <b>%{z:,}</b> units, %{customdata:,} nuclei<extra></extra>",
    )  # fmt: skip
    figure = framed(go.Figure(heat), height=140 + 52 * len(units), caption=caption, below=60)
    return _as_table(figure, above=48)


def quality_figure(density: pd.DataFrame, cut: tuple[Range, ...], caption: str) -> go.Figure:
    """Residual against score: how many matches lie where, with the lines of a cut.

    Parameters
    ----------
    density : DataFrame
        From `analysis.comparison.units.quality_density`; coloured by the logarithm of the counts.
    cut : tuple of Range
        Its finite ends are drawn, each with its number.
    caption : str
        What the figure shows.
    """
    counts = density.to_numpy()
    highest = np.floor(np.log10(max(counts.max(initial=1), 1)))
    ticks = [10**power for power in range(int(highest) + 1)]
    heat = go.Heatmap(
        z=np.where(counts > 0, np.log10(np.maximum(counts, 1)), np.nan), customdata=counts,
        x=density.columns, y=density.index, colorscale=FADING, hoverongaps=False,
        colorbar={"title": "matches", "tickvals": np.log10(ticks), "ticktext": [f"{n:,}" for n in ticks]},
        hovertemplate=(
            "<b>%{customdata:,}</b> matches at residual %{x:.1f} µm, score %{y:.1f} µm<extra></extra>"
        ),
    )  # fmt: skip
    figure = framed(go.Figure(heat), height=460, caption=caption)
    figure.update_xaxes(title="residual, µm (small is good)")
    figure.update_yaxes(title="score, µm (large is good)")
    for limits in cut:
        draw = figure.add_vline if limits.column == "residual_um" else figure.add_hline
        side = "top" if limits.column == "residual_um" else "bottom right"
        for end in filter(isfinite, (limits.low, limits.high)):
            words = f"{end:g} µm".replace("-", "−")
            draw(
                end, line=CUT, annotation_text=words, annotation_position=side,
                annotation_font={"color": ORANGE},
            )  # fmt: skip
    return figure
