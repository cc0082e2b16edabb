"""How CAVE is asked: with a patience that ends, and an ear for what its answers say beside their rows."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

CONNECT_SECONDS = 10
READ_SECONDS = 120
"""The longest silence within an answer; a query that takes longer is asked again, three times."""
LONGEST_WAIT_SECONDS = 30
"""However long a server asks to be left alone (`Retry-After`), nobody waits longer than this."""
LIMITED = "Limited query to"
"""How the server's warning begins that its answer is cut at its limit; the status stays 200."""


@dataclass
class Heard:
    """What the answers to one question said beside their rows.

    Attributes
    ----------
    limited : bool
        Whether the last answer had as many rows as the server gives at most.
    resolution : tuple of float
        Nanometres of a voxel along x, y and z; empty where no answer said.
    size : int
        Bytes of all answers that held rows.
    digest : hashlib object
        SHA-256 over them, in their order.
    """

    limited: bool = False
    resolution: tuple[float, ...] = ()
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def note(self, response: requests.Response) -> None:
        """Take down what an answer to a query says."""
        self.limited = LIMITED in response.headers.get("Warning", "")
        self.resolution = _resolution(response.headers.get("dataframe_resolution", ""))
        self.size += len(response.content)
        self.digest.update(response.content)


_listener: ContextVar[Heard | None] = ContextVar("listener", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear what the queries of this thread are answered."""
    heard = Heard()
    before = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(before)


class PatientSession(requests.Session):
    """A session that never waits for ever, keeps the token to its server, and tells who listens."""

    def mount(self, prefix: str | bytes, adapter: BaseAdapter) -> None:
        """Take an adapter, with an end to how long it heeds a server's wish to be left alone."""
        if isinstance(adapter, HTTPAdapter):
            adapter.max_retries = adapter.max_retries.new(retry_after_max=LONGEST_WAIT_SECONDS)
        super().mount(prefix, adapter)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401  # passed on as they come
        """Ask, with both timeouts unless the caller gives others."""
        options.setdefault("timeout", (CONNECT_SECONDS, READ_SECONDS))
        response = super().request(method, url, **options)
        listener = _listener.get()
        if listener and method.upper() == "POST" and response.ok:
            listener.note(response)
        return response

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Leave the token behind where another host is asked instead: caveclient sends it as a cookie too."""
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]  # requests says no types
        elsewhere = self.should_strip_auth(response.request.url, prepared_request.url)  # type: ignore[no-untyped-call]  # likewise
        if elsewhere:
            prepared_request.headers.pop("Cookie", None)


def patient_requests() -> SimpleNamespace:
    """All of `requests` with sessions that are patient, for a library that sets no timeout itself."""
    return SimpleNamespace(**{**vars(requests), "Session": PatientSession, "get": _get})


def _get(url: str, **options: Any) -> requests.Response:  # noqa: ANN401  # passed on as they come
    with PatientSession() as session:
        return session.get(url, **options)


def _resolution(header: str) -> tuple[float, ...]:
    """Read the header that a server repeats once per axis, all of them joined by commas."""
    try:
        numbers = tuple(float(number) for number in header.split(","))
    except ValueError:
        return ()
    return numbers if len(numbers) == 3 and min(numbers) > 0 else ()
