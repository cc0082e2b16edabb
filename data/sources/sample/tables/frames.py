"""The raw frames of the sample: columns and types as the archive's files have them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
import pyarrow as pa

from data.sources.sample.tables.coregistration import UnitRows, draw_matches
from data.sources.sample.tables.labels import LabelRows, read_labels
from data.sources.sample.world.drawing import Ints
from data.sources.sample.world.points import AlternativePoints, draw_points
from data.sources.sample.world.world import World, make_world
from data.volume.minnie65 import MINNIE65
from data.volume.space import Texts

RawColumns = dict[str, pa.Array]
_making = Lock()


@dataclass(frozen=True)
class SyntheticRelease:
    """One world and every table that reads it."""

    world: World
    labels: dict[str, LabelRows]
    units: dict[str, UnitRows]
    points: AlternativePoints


def make_release(seed: int) -> SyntheticRelease:
    """Make the release of a seed, once per process; safe to call from several threads."""
    with _making:
        return _make_release(seed)


@lru_cache(maxsize=2)
def _make_release(seed: int) -> SyntheticRelease:
    world = make_world(seed)
    labels = read_labels(world)
    coarse = np.full(world.types.size, "", dtype="<U12")
    rows = labels["baylor_log_reg_cell_type_coarse_v1"]
    coarse[rows.nucleus] = rows.label
    return SyntheticRelease(world, labels, draw_matches(world, coarse), draw_points(world))


def frame_names() -> tuple[str, ...]:
    """The names of the tables that `raw_frame` knows, as CAVE spells them."""
    return tuple(_MAKERS)


def raw_frame(name: str, release: SyntheticRelease) -> pa.Table:
    """Make the raw frame of one table.

    Parameters
    ----------
    name : str
        As CAVE spells it; a `KeyError` if it is none of `frame_names()`.
    release : SyntheticRelease

    Returns
    -------
    pyarrow.Table
        IDs and voxels as int64, volume in µm³ as float64, labels as text.
    """
    return pa.table(_MAKERS[name](name, release))


def _nucleus(world: World, at: Ints) -> RawColumns:
    return {
        "volume": pa.array(world.volume[at]),
        "pt_supervoxel_id": pa.array(world.supervoxel_id[at]),
        "pt_root_id": pa.array(world.root_id[at]),
        **_position("pt_position", world.voxels[at]),
    }


def _position(stem: str, voxels: Ints) -> RawColumns:
    return {f"{stem}_{axis}": pa.array(voxels[:, place]) for place, axis in enumerate("xyz")}


def _row_ids(at: Ints) -> pa.Array:
    return pa.array(np.arange(1, at.size + 1, dtype=np.int64))


def _text(values: Texts) -> pa.Array:
    return pa.array(values.tolist(), type=pa.string())


def _by_id(world: World) -> Ints:
    return np.argsort(world.nucleus_id, kind="stable")


def _nuclei(_name: str, release: SyntheticRelease) -> RawColumns:
    at = _by_id(release.world)
    return {"id": pa.array(release.world.nucleus_id[at]), **_nucleus(release.world, at)}


def _labels(name: str, release: SyntheticRelease) -> RawColumns:
    rows = release.labels[name]
    return {
        "id": _row_ids(rows.nucleus),
        "target_id": pa.array(release.world.nucleus_id[rows.nucleus]),
        "classification_system": _text(rows.system),
        "cell_type": _text(rows.label),
        **_nucleus(release.world, rows.nucleus),
    }


def _units(name: str, release: SyntheticRelease) -> RawColumns:
    rows = release.units[name]
    session, scan_idx, unit_id = rows.counters()
    return {
        "id": _row_ids(rows.nucleus),
        "target_id": pa.array(release.world.nucleus_id[rows.nucleus]),
        "session": pa.array(session),
        "scan_idx": pa.array(scan_idx),
        "unit_id": pa.array(unit_id),
        "field": pa.array(rows.field),
        "residual": pa.array(rows.residual),
        "score": pa.array(rows.score),
        **_nucleus(release.world, rows.nucleus),
    }


def _points(_name: str, release: SyntheticRelease) -> RawColumns:
    world, points = release.world, release.points
    at = points.nucleus
    return {
        "id": _row_ids(at),
        "target_id": pa.array(world.nucleus_id[at]),
        "pt_supervoxel_id": pa.array(points.supervoxel_id),
        "pt_root_id": pa.array(points.root_id),
        **_position("pt_position", points.voxels),
        "volume": pa.array(world.volume[at]),
        "pt_supervoxel_id_ref": pa.array(world.supervoxel_id[at]),
        "pt_root_id_ref": pa.array(world.root_id[at]),
        **_position("pt_position_ref", world.voxels[at]),
    }


def _lookup(_name: str, release: SyntheticRelease) -> RawColumns:
    """The view: every nucleus with its root at the alternative point, where it has one."""
    world, points = release.world, release.points
    at = _by_id(world)
    root, supervoxel, looked_up = world.root_id.copy(), world.supervoxel_id.copy(), world.voxels.copy()
    root[points.nucleus] = points.root_id
    supervoxel[points.nucleus] = points.supervoxel_id
    looked_up[points.nucleus] = points.voxels
    return {
        "id": pa.array(world.nucleus_id[at]),
        "volume": pa.array(world.volume[at]),
        "pt_root_id": pa.array(root[at]),
        "orig_root_id": pa.array(world.root_id[at]),
        "pt_supervoxel_id": pa.array(supervoxel[at]),
        **_position("pt_position", world.voxels[at]),
        **_position("pt_position_lookup", looked_up[at]),
    }


_MAKERS: dict[str, Callable[[str, SyntheticRelease], RawColumns]] = {
    MINNIE65.detections: _nuclei,
    "nucleus_alternative_points": _points,
    "nucleus_detection_lookup_v1": _lookup,
    "nucleus_ref_neuron_svm": _labels,
    "allen_v1_column_types_slanted_ref": _labels,
    "aibs_column_nonneuronal_ref": _labels,
    "aibs_soma_nuc_metamodel_preds_v117": _labels,
    "aibs_soma_nuc_exc_mtype_preds_v117": _labels,
    "allen_column_mtypes_v1": _labels,
    "connectivity_groups_v507": _labels,
    "baylor_log_reg_cell_type_coarse_v1": _labels,
    "baylor_gnn_cell_type_fine_model_v2": _labels,
    "coregistration_manual_v3": _units,
    "apl_functional_coreg_forward_v5": _units,
}
