"""The page of one type: any spelling opens it, and what it shows is what the tables hold."""

import numpy as np
import pytest

from components.analysis.selection.kinds import Filtered, MatrixCell
from data.catalog import TABLES
from tests.made_release import FINE, METAMODEL
from tests.page_reader import click_point, figures, opened, words


@pytest.mark.usefixtures("sample")
def test_any_spelling_opens_the_type_and_its_nuclei_become_the_selection() -> None:
    app = opened("type.py", name="5P-PT")
    assert "5P-PT is read as 5P-ET" in words(app)
    counts = app.dataframe[0].value
    assert {TABLES[FINE].title, TABLES[METAMODEL].title} <= {*counts["Table"]}
    assert counts.set_index("Table").loc[TABLES[FINE].title, "Spelled"] == "5P-PT"
    drawn = figures(app)
    assert {"type-names-others", "type-names-own", f"depth-{FINE}"} <= {
        *drawn
    } or f"depth-{METAMODEL}" in drawn
    app.button(key="select-type").click().run()
    chosen = app.session_state["selection"]
    assert isinstance(chosen, Filtered)
    assert (chosen.labels, chosen.level) == (("5P-ET",), "subclass")


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DTC", "has 2 meanings"),
        ("DTC (multifeature)", "calls a nucleus DTC (multifeature)"),
        ("Martian", "No label is called “Martian”"),
        ("<b>[x](javascript:y)", "No label is called"),
        ("baskit", "BC: Basket cell"),
    ],
)
def test_what_the_name_may_mean_is_said(name: str, said: str) -> None:
    app = opened("type.py", name=name)
    popovers = [block.proto.popover.label for block in app.get("popover")]
    labels = [*popovers, *(button.label for button in app.button)]
    assert said in " ".join([words(app), *labels]).replace("\\", "")


@pytest.mark.usefixtures("sample")
def test_a_meaning_of_the_name_becomes_the_page_s_choice() -> None:
    app = opened("type.py", name="MC")
    next(button for button in app.button if button.label.startswith("MC (")).click().run()
    assert app.selectbox(key="name").value == "MC (multifeature)"
    assert "calls a nucleus MC (multifeature)" in words(app).replace("\\", "")


@pytest.mark.usefixtures("sample")
def test_a_piece_of_the_other_names_counts_no_nucleus_once_per_table() -> None:
    drawn = figures(opened("type.py", name="23P"))
    for key, lead in (("others", "<b>%{fullData.name}</b> in"), ("own", "<b>%{y}</b>, here")):
        hover = drawn[f"type-names-{key}"]["layout"]["template"]["data"]["bar"][0]["hovertemplate"]
        assert hover.startswith(lead)
        assert "both tables label" in hover
        assert "meta" not in hover
        told = drawn[f"type-names-{key}"]["layout"]["meta"]
        assert len(told["marks"]["name y"]) == np.count_nonzero(told["ghosts"]["counts"]), "each by its table"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("key", "linked"), [("type-names-others", False), ("type-names-own", True)])
def test_a_click_on_a_piece_selects_what_both_tables_say(key: str, linked: bool) -> None:
    app = opened("type.py", name="23P")
    number, bar = next((k, bar) for k, bar in enumerate(figures(app)[key]["data"]) if any(bar["x"]))
    place = next(k for k, share in enumerate(bar["x"]) if share)
    name, table = bar["name"], bar["y"][place]
    if linked:
        click_point(app, key, words={"name y": f"{name}, {table}"})
    else:  # as Streamlit's own page tells of it
        click_point(app, key, curve_number=number, y=table)
    cell = app.session_state["selection"]
    assert isinstance(cell, MatrixCell)
    assert {cell.row, cell.column} == {"23P", name}
    assert TABLES[cell.columns].title == table
    assert f"{bar['customdata'][place][0]:,.0f} nuclei selected" in words(app)
