"""No path on which a synthetic row reaches a reader unmarked: every page, every export, every command.

The pages, commands and options are walked, not listed. What is new on a page and of a kind that this walk
does not know fails too, until it is said here how such a thing is marked.
"""

import argparse
import ast
import contextlib
import functools
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as parquet
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.state import query_params_proxy, session_state_proxy
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from components.analysis.selection.kinds import Filtered
from components.analysis.selection.text import to_text
from data.__main__ import _parser, main
from data.cache import METADATA_KEY
from data.opening import open_release
from data.settings import read_settings
from data.sources.sample.lists import ASSUMPTIONS, FIGURES, grounds, in_full
from data.tables.records import Provenance
from data.volume import VOLUME
from tests.conftest import UseFolder
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, write_table
from tests.page_reader import PAGES, opened, run_with, untold_points
from tests.program import PROGRAM
from tests.sample_report import sample_report

TIMEOUT = 120  # for a busy machine: the sample is drawn once
GROUPS = "connectivity_groups_v507"
BADGE = ":orange-badge[:material/science: Synthetic rows]"
VIEWER = re.compile(r"https?://[^\s)\"']*(?:neuroglancer|spelunker|ngl\.)")

# What cannot be saved: words, buttons, choices. The page's banner speaks for them.
PLAIN = {
    *("title", "header", "subheader", "markdown", "caption", "text", "latex", "divider", "space", "empty"),
    *("info", "warning", "error", "success", "toast", "metric", "progress", "table", "page_link"),
    *("button", "button_group", "checkbox", "toggle", "radio", "selectbox", "multiselect", "file_uploader"),
    *("slider", "select_slider", "number_input", "text_input", "text_area"),
}

Files = dict[str, tuple[str, Callable[[], bytes]]]


