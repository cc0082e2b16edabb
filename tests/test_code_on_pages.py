"""The code on the pages: it is for what the page shows, and running it gives what the page shows."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.labels.ranges import Range
from components.analysis.output.status import release_status
from components.analysis.selection.filter_rows import FILTERS, Either, Filter, Several, Span
from components.analysis.selection.kinds import Covered, Filtered, MatrixCell, Trait
from components.analysis.selection.listed import listed
from components.analysis.selection.selection import Combined, Selection
from components.analysis.selection.text import to_text
from components.ui.code_export.code import SYNTHETIC, SYNTHETIC_IDS
from components.ui.session.release import reopen_release
from data.catalog import TABLES
from data.catalog.pages import FAMILIES
from tests.family_pages import WHOLE
from tests.family_pages import page as family_page
from tests.made_release import (
    AUTOMATED,
    COARSE,
    FINE,
    LOOKUP,
    MANUAL,
    METAMODEL,
    NEURONS,
    SVM,
    MadeRelease,
    run,
)
from tests.page_reader import caption, figures, opened

Opened = Callable[..., AppTest]


@pytest.fixture
def page(made: MadeRelease, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Open pages over the stand-in's rows, which the cache holds already."""
    for name, value in {"SOURCE": "archive", "ARCHIVE": made.origin.base, "CACHE": made.cache}.items():
        monkeypatch.setenv(f"CELL_TYPES_{name}", str(value))
    reopen_release()
    yield opened
    reopen_release()


def code_under(app: AppTest, title: str) -> str:
    """The code of a tab."""
    (tab,) = [tab for tab in app.tabs if tab.label == title]
    (code,) = tab.code
    return code.value


def drawn(app: AppTest, rows: str, columns: str) -> tuple[list[str], list[str], list[list[int]]]:
    """Counts of the matrix as it is drawn, with the labels of its rows and columns before them."""
    (heat,) = [one for one in figures(app)[f"matrix-{rows}-{columns}"]["data"] if one["type"] == "heatmap"]
    return heat["y"], heat["x"], [[int(cell[0]) for cell in row] for row in heat["customdata"]]


def counted(code: str) -> tuple[list[str], list[str], list[list[int]]]:
    """The matrix that the code ends in, without the empty rows and columns, which a page folds."""
    matrix = run(code)["matrix"]
    matrix = matrix.loc[matrix.any(axis=1), matrix.any(axis=0)]
    return [*matrix.index], [*matrix.columns], matrix.to_numpy().tolist()


def test_a_filtered_page_gives_its_rows_and_its_matrix(made: MadeRelease, page: Opened) -> None:
    link = {"baylor": TABLES[FINE].title, "only-layer": ["L4", "L5"], "level": "Class"}
    app = page("baylor.py", **link, only_root="With a segment")
    rows = run(code_under(app, "These rows"))["rows"]
    listed_rows = f"{len(rows)} rows of {FINE} of {len(made.frames[FINE])}, those that pass the filters"
    assert any(one.value.startswith(listed_rows) for one in app.caption)
    effect = next(one.value for one in app.caption if "nuclei** pass" in one.value)
    assert effect.startswith(f"**{rows['nucleus_id'].nunique()} of ")
    matrix = drawn(app, FINE, COARSE)
    assert counted(code_under(app, "This matrix")) == matrix
    assert sum(map(sum, matrix[2])) > 10


def test_a_page_whose_rows_another_table_names(page: Opened) -> None:
    app = page("nuclei.py", nuclei=TABLES[LOOKUP].title, only_column="Outside", only_class=["excitatory"])
    rows = run(code_under(app, "These rows"))["rows"]
    effect = next(one.value for one in app.caption if "nuclei** pass" in one.value)
    assert effect.startswith(f"**{len(rows)} of 200 nuclei** pass")
    assert counted(code_under(app, "This matrix")) == drawn(app, METAMODEL, SVM)


ODD, EVEN = (lambda ids, rest=rest: ids % 2 == rest for rest in (1, 0))
NEW_FILTERS: list[tuple[Filter[Any], Any, str, Callable[[pd.Series], pd.Series]]] = [
    (
        Several(
            key="ending", title="Ending", help="Of the ID.", columns=("nucleus_id",),
            values=lambda rows: pd.Categorical(rows.frame["nucleus_id"].astype(str).str[-1]),
            code='rows = rows[rows["nucleus_id"].astype(str).str[-1].isin({chosen})]',
        ),
        ["1", "4"], "ending 1 or 4", lambda ids: ids.mod(10).isin([1, 4]),
    ),
    (
        Either(
            key="parity", title="Parity", columns=("nucleus_id",),
            kinds={
                "Odd": Trait("an odd ID", ("nucleus_id",), ODD, 'rows["nucleus_id"] % 2 == 1'),
                "Even": Trait("an even ID", ("nucleus_id",), EVEN, 'rows["nucleus_id"] % 2 == 0'),
            },
        ),
        "Odd", "an odd ID", ODD,
    ),
    (
        Span(key="number", columns=("nucleus_id",), ends=(0, 2800), step=10),
        ["900", "2800"], "nucleus_id at least 900", lambda ids: ids >= 900,
    ),
]  # fmt: skip
"""Filters that nobody has: each with a choice in a link, its words, and what it keeps."""


