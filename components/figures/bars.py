"""Horizontal bars of counts: nuclei per label, coverage per table, changes between releases, units."""

import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison import releases
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import (
    MUTED,
    ORANGE,
    SHARES_AXIS,
    TEAL,
    UNIT_COLOUR,
    bars_figure,
    count_words,
    reach_bars,
)
from components.figures.ghosts import COUNT_MISSING, ghosted

STILL, CHANGED, CAME, WENT = "#7d97a0", ORANGE, TEAL, "#a3466b"
CHANGE_COLOURS = {
    **dict.fromkeys((releases.KEPT, releases.SAME_ROOT, releases.SAME_NUCLEUS, "same label"), STILL),
    **dict.fromkeys((releases.OTHER_ROOT, releases.OTHER_NUCLEUS, "another label"), CHANGED),
    **dict.fromkeys((releases.ADDED, releases.FOUND), CAME),
    **dict.fromkeys((releases.GONE, releases.LOST), WENT),
}
"""Colour of each change between releases; every other is grey."""
TEXT_HOVER = "<b>%{y}</b><br>%{text}<extra></extra>"


def counts_figure(
    counts: pd.DataFrame, colours: dict[str, str], caption: str, *, clickable: bool = False
) -> go.Figure:
    """Bars of nuclei per label, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        From `analysis.labels.counts.type_counts`.
    colours : dict
        Colour of each label; labels without one are grey.
    caption : str
        What the figure shows.
    clickable : bool
        Add invisible bars over the whole width, so that a short bar is as easy to click as a long one.
    """
    # A click must leave no mark: the selection may change elsewhere, and the mark would stay. Both states
    # are given, since plotly looks for the font of one wherever the other has it.
    unmarked = {"marker": {"opacity": 1}, "textfont": {"color": MUTED}}
    bars = {
        "x": counts["nuclei"], "y": counts.index,
        "marker": {
            "color": [colours.get(label, NO_LABEL_COLOUR) for label in counts.index], "cornerradius": 3,
        },
        "text": [f"{n:,} · {share:.1%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)],
        "selected": unmarked, "unselected": unmarked,
        "hovertemplate": "<b>%{y}</b><br>%{x:,} nuclei%{hovertext}<extra></extra>",
        **COUNT_MISSING,
    }  # fmt: skip
    figure = bars_figure(bars, {"title": "nuclei", "tickformat": "~s"}, caption, bargap=0.22)
    figure.update_layout(showlegend=False, barmode="overlay")
    longest = int(counts["nuclei"].max()) if len(counts) else 1
    solid = {
        "type": "bar", "orientation": "h", "y": bars["y"], "marker": bars["marker"],
        "textposition": "inside", "insidetextanchor": "end", "textangle": 0, "constraintext": "none",
    }  # fmt: skip
    ghosted(figure, "bars", solid, longest=longest)
    if clickable:
        figure.add_trace(reach_bars(figure.data[0], x=[longest] * len(counts)))
    return figure


def coverage_figure(rows: list[tuple[str, int, float, str]], caption: str) -> go.Figure:
    """Bars of coverage, one per table.

    Parameters
    ----------
    rows : list of (title, nuclei, coverage, colour)
        Coverage as a share, 0–1.
    caption : str
        What the figure shows, the denominator included.
    """
    titles, nuclei, coverage, colours = zip(*rows, strict=True) if rows else ((),) * 4
    bars = {
        "x": coverage, "y": titles, "marker": {"color": colours, "cornerradius": 3},
        "text": [f"{n:,} · {share:.1%}" for n, share in zip(nuclei, coverage, strict=True)],
        "hovertemplate": TEXT_HOVER,
    }  # fmt: skip
    return bars_figure(bars, {"title": "share of nuclei labelled", **SHARES_AXIS}, caption, bargap=0.3)


def changes_figure(counts: pd.DataFrame, caption: str, of: str) -> go.Figure:
    """Bars of how many stayed, changed, came or went between two releases, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        Index: what became of them; columns `n` and `share` (0–1).
    caption : str
        What the figure shows.
    of : str
        What is counted, such as "nuclei in both releases": the axis' title.
    """
    changes = [str(change) for change in counts.index]
    marker = {"color": [CHANGE_COLOURS.get(change, MUTED) for change in changes], "cornerradius": 3}
    texts = [count_words(n, share) for n, share in zip(counts["n"], counts["share"], strict=True)]
    bars = {"x": counts["n"], "y": changes, "marker": marker, "text": texts, "hovertemplate": TEXT_HOVER}
    return bars_figure(bars, {"title": of, "tickformat": "~s"}, caption, row=30)


def units_per_nucleus_figure(counts: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of nuclei by their number of units, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        From `analysis.comparison.units.units_per_nucleus`.
    caption : str
        What the figure shows.
    """
    names = [f"{units} unit{'s' if units > 1 else ''}" for units in counts.index]
    texts = [f"{n:,} · {share:.2%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)]
    return _unit_bars(names, counts["nuclei"], texts, "nuclei", caption)


def fields_figure(fields: pd.DataFrame, caption: str) -> go.Figure:
    """Bars of units per imaging field, each with its units and nuclei.

    Parameters
    ----------
    fields : DataFrame
        From `analysis.comparison.units.units_by` for `field`.
    caption : str
        What the figure shows.
    """
    names = [f"field {field:.0f}" for field in fields.index]
    texts = [f"{u:,} · {n:,} nuclei" for u, n in zip(fields["units"], fields["nuclei"], strict=True)]
    return _unit_bars(names, fields["units"], texts, "units", caption)


def _unit_bars(names: list[str], lengths: pd.Series, texts: list[str], noun: str, caption: str) -> go.Figure:
    bars = {
        "x": lengths, "y": names, "marker": {"color": UNIT_COLOUR, "cornerradius": 3}, "text": texts,
        "hovertemplate": f"%{{y}}: <b>%{{x:,}}</b> {noun}<extra></extra>",
    }  # fmt: skip
    return bars_figure(bars, {"title": noun}, caption)