pytestmark = pytest.mark.usefixtures("sample")


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Every file that a page offers, by what its element calls it: the name and the bytes."""
    offered: Files = {}
    add, add_deferred, to_csv = MediaFileManager.add, MediaFileManager.add_deferred, pd.DataFrame.to_csv

    def at_once(self: MediaFileManager, content: bytes, *given: Any, **named: Any) -> str:
        address = add(self, content, *given, **named)
        offered[address] = (named.get("file_name") or "", lambda: content)
        return address

    def on_click(self: MediaFileManager, content: Callable[[], bytes], *given: Any, **named: Any) -> str:
        number = add_deferred(self, content, *given, **named)
        offered[number] = (named.get("file_name") or "", lambda: without_session(content))
        return number

    def what_can_be_unmarked(rows: pd.DataFrame, **named: Any) -> str:
        """Write some of the marked rows and all others: nobody looks at the 140,000 that are alike."""
        looked_at = ~rows.get("synthetic", pd.Series(data=False, index=rows.index)).eq(other=True)
        looked_at.iloc[:20] = True
        return to_csv(rows[looked_at], **named)

    monkeypatch.setattr(pd.DataFrame, "to_csv", what_can_be_unmarked)
    monkeypatch.setattr(MediaFileManager, "add", at_once)
    monkeypatch.setattr(MediaFileManager, "add_deferred", on_click)
    return offered


def without_session(content: Callable[[], bytes]) -> bytes:
    """Write a file as a click does: on a thread without a session, whose release would be another one."""

    def no_session() -> None:
        raise AssertionError("What writes a file reads the session.")

    with pytest.MonkeyPatch.context() as patch:
        for proxy in (session_state_proxy, query_params_proxy):
            patch.setattr(proxy, "get_session_state", no_session)
        return content()


# What is on a page, and what of it is unmarked


def unmarked(app: AppTest, files: Files) -> list[str]:
    """List what a page shows or offers without saying that it is made up."""
    found = [] if any(BADGE in block.value for block in app.markdown) else ["no badge"]
    for element in app._tree:
        if isinstance(element, Block):
            continue
        if element.type in PLAIN:
            if VIEWER.search(str(element.proto)):
                found.append(f"{element.type}: a link to nuclei that do not exist")
        elif element.type not in CHECKS:
            found.append(f"{element.type}: this test does not know how one is marked")
        elif not CHECKS[element.type](element, files):
            found.append(f"{element.type}: {getattr(element.proto, 'id', '')}")
    return found


def figure_is_marked(element: Any, _: Files) -> bool:
    layout = json.loads(element.proto.spec)["layout"]
    caption = layout.get("title", {}).get("subtitle", {}).get("text", "")
    saved_as = json.loads(element.proto.config or "{}").get("toImageButtonOptions", {}).get("filename", "")
    return "SYNTHETIC ROWS" in caption and saved_as.startswith("synthetic-")


def frame_is_marked(element: Any, _: Files) -> bool:
    """Its toolbar lets the reader save it, so the column is needed on the screen already."""
    shown: pd.DataFrame = element.value
    texts = shown.select_dtypes(exclude=["number", "bool"]).astype(str)
    links = any(VIEWER.search(text) for column in texts for text in texts[column].unique())
    if [*shown] == PUBLISHED:  # figures of a paper are nobody's rows
        return "synthetic" not in shown
    return "synthetic" in shown and bool(shown["synthetic"].eq(True).all()) and not links


def file_is_marked(element: Any, files: Files) -> bool:
    name, content = files[element.proto.deferred_file_id or element.proto.url]
    if name.endswith(".parquet"):
        rows = parquet.read_table(io.BytesIO(content()))
        record = json.loads(rows.schema.metadata[METADATA_KEY])
        marks = (
            {str(mark) for mark in rows["synthetic"].unique().to_pylist()}
            if record["synthetic"] is True
            else set()
        )
    elif name.endswith(".html"):
        marks = {str("SYNTHETIC ROWS" in content().decode())}
    elif name.endswith(".json"):
        marks = {str(json.loads(content())["synthetic"])}
    else:
        rows = pd.read_csv(io.BytesIO(content()), usecols=lambda name: name == "synthetic", dtype=str)
        marks = {str(mark) for column in rows for mark in rows[column].unique()}
    return name.startswith("synthetic-") and marks == {"True"}


PUBLISHED = ["Step", "Published accuracy", "Measured on"]
CLOUD = "nuclei_view"
"""The one component that shows rows; the others bring nuclei, style, links and the way through a page."""


def cloud_is_marked(element: Any, _: Files) -> bool:
    if not element.proto.component_name.endswith(CLOUD):
        return True
    message = view_message(element.proto)
    return message["synthetic"] is True and message["file"].startswith("synthetic-")


def view_message(proto: Any) -> dict[str, Any]:
    """Read what a cloud shows: JSON, or its length, itself and the sets that it names."""
    if proto.WhichOneof("data") == "json":
        return json.loads(proto.json)
    length = int.from_bytes(proto.bytes[:4], "little")
    return json.loads(proto.bytes[4 : 4 + length])


def scene_is_marked(element: Any, _: Files) -> bool:
    """A scene cannot be saved and has no words of its own: a caption on the page speaks for it."""
    return any(caption.value.startswith("SYNTHETIC ROWS") for caption in element.root.get("caption"))


def html_is_marked(element: Any, files: Files) -> bool:
    """A style sheet shows nothing, a drawing without words no rows; other HTML is a scene's legend."""
    return element.proto.body.startswith(("<style>", '<img alt="" ')) or scene_is_marked(element, files)


CHECKS: dict[str, Callable[[Any, Files], bool]] = {
    "plotly_chart": figure_is_marked,
    "dataframe": frame_is_marked,
    "download_button": file_is_marked,
    "bidi_component": cloud_is_marked,
    "deck_gl_json_chart": scene_is_marked,
    "html": html_is_marked,
    "code": lambda element, _: "synthetic" in element.value.lower(),
    "link_button": lambda element, _: not VIEWER.search(element.proto.url),
}


WITHOUT_A_HAND = {
    ("combinations", ""),
    ("lineages", "Soma–nucleus × Manual labels, circular: its crosswalk was learnt from them"),
    ("raters-disagree", "Manual labels × Column M-types, another class"),
}
"""Points whose click selects nothing, of which Python says why: several combinations, no disagreement."""


