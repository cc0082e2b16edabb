"""What figures share: margins, type, the title and caption of the image, bars, marks and click targets."""

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

Figure = go.Figure
"""The type every figure function returns; panels name it without importing plotly."""
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
"""Fonts that every viewer has: a saved picture cannot take a web font with it."""
MUTED = "#000008"
"""Grey of texts. Streamlit's page puts the eighth chart colour of its theme in its place, light or dark."""
UNMARKED = {"textfont": {"color": MUTED}}
"""Texts that a click leaves readable. Both states are given, since plotly looks for the font of one wherever
the other has it."""
TITLE_LETTERS, CAPTION_LETTERS = 42, 66
"""Letters of a line in the narrowest panel, 420 pixels; beside the title there is room for the toolbar."""
TITLE_LINE, CAPTION_LINE, TITLE_TOP = 17, 15, 7
"""Pixels: heights of a line of the title and of the caption, and above the title."""
AXIS, LEFT, RIGHT = 46, 8, 16
"""Pixels: an axis with its title, the least margins at the sides."""
LETTER = 6.3
"""Approximate width in pixels of a letter of 12 pixels."""
NAME_LETTERS = 16
"""Letters of a line of a table's title on an axis."""
LABEL_LETTERS = 28
"""Most letters of a label on an axis: a reader's own may have 60."""
ROW = 24
"""Pixels of a row with one line of text."""
SHARES_AXIS = {"range": [0, 1.001], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1]}
GRID = "rgba(128,128,128,0.18)"
LEGEND_ABOVE = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0}
LEGEND_BESIDE = {"xref": "container", "x": 1, "xanchor": "right", "y": 1, "tracegroupgap": 0}
LEGEND_BELOW = {"yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "tracegroupgap": 0, "maxheight": 1}
LEGEND_ROW = 19
"""Pixels of a name in a legend beside or below the plot."""
TEAL, ORANGE = "#2f7f8f", "#c8782a"
"""The two accents: for what is shown, and for what is emphasised."""
UNIT_COLOUR = "#3f6fb0"
Layers = list[tuple[str, float, float]]
"""Name, top and bottom of each layer, in µm of depth."""
REACH = "reach"
"""Name of the invisible bars that take clicks."""
INVISIBLE = {"marker": {"opacity": 0}}
OPAQUE = {"marker": {"opacity": 1}}
FOREIGN = re.compile(r"<(?!/?(?:b|br|extra|span(?: style='font-size:\d+px')?)>)")
"""The start of markup that no figure writes: it came in a label, and plotly would render it."""
UNDRAWN = {"bdata", "customdata"}


def finished(figure: go.Figure, title: str = "") -> go.Figure:
    """Title a figure, give it the dashboard's type, and freeze it: later changes to it are not shown.

    Streamlit asks for a figure's dictionary on every run of a page, and plotly's deep copy takes longer than
    the rest of showing it.

    Parameters
    ----------
    figure : Figure
        From `framed`.
    title : str
        What it shows; placed above the caption, on the page and in saved pictures.
    """
    frozen: dict[str, Any] = _as_text(figure.to_dict())
    layout = frozen["layout"]
    text = {"size": 12, "color": MUTED}
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            axis["tickfont"] = text | axis.get("tickfont", {})
            axis["title"] = {"font": text, "standoff": 8 if name[0] == "x" else 16} | axis.get("title", {})
    layout["font"] = {"family": FONT, **text}
    layout["autotypenumbers"] = "strict"  # labels that are numbers stay words, also after marks are filled
    lines = _as_text(wrap(title, TITLE_LETTERS))
    top = TITLE_TOP + (10 if len(lines) > 1 else 0)  # plotly sets several lines higher than one
    layout["title"] = {
        "x": 0, "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": top, "l": LEFT},
        "font": {"family": FONT, "size": 13}, **layout.get("title", {}), "text": "<br>".join(lines),
    }  # fmt: skip
    layout["margin"]["t"] += TITLE_LINE * len(lines)
    layout["height"] += TITLE_LINE * len(lines)
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
    figure: go.Figure,
    *,
    inner: int,
    caption: str,
    above: int = 8,
    below: int = AXIS,
    left: int = LEFT,
    right: int = RIGHT,
    shared: dict[str, Any] | None = None,
) -> go.Figure:
    """Give a figure the common style: margins, grid and caption.

    Parameters
    ----------
    figure : Figure
    inner : int
        Pixels of the plot's height, which a page may stretch.
    caption : str
        Table, release, n and source; a downloaded image carries it below the title.
    above, below, left, right : int
        Pixels around the plot for axes, legend, and numbers at the ends of bars.
    shared : dict, optional
        By type of trace, the properties that all its traces have: sent once.
    """
    lines = [line for part in caption.split("<br>") for line in _caption_lines(part)]
    top = TITLE_TOP + CAPTION_LINE * len(lines) + 6 + above
    figure.layout.template = {"data": {kind: [traces] for kind, traces in (shared or {}).items()}}
    drawn = {name for name in figure.layout.to_plotly_json() if name.startswith(("xaxis", "yaxis"))}
    axes = {
        name: {"gridcolor": GRID, "zeroline": False} | ({"automargin": True} if name[0] == "y" else {})
        for name in sorted(drawn | {"xaxis", "yaxis"})
    }
    style = {
        "height": top + inner + below, "margin": {"t": top, "b": below, "l": left, "r": right},
        "hoverlabel": {"align": "left", "font": {"color": MUTED}}, "uirevision": "kept",
        "title": {
            "subtitle": {"text": "<br>".join(lines), "font": {"family": FONT, "size": 12, "color": MUTED}}
        },
    }  # fmt: skip
    return laid_out(figure, **style, **axes)


