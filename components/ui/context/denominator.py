"""All nuclei at hand side by side, and tables of units as labels of them."""

from dataclasses import replace

import pandas as pd

from components.analysis.comparison.axes import coregistered_labels
from components.analysis.comparison.units import quality_columns
from components.analysis.labels.nucleus_table import PLACE, nucleus_table, with_labels
from components.ui.session.cached import cached
from components.ui.session.notices import doubts_at_hand
from components.ui.session.release import load_at_hand, load_labels
from data.errors import DataError
from data.loader import LabelTable


def wide_table(*needed: str) -> tuple[dict[str, LabelTable], pd.DataFrame]:
    """The tables at hand, and their nuclei side by side, made once for all sessions."""
    loaded = load_at_hand(*needed)
    return loaded, side_by_side(loaded)


def load_axis_table(name: str) -> LabelTable | DataError:
    """Load an axis table; one of units labels each nucleus at hand as coregistered or not."""
    loaded = load_labels(name)
    if not isinstance(loaded, LabelTable) or loaded.table.kind != "units":
        return loaded
    return _as_labels(loaded, load_at_hand(name))


@cached()
def side_by_side(loaded: dict[str, LabelTable]) -> pd.DataFrame:
    """Tables side by side, a row per nucleus; where they hold units, with the quality of the best match."""
    own = {name: table for name, table in loaded.items() if table.table.own}
    if own and len(own) < len(loaded):
        shared = side_by_side({name: table for name, table in loaded.items() if name not in own})
        if all(table.frame["nucleus_id"].isin(shared.index).all() for table in own.values()):
            return _with_quality(with_labels(shared, own), own)
    return _with_quality(nucleus_table(loaded, doubts_at_hand(loaded)), loaded)


def _with_quality(wide: pd.DataFrame, loaded: dict[str, LabelTable]) -> pd.DataFrame:
    quality = [quality_columns(table, wide.index) for table in loaded.values()]
    return wide.assign(**{name: values for columns in quality for name, values in columns.items()})


@cached()
def _as_labels(units: LabelTable, loaded: dict[str, LabelTable]) -> LabelTable:
    wide = side_by_side(loaded)
    places = wide[[name for name in PLACE if name in wide]]
    frame = coregistered_labels(units.frame, wide.index).join(places, on="nucleus_id")
    # Over more or other nuclei it is another table, with another stamp for the caches.
    stamp = f"{units.provenance.stamp} over {' '.join(other.key for other in loaded.values())}"
    return LabelTable(units.table, frame, replace(units.provenance, stamp=stamp))
