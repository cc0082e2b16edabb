"""What strangers bring: links, labels and paths are shown as text or refused with a reason, tokens kept."""

import ast
import base64
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as hs
from streamlit.testing.v1 import AppTest

from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import MOST_IDS, listed
from components.analysis.selection.selection import LONGEST_TEXT
from components.analysis.selection.text import from_text, to_text
from components.figures.frame import finished, framed
from data.__main__ import main
from data.catalog import EVERY_TABLE, TABLES
from data.catalog.pages import PAGES
from data.errors import DataError, SettingsError
from data.settings import read_settings
from tests.browser.server import AppServer
from tests.conftest import UseFolder
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, write_files, write_table
from tests.made_release import archive_files
from tests.page_reader import EVERYTHING, opened_wide
from tests.program import PROGRAM
from tests.visitor import Visitor, visiting

ROOT = Path(__file__).parents[1]
TIMEOUT = 120
TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"  # nobody's
MARKUP = "<img src=x onerror=alert(1)><a href='javascript:alert(1)'>[c](javascript:d)</a>:red[e]$f$"


# Deep links


def unpacked_to(ids: int) -> str:
    return "ids:~" + base64.urlsafe_b64encode(zlib.compress(b"\1" * 8 * ids, 9)).decode().rstrip("=")


def test_a_list_longer_than_a_link_may_mean_is_refused_with_the_limit() -> None:
    text = unpacked_to(10 * MOST_IDS)
    assert len(text) < LONGEST_TEXT * 4
    for hostile in (text, unpacked_to(MOST_IDS + 1)):
        with pytest.raises(DataError, match=rf"{MOST_IDS:,}|at most {LONGEST_TEXT:,} are allowed"):
            from_text(hostile)


def test_a_text_longer_than_a_link_is_refused_with_its_size_and_the_limit() -> None:
    with pytest.raises(DataError, match=r"9,004 characters; at most 8,000 are allowed"):
        from_text("ids:" + "1" * 9000)


SEEDS = [
    to_text(Filtered(FINE, ("23P",))),
    to_text(listed((1, 2, 3))),
    to_text(listed(tuple(range(0, 4000, 7)))),
    f"square:{FINE}:{COARSE}:subclass:23P:4P",
    f"covered:inside={FINE}:outside={COARSE}",
    f"filter:{FINE}:depth_um=100.0..250.0 minus ids:1,2",
]


@hs.composite
def damaged_links(draw: hs.DrawFn) -> str:
    """A link of ours with a piece cut out and another put in."""
    text = draw(hs.sampled_from(SEEDS))
    first, second = sorted(draw(hs.tuples(*[hs.integers(0, len(text))] * 2)))
    return text[:first] + draw(hs.text(max_size=12)) + text[second:]


@given(hs.text(max_size=200) | damaged_links())
@example("filter:")
@example("covered:inside=%00")
@example(f"filter:{FINE}:depth_um=1e999..-1e999")
@example("ids:~" + "A" * 100)
@example("ids:" + "9" * 19)
@settings(max_examples=4 * settings().max_examples)
def test_any_text_is_a_selection_or_is_refused(text: str) -> None:
    try:
        selection = from_text(text)
    except DataError as error:
        refused = error.problem
    else:
        assert from_text(to_text(selection)) == selection
        return
    assert refused.startswith("The selection in this link cannot be read")


@pytest.fixture(scope="module")
def few_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    for name in (FINE, COARSE):
        write_table(folder, name, FINE_ROWS)
    return folder


@pytest.fixture(scope="module")
def folder_settings(few_rows: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    cache = tmp_path_factory.mktemp("cache")
    return {"CELL_TYPES_SOURCE": "folder", "CELL_TYPES_FOLDER": str(few_rows), "CELL_TYPES_CACHE": str(cache)}


def run(page: str, link: dict[str, str]) -> AppTest:
    app = opened_wide(AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=TIMEOUT))
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def choices(page: str) -> list[str]:
    """The names that a page binds to its link."""
    found = (getattr(getattr(node, "proto", None), "query_param_key", "") for node in run(page, {})._tree)
    return sorted({name for name in found if name})


@pytest.fixture(scope="module")
def choices_of_baylor(folder_settings: dict[str, str]) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in folder_settings.items():
            patch.setenv(name, value)
        return choices("baylor")


