"""The release as the profile asks it: laid out once for all sessions."""

import streamlit as st

from components.analysis.nucleus.index import ReleaseIndex, index_release
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.session.cached import cached
from components.ui.session.notices import show_nothing
from components.ui.session.release import current_release
from data.loader import LabelTable


def release_index() -> ReleaseIndex:
    """Lay out the tables at hand, once for all sessions; where none is the page ends here."""
    loaded, _ = wide_table()
    opened = current_release()
    if not loaded:
        show_nothing(
            f"The source does not hold a single table of v{opened.release.number}: there are no nuclei."
        )
        st.stop()
    return _indexed(loaded)


@cached(show_spinner="Laying out the nuclei …", max_entries=4)
def _indexed(loaded: dict[str, LabelTable]) -> ReleaseIndex:
    return index_release(loaded, side_by_side(loaded))
