"""What became of nuclei, labels or root IDs between two releases: one picture for each, never mixed."""

import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison.releases import (
    ADDED,
    FOUND,
    GONE,
    KEPT,
    LOST,
    OTHER_NUCLEUS,
    OTHER_ROOT,
    SAME_NUCLEUS,
    SAME_ROOT,
)
from components.figures.frame import MUTED, framed

STILL, CHANGED, CAME, WENT = "#7d97a0", "#c8782a", "#2f7f8f", "#a3466b"
COLOURS = {
    **dict.fromkeys((KEPT, SAME_ROOT, SAME_NUCLEUS, "same label"), STILL),
    **dict.fromkeys((OTHER_ROOT, OTHER_NUCLEUS, "another label"), CHANGED),
    **dict.fromkeys((ADDED, FOUND), CAME),
    **dict.fromkeys((GONE, LOST), WENT),
}
"""By what became of it; the rest, which nothing is said of, is grey."""


def changes_figure(counts: pd.DataFrame, caption: str, of: str) -> go.Figure:
    """Bars of how many stayed, changed, came or went, each with its count and its share.

    Parameters
    ----------
    counts : DataFrame
        Index what became of it; columns `n` and `share` (0–1).
    caption : str
        What the picture is of.
    of : str
        What is counted, such as "nuclei in both releases": the axis' title.
    """
    bars = go.Bar(
        x=counts["n"], y=[str(word) for word in counts.index], orientation="h",
        marker={"color": [COLOURS.get(str(word), MUTED) for word in counts.index], "cornerradius": 3},
        text=[f"{n:,} · {_percent(n, share)}" for n, share in zip(counts["n"], counts["share"], strict=True)],
        textposition="outside", cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>%{text}<extra></extra>",
    )  # fmt: skip
    figure = framed(go.Figure(bars), height=130 + 34 * len(counts), caption=caption)
    widest = max(int(counts["n"].max()) if len(counts) else 0, 1)
    figure.update_xaxes(title=of, range=[0, widest * 1.3], tickformat="~s")
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_layout(bargap=0.25)
    return figure


def _percent(n: int, share: float) -> str:
    return "<0.1%" if n and share < 0.0005 else f"{share:.1%}"