HOSTILE = [
    "",
    "\0",
    "..",
    "../../etc/passwd",
    MARKUP,
    "nan",
    "-1",
    "1e999",
    "9" * 400,
    "None",
    "true",
    "{}",
    "²",
]
hostile_values = hs.sampled_from([*HOSTILE, *SEEDS, "23P", "Type", "Class", "All"])


def test_no_link_breaks_a_page_or_leaves_anything_behind(
    choices_of_baylor: list[str], folder_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in folder_settings.items():
        monkeypatch.setenv(name, value)
    names = [*choices_of_baylor, "select", "release", "nobody-asked-for-this"]

    @given(values=hs.lists(hostile_values | hs.text(max_size=20), min_size=1, max_size=40))
    @settings(max_examples=settings().max_examples // 8)
    def a_link_breaks_nothing(values: list[str]) -> None:
        link = {name: values[place % len(values)] for place, name in enumerate(names)}
        app = run("baylor", link)
        assert [error.value for error in app.exception] == []
        assert "Baylor" in app.title[0].value

    a_link_breaks_nothing()
    fresh = run("baylor", {})
    assert fresh.session_state.get("selection") is None
    assert fresh.query_params.keys() <= EVERYTHING.keys()


def test_no_choice_in_a_link_breaks_a_page(tmp_path: Path, use_folder: UseFolder) -> None:
    write_files(tmp_path, archive_files())
    use_folder(tmp_path)
    broken = {}
    for page in PAGES:
        names = choices(page)
        assert "figures" in names
        for value in ("", MARKUP, "9" * 400):
            app = run(page, dict.fromkeys([*names, "select", "release"], value))
            if app.exception or not app.title:
                broken[page, value] = [error.value for error in app.exception]
    assert broken == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("__import__('os')", "The selection in this link cannot be read"),
        ("filter:coregistration_manual_v3:labels=23P", "holds no labels to select by"),
    ],
)
def test_a_link_that_selects_nothing_is_words_and_the_page_goes_on(
    text: str, said: str, tmp_path: Path, use_folder: UseFolder
) -> None:
    write_files(tmp_path, archive_files())
    use_folder(tmp_path)
    app = run("baylor", {"select": text})
    assert said in app.error[0].value.replace("\\", "")
    assert app.get("plotly_chart")


def test_a_selection_of_a_table_that_nobody_has_is_refused_and_not_kept(
    folder_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in folder_settings.items():
        monkeypatch.setenv(name, value)
    app = run("baylor", {"select": "filter:..%2F..%2Fetc%2Fpasswd"})
    assert not app.exception
    assert "names a table" in app.error[0].value
    assert app.session_state.get("selection") is None
    app.run()
    assert not app.error, "it was said once"


# Labels


def test_a_figure_shows_a_labels_markup_as_text_and_keeps_its_own() -> None:
    figure = go.Figure(
        go.Bar(x=[MARKUP, "a<5"], y=[1, 2], customdata=[MARKUP, ""], text=["<b>1</b>", "2<br>3"])
    )
    drawn = finished(framed(figure, inner=100, caption="")).to_dict()["data"][0]
    assert "<" not in "".join(drawn["x"])
    assert drawn["x"][1] == "a&lt;5"
    assert list(drawn["text"]) == ["<b>1</b>", "2<br>3"]
    assert list(drawn["customdata"]) == [MARKUP, ""], "what a click answers is the label itself"


@pytest.fixture
def marked_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, table in TABLES.items():
        if table.kind == "labels":
            write_table(tmp_path / "folder", name, [*FINE_ROWS, (10, 104, MARKUP, MARKUP, 5, 1, 2, 3)])
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path / "folder"))


@pytest.mark.usefixtures("marked_folder")
def test_labels_with_markup_are_text_on_every_page(subtests: pytest.Subtests) -> None:
    for page in PAGES:
        with subtests.test(page):
            app = run(page, {})
            assert not app.exception
            blocks = [
                *app.markdown,
                *app.caption,
                *app.info,
                *app.warning,
                *app.error,
                *app.subheader,
                *app.title,
            ]
            for block in blocks:
                assert "<img" not in block.value.replace("\\<img", "")
                assert not re.search(r"(?<!\\)\]\(javascript:", block.value)
            for node in app._tree:
                proto = getattr(node, "proto", None)
                html = getattr(proto, "allow_html", False) and getattr(proto, "body", "")
                assert html is False, "no page writes HTML"
            for chart in app.get("plotly_chart"):
                assert "<img" not in re.sub(r'"customdata":\[.*?\]', "", chart.proto.spec)


