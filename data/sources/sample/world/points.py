"""Alternative points: where to look up a nucleus whose centre finds the wrong root, or none."""

from dataclasses import dataclass

import numpy as np

from data.sources.sample.published import figures
from data.sources.sample.world.drawing import Ints, Stream
from data.sources.sample.world.world import World, missing_root_weight, new_roots, supervoxels
from data.volume.minnie65 import MINNIE65
from data.volume.space import Floats


@dataclass(frozen=True)
class AlternativePoints:
    """Second points of some nuclei, with the root and supervoxel found there."""

    nucleus: Ints
    voxels: Ints
    root_id: Ints
    supervoxel_id: Ints


def draw_points(world: World) -> AlternativePoints:
    """Draw the alternative points: some mend a missing root, most of the others change it."""
    stream = Stream(world.seed, "alternative points")
    total, mended = figures.ALTERNATIVE_POINTS.value, figures.MENDED_ROOTS.value
    missing = np.flatnonzero(world.root_id == 0)
    inner = stream.choose(missing, mended, 1 / missing_root_weight(world.um[missing]))
    others = stream.choose(np.flatnonzero(world.root_id != 0), total - mended)
    nucleus = np.sort(np.concatenate([inner, others]))
    found = new_roots(world.types.size + stream.order(total), stream)
    same = (world.root_id[nucleus] != 0) & (stream.uniform(total) < figures.SAME_ROOT_SHARE.value)
    root_id = np.where(same, world.root_id[nucleus], found)
    return AlternativePoints(
        nucleus=nucleus,
        voxels=_moved(world.voxels[nucleus], stream),
        root_id=root_id,
        supervoxel_id=supervoxels(root_id, stream),
    )


def _moved(centres: Ints, stream: Stream) -> Ints:
    """Points within reach of the centres, inside the EM box; voxels."""
    shift: Floats = np.column_stack([2 * stream.uniform(centres.shape[0]) - 1 for _ in range(3)])
    reach = figures.ALTERNATIVE_REACH_UM.value * 1000 / np.array(MINNIE65.voxel_nm)
    low, high = np.array(MINNIE65.em_box_voxels).T
    moved = centres + np.floor(shift * reach + 0.5).astype(np.int64)
    return np.clip(moved, low, high - 1)
