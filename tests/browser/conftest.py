"""A real browser before a real server: what the browser tests may ask for."""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.acts import draw_no_points, listen
from tests.browser.chromium import ChromiumMissing, have_chromium, is_root
from tests.browser.server import ROOT, AppServer
from tests.browser.three_tables import DETECTIONS, archive_files, detected, made_up

WAIT_MS = 120_000  # for software rendering on a busy machine; a healthy step takes a fraction of it
ARGUMENTS = (
    # No traffic of the browser's own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Nor any of the page's own but to the servers here: what it asks of others fails, and shows as an error.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # WebGL2 without a graphics card.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
# The processor draws all but the cloud without a detour over WebGL, and one process runs all pages, whichever
# server they are from: it keeps Streamlit's scripts compiled, so that parsing them while they come gains
# nothing. Together that halves what a page costs. No test is long enough for V8's last compiler to earn what
# it costs. Of Playwright's own list of features, which this one replaces, those that matter here stay off.
CHEAPER = (
    *("--disable-gpu-compositing", "--disable-gpu-rasterization"),
    *("--renderer-process-limit=1", "--disable-site-isolation-trials", "--js-flags=--no-turbofan"),
    "--disable-features=ScriptStreaming,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding",
)
expect.set_options(timeout=WAIT_MS)

Serve = Callable[..., str]
Servers = Callable[[Path, dict[str, str]], AppServer]
SERVED = pytest.StashKey[list[AppServer]]()
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show, with a failed test, what its page said and what its servers logged."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
        page = getattr(item, "funcargs", {}).get("page")
        if isinstance(page, Page) and not page.is_closed():
            with suppress(PlaywrightError):  # a crashed page must not hide the failure itself
                report.sections.append((f"page {page.url}", page.inner_text("body", timeout=2_000)))
        for server in item.stash.get(SERVED, []):
            report.sections.append((f"log of {server.script.name}", server.said()))
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium, once for all tests of this folder.

    It ends with them: as long as it runs, Playwright keeps an event loop in the main thread, over which other
    tests trip.
    """
    try:
        executable = have_chromium()
    except ChromiumMissing as missing:
        pytest.fail(str(missing), pytrace=False)
    arguments = [*ARGUMENTS, *CHEAPER, *(["--no-sandbox"] if is_root() else [])]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def browser_errors() -> list[str]:
    """What `page` has met so far: uncaught exceptions and errors on the console.

    The test fails at its end if any are left; one that expects them reads and clears the list.
    """
    return []


@pytest.fixture(scope="package")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Open the window of all pages, 1280 × 900. One page stays: without any, Chromium ends their process."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    listen(context)
    lasting = context.new_page()
    lasting.route("**", lambda route: route.fulfill(body=""))
    lasting.goto("http://127.0.0.1")
    yield context
    context.close()


def note_errors(page: Page, errors: list[str]) -> None:
    """List what a page meets from now on: uncaught exceptions and errors on the console."""

    def note(message: ConsoleMessage) -> None:
        # On a deep link Streamlit's page asks for its server below that path first, and gets a 404.
        place = message.location["url"]
        if message.type == "error" and "/_stcore/" not in place:
            errors.append(f"{message.text} ({place})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))


@pytest.fixture
def new_page(window: BrowserContext, browser_errors: list[str]) -> Iterator[Page]:
    """Open an empty page with no memory of earlier ones, but for the files that a browser keeps."""
    earlier = [*window.pages]
    new_page = window.new_page()
    note_errors(new_page, browser_errors)
    yield new_page
    with suppress(PlaywrightError):  # it has crashed, or no address
        new_page.evaluate("localStorage.clear()")
    for opened in window.pages:
        if opened not in earlier:
            opened.close()
    window.clear_cookies()
    window.unroute_all()
    assert not browser_errors


@pytest.fixture
def page(new_page: Page) -> Page:
    """Open a page for this test alone; a file whose tests share one has a `page` of its own."""
    return new_page


@pytest.fixture
def no_points(page: Page) -> None:
    """Leave the cloud empty where a test looks at all but that: a tenth of the time is spared."""
    draw_no_points(page)


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Keep the servers of this folder: one for each script and environment."""
    running: dict[tuple[Path, frozenset[tuple[str, str]]], AppServer] = {}

    def server(script: Path, environment: dict[str, str]) -> AppServer:
        key = (script, frozenset(environment.items()))
        if key not in running:
            started = AppServer(script, environment, tmp_path_factory.mktemp("server"))
            started.start()
            running[key] = started
        return running[key]

    yield server
    for started in running.values():
        started.stop()


@pytest.fixture
def serve(request: pytest.FixtureRequest, servers: Servers) -> Serve:
    """Serve a script: `serve("app.py", CELL_TYPES_SOURCE="sample")` returns its base URL.

    The script is a path below the project's root, or an absolute one; keywords are environment
    variables. Equal calls share a server, its cache included: name a `CELL_TYPES_CACHE` where that
    matters.
    """

    def serve_script(script: Path | str = "app.py", **environment: object) -> str:
        server = servers(ROOT / script, {name: str(value) for name, value in environment.items()})
        request.node.stash.setdefault(SERVED, []).append(server)
        return server.url

    return serve_script


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write three overlapping tables and the detections of their nuclei into a folder."""
    place, raw = tmp_path_factory.mktemp("three-tables"), made_up()
    (place / "v661").mkdir()
    for path, content in archive_files({**raw, DETECTIONS: detected(raw)}).items():
        (place / path[1:]).write_bytes(content)
    return place


@pytest.fixture
def url(serve: Serve, sample_cache: Path) -> str:
    """Serve the app on the synthetic release; a file whose rows are others has a `url` of its own.

    The release is drawn before: on a busy machine that takes longer than a test waits for a page.
    """
    return serve(CELL_TYPES_SOURCE="sample", CELL_TYPES_CACHE=sample_cache)
