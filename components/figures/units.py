"""Recorded units: how many per nucleus and scan, how well they match, and whether two tables agree."""

from math import isfinite

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.ranges import Range
from components.figures.frame import framed
from components.figures.matrix import SCALE, matrix_figure

BAR = "#3f6fb0"
LINE = "#c8782a"
FADING = [(0, "rgba(47,127,143,0.15)"), (1, "rgba(47,127,143,1)")]
"""Few matches are hard to see on the light page and on the dark one."""


def units_per_nucleus_figure(counts: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of nuclei by their number of units, each with its count and its share.

    Parameters
    ----------
    counts : DataFrame
        As `analysis.comparison.units.units_per_nucleus` gives it.
    caption : str
        What the picture is of.
    """
    names = [f"{units} unit{'s' if units > 1 else ''}" for units in counts.index]
    shares = [f"{n:,} · {share:.2%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)]
    return _bars(names, counts["nuclei"], shares, "nuclei", caption)


def fields_figure(fields: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of units per imaging field, each with its units and nuclei.

    Parameters
    ----------
    fields : DataFrame
        As `analysis.comparison.units.units_by` gives it for `field`.
    caption : str
        What the picture is of.
    """
    names = [f"field {field:.0f}" for field in fields.index]
    written = [f"{u:,} · {n:,} nuclei" for u, n in zip(fields["units"], fields["nuclei"], strict=True)]
    return _bars(names, fields["units"], written, "units", caption)


def scans_figure(scans: pd.DataFrame, caption: str) -> go.Figure:
    """Sessions against scans: a square for each scan, with its units and nuclei; none where there is no scan.

    Parameters
    ----------
    scans : DataFrame
        As `analysis.comparison.units.units_by` gives it for `["session", "scan_idx"]`.
    caption : str
        What the picture is of.
    """
    units, nuclei = (scans[name].unstack() for name in ("units", "nuclei"))  # noqa: PD010
    written = [
        ["" if np.isnan(u) else f"<b>{u:,.0f}</b><br>{n:,.0f} nuclei" for u, n in zip(*lines, strict=True)]
        for lines in zip(units.to_numpy(float), nuclei.to_numpy(float), strict=True)
    ]
    heat = go.Heatmap(
        z=units.to_numpy(float), customdata=nuclei.to_numpy(float),
        x=[f"scan {scan}" for scan in units.columns], y=[f"session {session}" for session in units.index],
        text=written, texttemplate="%{text}", colorscale=SCALE, xgap=2, ygap=2,
        zmin=0, zmax=scans["units"].max(), showscale=False, hoverongaps=False,
        hovertemplate="%{y}, %{x}: <b>%{z:,}</b> units, %{customdata:,} nuclei<extra></extra>",
    )  # fmt: skip
    figure = framed(go.Figure(heat), height=140 + 52 * len(units), caption=caption, below=60)
    figure.update_xaxes(side="top", showgrid=False, type="category")
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_layout(margin_t=48)
    return figure


def quality_figure(density: pd.DataFrame, cut: tuple[Range, ...], caption: str) -> go.Figure:
    """Residual against score: how many matches lie where, with the lines of a cut.

    Parameters
    ----------
    density : DataFrame
        As `analysis.comparison.units.quality_density` gives it; coloured by the logarithm of the counts.
    cut : tuple of Range
        Its finite ends are drawn, each with its number.
    caption : str
        What the picture is of.
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
            draw(end, line={"color": LINE, "width": 2, "dash": "dash"}, annotation_text=words,
                 annotation_position=side, annotation_font={"color": LINE})  # fmt: skip
    return figure


def same_by_score_figure(shares: pd.DataFrame, caption: str) -> go.Figure:
    """Share of units that two tables match to the same nucleus, by score: a line with its interval and n.

    Parameters
    ----------
    shares : DataFrame
        As `analysis.comparison.unit_matches.same_by_score` gives it.
    caption : str
        What the picture is of.
    """
    ends = zip(shares["low"], shares["high"], shares["n"], strict=True)
    bins = [f"{_bin_words(low, high)}<br>n = {n:,}" for low, high, n in ends]
    line = go.Scatter(
        x=bins, y=shares["share"], mode="lines+markers", line={"color": BAR, "width": 2.2},
        marker={"size": 8}, customdata=shares[["same", "n", "share_low", "share_high"]],
        error_y={
            "array": shares["share_high"] - shares["share"], "width": 5, "thickness": 1.5,
            "arrayminus": shares["share"] - shares["share_low"], "symmetric": False,
        },
        hovertemplate=(
            "<b>%{y:.1%}</b> the same nucleus: %{customdata[0]:,} of %{customdata[1]:,} units<br>"
            "95 % interval %{customdata[2]:.1%}–%{customdata[3]:.1%}<extra></extra>"
        ),
    )  # fmt: skip
    figure = framed(go.Figure(line), height=420, caption=caption, below=120)
    figure.update_xaxes(title="automated score, µm (large is good)", type="category")
    figure.update_yaxes(title="share of units with the same nucleus", tickformat=".0%", range=[0, 1.03])
    return figure


def unit_matrix_figure(matrix: pd.DataFrame, caption: str) -> go.Figure:
    """A confusion matrix that counts units.

    Parameters
    ----------
    matrix : DataFrame
        The same labels on both axes; index and columns carry the names of the two sides.
    caption : str
        What the picture is of.
    """
    figure = matrix_figure(matrix, square=True, caption=caption)
    for trace in figure.data:
        if trace.hovertemplate:
            trace.hovertemplate = trace.hovertemplate.replace(" nuclei", " units")
    return figure


def _bars(names: list[str], lengths: pd.Series, written: list[str], what: str, caption: str) -> go.Figure:
    """Lying bars, the first on top, each with its words behind it."""
    bars = go.Bar(
        x=lengths, y=names, orientation="h", marker={"color": BAR, "cornerradius": 3},
        text=written, textposition="outside", cliponaxis=False,
        hovertemplate=f"%{{y}}: <b>%{{x:,}}</b> {what}<extra></extra>",
    )  # fmt: skip
    below = 68 + 16 * (1 + caption.count("<br>"))
    figure = framed(go.Figure(bars), height=20 + below + 30 * len(names), caption=caption, below=below)
    figure.update_xaxes(title=what, range=[0, 1.45 * max(lengths.max() if len(lengths) else 1, 1)])
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_layout(bargap=0.25)
    return figure


def _bin_words(low: float, high: float) -> str:
    """Say a bin of score: "below −4", "−4 to −2", "from 12"."""
    first, last = (f"{end:g}".replace("-", "−") for end in (low, high))
    if not isfinite(low):
        return f"below {last}"
    return f"{first} to {last}" if isfinite(high) else f"from {first}"
