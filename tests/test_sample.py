"""The synthetic release: the archive's form, the published numbers, and nothing that passes for real."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from benchmarks.fingerprint import fingerprint, table_fingerprint
from data.catalog import TABLES
from data.catalog.entry import Table
from data.errors import DataError
from data.sources.sample import SampleSource
from data.sources.sample.__main__ import document
from data.sources.sample.comparison import compare, labels_of, matched_alike
from data.sources.sample.lists import ASSUMPTIONS, FIGURES
from data.sources.sample.tables.frames import SyntheticRelease, frame_names, make_release, raw_frame
from data.sources.sample.world.drawing import Stream, deal, fit, split, whole
from data.sources.sample.world.hidden import EXCITATORY, TYPES
from data.sources.sample.world.places import inside_prism
from data.sources.sample.world.world import make_world
from data.tables.raw import Source, silent
from data.volume import VOLUME
from data.volume.space import oriented_um

ROOT = Path(__file__).parents[1]
SHA256 = "978e3e3897d5b1875cac8aee214a2edbd81a2a29df99647228a23098192c6720"
"""Of the release of seed 661; a change of the drawing changes it, and `FORMAT` with it."""

POSITION = ["pt_position_x", "pt_position_y", "pt_position_z"]
NUCLEUS = ["volume", "pt_supervoxel_id", "pt_root_id", *POSITION]
COLUMNS = {
    "labels": ["id", "target_id", "classification_system", "cell_type", *NUCLEUS],
    "units": ["id", "target_id", "session", "scan_idx", "unit_id", "field", "residual", "score", *NUCLEUS],
    "nuclei": ["id", *NUCLEUS],
    "points": [
        *("id", "target_id", "pt_supervoxel_id", "pt_root_id", *POSITION, "volume"),
        *("pt_supervoxel_id_ref", "pt_root_id_ref"),
        *("pt_position_ref_x", "pt_position_ref_y", "pt_position_ref_z"),
    ],
    "view": [
        *("id", "volume", "pt_root_id", "orig_root_id", "pt_supervoxel_id", *POSITION),
        *("pt_position_lookup_x", "pt_position_lookup_y", "pt_position_lookup_z"),
    ],
}
TEXT, NUMBER = {"classification_system", "cell_type"}, {"volume", "residual", "score"}

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"
M_TYPES = "aibs_soma_nuc_exc_mtype_preds_v117"
MANUAL, COLUMN_M_TYPES = "allen_v1_column_types_slanted_ref", "allen_column_mtypes_v1"
GLIA, GROUPS = "aibs_column_nonneuronal_ref", "connectivity_groups_v507"
SVM = "nucleus_ref_neuron_svm"


@pytest.fixture(scope="module")
def release() -> SyntheticRelease:
    return make_release(661)


def fetched(table: Table) -> pa.Table:
    return SampleSource().fetch_table(table, silent).rows


def column(table: str, name: str) -> np.ndarray:
    return fetched(TABLES[table])[name].to_numpy()


def nuclei(release: SyntheticRelease, table: str) -> set[int]:
    return set(release.labels[table].nucleus.tolist())


# The form: the archive's own columns and types


def test_every_table_has_the_archives_columns_and_types(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            rows = fetched(table)
            assert rows.column_names == COLUMNS["view" if table.view else table.kind]
            for name in rows.column_names:
                kind = pa.string() if name in TEXT else pa.float64() if name in NUMBER else pa.int64()
                assert rows.schema.field(name).type == kind, name
                assert rows[name].null_count == 0, name


def test_every_table_has_the_rows_that_the_catalogue_expects(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            if table.expected_rows is not None:
                assert table.expected_rows.holds(fetched(table).num_rows)
            else:
                rows = {GROUPS: 164, "nucleus_detection_lookup_v1": 144_120}
                assert fetched(table).num_rows == rows[table.name]


def test_labels_are_those_of_the_catalogues_vocabulary(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            if table.vocabulary:
                assert set(fetched(table)["cell_type"].to_pylist()) <= set(table.vocabulary)


def test_the_sample_holds_every_entry_of_the_catalogue_and_no_other() -> None:
    assert set(frame_names()) == set(TABLES)


def test_systems_speak_each_tables_own_dialect() -> None:
    systems = {
        name: set(column(name, "classification_system"))
        for name in (MANUAL, GLIA, METAMODEL, COARSE, FINE, SVM, GROUPS)
    }
    assert systems == {
        MANUAL: {"aibs_coarse_excitatory", "aibs_coarse_inhibitory"},
        GLIA: {"aibs_coarse_nonneuronal"},
        METAMODEL: {"aibs_neuronal", "aibs_nonneuronal"},
        COARSE: {"baylor_log_reg_cell_type_coarse"},
        FINE: {"baylor_gnn_cell_type_fine"},
        SVM: {"is_neuron"},
        GROUPS: {"connectivity_group"},
    }


def test_one_type_has_two_names() -> None:
    names = {name: {"5P-PT", "5P-ET"} & set(column(name, "cell_type")) for name in (MANUAL, FINE, METAMODEL)}
    assert names == {MANUAL: {"5P-PT"}, FINE: {"5P-PT"}, METAMODEL: {"5P-ET"}}


# The numbers: published or measured


def test_everything_that_was_published_holds_within_its_tolerance(release: SyntheticRelease) -> None:
    compared = compare(release)
    assert {row.group for row in compared} == {
        *("Rows", "Labels", "Mean depth, µm", "Coverage", "Agreement", "Coregistration"),
    }
    assert [row for row in compared if not row.holds] == []


def test_label_counts_are_exact(release: SyntheticRelease) -> None:
    exact = [row for row in compare(release) if row.group == "Labels"]
    assert len(exact) == 16 + 16 + 2 + 11 + 2
    assert all(row.drawn == row.published and row.tolerance == 0 for row in exact)


def test_the_page_of_the_docs_is_what_the_command_writes() -> None:
    assert (ROOT / "docs" / "sample.md").read_text("utf-8") == document()


def test_every_figure_has_a_source_and_every_assumption_a_reason() -> None:
    assert all(figure.what and figure.text and figure.source for figure in FIGURES)
    assert all(one.what and one.text and one.reason for one in ASSUMPTIONS)
    names = Counter([figure.what for figure in FIGURES] + [one.what for one in ASSUMPTIONS])
    assert [name for name, n in names.items() if n > 1] == []


# One world, and tables that read it


def test_subsets_are_subsets(release: SyntheticRelease) -> None:
    assert nuclei(release, FINE) < nuclei(release, COARSE)
    assert nuclei(release, M_TYPES) < nuclei(release, METAMODEL)
    assert nuclei(release, COLUMN_M_TYPES) == nuclei(release, MANUAL)
    assert nuclei(release, GROUPS) < nuclei(release, MANUAL)
    assert not nuclei(release, GLIA) & nuclei(release, MANUAL)


def test_m_types_are_predicted_where_the_metamodel_says_excitatory(release: SyntheticRelease) -> None:
    rows = release.labels[METAMODEL]
    excitatory = set(rows.nucleus[np.isin(rows.label, EXCITATORY)].tolist())
    assert nuclei(release, M_TYPES) <= excitatory


def test_a_nucleus_keeps_place_volume_and_root_in_every_table() -> None:
    def cells(name: str) -> dict[int, tuple[float, ...]]:
        rows = fetched(TABLES[name]).select([TABLES[name].id_column, *NUCLEUS])
        return {
            row[0]: row[1:] for row in zip(*(rows[c].to_pylist() for c in rows.column_names), strict=True)
        }

    detected = cells("nucleus_detection_v0")
    for name in (MANUAL, FINE, "coregistration_manual_v3"):
        assert cells(name).items() <= detected.items()


@pytest.mark.parametrize(
    ("table", "twice", "conflicting"), [(COARSE, 82, 6), (FINE, 1, 0), (METAMODEL, 40, 8), (M_TYPES, 30, 6)]
)
def test_a_few_nuclei_stand_twice_and_some_contradict_themselves(
    release: SyntheticRelease, table: str, twice: int, conflicting: int
) -> None:
    rows = release.labels[table]
    said: dict[int, list[str]] = {}
    for nucleus, label in zip(rows.nucleus.tolist(), rows.label.tolist(), strict=True):
        said.setdefault(nucleus, []).append(label)
    assert Counter(map(len, said.values()))[2] == twice == rows.nucleus.size - len(said)
    assert sum(len(set(labels)) > 1 for labels in said.values()) == conflicting


def test_two_tables_contradict_each_other_even_about_the_class(release: SyntheticRelease) -> None:
    fine, coarse = labels_of(release, FINE), labels_of(release, COARSE)
    contradictions = np.isin(fine, EXCITATORY) & (coarse == "inhibitory")
    assert 350 < contradictions.sum() < 370


def test_not_neuron_means_glia_or_error(release: SyntheticRelease) -> None:
    hidden = Counter(release.world.types[labels_of(release, SVM) == "not-neuron"].tolist())
    assert hidden["error"] > 15_000
    assert hidden["astrocyte"] > 10_000
    assert 0 < sum(hidden[name] for name in EXCITATORY) < 400


def test_groups_lie_mostly_within_one_m_type(release: SyntheticRelease) -> None:
    group, m_type = labels_of(release, GROUPS), labels_of(release, COLUMN_M_TYPES)
    names = np.unique(group[group != ""])
    assert sorted(names, key=int) == [str(n) for n in range(1, 19)]
    largest = [max(Counter(m_type[group == name].tolist()).values()) for name in names]
    assert 0.8 < sum(largest) / 164 < 1


# Coregistration


def test_agreement_rises_with_the_score(release: SyntheticRelease) -> None:
    alike, score = matched_alike(release)
    fifths = [part.mean() for part in np.array_split(alike[np.argsort(score)], 5)]
    assert fifths == sorted(fifths)
    assert fifths[-1] - fifths[0] > 0.25


def test_a_unit_stands_once_and_a_nucleus_in_different_scans(release: SyntheticRelease) -> None:
    for rows in release.units.values():
        assert len(set(zip(*(part.tolist() for part in rows.counters()), strict=True))) == rows.nucleus.size
    manual = release.units["coregistration_manual_v3"]
    assert len(set(zip(manual.nucleus.tolist(), manual.scan.tolist(), strict=True))) == manual.nucleus.size
    assert np.unique(manual.scan).size == 16


# Space, roots and points


def test_nuclei_lie_in_the_em_box_on_the_grid() -> None:
    for axis, (low, high) in zip("xyz", VOLUME.em_box_voxels, strict=True):
        values = column("nucleus_detection_v0", f"pt_position_{axis}")
        assert low <= values.min() <= values.max() < high
        assert axis == "z" or not (values % 16).any()


def test_the_manual_neurons_fill_the_slanting_column() -> None:
    x, depth, z = oriented_um(np.column_stack([column(MANUAL, name) for name in POSITION])).T
    knots = [section.depth_um for section in VOLUME.column]
    for place, side in ((x, "x_um"), (z, "z_um")):
        low, high = (
            np.interp(depth, knots, [getattr(s, side)[end] for s in VOLUME.column]) for end in (0, 1)
        )
        part = (place - low) / (high - low)
        assert 0 <= part.min() < 0.02
        assert 0.98 < part.max() <= 1


def test_the_column_holds_only_what_was_looked_at(release: SyntheticRelease) -> None:
    inside = np.flatnonzero(inside_prism(release.world.um))
    assert inside.size == 2_204
    labelled = nuclei(release, MANUAL) | nuclei(release, GLIA)
    assert {release.world.types[at] for at in set(inside.tolist()) - labelled} == {"error"}
    on_grid = inside_prism(oriented_um(release.world.voxels))
    assert on_grid[inside].all()
    assert on_grid.sum() <= 2_204 + 1  # the grid takes one from just outside into the column


def test_no_two_nuclei_lie_nearer_than_real_neurons_can(release: SyntheticRelease) -> None:
    nm = release.world.voxels * np.array(VOLUME.voxel_nm)
    assert KDTree(nm).query(nm, k=2)[0][:, 1].min() >= 3_500


def test_missing_roots_lie_at_the_faces(release: SyntheticRelease) -> None:
    um, missing = release.world.um, release.world.root_id == 0
    gap = np.minimum.reduce([um[:, 0] - 195, 1589 - um[:, 0], um[:, 2] - 594, 1114 - um[:, 2]])
    assert missing.mean() == pytest.approx(0.097, abs=0.0001)
    assert (gap[missing] < 20).mean() > 0.75
    assert (gap[~missing] < 20).mean() < 0.1


def test_some_roots_hold_several_nuclei_with_a_heavy_tail(release: SyntheticRelease) -> None:
    roots, times = np.unique(release.world.root_id[release.world.root_id != 0], return_counts=True)
    assert sorted(times)[-4:] == [43, 60, 102, 346]
    assert 0.02 < times[times > 1].sum() / 144_120 < 0.03
    largest = release.world.um[release.world.root_id == roots[times.argmax()]]
    assert np.median(np.abs(largest[:, [0, 2]] - np.median(largest[:, [0, 2]], axis=0))) < 100


def test_alternative_points_lie_near_and_the_view_looks_up_there(release: SyntheticRelease) -> None:
    points = fetched(TABLES["nucleus_alternative_points"])
    moved, centre = (
        oriented_um(np.column_stack([points[f"{stem}_{axis}"].to_numpy() for axis in "xyz"]))
        for stem in ("pt_position", "pt_position_ref")
    )
    distance = np.linalg.norm(moved - centre, axis=1)
    assert 1 < np.median(distance) < 2
    assert distance.max() < 2.7
    view = fetched(TABLES["nucleus_detection_lookup_v1"])
    root = dict(zip(view["id"].to_pylist(), view["pt_root_id"].to_pylist(), strict=True))
    assert [root[nucleus] for nucleus in points["target_id"].to_pylist()] == points["pt_root_id"].to_pylist()
    assert (
        view["orig_root_id"].to_pylist() == fetched(TABLES["nucleus_detection_v0"])["pt_root_id"].to_pylist()
    )
    missing = [(view[name].to_numpy() == 0).sum() for name in ("orig_root_id", "pt_root_id")]
    assert missing[0] - missing[1] == 3_800


def test_volumes_follow_the_type(release: SyntheticRelease) -> None:
    mean = {name: release.world.volume[release.world.types == name].mean() for name in TYPES}
    assert release.world.volume.min() > 25
    assert mean["error"] < mean["microglia"] < mean["astrocyte"] < mean["23P"] < mean["5P-ET"]


# Never mistaken for data


def test_the_source_says_what_it_is() -> None:
    source: Source = SampleSource()
    assert (source.name, source.synthetic, source.local) == ("sample", True, True)
    assert "661" in source.key
    assert "synthetic" in source.location
    assert "synthetic" in source.fetch_table(TABLES[FINE], silent).origin
    assert SampleSource(seed=7).key != source.key


def test_ids_lie_outside_the_range_of_real_ones(subtests: pytest.Subtests) -> None:
    for table in TABLES.values():
        with subtests.test(table.name):
            rows = fetched(table)
            nucleus = rows[table.id_column].to_numpy()
            assert 9_000_000 < nucleus.min() <= nucleus.max() < 10_000_000
            for name in rows.column_names:
                if "root_id" in name or "supervoxel_id" in name:
                    ids = rows[name].to_numpy()
                    assert str(ids.max())[:3] == ("999" if "root" in name else "998")
                    assert ids[ids != 0].min() > 997 * 10**15
                    assert ids.max() < 10**18
            if table.reference:
                assert not (rows["id"].to_numpy() == nucleus).any()


@pytest.mark.parametrize("given", [{"release": 795}, {"seed": -1}])
def test_what_cannot_be_drawn_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(DataError) as error:
        SampleSource(**given)
    assert str(next(iter(given.values()))) in error.value.problem


def test_a_table_of_another_release_is_absent() -> None:
    later = Table(**{**vars(TABLES[FINE]), "name": "aibs_metamodel_mtypes_v661_v2"})
    with pytest.raises(DataError, match="aibs_metamodel_mtypes_v661_v2"):
        fetched(later)


# Same seed, same bytes


@pytest.mark.slow
def test_a_fresh_process_draws_the_same_bytes() -> None:
    program = "from benchmarks.fingerprint import fingerprint; print(fingerprint(661))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == fingerprint(661) == SHA256


def test_another_seed_draws_another_world_of_the_same_size(release: SyntheticRelease) -> None:
    other = make_world(662)
    assert other.types.size == release.world.types.size
    for name in ("voxels", "nucleus_id", "volume", "root_id"):
        assert not np.array_equal(getattr(other, name), getattr(release.world, name)), name


def test_one_changed_value_changes_the_fingerprint(release: SyntheticRelease) -> None:
    rows = raw_frame(GROUPS, release)
    volume = rows["volume"].to_numpy().copy()
    volume[-1] = np.nextafter(volume[-1], 0)
    changed = rows.set_column(rows.column_names.index("volume"), "volume", pa.array(volume))
    assert (
        table_fingerprint(changed) != table_fingerprint(rows) == table_fingerprint(raw_frame(GROUPS, release))
    )


def test_threads_share_one_world(release: SyntheticRelease) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert all(made is release for made in pool.map(make_release, [661] * 4))


# The drawing itself


def test_largest_remainders() -> None:
    assert split(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert split(7, np.array([0.0, 5.0, 2.0])).tolist() == [0, 5, 2]


def test_labels_are_dealt_by_quota_and_where_they_weigh() -> None:
    weights = np.column_stack([np.r_[np.ones(50), np.full(50, 1e-9)], np.ones(100)])
    dealt = deal(np.array([30, 70]), weights, Stream(1, "example"))
    assert np.bincount(dealt).tolist() == [30, 70]
    assert np.flatnonzero(dealt == 0).max() < 50


def test_a_kernel_is_fitted_to_its_margins() -> None:
    fitted = fit(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([6.0, 4.0]), np.array([5.0, 5.0]))
    assert fitted.sum(axis=1) == pytest.approx([6, 4])
    assert fitted.sum(axis=0) == pytest.approx([5, 5])
    odds = fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0])
    assert odds == pytest.approx(4)  # what the kernel says beyond its margins is kept


@given(
    st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=1, max_size=6),
    st.floats(-0.9, 0.9),
)
def test_rounding_keeps_both_margins(table: list[list[int]], shift: float) -> None:
    counts = np.array(table)
    expected = np.maximum(counts + shift, 0.0)
    rounded = whole(expected, counts.sum(axis=1), counts.sum(axis=0))
    assert rounded.min() >= 0
    assert rounded.sum(axis=1).tolist() == counts.sum(axis=1).tolist()
    assert rounded.sum(axis=0).tolist() == counts.sum(axis=0).tolist()


def test_a_stream_is_fixed_by_seed_and_name() -> None:
    again, other = Stream(661, "places").uniform(3), Stream(661, "roots").uniform(3)
    assert Stream(661, "places").uniform(3).tolist() == again.tolist() != other.tolist()
