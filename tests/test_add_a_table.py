"""“Add a table” of the README, followed to the letter with the made-up table that it adds."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from data import __main__ as command_line
from data.catalog import CATALOG, EVERY_TABLE, TABLES
from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows
from tests.conftest import UseFolder
from tests.loopback_archive import FINE, FINE_ROWS, write_table
from tests.page_reader import ROOT, figures, metrics, opened, words

ROWS = [(7, 101, "soma_types_by_nobody", "23P", 1, 175760, 126480, 15504),
        (8, 102, "soma_types_by_nobody", "BC", 2, 176000, 190000, 20000)]  # fmt: skip


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use_folder: UseFolder) -> Table:
    """Add the README's entry to the catalogue, and a file of it to a folder that holds one other table."""
    (entry,) = re.findall(r"```python\n(Table.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    table: Table = eval(entry, {"Table": Table, "ExpectedRows": ExpectedRows})
    for tables in (EVERY_TABLE, TABLES):
        monkeypatch.setitem(tables, table.name, table)
    for name, rows in ((table.name, ROWS), (FINE, FINE_ROWS)):
        write_table(tmp_path, name, rows)
    use_folder(tmp_path)
    return table


def test_its_entry_is_whole(added: Table) -> None:
    assert set(added.citations) <= set(CATALOG.citations)


def test_its_family_page_shows_it_and_compares_it(added: Table) -> None:
    app = opened("soma_nucleus.py", soma_nucleus=added.title)
    assert {f"counts-{added.name}", f"matrix-{added.name}-{FINE}"} <= figures(app).keys()
    assert metrics(app)["n"] == "2"


def test_the_overview_lists_it(added: Table) -> None:
    app = opened("overview.py")
    rows = next(one.value for one in app.dataframe if "Name in CAVE" in one.value)
    states = dict(zip(rows["Name in CAVE"], rows["Here"], strict=True))
    assert states[added.name] == "loaded"
    assert f"2 of {len(TABLES)}" in metrics(app)["Tables at hand"]
    assert added.title in words(app)


def picker(app: AppTest, key: str) -> list[str]:
    return list(app.selectbox(key=key).options)


def test_the_page_of_agreement_offers_it_on_both_axes(added: Table) -> None:
    app = opened("agreement.py", rows=added.title)
    assert added.title in picker(app, "rows")
    assert f"matrix-{added.name}-{FINE}" in figures(app)
    assert added.title in picker(opened("agreement.py", rows="Baylor fine"), "with")


def test_the_checks_ask_it(added: Table) -> None:
    assert added.title in picker(opened("checks.py"), "table")


def test_search_leads_to_it_and_to_its_types(added: Table) -> None:
    app = opened("overview.py")
    app.text_input(key="search-text").set_value("basket")
    app.button(key="search-go").click().run()
    assert f"BC in {added.title}" in {button.label for button in app.button}
    app.text_input(key="search-text").set_value(added.name)
    app.button(key="search-go").click().run()
    address = f"soma_nucleus?soma_nucleus={quote(added.title)}"
    assert any(address in one.value for one in app.markdown)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = command_line.main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_command_line_knows_it(added: Table, capsys: pytest.CaptureFixture[str]) -> None:
    _, status = said(capsys, "status")
    assert {one["name"]: one["rows"] for one in status["tables"]}[added.name] == 2
    code, pair = said(capsys, "agreement", added.title, "Baylor fine", "--level", "subclass")
    assert (code, pair["n_compared"]) == (0, 2)
    _, pairs = said(capsys, "agreement", "--all")
    assert {added.name, FINE} in [{one["rows"], one["columns"]} for one in pairs]
    _, report = said(capsys, "check")
    assert added.name in {one["table"] for one in report["findings"]}
