"""The soma-and-nucleus models: neuron or not, metamodel, predicted M-types, as readers of the truth."""

import numpy as np

from data.sources.sample.published import counts, depths, figures, m_types, readers
from data.sources.sample.published.counts import ABSENT
from data.sources.sample.tables.baylor import type_codes
from data.sources.sample.world.drawing import Ints, Stream, deal, fit, split, whole
from data.sources.sample.world.hidden import (
    EXCITATORY,
    KIND,
    N_BINS,
    N_NEURONAL,
    TYPES,
    density,
    depth_bins,
    numbers,
)
from data.sources.sample.world.world import World
from data.volume.space import Floats, Texts

LABELS = TYPES[:-1]
NAMES = np.array([*LABELS, ""], dtype="<U12")


def neuron_labels(world: World) -> Texts:
    """`neuron` or `not-neuron` for every nucleus, with the published precision and recall."""
    stream = Stream(world.seed, "neuron or not")
    kind = np.minimum(KIND[type_codes(world.types)], 3)
    called = counts.SVM.value["neuron"]
    neurons = np.flatnonzero(kind <= 1)
    found = round(neurons.size * figures.SVM_RECALL.value)
    glia = round((called - found) * figures.GLIA_AS_NEURON.value)
    read = np.full(world.types.size, "not-neuron")
    for among, how_many in ((neurons, found), (np.flatnonzero(kind == 2), glia)):
        read[stream.choose(among, how_many)] = "neuron"
    errors = np.flatnonzero(kind == 3)
    read[stream.choose(errors, called - found - glia)] = "neuron"
    return read


def metamodel_labels(world: World, totals: Ints, fine: Texts) -> Texts:
    """The metamodel's label of each nucleus ("" where it has none), `totals` of each in all.

    A cell that is hard for one model is hard for the other: mistakes are likelier where the fine
    table makes the same.
    """
    stream = Stream(world.seed, "metamodel")
    read = np.full(world.types.size, "", dtype="<U12")
    read[: world.n_manual] = _in_column(world, stream)
    code = type_codes(world.types)
    seen = _seen(world, stream)
    rows = np.bincount(code[seen], minlength=len(TYPES))
    columns = totals - np.array([np.count_nonzero(read == name) for name in LABELS])
    columns = np.append(columns, seen.size - columns.sum())
    kernel = np.column_stack([_confusions(figures.METAMODEL_SKILL.value), np.zeros(len(TYPES))])
    passed = np.array(readers.PASSED_OVER.value)[KIND]
    kernel = np.column_stack([kernel[:, :-1] * (1 - passed)[:, None], passed])
    expected = fit(kernel, rows.astype(np.float64), columns.astype(np.float64), rounds=400)
    quotas = whole(expected, rows, columns)
    _deal(read, seen, world, quotas, fine, stream)
    return read


def _seen(world: World, stream: Stream) -> Ints:
    """Nuclei outside the manual neurons that the metamodel may label: a few of them without a root."""
    rootless = np.flatnonzero((world.root_id == 0) & (type_codes(world.types) < N_NEURONAL))
    total = sum(counts.METAMODEL.value.values())
    few = stream.choose(rootless, round(total * figures.METAMODEL_ROOT_ZERO.value))
    return np.sort(np.concatenate([np.flatnonzero(world.whole), few]))


def _in_column(world: World, stream: Stream) -> Texts:
    """Labels of the manual neurons, which trained the model: better than elsewhere."""
    read = np.full(world.n_manual, "", dtype="<U12")
    labelled = np.sort(stream.choose(np.arange(world.n_manual), figures.METAMODEL_COLUMN_N.value))
    code = type_codes(world.types)[labelled]
    confusions = _confusions(figures.METAMODEL_COLUMN.value)
    quotas = np.zeros((len(TYPES), len(NAMES)), dtype=np.int64)
    for row in range(N_NEURONAL):
        quotas[row, :-1] = split(int(np.count_nonzero(code == row)), confusions[row])
    _deal(read, labelled, world, quotas, np.full(world.types.size, "", dtype="<U12"), stream)
    return read


