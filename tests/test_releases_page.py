"""The releases page, and the release that the reader chooses in the frame of every page."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.volume import VOLUME
from tests.loopback_archive import FINE, FINE_ROWS, running_archive, table_files, write_table
from tests.page_reader import PAGES, opened
from tests.page_reader import words as said

METAMODEL, SECOND = "aibs_soma_nuc_metamodel_preds_v117", "aibs_metamodel_celltypes_v661"
UNITS, UNITS_4 = "coregistration_manual_v3", "coregistration_manual_v4"
UNIT_HEADER = (
    "id,int64\ntarget_id,int64\nsession,int64\nscan_idx,int64\nunit_id,int64\npt_root_id,int64\n"
    + "".join(f"pt_position_{axis},int64\n" for axis in "xyz")
)
AT = (175760, 126480, 15504)
LATER_ROWS = [
    # 101 as it was; 102 with another label and root; 103 gone; 104 new
    (7, 101, "s", "23P", 864691135568539372, *AT),
    (8, 102, "s", "5P-IT", 864691135568539999, *AT),
    (9, 104, "s", "BC", 5, *AT),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "releases"
    made.mkdir()
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(made))
    return made


@pytest.fixture
def two(folder: Path) -> Path:
    write_table(folder, FINE, FINE_ROWS)
    write_table(folder, FINE, LATER_ROWS, release=795)
    return folder


def run(page: str = "releases.py", **query: str) -> AppTest:
    return opened(page, **query)


def words(app: AppTest) -> str:
    return said(app).replace("\\", "")


def lists(app: AppTest) -> list[list[list[str]]]:
    return [frame.value.astype(str).to_numpy().tolist() for frame in app.dataframe]


def chosen(app: AppTest) -> dict[str, object]:
    return {box.label: box.value for box in app.selectbox}


def in_link(app: AppTest, name: str) -> str:
    """Give what the link holds, which a test's app may give as text or as a list of one."""
    value = app.query_params.get(name, "")
    return value if isinstance(value, str) else value[0]


# One table in two releases


@pytest.mark.parametrize("there", [343, 795, 943])
def test_the_other_release_is_one_that_the_folder_holds(there: int, folder: Path) -> None:
    for release in (661, there):
        write_table(folder, METAMODEL, FINE_ROWS, release=release)
    assert chosen(run(of="Soma-nucleus metamodel"))["Compare with release"] == f"v{there}"


@pytest.mark.usefixtures("two")
def test_the_page_opens_on_a_table_that_the_folder_holds() -> None:
    assert chosen(run())["Table of v661"] == "Baylor fine"


@pytest.mark.usefixtures("two")
def test_nuclei_labels_and_root_ids_are_three_lists() -> None:
    app = run(of="Baylor fine", against="v795")
    assert [one.value for one in app.subheader[:3]] == [
        "Labels changed",
        "Nuclei added or gone",
        "Root IDs changed",
    ]
    assert lists(app)[:3] == [
        [["102", "5P-ET", "5P-IT"]],
        [["104", "added"], ["103", "gone"]],
        [["102", "864691135568539373", "864691135568539999", "another root ID"]],
    ]


@pytest.mark.usefixtures("two")
def test_the_earlier_release_stands_first_whichever_is_open() -> None:
    there, back = run(of="Baylor fine", against="v795"), run(release="795", of="Baylor fine", against="v661")
    assert lists(there) == lists(back)
    assert list(back.dataframe[0].value.columns) == ["nucleus_id", "v661_label", "v795_label"]


@pytest.mark.usefixtures("two")
def test_the_nuclei_of_a_list_can_be_selected() -> None:
    app = run(of="Baylor fine", against="v795")
    app.button(key="select-labels-changed").click().run()
    assert not app.exception
    assert "102" in in_link(app, "select")


def test_a_metamodel_meets_its_successor_of_another_release(folder: Path) -> None:
    write_table(folder, METAMODEL, [(1, 11, "aibs_neuronal", "BC", 5, *AT), (2, 12, "s", "oligo", 6, *AT)])
    write_table(
        folder,
        SECOND,
        [(1, 12, "nonneuron", "OPC", 6, *AT), (2, 13, "nonneuron", "oligo", 7, *AT)],
        release=943,
    )
    app = run(of="Soma-nucleus metamodel", against="v943")
    assert chosen(app)["Table of v943"] == "Metamodel, features of 661"
    assert lists(app)[0] == [["12", "oligo", "OPC"]]
    assert "Neither table is the truth" in words(app)


def test_the_table_of_the_other_release_can_be_chosen(folder: Path) -> None:
    write_table(folder, METAMODEL, [(1, 11, "aibs_neuronal", "BC", 5, *AT)])
    write_table(folder, SECOND, [(1, 11, "inhibitory_neuron", "MC", 5, *AT)], release=795)
    here = {"of": "Soma-nucleus metamodel", "against": "v795"}
    assert "does not hold" in words(run(**here))  # 795 is known to hold the same table, so that comes first
    app = run(**here, **{"beside-Soma-nucleus metamodel": "Metamodel, features of 661"})
    assert lists(app)[0] == [["11", "BC", "MC"]]


