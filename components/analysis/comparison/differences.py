"""Where two tables agree or differ: by position and size, and by label."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from components.analysis.comparison.agreement import Agreement, Pairs, pair_labels
from components.analysis.comparison.axes import AxisTable
from components.analysis.comparison.intervals import with_shares
from components.analysis.comparison.metrics import stacked_intervals
from components.analysis.labels.areas import OfficialAreas, areas_of
from components.analysis.labels.counts import NO_POSITION
from components.analysis.labels.levels import nucleus_labels
from data.catalog.facts import Accuracy
from data.tables.schema import POSITION
from data.volume.space import distance_to_edge_um, layer_of, layers_of
from data.volume.volume import LayerPreset

By = Literal["depth", "layer", "area", "edge", "volume"]

STEPS_UM: dict[By, float] = {"depth": 50.0, "edge": 25.0}
"""Width of the bins of depth and of distance to the edge: fixed, so that pairs can be compared."""
MOST_PARTS, FEWEST_IN_PART = 10, 100
"""Bins of volume, of equal counts, and the fewest nuclei in one."""
BEYOND_CHANCE = ("kappa", "ac1")
"""Metrics given beside the share of a bin."""
NO_VOLUME = "no volume"
"""Stands for the volume of a nucleus where it is missing."""
NAMES: dict[By, str] = {
    "depth": "depth below the pia, µm",
    "layer": "layer",
    "area": "area",
    "edge": "distance to the EM box’s nearest face, µm",
    "volume": "nucleus volume, µm³",
}


def agreement_by(
    pairs_frame: pd.DataFrame,
    places: pd.DataFrame,
    by: By,
    preset: LayerPreset,
    official: OfficialAreas | None = None,
) -> pd.DataFrame:
    """Share of the compared nuclei with the same label in both tables, κ and AC1, bin by bin.

    Parameters
    ----------
    pairs_frame : DataFrame
        As `Pairs.frame` of a square pair: the compared nuclei, `row_label`, `column_label`.
    places : DataFrame
        Index `nucleus_id` (unique); `x_um`, `depth_um`, `z_um` (oriented µm) and `volume_um3`. Missing
        nuclei and columns count as NaN.
    by : By
        Bins of depth and of distance to the edge have a fixed width, `STEPS_UM`; bins of volume have equal
        counts. A value on a border is in the higher bin.
    preset : LayerPreset
        The layers' boundaries.
    official : OfficialAreas, optional
        The areas by which to bin; else those of the fitted planes.

    Returns
    -------
    DataFrame
        A row per bin that holds nuclei, in order. Index the bin in words, named as in `NAMES`; `low`, `high`
        its borders in that unit (NaN for areas); `n`, `agree` nuclei; `share` (0–1) with its Wilson 95 %
        interval `share_low`, `share_high`; `kappa` and `ac1` with `kappa_low`, `kappa_high`, `ac1_low`,
        `ac1_high`, NaN where undefined or not shown (see `stacked_intervals`). Nuclei without the value are
        in the last row, `NO_POSITION` or `NO_VOLUME`.
    """
    number, bins = _binned(pairs_frame, places, by, preset, official)
    number = np.where(number < 0, len(bins), number)
    n = np.bincount(number, minlength=len(bins) + 1)
    agree = np.bincount(number[same_labels(pairs_frame)], minlength=len(bins) + 1)
    bins.loc[NO_VOLUME if by == "volume" else NO_POSITION] = np.nan
    bins = bins.assign(n=n, agree=agree)
    counts = _counts_by(pairs_frame, number, len(bins))
    for name in BEYOND_CHANCE:
        bins[[name, f"{name}_low", f"{name}_high"]] = np.transpose(stacked_intervals(counts, name))
    return with_shares(bins, "agree").rename_axis(NAMES[by])


def differing_by(
    pairs_frame: pd.DataFrame,
    places: pd.DataFrame,
    by: By,
    preset: LayerPreset,
    official: OfficialAreas | None = None,
) -> pd.Series:
    """The bin of each nucleus with different labels, by `nucleus_id`, as in `agreement_by`."""
    number, bins = _binned(pairs_frame, places, by, preset, official)
    named = pd.Categorical.from_codes(number.tolist(), bins.index)
    return pd.Series(named, pairs_frame.index)[~same_labels(pairs_frame)].dropna()


def _counts_by(pairs_frame: pd.DataFrame, number: np.ndarray, n_bins: int) -> NDArray[np.int64]:
    """A matrix of both tables' labels for each bin, the same labels on both axes."""
    first, second = pairs_frame["row_label"].array, pairs_frame["column_label"].array
    used = [labels.categories[np.unique(labels.codes)] for labels in (first, second)]
    words = used[0].union(used[1], sort=False)
    row, column = (words.get_indexer(labels.categories)[labels.codes] for labels in (first, second))
    shape = (n_bins, max(len(words), 1), max(len(words), 1))
    cells = np.ravel_multi_index((number, row, column), shape)
    return np.bincount(cells, minlength=np.prod(shape)).reshape(shape)