def test_a_page_with_a_selection_and_without_one_and_with_every_choice_changed(
    files: Files, subtests: pytest.Subtests
) -> None:
    untold = set()
    for page in PAGES:
        with subtests.test(page):
            app = opened(page, select=to_text(Filtered(FINE, ("NGC",))))
            assert unmarked(app, files) == []
            untold |= untold_points(app)
            cited = "\n".join(block.value for block in app.markdown)
            assert VOLUME.site in cited
            assert "10.1038/s41586-025-08790-w" in cited
            app.button(key="clear-selection").click()
            for choice in [*app.selectbox, *app.radio, *app.button_group]:
                choice.set_value(choice.options[-1])
            for box in [*app.checkbox, *app.toggle]:
                box.set_value(not box.value)
            app.run()
            assert not app.exception
            app.run()  # a pick ends in a run of parts; this one shows all again
            assert not app.exception
            assert any("Nothing selected" in block.value for block in app.markdown)
            assert unmarked(app, files) == []
    assert untold == WITHOUT_A_HAND


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("st.dataframe(frame)", "dataframe: "),
        ("st.plotly_chart(figure)", "plotly_chart: "),
        ("st.plotly_chart(figure, config={'toImageButtonOptions': {'filename': 'synthetic-a'}})", "plotly"),
        ("st.download_button('Save', 'synthetic\\nTrue\\n', file_name='rows.csv')", "download_button: "),
        ("st.download_button('Save', lambda: b'a\\n1\\n', file_name='synthetic-a.csv')", "download_button: "),
        ("st.pydeck_chart()", "deck_gl_json_chart: "),
        ("st.code('client.materialize.query_table()')", "code: "),
        ("st.link_button('Open', 'https://spelunker.cave-explorer.org/#!1')", "link_button: "),
        ("st.markdown('[Open](https://neuroglancer-demo.appspot.com/#!1)')", "markdown: a link"),
        ("st.scatter_chart(frame)", "vega_lite_chart: this test does not know"),
    ],
)
def test_what_is_unmarked_is_found(line: str, found: str, files: Files) -> None:
    app = AppTest.from_string(
        "import pandas as pd, plotly.graph_objects as go, streamlit as st\n"
        "frame, figure = pd.DataFrame({'a': [1]}), go.Figure(go.Bar(x=[1], y=[1]))\n"
        f"st.badge('Synthetic rows', icon=':material/science:', color='orange')\n{line}\n",
        default_timeout=TIMEOUT,
    ).run()
    assert not app.exception
    (said,) = unmarked(app, files)
    assert said.startswith(found)


def test_a_cloud_that_is_unmarked_is_found(files: Files) -> None:
    app = AppTest.from_string(
        "import pandas as pd, streamlit as st\n"
        "from components.point_cloud.cloud import make_cloud\n"
        "from components.point_cloud.component import show_cloud\n"
        "from components.point_cloud.view import ByNumber, View\n"
        "st.badge('Synthetic rows', icon=':material/science:', color='orange')\n"
        "place = {name: [1.0, 2.0] for name in ('x_um', 'depth_um', 'z_um')}\n"
        "cloud = make_cloud(nucleus_id=[1, 2], root_id=[0, 0], **place, labels={}, numbers={})\n"
        "deep = ByNumber(column='depth_um', title='Depth', unit='µm', colours=('#000000',), low=0, high=1)\n"
        "show_cloud(cloud, View(colour=deep, file_name='synthetic-a', synthetic=True), key='marked')\n"
        "show_cloud(cloud, View(colour=deep, file_name='synthetic-a'), key='unmarked')\n",
        default_timeout=TIMEOUT,
    ).run()
    assert not app.exception
    (said,) = unmarked(app, files)
    assert said.endswith("-unmarked")


def test_a_page_without_the_badge_is_found(files: Files) -> None:
    app = AppTest.from_string("import streamlit as st\nst.title('Nuclei')").run()
    assert unmarked(app, files) == ["no badge"]


EVERY_FILE = f"""
import json
from components.ui.session import exports
from components.ui.session.release import load_labels
from data.volume import VOLUME
rows, layers = load_labels("{FINE}"), VOLUME.layer_presets[0]
exports.show_csv_download("Rows", rows.frame, "rows", layers=layers)
exports.show_csv_download("Rows made on the click", lambda: rows.frame, "later")
exports.show_csv_download("Columns alone", rows.frame.assign(release=0), "bare", bare=True)
exports.show_parquet_download("Parquet", rows.frame, "rows", rows.provenance, "", layers=layers)
exports.show_json_download("JSON", lambda: json.dumps({{"n": 1}}), "record")
exports.show_html_download("HTML", lambda: "<p>1</p>", "report")
"""


def test_a_file_is_of_the_release_that_the_session_chose(
    files: Files, tmp_path: Path, use_folder: UseFolder
) -> None:
    for release in (661, 795):
        write_table(tmp_path, FINE, FINE_ROWS, release=release)
    use_folder(tmp_path)
    run_with(AppTest.from_string(EVERY_FILE, default_timeout=TIMEOUT), {"release": "795"})
    written = {name: content() for name, content in files.values()}
    assert sorted(written) == [
        f"v795-{name}"
        for name in ("bare.csv", "later.csv", "record.json", "report.html", "rows.csv", "rows.parquet")
    ]
    for name in ("v795-rows.csv", "v795-later.csv"):
        assert pd.read_csv(io.BytesIO(written[name]))["release"].tolist() == [795] * 3
    assert parquet.read_table(io.BytesIO(written["v795-rows.parquet"]))["release"].to_pylist() == [795] * 3


