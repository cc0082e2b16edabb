"""An idle server does nothing: it looks at no file, unless it was started for development."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.acts import expect_once, settle
from tests.browser.server import ROOT, AppServer


def test_a_server_started_with_no_more_than_its_address_leaves_the_files_alone(
    page: Page, servers: Callable[..., AppServer], sample_cache: Path
) -> None:
    environment = {"CELL_TYPES_SOURCE": "sample", "CELL_TYPES_CACHE": str(sample_cache)}
    server = servers(ROOT / "app.py", environment)
    options = [word.split("=")[0] for word in server.command if word.startswith("--")]
    assert options == ["--server.address", "--server.port", "--server.headless"]
    for place in ("", "baylor"):
        page.goto(f"{server.url}/{place}")
        expect_once(page.get_by_role("heading", level=1))
        settle(page)
    assert "Inotify queue overflowed" not in server.said()


@pytest.mark.parametrize(("target", "watcher"), [("app", "none"), ("dev", "poll")])
def test_files_are_polled_for_development_only(target: str, watcher: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (options,) = re.findall(
        rf"^{target}:.*\n\t.* streamlit run app\.py (.*)\$\(ARGS\)$", makefile, re.MULTILINE
    )
    told = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show", *shlex.split(options)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.findall(r'^fileWatcherType = "(.*)"', told.stdout, re.MULTILINE) == [watcher]
