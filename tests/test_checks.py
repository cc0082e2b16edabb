"""Every check on a release made by hand: what it finds, and that it finds nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from components.analysis.checks.entry import Got, NotRun
from components.analysis.checks.registry import CHECKS, CheckReport, run_checks
from components.analysis.output.results import finding_record
from data.catalog import EVERY_TABLE
from data.catalog.facts import ExpectedRows
from data.catalog.tables import release_tables
from data.errors import BadTable, DataError, HostUnreachable, TableAbsent
from data.loader import LabelTable
from data.sources.archive import ArchiveSource
from data.sources.folder import FolderSource
from data.sources.sample import SampleSource
from data.tables.raw import Source, UnreadFile
from data.tables.records import Provenance
from data.volume import VOLUME
from data.volume.space import oriented_um, voxels

OPENED = release_tables(VOLUME.releases[661])
DETECTIONS, SVM, POINTS = "nucleus_detection_v0", "nucleus_ref_neuron_svm", "nucleus_alternative_points"
COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
MANUAL, UNITS = "allen_v1_column_types_slanted_ref", "coregistration_manual_v3"
LOOKUP = "nucleus_detection_lookup_v1"

ROOT = 864_691_135_000_000_001
FOLDER = FolderSource(Path(__file__).parent, 661)
ARCHIVE = ArchiveSource(VOLUME.archive, 661, Path())
SAMPLE = SampleSource()

Frames = dict[str, pd.DataFrame]
Found = set[tuple[str, str, str, tuple[int, ...]]]
"""Findings as severity, id, table and nuclei."""


def f32(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


def at(nuclei: list[int], **columns: Any) -> pd.DataFrame:
    """Rows of nuclei: 101 and 102 in the V1 column, the others beside it; nucleus n on root ROOT + n.

    Each lies 10 µm below the one before: 101 at 310 µm.
    """
    ids = np.array(nuclei, dtype=np.int64)
    frame = pd.DataFrame(
        {
            "nucleus_id": ids,
            "root_id": ids + ROOT,
            "x_um": np.where(ids < 103, 670, 900).astype(np.float32),
            "depth_um": (10 * (ids - 101) + 310).astype(np.float32),
            "z_um": np.float32(850),
        }
    )
    return frame.assign(**columns)


def labelled(nuclei: list[int], labels: list[str], system: str | list[str]) -> pd.DataFrame:
    systems = [system] * len(nuclei) if isinstance(system, str) else system
    return at(
        nuclei, classification_system=pd.Categorical(systems), cell_type=pd.Categorical(labels),
    )  # fmt: skip


def sound() -> Frames:
    """A release of six nuclei in which nothing is odd."""
    everyone = [101, 102, 103, 104, 105, 106]
    units = {"session": [4, 4, 5], "scan_idx": [7, 7, 6], "unit_id": [11, 12, 11]}
    quality = {"residual_um": f32(0, 20, 3), "score_um": f32(4, -10, 1)}  # 0 and the cut's ends are sound
    system = "baylor_log_reg_cell_type_coarse"
    return {
        MANUAL: labelled([101, 102], ["23P", "BC"], ["aibs_coarse_excitatory", "aibs_coarse_inhibitory"]),
        COARSE: labelled([101, 102, 103, 104], ["excitatory", "inhibitory", *["excitatory"] * 2], system),
        FINE: labelled([101, 102, 103], ["23P", "BC", "5P-PT"], "baylor_gnn_cell_type_fine"),
        UNITS: at([101, 103, 103], **units, **quality),
        DETECTIONS: at(everyone, volume_um3=f32(25, 300, 300, 250, 100, 60)),
        SVM: labelled(everyone, [*["neuron"] * 4, "not-neuron", "not-neuron"], "is_neuron"),
        POINTS: at([104], x_alt_um=f32(903), depth_alt_um=f32(340), z_alt_um=np.float32(850)),
    }


SOUND_ROWS = {name: len(frame) for name, frame in sound().items()}


def table_of(name: str, frame: pd.DataFrame, absent: tuple[str, ...] = ()) -> LabelTable:
    """A loaded table that is published to have as many rows as the sound release holds."""
    n = SOUND_ROWS.get(name, len(frame))
    table = replace(EVERY_TABLE[name], expected_rows=ExpectedRows(low=n, high=n, source="this test"))
    provenance = Provenance(
        table=name, source="folder", place="", origin="", release=661, timestamp="", synthetic=False,
        rows=len(frame), nuclei=frame["nucleus_id"].nunique(), sha256="", fetched_at="", absent=absent,
        notes=(), stamp="",
    )  # fmt: skip
    return LabelTable(table, frame, provenance)


def report(frames: Frames, source: Source = FOLDER) -> CheckReport:
    return run_checks({n: table_of(n, frame) for n, frame in frames.items()}, OPENED, source)


def found(said: CheckReport) -> Found:
    return {(one.severity, one.id, one.table, tuple(one.nucleus_ids.tolist())) for one in said.findings}


# What a change to the sound release leads to, all of it


def put(frames: Frames, name: str, nucleus: int, **values: Any) -> None:
    """Change what a table says of a nucleus."""
    frame = frames[name].copy()
    rows = frame["nucleus_id"] == nucleus
    for column, value in values.items():
        held = frame[column]
        if isinstance(held.dtype, pd.CategoricalDtype):
            frame[column] = pd.Categorical(
                [value if here else word for word, here in zip(held, rows, strict=True)]
            )
        else:
            frame.loc[rows, column] = value
    frames[name] = frame


def drop(frames: Frames, name: str, *nuclei: int) -> None:
    frames[name] = frames[name][~frames[name]["nucleus_id"].isin(nuclei)].reset_index(drop=True)


def again(frames: Frames, name: str, nucleus: int, **values: Any) -> None:
    """Have a nucleus stand a second time, with other values where some are given."""
    frame = frames[name]
    twin = frame[frame["nucleus_id"] == nucleus].head(1).assign(**values)
    both = pd.concat([frame, twin], ignore_index=True)
    words = [column for column in both if isinstance(frame[column].dtype, pd.CategoricalDtype)]
    frames[name] = both.astype(dict.fromkeys(words, "category"))


@dataclass(frozen=True)
class Case:
    """A change to the sound release and everything that the checks say of it then."""

    change: Callable[[Frames], None]
    found: Found


def moved(frames: Frames, name: str, nucleus: int, **um: float) -> None:
    put(frames, name, nucleus, **{axis: np.float32(value) for axis, value in um.items()})


def everywhere(frames: Frames, nucleus: int, **um: float) -> None:
    """Move a nucleus in all tables alike; a lookup point goes with it."""
    for name in frames:
        beside = {"depth_alt_um": um["depth_um"]} if name == POINTS and "depth_um" in um else {}
        moved(frames, name, nucleus, **um, **beside)


def in_voxels_of_8_nm(frames: Frames, name: str) -> None:
    """Write a table's positions as if they had been exported at 8 nm and read at 4 nm."""
    um = oriented_um(voxels(frames[name][["x_um", "depth_um", "z_um"]]) / [2, 2, 1]).astype(np.float32)
    frames[name] = frames[name].assign(x_um=um[:, 0], depth_um=um[:, 1], z_um=um[:, 2])


