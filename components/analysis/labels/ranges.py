"""A span of a column, as filters and cuts are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included, in a column of the tidy frame; NaN is never inside."""

    column: str
    low: float
    high: float
