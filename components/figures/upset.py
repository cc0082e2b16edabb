"""Which tables label the same nuclei: a bar per combination of tables, with dots for its tables."""

import plotly.graph_objects as go

from components.analysis.selection.coverage import Coverage
from components.figures.frame import MUTED, TEAL, framed, laid_out, reach_bars, wrapped_title
from components.figures.ghosts import ghosted, solid_bars
from data.number_words import of_nuclei, plural

BAR, EMPTY, STRIPE = TEAL, "rgba(128,128,128,0.28)", "rgba(128,128,128,0.08)"
TALL, ROW = 180, 29
"""Pixels of the bars and of a table's row below them."""
LEFT, RIGHT = [0.0, 0.17], [0.245, 1.0]
"""Horizontal extents of the tables' own bars and of the combinations."""
ABOVE, BESIDE = 1.33, 1.65
"""Lengths of the axes in longest bars, with room for the numbers."""


def upset_figure(
    coverage: Coverage, titles: dict[str, str], colours: dict[str, str], caption: str
) -> go.Figure:
    """Draw combinations of tables as an UpSet plot.

    Parameters
    ----------
    coverage : Coverage
        From `analysis.selection.coverage.table_coverage`.
    titles, colours : dict
        Of each table, by name.
    caption : str
        What the figure shows.

    Returns
    -------
    Figure
        Bars of the combinations, their lines and dots, and at the left a bar for each table. The
        `customdata` of bars and dots is what a click means: the rank of a combination ("0" is the largest)
        or the name of a table; "" for the other combinations. Invisible bars named `REACH`, as long as the
        axes, take the clicks beside short bars and on numbers.
    """
    bars, sizes = _bars(coverage, titles), _sizes(coverage, titles, colours)
    figure = go.Figure(
        [
            reach_bars(bars, y=[ABOVE * max(bars.y, default=1)] * len(bars.y)),
            reach_bars(sizes, x=[BESIDE * max(sizes.x, default=1)] * len(sizes.x)),
            bars,
            _lines(coverage),
            _dots(coverage, titles, filled=False),
            _dots(coverage, titles, filled=True),
            sizes,
        ]
    )
    framed(figure, inner=ROW * len(coverage.sizes) + TALL, caption=caption)
    _lay_out(figure, coverage, titles)
    fillings, solid = [], []
    for along, ghost, ghosts in (("y", bars, [2, 0]), ("x", sizes, [6, 1])):
        fillings.append(solid_bars(ghosts, by="customdata", along=along, said=ghost.hovertext))
        kept = ("x", "y", "orientation", "xaxis", "yaxis", "customdata", "marker")
        solid.append({"type": "bar"} | {name: ghost[name] for name in kept if ghost[name] is not None})
    return ghosted(figure, "bars", *solid, bars=fillings)


