"""The panel of nucleus volumes, for every family page."""

import pandas as pd
import streamlit as st

from components.analysis.labels.volumes import volume_by_label
from components.figures.volumes import volumes_figure
from components.ui.context.table_view import Scope
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.notices import show_nothing


def show_volumes(scope: Scope) -> None:
    """How large the nuclei of each type are; in words where their volumes are not known."""
    st.subheader("How large", anchor=False)
    title = scope.one.table.title
    if "volume_um3" not in scope.one.frame:
        show_nothing(f"The rows of {title} at hand hold no nucleus volumes.")
        return
    volumes = _volumes(scope.key, scope)
    n = int(volumes["n"].sum())
    if volumes.empty:
        show_nothing(f"None of the {len(scope.nuclei):,} nuclei shown has a known volume.")
        return
    without = len(scope.nuclei) - n
    lacking = f" {without:,} of the {len(scope.nuclei):,} nuclei shown have no volume." if without else ""
    st.caption(
        "Boxes hold the middle half of the nuclei, the line in them is the median, whiskers go from the 5th "
        f"to the 95th percentile. Each nucleus counts once.{lacking}"
    )
    caption = scope.caption(of="nuclei with a volume", n=n)
    colours = colours_of(volumes.index)
    show_chart(
        f"volumes-{scope.one.table.name}",
        scope.key,
        lambda: volumes_figure(volumes, colours, caption),
        alt=f"Nucleus volume by label in {scope.title}",
    )


@st.cache_resource(show_spinner=False, max_entries=32)
def _volumes(key: tuple[object, ...], _scope: Scope) -> pd.DataFrame:
    return volume_by_label(_scope.frame, _scope.kept_labels)
