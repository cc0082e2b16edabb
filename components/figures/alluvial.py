"""Nuclei flowing from label to label through several tables."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison.alluvial import NO_LABELS, Alluvial
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MARGIN, MUTED, framed
from components.figures.pairs_grid import wrapped_title
from data.labels.crosswalk import colour_of

THICK, GAP, ABOVE, BELOW = 18, 12, 96, 64
"""Pixels: a node, the gap between two, what stands above and below all of them."""
LEAST_HEIGHT, PER_NODE = 420, 30
LETTER, BESIDE = 7, THICK // 2 + 5
"""Pixels: about as wide as a letter of a label is; from the middle of a node to its label."""
CROWDED = 4
"""With so many gaps between tables no count fits beside a node in between; pointing at it says it."""
FLOW_OPACITY = 0.38
EDGE = 0.001
"""Plotly takes a place of exactly 0 as none given."""


def alluvial_figure(alluvial: Alluvial, caption: str) -> go.Figure:
    """Draw a column per table, a node per label, and bands of nuclei between neighbouring tables.

    A label has the colour that it has everywhere; a band has that of the label it comes from. Labels stand
    in the order of display, what is no label below them in grey.

    Parameters
    ----------
    alluvial : Alluvial
    caption : str
        What the picture is of.
    """
    nodes = alluvial.nodes
    most = int(nodes["table"].value_counts().max())
    inner = max(LEAST_HEIGHT, PER_NODE * most)
    colours = [NO_LABEL_COLOUR if label in NO_LABELS else colour_of(label) for label in nodes["label"]]
    columns, last = nodes["table"].to_numpy(), len(alluvial.tables) - 1
    words = [f"{label} · {n:,}" for label, n in zip(nodes["label"], nodes["nuclei"], strict=True)]
    between = words if last < CROWDED else nodes["label"].tolist()
    middles = node_middles(nodes, inner)
    sankey = go.Sankey(
        arrangement="fixed", textfont={"weight": 600},
        node={
            "label": np.where((columns == 0) | (columns == last), "", between),
            "color": colours, "thickness": THICK, "pad": GAP, "line": {"width": 0},
            "x": np.clip(columns / last, EDGE, 1 - EDGE), "y": middles,
            "customdata": _said_of_nodes(alluvial),
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        link=_bands(alluvial, colours),
    )  # fmt: skip
    figure = framed(go.Figure(sankey), height=inner + ABOVE + BELOW, caption=caption, below=BELOW)
    side = BESIDE + LETTER * max(map(len, words))
    figure.update_layout(margin={"t": ABOVE, "l": side, "r": side})
    figure.update_annotations(xshift=MARGIN["l"] - side)  # the caption is wider than the picture
    _name_tables(figure, alluvial)
    _name_ends(figure, [*zip(columns.tolist(), middles, words, strict=True)], last)
    return figure


def _bands(alluvial: Alluvial, colours: list[str]) -> dict[str, object]:
    flows = alluvial.flows
    return {
        "source": flows["source"], "target": flows["target"], "value": flows["nuclei"],
        "color": [_translucent(colours[source]) for source in flows["source"]],
        "customdata": _said_of_flows(alluvial),
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def node_middles(nodes: pd.DataFrame, inner: int) -> list[float]:
    """Where the middle of each node stands, as a share of the height from the top (0–1).

    Each table's nodes stand below each other in their order, the whole of them in the middle. Plotly would
    put them where bands cross least, so that labels would change places from one view to the next.
    """
    most = int(nodes["table"].value_counts().max())
    total = float(nodes["nuclei"].sum() / nodes["table"].nunique())
    per_nucleus = (inner - (most - 1) * GAP) / total if total else 0.0
    middles: list[float] = []
    for _, here in nodes.groupby("table", sort=True):
        high = here["nuclei"].to_numpy() * per_nucleus
        tops = np.cumsum(high) - high + GAP * np.arange(len(high))
        start = (inner - (high.sum() + GAP * (len(high) - 1))) / 2
        middles += ((start + tops + high / 2) / inner).tolist()
    return np.clip(middles, EDGE, 1 - EDGE).tolist()


def _said_of_nodes(alluvial: Alluvial) -> list[str]:
    nodes = alluvial.nodes
    return [
        f"<b>{label}</b> in {alluvial.tables[table].title}<br>{n:,} nuclei, {n / alluvial.n_shown:.1%} of all"
        for table, label, n in zip(nodes["table"], nodes["label"], nodes["nuclei"], strict=True)
    ]


def _said_of_flows(alluvial: Alluvial) -> list[str]:
    flows, nodes = alluvial.flows, alluvial.nodes
    names = [
        f"<b>{label}</b> in {alluvial.tables[table].title}"
        for table, label in zip(nodes["table"], nodes["label"], strict=True)
    ]
    counts = nodes["nuclei"].tolist()
    return [
        f"{names[source]}<br>{names[target]}<br>{n:,} nuclei: {n / counts[source]:.1%} of the first, "
        f"{n / counts[target]:.1%} of the second"
        for source, target, n in zip(flows["source"], flows["target"], flows["nuclei"], strict=True)
    ]


def _translucent(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{FLOW_OPACITY})"


def _name_tables(figure: go.Figure, alluvial: Alluvial) -> None:
    for place, (table, n) in enumerate(zip(alluvial.tables, alluvial.n_tables, strict=True)):
        title = wrapped_title(table.title + (" or not" if table.kind == "units" else ""))
        figure.add_annotation(
            text=f"<b>{title}</b><br><span style='font-size:11px'>{n:,} nuclei</span>", xref="paper",
            yref="paper", x=place / (len(alluvial.tables) - 1), y=1, xanchor="center", yanchor="bottom",
            yshift=12, showarrow=False, font={"size": 13, "color": MUTED},
        )  # fmt: skip


def _name_ends(figure: go.Figure, nodes: list[tuple[int, float, str]], last: int) -> None:
    """Write the labels of the first and the last table beside the picture, where no band crosses them."""
    for column, middle, words in nodes:
        if column in (0, last):
            figure.add_annotation(
                text=words, xref="paper", yref="paper", x=int(column > 0), y=1 - middle, showarrow=False,
                xanchor="left" if column else "right", yanchor="middle", xshift=BESIDE if column else -BESIDE,
                font={"size": 12},
            )  # fmt: skip
