"""Every figure and assumption of the sample, for the reader."""

from collections.abc import Mapping

from data.sources.sample.published import counts, depths, figures, m_types, readers
from data.sources.sample.published.figures import Assumption, PublishedFigure, value_text
from data.tables.raw import Ground

_MODULES = (figures, counts, m_types, depths, readers)

FIGURES: tuple[PublishedFigure[object], ...] = tuple(
    value for module in _MODULES for value in vars(module).values() if isinstance(value, PublishedFigure)
)
"""Published or measured numbers, each with its source."""

ASSUMPTIONS: tuple[Assumption[object], ...] = tuple(
    value for module in _MODULES for value in vars(module).values() if isinstance(value, Assumption)
)
"""Numbers without a published source, each with its reason."""


def grounds() -> tuple[Ground, ...]:
    """Both lists in words, the long ones in full: what the record of a synthetic table holds."""
    return (
        *(Ground(kind="figure", what=f.what, value=in_full(f.value), why=f.source) for f in FIGURES),
        *(Ground(kind="assumption", what=a.what, value=in_full(a.value), why=a.reason) for a in ASSUMPTIONS),
    )


def in_full(value: object) -> str:
    """Write a value with everything that it lists: `23P: (4P: 9, BC: 0.1), 4P: (23P: 6)`."""
    if not isinstance(value, Mapping):
        return value_text(value)
    parts = []
    for key, part in value.items():
        listed = f"({in_full(part)})" if isinstance(part, Mapping | tuple) else in_full(part)
        parts.append(f"{key}: {listed}")
    return ", ".join(parts)
