"""The page of one nucleus: found in three ways, read with whatever tables are at hand, gone on from."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import listed
from components.analysis.selection.text import to_text
from components.point_cloud.view import Picked
from components.ui.nucleus import neighbours
from components.ui.session.links import nucleus_link
from data.catalog import TABLES
from data.opening import open_release
from data.settings import read_settings
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, UNIT_HEADER, table_files, write_files
from tests.page_reader import figures, metrics, opened, tick, words
from tests.test_nucleus_profile import HEAD, odd_files

DETECTIONS, METAMODEL = "nucleus_detection_v0", "aibs_soma_nuc_metamodel_preds_v117"
MARKUP = "<img src=x onerror=alert(1)>[c](javascript:d):red[e]$f$"
BOXES = ("nucleus", "root", "at")


@pytest.fixture(name="sample")
def frames_of_the_sample(sample: Path) -> dict[str, pd.DataFrame]:
    release = open_release(read_settings({}), sample_when_offline=False)
    return {name: release.load_labels(name).frame for name in (DETECTIONS, FINE, COARSE, METAMODEL)}


def use_rows(monkeypatch: pytest.MonkeyPatch, folder: Path, files: dict[str, bytes]) -> None:
    write_files(folder, files)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(folder))


def shown_nucleus(app: AppTest) -> int | None:
    """Which nucleus's profile is open."""
    found = re.search(r"nucleus \*\*(\d+)\*\*", words(app))
    return int(found[1]) if found else None


def boxes(app: AppTest) -> dict[str, str | None]:
    return {box.key: box.value for box in app.text_input if box.key in BOXES}


def table(app: AppTest) -> pd.DataFrame:
    """Who says what."""
    return next(frame.value for frame in app.dataframe if "Says" in frame.value and "Table" in frame.value)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


# Found in three ways


def test_without_a_nucleus_the_page_says_how_to_find_one(sample: dict[str, pd.DataFrame]) -> None:
    app = opened("nucleus.py")
    assert shown_nucleus(app) is None
    assert "Write an ID or a place above" in words(app)
    example = app.button(key="example-0")
    press(app, "example-0")
    assert str(shown_nucleus(app)) == example.label.split()[0]
    assert app.query_params["nucleus"] in (str(shown_nucleus(app)), [str(shown_nucleus(app))])


def test_a_nucleus_by_its_id(sample: dict[str, pd.DataFrame]) -> None:
    row = sample[METAMODEL].iloc[100]
    app = opened("nucleus.py", nucleus=str(row["nucleus_id"]))
    assert shown_nucleus(app) == row["nucleus_id"]
    said = table(app).set_index("Name in CAVE")
    assert said["Says"].map(list)[METAMODEL] == [row["cell_type"]]
    assert set(said.index) == set(TABLES)
    first = next(one for one in said["Made by"] if one != "hand")
    assert (first, said["Made by"].iloc[0]) == ("clustering", "hand")
    assert metrics(app)["Depth"] == f"{row['depth_um']:,.1f} µm"
    assert "SYNTHETIC ROWS" in str(figures(app)["around"])
    assert all(frame.value["synthetic"].all() for frame in app.dataframe)
    assert f'table["nucleus_id"] == {row["nucleus_id"]}]' in app.code[0].value


def test_a_shared_root_lists_its_nuclei_to_choose_from(sample: dict[str, pd.DataFrame]) -> None:
    held = sample[DETECTIONS].query("root_id != 0")
    root = int(held["root_id"].value_counts().idxmax())
    app = opened("nucleus.py", root=str(root))
    which = app.selectbox(key="nucleus-which")
    on_root = set(held["nucleus_id"][held["root_id"] == root])
    listed = {int(option.split()[0]) for option in which.options}
    assert on_root <= listed
    assert shown_nucleus(app) == min(listed)
    which.select(max(listed)).run()
    assert shown_nucleus(app) == max(listed)
    assert boxes(app) == {"nucleus": str(max(listed)), "root": str(root), "at": ""}
    assert f"Shared with {len(listed) - 1:,} other" in words(app)


