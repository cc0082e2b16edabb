"""Nuclei counted and placed: by type, depth, layer, area, volume and the V1 column; the denominator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.areas import NOT_IN_AREAS, OfficialAreas, areas_of
from components.analysis.labels.ids import NO_IDS, each_once
from components.analysis.labels.levels import CONFLICTING, own_labels
from data.labels.crosswalk import ordered
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import in_column, layer_codes, layer_of, layers_of, voxels
from data.volume.volume import LayerPreset

DEPTH_STEP_UM = 25.0
NO_POSITION = "no position"
"""Stands for the layer or area of a nucleus without a position."""
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
UNMAPPED = "unmapped"
DETECTED, LOADED = "detected nuclei", "nuclei in the loaded tables together"
"""What a denominator is, in words."""


@dataclass(frozen=True)
class Denominator:
    """The nuclei that coverage is a share of.

    Attributes
    ----------
    nuclei : ndarray of int64
        Sorted, unique.
    name : str
        What they are, for the reader.
    """

    nuclei: np.ndarray
    name: str

    def coverage(self, nucleus_ids: pd.Series) -> float:
        """Give the share of these nuclei that a table holds, 0–1; its other nuclei do not count."""
        return int(np.isin(self.nuclei, nucleus_ids.to_numpy()).sum()) / len(self.nuclei)


def find_denominator(frames: Mapping[str, pd.DataFrame]) -> Denominator:
    """All detected nuclei where their table is loaded, else the union of the loaded tables."""
    if VOLUME.detections in frames:
        return Denominator(each_once(frames[VOLUME.detections]["nucleus_id"].to_numpy()), DETECTED)
    ids = [frame["nucleus_id"].to_numpy() for frame in frames.values()]
    return Denominator(each_once(np.concatenate([NO_IDS, *ids])), LOADED)


def type_counts(nuclei: pd.Series, labels: pd.Categorical) -> pd.DataFrame:
    """Nuclei per label.

    Parameters
    ----------
    nuclei : Series of int64
        Nucleus ID of each row.
    labels : Categorical
        Label of each row.

    Returns
    -------
    DataFrame
        Index `label` in the labels' order, columns `nuclei` and `share` (of all nuclei given, 0–1). Each
        nucleus counts once; one with two labels counts as conflicting.
    """
    rows, words = nuclei_once(nuclei, labels)
    counted = np.bincount(rows["code"], minlength=len(words))
    counts = pd.Series(counted, index=pd.Index(words, name="label"))
    counts = counts[counts > 0]
    return pd.DataFrame({"nuclei": counts, "share": counts / max(len(rows), 1)})


def depth_profile(
    frame: pd.DataFrame, labels: pd.Categorical, step_um: float = DEPTH_STEP_UM
) -> pd.DataFrame:
    """Nuclei per label in slices of depth.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `depth_um` in µm below the pia.
    labels : Categorical
        Label of each of its rows.
    step_um : float
        Thickness of a slice, µm.

    Returns
    -------
    DataFrame
        Index `depth_um` (the middle of each slice, from the shallowest row to the deepest), one column
        per label that occurs; counts of nuclei.
    """
    if frame.empty:
        return pd.DataFrame(index=pd.Index([], name="depth_um"))
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    slices = np.floor(frame["depth_um"].to_numpy()[rows.index] / step_um).astype(int)
    first, count = slices.min(), int(np.ptp(slices)) + 1
    middles = pd.Index((np.arange(first, first + count) + 0.5) * step_um, name="depth_um")
    counts = {}
    for code in np.unique(rows["code"]):
        counts[words[code]] = np.bincount(slices[rows["code"] == code] - first, minlength=count)
    return pd.DataFrame(counts, index=middles)


def nuclei_once(nuclei: pd.Series, labels: pd.Categorical) -> tuple[pd.DataFrame, list[str]]:
    """Reduce rows to one per nucleus.

    Parameters
    ----------
    nuclei : Series of int64
        Nucleus ID of each row.
    labels : Categorical
        Label of each row; missing = unmapped.

    Returns
    -------
    rows : DataFrame
        One row per nucleus, indexed by the position (0, 1, …) of its first row: `nucleus_id`, and `code`,
        the position of its label in `words`.
    words : list of str
        The labels in their order, then `CONFLICTING` (for a nucleus with two labels) and `UNMAPPED`.
    """
    words = [*labels.categories, CONFLICTING, UNMAPPED]
    codes = np.where(labels.codes < 0, len(words) - 1, labels.codes.astype(np.int32))
    rows = pd.DataFrame({"nucleus_id": nuclei.to_numpy(), "code": codes})
    repeated = rows["nucleus_id"].duplicated(keep=False)
    if not repeated.any():  # true of most tables; comparing pairs takes five times as long
        return rows, words
    pairs = rows[repeated].drop_duplicates()
    twice = pairs["nucleus_id"].duplicated(keep=False)
    rows.loc[pairs.index[twice], "code"] = len(words) - 2
    return rows.drop_duplicates("nucleus_id"), words


def with_places(
    frame: pd.DataFrame, preset: LayerPreset, official: OfficialAreas | None = None
) -> pd.DataFrame:
    """Rows with their place in words and in voxels, for files; rows without positions as they are.

    Parameters
    ----------
    frame : DataFrame
        Columns `x_um`, `depth_um`, `z_um`: oriented µm, NaN where unknown.
    preset : LayerPreset
        The layers' boundaries.
    official : OfficialAreas, optional
        The release's own.

    Returns
    -------
    DataFrame
        With `layer`, `layer_preset` (whose boundaries) and `area_approximate` (`area` where it is official),
        "" without a position; and `x_voxel`, `y_voxel`, `z_voxel` (Int64), in voxels as CAVE and Neuroglancer
        count them, else missing.
    """
    if not {*POSITION} <= {*frame.columns}:
        return frame
    places = pd.DataFrame(voxels(frame[[*POSITION]]).round(), frame.index, ["x_voxel", "y_voxel", "z_voxel"])
    nuclei, x_um, z_um = (frame[name].to_numpy() for name in ("nucleus_id", "x_um", "z_um"))
    areas = pd.Series(areas_of(nuclei, x_um, z_um, official), frame.index, dtype=object)
    return frame.assign(
        layer=layer_of(frame["depth_um"], preset),
        layer_preset=preset.name,
        **{"area" if official else "area_approximate": areas.fillna("")},
        **places.astype("Int64"),
    )


def counts_by_layer(frame: pd.DataFrame, labels: pd.Categorical, preset: LayerPreset) -> pd.DataFrame:
    """Nuclei per label in each layer.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `depth_um` in µm below the pia.
    labels : Categorical
        Label of each of its rows; missing = unmapped.
    preset : LayerPreset
        The layers' boundaries.

    Returns
    -------
    DataFrame
        Index `label`: those that occur, in the labels' order, then conflicting and unmapped as in
        `counts.type_counts`. One column per layer of the preset from the pia down, empty ones included, and
        `NO_POSITION` where depths are missing. Each nucleus counts once, at the position of its first row.
    """
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    layers = layer_codes(frame["depth_um"].to_numpy()[rows.index], preset)
    return _counted(rows["code"].to_numpy(), words, layers, layers_of(preset), "layer")


def counts_by_area(
    frame: pd.DataFrame, labels: pd.Categorical, official: OfficialAreas | None = None
) -> pd.DataFrame:
    """Nuclei per label in each area: the official one, or else the approximate one of `Volume.area_note`.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `x_um`, `z_um` in oriented µm.
    labels : Categorical
        Label of each of its rows; missing = unmapped.
    official : OfficialAreas, optional
        The release's own.

    Returns
    -------
    DataFrame
        As `counts_by_layer` gives it, with the columns of `Volume.areas`; of official areas also their
        further words, and `NOT_IN_AREAS` where that occurs.
    """
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    x_um, z_um = (frame[axis].to_numpy()[rows.index] for axis in ("x_um", "z_um"))
    found = areas_of(rows["nucleus_id"].to_numpy(), x_um, z_um, official)
    codes, named = found.codes.astype(np.int64), [*found.categories]
    table = _counted(rows["code"].to_numpy(), words, codes, named, "area")
    return table if not official or table[NOT_IN_AREAS].any() else table.drop(columns=NOT_IN_AREAS)


@dataclass(frozen=True)
class Quartiles:
    """Quartiles of a measure over the nuclei of which it is known.

    Attributes
    ----------
    lower, median, upper : float
    """

    lower: float
    median: float
    upper: float


def quartiles(frame: pd.DataFrame, column: str) -> Quartiles | None:
    """Quartiles of a measure of nuclei, each counted once; None where none is known.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and the measure, such as `depth_um`.
    column : str
        The measure's.
    """
    known = _measured(frame, column).astype(np.float64)
    return Quartiles(*map(float, np.percentile(known, [25, 50, 75]))) if len(known) else None


def _counted(
    codes: np.ndarray, words: list[str], place_codes: np.ndarray, places: Sequence[str], name: str
) -> pd.DataFrame:
    """Count each pair of word and place, given as codes; place -1 means a missing position."""
    width = len(places) + 1
    cells = codes * width + np.where(place_codes < 0, len(places), place_codes)
    counts = np.bincount(cells, minlength=len(words) * width).reshape(len(words), width)
    columns = pd.Index([*places, NO_POSITION], name=name)
    occur = np.flatnonzero(counts.any(axis=1))
    index = pd.Index([words[code] for code in occur], name="label")
    table = pd.DataFrame(counts[occur], index=index, columns=columns)
    return table if counts[:, -1].any() else table.drop(columns=NO_POSITION)


def volume_by_label(frame: pd.DataFrame, labels: pd.Categorical) -> pd.DataFrame:
    """Quantiles of nucleus volume per label.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `volume_um3` in µm³ (NaN where it is not known).
    labels : Categorical
        Label of each of its rows; missing = unmapped.

    Returns
    -------
    DataFrame
        Index `label` in the labels' order, without labels of no known volume. Column `n`: nuclei with a
        volume, each counted once, as conflicting where it has two labels; then the columns of `QUANTILES`,
        µm³, interpolated linearly.
    """
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    volumes = frame["volume_um3"].astype(np.float64).iloc[rows.index].replace([np.inf, -np.inf], np.nan)
    by_label = volumes.groupby(rows["code"].to_numpy())
    quantiles = pd.DataFrame({"n": by_label.count()})
    quantiles = quantiles.assign(**{name: by_label.quantile(share) for name, share in QUANTILES.items()})
    quantiles.index = pd.Index([words[code] for code in quantiles.index], name="label")
    return quantiles[quantiles["n"] > 0]


def median_volume(frame: pd.DataFrame) -> float | None:
    """Median volume of a frame's nuclei, each once, in µm³; None where no volume is known."""
    if "volume_um3" not in frame:
        return None
    known = _measured(frame, "volume_um3").astype(np.float64)
    return float(np.median(known)) if len(known) else None


