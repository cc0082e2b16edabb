"""A server looks at no file, unless it was started for development."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.browser.server import ROOT


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
