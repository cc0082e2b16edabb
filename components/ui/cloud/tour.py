"""The release in five steps, to present: each a view of the cloud and a sentence."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from components.analysis.comparison.agreement import Pairs, pair_labels
from components.analysis.comparison.differences import contradicted
from components.analysis.labels.levels import finest_common_level
from components.analysis.raters.clustering import nearest_compared
from components.point_cloud.cloud import Cloud
from components.point_cloud.view import CloudColours, TourStep, View
from components.ui.cloud.colouring import by_agreement, by_label, by_number
from components.ui.context.denominator import load_axis_table
from components.ui.session.exports import synthetic_words
from components.ui.session.release import current_release, load_at_hand, table_title
from data.labels.crosswalk import LEVELS, at_level
from data.labels.entry import NEURONAL
from data.loader import LabelTable
from data.number_words import of_nuclei
from data.tables.schema import POSITION
from data.volume import VOLUME

FINE = ("subclass", "m-type", "group")
"""Levels of labels that show the layers."""
BESIDE = 30
"""Neighbours with which a nucleus is shown."""
WIDEST = 5
"""Tables, those with most nuclei, among which the pair is sought."""


def release_tour(cloud: Cloud, wide: pd.DataFrame, page: View) -> tuple[TourStep, ...]:
    """The volume, its layers, its classes, where two tables disagree, and one such nucleus.

    A step that the tables at hand cannot show is left out.

    Parameters
    ----------
    cloud : Cloud
    wide : DataFrame
        The tables side by side, index the nucleus IDs.
    page : View
        Of the page, whose layers, outlines and words about the source the steps have.
    """
    labelled = {
        name: int(wide[name].notna().sum())
        for name in current_release().tables.labelling
        if name in cloud.labels
    }
    widest = sorted(labelled, key=lambda name: -labelled[name])
    view = replace(page, filter_ids=None, selected_ids=None, lit="", preset="oblique")
    number = current_release().release.number
    held = "" if VOLUME.detections in load_at_hand() else " with a row in a table at hand,"
    whole = f"{synthetic_words()}{of_nuclei(len(cloud))}{held} in {VOLUME.name}, release v{number}."
    by_depth = by_number(cloud, "depth_um", wide["depth_um"])
    first: CloudColours = by_depth
    if widest:
        labelling = current_release().tables.labelling
        typed = next((name for name in widest if labelling[name].level in FINE), widest[0])
        whole += f" In colour: {labelled[typed]:,} with a label in {table_title(typed)}."
        first = by_label(cloud, typed)
    steps = [TourStep(words=whole, view=replace(view, colour=first))]
    if view.layers:
        column = f", and the {VOLUME.column_name}" if VOLUME.column else ""
        words = f"Layers from the pia, at the top, to the white matter{column}."
        steps.append(TourStep(words=words, view=replace(view, colour=by_depth, preset="front")))
    classed = next((name for name in widest if {*NEURONAL} <= _classes(cloud, name)), None)
    if classed:
        counts = wide[classed].dropna().astype(str).map(lambda label: at_level(label, "class")).value_counts()
        told = " and ".join(f"{counts[word]:,} {word}" for word in NEURONAL)
        words = f"{told} nuclei, by {table_title(classed)}."
        steps.append(TourStep(words=words, view=replace(view, colour=by_label(cloud, classed, "class"))))
    return (*steps, *_disagreement(cloud, wide, view, widest))


def _disagreement(cloud: Cloud, wide: pd.DataFrame, view: View, widest: Sequence[str]) -> list[TourStep]:
    """Two wide tables at the finest level that any share, and a nucleus amid those on which they differ."""
    found = [pairs for names in combinations(widest[:WIDEST], 2) if (pairs := _pairs(*names))]
    for pairs in sorted(found, key=lambda pairs: -LEVELS.index(pairs.level)):
        differ = contradicted(pairs)
        ids = differ.index.to_numpy()[wide.loc[differ.index, "depth_um"].notna().to_numpy()]
        if not len(ids):
            continue
        rows, columns = pairs.rows, pairs.columns
        words = (
            f"{rows.title} and {columns.title} disagree on {len(differ):,} of "
            f"{of_nuclei(len(pairs.frame))}, {pairs.at_level}."
        )
        places = wide.loc[ids, [*POSITION]]
        one = int(ids[((places - places.median()) ** 2).sum(axis=1).to_numpy().argmin()])
        story = (
            f"Nucleus {one}: {differ.loc[one, 'row_label']} in {rows.title}, "
            f"{differ.loc[one, 'column_label']} in {columns.title}; "
            f"{places.loc[one, 'depth_um']:.0f} µm below the pia. "
        )
        beside = nearest_compared(one, pairs.frame, wide, BESIDE)
        n_same = int((~np.isin(beside, ids)).sum())
        story += f"They agree on {n_same:,} of the {of_nuclei(len(beside))} nearest to it that both label."
        colour = by_agreement(cloud, rows.name, columns.name, pairs.level)
        shown = replace(view, colour=colour, selected_ids=differ.index.to_numpy())
        return [
            TourStep(words=words, view=shown),
            TourStep(words=story, view=replace(shown, selected_ids=np.array([one, *beside])), near=True),
        ]
    return []


def _pairs(first: str, second: str) -> Pairs | None:
    """Two tables label by label; None where they share no labels finer than neuron or not."""
    rows, columns = load_axis_table(first), load_axis_table(second)
    if not (isinstance(rows, LabelTable) and isinstance(columns, LabelTable)):
        return None
    pairs = pair_labels(rows.as_axis, columns.as_axis, finest_common_level(rows.table, columns.table))
    return pairs if pairs.square and pairs.level != "neuron" else None


def _classes(cloud: Cloud, name: str) -> set[str | None]:
    return {at_level(label, "class") for label in cloud.labels[name]}
