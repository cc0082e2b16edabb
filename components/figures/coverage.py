"""How much of the volume each table labels."""

import plotly.graph_objects as go

from components.figures.frame import bars_figure


def coverage_figure(rows: list[tuple[str, int, float, str]], caption: str) -> go.Figure:
    """Bars of coverage, one per table.

    Parameters
    ----------
    rows : list of (title, nuclei, coverage, colour)
        Coverage as a share, 0–1.
    caption : str
        What the figure shows, the denominator included.
    """
    bars = {
        "x": [coverage for _, _, coverage, _ in rows],
        "y": [title for title, _, _, _ in rows],
        "marker": {"color": [colour for *_, colour in rows], "cornerradius": 3},
        "text": [f"{nuclei:,} · {coverage:.1%}" for _, nuclei, coverage, _ in rows],
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
    }
    axis = {
        "title": "share of nuclei labelled", "range": [0, 1.28], "tickformat": ".0%",
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
    }  # fmt: skip
    figure = bars_figure(bars, axis, height=130 + 30 * len(rows), caption=caption)
    return figure.update_layout(bargap=0.3)
