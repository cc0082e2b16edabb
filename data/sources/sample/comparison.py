"""The sample held against what was published or measured, number by number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from data.catalog import TABLES
from data.sources.sample.published import counts, depths, figures
from data.sources.sample.tables.frames import SyntheticRelease
from data.sources.sample.world.drawing import Flags
from data.sources.sample.world.hidden import EXCITATORY, INHIBITORY, TYPES
from data.volume.minnie65 import MINNIE65
from data.volume.space import Floats, Texts, area_of

MANUAL = "allen_v1_column_types_slanted_ref"
METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"
COARSE = "baylor_log_reg_cell_type_coarse_v1"
FINE = "baylor_gnn_cell_type_fine_model_v2"
SVM = "nucleus_ref_neuron_svm"
COREG, AUTO = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"


@dataclass(frozen=True)
class Compared:
    """One number: as published or measured, as drawn, and how far apart the two may lie."""

    group: str
    what: str
    published: float
    drawn: float | np.integer
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the drawn number is within the tolerance."""
        return abs(float(self.drawn) - self.published) <= self.tolerance + 1e-9


def compare(release: SyntheticRelease) -> list[Compared]:
    """Compare the sample with everything it can be held against."""
    makers = (_rows, _label_counts, _depth_means, _coverage, _agreement, _against_hidden, _coregistration)
    return [row for maker in makers for row in maker(release)]


def labels_of(release: SyntheticRelease, name: str) -> Texts:
    """One label per nucleus; "" where the table has none, or two that differ. 5P-PT reads 5P-ET."""
    rows = release.labels[name]
    label = np.where(rows.label == "5P-PT", "5P-ET", rows.label)
    one = np.full(release.world.types.size, "", dtype="<U12")
    one[rows.nucleus] = label
    one[rows.nucleus[one[rows.nucleus] != label]] = ""
    return one


def _rows(release: SyntheticRelease) -> Iterator[Compared]:
    drawn = {name: rows.nucleus.size for name, rows in (release.labels | release.units).items()}
    drawn |= {
        MINNIE65.detections: release.world.types.size,
        "nucleus_alternative_points": release.points.nucleus.size,
    }
    for name, n in drawn.items():
        expected = TABLES[name].expected_rows
        if expected is not None:
            yield Compared("Rows", name, expected.low, n, expected.high - expected.low)


def _label_counts(release: SyntheticRelease) -> Iterator[Compared]:
    published: dict[str, Mapping[str, int]] = {
        MANUAL: counts.MANUAL_LABELS.value,
        METAMODEL: counts.METAMODEL.value,
        COARSE: counts.COARSE.value,
        FINE: counts.FINE.value,
        SVM: counts.SVM.value,
    }
    for name, counted in published.items():
        label = release.labels[name].label
        for value, n in counted.items():
            yield Compared("Labels", f"{name}: {value}", n, np.count_nonzero(label == value), 0)


def _depth_means(release: SyntheticRelease) -> Iterator[Compared]:
    published = {
        FINE: depths.FINE_MEANS.value,
        COARSE: depths.COARSE_MEANS.value,
        MANUAL: depths.MANUAL_MEANS.value,
    }
    for name, means in published.items():
        rows = release.labels[name]
        for value, (mean, spread) in means.items():
            depths_um = release.world.um[rows.nucleus[rows.label == value], 1]
            # small groups scatter by chance
            tolerance = round(12 + 2.5 * spread / float(np.sqrt(depths_um.size)))
            yield Compared("Mean depth, µm", f"{name}: {value}", mean, _tenth(depths_um.mean()), tolerance)


def _tenth(value: float) -> float:
    return round(float(value), 1)


def _coverage(release: SyntheticRelease) -> Iterator[Compared]:
    manual, fine, coarse = (labels_of(release, name) != "" for name in (MANUAL, FINE, COARSE))
    rootless = float(np.mean(release.world.root_id == 0))
    yield Compared(
        "Coverage", "nuclei without a root", figures.ROOT_ZERO_SHARE.value, round(rootless, 4), 0.001
    )
    for what, other, counted in (
        ("fine", fine, counts.MANUAL_BY_FINE.value),
        ("coarse", coarse, counts.MANUAL_BY_COARSE.value),
    ):
        n = sum(sum(row.values()) - row.get(counts.ABSENT, 0) for row in counted.values())
        yield Compared("Coverage", f"manual neurons with a Baylor {what} label", n, (manual & other).sum(), 6)
    with_unit = np.isin(np.flatnonzero(manual), release.units[COREG].nucleus).sum()
    yield Compared("Coverage", "manual neurons matched by hand", figures.COREG_COLUMN.value, with_unit, 0)
    n_fine = sum(counts.FINE.value.values()) - 1
    yield Compared("Coverage", "nuclei with both Baylor labels", n_fine, (fine & coarse).sum(), 10)


