"""HTTP sessions with time limits, retries that are reported, and no repeat of a query that may still run."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import BaseHTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ResponseError,
)
from urllib3.util import Retry

from data.number_words import plural

CONNECT_SECONDS = 5
REPEATS = 3
"""How often a request that a busy server refused is repeated."""
BACKOFF_SECONDS = 0.5
"""Without `Retry-After` the waits before repeats are 0, then twice and four times this."""
LONGEST_WAIT_SECONDS = 30
"""The longest `Retry-After` that is waited for; a longer one becomes an error that names it."""
BUSY = frozenset({429, 502, 503, 504})

_waits: ContextVar[Callable[[float], None]] = ContextVar("waits", default=lambda seconds: None)


@contextmanager
def waits_told(tell: Callable[[float], None]) -> Iterator[None]:
    """Report the waits of this thread to `tell`: the seconds as a wait begins, 0 when it is over."""
    token = _waits.set(tell)
    try:
        yield
    finally:
        _waits.reset(token)


def pause(seconds: float) -> None:
    """Wait, and report the wait as `waits_told` asks."""
    tell = _waits.get()
    tell(seconds)
    time.sleep(seconds)
    tell(0.0)


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait (`Retry-After`); None if it names no number or date."""
    try:
        return Retry().parse_retry_after(headers.get("Retry-After", ""))
    except (InvalidHeader, ValueError, OverflowError):
        return None


def again(response: requests.Response | None) -> str:
    """The remedy “try again”, with the server's wait if it names one."""
    wait = asked_wait(response.headers) if response is not None else None
    when = f"in {plural(round(wait), 'second')}, as the server asks" if wait else "in a moment"
    return f"Try again {when}; nothing of it was kept."


class BusyRetry(Retry):
    """Repeats requests that a busy server refused, but none that may still be running there.

    So nothing is repeated after a time-out, and no POST after a gateway's time-out (504).
    """

    @classmethod
    def for_session(cls) -> Self:
        """Make the retry policy of a session."""
        return cls(
            total=None, connect=0, read=0, other=0, status=REPEATS, status_forcelist=BUSY,
            allowed_methods=None, backoff_factor=BACKOFF_SECONDS, raise_on_status=False,
        )  # fmt: skip

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Whether a request answered with this status is repeated."""
        if (method, status_code) == ("POST", 504):
            return False
        return super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count a repeat; refuse it if the server asks for too long a wait."""
        if response is not None and (self.get_retry_after(response) or 0) > LONGEST_WAIT_SECONDS:
            # With raise_on_status off, this returns the response as it is.
            raise MaxRetryError(_pool, url, ResponseError("too long a wait"))  # type: ignore[arg-type]  # as in urllib3
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """The wait that the server asks for; None if there is none or it is not valid."""
        return asked_wait(response.headers)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as long as the server asks, else with growing backoff, and report the wait."""
        asked = self.get_retry_after(response) if response is not None else None
        seconds = asked or self.get_backoff_time()
        if seconds:
            pause(seconds)


class PatientSession(requests.Session):
    """A session whose requests time out, and which waits for busy servers.

    Parameters
    ----------
    read_seconds : float
        The longest silence before or within a response.
    """

    def __init__(self, read_seconds: float) -> None:
        self.read_seconds = read_seconds
        super().__init__()

    def mount(self, prefix: str | bytes, adapter: BaseAdapter) -> None:
        """Mount an adapter with the retry policy of this module."""
        if isinstance(adapter, HTTPAdapter):
            adapter.max_retries = BusyRetry.for_session()
        super().mount(prefix, adapter)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401  # passed on as they come
        """Send a request, with both time limits unless the caller gives others."""
        options.setdefault("timeout", (CONNECT_SECONDS, self.read_seconds))
        return super().request(method, url, **options)


def never_connected(error: Exception) -> bool:
    """Whether no connection was made: no name, no route, refused, or no answer in time."""
    if isinstance(error, requests.exceptions.SSLError):
        return False  # the host answered
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)
