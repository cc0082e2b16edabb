"""What is picked on a page with filters, as a selection: in words where there are any for it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.analysis.labels.counts import label_nuclei, type_counts
from components.analysis.labels.ids import each_once
from components.analysis.labels.ranges import Range, range_words
from components.analysis.selection.filter_recipes import filter_recipes
from components.analysis.selection.kinds import Filtered, Selection, combine, intersect, listed
from components.ui.context.table_view import TableView
from components.ui.selection.selection import choose, selection_nuclei
from data.errors import DataError


def choose_bar(key: str, view: TableView) -> None:
    """Select the nuclei of the bar that was clicked in the chart of what is counted."""
    for point in st.session_state[key]["selection"]["points"][:1]:
        counts = type_counts(view.frame["nucleus_id"], view.kept_labels)
        label = str(counts.index[int(point["point_index"])])
        ids = label_nuclei(view.frame["nucleus_id"], view.kept_labels, label)
        choose(in_words(ids, _labelled(label, view), view), f"{label} in {view.title}")


def choose_depths(key: str, view: TableView) -> None:
    """Select the nuclei within the depths that were dragged over, both ends included."""
    for box in st.session_state[key]["selection"]["box"][:1]:
        low, high = (round(float(end), 1) for end in sorted(box["y"]))
        limits = Range("depth_um", low, high)
        inside = view.frame["depth_um"].between(low, high).to_numpy()
        ids = each_once(view.frame["nucleus_id"].to_numpy()[inside])
        if not len(ids):
            st.toast(f"No nucleus shown lies at {range_words(limits)}.")
            return
        named = Filtered(view.one.table.name, ranges=(limits,))
        choose(in_words(ids, named, view), f"{range_words(limits)} in {view.one.table.title}")


def _labelled(label: str, view: TableView) -> Selection | None:
    """What the page calls by a label, without its filters; None for what is no label."""
    if view.label_source is None or label not in view.labels.categories:
        return None
    called = Filtered(view.label_source.table.name, (label,), level=view.level)
    return called if view.label_source is view.one else intersect(called, Filtered(view.one.table.name))


def in_words(nucleus_ids: NDArray[np.int64], named: Selection | None, view: TableView | None) -> Selection:
    """Say nuclei by a recipe, or by it and the page's filters, where that means just these; else by ID.

    Parameters
    ----------
    nucleus_ids : int64 array
        Sorted, each once.
    named : Selection or None
        A recipe for them without the filters; None where there is none.
    view : TableView or None
        Whose filters.
    """
    if named is not None:
        for recipe in (named, _filtered(named, view)):
            if recipe is not None and _means(recipe, nucleus_ids):
                return recipe
    return listed(nucleus_ids)


def _filtered(named: Selection, view: TableView | None) -> Selection | None:
    """The recipe and the filters; None where some filter has no words, or none is active."""
    if view is None or view.is_whole:
        return None
    label_source = view.label_source.table.name if view.label_source else None
    recipes = filter_recipes(view.one.table.name, label_source, view.level, view.filters, view.preset)
    joined: Selection | None = named
    for recipe in recipes or ():
        joined = joined and combine(joined, "and", recipe)
    return joined if recipes else None


def _means(recipe: Selection, nucleus_ids: NDArray[np.int64]) -> bool:
    try:
        return np.array_equal(selection_nuclei(recipe), nucleus_ids)
    except DataError:
        return False