# Paths


def test_every_file_name_comes_from_the_catalogue_and_stays_in_its_folder() -> None:
    assert [name for name in EVERY_TABLE if not re.fullmatch(r"[a-z0-9_]+", name)] == []


@pytest.mark.parametrize("asked", ["../secret", "/etc/passwd", f"{FINE}/../{COARSE}", "\0", "*"])
def test_no_other_table_can_be_asked_for(
    asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", asked, "--source", "sample", "--cache", str(tmp_path)]) == 2
    assert "There is no table" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


FORBIDDEN = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "joblib",
    "loads_pickle",
    "allow_pickle",
    "unsafe_allow_html",
}


def test_nothing_is_unpickled_or_evaluated() -> None:
    found = []
    for path, tree in PROGRAM.items():
        for node in ast.walk(tree):
            names = {node.id} if isinstance(node, ast.Name) else set()
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", None) or ""
                names = {
                    part for alias in node.names for part in (*alias.name.split("."), *module.split("."))
                }
            if isinstance(node, ast.keyword) and node.arg:
                names = {node.arg}
            found += [f"{path}: {name}" for name in names & FORBIDDEN]
    assert not found


# Tokens


@pytest.mark.parametrize("name", ["archive"])
def test_an_address_with_a_password_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: f"https://me:{TOKEN}@example.org/x"})
    assert TOKEN not in str(caught.value)


def test_settings_do_not_tell_their_token() -> None:
    told = read_settings({"token": TOKEN})
    assert told.token == TOKEN
    assert TOKEN not in repr(told) + str(told)


@pytest.fixture(scope="module")
def app_with_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Serve a few rows of almost every table: more would make no choice more hostile."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("folder")
    write_files(folder, archive_files())
    settings = {"SOURCE": "folder", "FOLDER": str(folder), "TOKEN": TOKEN}
    environment = {f"CELL_TYPES_{name}": value for name, value in settings.items()}
    server = AppServer(ROOT / "app.py", environment, home)
    server.start()
    yield server
    server.stop()


def press_everything(visitor: Visitor) -> None:
    """Press each button of the page in turn, those that end the selection included."""
    for label in sorted({one.new_element.button.label for one in visitor.elements} - {""}):
        buttons = [one.new_element.button for one in visitor.elements]
        if any(button.label == label and not button.disabled for button in buttons):
            visitor.press(label)
            visitor.finish()


@pytest.mark.slow
def test_a_token_is_in_no_page_and_no_log(app_with_token: AppServer) -> None:
    with visiting(app_with_token.port, keep=True) as visitor:
        for page in PAGES:
            visitor.open("" if page == "overview" else page, {"select": "ids:" + TOKEN[:1]})
            visitor.finish()
            assert visitor.exceptions() == []
        press_everything(visitor)
        assert visitor.raw is not None
        assert len(visitor.raw) > 1_000_000, "the pages came"
        assert TOKEN.encode() not in visitor.raw
    assert TOKEN not in app_with_token.said()


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--source", "cave", "--cave", "http://127.0.0.1:9", "--release", "1300", "--json"),
        ("fetch", FINE, "--source", "archive", "--archive", "http://127.0.0.1:9"),
        ("fetch", FINE, "--source", "cave", "--cave", "http://127.0.0.1:9", "--release", "1300"),
        ("fetch", FINE, "--source", "nowhere"),
    ],
)
def test_a_token_is_in_no_answer_of_the_command_line(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CELL_TYPES_TOKEN", TOKEN)
    with suppress(SystemExit):
        main(arguments)
    said = capfd.readouterr()
    assert TOKEN not in said.out + said.err
    assert said.out + said.err


def test_numbers_that_no_link_should_hold_are_still_only_numbers() -> None:
    assert from_text("ids:" + str(2**63 - 1)) == listed((np.iinfo(np.int64).max,))
