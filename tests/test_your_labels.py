"""The page “Your labels”: a file dropped, guessed, matched and understood, then a table of this session."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.caching import cache_resource_api
from streamlit.testing.v1 import AppTest

from components.ui.own.reading import THREE
from components.ui.session.own_files import BROUGHT, FILES, OPENED_AT, add_again, kept_meaning
from components.ui.session.own_tables import OPENED, OWN
from components.ui.session.release import release_of, reopen_release
from data.__main__ import main
from data.errors import DataError
from data.own.dropped import read_dropped
from data.own.file import OwnFile
from data.own.table import OwnTable
from data.volume import VOLUME
from tests.made_own import COARSE, LABELS, NUCLEI, SHARED, VOXELS, make_release, roots
from tests.page_reader import TIMEOUT, figures, metrics, opened_wide, run_with, tell
from tests.test_marks import CLOUD, view_message

ROOT = Path(__file__).parents[1]
TITLE = "yours: mine.csv"
UNCERTAIN = (
    pd.DataFrame({"nucleus_id": NUCLEI[::-1], "nucleus_ids": NUCLEI, "label": ["PV", "23P"] * 30})
    .to_csv(index=False)
    .encode()
)
"""A file with two columns of nucleus IDs, of which the second names the nuclei."""
HOSTILE = "<img src=x onerror=alert(1)>[x](javascript:y)"


@pytest.fixture(autouse=True)
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(make_release(tmp_path / "release")))
    reopen_release()
    yield
    reopen_release()


def csv(labels: np.ndarray = LABELS, extra: str = "") -> bytes:
    """Return a label for each made nucleus, and a row of a nucleus that the release lacks."""
    frame = pd.DataFrame({"nucleus_id": [*NUCLEI, 7], "label": [*labels, labels[0]]})
    return (frame.to_csv(index=False) + extra).encode()


def page(script: str, session: AppTest | None = None, **link: Any) -> AppTest:
    """Open a page, in the session of another one where that is given, and there the box that takes tables."""
    app = opened_wide(AppTest.from_file(str(ROOT / "pages" / script), default_timeout=TIMEOUT))
    for key in (OWN, OPENED, BROUGHT):
        if session and key in session.session_state:
            app.session_state[key] = session.session_state[key]
    if link.pop("box", False):
        app.session_state[f"own-add-{script.removesuffix('.py')}"] = True
    return run_with(app, link)


def dropped(content: bytes, name: str = "mine.csv") -> AppTest:
    app = page("your_labels.py")
    app.file_uploader(key="own-files").set_value([(name, content, "text/csv")]).run()
    assert not app.exception
    return app


def added(content: bytes, name: str = "mine.csv") -> AppTest:
    app = dropped(content, name)
    app.button(key="own-add").click().run()
    assert not app.exception
    return app


def matrix(session: AppTest) -> dict[str, list[str]]:
    """Read the matrix of the session's table against Baylor coarse."""
    link = {"rows": TITLE, "with": "Baylor coarse", "compared-at": "Raw labels"}
    app = page("agreement.py", session, **link)
    assert app.selectbox(key="rows").value == TITLE
    (drawn,) = [figure for key, figure in figures(app).items() if key.startswith("matrix")]
    heat = drawn["data"][0]
    return {"rows": heat["y"], "columns": heat["x"]}


def box(app: AppTest, label: str) -> str:
    return next(str(widget.key) for widget in app.selectbox if widget.label == label)


def test_a_dropped_file_is_guessed_matched_counted_and_added() -> None:
    app = dropped(csv())
    assert app.selectbox(key=box(app, "Names the nucleus")).value == "nucleus_id"
    assert metrics(app) == {"Rows": "61", "Matched": "60", "Not matched": "1"}
    assert "not among the detected nuclei of v661" in app.dataframe[1].value.to_string()
    app.button(key="own-add").click().run()
    assert {*matrix(app)["rows"]} >= {"excitatory", "inhibitory"}
    assert page("baylor.py", app, **{"baylor-with": TITLE}).selectbox(key="baylor-with").value == TITLE
    app.button(key="own-remove-0").click().run()
    assert OWN not in app.session_state or not app.session_state[OWN]


def test_the_reader_corrects_the_guess() -> None:
    app = dropped(b"a,b,label\n200101,200102,BC\n200103,200104,MC\n")
    app.selectbox(key=box(app, "Names the nucleus")).set_value("b").run()
    assert metrics(app)["Matched"] == "2"
    app.button(key="own-add").click().run()
    (own,) = app.session_state[OWN].values()
    assert own.columns.names == ("b",)


