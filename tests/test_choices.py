"""Choices that follow their default until the reader chooses, and their former keys in old links."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from components.ui.session.links import begin_choice

table = st.segmented_control("Table", ["fine", "coarse"], default="fine", required=True, key="table")
levels = ["Neuron", "Class"] if table == "coarse" else ["Neuron", "Class", "Subclass"]
begin_choice("at", levels, levels[-1], "level", "at-")
st.segmented_control("At", levels, default=levels[-1], required=True, key="at", bind="query-params")
"""


def opened(**link: str) -> AppTest:
    app = AppTest.from_string(SCRIPT)
    for name, value in link.items():
        app.query_params[name.replace("_", "-")] = value
    return app.run()


def at(app: AppTest) -> Any:
    return app.button_group(key="at").value


def test_a_choice_at_its_default_follows_the_default() -> None:
    app = opened()
    assert at(app) == "Subclass"
    app.button_group(key="table").set_value("coarse").run()
    assert at(app) == "Class"
    app.button_group(key="table").set_value("fine").run()
    assert at(app) == "Subclass"


def test_what_the_reader_chose_stays_where_it_is_offered() -> None:
    app = opened()
    app.button_group(key="at").set_value("Neuron").run()
    app.button_group(key="table").set_value("coarse").run()
    assert at(app) == "Neuron"


@pytest.mark.parametrize(
    ("link", "chosen"),
    [
        ({"at": "Neuron"}, "Neuron"),
        ({"level": "Neuron"}, "Neuron"),
        ({"at_3": "Class"}, "Class"),
        ({"at": "Neuron", "at_3": "Class"}, "Neuron"),
        ({"at_3": "Type"}, "Subclass"),
        ({"other": "Class"}, "Subclass"),
    ],
)
def test_an_older_link_holds_the_choice_under_a_former_key(link: dict[str, str], chosen: str) -> None:
    assert at(opened(**link)) == chosen
