"""Whom to trust here: what is known about each lineage at a level and a place, and what is not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.metrics import FEW, METRICS
from components.analysis.labels.areas import APPROXIMATE, OFFICIAL, areas_of
from components.analysis.labels.counts import find_denominator
from components.analysis.labels.ids import NO_IDS, Ids, each_once
from components.analysis.nucleus.consensus import JUDGED
from components.analysis.raters.ratings import lineage_ratings
from components.analysis.raters.trust import (
    ByHand,
    LineagePair,
    LineageRecord,
    compare_lineages,
    lineage_standings,
)
from components.analysis.selection.marks import Axis, Marks, coded_words
from components.figures.intervals import lineages_figure
from components.ui.cloud.cloud import linked
from components.ui.context.denominator import side_by_side
from components.ui.context.table_view import TableView
from components.ui.selection.picks import choose_mark
from components.ui.selection.selection import current_selection, refuse_pick, selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.charts import clicked_points, figure_caption, show_chart
from components.ui.session.colours import LEVEL_TITLES
from components.ui.session.exports import marked
from components.ui.session.followers import follow_here
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import load_at_hand, official_areas
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.volume import VOLUME
from data.volume.space import layer_of, layers_of
from data.volume.volume import LayerPreset

KEY = "lineages"
STANDINGS: dict[ByHand | None, str] = {
    None: "",
    "free": "not trained on these cells",
    "trained": "trained on these cells: optimistic",
    "unknown": "perhaps trained on these cells",
    "circular": "circular: its crosswalk was learnt from them",
}
"""Shown beside an agreement with manual labels."""
CAPTION = (
    "A row is two lineages on the nuclei here that both label, with n. Agreement says that two say the same, "
    "not that either is right; lineages trained on the same labels may be wrong together. The panel ranks "
    "nothing. Click a row to select the nuclei on which the two differ."
)


@dataclass(frozen=True)
class Place:
    """Where the reader asks: in words, and the nuclei; None: everywhere."""

    words: str
    nuclei: Ids | None


def show_trust(view: TableView, level: Level) -> None:
    """What is known about each lineage at a place and level that the reader chooses.

    Parameters
    ----------
    view : TableView
        Whose layers.
    level : Level
        The page's, at which the choice begins.
    """
    st.subheader("Whom to trust here?", anchor=False)
    loaded = load_at_hand()
    titles = {title: named for title, named in LEVEL_TITLES.items() if named in JUDGED}
    default = next((title for title, named in titles.items() if named == level), "Subclass")
    with st.container(key="trust-choices", horizontal=True, vertical_alignment="center"):
        chosen = st.selectbox(
            "At", list(titles), index=[*titles].index(default), key="trust-at", bind="query-params", width=145
        )
        place = _pick_place(side_by_side(loaded), view.preset)
    if place.nuclei is not None and not len(place.nuclei):
        show_nothing(f"No nucleus lies {place.words}.")
        return
    standings, compared = _known(loaded, titles[chosen], place.nuclei)
    if not standings:
        show_nothing("No table at hand labels nuclei at this level.")
        return
    if compared:
        _show_compared(loaded, titles[chosen], place, compared)
        st.caption(CAPTION)
    else:
        show_nothing("No two lineages label the same nucleus here, so nothing can be compared.")
    st.dataframe(marked(_rows(standings, compared)), hide_index=True, key="trust-lineages", row_height=64)
    for known in standings:
        if words := _published_words(known) + " ".join(known.unknown):
            st.markdown(f"**{plain(known.lineage)}**: {plain(words)}")


def _published_words(known: LineageRecord) -> str:
    """What was published, with the cells that it is of."""
    form = METRICS["agreement"].form.format
    figures = [
        f"{form(figure.published)} of {figure.what.lower()} ({figure.on})" for figure in known.published
    ]
    return f"published accuracy, of other cells than here: {'; '.join(figures)}. " if figures else ""


def _show_compared(
    loaded: dict[str, LabelTable], level: Level, place: Place, compared: list[LineagePair]
) -> None:
    marks, names = _marks(compared), {_name(pair): pair for pair in compared}
    n = len(each_once(marks.nuclei))

    def select() -> None:
        for point in clicked_points(KEY):
            pair = names.get(marks.words_at(point)["y"])
            if pair and not len(pair.differing):
                refuse_pick(f"{' and '.join(pair.lineages)} give every nucleus here the same label.")
                return
        choose_mark(KEY, marks, lambda _: [])

    caption = figure_caption(
        f"{level.capitalize()}, {place.words}",
        f"{plural(len(compared), 'comparison')}; {of_nuclei(n)} with different labels",
    )
    show_chart(
        KEY, (loaded, level, place),
        lambda: lineages_figure(_lines(compared), caption + "<br>Wilson 95 % intervals"),
        alt="Agreement of every two lineages", on_select=select, marks=linked(lambda: marks, None),
    )  # fmt: skip


def _marks(compared: list[LineagePair]) -> Marks:
    """A row for every two lineages: the nuclei on which they differ. Rows share nuclei."""
    rows = np.repeat(np.arange(len(compared)), [len(pair.differing) for pair in compared])
    nuclei = np.concatenate([NO_IDS, *(pair.differing for pair in compared)])
    return Marks(nuclei, {"y": Axis(coded_words(rows, map(_name, compared)), (), "labels differ, {}")})


def _lines(compared: list[LineagePair]) -> pd.DataFrame:
    """A row per comparison, as the figure draws it."""
    return pd.DataFrame(
        {
            "name": [" × ".join(pair.lineages) for pair in compared],
            "n": [pair.n for pair in compared],
            "agree": [pair.agree for pair in compared],
            "share": [pair.share for pair in compared],
            "share_low": [pair.interval[0] for pair in compared],
            "share_high": [pair.interval[1] for pair in compared],
            "note": [*map(_note, compared)],
        },
        index=pd.Index([*map(_name, compared)], name="lineages"),
    )


def _name(pair: LineagePair) -> str:
    """A row's own name: with manual labels two lineages have a row for each standing."""
    return ", ".join(filter(None, [" × ".join(pair.lineages), STANDINGS[pair.standing]]))


