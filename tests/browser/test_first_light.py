"""A newcomer's first minute: from the overview to Baylor, another colouring, the numbers, the link."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from data.opening import open_release
from data.settings import read_settings
from tests.browser.acts import choose_option, expect_once, follow_menu, settle
from tests.loopback_archive import COARSE, FINE

Serve = Callable[..., str]


def nuclei_in(name: str, **settings: object) -> int:
    """Count a table's nuclei without any of the app's own counting."""
    frame = open_release(read_settings(settings), sample_when_offline=False).load_labels(name).frame
    return int(frame["nucleus_id"].nunique())


def numbers(page: Page) -> dict[str, str]:
    """Read the metrics off the page."""
    read = {}
    for metric in page.get_by_test_id("stMetric").all():
        label, value = metric.get_by_test_id("stMetricLabel"), metric.get_by_test_id("stMetricValue")
        read[label.inner_text().strip()] = value.inner_text().strip()
    return read


def expect_shown(page: Page, nuclei: int) -> None:
    """Wait until the cloud's legend says how many nuclei it shows."""
    expect_once(page.get_by_text(f"{nuclei:,} nuclei shown"))


def walk(page: Page, url: str, coarse: int, fine: int) -> None:
    page.goto(url)
    expect_once(page.get_by_role("heading", name="The release at a glance"))
    follow_menu(page, "Baylor")
    expect_once(page.get_by_role("heading", name="Baylor", exact=True))
    expect_shown(page, fine)
    choose_option(page, "baylor", "Baylor coarse")
    expect_shown(page, coarse)
    expect_once(page.get_by_text(f"{coarse:,} nuclei; the table holds"))
    page.wait_for_url("**baylor=Baylor+coarse*")
    settle(page)
    read = numbers(page)
    assert len(read) == 3
    page.goto(page.url)
    expect_shown(page, coarse)
    expect_once(page.get_by_role("link", name="Overview"))
    settle(page)
    assert numbers(page) == read


def test_first_light_on_the_sample(page: Page, serve: Serve, sample_cache: Path) -> None:
    settings = {"source": "sample", "cache": sample_cache}
    url = serve(CELL_TYPES_SOURCE="sample", CELL_TYPES_CACHE=sample_cache)
    walk(page, url, nuclei_in(COARSE, **settings), nuclei_in(FINE, **settings))
    expect_once(page.locator(".stMarkdownBadge", has_text="Synthetic rows"))


def test_the_numbers_of_real_rows(page: Page, serve: Serve, realdata: Path) -> None:
    url = serve(CELL_TYPES_SOURCE="folder", CELL_TYPES_FOLDER=realdata)
    page.goto(f"{url}/baylor?baylor=Baylor+coarse")
    expect_shown(page, 54_899)
    settle(page)
    assert numbers(page) == {"n": "49,050", "Agreement": "99.0%", "κ": "0.931"}
