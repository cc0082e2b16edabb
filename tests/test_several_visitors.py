"""Several people at one server, and several servers at one cache: nobody waits for another's fetch."""

import ast
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from components.point_cloud.cloud import make_cloud
from components.ui.page import frame
from components.ui.session import background, release
from components.ui.session.background import NobodyWatches, begin_fetch, fetch_words
from components.ui.session.cached import cached
from data.catalog.pages import MOVED, PAGES
from data.errors import BadTable, TableAbsent
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.tables.raw import Progress
from tests.browser.server import ROOT, AppServer
from tests.filling import opened
from tests.loopback_archive import (
    COARSE,
    FINE,
    FINE_ROWS,
    Answer,
    LoopbackArchive,
    running_archive,
    table_files,
    write_table,
)
from tests.program import PROGRAM
from tests.visitor import Visitor, visiting

ROWS_PATH = f"/v661/{FINE}_merged.csv.gz"
END_S = 60  # what does not end by then hangs
MANY_IDS = np.random.default_rng(0).permutation(400_000)
AT_ONCE = 8


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        running.files |= table_files(FINE, FINE_ROWS) | table_files(COARSE, FINE_ROWS)
        yield running


def server(archive: LoopbackArchive, home: Path, cache: Path) -> AppServer:
    home.mkdir()
    settings = {
        "CELL_TYPES_SOURCE": "archive",
        "CELL_TYPES_ARCHIVE": archive.url,
        "CELL_TYPES_CACHE": str(cache),
    }
    return AppServer(ROOT / "app.py", settings, home)


@pytest.fixture
def app(archive: LoopbackArchive, tmp_path: Path) -> Iterator[AppServer]:
    started = server(archive, tmp_path / "home", tmp_path / "cache")
    started.start()
    yield started
    archive.release.set()
    started.stop()


def open_until_the_download_stalls(visitor: Visitor, archive: LoopbackArchive) -> list[set[str]]:
    menus = []
    visitor.open("baylor")
    while "Fetching Baylor fine" not in visitor.texts():
        message = visitor.step()
        if message.WhichOneof("type") == "navigation":
            menus.append({page.url_pathname for page in message.navigation.app_pages})
    assert archive.halfway.wait(END_S)
    return menus


@pytest.mark.slow
def test_nobody_waits_for_a_download_that_stalls(
    archive: LoopbackArchive, app: AppServer, tmp_path: Path
) -> None:
    opened(archive.url, tmp_path / "cache").load_labels(COARSE)
    archive.stalled.add(ROWS_PATH)
    with visiting(app.port) as first, visiting(app.port) as second, visiting(app.port) as third:
        menus = open_until_the_download_stalls(first, archive)
        assert menus == [{"", *PAGES, *MOVED}], "a fresh server shows the app's own menu at once"

        second.open()
        second.finish(END_S)
        assert "1 of 14 tables" in second.texts(), "who needs only what is cached has the page"

        third.open("baylor")
        while "Fetching Baylor fine" not in third.texts():
            third.step()
        assert archive.asked.count(ROWS_PATH) == 1, "who needs the same table watches the same download"

        first.open()
        first.finish(END_S)
        assert "Fetching" not in first.texts(), "who waits can leave"

        archive.stalled.clear()
        archive.release.set()
        third.finish(END_S)
        assert "did not deliver" in third.texts()
        assert [visitor.exceptions() for visitor in (first, second, third)] == [[], [], []]
    assert len(opened(archive.url, tmp_path / "cache").load_labels(FINE).frame) == 3, "no lock is left"


@pytest.mark.slow
def test_what_failed_for_one_is_mended_by_the_button(archive: LoopbackArchive, app: AppServer) -> None:
    archive.statuses[ROWS_PATH] = 503
    with visiting(app.port) as visitor:
        visitor.open("baylor")
        visitor.finish()
        assert "HTTP 503" in visitor.texts()
        archive.statuses.clear()
        visitor.press("Try again")
        visitor.finish()
        assert "HTTP 503" not in visitor.texts()
        assert "plotly_chart" in visitor.texts()


