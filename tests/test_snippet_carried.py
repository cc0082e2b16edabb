"""The code that carries labels and root IDs from one release to another gives what the pages show."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from components.analysis.code_export.carried import MOST_ROOTS, graft_snippet, rot_snippet
from components.analysis.code_export.comparisons import matrix_snippet
from components.analysis.code_export.recipes import selection_snippet
from components.analysis.code_export.script import Origin, origins
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.output.frozen.answer import Loaded, frozen_answer
from components.analysis.output.frozen.question import Question
from components.analysis.releases.carried import graft, graft_counts, root_fates
from components.analysis.releases.carried_table import Grafted, carried_entry, carry, rooted_nuclei
from components.analysis.selection.filters import Filters
from components.analysis.selection.kinds import Filtered
from data.__main__ import main
from data.catalog import EVERY_TABLE, OWN_TABLES
from data.catalog.facts import Carried
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.archived_releases import FORMS, release_files
from tests.loopback_archive import LoopbackArchive, running_archive
from tests.made_release import run

FINE, INFO = "baylor_gnn_cell_type_fine_model_v2", "aibs_cell_info"
NUMBERS = (661, 1507)


@pytest.fixture(scope="module")
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        for number in NUMBERS:
            running.files |= release_files(number, FORMS[number])
        yield running


@pytest.fixture(scope="module")
def both(
    archive: LoopbackArchive, tmp_path_factory: pytest.TempPathFactory
) -> tuple[OpenRelease, OpenRelease]:
    given = {"source": "archive", "archive": archive.url, "cache": tmp_path_factory.mktemp("cache")}
    made = (read_settings({**given, "release": number}) for number in NUMBERS)
    first, last = (open_release(settings, sample_when_offline=False) for settings in made)
    return first, last


@pytest.fixture(scope="module")
def origins_of(archive: LoopbackArchive) -> tuple[Origin, Origin]:
    first, last = (origins(VOLUME.releases[number], archive=archive.url)[-1] for number in NUMBERS)
    return first, last


def carried(both: tuple[OpenRelease, OpenRelease]) -> Grafted:
    entry = carried_entry(EVERY_TABLE[FINE], Carried(FINE, NUMBERS[0]), NUMBERS[1])
    return carry(both[0].load_labels(FINE), entry, *both)


def test_the_code_of_a_graft(
    both: tuple[OpenRelease, OpenRelease], origins_of: tuple[Origin, Origin]
) -> None:
    labels = both[0].load_labels(FINE)
    fates = graft(labels.frame, *map(rooted_nuclei, both))
    got = run(graft_snippet(origins_of, labels.table))
    assert got["grafted"]["outcome"].tolist() == fates["outcome"].tolist()
    for name in ("nucleus_id", "root_id", "earlier_root_id"):
        assert got["grafted"][name].tolist() == fates[name].tolist()
    counts = graft_counts(fates)
    assert got["counts"].to_dict() == counts[counts > 0].to_dict()
    assert len(got["counts"]) > 1


@pytest.mark.parametrize("n", [20, MOST_ROOTS + 1])
def test_the_code_of_a_rot_check(
    n: int,
    both: tuple[OpenRelease, OpenRelease],
    origins_of: tuple[Origin, Origin],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nuclei = [*map(rooted_nuclei, both)]
    known = [root for root in nuclei[0]["root_id"].unique().tolist() if root]
    listed = [*known[:n], 77]
    fates = root_fates(listed, *nuclei)
    fates.to_csv(tmp_path / "rot.csv", index=False)
    monkeypatch.chdir(tmp_path)
    got = run(rot_snippet(origins_of, listed, "rot.csv"))["rot"]
    assert got["root_id"].tolist() == listed
    assert got["outcome"].tolist() == fates["outcome"].astype(str).tolist()
    assert [" ".join(map(str, roots)) for roots in got["later_root_ids"]] == fates["later_root_ids"].tolist()
    assert got["outcome"].nunique() > 2


def test_code_reads_carried_labels_like_any_table(
    both: tuple[OpenRelease, OpenRelease],
    origins_of: tuple[Origin, Origin],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labels, other = carried(both).labels, both[1].load_labels(INFO)
    OWN_TABLES[labels.table.name] = labels.table
    axes = (labels.as_axis, other.as_axis)
    expected = measure_agreement(pair_labels(*axes, "class"))
    snippet = matrix_snippet(origins_of[1], expected.pairs, axes)
    assert run(snippet)["matrix"].to_numpy().tolist() == expected.matrix.to_numpy().tolist()
    assert snippet.status.count("Runs for v") == 2
    word = str(labels.frame["cell_type"].cat.categories[0])
    selection, frames = Filtered(labels.table.name, (word,)), {labels.table.name: labels.frame}
    monkeypatch.chdir(tmp_path)
    names = run(selection_snippet(origins_of[1], selection, frames, file="selected.csv"))
    assert np.sort(names["nucleus_ids"]).tolist() == selection.nuclei(frames).tolist() != []


def test_carried_labels_keep_what_they_say_and_take_the_other_releases_roots(
    both: tuple[OpenRelease, OpenRelease],
) -> None:
    grafted, labels = carried(both), both[0].load_labels(FINE)
    loaded, kept = grafted.labels, labels.frame["nucleus_id"].isin(rooted_nuclei(both[1])["nucleus_id"])
    assert loaded.frame["cell_type"].tolist() == labels.frame.loc[kept, "cell_type"].tolist()
    known = rooted_nuclei(both[1]).set_index("nucleus_id")["root_id"]
    assert loaded.frame["root_id"].tolist() == known[loaded.frame["nucleus_id"]].tolist()
    assert [*loaded.frame] == [*labels.frame]
    assert loaded.table.title == f"v661 on v1507: {labels.table.title}"
    assert loaded.provenance.notes[0].startswith("Labels of v661 on the nuclei of v1507: of ")
    assert loaded.key != labels.key


def test_a_frozen_answer_of_carried_labels_is_verified_on_the_command_line(
    archive: LoopbackArchive,
    both: tuple[OpenRelease, OpenRelease],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    labels, partner = carried(both).labels, both[1].load_labels(INFO)
    OWN_TABLES[labels.table.name] = labels.table
    question = Question(
        table=labels.table.name,
        label_source=labels.table.name,
        filters=Filters(),
        partner=INFO,
        compared_at="class",
    )
    tables = {labels.table.name: labels, INFO: partner}
    saved = tmp_path / "answer.json"
    text = frozen_answer(question, Loaded(both[1], tables), page="agreement", parameters={})
    saved.write_text(text, "utf-8")
    given = ["--source", "archive", "--archive", archive.url, "--cache", str(tmp_path)]
    assert main(["verify", str(saved), *given]) == 0
    assert "The same: 2 tables" in capsys.readouterr().out
