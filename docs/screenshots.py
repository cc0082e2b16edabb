"""Take the README's pictures: the pages on the synthetic sample, as anybody can see them.

Usage: `make screenshots`, or with rows of your own: `CELL_TYPES_SOURCE=folder … make screenshots`.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from data.catalog.pages import PAGES
from tests.browser.chromium import have_chromium, is_root
from tests.browser.server import ROOT, AppServer

SHOTS = {
    "overview": ("?colour=Soma-nucleus+metamodel", "light"),
    "baylor": ("", "dark"),
    "agreement": ("?with=Soma-nucleus+metamodel", "light"),
}
"""By page: the choices in its link, and the colour scheme."""
FIRST = next(iter(PAGES))
GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def take(browser: Browser, url: str, name: str) -> None:
    """Take one picture, once the cloud is drawn and no chart is still to come."""
    choices, scheme = SHOTS[name]
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"{url}/{'' if name == FIRST else PAGES[name].name}{choices}")
    expect(page.get_by_text("nuclei shown")).to_be_attached(timeout=60_000)
    page.wait_for_function("document.querySelector('[data-testid=stStatusWidget]') === null")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
    context.close()


def main() -> None:
    """Serve the app in a fresh home and take every picture."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("CELL_TYPES_")}
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = AppServer(ROOT / "app.py", {"CELL_TYPES_SOURCE": "sample", **settings}, Path(home))
        server.start()
        sandbox = ["--no-sandbox"] if is_root() else []
        browser = playwright.chromium.launch(executable_path=have_chromium(), args=[*GL, *sandbox])
        for name in SHOTS:
            take(browser, server.url, name)
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
