"""The release as the profile asks it: laid out once for all sessions."""

import pandas as pd
import streamlit as st

from components.analysis.nucleus.index import ReleaseIndex, index_release
from components.ui.context.denominator import wide_table
from components.ui.session.notices import show_nothing
from components.ui.session.release import current_release
from data.loader import LabelTable


def release_index() -> ReleaseIndex:
    """Lay out the tables at hand, once for all sessions; where none is the page ends here."""
    loaded, wide = wide_table()
    opened = current_release()
    if not loaded:
        show_nothing(
            f"The source does not hold a single table of v{opened.release.number}: there are no nuclei."
        )
        st.stop()
    stamp = tuple((name, one.provenance.fetched_at) for name, one in loaded.items())
    return _indexed((opened.source.key, opened.release.number), stamp, loaded, wide)


@st.cache_resource(show_spinner="Laying out the nuclei …", max_entries=4)
def _indexed(
    place: tuple[str, int],
    stamp: tuple[tuple[str, str], ...],
    _loaded: dict[str, LabelTable],
    _wide: pd.DataFrame,
) -> ReleaseIndex:
    return index_release(_loaded, _wide)
