"""A span of a column, as filters and cuts are made of."""

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from data.tables.schema import POSITION


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included, in a column of the tidy frame; NaN is never inside."""

    column: str
    low: float
    high: float


class MeasuredColumn(NamedTuple):
    """A column of numbers: what it is called, its unit, and its column in the raw table ("": computed)."""

    name: str
    unit: str = ""
    raw: str = ""


MEASURES: dict[str, MeasuredColumn] = {
    "x_um": MeasuredColumn("x", "µm"),
    "depth_um": MeasuredColumn("depth", "µm"),
    "z_um": MeasuredColumn("z", "µm"),
    "volume_um3": MeasuredColumn("nucleus volume", "µm³", "volume"),
    "residual_um": MeasuredColumn("residual", "µm", "residual"),
    "score_um": MeasuredColumn("score", "µm", "score"),
    "confidence": MeasuredColumn("confidence", raw="confidence"),
}
"""The columns of the tidy frame whose names do not say it all."""


def measured_column(column: str) -> MeasuredColumn:
    """Describe a column that a range may be set in; by its own name where nothing else is known."""
    return MEASURES.get(column, MeasuredColumn(column, raw=column))


def range_words(limits: Range) -> str:
    """Say a range: "depth 100–250 µm", "score at least −10 µm"."""
    name, unit, _ = measured_column(limits.column)
    # Places are said to a tenth of a micrometre.
    rounded = (round(end, 1) if limits.column in POSITION else end for end in (limits.low, limits.high))
    low, high = (f"{end:,.6g}".replace("-", "−") for end in rounded)
    if limits.low == -inf and limits.high == inf:
        ends = "known"
        unit = ""
    elif limits.low == -inf:
        ends = f"at most {high}"
    elif limits.high == inf:
        ends = f"at least {low}"
    else:
        ends = f"{low}–{high}" if limits.low >= 0 else f"{low} to {high}"
    return f"{name} {ends} {unit}".rstrip()
