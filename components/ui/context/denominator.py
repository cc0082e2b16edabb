"""All nuclei at hand side by side, and tables of units read as labels over them."""

from dataclasses import replace

import pandas as pd

from components.analysis.comparison.axes import coregistered_labels
from components.analysis.comparison.units import quality_columns
from components.analysis.labels.nucleus_table import PLACE, nucleus_table
from components.ui.session.cached import cached
from components.ui.session.release import load_at_hand, load_labels
from data.errors import DataError
from data.loader import LabelTable


def wide_table(*needed: str) -> tuple[dict[str, LabelTable], pd.DataFrame]:
    """Give the tables at hand, and their nuclei side by side, made once for all sessions."""
    loaded = load_at_hand(*needed)
    return loaded, side_by_side(loaded)


def load_axis_table(name: str) -> LabelTable | DataError:
    """Load a table as a side of a comparison.

    A table of units gives each nucleus at hand one of two labels: coregistered, or not.
    """
    one = load_labels(name)
    if not isinstance(one, LabelTable) or one.table.kind != "units":
        return one
    loaded, _ = wide_table(name)
    return _as_labels(one, loaded)


@cached(max_entries=4)
def side_by_side(loaded: dict[str, LabelTable]) -> pd.DataFrame:
    """Lay tables side by side, a row per nucleus, with the quality of the best match where units have one."""
    wide = nucleus_table(loaded)
    quality = [quality_columns(one, wide.index) for one in loaded.values()]
    return wide.assign(**{name: values for columns in quality for name, values in columns.items()})


@cached(max_entries=8)
def _as_labels(one: LabelTable, loaded: dict[str, LabelTable]) -> LabelTable:
    wide = side_by_side(loaded)
    places = wide[[name for name in PLACE if name in wide]]
    frame = coregistered_labels(one.frame, wide.index).join(places, on="nucleus_id")
    # Told of more nuclei, or of others, it is another table: what is cached of it goes by its stamp.
    stamp = f"{one.provenance.stamp} over {' '.join(other.key for other in loaded.values())}"
    return LabelTable(one.table, frame, replace(one.provenance, stamp=stamp))
