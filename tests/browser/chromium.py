"""The Chromium of the browser tests: found on the machine, or installed where the user may.

Run as a script (`make test` does, before pytest) it says which one it is, or what to do.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

SETTING = "CELL_TYPES_CHROMIUM"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (  # where macOS keeps them, which is not on the PATH
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
REMEDY = f"""No Chromium was found for the browser tests, and none could be installed. One of these helps:
  - install Chromium or Google Chrome with the machine's own package manager;
  - run `.venv/bin/python -m playwright install chromium`;
  - set {SETTING} to the path of a Chromium that is already there."""


class ChromiumMissing(Exception):
    """No Chromium can be had; the message says what to do."""


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Find the Chromium to test with: the named one, else the machine's, else Playwright's own.

    Parameters
    ----------
    environ : mapping
        The environment; its `CELL_TYPES_CHROMIUM` goes before all others.

    Raises
    ------
    ChromiumMissing
        If the setting names a file that cannot be run.
    """
    if named := environ.get(SETTING):
        if not (found := shutil.which(named)):
            raise ChromiumMissing(f"{SETTING} names {named}, which is not a program that can be run.")
        return Path(found)
    for command in COMMANDS:
        if found := shutil.which(command, path=environ.get("PATH")):
            return Path(found)
    candidates = (*APPLICATIONS, playwrights_own())
    return next((path for path in candidates if path.is_file()), None)


def playwrights_own() -> Path:
    """Return the path where Playwright keeps its Chromium, be it installed or not."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def have_chromium() -> Path:
    """Find a Chromium, or install one.

    Raises
    ------
    ChromiumMissing
        If there is none and none can be installed.
    """
    if found := find_chromium():
        return found
    for command in installers():
        print("Installing Chromium for the browser tests:", " ".join(command), flush=True)
        subprocess.run(command, check=False)
        if found := find_chromium():
            return found
    raise ChromiumMissing(REMEDY)


def installers() -> Iterator[list[str]]:
    """List the commands that may give a Chromium, in the order to try them."""
    playwright = [sys.executable, "-m", "playwright", "install"]
    if is_root() and (apt := shutil.which("apt-get")):
        # A fresh image has no package lists; where they cannot be renewed, the old ones may do.
        yield ["sh", "-c", f"{apt} update; DEBIAN_FRONTEND=noninteractive {apt} install -y chromium"]
        yield [*playwright, "--with-deps", "chromium"]
    yield [*playwright, "chromium"]


def is_root() -> bool:
    """Whether this is the administrator, who may install, and for whom Chromium has no sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        print("Chromium for the browser tests:", have_chromium())
    except ChromiumMissing as missing:
        sys.exit(str(missing))
