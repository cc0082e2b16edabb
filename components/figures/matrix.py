"""Tables of numbers in colour: two label tables against each other, sessions against scans, match quality."""

from math import isfinite
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.ranges import Range
from components.figures.frame import (
    LETTER,
    MUTED,
    ORANGE,
    click_targets,
    framed,
    laid_out,
    rows_axis,
    short_names,
    wrapped_title,
)
from components.figures.ghosts import COUNT_MISSING, ghosted

Shares = Literal["row", "column", "all"]
PLACES = [0, 0.125, 0.25, 0.375, 0.5, 0.5, 0.625, 0.75, 0.875, 1]
SCALE = [(place, f"#{11 + step:06}") for step, place in enumerate(PLACES)]
"""Streamlit's page puts the sequential chart colours of its theme in their places, light or dark. The scale
jumps at a half: on the colours between, neither of plotly's two text colours can be read."""
RISING = [(min(2 * place**2, place), colour) for place, colour in SCALE]
"""Grows with the root of a share below a half, so that shares of a few percent differ to the eye."""
FADING = [(0, "rgba(47,127,143,0.15)"), (1, "rgba(47,127,143,1)")]
"""Fades towards either page colour where matches are few."""
AGREE = {"width": 2.5, "color": ORANGE}
CUT = {"width": 2, "dash": "dash", "color": ORANGE}
BOTH_WRITTEN = 8
"""Most columns at which a cell shows count and share; with more it shows the share, in whole percent."""
TALL, LOW, AXIS_NAME = 38, 24, 24
"""Pixels: a row of two lines, a row of one, the name of the axis."""


def matrix_figure(
    matrix: pd.DataFrame,
    *,
    square: bool,
    caption: str,
    shares: Shares = "row",
    clickable: bool = False,
    margins: int = 0,
    counted: str = "nuclei",
) -> go.Figure:
    """A matrix of counts, each cell coloured by its share; written are count and share, or the share.

    Parameters
    ----------
    matrix : DataFrame
        Counts; index and columns carry the tables' titles as names.
    square : bool
        Whether both axes have the same kind of labels: those that are the same are framed then.
    caption : str
        What the figure shows.
    shares : {"row", "column", "all"}
        The denominator of the shares.
    clickable : bool
        Put transparent markers over the cells: a heatmap's own clicks do not reach Python.
    margins : int
        How many rows and columns at the end are margins, which the shares leave out.
    counted : str
        What is counted: nuclei or units.
    """
    counts = matrix.to_numpy()
    parts = share_of(matrix, shares, margins).to_numpy(np.float32)
    rows, columns = [str(label) for label in matrix.index], [str(label) for label in matrix.columns]
    of = {"row": "of the row", "column": "of the column", "all": "of all compared"}[shares]
    numbers: dict[str, Any] = {
        "hovertemplate": f"{matrix.index.name}: <b>%{{y}}</b><br>{matrix.columns.name}: <b>%{{x}}</b><br>"
        f"{counted}: %{{customdata[0]:,}}, %{{customdata[1]:.1%}} {of}"
        f"{'%{hovertext}' if clickable else ''}<extra></extra>",
        **COUNT_MISSING,
    }
    both = len(columns) <= BOTH_WRITTEN
    heat = go.Heatmap(
        z=parts, x=columns, y=rows, xgap=2, ygap=2, showscale=False, colorscale=RISING,
        zmin=0, zmax=float(parts.max(initial=0)) or 1 if shares == "all" else 1,
        text=_written(counts, parts, margins, both=both), texttemplate="%{text}",  # plotly picks the colour
        textfont={"size": 12 if both else 11},
        **{"hoverinfo": "skip"} if clickable else {"customdata": np.dstack([counts, parts]), **numbers},
    )  # fmt: skip
    if not both:
        caption += f"<br>numbers: % {of}; “·” is less than 1"
    names = short_names(columns[: len(columns) - margins])
    names = [*(map(wrapped_title, names) if both else names), *["not in table"] * margins]
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    letters = max((len(line) for name in names for line in name.split("<br>")), default=0)
    inner, title = (TALL if both else LOW) * max(len(rows), 3), f"{matrix.index.name} (rows)"
    figure = framed(
        go.Figure(heat), inner=inner, caption=caption,
        above=AXIS_NAME + (10 + 15 * lines if both else 12 + round(LETTER * letters)), below=12,
    )  # fmt: skip
    if clickable:
        numbers["customdata"] = np.column_stack([counts.ravel(), parts.ravel()]).astype(np.float32)
        size = 34 if both else 20
        targets = columns * len(rows), np.repeat(rows, len(columns)).tolist()
        figure.add_trace(click_targets(*targets, size, **numbers))
        figure.layout.hoverdistance = -1  # all of a wide cell answers, not only near its marker
    if square:
        _frame_same(figure, rows[: len(rows) - margins], columns)
    across = {
        "title": {"text": f"{matrix.columns.name} (columns)"}, "tickangle": 0 if both else -90,
        "tickvals": columns, "ticktext": names,
    }  # fmt: skip
    down = {"title": {"text": title if LETTER * len(title) < inner else wrapped_title(title)}}
    laid_out(figure, xaxis=across, yaxis=down)
    _as_table(figure, rows, columns)
    return _with_strips(figure, counts) if clickable else figure