def test_the_nuclei_nearest_to_a_place(sample: dict[str, pd.DataFrame]) -> None:
    nucleus = int(sample[DETECTIONS]["nucleus_id"].iloc[500])
    start = opened("nucleus.py", nucleus=str(nucleus))
    place = re.search(r"Voxels .*?`([^`]+)`", words(start))
    assert place
    app = opened("nucleus.py", at=place[1])
    assert shown_nucleus(app) == nucleus
    assert len(app.selectbox(key="nucleus-which").options) == 5
    assert app.selectbox(key="nucleus-which").options[0] == f"{nucleus} — 0.0 µm away"


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ({"nucleus": "12"}, "There is no nucleus 12 among the 144,120 detected nuclei"),
        ({"nucleus": MARKUP}, "is not a nucleus ID"),
        ({"nucleus": "864691135919440816"}, "too long for a nucleus ID"),
        ({"root": "864691135919440816"}, "lies on root 864691135919440816"),
        ({"root": "0"}, "“0” is not a root ID: 0 stands for “no segment”"),
        ({"at": MARKUP}, "is not a place of three numbers"),
        ({"at": "1e999, 0, 0"}, "is not a place of three numbers"),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(
    link: dict[str, str], problem: str, sample: dict[str, pd.DataFrame]
) -> None:
    app = opened("nucleus.py", **link)
    assert problem in app.error[0].value.replace("\\", "")
    assert "<img" not in words(app).replace("\\<img", "")
    assert shown_nucleus(app) is None
    assert boxes(app) == {**dict.fromkeys(BOXES, ""), **link}


def test_what_is_written_last_counts_unless_it_cannot_be_read(sample: dict[str, pd.DataFrame]) -> None:
    first, second = sample[DETECTIONS].query("root_id != 0").iloc[[10, 4000]].to_dict("records")
    app = opened("nucleus.py", nucleus=str(first["nucleus_id"]))
    app.text_input(key="root").set_value("8646x").run()
    assert boxes(app)["nucleus"] == str(first["nucleus_id"])
    assert "is not a root ID" in app.error[0].value
    app.text_input(key="root").set_value(str(second["root_id"])).run()
    assert shown_nucleus(app) == second["nucleus_id"]
    assert boxes(app) == {"nucleus": "", "root": str(second["root_id"]), "at": ""}


def test_a_place_outside_the_volume_is_said_to_be(sample: dict[str, pd.DataFrame]) -> None:
    app = opened("nucleus.py", at="1, 2, 3")
    said = "This place lies outside the imaged volume: the nearest nucleus is "
    (warning,) = [one.value.replace("\\", "") for one in app.warning if said in one.value.replace("\\", "")]
    nearest = float(app.selectbox(key="nucleus-which").options[0].split(" — ")[1].split()[0].replace(",", ""))
    assert warning == f"{said}{nearest:,.0f} µm away."
    app.text_input(key="at").set_value("173584, 145120, 21127").run()
    assert "outside the imaged volume" not in words(app)


@pytest.mark.parametrize(
    ("names", "shown", "said"),
    [
        (("nucleus", "root"), 10, "also names nucleus {}, which is shown though it is not among them"),
        (("root", "at"), 400, "also names a place, which is not used: a root ID counts before a place"),
    ],
)
def test_a_link_that_names_two_counts_the_nucleus_then_the_root_and_says_so(
    names: tuple[str, str], shown: int, said: str, sample: dict[str, pd.DataFrame]
) -> None:
    rooted = sample[DETECTIONS].query("root_id != 0").drop_duplicates("root_id", keep=False)
    nucleus, root = int(rooted["nucleus_id"].iloc[10]), str(rooted["root_id"].iloc[400])
    link = {"nucleus": str(nucleus), "root": root, "at": "1, 2, 3"}
    app = opened("nucleus.py", **{name: link[name] for name in names})
    assert shown_nucleus(app) == rooted["nucleus_id"].iloc[shown]
    assert said.format(nucleus) in words(app)


# Within the selection


def test_previous_and_next_go_through_the_selection_by_id(sample: dict[str, pd.DataFrame]) -> None:
    chosen = np.sort(sample[FINE].query("cell_type == 'NGC'")["nucleus_id"].unique())
    select = to_text(Filtered(FINE, ("NGC",)))
    app = opened("nucleus.py", nucleus=str(chosen[1]), select=select)
    assert f"**2 of {len(chosen):,}** selected" in words(app)
    press(app, "next")
    assert shown_nucleus(app) == chosen[2]
    press(press(app, "previous"), "previous")
    assert shown_nucleus(app) == chosen[0]
    assert app.button(key="previous").disabled


