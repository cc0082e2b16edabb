"""The label tables of the sample: which rows each holds, duplicates included."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.labels.entry import NEURONAL
from data.sources.sample.published import counts, figures, m_types
from data.sources.sample.tables import aibs, baylor
from data.sources.sample.world.drawing import Ints, Stream, split
from data.sources.sample.world.hidden import EXCITATORY, GLIA, INHIBITORY, numbers
from data.sources.sample.world.world import World
from data.volume.space import Texts

NOTHING: dict[str, int] = {}
GROUP_M_TYPES = tuple(figures.GROUPS.value)
MANUAL_INHIBITORY = (*INHIBITORY, "Unsure I", "Unsure")
"""The manual counts the plain `Unsure` cells among the interneurons."""


@dataclass(frozen=True)
class LabelRows:
    """Rows of one label table, in the order of their annotation IDs.

    `nucleus` holds places in the world; a place that occurs twice is a duplicate.
    """

    nucleus: Ints
    label: Texts
    system: Texts


def read_labels(world: World) -> dict[str, LabelRows]:
    """Draw every label table."""
    fine = baylor.fine_labels(world)
    return {
        **_column_tables(world),
        **_soma_tables(world, fine),
        "nucleus_ref_neuron_svm": _rows(world, "svm", aibs.neuron_labels(world), "is_neuron"),
        "baylor_log_reg_cell_type_coarse_v1": _coarse(world, baylor.coarse_labels(world, fine)),
        "baylor_gnn_cell_type_fine_model_v2": _fine(world, fine),
    }


def _rows(
    world: World,
    name: str,
    labels: Texts,
    system: str,
    again: Mapping[str, int] = NOTHING,
    conflicting: int = 0,
) -> LabelRows:
    """Rows of a table: each labelled nucleus once, then second rows for a few, then in any order.

    Parameters
    ----------
    labels : (nuclei,) texts
        "" where the table does not hold the nucleus.
    again : mapping
        How many second rows carry each label.
    conflicting : int
        How many of these contradict the first row.
    """
    stream = Stream(world.seed, f"rows of {name}")
    nucleus = np.flatnonzero(labels != "")
    second, label = _second_rows(nucleus, labels, again, conflicting, stream)
    nucleus, label = np.concatenate([nucleus, second]), np.concatenate([labels[nucleus], label])
    order = stream.order(nucleus.size)
    return LabelRows(nucleus[order], label[order], np.full(order.size, system))


def _second_rows(
    nucleus: Ints, labels: Texts, again: Mapping[str, int], conflicting: int, stream: Stream
) -> tuple[Ints, Texts]:
    """Nuclei that occur twice, each another one, and their second label."""
    label = np.repeat(np.array(list(again), dtype="<U12"), list(again.values()))
    label = label[stream.order(label.size)]
    mixed = nucleus[stream.order(nucleus.size)]
    second: list[int] = []
    for place, name in enumerate(label):
        fits = (labels[mixed] == name) != (place < conflicting)
        chosen = mixed[int(np.argmax(fits))]
        second.append(int(chosen))
        mixed = mixed[mixed != chosen]
    return np.array(second, dtype=np.int64), label


def _column_tables(world: World) -> dict[str, LabelRows]:
    """The tables that hold the V1 column only."""
    column, n = world.column, world.n_manual
    manual = _rows(world, "manual", _padded(world, column.manual), "")
    called = np.where(np.isin(manual.label, MANUAL_INHIBITORY), "inhibitory", "excitatory")
    m_types = _rows(world, "M-types", _padded(world, column.m_type), "")
    shaped = np.where(np.isin(m_types.label, GROUP_M_TYPES), "inhibitory", "excitatory")
    glia = _padded(world, np.concatenate([np.full(n, "", dtype="<U12"), column.non_neurons]))
    return {
        "allen_v1_column_types_slanted_ref": LabelRows(
            manual.nucleus, manual.label, np.char.add("aibs_coarse_", called)
        ),
        "aibs_column_nonneuronal_ref": _rows(world, "non-neurons", glia, "aibs_coarse_nonneuronal"),
        "allen_column_mtypes_v1": LabelRows(m_types.nucleus, m_types.label, shaped),
        "connectivity_groups_v507": _rows(world, "groups", _groups(world), "connectivity_group"),
    }


def _padded(world: World, labels: Texts) -> Texts:
    """Labels of the first nuclei of the world, "" for all others."""
    padded = np.full(world.types.size, "", dtype="<U12")
    padded[: labels.size] = labels
    return padded


def _groups(world: World) -> Texts:
    """Connectivity groups of the column's interneurons, most of them by M-type."""
    stream = Stream(world.seed, "connectivity groups")
    column = world.column
    typed = np.isin(column.manual, (*INHIBITORY, "Unsure I"))
    m_type = column.m_type.copy()
    stray = typed & (stream.uniform(typed.size) < figures.GROUP_STRAYS.value)
    m_type[stray] = np.array(GROUP_M_TYPES)[stream.integers(int(stray.sum()), len(GROUP_M_TYPES))]
    group = np.full(typed.size, "", dtype="<U12")
    for name, (first, last) in figures.GROUPS.value.items():
        of_m_type = typed & (m_type == name)
        drawn = first + stream.integers(int(of_m_type.sum()), last - first + 1)
        group[of_m_type] = drawn.astype("<U12")
    return _padded(world, group)