def test_what_is_certain_is_taken_and_the_rest_asked() -> None:
    app = dropped(csv(np.where(LABELS == "inhibitory", "PV", "L2/3 IT")))
    asked = app.selectbox(key=box(app, "PV means"))
    assert asked.value is None, "likely is not taken"
    assert asked.options[0] == "BC (likely)"
    asked.set_value("BC").run()
    app.button(key="own-add").click().run()
    (own,) = app.session_state[OWN].values()
    assert own.meaning == {"L2/3 IT": "23P", "PV": "BC"}
    assert {"23P", "BC"} <= {*matrix(app)["rows"]}


def test_a_wide_file_is_several_tables_and_its_confidence_colours_and_filters() -> None:
    frame = pd.DataFrame({"nucleus_id": NUCLEI, "coarse_type": LABELS, "fine_type": LABELS})
    app = added(frame.assign(confidence=np.linspace(0, 1, len(NUCLEI))).to_csv(index=False).encode())
    titles = [own.table.title for own in app.session_state[OWN].values()]
    assert titles == [f"{TITLE}, coarse_type", f"{TITLE}, fine_type"]
    link = {
        "rows": titles[0],
        "with": titles[1],
        "colour-of": "Confidence",
        "only-confidence": ["0.5", "1.0"],
    }
    shown = page("agreement.py", app, **link)
    assert metrics(shown)["n"] == "30"
    above = figures(shown)["confidence-above"]["data"]
    assert [above[2]["x"][0], above[2]["y"][0], above[3]["y"][0]] == [0, 1, 1]
    assert "No table of manual labels is at hand." in " ".join(part.value for part in shown.info)
    assert "confidence at least 0.5" in " ".join(chip.label for chip in shown.button)
    (cloud,) = [one.proto for one in shown.get("bidi_component") if one.proto.component_name.endswith(CLOUD)]
    assert f"Confidence, {titles[0]}" in str(view_message(cloud))
    for whole in (shown, page("nucleus.py", app, nucleus=str(NUCLEI[4]))):
        components = [one.proto for one in whole.get("bidi_component")]
        (carrier,) = [one for one in components if "carrier" in one.component_name]
        assert carrier.WhichOneof("data") == "bytes", "no other visitor can fetch the nuclei"