def _bars(coverage: Coverage, titles: dict[str, str]) -> go.Bar:
    """Nuclei of each combination; the last bar pools the combinations not listed."""
    counts = [drawn.nuclei for drawn in coverage.combinations]
    texts = [", ".join(titles[name] for name in drawn.inside) or "in none" for drawn in coverage.combinations]
    keys = [str(place) for place in range(len(counts))]
    if coverage.n_others:
        counts, keys = [*counts, coverage.n_other_nuclei], [*keys, ""]
        texts.append(f"{coverage.n_others} other combinations (cannot be selected together)")
    shares = [n / coverage.n_nuclei for n in counts]
    return go.Bar(
        x=list(range(len(counts))), y=counts, xaxis="x2", yaxis="y2", customdata=keys,
        hovertext=[
            f"{text}<br><b>{of_nuclei(n)}</b>, {share:.1%} of all"
            for text, n, share in zip(texts, counts, shares, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        text=[f"{n:,}" for n in counts], textposition="outside", textangle=-90, cliponaxis=False,
        constraintext="none", textfont={"size": 11},
        marker={
            "color": [BAR if key else MUTED for key in keys],
            "pattern": {"shape": ["" if key else "/" for key in keys]},
            "cornerradius": 3,
        },
    )  # fmt: skip


def _lines(coverage: Coverage) -> go.Scatter:
    """A line from the first dot of each combination to its last."""
    rows = list(coverage.sizes)
    dots = [[rows.index(name) for name in combination.inside] for combination in coverage.combinations]
    ends = [(place, min(column), max(column)) for place, column in enumerate(dots) if len(column) > 1]
    return go.Scatter(
        x=[x for place, *_ in ends for x in (place, place, None)],
        y=[y for _, first, last in ends for y in (first, last, None)],
        xaxis="x2", yaxis="y", mode="lines", line={"color": BAR, "width": 2}, hoverinfo="skip",
    )  # fmt: skip


def _dots(coverage: Coverage, titles: dict[str, str], *, filled: bool) -> go.Scatter:
    """A dot for every table of a combination, or a faint one for those not in it."""
    dots = [
        (place, row, titles[name])
        for place, combination in enumerate(coverage.combinations)
        for row, name in enumerate(coverage.sizes)
        if (name in combination.inside) == filled
    ]
    return go.Scatter(
        x=[place for place, *_ in dots], y=[row for _, row, _ in dots], xaxis="x2", yaxis="y", mode="markers",
        marker={"size": 9 if filled else 6, "color": BAR if filled else EMPTY},
        customdata=[str(place) for place, *_ in dots], text=[title for *_, title in dots],
        hovertemplate=f"{'in' if filled else 'not in'} %{{text}}<extra></extra>",
    )  # fmt: skip


def _sizes(coverage: Coverage, titles: dict[str, str], colours: dict[str, str]) -> go.Bar:
    """Nuclei of each table, in whatever combination."""
    names = list(coverage.sizes)
    return go.Bar(
        x=list(coverage.sizes.values()), y=list(range(len(names))), orientation="h", customdata=names,
        text=[f"{n:,}" for n in coverage.sizes.values()], textposition="outside", cliponaxis=False,
        hovertext=[f"<b>{titles[name]}</b><br>{of_nuclei(n)} in all" for name, n in coverage.sizes.items()],
        marker={"color": [colours[name] for name in names], "cornerradius": 3},
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _lay_out(figure: go.Figure, coverage: Coverage, titles: dict[str, str]) -> None:
    rows, columns = len(coverage.sizes), len(coverage.combinations) + bool(coverage.n_others)
    split = ROW * rows / (ROW * rows + TALL)
    most = max([drawn.nuclei for drawn in coverage.combinations] + [coverage.n_other_nuclei], default=1)
    widest = max(coverage.sizes.values(), default=1)
    named = {place: "none" for place, drawn in enumerate(coverage.combinations) if not drawn.inside}
    if coverage.n_others:
        named[columns - 1] = plural(coverage.n_others, "other")
    off = {"showgrid": False, "fixedrange": True}
    laid_out(
        figure, showlegend=False, barmode="overlay", bargap=0.3, hovermode="closest",
        xaxis={**off, "domain": LEFT, "range": [0, BESIDE * widest], "nticks": 2, "tickangle": 0,
               "tickformat": "~s", "title": "nuclei in all", "anchor": "y"},
        yaxis={**off, "domain": [0, split], "range": [rows - 0.5, -0.5], "tickvals": list(range(rows)),
               "ticktext": [wrapped_title(titles[name]) for name in coverage.sizes], "anchor": "x"},
        xaxis2={**off, "domain": RIGHT, "range": [-0.6, columns - 0.1], "anchor": "y",
                "tickvals": list(named), "ticktext": list(named.values())},
        yaxis2={"domain": [split + 0.015, 1], "range": [0, ABOVE * most], "anchor": "x2", "nticks": 4,
                "tickformat": "~s", "fixedrange": True},
    )  # fmt: skip
    for row in range(0, rows, 2):
        figure.add_shape(
            type="rect", xref="paper", yref="y", x0=0, x1=1, y0=row - 0.5, y1=row + 0.5,
            fillcolor=STRIPE, line_width=0, layer="below",
        )  # fmt: skip
    figure.add_annotation(
        text="nuclei in<br>exactly the<br>dotted tables", xref="paper", yref="paper", x=0, y=1,
        xanchor="left", xshift=-60, yanchor="top", align="left", showarrow=False, font={"size": 12},
    )  # fmt: skip
