"""Where two tables differ: by the nuclei's place and size, and the labels that they confuse most."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison import differences
from components.analysis.comparison.agreement import Agreement, Pairs
from components.analysis.comparison.axes import share_labels
from components.analysis.comparison.metrics import FEW, METRICS, Metric
from components.analysis.labels.areas import OfficialAreas
from components.analysis.labels.counts import NO_POSITION
from components.analysis.labels.levels import finest_common_level
from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.marks import Axis, Marks, MarkWords, mark_word
from components.analysis.selection.picks import agreement_recipe
from components.analysis.selection.selection import Selection
from components.figures.intervals import agreement_by_figure
from components.ui.cloud.cloud import linked
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.table_view import TableView
from components.ui.family.matrix import matrix_caption, select_cell
from components.ui.selection.picks import choose_mark, place_clause
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked
from components.ui.session.followers import part_here, show_part
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import official_areas
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.volume import VOLUME
from data.volume.space import layer_bounds
from data.volume.volume import LayerPreset

BY: dict[str, differences.By] = {
    "Depth": "depth",
    "Layer": "layer",
    "Area": "area",
    "Distance to edge": "edge",
    "Nucleus volume": "volume",
}
SPOKEN: dict[differences.By, str] = {
    "depth": "labels differ, around {} µm of depth",
    "layer": "labels differ, in {}",
    "area": "labels differ, in {}",
    "edge": "labels differ, {} µm from the EM box’s nearest face",
    "volume": "labels differ, nucleus volume {} µm³",
}
"""What a screen reader says of a bin."""
RANGES: dict[differences.By, str] = {"depth": "depth_um", "volume": "volume_um3"}
"""Bins that are a range of a column."""
ALL_ALIKE = "The two tables give every nucleus compared there the same label."


def show_differences(view: TableView, result: Agreement | None) -> None:
    """Share of the compared nuclei with the same label, by what the reader chooses.

    Parameters
    ----------
    view : TableView
        What the page shows now; its filters are in the caption.
    result : Agreement or None
        Of a square pair; of another the panel says why there is nothing to show. Where no nucleus is
        compared the metrics say so, and nothing is shown.
    """
    if result is None or result.pairs.frame.empty:
        return
    pairs = result.pairs
    st.subheader("Where they differ", anchor=False)
    if not pairs.square:
        show_nothing(_other_words(pairs))
    else:
        show_part(f"{part_here()}, by", lambda: _show_by(view, pairs))


def show_confusions(result: Agreement | None, view: TableView | None = None) -> None:
    """The matrix cells with most of the nuclei that the tables label differently, each to be selected.

    With a table view, its filters are part of the selection.
    """
    if result is None or result.pairs.frame.empty:
        return
    pairs = result.pairs
    st.subheader("Largest disagreements" if pairs.square else "Unusual pairs of labels", anchor=False)
    top = differences.top_confusions(result)
    if top.empty:
        compared = plural(len(pairs.frame), "compared nucleus", "compared nuclei")
        show_nothing(
            f"Both tables give each of the {compared} the same label."
            if pairs.square
            else "Each pair of labels that occurs is the commonest of its row or of its column."
        )
        return
    st.caption(_about_confusions(result, top))
    for rank, (row, column, *numbers) in enumerate(top.itertuples(index=False)):
        text, button = st.columns([6, 1], vertical_alignment="center")
        text.markdown(_sentence(pairs, row, column, *numbers))
        button.button(
            "Select", key=f"confusion-{rank}", on_click=select_cell, args=(result, row, column, view),
            help=f"Select the nuclei of {plain(row)} × {plain(column)}", width="stretch",
        )  # fmt: skip


def _show_by(view: TableView, pairs: Pairs) -> None:
    chosen = st.segmented_control(
        "By", list(BY), default="Depth", required=True, key="differ-by", bind="query-params",
        help="Positions and volumes are those of the nucleus table where it is at hand.",
    )  # fmt: skip
    by = BY[chosen]
    loaded, _ = wide_table(pairs.rows.name, pairs.columns.name)
    official = official_areas() if by == "area" else None
    bins = _bins(view, pairs, loaded, by, official)
    apart = bins.index.isin([NO_POSITION, differences.NO_VOLUME])
    about = f"{_about_bins(by, view.preset, official)}{_about_apart(bins[apart])}"
    if apart.all():
        st.caption(about)
        show_nothing(f"{chosen} is known for none of the {of_nuclei(len(pairs.frame))} compared.")
        return
    overall = int(bins["agree"].sum()) / len(pairs.frame)
    caption = f"{matrix_caption(view, pairs)}<br>Wilson 95 % intervals"
    if by in {"depth", "layer"}:
        caption += f" · layers after {view.preset.name}, approximate"
    layers = layer_bounds(view.preset) if by == "depth" else None
    marks = _marks(view, pairs, loaded, by, official)

    def recipe(words: MarkWords) -> list[Selection | None]:
        heights = bins.index if by != "depth" else (bins["low"] + bins["high"]) / 2
        place = bins.index[[mark_word(height) == words["y"] for height in heights]][0]
        differ = agreement_recipe(pairs.rows.name, pairs.columns.name, pairs.level, "differ")
        if by not in RANGES:
            return [differ, place_clause(view, by, place)]
        low, high = (float(bins[end][place]) for end in ("low", "high"))
        return [differ, Filtered(view.table.name, ranges=(Range(RANGES[by], low, high),))]

    show_chart(
        f"agreement-by-{by}",
        (caption, overall, bins.to_json()),
        lambda: agreement_by_figure(bins[~apart], overall, caption, layers),
        alt=f"The same label by {bins.index.name}",
        marks=linked(lambda: marks, None),
        on_select=lambda: choose_mark(f"agreement-by-{by}", marks, recipe, view, empty=ALL_ALIKE),
    )
    st.caption(about)
    st.dataframe(marked(bin_rows(bins)), hide_index=True, key=f"agreement-by-{by}-rows")


def bin_rows(bins: pd.DataFrame) -> pd.DataFrame:
    """Lay out `agreement_by`: each bin's nuclei, share, κ and AC1, with their 95 % intervals."""
    names = {"agreement": "share"} | {name: name for name in differences.BEYOND_CHANCE}
    rows = {bins.index.name: bins.index, "n": bins["n"].to_numpy()}
    for name, column in names.items():
        metric = METRICS[name]
        ends = bins[[column, f"{column}_low", f"{column}_high"]].to_numpy()
        rows[metric.title] = [_with_interval(metric, *line) for line in ends]
    return pd.DataFrame(rows)


