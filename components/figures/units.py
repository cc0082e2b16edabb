"""Recorded units: how many per nucleus and scan, how well they match, and whether two tables agree."""

from math import isfinite

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.ranges import Range
from components.figures.frame import bars_figure, framed
from components.figures.matrix import SCALE, matrix_figure

BAR = "#3f6fb0"
LINE = "#c8782a"
FADING = [(0, "rgba(47,127,143,0.15)"), (1, "rgba(47,127,143,1)")]
"""Fades towards either page colour where matches are few."""


def units_per_nucleus_figure(counts: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of nuclei by their number of units, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        From `analysis.comparison.units.units_per_nucleus`.
    caption : str
        What the figure shows.
    """
    names = [f"{units} unit{'s' if units > 1 else ''}" for units in counts.index]
    shares = [f"{n:,} · {share:.2%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)]
    return _bars(names, counts["nuclei"], shares, "nuclei", caption)


def fields_figure(fields: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of units per imaging field, each with its units and nuclei.

    Parameters
    ----------
    fields : DataFrame
        From `analysis.comparison.units.units_by` for `field`.
    caption : str
        What the figure shows.
    """
    names = [f"field {field:.0f}" for field in fields.index]
    texts = [f"{u:,} · {n:,} nuclei" for u, n in zip(fields["units"], fields["nuclei"], strict=True)]
    return _bars(names, fields["units"], texts, "units", caption)


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
    figure.update_xaxes(side="top", showgrid=False, type="category")
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_layout(margin_t=48)
    return figure


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
            draw(end, line={"color": LINE, "width": 2, "dash": "dash"}, annotation_text=words,
                 annotation_position=side, annotation_font={"color": LINE})  # fmt: skip
    return figure


def same_by_score_figure(shares: pd.DataFrame, caption: str) -> go.Figure:
    """Share of units that two tables match to the same nucleus, by score, with intervals and n.

    Parameters
    ----------
    shares : DataFrame
        From `analysis.comparison.unit_matches.same_by_score`.
    caption : str
        What the figure shows.
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
        The same labels on both axes; index and columns are named for the two tables.
    caption : str
        What the figure shows.
    """
    figure = matrix_figure(matrix, square=True, caption=caption)
    for trace in figure.data:
        if trace.hovertemplate:
            trace.hovertemplate = trace.hovertemplate.replace(" nuclei", " units")
    return figure


def _bars(names: list[str], lengths: pd.Series, texts: list[str], noun: str, caption: str) -> go.Figure:
    bars = {
        "x": lengths, "y": names, "marker": {"color": BAR, "cornerradius": 3}, "text": texts,
        "hovertemplate": f"%{{y}}: <b>%{{x:,}}</b> {noun}<extra></extra>",
    }  # fmt: skip
    below = 68 + 16 * (1 + caption.count("<br>"))
    axis = {"title": noun, "range": [0, 1.45 * max(lengths.max() if len(lengths) else 1, 1)]}
    figure = bars_figure(bars, axis, height=20 + below + 30 * len(names), caption=caption, below=below)
    return figure.update_yaxes(type="category").update_layout(bargap=0.25)


def _bin_words(low: float, high: float) -> str:
    """Name a bin of score: "below −4", "−4 to −2", "from 12"."""
    first, last = (f"{end:g}".replace("-", "−") for end in (low, high))
    if not isfinite(low):
        return f"below {last}"
    return f"{first} to {last}" if isfinite(high) else f"from {first}"
