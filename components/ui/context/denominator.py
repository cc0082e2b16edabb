"""All nuclei at hand side by side, and tables of units read as labels over them."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from components.analysis.comparison.axes import coregistered_labels
from components.analysis.comparison.units import quality_columns
from components.analysis.labels.nucleus_table import PLACE, nucleus_table
from components.ui.session.release import current_release, load_at_hand, load_labels, table_key
from data.errors import DataError
from data.loader import LabelTable


def wide_table(*needed: str) -> tuple[dict[str, LabelTable], pd.DataFrame]:
    """Give the tables at hand, and their nuclei side by side, made once for all sessions."""
    loaded = load_at_hand(*needed)
    opened = current_release()
    stamp = tuple((name, one.provenance.fetched_at) for name, one in loaded.items())
    return loaded, _wide((opened.source.key, opened.release.number), stamp, loaded)


def load_axis_table(name: str) -> LabelTable | DataError:
    """Load a table as a side of a comparison.

    A table of units gives each nucleus at hand one of two labels: coregistered, or not.
    """
    one = load_labels(name)
    if not isinstance(one, LabelTable) or one.table.kind != "units":
        return one
    _, wide = wide_table(name)
    return _as_labels(table_key(one), len(wide), one, wide)


@st.cache_resource(show_spinner=False, max_entries=4)
def _wide(
    place: tuple[str, int], stamp: tuple[tuple[str, str], ...], _loaded: dict[str, LabelTable]
) -> pd.DataFrame:
    wide = nucleus_table(_loaded)
    quality = [quality_columns(one, wide.index) for one in _loaded.values()]
    return wide.assign(**{name: values for columns in quality for name, values in columns.items()})


@st.cache_resource(show_spinner=False, max_entries=8)
def _as_labels(key: str, n: int, _one: LabelTable, _wide: pd.DataFrame) -> LabelTable:
    told = coregistered_labels(_one.frame, _wide.index)
    places = _wide[[name for name in PLACE if name in _wide]]
    frame = told.join(places, on="nucleus_id")
    # Told of more nuclei, or of others, it is another table: what is cached of it goes by its stamp.
    stamp = f"{_one.provenance.stamp} over {n} nuclei"
    return LabelTable(_one.table, frame, replace(_one.provenance, stamp=stamp))
