"""The hidden truth of the sample: each nucleus's type and depth, which no table shows as it is."""

from collections.abc import Mapping

import numpy as np

from data.sources.sample.published import counts, depths, figures
from data.sources.sample.world.drawing import LEVELS, NORMAL, Ints, Stream, interpolate, split
from data.volume.space import Floats, Texts

EXCITATORY = ("23P", "4P", "5P-IT", "5P-ET", "5P-NP", "6P-IT", "6P-CT")
INHIBITORY = ("BC", "MC", "BPC", "NGC")
GLIA = ("astrocyte", "oligo", "OPC", "microglia", "pericyte")
TYPES = (*EXCITATORY, *INHIBITORY, *GLIA, "error")
"""Hidden types; an error is a detection that is not a cell."""

N_NEURONAL = len(EXCITATORY) + len(INHIBITORY)
DEEPEST_UM = 800.0
BIN_UM = 10.0
N_BINS = 84
KIND = np.repeat([0, 1, 2, 3], [len(EXCITATORY), len(INHIBITORY), len(GLIA), 1])
"""Of each type: 0 excitatory, 1 inhibitory, 2 non-neuronal, 3 error."""


def numbers(counted: Mapping[str, float], labels: tuple[str, ...]) -> Floats:
    """Read the counts of `labels` out of a mapping, 0 where it has none."""
    return np.array([counted.get(label, 0) for label in labels], dtype=np.float64)


def hidden_type_counts() -> Ints:
    """How many nuclei are of each hidden type.

    The neuron classifier's own precision and recall say how many neurons there are; the column says
    how many detections are not cells; within a class the mix is the metamodel's.
    """
    labelled = numbers(counts.METAMODEL.value, TYPES)
    called = counts.SVM.value["neuron"]
    neurons = round(called * figures.SVM_PRECISION.value / figures.SVM_RECALL.value)
    errors = round(figures.NUCLEI.value * figures.ERRORS_IN_COLUMN.value)
    glia = figures.NUCLEI.value - neurons - errors
    return np.concatenate(
        [split(neurons, labelled[:N_NEURONAL]), split(glia, labelled[N_NEURONAL:-1]), np.array([errors])]
    )


def depth_values(quantiles: tuple[float, ...]) -> Floats:
    """Complete seven published quantiles by both ends: depths at `LEVELS`."""
    q = np.array(quantiles)
    first = max(q[0] - (q[1] - q[0]) / 2, 5.0)
    last = min(q[-1] + (q[-1] - q[-2]) / 2, DEEPEST_UM)
    return np.array([first, *q, last])


def depths_of(label: str, u: Floats) -> Floats:
    """Depths of nuclei of one hidden type (or one manual label) at the levels `u`.

    Excitatory types as the column's experts saw them, inhibitory ones as Baylor's fine model did,
    which sees more of them; the rest as bell curves around their means.
    """
    if label == "error":
        knots = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
        return interpolate(u, knots, np.array(depths.ERROR_DEPTH_UM.value))
    if label in GLIA:
        mean, spread = depths.GLIA_MEANS.value[label]
        return _folded(mean + spread * interpolate(u, LEVELS, NORMAL))
    source = depths.FINE_DEPTHS.value if label in INHIBITORY else depths.MANUAL_DEPTHS.value
    return interpolate(u, LEVELS, depth_values(source["5P-PT" if label == "5P-ET" else label]))


def _folded(depth: Floats) -> Floats:
    """Fold what lies outside the tissue back into it."""
    upper, lower = 12.0, 775.0
    inside = np.where(depth < upper, 2 * upper - depth, depth)
    inside = np.where(inside > lower, 2 * lower - inside, inside)
    return np.clip(inside, upper, lower)


def draw_depths(types: Texts, stream: Stream) -> Floats:
    """Draw a depth for each nucleus of the volume outside the column, by its hidden type."""
    u, beneath = stream.uniform(types.size), stream.uniform(types.size)
    depth = np.zeros(types.size)
    for label in TYPES:
        depth[types == label] = depths_of(label, u[types == label])
    # pyramidal cells at the border of the white matter count as 6P-IT, in the column's proportion
    manual = counts.MANUAL_LABELS.value
    deep = (types == "6P-IT") & (beneath < manual["WM-P"] / (manual["WM-P"] + manual["6P-IT"]))
    depth[deep] = depths_of("WM-P", u[deep])
    return depth


def depth_bins(depth: Floats) -> Ints:
    """The slice of `BIN_UM` that each depth lies in."""
    return np.clip((depth / BIN_UM).astype(np.int64), 0, N_BINS - 1)


def quantile_bins(quantiles: tuple[float, ...]) -> Floats:
    """The share of nuclei in each depth slice, of a distribution given by seven quantiles."""
    below = interpolate(
        np.arange(N_BINS + 1, dtype=np.float64) * np.float64(BIN_UM), depth_values(quantiles), LEVELS
    )
    share = np.diff(below)
    return share / share.sum()


def density(quantiles: tuple[float, ...], depth: Floats) -> Floats:
    """Nuclei per µm of depth of a distribution given by seven quantiles; never quite 0."""
    values = depth_values(quantiles)
    step = np.clip(np.searchsorted(values, depth, side="right") - 1, 0, values.size - 2)
    inside = (depth >= values[0]) & (depth <= values[-1])
    heights = np.diff(LEVELS) / np.maximum(np.diff(values), 1.0)
    far = np.maximum(np.maximum(values[0] - depth, depth - values[-1]), 0.0)
    return np.where(inside, heights[step], 0.0) + 1e-5 / (1.0 + far)