def same_labels(pairs_frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether both tables give each compared nucleus the same label."""
    first, second = pairs_frame["row_label"].array, pairs_frame["column_label"].array
    place = second.categories.get_indexer(first.categories)  # -1 for a label that only the row table gives
    return np.asarray(place[first.codes] == second.codes)


def contradicted(pairs: Pairs) -> pd.DataFrame:
    """The rows of `Pairs.frame` whose two labels differ: a nucleus has one label per level."""
    return pairs.frame[~same_labels(pairs.frame)]


def top_confusions(result: Agreement, most: int = 10) -> pd.DataFrame:
    """The matrix cells with most of the nuclei that the tables label differently.

    Parameters
    ----------
    result : Agreement
        In a confusion matrix, cells off the diagonal. In a contingency table, where no labels are known to be
        the same, cells that are the largest of neither their row nor their column.
    most : int
        The most cells returned.

    Returns
    -------
    DataFrame
        Most nuclei first. `row`, `column` the labels; `n` nuclei; `n_row`, `n_column` compared nuclei with
        the row's or the column's label; `share_of_row`, `share_of_column` (0–1) the shares of these.
    """
    counts = result.matrix.to_numpy()
    apart = ~np.eye(len(counts), dtype=bool) if result.pairs.square else _nowhere_largest(counts)
    cells = np.where(apart, counts, 0).ravel()
    largest = np.argsort(-cells, kind="stable")[:most]
    row, column = np.divmod(largest[cells[largest] > 0], max(counts.shape[1], 1))
    n, n_row, n_column = counts[row, column], counts.sum(axis=1)[row], counts.sum(axis=0)[column]
    return pd.DataFrame(
        {
            "row": result.matrix.index[row].astype(str), "column": result.matrix.columns[column].astype(str),
            "n": n, "n_row": n_row, "n_column": n_column,
            "share_of_row": n / n_row, "share_of_column": n / n_column,
        }
    )  # fmt: skip


def contradiction_counts(rows: AxisTable, columns: AxisTable) -> pd.DataFrame:
    """Count the nuclei whose classes differ, by their type in the column table.

    Parameters
    ----------
    rows, columns : (Table, DataFrame)
        A catalogue entry with its tidy frame; the second names the types.

    Returns
    -------
    DataFrame
        Index `label`: the column table's types in the order of display. Columns `class` (the class
        that type means), `other_class` (the class the row table gives instead), `nuclei` (those that differ),
        `compared` (nuclei of that type in both tables) and `share` (of the compared, 0–1).
    """
    pairs = pair_labels(rows, columns, "class")
    labelled = pairs.frame.join(nucleus_labels(columns[1], "type").labels.rename("label"))
    kinds = ["label", "column_label", "row_label"]
    sizes = labelled[~same_labels(pairs.frame)].groupby(kinds, observed=True).size()
    counted = sizes.reset_index(name="nuclei").astype({"label": str}).set_index("label")
    counted = counted.rename(columns={"column_label": "class", "row_label": "other_class"})
    counted["compared"] = labelled["label"].astype(str).value_counts().reindex(counted.index)
    counted["share"] = counted["nuclei"] / counted["compared"]
    return counted


def agreement_by_hand(
    model: AxisTable, manual: Sequence[AxisTable], figures: Sequence[Accuracy]
) -> pd.DataFrame:
    """Agreement of a model with the manual labels, for each step of which an accuracy was published.

    It is of other cells than the published figures, so the two do not belong side by side.

    Parameters
    ----------
    model : (Table, DataFrame)
    manual : sequence of (Table, DataFrame)
        Tables labelled by hand, without nuclei in common.
    figures : sequence of Accuracy

    Returns
    -------
    DataFrame
        A row per step: `what`, `share` of the nuclei with the step's labels by hand to which the model gives
        the same (NaN of none), and `n`, these nuclei, those that the model takes for something else included.
    """
    pairs = {
        level: pd.concat([pair_labels(model, by_hand, level).frame.astype(str) for by_hand in manual])
        for level in {figure.level for figure in figures}
        if manual
    }
    rows = []
    for what, level, labels in dict.fromkeys(
        (figure.what, figure.level, figure.labels) for figure in figures
    ):
        compared = pairs.get(level, pd.DataFrame({"row_label": [], "column_label": []}))
        if labels:
            compared = compared[compared["column_label"].isin(labels)]
        share = (compared["row_label"] == compared["column_label"]).mean() if len(compared) else float("nan")
        rows.append((what, share, len(compared)))
    return pd.DataFrame(rows, columns=["what", "share", "n"])


def deep_inhibitory_called_excitatory(model: AxisTable, manual: AxisTable, border_um: float) -> pd.DataFrame:
    """Count the inhibitory nuclei by hand that the model calls excitatory, above and below a depth.

    Returns
    -------
    DataFrame
        Index `above`, `below` (the border, µm below the pia); columns `nuclei` (manual inhibitory, with a
        class by the model), `called_excitatory`, `share`.
    """
    pairs = pair_labels(model, manual, "class").frame
    pairs = pairs[pairs["column_label"] == "inhibitory"]
    depth = manual[1].drop_duplicates("nucleus_id").set_index("nucleus_id")["depth_um"].reindex(pairs.index)
    where = pd.Series("above", index=pairs.index).mask(depth >= border_um, "below")
    called = pairs["row_label"] == "excitatory"
    counts = called.groupby(where).agg(nuclei="size", called_excitatory="sum")
    counts = counts.reindex(["above", "below"], fill_value=0)
    return counts.assign(share=counts["called_excitatory"] / counts["nuclei"].where(counts["nuclei"] > 0))


def _nowhere_largest(counts: np.ndarray) -> NDArray[np.bool_]:
    in_row, in_column = (counts.max(axis=axis, keepdims=True, initial=0) for axis in (1, 0))
    return (counts < in_row) & (counts < in_column)


def _binned(
    pairs_frame: pd.DataFrame,
    places: pd.DataFrame,
    by: By,
    preset: LayerPreset,
    official: OfficialAreas | None,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Each nucleus's bin number, -1 for none, and the bins: index in words, `low`, `high`."""
    measures = places.reindex(index=pairs_frame.index, columns=[*POSITION, "volume_um3"]).astype(float)
    x, depth, z = (measures[axis].to_numpy() for axis in POSITION)
    if by == "layer":
        names = layers_of(preset)
        bins = _bins(names, [-np.inf, *preset.drawn], [*preset.drawn, np.inf])
        return pd.Categorical(layer_of(depth, preset), names).codes, bins
    if by == "area":
        found = areas_of(measures.index.to_numpy(), x, z, official)
        nan = np.full(len(found.categories), np.nan)
        return np.asarray(found.codes), _bins(found.categories, nan, nan)
    if by == "volume":
        return _equal_counts(measures["volume_um3"].to_numpy())
    return _equal_widths(distance_to_edge_um(x, depth, z) if by == "edge" else depth, STEPS_UM[by])