def _note(pair: LineagePair) -> str:
    """Shown below the two lineages: their standing, and which of them never gives such labels."""
    parts = [STANDINGS[pair.standing]]
    if not pair.n_possible:
        silent = [lineage for lineage, never in zip(pair.lineages, pair.never, strict=True) if never]
        parts.append(f"{' and '.join(silent)} {'gives' if len(silent) == 1 else 'give'} no such label")
    return "; ".join(filter(None, parts))


def _rows(standings: list[LineageRecord], compared: list[LineagePair]) -> pd.DataFrame:
    """A row per lineage: coverage, agreement by hand, with the others, and what was published."""
    return pd.DataFrame([_row(known, compared) for known in standings])


def _row(known: LineageRecord, compared: list[LineagePair]) -> dict[str, str]:
    mine = [pair for pair in compared if known.lineage in pair.lineages]
    free, learned = (
        "; ".join(share_words(pair) for pair in mine if pair.standing in kinds)
        for kinds in (("free",), ("trained", "unknown", "circular"))
    )
    others = [pair.share for pair in mine if pair.standing is None and pair.n >= FEW and pair.n_possible]
    form = METRICS["agreement"].form.format
    between = " to ".join(dict.fromkeys(map(form, (min(others), max(others))))) if others else ""
    covered = f"{known.labelled / known.nuclei:.1%} " if known.nuclei else ""
    return {
        "Lineage": known.lineage,
        "Labels here": f"{covered}({known.labelled:,} of {known.nuclei:,})",
        "By hand, not its training cells": "by hand itself" if known.by_hand else free or "unknown",
        "By hand, its training cells": "" if known.by_hand else learned or "–",
        "With other lineages": f"{between}, {plural(len(others), 'lineage')}" if others else "–",
        "Published accuracy": ", ".join(form(figure.published) for figure in known.published)
        or ("" if known.by_hand else "unknown"),
    }


