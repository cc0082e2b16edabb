"""Every release in the archive loads from it without a token, and what is not there says where it is."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.analysis.code_export.recipes import ShownRows, rows_snippet, selection_snippet
from components.analysis.code_export.script import origins
from components.analysis.labels.ranges import Range
from components.analysis.releases.carried import GRAFT_OUTCOMES, ROOTLESS
from components.analysis.selection.filters import Filters
from components.analysis.selection.kinds import Filtered
from data.__main__ import main
from data.catalog import EVERY_TABLE
from data.catalog.whereabouts import archived_releases, in_archive, whereabouts
from data.errors import BadTable, HostUnreachable, SettingsError, TableAbsent
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from data.volume.space import oriented_um
from tests.archived_releases import (
    DETECTIONS,
    FORMS,
    METAMODEL,
    PREFERRED,
    SPLIT,
    Form,
    archived_names,
    lost,
    made_rows,
    release_files,
    roots,
)
from tests.loopback_archive import Answer, LoopbackArchive, running_archive
from tests.loopback_cave import TOKEN, LoopbackCave, running_cave
from tests.made_release import run
from tests.page_reader import opened as page
from tests.page_reader import words

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
AREAS, PROOFREAD, INFO = (
    "nucleus_functional_area_assignment",
    "proofreading_status_and_strategy",
    "aibs_cell_info",
)
FINE, COMBO = "baylor_gnn_cell_type_fine_model_v2", "cell_type_multifeature_combo"


@pytest.fixture(scope="module")
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        for release, form in FORMS.items():
            running.files |= release_files(release, form)
        running.files |= release_files(1507, Form("_merged", wkb=True), number=1999)
        yield running


def opened(archive: LoopbackArchive, cache: Path, release: int, **others: object) -> OpenRelease:
    given = {"source": "auto", "archive": archive.url, "cache": cache, "release": release} | others
    return open_release(read_settings(given, environ={}, secrets=()), sample_when_offline=True)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


# Every table of every release


@pytest.mark.parametrize("release", FORMS)
def test_every_table_of_the_archive_loads_without_a_token(
    release: int, archive: LoopbackArchive, cache: Path
) -> None:
    found = opened(archive, cache, release)
    loaded, known = found.load_release(archived_names(release)), roots(release)
    assert {name: error for name, error in loaded.items() if not isinstance(error, LabelTable)} == {}
    for name in loaded:
        table, frame, rows = EVERY_TABLE[name], found.load_labels(name).frame, made_rows(name, release)
        nuclei = frame["nucleus_id"].to_numpy()
        if not table.by_point:
            assert nuclei.tolist() == rows[table.id_column].tolist(), name
        assert frame["root_id"].tolist() == known.reindex(nuclei).tolist(), name
        columns = [column for column, _ in table.own_columns]
        assert set(columns) <= {*frame}, name
        if table.level and table.name != INFO:
            assert frame["cell_type"].astype(str).tolist() == rows["cell_type"].tolist(), name
    places = made_rows(DETECTIONS, release)
    expected = oriented_um(places[SPLIT].to_numpy(float))
    frame = found.load_labels(DETECTIONS).frame
    assert np.abs(frame[["x_um", "depth_um", "z_um"]].to_numpy() - expected).max() < 0.01


def test_rows_that_name_a_point_find_their_nucleus(archive: LoopbackArchive, cache: Path) -> None:
    loaded = opened(archive, cache, 1507).load_labels(PROOFREAD)
    detected = made_rows(DETECTIONS, 1507)
    assert loaded.frame["nucleus_id"].tolist() == detected["id"].tolist()
    assert (loaded.frame["valid_id"] == made_rows(PROOFREAD, 1507)["valid_id"].to_numpy()).all()
    assert any("centres lie within" in note for note in loaded.provenance.notes)


def test_a_wide_view_gives_its_label_its_class_and_where_each_came_from(
    archive: LoopbackArchive, cache: Path
) -> None:
    frame = opened(archive, cache, 1507).load_labels(INFO).frame
    assert set(frame["classification_system"].cat.categories) == {"aibs_neuronal", "aibs_nonneuronal"}
    assert set(frame["cell_type_source"].cat.categories) == {*PREFERRED}
    assert "volume_um3" in frame


# What is not there


@pytest.mark.parametrize(
    ("release", "name", "words"),
    [
        (1300, INFO, "CAVE holds it for v1300, and asks for the token of a free account"),
        (1300, INFO, "The archive holds it for v1412–v1507"),
        (1822, COMBO, "CAVE holds it for v1822"),
        (1718, FINE, "The archive holds it for v661–v795, v1300–v1507"),
        (795, "connectivity_groups_v507", "it is known for v661. The archive holds it for v661"),
        (
            1078,
            DETECTIONS,
            "stated to hold it for v1078, and does not; CAVE no longer serves that release.",
        ),
    ],
)
def test_what_is_not_there_says_where_it_is(
    release: int, name: str, words: str, archive: LoopbackArchive, tmp_path: Path
) -> None:
    with pytest.raises(TableAbsent, match="does not hold") as caught:
        opened(archive, tmp_path, release).load_labels(name)
    assert words in caught.value.remedy


def test_an_absence_is_learnt_once_and_asked_again_on_demand(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        asked = len(archive.asked)
        with pytest.raises(TableAbsent) as caught:
            opened(archive, tmp_path, 1822).load_labels(COMBO)
    assert len(archive.asked) == asked
    assert "and is not asked again" in caught.value.problem
    command = ["--archive", archive.url, "--cache", str(tmp_path), "--release", "1822", "--json"]
    assert main(["status", *command]) == 0
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["tables"]}
    assert (states[COMBO], states[AREAS]) == ("absent", "not fetched")
    assert main(["fetch", COMBO, *command]) == 2
    assert len(archive.asked) > asked


def test_nothing_is_learnt_where_nothing_of_a_whole_release_is_there(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    found = opened(archive, tmp_path, 1412)
    with pytest.raises(TableAbsent):
        found.load_labels(AREAS)
    assert found.cache.absences == ()


def test_the_sample_stands_in_for_no_other_release(tmp_path: Path) -> None:
    settings = read_settings({"archive": NOWHERE, "cache": tmp_path, "release": 1300}, environ={})
    with pytest.raises(HostUnreachable, match="no table of v1300 is cached"):
        open_release(settings, sample_when_offline=True)


@pytest.fixture
def cave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackCave]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with running_cave() as running:
        yield running


def test_auto_asks_cave_only_for_what_the_archive_lacks_and_only_if_told(
    archive: LoopbackArchive, cave: LoopbackCave, tmp_path: Path
) -> None:
    cave.versions[1822] = True
    given = {"cave": cave.url, "token": TOKEN}
    with pytest.raises(TableAbsent):
        opened(archive, tmp_path, 1822, **given).load_labels(FINE)
    assert cave.queries() == []
    found = opened(archive, tmp_path, 1822, from_cave=True, **given)
    loaded = found.load_labels(FINE)
    assert (loaded.provenance.source, found.source.name) == ("cave", "archive")
    assert any("Taken from CAVE" in note for note in loaded.provenance.notes)
    assert opened(archive, tmp_path, 1822).provenance(FINE) == loaded.provenance
    assert opened(archive, tmp_path, 1822, source="archive").provenance(FINE) is None
    asked = len(cave.queries())
    assert (
        opened(archive, tmp_path, 1507, from_cave=True, **given).load_labels(AREAS).provenance.source
        == "archive"
    )
    assert len(cave.queries()) == asked


def test_without_a_token_cave_is_not_asked(
    archive: LoopbackArchive, cave: LoopbackCave, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="wants a token"):
        opened(archive, tmp_path, 1822, cave=cave.url, from_cave=True).load_labels(FINE)


# A release that the catalogue does not know


def test_an_unknown_release_opens_and_works_offline_once_cached(tmp_path: Path) -> None:
    with running_archive() as archive:
        archive.files |= release_files(1507, Form("", wkb=True), number=1999)
        found = opened(archive, tmp_path, 1999)
        assert (found.release.timestamp, found.release.moment) == (None, "on a day that is not known")
        assert isinstance(found.load_labels(AREAS), LabelTable)
        assert main(["fetch", "--archive", archive.url, "--cache", str(tmp_path), "--release", "1999"]) == 0
        with pytest.raises(
            SettingsError, match="no public release v1998, and the public archive holds nothing"
        ):
            opened(archive, tmp_path, 1998)
    again = opened(archive, tmp_path, 1999)
    assert len(again.load_labels(AREAS).frame) == len(made_rows(AREAS, 1507))
    with pytest.raises(HostUnreachable):
        opened(archive, tmp_path, 1998)


# Faults, in either form


FAULTS = {
    "cut": (Answer(body=b"\x1f\x8b" + b"0" * 20, length=22), BadTable, "cut short or damaged"),
    "a web page": (Answer(body=b"<html>Sign in</html>", length=20), BadTable, "web page"),
    "a server's error": (Answer(status=500, length=0, body=b""), BadTable, "HTTP 500"),
    "busy": (Answer(status=503), BadTable, "HTTP 503"),
    "a broken line": (Answer(body=b"0" * 10, length=999), BadTable, "did not deliver"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("release", [1300, 1507, 1999])
def test_a_fault_of_the_archive_is_named_and_nothing_is_kept(
    fault: str, release: int, archive: LoopbackArchive, tmp_path: Path
) -> None:
    answer, kind, words = FAULTS[fault]
    naming = FORMS[release].naming if release in FORMS else "_merged"
    found, path = opened(archive, tmp_path, release), f"/v{release}/{AREAS}{naming}.csv.gz"
    archive.faults[path] = [answer] * (4 if answer.status == 503 else 1)  # a busy server is asked again
    with pytest.raises(kind, match=words):
        found.load_labels(AREAS)
    assert (found.provenance(AREAS), found.absence(AREAS)) == (None, None)
    assert isinstance(found.load_labels(AREAS), LabelTable)


@pytest.mark.parametrize("release", [1300, 1999])
def test_a_slow_archive_is_given_up_and_asked_anew(
    release: int, archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v{release}/{AREAS}{'' if release == 1300 else '_merged'}.csv.gz"
    archive.stalled.add(path)
    with monkeypatch.context() as patch:
        patch.setattr("data.sources.archive.READ_SECONDS", 0.2)
        with pytest.raises(BadTable, match="did not deliver"):
            opened(archive, tmp_path, release).load_labels(AREAS)
    archive.stalled.clear()
    assert isinstance(opened(archive, tmp_path, release).load_labels(AREAS), LabelTable)


def test_the_nuclei_of_tables_that_are_not_joined_to_them_are_fetched_once(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    archive.asked.clear()
    found = opened(archive, tmp_path, 1300)
    loaded = found.load_release([FINE, AREAS, "nucleus_ref_neuron_svm"])
    assert all(isinstance(one, LabelTable) for one in loaded.values())
    assert archive.asked.count(f"/v1300/{DETECTIONS}.csv.gz") == 1


def test_an_unknown_release_reads_offline_on_the_command_line_and_on_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = ["aibs_metamodel_celltypes_v661", INFO]
    with running_archive() as stopped:
        stopped.files |= release_files(1507, Form("_merged", wkb=True), number=1999)
        serve(stopped, tmp_path, monkeypatch)
        assert main(["fetch", AREAS, DETECTIONS, *pair, "--release", "1999"]) == 0
    capsys.readouterr()
    assert main(["status", "--release", "1999", "--json"]) == 0
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["tables"]}
    assert states[AREAS] == states[DETECTIONS] == "loaded"
    saved = str(tmp_path / "answer.json")
    assert main(["agreement", *pair, "--release", "1999", "--save", saved]) == 0
    assert main(["verify", saved]) == 0
    app = page("soma_nucleus.py", release="1999")
    assert not app.exception
    assert "nuclei" in words(app)


# Code for either form


@pytest.mark.parametrize("release", [343, 943, 1300, 1507])
def test_a_script_reads_either_form_and_its_rows_are_those_of_the_app(
    release: int, archive: LoopbackArchive, cache: Path
) -> None:
    name = next(one for one in (FINE, METAMODEL, "nucleus_ref_neuron_svm") if one in archived_names(release))
    (loaded,) = opened(archive, cache, release).load_release([name]).values()
    assert isinstance(loaded, LabelTable)
    shown = ShownRows(
        loaded.table, loaded.frame, Filters({"depth": Range("depth_um", 100.0, 400.0)}),
        VOLUME.layer_presets[0], "type", loaded.as_axis,
    )  # fmt: skip
    rows = run(rows_snippet(origins(VOLUME.releases[release], archive=archive.url)[-1], shown))["rows"]
    inside = loaded.frame["depth_um"].between(100, 400)
    assert rows["nucleus_id"].tolist() == loaded.frame["nucleus_id"][inside].tolist()
    assert rows["root_id"].tolist() == loaded.frame["root_id"][inside].tolist()


def test_a_script_takes_the_official_areas_of_a_release(archive: LoopbackArchive, cache: Path) -> None:
    found = opened(archive, cache, 1507)
    loaded, table = found.load_labels(FINE), found.load_labels(AREAS)
    (origin,) = [
        one for one in origins(found.release, archive=archive.url, areas=AREAS) if one.name == "archive"
    ]
    frames = {FINE: loaded.frame, AREAS: table.frame}
    filters, selection = Filters({"area": ("LM",)}), Filtered(FINE, traits=(("LM",),))
    shown = ShownRows(loaded.table, loaded.frame, filters, VOLUME.layer_presets[0], "type", loaded.as_axis)
    nuclei = selection.nuclei(frames).tolist()
    tags = made_rows(AREAS, 1507)
    assert nuclei == sorted({*tags["target_id"][tags["tag"] == "LM"]} & {*loaded.frame["nucleus_id"]}) != []
    assert (
        run(rows_snippet(origin, shown))["rows"]["nucleus_id"].drop_duplicates().sort_values().tolist()
        == nuclei
    )
    selected = run(selection_snippet(origin, selection, frames, file="none.csv"))["nucleus_ids"]
    assert selected.tolist() == nuclei != selection.nuclei({FINE: loaded.frame}).tolist()


# The facts


LISTED = {
    661: {"connectivity_groups_v507", "nucleus_detection_lookup_v1", "aibs_soma_nuc_metamodel_preds_v117"},
    795: {"allen_minnie_extra_types", "bodor_pt_cells", "bodor_pt_target_proofread", "l5et_column", FINE},
    943: {"functional_properties_v3_bcm", "coregistration_auto_phase3_fwd", "coregistration_manual_v3"},
    1078: {AREAS, PROOFREAD, "vortex_astrocyte_proofreading_status", "coregistration_manual_v3"},
    1181: {AREAS, PROOFREAD, "nucleus_ref_neuron_svm"},
    1412: {INFO, FINE, "gamlin_2023_mcs", "gamlin_2023_mcs_met_types", "coregistration_auto_phase3_fwd_v2"},
}
UNLISTED = {
    795: {"connectivity_groups_v507"},
    943: {FINE, "allen_minnie_extra_types", "allen_column_mtypes_v1"},
    1181: {"coregistration_manual_v3", INFO},
    1412: {"coregistration_auto_phase3_fwd", COMBO},
    1718: {*EVERY_TABLE},
    1926: {*EVERY_TABLE},
}
"""By the lists of the manual (static repositories, June 2026) and what was seen of 1718."""


@pytest.mark.parametrize("release", sorted({*LISTED, *UNLISTED}))
def test_the_archive_holds_what_its_lists_name(release: int) -> None:
    held = {name for name in EVERY_TABLE if in_archive(EVERY_TABLE[name], release)}
    assert LISTED.get(release, set()) <= held
    assert held.isdisjoint(UNLISTED.get(release, set()))


def test_words_on_a_table_are_there_for_every_release_and_never_name_it_as_elsewhere() -> None:
    for table in EVERY_TABLE.values():
        for number in (*VOLUME.releases, 1999):
            words = whereabouts(table, number)
            assert words.endswith(".")
            assert f"v{number}" in words
            assert "should hold the table" not in whereabouts(table, number, missed=True)
    assert archived_releases(EVERY_TABLE[INFO]) == (1412, 1507)


# The command line


def test_the_command_releases_says_what_is_where(
    archive: LoopbackArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(archive, tmp_path, 1507).load_labels(AREAS)
    opened(archive, tmp_path, 1999).load_labels(AREAS)
    asked = len(archive.asked)
    command = ["releases", "--archive", archive.url, "--cache", str(tmp_path)]
    assert main([*command, "--json"]) == 0
    found = {one["number"]: one for one in json.loads(capsys.readouterr().out)}
    assert [*found] == sorted({*VOLUME.releases, 1484, 1999})
    assert found[1507]["cached"] == {AREAS: "archive"}
    assert (found[1507]["archive"], found[1718]["archive"], found[1926]["archive"]) == (
        "whole",
        "in part",
        "no",
    )
    assert INFO in found[1300]["tables"]
    assert INFO not in found[1300]["archived"]
    assert main(command) == 0
    assert "v1999" in capsys.readouterr().out
    assert main([*command, "AIBS cell info", "--release", "1300"]) == 0
    assert "in the archive for   v1412–v1507" in capsys.readouterr().out
    assert len(archive.asked) == asked


# From one release to another


def test_labels_of_one_release_are_grafted_on_another(
    archive: LoopbackArchive, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["--archive", archive.url, "--cache", str(cache), "--release", "1507"]
    written = tmp_path / "grafted.csv"
    assert main(["graft", FINE, "--labels-of", "661", "--csv", str(written), "--json", *common]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["labels_of"], record["release"], record["synthetic"]) == (661, 1507, False)
    assert sum(record["outcomes"].values()) == record["nuclei"] == made_rows(FINE, 661)["target_id"].nunique()
    assert min(record["outcomes"][outcome] for outcome in GRAFT_OUTCOMES if outcome != ROOTLESS) > 0
    rows = pd.read_csv(written)
    assert (
        rows["root_id"] == roots(1507).drop(lost(1507)).reindex(rows["nucleus_id"], fill_value=0).to_numpy()
    ).all()
    assert rows["earlier_root_id"].tolist() == roots(661)[rows["nucleus_id"]].tolist()
    assert main(["graft", FINE, "--labels-of", "1507", *common]) == 0
    text = capsys.readouterr().out
    assert "labels of v1507 on v1507" in text
    assert "        0  moved to another root ID" in text


def test_root_ids_that_rotted_are_followed_through_their_nuclei(
    archive: LoopbackArchive, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known, gone = roots(661), 864691135568539372
    here = known[~known.index.isin(lost(1507))]
    alone = here[~here.duplicated(keep=False) & ~roots(1507).duplicated(keep=False)[here.index]]
    moved, whole = (int(alone[(alone == roots(1507)[alone.index]) == same].iloc[0]) for same in (False, True))
    listed, written = tmp_path / "roots.txt", tmp_path / "fates.csv"
    listed.write_text(f"root_id,note\n{moved},a\n{whole},b\n{gone},c\n{moved},d\nno,e\n", "utf-8")
    command = ["rot", str(listed), "--archive", archive.url, "--cache", str(cache), "--csv", str(written)]
    assert main([*command, "--release", "1507", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    fates = {fate["root_id"]: fate for fate in record["fates"]}
    assert fates[str(whole)]["outcome"] == "the same root ID"
    assert str(moved) not in fates[str(moved)]["later_root_ids"]
    assert fates[str(gone)]["outcome"].startswith("no nucleus on it")
    assert (record["roots"], record["no_root_ids"], sum(record["outcomes"].values())) == (3, 1, 3)
    assert (record["source"], record["synthetic"]) == ("archive", False)
    assert pd.read_csv(written)["root_id"].tolist() == [moved, whole, gone]
    listed.write_text(f"{whole}\n", "utf-16")
    assert main([*command, "--release", "661"]) == 0
    listed.write_text("no root here\n", "utf-8")
    assert main([*command, "--release", "1507"]) == 2


# On pages


def serve(archive: LoopbackArchive, cache: Path, monkeypatch: pytest.MonkeyPatch, **others: str) -> None:
    for name, value in {"SOURCE": "auto", "ARCHIVE": archive.url, "CACHE": str(cache), **others}.items():
        monkeypatch.setenv(f"CELL_TYPES_{name}", value)


def test_a_family_page_shows_the_tables_that_the_chosen_release_has(
    archive: LoopbackArchive, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(archive, cache, monkeypatch)
    app = page("soma_nucleus.py", release="1507")
    assert not app.exception
    assert app.selectbox(key="soma_nucleus").options == ["Metamodel, features of 661", "AIBS cell info"]
    assert "does not hold" not in words(app)
    assert "calls of the cell type are those of the table that their row names" in words(app)
    assert "No two tables occur in both orders" in words(app)
    assert "By the fitted planes" in words(app)
    unknown = page("soma_nucleus.py", release="1999")
    assert not unknown.exception
    assert "No page or list names the tables of v1999" in words(unknown)
    assert "The link names a release that is not public" in words(page("nuclei.py", release="1998"))


def test_a_page_takes_areas_from_the_table_of_its_release(
    archive: LoopbackArchive, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(archive, cache, monkeypatch)
    app = page("baylor.py", release="1507", only_area=["LM"], select=f"filter:{FINE}:where=LM")
    frames = {name: opened(archive, cache, 1507).load_labels(name).frame for name in (FINE, AREAS)}
    n = len(Filtered(FINE, traits=(("LM",),)).nuclei(frames))
    said = words(app)
    assert f"**{n:,} nuclei selected** — area LM (official table) in Baylor fine" in said
    assert f"**{n:,} of " in said
    assert any(
        "area_of(rows)" in block.value and f'read_table("{AREAS}")' in block.value for block in app.code
    )
    assert "approximate) in" not in said


def test_units_are_compared_between_the_tables_that_the_chosen_release_has(
    archive: LoopbackArchive, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(archive, cache, monkeypatch)
    said = words(page("coregistration.py", release="1507"))
    assert "This compares the two coregistration tables" not in said
    assert f"units in {EVERY_TABLE['coregistration_manual_v4'].title}" in said


def test_a_page_takes_a_table_from_cave_once_the_reader_says_so(
    archive: LoopbackArchive, cave: LoopbackCave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cave.versions[1822] = True
    serve(archive, tmp_path, monkeypatch, CAVE=cave.url, TOKEN=TOKEN)
    app = page("baylor.py", release="1822")
    assert f"does not hold {FINE} of release v1822" in words(app).replace("\\", "")
    assert cave.queries() == []
    app.button(key=f"cave-{FINE}").click().run()
    assert not app.exception
    assert "5 nuclei" in words(app)
    assert "**Rows from**: CAVE" in words(page("baylor.py", release="1822", drawer=["About"]))
    overview = page("overview.py", release="1822")
    listed = next(one.value for one in overview.dataframe if "Rows from" in one.value)
    assert listed.set_index("Name in CAVE").loc[FINE, "Rows from"] == "CAVE"


def test_releases_begins_with_a_release_that_the_source_really_holds(
    archive: LoopbackArchive, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 661 the next is 795, of 1507 the one before is 1412; the catalogue takes both for archived."""
    serve(archive, cache, monkeypatch)
    begun = {}
    for release in ("661", "1507"):
        app = page("releases.py", release=release)
        assert not app.exception
        assert not app.error
        begun[release] = app.selectbox(key="against").value
    assert begun == {"661": "v943", "1507": "v1300"}
    named = page("releases.py", release="661", against="v1412")
    assert named.selectbox(key="against").value == "v1412"