def on_root(frames: Frames, nucleus: int, root: int) -> None:
    """Put a nucleus on another root in all tables alike."""
    for name in frames:
        put(frames, name, nucleus, root_id=root)


def on_rounded_roots(frames: Frames) -> None:
    """Put each nucleus on a root that is a multiple of 128, as doubles of that size are."""
    for nucleus in range(101, 107):
        on_root(frames, nucleus, 8 * 10**17 + 128 * nucleus)


def cases() -> dict[str, Case]:
    error, warning, info = "error", "warning", "info"
    return {
        "row-count, few": Case(
            lambda f: drop(f, UNITS, 101),
            {(warning, "row-count", UNITS, ())},
        ),
        "row-count, many": Case(
            lambda f: f.update({UNITS: pd.concat([f[UNITS], f[UNITS].tail(1).assign(unit_id=13)])}),
            {(warning, "row-count", UNITS, ())},
        ),
        "unknown-nucleus": Case(
            lambda f: put(f, UNITS, 101, nucleus_id=999),
            {(error, "unknown-nucleus", UNITS, (999,))},
        ),
        "nucleus-left-out": Case(
            lambda f: drop(f, SVM, 105, 106),
            {(warning, "nucleus-left-out", SVM, (105, 106)), (warning, "row-count", SVM, ())},
        ),
        "no-label": Case(
            lambda f: put(f, FINE, 103, cell_type=None),
            {(error, "no-label", FINE, (103,))},
        ),
        "unknown-label": Case(
            lambda f: put(f, FINE, 103, cell_type="5P-XY"),
            {(error, "unknown-label", FINE, (103,))},
        ),
        "outside-vocabulary": Case(
            lambda f: put(f, FINE, 103, cell_type="L5ET"),
            {(warning, "outside-vocabulary", FINE, (103,))},
        ),
        "odd-system": Case(
            lambda f: put(f, COARSE, 103, classification_system="baylor"),
            {(error, "odd-system", COARSE, (103,))},
        ),
        "odd-system, none": Case(
            lambda f: put(f, COARSE, 103, classification_system=None),
            {(error, "odd-system", COARSE, (103,))},
        ),
        "system-contradicts-label": Case(
            lambda f: put(f, MANUAL, 101, classification_system="aibs_coarse_inhibitory"),
            {(error, "system-contradicts-label", MANUAL, (101,))},
        ),
        "duplicate-same": Case(
            lambda f: again(f, COARSE, 104),
            {(info, "duplicate-same", COARSE, (104,)), (warning, "row-count", COARSE, ())},
        ),
        "duplicate-same by hand": Case(
            lambda f: again(f, MANUAL, 101),
            {(warning, "duplicate-same", MANUAL, (101,)), (warning, "row-count", MANUAL, ())},
        ),
        "duplicate-same, a match": Case(
            lambda f: again(f, UNITS, 101),
            {(warning, "duplicate-same", UNITS, (101,)), (warning, "row-count", UNITS, ())},
        ),
        "duplicate-conflicting": Case(
            lambda f: again(f, COARSE, 104, cell_type="inhibitory"),
            {(error, "duplicate-conflicting", COARSE, (104,)), (warning, "row-count", COARSE, ())},
        ),
        "duplicate-conflicting, a unit": Case(
            lambda f: again(f, UNITS, 101, nucleus_id=104, root_id=ROOT + 104, x_um=900, depth_um=340),
            {(error, "duplicate-conflicting", UNITS, (101, 104)), (warning, "row-count", UNITS, ())},
        ),
        "duplicate-conflicting, a detection": Case(
            lambda f: again(f, DETECTIONS, 106, volume_um3=np.float32(90)),
            {(error, "duplicate-conflicting", DETECTIONS, (106,)), (warning, "row-count", DETECTIONS, ())},
        ),
        "root-zero": Case(
            lambda f: on_root(f, 105, 0),
            # One of six is more than the tenth that is expected.
            {(warning, "root-zero", name, (105,)) for name in (DETECTIONS, SVM)},
        ),
        "root-zero, at a point": Case(
            lambda f: put(f, POINTS, 104, root_id=0),
            {(warning, "root-zero", POINTS, (104,))},
        ),
        "shared-root": Case(
            lambda f: on_root(f, 105, ROOT + 106),
            {(warning, "shared-root", name, (105, 106)) for name in (DETECTIONS, SVM)},
        ),
        "root-disagrees": Case(
            lambda f: put(f, UNITS, 101, root_id=ROOT + 7),
            {(error, "root-disagrees", UNITS, (101,))},
        ),
        "position-disagrees": Case(
            lambda f: moved(f, UNITS, 101, x_um=671),
            {(error, "position-disagrees", UNITS, (101,))},
        ),
        "rounded-roots": Case(
            on_rounded_roots,
            # Two multiples of 128 are no evidence, three are.
            {
                (error, "rounded-roots", name, tuple(range(101, last)))
                for name, last in {FINE: 104, COARSE: 105, DETECTIONS: 107, SVM: 107}.items()
            },
        ),
        "impossible-nucleus": Case(
            lambda f: put(f, UNITS, 101, nucleus_id=ROOT),
            {(error, name, UNITS, (ROOT,)) for name in ("impossible-nucleus", "unknown-nucleus")},
        ),
        "impossible-root": Case(
            lambda f: put(f, UNITS, 101, root_id=90_000_000_000_000_007),
            {(error, "impossible-root", UNITS, (101,))},
        ),
        "position-unit": Case(
            lambda f: in_voxels_of_8_nm(f, UNITS),
            {(error, "position-unit", UNITS, (101, 103))},
        ),
        "above-pia": Case(
            lambda f: everywhere(f, 106, depth_um=-20),
            {(warning, "above-pia", name, (106,)) for name in (DETECTIONS, SVM)},
        ),
        "outside-volume": Case(
            lambda f: everywhere(f, 106, z_um=1120),
            {(error, "outside-volume", name, (106,)) for name in (DETECTIONS, SVM)},
        ),
        "column-membership, at the edge": Case(
            lambda f: everywhere(f, 101, x_um=745),
            {(info, "column-membership", MANUAL, (101,))},
        ),
        "column-membership, far": Case(
            lambda f: everywhere(f, 101, x_um=800),
            {(warning, "column-membership", MANUAL, (101,))},
        ),
        "column-unlabelled": Case(
            lambda f: everywhere(f, 105, x_um=650),
            {(info, "column-unlabelled", DETECTIONS, (105,))},
        ),
        "alternative-point-far": Case(
            lambda f: moved(f, POINTS, 104, x_alt_um=903.01),
            {(warning, "alternative-point-far", POINTS, (104,))},
        ),
        "volume-too-small": Case(
            lambda f: put(f, DETECTIONS, 106, volume_um3=np.float32(24.9)),
            {(warning, "volume-too-small", DETECTIONS, (106,))},
        ),
        "fine-without-coarse": Case(
            lambda f: put(f, FINE, 103, nucleus_id=105, root_id=ROOT + 105, depth_um=350),
            {(error, "fine-without-coarse", FINE, (105,))},
        ),
        "fine-without-coarse, where coarse is a part": Case(
            lambda f: drop(f, COARSE, 103),
            {(warning, "fine-without-coarse", FINE, (103,)), (warning, "row-count", COARSE, ())},
        ),
        "nuclei-at-one-place": Case(
            lambda f: everywhere(f, 106, depth_um=350.4),
            {(error, "nuclei-at-one-place", name, (105, 106)) for name in (DETECTIONS, SVM)},
        ),
        "neurons-too-near": Case(
            # Of the SVM's nuclei 104 alone is a neuron; in the detections no one has measured the distance.
            lambda f: everywhere(f, 105, depth_um=342.9),
            {(warning, "neurons-too-near", DETECTIONS, (104, 105))},
        ),
        "neurons-too-near, in tables of neurons": Case(
            lambda f: everywhere(f, 104, depth_um=332.9),
            {
                (severity, "neurons-too-near", name, (103, 104))
                for severity, name in ((error, COARSE), (warning, SVM), (warning, DETECTIONS))
            },
        ),
        "unknown-scan": Case(
            lambda f: put(f, UNITS, 101, session=99),
            {(error, "unknown-scan", UNITS, (101,))},
        ),
        "class-contradicted": Case(
            lambda f: put(f, FINE, 103, cell_type="BC"),
            {(warning, "class-contradicted", FINE, (103,))},
        ),
        "inhibitory-coregistered": Case(
            lambda f: put(f, UNITS, 101, nucleus_id=102, root_id=ROOT + 102, depth_um=320),
            {(warning, "inhibitory-coregistered", UNITS, (102,))},
        ),
        "missing-unit": Case(
            lambda f: put(f, UNITS, 101, unit_id=-1),
            {(error, "missing-unit", UNITS, (101,))},
        ),
        "residual-out-of-range": Case(
            lambda f: put(f, UNITS, 101, residual_um=np.float32(20.1)),
            {(warning, "residual-out-of-range", UNITS, (101,))},
        ),
        "score-out-of-range": Case(
            lambda f: put(f, UNITS, 101, score_um=np.float32(-10.1)),
            {(warning, "score-out-of-range", UNITS, (101,))},
        ),
        "impossible-distance": Case(
            lambda f: put(f, UNITS, 101, residual_um=np.float32(-0.1)),
            {(error, "impossible-distance", UNITS, (101,))},
        ),
        "impossible-distance, a score": Case(
            lambda f: put(f, UNITS, 101, score_um=np.float32(5000)),
            {(error, "impossible-distance", UNITS, (101,))},
        ),
        "impossible-distance, below any cut": Case(
            lambda f: put(f, UNITS, 101, score_um=np.float32(-99_999)),
            {(error, "impossible-distance", UNITS, (101,))},
        ),
        "impossible-distance, above any cut": Case(
            lambda f: put(f, UNITS, 101, residual_um=np.float32(99_999)),
            {(error, "impossible-distance", UNITS, (101,))},
        ),
        "impossible-distance, no number": Case(
            lambda f: put(f, UNITS, 101, score_um=np.float32(-np.inf)),
            {(error, "impossible-distance", UNITS, (101,))},
        ),
        "impossible-distance, beside a poor residual": Case(
            lambda f: put(f, UNITS, 101, score_um=np.float32(-99_999), residual_um=np.float32(30)),
            {
                (error, "impossible-distance", UNITS, (101,)),
                (warning, "residual-out-of-range", UNITS, (101,)),
            },
        ),
    }  # fmt: skip