def _soma_tables(world: World, fine: Texts) -> dict[str, LabelRows]:
    """The metamodel's labels, and the M-types predicted where it says excitatory."""
    n_again, conflicting = figures.METAMODEL_DUPLICATES.value
    total = numbers(counts.METAMODEL.value, aibs.LABELS).astype(np.int64)
    again = split(n_again, total.astype(np.float64))
    labels = aibs.metamodel_labels(world, total - again, fine)
    second = dict(zip(aibs.LABELS, again.tolist(), strict=True))
    rows = _rows(world, "metamodel", labels, "aibs_neuronal", second, conflicting)
    system = np.where(np.isin(rows.label, GLIA), "aibs_nonneuronal", "aibs_neuronal")
    return {
        "aibs_soma_nuc_metamodel_preds_v117": LabelRows(rows.nucleus, rows.label, system),
        "aibs_soma_nuc_exc_mtype_preds_v117": _predicted_m_types(world, labels),
    }


def _predicted_m_types(world: World, metamodel: Texts) -> LabelRows:
    n_again, conflicting = figures.M_TYPE_DUPLICATES.value
    labels = aibs.m_type_labels(world, metamodel, m_types.M_TYPE_PREDICTIONS.value - n_again)
    names, often = np.unique(labels[labels != ""], return_counts=True)
    second = dict(zip(names.tolist(), split(n_again, often.astype(np.float64)).tolist(), strict=True))
    return _rows(world, "predicted M-types", labels, "excitatory", second, conflicting)


def _coarse(world: World, labels: Texts) -> LabelRows:
    """Baylor coarse: the counted nuclei, and the rows that the counting left out."""
    n_again, conflicting = figures.COARSE_DUPLICATES.value
    left_out = {name: counts.COARSE.value[name] - int(np.count_nonzero(labels == name)) for name in NEURONAL}
    again = dict(zip(left_out, split(n_again, numbers(left_out, NEURONAL)).tolist(), strict=True))
    stream = Stream(world.seed, "Baylor coarse without root")
    with_rootless = labels.copy()
    for name, truly in zip(NEURONAL, (EXCITATORY, INHIBITORY), strict=True):
        rootless = np.flatnonzero((world.root_id == 0) & np.isin(world.types, truly))
        with_rootless[stream.choose(rootless, left_out[name] - again[name])] = name
    system = "baylor_log_reg_cell_type_coarse"
    return _rows(world, "Baylor coarse", with_rootless, system, again, conflicting)


def _fine(world: World, labels: Texts) -> LabelRows:
    """Baylor fine: one row more than there are nuclei, as published."""
    again = {
        name: n - int(np.count_nonzero(labels == name))
        for name, n in counts.FINE.value.items()
        if n > np.count_nonzero(labels == name)
    }
    return _rows(world, "Baylor fine", labels, "baylor_gnn_cell_type_fine", again)
