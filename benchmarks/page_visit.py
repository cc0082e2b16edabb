"""Pages of the running app, opened in Chromium by their addresses: what layout, words and workbench share."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from data.catalog.pages import PAGES
from tests.browser.chromium import have_chromium, is_root
from tests.browser.conftest import ARGUMENTS
from tests.browser.server import ROOT, AppServer

WATCH = Path(__file__).with_name("watch.js")
WAIT_MS = 120_000
CHOICES = {
    "nucleus": {"sample": {"nucleus": "9128760"}, "folder": {"nucleus": "36278"}},
}
"""By page and source: the choices without which a page has nothing to show."""
AT_REST = """quiet => {
  const app = document.querySelector("[data-testid=stApp]"), last = __seen.events.at(-1)?.[0] ?? 0;
  return app?.dataset.testScriptState === "notRunning" && performance.now() - last > quiet
    && __seen.quiet * 100 >= quiet
    && !document.querySelector("[data-testid=stSkeleton], [data-testid=stSpinner]");
}"""


def address(page: str, source: str = "sample", **choices: str) -> str:
    """Return a page's address below the server's URL, with choices; the first page is the default."""
    name = "" if page == next(iter(PAGES)) else page
    choices = CHOICES.get(page, {}).get(source, {}) | choices
    return f"{name}?{urlencode(choices)}" if choices else name


def environment(folder: Path | None, cache: Path | None) -> dict[str, str]:
    """Settings of a server for the synthetic release, or for a folder of rows."""
    settings = {"CELL_TYPES_SOURCE": "folder" if folder else "sample"}
    if folder:
        settings["CELL_TYPES_FOLDER"] = str(folder.absolute())
    if cache:
        settings["CELL_TYPES_CACHE"] = str(cache.absolute())
    return settings


@contextmanager
def work_tree(commit: str) -> Iterator[Path]:
    """Check a commit out beside this work tree, for as long as it is needed."""
    git = ["git", "-C", str(ROOT), "worktree"]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


@contextmanager
def serving(settings: dict[str, str], root: Path = ROOT) -> Iterator[AppServer]:
    """Serve the app as `make app` does, from this work tree or another, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        server = AppServer(root / "app.py", settings, Path(home), root=root)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium that draws WebGL without a graphics card."""
    arguments = [*ARGUMENTS, "--no-sandbox"] if is_root() else [*ARGUMENTS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=have_chromium(), args=arguments)
        yield browser
        with suppress(PlaywrightError):  # it may have been ended from outside
            browser.close()


def open_page(browser: Browser, size: tuple[int, int], *, dark: bool = False) -> Page:
    """Open an empty page in a context of its own, watched by `watch.js`."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.add_init_script(path=WATCH)
    return page


def rest(page: Page, quiet_ms: int = 500) -> None:
    """Wait until no script runs and nothing has come, changed or been drawn for a while."""
    page.wait_for_function(AT_REST, arg=quiet_ms, polling=50)
