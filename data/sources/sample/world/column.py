"""The V1 column: the part of the volume that experts labelled, drawn exactly as it was counted.

Label counts, and how many manual neurons of each label carry which M-type and which Baylor labels,
are those of the real column; only which nucleus is which is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.sources.sample.published import counts, depths, figures, m_types
from data.sources.sample.published.counts import ABSENT
from data.sources.sample.world.drawing import LEVELS, Flags, Stream, deal, interpolate, split
from data.sources.sample.world.hidden import GLIA, INHIBITORY, density, depth_values, draw_depths, numbers
from data.sources.sample.world.places import MARGIN_UM
from data.volume.minnie65 import MINNIE65
from data.volume.space import Floats, Texts

FINE = tuple(counts.FINE.value)
M_TYPES_V2 = tuple(depths.M_TYPE_DEPTHS.value)


@dataclass(frozen=True)
class DrawnColumn:
    """The column's nuclei: manual neurons first, then non-neurons, then errors.

    `manual`, `m_type`, `fine` and `coarse` are given for the manual neurons only; "" is absent.
    """

    types: Texts
    um: Floats
    manual: Texts
    m_type: Texts
    fine: Texts
    coarse: Texts
    non_neurons: Texts


def draw_column(seed: int) -> DrawnColumn:
    """Draw the column's nuclei, with the labels that three tables give its neurons."""
    stream = Stream(seed, "column")
    labels = counts.MANUAL_LABELS.value
    manual = np.repeat(np.array(list(labels)), list(labels.values()))
    glia = split(counts.NON_NEURONS.value, numbers(counts.METAMODEL.value, GLIA))
    non_neurons = np.repeat(np.array(GLIA), glia)
    errors = figures.COLUMN_NUCLEI.value - manual.size - non_neurons.size
    renamed = np.array([counts.HIDDEN.value.get(label, label) for label in manual])
    others = np.concatenate([non_neurons, np.repeat(np.array(["error"]), errors)])
    depth = np.concatenate([_manual_depths(manual, stream), draw_depths(others, stream)])
    second = _m_types(manual, depth[: manual.size], stream)
    fine = _fine(manual, second, stream)
    return DrawnColumn(
        types=np.concatenate([renamed, others]),
        um=_places(depth, stream),
        manual=manual,
        m_type=_first_vocabulary(manual, second),
        fine=fine,
        coarse=_coarse(manual, fine, stream),
        non_neurons=non_neurons,
    )


def _manual_depths(manual: Texts, stream: Stream) -> Floats:
    u = stream.uniform(manual.size)
    depth = np.zeros(manual.size)
    for label in counts.MANUAL_LABELS.value:
        values = depth_values(depths.MANUAL_DEPTHS.value[label])
        depth[manual == label] = interpolate(u[manual == label], LEVELS, values)
    return depth


def _places(depth: Floats, stream: Stream) -> Floats:
    """Places in the slanting column at given depths: x, depth, z in oriented µm."""
    knots = np.array([section.depth_um for section in MINNIE65.column])
    x, z = (np.array([getattr(section, side) for section in MINNIE65.column]) for side in ("x_um", "z_um"))

    def between(sides: Floats) -> Floats:
        low, high = (interpolate(depth, knots, sides[:, side]) for side in (0, 1))
        return low + MARGIN_UM + stream.uniform(depth.size) * (high - low - 2 * MARGIN_UM)

    return np.column_stack([between(x), depth, between(z)])


def _exactly(counted: Mapping[str, int], weights: Mapping[str, Floats], n: int, stream: Stream) -> Texts:
    """Deal labels to n nuclei exactly as counted ("" for absent), by weights per label."""
    labels = tuple(counted)
    by_weight = np.column_stack([weights.get(label, np.ones(n)) for label in labels])
    names = np.array(["" if label == ABSENT else label for label in labels], dtype="<U12")
    return names[deal(np.array([counted[label] for label in labels]), by_weight, stream)]


def _m_types(manual: Texts, depth: Floats, stream: Stream) -> Texts:
    """M-types in the second vocabulary, likelier where their depths are; "" for the unclustered."""
    m_type = np.full(manual.size, "", dtype="<U12")
    for label, counted in m_types.MANUAL_BY_M_TYPE.value.items():
        of_label = manual == label
        weights = {name: density(depths.M_TYPE_DEPTHS.value[name], depth[of_label]) for name in M_TYPES_V2}
        m_type[of_label] = _exactly(counted, weights, int(of_label.sum()), stream)
    return m_type


def _first_vocabulary(manual: Texts, second: Texts) -> Texts:
    first = np.array([m_types.FIRST_VOCABULARY.value.get(name, name) for name in second], dtype="<U12")
    for label, names in m_types.UNCLUSTERED.value.items():
        first[np.flatnonzero((manual == label) & (second == ""))] = names
    return first


def _fine(manual: Texts, m_type: Texts, stream: Stream) -> Texts:
    """Baylor fine labels exactly as counted by manual label, likelier as counted by M-type."""
    fine = np.full(manual.size, "", dtype="<U12")
    by_m_type = m_types.M_TYPE_BY_FINE.value
    for label, counted in counts.MANUAL_BY_FINE.value.items():
        labelled = manual == label
        weights = {
            name: np.array(
                [by_m_type.get(m, {}).get(name, 0) + 0.1 for m in m_type[labelled]], dtype=np.float64
            )
            for name in (*FINE, ABSENT)
        }
        fine[labelled] = _exactly(counted, weights, int(labelled.sum()), stream)
    return fine


def _coarse(manual: Texts, fine: Texts, stream: Stream) -> Texts:
    """Baylor coarse labels exactly as counted by manual label, the class of the fine label first."""
    coarse = np.full(manual.size, "", dtype="<U12")
    for label, counted in counts.MANUAL_BY_COARSE.value.items():
        in_label = manual == label
        has_fine = fine[in_label] != ""
        inhibitory = np.isin(fine[in_label], INHIBITORY)
        weights = {
            "excitatory": np.where(has_fine & ~inhibitory, 1e9, np.where(has_fine, 1e-9, 1.0)),
            "inhibitory": np.where(inhibitory, 1e9, 1.0),
            ABSENT: np.where(has_fine, 1e-12, 1.0),
        }
        coarse[in_label] = _settle(counted, weights, has_fine, stream)
    return coarse


def _settle(
    counted: Mapping[str, int], weights: Mapping[str, Floats], has_fine: Flags, stream: Stream
) -> Texts:
    """Deal absence only to those without a fine label, then the classes among the rest."""
    dealt = np.full(has_fine.size, "", dtype="<U12")
    absent = counted.get(ABSENT, 0)
    without = np.flatnonzero(~has_fine)
    kept = np.setdiff1d(np.arange(has_fine.size), stream.choose(without, absent))
    classes = {name: n for name, n in counted.items() if name != ABSENT}
    dealt[kept] = _exactly(classes, {name: w[kept] for name, w in weights.items()}, kept.size, stream)
    return dealt