def test_from_outside_the_selection_the_way_leads_into_it(sample: dict[str, pd.DataFrame]) -> None:
    chosen = np.sort(sample[FINE].query("cell_type == 'NGC'")["nucleus_id"].unique())
    every = np.sort(sample[DETECTIONS]["nucleus_id"].to_numpy())
    between = every[(every > chosen[4]) & (every < chosen[5])][0]
    app = opened("nucleus.py", nucleus=str(between), select=to_text(Filtered(FINE, ("NGC",))))
    assert f"not among the {len(chosen):,} selected" in words(app)
    assert shown_nucleus(press(app, "next")) == chosen[5]


def test_the_first_of_the_selection_is_offered(sample: dict[str, pd.DataFrame]) -> None:
    chosen = np.sort(sample[FINE].query("cell_type == 'NGC'")["nucleus_id"].unique())
    app = opened("nucleus.py", select=to_text(Filtered(FINE, ("NGC",))))
    assert (
        app.button(key="first-selected").label == f"{chosen[0]} — the first of the {len(chosen):,} selected"
    )
    assert shown_nucleus(press(app, "first-selected")) == chosen[0]


def test_the_nucleus_becomes_the_selection(sample: dict[str, pd.DataFrame]) -> None:
    nucleus = int(sample[DETECTIONS]["nucleus_id"].iloc[3])
    app = press(opened("nucleus.py", nucleus=str(nucleus)), "choose")
    assert app.session_state["selection"] == listed([nucleus])
    assert app.button(key="choose").disabled


