"""Two servers behind nginx: one is killed; its visitors are back at the other, told what no link holds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from components.ui.selection.selection import TOO_LONG
from components.ui.session.reconnect import LOST
from tests.browser.acts import drag_box, draw_no_points, expect_selected, listen, lit, selected, settle
from tests.browser.conftest import WAIT_MS
from tests.browser.server import ROOT, AppServer
from tests.browser.test_own_journey import drop_beside_pickers
from tests.browser.three_tables import DETECTIONS, POINT, archive_files, detected, made_up
from tests.loopback_archive import FINE
from tests.nginx import PASSWORD, READER, Nginx, nginx_missing, running_nginx

HEALTH = "/_stcore/health"
MORE = 12_000
"""Nuclei of one type: too many for a link."""


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[AppServer]]:
    """Two servers over one cache, with the settings that they must share."""
    raw = made_up()
    rng = np.random.default_rng(0)
    more = raw[FINE].sample(MORE, replace=True, random_state=0).assign(cell_type="23P")
    more["target_id"] = more["id"] = rng.choice(500_000, MORE, replace=False) + 300_000
    more[POINT] += rng.integers(0, 2_000, (MORE, 3))
    raw[FINE] = pd.concat([raw[FINE], more])
    for path, content in archive_files({**raw, DETECTIONS: detected(raw)}).items():
        (tmp_path / path[1:]).parent.mkdir(exist_ok=True)
        (tmp_path / path[1:]).write_bytes(content)
    settings = {
        "CELL_TYPES_SOURCE": "folder",
        "CELL_TYPES_FOLDER": str(tmp_path),
        "CELL_TYPES_CACHE": str(tmp_path / "cache"),
        "STREAMLIT_SERVER_COOKIE_SECRET": "of this test",
    }
    homes = [tmp_path / "first", tmp_path / "second"]
    for home in homes:
        home.mkdir()
    both = [AppServer(ROOT / "app.py", settings, home) for home in homes]
    with ThreadPoolExecutor() as starts:
        for started in [starts.submit(server.start) for server in both]:
            started.result()
    yield both
    for server in both:
        server.stop()


def drag_over_all(page: Page) -> None:
    """Select with the cloud’s box nearly all that is seen."""
    drag_box(page, (0.05, 0.1), (0.85, 0.95))


def cookie_of(nginx: Nginx, server: AppServer) -> str:
    """A visitor’s cookie whose hash leads to a server."""
    for number in range(64):
        path = f"{HEALTH}?{number}"
        nginx.ask(path, nginx.key | {"Cookie": f"cell_types={number}"})
        while path not in (served := dict(nginx.served())):  # the log tells of a request after its answer
            nginx.ask(HEALTH, nginx.key)
        if served[path].endswith(f":{server.port}"):
            return str(number)
    raise AssertionError("no cookie leads to this server")


def notices(page: Page) -> Locator:
    return page.locator(".st-key-bench-notices")


def first_words(text: str) -> str:
    return text.replace("**", "").partition(".")[0]


@pytest.mark.slow
def test_visitors_of_a_server_that_is_killed_are_back_at_the_other_with_all_that_their_link_holds(
    browser: Browser, servers: list[AppServer], tmp_path: Path
) -> None:
    if missing := nginx_missing():
        pytest.skip(missing)
    (folder := tmp_path / "nginx").mkdir()
    own = tmp_path / "mine.csv"
    with running_nginx([server.port for server in servers], folder) as nginx:
        cookie = {"name": "cell_types", "value": cookie_of(nginx, servers[0]), "url": nginx.url}
        contexts = [
            browser.new_context(
                ignore_https_errors=True,
                http_credentials={"username": READER, "password": PASSWORD},
                viewport={"width": 1280, "height": 900},
            )
            for _ in range(2)
        ]
        for context in contexts:
            context.set_default_timeout(WAIT_MS)
            listen(context)
            draw_no_points(context)
            context.add_cookies([cookie])  # type: ignore[list-item]
        short, long = (context.new_page() for context in contexts)
        short.goto(f"{nginx.url}/baylor?baylor-level=Class&select=filter:{FINE}:labels=5P-IT&panel=Depth")
        n = selected(short)
        nuclei = lit(short, n)
        own.write_text("nucleus_id,cell_type\n" + "".join(f"{nucleus},mine\n" for nucleus in nuclei))
        drop_beside_pickers(short, own)
        short.wait_for_url("**yours=*")
        settle(short)
        long.goto(f"{nginx.url}/baylor?panel=Depth")
        drag_over_all(long)
        n_long = selected(long)
        assert n_long > MORE / 2
        long.wait_for_url("**select=session*")

        servers[0].process.kill()
        for page in (short, long):
            expect(notices(page)).to_contain_text(first_words(LOST))
            settle(page)

        expect_selected(short, n)
        assert lit(short, n) == nuclei
        expect(short.get_by_role("tab", name="Depth")).to_have_attribute("aria-selected", "true")
        expect(short.locator(".panel.legend")).to_contain_text("Baylor fine, class")
        expect(notices(long)).to_contain_text(first_words(TOO_LONG))
        expect(long.get_by_text("Nothing selected")).to_be_visible()
        drag_over_all(long)
        assert selected(long) == n_long
        expect(notices(short)).to_contain_text(
            "This link shows tables of files that this session lacks: mine (SHA-256"
        )
        short.get_by_role("button", name="Add it again").click()
        expect(notices(short)).not_to_contain_text("lacks")
        expect(short.get_by_role("combobox", name="against")).to_have_value("yours: mine.csv")
        for page in (short, long):
            settle(page)
            expect(notices(page)).to_contain_text(first_words(LOST))
            notices(page).get_by_role("button", name="Close").click()
            expect(notices(page)).not_to_contain_text(first_words(LOST))
        for context in contexts:
            context.close()