def laid_out(figure: go.Figure, **changes: object) -> go.Figure:
    """Change a figure's layout as plotly's `update_layout` does, in a tenth of its time.

    Parameters
    ----------
    figure : Figure
    **changes : object
        Attributes of the layout; those within a dictionary are changed one by one. No name holds a path.
    """
    layout = figure.layout.to_plotly_json()
    for name, change in changes.items():
        figure.layout[name] = _changed(layout.get(name), change)
    return figure


def _changed(part: Any, change: Any) -> Any:  # noqa: ANN401  # whatever plotly's dictionaries hold
    if not (isinstance(part, dict) and isinstance(change, dict)):
        return change
    return part | {name: _changed(part.get(name), value) for name, value in change.items()}


def _caption_lines(words: str) -> list[str]:
    """Break between statements, from the end: a first line may be short, such as the synthetic mark."""
    lines: list[str] = []
    for statement in reversed(words.split(" · ")):
        if lines and len(statement) + len(" · ") + len(lines[0]) <= CAPTION_LETTERS:
            lines[0] = f"{statement} · {lines[0]}"
        else:
            lines = [*wrap(statement, CAPTION_LETTERS), *lines]
    return lines


def bars_figure(
    bars: dict[str, Any], axis: dict[str, Any], caption: str, *, row: int = ROW, bargap: float = 0.25
) -> go.Figure:
    """Horizontal bars, the first on top, each with its text at its end.

    Parameters
    ----------
    bars : dict
        Properties of plotly's bars: `x`, `y`, `text` and the like.
    axis : dict
        Properties of the horizontal axis, which ends with the longest bar if it has no range.
    caption : str
        What the figure shows.
    row : int
        Pixels of a bar and the gap below it.
    bargap : float
        The gap between bars, as a share of their distance.
    """
    trace = go.Bar(
        {"orientation": "h", "textposition": "outside", "constraintext": "none", "cliponaxis": False} | bars
    )
    figure = go.Figure(trace)
    framed(figure, inner=row * len(bars["y"]), caption=caption, right=text_room(bars["text"]))
    longest = max(max(bars["x"], default=0), 1e-9)
    return laid_out(figure, xaxis={"range": [0, longest], **axis}, yaxis=rows_axis(bars["y"]), bargap=bargap)


def text_room(texts: Iterable[str]) -> int:
    """Pixels for the longest of some texts right of the plot."""
    return RIGHT + round(LETTER * max(map(len, texts), default=0))