def test_what_is_lit_in_the_cloud_is_cleared_there_alone(
    sample: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = sample[FINE].query("cell_type == 'NGC'")["nucleus_id"].nunique()
    picks = [Picked("clear", "new", np.array([], dtype=np.int64))]
    monkeypatch.setattr(neighbours, "show_cloud", lambda *_, **__: picks.pop() if picks else None)
    nucleus = str(sample[FINE]["nucleus_id"].iloc[0])
    app = opened("nucleus.py", nucleus=nucleus, select=to_text(Filtered(FINE, ("NGC",))))
    assert picks == []
    assert f"{chosen:,} selected" in words(app)


def test_a_click_in_the_cloud_opens_that_nucleus_and_a_lasso_selects(
    sample: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, *others = map(int, sample[FINE]["nucleus_id"].unique()[:3])
    picks = [Picked("lasso", "new", np.array(others)), Picked("click", "new", np.array(others[:1]))]
    monkeypatch.setattr(neighbours, "show_cloud", lambda *_, **__: picks.pop() if picks else None)
    app = opened("nucleus.py", nucleus=str(one))
    assert picks == []
    assert app.text_input(key="nucleus").value == str(others[0])
    assert app.session_state["selection"].nuclei({}).tolist() == sorted(others)


def test_a_tick_among_the_neighbours_opens_that_nucleus(sample: dict[str, pd.DataFrame]) -> None:
    nucleus = int(sample[FINE]["nucleus_id"].iloc[40])
    app = opened("nucleus.py", nucleus=str(nucleus))
    near = next(frame.value for frame in app.dataframe if "µm away" in frame.value)
    tick(app, f"near-{nucleus}", 2)
    assert shown_nucleus(app) == int(near["Nucleus"].iloc[2])


def test_the_link_to_a_nucleus_page_is_relative() -> None:
    assert nucleus_link(260620) == "nucleus?nucleus=260620"


# Odd nuclei, short folders


def test_conflicting_rows_read_sensibly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_rows(monkeypatch, tmp_path, odd_files())
    app = opened("nucleus.py", nucleus="101")
    assert "No label" in [header.value.split("$ ")[-1] for header in app.header]
    assert "Baylor fine contradicts itself: its rows say 23P and 4P." in words(app).replace("\\", "")
    lines = table(app).query("Table == 'Baylor fine'")
    assert [list(cell) for cell in lines["Says"]] == [["23P"], ["4P"]]
    assert lines["Here"].tolist() == ["2 rows, conflicting"] * 2


def test_a_label_that_may_be_read_in_several_ways_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {FINE: "23P", "allen_column_mtypes_v1": "L4b"}  # L4b: most of them are 4P
    for name, label in rows.items():
        use_rows(monkeypatch, tmp_path, table_files(name, [(*FINE_ROWS[0][:3], label, *FINE_ROWS[0][4:])]))
    app = opened("nucleus.py", nucleus=str(FINE_ROWS[0][1]))
    read = table(app).set_index("Name in CAVE")["Subclass"].map(list)
    assert read[[*rows]].to_dict() == {FINE: ["23P"], "allen_column_mtypes_v1": ["≈ 4P"]}
    assert "≈: the mapping is ambiguous" in words(app)


def two_models(coarse: str, fine: str) -> dict[str, bytes]:
    """Nucleus 101 as Baylor's models call it."""
    row = (101, 864691135568539372, 175760, 126480, 15504)
    return table_files(COARSE, [(1, row[0], "coarse", coarse, *row[1:])], HEAD) | table_files(
        FINE, [(1, row[0], "fine", fine, *row[1:])], HEAD
    )


def headed(app: AppTest) -> str:
    """What stands in large type over the nucleus."""
    (said,) = [one.value.split("$ ")[-1] for one in app.header if "rule" in one.value]
    return said.replace("\\", "")


def test_a_contested_class_heads_the_profile_and_no_finer_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_rows(monkeypatch, tmp_path, two_models("inhibitory", "5P-PT"))
    app = opened("nucleus.py", nucleus="101")
    assert headed(app) == "Unresolved class"
    assert NO_LABEL_COLOUR in next(one.value for one in app.header if "rule" in one.value)


def test_a_lone_vote_does_not_head_the_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_rows(monkeypatch, tmp_path, two_models("excitatory", "5P-PT"))
    app = opened("nucleus.py", nucleus="101")
    assert headed(app) == "excitatory"
    assert "unresolved: only Baylor fine votes, for 5P-ET" in words(app).replace("\\", "")


def test_a_nucleus_that_nobody_names_without_a_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_rows(monkeypatch, tmp_path, odd_files())
    app = opened("nucleus.py", nucleus="103")
    said = words(app)
    assert "Named by 0 of 1 label table at hand" in said
    assert said.count("no table votes at this level") == 3
    assert "Root ID **0**: there is no segment at its centre" in said
    assert metrics(app)["Nucleus volume"] == "not at hand"
    assert set(table(app)["Here"]) == {"not in this table", "table not at hand", "1 row"}


def test_a_recorded_nucleus_that_the_tables_call_inhibitory_is_pointed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = (175_760, 126_480, 15_504)
    says = {name: [(1, 101, "model", "BC", 10**17, *at)] for name in (FINE, METAMODEL)}
    header = UNIT_HEADER.replace("residual,float64\r\nscore,float64\r\n", "")
    units = table_files("coregistration_manual_v3", [(1, 101, 4, 7, 11, 1, *at)], header)
    use_rows(
        monkeypatch,
        tmp_path,
        units | {k: v for name in says for k, v in table_files(name, says[name]).items()},
    )
    app = opened("nucleus.py", nucleus="101")
    assert "The tables together call it inhibitory, while the recordings show excitatory cells" in words(app)
    assert "these rows hold no residuals and no scores" in words(app)


def test_one_table_alone_is_the_denominator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = (10, 104, MARKUP, MARKUP, 5, 1, 2, 3)
    use_rows(monkeypatch, tmp_path, table_files(FINE, [*FINE_ROWS, hostile]))
    app = opened("nucleus.py", nucleus="104")
    assert "of the 4 nuclei in the loaded tables together" in words(app)
    assert list(table(app).query("Table == 'Baylor fine'")["Says"].iloc[0]) == [MARKUP]
    assert "<img" not in words(app).replace("\\<img", "")


def test_real_rows_read_sensibly(realdata: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(realdata))
    app = opened("nucleus.py", root="864691135919440816")
    assert shown_nucleus(app) == 260620
    assert "unresolved: only Baylor coarse votes, for inhibitory" in words(app).replace("\\", "")
    assert "`173584, 145120, 21127`" in words(app)


def test_what_is_selected_leads_to_its_first_nucleus(sample: dict[str, pd.DataFrame]) -> None:
    chosen = np.sort(sample[FINE].query("cell_type == 'NGC'")["nucleus_id"].unique())
    app = opened("overview.py", select=to_text(Filtered(FINE, ("NGC",))))
    link = (
        f"[Profile of nucleus {chosen[0]}, the first of these {len(chosen):,}](nucleus?nucleus={chosen[0]})"
    )
    assert link in words(app)
