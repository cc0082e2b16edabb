"""Streamlit's page as this server gives it: told where its server is, and which nuclei will be asked for."""

import asyncio
import gc
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit import cli_util, config, file_util

from components.point_cloud.published import PUBLISHED, Published
from components.ui.page import shell
from components.ui.page.ready import KINDS, ready_code, with_ready
from components.ui.page.shell import open_browser, page_text

STATIC = Path(file_util.get_static_dir())


@dataclass(eq=False)
class Packed:
    version: str
    compressed: bytes = b""


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Published:
    own = Published(routed=True, code="export default () => {};")
    monkeypatch.setattr(shell, "PUBLISHED", own)
    return own


def test_the_page_is_streamlits_and_knows_its_server_before_streamlits_scripts_run() -> None:
    text, theirs = page_text("checks"), (STATIC / "index.html").read_text("utf-8")
    [told] = re.findall(r"<script>(window\.__streamlit = .*?)</script>", text)
    assert text.replace(f"<script>{told}</script>", "") == with_ready(theirs)
    assert text.index(told) < text.index('<script type="module"')
    [host] = map(json.loads, re.findall(r"HOST_CONFIG: (\{.*\})\};", told))
    assert host["allowedOrigins"]
    assert host["useExternalAuthToken"] is False


def test_streamlits_scripts_read_what_they_are_told() -> None:
    names = ("__streamlit", "BACKEND_BASE_URL", "HOST_CONFIG", "allowedOrigins", "useExternalAuthToken")
    [script] = re.findall(r'<script type="module" crossorigin src="\./(.*?)"', page_text("checks"))
    text = (STATIC / script).read_text("utf-8")
    assert [name for name in names if name not in text] == []


def test_what_draws_a_page_is_found_among_streamlits_files() -> None:
    code, helper = ready_code() or ("", "")
    [named] = map(json.loads, re.findall(r"const FILES = (.*);", code))
    assert [name.partition(".")[0] for name in named] == [*KINDS]
    assert [name for name in (helper, *named) if not (STATIC / "static" / "js" / name).is_file()] == []
    assert f'"./static/js/{helper}"' in code


def test_no_module_is_loaded_before_the_page_says_where_the_loader_is() -> None:
    text = page_text("checks")
    assert text.index('type="importmap"') < min(map(text.index, ('rel="modulepreload"', 'type="module"')))


LOADER, LAZY = 'import{t as H}from"./preload-helper.a.js";', "x.lazy)(()=>H(()=>import(`./Button.b.js`),"


@pytest.mark.parametrize(
    ("entry", "helper", "expected"),
    [
        (LOADER + LAZY, "export{i as t};", ["Button.b.js"]),
        (LOADER, "export{i as t};", []),
        (LAZY, "export{i as t};", None),
        (LOADER + LAZY, "export{i as t,j as n};", None),
    ],
    ids=["as it is", "draws with others", "loads otherwise", "a loader that gives more"],
)
def test_another_streamlit_loads_as_it_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry: str, helper: str, expected: list[str] | None
) -> None:
    scripts = tmp_path / "static" / "js"
    scripts.mkdir(parents=True)
    index = '<head><script type="module" crossorigin src="./static/js/index.c.js"></script></head>'
    (tmp_path / "index.html").write_text(index)
    (scripts / "index.c.js").write_text(entry)
    (scripts / "preload-helper.a.js").write_text(helper)
    monkeypatch.setattr(file_util, "get_static_dir", lambda: str(tmp_path))
    found = ready_code()
    if expected is None:
        assert with_ready(index) == index
    else:
        assert found
        assert found[0].startswith(f"const FILES = {json.dumps(expected)};")


def test_a_page_asks_ahead_for_the_cloud_that_was_shown_on_it_last(published: Published) -> None:
    cloud = Packed("v1")
    assert published.address(cloud) == "nuclei/v1"
    published.expected["baylor", "943"] = "v1"
    assert '"nuclei/v1"' in page_text("baylor", "943")
    assert f"'./{published.code_name}'" in page_text("baylor", "943")
    assert [page_text(*link) for link in (("baylor", ""), ("checks", "943"))] == 2 * [page_text("checks")]
    del cloud
    gc.collect()
    assert page_text("baylor", "943") == page_text("checks")


def test_a_server_without_routes_gives_no_address() -> None:
    assert Published().address(Packed("v1")) is None
    assert PUBLISHED.clouds == {}


@pytest.mark.parametrize(("headless", "opened"), [(False, ["http://localhost:8501"]), (True, [])])
def test_a_server_opens_the_readers_browser_unless_it_is_told_not_to(
    monkeypatch: pytest.MonkeyPatch, headless: bool, opened: list[str]
) -> None:
    theirs = config.get_option
    seen: list[str] = []
    own = {"server.headless": headless, "server.address": None, "server.port": 8501}
    monkeypatch.setattr(config, "get_option", lambda name: own[name] if name in own else theirs(name))
    monkeypatch.setattr(cli_util, "open_browser", seen.append)

    async def serve() -> None:
        async with open_browser(None):
            pass

    asyncio.run(serve())  # which waits for what it has begun
    assert seen == opened