@pytest.mark.slow
def test_a_page_says_that_it_waits_for_a_busy_archive(archive: LoopbackArchive, app: AppServer) -> None:
    archive.faults[ROWS_PATH] = [Answer(status=503, headers={"Retry-After": "2"})]
    with visiting(app.port) as visitor:
        visitor.open("baylor")
        while "the server is busy and asked again in 2 s" not in visitor.texts():
            visitor.step()
        visitor.finish(END_S)
        assert "plotly_chart" in visitor.texts()


def test_a_page_says_that_nothing_comes_and_how_long_that_may_last() -> None:
    progress = Progress()
    assert fetch_words(progress, "Fetching X", 60.0) == (0.0, "Fetching X …")
    progress.heard -= 7
    silence = "nothing new for 7 s; a server is given up after 60 s of silence"
    assert fetch_words(progress, "Fetching X", 60.0) == (0.0, f"Fetching X: {silence}")
    assert fetch_words(progress, "Drawing X", 0.0) == (0.0, "Drawing X …"), "nobody is asked"
    progress(1_000_000, 4_000_000)
    assert fetch_words(progress, "Fetching X", 60.0) == (0.25, "Fetching X: 1.0 MB of 4.0 MB")
    progress.heard -= 7
    assert fetch_words(progress, "Fetching X", 60.0)[1] == f"Fetching X: 1.0 MB of 4.0 MB; {silence}"


