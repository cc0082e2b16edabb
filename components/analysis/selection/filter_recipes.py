"""The reader's filters as recipes of a selection, where they can be said so."""

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.ranges import Range
from components.analysis.selection.filters import Filters
from components.analysis.selection.kinds import Filtered
from data.labels.entry import Level
from data.volume import VOLUME
from data.volume.space import layer_bounds
from data.volume.volume import LayerPreset


def filter_recipes(
    table: str, label_source: str | None, level: Level, filters: Filters, preset: LayerPreset
) -> tuple[Filtered, ...] | None:
    """Say filters as recipes that a nucleus has to meet, all of them.

    Parameters
    ----------
    table : str
        Whose rows are filtered.
    label_source : str or None
        Whose labels the rows carry.
    level : Level
        At which.
    filters : Filters
    preset : LayerPreset
        Whose layers.

    Returns
    -------
    tuple of Filtered or None
        None where a filter has no words in a selection: an area, the V1 column, with or without a root,
        what is unmapped, layers with others between. A border between layers belongs to both recipes
        here and to the lower layer there: compare the nuclei.
    """
    if filters.areas or filters.column != "any" or filters.root != "any":
        return None
    if UNMAPPED in (*filters.labels, *filters.classes) or (label_source is None and filters.labels):
        return None
    layers = _layer_range(filters.layers, preset)
    if filters.layers and layers is None:
        return None
    said = []
    if label_source is not None:
        chosen: tuple[tuple[tuple[str, ...], Level], ...] = (
            (filters.labels, level),
            (filters.classes, "class"),
        )
        said = [Filtered(label_source, labels, level=at) for labels, at in chosen if labels]
    ranges = (*filters.limits, *([layers] if layers else []))
    return (*said, Filtered(table, ranges=ranges)) if ranges else tuple(said)


def _layer_range(chosen: tuple[str, ...], preset: LayerPreset) -> Range | None:
    """The depths of layers that lie side by side; None where others lie between them, or none is chosen."""
    bounds = layer_bounds(preset)
    places = [place for place, (name, *_) in enumerate(bounds) if name in chosen]
    if not places or places != list(range(places[0], places[-1] + 1)):
        return None
    top, bottom = bounds[places[0]][1], bounds[places[-1]][2]
    return Range(
        "depth_um",
        float("-inf") if top == 0 else top,
        float("inf") if bottom == VOLUME.deepest_um else bottom,
    )
