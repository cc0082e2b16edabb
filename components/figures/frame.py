"""What figures share: margins, type, a caption that travels with the image, bars, marks and click targets."""

import re
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

Figure = go.Figure
"""The type every figure function returns; panels name it without importing plotly."""
MARGIN = {"l": 8, "r": 16, "t": 20}
MUTED = "#87919a"
"""Grey that reads on the light page and on the dark one."""
NARROW, LINE_PX = 56, 15
"""Characters of a caption line in half a page at 1280 pixels, and the height of a line in pixels."""
GRID = "rgba(128,128,128,0.18)"
LEGEND_ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
TEAL, ORANGE = "#2f7f8f", "#c8782a"
"""The house's two accents: what is there, and what stands out."""
UNIT_COLOUR = "#3f6fb0"
Layers = list[tuple[str, float, float]]
"""Name, top and bottom of each layer, in µm of depth."""
REACH = "reach"
"""Name of the invisible bars that take clicks."""
INVISIBLE = {"marker": {"opacity": 0}}
FOREIGN = re.compile(r"<(?!/?(?:b|br|extra|span(?: style='font-size:\d+px')?)>)")
"""The start of markup that no figure writes: it came in a label, and plotly would render it."""
UNDRAWN = {"bdata", "customdata"}


def finished(figure: go.Figure) -> go.Figure:
    """Freeze a figure: later changes to it are not shown.

    Streamlit asks for a figure's dictionary on every run of a page, and plotly's deep copy takes longer than
    the rest of showing it.
    """
    frozen: dict[str, Any] = _as_text(figure.to_dict())
    figure.to_dict = lambda: frozen
    return figure


def _as_text(part: Any) -> Any:  # noqa: ANN401  # whatever plotly's dictionaries hold
    """Escape foreign markup in every string of a part of a figure."""
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
    """Give a figure the house style: margins, grid and caption.

    Parameters
    ----------
    figure : Figure
    height : int
        Pixels.
    below : int
        Pixels below the plot, for axis and caption.
    caption : str
        Table, release, n and source; drawn below the plot, so that a downloaded image carries it.
    narrow : bool
        Whether the figure takes half the page's width: the caption is wrapped then.
    """
    if narrow:
        lines = [line for part in caption.split("<br>") for line in wrap(part, NARROW)]
        more = LINE_PX * (len(lines) - caption.count("<br>") - 1)
        caption, height, below = "<br>".join(lines), height + more, below + more
    figure.update_layout(
        height=height, margin={**MARGIN, "b": below}, hoverlabel={"align": "left"}, uirevision="kept"
    )
    # An annotation rather than a title: Streamlit's theme sets titles in bold.
    figure.add_annotation(
        text=caption, xref="paper", yref="paper", x=0, y=0, xanchor="left", yanchor="bottom", align="left",
        yshift=6 - below, showarrow=False, font={"size": 11.5, "color": MUTED},
    )  # fmt: skip
    figure.update_xaxes(gridcolor=GRID, zeroline=False)
    figure.update_yaxes(gridcolor=GRID, zeroline=False, automargin=True)
    return figure


def bars_figure(
    bars: dict[str, Any],
    axis: dict[str, Any],
    *,
    height: int,
    caption: str,
    below: int = 100,
    narrow: bool = False,
    bargap: float = 0.25,
) -> go.Figure:
    """Horizontal bars, the first on top, each with its text at its end.

    Parameters
    ----------
    bars : dict
        Properties of plotly's bars: `x`, `y`, `text` and the like.
    axis : dict
        Properties of the horizontal axis.
    height, caption, below, narrow
        As in `framed`.
    bargap : float
        The gap between bars, as a share of their distance.
    """
    trace = go.Bar({"orientation": "h", "textposition": "outside", "cliponaxis": False} | bars)
    figure = framed(go.Figure(trace), height=height, caption=caption, below=below, narrow=narrow)
    figure.update_layout(xaxis=axis, yaxis={"autorange": "reversed", "showgrid": False}, bargap=bargap)
    return figure


def reach_bars(bars: go.Bar, **lengths: ArrayLike) -> go.Bar:
    """Make invisible bars of other lengths that a click meets, with the hover text of the visible ones."""
    counts = bars.x if "x" in lengths else bars.y
    hovers = [bars.hovertemplate.replace("%{x:,}", f"{n:,}").replace("%{y:,}", f"{n:,}") for n in counts]
    kept = {
        name: bars[name] for name in ("x", "y", "orientation", "xaxis", "yaxis", "customdata", "hovertext")
    }
    unseen = {"color": "rgba(0,0,0,0)", "line": {"width": 0}}
    return go.Bar(
        kept | {"name": REACH, "marker": unseen, "hovertemplate": hovers, "showlegend": False} | lengths
    )


def click_targets(x: ArrayLike, y: ArrayLike, size: int, **hover: object) -> dict[str, Any]:
    """Make transparent markers over the cells of a heatmap, whose own clicks do not reach Python."""
    return {
        "type": "scatter", "mode": "markers", "x": x, "y": y, "selected": INVISIBLE, "unselected": INVISIBLE,
        "marker": {"symbol": "square", "size": size, "opacity": 0}, **hover,
    }  # fmt: skip


def row_texts(x: ArrayLike, y: ArrayLike, texts: list[str]) -> dict[str, Any]:
    """Write a text, such as its n, right of a point in each row."""
    return {
        "type": "scatter", "mode": "text", "x": x, "y": y, "text": texts, "textposition": "middle right",
        "textfont": {"size": 11.5, "color": MUTED}, "cliponaxis": False, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip


def layer_marks(layers: Layers, deepest: float, *, right: bool) -> dict[str, list[dict[str, Any]]]:
    """Mark the layers above a depth: their upper borders, and their names at the left or right edge."""
    line = {"width": 1, "dash": "dot", "color": "rgba(128,128,128,0.55)"}
    drawn = [layer for layer in layers if layer[1] < deepest]
    borders = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": line}
    names = {
        "xref": "paper", "x": int(right), "xanchor": "right" if right else "left", "showarrow": False,
        "font": {"size": 12, "color": MUTED},
    }  # fmt: skip
    return {
        "shapes": [{**borders, "y0": top, "y1": top} for _, top, _ in drawn],
        "annotations": [
            {**names, "text": name, "y": (top + min(bottom, deepest)) / 2} for name, top, bottom in drawn
        ],
    }


def count_words(n: int, share: float) -> str:
    """Write a count with its share (0–1), never 0% where there are some: "3 · <0.1%"."""
    return f"{n:,} · " + ("<0.1%" if n and share < 0.0005 else f"{share:.1%}")
