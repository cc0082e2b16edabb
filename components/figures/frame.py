"""What all figures share: margins, type, a caption that travels with the picture."""

import plotly.graph_objects as go

Figure = go.Figure
"""What every figure function gives; the pages' panels name it without knowing plotly."""
MARGIN = {"l": 8, "r": 16, "t": 20}
MUTED = "#87919a"
"""Grey that reads on the light page and on the dark one."""
GRID = "rgba(128,128,128,0.18)"


def framed(figure: go.Figure, *, height: int, caption: str, below: int = 100) -> go.Figure:
    """Give a figure the house's frame.

    Parameters
    ----------
    figure : Figure
    height : int
        Pixels.
    below : int
        Pixels below the plot, for axis and caption.
    caption : str
        Table, release, n and source: it stands below the picture, also in a downloaded one.
    """
    figure.update_layout(
        height=height, margin={**MARGIN, "b": below}, hoverlabel={"align": "left"}, uirevision="kept"
    )
    # An annotation and no title: Streamlit's theme sets titles in bold.
    figure.add_annotation(
        text=caption, xref="paper", yref="paper", x=0, y=0, xanchor="left", yanchor="bottom", align="left",
        yshift=6 - below, showarrow=False, font={"size": 11.5, "color": MUTED},
    )  # fmt: skip
    figure.update_xaxes(gridcolor=GRID, zeroline=False)
    figure.update_yaxes(gridcolor=GRID, zeroline=False, automargin=True)
    return figure