# Also what no state of the walk reaches: whatever can be saved is shown through ui/session/exports.py

THROUGH = {
    "plotly_chart": "plot_config",
    "dataframe": "marked",
    "data_editor": "marked",
    "show_pickable_rows": "marked",
    "download_button": None,  # only in exports.py itself
    "to_csv": None,
}


def around_exports(tree: ast.Module) -> Iterator[str]:
    """Name the calls that show or save rows in a function, or in a page's script, that does not mark them."""
    functions = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
    script = ast.Module([part for part in tree.body if part not in functions], [])
    for part in [script, *functions]:
        for node in ast.walk(part):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if name in THROUGH and not re.search(rf"\w*{THROUGH[name] or 'nothing'}\w*\(", ast.unparse(part)):
                yield name


def test_only_one_module_saves_rows() -> None:
    showing = {path: tree for path, tree in PROGRAM.items() if path.startswith(("pages/", "components/"))}
    found = {path: sorted(around_exports(tree)) for path, tree in showing.items()}
    assert {path: calls for path, calls in found.items() if calls} == {
        "components/ui/session/exports.py": ["download_button", "to_csv"],
        "components/ui/selection/rows.py": ["dataframe", "dataframe"],  # rows that its callers have marked
        # What a reader has dropped is the reader's own.
        **{f"components/ui/own/{module}.py": ["dataframe"] for module in ("matching", "reading")},
        "components/ui/own/meaning.py": ["data_editor", "dataframe"],
        "components/ui/own/start.py": ["to_csv"],  # the example, as if it were dropped
        "components/ui/review/verdicts.py": ["to_csv"],
    }


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("st.dataframe(rows)", ["dataframe"]),
        ("left.plotly_chart(figure, config=PLOT)", ["plotly_chart"]),
        ("st.download_button('Save', rows.to_csv())", ["download_button", "to_csv"]),
        ("def show(rows):\n st.dataframe(rows)\ndef other(rows):\n marked(rows)", ["dataframe"]),
        ("show_pickable_rows(rows, ids)", ["show_pickable_rows"]),
        ("st.dataframe(marked(rows), key='a')", []),
        ("def show(rows):\n shown = marked(rows)\n st.dataframe(shown)", []),
        ("st.plotly_chart(figure, config=plot_config('depth'))", []),
    ],
)
def test_what_goes_around_exports_is_found(line: str, calls: list[str]) -> None:
    assert sorted(around_exports(ast.parse(line))) == calls


# The command line


@pytest.fixture(scope="module", autouse=True)
def checked_once() -> Iterator[None]:
    """Check the sample once, in however many ways its report is printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("data.commands.checks.run_checks", sample_report)
        yield


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands that print or write rows; `releases` tells what is where, of no source."""
    (found,) = (one for one in _parser()._actions if isinstance(one, argparse._SubParsersAction))
    return {name: parser for name, parser in found.choices.items() if name != "releases"}


@functools.cache
def root_list() -> str:
    """A file of root IDs."""
    path = Path(tempfile.mkdtemp()) / "roots.csv"
    path.write_text("root_id\n864691135571361317\n", "utf-8")
    return str(path)


@functools.cache
def frozen_answer_file() -> str:
    """A frozen answer."""
    path = str(Path(tempfile.mkdtemp()) / "answer.json")
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(["agreement", COARSE, FINE, "--save", path]) == 0
    return path


def required(command: str) -> list[str]:
    """A table, or a file, for every argument that a command cannot do without."""
    positional = [one for one in commands()[command]._actions if not one.option_strings]
    tables = iter((COARSE, FINE, GROUPS))
    files = {"FILE": root_list, "ANSWER": frozen_answer_file}
    return [command, *(files.get(str(one.metavar), lambda: next(tables))() for one in positional)]


def flags(command: str) -> list[str]:
    """Switches of a command, but for the one that prints its record."""
    switches = [one for one in commands()[command]._actions if isinstance(one, argparse._StoreTrueAction)]
    return [one.option_strings[0] for one in switches if one.dest != "json"]


def written(command: str) -> list[str]:
    """Options of a command that name a file to write."""
    return [
        one.option_strings[0]
        for one in commands()[command]._actions
        if one.option_strings and one.metavar == "PATH"
    ]


