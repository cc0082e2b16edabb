"""The selected nuclei against all nuclei they were selected from."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.figures.frame import MUTED, count_words, framed

SELECTED, SHOWN = "the selected", "all shown"
PAIR, AROUND, CAPTION = 40, 60, 100
"""Pixels: two bars with their gap; above and below all of them; axis and caption."""


def shares_figure(
    everything: pd.DataFrame, selected: pd.DataFrame, colours: dict[str, str], caption: str
) -> go.Figure:
    """Two bars per label: its share of the selected nuclei (solid) and of all nuclei shown (hatched).

    The solid bar carries its count, share and the ratio of the two shares: ×2 is twice as common among the
    selected nuclei as among all.

    Parameters
    ----------
    everything, selected : DataFrame
        From `analysis.labels.counts.type_counts`. The labels of `everything` are drawn; they include those of
        `selected`.
    colours : dict
        Colour of each label; labels without one are grey.
    caption : str
        What the figure shows.
    """
    labels = [str(label) for label in everything.index]
    selected = selected.reindex(everything.index, fill_value=0)
    ratios = selected["share"] / everything["share"]
    marks = [colours.get(label, NO_LABEL_COLOUR) for label in labels]
    solid = _bars(
        SELECTED, labels, selected,
        (f"{count_words(n, share)} · {_times(ratio)}" for n, share, ratio in _rows(selected, ratios)),
        {"color": marks},
    )  # fmt: skip
    hatched = _bars(
        SHOWN, labels, everything,
        (count_words(n, share) for n, share, _ in _rows(everything, ratios)),
        _hatched(marks),
    )  # fmt: skip
    figure = go.Figure([solid, hatched, *_key()], layout=_layout(everything, selected))
    return framed(figure, height=AROUND + PAIR * len(labels) + CAPTION, caption=caption, below=CAPTION)


def _layout(everything: pd.DataFrame, selected: pd.DataFrame) -> dict:
    n = len(everything)
    widest = float(max(everything["share"].max(), selected["share"].max())) if n else 1.0
    return {
        "barmode": "group", "bargap": 0.25, "bargroupgap": 0.06,
        "xaxis": {"title": "share of nuclei", "range": [0, widest * 1.4], "tickformat": ".0%"},
        "yaxis": {"range": [n - 0.5, -0.5], "showgrid": False, "type": "category"},
        "legend": {"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0},
    }  # fmt: skip


def _bars(name: str, labels: list[str], counts: pd.DataFrame, texts: Iterable[str], marker: dict) -> dict:
    """One bar per label, as a dict: twice as fast as plotly's class."""
    return {
        "type": "bar", "orientation": "h", "name": name, "x": counts["share"].to_numpy(), "y": labels,
        "marker": marker, "text": list(texts), "textposition": "outside", "textfont": {"size": 11},
        "cliponaxis": False, "customdata": counts["nuclei"].to_numpy(), "showlegend": False,
        "offsetgroup": name,
        "hovertemplate": f"<b>%{{y}}</b><br>%{{customdata:,}} nuclei, %{{x:.1%}} of {name}<extra></extra>",
    }  # fmt: skip


def _rows(counts: pd.DataFrame, ratios: "pd.Series[float]") -> Iterable[tuple[int, float, float]]:
    return zip(counts["nuclei"], counts["share"], ratios, strict=True)


def _times(ratio: float) -> str:
    """Write a ratio to two digits: ×0.92, ×2.5, ×130."""
    if 0 < ratio < 0.01:
        return "×<0.01"
    return f"×{ratio:,.0f}" if ratio >= 10 else f"×{ratio:.2g}"


def _key() -> list[dict]:
    """Grey legend entries for solid and hatched: the bars' own would take the first label's colour."""
    return [
        {
            "type": "bar", "orientation": "h", "x": [None], "y": [None], "name": f"among {name}",
            "marker": look, "offsetgroup": name, "hoverinfo": "skip",
        }
        for name, look in ((SELECTED, {"color": MUTED}), (SHOWN, _hatched(MUTED)))
    ]  # fmt: skip


def _hatched(colours: str | list[str]) -> dict:
    return {
        "color": "rgba(128,128,128,0.06)", "line": {"color": colours, "width": 1.2},
        "pattern": {"shape": "/", "fgcolor": colours, "size": 6, "solidity": 0.25, "fillmode": "overlay"},
    }  # fmt: skip
