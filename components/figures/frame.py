"""What all figures share: margins, type, a caption that travels with the picture."""

import re
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

Figure = go.Figure
"""What every figure function gives; the pages' panels name it without knowing plotly."""
MARGIN = {"l": 8, "r": 16, "t": 20}
MUTED = "#87919a"
"""Grey that reads on the light page and on the dark one."""
NARROW, LINE_PX = 56, 15
"""Characters of a caption that fit into half the page at 1280 pixels, and the height of a line."""
GRID = "rgba(128,128,128,0.18)"
FOREIGN = re.compile(r"<(?!/?(?:b|br|extra|span(?: style='font-size:\d+px')?)>)")
"""What begins markup that no figure here writes: it came with a label, and plotly would act on it."""
UNDRAWN = {"bdata", "customdata"}


def finished(figure: go.Figure) -> go.Figure:
    """Take a figure as it is now for good: what is changed later is not shown.

    Streamlit asks a figure for its dictionary on every run of a page, and plotly copies all of it each time,
    which takes longer than the rest of showing it.
    """
    made: dict[str, Any] = _as_text(figure.to_dict())
    figure.to_dict = lambda: made
    return figure


def _as_text(part: Any) -> Any:  # noqa: ANN401  # whatever plotly's dictionaries hold
    """Give a part of a figure with every label as text, whatever it holds."""
    if isinstance(part, str):
        return FOREIGN.sub("&lt;", part)
    if isinstance(part, dict):
        return {name: value if name in UNDRAWN else _as_text(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_as_text(value) for value in part]
    if isinstance(part, np.ndarray) and part.dtype == object:
        return [_as_text(value) for value in part.tolist()]
    return part


def framed(
    figure: go.Figure, *, height: int, caption: str, below: int = 100, narrow: bool = False
) -> go.Figure:
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
    narrow : bool
        Whether it stands in half the page's width: the caption is broken into more lines then.
    """
    if narrow:
        lines = [line for part in caption.split("<br>") for line in wrap(part, NARROW)]
        more = LINE_PX * (len(lines) - caption.count("<br>") - 1)
        caption, height, below = "<br>".join(lines), height + more, below + more
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