CASES = cases()
ELSEWHERE = {
    *("unreadable-table", "unread-file", "assumed-reading", "absent-table", "missing-column"),
    *("label-count", "exchanged-labels", "contradiction-rate", "implausible-place"),
    "call-unlike-its-table",
    "makers-precedence",
}
"""What is wrong with these is no single row: they have tests of their own."""


def test_a_sound_release_has_no_findings() -> None:
    assert found(report(sound())) == set()
    assert run_checks({n: table_of(n, f) for n, f in sound().items()}, OPENED, FOLDER).findings == ()


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_found_and_nothing_else(name: str) -> None:
    frames = sound()
    CASES[name].change(frames)
    assert found(report(frames)) == CASES[name].found


def test_every_check_has_an_example() -> None:
    shown = {name.split(",")[0].split(" ")[0] for name in CASES} | ELSEWHERE
    assert shown == {check.id for check in CHECKS}
    assert all(check.question.endswith("?") for check in CHECKS)
    assert len({check.title for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(("source", "severity"), [(FOLDER, "error"), (ARCHIVE, "error"), (SAMPLE, "warning")])
def test_two_labels_of_a_nucleus_are_an_error_but_in_the_sample(source: Source, severity: str) -> None:
    frames = sound()
    again(frames, COARSE, 104, cell_type="inhibitory")
    assert (severity, "duplicate-conflicting", COARSE, (104,)) in found(report(frames, source))


@pytest.mark.parametrize(("source", "severity"), [(FOLDER, "warning"), (ARCHIVE, "error"), (SAMPLE, "info")])
def test_what_the_source_lacks_is_an_error_from_the_archive_alone(source: Source, severity: str) -> None:
    frames = sound()
    drop(frames, UNITS, 101)
    got: dict[str, LabelTable | DataError | None] = {n: table_of(n, frame) for n, frame in frames.items()}
    got[LOOKUP] = TableAbsent("It is not there.", "Put it there.")
    said = run_checks(got, OPENED, source)
    assert found(said) == {(severity, "row-count", UNITS, ()), (severity, "absent-table", LOOKUP, ())}
    assert NotRun(check="every check", table=LOOKUP, reason="The source does not hold it.") in said.not_run


def test_more_rows_than_published_are_a_warning_from_the_archive_too() -> None:
    frames = sound()
    frames[UNITS] = pd.concat([frames[UNITS], frames[UNITS].tail(1).assign(unit_id=13)])
    assert found(report(frames, ARCHIVE)) == {("warning", "row-count", UNITS, ())}


def test_a_published_number_is_not_held_against_another_release() -> None:
    frames = {FINE: sound()[FINE].head(2), COARSE: sound()[COARSE]}
    got = {name: table_of(name, frame) for name, frame in frames.items()}
    assert found(run_checks(got, release_tables(VOLUME.releases[795]), ARCHIVE)) == {
        ("warning", "row-count", FINE, ())
    }


def test_a_table_that_cannot_be_read_is_an_error() -> None:
    damaged = BadTable("The file is cut short.", "Fetch it again.")
    got: Got = {FINE: damaged, COARSE: table_of(COARSE, sound()[COARSE])}
    (finding,) = run_checks(got, OPENED, FOLDER).findings
    assert (finding.severity, finding.id, finding.table) == ("error", "unreadable-table", FINE)
    assert finding.message == "The file is cut short."


def test_a_file_that_no_table_takes_is_a_warning_under_its_name() -> None:
    unread = UnreadFile("types.pkl", "Pickles are not read.", "Write it as Parquet.")
    (finding,) = run_checks({COARSE: table_of(COARSE, sound()[COARSE])}, OPENED, FOLDER, [unread]).findings
    assert (finding.severity, finding.id, finding.table, finding.counted) == (
        "warning", "unread-file", "types.pkl", "1 file",
    )  # fmt: skip
    assert finding.message == "Pickles are not read."
    assert "Write it as Parquet." in finding.expected


def test_a_table_that_nobody_could_reach_is_no_finding() -> None:
    away = HostUnreachable("Nobody answers.", "Check the network.")
    got: Got = {FINE: away, COARSE: table_of(COARSE, sound()[COARSE])}
    said = run_checks(got, OPENED, FOLDER)
    assert said.findings == ()
    assert NotRun(check="every check", table=FINE, reason="Nobody answers.") in said.not_run


def test_labels_that_are_published_nowhere_are_not_asked_about() -> None:
    groups = "connectivity_groups_v507"
    said = report({groups: labelled([101], ["12"], "connectivity_group")})
    assert said.findings == ()
    missed = {(one.check, one.table) for one in said.not_run}
    assert {("unknown-label", groups), ("outside-vocabulary", groups)} <= missed


def test_rows_without_a_system_are_said() -> None:
    rows = sound()[COARSE].drop(columns="classification_system")
    missed = {(one.check, one.table) for one in report({COARSE: rows}).not_run}
    assert {("odd-system", COARSE), ("system-contradicts-label", COARSE)} <= missed


def test_columns_that_rows_do_not_hold_are_said_and_not_passed() -> None:
    frames = sound()
    frames[UNITS] = frames[UNITS].drop(columns=["residual_um", "score_um"])
    got = {name: table_of(name, frame) for name, frame in frames.items()}
    got[UNITS] = table_of(UNITS, frames[UNITS], absent=("residual_um", "score_um"))
    said = run_checks(got, OPENED, FOLDER)
    (finding,) = said.findings
    assert (finding.id, finding.n, finding.counted) == ("missing-column", 2, "2 columns")
    missed = {(one.check, one.table) for one in said.not_run}
    assert {("residual-out-of-range", UNITS), ("score-out-of-range", UNITS)} <= missed
    assert not {"residual-out-of-range", "score-out-of-range"} & {check.id for check in said.clean}


def test_a_check_without_its_tables_has_not_run() -> None:
    said = report({COARSE: sound()[COARSE]})
    missed = {one.check for one in said.not_run}
    assert said.findings == ()
    assert {
        "unknown-nucleus", "nucleus-left-out", "column-membership", "column-unlabelled",
        "fine-without-coarse", "inhibitory-coregistered", "alternative-point-far", "missing-unit",
        "volume-too-small",
    } <= missed  # fmt: skip
    assert not missed & {check.id for check in said.clean}
    assert {check.id for check in said.clean} | missed == {check.id for check in CHECKS}


def test_fine_alone_or_units_alone_say_what_they_miss() -> None:
    said = report({FINE: sound()[FINE], UNITS: sound()[UNITS]})
    assert {(one.check, one.table) for one in said.not_run} >= {
        ("fine-without-coarse", FINE), ("class-contradicted", FINE), ("inhibitory-coregistered", UNITS),
    }  # fmt: skip


def test_no_table_at_all_is_no_finding_and_no_crash() -> None:
    said = run_checks(dict.fromkeys(OPENED.held), OPENED, ARCHIVE)
    assert said.findings == ()
    assert said.clean == ()
    assert {one.reason for one in said.not_run if one.check == "every check"} == {"It has not been fetched."}


def test_a_finding_counts_all_its_nuclei_and_lists_a_thousand() -> None:
    many = list(range(201, 1_401))
    rows = labelled(many, ["5P-XY"] * len(many), "baylor_gnn_cell_type_fine")
    (finding,) = [one for one in report({FINE: rows}).findings if one.id == "unknown-label"]
    record = finding_record(finding)
    assert (record["n"], record["nucleus_ids"]) == (1_200, many[:1_000])


def test_the_worst_comes_first() -> None:
    frames = sound()
    for name in ("duplicate-same", "unknown-label", "score-out-of-range"):
        CASES[name].change(frames)
    severities = [one.severity for one in report(frames).findings]
    assert severities == ["error", "warning", "warning", "info"]


def test_the_edge_of_the_imaged_box_is_inside_it() -> None:
    corners = oriented_um([[52_770, 60_616, 14_850], [437_618, 322_718, 27_858]]).astype(np.float32)
    frame = at([101, 102]).assign(x_um=corners[:, 0], depth_um=corners[:, 1], z_um=corners[:, 2])
    assert "outside-volume" not in {one.id for one in report({UNITS: _with_units(frame)}).findings}
    beyond = oriented_um(voxels(corners) + np.array([[-3, 0, 0], [0, 0, 3]])).astype(np.float32)
    frame = frame.assign(x_um=beyond[:, 0], depth_um=beyond[:, 1], z_um=beyond[:, 2])
    (outside,) = [one for one in report({UNITS: _with_units(frame)}).findings if one.id == "outside-volume"]
    assert outside.nucleus_ids.tolist() == [101, 102]


def _with_units(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(session=4, scan_idx=7, unit_id=np.arange(len(frame)))
