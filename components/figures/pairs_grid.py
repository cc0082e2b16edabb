"""A tile for every two tables: how far they agree, on how many nuclei, at which level."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.analysis.comparison import metrics
from components.figures.frame import (
    LETTER,
    MUTED,
    NAME_LETTERS,
    click_targets,
    framed,
    laid_out,
    wrapped_title,
)
from components.figures.matrix import AGREE, SCALE, short_count
from data.labels.crosswalk import LEVELS
from data.number_words import of_nuclei

NAMES = {name: metric.short for name, metric in metrics.METRICS.items() if metric.short}
SHORT = {
    metrics.NOTHING_SHARED: "none to<br>compare",
    metrics.OTHER_VOCABULARY: "different<br>labels",
    metrics.ONE_LABEL: "one label",
    metrics.ONE_GROUP: "one group",
    metrics.ONE_NUCLEUS: "one nucleus",
}
"""Why a tile has no value, in words that fit."""
TILE, LOW, LINE = 54, 28, 14
"""Pixels: heights of a tile, of one among many, of a title's line."""
MANY = 6
"""With more tables than this below each other a tile has room for the value and a short count."""
GREY = "rgba(128,128,128,0.16)"


def pairs_grid_figure(
    pairs: pd.DataFrame,
    titles: dict[str, str],
    measure: str,
    caption: str,
    opened: tuple[str, str] | None = None,
) -> go.Figure:
    """Draw the lower triangle of tables by tables, a tile per pair.

    A tile without a value says why; one of few nuclei says so. Both are grey.

    Parameters
    ----------
    pairs : DataFrame
        From `analysis.comparison.agreement.pair_table`.
    titles : dict
        Of each table by name, in the order of the axes. A tile is in the column of its first table and
        the row of its second.
    measure : str
        What is written large and gives the colour: a metric, or `n_both`.
    caption : str
        What the figure shows.
    opened : tuple of str, optional
        The names of the pair shown in full elsewhere: its tile is framed.
    """
    place, crowded = {name: k for k, name in enumerate(titles)}, len(titles) - 1 > MANY
    grid = pairs.assign(x=pairs["rows"].map(place), y=pairs["columns"].map(place))
    plain = np.array([is_plain(pair, measure) for _, pair in grid.iterrows()])
    n = len(titles)
    # Each level has its own scale: 95 % of classes agree less closely than 85 % of subclasses.
    scales = [grid["level"] == level for level in LEVELS] if measure != "n_both" else [grid["x"] >= 0]
    traces = [_tiles(grid[plain & scale], measure, n, crowded=crowded) for scale in scales]
    figure = go.Figure([*traces, _tiles(grid[~plain], measure, n, crowded=crowded, grey=True)])
    below = 12 + (round(LETTER * NAME_LETTERS) if crowded else LINE * 4)
    height = LOW if crowded else TILE
    framed(figure, inner=height * (n - 1), caption=caption, below=below)
    hovers = [hover_words(pair, titles) for _, pair in grid.iterrows()]
    hover = {"hovertext": hovers, "hovertemplate": "%{hovertext}<extra></extra>"}
    figure.add_trace(click_targets(grid["x"], grid["y"], height - 6, **hover))
    for _, pair in grid.iterrows():
        if opened and {pair["rows"], pair["columns"]} == {*opened}:
            x, y = pair["x"], pair["y"]
            figure.add_shape(type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line=AGREE)
    _draw_axes(figure, [*titles.values()], crowded=crowded)
    return figure


def is_plain(pair: "pd.Series", measure: str) -> bool:
    """Whether a pair's value needs no caveat: it is defined, and not of few nuclei."""
    if measure == "n_both":
        return bool(pair["n_both"] >= metrics.FEW)
    return bool(pair["n_compared"] >= metrics.FEW and not np.isnan(pair[measure]))


def tile_words(pair: "pd.Series", measure: str) -> str:
    """The text of a tile: the value or why there is none, the nuclei, the level."""
    if not pair["n_both"]:
        return "–<br>none<br>shared"
    n, level = pair["n_compared"], f"<br>{pair['level']}"
    few = " · few" if (pair["n_both"] if measure == "n_both" else n) < metrics.FEW else ""
    if measure == "n_both":
        return f"<b>{pair['n_both']:,}</b>{few}"
    if np.isnan(pair[measure]):
        return f"–<br>{SHORT.get(pair['undefined'].get(measure, ''), 'undefined')}"
    return f"<b>{_value(pair[measure], measure, digits=1)}</b><br>{n:,}{few}{level}"