def with_legend(labels: Sequence[str], mark: int, inner: int) -> tuple[dict[str, Any], dict[str, int]]:
    """A legend beside the plot, or below it where a name is long; and the room that `framed` has to give.

    Parameters
    ----------
    labels : sequence of str
        The names; none without a legend.
    mark : int
        Pixels of what precedes each.
    inner : int
        Pixels of the plot's height, which grows with a legend beside it.
    """
    if not labels:
        return LEGEND_BESIDE, {"inner": inner, "right": 0}
    high = LEGEND_ROW * (len(labels) + 1)
    if max(map(len, labels), default=0) > LABEL_LETTERS:
        return LEGEND_BELOW, {"inner": inner, "right": RIGHT, "below": AXIS + high}
    return LEGEND_BESIDE, {"inner": max(inner, high), "right": mark + text_room(labels)}


def rows_axis(labels: Iterable[object]) -> dict[str, Any]:
    """Make an axis of named rows, the first on top, none left out where they are close together."""
    names = [str(label) for label in labels]
    shown, n = short_names(names), len(names)
    ticks = {} if shown == names else {"tickvals": names, "ticktext": shown}
    return {"type": "category", "range": [n - 0.5, -0.5], "showgrid": False, "dtick": 1, **ticks}


def short_names(labels: Sequence[str], most: int = LABEL_LETTERS) -> list[str]:
    """Cut the labels that are longer than `most` letters: at the end, or within where two were alike.

    What cannot be told apart by both its ends stays whole.
    """
    for start, end in ((most - 1, 0), (most - most // 2, most // 2 - 1)):
        cut = [
            one if len(one) <= most else f"{one[:start].rstrip()}…{one[len(one) - end :]}" for one in labels
        ]
        if len({*cut}) == len({*labels}):
            return cut
    return [*labels]


def reach_bars(bars: go.Bar, **lengths: ArrayLike) -> go.Bar:
    """Make invisible bars of other lengths that a click meets, with the hover text of the visible ones."""
    counts = bars.x if "x" in lengths else bars.y
    hovers = [bars.hovertemplate.replace("%{x:,}", f"{n:,}").replace("%{y:,}", f"{n:,}") for n in counts]
    kept = {
        name: bars[name] for name in ("x", "y", "orientation", "xaxis", "yaxis", "customdata", "hovertext")
    } | {"hovertemplatefallback": bars.hovertemplatefallback}
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
        "textfont": {"size": 12}, "cliponaxis": False, "hoverinfo": "skip",
        "showlegend": False, "selected": UNMARKED, "unselected": UNMARKED,
    }  # fmt: skip


def interval_bars(bins: pd.DataFrame) -> dict[str, Any]:
    """Error bars of a share: columns `share`, `share_low`, `share_high`."""
    above, below = bins["share_high"] - bins["share"], bins["share"] - bins["share_low"]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below}


def layer_marks(layers: Layers, deepest: float, *, right: bool) -> dict[str, list[dict[str, Any]]]:
    """Mark the layers above a depth: their upper borders, and their names at the left or right edge."""
    line = {"width": 1, "dash": "dot", "color": "rgba(128,128,128,0.55)"}
    drawn = [layer for layer in layers if layer[1] < deepest]
    borders = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": line}
    names = {
        "xref": "paper", "x": int(right), "xanchor": "right" if right else "left", "showarrow": False,
        "font": {"size": 12},
    }  # fmt: skip
    return {
        "shapes": [{**borders, "y0": top, "y1": top} for _, top, _ in drawn],
        "annotations": [
            {**names, "text": name, "y": (top + min(bottom, deepest)) / 2} for name, top, bottom in drawn
        ],
    }


def wrapped_title(title: str, most_lines: int = 9) -> str:
    """Wrap a table's title, words kept whole; in wider lines where else there were too many."""
    for letters in range(NAME_LETTERS, len(title) + NAME_LETTERS + 1):
        lines = wrap(title, letters, break_long_words=False, break_on_hyphens=False)
        if len(lines) <= most_lines:
            break
    return "<br>".join(lines)


def text_on(colour: str) -> str:
    """Black or white, whichever reads well on an opaque colour: at least 4.5 : 1, as WCAG 2.2 counts it."""
    shares = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return "#000000" if linear @ (0.2126, 0.7152, 0.0722) > 0.175 else "#ffffff"


def count_words(n: int, share: float) -> str:
    """Write a count with its share (0–1), never 0% where there are some: "3 · <0.1%"."""
    return f"{n:,} · " + ("<0.1%" if n and share < 0.0005 else f"{share:.1%}")
