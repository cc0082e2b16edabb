"""Baylor's fine and coarse tables, as noisy readers of the hidden types.

Fine labels: how often a type is read as which label follows the column's confusion counts, bent
until each label's depths are the published ones. Coarse labels: exactly as often with each fine
label as measured; those without one fill the published counts by slice of depth.
"""

import numpy as np

from data.labels.entry import NEURONAL
from data.sources.sample.published import counts, depths, readers
from data.sources.sample.published.counts import ABSENT
from data.sources.sample.world.column import FINE
from data.sources.sample.world.drawing import Flags, Ints, Stream, deal, fit, split, whole
from data.sources.sample.world.hidden import (
    INHIBITORY,
    KIND,
    N_BINS,
    N_NEURONAL,
    TYPES,
    depth_bins,
    numbers,
    quantile_bins,
)
from data.sources.sample.world.world import World
from data.volume.space import Floats, Texts

SLICE_UM = 50.0


def fine_labels(world: World) -> Texts:
    """The fine label of each nucleus, "" where it has none."""
    stream = Stream(world.seed, "Baylor fine")
    read = np.full(world.types.size, "", dtype="<U12")
    read[: world.n_manual] = world.column.fine
    seen = np.flatnonzero(world.whole)
    bins = depth_bins(world.um[:, 1])
    code = type_codes(world.types)
    number = np.zeros((N_BINS, len(TYPES)))
    np.add.at(number, (bins[seen], code[seen]), 1.0)
    expected = fit(_confusions()[None], number, _targets(number, read[: world.n_manual], bins))
    quotas = _quotas(expected.sum(axis=0), number.sum(axis=0), read)
    labels = np.array([*FINE, ""], dtype="<U12")
    share = expected / np.maximum(number, 1.0)[:, :, None]
    for kind in range(len(TYPES)):
        of_kind = seen[code[seen] == kind]
        read[of_kind] = labels[deal(quotas[kind], share[bins[of_kind], kind], stream)]
    return read


def type_codes(types: Texts) -> Ints:
    """The place of each hidden type in `TYPES`."""
    order = np.argsort(TYPES)
    return order[np.searchsorted(np.array(TYPES), types, sorter=order)]


def _confusions() -> Floats:
    """How likely each hidden type is read as each fine label, or as none (last), from the column."""
    kernel = np.full((len(TYPES), len(FINE) + 1), 0.0)
    same, other, of_no_neuron = readers.FINE_UNSEEN.value
    of_label = np.array([name in INHIBITORY for name in FINE])
    for row, name in enumerate(TYPES):
        if row >= N_NEURONAL:
            kernel[row, :-1], kernel[row, -1] = of_no_neuron, 1.0
            continue
        counted = counts.MANUAL_BY_FINE.value["5P-PT" if name == "5P-ET" else name]
        same_class = of_label == (KIND[row] == 1)
        kernel[row, :-1] = numbers(counted, FINE) + np.where(same_class, same, other)
        kernel[row, -1] = counted[ABSENT]
        kernel[row] /= kernel[row].sum()
    return kernel


def _targets(number: Floats, in_column: Texts, bins: Ints) -> Floats:
    """How many nuclei in each slice of depth should have each fine label, or none (last)."""
    wanted = np.zeros((N_BINS, len(FINE)))
    for place, (name, total) in enumerate(_distinct_fine().items()):
        wanted[:, place] = total * quantile_bins(depths.FINE_DEPTHS.value[name])
        mine = bins[: in_column.size][in_column == name]
        wanted[:, place] -= np.bincount(mine, minlength=N_BINS)
    wanted = np.maximum(wanted, 0.0)
    neurons = number[:, :N_NEURONAL].sum(axis=1) * readers.MOST_READ.value
    wanted *= np.minimum(1.0, neurons / np.maximum(wanted.sum(axis=1), 1.0))[:, None]
    return np.column_stack([wanted, number.sum(axis=1) - wanted.sum(axis=1)])