def short_tile_words(pair: "pd.Series", measure: str) -> str:
    """The text of a tile among many: the value, if there is one, and the nuclei."""
    if measure == "n_both":
        return short_count(pair["n_both"])
    if np.isnan(pair[measure]):
        return "–"
    return f"{_value(pair[measure], measure, digits=0)}<br>{short_count(pair['n_compared'])}"


def _value(value: float, measure: str, digits: int) -> str:
    return f"{value:.{digits}%}" if measure == "agreement" else f"{round(value, 2) + 0:.2f}"


def _tiles(
    grid: pd.DataFrame, measure: str, n_tables: int, *, crowded: bool, grey: bool = False
) -> go.Heatmap:
    """Tiles of one scale with their texts; grey ones are not coloured by their value."""
    values = grid[measure].to_numpy(dtype=float)
    values = np.zeros(len(grid)) if grey else np.log10(values + 1) if measure == "n_both" else values
    z = np.full((n_tables - 1, n_tables - 1), np.nan)
    text = np.full(z.shape, "", dtype=object)
    at = (grid["y"].to_numpy() - 1, grid["x"].to_numpy())
    z[at] = values
    words = short_tile_words if crowded else tile_words
    text[at] = [words(pair, measure) for _, pair in grid.iterrows()]
    return go.Heatmap(
        z=z.astype(np.float32), x0=0, y0=1, xgap=3, ygap=3, showscale=False,
        **_scale_ends(values, counted=measure == "n_both" or grey),
        colorscale=[GREY, GREY] if grey else SCALE, hoverinfo="skip", hoverongaps=False,
        text=text, texttemplate="%{text}",
        textfont={"size": 11} | ({"color": MUTED} if grey else {}),  # else plotly picks it
    )  # fmt: skip


def _scale_ends(values: np.ndarray, *, counted: bool) -> dict[str, float]:
    """The ends of a scale: from 0 for counts, else round ones about the values, a tenth apart or more."""
    if counted or not len(values):
        return {"zmin": 0.0, "zmax": max(float(values.max(initial=0)), 1.0)}
    high = min(np.ceil(values.max() * 20) / 20, 1.0)
    return {"zmin": min(np.floor(values.min() * 20) / 20, high - 0.1), "zmax": float(high)}


def hover_words(pair: "pd.Series", titles: dict[str, str]) -> str:
    """Everything known of a pair, in lines."""
    in_both = of_nuclei(pair["n_both"])
    lines = [
        f"<b>{titles[pair['columns']]} × {titles[pair['rows']]}</b>",
        f"{in_both} in both, {pair['n_compared']:,} compared at the level of {pair['level']}",
    ]
    values = [f"{word} {pair[name]:.3f}" for name, word in NAMES.items() if not np.isnan(pair[name])]
    lines += [" · ".join(values)] if values else []
    reasons: dict[str, list[str]] = {}
    for name, reason in pair["undefined"].items():
        if name in NAMES:
            reasons.setdefault(reason, []).append(NAMES[name])
    lines += [f"no {', '.join(names)}: {reason}" for reason, names in reasons.items()]
    return "<br>".join([*lines, "click to compare these two above"])


def _draw_axes(figure: go.Figure, titles: list[str], *, crowded: bool) -> None:
    last = len(titles) - 1
    below, beside = [*map(wrapped_title, titles)], [wrapped_title(title, 2) for title in titles]
    off = {"showgrid": False, "fixedrange": True, "ticks": "", "tickfont": {"size": 11}}
    across = {
        "tickvals": list(range(last)), "ticktext": below[:last], "range": [-0.5, last - 0.5],
        "tickangle": -90 if crowded else 0,
    }  # fmt: skip
    names = beside if crowded else below  # a low tile has room for two lines
    down = {"tickvals": list(range(1, last + 1)), "ticktext": names[1:], "range": [last + 0.5, 0.5]}
    laid_out(figure, xaxis=off | across, yaxis=off | down, showlegend=False)