def _frame_same(figure: go.Figure, rows: list[str], columns: list[str]) -> None:
    """Frame the cells whose row and column have the same label."""
    cells = [(columns.index(label), k) for k, label in enumerate(rows) if label in columns]
    figure.layout.shapes = [
        {"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": k - 0.5, "y1": k + 0.5, "line": AGREE}
        for x, k in cells
    ]


def _with_strips(figure: go.Figure, counts: np.ndarray) -> go.Figure:
    """Add a strip to the foot of each cell, over the frames: plotly puts a shape drawn again over all."""
    strips = {
        "type": "path", "path": "", "xref": "paper", "yref": "paper",
        "fillcolor": MUTED, "line": {"color": "white", "width": 0.8},
    }  # fmt: skip
    path = f"shapes[{len(figure.layout.shapes)}].path"
    figure.layout.shapes = [*figure.layout.shapes, strips]
    return ghosted(figure, "cells", counts=counts.ravel().tolist(), columns=counts.shape[1], strips=path)


def _as_table(figure: go.Figure, rows: list[str], columns: list[str]) -> go.Figure:
    """Put the columns' names on top and the first row below them, and offer no zoom."""
    across = {"side": "top", "fixedrange": True, **rows_axis(columns), "range": [-0.5, len(columns) - 0.5]}
    return laid_out(figure, xaxis=across, yaxis={"fixedrange": True, **rows_axis(rows)}, showlegend=False)


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


def _written(counts: np.ndarray, parts: np.ndarray, margins: int, *, both: bool) -> np.ndarray:
    """The text of each cell; margins have no share."""
    texts = np.full(counts.shape, "", dtype=object)
    inner = [size - margins for size in counts.shape]
    for (row, column), n in np.ndenumerate(counts):
        if n and both:
            share = f"<br>{parts[row, column]:.1%}" if parts[row, column] else ""
            texts[row, column] = f"<b>{n:,}</b>{share}"
        elif n:
            is_margin = row >= inner[0] or column >= inner[1]
            percent = f"{100 * parts[row, column]:.0f}"
            texts[row, column] = short_count(n) if is_margin else "·" if percent == "0" else percent
    return texts


def short_count(n: int) -> str:
    """Write a count in four letters at most: 345, 1.2k, 12k."""
    return f"{n:,}" if n < 1_000 else f"{n / 1_000:.1f}k" if n < 9_950 else f"{n / 1_000:.0f}k"


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
        ["" if np.isnan(u) else f"<b>{u:,.0f}</b><br>{n:,.0f}" for u, n in zip(*lines, strict=True)]
        for lines in zip(units.to_numpy(float), nuclei.to_numpy(float), strict=True)
    ]
    heat = go.Heatmap(
        z=units.to_numpy(float), customdata=nuclei.to_numpy(float),
        x=[f"scan {scan}" for scan in units.columns], y=[f"session {session}" for session in units.index],
        text=texts, texttemplate="%{text}", colorscale=SCALE, xgap=2, ygap=2, textfont={"size": 12},
        zmin=0, zmax=scans["units"].max(), showscale=False, hoverongaps=False,
        hovertemplate="%{y}, %{x}<br>units: <b>%{z:,}</b>, nuclei: %{customdata:,}<extra></extra>",
    )  # fmt: skip
    figure = framed(
        go.Figure(heat), inner=TALL * len(units), caption=f"{caption}<br>bold: units; below: nuclei",
        above=30, below=12,
    )  # fmt: skip
    return _as_table(figure, [*heat.y], [*heat.x])


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
        z=np.where(counts > 0, np.log10(np.maximum(counts, 1)), np.nan).astype(np.float32),
        customdata=counts.astype(np.int32),
        x=density.columns, y=density.index, colorscale=FADING, hoverongaps=False,
        colorbar={"title": "matches", "tickvals": np.log10(ticks), "ticktext": [f"{n:,}" for n in ticks]},
        hovertemplate=(
            "residual %{x:.1f} µm, score %{y:.1f} µm<br>matches: <b>%{customdata:,}</b><extra></extra>"
        ),
    )  # fmt: skip
    figure = framed(go.Figure(heat), inner=340, caption=caption, above=24)
    laid_out(
        figure, xaxis={"title": "residual, µm (small is good)"}, yaxis={"title": "score, µm (large is good)"}
    )
    for limits in cut:
        draw = figure.add_vline if limits.column == "residual_um" else figure.add_hline
        side = "top" if limits.column == "residual_um" else "bottom left"
        for end in filter(isfinite, (limits.low, limits.high)):
            words = f"{end:g} µm".replace("-", "−")
            draw(end, line=CUT, annotation_text=words, annotation_position=side)
    return figure
