"""Horizontal bars of counts: nuclei per label, coverage per table, changes between releases, units."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.analysis.releases import carried
from components.analysis.releases import changes as releases
from components.figures.frame import (
    MUTED,
    ORANGE,
    ROW,
    SHARES_AXIS,
    TEAL,
    UNIT_COLOUR,
    UNMARKED,
    bars_figure,
    count_words,
    laid_out,
    reach_bars,
)
from components.figures.ghosts import COUNT_MISSING, ghosted, solid_bars
from data.number_words import of_nuclei

STILL, CHANGED, CAME, WENT = "#7d97a0", ORANGE, TEAL, "#a3466b"
MERGED, PARTED = "#7b62a8", "#4f7fb5"
CHANGE_COLOURS = {
    **dict.fromkeys((releases.KEPT, releases.SAME_ROOT, releases.SAME_NUCLEUS, "same label"), STILL),
    **dict.fromkeys((releases.OTHER_ROOT, releases.OTHER_NUCLEUS, "another label"), CHANGED),
    **dict.fromkeys((carried.KEPT, carried.WHOLE), STILL),
    **dict.fromkeys((carried.MERGED, carried.JOINED), MERGED),
    **dict.fromkeys((carried.PARTED, carried.DIVIDED), PARTED),
    **dict.fromkeys((carried.REDUCED, carried.GONE, carried.MISSING), WENT),
    **dict.fromkeys((releases.ADDED, releases.FOUND), CAME),
    **dict.fromkeys((releases.GONE, releases.LOST), WENT),
}
"""Colour of each change between releases; every other is grey."""


def counts_figure(
    counts: pd.DataFrame, colours: dict[str, str], caption: str, *, clickable: bool = False, row: int = ROW
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
    row : int
        Pixels of a bar and the gap below it.
    """
    bars = {
        "x": counts["nuclei"], "y": counts.index,
        "marker": {
            "color": [colours.get(label, NO_LABEL_COLOUR) for label in counts.index], "cornerradius": 3,
        },
        "text": [f"{n:,} · {share:.1%}" for n, share in zip(counts["nuclei"], counts["share"], strict=True)],
        "selected": UNMARKED, "unselected": UNMARKED,
        "hovertemplate": "<b>%{y}</b><br>nuclei: %{x:,}%{hovertext}<extra></extra>",
        **COUNT_MISSING,
    }  # fmt: skip
    figure = bars_figure(bars, {"title": "nuclei", "tickformat": "~s"}, caption, row=row, bargap=0.22)
    return _with_solid(figure, bars, counts["nuclei"], clickable=clickable)


def _with_solid(
    figure: go.Figure,
    bars: dict[str, Any],
    lengths: Iterable[int],
    *,
    clickable: bool = True,
    by: str = "y",
    per: int = 1,
    said: list[str] | None = None,
) -> go.Figure:
    """Add the solid bars of what is selected; the rest as `solid_bars` takes it."""
    laid_out(figure, showlegend=False, barmode="overlay")
    longest = int(max(lengths, default=1))
    solid = {
        "type": "bar", "orientation": "h", by: bars[by], "y": bars["y"], "marker": bars["marker"],
        "textposition": "inside", "insidetextanchor": "end", "textangle": 0, "constraintext": "none",
    }  # fmt: skip
    if clickable:
        figure.add_trace(reach_bars(figure.data[0], x=[longest] * len(bars["y"])))
    filling = solid_bars(range(len(figure.data)), by=by, longest=longest, per=per, said=said)
    return ghosted(figure, "bars", solid, bars=[filling])


def coverage_figure(rows: list[tuple[str, str, int, float, str]], of: int, caption: str) -> go.Figure:
    """Bars of coverage, one per table.

    Parameters
    ----------
    rows : list of (name, title, nuclei, coverage, colour)
        Of each table; its name is the `customdata` of its bar. Coverage as a share, 0–1.
    of : int
        Nuclei of the denominator.
    caption : str
        What the figure shows, the denominator included.
    """
    names, titles, nuclei, coverage, colours = zip(*rows, strict=True) if rows else ((),) * 5
    marker = {"color": colours, "cornerradius": 3}
    texts = [f"{n:,} · {share:.1%}" for n, share in zip(nuclei, coverage, strict=True)]
    bars = {
        "x": coverage, "y": titles, "customdata": names, "marker": marker, "text": texts,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    figure = bars_figure(bars, {"title": "share of nuclei labelled", **SHARES_AXIS}, caption, bargap=0.3)
    said = [f"<b>{title}</b><br>{text}" for title, text in zip(titles, texts, strict=True)]
    return _with_solid(figure, bars, [1], by="customdata", per=of, said=said)


def changes_figure(counts: pd.DataFrame, caption: str, of: str, *, clickable: bool = False) -> go.Figure:
    """Bars of how many stayed, changed, came or went between two releases, each with its count and share.

    Parameters
    ----------
    counts : DataFrame
        Index: what became of them; columns `n` and `share` (0–1).
    caption : str
        What the figure shows.
    of : str
        What is counted, such as "nuclei in both releases": the axis' title.
    clickable : bool
        Have the whole row of a bar answer a click.
    """
    changes = [str(change) for change in counts.index]
    marker = {"color": [CHANGE_COLOURS.get(change, MUTED) for change in changes], "cornerradius": 3}
    texts = [count_words(n, share) for n, share in zip(counts["n"], counts["share"], strict=True)]
    hover = {"hovertext": texts, "hovertemplate": "<b>%{y}</b><br>%{hovertext}<extra></extra>"}
    bars = {"x": counts["n"], "y": changes, "marker": marker, "text": texts, **hover}
    figure = bars_figure(bars, {"title": of, "tickformat": "~s"}, caption, row=30)
    return _with_solid(figure, bars, counts["n"], said=texts) if clickable else figure


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
    texts = [f"{u:,} · {of_nuclei(n)}" for u, n in zip(fields["units"], fields["nuclei"], strict=True)]
    return _unit_bars(names, fields["units"], texts, "units", caption)


def _unit_bars(names: list[str], lengths: pd.Series, texts: list[str], noun: str, caption: str) -> go.Figure:
    bars = {
        "x": lengths, "y": names, "marker": {"color": UNIT_COLOUR, "cornerradius": 3}, "text": texts,
        "hovertemplate": f"%{{y}}<br>{noun}: <b>%{{x:,}}</b><extra></extra>",
    }  # fmt: skip
    return bars_figure(bars, {"title": noun}, caption)
