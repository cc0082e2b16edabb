"""The panel of nucleus volumes, for every family page."""

import pandas as pd
import streamlit as st

from components.analysis.labels.volumes import volume_by_label
from components.figures.volumes import volumes_figure
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.notices import show_nothing


def show_volumes(view: TableView) -> None:
    """How large the nuclei of each type are; in words where their volumes are not known."""
    st.subheader("How large", anchor=False)
    title = view.one.table.title
    if "volume_um3" not in view.one.frame:
        show_nothing(f"The rows of {title} at hand hold no nucleus volumes.")
        return
    volumes = _volumes(view)
    n = int(volumes["n"].sum())
    if volumes.empty:
        show_nothing(f"None of the {len(view.nuclei):,} nuclei shown has a known volume.")
        return
    without = len(view.nuclei) - n
    lacking = f" {without:,} of the {len(view.nuclei):,} nuclei shown have no volume." if without else ""
    st.caption(
        "Boxes hold the middle half of the nuclei, the line in them is the median, whiskers go from the 5th "
        f"to the 95th percentile. Each nucleus counts once.{lacking}"
    )
    caption = view.caption(of="nuclei with a volume", n=n)
    colours = colours_of(volumes.index)
    show_chart(
        f"volumes-{view.one.table.name}",
        view,
        lambda: volumes_figure(volumes, colours, caption),
        alt=f"Nucleus volume by label in {view.title}",
    )


@cached()
def _volumes(view: TableView) -> pd.DataFrame:
    return volume_by_label(view.frame, view.kept_labels)
