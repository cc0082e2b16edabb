"""The checks of labels against documented figures and other lineages, on small made-up tables."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from components.analysis.checks.limits import exceeds_chance
from components.analysis.checks.registry import run_checks
from data.catalog import CATALOG, EVERY_TABLE
from data.catalog.facts import Contradictions, LabelCounts
from data.catalog.tables import release_tables
from data.errors import DataError
from data.loader import LabelTable
from data.sources.sample import SampleSource
from data.tables.records import Provenance
from data.volume import VOLUME

MANUAL, METAMODEL = "allen_v1_column_types_slanted_ref", "aibs_soma_nuc_metamodel_preds_v117"
M_TYPES = "allen_column_mtypes_v1"
COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
UNITS, AUTOMATED = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"
COUNTS = {"23P": 1200, "4P": 800, "BC": 300, "MC": 200}
N = sum(COUNTS.values())
CHECKED = ("label-count", "exchanged-labels", "contradiction-rate", "class-contradicted", "unknown-scan")

Words = np.ndarray
Labels = dict[str, Words]
"""The label that each table gives each nucleus; "" for none."""
Found = set[tuple[str, str, str]]


def classes(labels: Words) -> Words:
    return np.where(np.isin(labels, ["BC", "MC", "BPC"]), "inhibitory", "excitatory").astype("<U12")


def sound() -> Labels:
    """Fine; coarse, which contradicts one in 100; two that name one in five or seven another of the class."""
    fine = np.repeat(list(COUNTS), [*COUNTS.values()]).astype("<U12")
    other = {"23P": "4P", "4P": "23P", "BC": "MC", "MC": "BC"}
    confused = np.array([other[label] for label in fine])
    one_in = [np.arange(N) % n == 0 for n in (5, 7)]
    manual = np.where(one_in[1], confused, fine)
    manual[N // 2 : -400] = ""
    coarse = classes(fine)
    coarse[::100] = classes(np.where(coarse[::100] == "excitatory", "BC", "23P"))
    return {FINE: fine, COARSE: coarse, METAMODEL: np.where(one_in[0], confused, fine), MANUAL: manual}


def table_of(name: str, frame: pd.DataFrame) -> LabelTable:
    ids = np.arange(1, len(frame) + 1)
    frame = frame.assign(
        nucleus_id=ids, x_um=np.float32(400) + 8 * (ids % 50).astype(np.float32),
        depth_um=np.float32(100) + 8 * (ids // 50).astype(np.float32), z_um=np.float32(800),
    )  # fmt: skip
    provenance = Provenance(
        table=name, source="folder", place="", origin="", release=661, timestamp="", synthetic=False,
        rows=len(frame), nuclei=len(frame), sha256="", fetched_at="", absent=(), notes=(), stamp="",
    )  # fmt: skip
    return LabelTable(EVERY_TABLE[name], frame, provenance)


def findings(tables: dict[str, pd.DataFrame]) -> dict[tuple[str, str, str], str]:
    got: dict[str, LabelTable | DataError | None] = {}
    for name, frame in tables.items():
        loaded = table_of(name, frame)
        if "cell_type" in frame:
            labelled = loaded.frame[loaded.frame["cell_type"] != ""].reset_index(drop=True)
            loaded = replace(loaded, frame=labelled.astype({"cell_type": "category"}))
        got[name] = loaded
    report = run_checks(got, release_tables(VOLUME.releases[661]), SampleSource())
    return {(one.severity, one.id, one.table): one.message for one in report.findings if one.id in CHECKED}


def found(labels: Labels) -> dict[tuple[str, str, str], str]:
    return findings({name: pd.DataFrame({"cell_type": words}) for name, words in labels.items()})


@pytest.fixture(autouse=True)
def documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the sound tables' own figures documented, and no other."""
    labels = sound()
    for name in [*CATALOG.label_counts]:
        words, n = np.unique(labels.get(name, np.array(["neuron"])), return_counts=True)
        counts = {str(word): int(k) for word, k in zip(words, n, strict=True) if word}
        monkeypatch.setitem(CATALOG.label_counts, name, LabelCounts(counts=counts, source="this test"))
    for pair in CATALOG.contradictions:
        known = Contradictions(n=N // 100, compared=N, source="this test")
        monkeypatch.setitem(CATALOG.contradictions, pair, known)


def exchange(labels: Labels, table: str, first: str, second: str) -> None:
    words = labels[table]
    labels[table] = np.select([words == first, words == second], [second, first], words)


def shuffle(labels: Labels, table: str) -> None:
    """Deal the labels of every second nucleus anew."""
    words = labels[table].copy()
    words[::2] = np.random.default_rng(661).permutation(words[::2])
    labels[table] = words


def keep(labels: Labels, *tables: str) -> None:
    for name in {*labels} - {*tables}:
        del labels[name]


def part(labels: Labels, share: float) -> None:
    kept = np.random.default_rng(661).random(N) < share
    for name, words in labels.items():
        labels[name] = np.where(kept, words, "")


def cycle(labels: Labels) -> None:
    keep(labels, FINE)
    words = np.array(list(COUNTS))
    labels[FINE] = words[(np.searchsorted(np.sort(words), labels[FINE]) + 1) % len(words)]


def both(*changes: Callable[[Labels], None]) -> Callable[[Labels], None]:
    def change(labels: Labels) -> None:
        for one in changes:
            one(labels)

    return change


@dataclass(frozen=True)
class Case:
    """A change to the sound tables, what is found then, and words of those findings."""

    change: Callable[[Labels], object]
    found: Found
    words: tuple[str, ...] = ()


CASES = {
    "a sound release": Case(lambda f: None, {("info", "class-contradicted", FINE)}),
    "a tenth of it": Case(lambda f: part(f, 0.1), {("info", "class-contradicted", FINE)}),
    "all of coarse exchanged": Case(
        lambda f: exchange(f, COARSE, "excitatory", "inhibitory"),
        {
            ("error", "class-contradicted", FINE),
            ("error", "label-count", COARSE),
            ("error", "contradiction-rate", COARSE),
            ("error", "exchanged-labels", COARSE),
        },
        ("“excitatory” and “inhibitory”", "Soma-nucleus metamodel"),
    ),
    "a twentieth of coarse exchanged": Case(
        lambda f: f.update({COARSE: np.where(np.arange(N) % 20 == 1, f[COARSE][::-1], f[COARSE])}),
        {("error", "class-contradicted", FINE)},
    ),
    "no contradiction at all": Case(
        lambda f: f.update({COARSE: classes(f[FINE])}),
        {("error", "class-contradicted", FINE), ("error", "label-count", COARSE)},
        ("0 nuclei are of another class in Baylor coarse, of 2,500 compared",),
    ),
    "BC and MC of fine, which two others name": Case(
        lambda f: exchange(f, FINE, "BC", "MC"),
        {
            ("info", "class-contradicted", FINE), ("error", "label-count", FINE),
            ("error", "exchanged-labels", FINE),
        },
        ("“BC” 200 instead of 300", "“BC” and “MC” (100 nuclei agree, 400 would)", "The same holds for Ma"),
    ),
    "BC and MC, where it may be either table": Case(
        both(lambda f: exchange(f, FINE, "BC", "MC"), lambda f: keep(f, FINE, METAMODEL)),
        {
            ("error", "label-count", FINE), ("error", "exchanged-labels", FINE),
            ("error", "exchanged-labels", METAMODEL),
        },
        ("Or the labels are exchanged in Baylor fine.",),
    ),
    "BC and MC of a part": Case(
        both(lambda f: exchange(f, METAMODEL, "BC", "MC"), lambda f: part(f, 0.3)),
        {
            ("info", "class-contradicted", FINE), ("error", "exchanged-labels", FINE),
            ("error", "exchanged-labels", METAMODEL),
        },
    ),
    "BC and MC of one table alone": Case(
        both(lambda f: exchange(f, FINE, "BC", "MC"), lambda f: keep(f, FINE)),
        {("error", "label-count", FINE)},
    ),
    "BC and MC of a part of one table": Case(
        both(lambda f: exchange(f, FINE, "23P", "MC"), lambda f: keep(f, FINE), lambda f: part(f, 0.3)),
        {("warning", "label-count", FINE)},
    ),
    "4P and BC of fine, which contradicts two others": Case(
        lambda f: exchange(f, FINE, "4P", "BC"),
        {
            ("error", check, FINE)
            for check in ("class-contradicted", "label-count", "exchanged-labels", "contradiction-rate")
        },
    ),
    "all labels of one table moved on": Case(cycle, {("error", "label-count", FINE)}),
    "a label renamed to another": Case(
        both(lambda f: f.update({FINE: np.where(f[FINE] == "MC", "BC", f[FINE])}), lambda f: keep(f, FINE)),
        {("error", "label-count", FINE)},
        ("“MC” 0 instead of 200",),
    ),
    "a synonym": Case(
        both(lambda f: f.update({FINE: np.where(f[FINE] == "BC", " bc ", f[FINE])}), lambda f: keep(f, FINE)),
        set(),
    ),
    "a label that no one documented": Case(
        both(lambda f: f[FINE].__setitem__(3, "5P-XY"), lambda f: keep(f, FINE)),
        set(),
    ),
    "half of fine shuffled": Case(
        lambda f: shuffle(f, FINE),
        {("error", "class-contradicted", FINE), ("error", "contradiction-rate", FINE)},
    ),
    "half of the metamodel shuffled": Case(
        lambda f: shuffle(f, METAMODEL),
        {
            ("info", "class-contradicted", FINE), ("error", "contradiction-rate", METAMODEL),
        },
        ("Baylor fine: ",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_labels_far_from_what_is_known_are_found_and_nothing_else(name: str) -> None:
    labels = sound()
    CASES[name].change(labels)
    said = found(labels)
    assert said.keys() == CASES[name].found
    assert [words for words in CASES[name].words if words not in " ".join(said.values())] == []


def test_a_label_that_counts_as_no_subclass_can_have_been_exchanged_too() -> None:
    names = {"23P": "L2a", "4P": "L4c", "6P-IT": "L6wm"}
    manual = np.repeat([*names], [400, 300, 200]).astype("<U12")
    labels = {MANUAL: manual, M_TYPES: np.array([names[label] for label in manual])}
    assert not [key for key in found(labels) if key[1] == "exchanged-labels"]
    exchange(labels, M_TYPES, "L6wm", "L4c")
    said = {key: words for key, words in found(labels).items() if key[1] == "exchanged-labels"}
    assert "error" in {severity for severity, _, _ in said}
    assert any("“L4c”" in words and "“L6wm”" in words for words in said.values())


def test_scans_that_are_not_documented_fail_only_where_matched_by_hand() -> None:
    units = pd.DataFrame({"session": [4, 4, 9], "scan_idx": [7, 8, 99], "unit_id": [1, 2, 3]})
    said = findings({UNITS: units, AUTOMATED: units})
    assert said.keys() == {("error", "unknown-scan", UNITS), ("warning", "unknown-scan", AUTOMATED)}
    assert all("session 4 scan 8" in words and "session 9 scan 99" in words for words in said.values())
    assert findings({UNITS: units.head(1)}) == {}


@pytest.mark.parametrize(
    ("n", "of", "expected", "exceeds"),
    [
        *((0, 0, 0.5, False), (5, 10, 0.5, False), (10, 10, 0.5, False), (24, 24, 0.5, True)),
        *((1, 3, 0.0104, False), (509, 49_050, 0.0104, False), (800, 49_050, 0.0104, True)),
        *((1, 10, 0.0, True), (0, 10, 0.0, False), (9, 10, 1.0, True)),
    ],
)
def test_what_chance_can_do(n: int, of: int, expected: float, exceeds: bool) -> None:
    assert exceeds_chance(n, of, expected) == exceeds


def test_chance_is_never_taken_for_a_fault() -> None:
    random = np.random.default_rng(661)
    for of, expected in ((10, 0.5), (300, 0.01), (5_000, 0.02), (50_000, 0.0104)):
        drawn = random.binomial(of, expected, 5_000)
        assert not any(exceeds_chance(int(n), of, expected) for n in np.unique(drawn))
