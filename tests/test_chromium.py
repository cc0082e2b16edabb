"""Which Chromium the browser tests take, and what is said where there is none."""

import subprocess
from pathlib import Path

import pytest

from tests.browser import chromium


def program(folder: Path, name: str) -> Path:
    """Make a program that does nothing."""
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any Chromium, and its empty PATH."""
    monkeypatch.setattr(chromium, "APPLICATIONS", ())
    monkeypatch.setattr(chromium, "playwrights_own", lambda: tmp_path / "playwright" / "chrome")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_one_that_is_named_goes_first(bare):
    program(bare, "chromium")
    mine = program(bare, "mine")
    assert chromium.find_chromium({"CELL_TYPES_CHROMIUM": str(mine), "PATH": str(bare)}) == mine


def test_a_name_that_is_no_program_is_said_and_not_passed_over(bare):
    program(bare, "chromium")
    with pytest.raises(chromium.ChromiumMissing, match="CELL_TYPES_CHROMIUM names /no/chromium"):
        chromium.find_chromium({"CELL_TYPES_CHROMIUM": "/no/chromium", "PATH": str(bare)})


def test_the_machines_own_goes_before_playwrights(bare):
    chrome = program(bare, "google-chrome")
    (bare / "playwright").mkdir()
    own = program(bare, "playwright/chrome")
    assert chromium.find_chromium() == chrome
    chrome.unlink()
    assert chromium.find_chromium() == own


def test_one_that_can_be_installed_is(bare, monkeypatch):
    tried = []

    def install(command, *, check):
        tried.append(command)
        if "playwright" in command:
            program(bare, "chromium")

    monkeypatch.setattr(chromium, "is_root", lambda: False)
    monkeypatch.setattr(subprocess, "run", install)
    assert chromium.have_chromium() == bare / "chromium"
    assert [command[1:] for command in tried] == [["-m", "playwright", "install", "chromium"]]


def test_the_administrator_installs_with_the_machines_package_manager_first(bare, monkeypatch):
    program(bare, "apt-get")
    monkeypatch.setattr(chromium, "is_root", lambda: True)
    first, *others = chromium.installers()
    assert first[:2] == ["sh", "-c"]
    assert "apt-get install -y chromium" in first[2]
    assert all("playwright" in command for command in others)


def test_where_none_can_be_had_it_says_what_to_do(bare, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda command, *, check: None)
    with pytest.raises(chromium.ChromiumMissing, match="playwright install chromium"):
        chromium.have_chromium()
