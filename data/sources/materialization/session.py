"""The HTTP session for CAVE, and what answers say in their headers."""

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
"""The longest silence of a query, before or within its answer; then it is given up, not repeated."""
LIST_SECONDS = 60
"""The same for other requests: lists and descriptions of tables."""
LIMITED = '201 - "Limited query to '
"""Start of the warning that an answer is cut at the server's row limit; the status stays 200."""
NOTICE = "Table Owner Notice on "
"""Start of the warning with a table owner's notice; requests joins all warnings by commas."""


@dataclass
class Heard:
    """What the answers to one request say besides their rows.

    Attributes
    ----------
    limited : bool
        Whether the last answer was cut at the server's row limit.
    notices : dict of str to str
        Notices of the tables' owners, by table.
    resolution : tuple of float
        Nanometres of a voxel along x, y and z; empty where no answer states it.
    size : int
        Total bytes of the answers.
    digest : hashlib object
        SHA-256 of the answers, in order.
    """

    limited: bool = False
    notices: dict[str, str] = field(default_factory=dict)
    resolution: tuple[float, ...] = ()
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def note(self, response: requests.Response) -> None:
        """Record what an answer says besides its rows."""
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
    """Record the answers to this thread's queries."""
    heard = Heard()
    token = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(token)


class CaveSession(PatientSession):
    """A patient session that sends the token to its own server only, and records answers for `listening`."""

    def __init__(self) -> None:
        super().__init__(READ_SECONDS)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401  # passed on as they come
        """Send a request, and record the answer to a query."""
        if method.upper() != "POST":
            options.setdefault("timeout", (CONNECT_SECONDS, LIST_SECONDS))
        response = super().request(method, url, **options)
        listener = _listener.get()
        if listener and method.upper() == "POST" and response.ok:
            listener.note(response)
        return response

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Drop the token on a redirect to another host: caveclient sends it as a cookie too."""
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]  # requests says no types
        elsewhere = self.should_strip_auth(response.request.url, prepared_request.url)  # type: ignore[no-untyped-call]  # likewise
        if elsewhere:
            prepared_request.headers.pop("Cookie", None)


def _warnings(header: str) -> list[str]:
    """Split the joined warnings; a notice may itself contain commas."""
    return re.split(rf", (?={re.escape(LIMITED)}|{re.escape(NOTICE)})", header)


def _resolution(header: str) -> tuple[float, ...]:
    """Read the resolution header, which the server repeats once per axis; requests joins them by commas."""
    try:
        numbers = tuple(float(number) for number in header.split(","))
    except ValueError:
        return ()
    return numbers if len(numbers) == 3 and min(numbers) > 0 else ()
