"""What the reader picks on a page, as a selection: by a recipe where one means the same, else by ID."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import reduce
from operator import and_

import numpy as np

from components.analysis.labels.counts import DEPTH_STEP_UM
from components.analysis.labels.ids import Ids, each_once, only_in_first
from components.analysis.labels.ranges import Range, range_words
from components.analysis.selection.filter_rows import FILTERS
from components.analysis.selection.filters import Filters, filter_recipes
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import Listed, lasso, listed
from components.analysis.selection.marks import Marks, MarkWords
from components.analysis.selection.picks import agreement_recipe, label_recipe
from components.analysis.selection.selection import How, Selection
from components.point_cloud.view import Mode, Picked
from components.ui.context.table_view import TableView
from components.ui.selection.marks import depth_marks
from components.ui.selection.selection import (
    HELD,
    choose,
    join_selection,
    note,
    picked_how,
    refuse_pick,
    selection_nuclei,
    set_selection,
)
from components.ui.session.charts import clicked_points, picked_in
from components.ui.session.colours import Colouring
from components.ui.session.release import current_release
from data.errors import DataError
from data.volume import VOLUME

Recipe = Callable[[MarkWords], Iterable[Selection | None]]
FEW = 20
"""A recipe may miss or add up to 20 of the nuclei picked, and a twentieth of them at most."""
CLOUD_MODES: dict[How | None, Mode] = {None: "new", "plus": "add", "minus": "subtract", "and": "both"}
"""The cloud's words for the reader's way of combining."""


def keep_pick(
    picked: Picked, colouring: Colouring, view: TableView | None = None, against: str | None = None
) -> None:
    """Make what was picked in the cloud the session's selection, or a part of it.

    Shift and Alt add and take away by themselves; without them the reader's way of combining holds.

    Parameters
    ----------
    picked : Picked
    colouring : Colouring
        What the legend is of.
    view : TableView, optional
        Whose filters hide the rest.
    against : str, optional
        The table with which the legend compares.
    """
    if picked.act == "clear":
        set_selection(None)
        return
    if not len(picked.nucleus_ids):
        note("No nucleus was inside. The selection stays as it was.")
        return
    selection: Selection = listed(picked.nucleus_ids) if picked.act == "click" else lasso(picked.nucleus_ids)
    if picked.act == "legend" and picked.title and colouring.name in current_release().tables:
        name, level, title = colouring.name, colouring.level, picked.title
        recipe: Selection = (
            agreement_recipe(name, against, level, title)
            if against
            else label_recipe(name, name, title, level)
        )
        selection = in_words(lasso(picked.nucleus_ids), recipe, view)
    if picked.depths:
        whole = colouring.name if colouring.name in current_release().tables else VOLUME.detections
        recipe = Filtered(view.table.name if view else whole, ranges=(Range("depth_um", *picked.depths),))
        selection = in_words(lasso(picked.nucleus_ids), recipe, view)
    join_selection(selection, HELD.get(picked.mode, picked_how()))


def choose_mark(
    key: str, marks: Marks, recipe: Recipe, view: TableView | None = None, *, empty: str = ""
) -> None:
    """Select the nuclei of the mark that was clicked in a chart.

    Parameters
    ----------
    key : str
        The chart's.
    marks : Marks
    recipe : callable
        Gives the clauses that together mean a mark's nuclei, without the filters; the first may be enough.
    view : TableView, optional
        Whose filters the chart heeds.
    empty : str
        What to say of a mark of no nuclei where the chart draws one, in place of its words.
    """
    for point in clicked_points(key):
        words = marks.words_at(point)
        if not words:
            refuse_pick("The chart has changed since the click. The selection stays as it was.")
            return
        ids = marks.nuclei_at(words)
        if not len(ids):
            refuse_pick(empty or f"No nucleus here is {' and '.join(words.values())}.")
            return
        clauses = [clause for clause in recipe(words) if clause]
        found: Selection = listed(ids)
        for wanted in (clauses[:1], clauses) if len(clauses) > 1 else (clauses,):
            if wanted and isinstance(found, Listed):
                found = in_words(found, reduce(and_, wanted), view)
        if clauses and isinstance(found, Listed):
            found = _but_for_few(found, reduce(and_, clauses), view)
        choose(found, point.get("held", "new"))


def label_clause(view: TableView, label: str | None) -> Selection | None:
    """Make the recipe of a label of a table view."""
    return None if label is None else label_recipe(view.table.name, view.source_name, label, view.level)


def place_clause(view: TableView, place: str, word: str | None) -> Selection | None:
    """Make the recipe of a layer or area of a table view; None of other places, and where there is none."""
    if place not in FILTERS:
        return None
    clauses = filter_recipes(
        view.table.name,
        view.source_name,
        view.level,
        Filters({place: (word,) if word else ()}),
        view.preset,
    )
    return clauses[0] if clauses else None


def choose_depths(key: str, view: TableView) -> None:
    """Select the nuclei within the depths that were dragged over, both ends included, or a clicked step."""
    boxes = picked_in(key, "box")
    if not boxes:  # a drag names the points that it holds, too
        choose_mark(key, depth_marks(view), lambda words: _slice_clauses(view, words), view)
        return
    low, high = (round(float(end), 1) for end in sorted(boxes[0]["y"]))
    limits = Range("depth_um", low, high)
    inside = view.frame["depth_um"].between(low, high).to_numpy()
    ids = each_once(view.frame["nucleus_id"].to_numpy()[inside])
    if not len(ids):
        refuse_pick(f"No nucleus shown lies at {range_words(limits)}.")
        return
    recipe = Filtered(view.table.name, ranges=(limits,))
    held = next((point["held"] for point in clicked_points(key) if "held" in point), "new")
    choose(in_words(listed(ids), recipe, view), held)


def _slice_clauses(view: TableView, words: MarkWords) -> list[Selection | None]:
    """A label, in a slice of depth or in all."""
    middle, half = float(words.get("y", "nan")), DEPTH_STEP_UM / 2
    limits = Range("depth_um", middle - half, middle + half)
    return [
        label_clause(view, words.get("name")),
        Filtered(view.table.name, ranges=(limits,)) if "y" in words else None,
    ]


def in_words(ids: Listed, recipe: Selection, view: TableView | None) -> Selection:
    """Select nuclei by a recipe, or by it and the page's filters, where that means just these; else by ID.

    Parameters
    ----------
    ids : Listed
        The nuclei.
    recipe : Selection
        A recipe for them without the filters.
    view : TableView or None
        Whose filters.
    """
    for candidate, nuclei in _followed(recipe, view):
        if np.array_equal(nuclei, ids.nucleus_ids):
            return candidate
    return ids


def _but_for_few(ids: Listed, recipe: Selection, view: TableView | None) -> Selection:
    """Likewise by a recipe and the few nuclei that it misses or adds, such as those with two labels."""
    for candidate, nuclei in _followed(recipe, view):
        missed = only_in_first(ids.nucleus_ids, nuclei)
        added = only_in_first(nuclei, ids.nucleus_ids)
        if len(missed) + len(added) <= min(FEW, len(ids.nucleus_ids) // FEW):
            more = candidate | listed(missed) if len(missed) else candidate
            return more - listed(added) if len(added) else more
    return ids


def _followed(recipe: Selection, view: TableView | None) -> Iterator[tuple[Selection, Ids]]:
    """A recipe, and it and the page's filters, each with its nuclei."""
    recipes = [recipe]
    if view and not view.is_whole:
        table, preset = view.table.name, view.preset
        clauses = filter_recipes(table, view.source_name, view.level, view.filters, preset)
        recipes += [reduce(and_, clauses, recipe)] if clauses else []
    for candidate in recipes:
        with suppress(DataError):  # a table that this release lacks, or that is not a table of labels
            yield candidate, selection_nuclei(candidate)