def share_words(pair: LineagePair) -> str:
    """Agreement of a lineage with the manual labels, with what it is of."""
    never = sum(pair.never[0].values())
    if not pair.n_possible:
        words = ("gives no such label ({})", "gives what the manual labels never say ({})")
        parts = [
            form.format(", ".join(labels)) for form, labels in zip(words, pair.never, strict=True) if labels
        ]
        return f"{'; '.join(parts)}: {of_nuclei(pair.n)}"
    form = METRICS["agreement"].form.format
    low, high = map(form, pair.interval)
    foreign = f", {never:,} with labels that it never gives" if never else ""
    few = ", few" if pair.n < FEW else ""
    doubt = {"unknown": ", if it was trained on them", "circular": ", circular"}.get(str(pair.standing), "")
    return f"{form(pair.share)} ({low} to {high}) of {pair.n:,}{foreign}{few}{doubt}"


@cached(show_spinner="Comparing every two lineages …")
def _known(
    loaded: dict[str, LabelTable], level: Level, within: Ids | None
) -> tuple[list[LineageRecord], list[LineagePair]]:
    ratings = lineage_ratings(loaded, level)
    compared = compare_lineages(ratings, loaded, within)
    detected = find_denominator({name: one.frame for name, one in loaded.items()}).nuclei
    return lineage_standings(ratings, compared, detected, within), compared


def _everywhere(_wide: pd.DataFrame, _preset: LayerPreset) -> Place:
    return Place("everywhere", None)


def _in_layer(wide: pd.DataFrame, preset: LayerPreset) -> Place:
    layers = layers_of(preset)
    layer = st.selectbox("Layer", layers, key="trust-layer", bind="query-params", width=115)
    inside = layer_of(wide["depth_um"], preset) == layer
    return Place(f"in {layer} ({preset.name})", _ids(wide, inside))


def _in_area(wide: pd.DataFrame, _preset: LayerPreset) -> Place:
    official = official_areas()
    areas = areas_of(wide.index.to_numpy(), wide["x_um"], wide["z_um"], official)
    area = st.selectbox("Area", VOLUME.areas, key="trust-area", bind="query-params", width=115)
    source = OFFICIAL if official else APPROXIMATE
    return Place(f"in {area} ({source})", _ids(wide, np.asarray(areas == area)))


def _at_depth(wide: pd.DataFrame, _preset: LayerPreset) -> Place:
    deepest = int(VOLUME.deepest_um)
    low, high = st.slider("Depth, µm", 0, deepest, (0, deepest), 10, key="trust-depth", bind="query-params")
    return Place(f"at {low:,}–{high:,} µm", _ids(wide, wide["depth_um"].between(low, high).to_numpy()))


def _in_selection(wide: pd.DataFrame, _preset: LayerPreset) -> Place:
    follow_here()  # else a pick leaves what is shown here as it is
    selected = selected_nuclei()
    words = f"among the {of_nuclei(len(selected))} selected"
    return Place(words if current_selection() else "in the selection, which is empty", selected)


def _ids(wide: pd.DataFrame, inside: np.ndarray) -> Ids:
    return np.sort(wide.index.to_numpy(dtype=np.int64)[inside])


PLACES: dict[str, Callable[[pd.DataFrame, LayerPreset], Place]] = {
    "Everywhere": _everywhere,
    "Layer": _in_layer,
    "Area": _in_area,
    "Depth": _at_depth,
    "Selection": _in_selection,
}
"""Kinds of places by their titles, which are part of links."""


def _pick_place(wide: pd.DataFrame, preset: LayerPreset) -> Place:
    known = [*PLACES]
    if not preset.boundaries:
        known.remove("Layer")
    if not VOLUME.areas:
        known.remove("Area")
    chosen = st.selectbox("Where", known, key="trust-where", bind="query-params", width=170)
    return PLACES[chosen](wide, preset)