def _equal_widths(values: np.ndarray, step: float) -> tuple[np.ndarray, pd.DataFrame]:
    """Bins of equal width, without the empty ones."""
    number = np.full(len(values), -1)
    known = ~np.isnan(values)
    steps, number[known] = np.unique(np.floor(values[known] / step), return_inverse=True)
    return number, _between(steps * step, (steps + 1) * step, "{:g}", "µm")


def _equal_counts(values: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
    """Bins of equal counts; equal values stay together."""
    known = ~np.isnan(values)
    number = np.full(len(values), -1)
    if not known.any():
        return number, _bins([], [], [])
    parts = int(np.clip(known.sum() // FEWEST_IN_PART, 1, MOST_PARTS))
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, parts + 1)))
    lows, highs = (edges[:-1], edges[1:]) if len(edges) > 1 else (edges, edges)
    number[known] = np.searchsorted(lows[1:], values[known], side="right")
    return number, _between(lows, highs, "{:.1f}", "µm³")


def _between(lows: np.ndarray, highs: np.ndarray, form: str, unit: str) -> pd.DataFrame:
    """Bins named by their ends: 0–50 µm, −50 to 0 µm."""
    names = []
    for low, high in zip(map(form.format, lows), map(form.format, highs), strict=True):
        ends = f"{low} to {high}" if low.startswith("-") else f"{low}–{high}"
        names.append(f"{ends} {unit}".replace("-", "−"))
    return _bins(names, lows, highs)


def _bins(names: ArrayLike, low: ArrayLike, high: ArrayLike) -> pd.DataFrame:
    columns = {"low": np.asarray(low, dtype=np.float64), "high": np.asarray(high, dtype=np.float64)}
    return pd.DataFrame(columns, index=pd.Index(np.asarray(names, dtype=object)))
