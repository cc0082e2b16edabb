"""Where nuclei lie: counts by layer and area, quartiles of depth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.counts import nuclei_once
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import area_codes, area_of, layer_codes, layer_of, layers_of, voxels
from data.volume.volume import LayerPreset

NO_POSITION = "no position"
"""Stands for the layer or area of a nucleus without a position."""


def with_places(frame: pd.DataFrame, preset: LayerPreset) -> pd.DataFrame:
    """Rows with their place in words and in voxels, for files; rows without positions as they are.

    Parameters
    ----------
    frame : DataFrame
        Columns `x_um`, `depth_um`, `z_um`: oriented µm, NaN where unknown.
    preset : LayerPreset
        The layers' boundaries.

    Returns
    -------
    DataFrame
        With `layer`, `layer_preset` (whose boundaries) and `area_approximate`, "" without a position; and
        `x_voxel`, `y_voxel`, `z_voxel` (Int64), in voxels as CAVE and Neuroglancer count them, else missing.
    """
    if not {*POSITION} <= {*frame.columns}:
        return frame
    places = pd.DataFrame(voxels(frame[[*POSITION]]).round(), frame.index, ["x_voxel", "y_voxel", "z_voxel"])
    return frame.assign(
        layer=layer_of(frame["depth_um"], preset),
        layer_preset=preset.name,
        area_approximate=area_of(frame["x_um"], frame["z_um"]),
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


def counts_by_area(frame: pd.DataFrame, labels: pd.Categorical) -> pd.DataFrame:
    """Nuclei per label in each (approximate) area: see `Volume.area_note`.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `x_um`, `z_um` in oriented µm.
    labels : Categorical
        Label of each of its rows; missing = unmapped.

    Returns
    -------
    DataFrame
        As `counts_by_layer` gives it, with the columns of `Volume.areas`.
    """
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    areas = area_codes(*(frame[axis].to_numpy()[rows.index] for axis in ("x_um", "z_um")))
    return _counted(rows["code"].to_numpy(), words, areas, VOLUME.areas, "area")


@dataclass(frozen=True)
class Depths:
    """Quartiles of depth in µm below the pia, over nuclei with a known depth.

    Attributes
    ----------
    lower, median, upper : float
    """

    lower: float
    median: float
    upper: float


def depth_quartiles(frame: pd.DataFrame) -> Depths | None:
    """Quartiles of the depth of nuclei, each counted once; None where no depth is known.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `depth_um` in µm below the pia.
    """
    depths = frame["depth_um"].to_numpy()[~frame["nucleus_id"].duplicated().to_numpy()]
    known = depths[~np.isnan(depths)]
    return Depths(*map(float, np.percentile(known, [25, 50, 75]))) if len(known) else None


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
