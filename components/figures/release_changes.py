"""What became of nuclei, labels or root IDs between two releases."""

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
from components.figures.frame import MUTED, bars_figure, count_words

STILL, CHANGED, CAME, WENT = "#7d97a0", "#c8782a", "#2f7f8f", "#a3466b"
COLOURS = {
    **dict.fromkeys((KEPT, SAME_ROOT, SAME_NUCLEUS, "same label"), STILL),
    **dict.fromkeys((OTHER_ROOT, OTHER_NUCLEUS, "another label"), CHANGED),
    **dict.fromkeys((ADDED, FOUND), CAME),
    **dict.fromkeys((GONE, LOST), WENT),
}
"""By what became of it; everything else is grey."""


def changes_figure(counts: pd.DataFrame, caption: str, of: str) -> go.Figure:
    """Bars of how many stayed, changed, came or went, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        Index what became of it; columns `n` and `share` (0–1).
    caption : str
        What the figure shows.
    of : str
        What is counted, such as "nuclei in both releases": the axis' title.
    """
    words = [str(word) for word in counts.index]
    bars = {
        "x": counts["n"], "y": words,
        "marker": {"color": [COLOURS.get(word, MUTED) for word in words], "cornerradius": 3},
        "text": [count_words(n, share) for n, share in zip(counts["n"], counts["share"], strict=True)],
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
    }  # fmt: skip
    longest = max(int(counts["n"].max()) if len(counts) else 0, 1)
    axis = {"title": of, "range": [0, longest * 1.3], "tickformat": "~s"}
    figure = bars_figure(bars, axis, height=130 + 34 * len(counts), caption=caption)
    return figure.update_yaxes(type="category").update_layout(bargap=0.25)
