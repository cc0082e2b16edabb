"""Where a page's nuclei lie, by layer and by area."""

import pandas as pd
import streamlit as st

from components.analysis.labels.places import NO_POSITION, counts_by_area, counts_by_layer
from components.figures.frame import Figure
from components.figures.places import places_figure
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.notices import show_nothing
from data.volume import VOLUME


def show_places(view: TableView) -> None:
    """What each layer and each area is made of, side by side.

    Parameters
    ----------
    view : TableView
        What the page shows now.
    """
    by_layer, by_area = _counts(view)
    st.subheader("By layer and by area", anchor=False)
    if not _placed(by_layer).to_numpy().any():
        n = int(by_layer.to_numpy().sum())
        show_nothing(f"None of the {n:,} nuclei has a position, so they lie in no layer and no area.")
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.caption(f"**Layers** after {view.preset.name} ({view.preset.source}). {view.preset.note}")
        _show(view, by_layer, f"layers after {view.preset.name}, approximate")
    with right:
        st.caption(f"**Areas.** {VOLUME.area_note}")
        _show(view, by_area, "areas: fitted planes, approximate")


def _show(view: TableView, counts: pd.DataFrame, how: str) -> None:
    place = counts.columns.name
    key = f"{place}-{view.one.table.name}"
    alt = f"What each {place} is made of in {view.title}: " + ", ".join(
        f"{name} {n:,} nuclei" for name, n in counts.sum().items()
    )
    show_chart(key, view, lambda: _figure(view, counts, how), alt=alt)


def _figure(view: TableView, counts: pd.DataFrame, how: str) -> Figure:
    return places_figure(counts, colours_of(counts.index), f"{view.caption()}<br>{how}")


def _placed(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.drop(columns=NO_POSITION, errors="ignore")


@cached(max_entries=64)
def _counts(view: TableView) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both counts, once for all sessions and reruns that show the same."""
    frame, labels = view.frame, view.kept_labels
    return counts_by_layer(frame, labels, view.preset), counts_by_area(frame, labels)
