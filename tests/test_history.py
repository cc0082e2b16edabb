"""Back, Forward and copied links: what is seen is what the link says, at its default what it leaves out."""

import json
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner

import components.ui.session.history
from components.analysis.selection.listed import listed
from components.ui.selection.selection import BEFORE
from components.ui.session.links import PAIR_KEYS

HEAD = """
import numpy as np
import streamlit as st
from components.analysis.selection.listed import listed
from components.ui.selection.selection import *
from components.ui.session.history import is_history_step
from components.ui.session.links import *
from components.ui.session.release_choice import CHOICE, chosen_release, restore_release
from data.settings import read_settings

if is_history_step():
    restore_release()
    restore_selection()
current_selection()
keep_in_link()
"""
LEVELS = """
st.segmented_control("At", ["Neuron", "Class", "Type"], default="Type", required=True, key="at",
                     bind="query-params")
"""
MANY = listed(np.random.default_rng(0).choice(800_000, 9_000, replace=False).tolist())
SELECT_NEXT = "if 'next' in st.session_state: set_selection(st.session_state.pop('next'))\n"


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "archive")  # which is not asked: no table is needed


def opened(lines: str = "", **link: str) -> AppTest:
    app = AppTest.from_string(HEAD + lines, default_timeout=60)
    app.query_params = dict(link)
    app.run()
    assert not app.exception
    return app


def go(app: AppTest, **link: str) -> None:
    """Go where Back or Forward lead, as Streamlit does."""
    app.query_params = dict(link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "RerunData", partial(RerunData, is_history_navigation=True))
        app.run()
    assert not app.exception


def selected(app: AppTest) -> Any:
    return app.session_state.get("selection")


def test_a_step_sets_choices_also_to_a_default_that_the_link_leaves_out() -> None:
    app = opened(LEVELS)
    app.button_group(key="at").set_value("Class").run()
    for link, level in (({}, "Type"), ({"at": "Class"}, "Class"), ({"at": "Neuron"}, "Neuron"), ({}, "Type")):
        go(app, **link)
        assert app.button_group(key="at").value == level


def test_a_step_selects_what_the_link_says_and_undo_takes_it_back() -> None:
    app = opened(SELECT_NEXT, select="ids:1")
    app.session_state["next"] = listed([2])
    app.run()
    assert app.query_params == {"select": "ids:2"}
    for link, ids in (({"select": "ids:1"}, [1]), ({}, None), ({"select": "ids:2"}, [2])):
        go(app, **link)
        assert selected(app) == (ids and listed(ids))
        assert app.query_params == link
    before = [
        None if selection is None else [*selection.nucleus_ids] for selection in app.session_state[BEFORE]
    ]
    assert before == [[1], [2], [1], None]


def test_a_selection_too_long_for_a_link_comes_back_in_its_session_alone() -> None:
    app = opened(SELECT_NEXT)
    for selection in (MANY, listed([1]), MANY):
        app.session_state["next"] = selection
        app.run()
    link = app.query_params
    assert link == {"select": "session:1"}
    go(app)
    assert selected(app) is None
    go(app, **link)
    assert selected(app) == MANY
    other = opened(SELECT_NEXT, **link)
    assert selected(other) is None
    assert "too long" in other.error[0].value
    assert other.query_params == {}


def test_the_session_knows_whether_what_is_selected_came_with_the_link() -> None:
    app = opened(f"{SELECT_NEXT}st.session_state['came'] = selection_from_link()", select="ids:1")
    seen = [app.session_state["came"]]
    for selection in (listed([2]), listed([1]), None):
        app.session_state["next"] = selection
        app.run()
        seen.append(app.session_state["came"])
    assert seen == [True, False, True, False]


def test_a_step_opens_the_release_that_the_link_names() -> None:
    app = opened("st.session_state['now'] = chosen_release(read_settings({}))", release="1078")
    seen = []
    for link in ({}, {"release": "1078"}, {"release": "5"}):
        seen.append(app.session_state["now"])
        go(app, **link)
    assert [*seen, app.session_state["now"]] == [1078, 661, 1078, 661]


def test_a_copied_link_names_the_release_and_what_may_have_another_default() -> None:
    lines = "begin_choices('baylor')\nbegin_choice('with', ['A', 'B'], 'A')\nnote_default('baylor', 'fine')\n"
    app = opened(f"{lines}st.session_state['choices'] = choices_for_link()")
    assert app.session_state["choices"] == {"with": "A", "baylor": "fine", "release": "661"}


def test_a_choice_under_a_former_key_stands_in_the_link_under_its_own() -> None:
    former = 'begin_choice("at", ["Neuron", "Class", "Type"], "Type", "at-")'
    app = opened(former + LEVELS, **{"at-3": "Class"})
    assert app.button_group(key="at").value == "Class"
    assert app.query_params == {"at": "Class"}


