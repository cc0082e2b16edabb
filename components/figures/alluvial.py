"""Nuclei flowing from label to label through several tables."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison.alluvial import NO_LABELS, Alluvial
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import LETTER, framed, short_names, wrapped_title
from components.figures.ghosts import ghosted
from data.labels.crosswalk import colour_of
from data.number_words import of_nuclei

THICK, GAP = 16, 12
"""Pixels: a node's width, the gap between two nodes."""
LEAST_HEIGHT, PER_NODE = 140, 24
BESIDE = THICK // 2 + 5
"""Pixels from a node's middle to its label."""
CROWDED = 4
"""With this many gaps between tables, inner nodes show their count only on hover."""
EDGE = 0.001
"""Plotly reads a position of exactly 0 as missing."""


def alluvial_figure(alluvial: Alluvial, caption: str) -> go.Figure:
    """Draw a column per table, a node per label, and bands of nuclei between neighbouring tables.

    Labels have their usual colours and are in the order of display; non-labels follow in grey. A band has
    the colour of the label it comes from.

    Parameters
    ----------
    alluvial : Alluvial
    caption : str
        What the figure shows.
    """
    nodes = alluvial.nodes
    most = int(nodes["table"].value_counts().max())
    inner = max(LEAST_HEIGHT, PER_NODE * most)
    columns, last = nodes["table"].to_numpy(), len(alluvial.tables) - 1
    labels = short_names(nodes["label"].tolist())
    words = [f"{label} · {n:,}" for label, n in zip(labels, nodes["nuclei"], strict=True)]
    ends = [*zip(alluvial.flows["source"].tolist(), alluvial.flows["target"].tolist(), strict=True)]
    between = words if last < CROWDED else labels
    (middles, heights), counts = node_places(nodes, inner), nodes["nuclei"].tolist()
    across = np.clip(columns / last, EDGE, 1 - EDGE).tolist()
    sankey = go.Sankey(
        arrangement="fixed", textfont={"weight": 600},
        node={
            "label": np.where((columns == 0) | (columns == last), "", between),
            "thickness": THICK, "pad": GAP, "line": {"width": 0}, "x": across, "y": middles,
            "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}, %{customdata[2]} of all"
            "%{customdata[3]}<extra></extra>",
        },
        link={
            "source": [*alluvial.flows["source"]] * 2, "target": [*alluvial.flows["target"]] * 2,
            # Both parts of a band stand out together under the pointer.
            "label": [f"{source} {target}" for source, target in ends] * 2,
        },
    )  # fmt: skip
    side = BESIDE + round(LETTER * max(map(len, words)))
    figure = go.Figure(sankey)
    framed(figure, inner=inner, caption=caption, above=64, below=16, left=side, right=side)
    _name_tables(figure, alluvial)
    _name_ends(figure, [*zip(columns.tolist(), middles, words, strict=True)], last)
    bands = [
        [source, target, n, round(n / counts[source], 4), round(n / counts[target], 4)]
        for (source, target), n in zip(ends, alluvial.flows["nuclei"].tolist(), strict=True)
    ]
    hover = (
        "%{source.customdata[0]}<br>%{target.customdata[0]}<br>nuclei: %{customdata[0]:,}, "
        "%{customdata[1]:.1%} of the first, %{customdata[2]:.1%} of the second"
    )
    nodes_drawn = _drawn_nodes(alluvial, across, middles, heights)
    return ghosted(figure, "flows", nodes=nodes_drawn, bands=bands, hover=hover)


def _drawn_nodes(
    alluvial: Alluvial, across: list[float], middles: list[float], heights: list[float]
) -> list[dict[str, Any]]:
    """Place, size, colour and words of each node, as the browser draws it."""
    nodes = alluvial.nodes
    columns = (nodes[name].tolist() for name in ("table", "label", "nuclei"))
    return [
        {
            "axis": str(table), "label": label, "x": x, "top": 1 - middle + high / 2,
            "colour": NO_LABEL_COLOUR if label in NO_LABELS else colour_of(label),
            "high": high, "thick": THICK, "nuclei": n,
            "said": [
                f"<b>{label}</b> in {alluvial.tables[table].title}", of_nuclei(n),
                f"{n / alluvial.n_shown:.1%}",
            ],
        }
        for table, label, n, x, middle, high in zip(*columns, across, middles, heights, strict=True)
    ]  # fmt: skip


def node_places(nodes: pd.DataFrame, inner: int) -> tuple[list[float], list[float]]:
    """Vertical middle of each node from the top, and its height, as shares of the whole height (0–1).

    Each table's nodes are stacked in order and centred. Left to itself, plotly would minimise crossings, and
    labels would change places from one view to the next.
    """
    most_nodes = int(nodes["table"].value_counts().max())
    total = float(nodes["nuclei"].sum() / nodes["table"].nunique())
    per_nucleus = (inner - (most_nodes - 1) * GAP) / total if total else 0.0
    middles: list[float] = []
    for _, column in nodes.groupby("table", sort=True):
        heights = column["nuclei"].to_numpy() * per_nucleus
        tops = np.cumsum(heights) - heights + GAP * np.arange(len(heights))
        start = (inner - (heights.sum() + GAP * (len(heights) - 1))) / 2
        middles += ((start + tops + heights / 2) / inner).tolist()
    highs = nodes["nuclei"].to_numpy() * per_nucleus / inner
    return np.clip(middles, EDGE, 1 - EDGE).tolist(), highs.tolist()


def _name_tables(figure: go.Figure, alluvial: Alluvial) -> None:
    for position, (table, n) in enumerate(zip(alluvial.tables, alluvial.n_tables, strict=True)):
        title = wrapped_title(table.title + (" or not" if table.kind == "units" else ""))
        figure.add_annotation(
            text=f"<b>{title}</b><br>{of_nuclei(n)}", xref="paper",
            yref="paper", x=position / (len(alluvial.tables) - 1), y=1, xanchor="center", yanchor="bottom",
            yshift=8, showarrow=False, font={"size": 12},
        )  # fmt: skip


def _name_ends(figure: go.Figure, nodes: list[tuple[int, float, str]], last: int) -> None:
    """Write the labels of the first and last tables beside the plot, where no band crosses them."""
    for column, middle, words in nodes:
        if column in (0, last):
            figure.add_annotation(
                text=words, xref="paper", yref="paper", x=int(column > 0), y=1 - middle, showarrow=False,
                xanchor="left" if column else "right", yanchor="middle", xshift=BESIDE if column else -BESIDE,
                font={"size": 12},
            )  # fmt: skip