def _deal(read: Texts, nuclei: Ints, world: World, quotas: Ints, fine: Texts, stream: Stream) -> None:
    """Deal labels by quota within each hidden type.

    Mistakes are likelier where the mistaken type is common, and where `fine` makes the same one.
    """
    alike = np.where(fine == "5P-PT", "5P-ET", fine)
    code, bins = type_codes(world.types), depth_bins(world.um[:, 1])
    share = np.zeros((len(TYPES), N_BINS))
    np.add.at(share, (code, bins), 1.0)
    share = (share / share.sum(axis=1, keepdims=True) + 0.001)[: len(LABELS)]
    for row in range(len(TYPES)):
        of_row = nuclei[code[nuclei] == row]
        weights = np.column_stack([share[:, bins[of_row]].T, np.ones(of_row.size)])
        same = alike[of_row][:, None] == NAMES[None, :-1]
        weights[:, :-1] *= np.where(same, readers.ALIKE.value, 1.0)
        if row < len(LABELS):
            weights[:, row] = 1.0
        read[of_row] = NAMES[deal(quotas[row], weights, stream)]


def _confusions(skill: float) -> Floats:
    """How likely each hidden type is read as each label: itself by `skill`, else as it is mistaken."""
    table = np.zeros((len(TYPES), len(LABELS)))
    for row, name in enumerate(TYPES):
        mistakes = numbers(readers.MISTAKEN.value[name], LABELS) + 0.01
        table[row] = mistakes / mistakes.sum()
        if name != "error":
            right = skill if row < N_NEURONAL else readers.GLIA_SKILL.value
            table[row, row] = 0.0
            table[row] *= (1 - right) / table[row].sum()
            table[row, row] = right
    return table


def m_type_labels(world: World, metamodel: Texts, how_many: int) -> Texts:
    """Predicted M-types of `how_many` nuclei that the metamodel takes for excitatory, "" elsewhere.

    The model sees the metamodel's own features, so it reads the metamodel's label and the depth; in
    the column, where it learned, it mostly keeps the cluster of the cell.
    """
    stream = Stream(world.seed, "predicted M-types")
    read = np.full(world.types.size, "", dtype="<U12")
    excitatory = np.flatnonzero(np.isin(metamodel, EXCITATORY))
    chosen = np.sort(stream.choose(excitatory, how_many))
    read[chosen] = _by_depth(metamodel[chosen], world.um[chosen, 1], stream)
    column = chosen[chosen < world.n_manual]
    kept = stream.uniform(column.size) < figures.M_TYPE_KEPT.value
    kept &= ~np.isin(world.column.m_type[column], readers.NOT_PREDICTED.value)
    read[column[kept]] = world.column.m_type[column[kept]]
    return read


def _by_depth(subclass: Texts, depth: Floats, stream: Stream) -> Texts:
    """An M-type for each subclass and depth: as often as in the column, likelier at its own depth."""
    left_out = readers.NOT_PREDICTED.value
    second = [name for name in depths.M_TYPE_DEPTHS.value if name not in left_out]
    densities = np.stack([density(depths.M_TYPE_DEPTHS.value[name], depth) for name in second], axis=1)
    for label in EXCITATORY:
        manual = m_types.MANUAL_BY_M_TYPE.value["5P-PT" if label == "5P-ET" else label]
        often = numbers({name: n for name, n in manual.items() if name != ABSENT}, tuple(second))
        densities[subclass == label] *= often + np.where(often > 0, 0.5, 0.0)
    below = np.cumsum(densities, axis=1)
    picked = (stream.uniform(depth.size)[:, None] * below[:, -1:] >= below).sum(axis=1)
    first = np.array([m_types.FIRST_VOCABULARY.value.get(name, name) for name in second], dtype="<U12")
    return first[np.minimum(picked, len(second) - 1)]
