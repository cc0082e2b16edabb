"""Every figure and assumption of the sample, for the reader."""

from data.sources.sample import counts, depths, figures, m_types, readers
from data.sources.sample.figures import Assumption, Figure

_MODULES = (figures, counts, m_types, depths, readers)

FIGURES: tuple[Figure[object], ...] = tuple(
    value for module in _MODULES for value in vars(module).values() if isinstance(value, Figure)
)
"""Published or measured numbers, each with its source."""

ASSUMPTIONS: tuple[Assumption[object], ...] = tuple(
    value for module in _MODULES for value in vars(module).values() if isinstance(value, Assumption)
)
"""Numbers that nobody published, each with its reason."""
