"""The configuration of docs/serving.md: nginx and systemd take it, and it does what the page says."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from components.analysis.selection.selection import LONGEST_TEXT
from components.ui.selection.selection import PARAMETERS
from data.settings import PREFIX, Settings
from tests.browser.server import LOOPBACK, ROOT
from tests.nginx import Nginx, nginx_missing, running_nginx

SERVING = ROOT / "docs/serving"
UNIT = SERVING / "cell-types@.service"
LARGEST = 50 * 1024 * 1024
"""Bytes of the largest file of a reader's own."""


class _Stub(BaseHTTPRequestHandler):
    """A server that knows the session and the file of its own name alone."""

    protocol_version = "HTTP/1.1"
    name = ""

    def answer(self, status: int) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Server-Name", self.name)
        self.end_headers()

    def do_GET(self) -> None:
        known = not self.path.startswith(("/media/", "/nuclei/")) or self.path.endswith(self.name)
        self.answer(200 if known else 404)

    def do_PUT(self) -> None:
        self.answer(204 if self.path.endswith(self.name) else 400)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def stubs() -> Iterator[list[ThreadingHTTPServer]]:
    servers = [
        ThreadingHTTPServer((LOOPBACK, 0), type(f"Stub{name}", (_Stub,), {"name": name}))
        for name in ("first", "second")
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def nginx(stubs: list[ThreadingHTTPServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    if missing := nginx_missing():
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("nginx")
    with running_nginx([server.server_address[1] for server in stubs], folder) as running:
        yield running


def visitor(number: int) -> dict[str, str]:
    return {"Cookie": f"cell_types={number}"}


def test_nginx_lets_nobody_in_without_the_key(nginx: Nginx) -> None:
    wrong = {"Authorization": "Basic d3Jvbmc6d3Jvbmc="}
    found = {
        path: nginx.ask(path, {})[0] for path in ("/", "/_stcore/stream", "/media/first", "/_stcore/health")
    }
    assert found == dict.fromkeys(found, 401)
    assert nginx.ask("/", wrong)[0] == 401
    assert nginx.ask("/", nginx.key)[0] == 200


def test_a_visitor_keeps_a_server_and_both_have_visitors(nginx: Nginx) -> None:
    many = range(24)
    homes = [{nginx.ask("/baylor", nginx.key | visitor(n))[1]["Server-Name"] for _ in range(3)} for n in many]
    assert [len(home) for home in homes] == [1 for _ in many]
    assert set.union(*homes) == {"first", "second"}


def test_a_visitor_without_a_cookie_is_given_one_and_goes_on_at_the_same_server(nginx: Nginx) -> None:
    for _ in range(8):
        _, first = nginx.ask("/", nginx.key)
        cookie = first["Set-Cookie"].split(";")[0]
        _, again = nginx.ask("/baylor", nginx.key | {"Cookie": cookie})
        assert (again["Server-Name"], again["Set-Cookie"]) == (first["Server-Name"], None)


def test_files_reach_the_server_that_knows_the_session(nginx: Nginx) -> None:
    found = {
        (path, n): nginx.ask(path, nginx.key | visitor(n), *upload)[0]
        for n in range(6)
        for name in ("first", "second")
        for path, upload in (
            (f"/media/{name}", ()),
            (f"/nuclei/{name}", ()),
            (f"/_stcore/upload_file/{name}", ("PUT", bytes(LARGEST if n == 0 else 9))),
        )
    }
    assert {key: status for key, status in found.items() if status not in (200, 204)} == {}


def test_a_link_may_hold_three_long_selections(nginx: Nginx) -> None:
    query = "&".join(f"{name}={LONGEST_TEXT * 'a'}" for name in PARAMETERS.values())
    assert nginx.ask(f"/baylor?{query}", nginx.key)[0] == 200


def test_what_is_too_large_or_nobodys_business_is_refused(nginx: Nginx) -> None:
    upload = nginx.ask("/_stcore/upload_file/first", nginx.key, "PUT", bytes(LARGEST * 2))[0]
    other = nginx.ask("/baylor", nginx.key, "PUT", bytes(2 * 1024 * 1024))[0]
    assert (upload, other, nginx.ask("/_stcore/metrics", nginx.key)[0]) == (413, 413, 404)


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze not found: the unit is not tried")
    text = UNIT.read_text()
    assert "/opt/cell-types/.venv/bin/streamlit" in text
    unit = tmp_path / "cell-types@8501.service"
    unit.write_text(text.replace("/opt/cell-types/.venv/bin/streamlit", sys.executable))
    found = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (found.stderr, found.returncode) == ("", 0)


def test_the_units_settings_are_settings() -> None:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    texts = [UNIT.read_text(), (SERVING / "cell-types.env").read_text()]
    named = {name for text in texts for name in re.findall(rf"\b({PREFIX}\w+)=", text)}
    assert named
    assert named <= known
