"""The checks page: its numbers are the checks', its buttons select their nuclei, its links keep choices."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from components.analysis.checks.registry import CHECKS, CheckReport, run_checks
from components.analysis.selection.listed import listed
from components.ui.selection.selection import MODE
from data.catalog import EVERY_TABLE, TABLES
from data.opening import open_release
from data.settings import read_settings
from tests.conftest import UseFolder
from tests.loopback_archive import FINE, FINE_ROWS, write_table
from tests.page_reader import metrics, opened, words
from tests.sample_report import sample_report

COARSE, UNITS = "baylor_log_reg_cell_type_coarse_v1", "coregistration_manual_v3"

Files = dict[str, Callable[[], bytes]]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Every file that the page offers, by its name."""
    offered: Files = {}
    add = MediaFileManager.add_deferred

    def noted(self: MediaFileManager, content: Callable[[], bytes], *given: Any, **named: Any) -> str:
        offered[named.get("file_name") or ""] = content
        return add(self, content, *given, **named)

    monkeypatch.setattr(MediaFileManager, "add_deferred", noted)
    return offered


def expected_report(check: Callable[..., CheckReport] = run_checks) -> CheckReport:
    """What the checks say, without the page."""
    release = open_release(read_settings({}), sample_when_offline=False)
    return check(release.load_release(list(TABLES)), release.tables, release.source)


def buttons(app: AppTest) -> dict[str, Any]:
    """The buttons that select nuclei, by check and table."""
    return {str(b.key).removeprefix("select-"): b for b in app.button if str(b.key).startswith("select-")}


def selectable(report: CheckReport, severity: str | None = None) -> dict[str, int]:
    return {
        f"{one.id}-{one.table}": one.n
        for one in report.findings
        if len(one.nucleus_ids) and severity in (None, one.severity)
    }


@pytest.mark.usefixtures("sample")
def test_the_sample(files: Files) -> None:
    app = opened("checks.py")
    report = expected_report(sample_report)
    assert metrics(app) == {
        "Errors": "0",
        "Warnings": str(report.count("warning")),
        "Infos": str(report.count("info")),
        "Found nothing": f"{len(report.clean)} of {len(CHECKS)}",
    }
    assert buttons(app).keys() == selectable(report).keys()
    said = words(app).replace("\\", "")
    assert all(one.message in said and one.expected in said for one in report.findings)
    _files_hold_all(files, report)

    app.button_group(key="severity").set_value("Warnings").run()
    assert buttons(app).keys() == selectable(report, "warning").keys()
    app.selectbox(key="table").set_value(EVERY_TABLE[COARSE].title).run()
    assert [*buttons(app)] == [f"duplicate-conflicting-{COARSE}"]
    app.selectbox(key="table").set_value("All tables").run()
    app.button_group(key="severity").set_value("Errors").run()
    assert "No finding is of this severity and table" in words(app)


def _files_hold_all(files: Files, report: CheckReport) -> None:
    rows = [*csv.DictReader(io.StringIO(files["synthetic-v661-checks.csv"]().decode()))]
    record = json.loads(files["synthetic-v661-checks.json"]())
    assert [(row["id"], row["table"], int(row["n"])) for row in rows] == [
        (one.id, one.table, one.n) for one in report.findings
    ]
    assert {row["synthetic"] for row in rows} == {"True"}
    assert record["synthetic"] is True
    for one, row, said in zip(report.findings, rows, record["findings"], strict=True):
        ids = one.nucleus_ids[:1000].tolist()
        assert said["nucleus_ids"] == ids
        assert row["nucleus_ids"] == " ".join(map(str, ids))


def test_real_rows_are_selected_by_a_click(realdata: Path, use_folder: UseFolder) -> None:
    use_folder(realdata)
    app = opened("checks.py", severity="Warnings")
    report = expected_report()
    (inhibitory,) = [one for one in report.findings if one.id == "inhibitory-coregistered"]
    button = buttons(app)[f"inhibitory-coregistered-{UNITS}"]
    assert button.label == "Select 80 nuclei"
    assert "11 tables" in words(app)
    assert "Shared roots" not in words(app)
    button.click().run()
    assert not app.exception
    assert app.session_state["selection"] == listed(inhibitory.nucleus_ids)
    assert len(np.unique(inhibitory.nucleus_ids)) == 80
    assert "80 nuclei selected" in words(app)
    app.session_state[MODE] = "Add"
    app.run()  # a pick draws only what follows the selection
    buttons(app)[f"inhibitory-coregistered-{UNITS}"].click().run()
    assert "stays as it was" in words(app)


def test_a_folder_with_one_table(tmp_path: Path, use_folder: UseFolder) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    use_folder(tmp_path)
    app = opened("checks.py", select="ids:", severity="All", table="Baylor fine")
    said = words(app).replace("\\", "")
    assert "looked at 1 of 14 tables: Baylor fine" in said
    assert "3 rows, 49,048 fewer than published." in said
    assert [*buttons(app)] == [f"root-zero-{FINE}"]
    missed = app.dataframe[0].value
    assert "baylor_log_reg_cell_type_coarse_v1 is not at hand." in missed["Why"].tolist()
    assert any(f"--source folder --folder {tmp_path}" in code.value for code in app.code)


def test_an_empty_folder(tmp_path: Path, use_folder: UseFolder) -> None:
    use_folder(tmp_path)
    app = opened("checks.py")
    assert "nothing of its rows was checked" in words(app)
    assert metrics(app)["Warnings"] == "14"
