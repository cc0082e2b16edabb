"""Links between pages: in the same tab, and on their own page a choice like any other."""

import ast
import re

import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.selection.listed import listed
from components.ui.selection.selection import TOO_LONG
from data.catalog.pages import PAGES
from tests.page_reader import opened, words
from tests.program import PROGRAM

LINKS = """
import streamlit as st
from components.ui.session.links import OPEN_PAGE, show_page_link
st.session_state.setdefault(OPEN_PAGE, "nucleus")
for box in ("nucleus", "root", "at"):
    st.text_input(box, key=box, bind="query-params")
show_page_link("nucleus", "Profile", {"nucleus": "7"}, icon=":material/fingerprint:")
show_page_link("agreement", "Compare", {"rows": "Baylor fine"}, icon=":material/fingerprint:")
"""


def test_a_link_to_its_own_page_sets_the_choices_that_it_names() -> None:
    app = AppTest.from_string(LINKS)
    app.query_params["root"] = "864691135000000001"
    app.run()
    (own,) = app.button
    own.click().run()
    assert not app.exception
    assert {box.key: box.value for box in app.text_input} == {"nucleus": "7", "root": "", "at": ""}
    assert "Compare" in words(app)  # as text, since the script runs without the app's navigation


def test_no_link_within_the_app_is_markdown_which_opens_another_tab() -> None:
    """But where a page runs alone, and has no other way."""
    way = re.compile(rf"\]\(({'|'.join(PAGES)}|\{{page\}})[?){{]|_link\(")
    found = {
        f"{path}: {ast.unparse(part)}"
        for path, tree in PROGRAM.items()
        for part in ast.walk(tree)
        if isinstance(part, ast.JoinedStr) and "](" in ast.unparse(part) and way.search(ast.unparse(part))
    }
    assert {line.partition(":")[0] for line in found} == {
        "components/ui/session/links.py",
        "components/ui/page/frame.py",
    }


@pytest.mark.usefixtures("sample")
def test_a_row_s_tick_goes_with_the_selection_that_it_made() -> None:
    app = opened("type.py", name="5P-PT")
    key = "type-counts-5P-ET"
    kept = listed([int(app.dataframe[0].value["Nuclei"].iloc[0])])
    for selected, turn in ((kept, 0), (None, 1), (kept, 1)):
        app.session_state["selection"] = selected
        if turn == 0:
            app.session_state["ticked-row"] = (key, kept, turn)
        app.run()
        assert not app.exception
        assert app.dataframe[0].proto.id.endswith(f"{key}-{turn}")


def _keep() -> None:
    import streamlit as st  # noqa: PLC0415  # its source alone is run

    from components.ui.selection.selection import keep_in_link  # noqa: PLC0415

    keep_in_link(lost="lost" in st.session_state)


def test_what_a_link_could_not_hold_is_said_again_with_the_loss_of_the_session() -> None:
    told = TOO_LONG.partition(":")[0]
    app = AppTest.from_function(_keep)
    app.query_params["select"] = "session:1"
    assert told in app.run().error[0].value
    assert not app.run().error
    app.session_state["lost"] = True
    assert told in app.run().error[0].value