@pytest.mark.parametrize(("row", "choice", "words", "keeps"), NEW_FILTERS, ids=["list", "sides", "range"])
def test_a_new_row_is_a_whole_filter(
    made: MadeRelease, page: Opened, monkeypatch: pytest.MonkeyPatch, row: Filter[Any], choice: Any,
    words: str, keeps: Callable[[pd.Series], pd.Series],
) -> None:  # fmt: skip
    monkeypatch.setitem(FILTERS, row.key, row)
    ids = made.frames[FINE]["nucleus_id"]
    passing = ids[keeps(ids)]
    app = page("baylor.py", baylor=TABLES[FINE].title, **{f"only-{row.key}": choice})
    (box,) = [one for one in app.get("popover") if one.proto.popover.label == "Filter"]
    offered = [widget.label for widget in [*box.multiselect, *box.button_group, *box.slider]]
    assert (row.title or "Nucleus_id") in offered
    (chip,) = [button for button in app.button if str(button.key).startswith("chip-")]
    assert chip.label.replace("\\", "") == words
    effect = f"**{passing.nunique()} of {ids.nunique()} nuclei** pass: {words} leaves out"
    assert any(one.value.replace("\\", "").startswith(effect) for one in app.caption)
    assert words in caption(figures(app)[f"counts-{FINE}"])
    assert run(code_under(app, "These rows"))["rows"]["nucleus_id"].tolist() == passing.tolist()
    assert app.query_params[f"only-{row.key}"] == choice
    app.button(key="clear-filters").click().run()
    assert any(one.value == f"No filter: all {ids.nunique()} nuclei of the table." for one in app.caption)


@pytest.mark.parametrize(
    ("rows", "columns", "link"),
    [
        (NEURONS, METAMODEL, {"at-4": "Class"}),
        (FINE, METAMODEL, {"ambiguous": "false", "only-depth": ["100", "400"]}),
        (MANUAL, FINE, {"only-depth": ["100", "400"]}),
        (MANUAL, AUTOMATED, {}),
    ],
)
def test_the_agreement_page_gives_its_matrix(
    page: Opened, rows: str, columns: str, link: dict[str, object]
) -> None:
    app = page("agreement.py", rows=TABLES[rows].title, **{"with": TABLES[columns].title}, **link)
    (code,) = (one for one in app.code if "\nmatrix = " in one.value)  # not that of all raters
    assert counted(code.value) == drawn(app, rows, columns)


@pytest.mark.parametrize(
    "selection",
    [
        MatrixCell(FINE, METAMODEL, "subclass", "4P", "23P"),
        Combined(
            Filtered(FINE, ("excitatory",), (Range("depth_um", 100, 700),), "class"),
            (("minus", Covered((MANUAL,))), ("plus", listed([707, 714]))),
        ),
    ],
)
def test_a_selection_gives_its_nuclei(made: MadeRelease, page: Opened, selection: Selection) -> None:
    app = page("baylor.py", select=to_text(selection))
    (box,) = [one for one in app.expander if one.label == "Code of this selection"]
    (code,) = box.code
    wanted = selection.nuclei(made.frames)
    assert len(wanted) > 1
    assert run(code.value)["nucleus_ids"].tolist() == wanted.tolist()


def test_the_first_page_counts_the_nuclei_of_the_tables_at_hand(made: MadeRelease, page: Opened) -> None:
    *_, code = page("overview.py").code  # the one before is the text to cite
    coverage = run(code.value)["coverage"]
    statuses, _ = release_status(dict(made.loaded), TABLES)
    wanted = {one.table.name: [one.nuclei, one.coverage] for one in statuses if one.state == "loaded"}
    assert {str(name): [*line] for name, *line in coverage.itertuples()} == wanted
    assert len(wanted) == 12


# Over the sample


@pytest.mark.usefixtures("sample")
def test_code_of_made_up_rows_says_so_and_fetches_the_real_ones(subtests: pytest.Subtests) -> None:
    for name in FAMILIES:
        with subtests.test(name):
            app = family_page(next(case for case in WHOLE if case.page == name))
            titles = [tab.label for tab in app.tabs]
            assert titles[-2:] == ["These rows", "This matrix"]
            for code in app.code:
                assert code.value.startswith(SYNTHETIC)
                ast.parse(code.value)
                assert max(map(len, code.value.splitlines())) <= 110
            for title in titles[-2:]:
                assert 'BASE = "https://storage.googleapis.com/' in code_under(app, title)


@pytest.mark.usefixtures("sample")
def test_code_that_lists_made_up_nuclei_says_that_no_real_table_holds_them() -> None:
    for selection, said in ((listed([9008289]), True), (Filtered(FINE, ("BC",)), False)):
        app = opened("baylor.py", select=to_text(selection))
        (box,) = [one for one in app.expander if one.label == "Code of this selection"]
        assert box.code[0].value.startswith(SYNTHETIC)
        assert (SYNTHETIC_IDS in box.code[0].value) == said


@pytest.mark.usefixtures("sample")
def test_code_of_made_up_rows_knows_labels_that_were_not_drawn() -> None:
    app = opened("m_types.py", level="Subclass")
    code = code_under(app, "This matrix")
    subclasses = code.partition("SUBCLASS = ")[2].partition("\n}")[0] + "}"
    assert {"L2a", "L5NP"} <= set(ast.literal_eval(subclasses))