def _distinct_fine() -> dict[str, int]:
    """Fine labels of different nuclei: what the coarse table was counted against."""
    by_class = counts.COARSE_BY_FINE.value
    return {name: sum(by_class[c][name] for c in NEURONAL) for name in FINE}


def _quotas(expected: Floats, rows: Floats, in_column: Texts) -> Ints:
    """How many nuclei of each hidden type get each fine label: whole, with the published totals."""
    counted = _distinct_fine()
    columns = np.array([counted[name] - np.count_nonzero(in_column == name) for name in FINE])
    total = rows.astype(np.int64)
    columns = np.append(columns, total.sum() - columns.sum())
    return whole(fit(expected + 1e-9, rows, columns.astype(np.float64)), total, columns)


def coarse_labels(world: World, fine: Texts) -> Texts:
    """The coarse label of each nucleus, "" where it has none."""
    stream = Stream(world.seed, "Baylor coarse")
    read = np.full(world.types.size, "", dtype="<U12")
    read[: world.n_manual] = world.column.coarse
    outside = world.whole
    by_class = counts.COARSE_BY_FINE.value
    for name in FINE:
        in_column = read[: world.n_manual][fine[: world.n_manual] == name]
        here = np.flatnonzero(outside & (fine == name))
        left = np.array([by_class[c][name] - np.count_nonzero(in_column == c) for c in NEURONAL])
        left = np.clip(left, 0, here.size)
        left[0] = here.size - left[1]
        truly_inhibitory = np.isin(world.types[here], INHIBITORY)
        weights = np.column_stack(
            [np.where(truly_inhibitory, 0.2, 1.0), np.where(truly_inhibitory, 5.0, 1.0)]
        )
        read[here] = np.array(NEURONAL)[deal(left, weights, stream)]
    _fill(read, world, outside & (fine == ""), stream)
    return read


def _fill(read: Texts, world: World, free: Flags, stream: Stream) -> None:
    """Give coarse labels to nuclei without a fine one, so that each slice of depth has its count."""
    slices = np.minimum((world.um[:, 1] / SLICE_UM).astype(np.int64), 15)
    lacking = np.zeros((16, 3), dtype=np.int64)
    for place, name in enumerate(NEURONAL):
        goal = np.array(depths.COARSE_BY_DEPTH.value[name])
        given = np.bincount(slices[read == name], minlength=16)
        total = sum(counts.COARSE_BY_FINE.value[name].values()) - np.count_nonzero(read == name)
        lacking[:, place] = split(int(total), np.maximum(goal - given, 0).astype(np.float64) + 1e-3)
    weights = np.column_stack([_class_weights(world.types), np.ones(world.types.size)])
    for place in range(16):
        in_slice = np.flatnonzero(free & (slices == place))
        lacking[place, 2] = in_slice.size - lacking[place, :2].sum()
        read[in_slice] = np.array([*NEURONAL, ""], dtype="<U12")[
            deal(lacking[place], weights[in_slice], stream)
        ]


def _class_weights(types: Texts) -> Floats:
    """How likely a nucleus without a fine label is called excitatory or inhibitory."""
    right, wrong, of_no_neuron = readers.COARSE_ONLY.value
    missed = _without_fine() / numbers(counts.METAMODEL.value, INHIBITORY)
    excitatory = np.where(KIND == 0, right, np.where(KIND == 1, wrong, of_no_neuron))
    inhibitory = np.where(KIND == 0, wrong, of_no_neuron)
    inhibitory[KIND == 1] = missed / missed.max()
    code = type_codes(types)
    return np.column_stack([excitatory[code], inhibitory[code]])


def _without_fine() -> Floats:
    """Manual interneurons with a coarse but no fine label, by hidden type: basket cells above all."""
    missed = np.zeros(len(INHIBITORY))
    for label, counted in counts.MANUAL_BY_FINE.value.items():
        hidden = counts.HIDDEN.value.get(label, label)
        if hidden in INHIBITORY:
            seen = counts.MANUAL_BY_COARSE.value[label].get(ABSENT, 0)
            missed[INHIBITORY.index(hidden)] += counted.get(ABSENT, 0) - seen
    return missed