def _with_interval(metric: Metric, value: float, low: float, high: float) -> str:
    if np.isnan(value):
        return "undefined"
    interval = "no interval" if np.isnan(low) else f"{metric.text(low)} to {metric.text(high)}"
    return f"{metric.text(value)} ({interval})"


@cached()
def _bins(
    view: TableView,
    pairs: Pairs,
    loaded: dict[str, LabelTable],
    by: differences.By,
    official: OfficialAreas | None,
) -> pd.DataFrame:
    return differences.agreement_by(pairs.frame, side_by_side(loaded), by, view.preset, official)


@cached()
def _marks(
    view: TableView,
    pairs: Pairs,
    loaded: dict[str, LabelTable],
    by: differences.By,
    official: OfficialAreas | None,
) -> Marks:
    """A mark for each bin: its nuclei that the tables label differently."""
    bin_of = differences.differing_by(pairs.frame, side_by_side(loaded), by, view.preset, official)
    words = bin_of.array
    if by == "depth":
        bins = _bins(view, pairs, loaded, by, official).loc[words.categories]
        words = words.rename_categories([mark_word(middle) for middle in (bins["low"] + bins["high"]) / 2])
    return Marks(bin_of.index.to_numpy(dtype=np.int64), {"y": Axis(words, (), SPOKEN[by])})


def _about_bins(by: differences.By, preset: LayerPreset, official: OfficialAreas | None) -> str:
    """What the bins are, what their shares are of, and what they do not tell."""
    layers, step = f"{preset.name} ({preset.source}). {preset.note}", differences.STEPS_UM.get(by, 0)
    fewest = differences.FEWEST_IN_PART
    bins = {
        "depth": f"Slices of {step:g} µm. Layer lines: {layers}",
        "layer": f"Layers after {layers}",
        "area": official.table.table.about if official else VOLUME.area_note,
        "edge": f"Steps of {step:g} µm from the nearest face of the EM box. The tissue does not fill the "
        "whole box, so it may end before.",
        "volume": f"Parts of equal count: ten, or fewer so that each holds {fewest} nuclei or more.",
    }
    return (
        f"Click a point to select its nuclei that differ. {bins[by]} Each share is of the compared nuclei of "
        f"its bin, n at the right, under the pointer and below; “few”: fewer than {FEW}. Places hold "
        "different types, so a share may follow the types and not the place: κ and AC1, below, correct "
        "for agreement by chance."
    )


def _about_apart(apart: pd.DataFrame) -> str:
    """Say how many nuclei are in no bin; nothing where all are in one."""
    if apart.empty:
        return ""
    n, agree = int(apart["n"].iloc[0]), int(apart["agree"].iloc[0])
    return f" Not in any bin ({apart.index[0]}): {n:,}, of which {agree:,} have the same label."


def _other_words(pairs: Pairs) -> str:
    """Why agreement is undefined here, and at which level it is defined."""
    finest = finest_common_level(pairs.rows, pairs.columns)
    alike = share_labels(pairs.rows, pairs.columns, finest)
    coarser = f" At the level of {finest} they use the same." if alike else ""
    return (
        f"{pairs.rows.title} and {pairs.columns.title} use different labels here, so nuclei cannot be "
        f"sorted into those with the same label and those with another.{coarser}"
    )


def _about_confusions(result: Agreement, top: pd.DataFrame) -> str:
    pairs, listed = result.pairs, int(top["n"].sum())
    n = len(pairs.frame)
    if not pairs.square:
        return (
            "The tables use different labels, so which pairs are disagreements is not known. Listed are "
            "the largest of those that are the commonest neither of their row nor of their column: "
            f"{listed:,} of the {of_nuclei(n)} compared."
        )
    differ = n - int(np.trace(result.matrix.to_numpy()))
    return (
        f"{differ:,} of the {of_nuclei(n)} compared ({differ / n:.1%}) have different labels. Listed are the "
        f"largest such matrix cells: {of_nuclei(listed)} ({listed / differ:.0%} of those that "
        "differ). Neither table is the truth."
    )


def _sentence(pairs: Pairs, row: str, column: str, n: int, n_row: int, n_column: int, *shares: float) -> str:
    """A matrix cell in words, with what its shares are of."""
    rows, columns, first, second = map(plain, (pairs.rows.title, pairs.columns.title, row, column))
    subject, verb = ("nucleus", "is") if n == 1 else ("nuclei", "are")
    of_row, of_column = (f"{share:.1%}" for share in shares)
    few = " — few" if min(n_row, n_column) < FEW else ""
    return (
        f"**{n:,}** {subject} that {rows} calls **{first}** {verb} **{second}** in {columns}: :gray[that is "
        f"{of_row} of the {n_row:,} that {rows} calls {first}, and {of_column} of the {n_column:,} that "
        f"{columns} calls {second}{few}]"
    )