def _measured(frame: pd.DataFrame, column: str) -> np.ndarray:
    """The known numbers of a column, each nucleus once."""
    numbers = frame.loc[~frame["nucleus_id"].duplicated(), column].to_numpy()
    return numbers[np.isfinite(numbers)]


@dataclass(frozen=True, kw_only=True)
class ColumnMembership:
    """Nuclei in and around the prism of `Volume.column`.

    Attributes
    ----------
    labelled : int
        Nuclei labelled by the given tables, each once.
    outside : int
        Labelled nuclei outside the prism.
    unplaced : int
        Labelled nuclei without a position.
    detected : int or None
        Nuclei detected inside the prism; None without the detections.
    named : int or None
        Detected nuclei inside the prism that are labelled.
    """

    labelled: int
    outside: int
    unplaced: int
    detected: int | None = None
    named: int | None = None


def column_counts(
    labelled: Sequence[pd.DataFrame], detections: pd.DataFrame | None = None
) -> ColumnMembership:
    """Compare the labelled nuclei with those that lie in the column.

    Parameters
    ----------
    labelled : sequence of DataFrame
        Tidy frames of the tables labelled by hand.
    detections : DataFrame, optional
        The tidy frame of all detected nuclei.
    """
    nuclei = pd.concat([frame[["nucleus_id", *POSITION]] for frame in labelled]).drop_duplicates("nucleus_id")
    placed = nuclei[[*POSITION]].notna().all(axis="columns").to_numpy()
    inside = _inside(nuclei)
    counts = {
        "labelled": len(nuclei),
        "outside": int((placed & ~inside).sum()),
        "unplaced": int((~placed).sum()),
    }
    if detections is None:
        return ColumnMembership(**counts)
    detected = each_once(detections["nucleus_id"].to_numpy()[_inside(detections)])
    named = int(np.isin(detected, nuclei["nucleus_id"].to_numpy()).sum())
    return ColumnMembership(**counts, detected=len(detected), named=named)


def concatenated_tables(labelled: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, pd.Categorical]:
    """Concatenate tables.

    Returns
    -------
    rows : DataFrame
        Nucleus ID and position of every row, numbered from 0.
    labels : Categorical
        Label of each row after synonyms, in the order of display.
    """
    words = np.concatenate([own_labels(frame, "type").astype(str) for frame in labelled])
    rows = pd.concat([frame[["nucleus_id", *POSITION]] for frame in labelled], ignore_index=True)
    return rows, pd.Categorical(words, categories=ordered(set(words)))


def _inside(frame: pd.DataFrame) -> np.ndarray:
    return in_column(*(frame[axis].to_numpy() for axis in POSITION))
