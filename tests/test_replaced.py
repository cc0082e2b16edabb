"""What is replaced inside caveclient is still needed there, and reaches all that it asks."""

import importlib.util
import inspect
import logging
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import caveclient.base
import pytest
import requests
from caveclient.materializationengine import MaterializationClient
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ReadTimeoutError

from data.catalog import TABLES
from data.sources.cave import CaveSource
from data.sources.connection import CONNECT_SECONDS
from data.sources.materialization.replaced import REPLACED
from data.sources.materialization.session import LIST_SECONDS, READ_SECONDS
from data.tables.raw import silent
from tests.loopback_cave import TOKEN, LoopbackCave, running_cave, said
from tests.loopback_cave_tables import FINE, LOOKUP

TERMS = {"error": "missing_tos", "data": {"tos_form_url": "https://example.org/terms"}}


@pytest.fixture
def cave() -> Iterator[LoopbackCave]:
    with running_cave() as running:
        yield running


@pytest.fixture
def untouched() -> ModuleType:
    """Load `caveclient.base` once more, as its makers wrote it."""
    spec = importlib.util.find_spec("caveclient.base")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """List the time limits of each request that is sent."""
    sent: list[Any] = []
    send = HTTPAdapter.send

    def spied(self: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent.append(options["timeout"])
        return send(self, request, **options)

    monkeypatch.setattr(HTTPAdapter, "send", spied)
    return sent


def asked_by(base: ModuleType, cave: LoopbackCave) -> requests.Session:
    """Ask as a client of caveclient does: by its session, and past it."""
    header = {"Authorization": f"Bearer {TOKEN}"}
    base._api_versions("server", cave.url, {"get_api_versions": "{server}/info/version"}, header)
    client = base.ClientBase(cave.url, header, 3, {"get_version": "{server}/info/version"}, "server")
    return client.session


def requests_is_needed(base: ModuleType, cave: LoopbackCave, limits: list[Any]) -> bool:
    """Whether a request has no time limit, or a query that timed out is sent again."""
    session = asked_by(base, cave)
    adapter = session.get_adapter(cave.url)
    assert isinstance(adapter, HTTPAdapter)
    timed_out = ReadTimeoutError(HTTPConnectionPool("localhost"), "/query", "timed out")
    return None in limits or bool(adapter.max_retries.increment("POST", "/query", error=timed_out))


def webbrowser_is_needed(base: ModuleType, cave: LoopbackCave, limits: list[Any]) -> bool:
    """Whether terms that are not accepted open a browser."""
    opened: list[str] = []
    cave.break_("/", lambda _: said(TERMS, 403))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webbrowser, "open", opened.append)
        with pytest.raises(requests.HTTPError):
            asked_by(base, cave)
    return bool(opened)


def logger_is_needed(base: ModuleType, cave: LoopbackCave, limits: list[Any]) -> bool:
    """Whether a query of a view prints what the server warns of, and cannot be kept from it."""
    switches = inspect.signature(MaterializationClient.query_view).parameters
    return base.logger is logging.getLogger("caveclient.base") and "log_warning" not in switches


NEEDED: dict[str, Callable[[ModuleType, LoopbackCave, list[Any]], bool]] = {
    "requests": requests_is_needed,
    "webbrowser": webbrowser_is_needed,
    "logger": logger_is_needed,
}


@pytest.mark.parametrize("name", [replacement.name for replacement in REPLACED])
def test_what_is_replaced_is_needed(
    name: str, untouched: ModuleType, cave: LoopbackCave, limits: list[Any]
) -> None:
    assert NEEDED[name](untouched, cave, limits), f"caveclient no longer needs another {name}: take it out"


def test_with_the_replacements_nothing_of_it_is_left(
    cave: LoopbackCave, limits: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    source = CaveSource(cave.url, TOKEN, 943)
    source.read_release()
    source.fetch_table(TABLES[FINE], silent)
    source.lookup_nucleus(103, [TABLES[FINE], TABLES[LOOKUP]], silent)
    assert len(limits) == len(cave.asked)
    assert set(limits) == {(CONNECT_SECONDS, READ_SECONDS), (CONNECT_SECONDS, LIST_SECONDS)}
    assert not webbrowser_is_needed(caveclient.base, cave, limits)


def test_only_these_names_are_replaced(untouched: ModuleType) -> None:
    before, now = vars(untouched), vars(caveclient.base)
    shared = {name for name, value in before.items() if isinstance(value, ModuleType | logging.Logger)}
    assert {name for name in shared if now[name] is not before[name]} == {one.name for one in REPLACED}
    assert all(replacement.reason for replacement in REPLACED)
