"""A span of a column, as filters and cuts are made of."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included, in a column of the tidy frame; NaN is never inside."""

    column: str
    low: float
    high: float


MEASURES: dict[str, tuple[str, str]] = {
    "x_um": ("x", "µm"),
    "depth_um": ("depth", "µm"),
    "z_um": ("z", "µm"),
    "volume_um3": ("nucleus volume", "µm³"),
    "residual_um": ("residual", "µm"),
    "score_um": ("score", "µm"),
}
"""Name and unit of each column that a range may be set in."""


def range_words(limits: Range) -> str:
    """Say a range: "depth 100–250 µm", "score at least −10 µm"."""
    name, unit = MEASURES.get(limits.column, (limits.column, ""))
    low, high = (f"{end:,.6g}".replace("-", "−") for end in (limits.low, limits.high))
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