BEGUN = ("fine", "meta", "Raw labels")
FINE, OTHER = ("fine", "meta", "Class"), ("coarse", "meta", "Neuron")
PAIRS = """
for page, pair, keys in st.session_state.get("pairs", []):
    keep_pair(page, pair, *keys)
begin_choices(st.session_state.get("page", ""))
for key, offered in zip(PAIR_KEYS, (["fine", "coarse"], ["meta", "fine"], ["Raw labels", "Class", "Neuron"])):
    begin_choice(key, offered, offered[0])
    st.selectbox(key, offered, key=key, bind="query-params")
"""


@pytest.mark.parametrize(
    ("kept", "link", "begun"),
    [
        ([("baylor", OTHER, ())], {}, OTHER),
        ([("baylor", ("coarse", "meta", "Subclass"), ())], {}, ("coarse", "meta", "Raw labels")),
        ([("baylor", OTHER, ()), ("m_types", FINE, ())], {}, FINE),
        ([("baylor", OTHER, ("with",)), ("m_types", FINE, ())], {"with": "meta"}, BEGUN),
        ([("baylor", FINE, ()), ("baylor", OTHER, ()), ("m_types", FINE, ())], {}, OTHER),
        ([("baylor", OTHER, ()), ("baylor", OTHER, ())], {"rows": "fine"}, BEGUN),
    ],
)  # fmt: skip
def test_agreement_begins_with_the_pair_last_chosen_unless_the_link_names_one(
    kept: list[Any], link: dict[str, str], begun: tuple[str, str, str]
) -> None:
    app = AppTest.from_string(HEAD + PAIRS, default_timeout=60)
    app.session_state["pairs"], app.session_state["page"] = kept, "agreement"
    app.query_params = dict(link)
    app.run()
    assert tuple(box.value for box in app.selectbox) == begun
    chosen = zip(PAIR_KEYS, begun, BEGUN, strict=True)
    assert app.query_params == {key: title for key, title, default in chosen if title != default}


def test_another_page_or_a_step_begins_as_its_link_says() -> None:
    app = AppTest.from_string(HEAD + PAIRS, default_timeout=60)
    app.session_state["pairs"], app.session_state["page"] = [("baylor", OTHER, ())], "releases"
    app.run()
    assert app.selectbox(key="rows").value == "fine"
    app.session_state["page"] = "agreement"
    go(app)
    assert app.selectbox(key="rows").value == "fine"


# Acts of the reader, steps back (to an address), begun runs and writes by Streamlit, and how each goes on.
WRITES = [
    ("/a?x=1", "replace"),
    ("act /a?x=1", "push"),
    ("act /a?x=1 /a?x=1&y=2 /b?y=2", "push replace replace"),
    ("act /a /a?x=1", "replace push"),
    ("act /a?x=1&y=%3A act /a?y=:&x=1", "push replace"),
    ("act back:/a?x=1 /a?x=2", "replace"),
    ("act act /a?x=1 act /a", "push push"),
    ("act run act /a?x=1 /a?x=2 /a?x=3", "push push replace"),
]
BROWSER = """
import start from "./steps.mjs";
const answers = [];
for (const [method, events] of CASES) {
  const heard = {}, written = [];
  const write = kind => (state, unused, address) => { written.push(kind); go(address); };
  const go = address => (globalThis.location = { href: new URL(address, "http://host").href });
  globalThis.history = { pushState: write("push"), replaceState: write("replace") };
  globalThis.addEventListener = (name, hear) => (heard[name] = hear);
  let state = "notRunning";
  globalThis.document = { querySelector: () => ({ dataset: { testScriptState: state } }) };
  go("/a");
  start();
  start();
  for (const event of events.split(" ")) {
    if (event === "act") heard.pointerdown({ type: "pointerdown", target: {}, timeStamp: 0 });
    else if (event === "run") state = "running";
    else if (event.startsWith("back:")) { go(event.slice(5)); heard.popstate(); }
    else history[method]({}, "", event);
  }
  answers.push(written.join(" "));
}
console.log(JSON.stringify(answers));
"""


def test_the_first_change_of_the_address_after_an_act_is_a_step(tmp_path: Path) -> None:
    cases = [[method, events] for method in ("pushState", "replaceState") for events, _ in WRITES]
    module = Path(components.ui.session.history.__file__).with_suffix(".js")
    (tmp_path / "steps.mjs").write_text(module.read_text("utf-8"))
    (tmp_path / "run.mjs").write_text(BROWSER.replace("CASES", json.dumps(cases)))
    node, _ = compute_driver_executable()
    answer = subprocess.run([node, tmp_path / "run.mjs"], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == 2 * [written for _, written in WRITES]