@pytest.mark.slow
def test_a_download_that_nobody_watches_is_given_up(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(NobodyWatches):
        begin_fetch(opened(archive.url, tmp_path), FINE).ended.result(END_S)
    again = opened(archive.url, tmp_path)
    assert again.provenance(FINE) is None
    assert len(again.load_labels(FINE).frame) == 3


def test_a_fetch_hands_its_error_to_whoever_watches(archive: LoopbackArchive, tmp_path: Path) -> None:
    archive.statuses[ROWS_PATH] = 500
    with pytest.raises(BadTable, match="HTTP 500"):
        begin_fetch(opened(archive.url, tmp_path), FINE).ended.result(END_S)


@pytest.mark.slow
def test_two_servers_over_one_cache_download_each_table_once(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    servers = [server(archive, tmp_path / name, tmp_path / "cache") for name in ("one", "two")]

    def visit(one: AppServer) -> str:
        one.start()
        try:
            with visiting(one.port) as visitor:
                visitor.open("baylor")
                visitor.finish()
                assert not visitor.exceptions()
                return visitor.texts()
        finally:
            one.stop()

    with ThreadPoolExecutor(2) as both:
        pages = list(both.map(visit, servers))
    assert all("plotly_chart" in page for page in pages)
    for path in table_files(FINE, []) | table_files(COARSE, []):
        assert archive.asked.count(path) == 1


# What is held in memory


@pytest.fixture
def empty_memory() -> Iterator[None]:
    for memory in (release._tables(), release._failures()):
        memory.clear()
    yield
    for memory in (release._tables(), release._failures()):
        memory.clear()


@pytest.mark.usefixtures("empty_memory")
def test_sessions_share_a_frame(archive: LoopbackArchive, tmp_path: Path) -> None:
    one = opened(archive.url, tmp_path)
    one.fetch_labels(FINE)
    place = (one.source.key, 661, FINE)
    assert release._from_memory(place, one).frame is release._from_memory(place, one).frame


@pytest.mark.usefixtures("empty_memory")
def test_the_tables_in_memory_are_limited_and_the_oldest_goes(
    archive: LoopbackArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "RELEASES_HELD", 2)
    one = opened(archive.url, tmp_path)
    one.fetch_labels(FINE)
    monkeypatch.setattr(type(one.tables), "on_pages", {FINE: one.tables[FINE]})
    for number in (343, 661, 795):
        release._from_memory((one.source.key, number, FINE), one)
    assert [place[1] for place in release._tables()] == [661, 795]


# What is read again, and what is not asked again


def of_folder(folder: Path, cache: Path) -> OpenRelease:
    settings = read_settings({"source": "folder", "folder": folder, "cache": cache})
    return open_release(settings, sample_when_offline=False)


def nuclei(name: str, one: OpenRelease) -> list[int]:
    loaded = release.load_labels(name, one)
    assert isinstance(loaded, LabelTable)
    return loaded.frame["nucleus_id"].tolist()


@pytest.mark.usefixtures("empty_memory")
def test_a_table_is_read_again_within_a_session_after_its_file_changed(tmp_path: Path) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    one = of_folder(tmp_path, tmp_path / "cache")
    whole = nuclei(FINE, one)
    write_table(tmp_path, FINE, FINE_ROWS[1:])
    assert nuclei(FINE, one) == whole[1:]


@pytest.mark.usefixtures("empty_memory")
def test_a_folder_that_lacked_a_table_is_read_once_it_is_there(tmp_path: Path) -> None:
    one = of_folder(tmp_path, tmp_path / "cache")
    assert isinstance(release.load_labels(FINE, one), TableAbsent)
    write_table(tmp_path, FINE, FINE_ROWS)
    assert len(nuclei(FINE, one)) == len(FINE_ROWS)


@pytest.mark.usefixtures("empty_memory")
def test_an_archive_that_failed_is_asked_again_only_on_request(
    archive: LoopbackArchive, tmp_path: Path
) -> None:
    archive.statuses[ROWS_PATH] = 500
    one = opened(archive.url, tmp_path)
    assert isinstance(release.load_labels(FINE, one), BadTable)
    archive.statuses.clear()
    asked = len(archive.asked)
    assert isinstance(release.load_labels(FINE, one), BadTable)
    assert len(archive.asked) == asked
    release.retry(FINE)
    assert len(nuclei(FINE, one)) == len(FINE_ROWS)


def cached_functions() -> Iterator[tuple[str, ast.FunctionDef, ast.Call]]:
    for path, tree in PROGRAM.items():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and "cache_" in ast.unparse(mark.func):
                    yield path, function, mark


def test_whatever_is_kept_for_all_sessions_is_limited() -> None:
    found = list(cached_functions())
    assert found
    unlimited = [
        f"{file}: {function.name}"
        for file, function, mark in found
        if function.args.args and "max_entries" not in {keyword.arg for keyword in mark.keywords}
    ]
    assert unlimited == []


def cached_index(_name: str) -> "pd.Index[int]":
    @cached()
    def some_frame(key: str) -> tuple[dict[str, pd.DataFrame], str]:
        return {key: pd.DataFrame(index=pd.Index(MANY_IDS))}, key

    return some_frame("frame")[0]["frame"].index


def cloud_index(name: str) -> "pd.Index[int]":
    zeros = np.zeros(len(MANY_IDS))
    cloud = make_cloud(nucleus_id=MANY_IDS, root_id=MANY_IDS, x_um=zeros, depth_um=zeros, z_um=zeros)
    index: pd.Index[int] = getattr(cloud, name)
    return index


@pytest.mark.parametrize("shared", [cached_index, cloud_index])
def test_sessions_find_nuclei_in_what_all_share_at_the_same_moment(
    shared: Callable[[str], "pd.Index[int]"],
) -> None:
    # Pandas builds its table of an index at the first question, and answers others meanwhile from half of it.
    index, together = shared("_index"), Barrier(AT_ONCE)

    def ask(_: int) -> int:
        together.wait(END_S)
        return int((index.get_indexer(pd.Index(MANY_IDS[:1000])) < 0).sum())

    with ThreadPoolExecutor(AT_ONCE) as sessions:
        assert [*sessions.map(ask, range(AT_ONCE))] == [0] * AT_ONCE


@pytest.mark.parametrize(
    ("scripts", "alone"),
    [(["app.py", "pages/baylor.py"], True), (["pages/overview.py", "pages/baylor.py"], False)],
)
def test_a_page_that_runs_without_the_app_goes_through_it_although_another_visitor_ended_the_older_way(
    scripts: list[str], alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {str(n): {"script_path": str(ROOT / script)} for n, script in enumerate(scripts)}
    context = SimpleNamespace(pages_manager=SimpleNamespace(get_pages=lambda: pages))
    again: list[bool] = []
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    monkeypatch.setattr(frame, "get_script_run_ctx", lambda: context)
    monkeypatch.setattr(st, "rerun", lambda: again.append(True))
    frame._start_through_app()
    assert again == [True] * alone
