"""Old links as the very first request to a server that has shown no page yet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import lit, settle
from tests.browser.server import ROOT, AppServer
from tests.test_old_links import checked, numbers

pytestmark = pytest.mark.usefixtures("no_points")
Link = dict[str, Any]

LINKS: list[Link] = json.loads((ROOT / "tests" / "old_links.json").read_text("utf-8"))


@pytest.fixture
def fresh_server(tmp_path: Path, sample_cache: Path) -> Iterator[AppServer]:
    """Start a server for one test alone."""
    settings = {"CELL_TYPES_SOURCE": "sample", "CELL_TYPES_CACHE": str(sample_cache)}
    server = AppServer(ROOT / "app.py", settings, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(("start", "panel"), [("cell?nucleus=", "Facts"), ("baylor?", "Types")])
def test_an_old_link_is_the_first_thing_that_a_server_is_asked(
    page: Page, fresh_server: AppServer, start: str, panel: str
) -> None:
    link = next(link for link in LINKS if link["link"].startswith(start))
    page.goto(f"{fresh_server.url}/{link['link']}")
    settle(page)
    page.get_by_role("tab", name=panel).click()
    expect(page.get_by_test_id("stMetricValue")).to_have_text(numbers(link))
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_test_id("stTopNavLink")).not_to_have_count(0)
    for words in link["says"]:
        expect(page.get_by_text(words).first).to_be_visible()
    selected = lit(page, link["lists"][0][0] if link["lists"] else 1)
    if link["lists"]:
        assert checked(selected) == link["lists"][0]
    else:  # the page of a nucleus, which its cloud counts as selected
        assert [str(nucleus) for nucleus in selected] == link["says"]
