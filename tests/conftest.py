"""What every test may ask for, and what none may touch: the reader's own cache and settings."""

import functools
import gc
import importlib
import os
import re
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.remote import Producer

from data.opening import open_release
from data.settings import read_settings
from tests.groups import BROWSER, WholeGroups, turn_of
from tests.made_release import MadeRelease, made_release

# A busy machine is no failure: no test measures time, so hypothesis may not either. Every run draws the same
# examples, but for `--hypothesis-profile=thorough`.
settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=10)
settings.register_profile("thorough", deadline=None, derandomize=False, max_examples=1_000)
settings.load_profile("default")

PAGE_MAKERS = re.compile(r"\b(AppTest|AppServer|family_pages|page_reader|visitor)\b")
ON_A_WORKER = "PYTEST_XDIST_WORKER" in os.environ
UseFolder = Callable[[Path], None]
MAIN = sys.modules["__main__"]
REALDATA = "CELL_TYPES_TEST_REALDATA"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-pages", action="store_true", help="leave out the files that run pages or servers")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files without importing them: most of what they import is for pages alone."""
    if not config.getoption("no_pages"):
        return None
    is_test = collection_path.name.startswith("test_")
    runs_pages = is_test and PAGE_MAKERS.search(collection_path.read_text("utf-8"))
    return True if collection_path == BROWSER or runs_pages else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, and begin with the groups that take longest."""
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    items.sort(key=lambda item: turn_of(item.path, on_a_worker=ON_A_WORKER))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while all is imported, and later seldom, and not in what was: no test frees it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist, whose groups pytest 9 does not see
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeGroups:
    """Hand out the tests by what one worker takes whole."""
    return WholeGroups(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start a worker more than there are processors where a browser has some of them wait.

    Each worker draws its own figures: more than four would mostly draw what others have drawn.
    """
    return min(4, (os.cpu_count() or 1) + (not config.getoption("no_pages")))


@pytest.fixture(scope="session", autouse=True)
def pages_cost_less(pytestconfig: pytest.Config) -> Iterator[None]:
    """Spare what AppTest does beside a page's run.

    It looks for components in the installed packages at every run, for half of its time, and asks a thousand
    times a second whether the page has ended.
    """
    if pytestconfig.getoption("no_pages"):
        yield
        return
    scanner = importlib.import_module("streamlit.components.v2.manifest_scanner")
    runner = importlib.import_module("streamlit.testing.v1.local_script_runner")
    look = runner.require_widgets_deltas

    def wait(page: Any, timeout: float) -> None:
        page._script_thread.join(timeout)
        look(page, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanner, "scan_component_manifests", functools.cache(scanner.scan_component_manifests))
        patch.setattr(runner, "require_widgets_deltas", wait)
        yield


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a cache of its own, no microscopy, and no setting of the machine's."""
    for name in tuple(os.environ):
        if name.startswith("CELL_TYPES_") and not name.startswith("CELL_TYPES_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CELL_TYPES_CACHE", str(tmp_path / "cache"))
    # One place, where nothing is: for each other setting the pages would open a release anew.
    monkeypatch.setenv("CELL_TYPES_IMAGERY", str(tmp_path.parent / "no-imagery"))
    # A page that ran through AppTest stays `__main__`, and every child process would run it again.
    monkeypatch.setitem(sys.modules, "__main__", MAIN)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """List the seconds that are waited for a busy server, which no test spends."""
    waited: list[float] = []
    monkeypatch.setattr("data.sources.connection.time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture(scope="session")
def sample_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the cache of the synthetic release, drawn once for the run: to read, not to write.

    The pages keep what they computed by the place and the time of a table: tests that share this cache share
    the figures too.
    """
    run = tmp_path_factory.getbasetemp()
    if ON_A_WORKER:  # each worker has a folder of its own in that of the run
        run = run.parent
    cache = run / "sample"
    with FileLock(run / "sample.lock"):
        sample = read_settings({"source": "sample", "cache": cache})
        open_release(sample, sample_when_offline=False).load_release()
        drawn = _files(cache)
    yield cache
    assert _files(cache) == drawn, "a test wrote into the cache that all share"


def _files(folder: Path) -> dict[str, int]:
    entries = (entry for place, *_ in os.walk(folder) for entry in os.scandir(place))
    return {entry.path: entry.stat().st_mtime_ns for entry in entries if entry.is_file()}


@pytest.fixture
def sample(sample_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the app open the synthetic release, and return its cache."""
    monkeypatch.setenv("CELL_TYPES_SOURCE", "sample")
    monkeypatch.setenv("CELL_TYPES_CACHE", str(sample_cache))
    before = _files(sample_cache)
    yield sample_cache
    assert _files(sample_cache) == before, "this test wrote into the cache that all share"


@pytest.fixture
def use_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> UseFolder:
    """Let the app read a folder, with a cache of the test's own."""

    def use(folder: Path) -> None:
        # The cache comes first, and so goes last: at no moment do rows of a folder go into another's cache.
        monkeypatch.setenv("CELL_TYPES_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("CELL_TYPES_FOLDER", str(folder))
        monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")

    return use


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeRelease]:
    """Return the made-up release that scripts are run on, as its archive serves it: to read, not to write."""
    with made_release(tmp_path_factory.mktemp("made")) as release:
        yield release


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of real v661 rows, in the archive's layout; without one the test is skipped."""
    folder = os.environ.get(REALDATA)
    if not folder:
        pytest.skip(f"{REALDATA} names no folder of real rows")
    if not Path(folder).is_dir():
        pytest.fail(f"{REALDATA} names {folder}, which is not a folder", pytrace=False)
    return Path(folder).absolute()
