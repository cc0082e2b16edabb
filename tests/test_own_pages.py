"""A reader's own table on the pages: in their pickers, clouds, matrices and selections."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.selection.kinds import MatrixCell
from components.analysis.selection.text import to_text
from components.ui.session.release import reopen_release
from tests.made_own import COARSE, LABELS, NUCLEI, make_release, rows
from tests.page_reader import figures, opened

TITLE = "this server's: mine.csv"
SPELLED = {"excitatory": "L2/3 IT", "inhibitory": "PV"}


@pytest.fixture
def with_mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    own = rows()[["target_id", "cell_type"]].replace({"cell_type": SPELLED})
    own.to_csv(tmp_path / "mine.csv", index=False)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(make_release(tmp_path / "release")))
    monkeypatch.setenv("CELL_TYPES_WITH", str(tmp_path / "mine.csv"))
    reopen_release()
    yield
    reopen_release()


def words(app: AppTest) -> str:
    """Return what a page says and lists."""
    parts = [*app.markdown, *app.caption, *app.code, *app.error, *app.warning]
    return " ".join(
        [*(str(part.value) for part in parts), *(part.value.to_string() for part in app.dataframe)]
    )


@pytest.mark.usefixtures("with_mine")
def test_it_stands_on_the_axes_of_agreement_and_a_matrix_cell_is_selected() -> None:
    cell = to_text(MatrixCell("mine", COARSE, "type", "23P", "excitatory"))
    link = {"rows": TITLE, "with": "Baylor coarse", "compared-at": "Raw labels", "select": cell}
    app = opened("agreement.py", **link)
    assert app.selectbox(key="rows").value == TITLE
    (matrix,) = [figure for key, figure in figures(app).items() if key.startswith("matrix")]
    assert {"23P", "PV"} <= {*matrix["data"][0]["y"]}
    assert any("compared at the level of raw labels" in number.help for number in app.metric)
    assert f"23P in {TITLE} and excitatory in Baylor coarse" in words(app).replace("\\", "")
    assert f"{(LABELS == 'excitatory').sum()} nuclei" in words(app)
    assert 'pd.read_csv(\n        "mine.csv"' in words(app)


@pytest.mark.usefixtures("with_mine")
def test_a_family_page_compares_with_it() -> None:
    app = opened("baylor.py", **{"baylor": "Baylor coarse", "baylor-with": TITLE})
    assert app.selectbox(key="baylor-with").value == TITLE
    assert any(key.startswith("matrix") for key in figures(app))


@pytest.mark.usefixtures("with_mine")
def test_the_nucleus_page_and_the_overview_list_it() -> None:
    app = opened("nucleus.py", nucleus=str(NUCLEI[4]))
    (line,) = [
        row for part in app.dataframe for row in part.value.to_numpy().tolist() if TITLE in map(str, row)
    ]
    assert "23P" in line
    overview = opened("overview.py")
    assert TITLE in words(overview)
    assert TITLE in overview.selectbox(key="colour").options


@pytest.mark.usefixtures("with_mine")
def test_a_table_of_the_servers_settings_is_marked_as_everybodys() -> None:
    assert "shared on this server" in words(opened("overview.py"))
    app = opened("your_labels.py")
    assert "Shared on this server" in words(app)
    assert not [button for button in app.button if str(button.key).startswith("own-remove")]


@pytest.mark.usefixtures("with_mine")
def test_a_table_that_names_no_nucleus_is_no_matter_of_filters(tmp_path: Path) -> None:
    rows()[["target_id", "cell_type"]].assign(target_id=NUCLEI + 900_000).to_csv(
        tmp_path / "mine.csv", index=False
    )
    reopen_release()
    app = opened("agreement.py", rows=TITLE)
    assert app.info[0].value.startswith(f"No row of {TITLE} names a nucleus of this release: check its IDs")