def test_expected_labels_are_counted_as_by_the_command_line_and_a_number_selects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = csv(np.where(np.arange(len(NUCLEI)) % 7 == 0, "odd", np.where(NUCLEI % 2, "BC", "23P")))
    app = dropped(content)
    (tmp_path / "mine.csv").write_bytes(content)
    assert main(["check", "--expect", str(tmp_path / "mine.csv"), "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)["expected"]["mine"]
    outcomes = ("agrees", "differs", "unknown", "not in table")
    counts = {outcome: told[outcome.replace(" ", "_")] for outcome in outcomes}
    buttons = {button.key: button for button in app.button if str(button.key).startswith("expected-")}
    shown = {outcome: f"{n:,}" for outcome, n in counts.items() if n}
    assert shown == {str(key).rpartition("-")[2]: button.label for key, button in buttons.items()}
    app.button(key="own-add").click().run()
    app.button(key=f"expected-{COARSE}-differs").click().run()
    selection = app.session_state["selection"]
    assert (selection.columns, selection.result) == (COARSE, "differ"), "by the tables that say so"


def labelled(app: AppTest, kind: str, label: str) -> Any:
    """The widget of a kind that carries this label."""
    return next(widget for widget in app.get(kind) if getattr(widget, "label", "") == label)


def test_a_position_in_columns_of_any_name_is_three_choices_and_a_unit() -> None:
    xyz = dict(zip(("east", "down", "north"), (VOXELS * VOLUME.voxel_nm / 1_000 + 0.25).T, strict=True))
    app = dropped(pd.DataFrame({"label": LABELS, **xyz}).to_csv(index=False).encode())
    assert "Choose below what names the nucleus." in app.warning[0].value
    app.selectbox(key=box(app, "Names the nucleus")).set_value(THREE).run()
    assert not metrics(app), "nothing is matched before the three are chosen"
    labelled(app, "multiselect", "x, y and z").set_value([*xyz]).run()
    unit = labelled(app, "selectbox", "Unit")
    assert (unit.value, metrics(app)["Matched"]) == ("um", str(len(NUCLEI)))
    unit.set_value("nm").run()
    assert metrics(app)["Not matched"] == str(len(NUCLEI))


def test_a_root_id_of_several_nuclei_labels_them_where_the_reader_says_so() -> None:
    app = dropped(pd.DataFrame({"root_id": roots(), "label": LABELS})[SHARED:].to_csv(index=False).encode())
    assert labelled(app, "selectbox", "Root IDs of").value is None
    assert metrics(app)["Matched"] == str(len(NUCLEI) - SHARED - 1)
    labelled(app, "toggle", "Label every nucleus on a root").set_value(True).run()
    assert metrics(app)["Matched"] == str(len(NUCLEI) - SHARED)


def test_a_mapping_is_imported_or_refused_in_words() -> None:
    app = dropped(csv(np.where(LABELS == "inhibitory", "PV", "odd")))
    for content, said in ((b"label,means\nPV,MC\n", ""), (b"label,means\nPV,\nPV,MC\n", "two meanings")):
        app.file_uploader(key="own-mapping-file").set_value([("mapping.csv", content, "text/csv")]).run()
        assert not app.exception
        assert said in " ".join(part.value for part in app.error)
        assert app.session_state["own-mapping"] == {"PV": "MC"}


def test_files_that_a_replaced_server_lacks_break_nothing() -> None:
    app = dropped(csv(np.where(LABELS == "inhibitory", "PV", "odd")))
    lost = FileUploaderState(
        uploaded_file_info=[UploadedFileInfo(name="mine.csv", file_id="of another", size=9)]
    )
    uploaders = [one for one in app.file_uploader if str(one.key) != FILES]
    assert {str(one.key) for one in uploaders} >= {"own-mapping-file"}
    tell(app, *(WidgetState(id=one.proto.id, file_uploader_state_value=lost) for one in uploaders))
    assert not app.error


def test_more_labels_than_are_asked_for_one_by_one_are_asked_in_a_table() -> None:
    app = dropped(csv(np.array([f"cluster {n}" for n in range(len(NUCLEI))])))
    assert not [widget for widget in app.selectbox if widget.label.endswith(" means")]
    (asked,) = [part.value for part in app.dataframe if "likely" in part.value]
    assert len(asked) == len(NUCLEI)
    assert asked["Label"][0] == "cluster 0"


@pytest.mark.parametrize(
    ("script", "choice"),
    [("agreement.py", "rows"), ("baylor.py", "baylor-with"), ("overview.py", "colour"), ("nucleus.py", "")],
)
def test_a_table_dropped_beside_the_pickers_of_a_page_is_chosen_there(script: str, choice: str) -> None:
    app = page(script, box=True)
    app.file_uploader(key=FILES).set_value([("mine.csv", csv(), "text/csv")]).run()
    assert not app.exception
    assert [own.table.title for own in app.session_state[OWN].values()] == [TITLE]
    assert not choice or app.selectbox(key=choice).value == TITLE
    assert any(f"**{TITLE}** · 60 nuclei" in part.value.replace("\\", "") for part in app.markdown)


def test_what_is_not_certain_of_a_file_is_asked_on_your_labels() -> None:
    app = page("agreement.py", box=True)
    app.file_uploader(key=FILES).set_value([("mine.csv", UNCERTAIN, "text/csv")]).run()
    assert OWN not in app.session_state
    asked = page("your_labels.py", app)
    assert asked.selectbox(key=box(asked, "Names the nucleus")).value == "nucleus_id"
    assert "nucleus_id and nucleus_ids may name the nucleus" in asked.warning[0].value.replace("\\", "")


def test_an_added_table_is_opened_again_as_it_was_decided() -> None:
    app = dropped(UNCERTAIN)
    app.selectbox(key=box(app, "Names the nucleus")).set_value("nucleus_ids").run()
    app.button(key="own-add").click().run()
    assert app.button(key="own-add").disabled
    later = page("your_labels.py", app)
    assert not [widget for widget in later.selectbox if widget.label == "Names the nucleus"]
    later.button(key="own-change-0").click().run()
    assert later.selectbox(key=box(later, "Names the nucleus")).value == "nucleus_ids"
    assert later.button(key="own-add").label == "Added to this session"


def test_two_dropped_files_of_one_name_are_both_there() -> None:
    app = page("your_labels.py")
    files = [("mine.csv", csv(), "text/csv"), ("mine.csv", csv(LABELS[::-1]), "text/csv")]
    app.file_uploader(key=FILES).set_value(files).run()
    assert app.selectbox(key="own-shown").options == ["mine.csv", "2 mine.csv"]


def test_the_file_that_came_last_is_shown() -> None:
    app = added(csv())
    files = [("mine.csv", csv(), "text/csv"), ("other.csv", csv(LABELS[::-1]), "text/csv")]
    app.file_uploader(key=FILES).set_value(files).run()
    assert app.selectbox(key="own-shown").value == "other.csv"
    app.button(key="own-change-0").click().run()
    assert app.selectbox(key="own-shown").value == "mine.csv"


def test_a_file_that_the_browser_kept_becomes_the_table_that_it_was() -> None:
    (file,) = read_dropped({"mine.csv": UNCERTAIN}).values()
    assert isinstance(file, OwnFile)
    app = dropped(UNCERTAIN)
    app.selectbox(key=box(app, "Names the nucleus")).set_value("nucleus_ids").run()
    app.selectbox(key=box(app, "PV means")).set_value("BC").run()
    app.button(key="own-add").click().run()
    (own,) = app.session_state[OWN].values()
    told = json.loads(json.dumps(kept_meaning(own)))

    def again(file: "OwnFile", told: "dict[str, Any]") -> None:
        from components.ui.session.own_files import add_again  # noqa: PLC0415  # its source alone is run
        from components.ui.session.release import current_release  # noqa: PLC0415

        add_again(file, told, current_release())

    session = AppTest.from_function(again, kwargs={"file": file, "told": told}).run()
    assert not session.exception
    (found,) = session.session_state[OWN].values()
    assert (found.columns, found.meaning, found.table) == (own.columns, own.meaning, own.table)
    with pytest.raises(DataError, match="another version of this app"):
        add_again(file, {**told, "choices": told["choices"] | {"gone": 1}}, release_of(661))


def told_to_keep(app: AppTest) -> list[dict[str, Any]]:
    """Read which files the browser is told to keep."""
    (kept,) = [
        one.proto for one in app.get("bidi_component") if one.proto.component_name.endswith("kept_files")
    ]
    files: list[dict[str, Any]] = json.loads(kept.json)["added"]
    return files


def test_the_browser_is_given_the_text_of_what_is_no_file() -> None:
    app = page("your_labels.py")
    app.text_area(key="own-text").set_value(csv().decode()).run()
    app.button(key="own-add").click().run()
    (file,) = told_to_keep(app)
    assert (file["name"], file["text"]) == ("pasted.txt", csv().decode())
    example = page("your_labels.py")
    example.button(key="own-example").click().run()
    example.button(key="own-add").click().run()
    (file,) = told_to_keep(example)
    (read,) = read_dropped({file["name"]: file["text"].encode()}).values()
    assert isinstance(read, OwnFile)
    assert read.sha256 == file["sha256"]
    (file,) = told_to_keep(added(csv()))
    assert file["text"] == "", "the browser has the file"


def test_labels_that_nobody_knows_are_compared_as_they_are_and_elsewhere_the_ways_are_offered() -> None:
    session = added(csv(np.where(LABELS == "inhibitory", "odd", "even")))
    link = {"rows": TITLE, "with": "Baylor coarse"}
    assert metrics(page("agreement.py", session, **link))["n"] == "60"
    for script, choices in (
        ("agreement.py", {**link, "compared-at": "Class"}),
        ("baylor.py", {"baylor": "Baylor coarse", "baylor-with": TITLE}),
    ):
        app = page(script, session, **choices)
        said = [part.value.replace("\\", "") for part in app.info]
        assert f"No label of {TITLE} is known at the level of class, so there is nothing to compare." in said
        app.button(key="own-meanings").click().run()
        assert not app.exception
        asked = page("your_labels.py", app)
        asked.session_state[OPENED_AT] = app.session_state[OPENED_AT]
        asked.run()
        assert not asked.exception
        assert asked.session_state["panel"] == "Labels"


def test_tables_of_the_readers_own_labels_are_saved_by_guarded_buttons_alone() -> None:
    session = added(csv())
    scripts = ("agreement.py", "nucleus.py", "checks.py", "your_labels.py", "review.py")
    hidden = [page(script, session, nucleus=str(NUCLEI[0])) for script in scripts]
    plain = [page(script) for script in ("your_labels.py", "review.py", "agreement.py", "checks.py")]
    saved = [
        any("Download as CSV" in part.proto.body for part in app.get("html")) for app in (*hidden, *plain)
    ]
    assert saved == [True] * 5 + [True, True, False, False]


def test_two_visitors_with_files_of_one_name_see_their_own() -> None:
    first = added(csv(np.where(LABELS == "inhibitory", "BC", "23P")))
    second = added(csv(np.where(LABELS == "inhibitory", "MC", "4P")))
    assert {"BC", "23P"} <= {*matrix(first)["rows"]}
    assert not {"MC", "4P"} & {*matrix(first)["rows"]}
    assert {"MC", "4P"} <= {*matrix(second)["rows"]}
    third = page("agreement.py")
    assert TITLE not in third.selectbox(key="with").options


def reachable(roots: list[object]) -> Iterator[object]:
    """Everything that objects hold, but for modules, classes and the globals of functions."""
    seen, left = set[int](), [*roots]
    while left:
        held = left.pop()
        if id(held) in seen or isinstance(held, ModuleType | type):
            continue
        seen.add(id(held))
        yield held
        closure = isinstance(held, FunctionType)
        left += [held.__closure__, held.__defaults__] if closure else gc.get_referents(held)  # type: ignore[attr-defined]


def shared_results() -> list[object]:
    """Every result in a cache that sessions share."""
    sessions = cache_resource_api._resource_caches._function_caches
    return [
        entry for caches in sessions.values() for one in caches.values() for entry in one._mem_cache.values()
    ]


def test_no_cache_that_sessions_share_holds_dropped_rows() -> None:
    st.cache_resource.clear()  # other tests may have left a table of this name that was everybody's
    page("agreement.py")
    before = len(shared_results())
    session = added(csv(np.array(["secret type"] * len(NUCLEI))))
    (own,) = session.session_state[OWN]
    for script in ("agreement.py", "overview.py", "checks.py", "baylor.py", "nucleus.py"):
        page(script, session, nucleus=str(NUCLEI[0]), select=f"filter:{own}:labels=secret%20type")
    results = shared_results()
    found = [
        held
        for held in reachable(results)
        if isinstance(held, OwnFile | OwnTable) or (isinstance(held, str) and held in {"secret type", TITLE})
    ]
    assert before
    assert found == []


def test_a_link_names_the_file_with_its_checksum_and_says_so_to_whoever_lacks_it() -> None:
    sender = added(csv())
    link = str(sender.query_params["yours"])
    (file,) = read_dropped({"mine.csv": csv()}).values()
    assert isinstance(file, OwnFile)
    assert link == f"mine~{file.sha256[:8]}"
    other = page("baylor.py", yours=link, select=f"filter:{link}:labels=inhibitory")
    assert f"mine (SHA-256 {file.sha256[:8]}…)" in " ".join(part.value for part in other.warning)
    assert f"needs the file mine (SHA-256 {file.sha256[:8]}…)" in other.error[0].value
    assert not page("baylor.py", sender, yours=link).warning


def test_hostile_names_and_labels_are_text() -> None:
    labels = np.where(LABELS == "inhibitory", HOSTILE, "23P")
    session = added(csv(labels), name=f"{HOSTILE}.csv")
    (own,) = session.session_state[OWN].values()
    title = own.table.title
    assert not {*"<>[]*`$:"} & {*title.removeprefix("yours:")}
    pages = [
        session,
        *(
            page(script, session, rows=title, **{"baylor-with": title}, nucleus=str(NUCLEI[0]))
            for script in ("agreement.py", "baylor.py", "nucleus.py")
        ),
    ]
    for app in pages:
        parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader]
        for part in parts:
            assert "<img" not in part.value.replace("\\<img", "")
            assert "](javascript:" not in part.value.replace("\\](", "")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.csv", b"", "no rows"),
        ("x.parquet", b"nothing", "x.parquet"),
        ("../../etc/x.csv", b"a,a\n1,2\n", ".._.._etc_x.csv: the column a occurs twice"),
    ],
)
def test_what_is_no_table_is_refused_in_words(name: str, content: bytes, problem: str) -> None:
    app = dropped(content, name)
    assert problem in app.error[0].value.replace("\\", "")
    assert not [button for button in app.button if button.key == "own-add"]


def test_a_file_of_column_names_belongs_to_the_file_beside_it() -> None:
    files = read_dropped({"a.csv": b"200101,BC\n", "a_header.csv": b"nucleus_id,int64\nlabel,str\n"})
    assert [*files] == ["a.csv"]
    assert COARSE not in files