def is_marked(record: object) -> bool:
    """Whether a printed record, or each of a list of them, says that it is synthetic."""
    if isinstance(record, list):
        return bool(record) and all(is_marked(one) for one in record)
    return isinstance(record, dict) and record.get("synthetic") is True


@pytest.mark.parametrize("command", commands())
def test_a_command_in_words(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(required(command)) in (0, 1)
    assert capsys.readouterr().out.startswith("SYNTHETIC ROWS")


@pytest.mark.parametrize("command", commands())
def test_a_command_as_json(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*required(command), "--json"]) in (0, 1)
    assert is_marked(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("command", "flag"),
    [(name, flag) for name in commands() for flag in flags(name)],
)
def test_no_flag_takes_the_mark_away(
    command: str, flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own := tmp_path / "mine.csv").write_text("nucleus_id,cell_type\n9128760,23P\n")
    needs = ["--with", str(own)] if flag.startswith("--with-") else []
    if main([*required(command), flag, *needs]) == 2:  # a flag that takes the tables' place
        assert main([command, flag]) in (0, 1)
    said = capsys.readouterr().out
    assert said.startswith("SYNTHETIC ROWS") or is_marked(json.loads(said))


@pytest.mark.parametrize(("command", "option"), [(name, one) for name in commands() for one in written(name)])
def test_a_written_file(
    command: str, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, listed = tmp_path / "written", tmp_path / "list.csv"
    listed.write_text("nucleus_id,cell_type\n9128760,23P\n")
    takes = {"check": "--expect", "status": "--with"}  # what is written of the list
    needs = [takes[command], str(listed)] if command in takes else []
    assert main([*required(command), *needs, option, str(path), "--json"]) in (0, 1)
    text = path.read_text("utf-8")
    assert text.startswith("SYNTHETIC ROWS") or is_marked(json.loads(text))
    assert is_marked(json.loads(capsys.readouterr().out))


def test_a_marked_matrix_has_the_same_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "matrix.csv"
    main(["agreement", COARSE, FINE, "--csv", str(path), "--json"])
    matrix = pd.read_csv(path, index_col=0)
    assert matrix.index.name == "SYNTHETIC ROWS: Baylor coarse"
    said = json.loads(capsys.readouterr().out)
    assert matrix.to_numpy().tolist() == said["matrix"]
    assert matrix.columns.tolist() == said["column_labels"]


# What the rows are made from


def record_of(name: str) -> Provenance:
    return open_release(read_settings({}), sample_when_offline=False).fetch_labels(name)


def test_the_record_of_a_synthetic_table_holds_figures_and_assumptions(sample_cache: Path) -> None:
    record = record_of(GROUPS)
    assert record.synthetic
    assert [(one.kind, one.what, one.why) for one in record.made_from] == [
        *(("figure", one.what, one.source) for one in FIGURES),
        *(("assumption", one.what, one.reason) for one in ASSUMPTIONS),
    ]
    assert record_of(GROUPS) == record  # read back from the Parquet file
    (beside,) = sample_cache.rglob(f"{GROUPS}.json")
    assert json.loads(beside.read_text("utf-8"))["made_from"] == [vars(one) for one in grounds()]


def test_values_are_recorded_in_full() -> None:
    assert in_full({"23P": {"4P": 9.0, "BC": 0.1}, "4P": (1, 2)}) == "23P: (4P: 9, BC: 0.1), 4P: (1, 2)"
    assert in_full(144_120) == "144,120"


def test_real_rows_are_made_from_nothing(tmp_path: Path, use_folder: UseFolder) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    use_folder(tmp_path)
    assert record_of(FINE).made_from == ()
    app = opened("overview.py")
    assert not app.table
    assert "synthetic" not in app.dataframe[0].value
    saved_as = json.loads(app.get("plotly_chart")[0].proto.config)["toImageButtonOptions"]["filename"]
    assert saved_as == "v661-coverage"


def test_the_overview_lists_figures_and_assumptions() -> None:
    app = opened("overview.py")
    (title,) = (one.label for one in app.expander if "made from" in one.label)
    assert f"{len(FIGURES)} published or measured figures, {len(ASSUMPTIONS)} assumptions" in title
    figures, assumptions = (one.value for one in app.table)
    assert figures["Figure"].tolist() == [one.what for one in FIGURES]
    assert figures["Source"].tolist() == [one.source for one in FIGURES]
    assert assumptions["Assumption"].tolist() == [one.what for one in ASSUMPTIONS]
    assert assumptions["Reason"].tolist() == [one.reason for one in ASSUMPTIONS]
