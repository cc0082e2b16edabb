"""How CAVE is asked, and what its answers say beside their rows."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests

from data.sources.connection import CONNECT_SECONDS, PatientSession

READ_SECONDS = 120
"""The longest silence of a query, before its answer or within it; then it is given up, and not repeated."""
LIST_SECONDS = 60
"""The same of all that is no query: lists, and what the server says of tables."""
LIMITED = '201 - "Limited query to '
"""How the server's warning begins that its answer is cut at its limit; the status stays 200."""
NOTICE = "Table Owner Notice on "
"""How its warning begins that holds what a table's owner says; requests joins all warnings by commas."""


@dataclass
class Heard:
    """What the answers to one question said beside their rows.

    Attributes
    ----------
    limited : bool
        Whether the last answer had as many rows as the server gives at most.
    notices : dict of str to str
        What the owners of tables say of them, by table.
    resolution : tuple of float
        Nanometres of a voxel along x, y and z; empty where no answer said.
    size : int
        Bytes of all answers that held rows.
    digest : hashlib object
        SHA-256 over them, in their order.
    """

    limited: bool = False
    notices: dict[str, str] = field(default_factory=dict)
    resolution: tuple[float, ...] = ()
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def note(self, response: requests.Response) -> None:
        """Take down what an answer to a query says."""
        warnings = _warnings(response.headers.get("Warning", ""))
        self.limited = any(warning.startswith(LIMITED) for warning in warnings)
        noticed = (text.removeprefix(NOTICE).partition(": ") for text in warnings if text.startswith(NOTICE))
        self.notices |= {table: text.strip() for table, _, text in noticed if text.strip()}
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


class CaveSession(PatientSession):
    """A patient session that keeps the token to its server, and tells who listens."""

    def __init__(self) -> None:
        super().__init__(READ_SECONDS)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401  # passed on as they come
        """Ask, and take down what the answer to a query says."""
        if method.upper() != "POST":
            options.setdefault("timeout", (CONNECT_SECONDS, LIST_SECONDS))
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


def _warnings(header: str) -> list[str]:
    """Part the warnings that came in headers of their own; a notice may hold commas itself."""
    return re.split(rf", (?={re.escape(LIMITED)}|{re.escape(NOTICE)})", header)


def _resolution(header: str) -> tuple[float, ...]:
    """Read the header that a server repeats once per axis, all of them joined by commas."""
    try:
        numbers = tuple(float(number) for number in header.split(","))
    except ValueError:
        return ()
    return numbers if len(numbers) == 3 and min(numbers) > 0 else ()