def _agreement(release: SyntheticRelease) -> Iterator[Compared]:
    manual, metamodel, fine, coarse = (labels_of(release, n) for n in (MANUAL, METAMODEL, FINE, COARSE))
    classes = {
        name: _class_of(one) for name, one in (("m", manual), ("a", metamodel), ("f", fine), ("c", coarse))
    }
    typed = np.where(np.isin(manual, TYPES), manual, "")
    both = counts.COARSE_BY_FINE.value
    alike = sum(both[_name(value)][_fine_name(value)] for value in (*EXCITATORY, *INHIBITORY))
    of = sum(n for row in both.values() for value, n in row.items() if value != counts.ABSENT)
    for what, one, other, published, tolerance in (
        ("Baylor coarse × fine, class", classes["c"], classes["f"], alike / of, 0.0005),
        ("manual × Baylor coarse, class", classes["m"], classes["c"], figures.COARSE_COLUMN.value, 0.003),
        ("manual × Baylor fine, subclass", typed, fine, figures.FINE_COLUMN.value, 0.003),
        ("manual × metamodel, subclass", typed, metamodel, figures.METAMODEL_COLUMN.value, 0.02),
        ("metamodel × Baylor fine, subclass", metamodel, fine, figures.METAMODEL_BY_FINE.value, 0.02),
        (
            "metamodel × Baylor coarse, class",
            classes["a"],
            classes["c"],
            figures.METAMODEL_BY_COARSE.value,
            0.01,
        ),
    ):
        yield Compared("Agreement", what, round(published, 4), _alike(one, other), tolerance)


def _against_hidden(release: SyntheticRelease) -> Iterator[Compared]:
    metamodel = labels_of(release, METAMODEL)
    types = release.world.types
    right = [np.mean(metamodel[(types == name) & (metamodel != "")] == name) for name in TYPES[:-1]]
    what = "metamodel against the hidden type, mean over types"
    yield Compared("Agreement", what, figures.METAMODEL_DATASET.value, round(float(np.mean(right)), 4), 0.03)
    neuron = np.isin(release.world.types, (*EXCITATORY, *INHIBITORY))
    called = labels_of(release, SVM) == "neuron"
    for what, share, published in (
        ("neuron classifier: precision against the hidden type", neuron[called], figures.SVM_PRECISION.value),
        ("neuron classifier: recall against the hidden type", called[neuron], figures.SVM_RECALL.value),
    ):
        yield Compared("Agreement", what, published, round(float(share.mean()), 4), 0.001)


def _name(value: str) -> str:
    return "excitatory" if value in EXCITATORY else "inhibitory"


def _fine_name(value: str) -> str:
    return "5P-PT" if value == "5P-ET" else value


def _class_of(labels: Texts) -> Texts:
    """The class that each label names, "" where it names none."""
    excitatory = np.isin(labels, (*EXCITATORY, "6P-U", "WM-P", "Unsure E", "excitatory"))
    inhibitory = np.isin(labels, (*INHIBITORY, "Unsure I", "inhibitory"))
    return np.where(excitatory, "excitatory", np.where(inhibitory, "inhibitory", ""))


def _alike(one: Texts, other: Texts) -> float:
    both: Flags = (one != "") & (other != "")
    return round(float(np.mean(one[both] == other[both])), 4)


def _coregistration(release: SyntheticRelease) -> Iterator[Compared]:
    manual, auto = release.units[COREG], release.units[AUTO]
    nuclei, times = np.unique(manual.nucleus, return_counts=True)
    group = "Coregistration"
    yield Compared(group, "nuclei matched by hand", figures.COREG_NUCLEI.value, nuclei.size, 0)
    for matches, n in figures.COREG_MULTIPLICITY.value.items():
        yield Compared(
            group, f"nuclei with {matches} manual matches", n, np.count_nonzero(times == matches), 1
        )
    places = release.world.um[manual.nucleus]
    areas = area_of(places[:, 0], places[:, 2], volume=MINNIE65)
    for area, n in figures.COREG_AREAS.value.items():
        drawn = np.count_nonzero(areas == area)
        yield Compared(group, f"manual matches in {area}", n, drawn, round(0.02 * n + 5))
    automated = np.unique(auto.nucleus).size
    yield Compared(group, "nuclei matched automatically", figures.AUTO_NUCLEI.value, automated, 0)
    same, score = matched_alike(release)
    best = same[score >= np.sort(auto.score)[round(0.3 * auto.score.size)]]
    for figure, share in ((figures.AUTO_AGREEMENT, same), (figures.AUTO_AGREEMENT_BEST, best)):
        yield Compared(group, figure.what, figure.value, round(float(share.mean()), 4), 0.015)
    residual = figures.RESIDUAL_MEAN_UM
    yield Compared(group, residual.what, residual.value, round(float(manual.residual.mean()), 2), 0.3)


def matched_alike(release: SyntheticRelease) -> tuple[Flags, Floats]:
    """For units in both coregistrations: whether they name the same nucleus, and the automated score."""
    manual, auto = release.units[COREG], release.units[AUTO]
    units = figures.UNITS_PER_SCAN.value
    _, here, there = np.intersect1d(
        manual.scan * units + manual.unit, auto.scan * units + auto.unit, return_indices=True
    )
    return manual.nucleus[here] == auto.nucleus[there], auto.score[there]
