"""How much of the volume each table labels."""

import plotly.graph_objects as go

from components.figures.frame import framed


def coverage_figure(rows: list[tuple[str, int, float, str]], caption: str) -> go.Figure:
    """Bars of coverage, a line a table.

    Parameters
    ----------
    rows : list of (title, nuclei, coverage, colour)
        Coverage as a share, 0–1.
    caption : str
        What the picture is of, the denominator included.
    """
    bars = go.Bar(
        x=[coverage for _, _, coverage, _ in rows],
        y=[title for title, _, _, _ in rows],
        orientation="h",
        marker={"color": [colour for *_, colour in rows], "cornerradius": 3},
        text=[f"{nuclei:,} · {coverage:.1%}" for _, nuclei, coverage, _ in rows],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>%{text}<extra></extra>",
    )
    figure = framed(go.Figure(bars), height=130 + 30 * len(rows), caption=caption)
    figure.update_xaxes(
        title="share of nuclei labelled", range=[0, 1.28], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(bargap=0.3)
    return figure
