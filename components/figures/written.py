"""Charts as SVG text, for files that open without plotly: bars of counts, and a matrix."""

from collections.abc import Sequence
from html import escape

import pandas as pd

from components.figures.matrix import share_of, short_count
from data.number_words import of_nuclei

BAR, LINE, CELL_WIDE, CELL_HIGH, LETTER, EDGE = 300, 20, 38, 24, 6.6, 8
"""Pixels: the longest bar, a bar's row, a cell, a letter, and the room around the whole."""
TEAL = "rgb(47,127,143)"


def bars_svg(counts: "pd.Series[int]", colours: Sequence[str], title: str) -> str:
    """Write counts as horizontal bars, each with its count and its share of all.

    Parameters
    ----------
    counts : Series of int
        Nuclei by label, in the order of the bars.
    colours : sequence of str
        One per bar.
    title : str
        Read out in place of the picture.
    """
    left = EDGE + LETTER * max((len(str(label)) for label in counts.index), default=0)
    most, total = max(int(counts.max()), 1) if len(counts) else 1, max(int(counts.sum()), 1)
    parts = []
    for i, (label, n, colour) in enumerate(zip(counts.index, counts, colours, strict=True)):
        y, long = LINE * i + 2, BAR * n / most
        parts += [
            _text(left - 6, y + 13, str(label), "end"),
            f'<rect x="{left:.0f}" y="{y}" width="{long:.1f}" height="{LINE - 4}" fill="{escape(colour)}"/>',
            _text(left + long + 5, y + 13, f"{n:,} · {n / total:.1%}", "start"),
        ]
    return _picture(left + BAR + 110, LINE * len(counts) + 4, title, parts)


def matrix_svg(matrix: pd.DataFrame) -> str:
    """Write a matrix of counts: each cell's count, coloured by its share of the row.

    Parameters
    ----------
    matrix : DataFrame
        Counts of nuclei; index and columns carry the tables' titles as names.
    """
    rows, columns = [str(label) for label in matrix.index], [str(label) for label in matrix.columns]
    row_title, column_title = str(matrix.index.name), str(matrix.columns.name)
    counts, shares = matrix.to_numpy(), share_of(matrix, "row").to_numpy()
    left = EDGE + LETTER * max(map(len, [*rows, f"{row_title} ↓"]))
    top = EDGE + CELL_HIGH + LETTER * max(map(len, columns), default=0)
    parts = [
        _text(left, EDGE + 10, f"{column_title} →", "start", "bold"),
        _text(left - 6, top - 8, f"{row_title} ↓", "end", "bold"),
    ]
    for k, label in enumerate(columns):
        place = f"{left + CELL_WIDE * (k + 0.5) + 4:.0f} {top - 6:.0f}"
        parts.append(f'<text transform="translate({place}) rotate(-90)">{escape(label)}</text>')
    for i, label in enumerate(rows):
        y = top + CELL_HIGH * i
        parts.append(_text(left - 6, y + 16, label, "end"))
        for k, other in enumerate(columns):
            n, share, x = int(counts[i, k]), float(shares[i, k]), left + CELL_WIDE * k
            words = f"{row_title}: {label}, {column_title}: {other}: {of_nuclei(n)}, {share:.1%} of the row"
            size = f'x="{x:.0f}" y="{y:.0f}" width="{CELL_WIDE - 2}" height="{CELL_HIGH - 2}"'
            shade = f'fill="{TEAL}" fill-opacity="{0.06 + 0.6 * share:.3f}"'
            parts.append(f"<rect {size} {shade}><title>{escape(words)}</title></rect>")
            if n:
                parts.append(_text(x + CELL_WIDE / 2 - 1, y + 15, short_count(n), "middle"))
    width = left + max(CELL_WIDE * len(columns), LETTER * len(f"{column_title} →"))
    height = top + CELL_HIGH * len(rows)
    return _picture(width + EDGE, height + EDGE, f"{row_title} against {column_title}", parts)


def _text(x: float, y: float, words: str, anchor: str, weight: str = "normal") -> str:
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text pointer-events="none" {place}>{escape(words)}</text>'


def _picture(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """An `<svg>` element in the text colour of the page around it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="11" '
        f'fill="currentColor">{"".join(parts)}</svg>'
    )