def test_units_have_matches_and_no_labels(folder: Path) -> None:
    write_table(folder, UNITS, [(1, 11, 4, 7, 1, 5, *AT), (2, 12, 4, 7, 2, 6, *AT)], UNIT_HEADER)
    write_table(
        folder, UNITS_4, [(1, 11, 4, 7, 1, 5, *AT), (2, 13, 4, 7, 2, 6, *AT)], UNIT_HEADER, release=1181
    )
    app = run(of="Manual coregistration", against="v1181")
    assert "Matches changed" in [one.value for one in app.subheader]
    assert [row[-2:] for row in lists(app)[0]] == [["12", "13"]]


# What a source does not hold


def test_a_release_that_is_not_there_is_said_with_the_remedy(folder: Path) -> None:
    write_table(folder, FINE, FINE_ROWS)
    (folder / "v795").mkdir()
    said = words(run(of="Baylor fine", against="v795"))
    assert f"does not hold {FINE} of release v795" in said
    assert str(folder / "v795") in said


def test_a_folder_without_releases_is_not_compared_with_itself(two: Path) -> None:
    for path in (two / "v661").iterdir():
        path.rename(two / path.name)
    for path in (two / "v795").iterdir():
        path.unlink()
    assert "one and the same file" in words(run(of="Baylor fine", against="v795"))


@pytest.mark.usefixtures("sample")
def test_the_sample_has_one_release_and_says_what_the_page_would_show() -> None:
    app = run(against="v795")
    assert "The sample is drawn for one release" in words(app)
    assert "v661/" in words(app)
    assert app.selectbox[0].options == ["v661 · archived"]


def test_measured_rows_are_never_compared_with_made_up_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """795 was fetched when there was a network; 661 is asked for when there is none."""
    with running_archive() as archive:
        archive.files |= {
            path.replace("v661", "v795"): body for path, body in table_files(FINE, LATER_ROWS).items()
        }
        monkeypatch.setenv("CELL_TYPES_ARCHIVE", archive.url)
        app = run(release="795", of="Baylor fine", against="v1822")
        assert "Nothing states that the archive holds the tables of v1822" in words(app)
    said = words(run(release="795", of="Baylor fine", against="v661"))
    assert "Measured rows are never compared with made-up ones" in said


# The release of the frame


@pytest.mark.usefixtures("two")
def test_every_page_opens_the_links_release_and_offers_those_of_the_folder(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        with subtests.test(page):
            app = run(page, release="795")
            (picker,) = (box for box in app.selectbox if box.label == "Release")
            assert picker.value == 795
            assert picker.options == ["v661 · archived", "v795 · archived"]
            assert "Release **v795**" in words(app)
            assert in_link(app, "release") == "795"


@pytest.mark.usefixtures("two")
def test_the_chosen_release_is_opened_and_kept_in_the_link() -> None:
    app = run("baylor.py")
    assert in_link(app, "release") == ""
    next(box for box in app.selectbox if box.label == "Release").set_value(795).run()
    assert not app.exception
    assert "Release **v795**" in words(app)
    assert in_link(app, "release") == "795"
    next(box for box in app.selectbox if box.label == "Release").set_value(661).run()
    assert "Release **v661**" in words(app)
    assert in_link(app, "release") == ""


def test_the_environments_release_is_the_default(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELL_TYPES_RELEASE", "795")
    assert "Release **v795**" in words(run("baylor.py"))
    assert "Release **v661**" in words(run("baylor.py", release="661"))


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("odd", ["999", "v12345678901234567890", "<b>x</b>", "٦٦١", "-1", ""])
def test_an_odd_release_in_a_link_is_a_notice(odd: str) -> None:
    app = run("baylor.py", release=odd)
    assert "Release **v661**" in words(app)
    assert [one.value for one in app.warning] == (
        ["The link names a release that is not public, so this page shows v661."] if odd else []
    )
    assert not odd.startswith("<") or odd not in words(app)
    assert in_link(app, "release") == ""


@pytest.mark.usefixtures("sample")
def test_a_release_that_the_sample_has_not_is_a_notice() -> None:
    app = run("baylor.py", release="943")
    assert "does not show v943" in words(app)
    assert "Release **v661**" in words(app)


def test_the_code_gives_the_same_lists(two: Path) -> None:
    code = run(of="Baylor fine", against="v795").code[0].value
    names: dict[str, Any] = {}
    with running_archive() as archive:
        archive.serve_folder(two)
        exec(code.replace(VOLUME.archive, archive.url), names)
    assert [names[which].tolist() for which in ("kept", "added", "gone")] == [[101, 102], [104], [103]]
    assert names["moved"].reset_index().to_numpy().tolist() == [[102, 864691135568539373, 864691135568539999]]
    pairs = names["pairs"].reset_index().to_numpy().tolist()
    assert pairs == [[101, "23P", "23P"], [102, "5P-ET", "5P-IT"]]
    assert names["matrix"].to_numpy().sum() == 2
