"""Buttons that bring tables which are not at hand, where the archive holds only some of the release."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.ui.session.release import reopen_release
from data.catalog import TABLES
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, running_archive, table_files
from tests.page_reader import opened, words

METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with running_archive() as running:
        for name in (FINE, COARSE, METAMODEL):
            running.files |= table_files(name, FINE_ROWS)
        settings = {"SOURCE": "archive", "ARCHIVE": running.url, "CACHE": str(tmp_path / "cache")}
        for name, value in settings.items():
            monkeypatch.setenv(f"CELL_TYPES_{name}", value)
        reopen_release()
        yield
        reopen_release()


def test_the_whole_release_is_brought_and_what_the_archive_lacks_is_named() -> None:
    app = opened("overview.py")
    assert "No table of the release is at hand." in [one.value for one in app.info]
    (button,) = (one for one in app.button if one.label.startswith("Get the whole release"))
    assert button.label == f"Get the whole release ({len(TABLES) - 1} more tables)", (
        "the detections are absent"
    )
    button.click().run()
    assert not app.exception
    assert not [one.label for one in app.button if one.label.startswith("Get the whole release")]
    (tables,) = (one.value.set_index("Name in CAVE") for one in app.dataframe if "Here" in one.value)
    assert {*tables.index[tables["Here"] == "loaded"]} == {FINE, COARSE, METAMODEL}
    (said,) = (one.value for one in app.info if "are not in this source" in one.value)
    assert f"**{len(TABLES) - 3} of {len(TABLES)} tables" in said


def test_the_tables_that_may_name_a_type_are_brought_and_what_stood_in_the_way_is_said() -> None:
    app = opened("type.py", name="23P")
    assert [*app.dataframe[0].value["Table"]] == [TABLES[FINE].title]
    app.button(key="type-fetch").click().run()
    assert not app.exception
    assert {*app.dataframe[0].value["Table"]} == {TABLES[FINE].title, TABLES[METAMODEL].title}
    assert "type-fetch" not in {one.key for one in app.button}, "the others were asked for, and are not there"
    assert words(app).count("does not hold") >= 4
