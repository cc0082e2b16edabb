"""Nuclei judged by keys: kept in the browser, taken back, exported, read again, and never lost."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from components.analysis.review.journal import standing_verdicts
from components.ui.review.journal_file import read_journal_file
from tests.browser.acts import downloaded, draw_no_points, listen, settle
from tests.browser.chromium import have_chromium, is_root
from tests.browser.conftest import ARGUMENTS, CHEAPER, WAIT_MS
from tests.browser.server import ROOT, AppServer

ADDRESS = "review?queue=Contested&panel=Verdicts"
FORGET = "indexedDB.deleteDatabase('cell-types-verdicts')"


@pytest.fixture
def forgetful(page: Page) -> Iterator[Page]:
    """Open a page whose browser forgets the verdicts at the end."""
    yield page
    page.evaluate(FORGET)


def place(page: Page) -> Locator:
    return page.locator(".st-key-verdict-panel .place")


def expect_place(page: Page, number: int, judged: int) -> None:
    """Wait until the panel shows this place of the queue, with so many verdicts, and hears keys."""
    expect(place(page)).to_have_text(re.compile(rf"^{number} of [\d,]+, {judged} judged$"))
    expect(page.locator(".st-key-verdict-panel form")).to_have_attribute("aria-busy", "false")


def judge(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.usefixtures("no_points")
def test_verdicts_by_keys_are_kept_taken_back_exported_and_read_again(
    forgetful: Page, url: str, browser: Browser, tmp_path: Path
) -> None:
    page = forgetful
    page.goto(f"{url}/{ADDRESS}")
    for number, keys in enumerate([("a", "4"), ("s", "2"), ("5",), (), ("a", "1")], 1):
        expect_place(page, number, number - 1)
        judge(page, *keys, "Enter")
    expect_place(page, 6, 5)
    judge(page, "ArrowLeft")
    expect_place(page, 5, 5)
    page.locator(".st-key-verdict-panel").get_by_label("Note").fill(
        "1 by a doubt"
    )  # what is typed in a field is no key
    page.keyboard.press("Enter")
    expect_place(page, 6, 5)
    judge(page, "ArrowRight")
    expect_place(page, 7, 5)
    page.reload()
    expect_place(page, 7, 5)
    judge(page, "u")
    expect_place(page, 5, 5)  # the note is taken back, the verdict before it stands
    judge(page, "u")
    expect_place(page, 5, 4)

    name, rows = downloaded(page, "With certainty, note, position")
    assert name.startswith("synthetic-v661-")
    assert rows["synthetic"].all()
    by_time = rows.sort_values("judged_at")
    assert by_time["certainty"].tolist() == [4, 2, 5, 5]
    assert by_time["cell_type"].nunique() == 2
    _, reference = downloaded(page, "For CAVE")
    assert reference.columns.tolist() == ["target_id", "classification_system", "cell_type", "synthetic"]
    saved = tmp_path / "verdicts.csv"
    rows.to_csv(saved, index=False)

    page.get_by_role("button", name="Add as a table").click()
    expect(page.get_by_role("link", name="Compare with other tables")).to_be_visible()
    settle(page)

    other = browser.new_context(viewport={"width": 1280, "height": 900})
    other.set_default_timeout(WAIT_MS)
    listen(other)
    draw_no_points(other)
    elsewhere = other.new_page()
    elsewhere.goto(f"{url}/{ADDRESS}")
    expect_place(elsewhere, 1, 0)
    elsewhere.locator(".st-key-verdicts-file input[type=file]").set_input_files(saved)
    expect_place(elsewhere, 5, 4)
    elsewhere.reload()
    expect_place(elsewhere, 5, 4)
    other.close()


LONG_QUEUE = "review?queue=Near+a+threshold&nearest=500&panel=Verdicts"
AT_ONCE = 4
"""Verdicts between one death and the next."""


@pytest.mark.slow
def test_no_verdict_is_lost_when_tab_server_and_browser_are_killed(
    browser: Browser, sample_cache: Path, tmp_path: Path
) -> None:
    settings = {"CELL_TYPES_SOURCE": "sample", "CELL_TYPES_CACHE": str(sample_cache)}
    server = AppServer(ROOT / "app.py", settings, tmp_path)
    chromium = Chromium(tmp_path / "browser")
    journal = tmp_path / "verdicts.jsonl"
    try:
        server.start()
        page = chromium.open(browser, f"{server.url}/{LONG_QUEUE}")
        expect(place(page)).to_have_text("1 of 500, 0 judged")
        keep_in_file(page, journal)
        judge(page, "a", "3")
        judge_until(page, AT_ONCE)
        page.close(run_before_unload=False)
        page = chromium.open(browser, f"{server.url}/{LONG_QUEUE}")
        expect_place(page, AT_ONCE + 1, AT_ONCE)
        keep_in_file(page, journal)
        judge_until(page, 2 * AT_ONCE)
        server.process.kill()
        server.process.wait()
        assert written(journal) == 2 * AT_ONCE
        judge_one(page)  # which no server hears of
        server.start()  # the page finds it again, and the server the file
        expect_place(page, 2 * AT_ONCE + 1, 2 * AT_ONCE + 1)
        judge_until(page, 3 * AT_ONCE)
        judge_one(page)
        chromium.kill()
        page = chromium.open(browser, f"{server.url}/{LONG_QUEUE}")
        expect_place(page, 3 * AT_ONCE + 2, 3 * AT_ONCE + 1)
        keep_in_file(page, journal)
        assert written(journal) == 3 * AT_ONCE + 1
    finally:
        chromium.kill()
        server.stop()


def keep_in_file(page: Page, journal: Path) -> None:
    """Name a file for the verdicts, and wait until the server has read it."""
    settle(page)
    box = page.get_by_role("textbox", name="Keep them also in a file")
    box.fill(str(journal))
    box.press("Enter")
    settle(page)
    box.press("Escape")  # the keys are the panel's again


# The place in the queue, once it is another one and the panel hears keys. It is looked for each time: after
# the death of a server it is made anew.
PLACE = """before => {
  const hosts = [...document.querySelectorAll(".st-key-verdict-panel *")];
  const panel = hosts.map(({ shadowRoot }) => shadowRoot?.querySelector("form")).find(Boolean)?.getRootNode();
  const [form, place] = ["form", ".place"].map(name => panel?.querySelector(name));
  const now = form?.ariaBusy === "false" ? place.textContent : "";
  return now.endsWith("judged") && now !== before && [now];
}"""


def judge_until(page: Page, n: int) -> None:
    """Judge as fast as the page takes it, each nucleus as the one before, until so many are judged."""
    now = ""
    while not now.endswith(f" {n} judged"):
        if now:
            page.keyboard.press("Enter")
        [now] = page.wait_for_function(PLACE, arg=now).json_value()
    settle(page)


def judge_one(page: Page) -> None:
    """Judge the nucleus in review, and wait until the browser has kept the verdict."""
    panel = page.locator(".st-key-verdict-panel")
    expect(panel.locator("form")).to_have_attribute("aria-busy", "false")
    nucleus = (panel.locator(".why").text_content() or "").split(" ")[1]
    page.keyboard.press("Enter")
    expect(panel.locator("output")).to_have_text(
        re.compile(rf"^Nucleus {nucleus}: .*Kept in this browser\.$")
    )


def written(journal: Path) -> int:
    """Count the verdicts in a file that holds nothing else."""
    lines, cut = read_journal_file(journal, "minnie65 synthetic")
    assert not cut
    return len(standing_verdicts(lines))


class Chromium:
    """A browser of its own, to be killed, which remembers in a folder."""

    def __init__(self, memory: Path) -> None:
        self.memory = memory
        self.window: BrowserContext | None = None

    def open(self, playwrights: Browser, address: str) -> Page:
        """Open a page; start the browser where it does not run."""
        if self.window is None:
            self.window = playwrights.browser_type.launch_persistent_context(
                self.memory,
                executable_path=have_chromium(),
                args=[*ARGUMENTS, *CHEAPER],
                chromium_sandbox=not is_root(),
                viewport={"width": 1280, "height": 900},
                timeout=WAIT_MS,
            )
            self.window.set_default_timeout(WAIT_MS)
            listen(self.window)
            draw_no_points(self.window)
        page = self.window.new_page()
        page.goto(address)
        return page

    def kill(self) -> None:
        """End all its processes as a power cut does."""
        if self.window is None:
            return
        with self.window.expect_event("close"):
            remembering = f"--user-data-dir={self.memory}"
            processes = [
                found
                for found in psutil.process_iter(["cmdline"])
                if remembering in (found.info["cmdline"] or ())
            ]
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        psutil.wait_procs(processes)
        self.window = None
